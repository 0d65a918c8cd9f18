"""The registry of formats: what can be read and written, by name, by ending, by what is in a file.

A format is a module with a `Format`, entered as an entry point of the group `onrecord.formats`; our own are entered in
the same way. The modules are small: heavy libraries are imported only when a file is read or written.
"""

import codecs
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from sys import maxsize
from typing import BinaryIO

from msgspec import Struct

from ..schema.errors import BadInput
from ..schema.events import Document
from .annotated import Annotated, Aside, Codes, Records
from .articles import Item, Note, Refused
from .charset import unmarked_wide
from .mapping import Mapping
from .room import room_for
from .verified import Unit

GROUP = "onrecord.formats"
HEAD = 64 * 1024
"""So many bytes of a file are looked at to tell its format."""


class Incoming(Struct, frozen=True, kw_only=True):
    """A file to read annotations from, and how.

    `place` is what to call it. `annotator` signs what the file ascribes to nobody; `override` is who the person said it
    is, if anybody, which overrules what only a file's name tells. `unit` is None where the person did not say what
    offsets count. `find` gives the text and description of a document that the project has, by sha256, md5, url, title
    or number, for files that name documents and do not hold them; `has_label` says whether the codebook has a label, so
    that an own format can name the line of one that is not there. `progress` is told how many bytes were read.
    """

    path: Path
    place: str
    annotator: str
    override: str = ""
    mapping: Mapping = Mapping()
    unit: Unit | None = None
    charset: str = ""
    find: Callable[[str], tuple[str, Document] | None] = lambda name: None  # noqa: ARG005
    has_label: Callable[[str], bool] = lambda name: True  # noqa: ARG005
    progress: Callable[[int], object] = lambda count: None  # noqa: ARG005

    @property
    def most(self) -> int:
        """So many mentions of one article are read from this file; of one that is not written yet, all."""
        try:
            return room_for(self.path.stat().st_size)
        except FileNotFoundError:
            return maxsize


class Outgoing(Struct, frozen=True, kw_only=True):
    """How to write: what the person asked for; a format refuses in one sentence what it cannot do."""

    escape_formulas: bool = False
    unit: Unit | None = None


Record = Annotated | Codes | Records | Refused | Aside | Note


class Format(Struct, frozen=True, kw_only=True):
    """What is known of a format.

    `articles(file, place, charset)` reads texts alone, for `onrecord add`; `many` if a file holds several. `read` reads
    texts with annotations, or annotations of texts that the project has, for `onrecord import`. `write(connection,
    out, options)` makes a file, or with `folder` fills an empty folder, and answers how many `things` are in it.
    `recognises(path, head)` says whether a file of one of the endings is of this format; `files(folder)` names the
    files of a folder that are, and files whose names end in one of `beside` go along with them. `own` formats know
    onrecord's labels: an unknown one is a mistake there, not a new code. One that tells `layers` is given everything,
    annotators' work and what was ruled on it; others never get gold mentions beside what they were made of.
    """

    name: str
    about: str
    endings: tuple[str, ...] = ()
    articles: Callable[[BinaryIO, str, str], Iterator[Item]] | None = None
    many: bool = False
    read: Callable[[Incoming], Iterator[Record]] | None = None
    recognises: Callable[[Path, bytes], bool] | None = None
    files: Callable[[Path], Iterable[Path]] | None = None
    beside: tuple[str, ...] = ()
    write: Callable[[sqlite3.Connection, Path, Outgoing], int] | None = None
    things: str = "documents"
    folder: bool = False
    own: bool = False
    layers: bool = False
    carries_texts: bool = True
    units: tuple[Unit, ...] = ("code-points",)
    extra: str = ""


@lru_cache(1)
def formats() -> dict[str, Format]:
    """All formats that are installed, by name, in alphabetical order."""
    found = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            made = entry.load()
        except Exception as error:  # noqa: BLE001 - whatever somebody else's module does, the others still work
            made = error
        if isinstance(made, Format):
            found[entry.name] = made
    return found


