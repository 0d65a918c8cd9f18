"""The desk's moves, for any text: they lead on, never stand still before the end, and keep the cursor on characters."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.records import Document
from onrecord.schema.segments import graphemes
from onrecord.tui.desk import Desk
from texts import texts

MOVES: dict[str, Callable[[Desk, int], None]] = {
    "word": Desk.by_word,
    "sentence": Desk.by_sentence,
    "character": Desk.by_character,
}
ODD = (
    "“We closed it,” said Ana. “No.” (Nobody knew.)\n\n***\n\n— — —\n\nDer Test. 「門」。\n\n“Fine.”",
    "***\n\nOne.\n\n***",
    "\u202e\u200b. . .",
)


def sit_at(text: str) -> Desk:
    return Desk(Document(1, "0" * 64, "", "", "", "", None, "", None, text), [], "ana", [])


def walk(desk: Desk, move: Callable[[Desk, int], None], step: int) -> list[int]:
    """Where the cursor begins on the way until it stands still; it must move in one direction only."""
    seen = [desk.cursor.start]
    while True:
        move(desk, step)
        if desk.cursor.start == seen[-1]:
            return seen
        assert (desk.cursor.start - seen[-1]) * step > 0, "a move must not turn back"
        seen.append(desk.cursor.start)


@pytest.mark.parametrize("kind", MOVES)
@given(text=texts | st.sampled_from([*ODD, " Mr. Orr\n."]))
def test_moves_lead_to_the_end_and_back_over_the_same_places(kind: str, text: str) -> None:
    desk = sit_at(text)
    words, first = list(desk.segments.words), desk.cursor.start
    there = walk(desk, MOVES[kind], 1)
    back = walk(desk, MOVES[kind], -1)
    if kind == "character":
        bounds = {cluster.start for cluster in graphemes(text)}
        # It begins at a word, and a vowel sign that stands after a space is a word inside of a character.
        assert set(there) | set(back) <= bounds | {0, first}
        assert back[-1] == 0
        assert not text or desk_end(text) == max(there)
        return
    assert back[-1] == first, "back where it began"
    assert set(there) <= {word.start for word in words} | {first}
    if kind == "word" and words:
        assert there == [word.start for word in words]
        assert back == there[::-1]
    if kind == "sentence" and words:
        with_words = {sentence.start for sentence in map(desk.segments.sentence_at, there) if sentence}
        assert len(with_words) == len(there), "each sentence is visited once"
        assert max(with_words) <= words[-1].start, "and the last one too"
        assert desk.segments.sentence_at(there[-1]) == desk.segments.sentence_at(words[-1].start)
        assert set(back) >= set(there[:-1])


def desk_end(text: str) -> int:
    """Where the last character begins."""
    return graphemes(text)[-1].start


@given(text=texts.filter(len), steps=st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.sampled_from([1, -1]))))
def test_a_selection_reaches_from_where_it_began_to_the_cursor(text: str, steps: list[tuple[str, int]]) -> None:
    desk = sit_at(text)
    begun = desk.cursor
    desk.select()
    for kind, step in steps:
        MOVES[kind](desk, step)
        assert desk.selected
        assert desk.selected.start == min(begun.start, desk.cursor.start)
        assert desk.selected.end == max(begun.end, desk.cursor.end)
        assert desk.selected.within(text)
