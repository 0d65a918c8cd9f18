"""What it costs to export many marks, beside a Python scan of the rows that the file tells."""

import os
import shutil
import subprocess
import sys
from contextlib import closing, redirect_stdout
from functools import cache, partial
from io import StringIO
from pathlib import Path
from time import perf_counter

from desk import filled
from lines import Line, Pair, Taken, main, timed
from onrecord.cli.main import run
from onrecord.schema.store import connect
from onrecord.schema.tables import TABLES

LARGE = 1_000_000
SMALL = 10_000
"""What an export takes in memory is held against an export of so many marks."""
QUICK = 8_000
FLAT = 1.15
VIEWS = ("mark_current", "claim_standing", "timeline")
SCANNED = {
    "jsonl": (*TABLES, "events"),
    "csv": ("mark_current", "mentions", "spans", "attributions", "evidence"),
    "parquet": (*TABLES, *VIEWS),
}
"""By format, the tables and views whose rows are in the file."""
EXPORT = """
import sys
from onrecord.cli.main import run
assert run(["--as", "eve", "export", *sys.argv[1:], "--force"]) == 0
print([int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")][0] / 1024)
"""
"""Exports, and prints the most memory that this took, in MB; what the process was forked from is not in it."""


@cache
def marks_of(path: Path) -> int:
    """How many marks a project has."""
    with closing(connect(path, write=False)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM marks").fetchone()
    return int(count)


def exported(target: Path, marks: int, form: str) -> Pair:
    """Exporting in a format, as the command does, and reading the rows that are in the file with Python."""
    path = filled(marks)

    def scan() -> None:
        with closing(connect(path, write=False)) as connection:
            for table in SCANNED[form]:
                for _ in connection.execute(f"SELECT * FROM {table}"):
                    pass

    if marks == QUICK:
        return Pair(partial(timed, scan), partial(timed, lambda: inside(path, target, form)), marks_of(path))
    return Pair(partial(timed, scan), lambda: ran(path, target, form)[0], marks_of(path))


def inside(project: Path, target: Path, form: str) -> None:
    """Export in this process, where a few marks do not count for nothing beside the start of another."""
    out = target / f"out.{form}"
    shutil.rmtree(out, ignore_errors=True)
    with redirect_stdout(StringIO()):
        assert run(["--as", "eve", "export", str(project), str(out), "--format", form, "--force"]) == 0


def peaks(target: Path, marks: int, form: str) -> Pair:
    """The most memory that exporting takes, of few marks and of many."""
    few, path = filled(SMALL), filled(marks)

    def peak(project: Path) -> float:
        return PEAKS.get((project, form)) or ran(project, target, form)[1]

    return Pair(lambda: peak(few), lambda: peak(path), marks_of(path))


def ran(project: Path, target: Path, form: str) -> tuple[Taken, float]:
    """Export in a process: what it took, and its peak of memory in MB."""
    out = target / f"out.{form}"
    shutil.rmtree(out, ignore_errors=True)  # a folder is not replaced
    started = perf_counter()
    command: list[str | Path] = [sys.executable, "-c", EXPORT, project, out, "--format", form]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert not process.returncode, command
    PEAKS[project, form] = float(said.split()[-1])
    return Taken(perf_counter() - started, usage.ru_utime + usage.ru_stime), PEAKS[project, form]


PEAKS: dict[tuple[Path, str], float] = {}
"""The peaks of the exports that ran already, by project and format: a large one need not run twice."""

NAMES = {"jsonl": "JSON Lines", "csv": "CSV", "parquet": "Parquet"}
ROWS = {
    "jsonl": "a Python scan of the same rows: the public tables and the log",
    "csv": "a Python scan of the same rows: a mark a row, spans, links, evidence",
    "parquet": "a Python scan of the same rows: the public tables and views",
}
BARS = {"jsonl": 2.5, "csv": 3.0, "parquet": 3.0}

LINES = (
    *(
        Line(
            f"export-{form}", f"export to {NAMES[form]}", ROWS[form], bar, partial(exported, form=form),
            size=LARGE, sizes=(SMALL, 100_000, LARGE), quick=QUICK, things="marks", rounds=3, rounds_at={LARGE: 1},
        )
        for form, bar in BARS.items()
    ),
    *(
        Line(
            f"export-{form}-memory", f"export to {NAMES[form]}: peak memory", f"the same with {SMALL:,} marks", FLAT,
            partial(peaks, form=form), size=LARGE, sizes=(100_000, LARGE), quick=None, things="marks", unit="MB",
            rounds=1,
        )
        for form in BARS
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
