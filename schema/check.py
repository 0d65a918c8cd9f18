"""Checking a project: every hash, every quote, every reference, and whether the tables are what the log says."""

import hashlib
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

from .clock import MAX_DRIFT_MS, drift
from .damage import damage
from .errors import InvalidEvent, OnrecordError
from .events import Mark, act_of, event_id, kind_of
from .fold import Fold
from .fulltext import INDEXES
from .migrations import VERSION, migrate
from .store import configure
from .tables import TABLES
from .text import content_hash
from .validity import read_event
from .wal import unread_commits

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


_PLACES = """
SELECT term, count(*), sum((place % 2147483647) * (place % 65521) % 4294967291)
FROM (SELECT term, doc * 1000003 + offset * 128 + unicode(col) AS place FROM {words}) GROUP BY term
"""
"""How often each word is in an index, and a sum in which two places that are wrong do not make up for each other."""

_DERIVED = (*(table for table in TABLES if table != "texts"), "heads", "needs")


class Finding(Struct, frozen=True):
    """One thing that a check found: a problem, or a note on something that is legal but worth knowing.

    `about` is the subject, as (kind, subject), that the words may tell something of; it may be hidden from a viewer.
    """

    level: Literal["problem", "note"]
    what: str
    about: tuple[str, str] | None = None


