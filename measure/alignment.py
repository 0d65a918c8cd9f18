"""Which mentions of different annotators are about the same words: one to one, by how much their spans overlap.

Two annotators' mentions in a document are paired so that the sum of their overlaps is the greatest that it can be. An
overlap is the number of code points in both, over all pieces, in proportion to those in either (Jaccard); mentions that
share nothing are never paired. Between pairings of equal overlap, the one decides in which more pairs agree in labels,
attribution and claim, then the order of the text.

For more annotators the pairs are put together to groups, the closest pairs first, as long as a group has no two
mentions of one annotator. Neither depends on the order or the names of annotators, nor on the ids of mentions.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import Any, Literal, TypeAlias, get_args

from msgspec import Struct

from ..schema import reading
from ..schema.records import Mention
from ..schema.text import Span
from .attribution import Merged, attributed_alike, merged
from .solver import assign, require

Layer: TypeAlias = Literal["boundaries", "labels", "attribution", "claim"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
_Pieces: TypeAlias = list[tuple[int, int]]
_AGREEING = 1e-6
"""What agreement in another layer weighs beside overlap: it decides only between pairings of the same overlap."""
_LATE, _NEAR, _FIRST = 1e-9, 1e-11, 1e-13


class Pair(Struct, frozen=True):
    """Two aligned mentions; `shared` is how many code points are in both, `overlap` their share of those in either."""

    one: Mention
    other: Mention
    shared: int
    overlap: float

    @property
    def exact(self) -> bool:
        """Whether both cover the same code points."""
        return self.overlap == 1


class Group(Struct, frozen=True):
    """Aligned mentions, at most one of each annotator, in the order of the annotators' names.

    `missing` are the annotators of the document who have no mention here. `differs` are the layers in which the
    members are not the same; an annotator who is missing differs in boundaries.
    """

    members: tuple[Mention, ...]
    missing: tuple[str, ...]
    differs: tuple[Layer, ...]

    @property
    def matched(self) -> bool:
        """Whether more than one annotator has a mention here."""
        return len(self.members) > 1


class Alignment(Struct, frozen=True):
    """A document's mentions aligned: groups in the order of the text, and the pairs of each two annotators."""

    annotators: tuple[str, ...]
    groups: tuple[Group, ...]
    pairs: tuple[Pair, ...]

    @property
    def unmatched(self) -> tuple[Mention, ...]:
        """The mentions that stand alone in their group."""
        return tuple(group.members[0] for group in self.groups if not group.matched)

    @property
    def differing(self) -> tuple[Group, ...]:
        """The groups in which something differs: what is left to adjudicate."""
        return tuple(group for group in self.groups if group.differs)

    @property
    def stacked(self) -> tuple[Group, ...]:
        """The groups of annotators who say several things of the same words: which belong together is a guess."""
        mentions = [mention for group in self.groups for mention in group.members]
        piles = Counter((mention.annotator, tuple(covered(mention.spans))) for mention in mentions)
        return tuple(
            group
            for group in self.groups
            if any(piles[mention.annotator, tuple(covered(mention.spans))] > 1 for mention in group.members)
        )


def align_document(
    connection: sqlite3.Connection, document_id: int, annotators: Sequence[str], merges: Merged | None = None
) -> Alignment:
    """Align these annotators' mentions in a document; `merges` saves reading what was merged again.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    return align(
        reading.mentions(connection, document_id),
        annotators,
        merged(connection) if merges is None else merges,
    )


def align(mentions: Iterable[Mention], annotators: Sequence[str], merges: Merged | None = None) -> Alignment:
    """Align the mentions of these annotators in one document; what others did is left out.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    require()
    merges = merges or Merged()
    names = tuple(sorted(set(annotators)))
    items = [_Item(mention, merges) for mention in mentions if mention.annotator in names]
    items.sort(key=lambda item: (item.content, item.mention.uid))
    work: dict[str, list[_Item]] = {name: [] for name in names}
    for item in items:
        work[item.mention.annotator].append(item)
    _number(items, work)
    edges: list[_Edge] = []
    for one, other in combinations(names, 2):
        edges += _paired(work[one], work[other], merges)
    return Alignment(
        annotators=names,
        groups=tuple(_group(members, names, merges) for members in _grouped(items, edges)),
        pairs=tuple(Pair(edge.one.mention, edge.other.mention, edge.shared, edge.overlap) for edge in edges),
    )


