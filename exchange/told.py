"""A document with all that was said about it as plain JSON, straight from the bytes of its events.

This is what `portable` makes of `held`, for the formats that write whole projects. What was checked when it came in is
not checked again, what no file tells is not read, and each thing is asked for once a document. All offsets are code
points, start inclusive, end exclusive.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct, field

from ..schema.clock import moment_of
from ..schema.events import Document, trusted
from .portable import (
    Piece,
    PortableEvidence,
    PortableLink,
    PortableMark,
    PortableMention,
    PortableRuling,
    PortableSubmission,
)

Value = TypeVar("Value")


class FullLink(PortableLink, omit_defaults=False):
    """A link with all its fields."""


class FullEvidence(PortableEvidence, omit_defaults=False):
    """Evidence with all its fields."""


class FullMark(PortableMark, omit_defaults=False):
    """A mark with all its fields."""

    chain: list[FullLink] = field(default_factory=list)  # type: ignore[assignment]  # written, never filled with others
    evidence: list[FullEvidence] = field(default_factory=list)  # type: ignore[assignment]


class FullMention(PortableMention, omit_defaults=False):
    """A mention with all its fields."""

    marks: list[FullMark] = field(default_factory=list)  # type: ignore[assignment]


class FullSubmission(PortableSubmission, omit_defaults=False):
    """An annotator's word with all its fields."""


class FullRuling(PortableRuling, omit_defaults=False):
    """A ruling with all its fields."""


class Told(Struct):
    """A document: its sha256, its description, mentions in reading order with their marks, and its part of the log.

    The rest is in the order of its uids.
    """

    sha256: str
    about: Document
    mentions: list[PortableMention]
    submissions: list[FullSubmission]
    rulings: list[FullRuling]
    bodies: list[bytes]


class _Said(Struct, Generic[Value]):
    """An event, of which the value alone is read."""

    data: Value


class Kinds(Struct, frozen=True):
    """Reads the values of events, in the form in which they are written."""

    mention: Any
    mark: Any


def _kinds(mention: type[PortableMention], mark: type[PortableMark]) -> Kinds:
    return Kinds(
        msgspec.json.Decoder(_Said[mention]).decode,  # type: ignore[valid-type]
        msgspec.json.Decoder(_Said[mark]).decode,  # type: ignore[valid-type]
    )


FULL = _kinds(FullMention, FullMark)
"""With all fields."""
BRIEF = _kinds(PortableMention, PortableMark)
"""Without those at their default."""

_EVENTS = """
WITH own (id, uid) AS (SELECT id, uid FROM mentions WHERE document_id = :document),
told (kind, id, uid, mention) AS (
    SELECT 'document', id, sha256, NULL FROM documents WHERE id = :document
    UNION ALL SELECT 'mention', id, uid, NULL FROM own
    UNION ALL SELECT 'mark', marks.id, marks.uid, own.uid FROM own CROSS JOIN marks ON mention_id = own.id
    UNION ALL SELECT 'submission', submissions.id, subject, NULL FROM submissions
        JOIN subjects ON subjects.id = submissions.id WHERE document_id = :document
    UNION ALL SELECT 'adjudication', id, uid, NULL FROM adjudications WHERE document_id = :document
)
"""
_HEADS = f"""{_EVENTS}
SELECT clock, hash, kind, uid, mention, body, told.id
FROM told CROSS JOIN heads ON heads.subject_id = told.id CROSS JOIN events ON events.id = event_id
"""
_LOG = f"""{_EVENTS}
SELECT clock, hash, kind, uid, mention, body, told.id FROM told CROSS JOIN events ON subject_id = told.id
"""
_CLAIMS = "SELECT uid, claim, note FROM claims WHERE id IN (SELECT claim_id FROM mentions WHERE document_id = ?)"
_SOURCES = """
SELECT subject, body FROM heads
JOIN events ON events.id = event_id JOIN subjects ON subjects.id = heads.subject_id
WHERE heads.subject_id IN (
    SELECT source_id FROM mentions CROSS JOIN marks ON mention_id = mentions.id
    CROSS JOIN attributions ON mark_id = marks.id WHERE document_id = ?
) ORDER BY clock, hash
"""


