"""Where a file is damaged: what SQLite's own check finds, in a sentence each, with the table or index by its name."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress

MOST = 20
"""How many findings of SQLite's are told; one damaged page can make thousands."""

_PAGE = re.compile(r"\bpage (\d+)", re.IGNORECASE)
_STOPPED = "database disk image is malformed"
_TREE = re.compile(r"\b(?:On )?tree (?:page )?(\d+)", re.IGNORECASE)


def damage(connection: sqlite3.Connection) -> list[str]:
    """Each damage that SQLite finds in a file, at most `MOST`; nothing in a file that is whole."""
    try:
        told = _told(connection, f"PRAGMA integrity_check({MOST})")
    except (sqlite3.DatabaseError, UnicodeError) as error:
        return _table_by_table(connection)[:MOST] or [f"SQLite cannot read the file: {error}"]
    return _sentences(told, _owners(connection))[:MOST] if told else []


def _told(connection: sqlite3.Connection, check: str) -> list[str]:
    told = [str(row[0]) for row in connection.execute(check)]
    return [] if told == ["ok"] else told


def _sentences(told: list[str], owners: dict[int, str]) -> list[str]:
    lines = [line for entry in told for line in _lines(entry)]
    # Beside others, this one only says that the check went no further.
    return [_sentence(line, owners) for line in lines if line != _STOPPED or lines == [_STOPPED]]


def _lines(entry: str) -> list[str]:
    return [line for line in entry.splitlines() if line and not line.startswith("***")]


def _sentence(line: str, owners: dict[int, str]) -> str:
    """SQLite's finding, with the name of what has the page that it speaks of."""
    found = _PAGE.search(line) or _TREE.search(line)
    owner = owners.get(int(found[1])) if found else None
    return f"the file is damaged, in the {owner}: {line}" if owner else f"the file is damaged: {line}"


def _owners(connection: sqlite3.Connection) -> dict[int, str]:
    """The table or index that has each page, as far as it can be told."""
    owners = {root: f"{type_} {name}" for type_, name, root in _trees(connection)}
    for type_, name, _ in _trees(connection):
        with suppress(sqlite3.DatabaseError, UnicodeError):  # not every SQLite can tell more than where a table begins
            for (page,) in connection.execute("SELECT pageno FROM dbstat WHERE name = ?", (name,)):
                owners.setdefault(page, f"{type_} {name}")
    return owners


def _trees(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    with suppress(sqlite3.DatabaseError, UnicodeError):
        return connection.execute("SELECT type, name, rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
    return []


def _table_by_table(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds in single tables and their indexes, where it gives up on the whole."""
    owners, found = _owners(connection), []
    for type_, table, _ in _trees(connection):
        if type_ == "table":
            found += _of_table(connection, table, owners)
    return list(dict.fromkeys(found))


def _of_table(connection: sqlite3.Connection, table: str, owners: dict[int, str]) -> list[str]:
    try:
        # The quick check goes on where the other one gives up, and does not see all that it sees.
        told = _told(connection, f'PRAGMA quick_check("{_quoted(table)}")') or _told(
            connection, f'PRAGMA integrity_check("{_quoted(table)}")'
        )
        return _sentences(told, owners)
    except (sqlite3.DatabaseError, UnicodeError) as error:
        return _unreadable_parts(connection, table) or [f"the table {table} or an index of it cannot be read: {error}"]


def _unreadable_parts(connection: sqlite3.Connection, table: str) -> list[str]:
    """Which of a table and its indexes cannot be read from end to end."""
    parts = connection.execute("SELECT type, name FROM sqlite_master WHERE tbl_name = ? AND rootpage > 0", (table,))
    return [
        f"the {type_} {name} cannot be read: {error}"
        for type_, name in parts.fetchall()
        for error in _unreadable(connection, type_, name)
    ]


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def _unreadable(connection: sqlite3.Connection, type_: str, name: str) -> Iterator[str]:
    quoted = _quoted(name)
    try:
        if type_ == "table":
            # Summing up lengths goes through every row and its overflow pages without keeping any of it.
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{quoted}")')]
            lengths = " + ".join(f'total(length("{_quoted(column)}"))' for column in columns)
            connection.execute(f'SELECT {lengths} FROM "{quoted}" NOT INDEXED').fetchall()
        else:
            (table, where) = connection.execute(
                "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND name = ?", (name,)
            ).fetchone()
            condition = re.search(r"\bWHERE\b.*", where or "", re.DOTALL)
            connection.execute(
                f'SELECT count(*) FROM "{table}" INDEXED BY "{quoted}" {condition[0] if condition else ""}'
            ).fetchall()
    except (sqlite3.DatabaseError, UnicodeError) as error:
        yield str(error)
