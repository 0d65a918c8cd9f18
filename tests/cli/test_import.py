"""`import` at the command line: whose work it is, and that each line of its report is one line."""

import json
from pathlib import Path

import pytest
from command_line import CommandLine


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
