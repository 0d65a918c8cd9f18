"""Rows written many to a statement.

A table that refuses to be changed has a trigger, and for each statement that runs one SQLite keeps a copy of every page
that it touches, so as to take the statement back alone. Of a hundred rows in one statement, they share these copies.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

_ROWS = 100


def insert_together(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows, each with a value for each column, as one `executemany` of single rows would."""
    for count, values in _groups(rows):
        connection.execute(_insertion(table, columns, count), values)


def _groups(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, list[Any]]]:
    waiting = iter(rows)
    while group := list(islice(waiting, _ROWS)):
        yield len(group), list(chain.from_iterable(group))


@cache
def _insertion(table: str, columns: tuple[str, ...], count: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    named = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({named}) VALUES {', '.join([row] * count)}"
