"""Unitizing alpha and gamma: published digits, symmetry, and what identical and absent work gives."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure.unitizing import Piece, disorder, flattened, unitizing

START, END = 150, 450
C = [[(225, 295), (370, 400)], [(220, 300), (355, 375), (400, 420)]]
K = [[(180, 240), (300, 350)], [(180, 240), (300, 350)]]
"""Krippendorff 2004, figure 11.4: two observers' units of the categories c and k, from 150 to 450."""


def test_krippendorffs_example() -> None:
    c, k = unitizing(C, START, END), unitizing(K, START, END)
    square = (END - START) ** 2
    assert [round(part / square, 4) for part in (*c, *k)] == [0.0144, 0.0532, 0.0, 0.0490]
    assert c.alpha is not None
    assert round(c.alpha, 4) == 0.7286
    assert k.alpha == 1
    # The book divides what it printed: .0144 by .0532 + .0490.
    rounded = [[round(part / square, 4) for part in each] for each in (c, k)]
    assert round(1 - (rounded[0][0] + rounded[1][0]) / (rounded[0][1] + rounded[1][1]), 4) == 0.8591
    assert round(1 - (c.observed + k.observed) / (c.expected + k.expected), 4) == 0.8587


@pytest.mark.parametrize(
    ("one", "other", "disorder_there", "gamma_there"),
    [
        ([(225, 295), (370, 400)], [(220, 300), (355, 375), (400, 420)], 0.6577778, 0.521),
        ([(0, 10), (20, 35), (50, 90), (100, 110)], [(2, 10), (22, 30), (31, 36), (55, 95)], 0.5301496, 0.431),
        (
            [(0, 10), (100, 130), (200, 210), (300, 340), (500, 520)],
            [(0, 12), (105, 130), (300, 342), (400, 410), (505, 530)],
            0.42564696,
            0.696,
        ),
    ],
)
def test_gamma_is_that_of_pygamma_agreement(
    one: list[Piece], other: list[Piece], disorder_there: float, gamma_there: float
) -> None:
    """Version 0.5.9 with alpha = 1, beta = 0, delta_empty = 1: the best alignment, and gamma of 500 shuffled samples."""
    found = disorder(one, other, other[-1][1], 500, 1)
    assert found.observed / ((len(one) + len(other)) / 2) == pytest.approx(disorder_there, abs=1e-6)
    assert found.gamma == pytest.approx(gamma_there, abs=0.03)


# ---------------------------------------------------------------------- properties

LENGTH = 60
bounds = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 20)).map(lambda at: (at[0], min(at[0] + at[1], LENGTH)))
works = st.lists(bounds, max_size=5)


@given(pieces=works)
def test_flattened_pieces_cover_the_same_and_never_overlap(pieces: list[Piece]) -> None:
    whole = flattened(pieces)
    assert {at for start, end in whole for at in range(start, end)} == {at for piece in pieces for at in range(*piece)}
    assert all(one[1] <= other[0] for one, other in pairwise(whole))


@given(annotators=st.lists(works.map(flattened), min_size=2, max_size=4))
def test_unitizing_alpha_asks_for_no_order(annotators: list[list[Piece]]) -> None:
    found = {unitizing(order, 0, LENGTH) for order in permutations(annotators)}
    assert len({round(each.observed, 6) for each in found}) == len({round(each.expected, 6) for each in found}) == 1
    same = unitizing([annotators[0]] * 3, 0, LENGTH)
    assert same.observed == 0
    assert same.alpha in (None, 1)


@given(one=works, other=works, seed=st.integers(0, 9))
def test_gamma_asks_for_no_order_and_is_1_on_identical_work(one: list[Piece], other: list[Piece], seed: int) -> None:
    found = disorder(one, other, LENGTH, 3, seed)
    assert found == disorder(other[::-1], one[::-1], LENGTH, 3, seed)
    assert disorder(one, one, LENGTH, 3, seed).gamma in (None, 1)
    if bool(one) != bool(other):
        assert found.gamma == 0


def test_a_text_of_one_code_point_is_no_trap() -> None:
    assert disorder([(0, 1)], [(0, 1)], 1, 3, 1).gamma in (None, 1)
