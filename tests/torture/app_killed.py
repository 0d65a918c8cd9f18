"""The app in a real terminal, killed while somebody marks words: what was painted as done must be in the project.

The kill comes at a moment of the clock or, where the disk can be made to do it, at a write or sync of the project.
"""

import os
import random
import re
import shutil
import time
from contextlib import closing
from pathlib import Path

import shim
from kills import Struck
from onrecord.schema import acts, reading, store
from onrecord.schema.ledger import Ledger
from terminal import Terminal
from verdict import ONRECORD, assert_sound, litter

TEXT = " ".join(f"word{number:05d}" for number in range(40000)) + "."
_ROW = re.compile(r"│.{2}([◌ ])([SADCR](?: [SADCR])*) +(word\d{5})")
_SET_RIGHT = b"\x18"
_LETTERS = "sadc"
Painted = set[tuple[str, str]]


def painted_as_done(terminal: Terminal) -> Painted:
    """The marks that the list of mentions shows without the sign for pending, as (word, letter)."""
    rows = (_ROW.search(line) for line in terminal.screen.display)
    return {(row[3], letter) for row in rows if row and row[1] == " " for letter in row[2].split()}


def seen(terminal: Terminal) -> Painted:
    """What is painted as done when a frame has come.

    A frame counts when it is whole, and not before: half of one shows rows that never were. What sets a terminal right
    after a kill ends the frame that was cut short, so from then on nothing counts.
    """
    return set() if _SET_RIGHT in terminal.received else painted_as_done(terminal)


def ended(terminal: Terminal) -> bool:
    """Whether the program is no more."""
    if terminal.status is None:
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        terminal.status = status if pid else None
    return terminal.status is not None


def on_disk(path: Path) -> Painted:
    """The marks that a project holds, as (word, letter)."""
    with closing(store.connect(path, write=False)) as connection:
        return {
            (mention.quote, mark.label[0].upper())
            for mention in reading.mentions(connection, reading.list_documents(connection, "ana", 0, 1)[0].id)
            for mark in mention.marks
        }


class AppKiller:
    """Kills the app again and again in one project, which grows, and makes a new one now and then."""

    ROUNDS = 12

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed, self.rounds = root, seed, 0
        self.painted: Painted = set()
        self.path = root / "none"
        root.mkdir()

    def strike(self, number: int) -> Struck:
        """The kill of this number.

        Raises:
            AssertionError: a mark was painted as done and is lost, or the project is not sound.
        """
        chance = random.Random(f"{self.seed}/app/{number}")
        first = self.rounds % self.ROUNDS == 0
        if first:
            shutil.rmtree(self.path.parent if self.rounds else self.root / "none", ignore_errors=True)
            folder = self.root / str(number)
            folder.mkdir()
            self.path, self.painted = folder / "p.db", set()
            with Ledger.create(self.path, "ana", "device") as ledger, ledger.act() as act:
                acts.add_document(act, TEXT, title="Words")
        how = chance.choice(["moment", "kill", "tear", "cut"] if shim.built() and not first else ["moment"])
        # One label a round: a word that the next round comes upon again gets another, and is never unmarked.
        self._work(how, chance, _LETTERS[self.rounds % len(_LETTERS)], first=first)
        self.rounds += 1
        where = f"{self.path}: app, {how}, seed {self.seed}, kill {number}"
        lost = self.painted - on_disk(self.path)
        assert not lost, f"{where}: painted as done, and LOST: {sorted(lost)}"
        assert_sound(self.path)
        assert litter(self.path.parent) == [], where
        return Struck("annotating in the app", how, 1)

    def _work(self, how: str, chance: random.Random, label: str, *, first: bool) -> None:
        env = {}
        if how != "moment":
            env = shim.environment(self.path.parent, how, at=chance.randrange(1, 160), seed=chance.randrange(2**32))  # type: ignore[arg-type]
        with Terminal([ONRECORD, self.path, "--as", "ana"], columns=120, rows=40, env=env) as terminal:
            for words in ("Words", "│") if first else ("│",):
                terminal.wait(lambda words=words: words in terminal.text or ended(terminal))  # type: ignore[misc]
                terminal.settle()
                if words == "Words" and not ended(terminal):
                    terminal.press("enter")
            terminal.on_frame = lambda: self.painted.update(seen(terminal))
            until = time.monotonic() + (chance.uniform(0.05, 1.5) if how == "moment" else 4.0)
            while time.monotonic() < until and not ended(terminal):
                terminal.press(*("w" * chance.randrange(1, 4)), "v", label)
                terminal.read(0.01)
            terminal.kill()
            while terminal.read(0):
                pass
