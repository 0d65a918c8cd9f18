"""Files that cannot be written, are moved, deleted or replaced, under the app and under others."""

import os
import shutil
import time
from pathlib import Path

import pytest
import victims
from app_killed import TEXT, on_disk
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from place import Place
from terminal import Terminal
from verdict import ONRECORD, assert_sound, digest, events, onrecord, run, told

_BENT = "-dac_override,-dac_read_search"
BOUND = ["setpriv", f"--bounding-set={_BENT}", f"--inh-caps={_BENT}"] if os.getuid() == 0 else []
"""What goes before a command so that permissions hold for root too."""


def nothing_can_be_written(place: Place) -> None:
    """The file, its folder, or both may only be read: all reading works, all writing is refused, no byte changes."""
    if BOUND and not shutil.which(BOUND[0]):
        pytest.skip("permissions do not bite for root, and setpriv is not there to make them")
    article = place.folder / "a.txt"
    article.write_text("A text that is not there yet.")
    for file_mode, folder_mode in place.some([(0o444, 0o777), (0o666, 0o555), (0o444, 0o555)]):
        folder = place.folder / f"{file_mode:o} in {folder_mode:o}"
        folder.mkdir()
        path = place.materials.copy(place.materials.demo, folder / "p.db")
        path.chmod(file_mode)
        folder.chmod(folder_mode)
        before = digest(path)
        home = place.folder / f"home of {file_mode:o} in {folder_mode:o}"
        home.mkdir(mode=0o777)
        home.chmod(0o777)
        env = {f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "STATE", "DATA")}
        out = home / "out.csv"
        for words in (["list", path, "documents"], ["check", path], ["export", path, out], ["log", path]):
            onrecord(*words, env=env, prefix=BOUND)
        for words in (["add", path, article], ["undo", path], ["merge", path, path], ["check", path, "--rebuild"]):
            done = run(*words, env=env, prefix=BOUND)
            assert done.returncode == 1, (words, done)
            assert len(done.stderr.splitlines()) == 1, done.stderr
        assert digest(path) == before
        _the_app_refuses(path, [*BOUND, ONRECORD, path, "--as", "ana"], env)
        folder.chmod(0o777)
        path.chmod(0o666)
        assert_sound(path, events(place.materials.demo))


def _the_app_refuses(path: Path, command: list[str | Path], env: dict[str, str]) -> None:
    """Marks are not painted as done, and a sentence says why."""
    with Terminal(command, columns=120, rows=40, env=env) as terminal:
        terminal.wait(lambda: "? help" in terminal.text or _refused(terminal))
        terminal.settle()
        if not _refused(terminal):
            terminal.press("enter")
            terminal.settle(0.5)
            for _ in range(20):  # on a machine that is busy, the first keys may come before the article
                terminal.press("j", "v", "d")
                terminal.settle(0.5)
                if _refused(terminal):
                    break
        assert _refused(terminal), terminal.text
    assert digest(path)


def _refused(terminal: Terminal) -> bool:
    """Whether a sentence says that nothing could be written; its lines break where they must."""
    return any(words in terminal.text for words in ("be written to", "othing was written", "Permission denied"))


def _words(place: Place) -> Path:
    path = place.folder / "p.db"
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        acts.add_document(act, TEXT, title="Words")
    return path


def _mark_one(terminal: Terminal, keys: str) -> None:
    terminal.press(*keys)
    terminal.settle(0.3)


def _reading(path: Path) -> Terminal:
    terminal = Terminal([ONRECORD, path, "--as", "ana"], columns=120, rows=40)
    terminal.wait("Words")
    terminal.settle()
    terminal.press("enter")
    terminal.wait("│")
    terminal.settle()
    return terminal


def _leave(terminal: Terminal) -> None:
    """Quit the app, back through all that is open."""
    for key in ("escape", "q", "q", "q", "y"):
        if terminal.status is None:
            terminal.press(key)
            terminal.settle(0.3)
    terminal.finish()


def the_file_goes_away_under_the_app(place: Place) -> None:
    """The file is moved while it is open: what was done is in it, what comes after is refused and not painted as done."""
    path, moved = _words(place), place.folder / "moved.db"
    with _reading(path) as terminal:
        _mark_one(terminal, "wwwvd")
        terminal.wait("saved")
        path.rename(moved)
        _mark_one(terminal, "wwwvs")
        terminal.wait("replaced")
        _leave(terminal)
    assert on_disk(moved) == {("word00003", "D")}
    assert_sound(moved)
    assert not path.exists()


def the_file_is_deleted_under_the_app(place: Place) -> None:
    """The file is deleted while it is open: nothing that comes after is painted as done, and no new file appears."""
    path = _words(place)
    with _reading(path) as terminal:
        path.unlink()
        _mark_one(terminal, "wwwvd")
        terminal.wait("replaced")
        _leave(terminal)
    assert not path.exists()


def the_file_is_replaced_under_the_app(place: Place) -> None:
    """Another project gets the file's name while it is open: that project is left as it is."""
    path, other = _words(place), place.project("other.db")
    before = digest(other)
    with _reading(path) as terminal:
        other.replace(path)
        _mark_one(terminal, "wwwvd")
        terminal.wait("replaced")
        _leave(terminal)
    assert digest(path) == before
    assert_sound(path, events(place.materials.demo))


def the_file_is_replaced_under_a_writer(place: Place) -> None:
    """The same under a process that writes act by act: what it told before is in the file that was moved away."""
    path, moved = place.project(), place.folder / "moved.db"
    other = place.materials.copy(place.materials.other, place.folder / "other.db")
    with place.annotate(path) as victim:
        while not told(victim.said):
            time.sleep(0.01)
            assert not victim.ended, victim.complaint
        time.sleep(place.chance.uniform(0, 0.3))
        path.rename(moved)
        other.replace(path)
        victim.wait(60)
        assert victim.process.returncode == victims.REFUSED
        assert "was moved or replaced" in victim.complaint
        said = told(victim.said)
    assert_sound(moved, said)
    assert events(path) == events(place.materials.other)
    assert_sound(path)
