"""What it costs to export many marks, beside a Python scan of the rows that the file tells."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import cache, partial
from pathlib import Path
from time import perf_counter

from bulk import Desk, fill
from lines import Line, Pair, Taken, main, timed
from onrecord.schema.store import connect
from onrecord.schema.tables import TABLES

SMALL = 10_000
"""What an export takes in memory is held against an export of so many marks."""
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
def folder() -> Path:
    """A folder for the projects that all lines read, and for the bytecode that an installed command has."""
    made = tempfile.TemporaryDirectory(prefix="onrecord-bench-")
    atexit.register(made.cleanup)
    return Path(made.name)


@cache
def filled(marks: int) -> tuple[Path, int]:
    """A project of about so many marks, and how many it has."""
    desk = Desk(marks)
    path = folder() / f"{marks}.db"
    fill(path, desk, [*desk.first, *desk.second])
    return path, desk.marks


def exported(target: Path, marks: int, form: str) -> Pair:
    """Exporting in a format, as the command does, and reading the rows that are in the file with Python."""
    path, held = filled(marks)

    def scan() -> None:
        with closing(connect(path, write=False)) as connection:
            for table in SCANNED[form]:
                for _ in connection.execute(f"SELECT * FROM {table}"):
                    pass

    return Pair(partial(timed, scan), lambda: ran(path, target, form)[0], held)


def peaks(target: Path, marks: int, form: str) -> Pair:
    """The most memory that exporting takes, of few marks and of many."""
    few, _ = filled(SMALL)
    path, held = filled(marks)
    return Pair(lambda: ran(few, target, form)[1], lambda: ran(path, target, form)[1], held)


def ran(project: Path, target: Path, form: str) -> tuple[Taken, float]:
    """Export in a process: what it took, and its peak of memory in MB."""
    out = target / f"out.{form}"
    shutil.rmtree(out, ignore_errors=True)  # a folder is not replaced
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder() / "bytecode")
    started = perf_counter()
    command: list[str | Path] = [sys.executable, "-c", EXPORT, project, out, "--format", form]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert process.stdout
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert not process.returncode, command
    return Taken(perf_counter() - started, usage.ru_utime + usage.ru_stime), float(said.split()[-1])


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
            size=1_000_000, sizes=(SMALL, 100_000), quick=4_000, things="marks", rounds=3,
        )
        for form, bar in BARS.items()
    ),
    *(
        Line(
            f"export-{form}-memory", f"export to {NAMES[form]}: peak memory", f"the same with {SMALL:,} marks", FLAT,
            partial(peaks, form=form), size=1_000_000, sizes=(100_000,), quick=4_000, things="marks", unit="MB",
            rounds=1,
        )
        for form in BARS
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
