"""Which highlights touch a stretch of text: found without looking at the others, however they overlap.

Each piece lies in the smallest bin that holds all of it; bins come in sizes of 512 code points, eight times that, and
so on (the binning scheme of genome browsers, Kent et al. 2002). A look-up visits the few bins over its stretch; putting
and dropping touch one bin a piece.
"""

from collections.abc import Hashable, Iterator
from typing import Literal

from msgspec import Struct

from ...schema.text import Span

Layer = Literal["mention", "source", "cue", "evidence", "hit"]
State = Literal["done", "pending", "other", "suggestion"]


class Highlight(Struct, frozen=True):
    """Words to set off from the rest, in one or more pieces.

    `labels` are names in the view's palette, in the order of their tags; `state` is the say of who made it: one's own
    and on disk, one's own and on its way there, somebody else's, or nobody's yet. `asked`: a remark on it waits for an
    answer.
    """

    key: Hashable
    pieces: tuple[Span, ...]
    labels: tuple[str, ...] = ()
    state: State = "done"
    layer: Layer = "mention"
    asked: bool = False


_SHIFTS = (9, 12, 15, 18, 21, 24)
_WHOLE = (63, 0)

Bin = tuple[int, int]
Piece = tuple[int, int, Highlight]


class Overlaps:
    """Highlights by their key, and their pieces by where they are."""

    def __init__(self) -> None:
        self._highlights: dict[Hashable, Highlight] = {}
        self._layers: dict[Layer, dict[Hashable, Highlight]] = {}
        self._bins: dict[Bin, dict[tuple[Hashable, Span], Highlight]] = {}

    def of(self, layer: Layer) -> list[Highlight]:
        """All highlights of a layer, found without looking at those of others."""
        return list(self._layers.get(layer, {}).values())

    def get(self, key: Hashable) -> Highlight | None:
        """The highlight with a key, or None."""
        return self._highlights.get(key)

    def put(self, highlight: Highlight) -> None:
        """Add a highlight; one with the same key must have been dropped before."""
        self._highlights[highlight.key] = highlight
        self._layers.setdefault(highlight.layer, {})[highlight.key] = highlight
        for piece in highlight.pieces:
            self._bins.setdefault(_bin(piece), {})[highlight.key, piece] = highlight

    def drop(self, key: Hashable) -> Highlight | None:
        """Take the highlight with a key away; the answer is that highlight, or None if there was none."""
        highlight = self._highlights.pop(key, None)
        if highlight:
            del self._layers[highlight.layer][key]
        for piece in highlight.pieces if highlight else ():
            here = self._bins.get(_bin(piece), {})
            here.pop((key, piece), None)
            if not here:
                self._bins.pop(_bin(piece), None)
        return highlight

    def between(self, start: int, end: int) -> list[Piece]:
        """The pieces that touch the code points from `start` to `end`, as (start, end, highlight), outer ones first."""
        found = [
            (piece.start, piece.end, highlight)
            for number in _bins(start, max(end, start + 1))
            for (_, piece), highlight in self._bins.get(number, {}).items()
            if piece.start < end and start < piece.end
        ]
        return sorted(found, key=lambda each: (each[0], -each[1]))


def _bin(piece: Span) -> Bin:
    for shift in _SHIFTS:
        if piece.start >> shift == (piece.end - 1) >> shift:
            return shift, piece.start >> shift
    return _WHOLE


def _bins(start: int, end: int) -> Iterator[Bin]:
    for shift in _SHIFTS:
        for number in range(start >> shift, ((end - 1) >> shift) + 1):
            yield shift, number
    yield _WHOLE
