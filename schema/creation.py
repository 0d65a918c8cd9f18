"""Making a project file: it appears under its name only when it is whole, and never in the place of another."""

import os
import sqlite3
import uuid
from contextlib import suppress
from pathlib import Path

from .codebook import genesis
from .errors import AlreadyThere, NotStored
from .events import canonical, event_id
from .fold import Fold
from .store import PAGE_SIZE


def make_project(path: Path) -> None:
    """Make a project that holds nothing but the built-in codebook.

    Raises:
        AlreadyThere: a file of this name, or a journal of an earlier one, exists; it is left as it is.
        NotStored: the folder cannot be written to.
    """
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        for journal in (Path(f"{path}-wal"), Path(f"{path}-journal")):
            if journal.exists() and journal.stat().st_size:
                raise AlreadyThere(
                    f"{journal}: is left over from an earlier {path.name}, and SQLite would play it into a new one; "
                    "move it away, or choose another name"
                )
        if os.path.lexists(path):
            raise FileExistsError
        _write_empty_project(new)
        publish(new, path)
    except FileExistsError:
        raise AlreadyThere(f"{path}: exists already; open it, or choose another name") from None
    except (OSError, sqlite3.Error) as error:
        raise NotStored(f"{path}: cannot be made ({error})") from None
    finally:
        with suppress(OSError):  # where nothing can be removed, nothing was made
            for suffix in ("", "-wal", "-shm"):
                Path(f"{new}{suffix}").unlink(missing_ok=True)


def _write_empty_project(path: Path) -> None:
    from .migrations import migrate  # sqlite-utils costs time that opening a project need not pay

    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")
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


def publish(new: Path, path: Path) -> None:
    """Give a finished file its name, without ever replacing one that exists.

    Raises:
        FileExistsError: there is a file of this name; it is left as it is.
    """
    try:
        path.hardlink_to(new)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: claim the name first, then put the finished file in its place.
        path.open("x").close()
        new.replace(path)
