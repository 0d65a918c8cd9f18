"""What an act, an opening and a bulk load cost in a large project, compared with a small one."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from onrecord.schema import acts, check, reading, store
from onrecord.schema.events import Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from ratios import fastest, hold

TEXT = "The harbour said no. A senior official said it was done. " * 40
ME, WORDS = "ana", acts.words(TEXT, [Span(21, 38)])


@contextmanager
def project() -> Iterator[Ledger]:
    """An empty project; it does not wait for the disk, whose speed is not what is compared."""
    with tempfile.TemporaryDirectory() as folder, Ledger.create(Path(folder) / "p.db", ME, "d1") as ledger:
        ledger.connection.execute("PRAGMA synchronous = OFF")
        yield ledger


def add_documents(ledger: Ledger, first: int, count: int) -> str:
    """Add so many documents in one act; the answer is the sha256 of the last."""
    sha256 = ""
    with ledger.act() as act:
        for number in range(first, first + count):
            day = f"2026-{1 + number % 12:02}-{1 + number % 28:02}"
            sha256, _ = acts.add_document(act, f"{TEXT}{number}", title=f"Number {number}", published_at=day)
    return sha256


def add_mentions(ledger: Ledger, sha256: str, count: int) -> None:
    """Add so many mentions to a document, each with a mark that was edited once, a chain and a claim."""
    with ledger.act() as act:
        source = acts.name_source(act, "a senior official", document=sha256)
        for number in range(count):
            uid = f"{ME}/{number}"
            acts.set_mention(act, uid, sha256, TEXT, [Span(4, 11)])
            acts.set_label(act, uid, "anonymous")
            acts.set_chain(act, uid, "anonymous", [Link(source=source, spans=WORDS)])
            acts.link_claim(act, uid, acts.state_claim(act, f"Claim number {number // 5}"))


def mark(ledger: Ledger) -> None:
    """One key: a label on a mention, or off it."""
    with ledger.act() as act:
        on = act.value("mark", f"{ME}/7/denied") is None
        acts.set_label(act, f"{ME}/7", "denied", on)


def instructions(connection: sqlite3.Connection, work: Callable[[], object]) -> int:
    """How many instructions SQLite takes for the work; unlike time, this never varies."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    connection.set_progress_handler(count, 1)
    work()
    connection.set_progress_handler(None, 1)
    return taken


def marks() -> None:
    """One mark among 20 mentions and among 20,000."""
    taken, times = [], []
    for count in (20, 20_000):
        with project() as ledger:
            add_mentions(ledger, add_documents(ledger, 0, 1), count)
            mark(ledger)
            taken.append(instructions(ledger.connection, lambda ledger=ledger: mark(ledger)))  # type: ignore[misc]
            times.append(fastest(lambda ledger=ledger: mark(ledger), 40))  # type: ignore[misc]
    hold("one mark among 20,000 mentions / among 20, instructions", taken[1] / taken[0], 1.1)
    hold("one mark among 20,000 mentions / among 20, time", times[1] / times[0], 3)


def openings() -> None:
    """Opening, and the first page, with 100 documents and with 20,000."""
    times = []

    def first_page(path: Path) -> None:
        connection = store.connect(path, write=False)
        reading.list_documents(connection, ME, 0, 50)
        reading.count_documents(connection)
        connection.close()

    for count in (100, 20_000):
        with project() as ledger:
            add_documents(ledger, 0, count)
            times.append(fastest(lambda path=ledger.path: first_page(path), 20))  # type: ignore[misc]
    hold("opening 20,000 documents / 100", times[1] / times[0], 4)


def loads() -> None:
    """Adding a document to 1,000 at once, and to 10,000 at once; and how long a check takes for each."""
    adding, checking = [], []
    for count in (1_000, 10_000):
        with project() as ledger:
            start = perf_counter()
            add_documents(ledger, 0, count)
            added = perf_counter()
            assert not list(check.check(ledger.connection))
            adding.append((added - start) / count)
            checking.append((perf_counter() - added) / count)
    hold("adding one of 10,000 documents / one of 1,000", adding[1] / adding[0], 2)
    hold("checking one of 10,000 documents / one of 1,000", checking[1] / checking[0], 2.5)


if __name__ == "__main__":
    marks()
    openings()
    loads()
