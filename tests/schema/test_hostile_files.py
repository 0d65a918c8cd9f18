"""Project files from strangers: SQL of their own making never runs, nothing is changed, and one sentence says why."""

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from onrecord.cli.main import run
from onrecord.schema import known, store
from onrecord.schema.check import check
from onrecord.schema.errors import AlteredFile, ForeignFile, ProjectBusy
from onrecord.schema.ledger import Ledger
from onrecord.schema.migrations import VERSION
from project_state import empty_project, open_quickly

BOMB = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

ADDED: dict[str, tuple[str, str]] = {
    "trigger": (
        "CREATE TRIGGER sly AFTER INSERT ON events BEGIN INSERT INTO annotators (name) VALUES ('eve'); END",
        "holds the trigger sly",
    ),
    "trigger that loads code": (
        "CREATE TRIGGER sly BEFORE INSERT ON claims BEGIN SELECT load_extension('/tmp/evil.so'); END",
        "holds the trigger sly",
    ),
    "trigger on a view": (
        "CREATE TRIGGER sly INSTEAD OF INSERT ON timeline BEGIN DELETE FROM claims; END",
        "holds the trigger sly",
    ),
    "view that never ends": (f"CREATE VIEW sly AS {BOMB}", "holds the view sly"),
    "table": ("CREATE TABLE sly (a)", "holds the table sly"),
    "generated column": (
        "CREATE TABLE sly (a, b AS (hex(zeroblob(100000000))) STORED)",
        "holds the table sly",
    ),
    "check that calls": ("CREATE TABLE sly (a CHECK (length(zeroblob(a)) > 1))", "holds the table sly"),
    "index on an expression": ("CREATE INDEX sly ON claims (upper(claim))", "holds the index sly"),
    "virtual table": ("CREATE VIRTUAL TABLE sly USING fts5 (a)", "sly"),
    "virtual table that reads pages": ("CREATE VIRTUAL TABLE sly USING dbstat", "holds the table sly"),
    "name of a temporary thing": ('CREATE TABLE "temp.mentions" (a)', "holds the table temp.mentions"),
    "name like the schema's own": ('CREATE TABLE "main.sqlite_master" (a)', "holds the table main.sqlite_master"),
    "name that draws on the screen": ('CREATE TABLE "\x1b]0;owned\x07" (a)', "which onrecord does not make"),
    "name of great length": (f'CREATE TABLE "{"x" * 5000}" (a)', "which onrecord does not make"),
    "a counter like litestream's": (
        "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq AS (hex(id)))",
        "holds the table _litestream_seq",
    ),
    "an index on our migrations": ("CREATE INDEX sly ON _sqlite_migrations (upper(name))", "holds the index sly"),
    "an index like that of sqlite-utils": (
        "CREATE UNIQUE INDEX idx__sqlite_migrations_x ON _sqlite_migrations (upper(name), id)",
        "holds the index idx__sqlite_migrations_x",
    ),
}

ALTERED: dict[str, tuple[str, str]] = {
    "our trigger does something else": (
        (
            "UPDATE sqlite_master SET sql = replace(sql, 'BEGIN SELECT', 'BEGIN DELETE FROM claims; SELECT')"
            " WHERE name = 'events_never_update'"
        ),
        "the trigger events_never_update is not as onrecord makes it",
    ),
    "our trigger is gone": (
        "DELETE FROM sqlite_master WHERE name = 'events_never_delete'",
        "the trigger events_never_delete is missing",
    ),
    "our view is another": (
        f"UPDATE sqlite_master SET sql = 'CREATE VIEW claim_standing AS {BOMB}' WHERE name = 'claim_standing'",
        "the view claim_standing is not as onrecord makes it",
    ),
    "our table is a view": (
        "UPDATE sqlite_master SET type = 'view', rootpage = 0, sql = 'CREATE VIEW kinds AS SELECT 1' WHERE name = 'kinds'",
        "kinds",
    ),
    "our table has a default that calls": (
        (
            "UPDATE sqlite_master SET sql = replace(sql, 'guideline TEXT NOT NULL', 'guideline TEXT NOT NULL DEFAULT (hex(randomblob(9)))')"
            " WHERE name = 'labels'"
        ),
        "the table labels is not as onrecord makes it",
    ),
    "the search's own table": (
        (
            "UPDATE sqlite_master SET sql = 'CREATE TABLE search_config (k PRIMARY KEY, v AS (hex(k))) WITHOUT ROWID'"
            " WHERE name = 'search_config'"
        ),
        "the table search_config is not as onrecord makes it",
    ),
    "the tokenizer": (
        "UPDATE sqlite_master SET sql = replace(sql, 'unicode61 remove_diacritics 2', 'trigram') WHERE name = 'search'",
        "the table search is not as onrecord makes it",
    ),
    "the migrations' table": (
        (
            "UPDATE sqlite_master SET sql = replace(sql, '\"name\" TEXT', '\"name\" TEXT DEFAULT (random())')"
            " WHERE name = '_sqlite_migrations'"
        ),
        "the table _sqlite_migrations",
    ),
    "two tables on one page": (
        (
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'events')"
            " WHERE name = 'quarantine'"
        ),
        "does not begin on a page of its own",
    ),
    "a table on the schema's page": (
        "UPDATE sqlite_master SET rootpage = 1 WHERE name = 'claims'",
        "malformed database schema (claims)",
    ),
    "a table twice": (
        "INSERT INTO sqlite_master SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name = 'kinds'",
        "",
    ),
    "a line that is no SQL": (
        "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 2, 'CREATE NONSENSE')",
        "",
    ),
    "a line that is no text": (
        "INSERT INTO sqlite_master VALUES ('view', CAST(x'ff' AS TEXT), 'x', 0, 'CREATE VIEW x AS SELECT 1')",
        "",
    ),
    "SQL of 2 MB": (
        "INSERT INTO sqlite_master VALUES ('view', 'x', 'x', 0, 'CREATE VIEW x AS SELECT ' || hex(zeroblob(1000000)))",
        "",
    ),
    "an expression 900 deep": (
        "INSERT INTO sqlite_master VALUES ('view', 'x', 'x', 0, 'CREATE VIEW x AS SELECT 1' || replace(hex(zeroblob(450)), '0', '+1'))",
        "",
    ),
}


