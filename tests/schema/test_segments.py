"""Characters, words, sentences and paragraphs."""

from itertools import pairwise

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st
from onrecord.schema import segments as segments_module
from onrecord.schema.segments import Segments, graphemes, next_char, prev_char
from onrecord.schema.text import Span
from texts import texts


def words(text: str) -> list[str]:
    return [word.cut(text) for word in Segments(text).words]


def sentences(text: str) -> list[str]:
    return [sentence.cut(text) for sentence in Segments(text).sentences]


def paragraphs(text: str) -> list[str]:
    return [paragraph.cut(text) for paragraph in Segments(text).paragraphs]


# ------------------------------------------------------------------ properties


@given(texts)
@example("🇫🇷🇩🇪🇫")
@example("a\u0301\u200d👩 👩\u200d👧")
@example("\uac01\u11a8각")
def test_character_moves_stop_at_every_cluster_and_nowhere_else(text: str) -> None:
    bounds = [0, *(cluster.end() for cluster in regex.finditer(r"\X", text))]
    assert [cluster.end for cluster in graphemes(text)] == bounds[1:]
    assert [next_char(text, pos) for pos in bounds] == [*bounds[1:], len(text)]
    for pos in range(len(text) + 1):
        assert prev_char(text, pos) == max((bound for bound in bounds if bound < pos), default=0)


@given(texts)
@example("\u0600 ")
def test_segments_are_sorted_disjoint_nested_and_trimmed(text: str) -> None:
    segments = Segments(text)
    for row in (segments.words, segments.sentences, segments.paragraphs):
        assert all(one.end <= other.start for one, other in pairwise(row))
        assert all(not span.cut(text)[0].isspace() and not span.cut(text)[-1].isspace() for span in row)
        assert row[:] == list(row)
    for inner, outer in [(segments.words, segments.sentences), (segments.sentences, segments.paragraphs)]:
        for span in inner:
            around = outer.at(span.start)
            assert around is not None
            assert span.end <= around.end
    for pos, char in enumerate(text):
        assert char.isspace() or segments.sentence_at(pos) is not None
        assert not char.isalnum() or segments.word_at(pos) is not None
        assert char.isspace() or segments.paragraph_at(pos) is not None


@given(texts)
def test_words_are_whole_characters(text: str) -> None:
    starts = {cluster.start for cluster in graphemes(text) if not text[cluster.start].isspace()}
    ends = {cluster.end for cluster in graphemes(text)}
    after_space = {cluster.start + 1 for cluster in graphemes(text) if text[cluster.start].isspace()}
    for word in Segments(text).words:
        assert word.start in starts | after_space
        assert word.end in ends


@given(texts, st.data())
def test_moving_by_words_and_sentences_goes_to_the_nearest(text: str, data: st.DataObject) -> None:
    segments = Segments(text)
    pos = data.draw(st.integers(0, len(text)))
    for row, after, before, at in [
        (segments.words, segments.next_word, segments.prev_word, segments.word_at),
        (segments.sentences, segments.next_sentence, segments.prev_sentence, segments.sentence_at),
    ]:
        assert after(pos) == next((span for span in row if span.start > pos), None)
        assert before(pos) == next((span for span in reversed(row) if span.start < pos), None)
        assert at(pos) == next((span for span in row if span.start <= pos < span.end), None)
        assert row.index_at(pos) == sum(span.start <= pos for span in row) - 1


def test_every_letter_and_digit_of_unicode_is_in_a_word() -> None:
    alnum = [char for char in map(chr, range(0x110000)) if char.isalnum()]
    row = Segments("\n".join(alnum)).words
    assert list(row) == [Span(2 * i, 2 * i + 1) for i in range(len(alnum))]


# ----------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The\u00a0mayor’s late-night U-turn.", ["The", "mayor’s", "late-night", "U-turn"]),
        ("at 14:00, 3,000.50 (or 1/2)!", ["at", "14:00", "3,000.50", "or", "1/2"]),
        ("the U.S. Navy at p.m. — end.Next", ["the", "U.S", "Navy", "at", "p.m", "end", "Next"]),
        ("'quoted' boys' 'tis a--b @some_name", ["quoted", "boys", "tis", "a", "b", "some_name"]),
        ("cafe\u0301 naïve שלום العربية Москва", ["cafe\u0301", "naïve", "שלום", "العربية", "Москва"]),
        ("東京タワーで", ["東", "京", "タワー", "で"]),
        ("ไทยกำ", ["ไ", "ท", "ย", "กำ"]),
        ("👩\u200d👩\u200d👧🇫🇷🇩🇪", ["👩\u200d👩\u200d👧", "🇫🇷", "🇩🇪"]),
        ("❤\ufe0f 1\ufe0f\u20e3", ["❤\ufe0f", "1\ufe0f\u20e3"]),
        ("... -- -\u0301 « » \U0001f3fb", []),
        ("", []),
    ],
)  # fmt: skip
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


