"""Many events at once: what subjects that a file has never seen become, and all rows of a log from scratch.

A subject with one event that nothing refers to yet needs none of the care that `fold` takes: it has one head, its rows
are new, and nothing has to be settled again when it appears. So events and rows are written table by table, with one
statement each, in an order in which every kind comes after those that it refers to.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import count, groupby
from operator import itemgetter
from typing import TypeAlias

from .codebook import AUTHOR
from .events import AnyEvent, AnyValue, Document, kind_of, trusted
from .needs import references
from .rows import Rows
from .together import MOST_VALUES, insert_together
from .writing import NAMED, TABLE

AT_ONCE = 4000
"""How many events are held before they are written: enough to share the statements, few enough to stay small."""

Held: TypeAlias = dict[tuple[str, str], tuple[AnyEvent, bytes, str]]
"""One event a subject, by kind and subject: the event, its canonical bytes, its id."""
Thing: TypeAlias = tuple[str, int]
"""A kind and a row id."""

_APART = frozenset({"label", "relation", "source_relation", "remark", "adjudication", "member", "policy"})
"""Kinds whose rows depend on others of their kind, or that are too few to matter."""


_NOTED = frozenset({"mention", "mark", "submission"})
"""Kinds that the full-text search finds by their note alone."""


def can_wait(event: AnyEvent) -> bool:
    """Whether an event's rows follow from it and from other kinds of things alone, if its subject is new."""
    value = event.data
    if isinstance(value, Document):
        return not value.revises
    return value is not None and kind_of(event) not in _APART


def write_held(connection: sqlite3.Connection, rows: Rows, held: Held) -> list[Thing]:
    """Add the events of subjects that the file does not know, and their rows; the answer is what has words to find."""
    events = [event for event, _, _ in held.values()]
    named = [references(event.data) for event in events]
    ids = _subject_ids(connection, held, set().union(*named))
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()
    subjects = [ids[thing] for thing in held]
    numbers = range(last + 1, last + 1 + len(held))
    insert_together(
        connection,
        "events",
        _EVENT,
        (
            (id_, hash_, subject, event.annotator, event.device, event.seq, event.clock, event.undoes, body)
            for id_, subject, (event, body, hash_) in zip(numbers, subjects, held.values(), strict=True)
        ),
        MOST_VALUES // len(_EVENT),
    )
    connection.executemany(
        "INSERT INTO parents (event_id, parent) VALUES (?, ?)",
        ((id_, parent) for id_, event in zip(numbers, events, strict=True) for parent in event.parents),
    )
    names = dict.fromkeys(event.annotator for event in events if event.annotator != AUTHOR)
    connection.executemany("INSERT OR IGNORE INTO annotators (name) VALUES (?)", ((name,) for name in names))
    insert_together(connection, "heads", ("subject_id", "event_id"), zip(subjects, numbers, strict=True))
    pairs = [(ids[thing], subject, 1) for subject, things in zip(subjects, named, strict=True) for thing in things]
    insert_together(connection, "needs", _NEED, sorted(pairs))
    return _write_rows(rows, zip((kind for kind, _ in held), subjects, events, strict=True), fresh=True)


_NEED = ("needed_id", "subject_id", "now")
_EVENT = ("id", "hash", "subject_id", "annotator", "device", "seq", "clock", "undoes", "body")


def _subject_ids(connection: sqlite3.Connection, held: Held, named: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The row ids of all subjects that events state or name; those that the file does not know are given out now."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM subjects").fetchone()
    others = sorted(named.difference(held))
    ids = numbers_of(connection, others)
    new = [*held, *(thing for thing in others if thing not in ids)]
    ids.update(zip(new, count(last + 1)))
    # Most names of subjects are random: in their order, each page of their index comes up once.
    insert_together(connection, "subjects", ("id", "kind", "subject"), ((ids[thing], *thing) for thing in sorted(new)))
    return ids


