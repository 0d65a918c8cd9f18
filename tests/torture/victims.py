"""Processes to be killed: each says what it did in one line, after it was done, and never before.

Run as: python victims.py annotate PROJECT ANNOTATOR DEVICE SEED [ACTS]
        python victims.py settings SEED
"""

import itertools
import os
import random
import sys
from contextlib import suppress
from pathlib import Path

from onrecord.schema import acts
from onrecord.schema.errors import NothingToUndo, OnrecordError
from onrecord.schema.events import Evidence, Link, State
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span

TEXT = "The harbour said no. A senior official said it was done. Nobody at the pier denied it."
LABELS = ("sourced", "anonymous", "denied", "confirmed", "responded")
_STATES: tuple[State, ...] = ("in_progress", "submitted", "skipped", "flagged")
REFUSED = 75
"""Exit code of a writer that its project refused again and again, each time in one sentence."""
PATIENCE = 5


def say(line: str) -> None:
    """Tell the judge, at once: nothing waits in a buffer."""
    os.write(1, f"{line}\n".encode())


class Worker:
    """An annotator who does at random whatever can be done, and remembers the mentions made so far."""

    def __init__(self, ledger: Ledger, chance: random.Random) -> None:
        self.ledger, self.chance = ledger, chance
        self.mentions: list[str] = []
        with ledger.act() as act:
            self.document, _ = acts.add_document(act, TEXT, title="The Pier")

    def work(self) -> None:
        """One act."""
        doing = self.chance.choice([self._mark, self._mark, self._mark, self._change, self._remove, self._add])
        if self.chance.random() < 0.15:
            with suppress(NothingToUndo):
                self.chance.choice([self.ledger.undo, self.ledger.redo])()
            return
        with self.ledger.act() as act:
            doing(act)

    def _mark(self, act: Act) -> None:
        uid = acts.new_mention(act.annotator)
        acts.set_mention(act, uid, self.document, TEXT, [Span(4, 11 + self.chance.randrange(9))])
        label = self.chance.choice(LABELS)
        acts.set_label(act, uid, label)
        source = acts.name_source(act, f"official {self.chance.randrange(5)}", document=self.document)
        acts.set_chain(act, uid, label, [Link(source=source, spans=acts.words(TEXT, [Span(21, 38)]))])
        if self.chance.random() < 0.5:
            acts.link_claim(act, uid, acts.state_claim(act, f"Claim {self.chance.randrange(20)}"))
        self.mentions.append(uid)

    def _change(self, act: Act) -> None:
        if not self.mentions:
            return self._mark(act)
        uid, label = self.chance.choice(self.mentions), self.chance.choice(LABELS)
        acts.set_label(act, uid, label, note="so " * self.chance.randrange(400))
        acts.set_evidence(act, uid, label, [Evidence(spans=acts.words(TEXT, [Span(0, 3)]), note="see there")])
        return None

    def _remove(self, act: Act) -> None:
        if self.mentions:
            acts.remove_mention(act, self.mentions.pop(self.chance.randrange(len(self.mentions))))

    def _add(self, act: Act) -> None:
        words = f"{act.annotator} {self.ledger.device} {os.getpid()} {self.chance.random()} "
        sha256, _ = acts.add_document(act, words * self.chance.choice([1, 5, 2000]), title=words[:30])
        acts.submit(act, sha256, self.chance.choice(_STATES))


def annotate(path: str, annotator: str, device: str, seed: str, most: str = "1000000000") -> int:
    """Work on a project; after each act say the hashes of its events, and of each refusal why, and go on."""
    refusals = 0
    try:
        with Ledger(Path(path), annotator, device) as ledger:
            own = "SELECT id, hash FROM events WHERE device = ? AND id > ?"
            (last,) = ledger.connection.execute("SELECT max(id) FROM events").fetchone()
            worker = Worker(ledger, random.Random(seed))
            for _ in range(int(most)):
                try:
                    worker.work()
                except OnrecordError as error:
                    sys.stderr.write(f"{error}\n")
                    if (refusals := refusals + 1) == PATIENCE:
                        return REFUSED
                    worker.mentions.clear()  # the last one may never have come to be
                rows = ledger.connection.execute(own, (device, last)).fetchall()
                last = max((id_ for id_, _ in rows), default=last)
                say(" ".join(hash_ for _, hash_ in rows))
    except OnrecordError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    return 0


def settings(seed: str) -> int:
    """Change one's own settings again and again; say each name that was kept."""
    from onrecord.tui import settings as kept

    chance = random.Random(seed)
    for turn in itertools.count():
        name = f"ana {turn} " + "x" * chance.randrange(3000)
        try:
            kept.save(name=name)
        except (OSError, OnrecordError) as error:
            sys.stderr.write(f"{error}\n")
            return REFUSED
        say(name)
    return 0


if __name__ == "__main__":
    sys.exit(annotate(*sys.argv[2:]) if sys.argv[1] == "annotate" else settings(*sys.argv[2:]))
