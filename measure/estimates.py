"""A coefficient over documents, with the interval in which it would lie for other documents of the same kind.

Intervals are percentile bootstraps (Efron and Tibshirani 1993, chapter 13): the documents are drawn again, as many as
there are and with replacement, and the coefficient is made of each draw; the middle 95 % of these are the interval.
Whole documents are drawn, since mentions of one document are not independent. The draws follow from the seed and from
the order in which the documents are given, so the same work gives the same interval.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from .clusters import SCORES, Both, Clustered
from .coefficients import Pattern, added, exactly

_LOW, _HIGH = 2.5, 97.5
_AT_ONCE = 64

Number: TypeAlias = Fraction | float | int


class Estimate(Struct, frozen=True):
    """A value, None where it is not defined, with the ends of its 95 % interval."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Coefficient(Protocol):
    """Something that is made of documents, each counted as often as one likes."""

    def value(self) -> float | None:
        """What it is for the documents as they are."""

    def drawn(self, weights: Any) -> Any:
        """What it is for each row of weights, which has one for each document; NaN where it is not defined."""


def estimates(
    coefficients: Sequence[Coefficient],
    documents: int,
    samples: int,
    seed: int,
    pulse: Callable[[], object] = lambda: None,
) -> list[Estimate]:
    """Coefficients with their intervals, all by the same draws; without for a single document or without samples.

    `pulse` is called every now and then; what it raises ends the work.
    """
    found = [Estimate(coefficient.value()) for coefficient in coefficients]
    if documents < 2 or not samples:
        return found
    import numpy as np

    there = [at for at, each in enumerate(found) if each.value is not None]
    drawn: list[list[Any]] = [[] for _ in there]
    for weights in draws(documents, samples, seed):
        for at, each in zip(there, drawn, strict=True):
            pulse()
            each.append(coefficients[at].drawn(weights))
    for at, each in zip(there, drawn, strict=True):
        values = np.concatenate(each)
        values = values[np.isfinite(values)]
        if len(values):
            low, high = np.percentile(values, [_LOW, _HIGH])
            found[at] = Estimate(found[at].value, float(low), float(high))
    return found


def draws(documents: int, samples: int, seed: int, at_once: int = _AT_ONCE) -> Iterator[Any]:
    """How often each document is drawn, for some samples at a time."""
    import numpy as np

    random = np.random.default_rng(seed)
    share = np.full(documents, 1 / documents)
    for first in range(0, samples, at_once):
        yield random.multinomial(documents, share, size=min(at_once, samples - first))


class Sums:
    """A coefficient of numbers that are summed over documents: rows of them, by the document's place."""

    def __init__(
        self, rows: Mapping[int, Sequence[Number]], documents: int, of: Callable[[Sequence[Any]], Any]
    ) -> None:
        self._rows, self._documents, self._of = rows, documents, of

    def value(self) -> float | None:
        """The coefficient of the sums, in the arithmetic of the numbers."""
        sums = [sum(column) for column in zip(*self._rows.values(), strict=True)]
        found = exactly(lambda: self._of(sums)) if sums else None
        return None if found is None else float(found)

    def drawn(self, weights: Any) -> Any:
        """The coefficient of each row of weights."""
        return _quietly(self._of, weights @ self._table)

    @cached_property
    def _table(self) -> Any:
        import numpy as np

        table = np.zeros((self._documents, len(next(iter(self._rows.values())))))
        for at, row in self._rows.items():
            table[at] = row
        return table


class Patterns:
    """A coefficient of patterns of judgements: how many units of each there are in each document, by its place."""

    def __init__(
        self,
        units: Mapping[Any, Mapping[int, int]],
        documents: int,
        terms: Callable[[Pattern], Sequence[Fraction | int]],
        of: Callable[[Sequence[Any]], Any],
    ) -> None:
        self._units = [*units.values()]
        self._terms = [terms(pattern) for pattern in units]
        self._documents, self._of = documents, of

    def value(self) -> float | None:
        """The coefficient of all units, exact until it is given as a float."""
        often = [sum(documents.values()) for documents in self._units]
        sums = added(often, self._terms)
        found = exactly(lambda: self._of(sums)) if sums else None
        return None if found is None else float(found)

    def drawn(self, weights: Any) -> Any:
        """The coefficient of each row of weights."""
        return _quietly(self._of, weights @ self._table)

    @cached_property
    def _table(self) -> Any:
        """What the units of each document add up to."""
        import numpy as np

        table = np.zeros((self._documents, len(self._terms[0])))
        for documents, terms in zip(self._units, self._terms, strict=True):
            row = np.array([float(term) for term in terms])
            table[[*documents]] += np.array([*documents.values()])[:, None] * row
        return table


class Claims:
    """A score of clusters, the mean of all pairs of annotators; each has its mentions as (document, their claims)."""

    def __init__(self, pairs: Sequence[Mapping[tuple[int, Both], int]], score: str) -> None:
        import numpy as np

        self._score = SCORES[score]
        self._pairs = [
            (Clustered(both for _, both in each), np.array([at for at, _ in each]), np.array([*each.values()]))
            for each in pairs
            if each
        ]

    def value(self) -> float | None:
        """The score of the documents as they are."""
        return self._mean(lambda _: 1)

    def drawn(self, weights: Any) -> Any:
        """The score of each row of weights."""
        import numpy as np

        found = [self._mean(lambda documents, row=row: row[documents]) for row in weights]  # type: ignore[misc]
        return np.array([np.nan if value is None else value for value in found])

    def _mean(self, weight: Callable[[Any], Any]) -> float | None:
        scores = [
            self._score(clustered.weighted(counts * weight(documents))) for clustered, documents, counts in self._pairs
        ]
        there = [score for score in scores if score is not None]
        return sum(there) / len(there) if there else None


def _quietly(of: Callable[[Sequence[Any]], Any], sums: Any) -> Any:
    """A coefficient of many sums at once; NumPy answers with NaN where chance agreement is certain."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.broadcast_to(of(list(sums.T)), len(sums))
