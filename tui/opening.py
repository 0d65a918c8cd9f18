"""The app's first picture: painted once, when the first screens have come to rest.

Textual shows a screen as soon as it is laid out, and again when widgets in it hear of their size, their style or the
focus. While the app starts, all of that happens within a few turns of its loop, and only the last picture is of use.
"""

import asyncio
from contextlib import ExitStack
from typing import Any

from textual.app import App

_PATIENCE, _QUIET = 400, 3
"""Turns of the loop: so many at most until the first picture; it comes after so many in which nothing was waiting."""


def paint_once(app: App[Any]) -> "asyncio.Task[None]":
    """Hold back what would be painted until nothing more happens on the screen on top, then paint it."""
    held = ExitStack()
    held.enter_context(app.batch_update())
    return asyncio.get_running_loop().create_task(_paint(app, held))


async def _paint(app: App[Any], held: ExitStack) -> None:
    quiet = 0
    with held:
        for _ in range(_PATIENCE):
            await asyncio.sleep(0)
            quiet = 0 if _busy(app) else quiet + 1
            if quiet > _QUIET:
                break
    if app.screen_stack and app.screen.is_running:
        app.screen.refresh()
        app.screen._on_timer_update()  # noqa: SLF001 - paints what is due now, not a sixtieth of a second later


def _busy(app: App[Any]) -> bool:
    """Whether something is waiting to happen on the screen on top."""
    if not app.screen_stack or not app.screen.is_mounted:
        return True
    pumps = [app, app.screen, *app.screen.walk_children()]
    return any(pump.message_queue_size for pump in pumps)
