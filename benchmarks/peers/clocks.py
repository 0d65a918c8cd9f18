"""What a work takes, by the clock and of the processor, and the limit of time for it."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import FrameType

_PROCESSES = Path("/proc")


class TooLong(Exception):
    """The work did not end in time; the message is what it was that did not."""

    processor: float | None = None
    """Seconds of the processor that it took up to then, where that is known."""


@dataclass
class Took:
    """What a work took, in seconds."""

    seconds: float = 0.0
    """By the clock."""
    processor: float | None = None
    """Of the processor, in all processes of the tool, by hundredths; None where the system does not tell."""


@contextlib.contextmanager
def timed(*programs: int) -> Iterator[Took]:
    """What the programs with these process numbers take in the block, with all that they start; known at its end."""
    took, before = Took(), spent(*programs)
    started = perf_counter()
    try:
        yield took
    except TooLong as error:
        error.processor = _between(before, spent(*programs))
        raise
    took.seconds = perf_counter() - started
    took.processor = _between(before, spent(*programs))


def _between(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else max(after - before, 0.0)


def spent(*programs: int) -> float | None:
    """Seconds of the processor that programs took up to now, with all that they started; from `/proc`."""
    if not _PROCESSES.is_dir():
        return None
    told = [_Stat.of(stat) for stat in _PROCESSES.glob("[0-9]*/stat")]
    known, found = {each.number: each for each in told if each}, set(programs)
    while more := {each.number for each in known.values() if each.parent in found or each.session in found} - found:
        found |= more
    return sum(known[number].ticks for number in found if number in known) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class _Stat:
    """A process."""

    number: int
    parent: int
    session: int
    ticks: int
    """Of the processor: its own, and of those that it waited for."""

    @classmethod
    def of(cls, stat: Path) -> "_Stat | None":
        """Read it; nothing if the process has gone. Its name, in brackets, may hold anything."""
        try:
            number, _, rest = stat.read_text(encoding="utf-8", errors="replace").partition(" (")
        except OSError:
            return None
        fields = rest.rpartition(") ")[2].split()
        return cls(int(number), int(fields[1]), int(fields[3]), sum(map(int, fields[11:15])))


@contextlib.contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Break off with TooLong what takes longer. A limit around this one stands still until the end of the block."""

    def over(_: int, __: FrameType | None) -> None:
        raise TooLong(what)

    before, left = signal.signal(signal.SIGALRM, over), signal.setitimer(signal.ITIMER_REAL, seconds)[0]
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)
