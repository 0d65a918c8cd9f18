"""Copies are whole, of one moment and checked, whoever writes meanwhile; a step that changes a whole file keeps one first."""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import worn
from onrecord.schema import acts, backup, store
from onrecord.schema.check import check
from onrecord.schema.errors import AlreadyThere, NotStored, OnrecordError
from onrecord.schema.ledger import Ledger
from onrecord.schema.migrations import VERSION
from project_state import log_state, open_quickly, public_state

SNAPSHOT = "-20260302T100000Z"


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if not each.name.endswith(".lock"))


def sound(path: Path) -> bool:
    with closing(store.connect(path, write=False)) as connection:
        return not [found for found in check(connection) if found.level == "problem"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sound project."""
    path = tmp_path / "p.db"
    path.write_bytes(worn.sound())
    return path


def fail(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


# --- backups -------------------------------------------------------------------------------------------------------


def test_a_backup_is_the_project_in_one_file(path: Path) -> None:
    made = backup.backup(path)
    assert names(path.parent) == [made.name, "p.db"]
    assert made.name.startswith("p.backup-20")
    assert made.read_bytes()[18:20] == b"\1\1", "no WAL file belongs to it"
    with closing(store.connect(path, write=False)) as one, closing(store.connect(made, write=False)) as other:
        assert public_state(other) == public_state(one)
        assert log_state(other) == log_state(one)
    with open_quickly(made) as ledger, ledger.act() as act:
        acts.state_claim(act, "It is a project like any other.")


def test_where_a_backup_goes(path: Path) -> None:
    folder = path.parent / "copies"
    folder.mkdir()
    assert backup.backup(path, folder).parent == folder
    assert backup.backup(path, folder / "mine.db") == folder / "mine.db"
    first, second = backup.backup(path), backup.backup(path)
    assert first != second, "two in one second have two names"


def test_a_backup_is_of_one_moment_while_others_write(path: Path) -> None:
    done = threading.Event()
    acknowledged: list[str] = []

    def write(name: str) -> None:
        with open_quickly(path, name, name) as ledger:
            while not done.is_set():
                with ledger.act() as act:
                    # An act of three events is never torn.
                    stated = [acts.state_claim(act, f"Claim {act.clock} {each} of {name}.") for each in "abc"]
                acknowledged.extend(stated)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("bea", "cai")]
    for writer in writers:
        writer.start()
    try:
        for _ in range(4):
            before = list(acknowledged)
            made = backup.backup(path)
            with closing(store.connect(made, write=False)) as connection:
                subjects = {uid for (uid,) in connection.execute("SELECT uid FROM claims")}
                assert set(before) <= subjects, "what was acknowledged before is in it"
                acts_ = connection.execute(
                    "SELECT count(*) FROM events WHERE device IN ('bea', 'cai') GROUP BY act"
                ).fetchall()
                assert {count for (count,) in acts_} <= {3}
            assert sound(made)
    finally:
        done.set()
        for writer in writers:
            writer.join()
    assert acknowledged
    assert sound(path)


def test_a_backup_never_overwrites(path: Path) -> None:
    target = path.parent / "mine.txt"
    target.write_text("mine")
    with pytest.raises(AlreadyThere, match="nothing is overwritten"):
        backup.backup(path, target)
    with pytest.raises(AlreadyThere):
        backup.backup(path, path)
    assert target.read_text() == "mine"
    assert path.read_bytes() == worn.sound()
    assert names(path.parent) == ["mine.txt", "p.db"]


def test_a_backup_that_cannot_be_finished_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotStored, match="no backup could be made .No such file"):
        backup.backup(path, path.parent / "nowhere" / "x.db")
    monkeypatch.setattr(backup, "copy_to", fail)
    with pytest.raises(NotStored, match="disk is full"):
        backup.backup(path)
    assert names(path.parent) == ["p.db"]


def test_of_a_damaged_project_there_is_no_backup(path: Path) -> None:
    body = bytearray(worn.sound())
    body[body.index(b"was sold in April, the mayor")] ^= 1
    path.write_bytes(body)
    with pytest.raises(NotStored, match="is not sound .text .* was altered.*; see: onrecord check"):
        backup.backup(path)
    assert names(path.parent) == ["p.db"]


def test_a_backup_is_as_open_to_others_as_the_project(path: Path) -> None:
    path.chmod(0o640)
    assert backup.backup(path).stat().st_mode & 0o777 == 0o640


# --- snapshots -----------------------------------------------------------------------------------------------------


def test_before_a_file_is_brought_up_to_date_it_is_kept_as_it_was(tmp_path: Path) -> None:
    path = worn.old_project(tmp_path, 1)
    with closing(sqlite3.connect(path)) as connection:
        before = list(connection.iterdump())
    Ledger(path, "eve", "e").close()
    (kept,) = [each for each in tmp_path.iterdir() if f".before-format-{VERSION}-" in each.name]
    assert store.inspect(kept) == 1
    with closing(sqlite3.connect(kept)) as connection:
        assert list(connection.iterdump()) == before
    assert store.inspect(path) == VERSION
    Ledger(path, "eve", "e").close()
    assert len(names(tmp_path)) == 2, "once is enough"


def test_several_programs_bring_a_file_up_to_date_once(tmp_path: Path) -> None:
    path = worn.old_project(tmp_path, 1)
    failed: list[OnrecordError] = []

    def open_it() -> None:
        try:
            Ledger(path, "eve", "e").close()
        except OnrecordError as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len([name for name in names(tmp_path) if ".before-format-" in name]) == 1
    assert sound(path)


def test_a_file_that_cannot_be_kept_is_not_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = worn.old_project(tmp_path, 1)
    with closing(sqlite3.connect(path)) as connection:
        before = list(connection.iterdump())
    monkeypatch.setattr(backup, "copy_to", fail)
    with pytest.raises(NotStored, match="nothing was changed, because no copy .* disk is full"):
        Ledger(path, "eve", "e")
    assert names(tmp_path) == [path.name]
    assert store.inspect(path) == 1
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


def test_the_last_few_of_each_sort_stay(path: Path) -> None:
    others = [
        f"p.before-format-7{SNAPSHOT}.db",
        f"p.before-restore{SNAPSHOT}.db",
        f"p.backup{SNAPSHOT}.db",
        f"q.before-merge{SNAPSHOT}.db",
        f"p.before-merge{SNAPSHOT}.db.txt",
        "p.before-merge-yesterday.db",
    ]
    for name in others:
        (path.parent / name).write_text("not ours to remove")
    made = [backup.snapshot(path, "merge") for _ in range(5)]
    assert names(path.parent) == sorted([*others, "p.db", *(each.name for each in made[-backup.KEPT :])])
    assert all(sound(each) for each in made[-backup.KEPT :])


def test_one_that_was_just_made_stays_whatever_the_clock_says(path: Path) -> None:
    later = [path.with_name(f"p.before-merge-2999010{day}T000000Z.db") for day in range(1, 6)]
    for each in later:
        each.write_text("from a clock that was ahead")
    made = backup.snapshot(path, "merge")
    assert names(path.parent) == sorted(["p.db", made.name, later[-2].name, later[-1].name])


def test_formats_are_of_one_sort(path: Path) -> None:
    for number in range(2, 7):
        backup.snapshot(path, f"format-{number}")
    assert len([name for name in names(path.parent) if ".before-format-" in name]) == backup.KEPT


def test_a_damaged_file_is_not_taken_for_a_snapshot(path: Path) -> None:
    body = bytearray(worn.sound())
    (page, *_) = worn.trees()["marks_label"]
    body[(page - 1) * worn.PAGE : page * worn.PAGE] = b"\xff" * worn.PAGE
    path.write_bytes(body)
    with pytest.raises(NotStored, match="nothing was changed, because no copy of it could be kept first"):
        backup.snapshot(path, "merge")
    assert names(path.parent) == ["p.db"]


@pytest.mark.parametrize("take", [backup.backup, lambda path: backup.snapshot(path, "merge")])
def test_copies_leave_no_journals_behind(path: Path, take: Callable[[Path], Path]) -> None:
    Ledger(path, "eve", "e").close()  # from now on it is a file with a WAL
    assert path.read_bytes()[18:20] == b"\2\2"
    made = take(path)
    assert names(path.parent) == sorted(["p.db", made.name])
    assert os.access(made, os.W_OK)