def hostile(folder: Path, *statements: str) -> Path:
    """A project that somebody wrote into with a program of their own."""
    path = folder / "p.db"
    path.write_bytes(empty_project())
    theirs = sqlite3.connect(path, isolation_level=None)
    theirs.execute("PRAGMA writable_schema = ON")
    for statement in statements:
        theirs.execute(statement)
    theirs.close()
    return path


def assert_refused(path: Path, says: str) -> None:
    """Every door refuses the file in one sentence, and it stays as it is."""
    before = path.read_bytes()
    for write in (False, True):
        with pytest.raises(ForeignFile) as refused:
            store.connect(path, write=write)
        assert says in refused.value.sentence
        assert str(path) in refused.value.sentence
        assert "\n" not in refused.value.sentence
        assert len(refused.value.sentence) < 400
    with pytest.raises(ForeignFile):
        Ledger(path, "ana", "d1")
    assert path.read_bytes() == before


@pytest.mark.parametrize("what", ADDED)
def test_sql_that_somebody_added_never_runs(what: str, tmp_path: Path) -> None:
    statement, says = ADDED[what]
    assert_refused(hostile(tmp_path, statement), says)


@pytest.mark.parametrize("what", ALTERED)
def test_sql_that_somebody_altered_never_runs(what: str, tmp_path: Path) -> None:
    statement, says = ALTERED[what]
    assert_refused(hostile(tmp_path, statement), says)


@pytest.mark.parametrize(
    "words",
    [
        ["list", "P", "claims"],
        ["check", "P"],
        ["merge", "OWN", "P"],
        ["export", "P", "x.jsonl"],
        ["show", "P", "1"],
        ["backup", "P", "x.jsonl"],
        ["restore", "OWN", "P"],
    ],
)
def test_every_command_says_so_in_one_line(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = hostile(tmp_path, ADDED["name that draws on the screen"][0])
    own = tmp_path / "own.db"
    own.write_bytes(empty_project())
    names = {"P": str(path), "OWN": str(own)}
    assert run([names.get(word, word) for word in ("--as", "ana", *words)]) == 1
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 1
    assert "which onrecord does not make" in told.err
    assert "\x1b" not in told.err + told.out
    assert not Path("x.jsonl").exists()
    with open_quickly(own) as ledger:
        assert ledger.connection.execute("SELECT count(*) FROM claims").fetchone() == (0,)


def test_what_it_says_names_the_way_out(tmp_path: Path) -> None:
    path = hostile(tmp_path, "CREATE TABLE sly (a)")
    with pytest.raises(AlteredFile, match="bring back what is sound in it with: onrecord check .*p.db --salvage"):
        store.connect(path, write=False)


@pytest.mark.parametrize(
    "statement",
    [
        "ANALYZE",
        "CREATE TABLE IF NOT EXISTS _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)",
        "CREATE TABLE IF NOT EXISTS _litestream_lock (id INTEGER)",
        "VACUUM",
        "REINDEX",
    ],
)
def test_what_well_known_tools_leave_is_no_attack(statement: str, tmp_path: Path) -> None:
    path = hostile(tmp_path, "INSERT INTO annotators (name) VALUES ('bo')", statement)
    for write in (True, False):
        store.connect(path, write=write).close()


def test_the_hash_of_this_version_is_known() -> None:
    """The fast answer. Where this fails, put the new hash into `KNOWN`."""
    assert known.digest(known.newest()) == known.KNOWN[VERSION]


def test_each_earlier_version_is_known_object_by_object() -> None:
    frozen = json.loads(known.FROZEN.read_text("utf-8"))
    assert sorted(map(int, frozen)) == [version for version in sorted(known.KNOWN) if version < VERSION]
    assert sorted(known.KNOWN) == list(range(1, VERSION + 1))


def test_a_file_that_lags_behind_the_known_hash_is_compared_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "KNOWN", {})
    path = hostile(tmp_path)
    store.connect(path, write=False).close()
    assert_refused(hostile(tmp_path, "CREATE TABLE sly (a)"), "holds the table sly")


