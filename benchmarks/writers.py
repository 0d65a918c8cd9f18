"""Many processes that mark in one file at once: how much they get done, how evenly, and how long the slowest waits.

With --tails the figures of every size are printed as JSON, with the percentiles of what a commit takes.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lines import Line, Pair, about, main
from onrecord.schema.creation import make_project

CROWD = Path(__file__).resolve().parents[1] / "tests" / "support" / "crowd.py"
SECONDS = 3.0
SIZES = (6, 20, 64)
QUICK, QUICK_SECONDS = 4, 1.5
MOST_MS = 500.0
"""What the slowest commit may take."""


Run = list[list[float]]
"""The milliseconds of each commit, by process."""
RUNS: dict[int, list[Run]] = {}
"""What was run already, by the number of processes."""


def crowd(folder: Path, processes: int, seconds: float = SECONDS) -> Run:
    """Let so many processes mark in a new project for a while.

    Raises:
        SystemExit: one of them got an error, as SQLITE_BUSY is one.
    """
    path = folder / "p.db"
    for old in folder.glob("p.db*"):
        old.unlink()
    make_project(path)
    words: list[str | Path] = [sys.executable, CROWD, path, str(processes), str(seconds), "1000000"]
    said: list[dict[str, Any]] = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    if errors := [one["error"] for one in said if one["error"]]:
        raise SystemExit(f"  {len(errors)} of {processes} processes got an error, the first of them:\n{errors[0]}")
    run = [one["took"] for one in said]
    RUNS.setdefault(processes, []).append(run)
    return run


def runs(folder: Path, processes: int) -> Iterator[Run]:
    """What was run already with so many processes, then new runs."""
    yield from list(RUNS.get(processes, ()))
    while True:
        yield crowd(folder, processes, _seconds(processes))


def _seconds(processes: int) -> float:
    return QUICK_SECONDS if processes == QUICK else SECONDS


def _rate(folder: Path, processes: int, seconds: float) -> float:
    took = crowd(folder, processes, seconds)
    slowest = max(max(one) for one in took if one) / 1000
    return sum(map(len, took)) / (seconds + slowest)  # the last ones began when the time was nearly over


def rates(folder: Path, processes: int) -> Pair:
    """Commits a second of one process, and of many."""
    seconds = _seconds(processes)
    return Pair(lambda: _rate(folder, 1, seconds), lambda: _rate(folder, processes, seconds), processes)


def evenness(folder: Path, processes: int) -> Pair:
    """Commits of the most served process, and of the least served one in the same run."""
    served: list[int] = []
    there = runs(folder, processes)

    def most() -> float:
        served[:] = map(len, next(there))
        return float(max(served))

    return Pair(most, lambda: float(min(served)), processes)


def tail(folder: Path, processes: int) -> Pair:
    """What the slowest commit may take, and what it takes."""
    there = runs(folder, processes)
    return Pair(lambda: MOST_MS, lambda: max(max(one) for one in next(there) if one), processes)


def _line(
    name: str,
    what: str,
    floor: str,
    bar: float,
    make: Callable[[Path, int], Pair],
    unit: str,
    quick: int | None = QUICK,
) -> Line:
    return Line(
        name=name, what=what, floor=floor, bar=bar, make=make, sizes=SIZES, size=SIZES[-1], quick=quick,
        things="processes", unit=unit, at_least=unit != "ms", rounds=3, fall=2.0,
    )  # fmt: skip


# What a clock tells of the disk changes with all that other programs do there, so only evenness has a quick form.
LINES = (
    _line(
        "writers", "many processes marking in one file, closed loop",
        "one process making the same commits", 0.5, rates, "commits/s", quick=None,
    ),
    _line(
        "writers-evenness", "the least served of many processes marking in one file",
        "the most served of them", 0.1, evenness, "commits",
    ),
    _line(
        "writers-slowest", "the slowest commit of many processes marking in one file",
        f"{MOST_MS:.0f} ms", 1.0, tail, "ms", quick=None,
    ),
)  # fmt: skip


def tails(folder: Path) -> None:
    """Print what a commit takes, at every size."""
    found = []
    for processes in (1, *SIZES):
        took = crowd(folder, processes)
        all_ = sorted(each for one in took for each in one)
        served = [len(one) for one in took]
        at = {share: round(all_[min(len(all_) - 1, int(len(all_) * share / 100))], 1) for share in (50, 99, 99.9)}
        found.append({
            "processes": processes, "commits": len(all_), "a second": round(len(all_) / SECONDS, 1),
            **{f"p{share} ms": value for share, value in at.items()}, "slowest ms": round(all_[-1], 1),
            "least and most served": [min(served), max(served)],
        })  # fmt: skip
    print(json.dumps({"about": about(), "sizes": found}, indent=1))


if __name__ == "__main__":
    if "--tails" in sys.argv:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as name:
            tails(Path(name))
    else:
        main(LINES)
