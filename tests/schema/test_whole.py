"""What is made appears whole or not at all, and what a killed program left is cleared away by the next."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from onrecord.schema.whole import clear, whole

HOLDS = """
import sys, time
from pathlib import Path
from onrecord.schema.whole import whole
with whole(Path(sys.argv[1])) as new:
    new.write_text("half")
    print(flush=True)
    time.sleep(600)
"""


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_file_gets_its_name_when_it_is_finished(tmp_path: Path) -> None:
    with whole(tmp_path / "a.txt") as new:
        new.write_text("one")
        assert not (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.txt").read_text() == "one"
    assert names(tmp_path) == ["a.txt"]


def test_an_error_leaves_nothing_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(UnicodeEncodeError), whole(tmp_path / "a.txt", replace=True) as new:
        new.write_text("new" * 10_000 + "\ud800", "utf-8")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_file_is_replaced_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(FileExistsError), whole(tmp_path / "a.txt") as new:
        new.write_text("new")
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"
    with whole(tmp_path / "a.txt", replace=True) as new:
        new.write_text("new")
    assert (tmp_path / "a.txt").read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_takes_the_place_of_an_empty_one_only(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for content in ("one", "two"):
        try:
            with whole(tmp_path / "a") as new:
                new.mkdir()
                (new / "x").write_text(content)
        except OSError:
            assert content == "two"
    assert (tmp_path / "a/x").read_text() == "one"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("answer", [errno.EIO, errno.EPERM])
def test_a_disk_that_refuses_the_name_leaves_no_empty_file(
    answer: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(answer, os.strerror(answer))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with whole(tmp_path / "a.txt") if answer == errno.EPERM else nullcontext(tmp_path / "a.txt") as new:
        new.write_text("whole")  # without hard links it appears all the same
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match=os.strerror(answer)), whole(tmp_path / "b.txt") as new:
        new.write_text("whole")
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "whole"


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_database_whose_journal_was_not_folded_in_does_not_appear(ending: str, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=os.strerror(errno.EIO)), whole(tmp_path / "a.db") as new:
        assert all(new.with_name(f"a.db{part}").write_text("a part of it") for part in ("", ending))
    assert names(tmp_path) == []
    with whole(tmp_path / f"notes{ending}") as new:  # a name like any other
        new.write_text("notes")
    assert names(tmp_path) == [f"notes{ending}"]


def test_what_a_killed_program_left_goes_and_what_others_work_on_stays(tmp_path: Path) -> None:
    killed, lives = (
        subprocess.Popen([sys.executable, "-c", HOLDS, tmp_path / name], stdout=subprocess.PIPE)
        for name in ("killed", "lives")
    )
    for each in (killed, lives):
        assert each.stdout
        assert each.stdout.readline()
    (tmp_path / f".onrecord-{'0' * 32}").mkdir()  # killed before anything was in it
    (tmp_path / f".onrecord-{'1' * 32}").mkdir()
    (tmp_path / f".onrecord-{'1' * 32}" / "somebody's").write_text("not made by this program")
    killed.kill()
    killed.communicate()
    assert len(names(tmp_path)) == 4
    with whole(tmp_path / "next") as new:
        new.write_text("whole")
    left = names(tmp_path)
    assert len(left) == 3
    assert left[-1] == "next"
    (workshop,) = (each for each in left[:-1] if (tmp_path / each / "lives").exists())
    assert f".onrecord-{'1' * 32}" in left
    lives.kill()
    lives.communicate()
    clear(tmp_path)
    assert workshop not in names(tmp_path)


@pytest.mark.parametrize("call", range(1, 5))
def test_who_is_killed_while_clearing_up_leaves_what_others_can_clear(
    call: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter(range(1, 100))

    def until(remove: Callable[..., None]) -> Callable[..., None]:
        def step(path: Path, **more: bool) -> None:
            if next(calls) == call:
                raise KeyboardInterrupt  # as a kill: nothing after it is done
            remove(path, **more)

        return step

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        for name in ("unlink", "rmdir"):
            patch.setattr(Path, name, until(getattr(Path, name)))
        with whole(tmp_path / "a.txt") as new:
            new.write_text("whole")
            new.with_name("journal").write_text("beside it")
    assert "a.txt" in names(tmp_path)
    clear(tmp_path)
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(not hasattr(os, "setuid") or os.getuid() == 0, reason="permissions do not bite for root")
def test_a_folder_that_cannot_be_cleared_is_left(tmp_path: Path) -> None:
    left = tmp_path / f".onrecord-{'0' * 32}"
    left.mkdir()
    tmp_path.chmod(0o500)
    clear(tmp_path)
    tmp_path.chmod(0o700)
    assert left.exists()
