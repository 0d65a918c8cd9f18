"""Letters over words: every place gets a code of its own, and no code is the beginning of another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.segments import Segments
from onrecord.schema.text import Span
from onrecord.tui.hints import LETTERS, WordPicker, assign, codes

TEXT = "The gate stopped short. It hung there for eleven minutes, said the official. Nobody spoke of it again."


@given(st.integers(0, 80), st.integers(0, 3000))
def test_codes_are_distinct_and_none_begins_another(near: int, far: int) -> None:
    close, wide = codes(near, far)
    every = [*close, *wide]
    assert len(set(every)) == len(every)
    ordered = sorted(every)
    assert not any(later.startswith(earlier) for earlier, later in pairwise(ordered))
    assert len(every) == near + far or len(every) >= len(LETTERS) ** 2 - len(LETTERS)


@given(st.integers(1, 40), st.integers(0, 200))
def test_near_places_get_the_short_codes(near: int, far: int) -> None:
    close, _ = codes(near, far)
    assert all(len(code) == 1 for code in close[:30])


def pick(picker: WordPicker, offset: int) -> Span | None:
    """Press what the hint over a word says."""
    span = None
    for letter in picker.hints()[offset]:
        span = picker.press(letter)
    return span


@given(st.data())
def test_two_words_span_everything_between_them(data: st.DataObject) -> None:
    words = list(Segments(TEXT).words)
    first, last = data.draw(st.sampled_from(words)), data.draw(st.sampled_from(words))
    picker = WordPicker(words, Segments(TEXT).sentence_at(30), Span(0, len(TEXT)))
    assert pick(picker, first.start) is None
    assert pick(picker, last.start) == Span(min(first.start, last.start), max(first.end, last.end))


def test_a_letter_that_leads_nowhere_starts_anew() -> None:
    picker = WordPicker([Span(0, 3)], None, Span(0, 10))
    assert picker.press("9") is None
    assert picker.first is None
    assert pick(picker, 0) is None
    assert picker.first == Span(0, 3)


def test_hints_shrink_to_what_is_left_to_type() -> None:
    given_codes = assign([], range(200))
    pair = next(code for code in given_codes if len(code) == 2)
    picker = WordPicker([Span(at, at + 1) for at in range(200)], None, Span(0, 200))
    picker.press(pair[0])
    assert all(len(rest) == 1 for rest in picker.hints().values())
