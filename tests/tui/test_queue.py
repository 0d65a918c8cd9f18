"""Queues in the app: the library shows what was assigned, the Reader goes through it and through nothing else."""

from pathlib import Path

import pytest
from desk_app import at_desk, looking, make_project
from library_app import InLibrary, in_library
from onrecord.schema import acts, reading, team
from onrecord.schema.events import Member
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import write_lock
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader

TEXTS = tuple(f"Text {number} says that the gate held." for number in range(1, 8))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Seven stories; lea leads, ana has the fifth, the second and the seventh in their queue, in this order."""
    path = make_project(tmp_path / "p.db", *TEXTS, annotator="lea")
    with Ledger(path, "lea", "elsewhere") as ledger, ledger.act() as act:
        act.put("lea", Member(role="lead"))
    assign(path, "ana", 5, 2, 7)
    return path


def sha_of(path: Path, story: int) -> str:
    with looking(path) as connection:
        return reading.find_document(connection, f"Story {story}")[0].sha256


def assign(path: Path, name: str, *stories: int, start: int = 0) -> None:
    shas = [sha_of(path, story) for story in stories]
    with Ledger(path, "lea", "elsewhere") as ledger, ledger.act() as act:
        for at, sha256 in enumerate(shas, start):
            team.assign(act, sha256, name, 10 * at)


def finish(path: Path, name: str, *stories: int) -> None:
    shas = [sha_of(path, story) for story in stories]
    with Ledger(path, name, "elsewhere") as ledger, ledger.act() as act:
        for sha256 in shas:
            acts.submit(act, sha256, "submitted")


def states(path: Path, name: str = "ana") -> dict[str, str]:
    with looking(path) as connection:
        return dict(connection.execute(
            """SELECT title, state FROM submissions JOIN documents ON documents.id = document_id
            JOIN annotators ON annotators.id = annotator_id WHERE name = ?""",
            (name,),
        ).fetchall())  # fmt: skip


def title_in_hand(here: InLibrary) -> str:
    """The title of the document under the cursor."""
    line = here.documents.current
    return line.title if line else ""


# ---------------------------------------------------------------------- the library


async def test_the_library_shows_the_queue_first_and_all_when_asked(project: Path) -> None:
    async with in_library(project) as here:
        assert here.titles == ["Story 5", "Story 2", "Story 7"]
        assert "your queue: 0 of 3 done · a shows all" in here.text("#header")
        await here.press("j", "a")
        assert here.titles == [f"Story {number}" for number in range(1, 8)]
        assert title_in_hand(here) == "Story 2"
        assert "7 documents · 0 submitted · your queue 0 of 3 done, a shows it" in here.text("#header")
        await here.press("a")
        assert here.titles == ["Story 5", "Story 2", "Story 7"]
        assert title_in_hand(here) == "Story 2"


async def test_it_begins_with_what_is_to_do_and_says_when_the_queue_is_finished(project: Path) -> None:
    finish(project, "ana", 5, 1)
    async with in_library(project) as here:
        assert "your queue: 1 of 3 done" in here.text("#header")
        assert title_in_hand(here) == "Story 2"
        finish(project, "ana", 2, 7)
        here.app.project.watcher.look()
        await here.until(lambda: "finished, 3 of 3 done" in here.text("#header"))


async def test_words_filter_within_the_queue(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("slash", *"story 7")
        await here.until(lambda: here.titles == ["Story 7"])
        assert here.text("#filter-count") == "1 of 3"
        await here.press("enter", "a")
        await here.until(lambda: here.text("#filter-count") == "1 of 7")
        await here.press("escape")
        assert len(here.titles) == 7


async def test_without_a_queue_all_stays_as_it_is(project: Path) -> None:
    async with in_library(project, annotator="bob") as here:
        assert len(here.titles) == 7
        assert "7 documents · 0 submitted · 0 mentions" in here.text("#header")
        await here.press("a")
        assert here.said == ["No document was assigned to you; onrecord assign does that"]
        await here.press("enter", "greater_than_sign")
        await here.until(lambda: isinstance(here.app.screen, Reader))
        assert here.reader.desk.document.title == "Story 2"
        assert "queue" not in str(here.reader.query_one("#header").render())


async def test_what_is_assigned_meanwhile_appears_at_once_and_a_check_looks_like_the_rest(project: Path) -> None:
    with Ledger(project, "lea", "elsewhere") as ledger, ledger.act() as act:
        team.assign(act, sha_of(project, 3), "bob", 0, gold=True)
    async with in_library(project, annotator="bob") as here:
        assert here.titles == ["Story 3"]
        assign(project, "bob", 6, 4, start=1)
        await here.until(lambda: here.titles == ["Story 3", "Story 6", "Story 4"])
        assert "0 of 3 done" in here.text("#header")
        assert all(row.rstrip().endswith("· to do") for row in here.rows)
        with Ledger(project, "lea", "elsewhere") as ledger, ledger.act() as act:
            for story in (3, 4, 6):
                team.unassign(act, sha_of(project, story), "bob")
        await here.until(lambda: len(here.titles) == 7)


async def test_another_name_has_another_queue(project: Path) -> None:
    assign(project, "bob", 1)
    async with in_library(project) as here:
        await here.press("a")
        here.app._renamed("bob")
        await here.until(lambda: here.titles == ["Story 1"])


# ---------------------------------------------------------------------- the Reader


async def test_space_goes_through_the_queue_in_its_order_and_says_when_it_is_finished(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("enter")
        await here.until(lambda: isinstance(here.app.screen, Reader))
        for number, story in enumerate((5, 2, 7)):
            assert here.desk.document.title == f"Story {story}"
            await here.until(lambda: f"queue: {number} of 3 done" in here.text("#header"))  # noqa: B023 - asked at once
            await here.press("space")
            await here.saved()
        assert here.desk.document.title == "Story 7"
        assert here.said[-1] == "Submitted. Your queue is finished: 3 of 3 done; q goes back"
        assert states(project) == {"Story 2": "submitted", "Story 5": "submitted", "Story 7": "submitted"}
        await here.press("q")
        assert isinstance(here.app.screen, Library)
        assert "finished" in here.text("#header")


async def test_whoever_submits_faster_than_the_disk_is_led_nowhere_twice(project: Path) -> None:
    async with at_desk(project, document=5) as here:
        with write_lock(project):
            for story in (5, 2, 7):
                assert here.desk.document.title == f"Story {story}"
                await here.press("space")
            assert here.said[-1].startswith("Submitted. Your queue is finished")
            assert states(project) == {}
        await here.saved()
    assert len(states(project)) == 3


async def test_next_and_previous_never_leave_the_queue(project: Path) -> None:
    async with at_desk(project, document=5) as here:
        seen = [here.desk.document.title]
        for key in ("greater_than_sign", "greater_than_sign", "greater_than_sign", "less_than_sign", "less_than_sign"):
            await here.press(key)
            seen.append(here.desk.document.title)
        assert seen == ["Story 5", "Story 2", "Story 7", "Story 7", "Story 2", "Story 5"]
        await here.press("less_than_sign")
        assert here.said == ["This is the first document of your queue"]


async def test_from_a_document_outside_of_the_queue_one_comes_into_it(project: Path) -> None:
    finish(project, "ana", 5)
    async with at_desk(project, document=1) as here:
        await here.press("less_than_sign")
        assert here.said == ["This document is not in your queue"]
        await here.press("greater_than_sign")
        assert here.desk.document.title == "Story 2"
    async with at_desk(project, document=3) as here:
        await here.press("space")
        assert here.desk.document.title == "Story 2"
        finish(project, "ana", 2, 7)
        here.app.project.watcher.look()
        await here.until(lambda: "3 of 3" in str(here.reader._queue_told()))
    async with at_desk(project, document=4) as here:
        await here.press("greater_than_sign")
        assert here.said == ["Your queue is finished: 3 of 3 done; q goes back"]


async def test_skipped_and_flagged_are_done_too(project: Path) -> None:
    async with at_desk(project, document=5) as here:
        await here.reader.run_action("skip")
        await here.press("exclamation_mark", *"odd", "enter")
        await here.saved()
        assert here.desk.document.title == "Story 7"
        await here.until(lambda: here.reader._queue_told() == "queue: 2 of 3 done")
    assert states(project) == {"Story 5": "skipped", "Story 2": "flagged"}
