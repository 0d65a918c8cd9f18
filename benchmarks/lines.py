"""The lines of the table in docs/performance.md: each holds work of ours against a floor of bare tools.

The floor does the same work. A benchmark holds a tuple of `Line` and ends with `main(LINES)`. Floor and work run by
turns, so that what else the machine does falls on both; what is held against the bar is the median of the ratios of
such pairs. What was measured is kept in results/NAME.json, from which docs/build.py writes the page. With --quick every
line is measured at a small size and held against its own earlier ratio there, to catch what made it twice as slow.
"""

import argparse
import atexit
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from statistics import linear_regression, median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from machine import about as about

RESULTS = Path(__file__).parent / "results"
FALL = 1.6
"""The quick form fails when a ratio is more than so many times what it was: loose, and still less than twice."""
TRIES = 3
"""So often a quick line may be measured until it is within that: noise passes, a fall does not."""
PAIRS = 2
"""So many pairs of floor and work are in a try, where what they take is a time."""
FOLDER = "ONRECORD_BENCH"
"""The variable that names a folder for projects that several benchmarks read: run.py makes it."""
PEERS = "peers"
"""The file in results/ that is about other tools: benchmarks/peers/kept.py."""


class Taken(NamedTuple):
    """What one run took: seconds by the clock, and of processor time where that is known."""

    seconds: float
    processor: float | None = None


def timed(work: Callable[[], object]) -> Taken:
    """What a run takes, by the clock and of the processor."""
    start, processor = perf_counter(), process_time()
    work()
    return Taken(perf_counter() - start, process_time() - processor)


def ran(command: Sequence[str | Path]) -> Taken:
    """What a program takes that is run to its end; its output goes nowhere."""
    started = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert not process.returncode, command
    return Taken(perf_counter() - started, usage.ru_utime + usage.ru_stime)


class Pair(NamedTuple):
    """What is run by turns. Both give what they took, or a figure in the line's unit; preparation is not in it."""

    floor: Callable[[], Taken | float]
    work: Callable[[], Taken | float]
    size: int
    """How large it really is, in the line's things."""


@dataclass(frozen=True)
class Line:
    """One bar."""

    name: str
    """Of its file in results/."""
    what: str
    """The work, in words for the table."""
    floor: str
    """What the floor does, in words for the table."""
    bar: float
    """The work may take so many times the floor; with `at_least`, must reach so many times it."""
    make: Callable[[Path, int], Pair]
    """Prepares both, in an empty folder that is there for as long as they run, at a size."""
    sizes: tuple[int, ...]
    """The sizes to measure at; empty for a line without a size."""
    large: tuple[int, ...] = ()
    """Sizes that take minutes and that no bar is for: measured once, with --large, beside what is kept."""
    size: int = 1
    """The size that the bar is for."""
    quick: int | None = 1
    """The size of the quick form, which should take a second or two; None where only a quiet machine can tell."""
    things: str = ""
    """What the size counts."""
    unit: str = "s"
    """Of floor and work: s, MB, bytes, commits/s."""
    at_least: bool = False
    rounds: int = 5
    rounds_at: Mapping[int, int] = field(default_factory=dict)
    """How many rounds at a size that takes long."""
    fall: float = FALL
    """The quick form fails when the ratio is more than so many times what it was."""

    def rounds_for(self, size: int) -> int:
        """How many pairs of floor and work are measured at a size."""
        return self.rounds_at.get(size, self.rounds)


@dataclass
class Point:
    """A line measured at one size. Floor and work are the best of all rounds, the ratio is the median of pairs."""

    size: int
    floor: float
    work: float
    ratio: float
    rounds: int
    processor: float | None = None
    """The ratio of the processor times, where they are known."""

    @property
    def steady(self) -> float:
        """The ratio that other programs change least."""
        return self.processor or self.ratio


class Turns:
    """Floor and work of a line as they were run, by turns."""

    def __init__(self, line: Line, pair: Pair) -> None:
        self._line, self._pair = line, pair
        self._took: list[tuple[Taken, Taken]] = []

    def run(self, rounds: int) -> None:
        """Run them so many times more."""
        for _ in range(rounds):
            self._took.append((_taken(self._pair.floor), _taken(self._pair.work)))

    def point(self, ratio: float, processor: float | None) -> Point:
        """What came of it; floor and work are the best."""
        floor, work = self._best()
        return Point(self._pair.size, floor, work, ratio, len(self._took), processor)

    def medians(self) -> Point:
        """The ratios are the medians of those of the pairs: what somebody gets who does the work once."""
        processors = [work / floor for floor, work in self._processors()]
        ratio = median(work.seconds / floor.seconds for floor, work in self._took)
        return self.point(ratio, median(processors) if processors else None)

    def bests(self) -> Point:
        """The ratios are those of the best work and the best floor: what other programs on the machine change least."""
        floor, work = self._best()
        least = [min(each) for each in zip(*self._processors(), strict=True)]
        return self.point(work / floor, least[1] / least[0] if least else None)

    def _processors(self) -> list[tuple[float, float]]:
        known = [(floor.processor, work.processor) for floor, work in self._took]
        return [(floor, work) for floor, work in known if floor and work]

    def _best(self) -> tuple[float, float]:
        best = max if self._line.at_least else min
        return best(floor.seconds for floor, _ in self._took), best(work.seconds for _, work in self._took)


