"""What annotators do, each as one function over an open act: the verbs that the app and the command line share.

Spans are code points, start inclusive, end exclusive. Every function states values, so doing a thing twice changes
nothing, and any of them can stand together with others in one act.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import structs

from .anchors import Anchor, anchor
from .errors import NoSuchThing
from .events import (
    AnyValue,
    Claim,
    ClaimRelation,
    Document,
    Evidence,
    Link,
    Mark,
    Mention,
    Polarity,
    Relation,
    Sameness,
    Source,
    SourceKind,
    SourceRelation,
    State,
    Submission,
)
from .text import Span, fold

if TYPE_CHECKING:
    from .ledger import Act

T = TypeVar("T", Document, Claim, Source, Mention, Mark)

_KIND_OF_SOURCE = {
    "person": "person",
    "spokesperson": "spokesperson",
    "institution": "organisation",
    "outlet": "organisation",
    "collective": "organisation",
    "document": "document",
}


# ---------------------------------------------------------------------- documents


def add_document(act: "Act", text: str, **about: Any) -> tuple[str, bool]:
    """Add a text with what is known of it; the answer is its sha256 and whether it was new.

    A text that the project has already adds nothing, whatever is said about it here.

    Raises:
        UnstorableText: the text holds U+0000 or a lone surrogate.
    """
    sha256 = act.keep_text(text)
    return sha256, introduce_document(act, sha256, **about)


def introduce_document(act: "Act", sha256: str, **about: Any) -> bool:
    """Say what is known of a text that is kept; False, and nothing is said, where the project has its document."""
    return act.value("document", sha256) is None and act.put(sha256, Document(**about))


def describe_document(act: "Act", sha256: str, **about: Any) -> bool:
    """Change what is known of a document: title, outlet, author, url, published_at, language, revises."""
    return act.put(sha256, structs.replace(_stated(act, Document, "document", sha256), **about))


def submit(act: "Act", sha256: str, state: State, note: str = "") -> bool:
    """Record the annotator's word on a document; submitted with no mark is a value too."""
    return act.put(f"{act.annotator}/{sha256}", Submission(document=sha256, state=state, note=note))


# ---------------------------------------------------------------------- mentions


def new_mention(annotator: str) -> str:
    """A fresh uid for a mention of this annotator."""
    return f"{annotator}/{uuid.uuid4().hex}"


def set_mention(act: "Act", uid: str, sha256: str, text: str, spans: Iterable[Span], **more: Any) -> bool:
    """Make a mention of these words, or move one to them; `more` sets claim, polarity or note."""
    pieces = tuple(anchor(text, span) for span in sorted(spans))
    now = act.value("mention", uid)
    if isinstance(now, Mention):
        return act.put(uid, structs.replace(now, spans=pieces, **more))
    return act.put(uid, Mention(document=sha256, spans=pieces, **more))


def describe_mention(act: "Act", uid: str, **about: Any) -> bool:
    """Change a mention's claim, polarity or note."""
    return act.put(uid, structs.replace(_stated(act, Mention, "mention", uid), **about))


def remove_mention(act: "Act", uid: str) -> bool:
    """Take a mention off the record with its marks; undo brings all of it back."""
    return act.withdraw("mention", uid)


def mark_alike(act: "Act", model: str, sha256: str, text: str, span: Span) -> str:
    """Make a mention of words of any document, with the claim, polarity and labels of another; the answer is its uid.

    Chains, evidence and notes stay behind: they speak of the model's own place.

    Raises:
        NoSuchThing: the model is gone.
    """
    like = _stated(act, Mention, "mention", model)
    uid = new_mention(act.annotator)
    set_mention(act, uid, sha256, text, [span], claim=like.claim, polarity=like.polarity)
    labels = act.ledger.connection.execute(
        "SELECT label FROM marks JOIN mentions ON mentions.id = mention_id WHERE mentions.uid = ?", (model,)
    ).fetchall()
    for (label,) in labels:
        mark = _stated(act, Mark, "mark", f"{model}/{label}")
        set_label(act, uid, label, kind=mark.kind, certainty=mark.certainty)
    return uid


