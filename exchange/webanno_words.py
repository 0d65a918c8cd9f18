"""Texts and values in WebAnno TSV 3: how they are escaped, and how a column with several of them is taken apart."""

import re

_TEXT_OUT = {"\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\b": "\\b", "\\": "\\\\"}
_TEXT_OUT |= {chr(point): "\\" + chr(point) for point in range(32) if not 7 < point < 14}
_TEXT_IN = {escaped: char for char, escaped in _TEXT_OUT.items()}
_TEXT_ESCAPE = re.compile(r"\\[\x00-\x1ftnfrb\\]")
_TEXT_TABLE = str.maketrans(_TEXT_OUT)

_JAVA_ESCAPE = re.compile(r"\\(?:u+([0-9A-Fa-f]{4})|([0-3]?[0-7]{1,2})|(.))", re.DOTALL)
_JAVA = {"t": "\t", "n": "\n", "f": "\f", "r": "\r", "b": "\b"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")

_VALUE_OUT = re.compile(r"->|[\\\[\]|_;*\t\n\r]")
_VALUE_IN = re.compile(r"\\(->|[\\\[\]|_;*tnr])")
_LETTERS = {"\t": "t", "\n": "n", "\r": "r"}
_CHARS = {letter: char for char, letter in _LETTERS.items()}
_NUMBERED = re.compile(r"\[(\d{1,9}(?:_\d{1,9})?)\]$")
_LINKED = re.compile(r"->(\d{1,9})-(\d{1,9})$")


def text_out(text: str) -> str:
    """A line of text as version 3.3 writes it."""
    return text.translate(_TEXT_TABLE)


def text_in(text: str, version: tuple[int, int]) -> str:
    """The text of a line; up to version 3.1 it is escaped as in Java."""
    if "\\" not in text:
        return text
    if version < (3, 2):
        plain = _JAVA_ESCAPE.sub(_java, text)
        return _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), plain)
    return _TEXT_ESCAPE.sub(lambda found: _TEXT_IN.get(found[0], found[0]), text)


def _java(found: re.Match[str]) -> str:
    point, octal, letter = found.groups()
    if point or octal:
        return chr(int(point, 16) if point else int(octal, 8))
    return _JAVA.get(letter, letter)


def value_out(value: str) -> str:
    """A value of a feature. A carriage return, which the format forgets, is escaped like a line feed."""
    return _VALUE_OUT.sub(lambda found: "\\" + _LETTERS.get(found[0], found[0]), value)


def value_in(value: str) -> str:
    """The value that was escaped."""
    return _VALUE_IN.sub(lambda found: _CHARS.get(found[1], found[1]), value) if "\\" in value else value


def taken_apart(column: str, sign: str) -> list[str]:
    """The values of a column between signs that are not escaped."""
    if "\\" not in column:
        return column.split(sign)
    found = [""]
    for piece in re.findall(rf"\\.|\\$|{re.escape(sign)}|[^\\{re.escape(sign)}]+", column, re.DOTALL):
        if piece == sign:
            found.append("")
        else:
            found[-1] += piece
    return found


def numbered(value: str) -> tuple[str, str]:
    """A value without the number in brackets at its end, and that number: `N`, `N_N` or nothing."""
    found = _NUMBERED.search(value) if value.endswith("]") else None
    return (value[: found.start()], found[1]) if found else (value, "")


def linked(value: str) -> tuple[str, tuple[int, int] | None]:
    """A value without the place in a chain at its end, and that place: the chain's number and the link's."""
    found = _LINKED.search(value)
    return (value[: found.start()], (int(found[1]), int(found[2]))) if found else (value, None)
