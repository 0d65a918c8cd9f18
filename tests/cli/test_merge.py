"""Copies on which people worked apart come together in any order, and nothing of anybody is lost."""

import itertools
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command_line import CommandLine
from onrecord.exchange.formats import formats
from onrecord.tui import settings
from project_state import public_state

WRITERS = [name for name, form in formats().items() if form.write]
TEXT = "The gate stopped short, said an official. It closed fully, said the mayor. Nobody knew why."


@pytest.fixture
def copies(onrecord: CommandLine) -> list[Path]:
    """Three copies of a project, each with the work of another annotator, and a claim that all of them reworded."""
    Path("a.txt").write_text(TEXT)
    onrecord.ok("new", "base.db", "a.txt")
    onrecord.ok("mark", "base.db", "7", "0:22", "anonymous", "--claim", "It stopped.")
    found = []
    for number, name in enumerate(("ana", "bob", "cy")):
        path = Path(shutil.copy("base.db", f"{name}.db"))
        start = number * 20
        onrecord.ok("mark", path, "7", f"{start}:{start + 10}", "denied", "--claim", f"Claim of {name}.", "--as", name)
        onrecord.ok("mark", path, "7", "0:22", "sourced", "--note", name)
        found.append(path)
    return found


BY_ROW_IDS = {"db", "datasette", "parquet"}
"""Formats that are the tables themselves: their row ids are the file's own."""


def exported(onrecord: CommandLine, project: Path, name: str) -> dict[str, bytes]:
    """An export's files by their names within it, each as its bytes."""
    out = Path(f"{project.stem}-{name}")
    onrecord.ok("export", project, out, "--format", name)
    files = sorted(path for path in out.rglob("*") if path.is_file()) if out.is_dir() else [out]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def test_all_six_orders_give_the_same_bytes(onrecord: CommandLine, copies: list[Path]) -> None:
    seen: dict[str, list[dict[str, bytes]]] = {}
    for number, order in enumerate(itertools.permutations(copies)):
        first, *others = order
        path = Path(shutil.copy(first, f"merged{number}.db"))
        onrecord.ok("merge", path, *others)
        assert onrecord.ok("check", path).out.splitlines()[-1].endswith("sound")
        for name in set(WRITERS) - BY_ROW_IDS:
            seen.setdefault(name, []).append(exported(onrecord, path, name))
        with closing(sqlite3.connect(path)) as connection:
            seen.setdefault("tables", []).append({"": repr(public_state(connection)).encode()})
    for name, six in seen.items():
        assert all(each == six[0] for each in six), name
    (lines,) = seen["jsonl"][0].values()
    document = json.loads(lines.splitlines()[0])
    assert {mention["annotator"] for mention in document["mentions"]} == {"ana", "ann", "bob", "cy"}


def test_again_adds_nothing_and_conflicts_are_told(onrecord: CommandLine, copies: list[Path]) -> None:
    first, second, third = copies
    rows = onrecord.rows("merge", first, second, third)
    assert [row["conflicts"] for row in rows] == [1, 0], "the same mark was made on all three, with different notes"
    assert all(row["added"] > 0 for row in rows)
    assert all(row["forks"] == 0 for row in rows), "a copy counts as a device of its own"
    assert [row["added"] for row in onrecord.rows("merge", first, second, third)] == [0, 0]


def test_a_fork_of_one_device_is_found_and_both_are_kept(
    onrecord: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "device", lambda project=None: "one-device")
    Path("a.txt").write_text(TEXT)
    onrecord.ok("new", "one.db", "a.txt")
    shutil.copy("one.db", "two.db")
    for name, span in (("one.db", "0:8"), ("two.db", "9:16")):
        onrecord.ok("mark", name, "7", span, "denied")
    (row,) = onrecord.rows("merge", "one.db", "two.db")
    assert row["forks"] > 0
    assert len(onrecord.rows("list", "one.db", "mentions")) == 2
    assert "used number" in onrecord.ok("check", "one.db").out


def test_what_cannot_be_joined(onrecord: CommandLine, copies: list[Path]) -> None:
    Path("no.db").write_bytes(b"not a database at all, but long enough to look at")
    onrecord.ok("export", copies[0], "export.db")
    for other, words in (
        ("no.db", "is not a project file"),
        ("absent.db", "no such file"),
        ("export.db", "no onrecord project"),
    ):
        assert words in onrecord("merge", copies[0], other).sentence
    assert "is the project itself" in onrecord("merge", copies[0], copies[0]).sentence


def test_a_copied_file_is_a_device_of_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("x")
    shutil.copy(one, other)
    assert settings.device(one) == settings.device(one)
    assert settings.device(one) != settings.device(other)
    moved = one.rename(tmp_path / "moved")
    assert settings.device(moved) != settings.device(other)
