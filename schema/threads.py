"""Remarks as conversations: which of them belong together, and where somebody waits for an answer.

A conversation is a remark on a mention with the answers to it, and the answers to these. It is open while whoever began
it has the last word: then somebody else is to answer. What a viewer may not see of it is not there.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from .team import RULING, Note, may


class Thread(Struct, frozen=True):
    """A conversation on a mention, in the order in which it was held."""

    notes: tuple[Note, ...]

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.notes[-1].author == self.notes[0].author


class Talk(NamedTuple):
    """What there is of remarks on a mention: how many, and how many conversations wait for an answer."""

    remarks: int
    open: int


_THREADS = """WITH RECURSIVE thread (root, mention_id, id, depth, at) AS (
    SELECT id, mention_id, id, 0, recorded_at FROM remarks AS first WHERE {chosen} AND NOT EXISTS (
        SELECT 1 FROM remarks AS before
        WHERE before.id = first.answers_id AND before.mention_id = first.mention_id AND before.id <> first.id
    )
    UNION ALL
    SELECT root, thread.mention_id, remarks.id, depth + 1, max(at, recorded_at) FROM thread
    JOIN remarks ON remarks.answers_id = thread.id AND remarks.mention_id = thread.mention_id
        AND remarks.id <> thread.id
)"""
"""Every remark with the one that began its conversation, and the moment from which on it can have been said.

`chosen` is a condition on the first remarks. An undo that fails states a remark anew: what it was answered with still
comes after it.
"""

_ORDER = "at, depth, remarks.uid"

_OPEN = f"""{_THREADS}, said AS (
    SELECT root, thread.mention_id, remarks.annotator_id AS spoke, row_number() OVER (
        PARTITION BY root ORDER BY at DESC, depth DESC, remarks.uid DESC
    ) AS back, count(*) OVER (PARTITION BY root) AS size
    FROM thread JOIN remarks ON remarks.id = thread.id
), held AS (
    SELECT said.mention_id, first.annotator_id AS began, spoke = first.annotator_id AS open, size
    FROM said JOIN remarks AS first ON first.id = root WHERE back = 1
)"""
"""Every conversation with its mention, who began it, whether it is open, and how many remarks it has."""

_IN_DOCUMENT = "mention_id IN (SELECT id FROM mentions WHERE document_id = {documents})"


def threads(connection: sqlite3.Connection, mention: str) -> list[Thread]:
    """The conversations on a mention (its uid), in the order in which they began."""
    rows = connection.execute(
        f"""{_THREADS.format(chosen="mention_id = (SELECT id FROM mentions WHERE uid = ?)")}
        SELECT root, remarks.id, remarks.uid, remarks.mention_id, name, remarks.text, answers_id, recorded_at
        FROM thread JOIN remarks ON remarks.id = thread.id JOIN annotators ON annotators.id = annotator_id
        ORDER BY {_ORDER}""",
        (mention,),
    )
    held: dict[int, list[Note]] = {}
    for root, *note in rows:
        held.setdefault(root, []).append(Note(*note))
    return [Thread(tuple(notes)) for notes in held.values()]


def talk(connection: sqlite3.Connection, document_id: int) -> dict[str, Talk]:
    """What there is of remarks in a document, by the uids of the mentions that have any."""
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM remarks)").fetchone()[0]:
        return {}  # as in most projects, and to look at each mention takes a while
    rows = connection.execute(
        f"""{_OPEN.format(chosen=_IN_DOCUMENT.format(documents="?"))}
        SELECT uid, sum(size), sum(open) FROM held JOIN mentions ON mentions.id = mention_id GROUP BY mention_id""",
        (document_id,),
    )
    return {uid: Talk(remarks, open_) for uid, remarks, open_ in rows}


def waiting(connection: sqlite3.Connection, me: str, documents: Iterable[int] | None = None) -> dict[int, int]:
    """How many conversations wait for somebody's answer, by document (row id).

    These are the open ones that others began: on one's own mentions, and for whoever rules on all. With `documents`,
    only these are looked into.
    """
    chosen = "1"
    if documents is not None:
        numbers = ", ".join(str(int(each)) for each in documents)
        chosen = f"mention_id IN (SELECT id FROM mentions WHERE document_id IN ({numbers}))"
    rules = may(connection, me, RULING)
    rows = connection.execute(
        f"""{_OPEN.format(chosen=chosen)}
        SELECT document_id, count(*) FROM held JOIN mentions ON mentions.id = mention_id,
            (SELECT (SELECT id FROM annotators WHERE name = :me) AS id) AS me
        WHERE open AND began IS NOT me.id AND (:rules OR mentions.annotator_id = me.id)
        GROUP BY document_id""",
        {"me": me, "rules": rules},
    )
    return dict(rows.fetchall())
