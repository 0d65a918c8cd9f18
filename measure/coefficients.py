"""Chance-corrected agreement on values: exact, and from how often each pattern of judgements occurs.

A pattern holds what each annotator said of one unit, in one order of annotators, with None for one who said nothing of
it; a histogram counts the units of each pattern. So a million judgements are as many steps as there are patterns.

Every coefficient is written in two parts. `..._terms` gives the numbers that one unit of a pattern adds; they may be
summed over units, documents and copies of documents. `..._of` makes the coefficient of such sums: of fractions, then
it is exact, or of NumPy arrays, then it is made for each element at once, as the bootstrap needs it. Where agreement by
chance is certain, because only one value ever occurs, no coefficient says anything: the answer is None or NaN.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations
from operator import mul
from typing import Any, TypeAlias

Pattern: TypeAlias = tuple[Hashable, ...]
Histogram: TypeAlias = Mapping[Pattern, int]
Delta: TypeAlias = list[list[Fraction]]
"""The squared distance between each two values, by their places in a list of values."""
Distance: TypeAlias = Callable[[Sequence[Any], Mapping[Any, Fraction]], Delta]
"""Makes a `Delta` of the values and of how often each occurs."""

# ---------------------------------------------------------------------- distances


def _matrix(values: Sequence[Any], squared: Callable[[Any, Any], Fraction]) -> Delta:
    return [[squared(one, other) for other in values] for one in values]


def nominal(values: Sequence[Any], _: Mapping[Any, Fraction]) -> Delta:
    """0 for the same value and 1 for another (Krippendorff 2013, 12.3.3)."""
    return _matrix(values, lambda one, other: Fraction(one != other))


def ordinal(values: Sequence[Any], counts: Mapping[Any, Fraction]) -> Delta:
    """By how many judgements lie between two ranks, half of those at both ends included (Krippendorff 2013)."""

    def squared(one: Any, other: Any) -> Fraction:
        low, high = sorted((one, other))
        between = sum((counts[value] for value in values if low <= value <= high), Fraction(0))
        return (between - (counts[low] + counts[high]) / 2) ** 2

    return _matrix(values, squared)


def interval(values: Sequence[Any], _: Mapping[Any, Fraction]) -> Delta:
    """By the difference of two numbers (Krippendorff 2013)."""
    return _matrix(values, lambda one, other: Fraction(one - other) ** 2)


def ratio(values: Sequence[Any], _: Mapping[Any, Fraction]) -> Delta:
    """By the difference of two numbers in proportion to their sum (Krippendorff 2013)."""
    return _matrix(values, lambda one, other: Fraction(one - other, one + other) ** 2 if one != other else Fraction(0))


def masi(values: Sequence[frozenset[Any]], _: Mapping[Any, Fraction]) -> Delta:
    """By what two sets have in common: 1 - Jaccard x monotonicity (Passonneau 2006, MASI); two empty sets are alike.

    Monotonicity is 1 for equal sets, 2/3 where one holds the other, 1/3 where both have something of their own, and 0
    where nothing is shared. An empty set shares nothing with any other.
    """

    def distance(one: frozenset[Any], other: frozenset[Any]) -> Fraction:
        if one == other:
            return Fraction(0)
        shared = len(one & other)
        if not shared:
            return Fraction(1)
        monotonicity = Fraction(2, 3) if one <= other or other <= one else Fraction(1, 3)
        return 1 - Fraction(shared, len(one | other)) * monotonicity

    return _matrix(values, distance)


# ---------------------------------------------------------------------- Krippendorff's alpha


def alpha_terms(pattern: Pattern, values: Sequence[Any], delta: Delta) -> list[Fraction | int]:
    """What a unit adds: its disagreement over all pairs of judgements, then how often each value is paired."""
    counts = Counter(value for value in pattern if value is not None)
    judged = counts.total()
    if judged < 2:
        return [0] * (len(values) + 1)
    often = [counts[value] for value in values]
    apart: dict[int, int] = {}  # by denominator: whole numbers are added many times faster than fractions
    for one, other in combinations([at for at, count in enumerate(often) if count], 2):
        distance = delta[one][other]
        numerator = apart.get(distance.denominator, 0) + often[one] * often[other] * distance.numerator
        apart[distance.denominator] = numerator
    observed = sum((Fraction(2 * numerator, by * (judged - 1)) for by, numerator in apart.items()), Fraction(0))
    return [observed, *often]


def alpha_of(terms: Sequence[Any], delta: Delta) -> Any:
    """alpha = 1 - observed / expected disagreement (Krippendorff 2004, 2013, chapter 12)."""
    observed, *counts = terms
    pairs = [(counts[one] * counts[other] * 2, delta[one][other]) for one, other in combinations(range(len(counts)), 2)]
    expected = sum(many * _like(distance, many) for many, distance in pairs)
    return 1 - (sum(counts) - 1) * observed / expected


def _like(number: Fraction, other: object) -> Any:
    """A fraction that can be multiplied with the other: NumPy takes no fractions."""
    return number if isinstance(other, Fraction | int) else float(number)


def alpha(histogram: Histogram, distance: Distance = nominal) -> Fraction | None:
    """Krippendorff's alpha for any number of annotators, values and gaps (Krippendorff 2004, 2013, chapter 12).

    Units that fewer than two annotators judged have no part in it.
    """
    paired = {pattern: units for pattern, units in histogram.items() if _judged(pattern) > 1}
    values = values_of(paired)
    counts = {
        value: Fraction(sum(units * pattern.count(value) for pattern, units in paired.items())) for value in values
    }
    delta = distance(values, counts)
    return exactly(lambda: alpha_of(totals(paired, lambda pattern: alpha_terms(pattern, values, delta)), delta))


# ---------------------------------------------------------------------- observed agreement, S, pi, kappa


def multi_terms(pattern: Pattern, values: Sequence[Any]) -> list[Fraction]:
    """What a unit with at least two judgements adds: itself, the share of its pairs that agree, and its values."""
    counts = Counter(value for value in pattern if value is not None)
    judged = counts.total()
    if judged < 2:
        return [Fraction(0)] * (len(values) + 2)
    agreeing = Fraction(sum(count * (count - 1) for count in counts.values()), judged * (judged - 1))
    return [Fraction(1), agreeing, *(Fraction(counts[value], judged) for value in values)]


def observed_of(terms: Sequence[Any]) -> Any:
    """A_o: the share of pairs of judgements that agree, without regard to chance (Artstein and Poesio 2008, 2.3)."""
    units, agreeing, *_ = terms
    return agreeing / units


def fleiss_of(terms: Sequence[Any]) -> Any:
    """Fleiss' kappa (Fleiss 1971); with two annotators it is Scott's pi (Scott 1955).

    Where annotators are missing, each unit with at least two of them counts the same (Gwet 2014, 2.5).
    """
    units, agreeing, *counts = terms
    expected = sum((count / units) ** 2 for count in counts)
    return (agreeing / units - expected) / (1 - expected)


def bennett_of(terms: Sequence[Any]) -> Any:
    """S: chance is the same for every value, however rare it is (Bennett, Alpert and Goldstein 1954)."""
    units, agreeing, *counts = terms
    return (agreeing / units * len(counts) - 1) / (len(counts) - 1)


def cohen_terms(pattern: Pattern, values: Sequence[Any]) -> list[int]:
    """What a unit adds to the table of the first against the second annotator, row by row."""
    one, other = pattern[:2]
    return [int(one == row and other == column) for row in values for column in values]


def cohen_of(terms: Sequence[Any]) -> Any:
    """Cohen's kappa of two annotators, each with habits of their own (Cohen 1960)."""
    size = round(len(terms) ** 0.5)
    units = sum(terms)
    rows = [sum(terms[at * size : (at + 1) * size]) for at in range(size)]
    columns = [sum(terms[at::size]) for at in range(size)]
    agreeing = sum(terms[at * (size + 1)] for at in range(size)) / units
    expected = sum(row * column for row, column in zip(rows, columns, strict=True)) / units**2
    return (agreeing - expected) / (1 - expected)


