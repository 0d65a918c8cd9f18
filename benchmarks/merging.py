"""What it costs to merge two projects of two annotators on the same documents, beside inserting the missing events."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from desk import MARKS, Desk, fill, rows_of, timed
from lines import Line, Pair, Taken, main
from onrecord.schema.ledger import Ledger
from onrecord.schema.merging import merge
from onrecord.schema.store import configure, connect

LARGE = 500_000
A_MARK = 65.3 / MARKS
"""So many events each of the two projects has for each mark in it: documents, claims and mentions are among them."""

Row = tuple[Any, ...]


def missing_events(one: Path, two: Path) -> tuple[str, list[Row]]:
    """The events of the second project that the first lacks, and the statement that inserts one."""
    statement, rows = rows_of(two, ["events"])["events"]
    with closing(connect(one, write=False)) as connection:
        known = {row[0] for row in connection.execute("SELECT hash FROM events")}
    return statement, [row for row in rows if row[1] not in known]


def merged(folder: Path, events: int) -> Pair:
    """Merging two projects with about so many events each, and inserting the events that the first lacks."""
    one, two, other = folder / "one.db", folder / "two.db", folder / "work.db"
    desk = Desk(2 * round(events / A_MARK))
    fill(one, desk, desk.first)
    fill(two, desk, [*desk.shared, *desk.second])
    size, desk = len(desk.first), Desk(0)
    statement, missing = missing_events(one, two)

    def floor() -> Taken:
        shutil.copyfile(one, folder / "floor.db")
        with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as connection:
            configure(connection, write=True)
            (last,) = connection.execute("SELECT max((SELECT max(id) FROM events), max(id)) FROM subjects").fetchone()
            subjects = {row[2] for row in missing}
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO subjects VALUES (?, 'x', ?)", ((last + each, str(each)) for each in subjects)
            )
            connection.execute("COMMIT")
            values = [(last + row[0], row[1], last + row[2], *row[3:]) for row in missing]
            with timed() as took:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(statement, values)
                connection.execute("COMMIT")
            return took[0]

    def work() -> Taken:
        shutil.copyfile(one, other)
        with (
            Ledger(other, "eve", "eve-0123456789abcdef") as ledger,
            closing(connect(two, write=False)) as incoming,
            timed() as took,
        ):
            done = merge(ledger, incoming)
        assert done.added == len(missing), done
        return took[0]

    return Pair(floor, work, size)


LINES = (
    Line(
        "merge", "merge two projects, each with so many events", "executemany of the missing events", 4.0, merged,
        size=LARGE, sizes=(5_000, LARGE // 10, LARGE), quick=2_000, things="events", rounds=3, rounds_at={LARGE: 1},
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
