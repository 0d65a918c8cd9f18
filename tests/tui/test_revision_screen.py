"""A corrected article: the Reader says what waits, the review shows what became of each mention, keys carry them over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from desk_app import AtDesk, at_desk, problems
from ledger_app import here_now, row_of, seen
from library_app import InLibrary
from onrecord.schema import acts, revision
from onrecord.schema.ledger import Act, Ledger
from onrecord.tui.corrections import carry_over
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.revision import Revision
from onrecord.tui.widgets.differences import GONE, NEW, differences
from rich.cells import cell_len
from told import elsewhere, mention, one, rows

OLD = (
    "The ferry will stop in May, a harbour clerk said on Monday. Nobody at the council knew of it.\n\n"
    "“It was never in doubt,” said Mayor Ilse Brand of Tarrow.\n\nThe fare is 40 crowns, according to the harbour.\n\n"
    "The harbour opens at six.\n\nIt closes at ten.\n"
)
NEW_TEXT = (
    "The ferry will stop in May, a harbour clerk said on Monday. An earlier version said otherwise.\n\n"
    "The fare is 45 crowns, according to the harbour.\n\nThe harbour opens at six.\n\nIt closes at ten.\n\n"
    "“It was never in doubt,” said Mayor Ilse Brand of Tarrow.\n"
)
WORDS = (
    "The ferry will stop in May",
    "Nobody at the council knew of it",
    "It was never in doubt",
    "The fare is 40 crowns",
)
CARRIED = "SELECT quote FROM mentions WHERE document_id = (SELECT id FROM documents WHERE revises > 0) ORDER BY start"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two versions of an article; in the old one a mention of each of the words, and one of somebody else's."""
    path = tmp_path / "p.db"
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        old, _ = acts.add_document(act, OLD, title="Ferry", published_at="2026-03-01")
        acts.add_document(act, NEW_TEXT, title="Ferry, corrected", revises=old, published_at="2026-03-02")
        clerk = acts.name_source(act, "a harbour clerk", document=old)
        for words in WORDS:
            mention(act, old, OLD, words, words, anonymous=clerk)
    elsewhere(path, lambda act: mention(act, old, OLD, "It closes at ten"))
    return path


@asynccontextmanager
async def in_review(path: Path, size: tuple[int, int] = (100, 30)) -> AsyncIterator[InLibrary]:
    """The app with the review of the corrected article open."""
    async with at_desk(path, document=2, size=size) as desk:
        here = InLibrary(desk.pilot, desk.app, path)
        await here.press("R")
        await here.until(lambda: isinstance(here.top, Revision) and len(seen(here)) >= 1)
        await here.quiet()
        yield here
    assert problems(path) == []


def notice(here: AtDesk) -> str:
    return here.reader.hint_line._status


# ---------------------------------------------------------------------- the notice


async def test_the_reader_says_what_is_not_carried_over(project: Path) -> None:
    async with at_desk(project, document=2) as here:
        await here.until(lambda: notice(here) == "R: 3 to carry over")
        said = "This corrects another version: 3 of your mentions are not carried over; R shows them"
        await here.until(lambda: said in here.said)
        await here.press("R")
        await here.until(lambda: isinstance(here.app.screen, Revision))
        await here.press("q")
        await here.until(lambda: isinstance(here.app.screen, Reader))
        await here.press("<")
        await here.until(lambda: here.desk.document.title == "Ferry")
        assert notice(here) == ""
        await here.press("R")
        assert here.said[-1] == "This document is no correction of another one"


async def test_without_mentions_of_ones_own_nothing_is_said(project: Path) -> None:
    async with at_desk(project, document=2, annotator="cleo") as here:
        await here.press("R")
        await here.until(
            lambda: "You have no mentions in the old version" in InLibrary(here.pilot, here.app, project).screen_text
        )
        await here.press("c", "C", "enter", "j")
        assert isinstance(here.app.screen, Revision)
        assert here.said[-1] == "There is no mention in the list"
        await here.press("q")
        await here.until(lambda: isinstance(here.app.screen, Reader))
        assert notice(here) == ""


