"""What it costs to take in, to derive anew and to merge many marks, beside a plain insertion of the same rows."""

import gc
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from lines import Line, Pair, Taken, main
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


def folded(folder: Path, marks: int) -> Pair:
    """Taking in marks, and inserting the rows that came of it; texts are there before in both."""
    desk = Desk(marks)
    fill(folder / "whole.db", desk, [*desk.first, *desk.second])
    rows = rows_of(folder / "whole.db", TABLES)
    texts = rows.pop("texts")

    def floor() -> Taken:
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

    def work() -> Taken:
        (folder / "work.db").unlink(missing_ok=True)
        with project(folder / "work.db") as ledger:
            ledger.receive([], desk.texts)
            with timed() as took:
                received = ledger.receive(chain(desk.first, desk.second))
            assert received.added == len(desk.first) + len(desk.second)
            return took[0]

    return Pair(floor, work, desk.marks)


def rebuilt(folder: Path, marks: int) -> Pair:
    """Deriving all tables anew, and inserting their rows."""
    floor, _, marks = folded(folder, marks)

    def work() -> Taken:
        with Ledger(folder / "whole.db", "eve", "eve-0123456789abcdef") as ledger, timed() as took:
            ledger.rebuild()
        return took[0]

    return Pair(floor, work, marks)


def merged(folder: Path, marks: int) -> Pair:
    """Merging two projects of one desk, and inserting the events that one lacks."""
    desk = Desk(marks)
    fill(folder / "one.db", desk, desk.first)
    fill(folder / "two.db", desk, [*desk.shared, *desk.second])
    with closing(connect(folder / "two.db", write=False)) as connection:
        last = connection.execute("SELECT max(id) FROM events WHERE annotator = 'ana'").fetchone()[0]
    kept = (folder / "one.db").read_bytes()
    statement, rows = rows_of(folder / "two.db", ["events"])["events"]
    missing = [row for row in rows if row[0] > last]

    def floor() -> Taken:
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

    def work() -> Taken:
        (folder / "work.db").write_bytes(kept)
        with (
            Ledger(folder / "work.db", "eve", "eve-0123456789abcdef") as ledger,
            closing(connect(folder / "two.db", write=False)) as other,
            timed() as took,
        ):
            done = merge(ledger, other)
        assert done.added == len(missing), done
        return took[0]

    return Pair(floor, work, desk.marks)


class timed:  # noqa: N801 - it is used like a function
    """What the block took; nowhere does Python look for garbage among what the benchmark itself holds."""

    def __enter__(self) -> list[Taken]:
        gc.collect()
        gc.freeze()
        self._took: list[Taken] = []
        self._start = perf_counter(), process_time()
        return self._took

    def __exit__(self, *_: object) -> None:
        self._took.append(Taken(perf_counter() - self._start[0], process_time() - self._start[1]))
        gc.unfreeze()


_ROWS = "executemany of the same rows into the public tables, one transaction"
SIZES = {"size": 1_000_000, "sizes": (10_000, 100_000), "quick": 4_000, "things": "marks", "rounds": 3}

LINES = (
    Line("fold", "take in a log of marks", _ROWS, 4.0, folded, **SIZES),  # type: ignore[arg-type]
    Line("rebuild", "derive all tables anew: `check --rebuild`", _ROWS, 4.0, rebuilt, **SIZES),  # type: ignore[arg-type]
    Line(
        "merge", "merge two projects, each with half of the marks", "executemany of the missing events", 4.0, merged,
        **SIZES,  # type: ignore[arg-type]
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
