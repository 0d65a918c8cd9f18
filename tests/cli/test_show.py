"""`show`: the article as it is, its mentions in brackets, and what is said about them below."""

import re
from pathlib import Path

from command_line import CommandLine
from hypothesis import given
from hypothesis import strategies as st
from onrecord.cli.show import bracketed
from onrecord.schema.text import visible
from texts import texts


@st.composite
def texts_with_pieces(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, int]]]:
    text = draw(texts.filter(len))
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda ends: ends[0] != ends[1])
    spans = draw(st.lists(ends.map(sorted), max_size=6))
    return text, [(start, end, number) for number, (start, end) in enumerate(spans, 1)]


@given(texts_with_pieces())
def test_brackets_stand_where_the_spans_do(drawn: tuple[str, list[tuple[int, int, int]]]) -> None:
    text, pieces = drawn
    plain = visible(text).translate({ord("["): "(", ord("]"): ")"})
    shown = bracketed(plain, pieces)
    assert re.sub(r"\[\d+ | \d+\]", "", shown) == plain
    for start, end, number in pieces:
        inside = shown.split(f"[{number} ")[1].split(f" {number}]")[0]
        assert re.sub(r"\[\d+ | \d+\]", "", inside) == plain[start:end]


def test_brackets_nest_where_they_can() -> None:
    assert bracketed("abcdef", [(0, 3, 1), (0, 6, 2), (3, 6, 3)]) == "[2 [1 abc 1][3 def 3] 2]"
    assert bracketed("abcdef", [(0, 4, 1), (2, 6, 2)]) == "[1 ab[2 cd 1]ef 2]"


def test_an_article_with_its_marks(onrecord: CommandLine, demo: Path) -> None:
    (row,) = [row for row in onrecord.rows("list", demo, "documents") if row["title"].startswith("Questions")]
    shown = onrecord.ok("show", demo, row["id"]).out
    assert "Questions over Tarrowmouth’s gate" in shown
    assert "The Ostmere Dispatch · Konrad Lisle · 2026-03-04T04:00:00Z · en" in shown
    assert "[contested]" in shown
    assert (
        "    A anonymous, described: Ostmere Press Agency → Tarrowmouth Mercury → "
        "a harbour official who was on the wall that evening (described)\n"
        "      note: Third telling, same official: still one origin." in shown
    )
    numbers = re.findall(r"^\[(\d+)\] A  (?:ines|tomasz)  \d+:\d+  mention \d+$", shown, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 8)]


def test_one_annotator_alone(
    onrecord: CommandLine,
    demo: Path,
) -> None:
    (row,) = [row for row in onrecord.rows("list", demo, "documents") if "rigger" in row["title"]]
    both, ines, nobody = (
        onrecord.ok("show", demo, row["id"], *more).out
        for more in ([], ["--annotator", "ines"], ["--annotator", "nobody"])
    )
    assert "  tomasz  " in both
    assert "  tomasz  " not in ines
    assert "  ines  " in ines
    assert "mention" not in nobody
    assert "🌊" in nobody  # whoever works here sees everybody's marks, unless one is asked for


def test_a_mention_in_pieces_and_one_without_a_label(onrecord: CommandLine, demo: Path) -> None:
    documents = onrecord.rows("list", demo, "documents")
    first = onrecord.ok("show", demo, documents[0]["id"], "--annotator", "ines").out
    assert "[1 The Sallow Gate 1], the steel" in first
    assert "[1 did not close fully in its test on 24 February 1]" in first
    assert "“The Sallow Gate … did not close fully" in first
    last = onrecord.ok("show", demo, documents[-1]["id"]).out
    assert "] -  ines" in last
    assert "the writer's own voice" in last
    corrected = onrecord.ok("show", demo, documents[-2]["id"]).out
    assert f"revises document {documents[0]['id']}" in corrected


def test_a_document_by_any_of_its_names(onrecord: CommandLine, article: Path) -> None:
    (row,) = onrecord.rows("list", article, "documents")
    shown = {onrecord.ok("show", article, name).out for name in (row["id"], row["sha256"][:8], "Ferry")}
    assert len(shown) == 1


def test_a_name_that_means_several_is_not_guessed(onrecord: CommandLine, article: Path) -> None:
    (row,) = onrecord.rows("list", article, "documents")
    Path("a.md").write_text("---\ntitle: Ferry\n---\nOther.")
    Path("b.md").write_text(f"---\ntitle: {row['id']}\n---\nAnother.")
    onrecord.ok("add", article, "a.md", "b.md")
    assert "2 documents" in onrecord("show", article, "Ferry").sentence
    assert onrecord.ok("show", article, row["id"]).out.startswith("Ferry\n")
