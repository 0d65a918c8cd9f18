"""The tour of the README, walked with real keys: every step does what the page says of it."""

import re
import sys
from pathlib import Path

import pytest
from annotator import Annotator
from onrecord.demo.build import articles
from onrecord.schema.text import Span

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
ONRECORD = Path(sys.executable).with_name("onrecord")
WORDS = "You could hear the water going under it"


@pytest.mark.slow
def test_the_tour_in_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    for size in ("COLUMNS", "LINES"):  # where a test runner sets them, the app believes them more than its terminal
        monkeypatch.delenv(size, raising=False)
    assert f"“{WORDS}”" in README
    first, second, *_ = articles()
    start = first.text.index(WORDS)
    person = Annotator.sit_down([ONRECORD, "demo"], first.text, columns=120, rows=40)
    with person.terminal as terminal:
        terminal.wait("8 mentions")
        terminal.wait("·A")  # what is suggested has come: a step takes in hand what is there when it is made
        terminal.press("j", "j")
        terminal.wait("accepts: ")
        terminal.settle()
        person.pick(Span(start, start + len(WORDS)))
        terminal.press("a")
        person.saved()
        terminal.wait("9 mentions")
        terminal.press("f")
        terminal.wait("nobody yet")
        over_he = re.search(r'it," (\w)e said', terminal.text)
        assert over_he, terminal.text
        terminal.press(over_he[1], "enter")
        terminal.wait("↳ a harbour official")
        terminal.press("d")
        person.saved()
        terminal.wait("D denied")
        terminal.press("enter")
        terminal.wait("All details")
        terminal.press("escape")
        terminal.wait(lambda: "All details" not in terminal.text)
        terminal.press("u")
        terminal.wait(lambda: "D denied" not in terminal.text)
        terminal.press("u")
        terminal.wait(lambda: "↳ a harbour official" not in terminal.text)
        terminal.press("ctrl+r")
        terminal.wait("↳ a harbour official")
        terminal.press("space")
        terminal.wait(second.about["title"])
        terminal.press("q")
        terminal.wait("1 submitted")
        terminal.press("q")
        assert terminal.finish() == 0