@pytest.mark.parametrize("write", [True, False])
def test_limits_hold_on_every_connection(write: bool, tmp_path: Path) -> None:
    connection = store.connect(hostile(tmp_path), write=write)
    for statement, says in {
        "SELECT length(zeroblob(300000000))": "too big",
        "SELECT 1" + "+1" * 300: "too large",
        "SELECT 1" + " UNION SELECT 1" * 60: "too many terms",
        "ATTACH ':memory:' AS other": "too many attached",
        f"SELECT 'a' LIKE '{'%' * 20_000}'": "too complex",
        "SELECT load_extension('x')": "not authorized|no such function",
    }.items():
        with pytest.raises(sqlite3.Error, match=says):
            connection.execute(statement).fetchall()
    connection.close()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python has no Connection.setconfig")
def test_the_defensive_mode_is_on(tmp_path: Path) -> None:
    connection = store.connect(hostile(tmp_path), write=True)
    assert connection.getconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE)  # type: ignore[attr-defined,unused-ignore]
    connection.execute("PRAGMA writable_schema = ON")
    with pytest.raises(sqlite3.Error, match="may not be modified"):
        connection.execute("DELETE FROM sqlite_master")
    with pytest.raises(sqlite3.Error, match="may not be modified"):
        connection.execute("DELETE FROM search_data")
    with pytest.raises(sqlite3.Error, match="no such column"):
        connection.execute('SELECT "no column of this name"')
    connection.close()


# --- the bytes -----------------------------------------------------------------------------------------------------


def patched(at: int, with_: bytes) -> Callable[[bytearray], object]:
    def change(body: bytearray) -> None:
        body[at : at + len(with_)] = with_

    return change


BYTES: dict[str, Callable[[bytearray], object]] = {
    "says that it has 2**31 pages": patched(28, (2**31).to_bytes(4, "big")),
    "says that it has 2**32 - 1 pages": patched(28, b"\xff" * 4),
    "a page size of 3": patched(16, (3).to_bytes(2, "big")),
    "a page size of 65,536": patched(16, (1).to_bytes(2, "big")),
    "a page size of 512": patched(16, (512).to_bytes(2, "big")),
    "reserves the whole page": patched(20, b"\xff"),
    "a free list that is a ring": patched(32, (2).to_bytes(4, "big") + (1000).to_bytes(4, "big")),
    "an unknown schema format": patched(44, (9).to_bytes(4, "big")),
    "another encoding": patched(56, (3).to_bytes(4, "big")),
    "first page full of ones": patched(100, b"\xff" * 4000),
    "all pages but the first are nothing": lambda body: patched(16384, b"\0" * (len(body) - 16384))(body),
}


