"""Faults other than a kill: a disk that is full or broken, a file that cannot be written, is gone or replaced, a clock
that jumps, two devices with one id.

Each takes a `Place` and asserts for itself that what was told done is there, that nothing is there in part, that every
refusal is one sentence, and that work goes on when the fault is over.
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
import shim
import victims
from app_killed import TEXT, on_disk
from kills import SCENES, Killer, Victim
from onrecord.schema import acts, store
from onrecord.schema.check import check
from onrecord.schema.ledger import Ledger
from stage import Materials
from terminal import Terminal
from verdict import ONRECORD, assert_sound, digest, events, litter, onrecord, run, state, told

T = TypeVar("T")
DAY = 86_400
FIFTY_YEARS = 50 * 365.25 * DAY
_BENT = "-dac_override,-dac_read_search"
BOUND = ["setpriv", f"--bounding-set={_BENT}", f"--inh-caps={_BENT}"] if os.getuid() == 0 else []
"""What goes before a command so that permissions hold for root too."""


@dataclass
class Place:
    """Where a fault happens: a folder of its own, and chance. At `most` so many cases of each kind are tried."""

    folder: Path
    killer: Killer
    chance: random.Random
    most: int = 100

    @property
    def materials(self) -> Materials:
        """What there is to begin with."""
        return self.killer.materials

    def some(self, cases: Iterable[T]) -> list[T]:
        """As many of these cases as there is time for."""
        cases = list(cases)
        return self.chance.sample(cases, min(len(cases), self.most))

    def project(self, name: str = "p.db") -> Path:
        """A copy of the sample project."""
        return self.materials.copy(self.materials.demo, self.folder / name)

    def annotate(self, path: Path, *, device: str = "d1", most: int = 10**9, **more: object) -> Victim:
        """A process that does acts in a project."""
        seed = str(self.chance.randrange(10**9))
        command = [sys.executable, victims.__file__, "annotate", path, "ana", device, seed, str(most)]
        return Victim(command, **more)  # type: ignore[arg-type]


def assert_one_sentence(complaint: str) -> None:
    """A refusal is told in one line, each time that it happens, and never as a traceback."""
    assert "Traceback" not in complaint, complaint
    assert all(line.strip() for line in complaint.splitlines()), complaint


# ---------------------------------------------------------------------- a disk that is full or broken


def _scenes_on(place: Place, action: shim.Action) -> None:
    """Every scene meets the fault at a call of its own: once, or from there on."""
    shim.need()
    for kind in place.some(SCENES):
        folder = place.folder / kind.__name__
        folder.mkdir()
        scene = kind(place.materials, folder, place.chance)
        calls = place.killer.length(scene).calls
        at, lasting = 1 + place.chance.randrange(calls), place.chance.choice([0, 1])
        env = shim.environment(scene.under, action, at=at, calls=lasting)
        with Victim(scene.command, env) as victim:
            victim.wait(60.0 if scene.ends else 1.5)
            victim.kill()
            said, complaint, code = victim.said, victim.complaint, victim.process.returncode
        try:
            assert_one_sentence(complaint)
            assert code in (0, 1, 3, victims.REFUSED) or not scene.ends, (code, complaint)
            assert code == 0 or not scene.ends or len(complaint.splitlines()) + len(said.splitlines()) >= 1, "silent"
            scene.finish(said if code == 0 or not scene.ends else b"", killed=True)
        except AssertionError as error:
            lasts = "once" if lasting else "from there on"
            raise AssertionError(f"{kind.__name__}, {action} at call {at} of {calls}, {lasts}: {error}") from error
        shutil.rmtree(folder)


def the_disk_is_full(place: Place) -> None:
    """No room is left, at any write of any program."""
    _scenes_on(place, "nospace")


def the_disk_is_broken(place: Place) -> None:
    """Writes and syncs fail with EIO, at any of them, of any program."""
    _scenes_on(place, "eio")


def a_file_may_not_grow(place: Place) -> None:
    """The limit of the system for the size of a file (RLIMIT_FSIZE) is met."""
    path = place.project()
    limit = path.stat().st_size + place.chance.randrange(200_000)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with place.annotate(path, preexec_fn=limited) as victim:
        victim.wait(60)
        assert victim.process.returncode == victims.REFUSED, victim.complaint
        assert_one_sentence(victim.complaint)
        assert "nothing was written" in victim.complaint
        assert_sound(path, told(victim.said))
    _works_again(place, path)


def a_small_disk_runs_full(place: Place) -> None:
    """A file system of a few megabytes is filled to the last block, and room is made again."""
    unshare = shutil.which("unshare")
    mount = f"mount -t tmpfs -o size=6m tmpfs {place.folder}"
    inside: list[str | Path] = [unshare or "", "--mount", "sh", "-c"]
    if not unshare or subprocess.run([*inside, mount], capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    seed = place.chance.randrange(10**9)
    command = f'{mount} && exec "$0" "$@"'
    done = subprocess.run(
        [*inside, command, sys.executable, __file__, "small disk", place.folder, str(seed)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _on_a_small_disk(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = folder / "p.db"
    Ledger.create(path, "ana", "d1").close()
    (ballast := folder / "ballast").write_bytes(b"x" * chance.randrange(10_000, 2_000_000))
    command: list[str | Path] = [sys.executable, victims.__file__, "annotate", path, "ana", "d1", str(seed)]
    with Victim(command, {}) as victim:
        victim.wait(60)
        assert victim.process.returncode == victims.REFUSED, victim.complaint
        assert_one_sentence(victim.complaint)
        said = told(victim.said)
    for out in ("x.csv", "x.db", "x.jsonl"):
        done = run("export", path, folder / out)
        assert done.returncode or (folder / out).stat().st_size
        (folder / out).unlink(missing_ok=True)
    ballast.unlink()
    with Victim([*command, "20"], {}) as victim:
        victim.wait(60)
        if victim.process.returncode == 0:
            said |= told(victim.said)
        else:
            assert_one_sentence(victim.complaint)
    assert_sound(path, said)
    assert litter(folder) == []


def _works_again(place: Place, path: Path) -> None:
    with place.annotate(path, most=5) as victim:
        victim.wait(60)
        assert victim.process.returncode == 0, victim.complaint
        assert_sound(path, told(victim.said))


# ---------------------------------------------------------------------- a file that cannot be written, or is gone


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
            terminal.press(*"jjjjvd")
            terminal.wait(lambda: _refused(terminal))
    assert digest(path)


def _refused(terminal: Terminal) -> bool:
    return any(words in terminal.text for words in ("cannot be written", "nothing was written", "Nothing was written"))


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


# ---------------------------------------------------------------------- clocks and devices


def the_clock_jumps(place: Place) -> None:
    """A day back, fifty years ahead, and right again, while somebody works."""
    shim.need()
    path = place.project()
    shim.set_clock(clock := place.folder.parent / f"clock of {place.folder.name}", 0)
    said: set[str] = set()
    with place.annotate(path, env=shim.environment(clock=clock)) as victim:
        for ahead in (0, -DAY, FIFTY_YEARS, 0, -DAY):
            shim.set_clock(clock, ahead)
            before = len(told(victim.said))
            while len(told(victim.said)) < before + 20:
                time.sleep(0.01)
                assert not victim.ended, victim.complaint
        victim.kill()
        said = told(victim.said)
    assert_sound(path, said)
    with closing(store.connect(path, write=False)) as connection:
        stamps = connection.execute("SELECT clock FROM events WHERE device = 'd1' ORDER BY seq").fetchall()
        notes = [finding.what for finding in check(connection) if finding.level == "note"]
    assert stamps == sorted(stamps), "a later act is stamped earlier"
    assert any("check its clock" in note for note in notes), notes
    _meets_a_right_clock(place, path, clock)


def _meets_a_right_clock(place: Place, path: Path, clock: Path) -> None:
    """What is stamped fifty years ahead is set aside by others, and taken in when their clocks have come that far."""
    other = place.project("other.db")
    done = run("merge", other, path)
    assert done.returncode == 3, done
    assert "ahead of this machine" in done.stdout
    assert_sound(other)
    shim.set_clock(clock, FIFTY_YEARS + DAY)
    onrecord("check", other, "--rebuild", env=shim.environment(clock=clock))
    assert events(other) == events(path)
    assert state(other)["marks"] == state(path)["marks"]


def two_devices_have_one_id(place: Place) -> None:
    """A copied file goes on under the same device, so that two different acts have one number: both are kept."""
    one, two = place.project("one.db"), place.project("two.db")
    for path in (one, two):
        with place.annotate(path, most=25) as victim:
            victim.wait(60)
            assert victim.process.returncode == 0, victim.complaint
    both = events(one) | events(two)
    assert len(both) > len(events(one))
    first, second = (onrecord("merge", *pair) for pair in ((one, two), (two, one)))
    assert "gave out twice" in first
    assert "gave out twice" in second
    for path in (one, two):
        assert assert_sound(path, both) == both
    assert state(one) == state(two)
    assert "used number" in onrecord("check", one)
    _works_again(place, one)


FAULTS: list[Callable[[Place], None]] = [
    the_disk_is_full, the_disk_is_broken, a_file_may_not_grow, a_small_disk_runs_full, nothing_can_be_written,
    the_file_goes_away_under_the_app, the_file_is_deleted_under_the_app, the_file_is_replaced_under_the_app,
    the_file_is_replaced_under_a_writer, the_clock_jumps, two_devices_have_one_id,
]  # fmt: skip


if __name__ == "__main__":
    _on_a_small_disk(Path(sys.argv[2]), int(sys.argv[3]))
