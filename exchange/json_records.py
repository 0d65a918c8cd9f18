"""The records of a JSON Lines file or of one JSON array, one after the other, and how such files are told apart.

Lines are streamed. An array is read whole, up to `MAX_ARRAY` bytes, but only one of its records is a value at a time.
"""

import json
import re
import sqlite3
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ..schema.errors import BadInput
from .annotated import Annotated
from .articles import MAX_BYTES, Refused, read_at_most
from .formats import Incoming, Record
from .json_text import STRICT, Line, lines, to_json
from .room import check_values

MAX_ARRAY = 256 * 1024 * 1024
"""So many bytes of one JSON array are read; more belongs into JSON Lines, which have no limit."""

_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_BLANK = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]', re.DOTALL)


def records(file: Incoming) -> Iterator[Line | Refused]:
    """The object of each line, or of each place of an array, or why it has none; `file.progress` is told."""
    with file.path.open("rb") as stream:
        found = _array(stream, file) if _first_byte(stream) == b"[" else lines(stream, file.place, file.charset)
        before = 0
        for record in found:
            yield record
            after = stream.tell()
            file.progress(after - before)
            before = after


def taken_in(line: Line, reading: Generator[Record, None, Annotated | None]) -> Iterator[Record]:
    """All that a line's reading yields, and the document that it returns, or why it has none.

    Of the line and its reading nothing is held any more while the project takes in the document.
    """
    try:
        item = yield from reading
    except BadInput as error:
        yield Refused(line.place, error.sentence)
        return
    line.value.clear()
    if item:
        yield item


def write_records(out: Path, made: Iterable[dict[str, Any]]) -> None:
    """Write records one after the other: a line each, or one array where the file's name says `.json`."""
    array = ".json" in [suffix.lower() for suffix in out.suffixes[-2:]]  # a file in the making has one ending more
    with out.open("w", encoding="utf-8", newline="") as file:
        between = "[\n" if array else ""
        for record in made:
            file.write(between + to_json(record))
            between = ",\n" if array else "\n"
        if array:
            file.write("[]\n" if between == "[\n" else "\n]\n")
        elif between:
            file.write("\n")


def _first_byte(stream: BinaryIO) -> bytes:
    """The first byte that is no white space; the stream stands at its beginning again."""
    head = stream.read(len(_BOM))
    first = b"" if head == _BOM else head.lstrip(_SPACE)[:1]
    while not first and (head := stream.read(64 * 1024)):
        first = head.lstrip(_SPACE)[:1]
    stream.seek(0)
    return first


def _array(stream: BinaryIO, file: Incoming) -> Iterator[Line | Refused]:
    data = read_at_most(stream, MAX_ARRAY + 1)
    if len(data) > MAX_ARRAY:
        yield Refused(
            file.place,
            f"is one JSON array of more than {MAX_ARRAY // 2**20} MB; write it as JSON Lines, which may be of any size",
        )
        return
    try:
        text = data.removeprefix(_BOM).decode(file.charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        yield Refused(file.place, f"is not {file.charset or 'UTF-8'}; name the charset with --charset")
        return
    try:
        check_values(data)
    except BadInput as error:
        yield Refused(file.place, error.sentence)
        return
    del data
    yield from _elements(text, file.place)


def _elements(text: str, place: str) -> Iterator[Line | Refused]:
    """The records of an array; after one that cannot be read nothing is, for nobody knows where it ends."""
    at, line, counted, number = _after(text, text.index("[") + 1), 1, 0, 0
    closed = text.startswith("]", at)
    while not closed:
        number, lines_on = number + 1, text.count("\n", counted, at)
        line, counted = line + lines_on, at
        here = f"{place}:{line}" if lines_on or number == 1 else f"{place}:{line}, record {number}"
        try:
            value, at = STRICT.scan(text, at)
        except BadInput as error:
            yield Refused(here, error.sentence)
            return
        yield Line(here, value) if isinstance(value, dict) else Refused(here, "is not an object")
        at = _after(text, at)
        closed = text.startswith("]", at)
        if not closed and not text.startswith(",", at):
            yield Refused(place, "is not valid JSON: a comma or the end of the array is missing")
            return
        at = at if closed else _after(text, at + 1)
    if text[at + 1 :].strip(" \t\r\n"):
        yield Refused(place, "is not valid JSON: something stands after the end of the array")


def _after(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


# ---------------------------------------------------------------------- telling formats apart


def first_keys(path: Path, head: bytes) -> frozenset[str]:
    """The keys of a file's first record, an object alone or the first of an array; empty where there is none.

    `head` is the file's beginning; more is read only if the first record does not end there.
    """
    keys, whole = _keys(head)
    if not whole:
        with path.open("rb") as file:
            keys, _ = _keys(read_at_most(file, MAX_BYTES))
    return frozenset(keys)


def _keys(head: bytes) -> tuple[list[str], bool]:
    """The keys of the first object as far as they can be seen, and whether that is all of them."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        return [], True
    if text.startswith("["):
        text = text[1:].lstrip(" \t\r\n")
        if text and not text.startswith("{"):
            return [], True
    keys: list[str] = []
    depth, last = 0, ""
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in "{[":
            depth += 1
        elif word in "}]":
            depth -= 1
            if depth == 0:
                return keys, True
        elif word == ":" and depth == 1:
            keys.append(_plain(last))
        last = word
    return keys, False


def _plain(word: str) -> str:
    try:
        return str(json.loads(word))
    except ValueError:
        return word


# ---------------------------------------------------------------------- ids


class Seen:
    """Ids that a file gave so far, each with its place; they are kept on disk, so that memory stays bounded."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, place TEXT NOT NULL) WITHOUT ROWID")
        self._kept.execute("BEGIN")

    def before(self, place: str, *parts: Any) -> str | None:
        """Where this id, of one or more parts, stood before; None, and it is noted, where it is new."""
        name = json.dumps(parts, sort_keys=True)
        row = self._kept.execute("SELECT place FROM seen WHERE id = ?", (name,)).fetchone()
        if row:
            return str(row[0])
        self._kept.execute("INSERT INTO seen VALUES (?, ?)", (name, place))
        return None