def check(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Verify a project through any connection to it; changes nothing. No problem among the findings means sound."""
    yield from _journal(connection)
    damaged = [_problem(what) for what in damage(connection)]
    yield from damaged
    if damaged:
        return
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    altered = [*_schema(connection)] if version == VERSION else []
    yield from altered
    if altered:
        return
    log = [*_told("texts", _texts, connection), *_told("events", _events, connection)]
    yield from log
    if version < VERSION:
        yield from [] if log else _brought_up(connection, version)
        return
    yield from _told("references", _references, connection)
    yield from _told("spans", _quotes, connection)
    if not log:  # of a damaged log, nothing can be derived to compare with
        yield from _told("tables", _fold, connection)
        yield from _told("notes", _notes, connection)


def _journal(connection: sqlite3.Connection) -> Iterator[Finding]:
    """What SQLite does not see of the journal beside the file, because a page before it is damaged."""
    try:
        path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    except sqlite3.DatabaseError:  # the file itself is damaged, which is told next
        return
    if (unread := unread_commits(path)) > 1:
        yield _problem(
            f"the journal {path.name}-wal is damaged, and the {unread:,} last writes in it are not read; leave it "
            "where it is, and bring back what is sound with: onrecord check --salvage NEW.db"
        )
    elif unread:
        yield Finding("note", f"the last write in {path.name}-wal did not reach the disk whole, so it does not count")


def _told(
    what: str, verify: Callable[[sqlite3.Connection], Iterator[Finding]], connection: sqlite3.Connection
) -> list[Finding]:
    """What a part of the check finds; rows that it cannot make sense of are one finding more."""
    try:
        return list(verify(connection))
    except (sqlite3.Error, ValueError, TypeError, LookupError):
        pass
    # Damaged bytes may be no UTF-8 any more; read with signs in their place, they differ from what was written.
    factory = connection.text_factory
    found: list[Finding] = []
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        found += verify(connection)
    except (sqlite3.Error, ValueError, TypeError, LookupError) as error:
        found.append(_problem(f"the {what} cannot be checked to the end, because they are damaged ({_short(error)})"))
    finally:
        connection.text_factory = factory
    return found


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:100]


def _brought_up(connection: sqlite3.Connection, version: int) -> Iterator[Finding]:
    """Check what an older project becomes when it is brought up to this version, on a copy."""
    with _copied(connection) as copy:
        try:
            migrate(copy)
        except (sqlite3.Error, OnrecordError, ValueError, TypeError, LookupError) as error:
            yield _problem(
                f"the project is of format {version} and cannot be brought up to {VERSION} ({_short(error)})"
            )
            return
        yield from check(copy)
    yield Finding(
        "note", f"the project is of format {version}; it is brought up to {VERSION} when it is next written to"
    )


@contextmanager
def _copied(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A copy that nobody else has, without any waiting for the disk."""
    with tempfile.TemporaryDirectory() as folder:
        copy = sqlite3.connect(Path(folder) / "copy.db", isolation_level=None)
        try:
            copy.execute("PRAGMA synchronous = OFF")
            connection.backup(copy)
            configure(copy, write=False)
            copy.text_factory = connection.text_factory
            yield copy
        finally:
            copy.close()


def _problem(what: str, about: tuple[str, str] | None = None) -> Finding:
    return Finding("problem", what, about)


def _schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Compare the file's tables, views, indexes and triggers with those of a new project; more of them may be there."""
    new = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(new)
        # The tables that FTS5 and sqlite-utils make for themselves differ with their versions.
        made = new.execute(
            """SELECT type, name, sql FROM sqlite_master WHERE tbl_name NOT GLOB '_sqlite_*'
            AND name NOT GLOB 'search_*' AND name NOT GLOB 'names_*'"""
        )
        for type_, name, sql in made:
            found = connection.execute(
                "SELECT sql FROM sqlite_master WHERE type = ? AND name = ?", (type_, name)
            ).fetchone()
            if found is None:
                yield _problem(f"the {type_} {name} is missing")
            elif found[0] != sql:
                yield _problem(f"the {type_} {name} is not as onrecord made it")
    finally:
        new.close()


def _texts(connection: sqlite3.Connection) -> Iterator[Finding]:
    for sha256, text in connection.execute("SELECT sha256, text FROM texts"):
        if content_hash(text) != sha256:
            yield _problem(f"text {sha256[:12]} was altered: its hash is {content_hash(text)[:12]}")
    for hash_, body in connection.execute("SELECT hash, body FROM quarantine WHERE body <> x''"):
        if event_id(body) != hash_:
            yield _problem(f"event {hash_[:12]}, which was set aside, was altered: its hash is {event_id(body)[:12]}")


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
            yield _problem(f"event {hash_[:12]}: {error}", (columns[0], columns[1]))
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
            what = f"span {id_} of mention {uid}: the text at {start}:{end} is not {quote[:60]!r}"
            yield _problem(what, ("mention", uid))


def _fold(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Rebuild a copy and compare, table by table."""
    with _copied(connection) as copy:
        copy.execute("PRAGMA foreign_keys = OFF")  # references are checked by themselves
        before = {table: _rows(copy, table) for table in _DERIVED}
        words = _words(copy)
        copy.execute("BEGIN")
        Fold(copy).rebuild()
        if words != _words(copy):
            yield _problem("the full-text index does not fit the texts; mend it with: onrecord check --rebuild")
        for table in _DERIVED:
            after = _rows(copy, table)
            if lost := (after - before[table]).total():
                yield _problem(f"{table}: {_some(lost)} of the log missing; mend it with: onrecord check --rebuild")
            if extra := (before[table] - after).total():
                yield _problem(f"{table}: {_some(extra)} not in the log; mend it with: onrecord check --rebuild")
        copy.execute("ROLLBACK")


def _words(connection: sqlite3.Connection) -> str | None:
    """A hash of every word that the full-text indexes hold and of all its places; None where one cannot be read.

    FTS5's own check lets places pass that are wrong by the same amount: it only XORs a sum of each.
    """
    told = hashlib.sha256()
    try:
        for index in INDEXES:
            words = f"temp.{index}_words"
            connection.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {words} USING fts5vocab (main, {index}, instance)")
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
            for row in connection.execute(_PLACES.format(words=words)):
                told.update(repr(row).encode("utf-8", "surrogatepass"))
    except (sqlite3.DatabaseError, UnicodeError):
        return None
    return told.hexdigest()


def _rows(connection: sqlite3.Connection, table: str) -> Counter[tuple[object, ...]]:
    return Counter(connection.execute(_ROWS.get(table, f"SELECT * FROM {table}")))


def _some(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _notes(connection: sqlite3.Connection) -> Iterator[Finding]:
    for hash_, reason in connection.execute(
        "SELECT hash, reason FROM quarantine WHERE hash NOT IN (SELECT hash FROM events) ORDER BY id"
    ):
        yield Finding("note", f"event {hash_[:12]} was set aside: {reason}", ("quarantine", hash_))
    yield from _conflicts(connection)
    yield from _unseen(connection)
    missing = connection.execute(
        "SELECT count(DISTINCT parent) FROM parents WHERE parent NOT IN (SELECT hash FROM events)"
    )
    if count := missing.fetchone()[0]:
        yield Finding("note", f"earlier events that others name have not arrived yet: {count:,}")
    for device, seq in connection.execute(
        "SELECT device, seq FROM events GROUP BY device, seq HAVING count(*) > 1 LIMIT 20"
    ):
        yield Finding("note", f"device {device} used number {seq} twice, as after a restored copy; both are kept")
    latest = connection.execute("SELECT max(clock) FROM events").fetchone()[0]
    if drift(latest) > MAX_DRIFT_MS:
        yield Finding("note", "the latest event is stamped more than a day ahead of this machine; check its clock")


def _conflicts(connection: sqlite3.Connection) -> Iterator[Finding]:
    fold = Fold(connection)
    for id_, kind, subject in connection.execute(
        """SELECT subjects.id, kind, subject FROM heads JOIN subjects ON subjects.id = subject_id
        GROUP BY subject_id HAVING count(*) > 1"""
    ):
        said = [event.data for _, event in fold.heads(id_)]
        if any(data != said[0] for data in said):  # two devices that said the same thing do not disagree
            what = f"{kind} {subject} was changed in {len(said)} places at once; the latest change counts"
            yield Finding("note", what, (kind, subject))


def _unseen(connection: sqlite3.Connection) -> Iterator[Finding]:
    fold = Fold(connection)
    for (id_,) in connection.execute(
        "SELECT id FROM subjects WHERE kind = 'mark' AND id IN (SELECT subject_id FROM heads)"
        " AND id NOT IN (SELECT id FROM marks) ORDER BY id"
    ):
        event = fold.heads(id_)[0][1]
        if (
            isinstance(event.data, Mark)
            and connection.execute(
                "SELECT 1 FROM mentions, labels WHERE uid = ? AND label = ?", (event.data.mention, event.data.label)
            ).fetchone()
        ):
            what = f"mark {event.subject} is not shown: its words are not in the document"
            yield Finding("note", what, ("mark", event.subject))
