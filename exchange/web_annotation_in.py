"""Web Annotations, read: an annotation of words is a mention, its tags are marks, its comments the note."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ..schema.errors import BadInput, OnrecordError
from ..schema.events import Document
from ..schema.text import check_storable
from .annotated import Aside, Sheet, with_extra
from .articles import Note, Refused, title_of
from .formats import Incoming, Record
from .json_files import as_dict, as_list, check_whole_characters, shown
from .portable import mention_in, sheet_in
from .returned import Quoted, unit_of, with_claim, with_labels
from .verified import Misplaced, Unit, Verifier
from .web_bodies import CONTEXT, DOCUMENT, KEPT, MENTION, bodies_of, creator_of, labels_of, note_of, notes_of
from .web_selectors import Elsewhere, Selecting, flat, of_text, quoted, types

NI = "ni:///sha-256;"
UNITS: tuple[Unit, ...] = ("code-points", "utf-16")
_TOGETHER, _APART = {"Composite", "List"}, {"Independents", "Choice"}


class Part(Struct):
    """A piece of a target: of which resource, and what selects it there."""

    names: list[str]
    selector: object
    resource: dict[str, Any]
    specific: dict[str, Any]


def annotations_in(value: object) -> Iterator[dict[str, Any] | str]:
    """All annotations of a file, and the addresses of pages that it names and does not hold."""
    for each in as_list(value):
        about = as_dict(each)
        if {"AnnotationCollection", "AnnotationPage"}.isdisjoint(types(about)) and "@graph" not in about:
            yield about
            continue
        yield from annotations_in(about.get("items")) if "items" in about else ()
        yield from annotations_in(about.get("@graph")) if "@graph" in about else ()
        for key in ("first", "next"):
            page = about.get(key)
            if isinstance(page, str):
                yield page
            elif page is not None:
                yield from annotations_in(page)


def groups_of(target: object) -> list[list[Part]]:
    """The targets of an annotation, each with its pieces: those of a Composite or List are one target."""
    found = []
    for each in as_list(target):
        items = as_list(as_dict(each).get("items"))
        if not _TOGETHER.isdisjoint(types(each)):
            found.append([_part(item) for item in items])
        elif not _APART.isdisjoint(types(each)):
            found += [[_part(item)] for item in (items[:1] if "Choice" in types(each) else items)]
        else:
            found.append([_part(each)])
    return found


def _part(target: object) -> Part:
    specific = as_dict(target)
    source = specific.get("source", target if isinstance(target, str) else specific)
    resource = as_dict(source)
    names = [source] if isinstance(source, str) else [resource.get("canonical"), resource.get("id")]
    return Part([name for name in names if isinstance(name, str)], specific.get("selector"), resource, specific)


class Pages:
    """Reads the annotations of a file into one document each for the texts that they are about."""

    def __init__(self, file: Incoming, annotations: list[dict[str, Any]]) -> None:
        self._file = file
        self._sheets: dict[str, Sheet] = {}
        self._selecting: dict[str, Selecting] = {}
        self._texts: dict[str, tuple[str, Any]] = {}
        self._unclear: set[str] = set()
        self._annotations = [each for each in annotations if DOCUMENT not in each]
        self._described = [each for each in annotations if DOCUMENT in each]
        self.unit: Unit = "code-points"

    def read(self) -> Iterator[Record]:
        """The documents with their mentions, and before them what is to be said of single annotations."""
        for number, each in enumerate(self._described, 1):
            yield from self._document(self._place(each, f"document {number}"), each)
        self.unit = self._file.unit or self.unit
        if not self._file.unit:
            self.unit, matters = unit_of(self._quoted(), UNITS)
            if matters and self.unit != "code-points":
                why = "offsets were taken to count UTF-16 code units, against the model: so their quotes stand there"
                yield Note(self._file.place, why)
        for number, each in enumerate(self._annotations, 1):
            yield from self._annotation(self._place(each, f"annotation {number}"), number, each)
        for sheet in self._sheets.values():
            yield sheet.done()

    def _place(self, annotation: dict[str, Any], otherwise: str) -> str:
        name = annotation.get("id")
        return f"{self._file.place}, {shown(name) or otherwise}"

    # ------------------------------------------------------------------ documents

    def _document(self, place: str, annotation: dict[str, Any]) -> Iterator[Record]:
        """A text of the file itself, which every name of it means from now on."""
        try:
            check_whole_characters(annotation)
            text = as_dict(next(iter(bodies_of(annotation)), None)).get("value")
            if not isinstance(text, str):
                raise BadInput("has no text in its body, though it brings a document")
            check_storable(text)
            sheet = sheet_in(place, text, annotation[DOCUMENT], self._file.mapping, self._file.most)
        except OnrecordError as error:
            yield Refused(place, error.sentence)
            return
        if sheet.sha256 in self._sheets:
            yield Refused(place, "brings a text that came before in this file")
            return
        self._sheets[sheet.sha256] = sheet
        for name in [name for group in groups_of(annotation.get("target")) for part in group for name in part.names]:
            # Of two texts at one address, the address alone names neither; their hashes do.
            if self._texts.setdefault(name, (text, None))[0] != text:
                self._unclear.add(name)

    def _known(self, part: Part) -> tuple[str, Document | None] | None:
        """The text of a resource: of the file itself, of the annotation itself, or of the project."""
        for name in part.names:
            if name in self._texts and name not in self._unclear:
                return self._texts[name]
        inline = part.resource.get("value")
        if "TextualBody" in types(part.resource) and isinstance(inline, str) and inline.strip():
            check_storable(inline)
            url = part.resource.get("id")
            return inline, Document(title=title_of(inline), url=url if isinstance(url, str) else "")
        for name in part.names:
            found = self._file.find(_sha256(name) or name)
            if found and name not in self._unclear:
                self._texts[name] = found
                return found
        return None

    def _sheet(self, text: str, document: Document | None) -> Sheet:
        made = Sheet(self._file.place, text, document, self._file.mapping, most=self._file.most)
        return self._sheets.setdefault(made.sha256, made)

    def _quoted(self) -> Iterator[tuple[str, list[Quoted]]]:
        for each in self._annotations:
            for part in (part for group in groups_of(each.get("target")) for part in group):
                found = quoted(part.selector)
                try:
                    known = self._known(part) if found else None
                except OnrecordError:
                    continue
                if known and found:
                    yield known[0], [found]

    # ------------------------------------------------------------------ annotations

    def _annotation(self, place: str, number: int, annotation: dict[str, Any]) -> Iterator[Record]:
        if "target" not in annotation:
            yield Refused(place, "has no target, so it is no annotation of the W3C model")
            return
        try:
            check_whole_characters(annotation)
        except BadInput as error:
            yield Refused(place, error.sentence)
            return
        name = annotation.get("id")
        key = name if isinstance(name, str) else f"#{number}"
        for index, group in enumerate(groups_of(annotation["target"])):
            try:
                yield from self._mention(place, key if index == 0 else f"{key} {index + 1}", annotation, group, index)
            except (Elsewhere, Misplaced) as error:
                yield Aside(place, "annotation", error.sentence)
            except OnrecordError as error:
                yield Refused(place, error.sentence)

    def _mention(
        self, place: str, key: str, annotation: dict[str, Any], group: list[Part], index: int
    ) -> Iterator[Record]:
        """Make a mention of one target."""
        texts = [self._text_of(part) for part in group]
        if len({text for text, _ in texts}) != 1:
            raise Elsewhere("has a target whose pieces are in different resources; a mention is of one document")
        sheet = self._sheet(*texts[0])
        placed = [self._in(sheet).placed(part.selector) for part in group]
        for each in placed:
            if each.moved:
                yield Note(place, f"its words stand {each.moved:+} code points from where it says, and were taken")
        spans = [each.span for each in placed]
        labels = labels_of(annotation)
        if MENTION in annotation and index == 0:
            mention = _as_it_is_now(annotation, labels)
            mention_in(sheet, Verifier(sheet.text), mention, key=key, spans=spans)
            return
        known = self._file.mapping.annotators
        annotator = creator_of(annotation, known) or self._file.annotator
        notes = [note for body in bodies_of(annotation) if (note := note_of(body, annotation))]
        kept = kept_of(annotation, group[0], first=index == 0)
        uid = sheet.mention(annotator, key, spans, note="\n".join(notes), extra=with_extra("", **{KEPT: kept}))
        for label in labels:
            try:
                sheet.mark(uid, label)
            except BadInput as error:
                yield Aside(place, "mark", error.sentence)

    def _in(self, sheet: Sheet) -> Selecting:
        found = self._selecting.get(sheet.sha256)
        if found is None:
            found = self._selecting[sheet.sha256] = Selecting(sheet.text, self.unit)
        return found

    def _text_of(self, part: Part) -> tuple[str, Document | None]:
        name = shown(part.names[-1] if part.names else "") or "a resource without an address"
        if part.selector is None:
            raise Elsewhere(f"is about {name}, of which it selects no words")
        if not of_text(part.selector):
            Selecting("", self.unit).placed(part.selector)  # says what it is selected by
        known = self._known(part)
        if known is None:
            raise BadInput(f"names {name}, whose text neither the file nor the project has; add it with that address")
        return known


def kept_of(annotation: dict[str, Any], part: Part, *, first: bool) -> dict[str, Any]:
    """What of a foreign annotation onrecord has no place for; only the `first` of its targets keeps its id."""
    context = annotation.get("@context")
    own = {"body", "bodyValue", "target", "@context", MENTION, *(() if first else ("id",))}
    about = {name: value for name, value in annotation.items() if name not in own}
    more = [each for each in flat(part.selector) if not of_text(each) and "refinedBy" not in each]
    where = {
        name: value for name, value in part.specific.items() if name not in ("source", "selector", "type", "items")
    }
    kept = {"annotation": about, "bodies": bodies_of(annotation), "target": where, "selectors": more}
    if context not in (None, CONTEXT, [CONTEXT]):
        kept["context"] = context
    return {name: value for name, value in kept.items() if value}


def _as_it_is_now(annotation: dict[str, Any], labels: list[str]) -> dict[str, Any]:
    """The mention that onrecord wrote, with the labels, the note and the claim that the bodies have now."""
    mention = with_labels(annotation[MENTION], labels)
    kept = mention.get("extra")
    bodies = bodies_of(annotation)
    notes = "\n".join(notes_of(bodies, annotation, claims=False))
    if isinstance(kept, str) and f'"{KEPT}"' in kept:
        return mention  # its bodies are those of another tool, where a description is a note
    if str(mention.get("note", "")).strip() != notes.strip():
        mention = {**mention, "note": notes}
    return with_claim(mention, " ".join(notes_of(bodies, annotation, claims=True)))


def _sha256(name: str) -> str:
    """The sha256 that a name of RFC 6920 gives, in hexadecimal; nothing if it gives none."""
    if not name.startswith(NI):
        return ""
    try:
        return urlsafe_b64decode(name.removeprefix(NI)[:44] + "=").hex()
    except ValueError:
        return ""
