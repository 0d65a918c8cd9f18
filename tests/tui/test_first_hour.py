"""What somebody new needs to be told: whose mentions are hidden, what an undo did, which find this is, where one was."""

from pathlib import Path

import pytest
from desk_app import TEXT, AtDesk, at_desk, make_project
from library_app import InLibrary, in_library
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span, content_hash
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader
from onrecord.tui.widgets.demo_bar import DemoBar
from onrecord.tui.widgets.document_row import Heads
from onrecord.tui.widgets.guidelines import Guidelines
from onrecord.tui.widgets.mention_panel import MentionPanel
from textual import events
from textual.keys import _character_to_key


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db")


@pytest.fixture
def shared(project: Path) -> Path:
    """A project in which somebody else has made two mentions."""
    with Ledger(project, "ben", "elsewhere") as ledger, ledger.act() as act:
        for words in ("gate stopped", "Nobody said a word"):
            start = TEXT.index(words)
            uid = acts.new_mention("ben")
            acts.set_mention(act, uid, SHA, TEXT, [Span(start, start + len(words))])
            acts.set_label(act, uid, "anonymous")
    return project


def painted(here: AtDesk, selector: str) -> str:
    """What is painted of a one-line widget."""
    widget = here.reader.query_one(selector)
    return "".join(widget.render_line(row).text for row in range(widget.size.height)).strip()


# ---------------------------------------------------------------------- the mentions of others


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80", "120"])
async def test_the_panel_tells_of_hidden_mentions_and_of_the_key(shared: Path, size: tuple[int, int]) -> None:
    async with at_desk(shared, size=size) as here:
        assert painted(here, "#count") == "0 of yours · o shows others' 2"
        await here.press("tab")
        assert any("o shows them" in said for said in here.said)
        await here.press("o")
        assert painted(here, "#count") == "2 mentions · o hides others'"
        await here.press("tab", "s")
        await here.saved()
        assert painted(here, "#count") == "3 mentions · o hides others'"
        await here.press("o")
        assert painted(here, "#count") == "1 of yours · o shows others' 2"


async def test_the_panel_counts_hidden_mentions_that_come_later(project: Path) -> None:
    async with at_desk(project) as here:
        assert painted(here, "#count") == "0 mentions"
        with Ledger(project, "ben", "elsewhere") as ledger, ledger.act() as act:
            acts.set_mention(act, acts.new_mention("ben"), SHA, TEXT, [Span(0, 4)])
        await here.until(lambda: painted(here, "#count") == "0 of yours · o shows others' 1")


# ---------------------------------------------------------------------- answers to keys


async def test_an_undo_is_told_once_and_says_what_it_undid(project: Path) -> None:
    async with at_desk(project) as here:
        await here.mark_words("Nobody", "s", "d")
        await here.press("u")
        await here.until(lambda: here.said)
        assert here.said == ["Undone: 1 label"]
        await here.press("ctrl+r")
        await here.until(lambda: here.said == ["Redone: 1 label"])


