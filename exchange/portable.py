"""A mention with all that was said about it as plain JSON.

onrecord's own lines are made of it, and formats of other tools carry it where they have room for what they do not know,
so that what comes back is what went out.

All offsets are code points, start inclusive, end exclusive. Spans are read with their words where these are given.
"""

from collections.abc import Iterable
from sys import maxsize
from typing import Any

import msgspec
from msgspec import Struct

from ..schema.anchors import Anchor
from ..schema.errors import BadInput
from ..schema.events import (
    Document,
    Evidence,
    Identified,
    Layer,
    Link,
    Mark,
    Percent,
    Polarity,
    Source,
    SourceKind,
    State,
)
from ..schema.text import Span
from .annotated import Annotated, Sheet
from .mapping import Mapping
from .verified import Verifier


class Piece(Struct, omit_defaults=True):
    """A span and its words."""

    start: int
    end: int
    quote: str | None = None


class PortableLink(Struct, omit_defaults=True):
    """A link of a chain; `named` is false for a source that belongs to its document alone."""

    source: str | None = None
    source_uid: str = ""
    source_kind: SourceKind = "unknown"
    source_note: str = ""
    named: bool = True
    identified: Identified = "unspecified"
    relay: bool = False
    ground: str = ""
    spans: list[Piece] = []
    cue: list[Piece] = []


class PortableEvidence(Struct, omit_defaults=True):
    """What shows a mark; `mention` is another mention's uid."""

    spans: list[Piece] = []
    mention: str | None = None
    url: str = ""
    note: str = ""


class PortableMark(Struct, omit_defaults=True):
    """A label with its chain and evidence; `extra` is a JSON object as text."""

    label: str
    kind: str = ""
    certainty: Percent | None = None
    note: str = ""
    recorded_at: str = ""
    chain: list[PortableLink] = []
    evidence: list[PortableEvidence] = []
    extra: str = ""


class PortableMention(Struct, omit_defaults=True):
    """A mention. What carries it may give the spans in its own way; then `spans` is left empty."""

    uid: str = ""
    annotator: str = ""
    claim: str | None = None
    claim_uid: str = ""
    claim_note: str = ""
    polarity: Polarity = "asserts"
    spans: list[Piece] = []
    note: str = ""
    recorded_at: str = ""
    marks: list[PortableMark] = []
    extra: str = ""
    layer: Layer = ""


class PortableSubmission(Struct, omit_defaults=True):
    """An annotator's word on a document."""

    annotator: str
    state: State
    note: str = ""
    recorded_at: str = ""


class PortableRuling(Struct, omit_defaults=True):
    """What an adjudicator ruled on mentions, by their uids: the gold mention that it made, if any."""

    adjudicator: str
    inputs: list[str]
    choice: str | None = None
    taken: str | None = None
    reason: str = ""
    recorded_at: str = ""


class PortableAbout(Struct, omit_defaults=True):
    """What describes a document, and what its annotators say of their work on it; `extra` is a JSON object as text."""

    title: str = ""
    outlet: str = ""
    author: str = ""
    url: str = ""
    published_at: str = ""
    language: str = ""
    revises: str | None = None
    extra: str = ""
    submissions: list[PortableSubmission] = []
    rulings: list[PortableRuling] = []


def about_out(item: Annotated, *, full: bool = False) -> dict[str, Any]:
    """What describes a document as plain JSON; unless `full`, fields at their default are left out."""
    about = {name: getattr(item.document, name) for name in item.document.__struct_fields__}
    submissions = [
        PortableSubmission(uid.split("/", 1)[0], each.state, each.note, item.recorded_at.get(uid, ""))
        for uid, each in item.submissions.items()
    ]
    rulings = [
        PortableRuling(
            uid.split("/", 1)[0], list(each.inputs), each.choice, each.taken, each.reason,
            item.recorded_at.get(uid, ""),
        )
        for uid, each in item.rulings.items()
    ]  # fmt: skip
    plain: dict[str, Any] = _plain(PortableAbout(**about, submissions=submissions, rulings=rulings), full=full)
    return plain


def sheet_in(place: str, text: str, data: object, mapping: Mapping, most: int = maxsize) -> Sheet:
    """A sheet for a document whose description was written as plain JSON.

    Raises:
        BadInput: the data is not of this form.
    """
    try:
        given = data if isinstance(data, PortableAbout) else msgspec.convert(data, PortableAbout)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadInput(f"it does not describe a document as onrecord does: {error}") from None
    about = {name: getattr(given, name) for name in Document.__struct_fields__}
    sheet = Sheet(place, text, Document(**about), mapping, most=most)
    for each in given.submissions:
        sheet.submission(each.annotator, each.state, each.note)
    for ruling in given.rulings:
        sheet.ruling(ruling.adjudicator, ruling.inputs, ruling.choice, taken=ruling.taken, reason=ruling.reason)
    return sheet


def mention_out(item: Annotated, uid: str, *, quotes: bool = True, full: bool = False) -> dict[str, Any]:
    """A mention as plain JSON; unless `full`, fields at their default are left out."""
    mention = item.mentions[uid]
    claim = item.claims.get(mention.claim or "")
    made = PortableMention(
        uid=uid,
        annotator=uid.split("/", 1)[0],
        claim=claim.text if claim else None,
        claim_uid=mention.claim or "",
        claim_note=claim.note if claim else "",
        polarity=mention.polarity,
        spans=_pieces_out(mention.spans, quotes=quotes),
        note=mention.note,
        recorded_at=item.recorded_at.get(uid, ""),
        marks=[_mark_out(item, mark, uid, quotes=quotes) for mark in item.marks_of(uid)],
        extra=mention.extra,
        layer=mention.layer,
    )
    plain: dict[str, Any] = _plain(made, full=full)
    return plain


