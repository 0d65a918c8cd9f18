"""Agreement on where things are: Krippendorff's unitizing alpha and the gamma of Mathet and others.

Units are pieces of a text in code points, start inclusive, end exclusive; those of one annotator never overlap each
other for the alpha, and may for gamma. Both measures are given as sums, so that documents can be put together: a
document is a continuum of its own, and chance moves its units about within it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, combinations
from typing import Any, NamedTuple, TypeAlias

Piece: TypeAlias = tuple[int, int]

# ---------------------------------------------------------------------- unitizing alpha


class Disagreement(NamedTuple):
    """Observed and expected disagreement on units, in squared code points; those of documents may be summed."""

    observed: float
    expected: float

    @property
    def alpha(self) -> float | None:
        """1 - observed / expected, or None where there was nothing to disagree about."""
        return 1 - self.observed / self.expected if self.expected else None


def unitizing(annotators: Sequence[Sequence[Piece]], start: int, end: int) -> Disagreement:
    """What Krippendorff's unitizing alpha is made of, for one category of units on a text from `start` to `end`.

    Each annotator's pieces are in order, and touch or lie apart. The definitions are those of Krippendorff 1995 and
    2004 / 2013 (Content Analysis, 12.4), each multiplied by the squared length of the text, as sums need it.
    """
    many, length = len(annotators), end - start
    seen = [_sections(pieces, start, end) for pieces in annotators]
    observed = sum(_difference(one, other) for one, other in combinations(seen, 2))
    units = [last - first for sections in seen for first, last, unit in sections if unit]
    gaps = sorted(last - first for sections in seen for first, last, unit in sections if not unit)
    whole = many * length
    pairs = whole * (whole - 1) - sum(size * (size - 1) for size in units)
    if many < 2 or not units or not pairs:
        return Disagreement(0.0, 0.0)
    until = [0, *accumulate(gaps)]
    expected = sum(_by_chance(size, len(units), gaps, until) for size in units)
    return Disagreement(2 * observed / (many * (many - 1)), 2 * length * expected / pairs)


def _sections(pieces: Sequence[Piece], start: int, end: int) -> list[tuple[int, int, bool]]:
    """The text as units and the gaps between them."""
    sections = []
    at = start
    for first, last in pieces:
        if at < first:
            sections.append((at, first, False))
        sections.append((first, last, True))
        at = last
    return [*sections, (at, end, False)] if at < end else sections


def _difference(one: list[tuple[int, int, bool]], other: list[tuple[int, int, bool]]) -> int:
    """The squared differences of all sections of two annotators that meet."""
    total = here = there = 0
    while here < len(one) and there < len(other):
        total += _squared(one[here], other[there])
        last, end = one[here][1], other[there][1]
        here += last <= end
        there += end <= last
    return total


def _squared(one: tuple[int, int, bool], other: tuple[int, int, bool]) -> int:
    if one[2] and other[2]:
        return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
    if one[2] != other[2]:
        unit, gap = (one, other) if one[2] else (other, one)
        return (unit[1] - unit[0]) ** 2 if gap[0] <= unit[0] and unit[1] <= gap[1] else 0
    return 0


def _by_chance(size: int, units: int, gaps: list[int], until: list[int]) -> float:
    """The squared differences of a unit from all units and gaps, over all places at which they can meet.

    Gaps are in the order of their size; `until` has the sums of those before each.
    """
    beside = (units - 1) * (2 * size**3 - 3 * size**2 + size) / 3
    first = bisect_left(gaps, size)  # the first that the unit fits into, at so many places more than it is longer
    within = until[-1] - until[first] - (len(gaps) - first) * (size - 1)
    return beside + size**2 * within


def flattened(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces in order, those that overlap made one; pieces that only touch stay apart."""
    whole: list[Piece] = []
    for start, end in sorted(pieces):
        if whole and start < whole[-1][1]:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return whole


# ---------------------------------------------------------------------- gamma


class Disorder(NamedTuple):
    """The disorder of the best alignment and the mean one of shuffled work, each times the mean number of units."""

    observed: float
    expected: float

    @property
    def gamma(self) -> float | None:
        """1 - observed / expected, or None where there was nothing to put in order."""
        return 1 - self.observed / self.expected if self.expected else None


def disorder(
    one: Sequence[Piece], other: Sequence[Piece], length: int, samples: int, seed: int | tuple[int, ...]
) -> Disorder:
    """What gamma is made of for two annotators (Mathet, Widlöcher and Métivier 2015), by position alone.

    A unit is a mention from its first to its last code point. The best alignment is exact: for two annotators it is an
    assignment in which a unit may stay alone at a cost of 1. Chance is `samples` times the work of two annotators drawn
    from these, each moved by a random distance round the text of this length, the two distances at least half a mean
    unit apart (section 5.2). pygamma-agreement, which takes more annotators at once, gives the same disorder.
    """
    from numpy.random import default_rng

    if not one or not other:
        alone = float(len(one) + len(other))
        return Disorder(alone, alone)
    work = sorted((sorted(one), sorted(other)))
    units = (len(one) + len(other)) / 2
    observed = units * _least(*work)
    random = default_rng(seed)
    apart = sum(end - start for pieces in work for start, end in pieces) / (2 * units) / 2
    shuffled = [_least(*_shuffled(random, work, length, apart)) for _ in range(samples)]
    return Disorder(observed, units * sum(shuffled) / len(shuffled))


def _shuffled(random: Any, work: list[list[Piece]], length: int, apart: float) -> tuple[list[Piece], list[Piece]]:
    """Two annotators' work, each drawn from the two and moved round the text."""
    first, second = (int(random.integers(length)) for _ in range(2))
    while min(abs(first - second), length - abs(first - second)) < min(apart, length // 4):
        second = int(random.integers(length))
    drawn = [work[at] for at in random.integers(2, size=2)]
    return _moved(drawn[0], first, length), _moved(drawn[1], second, length)


def _moved(pieces: list[Piece], by: int, length: int) -> list[Piece]:
    return sorted(
        (start + by - back, end + by - back)
        for start, end in pieces
        for back in [length if start + by >= length else 0]
    )


def _least(one: Sequence[Piece], other: Sequence[Piece]) -> float:
    """The disorder of the best alignment of two annotators' units, for one unit on average."""
    import numpy as np

    from .solver import assign

    here, there = np.array(one, dtype=float), np.array(other, dtype=float)
    (starts, ends), (firsts, lasts) = here.T, there.T
    apart = np.abs(np.subtract.outer(starts, firsts)) + np.abs(np.subtract.outer(ends, lasts))
    lengths = np.add.outer(ends - starts, lasts - firsts)
    # Two units that stay alone cost 2; what costs less is gained by pairing them.
    gain = np.maximum(2 - (apart / lengths) ** 2, 0)
    rows, columns = assign(gain)
    return float((len(one) + len(other) - gain[rows, columns].sum()) / ((len(one) + len(other)) / 2))
