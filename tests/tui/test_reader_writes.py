"""What becomes of an edit: pending until it is on disk, refused with a reason, undone and redone across restarts."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from desk_app import TEXT, AtDesk, at_desk, looking, make_project, span_of, stored
from onrecord.schema import reading
from onrecord.schema.codebook import BUILT_IN
from onrecord.schema.events import Kind, Label
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import write_lock
from onrecord.tui import settings
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader

GATE = "gate stopped\u00a0short"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db")


def row_of_mention(here: AtDesk) -> str:
    """The first row of the list of mentions, as it is painted."""
    panel = here.reader.panel.mentions
    return panel.render_line(0).text


def tag_beside(here: AtDesk, offset: int) -> str:
    """What stands in the margin of the row of an offset, as it is painted."""
    article = here.reader.article
    return article.render_line(article.cell_of(offset)[1]).text[: article.text_x].strip(" ┃")


async def test_a_mark_is_pending_until_it_is_on_disk(project: Path) -> None:
    gate = span_of(GATE)
    async with at_desk(project) as here:
        await here.pick(gate)
        with write_lock(project):
            await here.press("a", "d")
            uid = here.desk.active
            assert uid
            assert here.drawn_as(uid) == "pending"
            assert tag_beside(here, gate.start) == "…A…D"
            assert "◌" in row_of_mention(here)
            assert here.status == "◌ 2 saving"
            # Other people's work arrives while one's own is on its way: it must not paint it as done.
            here.reader._reload([uid])
            assert here.drawn_as(uid) == "pending"
            assert here.labels == ["anonymous", "denied"]
            assert stored(project) == []
        await here.saved()
        assert here.drawn_as(uid) == "done"
        assert tag_beside(here, gate.start) == "○A✕D".replace("✕", BUILT_IN["denied"].glyph)
        assert "◌" not in row_of_mention(here)
        assert here.status == "✓ 2 saved"
    assert [mark.label for mark in stored(project)[0].marks] == ["anonymous", "denied"]


async def test_what_is_pending_when_the_document_changes_is_written_all_the_same(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", TEXT, "Another story.")
    async with at_desk(path) as here:
        await here.pick(span_of(GATE))
        with write_lock(path):
            await here.press("d", "greater_than_sign")
            assert here.desk.text == "Another story."
            assert here.status == "◌ 1 saving"
        await here.saved()
        assert here.desk.shown() == []
        await here.press("less_than_sign")
        assert [each.quote for each in here.desk.shown()] == [GATE]


async def test_quitting_waits_for_what_is_pending(project: Path) -> None:
    async with at_desk(project) as here:
        await here.mark_words("We closed it", "s")
        await here.pick(span_of(GATE))
        await here.press("d", "q", "q")
    assert [mention.quote for mention in stored(project)] == [GATE, "We closed it"]


async def test_a_refused_write_says_why_and_is_not_painted(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", TEXT + "The gate held. " * 6000)
    async with at_desk(path) as here:
        await here.mark_words(GATE, "d")
        full = _pages(path)
        _limit(here, full)
        await here.press("escape", "g", "g", "v", "G", "a")
        await here.saved()
        assert any("nothing was written" in said and "full" in said for said in here.said)
        assert [each.quote for each in here.desk.shown()] == [GATE]
        assert here.desk.pending == {}
        assert here.status == "✓ 1 saved"
        _limit(here, 2**30)
        await here.press("escape", "g", "g", "v", "G", "a")
        await here.saved()
        assert here.labels == ["anonymous"]
    assert len(stored(path)) == 2


def _pages(path: Path) -> int:
    with looking(path) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])


def _limit(here: AtDesk, pages: int) -> None:
    """Let the writer's file grow to so many pages only, as a full disk would."""
    writer = here.app.project.writer

    def opened() -> Ledger:
        ledger = Ledger(here.path, "ana", here.app.project.device)
        ledger.connection.execute(f"PRAGMA max_page_count = {pages}")
        return ledger

    writer._open = opened
    writer._jobs.put(None)
    writer._thread.join()
    import threading

    writer._thread = threading.Thread(target=writer._run, daemon=True)
    writer._thread.start()


async def test_a_label_refused_on_a_stored_mention_leaves_what_was_stored(project: Path) -> None:
    async with at_desk(project) as here:
        await here.mark_words(GATE, "d")
        _limit(here, 2**30)
        here.app.project.writer._open = lambda: (_ for _ in ()).throw(sqlite3.OperationalError("the disk went away"))
        await here.press("a")
        await here.saved()
        assert any("the disk went away" in said for said in here.said)
        assert here.labels == ["denied"]
        await here.press("w")
        assert here.word == "stopped"


