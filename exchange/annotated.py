"""What every annotation format is read into and written from: a document with all that was said about it.

The values are those of the log's events (`schema.events`), by subject, so nothing is lost between a file and a project.
`Sheet` makes one from a file's own words: it checks each span against the text, gives every thing its subject, and
maps the names of other tools. All offsets are code points, start inclusive, end exclusive.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from sys import maxsize
from typing import Any

from msgspec import Struct, field

from ..schema.acts import claim_uid, source_uid, words
from ..schema.errors import BadInput, UnstorableText
from ..schema.events import (
    Adjudication,
    Claim,
    Document,
    Evidence,
    Label,
    Link,
    Mark,
    Mention,
    Source,
    SourceKind,
    State,
    Submission,
)
from ..schema.rulings import ruling_uid
from ..schema.text import Span, check_storable, content_hash
from .mapping import Mapping
from .room import Crowded


class Annotated(Struct, frozen=True, kw_only=True, dict=True):
    """A document and what was said about it. `place` is where it stands: a file, or a file and line.

    Owned subjects begin with `ANNOTATOR/`, as in the log. `labels` holds the codes that the file itself defines; others
    that marks name are made as neutral codes where the format is another tool's. `recorded_at` says when an owned
    subject was last stated (ISO 8601, UTC); writers may tell it, an import stamps its own time.
    Marks are only ever added, which the index behind `marks_of` relies on.
    """

    place: str
    text: str
    document: Document = Document()
    labels: dict[str, Label] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    mentions: dict[str, Mention] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    submissions: dict[str, Submission] = field(default_factory=dict)
    rulings: dict[str, Adjudication] = field(default_factory=dict)
    recorded_at: dict[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The document's identity."""
        return content_hash(self.text)

    def marks_of(self, mention: str) -> list[Mark]:
        """The marks on a mention, in the order in which they stand."""
        index: dict[str, list[str]]
        counted, index = self.__dict__.get("marked", (0, {}))
        if counted != len(self.marks):
            index = {}
            for uid, mark in self.marks.items():
                index.setdefault(mark.mention, []).append(uid)
            self.__dict__["marked"] = len(self.marks), index
        return [self.marks[uid] for uid in index.get(mention, ())]

    def annotators(self) -> list[str]:
        """Whose work it is, in alphabetical order."""
        return sorted({subject.split("/", 1)[0] for subject in (*self.mentions, *self.submissions)})


class Aside(Struct, frozen=True):
    """Something that was set aside, without anything being wrong with the rest: what kind of thing it is, and why."""

    place: str
    kind: str
    reason: str


class Codes(Struct, frozen=True):
    """Codes that a file defines without any document."""

    place: str
    labels: dict[str, Label]


class Records(Struct, frozen=True):
    """Events of another onrecord project, exactly as its log holds them, with the texts that they name."""

    place: str
    bodies: tuple[bytes, ...]
    texts: dict[str, str] = field(default_factory=dict)


