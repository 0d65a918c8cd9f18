"""How competent annotators are at labels, judged by how their work fits together, when nobody knows what is right.

An item is one label on one aligned group of mentions: present or absent. Who has submitted the document and has no
mention there said absent of every label. Two models (`latent`) look for the truth and the annotators' errors at once.
What they mean, and what they cannot tell, is in docs/agreement.md.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from .agreement import Figure
from .compared import Shared, Told, compare, shared_documents, untold
from .estimates import draws
from .judged import Judged
from .latent import dawid_skene, mace
from .solver import require

SAMPLES = 200
FEW_ITEMS = 50
"""From so many items on, something is known of an annotator."""
MEASURES = ("finds", "leaves_out", "mace")
_ABSENT, _PRESENT = 0, 1
_AT_ONCE = 2_000_000

_Pattern: TypeAlias = tuple[bool | None, ...]
_Patterns: TypeAlias = Mapping[_Pattern, Mapping[int, int]]
"""What each annotator said of an item, None if they were not asked, and how many such items each document has."""


class Competence(Struct, frozen=True):
    """Figures of each annotator, of all labels together (label "") and of each, and what a reader should know."""

    figures: tuple[Figure, ...]
    said: tuple[str, ...]


def competence(
    connection: sqlite3.Connection, samples: int = SAMPLES, seed: int = 1, told: Told = untold
) -> Competence:
    """Compare all that two annotators have submitted, and measure everybody's competence.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    require()
    shared = shared_documents(connection, (), "submitted")
    compare(connection, shared, seed, pairs=False, where=False, told=told)
    return competence_compared(connection, shared, samples, seed, told)


def competence_compared(
    connection: sqlite3.Connection,
    shared: Sequence[Shared],
    samples: int = SAMPLES,
    seed: int = 1,
    told: Told = untold,
) -> Competence:
    """The competence in what was compared last on this connection; `told` hears every now and then that it goes on.

    `finds` and `leaves_out` are Dawid and Skene's (1979) rates of saying a label that holds, and of not saying one that
    does not; `mace` is how often the annotator knows rather than guesses (Hovy and others 2013). It is of all labels
    together alone: of a rare label, always leaving it out looks like knowing, or knowing like a habit.
    """
    names = sorted({name for document in shared for name in document.annotators})
    if len(names) < 3:
        return Competence((), ("competence needs three annotators: of two who differ, nobody can tell who is right",))
    by_label = _patterns(Judged(connection, len(names)), shared, names)
    if not by_label:
        return Competence((), ("nobody gave a label in what is compared, so no competence is known",))
    figures: list[Figure] = []
    for label, patterns in by_label.items():
        fitted = _Fitted(label, patterns, len(shared), len(names))
        figures += fitted.figures(names, samples, seed, lambda: told(len(shared), len(shared)))
    return Competence(tuple(figures), tuple(_cautions(shared, figures)))


def _cautions(shared: Sequence[Shared], figures: Sequence[Figure]) -> Iterator[str]:
    if all(len(document.annotators) < 3 for document in shared):
        yield "no document was submitted by three annotators, so that competence rests on pairs and is hardly known"
    few = [each.of for each in figures if not each.label and each.measure == "mace" and each.units < FEW_ITEMS]
    if few:
        yield f"fewer than {FEW_ITEMS} items are too few to know much of: {', '.join(few)}"


def _patterns(
    judged: Judged, shared: Sequence[Shared], names: Sequence[str]
) -> dict[str, dict[_Pattern, Counter[int]]]:
    """The patterns of all labels together under "", then of each label that anybody gave."""
    asked = [{names.index(name) for name in document.annotators} for document in shared]
    found: list[tuple[int, int, tuple[frozenset[str] | None, ...]]] = []
    for sets, where in judged.histogram(range(len(names)), range(len(shared)), fewest=1).items():
        for document, units in where.items():
            given = (frozenset() if one is None and at in asked[document] else one for at, one in enumerate(sets))
            found.append((document, units, tuple(given)))
    labels = sorted({label for _, _, sides in found for one in sides if one is not None for label in one})
    by_label: dict[str, dict[_Pattern, Counter[int]]] = {each: defaultdict(Counter) for each in (["", *labels])}
    for document, units, sides in found:
        for label in labels:
            pattern = tuple(None if one is None else label in one for one in sides)
            for each in ("", label):
                by_label[each][pattern][document] += units
    return by_label if labels else {}


class _Fitted:
    """The models of some patterns."""

    def __init__(self, label: str, patterns: _Patterns, documents: int, annotators: int) -> None:
        import numpy as np
        from scipy.sparse import csr_array  # type: ignore[import-untyped]

        self._label, self._documents = label, documents
        self._measures = MEASURES[:2] if label else MEASURES
        self._said = np.zeros((len(patterns), annotators, 2))
        places = []
        for at, pattern in enumerate(patterns):
            for who, given in enumerate(pattern):
                if given is not None:
                    self._said[at, who, _PRESENT if given else _ABSENT] = 1
        for at, where in enumerate(patterns.values()):
            places += [(units, document, at) for document, units in where.items()]
        units, rows, columns = zip(*places, strict=True)
        self._counts = csr_array((units, (rows, columns)), shape=(documents, len(patterns)), dtype=float)

    def figures(self, names: Sequence[str], samples: int, seed: int, pulse: Callable[[], object]) -> Iterator[Figure]:
        """Every annotator's figures with their intervals."""
        import numpy as np

        (values,) = self._estimated(np.ones((1, self._documents)), seed)
        drawn: list[Any] = []
        for weights in draws(self._documents, samples, seed, self._rows) if self._documents > 1 else ():
            pulse()
            drawn += list(self._estimated(weights, seed))
        judged = self._said.sum(axis=2)
        units = (self._counts.sum(axis=0)[:, None] * judged).sum(axis=0)
        documents = ((self._counts @ judged) > 0).sum(axis=0)
        for row, measure in enumerate(self._measures):
            for who, name in enumerate(names):
                value = float(values[row, who])
                some = np.array([each[row, who] for each in drawn])
                some = some[np.isfinite(some)]
                low, high = (float(end) for end in np.percentile(some, [2.5, 97.5])) if len(some) else (None, None)
                id_ = "/".join(filter(None, ("competence", measure, self._label, name)))
                yield Figure(
                    id_, "competence", measure, self._label, name, value if np.isfinite(value) else None, low, high,
                    int(units[who]), int(documents[who]),
                )  # fmt: skip

    @property
    def _rows(self) -> int:
        """How many draws are estimated at once: as many as fit into memory easily."""
        return max(1, _AT_ONCE // max(1, len(self._said), self._documents))

    def _estimated(self, documents: Any, seed: int) -> Any:
        """Each row of weights of documents: measures by annotators."""
        import numpy as np

        weights = np.asarray((self._counts.T @ documents.T).T, dtype=float)
        some = weights.sum(axis=1) > 0
        weights[~some] = 1
        rates = dawid_skene(self._said, weights).rates
        found = [rates[:, :, _PRESENT, _PRESENT], rates[:, :, _ABSENT, _ABSENT]]
        if not self._label:
            found.append(mace(self._said, weights, seed).knows)
        judged = (weights @ self._said.sum(axis=2)) > 0
        return np.where(some[:, None, None] & judged[:, None, :], np.stack(found, axis=1), np.nan)
