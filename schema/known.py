"""Whether the tables, views, indexes and triggers of a file are those that onrecord makes, and nothing besides.

Whoever gives a file away can write SQL into it: a trigger, a view, a generated column or a constraint runs when a
statement of ours touches it. So a project is opened only if all such SQL in it is our own, byte for byte. The usual
answer is one hash; what differs is looked for only where something does.
"""

import json
import re
import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from .errors import AlteredFile

KNOWN = {
    1: "c26560f81ffec1d2797f1aa7c045e765e56a9f09a74b936f47795b19c256ba84",
    2: "68cc0f5cc2384fd684de02052491881265a20450b8e9159020995d8908fbc81f",
    3: "392b4dab7590539a9725054ce6e668255628effa96fdca23d1b4a82a972a4a9f",
}
"""The hash of what each version makes. One that lags behind the tables costs time at each opening, and fails a test."""

FROZEN = Path(__file__).with_name("known.json")
"""What each earlier version made: a hash an object, so that one that differs can be named."""

_TOOLS = {
    # What SQLite keeps for its query planner, after ANALYZE.
    "sqlite_stat1": "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "sqlite_stat4": "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
    # What litestream needs to copy a file continuously.
    "_litestream_seq": "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)",
    "_litestream_lock": "CREATE TABLE _litestream_lock (id INTEGER)",
}
"""Tables that well-known tools add to a file of their own accord: they may be there, in these very words."""

_MIGRATIONS = "_sqlite_migrations"
_COLUMN = r'["\[]?\w+["\]]? (?:TEXT|INTEGER)(?: PRIMARY KEY)?'
_PLAIN = re.compile(rf'CREATE TABLE ["\[]{_MIGRATIONS}["\]] \(\s*{_COLUMN}(?:,\s*{_COLUMN})*\s*\)')
"""The table in which sqlite-utils counts its migrations differs with its version; it has plain columns and no more."""
_NAMED = r'["\[]\w+["\]]'
_INDEX = re.compile(
    rf'CREATE UNIQUE INDEX ["\[]idx_{_MIGRATIONS}_\w+["\]]\s+ON ["\[]{_MIGRATIONS}["\]] \({_NAMED}(?:, {_NAMED})*\)'
)

Row = tuple[str, str, str, int | None, str | None]
"""Of an object: its type, its name, its table's name, the page that it begins on, its SQL."""


def check_schema(connection: sqlite3.Connection, place: object, version: int) -> None:
    """Check that all SQL in a file is what onrecord's version made; temporary objects do not count.

    Raises:
        AlteredFile: it is not; the sentence names one object, and the way out.
    """
    rows = _rows(connection, place)
    ours = [row for row in rows if not _of_tool(row)]
    # Number 0 was never written by a version; a file that bears it is brought up to date from whatever it holds.
    if digest(ours) not in ([KNOWN.get(version)] if version else KNOWN.values()):
        _explain(ours, place, version)
    _check_pages(rows, place)


def digest(rows: Iterable[Row]) -> str:
    """One hash over objects, in whatever order they were made."""
    return sha256("\n".join(sorted(_said(row) for row in rows)).encode("utf-8", "replace")).hexdigest()


def objects(connection: sqlite3.Connection) -> dict[str, str]:
    """A short hash of each object of a file that is onrecord's own, by its type and name."""
    return {_name(row): _short(row) for row in _rows(connection, "") if not _of_tool(row)}


def newest() -> list[Row]:
    """The objects of a new project."""
    from .migrations import migrate  # sqlite-utils costs time that the usual opening need not pay

    new = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(new)
        return [row for row in _rows(new, "") if not _of_tool(row)]
    finally:
        new.close()


def _rows(connection: sqlite3.Connection, place: object) -> list[Row]:
    try:
        return connection.execute("SELECT type, name, tbl_name, rootpage, sql FROM main.sqlite_master").fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
        raise _altered(place, "its list of tables is no text") from None


def _of_tool(row: Row) -> bool:
    type_, name, table, _, sql = row
    if type_ == "index" and table == _MIGRATIONS and name.startswith(f"idx_{_MIGRATIONS}_"):
        return _INDEX.fullmatch(sql or "") is not None
    if type_ != "table" or name != table or sql is None:
        return False
    return _TOOLS.get(name) == sql or (name == _MIGRATIONS and _PLAIN.fullmatch(sql) is not None)


def _said(row: Row) -> str:
    return ascii((row[0], row[1], row[2], row[4]))


def _name(row: Row) -> str:
    return f"{row[0]} {row[1]}"


def _short(row: Row) -> str:
    return sha256(_said(row).encode()).hexdigest()[:32]


def _explain(rows: list[Row], place: object, version: int) -> None:
    """Name one object that is not as it was made, if there is one."""
    from .migrations import VERSION

    if version in (0, VERSION):
        made = {_name(row): _short(row) for row in newest()}
    else:
        made = json.loads(FROZEN.read_text("utf-8"))[str(version)]
    there: set[str] = set()
    for row in rows:
        name = _name(row)
        if name not in made:
            raise _altered(place, f"it holds the {_shown(name)}, which onrecord does not make")
        if _short(row) != made[name] or name in there:
            raise _altered(place, f"the {_shown(name)} is not as onrecord makes it")
        there.add(name)
    for name in made:
        if name not in there:
            raise _altered(place, f"the {_shown(name)} is missing")


def _check_pages(rows: list[Row], place: object) -> None:
    """Check that each table and index has a page of its own to begin on: two on one page would misread each other."""
    taken: set[int] = set()
    for row in rows:
        stored = row[0] in ("table", "index") and not (row[4] or "").startswith("CREATE VIRTUAL")
        page: object = row[3] or 0
        if not isinstance(page, int) or (stored and (page < 2 or page in taken)) or (not stored and page):
            raise _altered(place, f"the {_shown(_name(row))} does not begin on a page of its own")
        taken.add(page)


def _shown(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:59]}…"


def _altered(place: object, what: str) -> AlteredFile:
    return AlteredFile(
        f"{place}: {what}, so it was not opened and is left as it is; bring back what is sound in it with: "
        f"onrecord check {place} --salvage NEW.db"
    )