@dataclass
class Result:
    """All that is known of a line, as it is kept."""

    name: str
    what: str
    floor: str
    things: str
    unit: str
    bar: float
    at_least: bool
    size: int
    points: list[Point]
    quick: Point | None = None
    exponent: float | None = None
    """The work grows with this power of the size."""
    about: dict[str, str] = field(default_factory=dict)
    """The machine and the versions of the run."""

    @property
    def point(self) -> Point:
        """Where the bar is."""
        return next((point for point in self.points if point.size == self.size), self.points[-1])

    @property
    def met(self) -> bool:
        """Whether the bar is met."""
        return self.point.ratio >= self.bar if self.at_least else self.point.ratio <= self.bar


def measure(line: Line, size: int, rounds: int) -> Point:
    """Measure a line at one size: first floor and work once for nothing, so that both are warm, then by turns."""
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
        pair = line.make(Path(folder), size)
        turns = Turns(line, pair)
        if rounds > 1:
            _taken(pair.floor), _taken(pair.work)
        turns.run(rounds)
    return turns.medians()


def _taken(run: Callable[[], Taken | float]) -> Taken:
    took = run()
    return took if isinstance(took, Taken) else Taken(took)


@cache
def shared() -> Path:
    """The folder for projects that several benchmarks read, each under a name that tells all that it depends on."""
    if named := os.environ.get(FOLDER):
        return Path(named)
    made = tempfile.TemporaryDirectory(prefix="onrecord-bench-")
    atexit.register(made.cleanup)
    return Path(made.name)


def measured(line: Line, rounds: int | None = None, sizes: Sequence[int] | None = None) -> Result:
    """A line at all its sizes, and in its quick form."""
    points = []
    for size in sizes or line.sizes or (line.size,):
        points.append(_told(line, size, rounds or line.rounds_for(size)))
    return Result(
        name=line.name, what=line.what, floor=line.floor, things=line.things, unit=line.unit, bar=line.bar,
        at_least=line.at_least, size=_nearest(points, line.size),
        points=points, quick=_quick_point(line), exponent=exponent(points), about=about(),
    )  # fmt: skip


def _told(line: Line, size: int, rounds: int) -> Point:
    """Measure a line at one size, and print what came of it and how long that took with what is made for it."""
    began = perf_counter()
    point = measure(line, size, rounds)
    print(f"  {_said(line, point)}; {perf_counter() - began:.0f} s in all", flush=True)
    return point


def _nearest(points: Sequence[Point], size: int) -> int:
    return min((point.size for point in points), key=lambda other: abs(other - size))


def exponent(points: Sequence[Point]) -> float | None:
    """The power of the size that the work grows with, by least squares of the logarithms; None below two sizes."""
    if len({point.size for point in points}) < 2:
        return None
    return linear_regression(
        [math.log(point.size) for point in points], [math.log(point.work) for point in points]
    ).slope


# ---------------------------------------------------------------------- keeping


def save(result: Result, folder: Path = RESULTS) -> None:
    """Keep a result in its file."""
    folder.mkdir(exist_ok=True)
    kept = json.dumps(asdict(result), indent=2, default=str) + "\n"
    (folder / f"{result.name}.json").write_text(kept, encoding="utf-8")


def load(name: str, folder: Path = RESULTS) -> Result | None:
    """A result that was kept."""
    try:
        kept: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    quick = kept.pop("quick")
    points = [Point(**point) for point in kept.pop("points")]
    return Result(**kept, points=points, quick=Point(**quick) if quick else None)


def load_all(folder: Path = RESULTS) -> list[Result]:
    """All results that were kept, by their names."""
    found = [load(path.stem, folder) for path in sorted(folder.glob("*.json")) if path.stem != PEERS]
    return [each for each in found if each]


def keep_large(line: Line, folder: Path = RESULTS) -> None:
    """Measure a line at its large sizes and keep that beside what is known of the line."""
    points = [_told(line, size, line.rounds_at.get(size, 1)) for size in line.large]
    kept = load(line.name, folder)
    if kept and points:
        save(_joined(kept, points, kept.points), folder)


