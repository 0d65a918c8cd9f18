"""What a key costs until its answer is painted in a pseudo-terminal, beside an app that paints one line anew for a key.

A line's ratio is of medians; the slowest keys of each round are printed beside it.
"""

import atexit
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from lines import Line, Pair, Taken, main
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.segments import Segments
from onrecord.schema.text import Span

ROWS, COLUMNS, KEYS, PATIENCE = 40, 120, 20, 60
SENTENCE = (
    "The harbour office said on Monday that the crane—inspected in March—“had not failed”, and nobody denied it. "
)
LABELS = ("sourced", "anonymous", "denied", "confirmed")
LETTERS = 100
"""So many code points of the article for a mention: 1 MB has 10,000."""
ASKED = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y", b"\x1b[c": b"\x1b[?62;c"}
FRAME = b"\x1b[?2026l"
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


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, command: list[str], places: dict[str, str]) -> None:
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

    def until(self, words: bytes) -> None:
        """Wait until these were painted."""
        seen, end = b"", perf_counter() + PATIENCE
        while words not in seen:
            assert perf_counter() < end, seen[-500:]
            seen += self._read(1)

    def rest(self, seconds: float) -> None:
        """Wait until nothing is painted for so long."""
        while self._read(seconds):
            pass

    def press(self, key: bytes, then: bytes = b"") -> float:
        """Seconds from a key to the end of the first frame after it; wait for `then` as well, but do not count that."""
        self.rest(0.03)
        began = perf_counter()
        os.write(self._terminal, key)
        self.until(FRAME)
        took = perf_counter() - began
        if then:
            self.until(then)
        return took

    def processor(self) -> float:
        """Seconds of processor time up to now."""
        fields = Path(f"/proc/{self._pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pressed(terminal: Terminal, keys: list[bytes], then: bytes = b"") -> Taken:
    """The median of some keys, and the processor time that all of them took with whatever followed."""
    before = terminal.processor()
    times = [terminal.press(key, then) for key in keys]
    terminal.rest(0.2)
    return Taken(median(times), terminal.processor() - before or None)


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


def pair(keys: Callable[[], list[bytes]], then: bytes, folder: Path, mentions: int) -> Pair:
    """An app that paints one line, and the Reader at an article with so many mentions."""
    project(folder / "p.db", mentions)
    places = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}
    floor = Terminal([sys.executable, "-c", FLOOR], places)
    floor.until(b"ready")
    onrecord = str(Path(sys.executable).with_name("onrecord"))
    reader = Terminal([onrecord, "--as", "ana", str(folder / "p.db")], places)
    reader.until(b"A long report")
    reader.rest(1)
    reader.press(b"\r", b"harbour")
    reader.rest(2)
    reader.press(b"\t")
    return Pair(lambda: pressed(floor, [b"x"] * KEYS), lambda: pressed(reader, keys(), then), mentions)


def line(name: str, what: str, bar: float, keys: Callable[[], list[bytes]], then: bytes = b"") -> Line:
    """A line about one kind of key."""
    return Line(
        name=name, what=what, floor="a Textual app that repaints one status line per key", bar=bar,
        make=partial(pair, keys, then), sizes=(100, 1_000, 10_000), size=10_000, quick=100, things="mentions", rounds=5,
    )  # fmt: skip


LINES = (
    line("key-word", "a word move", 2, lambda: [b"w", b"b"] * (KEYS // 2)),
    line("key-page", "half a page down and up", 8, lambda: [b"\x04", b"\x15"] * (KEYS // 2)),
    line("key-label", "a label, painted; then committed", 2, lambda: [b"s", b"a", b"d", b"c"] * (KEYS // 4), b"saved"),
)

if __name__ == "__main__":
    main(LINES)
