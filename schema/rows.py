"""The rows of one subject, kind by kind: how its value is written into the public tables and taken out again."""

from collections.abc import Sequence

from .anchors import Anchor
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
from .moments import comparable_moment
from .writing import TABLE, Writing

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


class Rows(Writing):
    """The public tables of one writable connection, a subject at a time. Spans are code points."""

    def remove(self, kind: str, subject_id: int) -> None:
        """Delete a subject's row and those of its parts."""
        self._met.forget()
        apart = self._groups.tied(kind, subject_id)
        for statement in (*_PARTS.get(kind, ()), f"DELETE FROM {TABLE[kind]} WHERE id = ?"):
            self._db.execute(statement, (subject_id,))
        self._groups.regroup(kind, apart)

    def write(self, subject_id: int, event: AnyEvent) -> bool:  # noqa: C901 - one kind a case
        """Insert the rows of an event's value; False when it is withdrawn or lacks something it cannot do without."""
        match event.data:  # what there is most of comes first
            case Mark() as data:
                return self._mark(subject_id, event, data)
            case Mention() as data:
                return self._mention(subject_id, event, data)
            case Label() as data:
                return self._label(subject_id, event.subject, data)
            case Document() as data:
                return self._document(subject_id, event, data)
            case Claim() as data:
                return self._claim(subject_id, event, data)
            case ClaimRelation() as data:
                return self._relation(subject_id, data)
            case Source() as data:
                return self._source(subject_id, event, data)
            case SourceRelation() as data:
                return self._source_relation(subject_id, data)
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

    def _document(self, subject_id: int, event: AnyEvent, data: Document) -> bool:
        length = self._length(event.subject)
        if length is None:
            return False
        by, at = self._first(subject_id, event)
        self._insert(
            "documents", id=subject_id, sha256=event.subject, title=data.title, outlet=data.outlet, author=data.author,
            url=data.url, published_at=comparable_moment(data.published_at), language=data.language, extra=data.extra,
            length=length, revises=self._known("document", data.revises), added_by=by, added_at=at,
        )  # fmt: skip
        return True

    def _length(self, sha256: str) -> int | None:
        if sha256 in self.lengths:
            return self.lengths[sha256]
        text = self.text(sha256)
        return None if text is None else len(text)

    def _claim(self, subject_id: int, event: AnyEvent, data: Claim) -> bool:
        by, at = self._first(subject_id, event)
        self._insert(
            "claims", id=subject_id, uid=event.subject, claim=data.text, note=data.note, merged_id=subject_id,
            added_by=by, added_at=at,
        )  # fmt: skip
        self._regroup("claim", subject_id)
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

    def _source(self, subject_id: int, event: AnyEvent, data: Source) -> bool:
        self._insert(
            "sources", id=subject_id, uid=event.subject, name=data.name, kind=data.kind, note=data.note,
            document_id=self._known("document", data.document), merged_id=subject_id,
            added_at=self._first(subject_id, event)[1],
        )  # fmt: skip
        self._regroup("source", subject_id)
        return True

    # ------------------------------------------------------------------ one annotator's things

    def _mention(self, subject_id: int, event: AnyEvent, data: Mention) -> bool:
        document_id = self._known("document", data.document)
        if document_id is None or not self.reads(data.document, data.spans):
            return False
        by, at = self._annotator_id(event.annotator), moment_of(event.clock)
        self._put("mentions", (
            subject_id, event.subject, document_id, by, self._known("claim", data.claim), data.polarity,
            data.spans[0].start, data.spans[-1].end, _joined(data.spans), data.note, data.extra, data.layer, at,
        ))  # fmt: skip
        self._spans("content", data.spans, mention=subject_id)
        return True

    def _mark(self, subject_id: int, event: AnyEvent, data: Mark) -> bool:
        mention_id = self._known("mention", data.mention)
        if mention_id is None or self._known("label", data.label) is None:
            return False
        # Where the document went a moment ago, the mention follows, and then this mark is settled again.
        sha256 = self._document_of(mention_id)
        if sha256 is None or not self.reads(sha256, _words_of(data) if data.chain or data.evidence else ()):
            return False
        by, at = self._annotator_id(event.annotator), moment_of(event.clock)
        self._put("marks", (
            subject_id, event.subject, mention_id, by, data.label, data.kind, data.certainty, data.note, data.extra, at,
        ))  # fmt: skip
        for position, link in enumerate(data.chain, 1):
            self._link(subject_id, position, link, is_origin=position == len(data.chain))
        for position, item in enumerate(data.evidence, 1):
            self._evidence(subject_id, position, item)
        return True

    def _link(self, mark_id: int, position: int, link: Link, *, is_origin: bool) -> None:
        attribution = self._next("attributions")
        self._put("attributions", (
            attribution, mark_id, position, int(is_origin), self._known("source", link.source), int(link.relay),
            link.identified, link.ground, _joined(link.spans), _joined(link.cue),
        ))  # fmt: skip
        self._spans("source", link.spans, attribution=attribution)
        self._spans("cue", link.cue, attribution=attribution)

    def _evidence(self, mark_id: int, position: int, item: Evidence) -> None:
        evidence = self._next("evidence")
        self._insert(
            "evidence", id=evidence, mark_id=mark_id, position=position, quote=_joined(item.spans), url=item.url,
            note=item.note, mention_id=self._known("mention", item.mention),
        )  # fmt: skip
        self._spans("evidence", item.spans, evidence=evidence)

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


def _words_of(mark: Mark) -> list[Anchor]:
    """All words of the document that a mark points at: its chain's sources and cues, and its evidence."""
    chain = [piece for link in mark.chain for piece in (*link.spans, *link.cue)]
    return [*chain, *(piece for item in mark.evidence for piece in item.spans)]


def _joined(pieces: Sequence[Anchor]) -> str:
    if len(pieces) == 1:
        return pieces[0].quote
    return " … ".join(piece.quote for piece in pieces)