@pytest.mark.parametrize("what", BYTES)
def test_bytes_that_lie_are_answered_in_a_sentence(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile(tmp_path)
    body = bytearray(path.read_bytes())
    BYTES[what](body)
    path.write_bytes(bytes(body))
    for words in (["list", "documents"], ["check"], ["list", "claims"], ["show", "1"], ["log"]):
        assert run([words[0], str(path), *words[1:]]) in (0, 1, 2)
        assert len(capsys.readouterr().err.splitlines()) <= 1
    with pytest.raises(ForeignFile):
        raise_if_unsound(path)


def raise_if_unsound(path: Path) -> None:
    """Damage is told by the opening, or else by the check."""
    connection = store.connect(path, write=False)
    found = [finding for finding in check(connection) if finding.level == "problem"]
    connection.close()
    if found:
        raise ForeignFile(found[0].what)


# --- what lies beside it, and what is no file --------------------------------------------------------------------------


def hot_journal(folder: Path, names: Path) -> tuple[Path, Path]:
    """A project and a journal that SQLite would play back; the journal names another file, as one of several would."""
    path = folder / "p.db"
    path.write_bytes(empty_project())
    theirs = sqlite3.connect(path, isolation_level=None)
    theirs.execute("PRAGMA journal_mode = DELETE")
    theirs.execute("PRAGMA cache_size = 1")
    theirs.execute("BEGIN")
    theirs.executemany("INSERT INTO annotators (name) VALUES (?)", [("x" * 9000 + str(n),) for n in range(50)])
    copied = folder / "sent.db"
    shutil.copy(path, copied)
    journal = folder / "sent.db-journal"
    shutil.copy(f"{path}-journal", journal)
    theirs.execute("ROLLBACK")
    theirs.close()
    name = os.fsencode(names)
    with journal.open("ab") as file:
        lock_page = 0x40000000 // store.PAGE_SIZE + 1
        for part in (lock_page.to_bytes(4, "big"), name, len(name).to_bytes(4, "big"), sum(name).to_bytes(4, "big")):
            file.write(part)
        file.write(store._JOURNAL_END)
    return copied, journal


def test_a_journal_beside_it_cannot_delete_other_files(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("Weeks of work.\n" * 9)
    path, journal = hot_journal(tmp_path, precious)
    before = path.read_bytes()
    for write in (True, False):
        with pytest.raises(ForeignFile, match="names a further file"):
            store.connect(path, write=write)
    assert (precious.exists(), journal.exists(), path.read_bytes() == before) == (True, True, True)
    bare = sqlite3.connect(path)  # what the refusal is good for: SQLite itself would have deleted it
    bare.execute("SELECT count(*) FROM sqlite_master").fetchone()
    bare.close()
    assert not precious.exists()


def test_a_journal_that_is_merely_left_over_is_played_back(tmp_path: Path) -> None:
    path, journal = hot_journal(tmp_path, tmp_path / "x")
    journal.write_bytes(journal.read_bytes()[: -(4 + len(os.fsencode(tmp_path / "x")) + 16)])
    connection = store.connect(path, write=True)
    assert connection.execute("SELECT count(*) FROM annotators WHERE name LIKE 'xx%'").fetchone() == (0,)
    connection.close()


def test_a_wal_beside_it_brings_in_no_sql(tmp_path: Path) -> None:
    path = hostile(tmp_path)
    theirs = sqlite3.connect(path, isolation_level=None)
    theirs.execute("CREATE TRIGGER sly AFTER INSERT ON events BEGIN DELETE FROM claims; END")
    wal = Path(f"{path}-wal").read_bytes()
    assert wal
    sent = tmp_path / "sent.db"
    shutil.copy(path, sent)
    Path(f"{sent}-wal").write_bytes(wal)
    theirs.close()
    for write in (False, True):
        with pytest.raises(AlteredFile, match="holds the trigger sly"):
            store.connect(sent, write=write)


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_lies_beside_it_must_be_a_file(ending: str, kind: str, tmp_path: Path) -> None:
    path = hostile(tmp_path)
    beside, aim = Path(f"{path}{ending}"), tmp_path / "aim.txt"
    aim.write_text("Left alone.")
    match kind:
        case "pipe":
            os.mkfifo(beside)
        case "link":
            beside.symlink_to(aim)
        case _:
            beside.mkdir()
    for write in (False, True):
        with pytest.raises(ForeignFile, match="is no ordinary file"):
            store.connect(path, write=write)
    assert aim.read_text() == "Left alone."


def test_a_lock_that_is_a_link_does_not_empty_what_it_points_to(tmp_path: Path) -> None:
    path, aim = hostile(tmp_path), tmp_path / "aim.txt"
    aim.write_text("Left alone.")
    Path(f"{path}.lock").symlink_to(aim)
    with Ledger(path, "ana", "d1") as ledger, pytest.raises(ProjectBusy, match="cannot be written to"), ledger.act():
        pass
    assert aim.read_text() == "Left alone."


def test_a_link_to_a_project_opens_it(tmp_path: Path) -> None:
    path = hostile(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(path)
    for write in (True, False):
        store.connect(link, write=write).close()


@pytest.mark.parametrize("command", ["claims", "check", "open"])
def test_a_pipe_is_no_project_and_nobody_waits_for_it(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "p.db"
    os.mkfifo(pipe)
    assert run([str(pipe)] if command == "open" else [command, str(pipe)]) == 1
    assert "is no ordinary file" in capsys.readouterr().err


def test_a_device_is_no_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "/dev/zero"]) == 1
    assert "is no ordinary file" in capsys.readouterr().err
