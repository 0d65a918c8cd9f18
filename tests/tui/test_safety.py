"""Nothing unsafe reaches the terminal, and no row changes its width on the way."""

import re
import sys
import unicodedata

import hostile_page
from hypothesis import example, given
from hypothesis import strategies as st
from onrecord.schema.text import visible
from onrecord.tui.safety import SafeFilter
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from rich.style import Style
from terminal import Terminal
from texts import texts
from textual.color import Color

BLACK = Color(0, 0, 0)
CONTROL = Segment("\x1b[1;1H", None, [(ControlType.HOME,)])
HOVER = "\x1b[<35;10;5M"
TEXTUAL_SENDS = re.compile(
    r"\x1b\[(?:[0-9;]*[mH]|\?[0-9;]+(?:[hl]|\$p)|>[0-9]+u|<u)"  # styles, cursor, modes, keyboard protocol
    r"|\x1b\]22;[a-z-]*\x07"  # the shape of the pointer
)


def apply(*texts_: str) -> list[str]:
    return [segment.text for segment in SafeFilter().apply([Segment(text) for text in texts_], BLACK)]


def unsafe(text: str) -> set[str]:
    """Code points that no terminal may get: controls, line and paragraph separators, invisible and unassigned ones."""
    return {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")}


@given(st.lists(texts, max_size=6))
@example(["a\x1b[31mb   ", "next"])
@example(["👩\u200d👧", "\u200b" * 9, "\u0378"])
def test_a_row_is_safe_and_as_wide_as_before(row: list[str]) -> None:
    shown = apply(*row)
    assert not unsafe("".join(shown))
    assert sum(map(cell_len, shown)) == sum(map(cell_len, row))


@given(texts)
def test_with_room_behind_it_every_code_point_is_shown(text: str) -> None:
    shown = "".join(apply(text, " " * (len(text) * 2 + 2)))
    assert shown.rstrip().startswith(visible(text).replace("\n", "␊").replace("\t", "␉").rstrip())


def test_what_stands_to_the_right_keeps_its_place() -> None:
    assert apply("a\x1bb   ", "next") == ["a␛b  ", "next"]
    assert apply("\x1b\x1b\x1bab", "c   ", "next") == ["␛␛␛ab", "c ", "nex"]
    assert apply("\U0010ffffé", "next") == ["\ufffdé", "next"]
    assert apply("plain", "") == ["plain", ""]


def test_controls_of_textual_pass_and_bad_links_do_not() -> None:
    bad, good = Style(link="http://x/\x1b\\\x1b[2J", bold=True), Style(link="http://x/")
    shown = SafeFilter().apply([CONTROL, Segment("a", bad), Segment("b", good)], BLACK)
    assert shown[0] == CONTROL
    assert shown[1].style
    assert shown[1].style.link is None
    assert shown[1].style.bold
    assert shown[2].style == good


def received(*arguments: str) -> str:
    """All that a terminal is sent by an app full of hostile texts."""
    command = [sys.executable, hostile_page.__file__, *arguments]
    with Terminal(command, columns=150, rows=60) as terminal:
        # The bytes, not the screen: without the filter there is not much left of that.
        terminal.wait(lambda: b"payload" in terminal.received)
        terminal.settle()
        terminal.press(HOVER, "tab", "tab", "down", "tab", "down", "tab", "tab", "ctrl+n")
        terminal.wait(lambda: b"Toast" in terminal.received)
        terminal.settle()
        terminal.press("ctrl+q")
        assert terminal.finish() == 0
        return terminal.received.decode()


def test_no_widget_lets_a_hostile_text_through() -> None:
    sent = received()
    assert not [payload for payload in hostile_page.PAYLOADS if payload in sent]
    rest = TEXTUAL_SENDS.sub("", sent)
    assert unsafe(rest) <= {"\r", "\n"}, sorted(map(hex, map(ord, unsafe(rest))))
    assert "\r" not in rest.replace("\r\n", "")


def test_without_the_filter_hostile_texts_do_get_through() -> None:
    sent = received("unguarded")
    assert len([payload for payload in hostile_page.PAYLOADS if payload in sent]) > 8
