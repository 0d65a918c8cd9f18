"""Putting a backup in the place of a project: checked first, at one stroke, and what was there is kept.

The journals of the old file must never meet the new one: SQLite would play them into it. So the old file is held while
nobody else has it open, with all of its WAL file folded in; a damaged one is set aside together with its journals.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from urllib.parse import quote

from .backup import copy_to, problem, stamped
from .errors import BadInput, ForeignFile, NotStored, ProjectBusy, ProjectMissing
from .journals import reading
from .store import guard, inspect, write_lock
from .tables import APPLICATION_ID
from .wal import unread_commits
from .whole import whole

_JOURNALS = ("-wal", "-shm", "-journal")
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_WAIT_MS = 2000


def restore(path: Path, backup: Path, device: Callable[[Path], str]) -> Path | None:
    """Put a copy of a backup in the place of a project; the answer is the name that the old file is kept under, if any.

    `device` tells what numbers the events that are recorded in a file. The work that was done since the backup may have
    gone elsewhere by a merge, so the restored file is one that no event in it was recorded in: it never gives out a
    number twice.

    Raises:
        ProjectMissing, ForeignFile, NewerFile: the backup, or what is in its place, is no project that can be read.
        BadInput: the backup is not sound, or is the project itself.
        ProjectBusy: another program has the project open.
        NotStored: the copy cannot be written. In all cases nothing was changed.
    """
    inspect(backup)
    there = _replaceable(path)
    if there and backup.samefile(path):
        raise BadInput(f"{backup}: is the project itself; name a backup of it")
    try:
        with ExitStack() as held, whole(path, replace=there, like=path if there else backup) as new:
            with reading(backup) as connection:
                _choose_place(new, device, _devices(connection))
                copy_to(connection, new)
            if found := problem(new):
                raise BadInput(f"{backup}: is not sound ({found}); nothing was changed")
            held.enter_context(write_lock(path))
            sound = there and held.enter_context(_alone(path))
            return _set_aside(path, there=there, journals=not sound)
    except FileExistsError:
        raise NotStored(f"{path}: was made by another program meanwhile; nothing was changed, try again") from None
    except (OSError, sqlite3.Error) as error:
        raise NotStored(f"{path}: nothing was restored ({error}); make room or check the disk") from None


def _replaceable(path: Path) -> bool:
    """Whether there is a project to set aside, be it damaged.

    Raises:
        ForeignFile, NewerFile: there is something else.
    """
    try:
        inspect(path)
    except ProjectMissing:
        return False
    except ForeignFile:
        with path.open("rb") as file:
            head = file.read(72)
        if head.startswith(b"SQLite format 3\0") or head[68:] != APPLICATION_ID.to_bytes(4, "big"):
            raise
    return True


def _devices(connection: sqlite3.Connection) -> set[str]:
    try:
        return {device for (device,) in connection.execute("SELECT DISTINCT device FROM events")}
    except (sqlite3.DatabaseError, UnicodeError):
        return set()  # damaged: the check of the copy says so


def _choose_place(new: Path, device: Callable[[Path], str], taken: set[str]) -> None:
    """Make an empty file at a place on the disk that no event of the backup was numbered by."""
    new.touch()
    for number in count():
        if device(new) not in taken:
            return
        # As long as this one keeps its place, the next one gets another.
        new.rename(new.with_name(f"taken-{number}"))
        new.touch()


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Hold a project that nobody else has open, its WAL file folded in; False when it is too damaged for that.

    A WAL file that SQLite reads in part only stays as it is: the rest of it would be gone.

    Raises:
        ProjectBusy: another program has it open.
    """
    uri = "file:" + quote(os.fsencode(path.resolve())) + "?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        try:
            if unread_commits(path):
                raise sqlite3.DatabaseError
            guard(connection)
            connection.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
            # SQLite leaves the WAL mode only for somebody who is alone, and takes the WAL file away then.
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            connection.execute("BEGIN EXCLUSIVE")
            sound = True
        except (sqlite3.DatabaseError, UnicodeError) as error:
            if (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF in _BUSY:
                raise ProjectBusy(f"{path}: another program has it open; close it there, then try again") from None
            sound = False
        if sound:
            yield True
            return
    if _in_use(path):
        raise ProjectBusy(f"{path}: another program has it open; close it there, then try again")
    yield False


def _in_use(path: Path) -> bool:
    """Whether another program holds any of the locks that SQLite takes on a file that it has open."""
    try:
        import fcntl
    except ImportError:
        return False
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 512, 0x40000000)
        except OSError:
            return True
    return False


def _set_aside(path: Path, *, there: bool, journals: bool) -> Path | None:
    """Give the old file, and journals that still belong to it, a name of their own; nothing is ever overwritten."""
    left = [Path(f"{path}{ending}") for ending in _JOURNALS if journals and os.path.lexists(f"{path}{ending}")]
    if not there and not left:
        return None
    for aside in stamped(path, "before-restore"):
        if any(os.path.lexists(f"{aside}{ending}") for ending in ("", *_JOURNALS)):
            continue
        with suppress(FileExistsError):
            if there:
                _name_also(path, aside)
            for journal in left:
                journal.rename(f"{aside}{str(journal)[len(str(path)) :]}")
            return aside
    return None


def _name_also(path: Path, aside: Path) -> None:
    try:
        aside.hardlink_to(path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: for a moment there is no file under the old name
        path.rename(aside)