def light_terms(pattern: Pattern, values: Sequence[Any]) -> list[int]:
    """What a unit adds to the tables of all pairs of annotators."""
    return [term for two in combinations(pattern, 2) for term in cohen_terms(two, values)]


def light_of(terms: Sequence[Any], pairs: int) -> Any:
    """The mean of Cohen's kappa over so many pairs of annotators, of those for which it is defined (Light 1971)."""
    size = len(terms) // pairs
    tables = [terms[at * size : (at + 1) * size] for at in range(pairs)]
    if isinstance(terms[0], Fraction):
        found = [kappa for table in tables if (kappa := exactly(partial(cohen_of, table))) is not None]
        return sum(found, Fraction(0)) / len(found)
    import numpy as np

    kappas = np.array([cohen_of(table) for table in tables])
    there = np.isfinite(kappas)
    return np.where(there, kappas, 0).sum(0) / there.sum(0)


def fleiss(histogram: Histogram) -> Fraction | None:
    """`fleiss_of` a histogram."""
    return _of_values(histogram, multi_terms, fleiss_of)


def bennett(histogram: Histogram) -> Fraction | None:
    """`bennett_of` a histogram; the values are those that occur."""
    return _of_values(histogram, multi_terms, bennett_of)


def observed(histogram: Histogram) -> Fraction | None:
    """`observed_of` a histogram."""
    return _of_values(histogram, multi_terms, observed_of)


def cohen(histogram: Histogram) -> Fraction | None:
    """`cohen_of` a histogram of patterns of two."""
    both = {pattern: units for pattern, units in histogram.items() if _judged(pattern) == 2}
    return _of_values(both, cohen_terms, cohen_of)


# ---------------------------------------------------------------------- sums


def totals(histogram: Histogram, terms: Callable[[Pattern], Sequence[Fraction | int]]) -> list[Fraction]:
    """The terms of all units of a histogram."""
    return added(histogram.values(), [terms(pattern) for pattern in histogram])


def added(units: Iterable[int], terms: Sequence[Sequence[Fraction | int]]) -> list[Fraction]:
    """The terms of patterns, each of which so many units have; whole numbers are added as such, which is quicker."""
    often = list(units)
    return [Fraction(sum(map(mul, often, column))) for column in zip(*terms, strict=True)]


def exactly(make: Callable[[], Fraction]) -> Fraction | None:
    """A coefficient, or None where it is not defined."""
    try:
        return make()
    except (ZeroDivisionError, ValueError):
        return None


def values_of(patterns: Iterable[Pattern]) -> list[Any]:
    """Every value that occurs, in an order that does not depend on that of the patterns."""
    found = {value for pattern in patterns for value in pattern if value is not None}
    return sorted(found, key=lambda value: sorted(value) if isinstance(value, frozenset) else value)


def _of_values(
    histogram: Histogram,
    terms: Callable[[Pattern, Sequence[Any]], Sequence[Fraction | int]],
    of: Callable[[Sequence[Any]], Any],
) -> Fraction | None:
    values = values_of(histogram)
    return exactly(lambda: of(totals(histogram, lambda pattern: terms(pattern, values))))


def _judged(pattern: Pattern) -> int:
    return sum(value is not None for value in pattern)
