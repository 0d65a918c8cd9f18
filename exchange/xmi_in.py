"""UIMA CAS XMI, read into layers through dkpro-cassis.

The text is that of the view `_InitialView`. A relation is an annotation with `Governor` and `Dependent`, a slot feature
a list of things with a `target`, a chain what `first` and `next` run through.
"""

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from ..schema.errors import BadInput
from .annotated import Aside
from .articles import Refused
from .inception_model import ANY, METADATA, SENTENCE, TOKEN, Chain, Layered, Noted, SeenTokens, Slot, Tie, short
from .inception_tokens import sentence_starts
from .verified import Unit, Verifier
from .xmi_shape import Outline, one_line, outline, type_system
from .xmi_thin import VIEW, Thin, thin

_BITS = 30
_MASK = (1 << _BITS) - 1
_PLACE = {"begin", "end", "sofa"}
_UNSPECIFIED = "x-unspecified"


def read_xmi(data: bytes, types: bytes | None, place: str, unit: Unit = "utf-16") -> Layered:
    """The layers of a file, with the `TypeSystem.xml` that belongs to it, if there is one.

    Raises:
        BadInput: it is no CAS that can be read.
    """
    found = outline(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cas, kept = _load(data, types, found)
        try:
            return _Document(cas, found, kept, place, unit).layered
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(f"is no CAS that can be read ({one_line(error)})") from None


def _load(data: bytes, types: bytes | None, found: Outline) -> tuple[Any, Thin]:
    from cassis import load_cas_from_xmi  # type: ignore[import-untyped]

    try:
        known = type_system(types, found)
        kept = thin(data, found, known)
        stream, kept.data = BytesIO(kept.data), b""
        found.views.clear()
        found.led_to.clear()
        return load_cas_from_xmi(stream, known, trusted=True), kept
    except BadInput:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the file is refused in one sentence
        why = "does not fit its TypeSystem.xml" if types else "is no CAS that can be read"
        raise BadInput(f"{why} ({one_line(error)})") from None


class _Document:
    """Reads one CAS."""

    def __init__(self, cas: Any, found: Outline, kept: Thin, place: str, unit: Unit) -> None:
        self._cas, self._types, self._place = cas, cas.typesystem, place
        self._offsets = found.offsets
        view = cas.get_view(VIEW)
        if view.sofa_string is None:
            raise BadInput(f"has no text in its view {VIEW}")
        self.layered = Layered(found.texts[VIEW][1])
        self._verifier = Verifier(self.layered.text, unit)
        self._notes: dict[int, Noted] = {}
        self._tokens: list[int] = []
        self._pending: list[tuple[Noted, Any]] = []
        self._heads: list[Any] = []
        self._links: dict[int, Any] = {}
        self._relations: list[Any] = []
        self._features: dict[str, set[str]] = {}
        for sofa in cas.sofas:
            if sofa.sofaID != VIEW:
                self.layered.said.append(Aside(place, "view", f"only the text of the view {VIEW} is read"))
        for thing in sorted(view.select_all_fs(), key=lambda thing: int(thing.xmiID)):
            self._take(thing)
        self._take_plain(kept)
        self._finish()

    def _take(self, thing: Any) -> None:
        name = str(thing.type.name)
        features = self._features_of(thing)
        if name == METADATA or name == "uima.tcas.DocumentAnnotation":
            language = getattr(thing, "language", None)
            self.layered.language = "" if language in (None, _UNSPECIFIED) else str(language)
        elif name == SENTENCE:
            if place := self._placed(thing):
                self.layered.sentences.append(place[0])
        elif "first" in features and not self._is_annotation(name):
            self._heads.append(thing)
        elif not self._is_annotation(name):
            return
        elif "next" in features:
            self._links[int(thing.xmiID)] = thing
        elif {"Governor", "Dependent"} <= features:
            self._relations.append(thing)
        elif place := self._placed(thing):
            note = Noted(name, *place, place=f"{self._place}, {short(name)} {thing.xmiID}")
            self._notes[int(thing.xmiID)] = note
            if name == TOKEN:
                self._tokens.append(_packed(*place, int(thing.xmiID)))
            else:
                self.layered.notes.append(note)
                self._pending.append((note, thing))

    def _take_plain(self, kept: Thin) -> None:
        """Take the tokens and sentences that nothing leads to."""
        for number in kept.tokens:
            if place := self._place_of(number, TOKEN):
                self._tokens.append(_packed(*place, number))
        for number in kept.sentences:
            if place := self._place_of(number, SENTENCE):
                self.layered.sentences.append(place[0])

    def _is_annotation(self, name: str) -> bool:
        return bool(self._types.is_instance_of(name, ANY))

    def _features_of(self, thing: Any) -> set[str]:
        name = str(thing.type.name)
        if name not in self._features:
            self._features[name] = {str(feature.name) for feature in thing.type.all_features}
        return self._features[name]

    def _placed(self, thing: Any) -> tuple[int, int] | None:
        return self._place_of(int(thing.xmiID), thing.type.name)

    def _place_of(self, number: int, name: str) -> tuple[int, int] | None:
        """Where an annotation is; what is wrong with its offsets is said."""
        begin, end = self._offsets.get(number, (None, None))
        try:
            if begin is not None and begin == end:
                at = self._verifier.span(0, end).end if end else 0
                return at, at
            span = self._verifier.placed(begin, end).span
        except BadInput as error:
            self.layered.said.append(Refused(f"{self._place}, {short(name)} {number}", error.sentence))
            return None
        return span.start, span.end

    # ------------------------------------------------------------------ what refers to annotations

    def _finish(self) -> None:
        for note, thing in self._pending:
            note.features = self._values(thing, _PLACE)
            for feature, links in self._slots_of(thing):
                slots = [slot for link in links if (slot := self._slot(link))]
                if slots:
                    note.slots[feature] = slots
        for thing in self._relations:
            self._tie(thing)
        for head in self._heads:
            self._chain(head.type.name, head.first)
        for link in list(self._links.values()):
            if int(link.xmiID) in self._links:
                self._chain(link.type.name, link)
        self._finish_tokens()

    def _finish_tokens(self) -> None:
        """Put the tokens in order, without such as overlap or cover nothing."""
        tokens, after = SeenTokens(), 0
        self._tokens.sort()
        for packed in self._tokens:
            start, end, number = packed >> 2 * _BITS, packed >> _BITS & _MASK, packed & _MASK
            if after <= start < end:
                tokens.append(start, end, self._notes.get(number))
                after = end
        self.layered.tokens = tokens
        self.layered.sentences = sentence_starts([start for start, _ in tokens.bounds()], self.layered.sentences)

    def _values(self, thing: Any, without: set[str]) -> dict[str, str | list[str]]:
        values: dict[str, str | list[str]] = {}
        for feature in thing.type.all_features:
            value = getattr(thing, feature.name, None)
            name = feature.name.removesuffix("_") if feature.name in ("self_", "type_") else feature.name
            if value is None or name in without:
                continue
            if self._types.is_primitive(feature.rangeType):
                values[name] = _as_text(value)
            elif self._types.is_primitive_array(feature.rangeType):
                values[name] = [_as_text(each) for each in value.elements or []]
            elif not self._elements(value):
                self._unknown(thing, name)
        return values

    def _unknown(self, thing: Any, name: str) -> None:
        why = f"its feature {name!r} refers to what is no annotation in a slot, and is not kept"
        self.layered.said.append(Aside(self._place, short(thing.type.name), why))

    def _slots_of(self, thing: Any) -> Iterator[tuple[str, list[Any]]]:
        for feature in thing.type.all_features:
            if links := self._elements(getattr(thing, feature.name, None)):
                yield feature.name, links

    def _elements(self, value: Any) -> list[Any]:
        """The links of a slot feature; none if the value is something else."""
        elements = getattr(value, "elements", None)
        if not isinstance(elements, list) or not all(hasattr(each, "target") for each in elements):
            return []
        return elements

    def _slot(self, link: Any) -> Slot | None:
        target = self._notes.get(int(link.target.xmiID)) if link.target is not None else None
        if target is None:
            self.layered.said.append(Aside(self._place, "slot", "leads to no annotation, and is left out"))
            return None
        more = {name: value for name, value in self._values(link, {"role", "target"}).items() if isinstance(value, str)}
        role = getattr(link, "role", None)
        return Slot(None if role is None else str(role), target, more)

    def _tie(self, thing: Any) -> None:
        ends = [getattr(thing, name) for name in ("Governor", "Dependent")]
        source, target = (self._notes.get(int(end.xmiID)) if end is not None else None for end in ends)
        if source is None or target is None:
            why = "is a relation of which one end is no annotation, and is left out"
            self.layered.said.append(Aside(self._place, short(thing.type.name), why))
            return
        features = self._values(thing, _PLACE | {"Governor", "Dependent"})
        self.layered.ties.append(Tie(thing.type.name, source, target, features))

    def _chain(self, name: str, link: Any) -> None:
        """Follow a chain; it ends where it comes to a link that was in one already."""
        links, layer = [], str(link.type.name) if link is not None else name
        while link is not None and self._links.pop(int(link.xmiID), None) is not None:
            if place := self._placed(link):
                links.append(Noted(link.type.name, *place, self._values(link, _PLACE | {"next"})))
            link = getattr(link, "next", None)
        if links:
            self.layered.chains.append(Chain(layer, links))


def _packed(start: int, end: int, number: int) -> int:
    """A token as one number, by which tokens are put in order."""
    return (start << _BITS | end) << _BITS | number


def _as_text(value: Any) -> str:
    """A value as Java would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
