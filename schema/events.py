"""The log's vocabulary: every act is one or more immutable events, and an event says what a subject is from now on.

An event is a frozen struct. Its canonical bytes are JSON as RFC 8785 writes it (keys sorted, no white space, UTF-8,
fields at their default left out), and its id is the sha256 of these bytes. Two events never share an id unless they are
the same event, so logs merge by union.

`data` holds the whole new value of the subject, or nothing: then the subject is withdrawn. `parents` name the events
that this one supersedes. `undoes` names the act (`CLOCK@DEVICE`) that an undo takes back; a redo is an undo of an undo.
All events of one act share one clock stamp.
"""

import hashlib
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from .anchors import Anchor

FORMAT: Literal[1] = 1

# Python's `$` also matches before a last line feed, so every pattern stands together with a greatest length.
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64, description="sha256, lower-case hexadecimal")]
Clock = Annotated[str, Meta(pattern="^[0-9a-f]{12}-[0-9a-f]{4}$", max_length=17, description="hybrid logical clock")]
Device = Annotated[str, Meta(pattern="^[^@]+$", max_length=64, description="a device's name, without an @")]
ActName = Annotated[str, Meta(pattern="^[0-9a-f]{12}-[0-9a-f]{4}@[^@]+$", max_length=82, description="CLOCK@DEVICE")]
Count = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=64, description="an annotator's name, without a slash")]
Subject = Annotated[str, Meta(min_length=1, max_length=512)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Extra = Annotated[str, Meta(description="a JSON object: what another tool keeps and onrecord has no place for")]

Polarity = Literal["asserts", "negates", "questions"]
Identified = Literal["named", "described", "collective", "bare", "unspecified"]
SourceKind = Literal["person", "spokesperson", "institution", "outlet", "document", "collective", "unknown"]
Relation = Literal["narrower_than", "contradicts", "same_as"]
Sameness = Literal["same_as", "probably_same"]
State = Literal["in_progress", "submitted", "skipped", "flagged"]
Axis = Literal["origin", "response", "neutral"]
Role = Literal["annotator", "adjudicator", "lead"]
Layer = Literal["", "gold"]


class Value(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a subject is, as one event states it; no search for garbage need look at it, as it is part of no circle."""


class Document(Value, frozen=True):
    """A text and what is known of it; the subject is the sha256 of the text's UTF-8, the text is stored apart."""

    title: str = ""
    outlet: str = ""
    author: str = ""
    url: str = ""
    published_at: str = ""
    language: str = ""
    revises: Hash | None = None
    extra: Extra = ""


class Claim(Value, frozen=True):
    """One checkable proposition in plain words, living across documents."""

    text: Annotated[str, Meta(min_length=1)]
    note: str = ""


class ClaimRelation(Value, frozen=True):
    """A claim's tie to another; the subject is `CLAIM|RELATION|OTHER`."""

    claim: Subject
    relation: Relation
    other: Subject


class Source(Value, frozen=True):
    """Somebody or something that speaks; an unnamed one belongs to the document that mentions it."""

    name: Annotated[str, Meta(min_length=1)]
    kind: SourceKind = "unknown"
    document: Hash | None = None
    note: str = ""


class SourceRelation(Value, frozen=True):
    """A source's tie to another that is the same, or is taken for it; the subject is `SOURCE|RELATION|OTHER`."""

    source: Subject
    relation: Sameness
    other: Subject
    certainty: Percent | None = None
    note: str = ""


class Mention(Value, frozen=True):
    """A claim as one document words it; the subject is `ANNOTATOR/ID`. The layer `gold` is what a ruling made."""

    document: Hash
    spans: Annotated[tuple[Anchor, ...], Meta(min_length=1)]
    claim: Subject | None = None
    polarity: Polarity = "asserts"
    note: str = ""
    extra: Extra = ""
    layer: Layer = ""


class Link(Value, frozen=True):
    """One link of an attribution chain: who speaks, where the text shows it, and through which cue."""

    source: Subject | None = None
    identified: Identified = "unspecified"
    relay: bool = False
    ground: str = ""
    spans: tuple[Anchor, ...] = ()
    cue: tuple[Anchor, ...] = ()


class Evidence(Value, frozen=True):
    """What shows a mark: words of the document, another document's mention, or a web address; exactly one of them."""

    spans: tuple[Anchor, ...] = ()
    mention: Subject | None = None
    url: str = ""
    note: str = ""


class Mark(Value, frozen=True):
    """One label on one mention; the subject is `MENTION/LABEL`. The chain runs from the writer to the origin."""

    mention: Subject
    label: Subject
    kind: str = ""
    certainty: Percent | None = None
    note: str = ""
    chain: tuple[Link, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    extra: Extra = ""


class Submission(Value, frozen=True):
    """An annotator's word on a document; the subject is `ANNOTATOR/DOCUMENT`."""

    document: Hash
    state: State
    note: str = ""


class Adjudication(Value, frozen=True):
    """A ruling on aligned mentions; the subject is `ADJUDICATOR/ID`.

    `choice` is the mention of the gold layer that stands in the inputs' place, the adjudicator's own, so that nobody
    can change it afterwards; none means that there is no claim here. `taken` is the input that it was copied from.
    """

    document: Hash
    inputs: Annotated[tuple[Subject, ...], Meta(min_length=1)]
    choice: Subject | None = None
    taken: Subject | None = None
    reason: str = ""


class Member(Value, frozen=True):
    """What somebody does in the team; the subject is the name."""

    role: Role


class Policy(Value, frozen=True):
    """How the team works; the subject is `project`. `blind`: nobody sees others' work before submitting their own."""

    blind: bool = True


class Assignment(Value, frozen=True):
    """A document in somebody's queue; the subject is `DOCUMENT|ANNOTATOR`.

    `gold` tells that its gold layer is there already, to hold the work against; the annotator is not told.
    """

    document: Hash
    annotator: Name
    position: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    gold: bool = False


class Sitting(Value, frozen=True):
    """Time that an annotator was active in a document, in whole seconds; the subject is `ANNOTATOR/ID`."""

    document: Hash
    seconds: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class Remark(Value, frozen=True):
    """A note on a mention from one member of the team to another; the subject is `AUTHOR/ID`."""

    mention: Subject
    text: Annotated[str, Meta(min_length=1)]
    answers: Subject | None = None


class Kind(Value, frozen=True):
    """A finer kind of a label, with a gloss for the guidelines panel."""

    kind: Annotated[str, Meta(min_length=1)]
    gloss: str = ""


class Label(Value, frozen=True):
    """A label of the codebook; the subject is its name. A code without a key is set in the details."""

    axis: Axis
    key: Annotated[str, Meta(max_length=1)]
    letter: Annotated[str, Meta(min_length=1, max_length=1)]
    glyph: Annotated[str, Meta(min_length=1, max_length=1)]
    colour: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$", max_length=7)]
    position: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    guideline: str = ""
    examples: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


class Event(
    Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """What every event has; the subclasses say what `data` is, and their tag is the event's kind."""

    v: Literal[1]
    annotator: Name
    device: Device
    seq: Count
    clock: Clock
    subject: Subject
    parents: tuple[Hash, ...] = ()
    undoes: ActName | None = None


class DocumentEvent(Event, tag="document", frozen=True):
    data: Document | None


class ClaimEvent(Event, tag="claim", frozen=True):
    data: Claim | None


class ClaimRelationEvent(Event, tag="relation", frozen=True):
    data: ClaimRelation | None


class SourceEvent(Event, tag="source", frozen=True):
    data: Source | None


class SourceRelationEvent(Event, tag="source_relation", frozen=True):
    data: SourceRelation | None


class MentionEvent(Event, tag="mention", frozen=True):
    data: Mention | None


class MarkEvent(Event, tag="mark", frozen=True):
    data: Mark | None


class SubmissionEvent(Event, tag="submission", frozen=True):
    data: Submission | None


class AdjudicationEvent(Event, tag="adjudication", frozen=True):
    data: Adjudication | None


class LabelEvent(Event, tag="label", frozen=True):
    data: Label | None


class MemberEvent(Event, tag="member", frozen=True):
    data: Member | None


class PolicyEvent(Event, tag="policy", frozen=True):
    data: Policy | None


class AssignmentEvent(Event, tag="assignment", frozen=True):
    data: Assignment | None


class SittingEvent(Event, tag="sitting", frozen=True):
    data: Sitting | None


class RemarkEvent(Event, tag="remark", frozen=True):
    data: Remark | None


AnyEvent = (
    DocumentEvent
    | ClaimEvent
    | ClaimRelationEvent
    | SourceEvent
    | SourceRelationEvent
    | MentionEvent
    | MarkEvent
    | SubmissionEvent
    | AdjudicationEvent
    | LabelEvent
    | MemberEvent
    | PolicyEvent
    | AssignmentEvent
    | SittingEvent
    | RemarkEvent
)
AnyValue = (
    Document
    | Claim
    | ClaimRelation
    | Source
    | SourceRelation
    | Mention
    | Mark
    | Submission
    | Adjudication
    | Label
    | Member
    | Policy
    | Assignment
    | Sitting
    | Remark
)

EVENTS: dict[str, type[AnyEvent]] = {str(event.__struct_config__.tag): event for event in get_args(AnyEvent)}
_KIND_OF_EVENT = {event: kind for kind, event in EVENTS.items()}
KIND_OF: dict[type[AnyValue], str] = {
    Document: "document",
    Claim: "claim",
    ClaimRelation: "relation",
    Source: "source",
    SourceRelation: "source_relation",
    Mention: "mention",
    Mark: "mark",
    Submission: "submission",
    Adjudication: "adjudication",
    Label: "label",
    Member: "member",
    Policy: "policy",
    Assignment: "assignment",
    Sitting: "sitting",
    Remark: "remark",
}
AXES = {"sourced": "origin", "anonymous": "origin", "denied": "response", "confirmed": "response"}
"""The four labels, which always exist, and their axes; all other codes are neutral."""
OWNED = frozenset({"mention", "mark", "submission", "adjudication", "sitting", "remark"})
"""Kinds whose subjects begin with `ANNOTATOR/`: nobody else's event can supersede theirs."""

_encoder = msgspec.json.Encoder(order="sorted")
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def canonical(event: AnyEvent) -> bytes:
    """The event's canonical bytes (RFC 8785; the format has no fractions)."""
    body = _encoder.encode(event)
    try:
        # Once more: msgspec leaves out what is a default, but not what only equals one, as a text from a file does.
        return _encoder.encode(_decoder.decode(body))
    except msgspec.MsgspecError:
        return body  # no valid event: `validity.read_event` says why


def event_id(body: bytes) -> str:
    """The id of an event: sha256 of its canonical bytes, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def act_of(event: AnyEvent) -> str:
    """The act that an event belongs to: `CLOCK@DEVICE`."""
    return f"{event.clock}@{event.device}"


def trusted(body: bytes) -> AnyEvent:
    """The event of bytes that were checked when they entered the log."""
    return _decoder.decode(body)


def kind_of(event: AnyEvent) -> str:
    """The event's kind: `document`, `claim`, `relation`, `source`, `mention`, `mark`, ..."""
    return _KIND_OF_EVENT[type(event)]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event."""
    schema = msgspec.json.schema(AnyEvent)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "onrecord event", **schema}
