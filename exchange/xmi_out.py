"""Layers, written as UIMA CAS XMI through dkpro-cassis, with the type system that belongs to them.

The types of DKPro Core are as that has them; all others are as INCEpTION makes a project's own layers. XML 1.0 cannot
hold most control characters: one visible character stands for each, and no offset moves.
"""

import re
import warnings
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from .inception_model import (
    ANY,
    METADATA,
    SENTENCE,
    TOKEN,
    Layered,
    Noted,
    Tie,
    short,
)  # fmt: skip

if TYPE_CHECKING:
    from cassis import TypeSystem  # type: ignore[import-untyped]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STRING, _STRINGS, _LIST = "uima.cas.String", "uima.cas.StringArray", "uima.cas.FSArray"
_ATTACHED = {"POS": "pos", "Lemma": "lemma", "Stem": "stem", "MorphologicalFeatures": "morph"}
"""The features of a token that lead to what taggers say of it."""


def shown_text(text: str, _: object = None) -> str:
    """A text as XML can hold it, of the same length in code points and in UTF-16 code units."""
    return _ILLEGAL.sub(lambda found: chr(0x2400 + ord(found[0])) if found[0] < " " else "\ufffd", text)


class Layer(Struct):
    """What a layer has: features, whether with several values, slots with what their links have, and ends."""

    kind: str = "span"
    features: dict[str, bool] = field(default_factory=dict)
    slots: dict[str, set[str]] = field(default_factory=dict)
    ends: set[str] = field(default_factory=set)


class Layers:
    """The layers of one file, or of all files that were written."""

    def __init__(self) -> None:
        self.all: dict[str, Layer] = {}

    def add(self, layered: Layered) -> None:
        """Add the layers that a document uses."""
        for note in layered.notes:
            layer = self._with(note.layer, "span", note.features)
            for name, slots in note.slots.items():
                layer.slots.setdefault(name, set()).update(more for slot in slots for more in slot.more)
        for tie in layered.ties:
            self._with(tie.layer, "relation", tie.features).ends |= {tie.source.layer, tie.target.layer}
        for chain in layered.chains:
            for link in chain.links:
                self._with(link.layer, "chain", link.features)

    def _with(self, name: str, kind: str, features: dict[str, Any]) -> Layer:
        layer = self.all.setdefault(name, Layer(kind))
        for feature, value in features.items():
            layer.features[feature] = layer.features.get(feature, False) or isinstance(value, list)
        return layer

    def types(self) -> "TypeSystem":
        """The type system of these layers."""
        from cassis import TypeSystem

        types = TypeSystem()
        for name in (TOKEN, SENTENCE):
            _copy(types, name)
        _feature_all(types, _type(types, METADATA, "uima.tcas.DocumentAnnotation"), _METADATA)
        for name, layer in sorted(self.all.items()):
            _copy(types, name)
            made = _type(types, name, ANY)
            _feature_all(types, made, [name for name, many in layer.features.items() if not many])
            _feature_all(types, made, [name for name, many in layer.features.items() if many], _STRINGS)
            if layer.kind == "chain":
                _feature_all(types, made, ["next"], name)
                head = name.removesuffix("Link") + "Chain"
                _feature_all(types, _type(types, head, "uima.cas.AnnotationBase"), ["first"], name)
        for name, layer in sorted(self.all.items()):
            if layer.kind == "relation":
                end = next(iter(layer.ends)) if len(layer.ends) == 1 else ANY
                _feature_all(types, types.get_type(name), ["Dependent", "Governor"], end)
            for slot, more in sorted(layer.slots.items()):
                link = _type(types, link_of(name, slot), "uima.cas.TOP")
                _feature_all(types, link, ["target"], ANY)
                _feature_all(types, link, ["role", *more])
                if not types.get_type(name).get_feature(slot):
                    types.create_feature(name, slot, _LIST, elementType=link.name)
        return types


_METADATA = ("documentTitle", "documentId", "documentUri", "collectionId", "documentBaseUri")


def link_of(layer: str, slot: str) -> str:
    """The type of the links of a slot feature, named as INCEpTION names it."""
    return f"{layer}{slot[:1].upper()}{slot[1:]}Link"


@lru_cache(1)
def _core() -> "TypeSystem":
    from cassis import load_dkpro_core_typesystem

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library reads its own file in an old way
        return load_dkpro_core_typesystem()


def _copy(types: Any, name: str) -> None:
    """Take over a type of DKPro Core with all that it needs."""
    core = _core()
    if types.contains_type(name, match_exactly=True) or not core.contains_type(name, match_exactly=True):
        return
    model = core.get_type(name)
    _copy(types, model.supertype.name)
    types.create_type(name, model.supertype.name)
    for feature in model.features:
        for each in (feature.rangeType, feature.elementType):
            if each is not None:
                _copy(types, each.name)
        if types.get_type(name).get_feature(feature.name) is None:
            element = feature.elementType and feature.elementType.name
            types.create_feature(
                name, feature.name, feature.rangeType.name, elementType=element,
                multipleReferencesAllowed=feature.multipleReferencesAllowed,
            )  # fmt: skip


