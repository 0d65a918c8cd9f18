"""The app's first picture: painted once, when the first screens have come to rest.

Textual shows a screen as soon as it is laid out, and again when widgets in it hear of their size, their style or the
focus. While the app starts, all of that happens within a few turns of its loop, and only the last picture is of use.
"""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Protocol, runtime_checkable
from weakref import WeakSet

from textual.app import App

_PATIENCE, _QUIET = 400, 3
"""Turns of the loop: so many at most until the first picture; it comes after so many in which nothing was waiting."""


@runtime_checkable
class Paints(Protocol):
    """A screen that can be painted at once."""

    is_running: bool

    def call_next(self, callback: Callable[[], None]) -> None:
        """Do something as its next step."""

    def paint_now(self) -> None:
        """Paint all of it."""


_opening: WeakSet[App[Any]] = WeakSet()


def is_opening(app: App[Any]) -> bool:
    """Whether an app has yet to paint its first picture."""
    return app in _opening


def paint_once(app: App[Any]) -> "asyncio.Task[None]":
    """Hold back what would be painted until nothing more happens on the screen on top, then paint it.

    What a screen wants to do after it was painted waits as well.
    """
    held = ExitStack()
    held.enter_context(app.batch_update())
    _opening.add(app)
    return asyncio.get_running_loop().create_task(_paint(app, held))


async def _paint(app: App[Any], held: ExitStack) -> None:
    quiet = 0
    with held:
        for _ in range(_PATIENCE):
            await asyncio.sleep(0)
            quiet = 0 if _busy(app) else quiet + 1
            if quiet > _QUIET:
                break
        _opening.discard(app)
    screen = app.screen if app.screen_stack else None
    if isinstance(screen, Paints) and screen.is_running:
        screen.call_next(screen.paint_now)  # as one of its own steps: what goes wrong in it is told like all else
    elif screen:
        screen.refresh()


def _busy(app: App[Any]) -> bool:
    """Whether something is waiting to happen on the screen on top."""
    if not app.screen_stack or not app.screen.is_mounted:
        return True
    pumps = [app, app.screen, *app.screen.walk_children()]
    return any(pump.message_queue_size for pump in pumps)
