"""The app under Textual's Pilot as it is before any document is open, and what its screens have written on them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from desk_app import AtDesk
from onrecord.tui.app import OnrecordApp
from onrecord.tui.screens.library import Library
from onrecord.tui.widgets.paged_list import PagedList
from textual.screen import Screen
from textual.widget import Widget


class InLibrary(AtDesk):
    """The app with the library open."""

    @property
    def library(self) -> Library:
        """The library, wherever it is in the stack."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Library))

    @property
    def documents(self) -> PagedList[Any]:
        """The library's list."""
        found: PagedList[Any] = self.library.documents
        return found

    async def found(self) -> None:
        """Wait until what the filter leaves is shown."""
        await self.until(lambda: not (self.library._looking and self.library._looking.on_the_way))
        await self.quiet()

    @property
    def top(self) -> Screen[Any]:
        """The screen on top."""
        return self.app.screen

    @property
    def back(self) -> bool:
        """Whether the library is on top."""
        return isinstance(self.top, Library)

    @property
    def focused(self) -> Widget | None:
        """The widget that has the keys."""
        return self.app.focused

    @property
    def rows(self) -> list[str]:
        """The list's rows that can be seen, without those behind its end."""
        return [row for row in self.lines(self.documents) if row.strip()]

    @property
    def titles(self) -> list[str]:
        """The titles of the documents that can be seen."""
        found = [self.documents.item(index) for index in range(len(self.rows))]
        return [line.title for line in found if line]

    def lines(self, widget: "Widget | str") -> list[str]:
        """What is painted of a widget of the screen on top, row by row."""
        found = self.app.screen.query_one(widget) if isinstance(widget, str) else widget
        region = found.region
        strips = self.app.screen._compositor.render_strips()
        return [strip.crop(region.x, region.right).text for strip in strips[region.y : region.bottom]]

    def text(self, widget: "Widget | str") -> str:
        """The same as one text with single spaces."""
        return " ".join(" ".join(self.lines(widget)).split())

    @property
    def screen_text(self) -> str:
        """All that is on the screen."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())


@asynccontextmanager
async def in_library(
    path: Path, *, annotator: str | None = "ana", size: tuple[int, int] = (100, 30), demo: bool = False
) -> AsyncIterator[InLibrary]:
    """Open the app; with an annotator it comes up in the library."""
    app = OnrecordApp(path, annotator=annotator, demo=demo)
    async with app.run_test(size=size) as pilot:
        here = InLibrary(pilot, app, path)
        if annotator:
            await here.until(lambda: isinstance(app.screen, Library) and app.screen.query(PagedList))
        await here.quiet()
        yield here