def _type(types: Any, name: str, above: str) -> Any:
    return types.get_type(name) if types.contains_type(name, match_exactly=True) else types.create_type(name, above)


def _feature_all(types: Any, of: Any, names: Iterable[str], kind: str = _STRING) -> None:
    for name in sorted(names):
        if of.get_feature(name) is None:
            types.create_feature(of, name, kind)


# ---------------------------------------------------------------------- a document


def write_xmi(layered: Layered) -> bytes:
    """The file of a document."""
    layers = Layers()
    layers.add(layered)
    return _Writer(layered, layers.types()).bytes()


class _Writer:
    def __init__(self, layered: Layered, types: "TypeSystem") -> None:
        from cassis import Cas

        self._layered, self._types = layered, types
        self._cas = Cas(types)
        self._cas.sofa_string = layered.text
        self._cas.sofa_mime = "text/plain"
        self._made: dict[int, Any] = {}

    def bytes(self) -> bytes:
        """The CAS as XMI."""
        layered, text = self._layered, self._layered.text
        title = shown_text(layered.title)
        language = shown_text(layered.language) or "x-unspecified"
        self._add(METADATA, 0, len(text), documentTitle=title, documentId=title, language=language)
        for token in layered.tokens:
            self._made[id(token)] = self._add(TOKEN, token.start, token.end)
        ends = [*layered.sentences[1:], len(text)]
        for start, end in zip(layered.sentences, ends, strict=True):
            self._add(SENTENCE, start, start + (len(text[start:end].rstrip()) or end - start))
        for note in layered.notes:
            if self._types.is_instance_of(note.layer, ANY):
                self._made[id(note)] = self._add(note.layer, note.start, note.end, **self._values(note))
        for note in layered.notes:
            for slot in note.slots:
                self._fill(note, slot)
        self._attach()
        for tie in layered.ties:
            self._tie(tie)
        for chain in layered.chains:
            self._chain(chain.layer, chain.links)
        return str(self._cas.to_xmi(pretty_print=True)).encode()

    def _add(self, kind: str, start: int, end: int, /, **values: Any) -> Any:
        made = self._types.get_type(kind)(begin=start, end=end, **values)
        self._cas.add(made)
        return made

    def _values(self, thing: Noted | Tie) -> dict[str, Any]:
        kind = self._types.get_type(thing.layer)
        values = {name: self._value(kind, name, value) for name, value in sorted(thing.features.items())}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, kind: Any, name: str, value: str | list[str]) -> Any:
        """The value as the feature's type wants it; None where that refers to other things."""
        wanted = kind.get_feature(name).rangeType
        if not self._types.is_primitive(wanted) and wanted.name != _STRINGS:
            return None
        if wanted.name == _STRINGS:
            values = value if isinstance(value, list) else [value]
            return wanted(elements=[shown_text(each) for each in values])
        text = value if isinstance(value, str) else " ".join(value)
        return text == "true" if wanted.name == "uima.cas.Boolean" else shown_text(text)

    def _fill(self, note: Noted, name: str) -> None:
        if id(note) not in self._made or self._types.get_type(note.layer).get_feature(name).rangeType.name != _LIST:
            return
        links = []
        for slot in note.slots[name]:
            if target := self._made.get(id(slot.to)):
                kind = self._types.get_type(link_of(note.layer, name))
                more = {each: shown_text(value) for each, value in slot.more.items()}
                role = None if slot.role is None else shown_text(slot.role)
                links.append(kind(role=role, target=target, **more))
        array = self._types.get_type(_LIST)
        setattr(self._made[id(note)], name, array(elements=links))

    def _attach(self) -> None:
        """Lead from each token to what taggers say of it, as DKPro Core does."""
        tokens = {(token.start, token.end): self._made[id(token)] for token in self._layered.tokens}
        for note in self._layered.notes:
            token, name = tokens.get((note.start, note.end)), _ATTACHED.get(short(note.layer))
            if (
                token is not None
                and name
                and id(note) in self._made
                and note.layer.startswith("de.tudarmstadt.ukp.dkpro.core.")
            ):
                setattr(token, name, self._made[id(note)])

    def _tie(self, tie: Tie) -> None:
        ends = {"Governor": self._made.get(id(tie.source)), "Dependent": self._made.get(id(tie.target))}
        if None not in ends.values():
            self._add(tie.layer, tie.target.start, tie.target.end, **ends, **self._values(tie))

    def _chain(self, layer: str, links: list[Noted]) -> None:
        made = [self._add(layer, link.start, link.end, **self._values(link)) for link in links]
        for link, following in pairwise(made):
            link.next = following
        head = self._types.get_type(layer.removesuffix("Link") + "Chain")(first=made[0])
        self._cas.add(head)
