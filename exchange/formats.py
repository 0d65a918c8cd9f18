"""The registry of formats: who reads and who writes a file, by its ending."""

import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from ..schema.creation import publish
from ..schema.errors import AlreadyThere, BadInput, ForeignFile, NewerFile, NotStored, ProjectMissing
from ..schema.store import inspect
from .articles import Item
from .database import write_database
from .jsonl import read_jsonl, write_jsonl
from .markdown import read_markdown
from .plain import read_plain
from .table import write_table
from .web import read_web


class Reader(Struct, frozen=True):
    """A format that comes in: `read(file, place, charset)` of a seekable file; `many` if it holds several articles."""

    endings: tuple[str, ...]
    read: Callable[[BinaryIO, str, str], Iterator[Item]]
    many: bool = False


class Writer(Struct, frozen=True):
    """A format that goes out. `write(connection, path)` makes the file and answers how many `things` are in it."""

    write: Callable[[sqlite3.Connection, Path], int]
    things: str


READERS = {
    "txt": Reader((".txt",), read_plain),
    "md": Reader((".md", ".markdown"), read_markdown),
    "html": Reader((".html", ".htm"), read_web),
    "jsonl": Reader((".jsonl", ".ndjson"), read_jsonl, many=True),
}
WRITERS = {
    ".db": Writer(write_database, "documents"),
    ".jsonl": Writer(write_jsonl, "documents"),
    ".csv": Writer(write_table, "marks"),
}


def reader_for(path: Path) -> Reader | None:
    """Who reads a file of this name, or None."""
    return next((reader for reader in READERS.values() if path.suffix.lower() in reader.endings), None)


def export(connection: sqlite3.Connection, out: Path, *, force: bool = False, escape_formulas: bool = False) -> str:
    """Write what a project holds at this moment to a file, in the format of its ending; the answer says what is in it.

    The file appears under its name only when it is whole. Only `force` replaces one, and nothing replaces a project.

    Raises:
        BadInput: the ending is none that can be written.
        AlreadyThere: there is such a file, or it is a project or a database in use.
        NotStored: the file cannot be written.
    """
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        raise BadInput(f"{out}: name a file that ends in {', '.join(WRITERS)}")
    write: Callable[[sqlite3.Connection, Path], int] = writer.write
    if escape_formulas:
        if writer.write is not write_table:
            raise BadInput(f"{out}: only .csv knows formulas; leave --escape-formulas out")
        write = partial(write_table, escape_formulas=True)
    try:
        with _new_file(out, force=force) as new:
            connection.execute("BEGIN")
            try:
                number = write(connection, new)
            finally:
                connection.execute("ROLLBACK")
    except FileExistsError:
        raise AlreadyThere(f"{out}: exists already; add --force to replace it, or choose another name") from None
    except OSError as error:
        raise NotStored(f"{out}: cannot be written ({error.strerror})") from None
    except sqlite3.Error as error:
        raise NotStored(f"{out}: cannot be written ({error})") from None
    return f"{number:,} {writer.things if number != 1 else writer.things[:-1]}"


@contextmanager
def _new_file(path: Path, *, force: bool) -> Iterator[Path]:
    """A name to write to; what is there when the block ends without an error gets the name `path`, all at once."""
    if os.path.lexists(path):
        if not force:
            raise FileExistsError
        _check_replaceable(path)
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        yield new
        with new.open("rb") as file:
            os.fsync(file.fileno())
        if force:
            new.replace(path)
        else:
            publish(new, path)
    finally:
        new.unlink(missing_ok=True)


def _check_replaceable(path: Path) -> None:
    if path.is_dir():
        raise AlreadyThere(f"{path}: is a folder; choose another name")
    try:
        inspect(path)
    except ProjectMissing:
        return
    except ForeignFile:
        for journal in ("-wal", "-journal"):
            if os.path.lexists(f"{path}{journal}"):
                raise AlreadyThere(
                    f"{path}: is in use ({path.name}{journal} is beside it); choose another name"
                ) from None
    except NewerFile:
        raise AlreadyThere(f"{path}: is a project of a newer onrecord, so it stays; choose another name") from None
    else:
        raise AlreadyThere(f"{path}: is a project, and no export replaces one; choose another name")
