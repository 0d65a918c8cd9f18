"""One bit turned over in a project file, in every table: the check finds it, and all that is sound can be brought back.

A check that calls a file sound must be right: the file then says what it said before. A salvage must bring every event
and every text that has no byte on the page that was hit.
"""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
from onrecord.schema.errors import OnrecordError
from onrecord.schema.ledger import Ledger
from verdict import assert_sound, events, here, problems, state

_STEP, _PIECE = 256, 24


@dataclass
class Flips:
    """Copies of a project, each with one bit turned over."""

    path: Path
    folder: Path
    outcomes: Counter[str] = field(default_factory=Counter)

    @cached_property
    def original(self) -> bytes:
        """The project's bytes."""
        return self.path.read_bytes()

    @cached_property
    def state(self) -> dict[str, object]:
        """What the project says."""
        return state(self.path)

    @cached_property
    def pages(self) -> dict[str, list[int]]:
        """The pages of each table, from 1."""
        found: dict[str, list[int]] = {}
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            (self.size,) = connection.execute("PRAGMA page_size").fetchone()
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            try:
                rows = connection.execute("SELECT name, pageno FROM dbstat").fetchall()
            except sqlite3.OperationalError:
                pytest.skip("this SQLite does not tell which pages a table has (dbstat)")
        for name, page in rows:
            if name in tables or name == "sqlite_schema":
                found.setdefault(name, []).append(page)
        return found

    @cached_property
    def records(self) -> dict[str, bytes]:
        """The bytes of every event and text, by hash."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            found = dict(connection.execute("SELECT hash, body FROM events").fetchall())
            texts = connection.execute("SELECT sha256, text FROM texts").fetchall()
        return found | {sha256: text.encode() for sha256, text in texts}

    @cached_property
    def on_page(self) -> dict[int, set[str]]:
        """Which events and texts have bytes on a page: those of which a piece is found on it, wherever it is."""
        found: dict[int, set[str]] = {}
        for hash_, body in self.records.items():
            for at in {*range(0, len(body), _STEP), max(len(body) - _PIECE, 0)}:
                piece = body[at : at + _PIECE]
                place = self.original.find(piece)
                while place >= 0:
                    for byte in (place, place + len(piece) - 1):
                        found.setdefault(byte // self.size + 1, set()).add(hash_)
                    place = self.original.find(piece, place + 1)
        return found

    def of(self, table: str, count: int, chance: random.Random) -> Iterator[str]:
        """Turn bits over in a table, so many, each in a copy of its own; yields what became of each.

        Raises:
            AssertionError: a check was wrong, or something sound was not brought back; the message names page and bit.
        """
        for number in range(count):
            for path in self.folder.iterdir():
                path.unlink()
            page = chance.choice(self.pages[table])
            # Most of a page may be empty, where a bit means nothing: four of five hit what is written on it.
            start = (page - 1) * self.size
            written = [at for at in range(self.size) if self.original[start + at]]
            byte = chance.choice(written) if written and chance.random() < 0.8 else chance.randrange(self.size)
            bit = chance.randrange(8)
            copy, new = self.folder / "copy.db", self.folder / "new.db"
            damaged = bytearray(self.original)
            damaged[start + byte] ^= 1 << bit
            copy.write_bytes(damaged)
            try:
                outcome = self._judge(copy, new, page)
            except AssertionError as error:
                raise AssertionError(f"{table} {number}: page {page}, byte {byte}, bit {bit}: {error}") from error
            self.outcomes[outcome] += 1
            yield outcome

    def _judge(self, copy: Path, new: Path, page: int) -> str:
        before = copy.read_bytes()
        try:
            found = problems(copy)
        except OnrecordError as error:
            found = [error.sentence]
        assert copy.read_bytes() == before, "a check changed the file"
        if not found:
            assert state(copy) == self.state, "called sound, and is not what it was"
        assert all(len(what) < 600 and "\n" not in what for what in found), found
        self._salvage(copy, new, page)
        assert copy.read_bytes() == before, "a salvage changed the file it read"
        if not found:
            return "harmless"
        return "rebuilt" if self._rebuilt(copy, page) else "salvaged"

    def _salvage(self, copy: Path, new: Path, page: int) -> None:
        done = here("check", copy, "--salvage", new)
        assert done.code in (0, 3), done
        have = assert_sound(new)
        with closing(sqlite3.connect(new)) as connection:
            have |= {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM texts")}
            aside = {hash_ for (hash_,) in connection.execute("SELECT hash FROM quarantine")}
        lost = self.records.keys() - have
        hit = self.on_page.get(page, set())
        assert lost - aside <= hit, f"{len(lost - aside - hit)} records that are sound were not brought back"
        # What waits for a text that was hit is set aside, and comes back when the text does.
        assert not aside & self.records.keys() or hit, "set aside without need"
        assert done.code == 3 or not lost, "said that nothing is lost"

    def _rebuilt(self, copy: Path, page: int) -> bool:
        """Whether deriving the tables anew mends the file; if it cannot, the log is no poorer for it."""
        done = here("check", copy, "--rebuild")
        if done.code == 0:
            assert state(copy) == self.state, "rebuilt, called sound, and is not what it was"
            return True
        assert done.err or "problem" in done.out
        try:
            have = events(copy)
        except (OnrecordError, sqlite3.DatabaseError):
            return False
        assert self.records.keys() & have or not have
        return False


def assert_tables_are_covered(flips: Flips) -> None:
    """Every table that a project has is among those whose pages are hit."""
    with closing(sqlite3.connect(f"file:{flips.path}?mode=ro", uri=True)) as connection:
        tables = {
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            )
        }
    assert tables <= flips.pages.keys()


def everything(path: Path) -> Path:
    """Put into a project what a copy of the sample project lacks: something that was set aside."""
    with Ledger(path, "ana", "d1") as ledger:
        ledger.receive([b'{"not": "an event"}', b"nothing at all"])
    return path