class Sheet:
    """Collects what a file says about one document, and hands it over as one `Annotated`.

    Every method that takes spans raises `BadInput` where they do not fit the text; so does a key that comes twice, and
    the making of it where the text holds what no database keeps. More pieces of mentions than `most`, or twice as many
    marks, raise `room.Crowded`.
    """

    def __init__(
        self,
        place: str,
        text: str,
        document: Document | None = None,
        mapping: Mapping | None = None,
        *,
        most: int = maxsize,
    ) -> None:
        try:
            check_storable(text)
        except UnstorableText as error:
            raise BadInput(error.sentence) from None
        self.place, self.text, self.sha256 = place, text, content_hash(text)
        self._mapping, self._most, self._pieces = mapping or Mapping(), most, 0
        self._made = Annotated(place=place, text=text, document=document or Document())
        self._rulings: list[tuple[str, tuple[str, ...], str | None, dict[str, Any]]] = []
        self._renamed: dict[str, str] = {}

    def claim(self, text: str, *, note: str = "", uid: str = "") -> str:
        """The uid of a claim of these words; `uid` is the one that it had before it left onrecord."""
        uid = uid or claim_uid(text)
        self._made.claims.setdefault(uid, Claim(text=" ".join(text.split()), note=note))
        return uid

    def source(
        self, name: str, *, kind: SourceKind = "unknown", named: bool = True, note: str = "", uid: str = ""
    ) -> str:
        """The uid of a source; one that is not `named` belongs to this document alone."""
        document = None if named else self.sha256
        uid = uid or source_uid(name, document)
        self._made.sources.setdefault(uid, Source(name=" ".join(name.split()), kind=kind, document=document, note=note))
        return uid

    def mention(self, annotator: str, key: str, spans: Sequence[Span], *, uid: str = "", **about: Any) -> str:
        """Add a mention; the answer is its uid. `about` gives claim (a uid), polarity, note,
        extra or layer.

        `key` is what the file calls it, unique for one annotator in this document: reading the file again gives the
        same uid. `uid` is the one that it had before it left onrecord; it counts only if it is this annotator's.
        """
        name = self._mapping.annotator(annotator)
        if not uid.startswith(f"{name}/"):
            given, uid = uid, f"{name}/{_hash(self.sha256, key)}"
            self._renamed[given] = uid
        if uid in self._made.mentions:
            raise BadInput(f"the id {key!r} comes twice; ids must differ")
        self._pieces += len(spans)
        if self._pieces > self._most:
            raise Crowded(self._most)
        self._made.mentions[uid] = Mention(document=self.sha256, spans=self.anchors(spans), **about)
        return uid

    def mark(self, mention: str, label: str, **about: Any) -> str | None:
        """Add a mark; the answer is its uid, or None where the mapping leaves the label out.

        `about` gives kind, certainty, note, chain (`link`s), evidence or extra. A label that the mapping renames is
        kept in `extra` under `label`, so that the other tool gets its own name back.
        """
        mapped = self._mapping.label(label)
        if mapped is None:
            return None
        name, kind = mapped
        if kind and not about.get("kind"):
            about["kind"] = kind
        if name != label:
            about["extra"] = with_extra(about.get("extra", ""), label=label)
        uid = f"{mention}/{name}"
        if uid in self._made.marks:
            raise BadInput(f"the label {label!r} stands twice on one mention")
        if len(self._made.marks) >= 2 * self._most:
            raise Crowded(self._most)
        self._made.marks[uid] = Mark(mention=mention, label=name, **about)
        return uid

    def link(self, source: str | None, spans: Iterable[Span] = (), cue: Iterable[Span] = (), **about: Any) -> Link:
        """A link of a chain: a source's uid, its words and its cue; `about` gives identified, relay or ground."""
        return Link(source=source, spans=self.anchors(spans), cue=self.anchors(cue), **about)

    def evidence(self, spans: Iterable[Span] = (), **about: Any) -> Evidence:
        """What shows a mark: words of this document, or by `about` a mention's uid or a url; note."""
        return Evidence(spans=self.anchors(spans), **about)

    def submission(self, annotator: str, state: State, note: str = "") -> None:
        """Add an annotator's word on the document."""
        name = self._mapping.annotator(annotator)
        self._made.submissions[f"{name}/{self.sha256}"] = Submission(document=self.sha256, state=state, note=note)

    def ruling(self, adjudicator: str, inputs: Sequence[str], choice: str | None, **about: Any) -> None:
        """Add a ruling on mentions by their uids; `choice` is its gold mention, and `about` gives taken or reason."""
        self._rulings.append((self._mapping.annotator(adjudicator), tuple(inputs), choice, about))

    def define(self, name: str, label: Label) -> None:
        """Add the definition of a code that the file brings along."""
        self._made.labels.setdefault(name, label)

    def anchors(self, spans: Iterable[Span]) -> tuple[Any, ...]:
        """Spans with their words, in order.

        Raises:
            BadInput: one goes past the end of the text, or two of them overlap.
        """
        pieces = sorted(spans)
        end = 0
        for piece in pieces:
            if piece.start < end:
                raise BadInput(f"the pieces of a span overlap at offset {piece.start}")
            if piece.end > len(self.text):
                raise BadInput(
                    f"the span {piece.start}:{piece.end} goes past the end of the text, which has"
                    f" {len(self.text):,} code points"
                )
            end = piece.end
        return words(self.text, pieces)

    def done(self) -> Annotated:
        """All that was collected."""
        for name, inputs, choice, about in self._rulings:
            named = [self._renamed.get(each, each) for each in inputs]
            gold = self._renamed.get(choice, choice) if choice else None
            taken = about.get("taken")
            value = Adjudication(
                document=self.sha256, inputs=tuple(sorted(set(named))), choice=gold,
                taken=self._renamed.get(taken, taken) if taken else None, reason=about.get("reason", ""),
            )  # fmt: skip
            self._made.rulings[gold or ruling_uid(name, named)] = value
        return self._made


def _hash(sha256: str, key: str) -> str:
    return hashlib.sha256(f"{sha256}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def with_extra(extra: str, **more: Any) -> str:
    """What another tool keeps (`extra`, a JSON object or nothing) with more keys, as canonical JSON."""
    kept = {**(json.loads(extra) if extra else {}), **more}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if kept else ""


def joined_extra(held: str, more: str) -> tuple[str, bool]:
    """What is kept of other tools with what more says and it does not, and whether the two contradict each other.

    Of two answers to one question, what is held stays.
    """
    if not more or held == more:
        return held, False
    kept, contradicts = _joined(json.loads(held or "{}"), json.loads(more))
    return with_extra("", **kept), contradicts


def _joined(held: dict[str, Any], more: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    made, contradicts = dict(held), False
    for key, value in more.items():
        now = made.setdefault(key, value)
        if isinstance(now, dict) and isinstance(value, dict):
            made[key], inner = _joined(now, value)
            contradicts = contradicts or inner
        else:
            contradicts = contradicts or now != value
    return made, contradicts


def of_extra(extra: str, key: str, default: Any = None) -> Any:
    """One key of what another tool keeps."""
    return json.loads(extra).get(key, default) if extra else default


def foreign_label(mark: Mark) -> str:
    """What the tool that a mark came from called its label; the label itself where they are one."""
    return str(of_extra(mark.extra, "label") or mark.label)


def annotators_first(item: Annotated) -> Iterator[tuple[str, dict[str, Mention]]]:
    """The mentions of a document, annotator by annotator, in reading order."""
    for annotator in item.annotators():
        own = [(uid, each) for uid, each in item.mentions.items() if uid.startswith(f"{annotator}/")]
        own.sort(key=lambda pair: (pair[1].spans[0].start, pair[1].spans[-1].end, pair[0]))
        yield annotator, dict(own)
