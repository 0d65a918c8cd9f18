"""A program in a pseudo-terminal, timed to the moment at which it has painted something; nothing is drawn here."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROWS, COLUMNS = 40, 120
PATIENCE = 120.0
_ASKED = {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
    b"\x1b[c": b"\x1b[?62;c",
}
"""What programs ask a terminal, and what one that can do it answers."""
_FRAME_END = b"\x1b[?2026l"
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


@dataclass(frozen=True)
class Paint:
    """What it took until something was painted."""

    seconds: float
    processor: float
    """Seconds of processor time, of all threads."""
    megabytes: float
    """The peak of what the process held in memory."""


class NeverPainted(Exception):
    """The program ended, or took too long; what it had sent is the message."""


def first_paint(command: Sequence[str | Path], words: Sequence[str], env: dict[str, str] | None = None) -> Paint:
    """Start a program, wait until each of these texts was sent and the frame is whole, and end it.

    Raises:
        NeverPainted: that did not happen.
    """
    started = perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        _become([str(part) for part in command], env or {})
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        sought = [word.encode() for word in words]
        _read_until(terminal, sought, started)
        seconds = perf_counter() - started
        peak = _PEAK.search(Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    finally:
        os.kill(pid, signal.SIGKILL)
        _, _, usage = os.wait4(pid, 0)
        os.close(terminal)
    return Paint(seconds, usage.ru_utime + usage.ru_stime, int(peak[1]) / 1024 if peak else 0.0)


def _become(command: list[str], env: dict[str, str]) -> None:
    """Be the program, in the child."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    # Large enough from the first moment on: the parent gives the size only a little later.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    try:
        os.execvpe(command[0], command, inherited | terminal | env)  # noqa: S606 - a command of our own
    finally:
        os._exit(127)


def _read_until(terminal: int, sought: list[bytes], started: float) -> None:
    received, answered = bytearray(), dict.fromkeys(_ASKED, 0)
    while perf_counter() - started < PATIENCE:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:  # on Linux, how a terminal says that its program has ended
            break
        received += data
        for question, answer in _ASKED.items():
            if received.count(question) > answered[question]:
                answered[question] += 1
                os.write(terminal, answer)
        last = max(received.rfind(word) for word in sought)
        if all(word in received for word in sought) and received.find(_FRAME_END, last) > 0:
            return
    raise NeverPainted(bytes(received[-2000:]).decode("utf-8", "replace"))
