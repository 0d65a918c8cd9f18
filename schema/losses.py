"""What a damaged project had and a salvage did not find, named as far as anything in the file still tells.

An event that is gone leaves traces: its hash in one index, its number in several others, what it was about in the table
of subjects. An entry of an index may be damaged too, so an event is taken for lost only where the log's own row or at
least two indexes know of it, and none of what was found has its place.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from .migrations import run_script
from .store import guard
from .text import visible

_TRACES = """
CREATE TABLE trace (row INTEGER, source TEXT, hash TEXT, subject INTEGER, device TEXT, seq INTEGER,
    PRIMARY KEY (row, source)) WITHOUT ROWID;
CREATE TABLE subject (id INTEGER PRIMARY KEY, kind TEXT, subject TEXT);
CREATE TABLE title (sha256 TEXT PRIMARY KEY, title TEXT) WITHOUT ROWID;
CREATE TABLE missing_text (hash TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID;
CREATE TABLE missing_aside (hash TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID;
"""

_INDEXES = {
    "sqlite_autoindex_events_1": ("SELECT id, hash, NULL, NULL, NULL FROM events", "hash"),
    "events_subject": ("SELECT id, NULL, subject_id, NULL, NULL FROM events", "subject_id"),
    "events_device": ("SELECT id, NULL, NULL, device, seq FROM events", "device"),
    "events_clock": ("SELECT id, NULL, NULL, NULL, NULL FROM events", "clock"),
}
"""Queries that an index of the log answers alone, and the column that it begins with."""

_LOST_EVENTS = """
SELECT coalesce(max(trace.hash) FILTER (WHERE source <> 'row'), max(trace.hash)), row, max(trace.subject), max(device),
    max(seq), max(kind), max(subject.subject)
FROM trace
LEFT JOIN subject ON subject.id = trace.subject
WHERE row NOT IN (SELECT row FROM event WHERE row IS NOT NULL)
GROUP BY row HAVING (count(*) > 1 OR max(source = 'row'))
AND NOT max(trace.hash IN (SELECT hash FROM event UNION ALL SELECT hash FROM aside))
ORDER BY row
"""

_NAMES = {"subject": "SELECT id, kind, subject FROM subjects", "title": "SELECT sha256, title FROM documents"}

_HASHES = (
    ("text", "SELECT sha256, rowid FROM texts INDEXED BY sqlite_autoindex_texts_1", "sha256"),
    ("aside", "SELECT hash, id FROM quarantine INDEXED BY sqlite_autoindex_quarantine_1", "hash"),
)

_CARVED = """
INSERT INTO trace SELECT row, 'row', hash, subject, device, seq FROM broken
WHERE kind = 'event' AND row IS NOT NULL GROUP BY row;

INSERT OR IGNORE INTO trace SELECT row, 'sqlite_autoindex_events_1', hash, NULL, NULL, NULL FROM named
WHERE row IS NOT NULL GROUP BY row;

-- The hashes of texts and of what was set aside stand in such indexes too, beside numbers of other tables.
DELETE FROM trace WHERE source <> 'row' AND (hash IN (SELECT hash FROM text) OR hash IN (SELECT hash FROM aside)
    OR hash IN (SELECT hash FROM broken WHERE kind <> 'event') OR hash IN (SELECT hash FROM missing_text)
    OR hash IN (SELECT hash FROM missing_aside)
    OR hash IN (SELECT subject FROM subject WHERE kind = 'document'));

-- A row whose hash is damaged too has its real one in the index.
INSERT OR IGNORE INTO missing_text SELECT hash, row FROM broken
WHERE kind = 'text' AND coalesce(row, -1) NOT IN (SELECT row FROM missing_text);
DELETE FROM missing_text WHERE row IN (SELECT row FROM text);

INSERT OR IGNORE INTO missing_aside SELECT hash, row FROM broken
WHERE kind = 'aside' AND coalesce(row, -1) NOT IN (SELECT row FROM missing_aside);
DELETE FROM missing_aside WHERE row IN (SELECT row FROM aside)
    OR hash IN (SELECT hash FROM aside UNION ALL SELECT hash FROM event);

-- An event that states a document is taken into the log only with its text.
INSERT OR IGNORE INTO missing_text SELECT json_extract(cast(body AS TEXT), '$.subject'), NULL FROM event
WHERE json_valid(cast(body AS TEXT)) AND json_extract(cast(body AS TEXT), '$.kind') = 'document';
DELETE FROM missing_text WHERE hash IN (SELECT hash FROM text);
"""


class Lost(Struct, frozen=True):
    """An event, a text or something that was set aside, and what is known of it, in words for people."""

    kind: Literal["event", "text", "aside"]
    hash: str
    what: str


def losses(damaged: Path, found: sqlite3.Connection) -> Iterator[Lost]:
    """All that is lost of a damaged file, given all that was found; the events in the order of the log."""
    with closing(_reader(damaged)) as reader:
        _collect(reader, found)
    for hash_, row, _, device, seq, kind, subject in found.execute(_LOST_EVENTS):
        name = f"event {hash_[:12]}" if hash_ else f"event number {row} of the log"
        what = f"{kind} {subject}, {name}" if kind else name
        yield Lost("event", hash_ or "", visible(f"{what}, number {seq} of device {device}" if device else what))
    for hash_, title in found.execute("SELECT hash, title FROM missing_text LEFT JOIN title ON sha256 = hash"):
        yield Lost("text", hash_, visible(f"text {hash_[:12]}" + (f" of “{title}”" if title else "")))
    for (hash_,) in found.execute("SELECT hash FROM missing_aside"):
        yield Lost("aside", hash_, f"event {hash_[:12]}, which had been set aside")


def _reader(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    with suppress(sqlite3.Error, UnicodeError):
        guard(connection)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def _collect(reader: sqlite3.Connection, found: sqlite3.Connection) -> None:
    """Collect the traces, from what was carved and from all that SQLite still reads."""
    found.executescript(_TRACES)
    found.execute("BEGIN")
    for index, (query, first) in _INDEXES.items():
        rows = _both_ways(reader, f"{query} INDEXED BY {index}", first)
        found.executemany(f"INSERT OR REPLACE INTO trace VALUES (?, '{index}', ?, ?, ?, ?)", rows)
    for table, query in _NAMES.items():
        found.executemany(
            f"INSERT OR IGNORE INTO {table} VALUES ({query.count(',') * '?, '}?)", _both_ways(reader, query, "id")
        )
    for kind, query, first in _HASHES:
        found.executemany(f"INSERT OR IGNORE INTO missing_{kind} VALUES (?, ?)", _both_ways(reader, query, first))
    run_script(found, _CARVED)
    found.execute("COMMIT")


def _both_ways(connection: sqlite3.Connection, query: str, column: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query by this column, from the first on, and from the last on, as far as they can be read."""
    for direction in ("ASC", "DESC"):
        try:
            yield from connection.execute(f"{query} ORDER BY {column} {direction}")
        except (sqlite3.Error, OverflowError, UnicodeError):  # also of SQLite's own message, which quotes names
            continue
        return
