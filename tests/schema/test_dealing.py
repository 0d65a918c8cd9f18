"""Dealing: exactly so many different people a document, loads as even as can be, the same hands every time."""

from collections import Counter
from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.dealing import Table, draw

PEOPLE = ("ana", "bob", "cyd", "dee", "eve")
documents = st.integers(0, 30).map(lambda size: [f"doc{at}" for at in range(size)])
seeds = st.one_of(st.none(), st.integers(0, 9))


def dealt(people: tuple[str, ...], names: list[str], overlap: int, seed: int | None) -> Table:
    table = Table(people, {}, Counter(), seed)
    table.deal(names, overlap)
    table.even_out()
    return table


@given(documents, st.integers(1, 5), seeds)
def test_every_document_gets_so_many_people_and_loads_differ_by_one_at_most(
    names: list[str], overlap: int, seed: int | None
) -> None:
    table = dealt(PEOPLE, names, overlap, seed)
    assert list(table.hands) == names
    assert all(len(set(people)) == len(people) == overlap for people in table.hands.values())
    loads = Counter(person for people in table.hands.values() for person in people)
    assert {person: loads[person] for person in PEOPLE} == {person: table.loads[person] for person in PEOPLE}
    assert max(table.loads[person] for person in PEOPLE) - min(table.loads[person] for person in PEOPLE) <= 1


def test_a_seed_gives_the_same_hands_everywhere_and_another_seed_others() -> None:
    names = [f"doc{at}" for at in range(40)]
    assert dealt(PEOPLE, names, 2, 7).hands == dealt(PEOPLE, names, 2, 7).hands
    assert dealt(PEOPLE, names, 2, 7).hands != dealt(PEOPLE, names, 2, 8).hands
    # Written down, so that another machine or Python that dealt otherwise would be found out.
    assert dealt(PEOPLE, names, 2, 7).hands["doc0"] == ["cyd", "dee"]
    assert draw(7, "a", "b").hex()[:16] == "8c5e9c3eff1a8afc"


def test_pairs_of_people_meet_about_as_often() -> None:
    table = dealt(PEOPLE, [f"doc{at}" for at in range(1000)], 2, 1)
    met = Counter(tuple(sorted(people)) for people in table.hands.values())
    assert set(met) == set(combinations(PEOPLE, 2))
    assert min(met.values()) > 60  # 100 each on average


@st.composite
def earlier(draw_: st.DrawFn) -> tuple[list[str], dict[str, list[str]], int, int | None]:
    """Documents of which some were dealt already, how many people each is to have, and a seed."""
    names = draw_(st.integers(1, 7).map(lambda size: [f"doc{at}" for at in range(size)]))
    had = {name: draw_(st.lists(st.sampled_from(PEOPLE[:3]), unique=True, max_size=2)) for name in names}
    return names, had, draw_(st.integers(1, 2)), draw_(seeds)


@given(earlier())
def test_what_was_dealt_stays_and_the_rest_is_as_even_as_any_way_of_dealing(
    case: tuple[list[str], dict[str, list[str]], int, int | None],
) -> None:
    names, had, overlap, seed = case
    people = PEOPLE[:3]
    loads = Counter(person for each in had.values() for person in each)
    before = Counter(loads)
    table = Table(people, had, loads, seed)
    table.deal(names, overlap)
    table.even_out()
    for name in names:
        new = table.hands.get(name, [])
        assert not set(new) & set(had[name])
        assert len(new) == max(0, overlap - len(had[name]))
    best = min(
        sum(load**2 for load in (before + Counter(person for way in ways for person in way)).values())
        for ways in product(*(
            list(combinations([each for each in people if each not in had[name]], max(0, overlap - len(had[name]))))
            for name in names
        ))
    )  # fmt: skip
    assert sum(table.loads[person] ** 2 for person in people) == best


def test_who_may_not_be_given_a_document_is_passed_over_and_does_not_count() -> None:
    table = Table(PEOPLE[:3], {}, Counter(), None, {"doc0": ["ana"]})
    table.deal(["doc0"], 2)
    assert table.hands == {"doc0": ["bob", "cyd"]}
    assert Table(PEOPLE[:2], {"doc0": ["ana"]}, Counter(), None).lacking(["doc0", "doc1"], 1) == ["doc1"]


def test_where_nobody_is_left_fewer_get_it() -> None:
    table = Table(PEOPLE[:2], {"doc0": ["ana"]}, Counter(ana=1), None)
    table.deal(["doc0"], 3)
    assert table.hands == {"doc0": ["bob"]}
    assert table.lacking(["doc0"], 3) == ["doc0"]


def test_a_group_goes_to_the_same_people_and_to_those_who_know_it() -> None:
    table = Table(PEOPLE[:4], {"old": ["dee"]}, Counter(dee=1), None)
    table.deal_together({"Bell": ["a", "b", "c"], "Mercury": ["old", "d"], "Post": ["e"]}, 1)
    assert {table.hands[name][0] for name in "abc"} == {"ana"}
    assert table.hands["d"] == ["dee"]
    assert table.hands["e"] == ["bob"]
    assert "old" not in table.hands
