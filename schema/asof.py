"""What was known at a moment: a small project in memory that holds only the events up to then.

A claim is known by what belongs to it: its mentions, their marks, documents and sources, and the claims and sources
that it was merged with. Whatever named one of these at any time is found through `needs`; of these subjects' events,
those stamped up to the moment are folded anew. A look back costs work in proportion to the claims that are asked for.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

from .clock import stamp_of
from .events import trusted
from .fold import Fold
from .migrations import run_script
from .moments import milliseconds_until
from .tables import LOG, PUBLIC

_BELONGING = """
WITH RECURSIVE
ties (id, one, other) AS (
    SELECT tie.subject_id, tie.needed_id, other.needed_id FROM needs AS tie
    JOIN subjects ON subjects.id = tie.subject_id AND kind IN ('relation', 'source_relation')
    JOIN needs AS other ON other.subject_id = tie.subject_id
),
same (id) AS (
    SELECT value FROM json_each(:claims)
    UNION SELECT other FROM same JOIN ties ON one = same.id
        JOIN subjects ON subjects.id = ties.id AND subject GLOB '*|same_as|*'
),
above (id) AS (
    SELECT id FROM same
    UNION SELECT needs.subject_id FROM above JOIN needs ON needed_id = above.id
        JOIN subjects ON subjects.id = needs.subject_id AND kind IN ('mention', 'mark', 'relation', 'adjudication')
),
below (id) AS (
    SELECT id FROM above
    UNION SELECT needed_id FROM below JOIN needs ON subject_id = below.id
),
spoken (id) AS (
    SELECT below.id FROM below JOIN subjects ON subjects.id = below.id AND kind = 'source'
    UNION SELECT other FROM spoken JOIN ties ON one = spoken.id
),
told (id) AS (
    SELECT id FROM below UNION SELECT id FROM spoken UNION SELECT ties.id FROM ties JOIN spoken ON one = spoken.id
)
SELECT id FROM subjects WHERE id IN (
    SELECT id FROM told UNION SELECT needed_id FROM told JOIN needs ON subject_id = told.id
)
UNION SELECT id FROM subjects WHERE kind = 'label'
"""


@contextmanager
def as_known(connection: sqlite3.Connection, claims: Iterable[int], known_at: str) -> Iterator[sqlite3.Connection]:
    """A connection to what belongs to these claims as it was recorded up to a moment.

    `known_at` is ISO 8601: a day means its end, a time without a zone is UTC. Row ids are those of the project, but for
    annotators, spans, links and evidence. What belongs to other claims alone is not there; nor is the full-text index.

    Raises:
        BadInput: the moment is none.
    """
    until = stamp_of(milliseconds_until(known_at), 0xFFFF)
    subjects = [row[0] for row in connection.execute(_BELONGING, {"claims": json.dumps(list(claims))})]
    then = sqlite3.connect(":memory:", isolation_level=None)
    try:
        then.deserialize(_empty())
        then.execute("BEGIN")
        bodies = [body for subject in subjects for body in _copied(connection, then, subject, until)]
        fold = Fold(then)
        for _, body, hash_ in sorted(bodies):
            fold.add(trusted(body), body, hash_)
        then.execute("COMMIT")
        yield then
    finally:
        then.close()


def _copied(
    connection: sqlite3.Connection, then: sqlite3.Connection, subject: int, until: str
) -> list[tuple[int, bytes, str]]:
    """Give a subject its row id there, a document its text; the answer is its events up to a stamp."""
    kind, name = connection.execute("SELECT kind, subject FROM subjects WHERE id = ?", (subject,)).fetchone()
    then.execute("INSERT INTO subjects VALUES (?, ?, ?)", (subject, kind, name))
    if kind == "document":
        then.executemany(
            "INSERT INTO texts VALUES (?, ?)",
            connection.execute("SELECT sha256, text FROM texts WHERE sha256 = ?", (name,)),
        )
    return connection.execute(
        "SELECT id, body, hash FROM events WHERE subject_id = ? AND clock <= ?", (subject, until)
    ).fetchall()


@cache
def _empty() -> bytes:
    """A project file without anything in it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    run_script(connection, PUBLIC)
    run_script(connection, LOG)
    made = connection.serialize()
    connection.close()
    return made