# ---------------------------------------------------------------------- the review


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80", "140"])
async def test_each_mention_says_what_became_of_it(project: Path, size: tuple[int, int]) -> None:
    async with in_review(project, size) as here:
        assert [row.replace("▌", " ").split()[1] for row in seen(here)] == ["vanished", "changed", "moved", "same"]
        assert all(cell_len(row) == size[0] for row in seen(here))
        assert "1 vanished · 1 changed · 1 moved · 1 same" in here.text("#header")
        assert "3 to carry over" in here.text("#header")
        assert "∅ vanished: the words are not in the new version" in here.text("#foot")
        await here.press("j")
        foot = here.lines("#foot")
        assert "was The fare is 40 crowns" in " ".join(" ".join(foot).split())
        assert "now The fare is 45 crowns" in " ".join(" ".join(foot).split())


def test_the_words_that_differ_are_set_off() -> None:
    was, now = differences("The fare is 40 crowns", "The fare is 45 crowns")
    assert (was.plain, now.plain) == ("The fare is 40 crowns", "The fare is 45 crowns")
    assert [(span.style, was.plain[span.start : span.end]) for span in was.spans if span.style] == [(GONE, "40")]
    assert [(span.style, now.plain[span.start : span.end]) for span in now.spans if span.style] == [(NEW, "45")]
    assert differences("a\x1b[31m", "")[0].plain == "a␛[31m"


async def test_enter_jumps_to_the_place_and_q_comes_back(project: Path) -> None:
    async with in_review(project) as here:
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))
        assert here.desk.document.title == "Ferry"
        assert here.word == "Nobody"
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Revision))
        await here.press("j", "enter")
        await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))
        assert here.desk.document.title == "Ferry, corrected"
        assert here.desk.cursor.start == NEW_TEXT.index("The fare")
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Revision))


# ---------------------------------------------------------------------- carrying over


async def test_one_key_carries_one_over_and_undo_takes_it_back(project: Path) -> None:
    async with in_review(project) as here:
        await here.press("c")
        assert here.said[-1] == "These words are not in the new version; enter shows them in the old one"
        await here.press("j", "c")
        await here.until(lambda: "✓ there" in row_of(here, "changed"))
        assert rows(project, CARRIED) == [("The fare is 45 crowns",)]
        assert "moved" in here_now(here)
        await here.press("k", "c")
        assert here.said[-1] == "It is in the new version already"
        await here.press("u")
        await here.until(lambda: "– removed" in row_of(here, "changed"))
        assert rows(project, CARRIED) == []
        await here.press("ctrl+r")
        await here.until(lambda: "✓ there" in row_of(here, "changed"))
        await here.press("u")
        await here.until(lambda: "– removed" in row_of(here, "changed"))
        await here.press("c")
        await here.until(lambda: "✓ there" in row_of(here, "changed"))


async def test_one_key_carries_all_over(project: Path) -> None:
    async with in_review(project) as here:
        await here.press("C")
        await here.until(lambda: sum("✓ there" in row for row in seen(here)) == 3)
        assert len(rows(project, CARRIED)) == 3
        labels = "SELECT label FROM marks JOIN mentions ON mentions.id = mention_id JOIN documents ON documents.id = document_id"
        assert rows(project, f"{labels} WHERE revises > 0") == [("anonymous",)] * 3
        await here.press("C")
        assert here.said[-1] == "Nothing is left to carry over"
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Reader))
        await here.until(lambda: "carry over" not in notice(here))
        assert len(here.desk.shown()) == 3
        await here.press("u")
        await here.until(lambda: not here.desk.shown())


async def test_what_was_marked_by_hand_counts_as_there(project: Path) -> None:
    sha = one(project, "SELECT sha256 FROM documents WHERE revises > 0")
    elsewhere(project, lambda act: mention(act, sha, NEW_TEXT, "ferry will stop", WORDS[0]), annotator="ana")
    async with in_review(project) as here:
        assert "✓ there" in row_of(here, "same")
        assert "2 to carry over" in here.text("#header")
        await here.press("C")
        await here.until(lambda: len(rows(project, CARRIED)) == 3)


async def test_what_another_program_carries_over_appears(project: Path) -> None:
    document = one(project, "SELECT id FROM documents WHERE revises > 0")
    async with in_review(project) as here:

        def work(act: Act) -> None:
            found = revision.outcomes(act.ledger.connection, document, ["ana"])
            carry_over(act, document, {each.old_uid for each in found}, "ana")

        elsewhere(project, work, annotator="ana")
        await here.until(lambda: sum("✓ there" in row for row in seen(here)) == 3)
