"""Rows that wait to be written many at a time, and what is known of things while that goes on."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from .together import insert_together

COLUMNS = {
    "mentions": (
        "id", "uid", "document_id", "annotator_id", "claim_id", "polarity", "start", "end", "quote", "note", "extra",
        "layer", "recorded_at",
    ),
    "marks": (
        "id", "uid", "mention_id", "annotator_id", "label", "kind", "certainty", "note", "extra", "recorded_at",
    ),
    "attributions": (
        "id", "mark_id", "position", "is_origin", "source_id", "relay", "identified", "ground", "source_quote",
        "cue_quote",
    ),
    "spans": (
        "id", "mention_id", "attribution_id", "evidence_id", "role", "position", "start", "end", "quote", "before",
        "after",
    ),
}  # fmt: skip
"""The columns of the tables that grow fastest, in the order in which their rows are given."""


class Met:
    """Things that are known to have rows, so that they need not be looked up again while many are written.

    Nothing here may have lost its rows since, so whoever removes one, or ends the transaction, forgets all. What waits
    to be written is known here alone, so nothing is forgotten for want of room as long as anything waits.
    """

    MOST = 50_000

    def __init__(self) -> None:
        self.ids: dict[tuple[str, str], int] = {}
        self.documents: dict[int, str] = {}

    def add(self, thing: tuple[str, str], id_: int) -> None:
        """Keep that a thing has rows under this id."""
        self.ids[thing] = id_

    def make_room(self) -> None:
        """Know nothing, if that is much: for when all of it is written."""
        if len(self.ids) >= self.MOST:
            self.forget()

    def forget(self) -> None:
        """Know nothing."""
        self.ids.clear()
        self.documents.clear()


class Gathered:
    """Rows that wait to be written together, and what they need to know of each other meanwhile."""

    def __init__(self, connection: sqlite3.Connection, *, fresh: bool) -> None:
        self._db, self.fresh = connection, fresh
        self.annotators: dict[str, int] = {}
        self.rows: dict[str, list[Sequence[Any]]] = {table: [] for table in COLUMNS}
        """Rows of the tables in `COLUMNS`."""
        self._others: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = {}
        self._last: dict[str, int] = {}

    def add(self, table: str, columns: tuple[str, ...], row: Sequence[Any]) -> None:
        """Keep a row of any other table, with its columns."""
        self._others.setdefault((table, columns), []).append(row)

    def next(self, table: str) -> int:
        """The row id that the next row of a table gets."""
        last = self._last.get(table)
        if last is None:
            (last,) = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        self._last[table] = last + 1
        return int(last + 1)

    def write(self) -> None:
        """Write all rows that wait, those of each table together."""
        for (table, columns), rows in self._others.items():
            insert_together(self._db, table, columns, rows)
        for table, rows in self.rows.items():
            insert_together(self._db, table, COLUMNS[table], rows)


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    named = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({named}) VALUES ({', '.join('?' * len(columns))})"


def insertion(table: str, columns: Iterable[str]) -> str:
    """The statement that inserts a row with these columns."""
    return _insertion(table, tuple(columns))
