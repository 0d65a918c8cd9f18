"""Listings: the same things for people and for programs, a row at a time, in any terminal."""

import json
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import ONRECORD, CommandLine
from hypothesis import given
from hypothesis import strategies as st
from onrecord.cli import printing
from onrecord.cli.lists import LISTINGS
from onrecord.schema.store import connect
from terminal import Terminal
from texts import texts

COUNTS = {"documents": 9, "claims": 8, "mentions": 68, "marks": 90, "sources": 14, "annotators": 2, "rulings": 0, "queue": 0,
          "remarks": 0, "members": 0}  # fmt: skip
HOSTILE = "[bold]\x1b[31m\x1b]52;c;AA==\x07\u202e\U000e0041\r\u2028[/x]\x9b"


@pytest.mark.parametrize("things", LISTINGS)
def test_people_and_programs_see_the_same_things(onrecord: CommandLine, demo: Path, things: str) -> None:
    rows = onrecord.rows("list", demo, things)
    assert len(rows) == COUNTS[things]
    head, *lines = onrecord.ok("list", demo, things).out.splitlines()
    first = LISTINGS[things].shown[0]
    assert head.split()[0] == first
    assert [line.split()[0] for line in lines] == [str(row[first]) for row in rows]
    assert len({len(row) for row in rows}) <= 1
    assert all(set(LISTINGS[things].shown) <= set(row) for row in rows)


def test_columns_stand_under_each_other(onrecord: CommandLine, demo: Path) -> None:
    head, *lines = onrecord.ok("list", demo, "sources").out.splitlines()
    names = [row["name"] for row in onrecord.rows("list", demo, "sources")]
    assert [line.index(name) for line, name in zip(lines, names, strict=True)] == [head.index("name")] * len(names)
    last = next(line for line in lines if "水瀬" in line)
    assert printing.cells_of(last) == printing.cells_of(head)


@pytest.mark.parametrize("things", LISTINGS)
def test_an_empty_project_has_nothing_to_list(
    onrecord: CommandLine, monkeypatch: pytest.MonkeyPatch, things: str
) -> None:
    monkeypatch.delenv("ONRECORD_ANNOTATOR")  # whoever makes a project leads it
    onrecord.ok("new", "p.db")
    assert onrecord.ok("list", "p.db", things, "--json").out == "[]\n"
    assert len(onrecord.ok("list", "p.db", things).out.splitlines()) == 1


def test_the_standing_that_is_listed_is_that_of_the_view(onrecord: CommandLine, demo: Path) -> None:
    connection = connect(demo, write=False)
    view = dict(connection.execute("SELECT claim_id, standing FROM claim_standing").fetchall())
    connection.close()
    assert {row["id"]: row["standing"] for row in onrecord.rows("list", demo, "claims")} == view


def test_a_hostile_title_reaches_no_terminal(onrecord: CommandLine, article: Path) -> None:
    Path("x.jsonl").write_text(json.dumps({"text": HOSTILE + " text", "title": HOSTILE, "outlet": HOSTILE}))
    shown = onrecord.ok("add", article, "x.jsonl").out
    document = onrecord.rows("list", article, "documents")[-1]
    assert document["title"] == HOSTILE
    mark = ["mark", article, document["id"], "0:6", "denied", "--claim", HOSTILE, "--who", HOSTILE, "--note", HOSTILE]
    shown += onrecord.ok(*mark).out
    shown += onrecord.ok("show", article, document["id"]).out
    shown += onrecord.ok("log", article).out
    shown += onrecord.ok("undo", article).out
    for things in LISTINGS:
        shown += onrecord.ok("list", article, things).out
        shown += onrecord.ok("list", article, things, "--json").out
    assert "\\u001b]52" in shown
    assert {char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")} == {
        "\n"
    }


def test_json_is_ascii(onrecord: CommandLine, demo: Path) -> None:
    assert all(onrecord.ok("list", demo, things, "--json").out.isascii() for things in LISTINGS)


def test_a_list_of_any_length_begins_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[int] = []
    read = 0

    def rows() -> Iterator[dict[str, object]]:
        nonlocal read
        for read in range(1, 10_001):
            yield {"id": read}

    monkeypatch.setattr(sys.stdout, "write", lambda _: printed.append(read))
    printing.table(["id"], rows())
    assert printed[0] == printing.SAMPLE  # so many rows were read before the first line was printed
    assert (len(printed), printed[-1]) == (10_001, 10_000)
    printed.clear()
    printing.json_array(rows())
    assert printed == [*range(1, 10_001), 10_000]


@given(text=texts, width=st.integers(1, 60))
def test_a_cut_line_fits(text: str, width: int) -> None:
    line = printing.safe(text)
    shown = printing.cut(line, width)
    assert printing.cells_of(shown) <= max(width, printing.cells_of(line) and 1)
    assert shown == line or shown.endswith("…")
    assert line.startswith(shown.removesuffix("…"))


@pytest.mark.slow
def test_a_terminal_cuts_lines_to_its_width_and_a_pipe_never_does(onrecord: CommandLine, demo: Path) -> None:
    long = "a harbour official who was on the wall that evening"
    assert long in onrecord.ok("list", demo, "sources").out
    with Terminal([ONRECORD, "list", demo, "claims"], columns=80, rows=20) as terminal:
        assert terminal.finish() == 0
        lines = [line.rstrip() for line in terminal.screen.display if line.strip()]
        assert len(lines) == 9
        assert all(line[:3].strip() in (*"0123456789", "id") or line[:3].strip().isdecimal() for line in lines)
        assert "…" in lines[1]
        assert b"\x1b" not in terminal.received


def test_a_read_only_project_can_be_listed_and_checked(onrecord: CommandLine, demo: Path) -> None:
    Path("locked").mkdir()
    path = Path(shutil.move(demo, "locked/demo.db"))
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        assert len(onrecord.rows("list", path, "documents")) == 9
        assert "sound" in onrecord.ok("check", path).out
    finally:
        path.parent.chmod(0o755)
