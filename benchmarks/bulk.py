"""What it costs to take in, to derive anew and to merge many marks, beside a plain insertion of the same rows."""

import argparse
import gc
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from onrecord.schema.acts import words
from onrecord.schema.clock import stamp_of
from onrecord.schema.events import (
    EVENTS,
    KIND_OF,
    AnyValue,
    Claim,
    Document,
    Link,
    Mark,
    Mention,
    Source,
    canonical,
)
from onrecord.schema.ledger import Ledger
from onrecord.schema.merging import merge
from onrecord.schema.migrations import run_script
from onrecord.schema.store import PAGE_SIZE, configure, connect
from onrecord.schema.tables import PUBLIC, TABLES
from onrecord.schema.text import Span, content_hash

SENTENCE = "The harbour said no. A senior official said on Tuesday that it was done, and nobody at the port denied it. "
MENTIONS = 20
"""A document has so many mentions of an annotator, each with two marks, of which one has a chain of one link."""
MARKS = 2 * MENTIONS
START = 1_700_000_000_000

Thing = tuple[str, AnyValue]


def text_of(number: int) -> str:
    """A document of about 2.5 kB."""
    return f"Number {number}. " + SENTENCE * 23


def shared(number: int) -> Iterator[Thing]:
    """A document, and the claims and sources that come up in it for the first time."""
    yield content_hash(text_of(number)), Document(title=f"Number {number}", outlet="Evening Bell")
    if number % 5 == 0:
        for at in range(MENTIONS):
            yield _claim(number, at), Claim(text=f"Claim {at} of story {number // 5}.")
    if number % 3 == 0:
        yield f"source-{number:024}", Source(name="a senior official", kind="unknown")


def own(number: int, annotator: str) -> Iterator[Thing]:
    """What an annotator says about a document."""
    text = text_of(number)
    sha256, source, begin = content_hash(text), f"source-{number // 3 * 3:024}", text.index("The")
    for at in range(MENTIONS):
        uid, here = f"{annotator}/{number:016x}{at:016x}", begin + at * len(SENTENCE)
        yield uid, Mention(document=sha256, spans=words(text, [Span(here, here + 19)]), claim=_claim(number, at))
        link = Link(source=source, spans=words(text, [Span(here + 21, here + 38)]), identified="described")
        yield f"{uid}/anonymous", Mark(mention=uid, label="anonymous", kind="described", chain=(link,))
        yield f"{uid}/denied", Mark(mention=uid, label="denied")


def _claim(number: int, at: int) -> str:
    return f"claim-{number // 5:018}-{at:05}"


def log(acts: Iterable[tuple[int, Iterable[Thing]]], annotator: str) -> list[bytes]:
    """The events of acts, each given as its time and what is stated in it."""
    bodies: list[bytes] = []
    for at, things in acts:
        for subject, value in things:
            event: Any = EVENTS[KIND_OF[type(value)]](
                v=1, annotator=annotator, device=f"{annotator}-0123456789abcdef", seq=len(bodies) + 1,
                clock=stamp_of(START + at), subject=subject, data=value,  # type: ignore[arg-type]
            )  # fmt: skip
            bodies.append(canonical(event))
    return bodies


