"""Keys that come all at once, as over a slow line, do what they do when they come one by one."""

from pathlib import Path

import pytest
from library_app import InLibrary, in_library
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.tui.screens.reader import Reader
from textual.widgets import Input

TITLES = ("Gate stopped short", "Builder denies it", "Minister walks the wall", "Gate held, says builder")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Four articles, claims and sources, each in an act of its own, so that there is something to undo."""
    with Ledger.create(tmp_path / "p.db", "ana", "device") as ledger:
        for day, title in enumerate(TITLES, 1):
            with ledger.act() as act:
                acts.add_document(act, f"Text {day}.", title=title, published_at=f"2026-03-{day:02d}")
                acts.state_claim(act, title)
                acts.name_source(act, title)
    return tmp_path / "p.db"


def log_of(path: Path) -> int:
    with Ledger(path, "ana", "device") as ledger:
        return int(ledger.connection.execute("SELECT count(*) FROM events").fetchone()[0])


def typed(here: InLibrary) -> str:
    return here.top.query_one("#filter Input", Input).value


@pytest.mark.parametrize("screen", ["", "L", "S"])
async def test_letters_after_the_filter_key_go_into_the_filter(project: Path, screen: str) -> None:
    before = log_of(project)
    async with in_library(project) as here:
        await here.press(*screen)
        place = here.top
        await here.burst("/", *"unLSwax")
        assert here.top is place
        assert typed(here) == "unLSwax"
    assert log_of(project) == before


@pytest.mark.parametrize("screen", ["", "L", "S"])
async def test_keys_after_enter_are_for_the_list(project: Path, screen: str) -> None:
    async with in_library(project) as here:
        await here.press(*screen)
        rows = here.top.query_one("DocumentList, Rows")
        await here.burst("/", *"gate", "enter", "j")
        assert (typed(here), here.focused) == ("gate", rows)
        await here.until(lambda: rows.cursor == 1)  # type: ignore[attr-defined]
        await here.burst("escape", "/", *"deni")
        assert typed(here) == "deni"


async def test_what_is_found_is_opened(project: Path) -> None:
    async with in_library(project) as here:
        await here.burst("/", *"wall", "enter", "enter")
        await here.until(lambda: isinstance(here.top, Reader))
        await here.until(lambda: "Minister" in here.screen_text)
