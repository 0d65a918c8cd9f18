"""Dealing: exactly so many different people a document, loads as even as can be, the same hands every time."""

from collections import Counter
from itertools import combinations, product

from hypothesis import example, given
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
def earlier(draw_: st.DrawFn) -> Table:
    """A table of three people: of some documents, some were dealt already, and some are closed to somebody."""
    names = draw_(st.integers(1, 7).map(lambda size: [f"doc{at}" for at in range(size)]))
    some = st.lists(st.sampled_from(PEOPLE[:3]), unique=True, max_size=2)
    had = {name: draw_(some) for name in names}
    barred = {name: [each for each in draw_(some) if each not in had[name]] for name in names}
    loads = Counter(person for each in had.values() for person in each)
    return Table(PEOPLE[:3], had, loads, draw_(seeds), barred)


def wanted(table: Table, name: str, overlap: int) -> tuple[list[str], int]:
    """Who may be given a document, and to how many of them it is to be dealt."""
    free = [each for each in table.people if each not in table.have[name] and each not in table.barred[name]]
    return free, min(len(free), max(0, overlap - len(table.have[name])))


@given(earlier(), st.integers(1, 2))
@example(Table(PEOPLE[:3], {"doc0": [], "doc1": []}, Counter(), None, {"doc0": [], "doc1": ["bob", "cyd"]}), 1)
@example(
    Table(
        PEOPLE[:3],
        {"doc0": [], "doc1": [], "doc2": [], "doc3": []},
        Counter(ana=0, bob=1, cyd=0),
        None,
        {"doc0": ["cyd"], "doc1": ["bob"], "doc2": ["bob"], "doc3": ["bob", "cyd"]},
    ),
    1,
)
def test_what_was_dealt_stays_and_the_rest_is_as_even_as_any_way_of_dealing(table: Table, overlap: int) -> None:
    before = Counter(table.loads)
    table.deal(table.have, overlap)
    table.even_out()
    for name in table.have:
        free, many = wanted(table, name, overlap)
        new = table.hands.get(name, [])
        assert set(new) <= set(free)
        assert len(new) == len(set(new)) == many
    ways = product(*(list(combinations(*wanted(table, name, overlap))) for name in table.have))
    best = min(
        sum((before[person] + dealt_[person]) ** 2 for person in table.people)
        for dealt_ in (Counter(person for hand in way for person in hand) for way in ways)
    )
    assert sum(table.loads[person] ** 2 for person in table.people) == best


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
