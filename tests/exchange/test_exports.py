"""Exports: what the files hold is what the project shows, and every offset finds its words."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from histories import TEXTS, logs
from hypothesis import given
from onrecord.demo.build import build
from onrecord.exchange.exporting import export
from onrecord.exchange.json_text import to_json
from onrecord.schema.events import AnyEvent, canonical
from onrecord.schema.store import connect
from onrecord.schema.tables import TABLES
from project_state import assert_index_fits, project
from texts import texts

VIEWS = ("mention_counted", "mark_current", "claim_standing", "timeline")
LOG = {"events", "parents", "heads", "needs", "subjects", "quarantine"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The sample project, read-only."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path)
    with closing(connect(path, write=False)) as connection:
        yield connection


@pytest.fixture(scope="module")
def exported(demo: sqlite3.Connection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project as an SQLite file for others."""
    path = tmp_path_factory.mktemp("exported") / "x.db"
    export(demo, path)
    return path


def rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)


def records(path: Path) -> list[dict[str, Any]]:
    # Split as the bytes are: no U+2028 or U+0085 inside a record may end its line.
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [record for record in found if "text" in record]


# ---------------------------------------------------------------------- .db


@examples(15)
@given(log=logs())
def test_a_database_holds_the_same_tables_with_the_same_ids(log: list[AnyEvent]) -> None:
    with project() as ledger, tempfile.TemporaryDirectory() as folder:
        ledger.receive(map(canonical, log), TEXTS)
        path = Path(folder) / "x.db"
        export(ledger.connection, path)
        with closing(sqlite3.connect(path)) as copy:
            for table in (*TABLES, *VIEWS):
                expected = rows(ledger.connection, table)
                if table == "texts":
                    shown = {row[0] for row in ledger.connection.execute("SELECT sha256 FROM documents")}
                    expected = [row for row in expected if row[0] in shown]
                assert rows(copy, table) == expected
            assert_index_fits(copy)
            assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert not LOG & {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}


def test_a_text_that_was_taken_back_is_not_given_away(tmp_path: Path) -> None:
    with project() as ledger:
        with ledger.act() as act:
            act.keep_text("a secret that nobody added")
        export(ledger.connection, tmp_path / "x.db")
    assert b"secret" not in (tmp_path / "x.db").read_bytes()


def test_a_database_is_one_file_that_nobody_has_to_prepare(exported: Path) -> None:
    assert [path.name for path in exported.parent.iterdir()] == ["x.db"]
    assert exported.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log: any folder, any medium will do