def numbers_of(connection: sqlite3.Connection, things: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The row ids of those of these subjects, by kind and subject, that the file knows."""
    by_kind: dict[str, list[str]] = {}
    for kind, subject in things:
        by_kind.setdefault(kind, []).append(subject)
    return {
        (kind, subject): id_
        for kind, subjects in by_kind.items()
        for subject, id_ in connection.execute(_NUMBERS, (kind, json.dumps(subjects)))
    }


_NUMBERS = "SELECT subject, id FROM subjects WHERE kind = ? AND subject IN (SELECT value FROM json_each(?))"


def _write_rows(rows: Rows, things: Iterable[tuple[str, int, AnyEvent]], *, fresh: bool) -> list[Thing]:
    """Write the rows of things (kind, row id, deciding event) kind by kind; the answer is which have words to find."""
    by_kind: dict[str, list[tuple[int, AnyEvent]]] = {}
    for kind, subject, event in things:
        by_kind.setdefault(kind, []).append((subject, event))
    there = []
    with rows.gathering(fresh=fresh):
        for kind in TABLE:
            noted, named = kind in _NOTED, kind in NAMED
            for subject, event in by_kind.get(kind, ()):
                if not rows.write(subject, event):
                    continue
                if named:
                    rows.wrote(kind, subject, event)
                if not noted or event.data.note:  # type: ignore[union-attr]
                    there.append((kind, subject))
    return there


# ---------------------------------------------------------------------- all of a log


def derive(connection: sqlite3.Connection, rows: Rows, found: Callable[[list[Thing]], object]) -> Iterator[int]:
    """Derive what events need and the rows of all that can wait; yields the subjects that are left to `Fold.settle`.

    Heads are there already, all other derived tables are empty. Kinds come in the order of `TABLE`; `found` is told
    what has words to find.
    """
    numbers = _Numbers(connection)
    for kind in TABLE:
        batch: list[tuple[str, int, AnyEvent]] = []
        late: list[int] = []
        needs: dict[tuple[int, int], int] = {}
        for subject, said in groupby(connection.execute(_OF_KIND, (kind,)), key=itemgetter(0)):
            heads = []
            for _, body, *head in said:
                event = trusted(body)
                named = numbers.of(event.data)
                for needed in named:
                    needs.setdefault((needed, subject), 0)
                if head[0]:
                    heads.append((*head[1:], event, named))
            if heads:
                *_, event, named = max(heads, key=itemgetter(0, 1))
                needs.update(((needed, subject), 1) for needed in named)
                if can_wait(event):
                    batch.append((kind, subject, event))
                else:
                    late.append(subject)
            if len(batch) >= AT_ONCE:
                _write_needs(connection, needs)
                found(_write_rows(rows, batch, fresh=False))
                batch, needs = [], {}
        _write_needs(connection, needs)
        found(_write_rows(rows, batch, fresh=False))
        yield from late


_OF_KIND = """
SELECT subject_id, body, EXISTS (SELECT 1 FROM heads WHERE heads.subject_id = subjects.id AND event_id = events.id),
    clock, hash
FROM subjects NOT INDEXED JOIN events ON subject_id = subjects.id WHERE kind = ? ORDER BY subjects.id, events.id
"""


def _write_needs(connection: sqlite3.Connection, needs: dict[tuple[int, int], int]) -> None:
    insert_together(connection, "needs", _NEED, sorted((*pair, now) for pair, now in needs.items()))


class _Numbers:
    """The row ids of the subjects that values name."""

    _MOST = 200_000

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._ids: dict[tuple[str, str], int] = {}

    def of(self, data: AnyValue | None) -> list[int]:
        """The row ids of what a value names, in order; they are in the log's order of subjects."""
        return sorted(self._id(thing) for thing in references(data))

    def _id(self, thing: tuple[str, str]) -> int:
        if thing not in self._ids:
            if len(self._ids) >= self._MOST:
                self._ids.clear()
            row = self._db.execute("SELECT id FROM subjects WHERE kind = ? AND subject = ?", thing).fetchone()
            if row is None:
                row = (self._db.execute("INSERT INTO subjects (kind, subject) VALUES (?, ?)", thing).lastrowid,)
            self._ids[thing] = row[0]
        return self._ids[thing]
