"""The rows of one subject, kind by kind: how its value is written into the public tables and taken out again."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from .anchors import Anchor, verify
from .clock import moment_of
from .events import (
    Adjudication,
    AnyEvent,
    Assignment,
    Claim,
    ClaimRelation,
    Document,
    Evidence,
    Label,
    Link,
    Mark,
    Member,
    Mention,
    Policy,
    Remark,
    Sitting,
    Source,
    SourceRelation,
    Submission,
)
from .groups import Groups
from .moments import comparable_moment

TABLE = {
    "label": "labels",
    "document": "documents",
    "source": "sources",
    "claim": "claims",
    "relation": "claim_relations",
    "source_relation": "source_relations",
    "mention": "mentions",
    "mark": "marks",
    "submission": "submissions",
    "adjudication": "adjudications",
    "member": "members",
    "policy": "policies",
    "assignment": "assignments",
    "sitting": "sittings",
    "remark": "remarks",
}
"""The table of each kind, in an order in which every kind comes after those that its rows refer to."""

_PARTS = {
    "label": ("DELETE FROM kinds WHERE label = (SELECT label FROM labels WHERE id = ?)",),
    "mention": ("DELETE FROM spans WHERE mention_id = ?",),
    "mark": (
        "DELETE FROM spans WHERE attribution_id IN (SELECT id FROM attributions WHERE mark_id = ?)",
        "DELETE FROM spans WHERE evidence_id IN (SELECT id FROM evidence WHERE mark_id = ?)",
        "DELETE FROM attributions WHERE mark_id = ?",
        "DELETE FROM evidence WHERE mark_id = ?",
    ),
    "adjudication": ("DELETE FROM adjudication_inputs WHERE adjudication_id = ?",),
}


class Rows:
    """The public tables of one writable connection, a subject at a time. Spans are code points."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._groups = Groups(connection)

    def subject_id(self, kind: str, subject: str) -> int:
        """The row id that a subject has in this file, given out at first sight and kept for ever."""
        row = self._db.execute("SELECT id FROM subjects WHERE kind = ? AND subject = ?", (kind, subject)).fetchone()
        if row:
            return int(row[0])
        return int(
            self._db.execute("INSERT INTO subjects (kind, subject) VALUES (?, ?)", (kind, subject)).lastrowid or 0
        )

    def exists(self, kind: str, subject_id: int) -> bool:
        """Whether a subject has rows now."""
        return self._db.execute(f"SELECT 1 FROM {TABLE[kind]} WHERE id = ?", (subject_id,)).fetchone() is not None

    def text(self, sha256: str) -> str | None:
        """The stored text of a hash, or None."""
        row = self._db.execute("SELECT text FROM texts WHERE sha256 = ?", (sha256,)).fetchone()
        return row[0] if row else None

    def remove(self, kind: str, subject_id: int) -> None:
        """Delete a subject's row and those of its parts."""
        apart = self._groups.tied(kind, subject_id)
        for statement in (*_PARTS.get(kind, ()), f"DELETE FROM {TABLE[kind]} WHERE id = ?"):
            self._db.execute(statement, (subject_id,))
        self._groups.regroup(kind, apart)

    def write(self, subject_id: int, event: AnyEvent) -> bool:  # noqa: C901 - one kind a case
        """Insert the rows of an event's value; False when it is withdrawn or lacks something it cannot do without."""
        match event.data:
            case Label() as data:
                return self._label(subject_id, event.subject, data)
            case Document() as data:
                return self._document(subject_id, event.subject, data)
            case Claim() as data:
                return self._claim(subject_id, event.subject, data)
            case ClaimRelation() as data:
                return self._relation(subject_id, data)
            case Source() as data:
                return self._source(subject_id, event.subject, data)
            case SourceRelation() as data:
                return self._source_relation(subject_id, data)
            case Mention() as data:
                return self._mention(subject_id, event, data)
            case Mark() as data:
                return self._mark(subject_id, event, data)
            case Submission() as data:
                return self._submission(subject_id, event, data)
            case Adjudication() as data:
                return self._adjudication(subject_id, event, data)
            case Member() as data:
                self._insert("members", id=subject_id, name=event.subject, role=data.role)
                return True
            case Policy() as data:
                self._insert("policies", id=subject_id, blind=int(data.blind))
                return True
            case Assignment() as data:
                return self._assignment(subject_id, data)
            case Sitting() as data:
                return self._sitting(subject_id, event, data)
            case Remark() as data:
                return self._remark(subject_id, event, data)
            case None:
                return False

    # ------------------------------------------------------------------ shared things

    def _label(self, subject_id: int, subject: str, data: Label) -> bool:
        self._insert(
            "labels", id=subject_id, label=subject, axis=data.axis, key=data.key, letter=data.letter, glyph=data.glyph,
            colour=data.colour, position=data.position, guideline=data.guideline, examples="\n".join(data.examples),
        )  # fmt: skip
        glosses: dict[str, str] = {}
        for kind in data.kinds:
            glosses.setdefault(kind.kind, kind.gloss)
        for position, (name, gloss) in enumerate(glosses.items(), 1):
            self._insert("kinds", label=subject, kind=name, gloss=gloss, position=position)
        return True

    def _document(self, subject_id: int, subject: str, data: Document) -> bool:
        text = self.text(subject)
        if text is None:
            return False
        by, at = self._first(subject_id)
        self._insert(
            "documents", id=subject_id, sha256=subject, title=data.title, outlet=data.outlet, author=data.author,
            url=data.url, published_at=comparable_moment(data.published_at), language=data.language, extra=data.extra,
            length=len(text), revises=self._known("document", data.revises), added_by=by, added_at=at,
        )  # fmt: skip
        return True

    def _claim(self, subject_id: int, subject: str, data: Claim) -> bool:
        by, at = self._first(subject_id)
        self._insert(
            "claims", id=subject_id, uid=subject, claim=data.text, note=data.note, merged_id=subject_id, added_by=by,
            added_at=at,
        )  # fmt: skip
        self._groups.regroup("claim", [subject_id])
        return True

    def _relation(self, subject_id: int, data: ClaimRelation) -> bool:
        one, two = self._known("claim", data.claim), self._known("claim", data.other)
        if one is None or two is None:
            return False
        self._insert("claim_relations", id=subject_id, claim_id=one, relation=data.relation, other_id=two)
        self._groups.regroup("relation", [one, two])
        return True

    def _source_relation(self, subject_id: int, data: SourceRelation) -> bool:
        one, two = self._known("source", data.source), self._known("source", data.other)
        if one is None or two is None:
            return False
        self._insert(
            "source_relations", id=subject_id, source_id=one, relation=data.relation, other_id=two,
            certainty=data.certainty, note=data.note,
        )  # fmt: skip
        self._groups.regroup("source_relation", [one, two])
        return True

    def _source(self, subject_id: int, subject: str, data: Source) -> bool:
        self._insert(
            "sources", id=subject_id, uid=subject, name=data.name, kind=data.kind, note=data.note,
            document_id=self._known("document", data.document), merged_id=subject_id,
            added_at=self._first(subject_id)[1],
        )  # fmt: skip
        self._groups.regroup("source", [subject_id])
        return True

    # ------------------------------------------------------------------ one annotator's things

    def _mention(self, subject_id: int, event: AnyEvent, data: Mention) -> bool:
        document_id = self._known("document", data.document)
        if document_id is None or not self.reads(data.document, data.spans):
            return False
        self._insert(
            "mentions", id=subject_id, uid=event.subject, document_id=document_id, note=data.note, extra=data.extra,
            layer=data.layer, claim_id=self._known("claim", data.claim), polarity=data.polarity,
            start=data.spans[0].start, end=data.spans[-1].end, quote=_joined(data.spans), **self._signed(event),
        )  # fmt: skip
        self._spans("content", data.spans, mention_id=subject_id)
        return True

    def _mark(self, subject_id: int, event: AnyEvent, data: Mark) -> bool:
        mention_id = self._known("mention", data.mention)
        if mention_id is None or self._known("label", data.label) is None:
            return False
        document = self._db.execute(
            "SELECT sha256 FROM mentions JOIN documents ON documents.id = document_id WHERE mentions.id = ?",
            (mention_id,),
        ).fetchone()
        # Where the document went a moment ago, the mention follows, and then this mark is settled again.
        if document is None or not self.reads(document[0], _words_of(data)):
            return False
        self._insert(
            "marks", id=subject_id, uid=event.subject, mention_id=mention_id, label=data.label, kind=data.kind,
            certainty=data.certainty, note=data.note, extra=data.extra, **self._signed(event),
        )  # fmt: skip
        for position, link in enumerate(data.chain, 1):
            self._link(subject_id, position, link, is_origin=position == len(data.chain))
        for position, item in enumerate(data.evidence, 1):
            self._evidence(subject_id, position, item)
        return True

    def _link(self, mark_id: int, position: int, link: Link, *, is_origin: bool) -> None:
        attribution = self._insert(
            "attributions", mark_id=mark_id, position=position, is_origin=int(is_origin),
            source_id=self._known("source", link.source), relay=int(link.relay), identified=link.identified,
            ground=link.ground, source_quote=_joined(link.spans), cue_quote=_joined(link.cue),
        )  # fmt: skip
        self._spans("source", link.spans, attribution_id=attribution)
        self._spans("cue", link.cue, attribution_id=attribution)

    def _evidence(self, mark_id: int, position: int, item: Evidence) -> None:
        evidence = self._insert(
            "evidence", mark_id=mark_id, position=position, quote=_joined(item.spans), url=item.url, note=item.note,
            mention_id=self._known("mention", item.mention),
        )  # fmt: skip
        self._spans("evidence", item.spans, evidence_id=evidence)

    def _submission(self, subject_id: int, event: AnyEvent, data: Submission) -> bool:
        document_id = self._known("document", data.document)
        if document_id is None:
            return False
        self._insert(
            "submissions", id=subject_id, document_id=document_id, state=data.state, note=data.note,
            **self._signed(event),
        )  # fmt: skip
        return True

    def _adjudication(self, subject_id: int, event: AnyEvent, data: Adjudication) -> bool:
        document_id = self._known("document", data.document)
        if document_id is None:
            return False
        self._insert(
            "adjudications", id=subject_id, uid=event.subject, document_id=document_id, reason=data.reason,
            choice_id=self._known("mention", data.choice), taken_id=self._known("mention", data.taken),
            **self._signed(event),
        )  # fmt: skip
        inputs = {self._known("mention", each) for each in data.inputs}
        for mention in sorted(each for each in inputs if each is not None):
            self._insert("adjudication_inputs", adjudication_id=subject_id, mention_id=mention)
        return True

    def _sitting(self, subject_id: int, event: AnyEvent, data: Sitting) -> bool:
        document_id = self._known("document", data.document)
        if document_id is None:
            return False
        self._insert(
            "sittings", id=subject_id, uid=event.subject, document_id=document_id, seconds=data.seconds,
            **self._signed(event),
        )  # fmt: skip
        return True

    def _remark(self, subject_id: int, event: AnyEvent, data: Remark) -> bool:
        mention_id = self._known("mention", data.mention)
        if mention_id is None:
            return False
        self._insert(
            "remarks", id=subject_id, uid=event.subject, mention_id=mention_id, text=data.text,
            answers_id=self._known("remark", data.answers), **self._signed(event),
        )  # fmt: skip
        return True

    # ------------------------------------------------------------------ the team's things

    def _assignment(self, subject_id: int, data: Assignment) -> bool:
        document_id = self._known("document", data.document)
        if document_id is None:
            return False
        self._insert(
            "assignments", id=subject_id, document_id=document_id, annotator=data.annotator, position=data.position,
            gold=int(data.gold),
        )  # fmt: skip
        return True

    # ------------------------------------------------------------------ what the writers share

    def reads(self, sha256: str, pieces: Iterable[Anchor]) -> bool:
        """Whether a document's text is here and has all these words where they are said to be."""
        text = self.text(sha256)
        return text is not None and all(verify(piece, text) for piece in pieces)

    def _known(self, kind: str, subject: str | None) -> int | None:
        """The row id of a thing that has rows now, else None."""
        if subject is None:
            return None
        found = self.subject_id(kind, subject)
        return found if self.exists(kind, found) else None

    def _first(self, subject_id: int) -> tuple[str, str]:
        """Who first recorded a shared thing, and when."""
        annotator, clock = self._db.execute(
            "SELECT annotator, clock FROM events WHERE subject_id = ? ORDER BY clock, hash LIMIT 1", (subject_id,)
        ).fetchone()
        return annotator, moment_of(clock)

    def _signed(self, event: AnyEvent) -> dict[str, Any]:
        (annotator,) = self._db.execute("SELECT id FROM annotators WHERE name = ?", (event.annotator,)).fetchone()
        return {"annotator_id": annotator, "recorded_at": moment_of(event.clock)}

    def _spans(self, role: str, pieces: Iterable[Anchor], **owner: int) -> None:
        for position, piece in enumerate(pieces, 1):
            self._insert(
                "spans", role=role, position=position, start=piece.start, end=piece.end, quote=piece.quote,
                before=piece.before, after=piece.after, **owner,
            )  # fmt: skip

    def _insert(self, table: str, **values: Any) -> int:
        columns = ", ".join(f'"{column}"' for column in values)
        marks = ", ".join("?" * len(values))
        cursor = self._db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))
        return int(cursor.lastrowid or 0)


def _words_of(mark: Mark) -> list[Anchor]:
    """All words of the document that a mark points at: its chain's sources and cues, and its evidence."""
    chain = [piece for link in mark.chain for piece in (*link.spans, *link.cue)]
    return [*chain, *(piece for item in mark.evidence for piece in item.spans)]


def _joined(pieces: Iterable[Anchor]) -> str:
    return " … ".join(piece.quote for piece in pieces)
