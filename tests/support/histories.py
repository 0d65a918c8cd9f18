"""Hypothesis strategies for logs: valid events of all kinds by several annotators and devices, in every relation.

The pools are small on purpose, so that events meet: they edit, withdraw and supersede each other, run in parallel, refer
to what is missing, withdrawn or somebody else's, share clock stamps, and name words that a document does not have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from onrecord.schema import clock
from onrecord.schema.anchors import Anchor, anchor
from onrecord.schema.events import (
    AXES,
    EVENTS,
    FORMAT,
    KIND_OF,
    OWNED,
    Adjudication,
    AnyEvent,
    AnyValue,
    Assignment,
    Claim,
    ClaimRelation,
    Document,
    Evidence,
    Kind,
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
    canonical,
    event_id,
)
from onrecord.schema.text import Span, content_hash

ANNOTATORS = ("ana", "bob")
DEVICES = ("d1", "d2", "d3")
BODIES = (
    "The harbour said\u00a0no. A “senior” official said it’s done.",
    "Nobody 😀 denied\u00a0it;\r\nthe pier’s keeper did.\u2028It stands.",
    "a b a b [bold] \x1b[31m שלום a",
)
TEXTS = {content_hash(text): text for text in BODIES}
DOCUMENTS = tuple(TEXTS)
NOWHERE = content_hash("a text that never comes")
CLAIMS = ("c1", "c2", "c3")
SOURCES = ("s1", "s2", "s3")
LABELS = ("sourced", "anonymous", "denied", "confirmed", "responded", "odd")
MENTIONS = {name: (f"{name}/m1", f"{name}/m2", f"{name}/m3") for name in ANNOTATORS}
EVERY_MENTION = tuple(uid for uids in MENTIONS.values() for uid in uids)

notes = st.sampled_from(("", "", "see the pier’s log", "again\u00a0no"))


def _pieces(text: str) -> tuple[tuple[Anchor, ...], ...]:
    some = [anchor(text, Span(start, start + size)) for start in range(0, len(text) - 8, 5) for size in (1, 4)]
    return tuple((piece,) for piece in some) + tuple(zip(some[::4], some[3::4], strict=False))


_WORDS = {sha256: _pieces(text) for sha256, text in TEXTS.items()} | {NOWHERE: _pieces("what nobody has read")}
_places = st.sampled_from((*DOCUMENTS, *DOCUMENTS, NOWHERE))


def words(document: str) -> st.SearchStrategy[tuple[Anchor, ...]]:
    """Words of a document; now and then those of another."""
    others = [each for sha256 in DOCUMENTS for each in _WORDS[sha256][:2]]
    return st.sampled_from(_WORDS[document] * 4 + tuple(others))


# --- values, by kind -----------------------------------------------------------------------------------------------

documents = st.builds(
    Document,
    title=st.sampled_from(("", "The Pier", "Harbour’s\u00a0end")),
    outlet=st.sampled_from(("", "Gazette", "Mercury")),
    published_at=st.sampled_from(("", "2026-03-02", "2026-03-02T10:00:00+01:00", "2026-03-04T08:00:00", "in spring")),
    revises=st.none() | _places,
)
claims = st.builds(Claim, text=st.sampled_from(("It stands.", "It’s gone", "No\u00a0one knew")), note=notes)
relations = st.builds(
    ClaimRelation,
    claim=st.just("c1"),
    relation=st.sampled_from(("narrower_than", "contradicts", "same_as", "same_as")),
    other=st.sampled_from(("c2", "c3")),
)
sources = st.builds(
    Source,
    name=st.sampled_from(("A. Rui", "a senior\u00a0official")),
    kind=st.sampled_from(("person", "unknown")),
    document=st.none() | _places,
    note=notes,
)
source_relations = st.builds(
    SourceRelation,
    source=st.sampled_from(("s1", "s2")),
    relation=st.sampled_from(("same_as", "same_as", "probably_same")),
    other=st.just("s3"),
    certainty=st.none() | st.integers(0, 100),
)
labels = st.builds(
    Label,
    axis=st.sampled_from(("neutral", "neutral", "response")),
    key=st.just("o"),
    letter=st.just("O"),
    glyph=st.just("◆"),
    colour=st.just("#123456"),
    position=st.integers(3, 6),
    kinds=st.lists(st.builds(Kind, kind=st.sampled_from(("one", "two"))), max_size=3).map(tuple),
)
links = st.builds(
    Link,
    source=st.none() | st.sampled_from(SOURCES),
    identified=st.sampled_from(("named", "described", "unspecified")),
    relay=st.booleans(),
    spans=st.just(()) | words(DOCUMENTS[0]),
    cue=st.just(()) | words(DOCUMENTS[0]),
)
evidence = (
    st.builds(Evidence, spans=words(DOCUMENTS[0]), note=notes)
    | st.builds(Evidence, mention=st.sampled_from(EVERY_MENTION))
    | st.builds(Evidence, url=st.just("https://example.org/record"))
)


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    """A mention in any document, the missing one included."""
    # Most stand in the first document, where the words of chains and evidence are.
    document = draw(st.just(DOCUMENTS[0]) | _places)
    return Mention(
        document=document,
        spans=draw(words(document)),
        claim=draw(st.none() | st.sampled_from(CLAIMS)),
        polarity=draw(st.sampled_from(("asserts", "negates", "questions"))),
        note=draw(notes),
        layer=draw(st.sampled_from(("", "", "gold"))),
    )


def marks(annotator: str) -> st.SearchStrategy[Mark]:
    """A mark on one of the annotator's mentions."""
    return st.builds(
        Mark,
        mention=st.sampled_from(MENTIONS[annotator]),
        label=st.sampled_from(LABELS),
        kind=st.sampled_from(("", "flat_denial")),
        certainty=st.none() | st.integers(0, 100),
        note=notes,
        chain=st.lists(links, max_size=2).map(tuple),
        evidence=st.lists(evidence, max_size=2).map(tuple),
    )


