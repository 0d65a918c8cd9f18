"""Writing a project to a file or a folder that appears under its name only when it is whole."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..schema.errors import AlreadyThere, BadInput, ForeignFile, NewerFile, NotStored, ProjectMissing
from ..schema.layers import Layer, left_out, narrow
from ..schema.store import few_pages, inspect
from ..schema.whole import whole
from .formats import Format, Outgoing, writer_for

_OF_PROJECTS = ("-wal", "-shm", "-journal", ".lock")
"""Endings of the files that stand beside a database while it is used."""


def export(
    connection: sqlite3.Connection, out: Path, *, name: str = "", force: bool = False, options: Outgoing | None = None,
    layer: Layer = Layer(),  # noqa: B008 - it is frozen
) -> str:  # fmt: skip
    """Write what a project holds at this moment, in the format of a name or of the ending.

    The answer says what is in it. It appears under its name only when it is whole. Only `force` replaces a file, and
    nothing replaces a project or a folder that is not empty. The layer `all` is annotators' work; a format that tells
    layers has the rulings on it too.

    Raises:
        BadInput: the ending is none that can be written, the format cannot do what `options` ask, or there is no
            annotator of the layer's name.
        NotAllowed: the gold layer is not open to whoever looks.
        AlreadyThere: there is such a file, or it is a project or a database in use.
        NotStored: the file cannot be written.
    """
    options = options or Outgoing()
    chosen = writer_for(out, name)
    _check_options(chosen, out, options)
    write = chosen.write
    assert write
    left_out(connection, layer)
    with writing(out, folder=chosen.folder, force=force) as new, few_pages(connection):
        connection.execute("BEGIN")
        try:
            if layer.kind != "all" or not chosen.layers:
                narrow(connection, layer, rulings=chosen.layers)
            number = write(connection, new, options)
        finally:
            connection.execute("ROLLBACK")
    return f"{number:,} {chosen.things if number != 1 else chosen.things[:-1]}"


@contextmanager
def writing(out: Path, *, folder: bool = False, force: bool = False) -> Iterator[Path]:
    """A name to write a file to, or an empty folder to fill: it becomes `out` when the block ends without an error.

    Raises:
        AlreadyThere: there is such a file, or it is a project or a database in use.
        NotStored: it cannot be written.
    """
    try:
        with _new_folder(out) if folder else _new_file(out, force=force) as new:
            yield new
    except FileExistsError:
        raise AlreadyThere(f"{out}: exists already; add --force to replace it, or choose another name") from None
    except OSError as error:
        raise NotStored(f"{out}: cannot be written ({error.strerror})") from None
    except sqlite3.Error as error:
        raise NotStored(f"{out}: cannot be written ({error})") from None


def _check_options(chosen: Format, out: Path, options: Outgoing) -> None:
    if options.escape_formulas and chosen.name not in ("csv", "tsv"):
        raise BadInput(f"{out}: only .csv and .tsv know formulas; leave --escape-formulas out")
    if options.unit and options.unit not in chosen.units:
        raise BadInput(f"{out}: {chosen.name} counts offsets in {' or '.join(chosen.units)}, not in {options.unit}")


@contextmanager
def _new_file(path: Path, *, force: bool) -> Iterator[Path]:
    """A name to write to; what is there when the block ends without an error gets the name `path`, all at once."""
    if os.path.lexists(path):
        if not force:
            raise FileExistsError
        _check_replaceable(path)
    with whole(path, replace=force) as new:
        yield new


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill; when the block ends without an error it gets the name `path`, which must be free or empty."""
    if os.path.lexists(path) and (not path.is_dir() or path.is_symlink() or any(path.iterdir())):
        raise AlreadyThere(f"{path}: is there and not an empty folder; choose another name")
    with whole(path) as new:
        new.mkdir()
        yield new


def _check_replaceable(path: Path) -> None:
    if path.is_dir():
        raise AlreadyThere(f"{path}: is a folder; choose another name")
    for ending in _OF_PROJECTS:
        if path.name.endswith(ending) and os.path.lexists(str(path).removesuffix(ending)):
            raise AlreadyThere(f"{path}: belongs to the database beside it, so it stays; choose another name")
    if path.exists() and not path.is_file():
        raise AlreadyThere(f"{path}: is no ordinary file, and stays; choose another name")
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
