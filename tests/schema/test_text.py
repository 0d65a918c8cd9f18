"""Spans, the identity of texts, search, and the display filter."""

import hashlib
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from onrecord.schema.errors import BadOffset, UnstorableText
from onrecord.schema.text import SEARCH_FOLDS, Span, check_storable, content_hash, few_marks, find_all, fold, visible
from texts import texts, texts_with_spans


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 3)])
def test_a_span_runs_forward_from_zero_on(start: int, end: int) -> None:
    with pytest.raises(BadOffset, match=f"{start}:{end}"):
        Span(start, end)


@given(texts_with_spans())
def test_a_span_cuts_what_a_slice_cuts(drawn: tuple[str, int, int]) -> None:
    text, start, end = drawn
    assert Span(start, end).within(text)
    assert Span(start, end).cut(text) == text[start:end]


def test_a_span_past_the_end_is_refused() -> None:
    assert not Span(1, 4).within("abc")
    with pytest.raises(BadOffset, match="past the end"):
        Span(1, 4).cut("abc")


@given(*[st.integers(0, 9)] * 2, *[st.integers(1, 5)] * 2)
def test_spans_overlap_when_they_share_a_place(a: int, b: int, long: int, wide: int) -> None:
    shared = set(range(a, a + long)) & set(range(b, b + wide))
    assert Span(a, a + long).overlaps(Span(b, b + wide)) == bool(shared)


@given(texts)
def test_storable_texts_pass_and_are_known_by_their_bytes(text: str) -> None:
    check_storable(text)
    assert content_hash(text) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "words"), [("é👩\0", "U\\+0000.* offset 2"), ("a\ud800\udc00", "U\\+D800.* offset 1")]
)
def test_what_no_database_keeps_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(UnstorableText, match=words):
        check_storable(text)


# ---------------------------------------------------------------------- search


@given(texts | st.text())
def test_folding_moves_nothing_and_folds_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
    assert fold(text) == "".join(map(fold, text))


def test_folding_takes_typography_for_what_is_typed() -> None:
    assert fold("The\u00a0King\u202fÉTÉ ‘a’ “b” «c» x–y — ß ẞ İ") == 'the king été \'a\' "b" "c" x-y - ß ß İ'


def test_what_sql_folds_is_one_for_one_and_agrees_with_fold() -> None:
    assert all(len(char) == len(plain) == 1 and fold(char) == plain for char, plain in SEARCH_FOLDS.items())
    assert {char for char in map(chr, range(0x110000)) if unicodedata.category(char) == "Zs"} == {" "} | {
        char for char, plain in SEARCH_FOLDS.items() if plain == " "
    }


def _matches(words: str, query: str) -> bool:
    return not words[0].isspace() and not words[-1].isspace() and fold(words).split() == fold(query).split()


@given(st.text("aA.é \u00a0\n’'"), st.text("aA.é \u00a0\n’'", max_size=4), st.none() | st.integers(0, 3))
@example("Sunday\u00a0 Times, sunday\ntimes", "SUNDAY TIMES ", None)
def test_search_finds_every_place_and_no_other(text: str, query: str, limit: int | None) -> None:
    expected: list[Span] = []
    start = 0
    while query.strip() and start < len(text):
        ends = [end for end in range(start + 1, len(text) + 1) if _matches(text[start:end], query)]
        if ends:
            expected.append(Span(start, ends[0]))
        start = ends[0] if ends else start + 1
    assert find_all(text, query, limit) == expected[:limit]


@given(texts_with_spans())
def test_search_finds_any_words_of_the_text(drawn: tuple[str, int, int]) -> None:
    text, start, end = drawn
    words = text[start:end].strip()
    if words:
        assert any(fold(hit.cut(text)).split() == fold(words).split() for hit in find_all(text, words))


def test_a_query_is_words_and_never_a_pattern() -> None:
    assert find_all("a.c abc [x]", "a.c") == [Span(0, 3)]
    assert find_all("abc", " \u00a0 ") == []


# ---------------------------------------------------------------------- display

_DANGEROUS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(texts | st.text(st.characters()))
def test_the_display_moves_nothing_and_changes_only_what_is_unsafe(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert visible(shown) == shown
    for char, seen in zip(text, shown, strict=True):
        assert unicodedata.category(seen) not in _DANGEROUS or seen in "\t\n"
        assert (
            seen == char
            or not (char.isalnum() or char.isspace())
            or unicodedata.category(char) in _DANGEROUS
            or (char in "\u115f\u1160\u3164\uffa0")
        )


def test_no_code_point_at_all_gets_through_unsafe() -> None:
    shown = {char: visible(char) for char in map(chr, range(0x110000))}
    assert all(len(seen) == 1 and (unicodedata.category(seen) not in _DANGEROUS) for char, seen in shown.items()
               if char not in "\t\n")  # fmt: skip
    ignorable = re.compile(
        "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
    )
    assert all(visible(char) != char for char in shown if ignorable.match(char))


def test_the_display_says_what_was_there() -> None:
    assert visible("a\tb\r\n\x1b[0m\x7f\x9b") == "a\tb␍\n␛[0m␡\ufffd"
    assert visible("\u202eabc\u200b\u2028\ufeff\U000e0041\ufe0f\u200d") == "◌abc" + "◌" * 6
    assert visible("\ue000\ufffe\ud800") == "\ufffd" * 3
    assert visible("שלום é 漢字 👩 NO-BREAK\u00a0SPACE") == "שלום é 漢字 👩 NO-BREAK\u00a0SPACE"


@given(texts)
@example("e" + "\u0301" * 31 + " o" + "\u0489" * 5000)
def test_marks_that_pile_up_are_left_out_and_nothing_else(text: str) -> None:
    shown = few_marks(text)
    assert not any(all(map(_is_mark, shown[at : at + 31])) for at in range(len(shown) - 30))
    rest = [char for char in text if not _is_mark(char)]
    assert [char for char in shown if not _is_mark(char)] == rest
    piles = any(all(map(_is_mark, text[at : at + 31])) for at in range(len(text) - 30))
    assert (shown == text) is not piles


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")
