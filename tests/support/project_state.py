"""Projects for tests: quick to open, with a clock of their own, and compared without regard to local row numbers."""

import os
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from onrecord.schema.fulltext import INDEXES
from onrecord.schema.ledger import Ledger
from onrecord.schema.tables import TABLES

Row = tuple[Any, ...]
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""A folder in memory where there is one: these tests are not about the disk, and should not wait for it."""


class Hands:
    """A wall clock that the test moves: milliseconds since 1970."""

    def __init__(self, milliseconds: int = 1_772_445_600_000) -> None:
        self.milliseconds = milliseconds

    def __call__(self) -> int:
        """The time, which does not pass by itself."""
        return self.milliseconds


@cache
def empty_project() -> bytes:
    """The bytes of a new project."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        Ledger.create(path, "ana", "d1").close()
        return path.read_bytes()


def open_quickly(
    path: Path, annotator: str = "ana", device: str = "d1", now: Callable[[], int] | None = None
) -> Ledger:
    """A ledger on a project that is made if need be; it does not wait for the disk, which only a power cut would show."""
    if not path.exists():
        path.write_bytes(empty_project())
    ledger = Ledger(path, annotator, device, **({"now": now} if now else {}))
    ledger.connection.execute("PRAGMA synchronous = OFF")
    return ledger


@contextmanager
def project(annotator: str = "ana", device: str = "d1", now: Callable[[], int] | None = None) -> Iterator[Ledger]:
    """A new project in a folder of its own, for tests that hypothesis runs many times."""
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as folder,
        open_quickly(Path(folder) / "p.db", annotator, device, now) as ledger,
    ):
        yield ledger


# --- the state, whatever the row numbers ---------------------------------------------------------------------------


def public_state(connection: sqlite3.Connection) -> dict[str, Any]:
    """All that people can query, with every row id replaced by what it stands for; unordered tables are sorted."""
    things = {id_: f"{kind} {subject}" for id_, kind, subject in connection.execute("SELECT * FROM subjects")}
    annotators = dict(connection.execute("SELECT id, name FROM annotators").fetchall())
    parts = {
        f"{table}_id": {
            id_: f"{table} {position} of {things[mark]}"
            for id_, mark, position in connection.execute(f"SELECT id, mark_id, position FROM {table}s")
        }
        for table in ("attribution",)
    }
    parts["evidence_id"] = {
        id_: f"evidence {position} of {things[mark]}"
        for id_, mark, position in connection.execute("SELECT id, mark_id, position FROM evidence")
    }
    meanings = defaultdict(lambda: things, parts | {"annotator_id": annotators})

    def named(query: str) -> list[Row]:
        cursor = connection.execute(query)
        columns = [column[0] for column in cursor.description]
        refers = [name.endswith("_id") or name in ("id", "revises") for name in columns]
        return [
            tuple(
                meanings[name].get(value, value) if value is not None and is_id else value
                for name, value, is_id in zip(columns, row, refers, strict=True)
            )
            for row in cursor
        ]

    nameless = {"annotators", "kinds", "attributions", "evidence", "spans"}
    state: dict[str, Any] = {}
    for table in TABLES:
        rows = named(f"SELECT * FROM {table}")
        state[table] = sorted((row[1:] if table in nameless else row for row in rows), key=repr)
    for view in ("mark_current", "claim_standing"):
        state[view] = sorted(named(f"SELECT * FROM {view}"), key=repr)
    lines = defaultdict(list)
    for row in named("SELECT * FROM timeline"):
        lines[row[0]].append(row)
    state["timeline"] = dict(sorted(lines.items()))
    state["words"] = sorted((things[doc], term, col, offset) for term, doc, col, offset in _words(connection))
    return state


def log_state(connection: sqlite3.Connection) -> dict[str, set[Row]]:
    """The log, what decides, and what was set aside, by hashes."""
    return {
        "events": set(connection.execute("SELECT hash, annotator, device, seq, clock, act, undoes FROM events")),
        "heads": set(connection.execute("SELECT hash FROM heads JOIN events ON events.id = event_id")),
        "aside": set(connection.execute("SELECT hash FROM quarantine WHERE hash NOT IN (SELECT hash FROM events)")),
        "needs": set(
            connection.execute(
                """SELECT needed.kind, needed.subject, one.kind, one.subject, now FROM needs
                JOIN subjects AS needed ON needed.id = needed_id JOIN subjects AS one ON one.id = subject_id"""
            )
        ),
    }


def whole_state(connection: sqlite3.Connection) -> dict[str, Any]:
    """The public state and the log's."""
    return public_state(connection) | log_state(connection)


def assert_index_fits(connection: sqlite3.Connection) -> None:
    """The full-text indexes have the words of the texts and names, all of them and no others."""
    for index in INDEXES:
        connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")


def _words(connection: sqlite3.Connection) -> list[Row]:
    found: list[Row] = []
    for index in INDEXES:
        words = f"temp.{index}_words"
        connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {words} USING fts5vocab ('main', '{index}', 'instance')"
        )
        found += connection.execute(f"SELECT term, doc, col, offset FROM {words}").fetchall()
    return found


# --- work ----------------------------------------------------------------------------------------------------------


def steps(connection: sqlite3.Connection, work: Callable[[], object]) -> int:
    """How many instructions SQLite's machine takes for the work: the same on every machine, however busy."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    connection.set_progress_handler(count, 1)
    try:
        work()
    finally:
        connection.set_progress_handler(None, 1)
    return taken
