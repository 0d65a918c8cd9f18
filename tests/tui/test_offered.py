"""The tray of offers: in the order of the text, found by place, without what a mention says already."""

from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.text import Span
from onrecord.suggest.engine import Suggestion
from onrecord.suggest.offers import Offer, covered
from onrecord.tui.offered import Tray

PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=12)


def tray_of(places: list[tuple[int, int]]) -> Tray:
    tray = Tray()
    for at, (start, length) in enumerate(places):
        spans = (Span(start, start + length),)
        tray.put(Offer(f"ana/{at}", "rules 1", Suggestion(spans, "sourced", "person", (), 80, "rule")))
    return tray


@given(PLACES, st.integers(0, 95))
def test_the_shortest_that_covers_a_place_is_found(places: list[tuple[int, int]], offset: int) -> None:
    tray = tray_of(places)
    here = [length for start, length in places if start <= offset < start + length]
    uid = tray.at(offset)
    assert (uid is None) == (not here)
    if uid:
        (span,) = tray.offers[uid].spans
        assert span.start <= offset < span.end
        assert span.end - span.start == min(here)
    assert tray.places() == sorted(tray.places())


@given(PLACES, st.tuples(st.integers(0, 60), st.integers(1, 30)))
def test_what_a_mention_covers_is_dropped_and_nothing_else(
    places: list[tuple[int, int]], mention: tuple[int, int]
) -> None:
    tray = tray_of(places)
    own = (Span(mention[0], sum(mention)),)
    before = dict(tray.offers)
    tray.news.clear()
    tray.drop_covered(own)
    assert tray.offers == {uid: offer for uid, offer in before.items() if not covered(offer.spans, own)}
    assert {uid for _, _, uid in tray.places()} == set(tray.offers)
    assert tray.news == tray.away == before.keys() - tray.offers.keys()
