"""Large projects out of smaller ones: rows are copied under other numbers and names, which is quicker than to take in.

The log, the texts and all tables are as they would be of a log that says the same over and over, of other things each
time; only the words of the full-text search are not copied.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from onrecord.schema.tables import TABLES

_COPIED = (
    *(set(TABLES) - {"annotators", "labels", "kinds", "texts", "adjudication_inputs"}),
    "subjects",
    "events",
    "heads",
    "needs",
)
_APART = {"attributions", "evidence", "spans"}
"""Tables whose row ids are not those of subjects."""
_NAMES = re.compile(rb"(claim-|source-|ana/)0")
_HASH = re.compile(rb"[0-9a-f]{64}")
MOST = 10
"""So many times as much can be made at most: a copy's number is one digit of its names."""


def stretch(path: Path, times: int, texts: Iterable[list[str]]) -> None:
    """Make a project so many times as large.

    `texts` has for each text of the project the ones that take its place in the copies.
    """
    assert 1 < times <= MOST
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for setting in ("journal_mode = OFF", "foreign_keys = OFF", "synchronous = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {setting}")
        shift, first = _numbers(connection)
        names: list[dict[bytes, bytes]] = [{} for _ in range(times)]
        for old, *others in texts:
            for number, text in enumerate(others, 1):
                names[number][_name(old)] = _name(text)
                connection.execute("INSERT INTO texts VALUES (?, ?)", (_name(text).decode(), text))
        for number in range(1, times):
            _Copy(connection, number, names[number]).make(number * shift, shift, first)
        connection.execute("PRAGMA journal_mode = WAL")


def _name(text: str) -> bytes:
    return hashlib.sha256(text.encode()).hexdigest().encode()


def _numbers(connection: sqlite3.Connection) -> tuple[int, dict[str, int]]:
    """A number above all row ids, and by table the first row that is not of the codebook."""
    ids = {table: connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0 for table in _with_ids()}
    (subject,) = connection.execute("SELECT min(id) FROM subjects WHERE kind <> 'label'").fetchone()
    (event,) = connection.execute("SELECT min(id) FROM events WHERE subject_id >= ?", (subject,)).fetchone()
    return 1 + max(ids.values()), {**dict.fromkeys(ids, subject), **dict.fromkeys(_APART, 0), "events": event}


def _with_ids() -> list[str]:
    return [table for table in _COPIED if table not in ("heads", "needs")]


class _Copy:
    """One copy: functions for SQL that give other names, and the statements that use them."""

    def __init__(self, connection: sqlite3.Connection, number: int, texts: dict[bytes, bytes]) -> None:
        self._connection, self._texts = connection, texts
        self._named = rb"\g<1>%d" % number
        connection.create_function("other_body", 1, self._renamed, deterministic=True)
        connection.create_function("other_name", 1, lambda name: self._renamed(name.encode()).decode())
        connection.create_function("name_of", 1, lambda body: hashlib.sha256(body).hexdigest())

    def _renamed(self, text: bytes) -> bytes:
        return _HASH.sub(lambda found: self._texts.get(found[0], found[0]), _NAMES.sub(self._named, text))

    def make(self, by: int, end: int, first: dict[str, int]) -> None:
        """Copy the rows up to `end` under numbers that are higher by so much."""
        self._connection.execute("BEGIN IMMEDIATE")
        for table in _COPIED:
            refers = {row[3]: row[2] for row in self._connection.execute(f"PRAGMA foreign_key_list({table})")}
            columns = [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(_value(column, refers.get(column, table), first) for column in columns)
            key = "subject_id" if "id" not in columns else "id"
            start = first[refers.get(key, table)]
            self._connection.execute(
                f"""INSERT INTO {table} ({", ".join(f'"{column}"' for column in columns)})
                SELECT {values} FROM {table} WHERE {key} >= {start} AND {key} < {end} ORDER BY 1""",
                {"by": by},
            )
        self._connection.execute("COMMIT")


def _value(column: str, table: str, first: dict[str, int]) -> str:
    """What takes the place of a column, which is of this table or refers to it."""
    if column == "hash":
        return "name_of(other_body(body))"
    if column == "body":
        return "other_body(body)"
    if column in ("uid", "sha256", "subject"):
        return f"other_name({column})"
    if (column == "id" or column.endswith("_id") or column == "revises") and table in first:
        return f"{column} + ({column} >= {first[table]}) * :by"
    return f'"{column}"'
