"""INCEpTION's layers, read: which annotations become mentions, what they are labelled, and what is kept beside them.

- An annotation of a span layer becomes a mention. Its label is the value of the feature `value`, `label` or `PosValue`
  (the first that it has), else the layer's name without its package. `--map` is asked for, in this order:
  `LAYER:VALUE` of any of its features, the label, the layer's short name, the layer's full name; where the answer is
  `-`, the annotation is set aside.
- The text's own structure (tokens, sentences, paragraphs, document metadata) never makes mentions. What taggers say of
  tokens (parts of speech, lemmas, stems, morphology) is set aside where it stands on more than half of the tokens of
  the file and `--map` does not name it: that is preprocessing, which would flood a project.
- Chains, and annotations that cover nothing, make no mentions either.

All features, slots and relations of a mention are in its `extra`; what made no mention is in the document's, by
annotator; so are the tokens and the sentences' beginnings. Paragraphs and metadata are INCEpTION's to make again.
"""

from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from ..schema.errors import BadInput, OnrecordError
from ..schema.events import Document
from ..schema.text import check_storable
from .annotated import Annotated, Aside, Sheet, of_extra, with_extra
from .articles import Note, Refused, title_of
from .formats import Incoming, Record
from .inception_files import Origin
from .inception_model import (
    KEPT,
    OURS,
    Layered,
    Noted,
    Slot,
    in_order,
    is_remade,
    is_structure,
    is_tagging,
    name_of,
    short,
    told,
)  # fmt: skip
from .inception_ours import Page, page_of, read_mentions
from .mapping import LEFT_OUT, Mapping
from .portable import sheet_in

NAMING = ("value", "label", "PosValue")
"""The features that name an annotation, the first that has a value."""
_MOST = 2 * 1024 * 1024
_LABEL = 64


def records(layered: Layered, file: Incoming, origin: Origin) -> Iterator[Record]:
    """The document of a file of INCEpTION's with its mentions, and what is to be said of it."""
    page = page_of(layered)
    try:
        check_storable(page.text)
        item = yield from _Reading(layered, page, file, origin).read()
    except OnrecordError as error:
        yield Refused(origin.place, error.sentence)
        return
    del layered, page  # they are not held while the project takes in what was made of them
    yield item


class Decision(Struct):
    """What becomes of each annotation of a span layer: those that make mentions, and those that are kept beside."""

    mentions: list[Noted]
    aside: list[Noted]


def decide(layered: Layered, mapping: Mapping, page: Page) -> Decision:
    """Which annotations make mentions: none for which one of onrecord's stands, or that onrecord has set aside."""
    notes = [note for note in layered.notes if note.layer not in OURS and id(note) not in page.claimed]
    told = {id(note) for name, note in layered.named().items() if name in page.aside} if page.aside else set()
    counts = Counter(note.layer for note in notes)
    made = Decision([], [])
    for note in notes:
        candidate = asked(note, mapping)
        full = is_tagging(note.layer) and 2 * counts[note.layer] > len(layered.tokens) and candidate is None
        out = candidate is not None and mapping.labels[candidate] == LEFT_OUT
        aside = id(note) in told or full or out or is_structure(note.layer) or note.start == note.end
        (made.aside if aside else made.mentions).append(note)
    return made


def label_of(note: Noted) -> str:
    """What an annotation is labelled: the value that names it, else its layer's short name."""
    values = (note.features.get(name) for name in NAMING)
    named = next((" ".join(value.split()) for value in values if isinstance(value, str) and value.strip()), "")
    return (named or short(note.layer))[:_LABEL].strip()


def asked(note: Noted, mapping: Mapping) -> str | None:
    """The name under which a mapping knows an annotation, or None."""
    name = short(note.layer)
    values = [value for _, value in sorted(note.features.items()) if isinstance(value, str)]
    candidates = [*(f"{name}:{value}" for value in values), label_of(note), name, note.layer]
    return next((each for each in candidates if each in mapping.labels), None)


