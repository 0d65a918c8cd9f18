"""Coefficients give the digits that the papers print, agree with the reference library, and are symmetric."""

from collections import Counter
from fractions import Fraction
from functools import partial
from itertools import permutations, repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure import coefficients as made
from onrecord.measure.coefficients import Histogram, Pattern


def column(text: str) -> list[int | None]:
    """A row of a reliability matrix; a dot stands for a missing value."""
    return [None if value == "." else int(value) for value in text.split()]


def matrix(*rows: str) -> Counter[Pattern]:
    """The histogram of a reliability matrix with a row for each observer."""
    return Counter(zip(*map(column, rows), strict=True))


def table(values: str, *rows: list[int]) -> dict[Pattern, int]:
    """The histogram of a contingency table of two coders."""
    return {
        (one, other): count
        for one, row in zip(values, rows, strict=True)
        for other, count in zip(values, row, strict=True)
    }


# ---------------------------------------------------------------------- published values

KRIPPENDORFF = matrix(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
"""Krippendorff 2011, Computing Krippendorff's alpha-reliability, part C: 4 observers, 12 units."""


@pytest.mark.parametrize(
    ("distance", "published"),
    [(made.nominal, 0.743), (made.ordinal, 0.815), (made.interval, 0.849), (made.ratio, 0.797)],
)
def test_krippendorffs_reference_matrix(distance: made.Distance, published: float) -> None:
    found = made.alpha(KRIPPENDORFF, distance)
    assert found is not None
    assert round(float(found), 3) == published


HAYES = """112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1 111.1 212.2 1233.
1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2 110.0 2121. 22.22 3222. 222.2 223.2 222.2
22.12 2222. 111.1"""
"""Hayes and Krippendorff 2007, figure 1: 5 observers' judgements of 40 news articles, an article a word."""


def test_hayes_and_krippendorff() -> None:
    units: Counter[Pattern] = Counter(tuple(column(" ".join(word))) for word in HAYES.split())
    found = made.alpha(units, made.ordinal)
    assert units.total() == 40
    assert found is not None
    assert round(float(found), 4) == 0.7598


FLEISS = """444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"""
"""Fleiss 1971, table 1: the diagnoses that 6 psychiatrists gave each of 30 patients."""


def test_fleiss() -> None:
    found = made.fleiss(Counter(tuple(word) for word in FLEISS.split()))
    assert found is not None
    assert round(float(found), 3) == 0.430


def test_cohen() -> None:
    """Cohen 1960, table 1, in judgements of 200 cases."""
    found = made.cohen(table("123", [88, 14, 18], [10, 40, 10], [2, 6, 12]))
    assert found is not None
    assert round(float(found), 3) == 0.492


def test_artstein_and_poesio() -> None:
    """Artstein and Poesio 2008, table 6: two coders' dialogue acts of 100 utterances."""
    acts = table("SIC", [46, 6, 0], [0, 32, 0], [0, 6, 10])
    found = [coefficient(acts) for coefficient in (made.observed, made.bennett, made.fleiss, made.cohen, made.alpha)]
    assert [round(float(each), 4) for each in found if each is not None] == [0.88, 0.82, 0.7995, 0.8013, 0.8005]

    def weighted(values: Any, _: Any) -> made.Delta:
        half = Fraction(1, 2)
        return [[Fraction(0) if a == b else half if "C" in (a, b) else Fraction(1) for b in values] for a in values]

    found_weighted = made.alpha(acts, weighted)
    assert found_weighted is not None
    assert round(float(found_weighted), 4) == 0.8156


def test_masi_is_passonneaus() -> None:
    sets = [frozenset(), frozenset("a"), frozenset("ab"), frozenset("ac"), frozenset("abcd")]
    distance = {
        frozenset((one, other)): made.masi([one, other], {})[0][1] for one, other in permutations(sets, 2)
    }  # fmt: skip
    assert made.masi([frozenset(), frozenset()], {})[0][1] == 0
    assert distance[frozenset((sets[0], sets[1]))] == 1
    assert distance[frozenset((sets[1], sets[2]))] == 1 - Fraction(1, 2) * Fraction(2, 3)
    assert distance[frozenset((sets[2], sets[3]))] == 1 - Fraction(1, 3) * Fraction(1, 3)
    assert distance[frozenset((sets[2], sets[4]))] == 1 - Fraction(2, 4) * Fraction(2, 3)


# ---------------------------------------------------------------------- properties

judgements = st.one_of(st.none(), st.integers(1, 4))
histograms = st.integers(2, 4).flatmap(
    lambda annotators: st.dictionaries(st.tuples(*repeat(judgements, annotators)), st.integers(1, 5), min_size=1)
)


@given(histogram=histograms, distance=st.sampled_from([made.nominal, made.ordinal, made.interval, made.ratio]))
def test_alpha_is_the_reference_librarys(histogram: dict[Pattern, int], distance: made.Distance) -> None:
    krippendorff = pytest.importorskip("krippendorff")
    found = made.alpha(histogram, distance)
    units = [
        [float("nan") if value is None else value for value in pattern] for pattern in Counter(histogram).elements()
    ]
    if found is not None:
        theirs = krippendorff.alpha(list(zip(*units, strict=True)), level_of_measurement=distance.__name__)
        assert float(found) == pytest.approx(theirs, abs=1e-9)


@given(histogram=histograms, turn=st.integers(0, 3))
def test_no_coefficient_asks_who_is_first(histogram: dict[Pattern, int], turn: int) -> None:
    turned: Histogram = {(*pattern[turn:], *pattern[:turn]): units for pattern, units in reversed(histogram.items())}
    for coefficient in (made.alpha, made.fleiss, made.bennett, made.observed):
        assert coefficient(turned) == coefficient(histogram)
    values = made.values_of(histogram)
    several = len(next(iter(histogram)))
    terms = partial(made.light_terms, values=values)
    of = partial(made.light_of, pairs=several * (several - 1) // 2)
    if values:
        assert made.exactly(lambda: of(made.totals(turned, terms))) == made.exactly(
            lambda: of(made.totals(histogram, terms))
        )


@given(values=st.lists(st.integers(1, 4), min_size=1), annotators=st.integers(2, 5))
def test_identical_work_agrees_wholly(values: list[int], annotators: int) -> None:
    histogram: Counter[Pattern] = Counter((value,) * annotators for value in values)
    varied = len(set(values)) > 1
    assert made.observed(histogram) == 1
    assert made.alpha(histogram) == made.fleiss(histogram) == made.bennett(histogram) == (1 if varied else None)
    assert made.cohen(Counter((value, value) for value in values)) == (1 if varied else None)


@given(histogram=histograms)
def test_sums_in_arrays_give_what_sums_in_fractions_give(histogram: dict[Pattern, int]) -> None:
    numpy = pytest.importorskip("numpy")
    values = made.values_of(histogram)
    delta = made.nominal(values, {})
    for terms, of in (
        (partial(made.alpha_terms, values=values, delta=delta), partial(made.alpha_of, delta=delta)),
        (partial(made.multi_terms, values=values), made.fleiss_of),
        (partial(made.light_terms, values=values), partial(made.light_of, pairs=1)),
    ):
        if not values or (of not in (made.fleiss_of,) and len(next(iter(histogram))) != 2):
            continue
        sums = made.totals(histogram, terms)
        exact = made.exactly(lambda of=of, sums=sums: of(sums))  # type: ignore[misc]
        with numpy.errstate(all="ignore"):
            (found,) = of([numpy.array([float(number)]) for number in sums])
        assert found == pytest.approx(float(exact)) if exact is not None else not numpy.isfinite(found)
