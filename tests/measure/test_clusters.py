"""B-cubed and CEAF-e: the published example, symmetry, and names that play no part."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure.clusters import Both, b_cubed, ceaf_e, clusters

PRADHAN: list[Both] = [
    ("abc", "ab"), ("abc", "ab"), ("abc", "cd"), ("defg", "cd"), ("defg", None), ("defg", "fghi"), ("defg", "fghi"),
    (None, "fghi"), (None, "fghi"),
]  # fmt: skip
"""Pradhan and others 2014, section 4: the key {a b c} {d e f g} against the response {a b} {c d} {f g h i}."""


def test_the_example_of_the_reference_scorer() -> None:
    found = clusters(PRADHAN)
    b_recall, b_precision = 35 / 84, 4 / 8
    assert b_cubed(found) == pytest.approx(2 * b_recall * b_precision / (b_recall + b_precision))
    ceaf_recall, ceaf_precision = 1.3 / 2, 1.3 / 3
    assert ceaf_e(found) == pytest.approx(2 * ceaf_recall * ceaf_precision / (ceaf_recall + ceaf_precision))
    assert (round(b_cubed(found) or 0, 2), round(ceaf_e(found) or 0, 2)) == (0.45, 0.52)


claims = st.one_of(st.none(), st.integers(0, 3))
pairs = st.lists(st.tuples(claims, claims).filter(any), min_size=1, max_size=12)


@given(mentions=pairs)
def test_scores_ask_neither_who_is_first_nor_what_claims_are_called(mentions: list[Both]) -> None:
    turned: list[Both] = [(f"claim {other}" if other else other, one) for one, other in reversed(mentions)]
    for score in (b_cubed, ceaf_e):
        mine, theirs = (
            score(clusters([(one or None, other or None) for one, other in mentions])),
            score(clusters([(one or None, other or None) for one, other in turned])),
        )
        assert mine == pytest.approx(theirs)
        assert mine is not None
        assert 0 <= mine <= 1 + 1e-9


@given(mentions=pairs)
def test_claims_are_paired_as_over_the_whole_table(mentions: list[Both]) -> None:
    rows, columns = ([*{claim for claim in side if claim is not None}] for side in zip(*mentions, strict=True))
    sizes = {
        (side, claim): sum(pair[side] == claim for pair in mentions)
        for side, claims in enumerate((rows, columns))
        for claim in claims
    }
    likeness = {
        (one, other): 2 * mentions.count((one, other)) / (sizes[0, one] + sizes[1, other])
        for one in rows
        for other in columns
    }
    few, many = (rows, columns) if len(rows) <= len(columns) else (columns, rows)
    best = max(
        sum(likeness[pair if few is rows else pair[::-1]] for pair in zip(few, chosen, strict=True))
        for chosen in permutations(many, len(few))
    )
    assert ceaf_e(clusters(mentions)) == pytest.approx(2 * best / (len(rows) + len(columns)))


def test_very_many_claims_take_no_table_of_all_against_all() -> None:
    found = clusters([(number // 2, number // 3) for number in range(60_000)])
    assert 0 < (b_cubed(found) or 0) < 1
    assert 0 < (ceaf_e(found) or 0) < 1


@given(mentions=st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_identical_work_agrees_wholly(mentions: list[int]) -> None:
    same = clusters([(claim, f"other {claim}") for claim in mentions])
    assert b_cubed(same) == pytest.approx(1)
    assert ceaf_e(same) == pytest.approx(1)


def test_claims_on_one_side_alone_agree_in_nothing() -> None:
    assert b_cubed(clusters([(1, None), (2, None)])) == 0
    assert ceaf_e(clusters([(1, None), (2, None)])) == 0
