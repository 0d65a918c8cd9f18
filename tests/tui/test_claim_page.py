"""A claim of the ledger: what its page tells, where it leads, and how it is tied to other claims."""

from pathlib import Path

import pytest
from ledger_app import in_ledger, open_claim, row_of, seen, to_row, type_in
from onrecord.schema import acts
from onrecord.tui.screens.chooser import Chooser
from onrecord.tui.screens.claim_page import ClaimPage
from onrecord.tui.screens.ledger import Ledger
from onrecord.tui.screens.listing import Rows
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.source_page import SourcePage
from told import CLOSED, FIRST, SHORT, UNTOLD, elsewhere, one, rows, told


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return told(tmp_path / "p.db")


# ---------------------------------------------------------------------- a claim


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80", "140"])
async def test_a_claim_tells_how_its_standing_came_about(project: Path, size: tuple[int, int]) -> None:
    async with in_ledger(project, size) as here:
        await open_claim(here, "stopped short")
        page = here.text(here.top.query_one(Rows))
        assert "2026-03-01 06:00 ○ anonymous ○ anonymous by a harbou" in page
        assert "2026-03-03 06:00 ✗ denied ✗ denied by Askerby" in page
        assert "2026-03-05 06:00 ⇄ contested ✓ confirmed by Valmark" in page
        assert "a shows 1 mark that changed nothing" in page
        foot = here.text("#foot")
        assert "○ anonymous by a harbour official: makes it anonymous" in foot
        assert "“The gate stopped short”" in foot
        await here.press("a")
        page = here.text(here.top.query_one(Rows))
        assert "2026-03-03 06:00 ○ anonymous by an official" in page
        assert "changed nothing" not in page


async def test_a_mention_is_shown_in_context_and_leads_into_the_reader(project: Path) -> None:
    async with in_ledger(project) as here:
        await open_claim(here, "council was")
        await here.press("tab")
        assert FIRST in here.text("#foot")
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))
        assert here.desk.document.title == "Gate stopped"
        assert here.desk.mention is not None
        assert here.desk.mention.claim == UNTOLD
        await here.press("q")
        await here.until(lambda: isinstance(here.top, ClaimPage))
        assert "The council was not told" in next(row for row in seen(here) if row.startswith("▌"))
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Ledger))
        await here.press("q")
        assert here.back


async def test_origins_come_with_what_the_count_takes_for_granted(project: Path) -> None:
    async with in_ledger(project, (140, 45)) as here:
        await open_claim(here, "stopped short")
        page = here.text(here.top.query_one(Rows))
        assert "2 distinct origins" in page
        assert "2 unnamed sources of different articles are different people unless they are tied" in page
        one_, other = rows(project, "SELECT uid FROM sources WHERE document_id IS NOT NULL")
        elsewhere(project, lambda act: acts.tie_sources(act, one_[0], other[0], "probably_same", 70))
        await here.until(lambda: "1 distinct origin" in here.text(here.top.query_one(Rows)))
        page = here.text(here.top.query_one(Rows))
        assert "2 without suspected ties" in page
        assert "are taken for one: probably the same, 70 % sure" in page
        await here.press("tab", "tab", "enter")
        await here.until(lambda: isinstance(here.top, SourcePage))


async def test_a_relation_leads_to_the_other_claim(project: Path) -> None:
    uids = dict(rows(project, "SELECT claim, uid FROM claims"))
    elsewhere(project, lambda act: acts.relate_claims(act, uids[CLOSED], "contradicts", uids[SHORT]))
    async with in_ledger(project) as here:
        await open_claim(here, "stopped short")
        await here.press("G")
        assert "≠ contradicts" in row_of(here, CLOSED)
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, ClaimPage) and CLOSED in here.text("#head"))
        await here.press("q")
        await here.until(lambda: SHORT in here.text("#head"))


# ---------------------------------------------------------------------- tying


async def test_claims_are_tied_from_proposals_and_the_tie_is_cut(project: Path) -> None:
    async with in_ledger(project) as here:
        await to_row(here, "closed fully")
        await here.press("r")
        await here.until(lambda: isinstance(here.top, Chooser) and here.top.options.option_count)
        assert "[contradicts]" in here.screen_text
        await type_in(here, "short")
        await here.until(lambda: rows(project, "SELECT relation FROM claim_relations"))
        assert rows(project, "SELECT relation FROM claim_relations") == [("contradicts",)]
        await open_claim(here, "closed fully")
        await here.press("G")
        assert "≠ contradicts" in row_of(here, SHORT)
        await here.press("x")
        await here.until(lambda: not rows(project, "SELECT relation FROM claim_relations"))
        await here.until(lambda: "none yet; r ties it to one" in here.screen_text)
        await here.press("u")
        await here.until(lambda: row_of(here, SHORT))
        await here.press("up", "up", "up", "x")
        assert here.said[-1] == "Put the cursor on a relation or on a merged claim first"


async def test_another_way_is_chosen_with_the_arrows(project: Path) -> None:
    async with in_ledger(project) as here:
        await to_row(here, "closed fully")
        await here.press("r")
        await here.until(lambda: isinstance(here.top, Chooser))
        await here.press("shift+tab", "right", "enter")
        await here.until(lambda: rows(project, "SELECT relation FROM claim_relations"))
        assert one(project, "SELECT relation FROM claim_relations") == "narrower_than"


async def test_merging_with_a_claim_that_is_looked_for_and_splitting_it_off(project: Path) -> None:
    async with in_ledger(project) as here:
        await open_claim(here, "stopped short")
        await here.press("=")
        await type_in(here, "closed")
        await here.until(lambda: one(project, "SELECT count(*) FROM claims WHERE merged_id <> id"))
        await here.until(lambda: "5 mentions" in here.text("#head"))
        await here.press("G")
        await here.until(lambda: "merged with it: The gate closed fully" in here.screen_text)
        await here.press("x")
        await here.until(lambda: not one(project, "SELECT count(*) FROM claims WHERE merged_id <> id"))
