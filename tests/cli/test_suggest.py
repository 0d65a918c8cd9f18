"""`onrecord suggest`: kept as the engine's own work, or printed; never twice, never in anybody's name but its own."""

from pathlib import Path

from command_line import CommandLine

ENGINE = "onrecord-rules-en"


def test_suggestions_are_kept_as_the_engines_own_work(onrecord: CommandLine, demo: Path) -> None:
    before = len(onrecord.rows("list", demo, "mentions"))
    assert "new mentions" in onrecord.ok("suggest", demo).out
    rows = [row for row in onrecord.rows("list", demo, "mentions") if row["annotator"].startswith(ENGINE)]
    assert len(rows) > 20
    assert len(onrecord.rows("list", demo, "mentions")) == before + len(rows)
    assert "0 new mentions" in onrecord.ok("suggest", demo).out
    assert onrecord.ok("check", demo).out == "demo.db: sound\n"


def test_they_are_printed_as_json_and_nothing_is_kept(onrecord: CommandLine, demo: Path) -> None:
    before = onrecord.rows("list", demo, "mentions")
    found = onrecord.ok("suggest", demo, "--json").json
    assert {"document", "spans", "label", "kind", "chain", "confidence"} <= set(found[0])
    assert all(span["start"] < span["end"] for each in found for span in each["spans"])
    assert len(onrecord.ok("suggest", demo, "--json", "--least", 90).json) < len(found)
    assert onrecord.rows("list", demo, "mentions") == before


def test_why_each_came(onrecord: CommandLine, demo: Path) -> None:
    told = onrecord.ok("suggest", demo, "--explain", "--document", "6").out
    assert "rule “according to”; by" in told
    assert told.count("document ") == 1


def test_engines_that_are_not_there(onrecord: CommandLine, demo: Path) -> None:
    assert "choose one of: llm, rules, spacy" in onrecord("suggest", demo, "--engine", "nobody").sentence
    assert "--model" in onrecord("suggest", demo, "--engine", "llm").sentence
