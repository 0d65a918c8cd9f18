"""Alignment: optimal, one to one, in code points over all pieces, and the same whoever is named or listed first."""

from collections import Counter
from itertools import permutations
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure.alignment import Alignment, Layer, align, align_document, covered, shared
from onrecord.measure.attribution import Merged
from onrecord.schema import acts
from onrecord.schema.events import Link
from onrecord.schema.ledger import Act
from onrecord.schema.records import Attribution, Mark, Mention
from onrecord.schema.text import Span
from project_state import project

Pieces = tuple[tuple[int, int], ...]
NAMES = ("ana", "ben", "cai", "dan")


def mark(label: str, *sources: int | None, spans: tuple[Span, ...] = ()) -> Mark:
    """A mark whose chain names these sources, the origin last."""
    chain = tuple(
        Attribution(
            position=at, source_id=source, source_uid=None, source=f"Source {source}" if source else None,
            source_kind=None, identified="named" if source else "bare", relay=False, ground="", source_quote="",
            cue_quote="", spans=spans, cue=(),
        )
        for at, source in enumerate(sources, 1)
    )  # fmt: skip
    return Mark(0, "", label, "", None, "", "", chain, ())


def mention(
    annotator: str, number: int, *pieces: tuple[int, int], marks: tuple[Mark, ...] = (), **more: Any
) -> Mention:
    """A mention as it is read from a project."""
    about: dict[str, Any] = {"polarity": "asserts", "claim_id": None, "claim": None} | more
    return Mention(
        id=number, uid=f"{annotator}/{number}", document_id=1, annotator=annotator, claim_uid=None, quote="", note="",
        recorded_at="", conflict=False, spans=tuple(Span(*piece) for piece in pieces), marks=marks, **about,
    )  # fmt: skip


def joined(alignment: Alignment) -> list[set[int]]:
    """The ids of each group."""
    return [{each.id for each in group.members} for group in alignment.groups]


def test_the_greatest_overlap_in_all_is_chosen_not_the_first() -> None:
    work = [
        mention("ana", 1, (0, 10)),
        mention("ana", 2, (8, 20)),
        mention("ben", 3, (7, 20)),
        mention("ben", 4, (19, 40)),
    ]
    found = align(work, NAMES[:2])
    assert joined(found) == [{1}, {2, 3}, {4}]
    assert [each.id for each in found.unmatched] == [1, 4]
    assert {(pair.one.id, pair.other.id, pair.shared) for pair in found.pairs} == {(2, 3, 12)}
    assert [group.missing for group in found.groups] == [("ben",), (), ("ana",)]


def test_of_nested_mentions_the_closer_one_is_meant() -> None:
    work = [mention("ana", 1, (10, 20)), mention("ben", 2, (0, 90)), mention("ben", 3, (10, 21))]
    assert joined(align(work, NAMES[:2])) == [{2}, {1, 3}]


def test_pieces_count_and_what_lies_between_them_does_not() -> None:
    assert shared([Span(0, 4), Span(10, 14)], [Span(2, 12)]) == 4
    assert shared([Span(0, 4), Span(10, 14)], [Span(4, 10)]) == 0
    assert shared([Span(0, 6), Span(4, 8)], [Span(5, 9), Span(0, 1)]) == 4
    work = [mention("ana", 1, (0, 4), (10, 14)), mention("ben", 2, (4, 10)), mention("ben", 3, (0, 4), (10, 14))]
    found = align(work, NAMES[:2])
    assert joined(found) == [{1, 3}, {2}]
    assert found.pairs[0].exact


def test_of_two_mentions_on_the_same_words_those_that_say_the_same_belong_together() -> None:
    said, denied = (mark("sourced"),), (mark("denied"),)
    work = [mention("ana", 1, (0, 9), marks=said), mention("ana", 2, (0, 9), marks=denied)]
    work += [mention("ben", 3, (0, 9), marks=denied), mention("ben", 4, (0, 9), marks=said)]
    assert joined(align(work, NAMES[:2])) == [{2, 3}, {1, 4}]
    assert not align(work, NAMES[:2]).differing


