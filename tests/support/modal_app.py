"""A screen by itself under Textual's Pilot: real keys go in, what it shows and what it answers come out."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from onrecord.schema.records import Label
from onrecord.tui import themes
from onrecord.tui.safety import SafeFilter
from textual import events
from textual.app import App
from textual.filter import LineFilter
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

UNANSWERED = object()
_CHARACTERS = {"enter": "\r", "tab": "\t", "space": " "}


class ModalApp(App[None]):
    """Shows one screen, with onrecord's themes and styles about it, and keeps its answer."""

    CSS_PATH = str(Path(themes.__file__).with_name("app.tcss"))
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen: Screen[Any], labels: Sequence[Label]) -> None:
        super().__init__()
        self._first, self._labels = screen, labels
        self._filter = SafeFilter()
        self.answer: Any = UNANSWERED
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.THEMES[0].name

    def get_theme_variable_defaults(self) -> Mapping[str, str]:  # type: ignore[override]
        """What the themes name beyond Textual's own."""
        return themes.FALLBACKS

    def get_line_filters(self) -> list[LineFilter]:
        """The same guard as the real app's."""
        return [*super().get_line_filters(), self._filter]

    def label_colour(self, name: str) -> str:
        """The colour of a label."""
        return next((themes.label_colour(self.theme, label) for label in self._labels if label.label == name), "")

    def on_mount(self) -> None:
        """Show the screen."""
        self.push_screen(self._first, self._take)

    def _take(self, answer: object) -> None:
        self.answer = answer


class Hands:
    """Somebody at the keyboard."""

    def __init__(self, app: ModalApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def answer(self) -> Any:
        """What the screen answered; it must have."""
        assert self.app.answer is not UNANSWERED, "the screen is still open"
        return self.app.answer

    @property
    def open(self) -> bool:
        """Whether the screen has not answered yet."""
        return self.app.answer is UNANSWERED

    async def press(self, *keys: str) -> None:
        """Press keys, one by one; a character stands for its key."""
        driver = self.app._driver
        assert driver
        for key in keys:
            name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
            event = events.Key(name, key if len(key) == 1 else _CHARACTERS.get(key))
            event.set_sender(self.app)
            driver.send_message(event)
            await self._quiet()
        await self.pilot.pause()

    async def _quiet(self) -> None:
        """Wait until no widget has a message left to see to."""
        rounds = 0
        while rounds < 12:
            await asyncio.sleep(0)
            nodes = (node for screen in self.app.screen_stack for node in screen.walk_children(with_self=True))
            busy = any(node._message_queue.qsize() for node in (self.app, *nodes))
            rounds = 0 if busy else rounds + 1

    async def type(self, text: str) -> None:
        """Type a text, in place of what the line in focus holds."""
        await self.press("end", "ctrl+u", *text)

    async def focus(self, selector: str) -> None:
        """Press tab until a widget is in focus; it must be reached within thirty."""
        wanted = [each for each in self.app.screen.query(selector) if each.is_on_screen or each.display]
        for _ in range(30):
            if self.app.focused in wanted:
                return
            await self.press("tab")
        raise AssertionError(f"{selector} is not reached by tab")

    def shown(self) -> str:
        """The text on the screen."""
        compositor = self.app.screen._compositor
        strips = compositor.render_strips(self.app.size)
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def said(self) -> list[str]:
        """The notifications so far."""
        return [str(each.message) for each in self.app._notifications]


@asynccontextmanager
async def shown(
    screen: Screen[Any], labels: Sequence[Label] = (), size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Hands]:
    """Show a screen in a terminal of this size."""
    app = ModalApp(screen, labels)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield Hands(app, pilot)
