"""`onrecord agree`: a table to read, flat objects to compute with, and what it says where there is nothing to compare."""

import re
from pathlib import Path

import pytest
from command_line import CommandLine
from onrecord.cli import agree
from onrecord.measure.agreement import BYS, LAYER_NAMES


@pytest.fixture
def two(onrecord: CommandLine, article: Path) -> Path:
    """Ann and Ben on one article: the same words once, and others once."""
    for words in (["12:42", "denied"], ["55:70", "sourced"]):
        onrecord.ok("mark", article, "Ferry", *words)
    for words in (["12:42", "denied"], ["55:69", "anonymous"]):
        onrecord.ok("mark", article, "Ferry", *words, "--as", "ben")
    return article


def test_the_table_and_where_to_look_first(onrecord: CommandLine, two: Path) -> None:
    told = onrecord.ok("agree", two).out
    assert told.startswith("2 annotators on 1 document\n\nlayer ")
    assert re.search(r"^boundaries +exact_f1 +0\.500 +4$", told, re.MULTILINE)
    assert re.search(r"^labels +cohen +sourced +0\.000 +2$", told, re.MULTILINE)
    assert told.endswith("Ferry: 1 of 2 groups differ (1 in boundaries, 1 in labels)\n")


def test_the_same_as_flat_objects(onrecord: CommandLine, two: Path) -> None:
    rows = onrecord.rows("agree", two)
    assert {row["layer"] for row in rows} == {"groups", "boundaries", "labels"}
    assert [row["value"] for row in rows if row["measure"] == "exact_f1"] == [0.5]
    (alpha,) = onrecord.rows("agree", two, "--layer", "labels", "--by", "annotator")[-1:]
    assert (alpha["id"], alpha["of"]) == ("labels/alpha_masi/ann, ben", "ann, ben")
    assert [row["of"] for row in onrecord.rows("agree", two, "--by", "outlet", "--layer", "boundaries")] == ["Bell"] * 4
    assert "Ferry" in onrecord.ok("agree", two, "--by", "document").out


def test_annotators_documents_seed_and_samples(onrecord: CommandLine, two: Path) -> None:
    onrecord.ok("mark", two, "Ferry", "0:11", "denied", "--as", "cai")
    assert onrecord.ok("agree", two).out.startswith("3 annotators ")
    assert onrecord.ok("agree", two, "--annotators", "ben, ann", "--samples", "0").out.startswith("2 annotators ")
    assert "no annotator is called 'zoe'" in onrecord("agree", two, "--annotators", "ann,zoe").sentence
    one, same = (onrecord.ok("agree", two, "--json", "--seed", "7", "--documents", "all").out for _ in range(2))
    assert one == same


def test_the_choices_are_those_of_the_measure() -> None:
    assert agree._LAYERS == LAYER_NAMES
    assert agree._BYS == BYS


def test_where_there_is_nothing_to_compare(onrecord: CommandLine, article: Path) -> None:
    done = onrecord.ok("agree", article)
    assert (done.out, done.sentence) == (
        "",
        "no document is shared by two annotators, so there is nothing to compare",
    )
    assert onrecord.ok("agree", article, "--json").json == []


def test_that_no_mark_came_from_a_suggestion_is_said(onrecord: CommandLine, two: Path) -> None:
    done = onrecord.ok("agree", two, "--by", "suggestion", "--layer", "labels")
    assert "no mark says that it came from a suggestion" in done.sentence
    assert "without suggestions" in done.out


def test_hostile_titles_do_not_reach_the_terminal(onrecord: CommandLine, two: Path) -> None:
    Path("b.md").write_text(
        '---\ntitle: "\\u202e[bold]\\e[31m"\noutlet: "\\u202eBell"\n---\nThe ferry left at nine.', "utf-8"
    )
    onrecord.ok("add", two, "b.md")
    number = max(row["id"] for row in onrecord.rows("list", two, "documents"))
    for name in ("ann", "ben"):
        onrecord.ok("mark", two, number, "0:9", "denied", "--as", name)
    for by in ("document", "outlet"):
        told = onrecord.ok("agree", two, "--by", by, "--layer", "boundaries").out
        assert told.replace("\n", "").isprintable()
