"""`import` at the command line: whose work it is, and that each line of its report is one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine
from onrecord.exchange import importing
from onrecord.schema.errors import NotStored


@pytest.fixture
def foreign() -> Path:
    """An example of doccano's with one span."""
    path = Path("x.jsonl")
    path.write_text(json.dumps({"text": "The gate stopped.", "label": [[0, 8, "PER"]]}) + "\n")
    return path


@pytest.mark.parametrize("name", ["a/b", "onrecord", "x" * 70])
def test_a_name_that_nobody_can_have_is_refused_before_anything_is_read(
    onrecord: CommandLine, demo: Path, foreign: Path, name: str
) -> None:
    for words in (["--annotator", name], ["--map", f"annotator:u1={name}"]):
        done = onrecord("import", demo, foreign, *words)
        assert done.code == 1
        assert not done.out
        assert "choose another name" in done.sentence or "cannot name an annotator" in done.sentence


def test_the_work_is_signed_by_the_name_that_is_given(onrecord: CommandLine, demo: Path, foreign: Path) -> None:
    done = onrecord.ok("import", demo, foreign, "--annotator", "bea")
    assert done.out.splitlines()[-1] == "demo.db: imported 1 of 1 file"
    assert [row["annotator"] for row in onrecord.rows("list", demo, "marks") if row["label"] == "PER"] == ["bea"]
    again = onrecord.ok("import", demo, foreign, "--annotator", "bea", "--json")
    assert {row["what"] for row in again.json} == {"here already"}


def test_a_disk_that_is_full_ends_the_import_and_the_report_tells_what_was_kept(
    onrecord: CommandLine, demo: Path, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bring_in(ledger: Any, path: Path, *more: Any) -> bool:
        if path.name > "y":
            raise NotStored(f"{demo}: nothing was written (database or disk is full); make room or check the disk")
        return whole(ledger, path, *more)

    whole = importing.bring_in
    monkeypatch.setattr(importing, "bring_in", bring_in)
    Path("y.jsonl").write_bytes(foreign.read_bytes())
    Path("z.jsonl").write_bytes(foreign.read_bytes())
    done = onrecord("import", demo, foreign, "y.jsonl", "z.jsonl")
    assert done.code == 3
    *_, note, refused, last = done.out.splitlines()
    assert note == "note: files that were not tried after it: 1  (y.jsonl)"
    assert refused.endswith("nothing was written (database or disk is full); make room or check the disk  (y.jsonl)")
    assert last == "demo.db: imported 1 of 3 files"
    assert onrecord("import", demo, "y.jsonl").code == 1
