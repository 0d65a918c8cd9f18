"""How many bytes of the file a mark takes, with all that belongs to it: in the derived tables, and in the log.

With --table what every table and index takes is printed, and the groups that they make.
"""

import sys
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path

from desk import filled
from lines import Line, Pair, main
from onrecord.schema.store import connect
from onrecord.schema.tables import TABLES

SIZES = (20_000, 100_000)
MOST = {"derived": 60, "log": 400}
"""So many bytes a mark may take."""
LOG = ("events", "subjects", "parents")
GROUPS = {
    "marks": ("marks",),
    "mentions": ("mentions",),
    "spans with their quotes": ("spans",),
    "links of chains, and evidence": ("attributions", "evidence"),
    "what needs what, and heads": ("needs", "heads"),
    "documents, claims and sources": ("documents", "claims", "sources"),
    "events": ("events",),
    "subjects": ("subjects",),
    "texts and the words of the search": (),
}
"""The tables of each group; what no other has is in the last."""


def held(path: Path) -> tuple[Counter[tuple[str, str]], int]:
    """The bytes of the pages of each table itself and each index, by table and name; and how many marks there are."""
    with closing(connect(path, write=False)) as connection:
        found = Counter({
            (table, name): size
            for table, name, size in connection.execute(
                """SELECT tbl_name, dbstat.name, sum(pgsize) FROM dbstat JOIN sqlite_schema USING (name)
                GROUP BY tbl_name, dbstat.name"""
            )
        })  # fmt: skip
        (marks,) = connection.execute("SELECT count(*) FROM marks").fetchone()
    return found, marks


def derived(table: str) -> bool:
    """Whether a table follows from the log: texts are neither, nor is what the search for words keeps."""
    return table in {*TABLES, "heads", "needs"} - {"texts"}


def sized(part: str, _: Path, marks: int) -> Pair:
    """The bytes that a mark may take, and those that it takes."""
    found, there = held(filled(marks))
    whose = derived if part == "derived" else LOG.__contains__
    taken = sum(size for (table, _), size in found.items() if whose(table)) / there
    return Pair(lambda: float(MOST[part]), lambda: taken, there)


def tell(marks: int) -> None:
    """Print the bytes a mark of each table and index, and of each group."""
    found, there = held(filled(marks))
    grouped: Counter[tuple[str, bool]] = Counter()
    last = list(GROUPS)[-1]
    for (table, name), size in found.most_common():
        if size / there >= 1:
            print(f"  {table} {'itself' if name == table else name}: {size / there:.0f}")
        group = next((each for each, tables in GROUPS.items() if table in tables), last)
        grouped[group, name == table] += size
    with closing(connect(filled(marks), write=False)) as connection:
        bodies = connection.execute("SELECT sum(length(body)) / ? FROM events", (there,)).fetchone()[0]
    print(f"at {there:,} marks, of whose events the bodies alone take {bodies} bytes a mark")
    print("| bytes a mark | rows | indexes |\n|---|---|---|")
    for group in GROUPS:
        print(f"| {group} | {grouped[group, True] / there:.0f} | {grouped[group, False] / there:.0f} |")


def _line(part: str, what: str) -> Line:
    return Line(
        f"size-{part}", what, f"{MOST[part]} bytes", 1.0, partial(sized, part), size=SIZES[-1], sizes=SIZES,
        quick=2_000, things="marks", unit="bytes", rounds=1,
    )  # fmt: skip


LINES = (
    _line("derived", "the size of a mark with what belongs to it: derived tables and their indexes"),
    _line("log", "the same in the log beside them"),
)

if __name__ == "__main__":
    if "--table" in sys.argv:
        for each in SIZES:
            tell(each)
    else:
        main(LINES)
