"""The ledger as it was: by what was published up to a moment, by what was recorded up to one, and by both."""

from pathlib import Path

import pytest
from ledger_app import in_ledger, open_claim, row_of, seen, type_in
from onrecord.schema import acts
from onrecord.tui.screens.ledger import Ledger
from onrecord.tui.screens.listing import Rows
from onrecord.tui.screens.prompt import Prompt
from told import SHORT, UNTOLD, elsewhere, rows, told


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return told(tmp_path / "p.db")


async def test_as_of_a_day_it_says_what_was_published_by_then(project: Path) -> None:
    async with in_ledger(project) as here:
        await here.press("t")
        await type_in(here, "2026-03-03")
        assert "✗ denied" in row_of(here, "stopped short")
        assert "– no mention" in row_of(here, "closed fully")
        assert "as of 2026-03-03" in here.text("#header")
        await open_claim(here, "stopped short")
        assert "as of 2026-03-03" in here.text("#header")
        assert "confirmed" not in here.text(here.top.query_one(Rows))
        await here.press("t", *["backspace"] * 10)
        await type_in(here, "2026-03-02")
        assert "○ anonymous" in here.text("#head")
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Ledger))
        assert "○ anonymous" in row_of(here, "stopped short")


async def test_known_at_a_time_it_says_what_was_recorded_by_then(project: Path) -> None:
    async with in_ledger(project) as here:
        await here.press("T")
        await type_in(here, "2026-03-02T09:00+01:00")
        await here.until(lambda: len(seen(here)) == 2)
        assert "○ anonymous" in row_of(here, "stopped short")
        assert not row_of(here, "closed fully")
        assert "known at 2026-03-02T09:00+01:00" in here.text("#header")
        await open_claim(here, "stopped short")
        assert "○ anonymous" in here.text("#head")
        await here.press("T", *["backspace"] * 30)
        await type_in(here, "2025-01-01")
        assert "Nothing was recorded of this claim up to 2025-01-01" in here.screen_text
        await here.press("enter", "r")
        assert here.said[-1] == "The claim was not on record then"


async def test_what_was_merged_later_stood_alone_then(project: Path) -> None:
    uids = dict(rows(project, "SELECT claim, uid FROM claims"))
    elsewhere(project, lambda act: acts.merge_claims(act, uids[SHORT], uids[UNTOLD]))
    async with in_ledger(project) as here:
        assert len(seen(here)) == 2
        await here.press("T")
        await type_in(here, "2026-03-30")
        await here.until(lambda: len(seen(here)) == 3)


async def test_both_moments_hold_together_and_are_said(project: Path) -> None:
    async with in_ledger(project, (80, 24)) as here:
        await here.press("t")
        await type_in(here, "2026-03-05")
        await here.press("T")
        await type_in(here, "2026-03-04")
        await here.until(lambda: len(seen(here)) == 2)
        assert here.text("#header").endswith("as of 2026-03-05 · known at 2026-03-04")
        assert "✗ denied" in row_of(here, "stopped short")


async def test_a_bad_moment_gets_one_sentence(project: Path) -> None:
    async with in_ledger(project) as here:
        await here.press("t")
        await here.until(lambda: isinstance(here.top, Prompt))
        await here.press(*"yesterday", "enter")
        assert isinstance(here.top, Prompt)
        assert "Write 2026-03-05, or 2026-03-05T14:00+01:00" in here.screen_text
        await here.press("escape")
        assert "⇄ contested" in row_of(here, "stopped short")
