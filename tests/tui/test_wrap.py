"""Rows partition a text, never split what a reader takes for one character, and keep to their width."""

import re
import sys
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from onrecord.schema.segments import graphemes
from onrecord.schema.text import visible
from onrecord.tui.widgets import wrap
from onrecord.tui.widgets.wrap import HANG, Wrapped, glyph
from rich.cells import cell_len, get_character_cell_size
from texts import texts

words = st.lists(st.sampled_from(["a", "word", "it's", " ", "  ", "—", "-", "\n", "x" * 30, "“so”"])).map("".join)
widths = st.integers(2, 40)


def extents(rows: Wrapped) -> list[tuple[int, int]]:
    return [rows.extent(index) for index in range(len(rows))]


def lines(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in extents(Wrapped(text, width))]


@given(texts, widths)
@example("", 2)
@example("\u0378", 2)
@example("\n", 2)
@example("a\r\n\r\nb\r", 5)
@example("e" + "\u0301" * 500, 10)
@example("👩\u200d👩\u200d👧" * 9, 4)
def test_rows_partition_the_text_between_characters(text: str, width: int) -> None:
    found = extents(Wrapped(text, width))
    assert found[0][0] == 0
    assert found[-1][1] == len(text)
    assert all(end == start for (_, end), (start, _) in pairwise(found))
    assert all(start < end for start, end in found) or not text
    boundaries = {0, len(text), *(cluster.start for cluster in graphemes(text))}
    assert {start for start, _ in found} <= boundaries
    rows = Wrapped(text, width)
    behind = {len(text) + 1}
    assert all(set(rows.row(index).bounds) <= boundaries | behind for index in range(len(rows)))


@given(texts, widths)
def test_a_row_is_as_wide_as_allowed_or_holds_one_character(text: str, width: int) -> None:
    rows = Wrapped(text, width)
    for index in range(len(rows)):
        row = rows.row(index)
        wide = row.columns[row.ink]
        assert wide <= width or row.ink == 1, (wide, row)
        assert "\n" not in row.painted(0, len(row.cells))


@given(texts, widths)
def test_cells_are_those_that_the_terminal_will_use(text: str, width: int) -> None:
    rows = Wrapped(text, width)
    for index in range(len(rows)):
        row = rows.row(index)
        assert len(row.bounds) == len(row.columns) == len(row.cells) + 1
        for at, cell in enumerate(row.cells):
            assert cell_len(cell) == row.columns[at + 1] - row.columns[at] > 0
        painted = row.painted(0, len(row.cells))
        assert visible(painted) == painted
        assert cell_len(painted) == row.columns[-1]


@given(texts, widths)
def test_every_code_point_has_a_cell_and_every_cell_leads_back(text: str, width: int) -> None:
    rows = Wrapped(text, width)
    for offset in range(len(text)):
        row = rows.row(rows.row_of(offset))
        at = row.at_offset(offset)
        assert row.bounds[at] <= offset < row.bounds[at + 1]
        for column in range(row.columns[at], row.columns[at + 1]):
            assert row.at_column(column) == at


@given(words, widths)
def test_a_narrow_text_wraps_alike_with_and_without_the_short_cut(text: str, width: int) -> None:
    plain = extents(Wrapped(text, width))
    simple, wrap._SIMPLE = wrap._SIMPLE, re.compile(r"\Z.")
    try:
        assert extents(Wrapped(text, width)) == plain
    finally:
        wrap._SIMPLE = simple


def test_the_classes_of_narrow_and_wide_code_points_tell_the_truth() -> None:
    for pattern, cells in ((f"[{wrap._NARROW}]", 1), (f"[{wrap._WIDE}]", 2)):
        within = re.compile(pattern)
        for char in map(chr, range(sys.maxunicode + 1)):
            if within.match(char):
                assert get_character_cell_size(visible(char)) == get_character_cell_size(char) == cells, hex(ord(char))


