"""The same words elsewhere: every whole-word place, exact offsets, nothing else, and an honest end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, same_words
from onrecord.schema.ledger import Ledger
from onrecord.schema.same_words import Find, find_in_document, find_same_words, whole_words
from onrecord.schema.text import Span, fold
from project_state import open_quickly


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_quickly(tmp_path / "p.db") as ledger:
        yield ledger


def add(ledger: Ledger, text: str, **about: str) -> str:
    with ledger.act() as act:
        return acts.add_document(act, text, **about)[0]


def found(ledger: Ledger, query: str, limit: int = 500) -> list[tuple[str, int, int]]:
    finds = find_same_words(ledger.connection, query, "ana", limit).finds
    return [(each.title, each.span.start, each.span.end) for each in finds]


def test_finds_are_exact_in_every_document_and_in_the_order_of_publication(ledger: Ledger) -> None:
    add(ledger, "He said the gate had\u00a0stopped. “The gate had stopped.”", title="late", published_at="2026-02-02")
    add(ledger, "the  gate\nhad STOPPED", title="early", published_at="2026-01-01")
    add(ledger, "The gate had not stopped.", title="other")
    assert found(ledger, "The gate had stopped") == [("early", 0, 21), ("late", 8, 28), ("late", 31, 51)]
    find = find_same_words(ledger.connection, "the gate had stopped", "ana").finds[1]
    assert (find.before, find.quote, find.after[:3]) == ("He said ", "the gate had\u00a0stopped", ". “")


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("he met", "she met him; he met her", 1),
        ("the Kremlin", "the Kremlin’s word, the Kremlins, the Kremlin", 2),
        ("don't know", "they don’t know", 1),
        ("well-known", "well‑known and well–known", 2),
        ("2,500", "2,500 or 12,500", 1),
        ('"yes" he said', "“Yes” he said", 1),
        ("cafe", "cafe\u0301 cafe", 1),
        ("NEAR(x y)", "near(x y) near x y", 1),
        ('a" OR "b', "a b", 0),
        ("—", "one — two", 0),
        ("", "anything", 0),
    ],
)
def test_whole_words_as_a_reader_sees_them(ledger: Ledger, query: str, text: str, places: int) -> None:
    add(ledger, text, title="t")
    assert len(found(ledger, query)) == places


def test_a_script_without_spaces_has_no_edges_to_respect() -> None:
    assert list(whole_words("消息人士说消息", "消息")) == [Span(0, 2), Span(5, 7)]


def test_notes_and_claims_with_the_words_are_no_finds(ledger: Ledger) -> None:
    sha256 = add(ledger, "nothing here", title="the gate")
    with ledger.act() as act:
        acts.state_claim(act, "the gate", note="the gate")
        acts.submit(act, sha256, "flagged", "the gate")
    assert found(ledger, "the gate") == []


def test_a_mention_of_just_these_words_is_told_from_others(ledger: Ledger) -> None:
    text = "the gate. the gate. the gate. the gate."
    sha256 = add(ledger, text)
    with ledger.act() as act:
        acts.set_mention(act, "ana/1", sha256, text, [Span(0, 8)])
        acts.set_mention(act, "ana/2", sha256, text, [Span(10, 18), Span(30, 33)])
        acts.set_mention(act, "ana/3", sha256, text, [Span(20, 29)])
    with open_quickly(ledger.path, "ben", "d2") as other, other.act() as act:
        acts.set_mention(act, "ben/1", sha256, text, [Span(30, 38)])
    marked = [each.marked for each in find_same_words(ledger.connection, "the gate", "ana").finds]
    assert marked == [True, False, False, False]


def test_the_answer_says_when_it_is_cut(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        add(ledger, f"{number} the gate, the gate")
    connection = ledger.connection
    for limit, cut in ((7, True), (8, False), (9, False)):
        answer = find_same_words(connection, "the gate", "ana", limit)
        assert (len(answer.finds), answer.cut) == (min(limit, 8), cut)
    monkeypatch.setattr(same_words, "READ_AT_MOST", 50)
    answer = find_same_words(connection, "the gate", "ana")
    assert (len(answer.finds), answer.cut) == (4, True)


def test_one_document_is_searched_by_itself(ledger: Ledger) -> None:
    add(ledger, "the gate", title="one")
    add(ledger, "the gate and the gate", title="two")
    ids = dict(ledger.connection.execute("SELECT title, id FROM documents").fetchall())
    answer = find_in_document(ledger.connection, ids["two"], "the gate", "ana", 1)
    assert [(each.title, each.span, answer.cut) for each in answer.finds] == [("two", Span(0, 8), True)]
    assert find_in_document(ledger.connection, 999_999, "the gate", "ana").finds == ()


WORD = st.text(st.sampled_from("aAé1ſß\u0301"), min_size=1, max_size=3)
GAP = st.sampled_from([" ", "\u00a0", ", ", "\n", "-", "’", "\u2028", " \u202f"])


@given(st.lists(st.tuples(WORD, GAP), min_size=1, max_size=12), st.data())
def test_words_of_a_text_are_found_where_they_stand(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(word + gap for word, gap in parts)
    starts = [0]
    for word, gap in parts:
        starts.append(starts[-1] + len(word + gap))
    first = data.draw(st.integers(0, len(parts) - 1))
    last = data.draw(st.integers(first, len(parts) - 1))
    span = Span(starts[first], starts[last] + len(parts[last][0]))
    finds = list(whole_words(text, span.cut(text)))
    for find in finds:
        assert fold(find.cut(text)).split() == fold(span.cut(text)).split()
    if not (text[span.start] == "\u0301" or text[span.end : span.end + 1] == "\u0301"):
        assert any(find.overlaps(span) for find in finds)


@pytest.mark.parametrize("query", ["the gate", "gate said", "said nothing"])
def test_the_index_misses_nothing_that_reading_finds(ledger: Ledger, query: str) -> None:
    texts = [
        "The gate said nothing",
        "the\u00a0gate—said “nothing”",
        "gate\u2028said nothing’s",
        "thegate said, nothing",
    ]
    for number, text in enumerate(texts):
        add(ledger, text, title=str(number))
    read = [(str(number), span) for number, text in enumerate(texts) for span in whole_words(text, query)]
    finds: tuple[Find, ...] = find_same_words(ledger.connection, query, "ana").finds
    assert sorted((each.title, each.span) for each in finds) == read
