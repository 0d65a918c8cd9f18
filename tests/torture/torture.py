"""The long form of the torture tests: `make torture SEED=1 KILLS=1000 MINUTES=20`.

Kills programs that write until so many are dead and so much time has gone by, goes through all other faults again and
again beside it, and turns over twenty bits in every table. Everything is drawn from the seed. It ends with the figures,
and with what was lost, if anything; those folders stay. Ctrl-C ends it after the kill that is under way.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from app_killed import AppKiller
from faults import FAULTS
from flips import Flips, everything
from kills import Killer
from place import Place

_APP_EVERY, _FAULT_EVERY, _FLIP_EVERY, _TELL_EVERY = 8, 25, 20, 25
_FLIPS = 20
_MOST_LOST = 10


class Torture:
    """One long run, with its figures."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed = root, seed
        self.killer = Killer(root / "kills", seed)
        self.app = AppKiller(root / "app", seed)
        self.kills: Counter[str] = Counter()
        self.ways: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.lost: list[str] = []
        (root / "faults").mkdir()
        (flips := root / "flips").mkdir()
        self.flips = Flips(everything(self.killer.materials.copy(self.killer.materials.other, root / "p.db")), flips)
        self._tables = list(self.flips.pages)
        random.Random(seed).shuffle(self._tables)
        self.enough = False
        self._began = time.monotonic()

    @property
    def minutes(self) -> float:
        """How long it has been going."""
        return (time.monotonic() - self._began) / 60

    def go_on(self, kills: int, minutes: float) -> None:
        """Do all of it until there are so many kills and so many minutes have gone by."""
        number = 0
        while (
            (self.kills.total() < kills or self.minutes < minutes) and len(self.lost) < _MOST_LOST and not self.enough
        ):
            self._try(self._strike, number)
            if number % _FAULT_EVERY == 0:
                self._try(self._fault, number)
            if number % _FLIP_EVERY == 0 and self._tables:
                self._try(self._flip, number)
            if number % _TELL_EVERY == 0:
                print(
                    f"{self.minutes:6.1f} min  {self.kills.total():5} kills  {self.faults.total():3} faults", flush=True
                )
            number += 1

    def _try(self, what: Callable[[int], None], number: int) -> None:
        try:
            what(number)
        except Exception as error:  # noqa: BLE001 - what a judge cannot read is as bad as what it finds wrong
            self.lost.append(f"{number}: {type(error).__name__}: {error}")
            print(f"\nLOST, or left in part: {self.lost[-1]}\n", file=sys.stderr, flush=True)

    def _strike(self, number: int) -> None:
        struck = (self.app if number % _APP_EVERY == 0 else self.killer).strike(number)
        self.kills[struck.scene] += struck.kills
        self.ways[struck.how] += struck.kills

    def _flip(self, number: int) -> None:
        table = self._tables.pop()
        for _ in self.flips.of(table, _FLIPS, random.Random(f"{self.seed}/{table}")):
            pass

    def _fault(self, number: int) -> None:
        fault = FAULTS[number // _FAULT_EVERY % len(FAULTS)]
        folder = self.root / "faults" / str(number)
        folder.mkdir()
        try:
            fault(Place(folder, self.killer, random.Random(f"{self.seed}/{number}")))
        except pytest.skip.Exception as reason:
            print(f"skipped: {fault.__name__}: {reason}")
            return
        except AssertionError as error:
            raise AssertionError(f"{folder}: {fault.__name__}, seed {self.seed}, number {number}: {error}") from error
        self.faults[fault.__name__.replace("_", " ")] += 1
        shutil.rmtree(folder)

    def report(self) -> str:
        """The figures, as docs/promises.md has them."""
        lines = ["| killed at | kills |", "|---|---|"]
        lines += [f"| {name} | {count:,} |" for name, count in sorted(self.kills.items())]
        lines += [f"| **in all** | **{self.kills.total():,}** |", ""]
        lines += ["by " + ", ".join(f"{how}: {count:,}" for how, count in sorted(self.ways.items())), ""]
        lines += ["| fault | times |", "|---|---|"]
        lines += [f"| {name} | {count:,} |" for name, count in sorted(self.faults.items())]
        flips = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(self.flips.outcomes.items()))
        tables = len(self.flips.pages) - len(self._tables)
        lines += ["", f"bits turned over in {tables} of {len(self.flips.pages)} tables: "]
        lines[-1] += f"{self.flips.outcomes.total():,} ({flips})"
        return "\n".join([*lines, f"seed {self.seed}, {self.minutes:.0f} minutes; lost: {len(self.lost)}"])


def main() -> int:
    """Run until enough is done, or too much is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=0)
    given = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="torture-"))
    root.chmod(0o755)
    for name in ("CONFIG", "STATE", "DATA"):  # nobody's own settings are read or changed
        os.environ[f"XDG_{name}_HOME"] = str(root / "home" / name.lower())
    torture = Torture(root, given.seed)

    def stop(*_: object) -> None:
        torture.enough = True

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    torture.go_on(given.kills, given.minutes)
    print(f"\n{torture.report()}")
    if torture.lost:
        print("\n".join(torture.lost), file=sys.stderr)
        return 1
    shutil.rmtree(root)
    return 0


if __name__ == "__main__":
    sys.exit(main())