def named(name: str) -> Format:
    """The format of a name.

    Raises:
        BadInput: there is none; the sentence lists them.
    """
    known = formats()
    if name not in known:
        raise BadInput(f"there is no format {name!r}; choose one of: {', '.join(known)}")
    return known[name]


def article_formats() -> dict[str, Format]:
    """The formats that `onrecord add` reads."""
    return {name: each for name, each in formats().items() if each.articles}


def reader_for(path: Path) -> Format | None:
    """Who reads the article of a file of this name, or None."""
    return next((each for each in article_formats().values() if path.name.lower().endswith(each.endings)), None)


def recognise(path: Path) -> Format:
    """The format of a file with annotations, made out by its ending and its beginning.

    Raises:
        BadInput: none fits, or several do; the sentence says what to do.
        OSError: the file cannot be read.
    """
    readers = [each for each in formats().values() if each.read]
    name = path.name.lower()
    fitting = [each for each in readers if name.endswith(each.endings)]
    with path.open("rb") as file:
        head = file.read(HEAD)
    sure = [each for each in fitting if each.recognises and each.recognises(path, head)]
    chosen = sure or [each for each in fitting if not each.recognises]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        raise BadInput(f"{path}: may be {_or(chosen)}; say which with --format")
    if fitting and (head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or unmarked_wide(head)):
        raise BadInput(f"{path}: is UTF-16, in which {_or(fitting)} is not read; save it as UTF-8")
    if fitting:
        raise BadInput(f"{path}: has the ending of {_or(fitting)} but is none; name another with --format")
    others = [each for each in formats().values() if name.endswith(each.endings)]
    if any(each.articles for each in others):
        raise BadInput(f"{path}: holds an article and no annotations; bring it in with: onrecord add")
    if others:
        raise BadInput(f"{path}: {_or(others)} is written, not read; name another format with --format")
    raise BadInput(f"{path}: has no ending that says what it is; name its format with --format (see: onrecord formats)")


def files_in(folder: Path, chosen: Format | None) -> tuple[list[Path], Counter[str]]:
    """The files with annotations in a folder and below it, in sorted order, and how many of other endings there are.

    Hidden files are passed over, and so are those that go along with files of a format.
    """
    if chosen and chosen.files:
        return sorted(chosen.files(folder)), Counter()
    readers = [chosen] if chosen else [each for each in formats().values() if each.read]
    endings = tuple(ending for each in readers for ending in each.endings)
    shown = [path for path in sorted(folder.rglob("*")) if not _is_hidden(path, folder) and path.is_file()]
    found = [path for path in shown if path.name.lower().endswith(endings)]
    with_found = [each for each in readers if any(path.name.lower().endswith(each.endings) for path in found)]
    known = tuple(ending for each in with_found for ending in (*each.endings, *each.beside))
    others = (path for path in shown if not path.name.lower().endswith(known))
    return found, Counter(path.suffix.lower() or "no ending" for path in others) if found and not chosen else Counter()


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def writer_for(out: Path, name: str) -> Format:
    """Who writes a file of this name, or of the format that was named.

    Raises:
        BadInput: nobody does.
    """
    if name:
        chosen = named(name)
        if not chosen.write:
            raise BadInput(f"{name} is read, not written; see: onrecord formats")
        return chosen
    fitting = [each for each in formats().values() if each.write and out.name.lower().endswith(each.endings)]
    own = [each for each in fitting if each.own] or fitting
    if len(own) == 1:
        return own[0]
    if own:
        raise BadInput(f"{out}: may be {_or(own)}; say which with --format")
    endings = sorted({ending for each in formats().values() if each.write and each.own for ending in each.endings})
    raise BadInput(f"{out}: name a file that ends in {', '.join(endings)}, or say --format (see: onrecord formats)")


def _or(some: Iterable[Format]) -> str:
    return " or ".join(each.name for each in some)
