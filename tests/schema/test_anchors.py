"""Anchors are verified, and found again where that is certain."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs
from onrecord.schema.anchors import CONTEXT, Anchor, anchor, reanchor, verify
from onrecord.schema.errors import BadOffset
from onrecord.schema.text import Span
from texts import texts, texts_with_spans

STORY = "The mayor met the builders on Friday. The builders deny it. The mayor met the builders again on Sunday."


def _words(words: str, nth: int = 1) -> Anchor:
    start = -1
    for _ in range(nth):
        start = STORY.index(words, start + 1)
    return anchor(STORY, Span(start, start + len(words)))


@given(texts_with_spans())
def test_an_anchor_holds_its_words_and_verifies(drawn: tuple[str, int, int]) -> None:
    text, start, end = drawn
    made = anchor(text, Span(start, end))
    assert made.quote == text[start:end]
    assert (made.before + made.quote + made.after) in text
    assert len(made.before) == min(CONTEXT, start)
    assert len(made.after) == min(CONTEXT, len(text) - end)
    assert verify(made, text)
    assert reanchor(made, text) == Span(start, end)


def test_an_anchor_outside_the_text_is_refused() -> None:
    with pytest.raises(BadOffset):
        anchor("abc", Span(2, 9))


@pytest.mark.parametrize(
    "change",
    [{"start": 3}, {"end": 99}, {"quote": "Mayor"}, {"before": "xx"}, {"after": "!"}, {"start": -4}, {"quote": ""}],
)
def test_a_false_anchor_does_not_verify(change: dict[str, object]) -> None:
    assert not verify(structs.replace(_words("mayor"), **change), STORY)


def test_an_empty_quote_is_nowhere() -> None:
    assert not verify(Anchor(0, 0, "", "", ""), STORY)
    assert reanchor(Anchor(0, 0, "", "", ""), STORY) is None


@given(texts_with_spans(), texts, st.data())
def test_insertions_elsewhere_lose_nothing_and_mislead_nobody(
    drawn: tuple[str, int, int], more: str, data: st.DataObject
) -> None:
    text, start, end = drawn
    made = anchor(text, Span(start, end))
    first, last = start - len(made.before), end + len(made.after)
    place = data.draw(st.integers(0, first) | st.integers(last, len(text)))
    changed = text[:place] + more + text[place:]
    assume(changed.find(made.before + made.quote + made.after) == changed.rfind(made.before + made.quote + made.after))
    moved = len(more) if place <= first else 0
    assert reanchor(made, changed) in {Span(start + moved, end + moved), Span(start, end)}
    found = reanchor(made, changed)
    assert found is not None
    assert found.cut(changed) == made.quote


@given(texts_with_spans(), texts)
def test_what_is_found_again_is_always_the_quote(drawn: tuple[str, int, int], other: str) -> None:
    text, start, end = drawn
    found = reanchor(anchor(text, Span(start, end)), other + text[start:end] + other)
    assert found is None or found.cut(other + text[start:end] + other) == text[start:end]


def test_the_place_whose_context_agrees_best_is_taken() -> None:
    changed = STORY.replace("on Friday", "in March").replace("again on", "once more on")
    start = changed.rindex("mayor")
    assert reanchor(_words("mayor met the builders", 2), changed) == Span(start, start + 22)
    assert reanchor(_words("mayor met the builders", 1), changed) is None, "both follow 'The', neither clearly better"


def test_where_two_places_agree_equally_it_does_not_guess() -> None:
    assert reanchor(_words("Friday"), f"{STORY} {STORY}") is not None, "the exact place is the exact place"
    assert reanchor(_words("Friday"), f"So: {STORY} {STORY}") is None
    assert reanchor(_words("The builders deny it"), "x The builders deny it x The builders deny it x") is None


def test_short_words_in_another_context_are_not_taken() -> None:
    assert reanchor(_words("it"), "Nobody said that it would rain.") is None
    assert reanchor(_words("The builders deny it"), "So The builders deny it, he wrote.") == Span(3, 23)
    assert reanchor(_words("The builders deny it"), "Nothing of the kind.") is None
