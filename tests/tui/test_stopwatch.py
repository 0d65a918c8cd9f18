"""Active time: what counts, when it is written, and that nothing else is disturbed by it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_app import AtDesk, at_desk, looking, make_project, stored
from library_app import in_library
from onrecord.schema import acts, reading, team
from onrecord.schema.ledger import Ledger
from onrecord.tui.screens.details import Details
from onrecord.tui.screens.ledger import Ledger as LedgerScreen
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader
from onrecord.tui.stopwatch import AT_MOST, PAUSE, Stopwatch
from onrecord.tui.workers import Touched

PassTime = Callable[[float], None]


def sittings(path: Path) -> list[tuple[str, str, int]]:
    """Who sat over which document for how long, in the order in which it was written."""
    with looking(path) as connection:
        rows: list[tuple[str, str, int]] = connection.execute(
            """SELECT name, title, seconds FROM sittings JOIN documents ON documents.id = document_id
            JOIN annotators ON annotators.id = annotator_id ORDER BY sittings.id"""
        ).fetchall()
    return rows


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db", "One says so. Another denies it.", "Two says so.", "Three says so.")


# ---------------------------------------------------------------------- the watch


class Written:
    """What a stopwatch handed over."""

    def __init__(self) -> None:
        self.sittings: list[tuple[str, int]] = []
        self.watch = Stopwatch(lambda document, seconds: self.sittings.append((document, seconds)))


def test_time_runs_from_act_to_act_and_a_long_pause_counts_nothing(pass_time: PassTime) -> None:
    written = Written()
    for seconds in (0, 30, PAUSE, PAUSE + 0.1, 3600, 5):
        pass_time(seconds)
        written.watch.stir("a")
    assert written.sittings == []
    written.watch.stir(None)
    assert written.sittings == [("a", 155)]


def test_time_outside_of_a_document_is_nobodys(pass_time: PassTime) -> None:
    written = Written()
    for document in ("a", "a", None, None, "b", "b", "a", "a", None):
        pass_time(10)
        written.watch.stir(document)
    assert written.sittings == [("a", 10), ("b", 10), ("a", 10)]


def test_no_more_than_five_active_minutes_wait_to_be_written_and_no_second_is_lost(pass_time: PassTime) -> None:
    written = Written()
    written.watch.stir("a")
    for _ in range(601):
        pass_time(1.5)
        written.watch.stir("a")
    assert [seconds for _, seconds in written.sittings] == [300, 300, 300]
    assert AT_MOST == 300
    written.watch.flush()
    assert sum(seconds for _, seconds in written.sittings) == 901
    written.watch.flush()
    assert len(written.sittings) == 4


# ---------------------------------------------------------------------- the Reader


async def test_a_document_that_is_left_has_its_time_on_disk(project: Path, pass_time: PassTime) -> None:
    async with at_desk(project) as here:
        pass_time(100)
        await here.press("j")
        pass_time(50)
        await here.press("greater_than_sign")
        await here.until(lambda: sittings(project))
        assert sittings(project) == [("ana", "Story 1", 150)]
        pass_time(20)
        await here.press("q")
        await here.until(lambda: len(sittings(project)) == 2)
        assert sittings(project)[-1] == ("ana", "Story 2", 20)
        pass_time(60)
        await here.press("j", "j")
    assert len(sittings(project)) == 2


async def test_submitting_writes_the_time_first(project: Path, pass_time: PassTime) -> None:
    async with at_desk(project) as here:
        pass_time(42)
        await here.press("space")
        await here.saved()
        assert sittings(project) == [("ana", "Story 1", 42)]
    with looking(project) as connection:
        kinds = [kind for kind, _ in reading.touched_since(connection, 0)]
    assert kinds.index("sitting") < kinds.index("submission")


async def test_the_mouse_counts_and_closing_the_app_writes_what_is_left(project: Path, pass_time: PassTime) -> None:
    async with at_desk(project) as here:
        pass_time(7)
        await here.click(3)
        pass_time(8)
        await here.drag(0, 5)
        assert sittings(project) == []
    assert sittings(project) == [("ana", "Story 1", 15)]


async def test_a_window_over_the_reader_is_work_on_the_document_and_the_ledger_is_not(
    project: Path, pass_time: PassTime
) -> None:
    async with at_desk(project) as here:
        await here.mark_words("says so", "s")
        await here.press("enter")
        assert isinstance(here.app.screen, Details)
        for _ in range(3):
            pass_time(100)
            await here.press("tab")
        await here.press("escape")
        await here.until(lambda: sittings(project))
        assert sittings(project) == [("ana", "Story 1", 300)]
        await here.press("L")
        await here.until(lambda: isinstance(here.app.screen, LedgerScreen))
        for _ in range(3):
            pass_time(100)
            await here.press("j")
        await here.press("q")
        await here.until(lambda: isinstance(here.app.screen, Reader))
        pass_time(60)
        await here.press("j")
    assert sittings(project)[1:] == [("ana", "Story 1", 60)]


async def test_time_disturbs_neither_undo_nor_redo_nor_what_is_said_to_be_saved(
    project: Path, pass_time: PassTime
) -> None:
    async with at_desk(project) as here:
        await here.mark_words("says so", "s")
        assert here.status == "✓ 1 saved"
        await _work_for_six_minutes(here, pass_time)
        await here.until(lambda: len(sittings(project)) == 1)
        assert here.status == "✓ 1 saved"
        await here.press("u")
        await here.until(lambda: not stored(project))
        await _work_for_six_minutes(here, pass_time)
        await here.until(lambda: len(sittings(project)) == 2)
        await here.press("ctrl+r")
        await here.until(lambda: stored(project))
        assert [mark.label for mark in stored(project)[0].marks] == ["sourced"]
        await here.saved()
    assert sum(seconds for _, _, seconds in sittings(project)) == 720


async def _work_for_six_minutes(here: AtDesk, pass_time: PassTime) -> None:
    for _ in range(4):
        pass_time(90)
        await here.press("w")


async def test_time_that_another_program_records_shows_nothing_anew(project: Path) -> None:
    async with in_library(project) as here:
        heard: list[Any] = []
        here.app.touched.subscribe(here.library, heard.append)
        with looking(project) as connection:
            (line,) = reading.find_document(connection, "Story 1")
        here.app.post_message(Touched([("sitting", "bob/1")]))
        await here.quiet()
        assert heard == []
        with Ledger(project, "bob", "elsewhere") as ledger, ledger.act() as act:
            team.sit(act, line.sha256, 60)
            acts.submit(act, line.sha256, "submitted")
        here.app.project.watcher.look()
        await here.until(lambda: heard)


async def test_reading_a_file_that_cannot_be_written_to_is_left_alone(
    project: Path, pass_time: PassTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(team, "sit", refuse)
    async with at_desk(project) as here:
        pass_time(100)
        await here.press("j", "q")
        await here.until(lambda: isinstance(here.app.screen, Library))
        await here.until(lambda: not here.app._sittings)
        assert here.said == []


async def test_a_second_name_has_its_own_time(project: Path, pass_time: PassTime) -> None:
    for name in ("ana", "bob"):
        async with at_desk(project, annotator=name) as here:
            pass_time(30)
            await here.press("j")
    assert sittings(project) == [("ana", "Story 1", 30), ("bob", "Story 1", 30)]
