"""What was known at a moment: a small project in memory that holds only the events up to then.

A claim is known by what belongs to it: its mentions, their marks, documents and sources, and the claims and sources
that it was merged with. Whatever named one of these at any time is found through `needs`; of these subjects' events,
those stamped up to the moment are folded anew, many together. A look back costs work in proportion to the claims that
are asked for. The memory is used again by the next look, so that only the first one makes tables.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TypeAlias

from msgspec import Struct

from .bulk import can_wait
from .clock import stamp_of
from .codebook import AUTHOR
from .events import AnyEvent, trusted
from .fold import Fold
from .migrations import run_script
from .moments import milliseconds_until
from .rows import Rows
from .tables import LOG, PUBLIC
from .writing import TABLE

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
SELECT id, kind, subject FROM subjects WHERE kind <> 'label' AND id IN (
    SELECT id FROM told UNION SELECT needed_id FROM told JOIN needs ON subject_id = told.id
)
"""
_LABELS = """
SELECT subjects.id, subject, events.id, hash FROM subjects JOIN events ON subject_id = subjects.id
WHERE kind = 'label' AND clock <= ? ORDER BY events.id
"""
_EVENTS = """
SELECT events.id, subject_id, clock, hash, body FROM json_each(:subjects) CROSS JOIN events ON subject_id = value
WHERE clock <= :until ORDER BY events.id
"""
_ON_RECORD = """
SELECT value FROM json_each(:claims)
WHERE EXISTS (SELECT 1 FROM main.events WHERE subject_id = value AND clock <= :until)
"""
_TEXTS = "SELECT sha256, text FROM json_each(?) CROSS JOIN texts ON sha256 = value"
_EVENT = (
    "INSERT INTO events (id, hash, subject_id, annotator, device, seq, clock, undoes, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

Subject: TypeAlias = tuple[int, str, str]
"""Row id, kind and name."""


class _Said(Struct, frozen=True):
    """An event, as the log holds it and as it reads."""

    id: int
    clock: str
    hash: str
    body: bytes
    event: AnyEvent


@contextmanager
def as_known(connection: sqlite3.Connection, claims: Iterable[int], known_at: str) -> Iterator[sqlite3.Connection]:
    """A connection to what belongs to these claims as it was recorded up to a moment.

    `known_at` is ISO 8601: a day means its end, a time without a zone is UTC. Row ids are those of the project, but for
    annotators, spans, links and evidence. What belongs to other claims alone is not there; nor is the full-text index.
    It is only for reading, and only until the block ends.

    Raises:
        BadInput: the moment is none.
    """
    until = stamp_of(milliseconds_until(known_at), 0xFFFF)
    subjects: list[Subject] = connection.execute(_BELONGING, {"claims": json.dumps(list(claims))}).fetchall()
    with _memory(connection, until) as then:
        _write(then, subjects, _said(connection, subjects, until), _texts(connection, subjects))
        yield then


def on_record(connection: sqlite3.Connection, claims: Iterable[int], known_at: str) -> list[int]:
    """Those of some claims of which anything was recorded up to a moment; of the others, nothing was known.

    Raises:
        BadInput: the moment is none.
    """
    until = stamp_of(milliseconds_until(known_at), 0xFFFF)
    rows = connection.execute(_ON_RECORD, {"claims": json.dumps(list(claims)), "until": until})
    return [row[0] for row in rows]


def _said(connection: sqlite3.Connection, subjects: Sequence[Subject], until: str) -> dict[int, tuple[_Said, ...]]:
    """What was said of each subject up to a stamp, in the order of the log."""
    found = defaultdict(list)
    rows = connection.execute(_EVENTS, {"subjects": json.dumps([id_ for id_, *_ in subjects]), "until": until})
    for id_, subject, clock, hash_, body in rows:
        found[subject].append(_Said(id_, clock, hash_, body, trusted(body)))
    return {subject: tuple(said) for subject, said in found.items()}


def _texts(connection: sqlite3.Connection, subjects: Sequence[Subject]) -> sqlite3.Cursor:
    documents = [name for _, kind, name in subjects if kind == "document"]
    return connection.execute(_TEXTS, (json.dumps(documents),))


# ---------------------------------------------------------------------- what is in memory

_Labels: TypeAlias = tuple[tuple[int, str, int, str], ...]
"""Of all that was said of labels: the label's row id and name, and the event's row id and hash."""
_free: dict[_Labels, list[sqlite3.Connection]] = {}
"""Memory that nobody looks at, by the codebook that is in it."""
_MOST = 4
"""So many codebooks are kept in memory."""


@contextmanager
def _memory(connection: sqlite3.Connection, until: str) -> Iterator[sqlite3.Connection]:
    """A project with the codebook of a moment, in a transaction that takes back all else when the block ends."""
    labels: _Labels = tuple(connection.execute(_LABELS, (until,)).fetchall())
    free = _free.get(labels)
    then = free.pop() if free else _with_labels(connection, labels, until)
    then.execute("BEGIN")
    try:
        yield then
    except BaseException:
        then.close()
        raise
    then.execute("ROLLBACK")
    if len(_free) > _MOST:
        _free.clear()
    _free.setdefault(labels, []).append(then)


def _with_labels(connection: sqlite3.Connection, labels: _Labels, until: str) -> sqlite3.Connection:
    """A project in memory with a codebook and nothing else in it."""
    # Nobody else has it meanwhile, so another thread may have it next.
    then = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    then.deserialize(_empty())
    then.execute("BEGIN")
    subjects = list({id_: (id_, "label", name) for id_, name, *_ in labels}.values())
    _write(then, subjects, _said(connection, subjects, until), ())
    then.execute("COMMIT")
    return then


@cache
def _empty() -> bytes:
    """A project file without anything in it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    run_script(connection, PUBLIC)
    run_script(connection, LOG)
    made = connection.serialize()
    connection.close()
    return made


# ---------------------------------------------------------------------- folding


def _write(
    then: sqlite3.Connection,
    subjects: Sequence[Subject],
    said: dict[int, tuple[_Said, ...]],
    texts: Iterable[tuple[str, str]],
) -> None:
    """Put subjects with what was said of them into an open transaction, and derive their rows.

    As when all tables are derived anew, kinds come in the order of `TABLE`, and what has ties among its own kind is
    settled one by one after the others of it.
    """
    then.executemany("INSERT INTO texts VALUES (?, ?)", texts)
    then.executemany("INSERT INTO subjects VALUES (?, ?, ?)", subjects)
    names = dict.fromkeys(each.event.annotator for events in said.values() for each in events)
    then.executemany(
        "INSERT OR IGNORE INTO annotators (name) VALUES (?)", ((name,) for name in names if name != AUTHOR)
    )
    heads = {subject: _heads(events) for subject, events in said.items()}
    kinds: dict[str, list[tuple[int, AnyEvent]]] = defaultdict(list)
    for id_, kind, _ in subjects:
        if id_ in heads:
            kinds[kind].append((id_, heads[id_][0].event))
    fresh = all(len(events) == 1 for events in said.values())
    if not fresh or not all(can_wait(event) for things in kinds.values() for _, event in things):
        _write_log(then, said, heads)  # which only those look into who come one by one, or had several events
    rows, fold = Rows(then), Fold(then)
    together: list[tuple[str, int, AnyEvent]] = []
    for kind in TABLE:
        things = kinds.get(kind, ())
        together += [(kind, id_, event) for id_, event in things if can_wait(event)]
        apart = [id_ for id_, event in things if not can_wait(event)]
        if apart:
            _write_rows(rows, together, fresh=fresh)
            together = []
        for id_ in apart:
            fold.settle(id_)
    _write_rows(rows, together, fresh=fresh)


def _write_rows(rows: Rows, things: Iterable[tuple[str, int, AnyEvent]], *, fresh: bool) -> None:
    with rows.gathering(fresh=fresh):
        for kind, id_, event in things:
            rows.wrote(kind, id_, event, there=rows.write(id_, event))


def _write_log(then: sqlite3.Connection, said: dict[int, tuple[_Said, ...]], heads: dict[int, list[_Said]]) -> None:
    then.executemany(_EVENT, (_event_row(subject, each) for subject, events in said.items() for each in events))
    then.executemany(
        "INSERT INTO heads VALUES (?, ?)", ((subject, head.id) for subject, some in heads.items() for head in some)
    )


def _event_row(subject: int, said: _Said) -> tuple[int | str | bytes | None, ...]:
    event = said.event
    return (
        said.id, said.hash, subject, event.annotator, event.device, event.seq, event.clock, event.undoes, said.body,
    )  # fmt: skip


def _heads(said: Sequence[_Said]) -> list[_Said]:
    """The heads among what was said of one subject, the deciding one first."""
    superseded = {parent for each in said for parent in each.event.parents} if len(said) > 1 else ()
    heads = [each for each in said if each.hash not in superseded]
    return sorted(heads, key=lambda each: (each.clock, each.hash), reverse=True)
