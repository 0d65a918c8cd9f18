"""What a key costs until its answer is painted in a pseudo-terminal, beside an app that paints one line anew for a key.

Each program says with each frame how much processor time it has taken up to there, so that a key's share of it is known
to the microsecond, whatever else the machine does. A key's time ends with the first frame that shows its answer; what
the programs do after that is printed as well, since it must not be long either.
"""

import atexit
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import clock_gettime, perf_counter
from typing import NamedTuple

from lines import Line, Pair, Taken, main
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.segments import Segments
from onrecord.schema.text import Span

ROWS, COLUMNS, PATIENCE = 40, 120, 60
QUIET = 0.025
"""Nothing was painted for so many seconds: what a key led to is over."""
BARELY = 0.0005
"""What a program does that only looks now and then whether there is something to do, in seconds."""
ROUNDS, KEYS, FEW_KEYS = 5, 40, 6
"""Five rounds of 40 keys, 200 in all, and one before them that does not count; six keys in the quick form."""
MOST_MS = 50.0
SENTENCE = (
    "The harbour office said on Monday that the crane—inspected in March—“had not failed”, and nobody denied it. "
)
LABELS = ("sourced", "anonymous", "denied", "confirmed")
LETTERS = 100
"""So many code points of the article for a mention: 1 MB has 10,000."""
SMALL, QUICK, LARGE = 40, 1_000, 10_000
ASKED = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y", b"\x1b[c": b"\x1b[?62;c"}
FRAME = re.compile(rb"\x1b\[\?2026l\x1b_([0-9.]+)\x1b\\")
STAMPS = r"""
import sys
from time import process_time
from textual.drivers.linux_driver import LinuxDriver

plain = LinuxDriver.write

def write(self, data):
    plain(self, data)
    if data == "\x1b[?2026l":
        plain(self, f"\x1b_{process_time():.7f}\x1b\\")

LinuxDriver.write = write
"""
READER = "from onrecord.cli.main import main\nmain()"
FLOOR = """
from textual.app import App
from textual.widgets import Static

class Floor(App):
    keys = 0

    def compose(self):
        yield Static("ready")

    def on_key(self):
        self.keys += 1
        self.query_one(Static).update(f"key {self.keys}", layout=False)

Floor().run()
"""


class Key(NamedTuple):
    """What a key took, in seconds: by the clock, of the processor, and of the processor with all that came of it."""

    clock: float
    processor: float
    whole: float


class Kind(NamedTuple):
    """A kind of key."""

    what: str
    keys: Sequence[bytes]
    """One after the other, over and over."""
    shows: bytes
    """A pattern that is painted when it is answered."""
    times: int = 1
    """So often."""
    before: Sequence[bytes] = (b"",)
    """Pressed before each, in turn; not measured."""
    then: bytes = b""
    """Painted when all is done."""


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, code: str, arguments: Sequence[str | Path], places: dict[str, str]) -> None:
        command = [sys.executable, "-c", STAMPS + code, *map(str, arguments)]
        about = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execvpe(command[0], command, os.environ | about | places)  # noqa: S606 - a command of our own
        atexit.register(self._end)

    def _end(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return b""
        data = os.read(self._terminal, 1 << 20)
        for question, answer in ASKED.items():
            if question in data:
                os.write(self._terminal, answer)
        return data

    def until(self, pattern: bytes, times: int = 1, seen: bytes = b"") -> tuple[float, bytes]:
        """Wait until this was painted: the processor time up to the end of its frame, and all that has come so far."""
        end = perf_counter() + PATIENCE
        while True:
            assert perf_counter() < end, (pattern, seen[-500:])
            found = next(islice(re.finditer(pattern, seen), times - 1, None), None)
            if found and (frame := FRAME.search(seen, found.end())):
                return float(frame[1]), seen
            seen += self._read(1)

    def rest(self, seconds: float) -> bytes:
        """Wait until nothing is painted or done for so long; the answer is what was painted before."""
        seen, before = b"", -1.0
        while True:
            data = self._read(seconds)
            seen, now = seen + data, self._processor()
            if not data and now - before < BARELY and not self._wants_to_run():
                return seen
            before = now

    def press(self, kind: Kind, key: bytes, before: bytes) -> Key:
        """Press a key when nothing else goes on, and see what becomes of it."""
        for letter in before:
            os.write(self._terminal, bytes([letter]))
            self.rest(QUIET)
        idle, began = self._processor(), perf_counter()
        os.write(self._terminal, key)
        painted, seen = self.until(kind.shows, kind.times)
        took = perf_counter() - began
        seen += self.rest(QUIET)
        if kind.then and not re.search(kind.then, seen):
            self.until(kind.then, seen=seen)
            self.rest(QUIET)
        return Key(took, painted - idle, self._processor() - idle)

    def send(self, keys: bytes, pattern: bytes = b"") -> None:
        """Press keys, wait until this was painted, if anything, and then until nothing is."""
        os.write(self._terminal, keys)
        if pattern:
            self.until(pattern)
        self.rest(0.2)

    def _wants_to_run(self) -> bool:
        """Whether the program only waits for a processor."""
        states = Path(f"/proc/{self._pid}/task").glob("*/stat")
        return any(each.read_text("utf-8").rpartition(")")[2].split()[0] == "R" for each in states)

    def _processor(self) -> float:
        """Seconds of processor time of the program up to now. The clock's number is as clock_getcpuclockid makes it."""
        return clock_gettime(~self._pid << 3 | 2)


SAVED = "✓ [0-9,]+ saved"
PAGE_DOWN, PAGE_UP = b"\x04", b"\x15"
A_PIECE, PIECES = rb"\x1b\[\d+;\d+H", 15
"""A piece of a row is painted; a page has at least so many rows."""
KINDS = {
    "word": Kind("a word move", (b"w",), A_PIECE),
    "page": Kind("half a page down and up", (PAGE_DOWN, PAGE_UP), A_PIECE, PIECES),
    "onwards": Kind("half a page down, to rows that were not painted before", (PAGE_DOWN,), A_PIECE, PIECES),
    "label": Kind(
        "a label on a mention, a suggestion or selected words, painted; then committed",
        (b"s", b"a", b"d", b"c"), f"…|{SAVED}".encode(),
        before=(b"\t", b"\t", b"\t", b"wvw", b"\t"), then=SAVED.encode(),
    ),
}  # fmt: skip
FLOOR_KEY = Kind("", (b"x",), rb"key \d+")


class Typist:
    """Presses keys in an app that repaints one line, and in articles with so many mentions, by turns."""

    def __init__(self, keys: int, sizes: Sequence[int]) -> None:
        self._keys, self._sizes = keys, sizes
        self._turns: dict[str, Iterator[tuple[bytes, bytes]]] = {}
        self.rounds: dict[str, list[dict[int, list[Key]]]] = {}
        """What each round of a kind took, by the article's mentions; 0 is the floor."""
        folder = tempfile.TemporaryDirectory(prefix="onrecord-bench-")
        atexit.register(folder.cleanup)
        self._terminals = {0: Terminal(FLOOR, (), {})}
        self._terminals[0].until(b"ready")
        for size in sizes:
            self._terminals[size] = opened(Path(folder.name) / str(size), size)

    def round(self, kind: str, number: int) -> dict[int, list[Key]]:
        """What the keys of a round took; they are pressed if they have not been yet."""
        done = self.rounds.setdefault(kind, [])
        while len(done) <= number:
            if not done:
                for size in self._sizes:
                    self._terminals[size].send(b"gg")
            done.append(self._pressed(kind))
        return done[number]

    def _pressed(self, name: str) -> dict[int, list[Key]]:
        kind = KINDS[name]
        turns = self._turns.setdefault(name, zip(cycle(kind.keys), cycle(kind.before), strict=False))
        pressed: dict[int, list[Key]] = {size: [] for size in self._terminals}
        sizes = [size for size in self._sizes if name != "onwards" or size > SMALL]
        for _ in range(self._keys):
            key, before = next(turns)
            pressed[0].append(self._terminals[0].press(FLOOR_KEY, b"x", b""))
            for size in sizes:
                pressed[size].append(self._terminals[size].press(kind, key, before))
        return pressed

    def all(self, kind: str, size: int) -> list[Key]:
        """All keys of a kind that count."""
        self.round(kind, ROUNDS)
        return [key for number in range(1, ROUNDS + 1) for key in self.rounds[kind][number][size]]


def opened(folder: Path, mentions: int) -> Terminal:
    """The Reader at an article with so many mentions, when all suggestions have come."""
    folder.mkdir()
    project(folder / "p.db", mentions)
    places = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}
    reader = Terminal(READER, ["--as", "ana", folder / "p.db"], places)
    reader.until(b"A long report")
    reader.send(b"\r", b"suggested")
    return reader


def project(path: Path, mentions: int) -> None:
    """A project with one article and so many mentions in it."""
    text = SENTENCE * max(40, mentions * LETTERS // len(SENTENCE))
    words, chance = Segments(text).words, Random(7)
    with Ledger.create(path, "ana", "ana-0123456789abcdef") as ledger, ledger.act() as act:
        sha256, _ = acts.add_document(act, text, title="A long report")
        for number in range(mentions):
            first = chance.randrange(len(words) - 30)
            span = Span(words[first].start, words[first + chance.randrange(3, 30)].end)
            acts.set_mention(act, f"ana/{number}", sha256, text, [span])
            acts.set_label(act, f"ana/{number}", LABELS[number % 4])


# ---------------------------------------------------------------------- the lines


@cache
def typist(quick: bool) -> Typist:
    """One for all lines of a run: what a key takes is measured once, and told by several."""
    return Typist(FEW_KEYS, [QUICK]) if quick else Typist(KEYS, [SMALL, LARGE])


def p50(keys: Sequence[Key]) -> Taken:
    """The median."""
    return Taken(median(key.clock for key in keys), median(key.processor for key in keys))


def p99(keys: Sequence[Key]) -> Taken:
    """What one key in a hundred takes longer than."""
    return Taken(
        quantiles([key.clock for key in keys], n=100)[-1], quantiles([key.processor for key in keys], n=100)[-1]
    )


def slowest(_: Path, size: int) -> Pair:
    """What the slowest key of all may take, and what it takes."""
    keys = [key for kind in KINDS for key in typist(quick=False).all(kind, size)]
    most = Taken(MOST_MS, MOST_MS)
    worst = Taken(1000 * max(key.clock for key in keys), 1000 * max(key.processor for key in keys))
    return Pair(lambda: most, lambda: worst, size)


def by_turns(kind: str, floor: int, _: Path, size: int) -> Pair:
    """The medians of one round after the other."""
    one = typist(size == QUICK)
    at = len(one.rounds.get(kind, ())) if size == QUICK else 0
    floors, works = iter(range(at, at + 100)), iter(range(at, at + 100))
    return Pair(
        lambda: p50(one.round(kind, next(floors))[floor]), lambda: p50(one.round(kind, next(works))[size]), size
    )


def tails(kind: str, _: Path, size: int) -> Pair:
    """What one key in a hundred takes longer than, of all rounds."""
    one = typist(quick=False)
    return Pair(lambda: p99(one.all(kind, 0)), lambda: p99(one.all(kind, size)), size)


ONE_LINE, TAIL = "a Textual app that repaints one status line per key", "one key in a hundred takes longer: "
LINES = (
    *(
        Line(
            name=f"key-{kind}", what=KINDS[kind].what, floor=ONE_LINE, bar=bar, make=partial(by_turns, kind, 0),
            sizes=(LARGE,) if kind == "onwards" else (SMALL, LARGE), size=LARGE, quick=QUICK, things="mentions",
            rounds=ROUNDS,
        )
        for kind, bar in (("word", 2), ("page", 8), ("onwards", 8), ("label", 2))
    ),
    *(
        Line(
            name=f"key-{kind}-p99", what=TAIL + KINDS[kind].what, floor=f"{ONE_LINE}, likewise", bar=3,
            make=partial(tails, kind), sizes=(LARGE,), size=LARGE, quick=None, things="mentions", rounds=1,
        )
        for kind in ("word", "label")
    ),
    *(
        Line(
            name=f"key-{kind}-growth", what=f"{KINDS[kind].what}, in 1 MB", floor="the same in 4 KB", bar=1.2,
            make=partial(by_turns, kind, SMALL), sizes=(LARGE,), size=LARGE, quick=None, things="mentions",
            rounds=ROUNDS,
        )
        for kind in ("word", "page", "label")
    ),
    Line(
        name="key-slowest", what="the slowest of all these keys", floor=f"{MOST_MS:.0f} ms", bar=1, make=slowest,
        sizes=(LARGE,), size=LARGE, quick=None, things="mentions", unit="ms", rounds=1,
    ),
)  # fmt: skip
"""The later ones are about the same keys as the first four, which are all that the quick form presses."""


def tell() -> None:
    """Print what the keys took, with all that came of them."""
    for kind, rounds in typist(quick=False).rounds.items():
        for size in rounds[0]:
            keys = [key for number in rounds[1:] for key in number[size]]
            if keys:
                figures = [[1000 * each for each in one] for one in zip(*keys, strict=True)]
                said = "; ".join(
                    f"{name} p50 {median(of):.2f}, p99 {quantiles(of, n=100)[-1]:.2f}, at most {max(of):.2f} ms"
                    for name, of in zip(("clock", "processor", "with all that follows"), figures, strict=True)
                )
                print(f"  {kind} {size or 'floor'} ({len(keys)} keys): {said}")


if __name__ == "__main__":
    try:
        main(LINES)
    finally:
        if typist.cache_info().currsize and not {"--quick", "--keep-quick"} & set(sys.argv):
            tell()
