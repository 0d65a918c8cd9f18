"""`onrecord report`: a file for a claim or for all, whole or not at all."""

from pathlib import Path

from command_line import CommandLine

GATE = "The Sallow Gate did not close fully in its test on 24 February 2026."


def test_one_claim_or_all_as_html_or_markdown(onrecord: CommandLine, demo: Path) -> None:
    (gate,) = (row["id"] for row in onrecord.rows("claims", demo) if row["claim"] == GATE)
    assert onrecord.ok("report", demo, "-o", "all.html").out == "all.html: 8 claims\n"
    assert onrecord.ok("report", demo, gate, "-o", "one.html").out == "one.html: 1 claim\n"
    assert onrecord.ok("report", demo, gate, "-o", "one.md").out == "one.md: 1 claim\n"
    assert "Index" in Path("all.html").read_text("utf-8")
    assert "Index" not in Path("one.html").read_text("utf-8")
    assert f"## {GATE}" in Path("one.md").read_text("utf-8")


def test_by_publication_and_by_recording(onrecord: CommandLine, demo: Path) -> None:
    moment = "2026-03-06T00:00:00+01:00"
    (gate,) = (row["id"] for row in onrecord.rows("claims", demo) if row["claim"] == GATE)
    onrecord.ok("report", demo, gate, "-o", "published.md", "--as-of", moment)
    onrecord.ok("report", demo, gate, "-o", "known.md", "--as-of", moment, "--known-at", moment)
    assert "**denied**" in Path("published.md").read_text("utf-8")
    assert "**anonymous**" in Path("known.md").read_text("utf-8")
    assert "nobody worded a claim" in onrecord("report", demo, gate, "-o", "x.md", "--as-of", "2020-01-01").sentence


def test_what_cannot_be_written(onrecord: CommandLine, demo: Path) -> None:
    assert "ends in .html or .md" in onrecord("report", demo, "-o", "x.pdf").sentence
    Path("x.md").write_text("mine")
    assert "--force" in onrecord("report", demo, "-o", "x.md").sentence
    assert Path("x.md").read_text() == "mine"
    onrecord.ok("report", demo, "-o", "x.md", "--force")
    assert "there is no such file" in onrecord("report", "no.db", "-o", "y.md").sentence
    assert "nobody worded a claim 999" in onrecord("report", demo, 999, "-o", "z.md").sentence
