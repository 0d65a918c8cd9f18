"""Checking a project: every hash, every quote, every reference, and whether the tables are what the log says."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from .clock import MAX_DRIFT_MS, drift
from .errors import InvalidEvent
from .events import act_of, event_id, kind_of, read_event
from .fold import Fold
from .store import configure
from .tables import TABLES
from .text import content_hash

_ROWS = {
    "spans": """SELECT m.uid, k.uid, a.position, g.uid, e.position, spans.role, spans.position, spans.start,
        spans."end", spans.quote, spans.before, spans.after FROM spans
        LEFT JOIN mentions AS m ON m.id = spans.mention_id
        LEFT JOIN attributions AS a ON a.id = attribution_id LEFT JOIN marks AS k ON k.id = a.mark_id
        LEFT JOIN evidence AS e ON e.id = evidence_id LEFT JOIN marks AS g ON g.id = e.mark_id""",
    "attributions": """SELECT mark_id, position, is_origin, source_id, relay, identified, ground, source_quote,
        cue_quote FROM attributions""",
    "evidence": "SELECT mark_id, position, quote, mention_id, url, note FROM evidence",
    "kinds": "SELECT label, kind, gloss, position FROM kinds",
}


class Finding(Struct, frozen=True):
    """One thing that a check found: a problem, or a note on something that is legal but worth knowing."""

    level: Literal["problem", "note"]
    what: str


def check(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Verify a project through any connection to it; changes nothing. No problem among the findings means sound."""
    if damage := _damage(connection):
        yield from damage
        return
    for check_part in (_texts, _events, _references, _quotes, _fold, _notes):
        yield from check_part(connection)


def rebuild(connection: sqlite3.Connection) -> None:
    """Derive all tables anew from the log; the caller holds the transaction."""
    Fold(connection).rebuild()


def _problem(what: str) -> Finding:
    return Finding("problem", what)


def _damage(connection: sqlite3.Connection) -> list[Finding]:
    try:
        rows = connection.execute("PRAGMA integrity_check(20)").fetchall()
    except sqlite3.DatabaseError as error:
        return [_problem(f"SQLite cannot read the file: {error}")]
    return [_problem(f"the file is damaged: {row[0]}") for row in rows if row[0] != "ok"]


def _texts(connection: sqlite3.Connection) -> Iterator[Finding]:
    for sha256, text in connection.execute("SELECT sha256, text FROM texts"):
        if content_hash(text) != sha256:
            yield _problem(f"text {sha256[:12]} was altered: its hash is {content_hash(text)[:12]}")


def _events(connection: sqlite3.Connection) -> Iterator[Finding]:
    rows = connection.execute(
        """SELECT hash, kind, subject, annotator, device, seq, clock, act, undoes, body FROM events
        JOIN subjects ON subjects.id = subject_id"""
    )
    for hash_, *columns, body in rows:
        if event_id(body) != hash_:
            yield _problem(f"event {hash_[:12]} was altered: its hash is {event_id(body)[:12]}")
            continue
        try:
            event = read_event(body)
        except InvalidEvent as error:
            yield _problem(f"event {hash_[:12]}: {error}")
            continue
        said = [kind_of(event), event.subject, event.annotator, event.device, event.seq, event.clock]
        if [*said, act_of(event), event.undoes] != columns:
            yield _problem(f"event {hash_[:12]}: its columns do not say what its bytes say")
        named = connection.execute(
            "SELECT parent FROM parents JOIN events ON events.id = event_id WHERE hash = ? ORDER BY parent", (hash_,)
        ).fetchall()
        if tuple(row[0] for row in named) != event.parents:
            yield _problem(f"event {hash_[:12]}: its parents are not recorded as it names them")


def _references(connection: sqlite3.Connection) -> Iterator[Finding]:
    for table, row, other, _ in connection.execute("PRAGMA foreign_key_check"):
        yield _problem(f"{table} row {row} refers to a row of {other} that is not there")


def _quotes(connection: sqlite3.Connection) -> Iterator[Finding]:
    rows = connection.execute(
        """SELECT spans.id, spans.start, spans."end", spans.quote, spans.before, spans.after, texts.text, mentions.uid
        FROM spans
        LEFT JOIN attributions ON attributions.id = attribution_id
        LEFT JOIN evidence ON evidence.id = evidence_id
        LEFT JOIN marks ON marks.id = coalesce(attributions.mark_id, evidence.mark_id)
        JOIN mentions ON mentions.id = coalesce(spans.mention_id, marks.mention_id)
        JOIN documents ON documents.id = mentions.document_id JOIN texts USING (sha256)"""
    )
    for id_, start, end, quote, before, after, text, uid in rows:
        if text[start:end] != quote or not text[:start].endswith(before) or not text[end:].startswith(after):
            yield _problem(f"span {id_} of mention {uid}: the text at {start}:{end} is not {quote[:60]!r}")


def _fold(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Rebuild a copy and compare, table by table."""
    with tempfile.TemporaryDirectory() as folder:
        copy = sqlite3.connect(Path(folder) / "copy.db", isolation_level=None)
        try:
            connection.backup(copy)
            configure(copy, write=False)
            copy.execute("PRAGMA synchronous = OFF")
            before = {table: _rows(copy, table) for table in TABLES}
            try:
                copy.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
            except sqlite3.DatabaseError:
                yield _problem("the full-text index does not fit the texts; mend it with: onrecord check --rebuild")
            copy.execute("BEGIN")
            rebuild(copy)
            for table in TABLES:
                after = _rows(copy, table)
                if lost := after - before[table]:
                    yield _problem(f"{table}: {_some(lost)} of the log missing; mend it with: onrecord check --rebuild")
                if extra := before[table] - after:
                    yield _problem(f"{table}: {_some(extra)} not in the log; mend it with: onrecord check --rebuild")
            copy.execute("ROLLBACK")
        finally:
            copy.close()


def _rows(connection: sqlite3.Connection, table: str) -> set[tuple[object, ...]]:
    return set(connection.execute(_ROWS.get(table, f"SELECT * FROM {table}")))


def _some(rows: Iterable[object]) -> str:
    count = len(list(rows))
    return "1 row" if count == 1 else f"{count:,} rows"


def _notes(connection: sqlite3.Connection) -> Iterator[Finding]:
    for hash_, reason in connection.execute(
        "SELECT hash, reason FROM quarantine WHERE hash NOT IN (SELECT hash FROM events) ORDER BY id"
    ):
        yield Finding("note", f"event {hash_[:12]} was set aside: {reason}")
    for kind, subject, count in connection.execute(
        """SELECT kind, subject, count(*) FROM heads JOIN subjects ON subjects.id = subject_id
        GROUP BY subject_id HAVING count(*) > 1"""
    ):
        yield Finding("note", f"{kind} {subject} was changed in {count} places at once; the latest change counts")
    missing = connection.execute(
        "SELECT count(DISTINCT parent) FROM parents WHERE parent NOT IN (SELECT hash FROM events)"
    )
    if count := missing.fetchone()[0]:
        yield Finding("note", f"{count} earlier events have not arrived yet")
    for device, seq in connection.execute(
        "SELECT device, seq FROM events GROUP BY device, seq HAVING count(*) > 1 LIMIT 20"
    ):
        yield Finding("note", f"device {device} used number {seq} twice, as after a restored copy; both are kept")
    latest = connection.execute("SELECT max(clock) FROM events").fetchone()[0]
    if drift(latest) > MAX_DRIFT_MS:
        yield Finding("note", "the latest event is stamped more than a day ahead of this machine; check its clock")
