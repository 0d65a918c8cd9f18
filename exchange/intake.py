"""From names to articles: files, folders and standard input, each file read by the format of its ending."""

import os
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, cast

from msgspec import Struct

from ..schema.errors import BadInput, MissingExtra
from .articles import MAX_BYTES, Article, Item, Note, Refused, read_at_most
from .formats import Format, article_formats, named, reader_for

STDIN = "-"
_AT_ONCE = 256 * 1024
"""So many bytes of a file are read at once: articles longer than Python's own 8 KB would be put together of pieces."""
_TOLD = 100
"""After so many articles it is said how far their file was read: asking it takes time."""


class Options(Struct, frozen=True):
    """How to read: a format and a charset for all files, and whether good records are taken without the bad."""

    format: str = ""
    charset: str = ""
    keep_good: bool = False


def find(names: Sequence[str], options: Options) -> Iterator[Path | Item]:
    """The files that the names mean, in the order given; folders are walked in sorted order.

    Hidden files and links to folders are passed over, so no walk ends in a circle; what else is passed over is noted.
    """
    for name in names:
        path = Path(name)
        if name != STDIN and path.is_dir():
            yield from _walk(path, options)
        elif name != STDIN and not options.format and reader_for(path) is None and os.path.lexists(path):
            yield Refused(name, f"has no ending that says how to read it ({_endings()}); add --format")
        elif name != STDIN and _is_device(path):
            yield Refused(name, "is a device, which may never end; save what it gives to a file first")
        else:
            yield path


def size_of(path: Path) -> int:
    """A file's size in bytes; 0 where that is not known."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read(path: Path, options: Options, progress: Callable[[int], object] | None = None) -> Iterator[Item]:
    """The articles of one file, or of standard input for `-`; `progress` is told how many bytes were just read.

    Unless `keep_good`, a file with one bad record gives nothing but the reasons.
    """
    place = "stdin" if str(path) == STDIN else str(path)
    reader = _reader(path, options)
    assert reader.articles
    try:
        with _open(path, reader) as file:
            if reader.many and not options.keep_good:
                refused = yield from _refusals(reader, file, place, options)
                if refused:
                    return
            before = 0
            for number, item in enumerate(reader.articles(file, place, options.charset), 1):
                yield item
                if progress and not number % _TOLD:
                    before = _tell(progress, file, before)
            if progress:
                _tell(progress, file, before)
    except MissingExtra as error:
        yield Refused(place, str(error))
    except OSError as error:
        yield Refused(place, f"cannot be read ({error.strerror})" if error.errno != 2 else "there is no such file")


def _tell(progress: Callable[[int], object], file: BinaryIO, before: int) -> int:
    """Say how much of a file was read since it stood there; the answer is where it stands now."""
    after = file.tell()
    progress(after - before)
    return after


def _reader(path: Path, options: Options) -> Format:
    chosen = named(options.format) if options.format else reader_for(path) or named("txt")
    if not chosen.articles:
        raise BadInput(f"{chosen.name} is no format of articles; see: onrecord formats")
    return chosen


def _refusals(reader: Format, file: BinaryIO, place: str, options: Options) -> Generator[Item, None, bool]:
    """Yield what is wrong with a file's records, if anything is; the generator returns whether."""
    good = bad = 0
    assert reader.articles
    for item in reader.articles(file, place, options.charset):
        good += isinstance(item, Article)
        if isinstance(item, Refused):
            bad += 1
            yield item
    if bad and good:
        yield Note(place, f"nothing of it was added; --keep-good adds its good records, {good:,} in number")
    file.seek(0)
    return bad > 0


def _open(path: Path, reader: Format) -> BinaryIO:
    """A file that can be read twice: what cannot be sought is kept in a temporary file first."""
    file = cast(BinaryIO, sys.stdin.buffer) if str(path) == STDIN else path.open("rb", _AT_ONCE)
    if file.seekable() and str(path) != STDIN:
        return file
    kept = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
    with file:
        if reader.many:
            copyfileobj(file, kept)
        else:
            kept.write(read_at_most(file, MAX_BYTES + 1))
    kept.seek(0)
    return kept


def _walk(folder: Path, options: Options) -> Iterator[Path | Item]:
    failures: list[OSError] = []
    passed: Counter[str] = Counter()
    for here, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(here, name)
            if name.startswith("."):
                continue
            if not options.format and reader_for(path) is None:
                passed[path.suffix.lower() or "no ending"] += 1
            elif not _is_regular(path):
                yield Refused(str(path), "is no ordinary file, or a link that leads nowhere")
            else:
                yield path
    for failure in failures:
        yield Refused(str(failure.filename), f"cannot be read ({failure.strerror})")
    if passed:
        kinds = ", ".join(f"{ending} ({count:,})" for ending, count in sorted(passed.items()))
        yield Note(str(folder), f"files of other kinds were passed over: {kinds}")


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _is_device(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def _endings() -> str:
    return ", ".join(ending for reader in article_formats().values() for ending in reader.endings)