def shared(one: Sequence[Span], other: Sequence[Span]) -> int:
    """How many code points two mentions have in common, over all their pieces."""
    return _common(covered(one), covered(other))


def covered(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """The code points of a mention as (start, end), in order; pieces that meet are one."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return whole


def _common(here: _Pieces, there: _Pieces) -> int:
    if here == there:
        return sum(end - start for start, end in here)
    total = mine = theirs = 0
    while mine < len(here) and theirs < len(there):
        start, end = max(here[mine][0], there[theirs][0]), min(here[mine][1], there[theirs][1])
        total += max(end - start, 0)
        if here[mine][1] < there[theirs][1]:
            mine += 1
        else:
            theirs += 1
    return total


# ---------------------------------------------------------------------- pairs


class _Item:
    """A mention with what it says.

    `content` can be ordered and holds no id; `rank` is its place among all that mentions say, the same for the same
    content, and `copy` counts the mentions of one annotator with the same content, from 0. What `said` is equal for
    two mentions, they differ at most in boundaries.
    """

    __slots__ = ("claim", "content", "copy", "end", "labels", "mention", "pieces", "rank", "said", "size", "start")

    def __init__(self, mention: Mention, merges: Merged) -> None:
        self.mention, self.rank, self.copy = mention, 0, 0
        self.pieces = covered(mention.spans)
        self.start, self.end = self.pieces[0][0], self.pieces[-1][1]
        self.size = sum(end - start for start, end in self.pieces)
        self.labels = [mark.label for mark in mention.marks]
        self.claim = (merges.claim(mention), mention.polarity)
        chains = [[(link.identified, link.relay, link.spans) for link in mark.chain] for mark in mention.marks]
        named = [[link.source or "" for link in mark.chain] for mark in mention.marks]
        sources = [[merges.source(link) for link in mark.chain] for mark in mention.marks]
        kinds = [mark.kind for mark in mention.marks]
        self.content = (self.pieces, self.labels, kinds, named, chains, mention.polarity, mention.claim or "")
        self.said = (self.labels, sources, chains, self.claim)


class _Edge(Struct, frozen=True):
    one: _Item
    other: _Item
    shared: int
    overlap: float
    agreeing: float


def _number(items: list[_Item], work: dict[str, list[_Item]]) -> None:
    """Give mentions, which are in the order of their content, their ranks and copies."""
    for before, item in pairwise(items):
        item.rank = before.rank + (before.content != item.content)
    for own in work.values():
        for before, item in pairwise(own):
            item.copy = before.copy + 1 if before.rank == item.rank else 0


def _paired(one: list[_Item], other: list[_Item], merges: Merged) -> list[_Edge]:
    """The pairs of two annotators, of which the one whose work comes first by content stands on one side."""
    turned = [item.rank for item in other] < [item.rank for item in one]
    found = []
    for edges in _islands(*((other, one) if turned else (one, other)), merges):
        found += _assigned(edges) if len(edges) > 1 else edges
    if turned:
        found = [_Edge(edge.other, edge.one, edge.shared, edge.overlap, edge.agreeing) for edge in found]
    return sorted(found, key=lambda edge: edge.one.rank)


def _islands(one: list[_Item], other: list[_Item], merges: Merged) -> Iterable[list[_Edge]]:
    """All pairs that overlap, those together whose mentions are connected."""
    leader: dict[int, int] = {}

    def lead(number: int) -> int:
        while leader.setdefault(number, number) != number:
            number = leader[number]
        return number

    edges = []
    for here, there in _meeting(one, other):
        if common := _common(here.pieces, there.pieces):
            overlap = common / (here.size + there.size - common)
            agreeing = 1 - len(_differing(here, there, merges)) / (len(LAYERS) - 1)
            edges.append(_Edge(here, there, common, overlap, agreeing))
            leader[lead(id(there))] = lead(id(here))
    islands = defaultdict(list)
    for edge in edges:
        islands[lead(id(edge.one))].append(edge)
    return islands.values()


def _meeting(one: list[_Item], other: list[_Item]) -> Iterable[tuple[_Item, _Item]]:
    """Pairs of mentions whose stretches of text meet; both lists are in the order of their starts."""
    begun: list[_Item] = []
    at = 0
    for here in one:
        while at < len(other) and other[at].start < here.end:
            begun.append(other[at])
            at += 1
        begun = [there for there in begun if there.end > here.start]
        yield from ((here, there) for there in begun if there.start < here.end)


def _assigned(edges: list[_Edge]) -> list[_Edge]:
    """The pairing of the greatest overlap among mentions that are connected."""
    import numpy as np

    rows = sorted({id(edge.one): edge.one for edge in edges}.values(), key=_place)
    columns = sorted({id(edge.other): edge.other for edge in edges}.values(), key=_place)
    row_of, column_of = ({id(item): at for at, item in enumerate(items)} for items in (rows, columns))
    weights = np.zeros((len(rows), len(columns)))
    there = {}
    for edge in edges:
        row, column = row_of[id(edge.one)], column_of[id(edge.other)]
        # Of mentions that say the same the first one goes to what is closest, so that all annotators' first ones meet.
        late = edge.overlap * (1 + edge.agreeing) * (edge.one.copy + edge.other.copy)
        weights[row, column] = edge.overlap + _AGREEING * edge.agreeing - _LATE * late
        weights[row, column] -= _NEAR * abs(row - column) + _FIRST * (row + column)
        there[row, column] = edge
    chosen = zip(*(side.tolist() for side in assign(weights)), strict=True)
    return [there[place] for place in chosen if place in there]


def _place(item: _Item) -> tuple[int, int]:
    return item.rank, item.copy


# ---------------------------------------------------------------------- groups


def _grouped(items: list[_Item], edges: list[_Edge]) -> list[list[_Item]]:
    """Mentions that belong together, the closest pairs first, with at most one of each annotator."""
    groups: dict[int, list[_Item]] = {id(item): [item] for item in items}
    for edge in sorted(edges, key=_closeness):
        here, there = groups[id(edge.one)], groups[id(edge.other)]
        names = {item.mention.annotator for item in here}
        if here is not there and names.isdisjoint(item.mention.annotator for item in there):
            here += there
            for item in there:
                groups[id(item)] = here
    unique = {id(group): group for group in groups.values()}.values()
    inside = [sorted(group, key=lambda item: item.mention.annotator) for group in unique]
    inside.sort(key=lambda group: sorted(item.rank for item in group))
    return inside


def _closeness(edge: _Edge) -> tuple[Any, ...]:
    ranks, copies = (edge.one.rank, edge.other.rank), (edge.one.copy, edge.other.copy)
    return -edge.overlap, -edge.agreeing, min(ranks), max(ranks), min(copies), max(copies)


def _group(members: list[_Item], names: tuple[str, ...], merges: Merged) -> Group:
    present = {item.mention.annotator for item in members}
    missing = tuple(name for name in names if name not in present)
    found: set[Layer] = set()
    if missing or any(item.pieces != members[0].pieces for item in members):
        found.add("boundaries")
    if any(item.said != members[0].said for item in members):
        for one, other in combinations(members, 2):
            found |= _differing(one, other, merges)
    return Group(tuple(item.mention for item in members), missing, tuple(layer for layer in LAYERS if layer in found))


def _differing(one: _Item, other: _Item, merges: Merged) -> set[Layer]:
    """The layers beside boundaries in which two mentions differ; a claim asserted is not the claim negated."""
    found: set[Layer] = set()
    if one.said == other.said:
        return found
    if {*one.labels} != {*other.labels}:
        found.add("labels")
    if not attributed_alike(one.mention, other.mention, merges):
        found.add("attribution")
    if one.claim != other.claim:
        found.add("claim")
    return found
