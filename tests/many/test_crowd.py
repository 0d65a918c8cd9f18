"""32 processes at one file: no act is lost, nobody gets an error, and nobody is kept waiting while others have turn on turn."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import crowd
import pytest
from onrecord.schema import check, store, turns, wal
from onrecord.schema.errors import ProjectBusy
from project_state import empty_project

MANY = 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "p.db"
    path.write_bytes(empty_project())
    return path


def marked_by(path: Path, processes: int, most: int) -> list[dict[str, Any]]:
    """What a crowd says of its work, until one of them has made so many acts."""
    words: list[str | Path] = [sys.executable, crowd.__file__, path, str(processes), "300", str(most)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    said: list[dict[str, Any]] = json.loads(done.stdout)
    return said


def test_many_processes_lose_no_act_and_get_no_error(path: Path) -> None:
    said = marked_by(path, MANY, 12)
    assert [one["error"] for one in said if one["error"]] == []
    served = [len(one["took"]) for one in said]
    assert len(served) == MANY
    assert max(served) >= 12
    assert min(served) >= 0.1 * max(served)  # by numbers of acts, not by the clock: turns are taken in order
    reader = store.connect(path, write=False)
    for one in said:
        events = reader.execute(
            "SELECT count(*) FROM events WHERE instr(CAST(body AS TEXT), ?)", (f'"{one["uid"]}/{crowd.LABEL}"',)
        ).fetchone()[0]
        assert events == len(one["took"])
        there = reader.execute(
            "SELECT count(*) FROM marks JOIN mentions ON mentions.id = mention_id WHERE mentions.uid = ?", (one["uid"],)
        ).fetchone()[0]
        assert there == one["on"]
    assert list(check.check(reader)) == []
    reader.close()


def test_who_opens_it_meanwhile_is_never_told_of_damage(path: Path) -> None:
    """A journal into which others write is never called damaged, however often somebody looks."""
    words: list[str | Path] = [sys.executable, crowd.__file__, path, str(MANY), "300", "12"]
    at_work = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    looks = 0
    while at_work.poll() is None:
        assert wal.unread_commits(path) <= 1
        store.connect(path, write=True).close()
        looks += 1
    assert at_work.communicate()[1] == b""
    assert at_work.returncode == 0
    assert looks > 5


# --- the lock ------------------------------------------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from onrecord.schema.store import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(path: Path) -> "subprocess.Popen[bytes]":
    """A process that holds the write lock until its input ends."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_turn_ends_with_the_process_that_has_it(path: Path) -> None:
    holding = holder(path)
    had = threading.Event()

    def wait() -> None:
        with store.write_lock(path):
            had.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not had.wait(0.2)
    os.kill(holding.pid, signal.SIGKILL)
    holding.communicate()
    waiting.join()
    assert had.is_set()


def test_who_gives_up_waiting_takes_no_turn(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holding = holder(path)
    monkeypatch.setattr(store, "LOCK_SECONDS", 0.05)
    for _ in range(3):
        with pytest.raises(ProjectBusy, match="another program has been writing"), store.write_lock(path):
            pass
    monkeypatch.undo()
    holding.communicate(b"")
    for _ in range(3):  # those who gave up stand in the queue before us, and let go when it is their turn
        with store.write_lock(path):
            pass
    for thread in threading.enumerate():
        if thread.name == "onrecord-turn":
            thread.join()
    if (descriptors := Path("/proc/self/fd")).is_dir():
        assert Path(f"{path}.lock") not in [each.resolve() for each in descriptors.iterdir()]


def test_threads_of_one_process_take_turns_too(path: Path) -> None:
    inside = 0

    def work() -> None:
        nonlocal inside
        for _ in range(20):
            with store.write_lock(path):
                inside += 1
                assert inside == 1
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside == 0


def test_a_lock_that_was_removed_is_no_lock(path: Path) -> None:
    lock = Path(f"{path}.lock")
    with store.write_lock(path):
        old = lock.stat().st_ino
        waited: list[int] = []

        def wait() -> None:
            with store.write_lock(path):
                waited.append(lock.stat().st_ino)

        waiting = threading.Thread(target=wait)
        waiting.start()
        while not any(each.name == "onrecord-turn" for each in threading.enumerate()):
            pass
        lock.rename(lock.with_name("aside"))  # keeps its number, so that the new one has another
    waiting.join()
    assert waited
    assert waited != [old]


@pytest.mark.parametrize("kind", ["no queue on this system", "no queue on this file system", "not asked for"])
def test_without_a_queue_there_is_a_lock_all_the_same(path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "no queue on this system":
        monkeypatch.setattr(turns, "_NOW", None)
        monkeypatch.setattr(turns, "_WAIT", None)
    elif kind == "no queue on this file system":
        monkeypatch.setattr(turns, "_NOW", -1)  # an EINVAL, as of a file system without such locks
        monkeypatch.setattr(turns, "_WAIT", -1)
    lock = Path(f"{path}.lock")
    with turns.turn(lock, 5, like=path, queue=kind != "not asked for"):
        with pytest.raises(TimeoutError), turns.turn(lock, 0.05, like=path, queue=kind != "not asked for"):
            pass
        with pytest.raises(TimeoutError), turns.turn(lock, 0.05, like=path):
            pass
    with store.write_lock(path):
        pass
