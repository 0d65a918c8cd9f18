"""Kills: each is drawn from a seed and its number, so that it can be had again, and is judged by its scene.

A program dies at a moment of the clock, or, where the disk can be made to do it, at a chosen write, sync or rename:
before it, in the middle of its bytes, or with the power, when what was never synced is lost in part.
"""

import os
import random
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import acts_killed as acts
import files_killed as files
import shim
from stage import Command, Materials, Scene

SCENES: dict[type[Scene], int] = {
    acts.Annotating: 4, acts.Importing: 3, acts.Adding: 1, acts.Merging: 3, acts.Migrating: 3, acts.Rebuilding: 1,
    files.Exporting: 3, files.BackingUp: 3, files.Restoring: 3, files.Salvaging: 1, files.Making: 1, files.Settings: 1,
}  # fmt: skip
"""What programs are killed at, and how often beside each other."""

PATIENCE = 60.0


@dataclass(frozen=True)
class Struck:
    """What became of one try: how many processes died, in which scene and how."""

    scene: str
    how: str
    kills: int


@dataclass
class Length:
    """How long a scene takes when nobody interrupts it: in seconds, and in calls that change a file."""

    seconds: float
    calls: int


class Killer:
    """Kills programs, each in a folder of its own below `root`; what a folder holds stays when a judgement fails."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed = root, seed
        (root / "materials").mkdir(parents=True)
        self.materials = Materials(root / "materials")
        self._lengths: dict[str, Length] = {}

    def strike(self, number: int, kind: type[Scene] | None = None) -> Struck:
        """The kill of this number.

        Raises:
            AssertionError: something was lost, or left in part; the message says how to have this kill again.
        """
        chance = random.Random(f"{self.seed}/{number}")
        kind = kind or chance.choices([*SCENES], [*SCENES.values()])[0]
        folder = self.root / str(number)
        folder.mkdir()
        how = "nothing yet"
        try:
            scene = kind(self.materials, folder, chance)
            length = self.length(scene)
            ways = ["moment", "kill", "tear", "cut"] if shim.built() else ["moment"]
            how = chance.choice(ways)
            kills = self._kill(scene, how, length, chance)
        except AssertionError as error:
            raise AssertionError(
                f"{folder}: {kind.__name__}, {how}, seed {self.seed}, kill {number}: {error}"
            ) from error
        shutil.rmtree(folder)
        return Struck(scene.name, how, kills)

    def length(self, scene: Scene) -> Length:
        """How long a scene is: one like it runs to its end, once."""
        if not scene.ends:
            return Length(0.6, 250)
        key = f"{scene.name} {scene.variant}"
        if key not in self._lengths:
            folder = self.root / f"whole {len(self._lengths)}"
            count = self.root / "count"
            while True:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                same = type(scene)(self.materials, folder, random.Random())
                if same.variant == scene.variant:
                    break
            env = shim.environment(same.under, count=count) if shim.built() else {}
            with Victim(same.command, env) as victim:
                began = time.monotonic()
                assert victim.process.wait(PATIENCE) == 0, victim.complaint
                seconds = time.monotonic() - began
                same.finish(victim.said, killed=False)
            self._lengths[key] = Length(seconds, int(count.read_text()) if env else 0)
            shutil.rmtree(folder)
        return self._lengths[key]

    def _kill(self, scene: Scene, how: str, length: Length, chance: random.Random) -> int:
        env = {}
        if how != "moment":
            at = 1 + chance.randrange(max(length.calls, 1))
            env = shim.environment(scene.under, how, at=at, seed=chance.randrange(2**32))  # type: ignore[arg-type]
        kills = 0
        with ExitStack() as stack:
            victim = stack.enter_context(Victim(scene.command, env))
            company = scene.company if how != "cut" else []
            others = [stack.enter_context(Victim(command, {})) for command in company]
            if how == "moment":
                wait = chance.uniform(0.0, length.seconds) + (0.0 if scene.ends else 0.15)
                victim.wait(wait)
                kills += victim.kill()
            else:
                victim.wait(PATIENCE if scene.ends else 5.0)
                if not victim.ended:
                    kills += victim.kill()
                else:
                    kills += victim.was_killed
            for other in others:
                other.wait(chance.uniform(0, 0.2))
                kills += other.kill()
            scene.heard = b"".join(each.said for each in others)
            for each in (victim, *others):
                assert "Traceback" not in each.complaint, each.complaint
            scene.finish(victim.said, killed=bool(victim.was_killed))
        return kills


class Victim:
    """A process; what it says goes into a file, so that nothing is lost in a pipe. Use it as a context manager."""

    def __init__(self, command: Command, env: dict[str, str] | None = None, **more: Any) -> None:
        self._out: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process is
        self._err: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [str(word) for word in command], stdout=self._out, stderr=self._err, stdin=subprocess.DEVNULL,
            env={**os.environ, "ONRECORD_ANNOTATOR": "ana", **(env or {})}, **more,
        )  # fmt: skip

    def __enter__(self) -> "Victim":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._out.close()
        self._err.close()

    def wait(self, seconds: float) -> None:
        """Wait for its end, but no longer than this."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def kill(self) -> bool:
        """Kill it, unless it has ended; whether it was still alive."""
        if self.ended:
            return False
        self.process.kill()
        self.process.wait()
        return True

    @property
    def ended(self) -> bool:
        """Whether it is no more."""
        return self.process.poll() is not None

    @property
    def was_killed(self) -> bool:
        """Whether a kill was its end."""
        return self.process.poll() == -9

    @property
    def said(self) -> bytes:
        """What it wrote to standard output."""
        return self._read(self._out)

    @property
    def complaint(self) -> str:
        """What it wrote to standard error."""
        return self._read(self._err).decode("utf-8", "replace")

    @staticmethod
    def _read(file: IO[bytes]) -> bytes:
        # Positions are shared with the process, so the file is read without moving its own.
        return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)
