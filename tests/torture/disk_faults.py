"""Disks that are full, broken, small or simple: what was told done is there, and work goes on when there is room again."""

import os
import random
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shim
import victims
from kills import SCENES, Victim
from onrecord.schema.ledger import Ledger
from place import Place, assert_one_sentence, works_again
from verdict import assert_sound, litter, run, told


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


def the_disk_knows_no_links(place: Place) -> None:
    """A file system on which a file has one name only, as on most sticks: every program does its work all the same."""
    shim.need()
    for kind in place.some(SCENES):
        folder = place.folder / kind.__name__
        folder.mkdir()
        scene = kind(place.materials, folder, place.chance)
        with Victim(scene.command, shim.environment(scene.under, links=False)) as victim:
            victim.wait(60.0 if scene.ends else 1.5)
            victim.kill()
            assert victim.process.returncode == 0 or not scene.ends, f"{kind.__name__}: {victim.complaint}"
            scene.finish(victim.said, killed=not scene.ends)
        shutil.rmtree(folder)


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
    works_again(place, path)


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
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
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


if __name__ == "__main__":
    _on_a_small_disk(Path(sys.argv[2]), int(sys.argv[3]))
