"""Reading a project without leaving anything beside it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from .store import connect
from .wal import unread_commits


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that reads a project; afterwards no empty journals stand beside it that were not there before.

    Raises:
        ProjectMissing, ForeignFile, NewerFile: the file cannot be opened as a project.
    """
    try:
        with closing(connect(path, write=False)) as connection:
            yield connection
    finally:
        _tidy(path)


def _tidy(path: Path) -> None:
    """Let SQLite take the journals of a project away, if they hold nothing and nobody uses them.

    A reader may make them and may not remove them; whoever can write removes them when the last one closes the file.
    """
    with suppress(OSError, sqlite3.Error):
        if not _journal(path).stat().st_size and os.access(path, os.W_OK):
            _open_and_close(path)


def fold_in(path: Path) -> None:
    """Let SQLite fold what the journals of a project hold into it and take them away, if nobody uses it any more.

    It is what the last one does who writes; whoever only read, what a killed program left, may come to be the last. A
    journal that is damaged stays.
    """
    with suppress(OSError, sqlite3.Error):
        if _journal(path).exists() and os.access(path, os.W_OK) and unread_commits(path) <= 1:
            _open_and_close(path)


def _journal(path: Path) -> Path:
    return Path(f"{path.resolve()}-wal")


def _open_and_close(path: Path) -> None:
    uri = "file:" + quote(os.fsencode(path.resolve())) + "?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0)) as connection:
        connection.execute("PRAGMA schema_version").fetchone()
