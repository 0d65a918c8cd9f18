"""The app on a hostile project, and somebody who tries every key of every screen that there is; for a pseudo-terminal.

`crawl.py PROJECT FOUND.json`: nobody lists the screens. From the Library on, every key that is bound is pressed, and
whatever opens is tried in its turn. What was seen, and what went wrong, is written to FOUND.json.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import corpus
from desk_app import _CHARACTERS, AtDesk
from onrecord.tui import app as app_module
from onrecord.tui import crash
from onrecord.tui.app import OnrecordApp
from onrecord.tui.guardian import guarded
from onrecord.tui.widgets.paged_list import PagedList
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

Keys = tuple[str, ...]
PATIENCE = 1800.0
"""Seconds; a machine that does nothing else needs a minute or two."""
PASTE, WAIT, FOCUS = "paste", "wait", "focus:"
WAYS: tuple[Keys, ...] = (
    ("A", WAIT, "enter"),
    ("A", WAIT, "M", PASTE),
    ("A", WAIT, "/"),
    ("T", WAIT, "d"),
    ("T", WAIT, "tab", "tab", "j", WAIT, "enter"),
    ("L", "enter"),
    ("S", "enter"),
    ("s", PASTE),
    ("j", "enter", "R"),
    ("enter", "tab", "tab", "enter"),
    ("enter", "tab", "tab", "enter", "focus:ChainEditor", "enter"),
    ("enter", "tab", "tab", "enter", "focus:EvidenceEditor", "enter"),
    ("enter", "tab", "="),
    ("enter", "tab", "m"),
    ("enter", "tab", "f", "a", "1", "enter"),
    ("enter", "v", "k", "d", "f", PASTE, "enter"),
    ("enter", "tab", "e", "w", "enter"),
    ("enter", "/", PASTE, "enter", "n"),
    ("enter", "!", PASTE),
    ("G", "enter", "G", "v", "a"),
    ("enter", "tab", "tab", "M", PASTE, "enter"),
    ("?",),
    ("ctrl+g",),
    ("ctrl+p", PASTE),
)
"""Ways from the Library to what no single key opens; whatever opens by a key is found without being named."""
_LEAVES = {"ctrl+q", "ctrl+c", "ctrl+z"}


class Crawler:
    """Presses keys, and remembers every class of screen and widget that was ever there."""

    def __init__(self, app: OnrecordApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.here = AtDesk(pilot, app, Path())
        self.seen: set[str] = set()
        self.done: set[str] = set()
        self.pressed = 0
        self.end = time.monotonic() + PATIENCE

    async def everywhere(self) -> None:
        """Try every key of every screen, once wherever a screen is first come by."""
        todo: list[Keys] = [*WAYS, ()]
        known: set[str] = set()
        while todo:
            path = todo.pop(0)
            await self._walk(path)
            place = self._place()
            if place in known:
                continue
            known.add(place)
            screen = self.app.screen
            for key in self._keys():
                assert time.monotonic() < self.end, f"still {todo} to go after {self.pressed} keys"
                await self.press(key)
                if getattr(self.app.screen, "_mode", None):
                    await self.press("escape")  # out of a mode of the Reader
                if self._place() != place:
                    todo += [(*path, key)] if self._place() not in known else []
                    await self._back_to(screen)
                if self._place() != place:
                    await self._walk(path)
                    screen = self.app.screen
                if self._place() != place:
                    break  # the way there is gone: what it led to was removed by a key

    async def press(self, *keys: str) -> None:
        """Press keys, and look at what is there after each."""
        for key in keys:
            self.pressed += 1
            if key == PASTE:
                await self._paste()
            elif key == WAIT:
                await self._wait_for_rows()
            elif key.startswith(FOCUS):
                for widget in self.app.screen.query(key.removeprefix(FOCUS)).results(Widget):
                    widget.focus()
                await self.here.quiet()
            else:
                await self._send(key)
            await asyncio.sleep(0.01)  # the threads beside the screen answer
            self.look()

    def look(self) -> None:
        """Remember what is there."""
        for screen in self.app.screen_stack:
            for widget in screen.walk_children(Widget, with_self=True):
                bars = [widget.vertical_scrollbar] if widget.show_vertical_scrollbar else []  # no children of theirs
                for shown in (widget, *bars):
                    self.seen |= {f"{each.__module__}.{each.__qualname__}" for each in type(shown).__mro__}

    async def _wait_for_rows(self) -> None:
        """Give a list the time to fill; one that has nothing to show stays empty."""
        for _ in range(400):
            if any(view.current for view in self.app.screen.query(PagedList)):
                break
            await asyncio.sleep(0.02)
        await self.here.quiet()

    async def _send(self, key: str) -> None:
        name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
        event = events.Key(name, key if len(key) == 1 else _CHARACTERS.get(key))
        event.set_sender(self.app)
        assert self.app._driver
        self.app._driver.send_message(event)
        await self.here.quiet()

    async def _paste(self) -> None:
        """Paste everything hostile into the line that is there."""
        if isinstance(self.app.focused, Input):
            self.app.focused.value = ""
            self.app.focused.post_message(events.Paste(corpus.ALL))
            await self.here.quiet()

    async def _back_to(self, screen: Screen[Any]) -> None:
        """Take away what opened over a screen, if it is still there."""
        while screen in self.app.screen_stack[:-1]:
            await self.app.pop_screen()
        await self.here.quiet()

    async def _walk(self, path: Keys) -> None:
        """Go to the Library, and from there by these keys."""
        await self._back_to(self.app.screen_stack[1])
        await self.press("g", *path)  # from the first document

    def _place(self) -> str:
        return type(self.app.screen).__name__

    def _keys(self) -> list[str]:
        """The first key of everything that can be done here; what the app does everywhere, only where it is first met."""
        keys: dict[str, str] = {}
        for key, bound in self.app.screen.active_bindings.items():
            what = f"{type(bound.node).__name__}.{bound.binding.action}"
            if key not in _LEAVES and what not in self.done:
                keys.setdefault(what, key)
        self.done |= {what for what in keys if what.startswith("Trapped.")}  # the app's own: once is enough
        return list(keys.values())


class Trapped(OnrecordApp):
    """The app, but nothing that is pressed leaves it."""

    CSS_PATH = str(Path(app_module.__file__).with_name("app.tcss"))

    def exit(self, *_: object, **__: object) -> None:
        """Stay."""

    def copy_to_clipboard(self, text: str) -> None:
        """Copy nothing: what a person copies goes to the terminal, in letters and digits, because they asked for it."""

    def bell(self) -> None:
        """Ring no bell: any that rings comes from a text."""

    def leave(self) -> None:
        """End."""
        super().exit()


def main(project: Path, found: Path) -> None:
    app = Trapped(project, annotator="ana", demo=True)
    told: dict[str, object] = {}

    async def drive(pilot: Pilot[Any]) -> None:
        crawler = Crawler(app, pilot)
        try:
            await crawler.here.until(lambda: len(app.screen_stack) > 1)
            await crawler.everywhere()
            app.push_screen(_ask_name())
            await crawler.press(PASTE, "enter", "escape")
        except BaseException as error:
            told["error"] = repr(error)
            raise
        finally:
            told.update(seen=sorted(crawler.seen), pressed=crawler.pressed, crashes=crash.report_file().exists())
            found.write_text(json.dumps(told))
            app.leave()

    with guarded():
        app.run(auto_pilot=drive)


def _ask_name() -> Screen[str | None]:
    from onrecord.tui.screens.name import AskName

    return AskName()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
