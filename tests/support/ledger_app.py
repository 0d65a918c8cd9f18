"""The app under Textual's Pilot with the ledger or the sources open, and a person's ways of moving there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from desk_app import problems
from library_app import InLibrary, in_library
from onrecord.tui.screens.chooser import Chooser
from onrecord.tui.screens.claim_page import ClaimPage
from onrecord.tui.screens.listing import Listing, Rows
from onrecord.tui.screens.prompt import Prompt


@asynccontextmanager
async def in_ledger(
    path: Path, size: tuple[int, int] = (100, 30), key: str = "L", **more: Any
) -> AsyncIterator[InLibrary]:
    """The app with the ledger open; with `key="S"`, the sources."""
    async with in_library(path, size=size, **more) as here:
        await here.press(key)
        await here.until(lambda: isinstance(here.top, Listing) and here.top.is_running and here.top.query(Rows))
        await here.quiet()
        yield here
    assert problems(path) == []


def seen(here: InLibrary) -> list[str]:
    """The rows that can be seen."""
    return [row for row in here.lines(here.top.query_one(Rows)) if row.strip()]


def row_of(here: InLibrary, words: str) -> str:
    """The first row that can be seen with these words; "" without one."""
    return next((row for row in seen(here) if words in row), "")


def here_now(here: InLibrary) -> str:
    """The row of the cursor."""
    return next((row for row in seen(here) if row.startswith("▌")), "")


async def open_claim(here: InLibrary, words: str) -> None:
    """Open the claim with these words."""
    await to_row(here, words)
    await here.press("enter")
    await here.until(lambda: isinstance(here.top, ClaimPage) and seen(here))
    await here.quiet()


async def to_row(here: InLibrary, words: str) -> None:
    """Press j from the top until the cursor is on the row with these words."""
    await here.press("g")
    for _ in range(60):
        if any(words in row and row.startswith("▌") for row in seen(here)):
            return
        await here.press("j")
    raise AssertionError(f"no row has {words!r}: {seen(here)}")


async def type_in(here: InLibrary, words: str) -> None:
    """Type words into the window that is about to open, and take them."""
    await here.until(lambda: isinstance(here.top, Prompt | Chooser))
    await here.press(*words, "enter")
    await here.until(lambda: not isinstance(here.top, Prompt | Chooser))
