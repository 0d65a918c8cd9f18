"""What it costs to add many articles with full-text search, beside inserting their texts without."""

import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from lines import Line, Pair, Taken, main, ran
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import PAGE_SIZE

ME = "ana"
_chance = random.Random(0)
WORDS = ["".join(_chance.choices("etaoinshrdlu", k=_chance.randint(2, 10))) for _ in range(20_000)]
WORDS_EACH = 400
PEAK = "print([int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')][0] / 1024)"
"""Prints the most memory that a process has had, in MB; what it was forked from is not in it."""
MOST = 150.0

ADD = f"""
import sys
from onrecord.cli.main import run
assert run(["add", *sys.argv[1:], "--as", {ME!r}]) == 0
"""
BARE = f"""
import hashlib, sqlite3, sys
import msgspec
def rows(file):
    for line in file:
        text = msgspec.json.decode(line)["text"]
        yield hashlib.sha256(text.encode()).hexdigest(), text
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for setting in ("page_size = {PAGE_SIZE}", "journal_mode = WAL", "synchronous = FULL", "cache_size = -32000"):
    connection.execute(f"PRAGMA {{setting}}")
connection.execute("CREATE TABLE texts (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT")
with open(sys.argv[2], "rb") as file:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO texts VALUES (?, ?)", rows(file))
    connection.execute("COMMIT")
connection.close()
"""
"""The floor: a program that does so much and nothing else, from its start to its end."""


def article(number: int) -> str:
    """An article of about 2.5 kB in words that come up as often as words do."""
    chance = random.Random(number)
    return " ".join(WORDS[int(len(WORDS) ** chance.random())] for _ in range(WORDS_EACH))


def articles(path: Path, count: int) -> Path:
    """A file of so many articles, a line each."""
    with path.open("wb") as file:
        for number in range(count):
            about = {"title": f"Number {number}", "outlet": "Evening Bell", "text": article(number)}
            file.write(msgspec.json.encode(about) + b"\n")
    return path


def added(folder: Path, count: int) -> Pair:
    """Adding articles, and inserting their texts under their hashes."""
    source = articles(folder / "articles.jsonl", count)

    def floor() -> Taken:
        _remove(folder / "floor.db")
        return ran([sys.executable, "-c", BARE, folder / "floor.db", source])

    def work() -> Taken:
        return ran([sys.executable, "-c", ADD, _project(folder), source])

    return Pair(floor, work, count)


def peaks(folder: Path, count: int) -> Pair:
    """What memory adding articles takes at most, beside what it may take."""
    source = articles(folder / "articles.jsonl", count)

    def work() -> float:
        command: Sequence[str | Path] = [sys.executable, "-c", ADD + PEAK, _project(folder), source]
        return float(subprocess.run(command, check=True, capture_output=True).stdout.split()[-1])

    return Pair(lambda: MOST, work, count)


def _project(folder: Path) -> Path:
    _remove(folder / "p.db")
    Ledger.create(folder / "p.db", ME, ME).close()
    return folder / "p.db"


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


SIZES = (1_000, 10_000, 100_000)
LINES = (
    Line(
        "add", "add articles of 2.5 kB with full-text search",
        "JSON + sha256 + executemany of the same texts without search, same page size", 4.5, added,
        size=100_000, sizes=SIZES, quick=2_000, things="articles", rounds=3,
    ),
    Line(
        "add-memory", "add articles: peak memory", f"{MOST:g} MB", 1.0, peaks,
        size=100_000, sizes=SIZES, quick=1_000, things="articles", unit="MB", rounds=1,
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
