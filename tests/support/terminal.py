"""A person at a real pseudo-terminal: runs a program, presses keys, sees the screen, keeps every byte it was sent."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "backspace": "\x7f", "space": " ",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "pagedown": "\x1b[6~", "pageup": "\x1b[5~",
    "home": "\x1b[H", "end": "\x1b[F", "delete": "\x1b[3~",
} | {f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"}  # fmt: skip
PATIENCE = 30.0
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[(?:[<>=][0-9;]*[a-zA-Z]|\?[0-9;]*\$[a-zA-Z])")

_ASKS_FOR_FRAMES, _FRAMES_KNOWN = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_FRAME_END = re.compile(rb"(?<=\x1b\[\?2026l)")


class Terminal:
    """A program in a pseudo-terminal of a given size, drawn by pyte. Use it as a context manager."""

    def __init__(
        self, command: Sequence[str | Path], *, columns: int = 120, rows: int = 40, env: dict[str, str] | None = None
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.received = bytearray()
        self.keys = 0
        self.on_frame: Callable[[], object] = lambda: None
        # A test runner's COLUMNS and LINES would be believed before the terminal's own size.
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environment = {
            **inherited,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            **(env or {}),
        }
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(str(command[0]), [str(part) for part in command], environment)
        self.resize(columns, rows)
        self.status: int | None = None

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        os.close(self._fd)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as dragging a window's edge does."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, *keys: str) -> None:
        """Press keys one by one: names as `enter` or `ctrl+d`, else characters."""
        for key in keys:
            self.keys += 1
            os.write(self._fd, KEYS.get(key, key).encode())

    def type(self, text: str) -> None:
        """Type a text, each character a key."""
        self.press(*text)

    def read(self, seconds: float = 0.05) -> bytes:
        """What the program sent within this time; it is drawn and kept."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""
        self.received += data
        if _ASKS_FOR_FRAMES in data:
            os.write(self._fd, _FRAMES_KNOWN)
        # Drawn frame by frame: between two marks the screen is never half of one picture and half of another.
        for part in _FRAME_END.split(data):
            # pyte draws the letters of private queries that it does not know; they are not for the screen.
            self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", part))
            if part.endswith(b"\x1b[?2026l"):
                self.on_frame()
        return data

    def settle(self, quiet: float = 0.15) -> None:
        """Read until the program has been silent for a while."""
        until = time.monotonic() + PATIENCE
        while self.read(quiet) and time.monotonic() < until:
            pass

    def wait(self, condition: str | Callable[[], bool]) -> None:
        """Read until a text is on the screen, or a condition holds.

        Raises:
            AssertionError: it did not come; the message shows the screen.
        """
        holds = condition if callable(condition) else lambda: condition in self.text
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {condition!r}; the screen shows:\n{self.text}"
            self.read()

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(self.screen.display)

    def row_of(self, words: str) -> int:
        """The first row that shows these words."""
        return next(at for at, line in enumerate(self.screen.display) if words in line)

    def kill(self) -> None:
        """End the program at once, as a power cut would end it, and wait for it."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            _, self.status = os.waitpid(self.pid, 0)

    def finish(self) -> int:
        """Wait for the program to end by itself; the answer is its exit code."""
        until = time.monotonic() + PATIENCE
        while self.status is None and time.monotonic() < until:
            self.read(0.02)
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.status = status
        assert self.status is not None, f"the program did not end; the screen shows:\n{self.text}"
        return os.waitstatus_to_exitcode(self.status)

    def check(self) -> None:
        """Note the program's end, if it has ended.

        Raises:
            AssertionError: it has.
        """
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        if ended:
            self.status = status
        assert not ended, f"the program ended too soon; the screen shows:\n{self.text}"


class Blind:
    """Takes what a terminal draws without drawing it, where only the bytes count: it is many times faster."""

    def feed(self, data: bytes) -> None:
        """Draw nothing."""
