"""What keeps the app running when something goes wrong inside, and lets it end properly when it is told to end.

An error closes the screen on which it happened, with one sentence and a report; what was saved is safe on disk, and the
screens below it are still there. Only an error that leaves nothing to go on with ends the app.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from traceback import walk_tb

from rich.console import RenderableType
from textual import events
from textual._context import active_message_pump
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode, NoScreen
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed

from . import crash

_LAST = 2
"""Screens when one of ours is left: below it is Textual's own, which is empty."""
MOST_CLOSED = 3
"""So many screens are closed for errors between two keys; after that it is no use."""
_AT_START = (events.Load, events.Compose, events.Mount)
_WHAT_ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


class PatientDriver(LinuxDriver):
    """Textual's driver, but a byte that is no UTF-8 costs the keys that came with it, and not the app."""

    def run_input_thread(self) -> None:
        """Read keys until the app ends."""
        while True:
            with suppress(UnicodeDecodeError):
                super().run_input_thread()
                return


class SturdyApp(App[int]):
    """An app that outlives an error on one of its screens. A subclass says which screen is its `home`."""

    def __init__(self) -> None:
        super().__init__()
        self._closed_for_errors = 0

    def get_driver_class(self) -> type[Driver]:
        """How the app talks to its terminal."""
        found = super().get_driver_class()
        return PatientDriver if found is LinuxDriver else found

    def home(self) -> Screen[None] | None:
        """A new screen to go on with when all others are closed; None as long as there is nothing to go on with."""
        return None

    def pop_screen(self) -> AwaitComplete:
        """Take the screen on top away. Where none of ours is left below it, home comes in its place."""
        home = self.home() if len(self.screen_stack) == _LAST else None
        return self.switch_screen(home) if home else super().pop_screen()

    # ------------------------------------------------------------------ errors

    def _handle_exception(self, error: Exception) -> None:
        """Go on without the screen of an error that nobody handled, or end."""
        if self._exception is None:  # Textual's tests raise it again: there, no error is ever passed over
            self._exception = error
            self._exception_event.set()
        cause = error.error if isinstance(error, WorkerFailed) else error
        report = crash.keep(cause)
        if not self._go_on(cause, crash.where(report)):
            self._return_code = 1
            self._close_messages_no_wait()

    def panic(self, *_renderables: RenderableType) -> None:
        """End after an error of the terminal's input, without Textual's traceback: it would print texts as they are."""
        self._return_code = 1
        self._close_messages_no_wait()

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message to the app itself; an error in it must not end the loop that every screen lives by."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if isinstance(message, _AT_START):
                raise
            self._handle_exception(error)

    def note_key(self) -> None:
        """A key was pressed: whoever pressed it saw what became of earlier errors."""
        self._closed_for_errors = 0

    def _go_on(self, error: BaseException, where: str) -> bool:
        """Close the screen on which an error happened; whether the app can go on."""
        if not self._running or self._exit or self.home() is None:
            return False
        screen = self._screen_of(error)
        stack = self.screen_stack
        if screen is not None and screen not in stack:
            return True  # it is on its way out already
        at = stack.index(screen) if screen else len(stack) - 1
        self._closed_for_errors += 1
        if at == 0 or self._closed_for_errors > MOST_CLOSED:
            return False
        for _ in stack[at:]:
            self.pop_screen()
        self.notify(
            f"Something went wrong inside, so this screen was closed. What was saved is safe; {where}",
            title="An error of onrecord's own", severity="error", timeout=20, markup=False,
        )  # fmt: skip
        return True

    def _screen_of(self, error: BaseException) -> Screen[object] | None:
        """The screen whose code, or whose widget's code, an error came from: the innermost one known."""
        for node in self._nodes_of(error):
            with suppress(NoScreen):
                screen = node if isinstance(node, Screen) else node.screen
                if screen is not self.screen_stack[0]:
                    return screen
        return None

    def _nodes_of(self, error: BaseException) -> Iterator[DOMNode]:
        frames = [frame for frame, _ in walk_tb(error.__traceback__)]
        for frame in reversed(frames):
            node = frame.f_locals.get("self")
            if isinstance(node, DOMNode) and node is not self:
                yield node
        pump = active_message_pump.get(None)
        if isinstance(pump, DOMNode) and pump is not self:
            yield pump

    # ------------------------------------------------------------------ threads and signals

    def watch_threads(self) -> None:
        """Tell of errors in threads that nobody waits for, once this app runs."""
        threading.excepthook = self._thread_broke

    def _thread_broke(self, broke: threading.ExceptHookArgs) -> None:
        if broke.exc_value is None:
            return
        where = crash.where(crash.keep(broke.exc_value))
        with suppress(Exception):  # the app may be gone
            self.call_later(
                self.notify,
                f"A part that works in the background stopped; start onrecord again to have it back; {where}",
                title="An error of onrecord's own", severity="error", timeout=20, markup=False,
            )  # fmt: skip

    def on_mount(self) -> None:
        """End properly, with the terminal as it was, on the signals that ask a program to end."""
        if self.is_headless:
            return
        for number in _WHAT_ENDS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(number, self._end_for, number)

    def _end_for(self, number: int) -> None:
        self.exit(128 + number)
