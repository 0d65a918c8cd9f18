"""A project with as many marks as are asked for, made of a log, and the rows that are in it."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from lines import Taken
from lines import shared as shared_folder
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
from onrecord.schema.store import connect
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


def log(acts: Iterable[tuple[int, Iterable[Thing]]], annotator: str, after: int = 0) -> list[bytes]:
    """The events of acts, each given as its time and what is stated in it; `after` so many of theirs before."""
    bodies: list[bytes] = []
    for at, things in acts:
        for subject, value in things:
            event: Any = EVENTS[KIND_OF[type(value)]](
                v=1, annotator=annotator, device=f"{annotator}-0123456789abcdef", seq=after + len(bodies) + 1,
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


def filled(marks: int) -> Path:
    """A project of about so many marks, made once for all benchmarks of a run, which only read it."""
    path, making = shared_folder() / f"marks-{marks}.db", shared_folder() / "making.db"
    if not path.exists():
        making.unlink(missing_ok=True)
        desk = Desk(marks)
        fill(making, desk, chain(desk.first, desk.second))
        making.rename(path)  # only when it is whole
    return path


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
