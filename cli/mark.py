"""`onrecord mark`: one mention with its labels, as a script or a person without the app records it."""

import re
import sqlite3
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from msgspec import Struct

from ..schema.errors import BadInput, BadOffset
from .options import as_json, open_ledger, project, signed, the_document
from .printing import json_array, out, safe, say
from .wording import mention_lines

if TYPE_CHECKING:
    from ..schema.events import Identified, Link, SourceKind
    from ..schema.ledger import Act
    from ..schema.records import Document, Label, Mention
    from ..schema.text import Span

_PIECE = re.compile(r"(\d{1,12}):(\d{1,12})")
_ORIGIN = ("sourced", "anonymous")
_UNNAMED = ("described", "collective", "bare", "unspecified")
_SOURCE_KIND = {
    "person": "person",
    "spokesperson": "spokesperson",
    "organisation": "institution",
    "document": "document",
}


class Order(Struct, frozen=True):
    """What a person asked to be recorded."""

    document: "Document"
    spans: "tuple[Span, ...]"
    labels: tuple[str, ...]
    kinds: dict[str, str]
    claim: str | None
    who: tuple[str, ...]
    note: str | None


@click.command()
@project
@click.argument("doc", metavar="DOC")
@click.argument("words", metavar="START:END LABEL...", nargs=-1, required=True)
@click.option("--claim", metavar="TEXT", help="The claim that these words make, in plain words.")
@click.option("--who", multiple=True, metavar="NAME", help="Who stands behind it; again for the link behind that one.")
@click.option("--kind", "kinds", multiple=True, metavar="K", help="The kind of a label, as in the codebook.")
@click.option("--note", metavar="T", help="A note on the marks.")
@signed
@as_json
def mark(
    project: Path,
    doc: str,
    words: tuple[str, ...],
    claim: str | None,
    who: tuple[str, ...],
    kinds: tuple[str, ...],
    note: str | None,
    annotator: str | None,
    as_json: bool,
) -> None:
    """Mark a claim in a document.

    LABEL is sourced, anonymous, denied, confirmed or responded.

    START:END are code points from 0, the end exclusive; give several for a mention in pieces. The same words marked
    again by the same annotator add labels to the mention that is there, unless --claim names another claim.

    --who gives the attribution chain from the messenger nearest the writer to the origin. It belongs to the origin
    label among the labels (sourced or anonymous), else to the only label. The origin of an anonymous mark is recorded
    as described, or as --kind says; any other name is taken for a description when it begins with a small letter or
    with "A".

    \b
      onrecord mark p.db 3 120:168 anonymous denied --claim "They met." \\
          --who "Sunday Times" --who "a senior commander" --as ann
    """
    from ..schema import reading

    pieces = [word for word in words if _PIECE.fullmatch(word)]
    labels = tuple(dict.fromkeys(word for word in words if word not in pieces))
    with open_ledger(project, annotator) as ledger:
        line = the_document(ledger.connection, project, doc)
        document = reading.document(ledger.connection, line.id)
        assert document is not None
        codebook = {label.label: label for label in reading.labels(ledger.connection)}
        order = Order(
            document=document,
            spans=_spans(pieces, document),
            labels=_known_labels(labels, codebook),
            kinds=_kinds(kinds, labels, codebook),
            claim=claim,
            who=who,
            note=note,
        )
        behind = _label_of_chain(order)
        with ledger.act() as act:
            uid, changed = record(act, order, behind)
        mention = reading.mention(ledger.connection, uid)
        assert mention is not None
    if as_json:
        json_array([_flat(mention)])
    else:
        _tell(mention, document, codebook, changed)
    _warn(mention, order, behind)


def record(act: "Act", order: Order, behind: str | None) -> tuple[str, bool]:
    """State the mention and its marks; the answer is the mention's uid and whether anything changed."""
    from ..schema import acts

    connection, document = act.ledger.connection, order.document
    claim = acts.state_claim(act, order.claim) if order.claim is not None else None
    found = _mention_there(connection, act.annotator, order, claim)
    uid = found or acts.new_mention(act.annotator)
    changed = not found
    if not found:
        acts.set_mention(act, uid, document.sha256, document.text, order.spans)
    if claim:
        changed |= acts.link_claim(act, uid, claim)
    for label in order.labels:
        about: dict[str, Any] = {} if order.note is None else {"note": order.note}
        if kind := order.kinds.get(label):
            about["kind"] = kind
        changed |= acts.set_label(act, uid, label, **about)
        if label == behind:
            changed |= acts.set_chain(act, uid, label, _chain(act, order, label))
            if kind:  # a kind that was asked for outlasts the one that follows from the chain
                changed |= acts.set_label(act, uid, label, kind=kind)
    return uid, changed


# ---------------------------------------------------------------------- what was asked for


def _spans(pieces: Sequence[str], document: "Document") -> "tuple[Span, ...]":
    from ..schema.text import Span

    if not pieces:
        raise click.UsageError("say which words: START:END in code points, before the labels")
    spans = sorted(Span(*map(int, piece.split(":"))) for piece in pieces)
    if spans[-1].end > len(document.text):
        raise BadOffset(f"{spans[-1].end} goes past the end of the document, which is at {len(document.text)}")
    for one, other in pairwise(spans):
        if one.overlaps(other):
            raise BadOffset(f"{one.start}:{one.end} and {other.start}:{other.end} overlap; give the pieces apart")
    return tuple(spans)


