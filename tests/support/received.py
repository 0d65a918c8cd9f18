"""What a terminal received, judged: which of it no program of ours would ever send, and no text may make it send."""

import re
import unicodedata

import regex
from wcwidth import wcwidth

_FLAGS = {chr(point) for point in range(0x1F1E6, 0x1F200)}  # a pair of these letters is a flag of two cells
MANY_MARKS = regex.compile(r"\p{M}{31}")
_NUMBER = r"\d{1,3}"
_STYLE = rf"(?:[0-4]|7|9|21|[34]8;2;{_NUMBER};{_NUMBER};{_NUMBER})"
_SENT_BY_TEXTUAL = re.compile(
    rf"""
    \x1b\[{_STYLE}(?:;{_STYLE})*m                                 # attributes, 24-bit colours
  | \x1b\[{_NUMBER};{_NUMBER}H                                    # the place of the next characters
  | \x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048)[hl]  # screen, mouse, focus, paste, sync
  | \x1b\[\?(?:2026|2048)\$p | \x1b\[>\d{{1,2}}u | \x1b\[<u       # questions, keyboard protocol
  | \x1b\]22;[a-z-]*\x07                                          # the mouse pointer's shape
    """,
    re.VERBOSE,
)
_INVISIBLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}


def unsafe(received: bytes, *, app: bool = True, fillers: bool = False) -> list[str]:
    """Everything in it that is unsafe, each with what stands around it.

    `app` allows what Textual itself sends; `fillers` letters and marks that are blank, which do no harm in a file.

    Unsafe are bytes that are no UTF-8, control characters but line ends and tabs, and whatever is invisible or turns
    the direction of writing: bidi controls, tag characters, zero-width characters, line separators.
    """
    try:
        text = received.decode()
    except UnicodeDecodeError as error:
        return [f"not UTF-8: {received[max(0, error.start - 20) : error.end + 20]!r}"]
    rest = _SENT_BY_TEXTUAL.sub("", text) if app else text
    return [repr(rest[max(0, at - 12) : at + 20]) for at, char in enumerate(rest) if _is_unsafe(char, fillers)]


def too_wide(received: bytes, columns: int, rows: int) -> list[str]:
    """What an app drew past an edge of its terminal, by the widths that terminals know (wcwidth), or piled up there.

    Textual sends a place and then what stands from there on; what is wider than the rest of its row shifts the screen.
    """
    wrong = []
    for row, column, drawn in re.findall(r"\x1b\[(\d+);(\d+)H([^\n]*)", received.decode()):
        text = re.sub(r"\x1b\[[0-9;]+H.*", "", drawn, flags=re.DOTALL)
        text = _SENT_BY_TEXTUAL.sub("", text).rstrip("\r")
        cells = sum(1 if char in _FLAGS else max(0, wcwidth(char)) for char in text)
        if int(column) - 1 + cells > columns or int(row) > rows or piled_up(text):
            wrong.append(f"{row};{column}: {cells} cells: {text!r}")
    return wrong


def piled_up(text: str) -> bool:
    """Whether more marks stand on one character than any language puts there (UAX #15: 30)."""
    return MANY_MARKS.search(text) is not None


def _is_unsafe(char: str, fillers: bool) -> bool:
    if char in "\r\n\t":
        return False
    blank = ord(char) in _INVISIBLE and not fillers
    return blank or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