async def test_an_undo_of_what_another_document_shows_is_told_as_saved(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", "A first story.", "A second story.")
    async with at_desk(path) as here:
        await here.press("space")
        await here.saved()
        assert (here.desk.text, here.status) == ("A second story.", "✓ 1 saved")
        await here.press("u")
        await here.until(lambda: here.said == ["Undone: 1 document's state"])
        assert here.status == "✓ 2 saved"


async def test_an_answer_goes_with_the_next_key_and_an_error_stays(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("x")
        assert len(here.said) == 1
        here.app.notify("The disk is full", title="Nothing was written", severity="error", markup=False)
        await here.until(lambda: len(here.said) == 2)
        await here.press("w")
        assert here.said == ["The disk is full"]


# ---------------------------------------------------------------------- keys that come all at once


async def test_keys_behind_an_answer_are_for_what_the_answer_leads_to(project: Path) -> None:
    async with at_desk(project) as here:
        await all_at_once(here, "slash", *"harbour", "enter", "v", "w", "a", "d")
        await here.until(lambda: here.labels == ["anonymous", "denied"])
        await here.saved()
        assert here.desk.mention
        assert here.desk.mention.quote == "harbour official"
        await all_at_once(here, "equals_sign", *"It failed", "enter", "d", "s")
        await here.until(lambda: here.labels == ["sourced", "anonymous"])
        await here.saved()
        assert here.desk.mention.claim == "It failed"
        await all_at_once(here, "slash", *"nowhere", "escape", "w", "w")
        assert here.word == "the"


async def all_at_once(here: AtDesk, *keys: str) -> None:
    """Send keys without a pause, as a slow line delivers them."""
    assert here.app._driver
    for key in keys:
        name = key if len(key) > 1 else _character_to_key(key)
        event = events.Key(name, key if len(key) == 1 else None)
        event.set_sender(here.app)
        here.app._driver.send_message(event)
    await here.quiet()
    await here.pilot.pause()


# ---------------------------------------------------------------------- finds


async def test_every_find_is_reached_in_both_directions_and_counted(tmp_path: Path) -> None:
    text = "The gate held. “Gates” are mitigated by floodgates, the investigated gate too.\n"
    path = make_project(tmp_path / "p.db", text)
    async with at_desk(path) as here:
        await here.press("slash", *"gate", "enter")
        forwards = [(here.word, here.status)]
        for _ in range(5):
            await here.press("n")
            forwards.append((here.word, here.status))
        words = ["gate", "Gates", "mitigated", "floodgates", "investigated", "gate"]
        assert forwards == [(word, f"{at} of 6 found") for at, word in enumerate(words, 1)]
        await here.press("n")
        assert here.status == "1 of 6 found", "in a circle"
        backwards = []
        for _ in range(6):
            await here.press("N")
            backwards.append(here.word)
        assert backwards == words[::-1]
        await here.press("b")
        assert here.status == "6 found", "the cursor is on none"
        await here.press("escape")
        assert here.status == ""


async def test_a_find_that_begins_with_a_sign_is_not_found_for_ever(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", "He said: “No.” She said: “No.” They said: “No.”\n")
    async with at_desk(path) as here:
        await here.press("slash", *"“no", "enter", "n", "n", "N", "N")
        assert here.desk.cursor.start == here.desk.text.index("No")


# ---------------------------------------------------------------------- what is always in sight


async def test_the_state_is_in_sight_beside_a_long_title(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", title="A headline that goes on " * 9, outlet="A long-named Mercury " * 3)
    async with at_desk(path, size=(80, 24)) as here:
        assert "…  2026-03-01 · A long-named" in painted(here, "#header")
        await here.mark_words("Nobody", "s")
        await here.until(lambda: "…  in progress · 2026-03-01 · A long" in painted(here, "#header"))
        assert painted(here, "#header").startswith("A headline that goes on A headline")
        assert here.reader.region.contains_region(here.reader.query_one("#header").region)


async def test_the_demo_bar_of_the_reader_fits_a_small_terminal(project: Path) -> None:
    async with in_library(project, demo=True, size=(80, 24)) as here:
        await enter(here)
        lines = here.lines(here.top.query_one(DemoBar))
        assert "s a d c label them." in lines[0]
        assert "…" not in "".join(lines)


@pytest.mark.parametrize("width", [80, 100, 120, 160])
async def test_the_library_says_whose_mentions_it_counts(project: Path, width: int) -> None:
    with Ledger(project, "ana", "elsewhere") as ledger, ledger.act() as act:
        acts.set_mention(act, acts.new_mention("ana"), SHA, TEXT, [Span(0, 4)])
    async with in_library(project, size=(width, 24)) as here:
        heads = here.lines(here.library.query_one(Heads))[0]
        assert "  your mentions  your state" in heads
        row = here.rows[0]
        assert row[heads.index("your mentions") :][: len("your mentions")].strip() == "1"


# ---------------------------------------------------------------------- guidelines beside the work


async def test_guidelines_take_the_place_of_the_panel_and_give_it_back(shared: Path) -> None:
    async with at_desk(shared) as here:
        await here.press("o")
        empty = painted(here, "#card")
        await here.press("tab")
        await here.until(lambda: painted(here, "#card") != empty)
        panel, article = here.reader.query_one(MentionPanel), here.reader.article
        width, card = article.size.width, painted(here, "#card")
        await here.press("ctrl+g", "escape")
        assert here.reader.query_one(Guidelines).region.width > 30
        assert (panel.region.width, article.size.width) == (0, width), "the article keeps its lines"
        await here.press("tab", "tab", "ctrl+g")
        await here.until(lambda: panel.region.width > 30)
        await here.until(lambda: painted(here, "#card") == card)


async def test_guidelines_stand_beside_the_panel_where_there_is_room(shared: Path) -> None:
    async with at_desk(shared, size=(200, 60)) as here:
        await here.press("ctrl+g")
        assert here.reader.query_one(Guidelines).region.width > 30
        assert here.reader.query_one(MentionPanel).region.width > 30
        assert here.reader.article.size.width > 100


# ---------------------------------------------------------------------- the way back


async def test_the_library_is_at_the_document_that_was_read_last(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", *(f"Story number {number}." for number in range(4)))
    async with in_library(path) as here:
        await enter(here)
        await here.press("greater_than_sign", "greater_than_sign", "q")
        await here.until(lambda: here.back)
        assert here.documents.current
        assert here.documents.current.title == "Story 3"
    async with at_desk(path, document=4) as there:
        await there.press("q")
        library = there.app.screen
        assert isinstance(library, Library)
        await there.until(lambda: library.documents.current and library.documents.current.title == "Story 4")


async def enter(here: InLibrary) -> None:
    """Open the document under the cursor."""
    await here.press("enter")
    await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))


SHA = content_hash(TEXT)
