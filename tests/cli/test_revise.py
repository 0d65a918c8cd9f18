"""Corrected articles on the command line."""

from pathlib import Path

from command_line import CommandLine

OLD = "The fare is 40 crowns, said a clerk. The ferry stops in May, said a clerk of the harbour. Nobody knew."
NEW = "The fare is 45 crowns, said a clerk. The ferry stops in May, said a clerk of the harbour."


def two_versions(onrecord: CommandLine) -> str:
    Path("old.txt").write_text(OLD)
    Path("new.txt").write_text(NEW)
    onrecord.ok("new", "p.db", "old.txt")
    onrecord.ok("add", "p.db", "new.txt", "--revises", "7", "--title", "New")
    for start, end in ((0, 21), (37, 59), (90, 101)):
        onrecord.ok("mark", "p.db", "7", f"{start}:{end}", "anonymous")
    return "p.db"


def test_what_became_of_each_mention_is_listed_and_carried_over(onrecord: CommandLine) -> None:
    project = two_versions(onrecord)
    told = onrecord.ok("revise", project, "New").out
    assert told.endswith("3 mentions: 1 same, 1 changed, 1 vanished; 2 to carry over with --apply\n")
    assert "now “The fare is 45 crowns”" in told
    rows = onrecord.rows("revise", project, "New")
    assert [row["outcome"] for row in rows] == ["changed", "same", "vanished"]
    assert not any(row["there"] for row in rows)
    assert onrecord.ok("revise", project, "New", "--apply").out.endswith("; carried over 2\n")
    assert onrecord.ok("revise", project, "New", "--apply").out.endswith("; carried over 0\n")
    assert [row["there"] for row in onrecord.rows("revise", project, "New")] == [True, True, False]
    onrecord.ok("undo", project)
    assert len(onrecord.rows("list", project, "mentions")) == 3


def test_only_a_new_version_can_be_asked_about(onrecord: CommandLine) -> None:
    project = two_versions(onrecord)
    assert "revises no document" in onrecord("revise", project, "7").sentence
    assert onrecord.rows("revise", project, "New", "--as", "somebody else") == []
    assert onrecord.rows("revise", project, "New", "--as", "somebody else", "--all") == []
    onrecord.ok("role", project, "somebody else", "adjudicator")
    assert len(onrecord.rows("revise", project, "New", "--as", "somebody else", "--all")) == 3


def test_the_demos_silent_correction(onrecord: CommandLine, demo: Path) -> None:
    versions = [row for row in onrecord.rows("list", demo, "documents") if row["revises"]]
    rows = onrecord.rows("revise", demo, versions[0]["id"], "--as", "ines")
    assert [row["outcome"] for row in rows].count("changed") == 1
    assert {row["outcome"] for row in rows} == {"same", "changed"}
    (changed,) = [row for row in rows if row["outcome"] == "changed"]
    assert changed["now"] == changed["was"].replace("40", "14")
