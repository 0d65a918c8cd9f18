"""What comes and goes keeps the order of the text, and is found by where it is."""

from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.text import Span
from onrecord.tui.places import Places

STEPS = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 40), st.integers(0, 12)), max_size=30)


def after(steps: list[tuple[str, int, int]]) -> tuple[Places, dict[str, tuple[Span, ...]]]:
    """Places after these steps, and what they should hold; a length of 0 takes one away."""
    places, model = Places(), dict[str, tuple[Span, ...]]()
    for uid, start, length in steps:
        if length:
            model[uid] = (Span(start, start + length),)
            places.put(uid, model[uid])
        else:
            model.pop(uid, None)
            places.drop(uid)
    return places, model


@given(STEPS)
def test_one_by_one_is_the_same_as_all_at_once(steps: list[tuple[str, int, int]]) -> None:
    places, model = after(steps)
    assert places.places() == sorted((spans[0].start, spans[-1].end, uid) for uid, spans in model.items())
    assert places.places() == Places(model.items()).places()
    assert list(places) == places[:] == [places[at] for at in range(len(places))]
    assert [places.place_of(uid) for uid in places] == list(range(len(model)))


@given(STEPS, st.integers(0, 50), st.integers(1, 10))
def test_those_around_a_place_are_found(steps: list[tuple[str, int, int]], start: int, length: int) -> None:
    places, model = after(steps)
    touching = {uid for uid, spans in model.items() if spans[0].start < start + length and start < spans[-1].end}
    assert set(places.around(start, start + length)) == touching
    assert places.before(start) == sum(spans[0].start < start for spans in model.values())


def test_what_is_not_there_has_no_place() -> None:
    places = Places([("a", (Span(3, 5),))])
    places.drop("b")
    assert places.place_of("b") is None
    assert places.place_of(None) is None
    assert "a" in places
    assert "b" not in places