def told(connection: sqlite3.Connection, document_id: int, kinds: Kinds = FULL, *, log: bool = True) -> Told:
    """One document; of two heads in conflict the deciding one. Without `log` the earlier events are not read."""
    rows = heads = connection.execute(_LOG if log else _HEADS, {"document": document_id}).fetchall()
    if log and len({row[-1] for row in rows}) < len(rows):  # of what was never said anew, the one event is the head
        heads = connection.execute(_HEADS, {"document": document_id}).fetchall()
        heads.sort()
    rows.sort()  # by clock and hash, so that the deciding head of a subject comes last
    said: dict[str, dict[str, tuple[Any, ...]]] = {
        kind: {} for kind in ("mention", "mark", "submission", "adjudication")
    }
    sha256, about = "", Document()
    for clock, _, kind, uid, mention, body, _ in heads:
        if kind == "document":
            sha256, data = uid, trusted(body).data
            about = data if isinstance(data, Document) else about
        else:
            said[kind][uid] = clock, body, mention
    mentions = _mentions(connection, document_id, kinds, said["mention"])
    _put_marks(connection, document_id, kinds, said["mark"], mentions)
    return Told(
        sha256=sha256,
        about=about,
        mentions=sorted(mentions.values(), key=_in_reading_order),
        submissions=[_submission(uid, *said["submission"][uid]) for uid in sorted(said["submission"])],
        rulings=[_ruled(uid, *said["adjudication"][uid]) for uid in sorted(said["adjudication"])],
        bodies=[row[5] for row in rows] if log else [],
    )


def _mentions(
    connection: sqlite3.Connection, document_id: int, kinds: Kinds, said: dict[str, tuple[Any, ...]]
) -> dict[str, PortableMention]:
    claims = {uid: (claim, note) for uid, claim, note in connection.execute(_CLAIMS, (document_id,))}
    decode = kinds.mention
    made = {}
    for uid, (clock, body, _) in said.items():
        mention: PortableMention = decode(body).data
        mention.uid, mention.recorded_at = uid, moment_of(clock)
        mention.annotator = uid.partition("/")[0]
        if mention.claim:  # the event names it by its uid
            mention.claim_uid = mention.claim
            mention.claim, mention.claim_note = claims.get(mention.claim, (None, ""))
        made[uid] = mention
    return made


def _put_marks(
    connection: sqlite3.Connection, document_id: int, kinds: Kinds, said: dict[str, tuple[Any, ...]],
    mentions: dict[str, PortableMention],
) -> None:  # fmt: skip
    bodies = dict(connection.execute(_SOURCES, (document_id,)).fetchall())  # the deciding head comes last
    sources = {uid: trusted(body).data for uid, body in bodies.items()}
    decode = kinds.mark
    for uid in sorted(said):
        clock, body, mention = said[uid]
        mark: PortableMark = decode(body).data
        mark.recorded_at = moment_of(clock)
        for link in mark.chain:
            if link.source:  # the event names it by its uid
                _name(link, sources.get(link.source))
        mentions[mention].marks.append(mark)


def _name(link: PortableLink, source: Any) -> None:
    link.source_uid, link.source = link.source or "", None
    if source:
        link.source, link.source_kind, link.source_note = source.name, source.kind, source.note
        link.named = source.document is None


def _submission(uid: str, clock: str, body: bytes, _: object) -> FullSubmission:
    word: Any = trusted(body).data
    return FullSubmission(uid.partition("/")[0], word.state, word.note, moment_of(clock))


def _ruled(uid: str, clock: str, body: bytes, _: object) -> FullRuling:
    ruling: Any = trusted(body).data
    return FullRuling(
        uid.partition("/")[0], ruling.inputs, ruling.choice, ruling.taken, ruling.reason, moment_of(clock)
    )


def _in_reading_order(mention: PortableMention) -> tuple[int, int, str]:
    return mention.spans[0].start, mention.spans[-1].end, mention.uid


def quote_of(pieces: Iterable[Piece]) -> str:
    """The words of a span's pieces, as the tables tell them."""
    return " … ".join([piece.quote or "" for piece in pieces])
