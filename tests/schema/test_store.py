"""Opening: what is no project is refused in a sentence and left byte for byte; what is one is opened with all settings."""

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from onrecord.schema import acts, creation, reading, store
from onrecord.schema.errors import (
    AlreadyThere,
    ForeignFile,
    InvalidEvent,
    NewerFile,
    NotStored,
    OnrecordError,
    ProjectBusy,
    ProjectMissing,
)
from onrecord.schema.ledger import Ledger
from onrecord.schema.migrations import VERSION, migrate
from onrecord.schema.tables import APPLICATION_ID
from project_state import empty_project, open_quickly


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def a_database(path: Path, *pragmas: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE t (a)")
    connection.executemany("INSERT INTO t VALUES (?)", [(b"x" * 500,)] * 50)
    connection.close()


def damaged(at: int, with_: bytes) -> bytes:
    body = bytearray(empty_project())
    body[at : at + len(with_)] = with_
    return bytes(body)


REFUSED: dict[str, tuple[type[OnrecordError], str]] = {
    "missing": (ProjectMissing, "there is no such file; make it with: onrecord new"),
    "folder": (ForeignFile, "cannot be read"),
    "empty": (ForeignFile, "is not a project file"),
    "text": (ForeignFile, "is not a project file; give articles to a project with: onrecord add"),
    "only the magic": (ForeignFile, "no onrecord project"),
    "foreign": (ForeignFile, "no onrecord project"),
    "foreign, in WAL mode": (ForeignFile, "no onrecord project"),
    "newer": (NewerFile, f"written by a newer onrecord (format {VERSION + 1}); this one reads up to {VERSION}"),
    "newer, in WAL mode": (
        NewerFile,
        f"written by a newer onrecord (format {VERSION + 1}); this one reads up to {VERSION}",
    ),
    "header overwritten": (ForeignFile, "no onrecord project"),
    "page size overwritten": (ForeignFile, "SQLite cannot read it"),
    "schema overwritten": (ForeignFile, "SQLite cannot read it"),
    "cut short": (ForeignFile, "SQLite cannot read it"),
}


def make(what: str, path: Path) -> None:
    match what:
        case "missing":
            pass
        case "folder":
            path.mkdir()
            (path / "article.txt").write_text("An article.")
        case "empty":
            path.touch()
        case "text":
            path.write_text("The harbour said no.\n" * 50)
        case "only the magic":
            path.write_bytes(b"SQLite format 3\0")
        case "foreign":
            a_database(path)
        case "foreign, in WAL mode":
            a_database(path, "journal_mode = WAL")
        case "newer":
            a_database(path, f"application_id = {APPLICATION_ID}", f"user_version = {VERSION + 1}")
        case "newer, in WAL mode":
            a_database(
                path, "journal_mode = WAL", f"application_id = {APPLICATION_ID}", f"user_version = {VERSION + 1}"
            )
        case "header overwritten":
            path.write_bytes(damaged(16, b"\xff" * 84))
        case "page size overwritten":
            path.write_bytes(damaged(16, b"\x00\x03"))
        case "schema overwritten":
            path.write_bytes(damaged(100, b"\xff" * 4000))
        case "cut short":
            path.write_bytes(empty_project()[:40_000])


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_is_no_project_is_refused_and_left_as_it_is(what: str, write: bool, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    make(what, path)
    before = contents(tmp_path)
    error, says = REFUSED[what]
    with pytest.raises(error) as refused:
        store.connect(path, write=write)
    assert str(path) in refused.value.sentence
    assert says in refused.value.sentence
    assert "\n" not in refused.value.sentence
    with pytest.raises(error):
        Ledger(path, "ana", "d1")
    after = contents(tmp_path)
    if says == "SQLite cannot read it":
        # To find out, SQLite had to open a file that bears our name; it leaves an empty journal and its index beside it.
        assert not after.pop("p.db-wal", b"")
        after.pop("p.db-shm", None)
    assert after == before


def test_a_newer_file_is_known_by_its_journal_too(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(empty_project())
    newer = sqlite3.connect(path, isolation_level=None)
    newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert store.inspect(path) == VERSION  # it is in the WAL file alone
    for write in (False, True):
        with pytest.raises(NewerFile):
            store.connect(path, write=write)
    newer.close()


def test_a_foreign_file_that_somebody_writes_to_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    a_database(path, "journal_mode = WAL")
    theirs = sqlite3.connect(path, isolation_level=None)
    theirs.execute("BEGIN IMMEDIATE")
    theirs.execute("INSERT INTO t VALUES (1)")
    before = contents(tmp_path)
    with pytest.raises(ForeignFile):
        store.connect(path, write=True)
    assert contents(tmp_path) == before
    theirs.execute("COMMIT")
    theirs.close()


# --- settings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [True, False])
def test_every_connection_has_all_settings(write: bool, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(empty_project())
    connection = store.connect(path, write=write)
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "foreign_keys", "trusted_schema", "cell_size_check", "busy_timeout", "page_size")
    }
    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "busy_timeout": store.BUSY_MS,
        "page_size": store.PAGE_SIZE,
    }
    if write:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    else:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("INSERT INTO annotators (name) VALUES ('eve')")
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    connection.close()


@pytest.mark.parametrize(
    "name",
    ["a b?c#d%41.db", "é😀.db", 'it\'s "quoted".db', "file:x?mode=memory", pytest.param(b"\xff\xfe.db", id="bytes")],
)
def test_any_file_name_will_do(name: str | bytes, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(name)
    try:
        Ledger.create(path, "ana", "d1").close()
    except NotStored:
        pytest.skip("this file system does not take the name")
    assert [entry.name for entry in tmp_path.iterdir()] in ([path.name], [path.name, path.name + ".lock"])
    with open_quickly(path) as ledger, ledger.act() as act:
        acts.state_claim(act, "It stands.")
    connection = store.connect(path, write=False)
    assert len(reading.claims(connection)) == 1
    connection.close()


def test_a_reader_sees_what_was_committed_and_nothing_else(tmp_path: Path) -> None:
    with open_quickly(tmp_path / "p.db") as ledger:
        reader = store.connect(ledger.path, write=False)
        with ledger.act() as act:
            acts.state_claim(act, "It stands.")
            assert reading.claims(reader) == []
        assert len(reading.claims(reader)) == 1
        reader.close()


# --- versions ------------------------------------------------------------------------------------------------------


def test_an_older_file_is_brought_up_to_this_version(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(empty_project())
    old = sqlite3.connect(path, isolation_level=None)
    old.execute("PRAGMA user_version = 0")
    old.close()
    store.connect(path, write=False).close()
    assert store.inspect(path) == 0  # reading changes nothing
    store.connect(path, write=True).close()
    assert store.inspect(path) == VERSION


def test_a_migration_that_would_break_references_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(empty_project())
    old = sqlite3.connect(path, isolation_level=None)
    old.execute("INSERT INTO claim_relations VALUES (1, 98, 'same_as', 99)")
    old.execute("PRAGMA user_version = 0")
    with pytest.raises(NotStored, match="refers to a row of claims"):
        migrate(old)
    assert old.execute("PRAGMA user_version").fetchone() == (0,)
    assert old.execute("PRAGMA foreign_keys").fetchone() == (1,)
    old.close()


# --- the write lock ------------------------------------------------------------------------------------------------


def test_a_writer_that_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.02)
    with open_quickly(tmp_path / "p.db") as ledger:
        with (
            FileLock(f"{ledger.path}.lock"),
            pytest.raises(ProjectBusy, match="another program has been writing for"),
            ledger.act(),
        ):
            pass
        with ledger.act() as act:
            acts.state_claim(act, "It stands.")


def test_the_lock_is_given_back_after_a_failure(tmp_path: Path) -> None:
    with open_quickly(tmp_path / "p.db") as ledger:
        with pytest.raises(KeyError), ledger.act():
            raise KeyError
        with FileLock(f"{ledger.path}.lock", timeout=0):
            pass


# --- creating ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["file", "folder", "link to nowhere", "p.db-wal", "p.db-journal"])
def test_create_never_overwrites(there: str, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    match there:
        case "file":
            path.write_text("An article.")
        case "folder":
            path.mkdir()
        case "link to nowhere":
            path.symlink_to(tmp_path / "nowhere")
        case _:
            (tmp_path / there).write_bytes(b"of an earlier project")
            # An empty one has nothing to tell, and readers leave such behind.
            (tmp_path / ("p.db-wal" if there == "p.db-journal" else "p.db-journal")).touch()
    before = sorted(tmp_path.iterdir()), contents(tmp_path)
    with pytest.raises(AlreadyThere) as refused:
        Ledger.create(path, "ana", "d1")
    assert "\n" not in refused.value.sentence
    assert (sorted(tmp_path.iterdir()), contents(tmp_path)) == before


def test_a_journal_left_by_an_earlier_project_is_never_played_into_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with open_quickly(path) as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "An earlier claim.")
        wal = Path(f"{path}-wal").read_bytes()
    path.unlink()
    Path(f"{path}-wal").write_bytes(wal)
    with pytest.raises(AlreadyThere, match="left over from an earlier p.db"):
        Ledger.create(path, "ana", "d1")


@pytest.mark.parametrize(
    ("annotator", "device"),
    [("onrecord", "d1"), ("a/b", "d1"), ("", "d1"), ("ana", ""), ("ana", "a@b"), ("ana", "d" * 65)],
)
def test_a_name_that_cannot_sign_makes_no_file(annotator: str, device: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidEvent):
        Ledger.create(tmp_path / "p.db", annotator, device)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotStored, match="cannot be made"):
        Ledger.create(tmp_path / "nowhere" / "p.db", "ana", "d1")


def test_create_leaves_nothing_behind_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        path.write_bytes(b"half")
        Path(f"{path}-wal").write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(creation, "_write_empty_project", full)
    with pytest.raises(NotStored, match="disk is full"):
        Ledger.create(tmp_path / "p.db", "ana", "d1")
    assert list(tmp_path.iterdir()) == []


def test_create_works_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    Ledger.create(tmp_path / "p.db", "ana", "d1").close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["p.db"]
    with pytest.raises(AlreadyThere):
        Ledger.create(tmp_path / "p.db", "ana", "d1")


def test_of_two_that_create_at_once_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.db"
    really = creation._write_empty_project

    def slowly(new: Path) -> None:
        really(new)
        if not path.exists():
            path.write_text("somebody else was faster")

    monkeypatch.setattr(creation, "_write_empty_project", slowly)
    with pytest.raises(AlreadyThere):
        Ledger.create(path, "ana", "d1")
    assert contents(tmp_path) == {"p.db": b"somebody else was faster"}


# --- without the right to write ------------------------------------------------------------------------------------


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user of the machine can reach, with a project in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with open_quickly(folder / "p.db") as ledger, ledger.act() as act:
            acts.state_claim(act, "It stands.")
        (folder / "p.db.lock").unlink()
        yield folder
        folder.chmod(0o755)


@contextmanager
def without_rights(folder: Path, mode: int) -> Iterator[None]:
    """Give a folder these rights, and be somebody who is bound by them: root is not."""
    folder.chmod(mode)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.parametrize("mode", [0o444, 0o644])
def test_a_project_in_a_folder_that_cannot_be_written_to_can_be_read(mode: int, public: Path) -> None:
    path = public / "p.db"
    path.chmod(mode)
    before = contents(public)
    with without_rights(public, 0o555):
        connection = store.connect(path, write=False)
        assert [claim.claim for claim in reading.claims(connection)] == ["It stands."]
        connection.close()
        with pytest.raises((NotStored, ProjectBusy)) as refused, Ledger(path, "ana", "d1") as ledger, ledger.act():
            pass
    assert str(path) in refused.value.sentence
    assert "cannot be written to" in refused.value.sentence
    assert contents(public) == before


def test_a_project_that_cannot_be_written_to_can_be_read_while_another_writes(public: Path) -> None:
    path = public / "p.db"
    path.chmod(0o444)
    with open_quickly(path) as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "It moves.")
        with without_rights(public, 0o555):
            connection = store.connect(path, write=False)
            assert len(reading.claims(connection)) == 2
            connection.close()


