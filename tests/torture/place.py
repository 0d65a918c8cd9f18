"""Where a fault happens, and what holds after any."""

import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import victims
from kills import Killer, Victim
from stage import Materials
from verdict import assert_sound, told

T = TypeVar("T")


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


def works_again(place: Place, path: Path) -> None:
    """When the fault is over, five more acts go in."""
    with place.annotate(path, most=5) as victim:
        victim.wait(60)
        assert victim.process.returncode == 0, victim.complaint
        assert_sound(path, told(victim.said))