# ------------------------------------------------------------------- sentences


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Orr met Gen. Vale.|He left.",
        "J. K. Orr spoke.|Nobody heard.",
        "The U.S. Navy left.|It was late.",
        "He lives in the U.S.|He likes it.",
        "It began at 5 p.m. Friday.|It ended at 7 p.m.|The rest slept.",
        "See No. 5 of Jan. 3.|No.|The answer was no.|She left.",
        "Orr Inc. Europe grew.|It sells to Orr Inc.|But others do not.",
        "“We won.”|“Did you?” she asked.|“Yes!” he said.",
        "It cost 3.50 dollars.|Why?!|Because…|Well... maybe.",
        "He was right (he said.)|She was not.",
        "Was it so?|(Nobody knew.)|Yes.",
        "“Go home,” he said, etc. and left.",
        "彼は来た。|そうだ！|「行く。」と言った。|「はい。」|彼女は笑った。",
        "क्या हुआ।|वह आया।",
        ".|. x",
    ],
)
def test_sentences(text: str) -> None:
    gap = "" if "。" in text else "\u00a0"
    assert sentences(text.replace("|", gap)) == text.split("|")


def test_blank_lines_and_line_ends_end_headlines() -> None:
    text = "Wall Gives Way\nBy A Writer\n\nThe wall\nfell on Monday. Nobody died.\r\n \r\n- One more thing\u2029Last"
    assert sentences(text) == [
        "Wall Gives Way",
        "By A Writer",
        "The wall\nfell on Monday.",
        "Nobody died.",
        "- One more thing",
        "Last",
    ]
    assert paragraphs(text)[2:4] == ["The wall\nfell on Monday. Nobody died.", "- One more thing"]


def test_wrapped_lines_are_one_paragraph() -> None:
    wrapped = (
        "The wall at the harbour gave way on Monday, and\n"
        "Oswin Tarrant, who had built it, said that Mr.\n"
        "Vale had been warned. Nobody answered him when\n"
        "he asked."
    )
    assert paragraphs(wrapped) == [wrapped]
    assert len(sentences(wrapped)) == 2
    assert len(paragraphs(wrapped.replace(" gave way on Monday, and", ""))) == 3


def test_nothing_in_nothing() -> None:
    for text in ("", " \n\n\t"):
        assert (words(text), sentences(text), paragraphs(text), graphemes(text[:0])) == ([], [], [], [])
        assert Segments(text).next_word(0) is None
        assert Segments(text).prev_sentence(9) is None


@pytest.mark.parametrize(
    "text",
    ["." * 200_000, ("?!" * 80_000) + " x", '."' * 50_000, "。" * 50_000],
    ids=["dots", "marks", "closers", "cjk"],
)
def test_long_runs_of_stops_are_one_sentence_and_soon_read(text: str) -> None:
    assert len(Segments(text).sentences) <= 2


_PIECES = st.lists(
    st.one_of(
        texts, st.sampled_from(["a b", "x-y.z ", "3,4.5 ", "U.S. ", "don't ", "\n", "e\u0301 ", "🇩🇪 ", "\u4e2d\u6587"])
    )
)


@given(_PIECES.map("".join), st.integers(1, 12))
@example("The quay. A man said, in the U.S., that 3,000.5 of O'Neill's well-kept things. were gone", 5)
def test_moving_by_words_is_the_same_however_the_text_is_cut(text: str, stretch: int) -> None:
    whole = Segments(text).words
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments_module, "_STRETCH", stretch)
        segments = Segments(text)
        for pos in range(-1, len(text) + 2):
            assert segments.word_at(pos) == whole.at(pos), pos
            assert segments.next_word(pos) == whole.after(pos), pos
            assert segments.prev_word(pos) == whole.before(pos), pos


@given(st.text(st.characters(max_codepoint=127)))
@example("a.b A.b 1.a a1.2 _.a a_.b x.Y")
def test_the_words_of_plain_text_are_those_of_any_text(text: str) -> None:
    found = segments_module._pattern(segments_module._WORD).finditer(text)
    expected = [each.span() for each in found if not each.lastindex or any(map(str.isalnum, each[0]))]
    assert [(word.start, word.end) for word in Segments(text).words] == expected