def _plain(value: Any, *, full: bool) -> Any:
    """A struct as plain JSON, with the fields that are at their default or without."""
    return _full(value) if full else msgspec.to_builtins(value)


_LEAVES = frozenset({str, int, bool, type(None)})


def _full(value: Any) -> Any:
    """A struct or a list as plain JSON, with all fields."""
    if type(value) is list:
        return [each if type(each) in _LEAVES else _full(each) for each in value]
    return {
        name: each if type(each := getattr(value, name)) in _LEAVES else _full(each) for name in value.__struct_fields__
    }


def mention_in(sheet: Sheet, verifier: Verifier, data: object, *, key: str, **more: Any) -> str:
    """Add a mention that was written as plain JSON to a sheet; the answer is its uid.

    `more` gives `annotator` or `spans` (code points) where what carries the mention says them.

    Raises:
        BadInput: the data is not of this form, or a span does not fit; nothing of the mention was added.
    """
    try:
        given = data if isinstance(data, PortableMention) else msgspec.convert(data, PortableMention)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadInput(f"it is not a mention as onrecord writes it: {error}") from None
    annotator = more.get("annotator") or given.annotator
    if not annotator:
        raise BadInput("its mention names no annotator")
    spans = more["spans"] if "spans" in more else _pieces_in(verifier, given.spans)
    if not spans:
        raise BadInput("its mention has no span")
    marks = [_mark_in(sheet, verifier, mark) for mark in given.marks]
    claim = None
    if given.claim:
        claim = sheet.claim(given.claim, note=given.claim_note, uid=given.claim_uid)
    uid = sheet.mention(
        annotator, key, spans, uid=given.uid, claim=claim or given.claim_uid or None, polarity=given.polarity,
        note=given.note, extra=given.extra, layer=given.layer,
    )  # fmt: skip
    for label, about in marks:
        sheet.mark(uid, label, **about)
    return uid


def mark_in(sheet: Sheet, verifier: Verifier, mention: str, data: object) -> None:
    """Add a mark that was written as plain JSON to a mention of the sheet.

    Raises:
        BadInput: the data is not of this form, or a span does not fit; nothing of the mark was added.
    """
    try:
        given = msgspec.convert(data, PortableMark)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadInput(f"it is not a mark as onrecord writes it: {error}") from None
    label, about = _mark_in(sheet, verifier, given)
    sheet.mark(mention, label, **about)


def _mark_out(item: Annotated, mark: Mark, mention: str, *, quotes: bool) -> PortableMark:
    return PortableMark(
        label=mark.label,
        kind=mark.kind,
        certainty=mark.certainty,
        note=mark.note,
        recorded_at=item.recorded_at.get(f"{mention}/{mark.label}", ""),
        chain=[_link_out(item, link, quotes=quotes) for link in mark.chain],
        evidence=[_evidence_out(each, quotes=quotes) for each in mark.evidence],
        extra=mark.extra,
    )


def _mark_in(sheet: Sheet, verifier: Verifier, mark: PortableMark) -> tuple[str, dict[str, Any]]:
    return mark.label, {
        "kind": mark.kind,
        "certainty": mark.certainty,
        "note": mark.note,
        "chain": tuple(_link_in(sheet, verifier, link) for link in mark.chain),
        "evidence": tuple(
            sheet.evidence(_pieces_in(verifier, each.spans), mention=each.mention, url=each.url, note=each.note)
            for each in mark.evidence
        ),
        "extra": mark.extra,
    }


def _link_out(item: Annotated, link: Link, *, quotes: bool) -> PortableLink:
    source = item.sources.get(link.source or "", Source(name="?"))
    return PortableLink(
        source=source.name if link.source in item.sources else None,
        source_uid=link.source or "",
        source_kind=source.kind,
        source_note=source.note,
        named=source.document is None,
        identified=link.identified,
        relay=link.relay,
        ground=link.ground,
        spans=_pieces_out(link.spans, quotes=quotes),
        cue=_pieces_out(link.cue, quotes=quotes),
    )


def _link_in(sheet: Sheet, verifier: Verifier, link: PortableLink) -> Link:
    uid = link.source_uid or None
    if link.source:
        uid = sheet.source(
            link.source, kind=link.source_kind, named=link.named, note=link.source_note, uid=link.source_uid
        )
    spans, cue = _pieces_in(verifier, link.spans), _pieces_in(verifier, link.cue)
    return sheet.link(uid, spans, cue, identified=link.identified, relay=link.relay, ground=link.ground)


def _evidence_out(evidence: Evidence, *, quotes: bool) -> PortableEvidence:
    return PortableEvidence(
        spans=_pieces_out(evidence.spans, quotes=quotes), mention=evidence.mention, url=evidence.url, note=evidence.note
    )


def _pieces_out(anchors: Iterable[Anchor], *, quotes: bool) -> list[Piece]:
    return [Piece(each.start, each.end, each.quote if quotes else None) for each in anchors]


def _pieces_in(verifier: Verifier, pieces: Iterable[Piece]) -> list[Span]:
    return [verifier.placed(piece.start, piece.end, piece.quote).span for piece in pieces]
