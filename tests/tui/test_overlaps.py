"""The index of highlights finds what a plain search through all of them finds."""

from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.text import Span
from onrecord.tui.widgets.overlaps import Highlight, Overlaps


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 3000) | st.integers(0, 40_000_000))
    return Span(start, start + draw(st.integers(1, 40) | st.integers(1, 20_000_000)))


pieces = st.lists(spans(), min_size=1, max_size=3).map(tuple)


@given(st.lists(st.tuples(st.integers(0, 6), pieces | st.none())), spans())
def test_finds_exactly_the_pieces_that_touch(steps: list[tuple[int, tuple[Span, ...] | None]], asked: Span) -> None:
    index, plain = Overlaps(), dict[int, Highlight]()
    for key, given_pieces in steps:
        assert index.drop(key) == plain.pop(key, None)
        if given_pieces:
            plain[key] = Highlight(key, given_pieces)
            index.put(plain[key])
    found = index.between(asked.start, asked.end)
    wanted = {(piece, each) for each in plain.values() for piece in each.pieces if piece.overlaps(asked)}
    assert {(Span(start, end), each) for start, end, each in found} == wanted
    assert len(found) == len(wanted)
    assert [(start, -end) for start, end, _ in found] == sorted((start, -end) for start, end, _ in found)
    assert index.of("mention") == list(plain.values())
    assert index.of("hit") == []


def test_an_index_that_was_emptied_holds_nothing() -> None:
    index = Overlaps()
    twice = Highlight("x", (Span(0, 3), Span(0, 3), Span(510, 514)))
    index.put(twice)
    assert index.drop("x") == twice
    assert index.drop("x") is None
    assert index.between(0, 10_000) == []
    assert index._bins == {}