async def test_undo_and_redo_go_back_and_forth_across_restarts(project: Path) -> None:
    def labels() -> list[list[str]]:
        return [[mark.label for mark in mention.marks] for mention in stored(project)]

    async with at_desk(project) as here:
        await here.mark_words(GATE, "a", "d")
        await here.mark_words("We closed it", "s")
        await here.press("x")
        await here.saved()
    async with at_desk(project) as here:
        await here.press("u")
        await here.until(lambda: len(here.desk.shown()) == 2)
        assert here.labels == ["sourced"], "an undo takes what it changed in hand"
        await here.press("u", "u")
        await here.until(lambda: labels() == [["anonymous"]])
        await here.until(lambda: here.labels == ["anonymous"])
    async with at_desk(project) as here:
        await here.press("u")
        await here.until(lambda: labels() == [])
        await here.until(lambda: here.desk.shown() == [])
        await here.press("u", "u")
        await here.until(lambda: any("nothing left to undo" in said for said in here.said))
        await here.press("ctrl+r", "ctrl+r", "ctrl+r", "ctrl+r", "ctrl+r")
        await here.until(lambda: any("nothing to redo" in said for said in here.said))
        assert labels() == [["anonymous", "denied"]]
        await here.until(lambda: [each.quote for each in here.desk.shown()] == [GATE])


async def test_a_document_whose_adding_is_undone_is_left(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p.db", annotator="ana")
    async with at_desk(path) as here:
        await here.press("u", "slash")
        await here.until(lambda: isinstance(here.app.screen, Library))
        assert any("no longer there" in said for said in here.said)
        await here.press("ctrl+r")
        library = here.app.screen
        assert isinstance(library, Library)
        await here.until(lambda: library.documents.current)
        await here.press("enter")
        await here.until(lambda: isinstance(here.app.screen, Reader))
        assert here.desk.text == TEXT
        await here.press("slash")
        with Ledger(path, "ana", "elsewhere") as ledger:
            ledger.undo()
        await here.until(lambda: isinstance(here.app.screen, Library))


def own_code(key: str, letter: str) -> Label:
    kinds = (Kind(kind="softly", gloss="with a doubt"),)
    return Label(axis="neutral", key=key, letter=letter, glyph="★", colour="#aa8800", position=9, kinds=kinds)


async def test_a_teams_own_code_has_its_key_and_takes_none_that_is_taken(project: Path) -> None:
    with Ledger(project, "lead", "device") as ledger, ledger.act() as act:
        act.put("hedged", own_code("9", "H"))
        act.put("grabby", own_code("w", "W"))
    async with at_desk(project) as here:
        await here.mark_words(GATE, "9")
        assert here.labels == ["hedged"]
        assert tag_beside(here, span_of(GATE).start) == "★H"
        await here.press("w")
        assert here.labels == ["hedged"], "no code may take a key away from an action"
        assert here.word == "stopped"
    assert [mark.label for mark in stored(project)[0].marks] == ["hedged"]


async def test_the_keymap_of_the_settings_moves_keys(project: Path) -> None:
    settings.settings_file().parent.mkdir(parents=True)
    settings.settings_file().write_text(
        '[keys]\n"reader.denied" = "f5,z"\n"reader.go" = "0"\n"reader.submit" = "ctrl+s"\n', "utf-8"
    )
    async with at_desk(project) as here:
        await here.pick(span_of(GATE))
        await here.press("d", "z")
        await here.saved()
        assert here.labels == ["denied"]
        await here.press("f5")
        await here.saved()
        assert here.labels == []
        await here.press("G", "0", "0")
        assert here.desk.cursor.start == 0
        await here.press("space")
        await here.saved()
        assert "f5 denied" in here.reader.hint_line.render().plain
        assert "in progress" in str(here.reader.query_one("#header").render())
        await here.press("ctrl+s")
        await here.saved()
    with looking(project) as connection:
        assert reading.state_of(connection, stored(project)[0].document_id, "ana")[0] == "submitted"


async def test_the_next_start_opens_where_one_left_off(tmp_path: Path) -> None:
    text = TEXT * 20
    path = make_project(tmp_path / "p.db", "A first story.", text)
    async with at_desk(path, document=2) as here:
        await here.press("G", "k", "k")
        left = here.desk.cursor
        assert here.word == "A"
        await here.pilot.pause(0.1)
    async with at_desk(path, document=None) as here:
        assert (here.desk.text, here.desk.cursor) == (text, left)
        assert here.cursor_is_in_sight()
        await here.press("less_than_sign")
        assert here.cursor_is_in_sight()
        await here.press("q")
        assert isinstance(here.app.screen, Library)
    moved = tmp_path / "elsewhere.db"
    shutil.copy(path, moved)
    async with at_desk(moved, document=1) as here:
        assert here.desk.text == "A first story."
