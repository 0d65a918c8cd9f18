"""A project of every format that was ever released opens, is brought up to date and checks clean, with all that was in it."""

import json
import runpy
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from onrecord.schema import acts, store
from onrecord.schema.check import check
from onrecord.schema.errors import AlteredFile, NewerFile
from onrecord.schema.ledger import Ledger
from onrecord.schema.migrations import VERSION
from onrecord.schema.sight import look
from worn import OLD, old_project

FORMATS = sorted(int(path.name.removeprefix("format-").removesuffix(".db.gz")) for path in OLD.glob("format-*.db.gz"))
IN_THE_WAY = {1: "earlier", 2: "nameable"}
"""What must not be there for the step from a format to the next."""
Content = dict[str, dict[str, Any]]
content: Callable[[sqlite3.Connection, Iterable[str]], Content] = runpy.run_path(str(OLD / "make.py"))["content"]


def expected(number: int) -> Content:
    found: Content = json.loads((OLD / f"format-{number}.json").read_text("ascii"))
    return found


def held(connection: sqlite3.Connection, number: int) -> Content:
    """What the project holds, in the columns that it had when it was of that format; more may have come since."""
    was_there, then = expected(number), {}
    now = content(connection, was_there)
    for table, was in was_there.items():
        places = [now[table]["columns"].index(name) for name in was["columns"]]
        rows = sorted(([row[at] for at in places] for row in now[table]["rows"]), key=repr)
        then[table] = {"columns": was["columns"], "rows": rows}
    return then


def test_the_first_format_is_here() -> None:
    assert 1 in FORMATS
    assert max(FORMATS) <= VERSION


@pytest.mark.parametrize("number", FORMATS)
def test_an_old_file_opens_and_nothing_in_it_has_changed(tmp_path: Path, number: int) -> None:
    path = old_project(tmp_path, number)
    assert store.inspect(path) == number
    with Ledger(path, "eve", "new") as ledger:
        assert ledger.connection.execute("PRAGMA user_version").fetchone()[0] == VERSION
        assert [found.what for found in check(ledger.connection) if found.level == "problem"] == []
        assert held(ledger.connection, number) == expected(number)
        ledger.rebuild()
        assert held(ledger.connection, number) == expected(number)


@pytest.mark.parametrize("number", FORMATS)
def test_an_old_file_can_be_worked_on(tmp_path: Path, number: int) -> None:
    path = old_project(tmp_path, number)
    with Ledger(path, "eve", "new") as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "Work goes on.")
        ledger.undo()
        assert held(ledger.connection, number)["claims"] == expected(number)["claims"]
        assert [found.what for found in check(ledger.connection) if found.level == "problem"] == []


@pytest.mark.parametrize("number", FORMATS)
def test_an_old_file_can_be_read_without_being_changed(tmp_path: Path, number: int) -> None:
    path = old_project(tmp_path, number)
    before = path.read_bytes()
    connection = store.connect(path, write=False)
    assert held(connection, number) == expected(number)
    connection.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("number", FORMATS)
def test_an_old_file_is_read_as_of_today_from_a_copy(tmp_path: Path, number: int) -> None:
    path = old_project(tmp_path, number)
    before = path.read_bytes()
    with closing(look(path, "cyd")) as connection:  # who leads, where there are roles
        assert connection.execute("PRAGMA user_version").fetchone()[0] == VERSION
        assert held(connection, number) == expected(number)
    assert path.read_bytes() == before


@pytest.mark.parametrize("number", [each for each in FORMATS if each < VERSION])
def test_a_check_says_what_becomes_of_an_old_file(tmp_path: Path, number: int) -> None:
    path = old_project(tmp_path, number)
    before = path.read_bytes()
    with closing(store.connect(path, write=False)) as connection:
        *others, last = check(connection)
    assert last.what == f"the project is of format {number}; it is brought up to {VERSION} when it is next written to"
    assert {found.level for found in (*others, last)} == {"note"}
    assert path.read_bytes() == before


@pytest.mark.parametrize("number", [each for each in FORMATS if each < VERSION])
def test_an_old_file_that_cannot_be_brought_up_says_so(tmp_path: Path, number: int) -> None:
    path = old_project(tmp_path, number)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE {IN_THE_WAY[number]} (id)")
    before = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (found,) = (found for found in check(connection) if found.level == "problem")
        assert f"of format {number} and cannot be brought up to {VERSION}" in found.what
    with pytest.raises(AlteredFile, match="does not make"):
        look(path, None)
    assert path.read_bytes() == before


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize("number", FORMATS)
def test_a_newer_file_is_left_as_it_is(tmp_path: Path, number: int, write: bool) -> None:
    path = old_project(tmp_path, number)
    newer = bytearray(path.read_bytes())
    newer[60:64] = (99).to_bytes(4, "big")  # `user_version`
    path.write_bytes(newer)
    with pytest.raises(NewerFile, match=f"newer onrecord .format 99.; this one reads up to {VERSION}"):
        store.connect(path, write=write)
    assert path.read_bytes() == newer
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