class Desk:
    """Marks of two annotators on the same documents, as many as asked for, half of them each one's."""

    def __init__(self, marks: int) -> None:
        numbers = range(max(1, marks // MARKS // 2))
        self.marks = len(numbers) * MARKS * 2
        self.texts = {content_hash(text): text for text in map(text_of, numbers)}
        self.shared = log(((at, shared(at)) for at in numbers), "ana")
        self.first = log([*((at, shared(at)) for at in numbers), *((at, own(at, "ana")) for at in numbers)], "ana")
        self.second = log(((at, own(at, "bob")) for at in numbers), "bob")


def project(path: Path) -> Ledger:
    """A new project."""
    return Ledger.create(path, "eve", "eve-0123456789abcdef")


def fill(path: Path, desk: Desk, bodies: Iterable[bytes]) -> None:
    """Make a project of a log."""
    with project(path) as ledger:
        received = ledger.receive(bodies, desk.texts)
        assert not received.quarantined, received.quarantined[0]


def rows_of(path: Path, tables: Iterable[str]) -> dict[str, tuple[str, list[tuple[Any, ...]]]]:
    """The rows of tables, and the statement that inserts one."""
    with closing(connect(path, write=False)) as connection:
        found = {}
        for table in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            named = ", ".join(f'"{column}"' for column in columns)
            rows = connection.execute(f"SELECT {named} FROM {table}").fetchall()
            found[table] = (f"INSERT INTO {table} ({named}) VALUES ({', '.join('?' * len(columns))})", rows)
        return found


# ---------------------------------------------------------------------- the lines


def folded(folder: Path, marks: int) -> tuple[Callable[[], float], Callable[[], float], int]:
    """Taking in marks, and inserting the rows that came of it; texts are there before in both."""
    desk = Desk(marks)
    fill(folder / "whole.db", desk, [*desk.first, *desk.second])
    rows = rows_of(folder / "whole.db", TABLES)
    texts = rows.pop("texts")

    def floor() -> float:
        (folder / "floor.db").unlink(missing_ok=True)
        with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as connection:
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            configure(connection, write=True)
            run_script(connection, PUBLIC)
            connection.executemany(*texts)
            with timed() as took:
                connection.execute("BEGIN IMMEDIATE")
                for statement, values in rows.values():
                    connection.executemany(statement, values)
                connection.execute("COMMIT")
            return took[0]

    def work() -> float:
        (folder / "work.db").unlink(missing_ok=True)
        with project(folder / "work.db") as ledger:
            ledger.receive([], desk.texts)
            with timed() as took:
                received = ledger.receive(chain(desk.first, desk.second))
            assert received.added == len(desk.first) + len(desk.second)
            return took[0]

    return floor, work, desk.marks


def rebuilt(folder: Path, marks: int) -> tuple[Callable[[], float], Callable[[], float], int]:
    """Deriving all tables anew, and inserting their rows."""
    floor, _, marks = folded(folder, marks)

    def work() -> float:
        with Ledger(folder / "whole.db", "eve", "eve-0123456789abcdef") as ledger, timed() as took:
            ledger.rebuild()
        return took[0]

    return floor, work, marks


def merged(folder: Path, marks: int) -> tuple[Callable[[], float], Callable[[], float], int]:
    """Merging two projects of one desk, and inserting the events that one lacks."""
    desk = Desk(marks)
    fill(folder / "one.db", desk, desk.first)
    fill(folder / "two.db", desk, [*desk.shared, *desk.second])
    with closing(connect(folder / "two.db", write=False)) as connection:
        last = connection.execute("SELECT max(id) FROM events WHERE annotator = 'ana'").fetchone()[0]
    kept = (folder / "one.db").read_bytes()
    statement, rows = rows_of(folder / "two.db", ["events"])["events"]
    missing = [row for row in rows if row[0] > last]

    def floor() -> float:
        (folder / "floor.db").write_bytes(kept)
        with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as connection:
            configure(connection, write=True)
            offset = 10 * (last + len(rows))
            subjects = {row[2] for row in missing}
            connection.executemany(
                "INSERT INTO subjects VALUES (?, 'x', ?)", ((offset + each, str(each)) for each in subjects)
            )
            values = [(offset + row[0], row[1], offset + row[2], *row[3:]) for row in missing]
            with timed() as took:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(statement, values)
                connection.execute("COMMIT")
            return took[0]

    def work() -> float:
        (folder / "work.db").write_bytes(kept)
        with (
            Ledger(folder / "work.db", "eve", "eve-0123456789abcdef") as ledger,
            closing(connect(folder / "two.db", write=False)) as other,
            timed() as took,
        ):
            done = merge(ledger, other)
        assert done.added == len(missing), done
        return took[0]

    return floor, work, desk.marks


class timed:  # noqa: N801 - it is used like a function
    """Processor time of the block, in seconds; what other programs do on the machine does not count."""

    def __enter__(self) -> list[float]:
        gc.collect()
        self._took: list[float] = []
        self._start = process_time()
        return self._took

    def __exit__(self, *_: object) -> None:
        self._took.append(process_time() - self._start)


LINES = {"fold": (folded, 4.0), "rebuild": (rebuilt, 4.0), "merge": (merged, 4.0)}


def measure(name: str, marks: int, rounds: int) -> dict[str, Any]:
    """One line of the table: floor and work by turns."""
    make, bar = LINES[name]
    with tempfile.TemporaryDirectory() as folder:
        floor, work, size = make(Path(folder), marks)
        pairs = [(floor(), work()) for _ in range(rounds)]
    ratio = median(took / base for base, took in pairs)
    base, took = (min(times) for times in zip(*pairs, strict=True))
    return {
        "name": name, "marks": size, "floor": base, "work": took, "ratio": ratio, "bar": bar,
        "floor_us": base / size * 1e6, "work_us": took / size * 1e6,
    }  # fmt: skip


def main() -> None:
    """Measure the lines that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(LINES))
    parser.add_argument("--marks", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for name in options.names:
        print(json.dumps(measure(name, options.marks, options.rounds)), flush=True)


if __name__ == "__main__":
    main()
