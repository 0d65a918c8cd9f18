"""A small process beside the app that sets the terminal right if the app dies without a chance to do so itself.

A program that is killed, or hit by a fault, leaves its terminal in a mode in which nobody can type. The guardian only
waits at a pipe: a byte tells it that the app ended properly; a pipe that closes without one, that it did not.
"""

import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..schema.text import visible
from . import crash

RESET = (
    "\x18"  # gives up a sequence that was cut off in the middle
    "\x1b[?2026l\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?2048l"  # frames, colours, paste, line wrap, size reports
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # mouse
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"  # keyboard protocol, screen, cursor, focus
)
_LOCAL_MODES = 3
"""Where the local modes are among what `termios.tcgetattr` answers."""


@contextmanager
def guarded() -> Iterator[None]:
    """Have the terminal looked after for a while; without a terminal, or a process to spare, nothing happens."""
    guardian = _start()
    try:
        yield
    finally:
        if guardian:
            pid, told = guardian
            with suppress(OSError):  # somebody killed it
                os.write(told, b".")
            os.close(told)
            with suppress(OSError):
                os.waitpid(pid, 0)


def _start() -> tuple[int, int] | None:
    """Start the guardian; the answer is its process and the pipe to it. No thread may run yet."""
    try:
        keyboard, screen = sys.__stdin__.fileno(), sys.__stderr__.fileno()  # type: ignore[union-attr]
        before = termios.tcgetattr(keyboard)
        heard, told = os.pipe()
        pid = os.fork()
    except (AttributeError, ValueError, OSError, termios.error):
        return None
    if pid == 0:
        try:
            os.close(told)
            _guard(heard, keyboard, screen, before)
        finally:
            os._exit(0)
    os.close(heard)
    return pid, told


def _guard(heard: int, keyboard: int, screen: int, before: list[Any]) -> None:
    os.setsid()  # whatever is meant for the app and its group, a hang-up or ctrl+c say, is not for the guardian
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if os.read(heard, 1):
        return
    farewell = f"onrecord: the app was ended at once; what it showed as saved is safe (see {crash.faults_file()})"
    with suppress(OSError, termios.error):
        # A shell that is back before us has its own modes, with signals; those are left alone.
        if not termios.tcgetattr(keyboard)[_LOCAL_MODES] & termios.ISIG:
            termios.tcsetattr(keyboard, termios.TCSANOW, before)
        os.write(screen, f"{RESET}{visible(farewell)}\r\n".encode("utf-8", "replace"))
