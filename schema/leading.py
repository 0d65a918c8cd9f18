"""All claims, or all sources, that stand for themselves: the first ones at once, all when somebody looks further."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Literal, overload

FIRST = 100
"""So many are read before anybody looks further down."""

_ENDS = {"claims": ("claim_relations", "claim_id"), "sources": ("source_relations", "source_id")}


class Leading(Sequence[int]):
    """The row ids of all in a table that were not merged into another, in the order in which they were recorded."""

    def __init__(self, connection: sqlite3.Connection, table: Literal["claims", "sources"]) -> None:
        self._connection, self._table = connection, table
        self._count = count(connection, table)
        self._ids = self._leading(FIRST)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        last = place if isinstance(place, int) else place.indices(self._count)[1] - 1
        if not 0 <= last < len(self._ids):
            self._read()
        return self._ids[place]

    def __iter__(self) -> Iterator[int]:
        self._read()
        return iter(self._ids)

    def __contains__(self, id_: object) -> bool:
        if id_ not in self._ids:
            self._read()
        return id_ in self._ids

    def index(self, id_: int, start: int = 0, stop: int | None = None) -> int:
        """The place of one.

        Raises:
            ValueError: it is not there.
        """
        if id_ not in self._ids:
            self._read()
        return self._ids.index(id_, start, self._count if stop is None else stop)

    def _read(self) -> None:
        """Read all; from now on there are as many as there are now."""
        if len(self._ids) < self._count:
            self._ids = self._leading(-1)
            self._count = len(self._ids)

    def _leading(self, most: int) -> list[int]:
        rows = self._connection.execute(
            f"SELECT id FROM {self._table} WHERE merged_id = id ORDER BY id LIMIT ?", (most,)
        )
        return [row[0] for row in rows]


def count(connection: sqlite3.Connection, table: Literal["claims", "sources"]) -> int:
    """How many were not merged into another."""
    # SQLite counts all rows of a table without looking at them; only what is tied may be merged, seen or unseen.
    relations, end = _ENDS[table]
    (number,) = connection.execute(
        f"""SELECT (SELECT count(*) FROM {table}) - (
            SELECT count(*) FROM {table} WHERE merged_id <> id AND id IN (
                SELECT {end} FROM main.{relations} WHERE relation = 'same_as'
                UNION SELECT other_id FROM main.{relations} WHERE relation = 'same_as'
            )
        )"""
    ).fetchone()
    return int(number)
