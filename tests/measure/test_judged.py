"""Packed judgements: they come out as they went in, whoever is asked for and however many label sets there are."""

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure.agreement import judged_figures
from onrecord.measure.judged import Judged

LABELS = tuple("abcdefgh")
ORIGINS = ("mine", "theirs")
UNITS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(ORIGINS),
        st.dictionaries(st.integers(0, 24), st.frozensets(st.sampled_from(LABELS)), min_size=1, max_size=8),
    ),
    max_size=30,
)
"""Units by document: where their marks came from, and which of 25 annotators gave which labels."""


@given(
    UNITS, st.lists(st.integers(0, 24), unique=True, min_size=1), st.none() | st.lists(st.integers(0, 3), unique=True),
    st.sampled_from(("", *ORIGINS)), st.integers(1, 3),
)  # fmt: skip
def test_patterns_are_counted_as_plain_counting_does(
    units: list[tuple[int, str, dict[int, frozenset[str]]]],
    annotators: list[int],
    documents: list[int] | None,
    origin: str,
    fewest: int,
) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        judged = Judged.none(connection, 25)
        judged.add(
            (document, unit, annotator, whence, judged.number(labels))
            for unit, (document, whence, given) in enumerate(units)
            for annotator, labels in given.items()
        )
        expected: dict[tuple[frozenset[str] | None, ...], Counter[int]] = defaultdict(Counter)
        for document, whence, given_here in units:
            pattern = tuple(given_here.get(annotator) for annotator in annotators)
            if len(pattern) - pattern.count(None) < fewest or origin not in ("", whence):
                continue
            if documents is None or document in documents:
                expected[pattern][0 if documents is None else documents.index(document)] += 1
        again = Judged(connection, 25)
        for each in (judged, again):
            found = each.histogram(annotators, documents, origin, fewest)
            assert found == {pattern: dict(where) for pattern, where in expected.items()}


def test_what_a_connection_holds_is_measured_without_its_documents() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        judged = Judged.none(connection, 2)
        both = ((("x",), ("x",)), (("x",), ("x",)), (("x",), ()), ((), ()))
        for unit, sides in enumerate(both):
            judged.add((unit % 2, unit, who, "", judged.number(labels)) for who, labels in enumerate(sides))
        found = {each.measure: each.value for each in judged_figures(connection, ("ana", "ben"))}
    assert found["observed"] == 0.75
    assert found["cohen"] == 0.5
    assert found["fleiss"] == 1 - (1 / 4) / (1 - (25 + 9) / 64)
