"""Copies of a project as it stands at one moment, taken while others write to it.

A backup is what somebody asks for. A snapshot is kept of its own accord before a file is brought up to another format
or joined with another one; the last few of each sort stay beside the file. Both are projects like any other, in a file
of their own with no journal beside it.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from .check import check
from .errors import AlreadyThere, NotStored, OnrecordError
from .journals import reading
from .wal import unread_commits
from .whole import whole

KEPT = 3
"""How many snapshots of a sort stay beside a file."""

_STAMP = r"-(\d{8}T\d{6})Z(?:-(\d+))?"


def backup(path: Path, target: Path | None = None) -> Path:
    """A checked copy of a project under a new name: `target`, or a name with the time in that folder or beside it.

    It appears only when it is whole and on disk. The answer is its name.

    Raises:
        ProjectMissing, ForeignFile, NewerFile: there is no project to copy.
        AlreadyThere: the target exists; it is left as it is.
        NotStored: the copy cannot be written, or the project is not sound.
    """
    folder = path.parent if target is None else target
    names = stamped(folder / path.name, "backup") if target is None or target.is_dir() else iter([target])
    with reading(path) as connection:
        try:
            return _published(connection, path, names)
        except FileExistsError:
            raise AlreadyThere(f"{target}: exists already, and nothing is overwritten; choose another name") from None
        except (OSError, sqlite3.Error) as error:
            raise NotStored(
                f"{path}: no backup could be made ({_reason(error)}); make room or choose another folder"
            ) from None


def snapshot(path: Path, before: str) -> Path:
    """Keep a project as it is beside it, before a step that is named; of those of its sort, the oldest ones go.

    Raises:
        NotStored: no copy could be made; nothing else was done.
    """
    try:
        # No check of the format: a file is copied before it is brought up to date, too.
        with reading(path) as connection:
            kept = _published(connection, path, stamped(path, f"before-{before}"), whole_check=False)
    except (OSError, sqlite3.Error, OnrecordError) as error:
        raise NotStored(
            f"{path}: nothing was changed, because no copy of it could be kept first ({_reason(error)}); make room "
            "beside it"
        ) from None
    _drop_old(path, before, kept)
    return kept


def stamped(path: Path, why: str) -> Iterator[Path]:
    """Names beside a file for a copy of it that is made now: `NAME.WHY-20260302T100000Z.db`, then with numbers."""
    stem = f"{path.stem}.{why}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    yield path.with_name(f"{stem}{path.suffix}")
    number = 2
    while True:
        yield path.with_name(f"{stem}-{number}{path.suffix}")
        number += 1


def copy_to(connection: sqlite3.Connection, new: Path) -> None:
    """Copy a whole project at one moment of it into a file of its own; writers are not kept waiting."""
    with closing(sqlite3.connect(new, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = OFF")  # whoever publishes the copy waits for the disk once
        connection.backup(copy)  # in one step: one moment
        copy.execute("PRAGMA journal_mode = DELETE")


def events_in(copy: Path) -> int:
    """How many events a copy holds, be it in a network folder: it was just checked, and nobody writes to it."""
    uri = "file:" + quote(os.fsencode(copy.resolve())) + "?immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def problem(path: Path) -> str | None:
    """The first thing that is wrong with a project that nobody else has open, or None."""
    with reading(path) as connection:
        return next((found.what for found in check(connection) if found.level == "problem"), None)


def _published(connection: sqlite3.Connection, path: Path, names: Iterator[Path], *, whole_check: bool = True) -> Path:
    if unread_commits(path) > 1:
        raise NotStored(f"{path}: its journal is damaged, so no copy was kept; see: onrecord check {path}")
    taken: FileExistsError | None = None
    for name in names:
        try:
            with whole(name, like=path) as new:
                copy_to(connection, new)
                found = problem(new) if whole_check else _page_problem(new)
                if found:
                    raise NotStored(f"{path}: is not sound ({found}), so no copy was kept; see: onrecord check {path}")
            return name
        except FileExistsError as error:
            taken = error
    raise taken or FileExistsError


def _page_problem(path: Path) -> str | None:
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return None if found == "ok" else str(found)


def _drop_old(path: Path, before: str, kept: Path) -> None:
    sort = re.sub(r"\d+", r"\\d+", re.escape(before))
    ours = re.compile(re.escape(f"{path.stem}.before-") + sort + _STAMP + re.escape(path.suffix))
    with suppress(OSError):  # one that stays takes room and does no harm
        found = [(match, each) for each in path.parent.iterdir() if (match := ours.fullmatch(each.name))]
        old = sorted((match[1], int(match[2] or 1), each) for match, each in found if each.name != kept.name)
        for _, _, each in old[: -(KEPT - 1)]:
            each.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