submissions = st.builds(Submission, document=_places, state=st.sampled_from(("in_progress", "submitted")), note=notes)
adjudications = st.builds(
    Adjudication,
    document=_places,
    inputs=st.lists(st.sampled_from(EVERY_MENTION), min_size=1, max_size=3).map(tuple),
    choice=st.none() | st.sampled_from(EVERY_MENTION),
    taken=st.none() | st.sampled_from(EVERY_MENTION),
    reason=notes,
)
members = st.builds(Member, role=st.sampled_from(("annotator", "adjudicator", "lead")))
policies = st.builds(Policy, blind=st.booleans())
assignments = st.builds(
    Assignment, document=_places, annotator=st.just("bob"), position=st.integers(0, 3), gold=st.booleans()
)
sittings = st.builds(Sitting, document=_places, seconds=st.integers(1, 500))
remarks = st.builds(
    Remark,
    mention=st.sampled_from(EVERY_MENTION),
    text=st.just("see the pier’s log"),
    answers=st.none() | st.sampled_from([f"{name}/r{number}" for name in ANNOTATORS for number in (1, 2)]),
)


def _subject(draw: st.DrawFn, annotator: str, value: AnyValue) -> str:
    match value:
        case Document():
            return draw(st.sampled_from(DOCUMENTS))
        case Claim():
            return draw(st.sampled_from(CLAIMS))
        case ClaimRelation(claim=claim, relation=relation, other=other):
            return f"{claim}|{relation}|{other}"
        case Source():
            return draw(st.sampled_from(SOURCES))
        case SourceRelation(source=source, relation=relation, other=other):
            return f"{source}|{relation}|{other}"
        case Mention():
            return draw(st.sampled_from(MENTIONS[annotator]))
        case Mark(mention=mention, label=label):
            return f"{mention}/{label}"
        case Submission(document=document):
            return f"{annotator}/{document}"
        case Adjudication():
            return f"{annotator}/a1"
        case Label():
            return "odd" if value.axis == "neutral" else "denied"
        case Member():
            return draw(st.sampled_from(ANNOTATORS))
        case Policy():
            return "project"
        case Assignment(document=document, annotator=assignee):
            return f"{document}|{assignee}"
        case Sitting():
            return f"{annotator}/s1"
        case Remark():
            return f"{annotator}/r{draw(st.integers(1, 2))}"


def values(annotator: str) -> st.SearchStrategy[AnyValue]:
    """A value of any kind that the annotator may state; mentions and marks more often than others."""
    return st.one_of(
        mentions(), mentions(), marks(annotator), marks(annotator), marks(annotator),
        documents, documents, claims, claims, sources, sources, relations, relations, source_relations, submissions,
        adjudications, labels, members, policies, assignments, sittings, remarks,
    )  # fmt: skip


# --- events --------------------------------------------------------------------------------------------------------


