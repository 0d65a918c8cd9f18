"""A backup comes back at one stroke; what was there is kept, is not played into it, and can be joined with it again."""

import sqlite3
import subprocess
import sys
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
import worn
from onrecord.schema import acts, store
from onrecord.schema import restore as restoring
from onrecord.schema.backup import backup
from onrecord.schema.check import check
from onrecord.schema.errors import BadInput, ForeignFile, NewerFile, NotStored, ProjectBusy, ProjectMissing
from onrecord.schema.ledger import Ledger
from onrecord.schema.merging import merge
from onrecord.schema.restore import restore
from onrecord.schema.salvage import salvage
from onrecord.schema.wal import unread_commits
from project_state import empty_project, log_state, open_quickly, public_state


def device(path: Path) -> str:
    """As the app tells files apart: by their place on the disk."""
    return f"d{path.stat().st_ino}"


def say(path: Path, *claims: str) -> None:
    with open_quickly(path, "ana", device(path)) as ledger:
        for claim in claims:
            with ledger.act() as act:
                acts.state_claim(act, claim)


def claims(path: Path) -> set[str]:
    with closing(store.connect(path, write=False)) as connection:
        return {claim for (claim,) in connection.execute("SELECT claim FROM claims")}


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if not each.name.endswith(".lock"))


def contents(folder: Path) -> dict[str, bytes]:
    """All that matters in a folder: neither locks nor journals that hold nothing."""
    found = {each.name: each.read_bytes() for each in folder.iterdir() if not each.name.endswith((".lock", "-shm"))}
    return {name: body for name, body in found.items() if body}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project on which work went on after its backup, `kept.db`, was made."""
    path = tmp_path / "p.db"
    path.write_bytes(empty_project())
    say(path, "one")
    backup(path, tmp_path / "kept.db")
    say(path, "two")
    return path


@pytest.fixture
def kept(path: Path) -> Path:
    """The backup."""
    return path.with_name("kept.db")


def test_what_was_backed_up_is_back_and_what_was_there_is_kept(path: Path, kept: Path) -> None:
    before = kept.read_bytes()
    aside = restore(path, kept, device)
    assert aside
    assert aside.name.startswith("p.before-restore-20")
    assert names(path.parent) == sorted(["kept.db", "p.db", aside.name])
    assert (claims(path), claims(aside)) == ({"one"}, {"one", "two"})
    assert kept.read_bytes() == before
    say(path, "three")
    assert claims(path) == {"one", "three"}


def test_the_restored_and_the_lost_file_come_together_again(path: Path, kept: Path) -> None:
    """Both went on from one moment. Had they one device, its numbers would mean two things."""
    aside = restore(path, kept, device)
    assert aside
    say(path, "three", "four")
    assert device(path) != device(aside)
    with open_quickly(path, "ana", device(path)) as ledger, closing(store.connect(aside, write=False)) as other:
        merged = merge(ledger, other)
        assert (merged.forks, merged.conflicts, merged.aside) == (0, 0, ())
        assert list(check(ledger.connection)) == []
        one = log_state(ledger.connection), public_state(ledger.connection)
    with open_quickly(aside, "ana", device(aside)) as ledger, closing(store.connect(path, write=False)) as other:
        merge(ledger, other)
        assert (log_state(ledger.connection), public_state(ledger.connection)) == one
    assert claims(path) == {"one", "two", "three", "four"}


def test_a_place_on_the_disk_that_numbered_events_before_is_not_used_again(path: Path, kept: Path) -> None:
    """The system may give a new file the place of one that was removed; these three are taken in the backup's log."""
    seen: list[int] = []

    def early(file: Path) -> str:
        place = file.stat().st_ino
        if place not in seen:
            seen.append(place)
        return taken if seen.index(place) < 3 else f"new {place}"

    with closing(store.connect(kept, write=False)) as connection:
        (taken,) = {d for (d,) in connection.execute("SELECT DISTINCT device FROM events")} - {"builtin"}
    restore(path, kept, early)
    assert early(path).startswith("new ")
    assert len(seen) == 4


def test_a_missing_file_comes_back(path: Path, kept: Path) -> None:
    path.unlink()
    assert restore(path, kept, device) is None
    assert names(path.parent) == ["kept.db", "p.db"]
    assert claims(path) == {"one"}


def test_the_journal_of_a_lost_file_is_not_played_into_the_restored_one(path: Path, kept: Path) -> None:
    with open_quickly(path, "ana", "d1") as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "only in the journal")
        journal = Path(f"{path}-wal").read_bytes()
    path.unlink()
    Path(f"{path}-wal").write_bytes(journal)
    aside = restore(path, kept, device)
    assert claims(path) == {"one"}
    assert Path(f"{aside}-wal").read_bytes() == journal