def test_a_lock_that_cannot_be_made_is_a_sentence(public: Path) -> None:
    with open_quickly(public / "p.db") as ledger, without_rights(public, 0o555):
        with pytest.raises(ProjectBusy, match="cannot be written to .Permission denied"), ledger.act():
            pass


def test_a_journal_that_cannot_be_read_is_a_sentence(public: Path) -> None:
    path = public / "p.db"
    with open_quickly(path) as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "It moves.")
        Path(f"{path}-shm").chmod(0o000)
        Path(f"{path}-wal").chmod(0o000)
        with without_rights(public, 0o555), pytest.raises(ForeignFile, match="SQLite cannot open it"):
            store.connect(path, write=False)


def test_a_project_that_cannot_be_read_is_a_sentence(public: Path) -> None:
    (public / "p.db").chmod(0o000)
    with without_rights(public, 0o755), pytest.raises(ForeignFile, match="cannot be read|cannot open it"):
        Ledger(public / "p.db", "ana", "d1")


def test_a_folder_that_cannot_be_entered_is_a_sentence(public: Path) -> None:
    with without_rights(public, 0o000), pytest.raises(ForeignFile, match="cannot be read .Permission denied"):
        Ledger(public / "p.db", "ana", "d1")
    with without_rights(public, 0o000), pytest.raises(NotStored, match="Permission denied"):
        Ledger.create(public / "new.db", "ana", "d1")


def test_a_project_that_cannot_be_created_is_a_sentence(public: Path) -> None:
    with without_rights(public, 0o555), pytest.raises(NotStored, match="cannot be made"):
        Ledger.create(public / "new.db", "ana", "d1")
    assert [entry.name for entry in public.iterdir()] == ["p.db"]


def test_a_file_under_the_number_of_a_project_that_is_gone_is_told_from_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = tmp_path / "article.txt"
    article.write_text("The ferry sailed.")
    monkeypatch.setattr(store, "_connected", {store.identity(article)})
    with pytest.raises(ForeignFile, match="is not a project file"):
        store.inspect(article)
