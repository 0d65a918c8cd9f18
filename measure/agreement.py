"""How far annotators agree, layer by layer: where mentions are, their labels, who stands behind them, and which claim.

What each number means, whose it is and when to use which is in docs/agreement.md. Every figure comes with a 95 %
interval (`estimates`); None stands for a coefficient that is not defined, as where only one value ever occurs.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations
from typing import Any, Literal, TypeAlias, get_args

from msgspec import Struct

from . import coefficients as made
from .compared import (
    ORIGINS,
    Counts,
    Difference,
    Shared,
    Told,
    Two,
    Which,
    compare,
    differing_most,
    shared_documents,
    suggested,
    untold,
)
from .estimates import Claims, Coefficient, Number, Patterns, Sums, estimates
from .judged import Judged, Sets
from .solver import require

LayerName: TypeAlias = Literal["boundaries", "labels", "attribution", "claims"]
LAYER_NAMES: tuple[LayerName, ...] = get_args(LayerName)
By: TypeAlias = Literal["annotator", "outlet", "document", "suggestion"]
BYS: tuple[By, ...] = get_args(By)
SAMPLES = 1000
MOST = 5


class Options(Struct, frozen=True, kw_only=True):
    """What to measure: empty fields stand for everything; `by` splits every figure."""

    layer: LayerName | None = None
    by: By | None = None
    annotators: tuple[str, ...] = ()
    documents: Which = "submitted"
    seed: int = 1
    samples: int = SAMPLES


class Figure(Struct, frozen=True):
    """One number: of which layer, measure, label and part of the work, with its interval and what it rests on.

    `units` are mentions, or aligned groups of them for labels, or what was compared; `documents` those that were drawn.
    """

    id: str
    layer: str
    measure: str
    label: str
    of: str
    value: float | None
    low: float | None
    high: float | None
    units: int
    documents: int


class Agreement(Struct, frozen=True):
    """All figures, the documents that disagree most, and what a reader should know about them, in sentences."""

    annotators: tuple[str, ...]
    documents: int
    figures: tuple[Figure, ...]
    most: tuple[Difference, ...]
    said: tuple[str, ...]
    shared: tuple[Shared, ...] = ()
    differences: tuple[Difference, ...] = ()
    """What was compared, and how much of each document differs, in the same order."""


def agreement(
    connection: sqlite3.Connection,
    options: Options = Options(),  # noqa: B008 - it is frozen
    told: Told = untold,
) -> Agreement:
    """Measure the agreement in a project; `told` hears how far the comparison is.

    Raises:
        BadInput: an annotator is not in the project.
        MissingExtra: NumPy or SciPy is not installed.
    """
    require()
    documents = shared_documents(connection, options.annotators, options.documents)
    said = [] if documents else ["no document is shared by two annotators, so there is nothing to compare"]
    split = options.by == "suggestion"
    if split and not suggested(connection):
        said.append("no mark says that it came from a suggestion, so all of them count as without suggestions")
    where = options.layer in (None, "boundaries") and not split
    pairs = options.layer != "labels"
    counts = compare(connection, documents, options.seed, pairs=pairs, where=where, by_origin=split, told=told)
    if split and options.layer in (None, "boundaries"):
        said.append("unitizing alpha and gamma are about whole texts, and are not split by suggestions")
    size = len(documents)
    figures = list(_Measuring(counts, options, lambda: told(size, size)).figures()) if documents else []
    return Agreement(
        annotators=tuple(counts.names),
        documents=len(documents),
        figures=tuple(figures),
        most=tuple(differing_most(counts.differences, MOST)),
        said=tuple(said),
        shared=tuple(documents),
        differences=tuple(counts.differences),
    )


def judged_figures(connection: sqlite3.Connection, annotators: Sequence[str]) -> list[Figure]:
    """The figures of labels of the judgements that a connection holds, all as of one document, so without intervals."""
    document = Shared(0, "", "", "", 0, tuple(annotators))
    counts = Counts([document], {}, {}, [], [*annotators], Judged(connection, len(annotators)))
    return list(_Measuring(counts, Options(layer="labels", samples=0), lambda: None).figures())


class _Part(Struct, frozen=True):
    """A part of the work: some documents by their places, some pairs of annotators, or one origin of marks."""

    of: str
    documents: tuple[int, ...]
    two: Two | None = None
    origin: str = ""


class _Measuring:
    """Makes the figures of each part."""

    def __init__(self, counts: Counts, options: Options, pulse: Callable[[], object]) -> None:
        self._counts, self._options, self._pulse = counts, options, pulse
        self._taken: dict[tuple[str, Two | None, str], dict[int, list[Number]]] = {}

    def figures(self) -> Iterator[Figure]:
        """Every figure, part by part."""
        layers: dict[str, Callable[[_Part], Iterator[_Made]]] = {
            "boundaries": self._boundaries, "labels": self._labels, "attribution": self._attribution,
            "claims": self._claims,
        }  # fmt: skip
        chosen = [self._options.layer] if self._options.layer else LAYER_NAMES
        for part in self._parts():
            makers = [layers[name] for name in chosen]
            if not self._options.layer:
                makers.insert(0, self._groups)
            made_here = [each for make in makers for each in make(part)]
            found_here = estimates(
                [each[3] for each in made_here], len(part.documents), self._options.samples, self._options.seed,
                self._pulse,
            )  # fmt: skip
            for (layer, measure, label, _, units), found in zip(made_here, found_here, strict=True):
                name = "/".join(filter(None, (layer, measure, label, part.of)))
                yield Figure(
                    name, layer, measure, label, part.of, found.value, found.low, found.high, units,
                    len(part.documents),
                )  # fmt: skip

    # ------------------------------------------------------------------ parts

    def _parts(self) -> Iterator[_Part]:
        documents = self._counts.documents
        everything = tuple(range(len(documents)))
        if self._options.by == "annotator":
            for two in combinations(self._counts.names, 2):
                places = tuple(at for at in everything if set(two) <= set(documents[at].annotators))
                if places:
                    yield _Part(f"{two[0]}, {two[1]}", places, two)
        elif self._options.by == "outlet":
            outlets = defaultdict(list)
            for at in everything:
                outlets[documents[at].outlet].append(at)
            for outlet in sorted(outlets):
                yield _Part(outlet or "(no outlet)", tuple(outlets[outlet]))
        elif self._options.by == "document":
            by_share = differing_most(self._counts.differences, len(documents))
            order = {each.document.id: number for number, each in enumerate(by_share)}
            for at in sorted(everything, key=lambda at: order.get(documents[at].id, len(documents))):
                yield _Part(str(documents[at].id), (at,))
        elif self._options.by == "suggestion":
            for origin in ORIGINS:
                if any(key[2] == origin for key in self._counts.sums):
                    yield _Part(origin, everything, origin=origin)
        else:
            yield _Part("all", everything)

    def _rows(self, measure: str, part: _Part) -> dict[int, list[Number]]:
        """The sums of a measure by the place of the document in the part; nothing where nothing was counted."""
        key = (measure, part.two, part.origin)
        if key not in self._taken:
            whole: dict[int, list[Number]] = {}
            for (name, two, origin), rows in self._counts.sums.items():
                if name == measure and part.two in (None, two) and part.origin in ("", origin):
                    for at, row in rows.items():
                        whole[at] = [one + other for one, other in zip(whole.get(at, [0] * len(row)), row, strict=True)]
            self._taken[key] = whole
        taken = self._taken[key]
        return {place: taken[at] for place, at in enumerate(part.documents) if at in taken}

    def _summed(
        self, part: _Part, layer: str, counted: str, of: dict[str, Callable[[Sequence[Any]], Any]]
    ) -> Iterator["_Made"]:
        """Coefficients of sums whose last number is how many units there are."""
        rows = self._rows(counted, part)
        for measure, make in of.items():
            if rows:
                units = int(sum(row[-1] for row in rows.values()))
                yield layer, measure, "", Sums(rows, len(part.documents), make), units

    # ------------------------------------------------------------------ layers

    def _groups(self, part: _Part) -> Iterator["_Made"]:
        """The share of groups in which nothing differs."""
        if part.two is None:
            yield from self._summed(part, "groups", "groups", {"undisputed": lambda sums: sums[0] / sums[-1]})

    def _boundaries(self, part: _Part) -> Iterator["_Made"]:
        """F1 of mentions that are the same or are paired (Hripcsak and Rothschild 2005), and the two of `unitizing`."""
        yield from self._summed(
            part, "boundaries", "mentions",
            {"exact_f1": lambda sums: sums[0] / sums[-1], "overlap_f1": lambda sums: sums[1] / sums[-1]},
        )  # fmt: skip
        if not part.origin:
            whole = {"unitizing_alpha": lambda sums: 1 - sums[0] / sums[1]}
            yield from self._summed(part, "boundaries", "units together" if part.two is None else "units", whole)
            yield from self._summed(part, "boundaries", "disorder", {"gamma": lambda sums: 1 - sums[0] / sums[1]})

    def _attribution(self, part: _Part) -> Iterator["_Made"]:
        """The shares of compared chains that are the same, after the agr of Wiebe, Wilson and Cardie 2005."""
        yield from self._summed(
            part, "attribution", "chains",
            {"same_origin": lambda sums: sums[0] / sums[-1], "same_chain": lambda sums: sums[1] / sums[-1]},
        )  # fmt: skip

    def _claims(self, part: _Part) -> Iterator["_Made"]:
        """The share of pairs with one claim, B-cubed (Bagga and Baldwin 1998) and CEAF-e (Luo 2005)."""
        yield from self._summed(part, "claims", "claims", {"same_claim": lambda sums: sums[0] / sums[-1]})
        place = {at: number for number, at in enumerate(part.documents)}
        pairs = []
        for two in combinations(self._counts.names, 2) if part.two is None else [part.two]:
            pairs.append(
                {
                    (place[at], both): count
                    for (who, origin), claims in self._counts.claims.items()
                    if who == two and part.origin in ("", origin)
                    for (at, both), count in claims.items()
                    if at in place
                }
            )
        units = sum(count for pair in pairs for count in pair.values())
        for score in ("b_cubed", "ceaf_e") if units else ():
            yield "claims", score, "", Claims(pairs, score), units

    def _labels(self, part: _Part) -> Iterator["_Made"]:
        """Each label by itself, then whole sets by alpha with MASI (Passonneau 2006); see `coefficients`."""
        numbers = [self._counts.names.index(name) for name in part.two or self._counts.names]
        everything = not self._options.samples and len(part.documents) == len(self._counts.documents)
        sets = self._counts.judged.histogram(numbers, None if everything else part.documents, part.origin)
        units = sum(sum(where.values()) for where in sets.values())
        for label in sorted({label for pattern in sets for one in pattern if one is not None for label in one}):
            has = _having(sets, label)
            tallies = _unordered(has)
            for measure, terms, of in _binary(_pairs(len(numbers))):
                patterns = has if measure == "cohen" else tallies
                yield "labels", measure, label, Patterns(patterns, len(part.documents), terms, of), units
        if units:
            values, profiles = _profiles(sets)
            delta = made.masi(values, {})
            terms = partial(made.alpha_terms, values=range(len(values)), delta=delta)
            coefficient = Patterns(profiles, len(part.documents), terms, partial(made.alpha_of, delta=delta))
            yield "labels", "alpha_masi", "", coefficient, units


_Made: TypeAlias = tuple[str, str, str, Coefficient, int]
_LABELLED = (False, True)


def _binary(
    pairs: int,
) -> Iterator[tuple[str, Callable[..., Sequence[Fraction | int]], Callable[[Sequence[Any]], Any]]]:
    """The coefficients of one label, which a mention has or has not."""
    delta = made.nominal(_LABELLED, {})
    multi = partial(made.multi_terms, values=_LABELLED)
    yield "observed", multi, made.observed_of
    yield "s", multi, made.bennett_of
    yield "fleiss", multi, made.fleiss_of
    yield "cohen", partial(made.light_terms, values=_LABELLED), partial(made.light_of, pairs=pairs)
    yield (
        "alpha", partial(made.alpha_terms, values=_LABELLED, delta=delta), partial(made.alpha_of, delta=delta),
    )  # fmt: skip


def _pairs(annotators: int) -> int:
    return annotators * (annotators - 1) // 2


def _having(sets: Sets, label: str) -> "_Units":
    """The same units by who gave them one label; far fewer patterns are left."""
    given = {None: None} | {one: label in one for pattern in sets for one in pattern if one is not None}
    return _gathered(sets, lambda pattern: tuple([given[one] for one in pattern]))


def _unordered(having: "_Units") -> "_Units":
    """The same units by how many gave a label and how many did not, whoever they were."""
    return _gathered(having, lambda pattern: (True,) * pattern.count(True) + (False,) * pattern.count(False))


def _profiles(sets: Sets) -> tuple[list[frozenset[str]], "_Units"]:
    """All label sets, and the same units by which of them they were given, whoever gave them."""
    values = made.values_of(sets)
    number = {value: at for at, value in enumerate(values)}
    return values, _gathered(sets, lambda pattern: tuple(sorted([number[one] for one in pattern if one is not None])))


_Units: TypeAlias = dict[made.Pattern, dict[int, int]]


def _gathered(units: Mapping[Any, Mapping[int, int]], what: Callable[[Any], made.Pattern]) -> _Units:
    """Units by what their patterns come to, which is the same for several patterns."""
    gathered: _Units = {}
    for pattern, where in units.items():
        there = gathered.setdefault(what(pattern), {})
        for document, many in where.items():
            there[document] = there.get(document, 0) + many
    return gathered