def killed(path: Path) -> None:
    """Leave the file as a process leaves it that was killed after an act: with its work in the WAL file."""
    code = f"""
import os
from pathlib import Path
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
ledger = Ledger(Path({str(path)!r}), "ana", "killed")
with ledger.act() as act:
    acts.state_claim(act, "before the kill")
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    assert Path(f"{path}-wal").stat().st_size


def test_work_that_was_still_in_the_journal_is_kept_with_the_old_file(path: Path, kept: Path) -> None:
    killed(path)
    aside = restore(path, kept, device)
    assert aside
    assert names(path.parent) == sorted(["kept.db", "p.db", aside.name])
    assert claims(path) == {"one"}
    assert claims(aside) == {"one", "two", "before the kill"}


@pytest.mark.parametrize("at", [3, 100, 20_000, 200_000], ids=["name", "schema", "page 2", "page 13"])
def test_a_damaged_file_is_set_aside_with_its_journals(path: Path, kept: Path, at: int) -> None:
    killed(path)
    body = bytearray(path.read_bytes())
    body[at : at + 60] = b"\xff" * 60
    path.write_bytes(body)
    before = contents(path.parent)
    aside = restore(path, kept, device)
    assert aside
    assert claims(path) == {"one"}
    after = contents(path.parent)
    assert f"{path.name}-wal" not in after
    # Either all that it was is in one file now, or the journal stands beside it as before.
    if f"{aside.name}-wal" in after:
        assert after[aside.name] == body
        assert after[f"{aside.name}-wal"] == before["p.db-wal"]
    else:
        assert len(after[aside.name]) >= len(body)


def test_a_damaged_journal_is_kept_as_it_is(path: Path, kept: Path) -> None:
    """SQLite would fold in what it reads of it and throw the rest away."""
    killed(path)
    wal = Path(f"{path}-wal")
    body = bytearray(wal.read_bytes())
    body[100] ^= 1
    wal.write_bytes(body)
    before = path.read_bytes()
    with pytest.raises(NotStored, match="its journal is damaged") if unread_commits(path) > 1 else nullcontext():
        backup(path, path.with_name("another.db"))
    aside = restore(path, kept, device)
    assert aside
    assert (aside.read_bytes(), Path(f"{aside}-wal").read_bytes()) == (before, bytes(body))
    assert claims(path) == {"one"}
    salvage(aside, path.with_name("saved.db"))
    assert claims(path.with_name("saved.db")) >= {"one", "two"}


# --- refused -------------------------------------------------------------------------------------------------------


def refused(path: Path, kept: Path, error: type[Exception], words: str) -> None:
    before = contents(path.parent)
    with pytest.raises(error, match=words):
        restore(path, kept, device)
    assert contents(path.parent) == before


def test_while_another_has_it_open_nothing_is_replaced(path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "_WAIT_MS", 50)
    with open_quickly(path, "bob", "d2") as ledger:
        refused(path, kept, ProjectBusy, "another program has it open; close it there")
        with ledger.act() as act:
            acts.state_claim(act, "work goes on")
    assert "work goes on" in claims(path)


def test_while_another_process_has_it_open_nothing_is_replaced(
    path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_WAIT_MS", 50)
    code = f"""
from pathlib import Path
from onrecord.schema.ledger import Ledger
with Ledger(Path({str(path)!r}), "bob", "d2") as ledger:
    ledger.connection.execute("SELECT count(*) FROM events").fetchone()
    print("open", flush=True)
    input()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        refused(path, kept, ProjectBusy, "another program has it open")
        body = bytearray(path.read_bytes())  # too damaged for SQLite, and still open there
        sound, body[:100] = bytes(body), b"\xff" * 68 + body[68:72] + b"\xff" * 28
        with path.open("r+b") as file:
            file.write(body)
        refused(path, kept, ProjectBusy, "another program has it open")
        with path.open("r+b") as file:
            file.write(sound)
        other.communicate(b"\n")
        assert other.returncode == 0
    assert restore(path, kept, device)


def test_while_another_writes_nothing_is_replaced(path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.05)
    with store.write_lock(path):
        refused(path, kept, ProjectBusy, "another program has been writing")


def test_what_is_no_sound_project_is_not_put_anywhere(path: Path, kept: Path) -> None:
    body = bytearray(kept.read_bytes())
    body[body.index(b'"text":"one"') + 9] ^= 1
    kept.write_bytes(body)
    refused(path, kept, BadInput, "kept.db: is not sound .event .* was altered")
    kept.write_bytes(body[: len(body) // 3])
    refused(path, kept, (BadInput, ForeignFile), "kept.db: ")  # type: ignore[arg-type]
    kept.write_text("not a project")
    refused(path, kept, ForeignFile, "is not a project file|SQLite cannot read it")
    kept.write_bytes(bytes(body[:60]) + (99).to_bytes(4, "big") + bytes(body[64:]))
    refused(path, kept, NewerFile, "was written by a newer onrecord")
    refused(path, path, BadInput, "is the project itself")
    kept.unlink()
    refused(path, kept, ProjectMissing, "no such file")


def test_what_is_no_project_is_not_replaced(path: Path, kept: Path) -> None:
    path.write_text("my notes, by a bad name")
    refused(path, kept, ForeignFile, "is not a project file|SQLite cannot read it")
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")
    refused(path, kept, ForeignFile, "no onrecord project")


def test_a_backup_of_an_earlier_format_can_be_restored(tmp_path: Path) -> None:
    old = worn.old_project(tmp_path, 1)
    restore(tmp_path / "p.db", old, device)
    assert store.inspect(tmp_path / "p.db") == 1
    with Ledger(tmp_path / "p.db", "eve", "e") as ledger:
        assert [found for found in check(ledger.connection) if found.level == "problem"] == []


def test_a_full_disk_changes_nothing(path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "copy_to", fail)
    refused(path, kept, NotStored, "nothing was restored .*No space left")


def test_a_file_that_is_replaced_while_it_is_opened_is_not_written_to(
    path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opened the old file and waited for it would record into a file that nobody looks at any more."""
    settle = store.configure

    def late(connection: sqlite3.Connection, **how: Any) -> None:
        settle(connection, **how)
        path.with_name("aside.db").hardlink_to(path)
        kept.replace(path)

    monkeypatch.setattr(store, "configure", late)
    with pytest.raises(NotStored, match="was moved or replaced while it was being opened"):
        Ledger(path, "ana", "d1")
