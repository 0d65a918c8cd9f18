"""Making a project file: it appears under its name only when it is whole, and never in the place of another."""

import os
import sqlite3
from pathlib import Path

from .codebook import genesis
from .errors import AlreadyThere, NotStored
from .events import canonical, event_id
from .fold import Fold
from .store import PAGE_SIZE, check_disk, journal_of
from .whole import publish as publish
from .whole import whole


def make_project(path: Path) -> None:
    """Make a project that holds nothing but the built-in codebook.

    Raises:
        AlreadyThere: a file of this name, or a journal of an earlier one, exists; it is left as it is.
        NotStored: the folder cannot be written to.
        OnNetwork: it is a network folder.
    """
    check_disk(path)
    try:
        for journal in (Path(f"{path}-wal"), Path(f"{path}-journal")):
            if journal.exists() and journal.stat().st_size:
                raise AlreadyThere(
                    f"{journal}: is left over from an earlier {path.name}, and SQLite would play it into a new one; "
                    "move it away, or choose another name"
                )
        if os.path.lexists(path):
            raise FileExistsError
        with whole(path) as new:
            _write_empty_project(new)
    except FileExistsError:
        raise AlreadyThere(f"{path}: exists already; open it, or choose another name") from None
    except (OSError, sqlite3.Error) as error:
        raise NotStored(f"{path}: cannot be made ({error})") from None


def _write_empty_project(path: Path) -> None:
    from .migrations import migrate  # sqlite-utils costs time that opening a project need not pay

    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute(f"PRAGMA journal_mode = {journal_of(path)}")
        connection.execute("PRAGMA synchronous = FULL")
        migrate(connection)
        connection.execute("BEGIN IMMEDIATE")
        fold = Fold(connection)
        for event in genesis():
            body = canonical(event)
            fold.add(event, body, event_id(body))
        fold.flush()
        connection.execute("COMMIT")
    finally:
        connection.close()