@pytest.mark.parametrize(
    ("more", "differs"),
    [
        ({}, ()),
        ({"marks": (mark("sourced", 1, 2), mark("denied"))}, ("labels",)),
        ({"marks": (mark("sourced", 2, 1),)}, ("attribution",)),
        ({"marks": (mark("anonymous", 1, 7),)}, ("labels",)),
        ({"marks": (mark("sourced"),)}, ("attribution",)),
        ({"claim_id": 4}, ("claim",)),
        ({"claim_id": 5}, ()),
        ({"polarity": "negates"}, ("claim",)),
        ({"marks": (mark("denied", 1, 2),), "claim_id": None}, ("labels", "claim")),
    ],
)
def test_groups_say_in_which_layers_they_differ(more: dict[str, Any], differs: tuple[Layer, ...]) -> None:
    """Claim 5 and source 7 were merged into 3 and 2."""
    same: dict[str, Any] = {"marks": (mark("sourced", 1, 2),), "claim_id": 3, "claim": "It closes"}
    work = [mention(name, at, (0, 9), **same) for at, name in enumerate(NAMES[:2])]
    work.append(mention("cai", 9, (0, 9), **(same | more)))
    (group,) = align(work, NAMES[:3], Merged({5: 3}, {7: 2})).groups
    assert group.differs == differs
    (wider,) = align([*work[:2], mention("cai", 9, (0, 8), **(same | more))], NAMES[:3], Merged({5: 3}, {7: 2})).groups
    assert wider.differs == ("boundaries", *differs)


def test_unnamed_sources_are_the_same_where_their_words_are() -> None:
    def bare(source: int | None, *spans: Span) -> tuple[Mark, ...]:
        return (mark("anonymous", source, spans=spans),)

    for mine, theirs, same in (
        (bare(None, Span(0, 4)), bare(None, Span(2, 6)), True),
        (bare(None, Span(0, 4)), bare(None, Span(4, 6)), False),
        (bare(None), bare(None), True),
        (bare(None), bare(None, Span(0, 4)), False),
        (bare(1, Span(0, 4)), bare(2, Span(0, 4)), False),
        (bare(1, Span(0, 4)), bare(None, Span(0, 4)), True),
        (bare(1), bare(None), False),
    ):
        work = [mention("ana", 1, (9, 19), marks=mine), mention("ben", 2, (9, 19), marks=theirs)]
        assert (not align(work, NAMES[:2]).differing) is same


def test_a_document_of_a_project_is_aligned() -> None:
    text = "The harbour said no, and the ferry left."
    with project() as ledger:
        for name, span in (("ana", Span(4, 11)), ("ben", Span(4, 16)), ("cai", Span(25, 34))):
            with ledger.act() as act:
                sha256, _ = acts.add_document(act, text)
                with act.signed(name):
                    tell(act, name, sha256, text, span)
        (document,) = ledger.connection.execute("SELECT id FROM documents").fetchone()
        found = align_document(ledger.connection, document, ["cai", "ben", "ana"])
        assert [[each.annotator for each in group.members] for group in found.groups] == [["ana", "ben"], ["cai"]]
        assert [group.differs for group in found.groups] == [("boundaries",), ("boundaries",)]


def tell(act: Act, name: str, sha256: str, text: str, span: Span) -> None:
    acts.set_mention(act, f"{name}/1", sha256, text, [span])
    acts.set_label(act, f"{name}/1", "anonymous")
    acts.set_chain(act, f"{name}/1", "anonymous", [Link(identified="bare")])


# ---------------------------------------------------------------------- properties

places = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda at: (at[0], at[0] + at[1]))
said = st.tuples(
    st.lists(places, min_size=1, max_size=2), st.sampled_from(["sourced", "denied"]), st.sampled_from([None, 1, 2])
)
annotated = st.lists(st.lists(said, max_size=4), min_size=2, max_size=4)


def work_of(annotated: list[list[Any]], names: tuple[str, ...], first: int = 0) -> list[Mention]:
    numbers = iter(range(first, first + 99))
    return [
        mention(name, next(numbers), *pieces, marks=(mark(label),), claim_id=claim, claim=claim and f"Claim {claim}")
        for name, mentions in zip(names, annotated, strict=False)
        for pieces, label, claim in mentions
    ]


def content(alignment: Alignment, back: dict[str, str]) -> tuple[Counter[Any], Counter[Any]]:
    """Groups and pairs by what they hold, with annotators under their first names."""

    def of(each: Mention) -> Any:
        return back[each.annotator], tuple(covered(each.spans)), tuple(mark.label for mark in each.marks), each.claim

    groups = Counter(
        (frozenset(map(of, group.members)), frozenset(back[name] for name in group.missing), group.differs)
        for group in alignment.groups
    )
    pairs = Counter((frozenset((of(pair.one), of(pair.other))), pair.shared) for pair in alignment.pairs)
    return groups, pairs


@examples(150)
@given(annotated=annotated, random=st.randoms(use_true_random=False))
def test_names_order_and_ids_change_nothing(annotated: list[list[Any]], random: Any) -> None:
    names = NAMES[: len(annotated)]
    found = align(work_of(annotated, names), names)
    other_names = tuple(random.sample(["zoe", "yan", "xia", "abe"], len(names)))
    turned = work_of(annotated, other_names, first=random.randrange(100))
    turned = [mention(each.annotator, 1000 - each.id, *((span.start, span.end) for span in each.spans), marks=each.marks,
                      claim_id=each.claim_id, claim=each.claim) for each in turned]  # fmt: skip
    random.shuffle(turned)
    again = align(turned, random.sample(other_names, len(names)))
    back = dict(zip(other_names, names, strict=True))
    assert content(found, {name: name for name in names}) == content(again, back)


@given(annotated=annotated)
def test_groups_hold_each_mention_once_and_nobody_twice(annotated: list[list[Any]]) -> None:
    names = NAMES[: len(annotated)]
    work = work_of(annotated, names)
    found = align(work, names)
    assert sorted(each.id for group in found.groups for each in group.members) == [each.id for each in work]
    for group in found.groups:
        there = [each.annotator for each in group.members]
        assert sorted({*there, *group.missing}) == sorted([*there, *group.missing]) == sorted(names)
    assert all(pair.shared == shared(pair.one.spans, pair.other.spans) > 0 for pair in found.pairs)


@given(one=st.lists(said, max_size=3), other=st.lists(said, max_size=4))
def test_no_pairing_overlaps_more(one: list[Any], other: list[Any]) -> None:
    work = work_of([one, other], NAMES)
    mine, theirs = work[: len(one)], work[len(one) :]

    def overlap(here: Mention, there: Mention) -> float:
        covers = [{at for span in each.spans for at in range(span.start, span.end)} for each in (here, there)]
        return len(covers[0] & covers[1]) / len(covers[0] | covers[1])

    size = max(len(mine), len(theirs))
    padded = [*theirs, *[None] * (size - len(theirs))]
    best = max(
        sum(overlap(here, there) for here, there in zip(mine, order, strict=False) if there)
        for order in permutations(padded)
    )
    assert sum(pair.overlap for pair in align(work, NAMES[:2]).pairs) == pytest.approx(best, abs=1e-5)


@given(mentions=st.lists(said, max_size=5), annotators=st.integers(2, 4))
def test_identical_work_differs_in_nothing(mentions: list[Any], annotators: int) -> None:
    names = NAMES[:annotators]
    found = align(work_of([mentions] * annotators, names), names)
    assert len(found.groups) == len(mentions)
    assert not found.differing
