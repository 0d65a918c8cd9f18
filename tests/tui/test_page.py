"""A screen that is closed, or that another one is just opening over: what still comes for it changes and breaks nothing."""

import asyncio
import threading
from collections.abc import Callable
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from desk_app import at_desk, make_project
from onrecord.tui import actions, screens
from onrecord.tui.screens.adjudicate import Adjudicate
from onrecord.tui.screens.ledger import Ledger
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.listing import Listing
from onrecord.tui.screens.page import Page, Window
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.revision import Reviewed, Revision
from onrecord.tui.screens.search import Search
from onrecord.tui.screens.sources import Sources
from onrecord.tui.screens.team import Team
from textual.screen import Screen

OPENING: list[Callable[[], Screen[Any]]] = [
    lambda: Revision(1), Ledger, Sources, Team, Adjudicate, Search, Library, lambda: Reader(1),
]  # fmt: skip


def askers() -> int:
    """How many threads look for something beside the screens."""
    return sum(each.name == "onrecord-asker" for each in threading.enumerate())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one article."""
    return make_project(tmp_path / "p.db")


def test_every_screen_of_the_app_knows_when_it_is_gone() -> None:
    names = [each.name for each in iter_modules(screens.__path__)]
    rooms = [import_module(f"{screens.__name__}.{name}") for name in names]
    found = {each for room in rooms for _, each in getmembers(room, isclass) if issubclass(each, Screen)}
    found = {
        each for each in found if each.__module__.startswith(screens.__name__) and each.__module__ != Page.__module__
    }
    assert len(found) > 20
    assert [each for each in found if not issubclass(each, (Page, Window))] == []


@pytest.mark.parametrize("make", OPENING)
async def test_a_screen_that_is_closed_while_it_opens_breaks_nothing(
    make: Callable[[], Screen[Any]], project: Path
) -> None:
    async with at_desk(project) as here:
        before = askers()
        here.app.push_screen(make())
        here.app.pop_screen()
        await here.quiet()
        assert isinstance(here.app.screen, Reader)
        await here.until(lambda: askers() == before)


async def test_what_comes_while_a_screen_is_being_closed_changes_nothing(project: Path) -> None:
    async with at_desk(project) as here:
        here.app.push_screen(Revision(1))
        await here.until(lambda: isinstance(here.app.screen, Revision) and here.app.screen._known)
        screen = here.app.screen
        assert isinstance(screen, Revision)
        known = screen._outcomes.found
        here.app.pop_screen()
        while not screen._pruning:
            await asyncio.sleep(0)
        assert screen.post_message(Reviewed([], "too late"))
        await here.quiet()
        assert not screen.is_running
        assert screen._outcomes.found is known


async def test_a_screen_below_asks_only_itself_what_can_be_done(project: Path) -> None:
    async with at_desk(project) as here:
        reader = here.reader
        here.app.push_screen(Revision(1))
        assert isinstance(here.app.screen, Listing)
        assert not here.app.screen.is_mounted
        reader.hint_line.show_status("something was written")
        assert here.app.why_not(next(each for each in actions.at("revision") if each.name == "open"))
        await here.quiet()
        assert reader.hint_line._status == "something was written"
