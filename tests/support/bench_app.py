"""The app under Textual's Pilot with the Adjudicate screen open, and how a person sees its rulings on disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from desk_app import problems
from jury import Team
from library_app import InLibrary, in_library
from onrecord.schema import reading, rulings
from onrecord.schema.records import Mention
from onrecord.schema.rulings import Ruling
from onrecord.tui.screens.adjudicate import Adjudicate
from onrecord.tui.screens.listing import Rows


class AtBench:
    """An adjudicator at the screen."""

    def __init__(self, app: InLibrary, team: Team) -> None:
        self.app, self.team = app, team

    @property
    def screen(self) -> Adjudicate:
        """The Adjudicate screen, wherever it is in the stack."""
        return next(each for each in self.app.app.screen_stack if isinstance(each, Adjudicate))

    @property
    def shown(self) -> str:
        """All that is on the screen."""
        return self.app.screen_text

    @property
    def heard(self) -> str:
        """All that was said and can still be seen."""
        return " ".join(self.app.said)

    @property
    def rows(self) -> list[str]:
        """The groups that can be seen."""
        return [row for row in self.app.lines(self.screen.query_one(Rows)) if row.strip()]

    @property
    def cursor(self) -> str:
        """The words of the group under the cursor, from its model."""
        item = self.screen.here
        assert item
        return next(iter(item.group.members)).quote

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until all that they did is on disk and back on the screen."""
        await self.app.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is on its way."""
        await self.app.quiet()
        if isinstance(self.app.top, Adjudicate):
            await self.app.until(lambda: not self.screen.docket.waiting and not self.screen._looking)
            await self.app.quiet()

    @property
    def rulings(self) -> list[Ruling]:
        """The document's rulings on disk."""
        return rulings.rulings(self.team.ledger.connection, self.team.document)

    @property
    def golds(self) -> list[Mention]:
        """The document's gold mentions on disk."""
        return reading.mentions(self.team.ledger.connection, self.team.document, "gold")


@asynccontextmanager
async def at_bench(team: Team, name: str = "eve", **more: Any) -> AsyncIterator[AtBench]:
    """The app with the Adjudicate screen open on the document."""
    async with in_library(team.ledger.path, annotator=name, **{"size": (140, 45), **more}) as app:
        await app.press("A")
        await app.until(lambda: isinstance(app.top, Adjudicate) and app.top.is_running and app.top.query(Rows))
        here = AtBench(app, team)
        await here.settle()
        yield here
    assert problems(team.ledger.path) == []