def keep(line: Line, result: Result, folder: Path = RESULTS) -> None:
    """Keep a result in its file, beside what is known of the sizes that take minutes."""
    kept = load(line.name, folder)
    large = [point for point in kept.points if point.size > max(line.sizes, default=0)] if kept and line.large else []
    save(_joined(result, result.points, large), folder)


def _joined(result: Result, points: Sequence[Point], others: Sequence[Point]) -> Result:
    """A result with these points, and with others of other sizes."""
    sizes = {point.size for point in points}
    joined = sorted((*points, *(each for each in others if each.size not in sizes)), key=lambda point: point.size)
    return replace(result, points=joined, exponent=exponent(joined))


def keep_quick(line: Line, folder: Path = RESULTS) -> None:
    """Measure the quick form of a line and keep it beside what is known of the line, if anything is."""
    kept = load(line.name, folder)
    if kept:
        kept.quick = _quick_point(line)
        save(kept, folder)
    print(f"  {line.name}: {f'{kept.quick.steady:.2f}' if kept and kept.quick else 'nothing is kept'}", flush=True)


# ---------------------------------------------------------------------- comparing


def fallen(line: Line, before: Point, now: Point) -> bool:
    """Whether a quick line is so much worse than it was that it is no noise."""
    change = before.steady / now.steady if line.at_least else now.steady / before.steady
    return change > line.fall


def quick(line: Line, folder: Path = RESULTS) -> bool:
    """Measure the quick form against what it was, as often as it needs to be within that; whether it ever is."""
    if line.quick is None:
        return True
    kept = load(line.name, folder)
    before = kept.quick if kept else None
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as made:
        turns = Turns(line, line.make(Path(made), line.quick))
        for _ in range(TRIES):
            turns.run(PAIRS if line.unit == "s" else 1)
            now = turns.bests()
            if before is None:
                print(f"  {line.name}: {now.steady:.2f}; nothing to compare with, `make bench` keeps it", flush=True)
                return True
            down = fallen(line, before, now)
            print(f"  {line.name}: {now.steady:.2f}, was {before.steady:.2f}{' - TWICE AS SLOW?' * down}", flush=True)
            if not down:
                return True
    return False


def _quick_point(line: Line) -> Point | None:
    """The quick form, as it is kept."""
    if line.quick is None:
        return None
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as made:
        turns = Turns(line, line.make(Path(made), line.quick))
        turns.run(TRIES * PAIRS if line.unit == "s" else 1)
    return turns.bests()


def _said(line: Line, point: Point) -> str:
    size = f" at {point.size:,} {line.things}" if line.things else ""
    return (
        f"{line.name}{size}: floor {point.floor:.4g} {line.unit}, work {point.work:.4g} {line.unit}, "
        f"ratio {point.ratio:.2f} (at {'least' if line.at_least else 'most'} {line.bar:g})"
        + (f", of processor time {point.processor:.2f}" if point.processor else "")
    )


def _keep_bytecode() -> None:
    """Let the programs that are measured keep their bytecode, which installed ones have, in this run's folder."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(shared() / "bytecode")


def main(lines: Sequence[Line]) -> None:
    """Measure the lines that are named, or all; leave with 1 when a bar is missed, or with --quick when a line fell."""
    parser = argparse.ArgumentParser(description="Measure lines of the table in docs/performance.md.")
    parser.add_argument("names", nargs="*", help="lines to measure; all if none is named")
    parser.add_argument("--quick", action="store_true", help="the short, loose form, held against what was kept")
    parser.add_argument("--rounds", type=int, help="how many pairs of floor and work")
    parser.add_argument("--size", type=int, action="append", help="measure at this size alone; may be given again")
    parser.add_argument("--keep", action="store_true", help="write what is measured to results/")
    parser.add_argument("--large", action="store_true", help="the sizes that take minutes, kept beside the others")
    parser.add_argument("--keep-quick", action="store_true", help="measure the quick form anew and keep that alone")
    options = parser.parse_args()
    _keep_bytecode()
    known = {line.name: line for line in lines}
    if unknown := set(options.names).difference(known):
        parser.error(f"no such line: {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    wanted = [known[name] for name in options.names] or list(lines)
    missed: list[str] = []
    if options.keep_quick or options.large:
        for line in wanted:
            keep_large(line) if options.large else keep_quick(line)
    elif options.quick:
        missed = [line.name for line in wanted if not quick(line)]
    else:
        for line in wanted:
            result = measured(line, options.rounds, options.size)
            if options.keep:
                keep(line, result)
            if not result.met:
                missed.append(line.name)
    if missed:
        print("  out of bounds:", *missed, flush=True)
    sys.exit(bool(missed))
