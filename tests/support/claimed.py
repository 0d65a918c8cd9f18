"""Claims with marks of all sorts, some merged with others: to ask of them in one way what is known in another."""

import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from project_state import open_quickly

TEXT = "The harbour said no. A senior official said it was done. Number {}."
DAYS = ("2026-03-01", "2026-03-02", "2026-03-03")
OUTLETS = ("The Courier", "The Mercury", "Evening Bell")


def filled(ledger: Ledger, seed: int, size: int = 30) -> None:
    """Claims with marks of all sorts on several days, some merged with others."""
    chance = random.Random(seed)
    with ledger.act() as act:
        uids = [acts.state_claim(act, f"Claim number {number}") for number in range(size)]
        documents = [
            acts.add_document(act, TEXT.format(day), title=day, outlet=outlet, published_at=day)[0]
            for day, outlet in zip(DAYS, OUTLETS, strict=True)
        ]
        for number, claim in enumerate(uids):
            for turn in range(chance.randrange(4)):
                day = chance.randrange(len(DAYS))
                uid = f"ana/{number}-{turn}"
                acts.set_mention(act, uid, documents[day], TEXT.format(DAYS[day]), [Span(4, 11)], claim=claim)
                for label in chance.sample(("sourced", "anonymous", "denied", "confirmed"), chance.randrange(3)):
                    acts.set_label(act, uid, label)
        for _ in range(size // 4):
            one, other = chance.sample(uids, 2)
            acts.merge_claims(act, one, other)


@contextmanager
def claimed(seed: int) -> Iterator[sqlite3.Connection]:
    """A connection to a project with such claims in memory; it is made once."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(_claimed(seed))
        yield connection


@cache
def _claimed(seed: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder, open_quickly(Path(folder) / "p.db") as ledger:
        filled(ledger, seed)
        made = ledger.connection.serialize()
        return made[:18] + b"\1\1" + made[20:]  # as a file without a log of writes beside it, which memory has none of


def many(path: Path, size: int) -> Path:
    """So many claims, of which every second one is denied and the others are sourced."""
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        text = TEXT.format(size)
        document, _ = acts.add_document(act, text, title="Many", outlet=OUTLETS[0], published_at=DAYS[0])
        for number in range(size):
            uid = acts.new_mention("ana")
            claim = acts.state_claim(act, f"Claim number {number:03}")
            acts.set_mention(act, uid, document, text, [Span(4, 11)], claim=claim)
            acts.set_label(act, uid, "denied" if number % 2 else "sourced")
    return path
