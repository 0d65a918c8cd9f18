"""Joining projects: the union of their logs, in any order and any number of times, and then the tables follow.

Nothing of either is lost: what two people changed at once is kept as a conflict, and of two histories with one device
and number, as after a copied file, both are kept and counted.
"""

import sqlite3

from msgspec import Struct

from .events import event_id
from .ledger import Ledger, Received

_BATCH = 20_000
"""The words of so many events are put into the full-text index at once."""


class Merged(Struct, frozen=True):
    """What a merge brought: new events, those that were here, those set aside with why, and what now contradicts.

    `conflicts` counts things that were changed in two places at once, `forks` numbers that one device gave out twice.
    """

    added: int
    known: int
    aside: tuple[str, ...]
    conflicts: int
    forks: int


def brings(ledger: Ledger, other: sqlite3.Connection) -> bool:
    """Whether a merge with another project would add anything to this one."""
    ours = ledger.connection
    # What is new has come last, so most answers come at once.
    for (body,) in other.execute("SELECT body FROM events ORDER BY id DESC"):
        hash_ = event_id(body)
        if ours.execute("SELECT 1 FROM events WHERE hash = ?", (hash_,)).fetchone():
            continue
        aside = ours.execute("SELECT 1 FROM quarantine WHERE hash = ?", (hash_,)).fetchone()
        if not aside or ledger.problem(body) is None:
            return True
    texts = other.execute("SELECT sha256 FROM texts")
    return any(not ours.execute("SELECT 1 FROM texts WHERE sha256 = ?", row).fetchone() for row in texts)


def merge(ledger: Ledger, other: sqlite3.Connection) -> Merged:
    """Take in all that another project holds, as one transaction; `other` is a connection to it that reads.

    Raises:
        ProjectBusy, NotStored: nothing was written.
    """
    before = _contradictions(ledger.connection)
    received = Received()
    other.execute("BEGIN")  # one moment of the other file, whoever writes to it meanwhile
    try:
        with ledger.act() as act, act.fold.holding(roomy=True):
            for sha256, text in other.execute("SELECT sha256, text FROM texts ORDER BY sha256"):
                ledger.take_text(sha256, text, received)
            events = other.execute("SELECT body FROM events ORDER BY id")
            while rows := events.fetchmany(_BATCH):
                ledger.take([body for (body,) in rows], received)
                act.fold.flush()
    finally:
        other.execute("ROLLBACK")
    conflicts, forks = _contradictions(ledger.connection)
    return Merged(
        added=received.added,
        known=received.known,
        aside=tuple(received.quarantined),
        conflicts=max(0, conflicts - before[0]),
        forks=max(0, forks - before[1]),
    )


def _contradictions(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many things have several heads, and how many numbers a device gave out twice."""
    (heads,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM heads GROUP BY subject_id HAVING count(*) > 1)"
    ).fetchone()
    (forks,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM events GROUP BY device, seq HAVING count(*) > 1)"
    ).fetchone()
    return heads, forks
