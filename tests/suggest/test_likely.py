"""The likeliest source first: the one suggested, else one that a word of saying stands beside, else the nearest."""

from onrecord.schema.text import Span
from onrecord.suggest.engine import Suggestion, suggest
from onrecord.suggest.likely import likeliest, suggested_for, unknown
from onrecord.suggest.sources import candidates

TEXT = (
    "The crane fell on the harbour office, the mayor said on Monday. A rigger was near. "
    "The Herald quoted a senior rigger as saying that the brake had failed."
)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def names(content: Span, suggestion: Suggestion | None = None) -> list[str]:
    found = candidates(TEXT)
    return [
        each.span.cut(TEXT) for each in likeliest(TEXT, (content,), [*found, *unknown(suggestion, found)], suggestion)
    ]


def test_who_is_said_to_speak_goes_before_who_is_only_near() -> None:
    assert names(span("The crane fell on the harbour office"))[0] == "the mayor"


def test_the_chain_that_is_suggested_comes_first_in_its_order() -> None:
    content = span("the brake had failed")
    suggestion = suggested_for((content,), suggest(TEXT))
    assert suggestion
    assert names(content, suggestion)[:2] == ["The Herald", "a senior rigger"]


def test_of_words_that_no_suggestion_shares_nothing_is_suggested() -> None:
    assert suggested_for((span("A rigger was near"),), suggest(TEXT)) is None
    assert suggested_for((span("A rigger was near"),), []) is None
    assert unknown(None, []) == []


def test_a_suggested_source_that_is_no_candidate_can_be_picked_all_the_same() -> None:
    content = span("the brake had failed")
    suggestion = suggested_for((content,), suggest(TEXT))
    assert [each.name for each in unknown(suggestion, [])] == ["Herald", "senior rigger"]
