"""Agreement on which mentions are of one claim: B-cubed and CEAF-e, which come from coreference.

Each annotator's claims are clusters of mentions. What two annotators' clusters share is counted by their aligned
mentions; one that the other did not mark, or marked without a claim, is in a cluster on one side alone and lowers the
score (Pradhan and others 2014, whose example the tests hold). The names of claims play no part.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeAlias

from msgspec import Struct

Both: TypeAlias = tuple[Hashable | None, Hashable | None]
"""The claims of an aligned pair; None on the side that has no mention there, or no claim for it."""


class Clusters(Struct, frozen=True):
    """Two annotators' clusters: the size of each, and how many mentions each two share.

    `shared` is an array with a row for each cluster of the one annotator, and a column for each of the other.
    """

    shared: Any
    rows: Any
    columns: Any


class Clustered:
    """Aligned mentions with their claims, of which clusters are made with any weights."""

    def __init__(self, mentions: Iterable[Both]) -> None:
        import numpy as np

        pairs = list(mentions)
        self._sides = []
        self._sizes = []
        for side in zip(*pairs, strict=True):
            number = {claim: at for at, claim in enumerate(dict.fromkeys(each for each in side if each is not None))}
            self._sides.append(np.array([number.get(claim, len(number)) for claim in side]))
            self._sizes.append(len(number))

    def weighted(self, weights: Any) -> Clusters:
        """The clusters in which each mention counts as often as its weight says."""
        import numpy as np

        # Mentions without a claim fall into one more row or column, which is cut off.
        shared = np.zeros([size + 1 for size in self._sizes])
        np.add.at(shared, tuple(self._sides), weights)
        return Clusters(shared[:-1, :-1], shared.sum(1)[:-1], shared.sum(0)[:-1])


def clusters(mentions: Iterable[Both]) -> Clusters:
    """The clusters of mentions, of which there is at least one."""
    return Clustered(mentions).weighted(1.0)


def b_cubed(found: Clusters) -> float | None:
    """B-cubed F1 (Bagga and Baldwin 1998): of each mention's cluster, how much is one on the other side too."""
    if not found.rows.sum() + found.columns.sum():
        return None
    precision = _b_cubed(found.shared, found.columns, axis=0)
    recall = _b_cubed(found.shared, found.rows, axis=1)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ceaf_e(found: Clusters) -> float | None:
    """CEAF-e F1 (Luo 2005): clusters paired so that their likeness, 2 shared / (size + size), is greatest."""
    import numpy as np

    from .solver import assign

    sizes = found.rows[:, None] + found.columns[None, :]
    likeness = np.divide(2 * found.shared, sizes, out=np.zeros_like(sizes), where=sizes > 0)
    best = likeness[assign(likeness)].sum()
    there = (found.rows > 0).sum() + (found.columns > 0).sum()
    return float(2 * best / there) if there else None


SCORES: dict[str, Callable[[Clusters], float | None]] = {"b_cubed": b_cubed, "ceaf_e": ceaf_e}


def _b_cubed(shared: Any, sizes: Any, axis: int) -> float:
    import numpy as np

    squares = (shared**2).sum(axis)
    return float(np.divide(squares, sizes, out=np.zeros_like(sizes), where=sizes > 0).sum() / max(sizes.sum(), 1e-9))
