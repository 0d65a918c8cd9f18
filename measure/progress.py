"""How far a project is and how long it takes: by person and by document.

Somebody who may not see the work of others yet (`schema/sight`) is told of their own alone.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from msgspec import Struct, structs

from ..schema import gold, sight, team

State: TypeAlias = Literal["flagged", "to rule", "under way", "to do", "done"]
STATES: tuple[State, ...] = get_args(State)
"""What a document may wait for, what needs somebody first."""
_LEAST_TIME = 60


class Work(Struct, frozen=True):
    """What somebody did, in documents unless it says otherwise; `role` is empty for one who has none.

    `done` are assigned documents that they submitted or skipped. `seconds` are active ones, in `timed` documents with
    `marks_timed` marks; `median_seconds` is that of the documents among them that they submitted.
    """

    name: str
    role: str
    assigned: int
    done: int
    in_progress: int
    submitted: int
    skipped: int
    flagged: int
    mentions: int
    seconds: int = 0
    timed: int = 0
    marks_timed: int = 0
    median_seconds: float | None = None

    @property
    def minutes(self) -> float | None:
        """The median of the active minutes that a submitted document took."""
        return None if self.median_seconds is None else self.median_seconds / 60

    @property
    def marks_per_hour(self) -> float | None:
        """Marks in an hour of active time; None where there is less than a minute of it."""
        return self.marks_timed * 3600 / self.seconds if self.seconds >= _LEAST_TIME else None


class DocumentWork(Struct, frozen=True):
    """What was done on a document, in people unless it says otherwise.

    `unruled` mentions wait for a ruling; `ruled` says that the whole document has its gold layer. `groups` of aligned
    mentions and those `differing` are None where nobody compared, or fewer than two submitted it.
    """

    id: int
    assigned: int
    submitted: int
    in_progress: int
    skipped: int
    flagged: int
    mentions: int
    unruled: int
    seconds: int
    ruled: bool
    groups: int | None = None
    differing: int | None = None

    @property
    def state(self) -> State:
        """What it waits for."""
        if self.flagged and not self.ruled:
            return "flagged"
        if self.submitted > 1 and not self.ruled:
            return "to rule"
        finished = self.submitted + self.skipped
        if self.ruled or (finished and finished >= self.assigned and not self.in_progress):
            return "done"
        return "under way" if finished or self.in_progress or self.mentions else "to do"


class About(Struct, frozen=True):
    """What a document is called, and who flagged it with which note."""

    title: str
    outlet: str
    published_at: str | None
    flags: tuple[tuple[str, str], ...]


def whole(connection: sqlite3.Connection, viewer: str | None) -> bool:
    """Whether somebody may be told of the work of others."""
    return sight.sees_all(connection, viewer)


def may_judge(connection: sqlite3.Connection, viewer: str | None) -> bool:
    """Whether somebody may be told how good the others are: a lead, an adjudicator, anybody where nobody leads."""
    return team.may(connection, viewer, team.RULING)


# ---------------------------------------------------------------------- people


def workers(connection: sqlite3.Connection, viewer: str | None) -> list[Work]:
    """Everybody who has a role, a queue or work, by name; for one who is blind, only they themselves."""
    some = team.people(connection)
    if not whole(connection, viewer):
        some = [each for each in some if each.name == viewer]
    done = dict(connection.execute(_DONE).fetchall())
    marks = dict(connection.execute(_MARKS_TIMED).fetchall())
    times = {name: (timed, median) for name, timed, median in connection.execute(_TIMES)}
    return [
        Work(
            each.name, each.role, each.assigned, done.get(each.name, 0), each.in_progress, each.submitted, each.skipped,
            each.flagged, each.mentions, each.seconds, times.get(each.name, (0, None))[0], marks.get(each.name, 0),
            times.get(each.name, (0, None))[1],
        )
        for each in some
    ]  # fmt: skip


_DONE = """
SELECT annotator, count(*) FROM assignments
JOIN annotators ON annotators.name = annotator
JOIN submissions ON submissions.document_id = assignments.document_id AND annotator_id = annotators.id
WHERE state IN ('submitted', 'skipped') GROUP BY annotator
"""
_MARKS_TIMED = """
SELECT name, count(marks.id) FROM (SELECT DISTINCT document_id, annotator_id FROM sittings) AS sat
JOIN mentions ON mentions.document_id = sat.document_id AND mentions.annotator_id = sat.annotator_id
    AND layer = ''
