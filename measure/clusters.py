"""Agreement on which mentions are of one claim: B-cubed and CEAF-e, which come from coreference.

Each annotator's claims are clusters of mentions. What two annotators' clusters share is counted by their aligned
mentions; one that the other did not mark, or marked without a claim, is in a cluster on one side alone and lowers the
score (Pradhan and others 2014, whose example the tests hold). The names of claims play no part.
"""

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import Any, TypeAlias

from msgspec import Struct

Both: TypeAlias = tuple[Hashable | None, Hashable | None]
"""The claims of an aligned pair; None on the side that has no mention there, or no claim for it."""


class Clusters(Struct, frozen=True):
    """Two annotators' clusters: how many mentions each two share that share any, in cells, and the size of each."""

    cells: "Cells"
    shared: Any
    rows: Any
    columns: Any


class Cells:
    """Which clusters of two annotators share mentions: for each cell, the one's cluster and the other's."""

    def __init__(self, rows: Any, columns: Any) -> None:
        self.rows, self.columns = rows, columns

    @cached_property
    def blocks(self) -> tuple[Any, Any, list[Any]]:
        """The cells parted so that no cluster is in two parts: each can be paired without the others.

        In most parts one cluster is in all cells, so that one cell is paired: these come in order, with where each part
        begins. The others come one by one.
        """
        import numpy as np
        from scipy.sparse import coo_array  # type: ignore[import-untyped]
        from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

        first = self.rows.max(initial=-1) + 1
        size = first + self.columns.max(initial=-1) + 1
        graph = coo_array((np.ones(len(self.rows)), (self.rows, self.columns + first)), shape=(size, size))
        count, parts = connected_components(graph, directed=False) if size else (0, np.array([], dtype=int))
        of = parts[self.rows]
        rows, columns = (
            np.bincount(parts[each], minlength=count) for each in (np.arange(first), np.arange(first, size))
        )
        simple = np.minimum(rows, columns)[of] <= 1
        order = np.flatnonzero(simple)[np.argsort(of[simple], kind="stable")]
        starts = np.flatnonzero(np.diff(of[order], prepend=-1))
        rest = np.flatnonzero(~simple)[np.argsort(of[~simple], kind="stable")]
        wide = np.split(rest, np.flatnonzero(np.diff(of[rest])) + 1) if len(rest) else []
        return order, starts, wide


class Clustered:
    """Aligned mentions with their claims, of which clusters are made with any weights."""

    def __init__(self, mentions: Iterable[Both]) -> None:
        import numpy as np

        self._sides = []
        self._sizes = []
        for side in zip(*mentions, strict=True):
            number = {claim: at for at, claim in enumerate(dict.fromkeys(each for each in side if each is not None))}
            self._sides.append(np.array([number.get(claim, len(number)) for claim in side]))
            self._sizes.append(len(number))
        (one, other), (first, second) = self._sides, self._sizes
        self._both = (one < first) & (other < second)
        cells, self._cell = np.unique(one[self._both] * second + other[self._both], return_inverse=True)
        self._cells = Cells(*np.divmod(cells, max(1, second)))

    def weighted(self, weights: Any) -> Clusters:
        """The clusters in which each mention counts as often as its weight says."""
        import numpy as np

        counted = np.broadcast_to(np.asarray(weights, dtype=float), self._both.shape)
        shared = np.bincount(self._cell, counted[self._both], minlength=len(self._cells.rows))
        # Mentions without a claim are counted as one more cluster, which is cut off.
        rows, columns = (
            np.bincount(side, counted, minlength=size + 1)[:-1]
            for side, size in zip(self._sides, self._sizes, strict=True)
        )
        return Clusters(self._cells, shared, rows, columns)


def clusters(mentions: Iterable[Both]) -> Clusters:
    """The clusters of mentions, of which there is at least one."""
    return Clustered(mentions).weighted(1.0)


def b_cubed(found: Clusters) -> float | None:
    """B-cubed F1 (Bagga and Baldwin 1998): of each mention's cluster, how much is one on the other side too."""
    if not found.rows.sum() + found.columns.sum():
        return None
    precision = _b_cubed(found.shared, found.cells.columns, found.columns)
    recall = _b_cubed(found.shared, found.cells.rows, found.rows)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ceaf_e(found: Clusters) -> float | None:
    """CEAF-e F1 (Luo 2005): clusters paired so that their likeness, 2 shared / (size + size), is greatest."""
    import numpy as np

    sizes = found.rows[found.cells.rows] + found.columns[found.cells.columns]
    likeness = np.divide(2 * found.shared, sizes, out=np.zeros_like(sizes), where=sizes > 0)
    order, starts, wide = found.cells.blocks
    best = np.maximum.reduceat(likeness[order], starts).sum() if len(order) else 0.0
    best += sum(_paired(found.cells.rows[each], found.cells.columns[each], likeness[each]) for each in wide)
    there = (found.rows > 0).sum() + (found.columns > 0).sum()
    return float(2 * best / there) if there else None


SCORES: dict[str, Callable[[Clusters], float | None]] = {"b_cubed": b_cubed, "ceaf_e": ceaf_e}


def _b_cubed(shared: Any, of: Any, sizes: Any) -> float:
    import numpy as np

    squares = np.bincount(of, shared**2, minlength=len(sizes))
    return float(np.divide(squares, sizes, out=np.zeros_like(sizes), where=sizes > 0).sum() / max(sizes.sum(), 1e-9))


def _paired(rows: Any, columns: Any, likeness: Any) -> float:
    """The greatest sum of cells of which no two are of one row or column."""
    import numpy as np

    from .solver import assign

    (all_rows, row), (all_columns, column) = (np.unique(each, return_inverse=True) for each in (rows, columns))
    table = np.zeros((len(all_rows), len(all_columns)))
    table[row, column] = likeness
    return float(table[assign(table)].sum())
