"""Damaged projects: one with something in every table, and copies of it with a bit turned over here and there."""

import gzip
import random
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from deeds import do, set_the_scene
from histories import DOCUMENTS
from onrecord.schema import team
from project_state import MEMORY, open_quickly

PAGE = 16384
OLD = Path(__file__).parents[1] / "fixtures" / "old"


def old_project(folder: Path, number: int) -> Path:
    """A project of this format, as its release left it."""
    path = folder / f"format-{number}.db"
    path.write_bytes(gzip.decompress((OLD / f"{path.name}.gz").read_bytes()))
    return path


@cache
def sound() -> bytes:
    """A project that was made by an earlier version and worked on in this one; something is in every table."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = old_project(Path(folder), 1)
        with open_quickly(path) as ledger:
            set_the_scene(ledger)
            for deed in (("submit", 0, 2), ("remark", 0, 0), ("assign", 0, 1), ("adjudicate", 0, 0)):
                assert do(ledger, deed), deed
            with ledger.act() as act:
                team.sit(act, DOCUMENTS[0], 60)
                team.set_blind(act, blind=True)
                team.appoint(act, "bob", "adjudicator")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        return path.read_bytes()


@cache
def trees() -> dict[str, list[int]]:
    """The pages of each table and index, from 1; where SQLite cannot list them, the first one."""
    found = defaultdict(list)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(sound())
    try:
        rows = connection.execute("SELECT name, pageno FROM dbstat").fetchall()
    except sqlite3.OperationalError:
        rows = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage").fetchall()
        rows.append(("sqlite_schema", 1))
    finally:
        connection.close()
    for name, page in rows:
        found[name].append(page)
    return dict(found)


def turned(tree: str, seed: int, bits: int = 1) -> bytes:
    """The project with bits of one table or index turned over; most of them where something stands."""
    body, dice = bytearray(sound()), random.Random(f"{tree} {seed}")
    for _ in range(bits):
        start = (dice.choice(trees()[tree]) - 1) * PAGE
        used = [at for at in range(start, start + PAGE) if body[at]]
        at = dice.choice(used) if used and dice.random() < 0.8 else dice.randrange(start, start + PAGE)
        body[at] ^= 1 << dice.randrange(8)
    return bytes(body)


@contextmanager
def worn(body: bytes) -> Iterator[Path]:
    """A file of these bytes, in a folder of its own."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "worn.db"
        path.write_bytes(body)
        yield path
