"""Reading projects of earlier formats: as this version would have them, and without changing the file."""

import sqlite3

from .migrations import VERSION, migrate
from .store import configure, guard


def brought_up(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A connection that reads a project in this version's format: the one given, or else one to a copy of the file.

    The copy is private and goes when it is closed; the connection given is closed then. It does not follow what others
    write to the file.

    Raises:
        NotStored: the file cannot be brought up to this version.
    """
    if version(connection) >= VERSION:
        return connection
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    try:
        guard(copy)
        connection.backup(copy)
        configure(copy, write=False)
        migrate(copy)
    except BaseException:
        copy.close()
        raise
    connection.close()
    return copy


def version(connection: sqlite3.Connection) -> int:
    """The format of the file that a connection reads."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
