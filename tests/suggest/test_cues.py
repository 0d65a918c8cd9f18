"""Which cue ties which source to what it says."""

import pytest
from hypothesis import given
from onrecord.schema.text import Span, find_all
from onrecord.suggest.cues import cue_for, plain
from texts import texts_with_spans


def at(text: str, words: str) -> Span:
    return find_all(text, words, 1)[0]


@pytest.mark.parametrize(
    ("text", "source", "content", "cue"),
    [
        ("The mayor said the bridge was safe.", "The mayor", "the bridge was safe", "said"),
        ("“It is safe,” said\u00a0Ana Rui, smiling.", "Ana Rui", "It is safe", "said"),
        ("According to Ana Rui, the bridge was safe.", "Ana Rui", "the bridge was safe", "According to"),
        ("The Herald this week quoted a guard as saying that it fell.", "The Herald", "it fell", "quoted"),
        ("The Herald this week quoted a guard as saying that it fell.", "a guard", "it fell", "as saying"),
        ("Rui, who built the bridge, later denied that it fell.", "Rui", "it fell", "denied"),
        ("Rui (67) has never\nclaimed that it fell.", "Rui", "it fell", "claimed"),
        ("“It fell.” Nobody said why. “And again,” she\u202fadded.", "she", "And again", "added"),
        (
            "The ministry did not immediately answer questions.",
            "The ministry",
            "questions",
            "did not immediately answer",
        ),
        ("The harbour declined to comment on what Rui said.", "The harbour", "what Rui said", "declined to comment"),
        ("Rui told reporters that the mayor asked for it.", "Rui", "the mayor asked for it", "told"),
        ("The bridge is safe. Rui is an engineer.", "Rui", "The bridge is safe", None),
        ("The mayor denied reports that the bridge fell.", "reports", "the bridge fell", None),
    ],
)
def test_the_cue_of_a_source(text: str, source: str, content: str, cue: str | None) -> None:
    found = cue_for(text, at(text, source), at(text, content))
    assert (found and found.cut(text)) == cue


@pytest.mark.parametrize(
    ("text", "content", "cue"),
    [
        (
            "The mayor is said to have met the builder, a guard said.",
            "The mayor is said to have met the builder",
            "is said",
        ),
        ("The mayor was\u00a0reportedly in the room.", "The mayor was reportedly in the room", "reportedly"),
        ("It has been reported that the bridge fell.", "the bridge fell", "has been reported"),
        ("The mayor said that the bridge fell.", "the bridge fell", None),
    ],
)
def test_the_cue_that_names_nobody(text: str, content: str, cue: str | None) -> None:
    found = cue_for(text, None, at(text, content))
    assert (found and found.cut(text)) == cue


def test_a_chain_takes_each_cue_once() -> None:
    text = "On Monday a senior guard was quoted saying that the bridge fell."
    content = at(text, "the bridge fell")
    first = cue_for(text, None, content)
    assert first
    assert first.cut(text) == "was quoted"
    second = cue_for(text, at(text, "a senior guard"), content, [first])
    assert second
    assert second.cut(text) == "saying"
    assert cue_for(text, at(text, "a senior guard"), content, [first, second]) is None


def test_cues_are_looked_for_where_the_source_is() -> None:
    text = "It fell.\n\nNobody knew. " + "Nothing moved. " * 200 + "“It fell, and nobody helped,” the guard said."
    found = cue_for(text, at(text, "the guard"), at(text, "nobody helped"))
    assert found == Span(len(text) - 5, len(text) - 1)


@given(texts_with_spans(), texts_with_spans())
def test_any_text_has_cues_inside_it_or_none(drawn: tuple[str, int, int], other: tuple[str, int, int]) -> None:
    text, start, end = drawn
    text, content = text + " said " + other[0], Span(len(text) + 6 + other[1], len(text) + 6 + other[2])
    for source in (Span(start, end), None):
        found = cue_for(text, source, content)
        assert found is None or found.within(text)
        assert found is None or source is None or not found.overlaps(source)
    assert len(plain(text)) == len(text)
