"""Another program at the same file: whatever it does, acts that were told done stay.

Closing any descriptor of a file drops the POSIX locks of the whole process on it. A process that reads a project's
header while it has the project open would lose SQLite's locks, and the next program to close the file, its WAL.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from onrecord.schema import acts, store
from onrecord.schema.check import check
from onrecord.schema.errors import ForeignFile
from onrecord.schema.ledger import Ledger

LOOK = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute('SELECT count(*) FROM events').fetchone())"
)


def test_a_foreign_reader_does_not_take_the_journal_from_under_open_connections(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with Ledger.create(path, "ana", "device") as ledger:
        reader = store.connect(path, write=False)
        watcher = store.connect(path, write=False)
        watcher.execute("SELECT count(*) FROM events").fetchone()
        store.inspect(path)
        for number in range(4):
            with ledger.act() as act:
                acts.add_document(act, f"text {number}")
            subprocess.run([sys.executable, "-c", LOOK, path], check=True, capture_output=True)
            store.inspect(path)
            assert Path(f"{path}-wal").exists(), "the other program deleted the journal of an open project"
            assert reader.execute("SELECT count(*) FROM documents").fetchone() == (number + 1,)
        watcher.close()
        reader.close()
    with Ledger(path, "ana", "device") as ledger:
        assert ledger.connection.execute("SELECT count(*) FROM documents").fetchone() == (4,)
        assert [finding for finding in check(ledger.connection) if finding.level == "problem"] == []


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the kernel does not list its locks here")
def test_inspecting_an_open_project_keeps_its_locks(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        acts.add_document(act, "text")
        inode = f":{path.stat().st_ino} "
        before = [line for line in Path("/proc/locks").read_text().splitlines() if inode in line]
        store.inspect(path)
        store.connect(path, write=False).close()
        after = [line for line in Path("/proc/locks").read_text().splitlines() if inode in line]
        assert before, "an open project holds a lock"
        assert {line.split(":", 1)[1] for line in after} == {line.split(":", 1)[1] for line in before}


def test_a_file_put_in_the_place_of_a_used_one_is_looked_at_anew(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    Ledger.create(path, "ana", "device").close()
    path.write_text("no project any more, with the same inode")
    with pytest.raises(ForeignFile):
        store.connect(path, write=False)