def test_words_wrap_at_spaces_which_hang() -> None:
    assert lines("one two three", 7) == ["one two ", "three"]
    assert lines("seventy  eighty", 7) == ["seventy  ", "eighty"]
    assert lines("eigh   ty", 4) == ["eigh  ", " ty"]
    assert lines("well-known fact", 8) == ["well-", "known ", "fact"]
    assert lines("a fact—or so", 8) == ["a fact—", "or so"]
    assert lines("unbreakable", 4) == ["unbr", "eaka", "ble"]
    assert lines("no\u00a0break here", 9) == ["no\u00a0break ", "here"]
    assert HANG == 2


def test_line_ends_stay_with_their_row() -> None:
    assert lines("a\n\nb\r\nc", 9) == ["a\n", "\n", "b\r\n", "c"]
    assert lines("a\rb\u2028c", 9) == ["a\rb\u2028c"]
    row = Wrapped("b\r\n", 9).row(0)
    assert (list(row.bounds), list(row.columns), row.ink) == ([0, 1, 3], [0, 1, 2], 1)


def test_east_asian_rows_neither_begin_with_a_stop_nor_end_with_an_opening_bracket() -> None:
    assert lines("漢字漢字。漢", 8) == ["漢字漢", "字。漢"]
    assert lines("漢字漢「字」", 8) == ["漢字漢", "「字」"]
    assert lines("クレーンA号機", 8) == ["クレーン", "A号機"]


def test_what_is_painted_for_one_character() -> None:
    assert glyph("a", 0, 1) == ("a", 1)
    assert glyph("\t", 0, 1) == ("    ", 4)
    assert glyph("\x1b", 0, 1) == ("␛", 1)
    assert glyph("\u0301", 0, 1) == ("◌\u0301", 1)
    assert glyph("👩\u200d👧", 0, 3) == ("👩◌👧", 5)
    pile = "e" + "\u0301" * 500
    assert glyph(pile, 0, len(pile)) == ("e" + "\u0301" * 8, 1)


def test_a_million_marks_on_one_letter_and_a_million_letters_without_a_space() -> None:
    assert len(Wrapped("e" + "\u0301" * 1_000_000, 80)) == 1
    rows = Wrapped("x" * 1_000_000, 80)
    assert len(rows) == 12_500
    assert rows.row_of(999_999) == 12_499


@given(st.text(st.sampled_from("ab  -\u2014(.,\u201c\u201d\u00e9")), widths)
def test_lines_of_narrow_letters_are_wrapped_like_any_other(line: str, width: int) -> None:
    plain = lines(line, width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wrap, "_SIMPLE", re.compile("(?!)"))
        assert lines(line, width) == plain


@given(st.text(st.sampled_from("ab  -\u2014(.\u201c\u0301\u200d\u4e2d\u3001\t\U0001f469")), widths, st.integers(0, 9))
@example("aaaa\u0301", 4, 0)
@example("aa -\u0301aa", 3, 0)
@example("aa \u4e2d\u4e2d", 3, 0)
def test_a_line_is_wrapped_alike_wherever_it_ceases_to_be_narrow(line: str, width: int, stretch: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wrap, "_STRETCH", stretch)
        found = lines(line, width)
        patch.setattr(wrap, "_SIMPLE", re.compile("(?!)"))
        assert lines(line, width) == found


@given(texts, widths, st.data())
def test_rows_are_the_same_in_whatever_order_they_are_asked_for(text: str, width: int, data: st.DataObject) -> None:
    whole = extents(Wrapped(text, width))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wrap, "_AT_ONCE", 1)
        rows = Wrapped(text, width)
        for offset in data.draw(st.lists(st.integers(0, len(text) + 1), max_size=3)):
            at = rows.row_of(offset)
            assert rows.extent(at) == whole[at]
            assert whole[at][0] <= offset < whole[at][1] or at == len(whole) - 1
            assert len(rows._starts) <= rows.guess
        for index in data.draw(st.lists(st.integers(-1, len(whole) + 1), max_size=3)):
            assert rows.clamp(index) == max(0, min(index, len(whole) - 1))
        assert rows.guess >= 1
        assert len(rows) == rows.guess == len(whole)


def test_the_first_rows_of_a_long_text_are_found_without_the_others() -> None:
    rows = Wrapped("The ferry sailed. " * 100_000, 60)
    assert rows.row_of(0) == 0
    assert not rows.complete
    guess = rows.guess
    assert abs(len(rows) - guess) < guess / 20
