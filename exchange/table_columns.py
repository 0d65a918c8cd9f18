"""The columns of a table: which of its names mean what, and what the cells of a row are called by our names.

Case, spaces, hyphens and points in a name do not count. Our own name of a thing is preferred to any synonym, and what
`--map column:OURS=THEIRS` says to both.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from ..schema.errors import BadInput
from .mapping import Mapping

NAMES: dict[str, tuple[str, ...]] = {
    "sha256": ("document_sha256",),
    "document": ("doc", "document_name", "doc_name", "document_id", "doc_id", "article_id"),
    "title": ("headline", "document_title", "article_title"),
    "url": ("link", "document_url", "article_url"),
    "text": ("full_text", "article_text", "document_text", "body"),
    "outlet": ("publisher", "newspaper"),
    "author": ("authors", "byline"),
    "published_at": ("published", "publication_date", "date"),
    "language": ("lang",),
    "annotator": ("coder", "rater", "annotated_by", "worker", "user", "username"),
    "label": ("tag", "code", "category", "annotation"),
    "kind": ("subtype", "sublabel"),
    "certainty": ("confidence",),
    "claim": ("proposition",),
    "polarity": (),
    "start": ("begin", "start_offset", "begin_offset", "start_char", "char_start", "span_start"),
    "end": ("stop", "end_offset", "stop_offset", "end_char", "char_end", "span_end"),
    "spans": (),
    "quote": ("quotation", "span", "span_text", "covered_text", "selected_text", "exact", "words", "phrase"),
    "origin": ("speaker",),
    "origin_identified": (),
    "note": ("notes", "comment", "comments", "remark"),
    "mention_uid": (),
    "mention_note": (),
    "mention_extra": (),
    "claim_uid": (),
    "claim_note": (),
    "mark_extra": (),
    "chain_json": (),
    "evidence_json": (),
    "submission": (),
    "escaped": (),
}
"""What is read, and what other tables call it."""

_FOR_THE_EYE = frozenset({"mark_id", "mention_id", "claim_id", "chain", "evidence", "recorded_at"})
_NAMES_A_DOCUMENT = ("document", "title", "url", "sha256", "text")
_SAYS_SOMETHING = ("label", "quote", "start", "spans", "submission", "text")
_BETWEEN_WORDS = re.compile(r"[\s.\-]+")
_SHOWN = 12


class Columns(Struct, frozen=True):
    """Where each thing stands in a row, how wide the header is, and which columns nothing is made of."""

    at: dict[str, int]
    width: int
    unused: set[str]

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """The cells of a row by our names, those that an export escaped as they were before.

        Raises:
            BadInput: the row has more or fewer cells than the header.
        """
        if len(row) < self.width or any(cell.strip() for cell in row[self.width :]):
            raise BadInput(f"has {len(row):,} cells where the header has {self.width:,}")
        found = {name: row[at] for name, at in self.at.items()}
        for name in found.get("escaped", "").split():
            found[name] = found.get(name, "").removeprefix("'")
        return found


def columns_of(header: Sequence[str], mapping: Mapping) -> Columns:
    """The columns of a header.

    Raises:
        BadInput: a name stands twice, a mapped column is not there, or nothing in it names a document or says a thing.
    """
    while header and not header[-1].strip():
        header = header[:-1]
    plain = [_plain(name) for name in header]
    at = {ours: _mapped(ours, theirs, header) for ours, theirs in mapping.columns.items()}
    for ours, synonyms in NAMES.items():
        known = next((name for name in (ours, *synonyms) if name in plain), None)
        if ours in at or known is None or plain.index(known) in at.values():
            continue
        if plain.count(known) > 1:
            raise BadInput(f"its header has the column {header[plain.index(known)]!r} twice; rename one")
        at[ours] = plain.index(known)
    for needed, what in ((_NAMES_A_DOCUMENT, "names the document"), (_SAYS_SOMETHING, "says what was annotated")):
        if not any(name in at for name in needed):
            seen = ", ".join(name.strip()[:40] for name in header[:_SHOWN])
            raise BadInput(
                f"has no column that {what} ({', '.join(needed)}), but: {seen}; name one with"
                f" --map column:{needed[0]}=THEIRS"
            )
    spare = {name.strip() for i, name in enumerate(header) if i not in at.values() and plain[i] not in _FOR_THE_EYE}
    return Columns(at, len(header), spare - {""})


def fitting(header: Sequence[str], mapping: Mapping) -> int:
    """How many names of a header are known: what tells the right separator from the wrong ones."""
    known = {*NAMES, *_FOR_THE_EYE, *(name for some in NAMES.values() for name in some)}
    return len({_plain(name) for name in header} & known) + len({*header} & {*mapping.columns.values()})


def _mapped(ours: str, theirs: str, header: Sequence[str]) -> int:
    if ours not in NAMES:
        raise BadInput(f"--map column:{ours}={theirs} is for no column of ours; choose one of: {', '.join(NAMES)}")
    places = [at for at, name in enumerate(header) if name.strip() == theirs]
    if len(places) != 1:
        raise BadInput(f"has {'no' if not places else 'more than one'} column {theirs!r}, which --map names")
    return places[0]


def _plain(name: str) -> str:
    return _BETWEEN_WORDS.sub("_", name.strip().casefold())
