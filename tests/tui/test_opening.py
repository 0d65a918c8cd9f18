"""The first picture of the app: painted once and whole, and of a long article before all of its mentions were read."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from desk_app import at_desk, make_project
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from onrecord.tui.screens import reader_opening
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.reader_opening import ReaderOpening
from terminal import Terminal
from textual import events
from textual.css.parse import parse
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

SENTENCE = "An official said that the gate held. "
TEXT = SENTENCE * 40
ONRECORD = Path(sys.executable).with_name("onrecord")


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A project whose one article has a mention of ana's in each of its 40 sentences."""
    path = make_project(tmp_path / "p.db", TEXT, annotator="ana")
    with Ledger(path, "ana", "another") as ledger, ledger.act() as act:
        (sha256,) = ledger.connection.execute("SELECT sha256 FROM documents").fetchone()
        for number in range(40):
            start = number * len(SENTENCE)
            acts.set_mention(act, f"ana/{number}", sha256, TEXT, [Span(start + 3, start + 11)])
            acts.set_label(act, f"ana/{number}", "anonymous")
    return path


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ten mentions be very many, and one sentence be near."""
    monkeypatch.setattr(reader_opening, "MANY", 10)
    monkeypatch.setattr(reader_opening, "NEAR", len(SENTENCE))


def test_the_library_is_painted_once(tmp_path: Path, marked: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with Terminal([ONRECORD, "--as", "ana", marked], env=env) as terminal:
        terminal.wait("Story 1")
        terminal.settle()
        painted = {
            words: terminal.received.count(words) for words in (b"Story 1", b"40 mentions", b"published", b"quit")
        }
        assert set(painted.values()) == {1}, painted


@pytest.mark.usefixtures("few")
async def test_far_mentions_are_read_after_the_first_picture(marked: Path) -> None:
    async with at_desk(marked) as here:
        await here.until(lambda: here.desk.whole)
        assert len(here.desk.mentions) == 40
        assert "40 mentions" in str(here.reader.panel.query_one("#count").render())


@pytest.mark.usefixtures("few")
async def test_before_that_only_near_ones_are_known_but_no_key_finds_them_so(
    marked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_on = ReaderOpening._read_on
    monkeypatch.setattr(ReaderOpening, "_read_on", lambda _: None)
    async with at_desk(marked) as here:
        assert not here.desk.whole
        assert 0 < len(here.desk.mentions) < 10
        assert "reading" in str(here.reader.panel.query_one("#count").render())
        monkeypatch.setattr(ReaderOpening, "_read_on", read_on)
        await here.press("shift+tab")
        assert len(here.desk.mentions) == 40
        assert here.desk.active == "ana/39", "the last mention stands before the first"


async def test_an_article_of_few_mentions_is_read_at_once(marked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReaderOpening, "_read_on", lambda _: None)
    async with at_desk(marked) as here:
        assert isinstance(here.app.screen, Reader)
        assert here.desk.whole
        assert len(here.desk.mentions) == 40


# ---------------------------------------------------------------------- what is not made for the first picture


async def test_the_library_comes_below_an_article_only_when_one_goes_there(marked: Path) -> None:
    async with at_desk(marked) as here:
        assert not any(isinstance(screen, Library) for screen in here.app.screen_stack)
        await here.press("q")
        assert isinstance(here.app.screen, Library)
        assert len(here.app.screen_stack) == 2
        await here.press("enter", "q")
        assert len(here.app.screen_stack) == 2


async def test_the_library_begins_at_what_was_read_and_takes_the_keys_after(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", *(f"Story {number}." for number in range(9)), annotator="ana")
    async with at_desk(path, document=4) as here:
        driver = here.app._driver
        assert driver
        for key in ("q", "j", "j"):  # before there is a Library
            driver.send_message(events.Key(key, key))
        await here.until(lambda: isinstance(here.app.screen, Library))
        await here.quiet()
        library = here.app.screen
        assert isinstance(library, Library)
        current = library.documents.current
        assert current
        assert current.title == "Story 6"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (170, 40)])
async def test_what_opens_is_styled_once(marked: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    styled: Counter[str] = Counter()
    apply = Stylesheet.apply

    def counted(self: Stylesheet, node: DOMNode, **more: Any) -> None:
        styled[type(node).__name__] += 1
        apply(self, node, **more)

    monkeypatch.setattr(Stylesheet, "apply", counted)
    async with at_desk(marked, size=size) as here:
        assert styled["HintLine"] == styled["ArticleView"] == styled["MentionPanel"] == styled["Card"] == 1
        assert here.app.focused is here.reader.article
        assert here.reader.article.has_pseudo_class("focus")
        assert here.reader.has_class("narrow") is (size[0] < 100)
        styled.clear()
        await here.press("q")
        assert styled["HintLine"] == styled["Heads"] == styled["DocumentList"] == 1


async def test_no_style_sheet_is_read_twice(marked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def counted(scope: str, css: str, read_from: tuple[str, str], **more: Any) -> Any:
        if read_from[0].endswith(".tcss"):
            parsed.append(Path(read_from[0]).name)
        return parse(scope, css, read_from, **more)

    monkeypatch.setattr("textual.css.stylesheet.parse", counted)
    async with at_desk(marked) as here:
        await here.press("question_mark", "escape", "q", "s", "escape")
        assert isinstance(here.app.screen, Library)
    assert sorted(parsed) == ["app.tcss", "help.tcss", "library.tcss", "reader.tcss", "search.tcss"]