# ---------------------------------------------------------------------- marks


def set_label(act: "Act", mention: str, label: str, on: bool = True, **about: Any) -> bool:
    """Put a label on a mention or take it off; `about` sets kind, certainty or note."""
    subject = f"{mention}/{label}"
    if not on:
        return act.withdraw("mark", subject)
    now = act.value("mark", subject)
    mark = now if isinstance(now, Mark) else Mark(mention=mention, label=label)
    return act.put(subject, structs.replace(mark, **about))


def set_chain(act: "Act", mention: str, label: str, chain: Sequence[Link]) -> bool:
    """Set who stands behind a mark. A kind that was not chosen by hand follows from the chain's origin."""
    subject = f"{mention}/{label}"
    mark = _stated(act, Mark, "mark", subject)
    kind = mark.kind
    if kind in ("", _kind_from(act, label, mark.chain)):
        kind = _kind_from(act, label, chain)
    return act.put(subject, structs.replace(mark, chain=tuple(chain), kind=kind))


def set_evidence(act: "Act", mention: str, label: str, evidence: Sequence[Evidence]) -> bool:
    """Set what shows a mark."""
    subject = f"{mention}/{label}"
    return act.put(subject, structs.replace(_stated(act, Mark, "mark", subject), evidence=tuple(evidence)))


def words(text: str, spans: Iterable[Span]) -> tuple[Anchor, ...]:
    """Spans of a text as anchors: with their quote and a little of what stands around it."""
    return tuple(anchor(text, span) for span in sorted(spans))


def relayed(chain: Sequence[Link]) -> tuple[Link, ...]:
    """A chain in which every link but the origin is a relay."""
    return tuple(structs.replace(link, relay=at < len(chain)) for at, link in enumerate(chain, 1))


def _kind_from(act: "Act", label: str, chain: Sequence[Link]) -> str:
    """The kind that a chain's origin implies for a label of origin; "" when it implies none."""
    if not chain:
        return ""
    origin = chain[-1]
    if label == "anonymous":
        return "" if origin.identified == "named" else origin.identified
    if label == "sourced" and origin.source:
        source = act.value("source", origin.source)
        return _KIND_OF_SOURCE.get(source.kind, "") if isinstance(source, Source) else ""
    return ""


# ---------------------------------------------------------------------- claims and sources


def state_claim(act: "Act", text: str, note: str = "") -> str:
    """The claim of these words: the one that is there, or a new one; the answer is its uid."""
    wanted = _plain(text)
    same: Callable[[AnyValue], bool] = lambda claim: isinstance(claim, Claim) and _plain(claim.text) == wanted  # noqa: E731
    uid, there = _subject_for(act, "claim", wanted, same)
    if not there:
        act.put(uid, Claim(text=" ".join(text.split()), note=note))
    return uid


def relate_claims(act: "Act", claim: str, relation: Relation, other: str, on: bool = True) -> bool:
    """Tie a claim to another, or cut the tie."""
    subject = f"{claim}|{relation}|{other}"
    if not on:
        return act.withdraw("relation", subject)
    return act.put(subject, ClaimRelation(claim=claim, relation=relation, other=other))


def merge_claims(act: "Act", claim: str, other: str) -> bool:
    """Say that two claims are one; the earlier one stands for both, and everybody's mentions stay as they are."""
    one, two = sorted((claim, other))
    return relate_claims(act, one, "same_as", two)


def split_claim(act: "Act", claim: str) -> int:
    """Take a claim out of all that it was merged with; the answer is how many ties that cut."""
    rows = act.ledger.connection.execute(
        """SELECT one.uid, other.uid FROM claim_relations JOIN claims AS one ON one.id = claim_id
        JOIN claims AS other ON other.id = other_id WHERE relation = 'same_as' AND :claim IN (one.uid, other.uid)""",
        {"claim": claim},
    ).fetchall()
    return sum(relate_claims(act, one, "same_as", other, on=False) for one, other in rows)