JOIN marks ON mention_id = mentions.id JOIN annotators ON annotators.id = sat.annotator_id GROUP BY name
"""
_TIMES = """
WITH spent AS (
    SELECT document_id, annotator_id, sum(seconds) AS seconds FROM sittings GROUP BY document_id, annotator_id
),
ranked AS (
    SELECT spent.annotator_id, seconds, row_number() OVER person AS place, count(*) OVER (
            PARTITION BY spent.annotator_id
        ) AS documents
    FROM spent JOIN submissions ON submissions.document_id = spent.document_id
        AND submissions.annotator_id = spent.annotator_id AND state = 'submitted'
    WINDOW person AS (PARTITION BY spent.annotator_id ORDER BY seconds)
)
SELECT name, (SELECT count(*) FROM spent WHERE annotator_id = annotators.id), (
        SELECT avg(seconds) FROM ranked
        WHERE annotator_id = annotators.id AND 2 * place BETWEEN documents AND documents + 2
    )
FROM annotators
"""


# ---------------------------------------------------------------------- documents


def documents(
    connection: sqlite3.Connection, viewer: str | None, differing: Mapping[int, tuple[int, int]] | None = None
) -> list[DocumentWork]:
    """Every document, what needs somebody first; for one who is blind, those they work on, and only their own work.

    `differing` has the aligned groups of documents and how many of them differ, by the documents' row ids.
    """
    only = "" if whole(connection, viewer) else "AND {who} = :me"
    rows = connection.execute(
        f"""WITH given AS (
            SELECT document_id, count(*) AS assigned FROM assignments WHERE true {only.format(who="annotator")}
            GROUP BY document_id
        ),
        said AS (
            SELECT document_id, sum(state = 'submitted') AS submitted, sum(state = 'in_progress') AS in_progress,
                sum(state = 'skipped') AS skipped, sum(state = 'flagged') AS flagged
            FROM submissions JOIN annotators ON annotators.id = annotator_id WHERE true {only.format(who="name")}
            GROUP BY document_id
        ),
        marked AS (
            SELECT document_id, count(*) AS mentions,
                sum(NOT EXISTS (SELECT 1 FROM adjudication_inputs WHERE mention_id = mentions.id)) AS unruled
            FROM mentions JOIN annotators ON annotators.id = annotator_id
            WHERE layer = '' {only.format(who="name")} GROUP BY document_id
        ),
        sat AS (SELECT document_id, sum(seconds) AS seconds FROM sittings GROUP BY document_id)
        SELECT documents.id, coalesce(assigned, 0), coalesce(submitted, 0), coalesce(in_progress, 0),
            coalesce(skipped, 0), coalesce(flagged, 0), coalesce(mentions, 0), coalesce(unruled, 0),
            coalesce(seconds, 0)
        FROM documents LEFT JOIN given ON given.document_id = documents.id
        LEFT JOIN said ON said.document_id = documents.id LEFT JOIN marked ON marked.document_id = documents.id
        LEFT JOIN sat ON sat.document_id = documents.id
        {"WHERE assigned OR submitted + in_progress + skipped + flagged OR mentions" if only else ""}
        ORDER BY published_at, documents.id""",
        {"me": viewer},
    )
    ruled = set(gold.ruled_documents(connection)) if not only else set()
    found = [DocumentWork(*(*row, row[0] in ruled)) for row in rows]
    if differing:
        found = [_with_groups(each, differing.get(each.id)) for each in found]
    return sorted(found, key=_urgency)


def _with_groups(document: DocumentWork, groups: tuple[int, int] | None) -> DocumentWork:
    return structs.replace(document, groups=groups[0], differing=groups[1]) if groups else document


def _urgency(document: DocumentWork) -> tuple[int, int, int, int]:
    """What comes first: the state, then what most people flagged, what differs most, what is given to most."""
    at = STATES.index(document.state)
    return at, -document.flagged, -(document.differing or 0), -(document.unruled if at < 2 else document.assigned)


def tally(some: Iterable[DocumentWork]) -> dict[State, int]:
    """How many documents wait for what, every state named."""
    counts = Counter(each.state for each in some)
    return {state: counts[state] for state in STATES}


def about(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, About]:
    """What documents are called, and who flagged them with which note, by their row ids."""
    places = ", ".join("?" * len(ids))
    flags: dict[int, list[tuple[str, str]]] = {}
    for document_id, name, note in connection.execute(
        f"""SELECT document_id, name, note FROM submissions JOIN annotators ON annotators.id = annotator_id
        WHERE state = 'flagged' AND document_id IN ({places}) ORDER BY name""",
        ids,
    ):
        flags.setdefault(document_id, []).append((name, note))
    rows = connection.execute(f"SELECT id, title, outlet, published_at FROM documents WHERE id IN ({places})", ids)
    return {id_: About(title, outlet, published, tuple(flags.get(id_, ()))) for id_, title, outlet, published in rows}