@st.composite
def events(draw: st.DrawFn, before: Sequence[AnyEvent] = ()) -> AnyEvent:
    """An event that may follow, supersede, undo or ignore those before it; its sequence number is their count."""
    annotator = draw(st.sampled_from(ANNOTATORS))
    value = draw(values(annotator))
    kind, subject = KIND_OF[type(value)], _subject(draw, annotator, value)
    own = [event_id(canonical(each)) for each in before if (each.subject, each.annotator) == (subject, annotator)]
    same = [event_id(canonical(each)) for each in before if each.subject == subject]
    every = [event_id(canonical(each)) for each in before]
    superseded: set[str] = set()
    match draw(st.sampled_from(("all", "all", "last", "some", "any", "none"))):
        case "all":
            superseded = set(same)
        case "last":
            superseded = set(same[-1:])
        case "some":
            superseded = set(draw(st.lists(st.sampled_from(own or same or [NOWHERE]), max_size=2)))
        case "any":
            superseded = set(draw(st.lists(st.sampled_from([*every, NOWHERE]), max_size=2)))
    about: dict[str, Any] = {
        "v": FORMAT,
        "annotator": annotator,
        "device": draw(st.sampled_from(DEVICES)),
        "seq": len(before) + 1,
        "clock": clock.stamp_of(1_772_445_600_000 + draw(st.integers(0, 6)), draw(st.integers(0, 1))),
        "subject": subject,
        "parents": tuple(sorted(superseded)),
        "undoes": draw(st.none() | st.just(f"{clock.stamp_of(1_772_445_600_003)}@d1")),
        "data": None if draw(st.integers(0, 5)) == 0 and subject not in AXES else value,
    }
    return EVENTS[kind](**about)


@st.composite
def logs(draw: st.DrawFn, size: int = 24) -> list[AnyEvent]:
    """A log of up to `size` events; the first ones set the scene, so that later ones find something."""
    made: list[AnyEvent] = []
    if draw(st.booleans()):
        made = scene()
    for _ in range(draw(st.integers(1, size))):
        made.append(draw(events(made)))
    return made


def scene() -> list[AnyEvent]:
    """A document with a claim, a source, and one marked mention of each annotator, which is evidence for the other."""
    start = clock.stamp_of(1_772_445_600_000)
    sha256 = DOCUMENTS[0]
    stated: list[tuple[str, str, AnyValue]] = [
        ("ana", sha256, Document(title="The Pier", outlet="Gazette", published_at="2026-03-01")),
        ("ana", "c1", Claim(text="It stands.")),
        ("ana", "s1", Source(name="A. Rui")),
    ]
    for name in ANNOTATORS:
        uid = f"{name}/m1"
        stated.append((name, uid, Mention(document=sha256, spans=_WORDS[sha256][0], claim="c1")))
        chain = (Link(source="s1", spans=_WORDS[sha256][2]),)
        shown = (Evidence(mention="bob/m1" if name == "ana" else "ana/m1"),)
        stated.append((name, f"{uid}/sourced", Mark(mention=uid, label="sourced", chain=chain, evidence=shown)))
    return [
        EVENTS[KIND_OF[type(value)]](
            v=FORMAT,
            annotator=name,
            device="d1",
            seq=seq,
            clock=start,
            subject=subject,
            data=value,  # type: ignore[arg-type]
        )
        for seq, (name, subject, value) in enumerate(stated, 1)
    ]


# --- deliveries ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivery:
    """What arrives together: events and texts."""

    bodies: list[bytes]
    texts: dict[str, str]


@st.composite
def deliveries(draw: st.DrawFn, bodies: Sequence[bytes]) -> list[Delivery]:
    """The events in some order, some of them twice, in some number of parcels; each text comes with one of these."""
    order = draw(st.permutations(range(len(bodies))))
    again = draw(st.lists(st.sampled_from(range(len(bodies))), max_size=4)) if bodies else []
    sent = [bodies[at] for at in (*order, *again)]
    cuts = sorted(draw(st.lists(st.integers(0, len(sent)), max_size=3)))
    parcels = [Delivery(sent[start:end], {}) for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    for sha256, text in TEXTS.items():
        draw(st.sampled_from(parcels)).texts[sha256] = text
    return parcels


def is_owned(event: AnyEvent) -> bool:
    """Whether the event's subject belongs to its annotator alone."""
    return KIND_OF.get(type(event.data), "") in OWNED if event.data else "/" in event.subject
