"""What the coefficients of agreement cost, beside reading the judgements once."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

from lines import Line, Pair, main, shared, timed

NAMES = ("ana", "ben", "eva", "kim", "tom")
SETS = ((), ("sourced",), ("anonymous",), ("denied", "sourced"), ("confirmed",), ("anonymous", "denied"))
A_DOCUMENT = 100
"""So many units."""
VIEWS = "".join(f"CREATE TEMP VIEW {each} AS SELECT * FROM main.{each};" for each in ("judged", "label_sets"))
SCAN = "SELECT count(*), sum(document), sum(unit), sum(annotator), sum(labels) FROM judged"


def rows(size: int) -> Iterator[tuple[int, int, int, str, int]]:
    """So many judgements of five annotators, who mostly agree; now and then one says nothing of a unit."""
    chance = random.Random(5)
    for unit in range(size // len(NAMES)):
        truth = chance.randrange(1, len(SETS))
        for annotator in range(len(NAMES)):
            if annotator < 2 or chance.random() < 0.98:
                labels = truth if chance.random() < 0.8 else chance.randrange(1, len(SETS) + 1)
                yield unit // A_DOCUMENT, unit, annotator, "without suggestions", labels


@cache
def project(size: int) -> tuple[Path, int]:
    """A file with judgements, which all lines read, and how many there are."""
    from onrecord.measure.judged import Judged

    path = shared() / f"judged-{size}.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    judged = Judged.none(connection, len(NAMES))
    for labels in SETS:
        judged.number(labels)
    judged.add(rows(size))
    for table in ("judged", "label_sets"):
        (sql,) = connection.execute("SELECT sql FROM sqlite_temp_master WHERE name = ?", (table,)).fetchone()
        connection.execute(sql)
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM temp.{table}")
    (there,) = connection.execute("SELECT count(*) FROM main.judged").fetchone()
    connection.commit()
    connection.close()
    return path, there


def opened(path: Path) -> sqlite3.Connection:
    """A connection to such a file; its tables are found where a comparison leaves them."""
    connection = sqlite3.connect(path)
    connection.executescript(VIEWS)
    return connection


def scan(connection: sqlite3.Connection) -> None:
    """The floor: every number of every row."""
    connection.execute(SCAN).fetchone()


def coefficients(connection: sqlite3.Connection) -> None:
    """The work: all coefficients of each label, and alpha with MASI, exactly; no intervals."""
    from onrecord.measure.agreement import judged_figures

    found = {(each.measure, each.label): each.value for each in judged_figures(connection, NAMES)}
    for measure in ("cohen", "fleiss", "alpha"):
        assert 0 < (found[measure, "sourced"] or 0) < 1, found


def pair(_: Path, size: int) -> Pair:
    """Reading the table, and all coefficients of it."""
    path, there = project(size)
    connection = opened(path)
    return Pair(partial(timed, partial(scan, connection)), partial(timed, partial(coefficients, connection)), there)


PEAK = "print([int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')][0] / 1024)"
"""Prints the most memory that a process has had, in MB; what it was forked from is not in it."""


def peaks(_: Path, size: int) -> Pair:
    """The same, each in a process of its own, by what memory that took at most."""
    path, there = project(size)
    bare = f"import sqlite3\nsqlite3.connect({str(path)!r}).execute({SCAN!r}).fetchone()\n{PEAK}"
    ours = f"""import sqlite3
from onrecord.measure.agreement import judged_figures
connection = sqlite3.connect({str(path)!r})
connection.executescript({VIEWS!r})
assert judged_figures(connection, {NAMES!r})
{PEAK}"""

    def peak(program: str) -> float:
        return float(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout)

    return Pair(partial(peak, bare), partial(peak, ours), there)


SIZES, LARGE = (100_000, 1_000_000), 10_000_000
LINES = (
    Line(
        name="agreement", what="Cohen, Fleiss and Krippendorff by label, of 5 annotators",
        floor="one SQLite scan of the judgements", bar=2.5, make=pair, sizes=SIZES,
        size=1_000_000, quick=200_000, things="judgements", rounds=9, large=(LARGE,),
    ),
    Line(
        name="agreement-memory", what="the same: peak memory", floor="one SQLite scan of the judgements", bar=2,
        make=peaks, sizes=SIZES, size=1_000_000, quick=200_000, things="judgements",
        unit="MB", rounds=1, large=(LARGE,),
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