def test_the_standard_library_reads_a_database(exported: Path) -> None:
    with closing(sqlite3.connect(f"file:{exported}?mode=ro&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        standing = dict(connection.execute("SELECT claim, standing FROM claim_standing").fetchall())
        assert standing["The Sallow Gate did not close fully in its test on 24 February 2026."] == "contested"
        found = connection.execute(
            "SELECT documents.title FROM search JOIN documents ON documents.id = search.rowid WHERE search MATCH ?",
            ('"lisbet orrin"',),
        ).fetchall()
        assert ("Minister walks the wall and concedes a point",) in found


@pytest.mark.slow
def test_sqlite_utils_reads_a_database(demo: sqlite3.Connection, exported: Path) -> None:
    command = [sys.executable, "-m", "sqlite_utils", "query", str(exported)]
    sql = "SELECT label, count(*) AS marks FROM mark_current GROUP BY label ORDER BY label"
    done = subprocess.run([*command, sql], capture_output=True, text=True, check=True)
    assert [tuple(row.values()) for row in json.loads(done.stdout)] == demo.execute(sql).fetchall()
    done = subprocess.run([*command[:-2], "views", str(exported)], capture_output=True, text=True, check=True)
    assert {row["view"] for row in json.loads(done.stdout)} == {*VIEWS, "searchable", "nameable"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # other people's
def test_datasette_reads_a_database(exported: Path) -> None:
    from datasette.app import Datasette  # type: ignore[import-untyped]

    async def answers() -> list[Any]:
        datasette = Datasette([str(exported)])
        await datasette.invoke_startup()
        asked = [
            "/x/claim_standing.json?_shape=array&standing=contested",
            "/x/timeline.json?_shape=array&_size=3",
            "/x/marks.json?_shape=array&_size=1&_labels=on",
            "/x/search.json?_shape=array&_search=harbour",
        ]
        responses = [await datasette.client.get(path) for path in asked]
        assert [response.status_code for response in responses] == [200] * len(asked)
        return [response.json() for response in responses]

    contested, timeline, marks, found = asyncio.run(answers())
    assert [row["confirmed"] for row in contested] == [3]
    assert len(timeline) == 3
    assert set(marks[0]["mention_id"]) == {"value", "label"}  # foreign keys are links there
    assert found


# ---------------------------------------------------------------------- .jsonl


def spans_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with a start, wherever it stands."""
    if isinstance(value, dict):
        if "start" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from spans_in(each)


@examples(15)
@given(log=logs())
def test_every_offset_of_json_lines_finds_its_words(log: list[AnyEvent]) -> None:
    with project() as ledger, tempfile.TemporaryDirectory() as folder:
        ledger.receive(map(canonical, log), TEXTS)
        export(ledger.connection, Path(folder) / "x.jsonl")
        found = records(Path(folder) / "x.jsonl")
        spans = [span for record in found for span in spans_in(record)]
        assert all(record["text"] == TEXTS[record["sha256"]] for record in found)
        for record in found:
            for span in spans_in(record):
                assert record["text"][span["start"] : span["end"]] == span["quote"]
        count = ledger.connection.execute("SELECT count(*) FROM spans").fetchone()[0]
        assert len(spans) == count
        marks = [
            f"{mention['uid']}/{mark['label']}"
            for record in found
            for mention in record["mentions"]
            for mark in mention["marks"]
        ]
        assert sorted(marks) == sorted(uid for (uid,) in ledger.connection.execute("SELECT uid FROM marks"))


def test_json_lines_tell_all_that_was_said(demo: sqlite3.Connection, tmp_path: Path) -> None:
    export(demo, tmp_path / "x.jsonl")
    found = {record["title"]: record for record in records(tmp_path / "x.jsonl")}
    assert len(found) == 8  # two versions of an article share their title
    mention = found["Questions over Tarrowmouth’s gate, a month before the spring tides"]["mentions"][0]
    assert mention["claim"] == "The Sallow Gate did not close fully in its test on 24 February 2026."
    (mark,) = mention["marks"]
    assert [(link["source"], link["relay"], link["identified"]) for link in mark["chain"]] == [
        ("Ostmere Press Agency", True, "named"),
        ("Tarrowmouth Mercury", True, "named"),
        ("a harbour official who was on the wall that evening", False, "described"),
    ]
    assert [cue["quote"] for link in mark["chain"] for cue in link["cue"]] == ["reported", "relaying an account"]
    denied = found["Askerby denies Tarrowmouth gate stopped short in test"]["mentions"][0]["marks"][1]
    assert [item["url"] or item["spans"][0]["quote"] for item in denied["evidence"]] == [
        "Any suggestion that it did not is false",
        "https://askerby-hydraulic.example/statements/2026-03-05",
    ]
    flagged = found["What the rigger did not hear"]["submissions"][1]
    assert (flagged["annotator"], flagged["state"]) == ("tomasz", "flagged")
    assert flagged["note"].startswith("Is a nickname a name?")
    versions = [record for record in records(tmp_path / "x.jsonl") if record["title"].startswith("Storm gate")]
    assert versions[1]["revises"] == versions[0]["sha256"]


@given(texts)
def test_a_record_is_one_line_that_reads_back(text: str) -> None:
    line = to_json({"text": text})
    assert json.loads(line) == {"text": text}
    assert len(line.splitlines()) == 1
    assert all(char.isprintable() or char in "\u00a0\u202f\u2009\u3000" for char in line)
