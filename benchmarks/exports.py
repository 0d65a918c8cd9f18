"""What it costs to add many articles, and to export many marks."""

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter

import msgspec
from bulk import Desk, fill, timed
from lines import Line, Pair, Taken, main
from onrecord.schema.ledger import Ledger
from onrecord.schema.migrations import run_script
from onrecord.schema.store import PAGE_SIZE, configure, connect
from onrecord.schema.tables import TABLES, TEXTS

ONRECORD = Path(sys.executable).with_name("onrecord")


def exported(folder: Path, marks: int, form: str) -> Pair:
    """Exporting in a format, as the command does, and reading all rows of the public tables with Python."""
    desk = Desk(marks)
    fill(folder / "p.db", desk, [*desk.first, *desk.second])

    def floor() -> Taken:
        with closing(connect(folder / "p.db", write=False)) as connection, timed() as took:
            for table in TABLES:
                for _ in connection.execute(f"SELECT * FROM {table}"):
                    pass
        return took[0]

    def work() -> Taken:
        target = folder / f"out.{form}"
        shutil.rmtree(target, ignore_errors=True)
        return ran([ONRECORD, "export", folder / "p.db", target, "--format", form, "--force"])

    return Pair(floor, work, desk.marks)


def added(folder: Path, articles: int) -> Pair:
    """Adding articles from JSON Lines with full-text search, and inserting their texts under their hashes without."""
    source = folder / "articles.jsonl"
    with source.open("wb") as file:
        for number in range(articles):
            about = {"title": f"Number {number}", "outlet": "Evening Bell", "text": article(number)}
            file.write(msgspec.json.encode(about) + b"\n")

    def floor() -> Taken:
        (folder / "floor.db").unlink(missing_ok=True)
        with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as connection:
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            configure(connection, write=True)
            run_script(connection, TEXTS)
            with timed() as took, source.open("rb") as file:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("INSERT INTO texts VALUES (?, ?)", map(hashed, file))
                connection.execute("COMMIT")
        return took[0]

    def work() -> Taken:
        (folder / "p.db").unlink(missing_ok=True)
        with Ledger.create(folder / "p.db", ME, ME):
            pass
        return ran([ONRECORD, "add", folder / "p.db", source, "--as", ME])

    return Pair(floor, work, articles)


def article(number: int) -> str:
    """An article of about 2.5 kB in words that come up as often as words do."""
    chance = random.Random(number)
    return " ".join(f"{WORDS[int(len(WORDS) ** chance.random())]}" for _ in range(400))


def hashed(line: bytes) -> tuple[str, str]:
    """The text of a line, after its hash."""
    text = msgspec.json.decode(line)["text"]
    return hashlib.sha256(text.encode()).hexdigest(), text


def ran(command: list[str | Path]) -> Taken:
    """Run a program to its end."""
    started = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert not process.returncode, command
    print(f"    peak memory {usage.ru_maxrss / 1024:.0f} MB", flush=True)
    return Taken(perf_counter() - started, usage.ru_utime + usage.ru_stime)


_chance = random.Random(0)
WORDS = ["".join(_chance.choices("etaoinshrdlu", k=_chance.randint(2, 10))) for _ in range(20_000)]
ME = "ana"
_SCAN = "a Python scan of the same rows"
SIZES = {"size": 1_000_000, "sizes": (10_000, 100_000), "quick": 4_000, "things": "marks", "rounds": 3}

LINES = (
    Line("export-jsonl", "export to JSON Lines", _SCAN, 2.5, partial(exported, form="jsonl"), **SIZES),  # type: ignore[arg-type]
    Line("export-csv", "export to CSV", _SCAN, 3.0, partial(exported, form="csv"), **SIZES),  # type: ignore[arg-type]
    Line("export-parquet", "export to Parquet", _SCAN, 3.0, partial(exported, form="parquet"), **SIZES),  # type: ignore[arg-type]
    Line(
        "add", "add articles of 2.5 kB with full-text search",
        "JSON + sha256 + executemany of the same texts without search", 4.5, added,
        size=100_000, sizes=(1_000, 10_000), quick=1_000, things="articles", rounds=3,
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
