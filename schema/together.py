"""Rows written many to a statement.

A table that refuses to be changed has a trigger, and for each statement that runs one SQLite keeps a copy of every page
that it touches, so as to take the statement back alone. Rows in one statement share these copies, and they share what
it costs to start a statement, which is more than half of what a small row costs.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

_ROWS = 1000
_VALUES = 9000
"""So many rows and values are in one statement at most; from there on more of them save nothing."""
MOST_VALUES = 32_000
"""So many values fit into one statement (`store` limits it): for rows with keys at random in a table with a trigger.

Nearly every page of an index is touched by each statement then, and copied each time.
"""


def insert_together(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[Sequence[Any]],
    most: int = 0,
) -> None:
    """Insert rows, each with a value for each column, as one `executemany` of single rows would.

    `most` is how many rows a statement may hold, where that should not follow from the columns. There are only a few
    sizes of statements, so that SQLite and Python can keep them.
    """
    waiting, most = iter(rows), most or min(_ROWS, _VALUES // len(columns))
    while group := list(islice(waiting, most)):
        at = 0
        for size in (most, most // 8, most // 64 or 1, 1):
            while len(group) - at >= size:
                values = list(chain.from_iterable(group[at : at + size]))
                connection.execute(_insertion(table, columns, size), values)
                at += size


@cache
def _insertion(table: str, columns: tuple[str, ...], count: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    named = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({named}) VALUES {', '.join([row] * count)}"
