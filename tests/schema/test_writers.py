"""Several processes on one project: they wait for each other, and killing any of them loses nothing that it was told of."""

import os
import random
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
import scribe
from onrecord.schema import check, store
from onrecord.schema.ledger import Ledger
from project_state import empty_project

SCRIBE = scribe.__file__


def start(path: Path, annotator: str, device: str, *more: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, SCRIBE, path, annotator, device, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def said(writer: "subprocess.Popen[bytes]") -> list[str]:
    """The acts that a stopped writer said are done; of a line that was cut short nothing can be asked."""
    out, err = writer.communicate()
    assert not err, err.decode()
    return re.findall(r"(.+)\n", out.decode())


def missing(connection: sqlite3.Connection, told: Iterable[str]) -> set[str]:
    there = {f"mention {uid}" for (uid,) in connection.execute("SELECT uid FROM mentions")}
    there |= {f"document {sha256}" for (sha256,) in connection.execute("SELECT sha256 FROM documents")}
    return set(told) - there


def half_acts(connection: sqlite3.Connection) -> int:
    """Mentions without the mark, the link or the words that their act gave them."""
    row = connection.execute(
        """SELECT count(*) FROM mentions LEFT JOIN marks ON marks.mention_id = mentions.id
        LEFT JOIN attributions ON attributions.mark_id = marks.id
        LEFT JOIN spans ON spans.attribution_id = attributions.id WHERE spans.id IS NULL"""
    ).fetchone()
    return int(row[0])


def problems(connection: sqlite3.Connection) -> list[str]:
    return [finding.what for finding in check.check(connection) if finding.level == "problem"]


def test_writers_at_once_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(empty_project())
    # One person with two windows, and a second person: a device is not one process.
    who = [("ana", "d1"), ("ana", "d1"), ("bob", "d2")]
    writers = [start(path, *name, "40") for name in who]
    told = [said(writer) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert [len(lines) for lines in told] == [40, 40, 40]
    reader = store.connect(path, write=False)
    assert not missing(reader, [line for lines in told for line in lines])
    numbers = reader.execute("SELECT device, seq FROM events WHERE device <> 'builtin'").fetchall()
    assert len(numbers) == len(set(numbers))
    for device in ("d1", "d2"):
        own = [seq for name, seq in numbers if name == device]
        assert sorted(own) == list(range(1, len(own) + 1))
    clocks = reader.execute("SELECT clock FROM events WHERE device <> 'builtin' ORDER BY id").fetchall()
    assert clocks == sorted(clocks)  # across processes too: nobody's later act is stamped earlier
    assert list(check.check(reader)) == []
    reader.close()


def test_a_reader_never_waits_for_writers(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(empty_project())
    writer = start(path, "ana", "d1", "60")
    reader = store.connect(path, write=False)
    reader.execute("PRAGMA busy_timeout = 0")
    counts = []
    while writer.poll() is None:
        counts.append(reader.execute("SELECT count(*) FROM mentions").fetchone()[0])
        assert half_acts(reader) == 0
    assert len(said(writer)) == 60
    assert counts == sorted(counts)
    reader.close()


@pytest.mark.slow
def test_kill_9_loses_nothing_that_was_told_done(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(empty_project())
    chance = random.Random(2026)
    who = [("ana", "d1"), ("bob", "d2"), ("cleo", "d3")]
    writers = [start(path, *name) for name in who]
    told: list[str] = []
    rounds = 12
    for turn in range(rounds):
        # Every fourth time all of them at once, so that the next to open has to recover the journal.
        victims = range(3) if turn % 4 == 3 else [chance.randrange(3)]
        for victim in victims:
            stdout = writers[victim].stdout
            assert stdout
            assert select.select([stdout], [], [], 60)[0]  # it has begun to write
        time.sleep(chance.uniform(0, 0.05))
        for victim in victims:
            os.kill(writers[victim].pid, signal.SIGKILL)
        for victim in victims:
            told += said(writers[victim])
        reader = store.connect(path, write=False)
        assert not missing(reader, told)
        assert half_acts(reader) == 0
        reader.close()
        for victim in victims:
            if turn < rounds - 1:
                writers[victim] = start(path, *who[victim])
    assert len(told) > rounds
    with Ledger(path, "ana", "d1") as ledger:
        assert problems(ledger.connection) == []
        assert not missing(ledger.connection, told)
        assert ledger.undo().changed
        assert problems(ledger.connection) == []


def test_kill_9_while_creating_leaves_a_whole_project_or_nothing(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from onrecord.schema.ledger import Ledger\n"
    code += "print(flush=True)\nfor at in range(10 ** 6): Ledger.create(Path(sys.argv[1]) / f'{at}.db', 'ana', 'd1').close()"
    chance = random.Random(7)
    for turn in range(4):
        folder = tmp_path / str(turn)
        folder.mkdir()
        maker = subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE)
        assert maker.stdout
        maker.stdout.readline()
        time.sleep(chance.uniform(0.1, 0.4))
        maker.kill()
        maker.communicate()
        for path in folder.glob("[0-9]*.db"):
            reader = store.connect(path, write=False)
            assert reader.execute("SELECT count(*) FROM labels").fetchone() == (5,)
            assert problems(reader) == []
            reader.close()
