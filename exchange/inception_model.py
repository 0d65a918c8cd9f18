"""A document as INCEpTION keeps it (a UIMA CAS), between its files and onrecord's own things.

All offsets are code points of the text that the file shows, start inclusive, end exclusive; the readers and writers of
its two formats convert from and to UTF-16 code units. An annotation that covers nothing has start and end alike.
"""

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any, overload

from msgspec import Struct, field

from ..schema.text import Span
from .annotated import Aside
from .articles import Note, Refused

KEPT = "inception"
"""The key of `extra` under which INCEpTION's own things are, whichever of its formats they came in."""

_CORE = "de.tudarmstadt.ukp.dkpro.core.api."
TOKEN = f"{_CORE}segmentation.type.Token"
SENTENCE = f"{_CORE}segmentation.type.Sentence"
METADATA = f"{_CORE}metadata.type.DocumentMetaData"
POS = f"{_CORE}lexmorph.type.pos.POS"
DEPENDENCY = f"{_CORE}syntax.type.dependency.Dependency"
ANY = "uima.tcas.Annotation"

MENTION = "webanno.custom.OnrecordMention"
SOURCE = "webanno.custom.OnrecordSource"
CUE = "webanno.custom.OnrecordCue"
EVIDENCE = "webanno.custom.OnrecordEvidence"
DOCUMENT = "webanno.custom.OnrecordDocument"
OURS = frozenset({MENTION, SOURCE, CUE, EVIDENCE, DOCUMENT})
"""The layers that onrecord writes."""
RECORD = "onrecord"
"""The feature of these layers that holds all that was said, as JSON."""
PARTS = "attribution"
"""The slot feature of a mention: its sources, cues, evidence, and the annotation of another layer that it was."""

TAGGING = (f"{_CORE}lexmorph.type.", f"{_CORE}segmentation.type.Lemma", f"{_CORE}segmentation.type.Stem")
"""What taggers say of tokens. On more than half of the tokens it is nobody's reading, and makes no mentions."""
_REMADE = (
    f"{_CORE}metadata.type.", "de.tudarmstadt.ukp.clarin.webanno.api.type.", "org.dkpro.core.api.xml.type.",
    "org.dkpro.core.api.pdf.type.", "uima.",
)  # fmt: skip
_LAYER = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", re.ASCII)
_FEATURE = re.compile(r"[A-Za-z]\w*", re.ASCII)
_TAKEN = {"begin", "end", "sofa", "self", "type", "xmiID", "elements", "Governor", "Dependent", "next", "first"}


class Slot(Struct, eq=False):
    """A link of a slot feature: its role, and the annotation in it. `more` are the link's other features."""

    role: str | None
    to: "Noted"
    more: dict[str, str] = field(default_factory=dict)


class Noted(Struct, eq=False):
    """An annotation of a span layer, or a link of a chain. A feature with several values has a list of them."""

    layer: str
    start: int
    end: int
    features: dict[str, str | list[str]] = field(default_factory=dict)
    slots: dict[str, list[Slot]] = field(default_factory=dict)
    place: str = ""

    @property
    def span(self) -> Span:
        """Where it is."""
        return Span(self.start, self.end)


class SeenTokens(Sequence[Noted]):
    """The tokens that a file shows, two numbers each, for there are too many to make an object of every one.

    One becomes an annotation when it is asked for, and stays the same one.
    """

    def __init__(self) -> None:
        self._starts, self._ends = array("I"), array("I")
        self._met: dict[int, Noted] = {}

    def append(self, start: int, end: int, note: Noted | None = None) -> int:
        """Add a token, which may be an annotation already; the answer is its index."""
        if note is not None:
            self._met[len(self)] = note
        self._starts.append(start)
        self._ends.append(end)
        return len(self) - 1

    def bounds(self) -> Iterator[tuple[int, int]]:
        """Where they begin and end."""
        return zip(self._starts, self._ends, strict=True)

    def named(self, notes: Iterable[Noted]) -> Iterator[Noted]:
        """Those that need a name: that were asked for, and all that stand where a note on their own layer does."""
        beside = {(note.start, note.end) for note in notes if note.layer == TOKEN}
        places = beside | {(note.start, note.end) for note in self._met.values()}
        for index, place in enumerate(self.bounds() if places else ()):
            if place in places:
                yield self[index]

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Noted: ...
    @overload
    def __getitem__(self, index: slice) -> list[Noted]: ...
    def __getitem__(self, index: int | slice) -> Noted | list[Noted]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        found = self._met.get(at)
        if found is None:
            found = self._met[at] = Noted(TOKEN, self._starts[at], self._ends[at])
        return found


class Tie(Struct, eq=False):
    """A relation: it runs from its source (the governor) to its target (the dependent)."""

    layer: str
    source: Noted
    target: Noted
    features: dict[str, str | list[str]] = field(default_factory=dict)


class Chain(Struct, eq=False):
    """A chain of links, as coreference makes them; `layer` is that of the links."""

    layer: str
    links: list[Noted]


class Layered(Struct, eq=False):
    """A document with its layers. `sentences` are the offsets at which they begin; `said` is what to report of it."""

    text: str
    tokens: Sequence[Noted] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    title: str = ""
    language: str = ""
    said: list[Refused | Aside | Note] = field(default_factory=list)

    def named(self) -> dict[str, Noted]:
        """Tokens and annotations by name: layer, offsets, and which one it is of several that are alike in these.

        Of the tokens that a file shows, only those that something leads to have one.
        """
        seen: Counter[tuple[str, int, int]] = Counter()
        found = {}
        tokens = self.tokens.named(self.notes) if isinstance(self.tokens, SeenTokens) else self.tokens
        for note in (*tokens, *self.notes):
            key = (note.layer, note.start, note.end)
            seen[key] += 1
            found[f"{note.layer} {note.start}-{note.end} {seen[key]}"] = note
        return found


def told(tokens: Sequence[Noted]) -> str:
    """All tokens as `START-END START-END`."""
    out, between = StringIO(), ""
    for start, end in (
        tokens.bounds() if isinstance(tokens, SeenTokens) else ((each.start, each.end) for each in tokens)
    ):
        out.write(f"{between}{start}-{end}")
        between = " "
    return out.getvalue()


def short(layer: str) -> str:
    """A layer's name without its package."""
    return layer.rsplit(".", 1)[-1]


def is_structure(layer: str) -> bool:
    """Whether a layer says how the text is built, not what somebody reads in it."""
    return is_remade(layer) or (layer.startswith(f"{_CORE}segmentation.type.") and not is_tagging(layer))


def is_remade(layer: str) -> bool:
    """Whether a layer is one that INCEpTION makes by itself of the document that it is given."""
    return layer.startswith(_REMADE)


def is_tagging(layer: str) -> bool:
    """Whether a layer is one of those that taggers fill."""
    return layer.startswith(TAGGING)


def is_layer(name: str) -> bool:
    """Whether INCEpTION can have a layer of this name, so that it can be written as one."""
    return bool(_LAYER.fullmatch(name)) and len(name) <= 300 and not name.startswith("uima.")


def is_feature(name: str) -> bool:
    """Whether a layer can have a feature of this name."""
    return bool(_FEATURE.fullmatch(name)) and len(name) <= 300 and name not in _TAKEN


def name_of(named: dict[str, Noted]) -> dict[int, str]:
    """The names of annotations by their identity."""
    return {id(note): name for name, note in named.items()}


def in_order(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Plain things in an order that does not depend on the file's."""
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
