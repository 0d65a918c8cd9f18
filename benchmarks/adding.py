"""What it costs to add many articles with full-text search, beside inserting their texts without."""

import random
import sys
from pathlib import Path

import msgspec
from lines import Line, Pair, Taken, main, ran
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import PAGE_SIZE

ME = "ana"
_chance = random.Random(0)
WORDS = ["".join(_chance.choices("etaoinshrdlu", k=_chance.randint(2, 10))) for _ in range(20_000)]
WORDS_EACH = 400
MOST = 150.0
FEW, FLAT = 10_000, 1.15
"""What many articles take is held against what so many take; it is flat where it is no more than so many times that."""
PEAKS: dict[int, float] = {}
"""The most memory that adding so many articles took, in MB, by their number."""

ADD = f"""
import sys
from onrecord.cli.main import run
assert run(["add", *sys.argv[1:-1], "--as", {ME!r}]) == 0
peak = [int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")][0] / 1024
open(sys.argv[-1], "w").write(str(peak))
"""
"""Adds, and writes the most memory that this took, in MB; what the process was forked from is not in it."""
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
        told = folder / "peak"
        took = ran([sys.executable, "-c", ADD, _project(folder), source, told])
        PEAKS[count] = float(told.read_text(encoding="utf-8"))
        return took

    return Pair(floor, work, count)


def peaks(folder: Path, count: int) -> Pair:
    """What memory adding articles takes at most, beside what it may take; of a run that is measured already, if any."""
    if count not in PEAKS:
        added(folder, count).work()
    return Pair(lambda: MOST, lambda: PEAKS[count], count)


def grown(folder: Path, count: int) -> Pair:
    """What memory adding many articles takes at most, beside that of few."""
    few, many = peaks(folder, FEW), peaks(folder, count)
    return Pair(few.work, many.work, count)


def _project(folder: Path) -> Path:
    _remove(folder / "p.db")
    Ledger.create(folder / "p.db", ME, ME).close()
    return folder / "p.db"


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


LARGE = 1_000_000
SIZES = (FEW, 100_000)
LINES = (
    Line(
        "add", "add articles of 2.5 kB with full-text search",
        "JSON + sha256 + executemany of the same texts without search, same page size", 4.5, added,
        size=100_000, sizes=SIZES, large=(LARGE,), quick=3_000, things="articles", rounds=3,
    ),
    Line(
        "add-memory", "add articles: peak memory", f"{MOST:g} MB", 1.0, peaks,
        size=100_000, sizes=SIZES, large=(LARGE,), quick=3_000, things="articles", unit="MB", rounds=1,
    ),
    Line(
        "add-memory-growth", "add articles: peak memory", f"the same with {FEW:,}", FLAT, grown,
        size=100_000, sizes=(100_000,), large=(LARGE,), quick=None, things="articles", unit="MB", rounds=1,
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
