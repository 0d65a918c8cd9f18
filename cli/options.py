"""What the commands share: the project's argument, who signs, and opening a project to read or to write."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..schema.errors import NoSuchThing
from .printing import plural, safe, say

if TYPE_CHECKING:
    from ..schema.ledger import Ledger
    from ..schema.records import DocumentLine

Command = TypeVar("Command", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)
UNITS = click.Choice(["code-points", "utf-16", "bytes"])
EXIT_PARTLY = 3
"""Exit code of a command that did a part of its work and refused the rest."""


def project(command: Command) -> Command:
    """The argument that names the project file."""
    return click.argument("project", metavar="PROJECT.db", type=PATH)(command)


def signed(command: Command) -> Command:
    """The option that names the annotator, for commands that write."""
    return click.option("--as", "annotator", metavar="NAME", help="Who is working; else ONRECORD_ANNOTATOR.")(command)


def asked(command: Command) -> Command:
    """The option that names who is asking, for commands that read: blind work is not shown to everybody."""
    return click.option("--as", "annotator", metavar="NAME", help="Who is asking; else ONRECORD_ANNOTATOR.")(command)


def as_json(command: Command) -> Command:
    """The option that asks for JSON."""
    return click.option("--json", "as_json", is_flag=True, help="Print an array of flat objects.")(command)


def annotator_name(option: str | None) -> str | None:
    """Who is working: `--as` before or after the command, ONRECORD_ANNOTATOR, the configured name, or None.

    Raises:
        UsageError: two names were given. Whoever put the first one there, as a forced command does, is not overruled.
    """
    from ..tui import settings

    first = click.get_current_context().find_root().params.get("annotator")
    if first is not None and option is not None and first != option:
        raise click.UsageError(f"--as {safe(first)} was given before the command, so {safe(option)} cannot sign it")
    return settings.annotator(first or option)


def signer(option: str | None) -> str:
    """Who signs what is written.

    Raises:
        UsageError: nobody said; the command line never guesses.
    """
    name = annotator_name(option)
    if not name:
        raise click.UsageError("say who is working: add --as NAME, or set ONRECORD_ANNOTATOR")
    return name


def open_ledger(path: Path, option: str | None, *, lead: bool = True) -> "Ledger":
    """A project opened for writing, signed as `signer` says.

    Whoever is the first to work in a project leads it, unless `lead` is False. What is read through a ledger is not for
    the eyes of its annotator: it shows the blind work of others too.
    """
    from ..schema.founding import found
    from ..schema.ledger import Ledger
    from ..schema.store import inspect, kept_before
    from ..tui import settings

    inspect(path)
    ledger = Ledger(path, signer(option), settings.device(path))
    if kept := kept_before(path):
        say(kept)
    if lead:
        found(ledger)
    return ledger


@contextmanager
def opened(path: Path, option: str | None = None) -> Iterator[sqlite3.Connection]:
    """A project opened for reading, as whoever asks may see it; afterwards it is said how much was hidden."""
    from ..schema import older, sight
    from ..schema.journals import reading

    viewer = annotator_name(option)
    with reading(path) as file:
        before = older.version(file)
        with closing(older.brought_up(file)) as connection:
            if (now := older.version(connection)) != before:
                say(f"{path}: is of format {before}, read as {now}; the first write brings it up to that")
            sight.again(connection, viewer)
            yield connection
            _tell_hidden(sight.hidden(connection), viewer)


@contextmanager
def whole(path: Path) -> Iterator[sqlite3.Connection]:
    """A project opened for reading with all that is in it: for copying and verifying, never for showing."""
    from ..schema.journals import reading

    with reading(path) as connection:
        yield connection


def _tell_hidden(number: int, viewer: str | None) -> None:
    from ..schema.sight import MANY

    mentions = f"over {plural(MANY, 'mention')}" if number > MANY else plural(number, "mention")
    if number and viewer is None:
        say(f"not shown: {mentions}, because nobody said who is asking; add --as NAME")
    elif number:
        say(f"not shown: {mentions} of others; {viewer} sees them after submitting their documents")


def the_document(connection: sqlite3.Connection, path: Path, name: str) -> "DocumentLine":
    """The one document that a row id, the start of a sha256 or an exact title means; an id comes before a title.

    Raises:
        NoSuchThing: it means none, or several.
    """
    from ..schema import reading

    found = reading.find_document(connection, name)
    chosen = [line for line in found if str(line.id) == name] or found
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        ids = ", ".join(str(line.id) for line in chosen)
        raise NoSuchThing(f"{path}: {name!r} means {plural(len(chosen), 'document')} ({ids}); say which by its number")
    raise NoSuchThing(f"{path}: no document is called {name!r}; see: onrecord list {path} documents")


@contextmanager
def progress_bar(size: int) -> Iterator[Callable[[int], object]]:
    """A bar over so many bytes, on standard error, if that is a terminal; what it yields is told how many were read."""
    if not sys.stderr.isatty() or not size:
        yield lambda _: None
        return
    with click.progressbar(length=size, label="reading", file=sys.stderr) as bar:
        yield bar.update
