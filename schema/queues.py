"""Somebody's queue: the documents that were assigned to them, in its order, and how far they are with it.

The order is that of the positions; where two leads gave the same one apart from each other, the documents' hashes
decide, so that it is the same in every copy of a project. Done is a document that was submitted, skipped or flagged.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from .reading import FIRST, document_lines
from .records import DocumentLine
from .terms import search_terms

_QUEUE = "assignments JOIN documents ON documents.id = assignments.document_id"
# The words are looked up once, before the queue: SQLite would look them up anew for each document of it.
_SEARCHED = """names CROSS JOIN assignments ON assignments.document_id = names.rowid
    CROSS JOIN documents ON documents.id = names.rowid"""
_ORDER = "assignments.position, documents.sha256"
_LEFT = """NOT EXISTS (SELECT 1 FROM submissions JOIN annotators ON annotators.id = annotator_id
    WHERE submissions.document_id = assignments.document_id AND name = :me AND state <> 'in_progress')"""


class Progress(NamedTuple):
    """How many documents of a queue are done, and how many there are."""

    done: int
    assigned: int


def progress(connection: sqlite3.Connection, annotator: str) -> Progress:
    """How far somebody is with their queue; nothing was assigned to most."""
    row = connection.execute(
        """SELECT (
            SELECT count(*) FROM submissions JOIN assignments USING (document_id)
            WHERE annotator_id = (SELECT id FROM annotators WHERE name = :me) AND state <> 'in_progress'
                AND assignments.annotator = :me
        ), (SELECT count(*) FROM assignments WHERE annotator = :me)""",
        {"me": annotator},
    ).fetchone()
    return Progress(*row)


def matching(connection: sqlite3.Connection, annotator: str, words: str) -> list[int]:
    """The documents of somebody's queue, in its order, that `reading.documents_matching` has."""
    terms = search_terms(words)
    chosen = f"{_SEARCHED} WHERE names MATCH :terms AND" if terms else f"{_QUEUE} WHERE"
    rows = connection.execute(
        f"SELECT document_id FROM {chosen} assignments.annotator = :me ORDER BY {_ORDER}",
        {"me": annotator, "terms": f"document : ({terms})"},
    )
    return [row[0] for row in rows]


def first_matching(connection: sqlite3.Connection, annotator: str, words: str) -> list[int]:
    """Those of `matching` that are among the first `FIRST` documents of the queue, of any length at once."""
    from .searching import among  # a project opens without it

    rows = connection.execute(
        f"SELECT document_id FROM {_QUEUE} WHERE assignments.annotator = ? ORDER BY {_ORDER} LIMIT ?",
        (annotator, FIRST),
    )
    return among(connection, [row[0] for row in rows], "document", words)


def page(connection: sqlite3.Connection, annotator: str, first: int, size: int) -> list[DocumentLine]:
    """So many documents of somebody's queue from a place on, counted from 0, with their state."""
    # What lies before is only counted, in the index of the positions: no document of it is looked at.
    rows = connection.execute(
        f"""WITH here AS (
            SELECT position FROM assignments WHERE annotator = :me ORDER BY position LIMIT 1 OFFSET :first
        )
        SELECT document_id FROM {_QUEUE}
        WHERE assignments.annotator = :me AND assignments.position >= (SELECT position FROM here)
        ORDER BY {_ORDER} LIMIT :size OFFSET :first - (
            SELECT count(*) FROM assignments WHERE annotator = :me AND position < (SELECT position FROM here)
        )""",
        {"me": annotator, "size": size, "first": first},
    )
    return document_lines(connection, annotator, [row[0] for row in rows])


def place_of(connection: sqlite3.Connection, annotator: str, document_id: int) -> int | None:
    """A document's place in somebody's queue, counted from 0; None when it is not in it."""
    here = _here(connection, annotator, document_id)
    if here is None:
        return None
    (before,) = connection.execute(
        f"""SELECT (SELECT count(*) FROM assignments WHERE annotator = :me AND position < :position) + (
            SELECT count(*) FROM {_QUEUE}
            WHERE assignments.annotator = :me AND assignments.position = :position AND documents.sha256 < :sha256
        )""",
        {"me": annotator, **here},
    ).fetchone()
    return int(before)


def neighbour(connection: sqlite3.Connection, annotator: str, document_id: int, step: int) -> int | None:
    """The document after (`step` 1) or before (-1) one in somebody's queue; None at the ends.

    From outside the queue the one after is the first that is to do, and there is none before.
    """
    here = _here(connection, annotator, document_id)
    if here is None:
        return next_to_do(connection, annotator, document_id) if step > 0 else None
    side, order = (">", "ASC") if step > 0 else ("<", "DESC")
    return _first(connection, annotator, here, side, order)


def next_to_do(connection: sqlite3.Connection, annotator: str, document_id: int, but: Iterable[int] = ()) -> int | None:
    """The next document of somebody's queue that is to do, from the first on again after the last; never this one.

    `but` are others to pass over.
    """
    here = _here(connection, annotator, document_id) or {"position": -1, "sha256": ""}
    left = f"{_LEFT} AND assignments.document_id NOT IN ({', '.join(str(int(each)) for each in but)})"
    after = _first(connection, annotator, here, ">", "ASC", left)
    return after or _first(connection, annotator, here, "<", "ASC", left)


def _here(connection: sqlite3.Connection, annotator: str, document_id: int) -> dict[str, object] | None:
    row = connection.execute(
        f"SELECT assignments.position, sha256 FROM {_QUEUE} WHERE document_id = ? AND assignments.annotator = ?",
        (document_id, annotator),
    ).fetchone()
    return {"position": row[0], "sha256": row[1]} if row else None


def _first(
    connection: sqlite3.Connection, annotator: str, here: dict[str, object], side: str, order: str, left: str = "1"
) -> int | None:
    """The first document of a queue, in one order, on one side of a place (">", "<")."""
    row = connection.execute(
        f"""SELECT document_id FROM {_QUEUE}
        WHERE assignments.annotator = :me AND assignments.position {side}= :position
            AND ({_ORDER}) {side} (:position, :sha256) AND {left}
        ORDER BY assignments.position {order}, sha256 {order} LIMIT 1""",
        {"me": annotator, **here},
    ).fetchone()
    return int(row[0]) if row else None


def touched_since(connection: sqlite3.Connection, event_id: int, annotator: str) -> list[tuple[str, str]]:
    """The assignments, as (kind, subject), by which somebody's queue changed after an event.

    Their events are not for the annotator's eyes, since they tell what is a check; that there were some is.
    """
    return connection.execute(
        """SELECT DISTINCT kind, subject FROM main.events CROSS JOIN main.subjects ON subjects.id = subject_id
        WHERE events.id > ? AND +kind = 'assignment' AND substr(subject, 66) = ?""",
        (event_id, annotator),
    ).fetchall()
