"""`export` and `check` at the command line; what is in the files is tested with the formats."""

import csv
import json
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from command_line import CommandLine
from onrecord.schema.migrations import VERSION


@pytest.mark.parametrize(("name", "held"), [("x.db", "9 documents"), ("x.jsonl", "9 documents"), ("x.CSV", "90 marks")])
def test_a_file_is_never_replaced_unasked(onrecord: CommandLine, demo: Path, name: str, held: str) -> None:
    assert onrecord.ok("export", demo, name).out == f"{name}: {held}\n"
    before = Path(name).read_bytes()
    done = onrecord("export", demo, name)
    assert done.code == 1
    assert "--force" in done.sentence
    onrecord.ok("export", demo, name, "--force")
    assert Path(name).read_bytes() == before
    assert sorted(path.name for path in Path().iterdir() if not path.name.startswith("demo.db")) == [name]


def test_a_project_is_never_replaced(onrecord: CommandLine, demo: Path, article: Path) -> None:
    for target in (article, demo):
        assert "is a project" in onrecord("export", demo, target, "--force").sentence
    with sqlite3.connect("newer.db") as connection:
        connection.execute("PRAGMA application_id = 0x6F6E7263")
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    assert "newer onrecord" in onrecord("export", demo, "newer.db", "--force").sentence
    Path("used.db").write_text("")
    Path("used.db-wal").write_text("x")
    assert "in use" in onrecord("export", demo, "used.db", "--force").sentence
    Path("folder.db").mkdir()
    assert "folder" in onrecord("export", demo, "folder.db", "--force").sentence
    assert len(onrecord.rows("list", article, "documents")) == 1


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal", ".lock"])
def test_what_stands_beside_a_project_is_never_replaced(onrecord: CommandLine, demo: Path, ending: str) -> None:
    beside = Path(f"other.db{ending}")
    Path("other.db").write_bytes(demo.read_bytes())
    beside.write_bytes(b"")
    assert "belongs to the database" in onrecord("export", demo, beside, "--format", "csv", "--force").sentence
    assert beside.read_bytes() == b""


def test_a_link_to_nowhere_is_replaced_on_demand(onrecord: CommandLine, demo: Path) -> None:
    Path("x.csv").symlink_to("nowhere")
    assert "--force" in onrecord("export", demo, "x.csv").sentence
    onrecord.ok("export", demo, "x.csv", "--force")
    assert not Path("nowhere").exists()
    assert Path("x.csv").is_file()


def test_a_pipe_or_a_device_is_never_replaced(onrecord: CommandLine, demo: Path) -> None:
    os.mkfifo("pipe.csv")
    assert "no ordinary file" in onrecord("export", demo, "pipe.csv", "--force").sentence
    assert stat.S_ISFIFO(Path("pipe.csv").stat().st_mode)


def test_an_export_that_fails_leaves_nothing(
    onrecord: CommandLine, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("onrecord.exchange.jsonl.to_json", full)
    assert "No space left" in onrecord("export", demo, "x.jsonl").sentence
    assert not [path for path in Path().iterdir() if not path.name.startswith("demo.db")]


def test_formulas_are_escaped_on_demand(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "denied", "--note", "=cmd|' /C calc'!A0", "--who", "@sum")
    onrecord.ok("export", article, "plain.csv")
    onrecord.ok("export", article, "safe.csv", "--escape-formulas")
    notes = []
    for name in ("plain.csv", "safe.csv"):
        with Path(name).open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
            notes.append((row["note"], row["origin"]))
    assert notes == [("=cmd|' /C calc'!A0", "@sum"), ("'=cmd|' /C calc'!A0", "'@sum")]
    assert "only .csv" in onrecord("export", article, "x.db", "--escape-formulas").sentence


def test_an_export_is_no_project(onrecord: CommandLine, demo: Path) -> None:
    onrecord.ok("export", demo, "x.db")
    for words in (["list", "x.db", "claims"], ["x.db"], ["add", "x.db", "a.txt"], ["check", "x.db"]):
        assert "no onrecord project" in onrecord(*words).sentence


def test_what_is_exported_can_be_added(onrecord: CommandLine, demo: Path) -> None:
    onrecord.ok("export", demo, "x.jsonl")
    onrecord.ok("new", "again.db", "x.jsonl")
    onrecord.ok("export", "again.db", "y.jsonl")
    texts, again = (
        [
            {key: record[key] for key in record if key not in ("events", "mentions", "submissions")}
            for record in map(json.loads, Path(name).read_text("utf-8").splitlines())
            if "text" in record
        ]
        for name in ("x.jsonl", "y.jsonl")
    )
    assert again == texts
    assert any(record["revises"] for record in texts)


def test_a_sound_project(onrecord: CommandLine, demo: Path) -> None:
    assert onrecord.ok("check", demo).out == "demo.db: sound\n"
    assert onrecord.ok("check", demo, "--json").out == "[]\n"


def test_a_changed_table_is_found_and_mended(onrecord: CommandLine, demo: Path) -> None:
    before = onrecord.rows("list", demo, "marks")
    with sqlite3.connect(demo) as connection:
        connection.execute("UPDATE marks SET kind = 'bare' WHERE id = (SELECT max(id) FROM marks)")
        connection.execute("DELETE FROM submissions")
    connection.close()
    done = onrecord("check", demo)
    assert done.code == 1
    assert "problem: submissions: 18 rows of the log missing; mend it with: onrecord check --rebuild" in done.out
    *problems, summary = done.out.splitlines()
    assert summary == f"demo.db: {len(problems)} problems"
    found = onrecord("check", demo, "--json")
    assert found.code == 1
    assert [f"{row['level']}: {row['what']}" for row in found.json] == problems
    assert [row["id"] for row in found.json] == list(range(1, len(problems) + 1))
    onrecord.ok("check", demo, "--rebuild")
    onrecord.ok("check", demo)
    assert onrecord.rows("list", demo, "marks") == before


def test_a_changed_log_is_found_and_never_rebuilt_from(onrecord: CommandLine, demo: Path) -> None:
    with sqlite3.connect(demo) as connection:
        (never,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'events_never_update'").fetchone()
        connection.execute("DROP TRIGGER events_never_update")
        connection.execute("UPDATE events SET body = CAST('{\"kind\": ' AS BLOB) WHERE id = 40")
        connection.execute(never)
    connection.close()
    done = onrecord("check", demo)
    assert done.code == 1
    assert "problem" in done.out
    marks = onrecord.rows("list", demo, "marks")
    assert "damaged" in onrecord("check", demo, "--rebuild").sentence
    assert onrecord.rows("list", demo, "marks") == marks


def test_a_note_is_no_problem(onrecord: CommandLine, article: Path) -> None:
    from onrecord.schema.ledger import Ledger

    with Ledger(article, "ann", "d1") as ledger:
        ledger.receive([b"{}"])
    done = onrecord.ok("check", article)
    assert done.out.splitlines()[0].startswith("note: ")
    assert done.out.splitlines()[-1] == "p.db: sound"
