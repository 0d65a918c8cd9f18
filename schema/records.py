"""What the faces are given to show: frozen values, read once, never written to. All offsets are code points."""

from msgspec import Struct

from .text import Span


class Attribution(Struct, frozen=True):
    """One link of a mark's chain, as stored; position 1 is nearest the writer."""

    position: int
    source_id: int | None
    source_uid: str | None
    source: str | None
    source_kind: str | None
    identified: str
    relay: bool
    ground: str
    source_quote: str
    cue_quote: str
    spans: tuple[Span, ...]
    cue: tuple[Span, ...]


class Evidence(Struct, frozen=True):
    """What shows a mark: words (`spans`), a mention of another document, or a web address."""

    quote: str
    spans: tuple[Span, ...]
    mention_id: int | None
    mention_uid: str | None
    url: str
    note: str


class Mark(Struct, frozen=True):
    """One label on a mention, with its chain and evidence."""

    id: int
    uid: str
    label: str
    kind: str
    certainty: int | None
    note: str
    recorded_at: str
    chain: tuple[Attribution, ...]
    evidence: tuple[Evidence, ...]

    @property
    def origin(self) -> Attribution | None:
        """The deepest link of the chain: who said it first, as far as the document tells."""
        return self.chain[-1] if self.chain else None


class Mention(Struct, frozen=True):
    """A claim as one document words it, with its marks in the codebook's order; `layer` is `gold` in a ruling."""

    id: int
    uid: str
    document_id: int
    annotator: str
    polarity: str
    claim_id: int | None
    claim_uid: str | None
    claim: str | None
    quote: str
    note: str
    recorded_at: str
    conflict: bool
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]
    layer: str = ""

    def mark(self, label: str) -> Mark | None:
        """This mention's mark of a label, or None."""
        return next((mark for mark in self.marks if mark.label == label), None)


class DocumentLine(Struct, frozen=True):
    """A document as a list shows it: `state` and `mentions` are those of the annotator who asks.

    `remarks` counts the conversations in it that wait for their answer, where that was asked for.
    """

    id: int
    sha256: str
    title: str
    outlet: str
    author: str
    published_at: str | None
    length: int
    state: str
    mentions: int
    remarks: int = 0


class Document(Struct, frozen=True):
    """A document with its text, exactly as it was given."""

    id: int
    sha256: str
    title: str
    outlet: str
    author: str
    url: str
    published_at: str | None
    language: str
    revises: int | None
    text: str


class Source(Struct, frozen=True):
    """A source; `document_id` is set for an unnamed one, which belongs to one document."""

    id: int
    uid: str
    name: str
    kind: str
    document_id: int | None
    note: str


class Claim(Struct, frozen=True):
    """A claim of the ledger with its standing over all documents."""

    id: int
    uid: str
    claim: str
    note: str
    standing: str
    mentions: int
    documents: int


class Label(Struct, frozen=True):
    """A label of the project's codebook with its kinds as (kind, gloss)."""

    label: str
    axis: str
    key: str
    letter: str
    glyph: str
    colour: str
    guideline: str
    examples: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]


class Hit(Struct, frozen=True):
    """One find of the full-text search: the thing that matched, and the document to open for it, if there is one."""

    id: int
    thing: str
    title: str
    snippet: str
    document_id: int | None
