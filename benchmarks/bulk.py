"""What it costs to take in and to derive anew many marks, beside a plain insertion of the same rows."""

import shutil
import sqlite3
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

from desk import Desk, filled, project, rows_of, timed
from lines import Line, Pair, Taken, main
from onrecord.schema.ledger import Ledger
from onrecord.schema.migrations import run_script
from onrecord.schema.store import PAGE_SIZE, configure
from onrecord.schema.tables import PUBLIC, TABLES

LARGE = 1_000_000


def inserted(path: Path, rows: dict[str, tuple[str, list[tuple[Any, ...]]]]) -> Taken:
    """The floor: insert rows into empty public tables with their indexes; texts are there before, as in the work."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        configure(connection, write=True)
        run_script(connection, PUBLIC)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(*rows["texts"])
        connection.execute("COMMIT")
        with timed() as took:
            connection.execute("BEGIN IMMEDIATE")
            for table, (statement, values) in rows.items():
                if table != "texts":
                    connection.executemany(statement, values)
            connection.execute("COMMIT")
        return took[0]


def folded(folder: Path, marks: int) -> Pair:
    """Taking in marks, and inserting the rows that came of it."""
    rows = rows_of(filled(marks), TABLES)
    desk = Desk(marks)

    def work() -> Taken:
        (folder / "work.db").unlink(missing_ok=True)
        with project(folder / "work.db") as ledger:
            ledger.receive([], desk.texts)
            with timed() as took:
                received = ledger.receive(chain(desk.first, desk.second))
            assert received.added == len(desk.first) + len(desk.second)
            return took[0]

    return Pair(lambda: inserted(folder / "floor.db", rows), work, desk.marks)


def rebuilt(folder: Path, marks: int) -> Pair:
    """Deriving all tables anew, and inserting their rows."""
    rows = rows_of(filled(marks), TABLES)
    shutil.copyfile(filled(marks), folder / "work.db")

    def work() -> Taken:
        with Ledger(folder / "work.db", "eve", "eve-0123456789abcdef") as ledger, timed() as took:
            ledger.rebuild()
        return took[0]

    return Pair(lambda: inserted(folder / "floor.db", rows), work, len(rows["marks"][1]))


_ROWS = "executemany of the same rows into the public tables, one transaction"
SIZES: dict[str, Any] = {
    "size": LARGE, "sizes": (10_000, 100_000, LARGE), "quick": 2_000, "things": "marks", "rounds": 3,
    "rounds_at": {LARGE: 1},
}  # fmt: skip
LINES = (
    Line("fold", "take in a log of marks", _ROWS, 4.0, folded, **SIZES),
    Line("rebuild", "derive all tables anew: `check --rebuild`", _ROWS, 4.0, rebuilt, **SIZES),
)

if __name__ == "__main__":
    main(LINES)