def _known_labels(labels: Sequence[str], codebook: "dict[str, Label]") -> tuple[str, ...]:
    for label in labels:
        if label not in codebook:
            hint = " (a span is START:END, as in 120:168)" if ":" in label else ""
            raise BadInput(f"there is no label {label!r}{hint}; choose from {', '.join(codebook)}")
    if not labels:
        raise click.UsageError(f"say with which label: {', '.join(codebook)}")
    return tuple(labels)


def _kinds(kinds: Sequence[str], labels: Sequence[str], codebook: "dict[str, Label]") -> dict[str, str]:
    """Which label each kind belongs to."""
    chosen: dict[str, str] = {}
    for kind in kinds:
        fitting = [label for label in labels if kind in dict(codebook[label].kinds)]
        if not fitting:
            known = ", ".join(each for label in labels for each, _ in codebook[label].kinds)
            raise BadInput(f"{' and '.join(labels)}: no kind {kind!r}; choose from {known}")
        for label in fitting:
            if label in chosen:
                raise BadInput(f"{label} has one kind, not both {chosen[label]} and {kind}")
            chosen[label] = kind
    return chosen


def _label_of_chain(order: Order) -> str | None:
    """The label that --who speaks of."""
    if not order.who:
        return None
    origins = [label for label in order.labels if label in _ORIGIN]
    candidates = origins or list(order.labels)
    if len(candidates) > 1:
        raise click.UsageError(f"--who can stand behind one of {' and '.join(candidates)}; mark them one at a time")
    return candidates[0]


def _mention_there(connection: sqlite3.Connection, annotator: str, order: Order, claim: str | None) -> str | None:
    """The annotator's mention of exactly these words, unless it is of another claim than the one asked for."""
    from ..schema import reading

    mine: list[Mention] = [
        mention
        for mention in reading.mentions(connection, order.document.id)
        if mention.annotator == annotator and mention.spans == order.spans
    ]
    fitting = [mention for mention in mine if claim is None or mention.claim_uid in (None, claim)]
    fitting.sort(key=lambda mention: mention.claim_uid != claim)
    return fitting[0].uid if fitting else None


# ---------------------------------------------------------------------- who


def _chain(act: "Act", order: Order, label: str) -> "list[Link]":
    from ..schema import acts

    links = [
        _link(act, order, name.strip(), label if at == len(order.who) else "", order.kinds.get(label, ""))
        for at, name in enumerate(order.who, 1)
    ]
    return list(acts.relayed(links))


def _link(act: "Act", order: Order, name: str, origin_of: str, kind: str) -> "Link":
    """A link of this name; `origin_of` is the label of the mark if the link is its origin."""
    from ..schema import acts
    from ..schema.events import Link
    from ..schema.text import find_all

    if not name:
        raise BadInput("--who is empty; leave it out when nobody is signalled")
    identified = _identified(act, name, origin_of, kind)
    source_kind = _SOURCE_KIND.get(kind, "unknown") if origin_of == "sourced" else "unknown"
    document = None if identified == "named" else order.document.sha256
    source = acts.name_source(act, name, cast("SourceKind", source_kind), document)
    # A name that stands in the text once is shown there; of several places none is guessed.
    places = find_all(order.document.text, name, 2)
    spans = acts.words(order.document.text, places) if len(places) == 1 else ()
    return Link(source=source, identified=identified, spans=spans)


def _identified(act: "Act", name: str, origin_of: str, kind: str) -> "Identified":
    if origin_of == "sourced":
        return "named"
    if origin_of == "anonymous":
        return cast("Identified", kind if kind in _UNNAMED else "described")
    from ..schema.sight import looked_at

    with looked_at(act.ledger.path, act.annotator) as connection:  # what others named in blind work tells nothing
        known = connection.execute("SELECT 1 FROM sources WHERE name = ? AND document_id IS NULL", (name,)).fetchone()
    unnamed = name[0].islower() or name.split()[0] in ("A", "An")
    return "described" if unnamed and known is None else "named"


# ---------------------------------------------------------------------- what is said


def _tell(mention: "Mention", document: "Document", labels: "dict[str, Label]", changed: bool) -> None:
    state = "" if changed else " (nothing changed: it was so already)"
    out(f"mention {mention.id} in document {document.id}, {safe(document.title)}{state}")
    for words in mention_lines(mention, labels):
        out(f"  {words}")


def _warn(mention: "Mention", order: Order, behind: str | None) -> None:
    if {mark.label for mark in mention.marks} >= set(_ORIGIN):
        say("sourced and anonymous together fit only a compound origin, as in “Smith and a second official”")
    open_ = [label for label in order.labels if behind and label != behind]
    if open_:
        say(f"--who was recorded behind {behind}; for {' and '.join(open_)}, mark again with its own --who")


def _flat(mention: "Mention") -> dict[str, object]:
    return {
        "id": mention.id,
        "uid": mention.uid,
        "document_id": mention.document_id,
        "annotator": mention.annotator,
        "spans": " ".join(f"{span.start}:{span.end}" for span in mention.spans),
        "labels": " ".join(mark.label for mark in mention.marks),
        "quote": mention.quote,
        "claim_id": mention.claim_id,
        "claim": mention.claim,
    }