class _Reading:
    """Reads one document."""

    def __init__(self, layered: Layered, page: Page, file: Incoming, origin: Origin) -> None:
        self._layered, self._page, self._file, self._origin = layered, page, file, origin
        self._named = layered.named()
        self._names = name_of(self._named)
        self._annotator = page.annotator or origin.annotator
        self._decision = decide(layered, file.mapping, page)
        self._ties = self._ties_by_target()
        self._too_much = False

    def read(self) -> Generator[Record, None, Annotated]:
        """Yield what is to be said of the document; the generator returns it."""
        yield from self._layered.said
        sheet = self._sheet()
        if not self._page.annotator and self._origin.guessed:
            yield Note(self._origin.place, "signed by its file's name; --annotator NAME signs it otherwise")
        for note in self._decision.mentions:
            try:
                self._mention(sheet, note)
            except BadInput as error:
                yield Refused(note.place or self._origin.place, error.sentence)
        yield from read_mentions(sheet, self._layered, self._page, self._annotator, self._origin.place)
        yield from self._asides()
        return sheet.done()

    def _sheet(self) -> Sheet:
        text, place = self._page.text, self._origin.place
        about = self._page.about
        if about is None:
            extra = with_extra("", **({KEPT: kept} if (kept := self._kept()) else {}))
            document = Document(
                title=title_of(text, self._origin.name), language=self._layered.language, extra=extra
            )  # fmt: skip
            return Sheet(place, text, document, self._file.mapping, most=self._file.most)
        ours = of_extra(str(about.get("extra") or ""), KEPT, {})
        kept = {**self._kept(tokens=self._page.keeps), **(ours if isinstance(ours, dict) else {})}
        by = {**self._rest_by(), **(ours.get("by") or {} if isinstance(ours, dict) else {})}
        if by:
            kept["by"] = by
        if kept:
            about = {**about, "extra": with_extra(str(about.get("extra") or ""), **{KEPT: kept})}
        return sheet_in(place, text, about, self._file.mapping, self._file.most)

    # ------------------------------------------------------------------ mentions

    def _mention(self, sheet: Sheet, note: Noted) -> None:
        name = self._names[id(note)]
        extra = with_extra("", **{KEPT: self._about(note, name)})
        uid = sheet.mention(self._annotator, name, [note.span], extra=extra)
        sheet.mark(uid, asked(note, self._file.mapping) or label_of(note))

    def _about(self, note: Noted, name: str) -> dict[str, Any]:
        about: dict[str, Any] = {"id": name}
        if note.features:
            about["features"] = note.features
        if slots := self._slots(note):
            about["slots"] = slots
        if ties := self._ties.get(id(note)):
            about["relations"] = in_order(ties)
        return about

    def _slots(self, note: Noted) -> dict[str, list[dict[str, Any]]]:
        return {feature: [self._slot(slot) for slot in slots] for feature, slots in note.slots.items() if slots}

    def _slot(self, slot: Slot) -> dict[str, Any]:
        plain: dict[str, Any] = {"role": slot.role, "to": self._names.get(id(slot.to), "")}
        return {**plain, "more": slot.more} if slot.more else plain

    def _ties_by_target(self) -> dict[int, list[dict[str, Any]]]:
        """Relations by what they run to: those to a mention are kept with it, all others at the document."""
        found: dict[int, list[dict[str, Any]]] = {}
        placed = {id(note) for note in self._decision.mentions}
        for tie in self._layered.ties:
            plain: dict[str, Any] = {"layer": tie.layer, "from": self._names.get(id(tie.source), "")}
            if tie.features:
                plain["features"] = tie.features
            key = id(tie.target)
            if key not in placed:
                plain["to"], key = self._names.get(key, ""), 0
            found.setdefault(key, []).append(plain)
        return found

    # ------------------------------------------------------------------ what makes no mention

    def _kept(self, *, tokens: bool = True) -> dict[str, Any]:
        """What the document keeps: the tokens, and by annotator what made no mention."""
        kept: dict[str, Any] = {}
        if tokens and self._layered.tokens:
            kept["tokens"] = told(self._layered.tokens)
            kept["sentences"] = " ".join(str(start) for start in self._layered.sentences)
        by = self._rest_by()
        return {**kept, "by": by} if by else kept

    def _rest_by(self) -> dict[str, Any]:
        rest = self._rest()
        return {self._file.mapping.annotator(self._annotator): rest} if rest else {}

    def _rest(self) -> dict[str, Any]:
        notes = [note for note in self._decision.aside if not is_remade(note.layer)]
        rest: dict[str, Any] = {}
        if notes:
            rest["annotations"] = in_order([self._about(note, self._names[id(note)]) for note in notes])
        if ties := [tie for tie in self._ties.get(0, []) if tie["from"] and tie["to"]]:
            rest["relations"] = in_order(ties)
        if self._layered.chains:
            rest["chains"] = in_order(
                [
                    {"layer": chain.layer, "links": [[link.start, link.end, link.features] for link in chain.links]}
                    for chain in self._layered.chains
                ]
            )
        self._too_much = len(msgspec.json.encode(rest)) > _MOST
        return {} if self._too_much else rest

    def _asides(self) -> Iterator[Aside]:
        place = self._origin.place
        why = "makes no mention, and is too much to keep" if self._too_much else "makes no mention, but is kept"
        for note in self._decision.aside:
            kind = short(note.layer)
            if is_remade(note.layer):
                yield Aside(place, kind, "is what INCEpTION makes by itself of a document; it is not kept")
            else:
                yield Aside(place, kind, f"{'covers no words, so it ' if note.start == note.end else ''}{why}")
        for chain in self._layered.chains:
            yield Aside(place, short(chain.layer), f"is a chain, which {why}")
        for tie in self._layered.ties:
            yield Aside(place, short(tie.layer), f"is a relation, which {why}")
