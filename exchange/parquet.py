"""Apache Parquet: a file for each public table and for the views `mark_current`, `claim_standing` and `timeline`.

Whole numbers are int64, what is only ever 0 or 1 is boolean, and the times at which something was recorded are
timestamps in UTC, in milliseconds. Everything else is a string, `published_at` and `moment` too: a publication date may
be a year, a day, or whatever its article said. Files and columns carry their meaning as metadata under `description`.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..schema.errors import MissingExtra
from ..schema.tables import TABLES
from .database import shown
from .formats import Format, Outgoing
from .meanings import VIEWS, meaning

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

_ROWS = 5_000
_CHARACTERS = 1_000_000
"""A row group has this much at most, unless one row alone has more, so that memory stays bounded."""

_STEP = 200
"""So many rows are read before their characters are counted; where texts are among them, each row by itself."""

_CLAIMS = 500
"""So many claims' timelines are put in order at once."""
_ALL = 2**63 - 1

_MOMENTS = ("recorded_at", "added_at")
_COUNTS = frozenset("sourced anonymous denied confirmed mentions documents outlets origins".split())
_SWITCH = re.compile(r'"?(\w+)"? INTEGER[^,(]*CHECK \("?\w+"? IN \(0, 1\)\)')


def write_parquet(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Fill a folder; the answer is how many tables were written.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq  # type: ignore[import-untyped]
    except ImportError:
        raise MissingExtra(
            "Writing Parquet needs an optional part; install it with: pip install 'onrecord[parquet]'"
        ) from None
    for table in (*TABLES, *VIEWS):
        schema = _schema(connection, table)
        with pq.ParquetWriter(out / f"{table}.parquet", schema, compression="zstd") as writer:
            for columns in _batches(_parts(connection, table), schema):
                arrays = [_column(field, cells) for field, cells in zip(schema, columns, strict=True)]
                writer.write_batch(pa.record_batch(arrays, schema=schema))
    return len(TABLES) + len(VIEWS)


def _schema(connection: sqlite3.Connection, table: str) -> "pa.Schema":
    import pyarrow as pa

    (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    switches = {"changed", *_SWITCH.findall(sql)}
    types = {"int": pa.int64(), "bool": pa.bool_(), "text": pa.string()}
    types["moment"] = pa.timestamp("ms", tz="UTC")
    fields = []
    for _, name, declared, *_ in connection.execute(f"PRAGMA main.table_info({table})"):
        kind = types[_kind(name, declared, name in switches)]
        fields.append(pa.field(name, kind, metadata={"description": meaning(table, name)}))
    return pa.schema(fields, metadata={"description": meaning(table)})


def _kind(name: str, declared: str, switch: bool) -> str:
    """What a column holds; SQLite declares no type for what a view computes."""
    if switch:
        return "bool"
    if name in _MOMENTS:
        return "moment"
    return "int" if declared == "INTEGER" or (not declared and name in _COUNTS) else "text"


def _column(field: "pa.Field", cells: list[Any]) -> "pa.Array":
    import pyarrow as pa

    if pa.types.is_timestamp(field.type):
        return pa.array([cell or None for cell in cells], pa.string()).cast(field.type)
    if pa.types.is_boolean(field.type):
        return pa.array(cells, pa.int8()).cast(field.type)
    return pa.array(cells, field.type)


def _parts(connection: sqlite3.Connection, table: str) -> Iterator[sqlite3.Cursor]:
    """The rows of a table or view; those of the timeline, which is sorted claim by claim, for some claims at a time."""
    if table != "timeline":
        yield shown(connection, table)
        return
    ends = [id_ for (id_,) in connection.execute("SELECT id FROM claims ORDER BY id")][_CLAIMS - 1 :: _CLAIMS]
    for after, last in pairwise((0, *ends, _ALL)):
        yield connection.execute("SELECT * FROM timeline WHERE claim_id > ? AND claim_id <= ?", (after, last))


def _batches(parts: Iterable[sqlite3.Cursor], schema: "pa.Schema") -> Iterator[list[list[Any]]]:
    """The cells of each column, for so many rows at once."""
    import pyarrow as pa

    words = [at for at, field in enumerate(schema) if pa.types.is_string(field.type)]
    step = 1 if "text" in schema.names else min(_STEP, _ROWS)
    columns: list[list[Any]] = [[] for _ in schema]
    characters = 0
    for some in chain.from_iterable(iter(partial(rows.fetchmany, step), []) for rows in parts):
        for column, cells in zip(columns, zip(*some, strict=True), strict=True):
            column.extend(cells)
        for at in words:
            characters += sum(map(len, filter(None, columns[at][-len(some) :])))
        if len(columns[0]) >= _ROWS or characters > _CHARACTERS:
            yield columns
            columns, characters = [[] for _ in schema], 0
    if columns[0]:
        yield columns


FORMAT = Format(
    name="parquet",
    about="the public tables and views for pandas, DuckDB, R and the like, a file each",
    write=write_parquet,
    things="tables",
    folder=True,
    layers=True,
    extra="parquet",
)
