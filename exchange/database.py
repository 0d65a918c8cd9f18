"""SQLite: the public tables, their views and the full-text index, with the same ids, and nothing of the log."""

import sqlite3
from pathlib import Path

from ..schema.fulltext import FullText
from ..schema.migrations import run_script
from ..schema.tables import PUBLIC, TABLES
from .formats import Format, Outgoing

_CHOSEN = {"texts": "SELECT * FROM texts WHERE sha256 IN (SELECT sha256 FROM documents)"}
"""Texts of documents that were taken back stay behind: a copy for others holds what the project shows."""


def shown(connection: sqlite3.Connection, table: str) -> sqlite3.Cursor:
    """The rows of a public table or view that others may see."""
    return connection.execute(_CHOSEN.get(table, f"SELECT * FROM {table}"))


def write_database(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Write a new file that no extension is needed to read; the answer is how many documents it holds."""
    copy = sqlite3.connect(out, isolation_level=None)
    try:
        for setting in ("journal_mode = OFF", "synchronous = OFF"):  # the file counts only when it is finished
            copy.execute(f"PRAGMA {setting}")
        copy.execute("BEGIN")
        run_script(copy, PUBLIC)
        for table in TABLES:
            rows = shown(connection, table)
            places = ", ".join("?" * len(rows.description))
            copy.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        FullText(copy).rebuild()
        copy.execute("COMMIT")
        return int(copy.execute("SELECT count(*) FROM documents").fetchone()[0])
    finally:
        copy.close()


FORMAT = Format(
    name="db",
    about="the public tables as an SQLite file",
    endings=(".db",),
    write=write_database,
    own=True,
    layers=True,
)