def link_claim(act: "Act", mention: str, claim: str | None, polarity: Polarity | None = None) -> bool:
    """Say which claim a mention words, if any."""
    more = {"polarity": polarity} if polarity else {}
    return describe_mention(act, mention, claim=claim, **more)


def name_source(act: "Act", name: str, kind: SourceKind = "unknown", document: str | None = None) -> str:
    """The source of this name: the one that is there, or a new one; the answer is its uid.

    A named source is one throughout the project. An unnamed one ("a senior official") is given its document, and two
    documents' unnamed sources are never taken for one.
    """
    wanted = _plain(name)
    same: Callable[[AnyValue], bool] = (  # noqa: E731
        lambda source: isinstance(source, Source) and _plain(source.name) == wanted and source.document == document
    )
    uid, there = _subject_for(act, "source", f"{document or ''}\n{wanted}", same)
    if not there:
        act.put(uid, Source(name=" ".join(name.split()), kind=kind, document=document))
    return uid


def claim_uid(text: str) -> str:
    """The uid that a claim of these words has unless the claim of that name was reworded since."""
    return _subject("claim", _plain(text))


def source_uid(name: str, document: str | None = None) -> str:
    """The uid that a source of this name has, an unnamed one within its document, unless it was renamed since."""
    return _subject("source", f"{document or ''}\n{_plain(name)}")


def _subject(kind: str, identity: str, turn: int = 0) -> str:
    return hashlib.sha256(f"{kind}\n{turn}\n{identity}".encode()).hexdigest()[:24]


def tie_sources(
    act: "Act", source: str, other: str, relation: Sameness = "same_as", certainty: int | None = None, note: str = ""
) -> bool:
    """Say that two sources are one, or with `probably_same` that they may be, with a certainty in per cent."""
    one, two = sorted((source, other))
    value = SourceRelation(source=one, relation=relation, other=two, certainty=certainty, note=note)
    return act.put(f"{one}|{relation}|{two}", value)


def part_source(act: "Act", source: str, relation: Sameness = "same_as") -> int:
    """Cut all ties of this sort that a source has; the answer is how many there were."""
    rows = act.ledger.connection.execute(
        """SELECT one.uid, other.uid FROM source_relations JOIN sources AS one ON one.id = source_id
        JOIN sources AS other ON other.id = other_id WHERE relation = :relation AND :source IN (one.uid, other.uid)""",
        {"source": source, "relation": relation},
    ).fetchall()
    return sum(act.withdraw("source_relation", f"{one}|{relation}|{other}") for one, other in rows)


def alias_source(act: "Act", source: str, name: str) -> str:
    """Give a named source another name: from now on that name means it; the answer is the other name's uid."""
    kind = _stated(act, Source, "source", source).kind
    other = name_source(act, name, kind)
    if other != source:
        tie_sources(act, source, other)
    return other


def describe_source(act: "Act", source: str, **about: Any) -> bool:
    """Change a source's name, kind or note."""
    return act.put(source, structs.replace(_stated(act, Source, "source", source), **about))


def describe_claim(act: "Act", claim: str, **about: Any) -> bool:
    """Change a claim's text or note: the words that it is listed under; its mentions stay."""
    return act.put(claim, structs.replace(_stated(act, Claim, "claim", claim), **about))


def _subject_for(act: "Act", kind: str, identity: str, same: Callable[[AnyValue], bool]) -> tuple[str, bool]:
    """A subject that follows from what it stands for, so that two devices apart give one thing one name.

    Where the thing of that name was reworded since, the next name in line is taken.
    """
    turn = 0
    while True:
        subject = _subject(kind, identity, turn)
        now = act.value(kind, subject)
        if now is None or same(now):
            return subject, now is not None
        turn += 1


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _stated(act: "Act", type_: type[T], kind: str, subject: str) -> T:
    value = act.value(kind, subject)
    if not isinstance(value, type_):
        raise NoSuchThing(f"There is no such {kind} any more: {subject}")
    return value
