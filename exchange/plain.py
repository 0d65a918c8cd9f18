"""Plain text: the file is the text."""

from collections.abc import Generator, Iterator
from pathlib import PurePath
from typing import BinaryIO

from ..schema.errors import BadInput
from .articles import MAX_BYTES, Item, Note, Refused, described, read_at_most
from .charset import decode
from .formats import Format


def read_plain(file: BinaryIO, place: str, charset: str) -> Iterator[Item]:
    """The one article of a text file, exactly as it is, line ends included."""
    text = yield from whole_text(file, place, charset)
    if text is not None:
        yield from described(place, text, {}, name_of(place))


def whole_text(file: BinaryIO, place: str, charset: str, declared: str = "") -> Generator[Item, None, str | None]:
    """Read a file's text; the generator returns it, or None after it has yielded why it cannot be read."""
    data = read_at_most(file, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        yield Refused(place, f"has more than {MAX_BYTES // 2**20} MB; that is no article")
        return None
    try:
        text, taken = decode(data, charset, declared)
    except BadInput as error:
        yield Refused(place, str(error))
        return None
    if taken != "utf-8" and not charset:
        yield Note(place, f"read as {taken}; if that is wrong, name the charset with --charset")
    return text


def name_of(place: str) -> str:
    """A file's name without its ending, as text: a name that is not UTF-8 gets U+FFFD where it is not."""
    return PurePath(place).stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


FORMAT = Format(name="txt", about="plain text, exactly as it is", endings=(".txt",), articles=read_plain)
