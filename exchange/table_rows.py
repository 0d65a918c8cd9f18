"""The rows of a table as a stream: charset, separator and quotation marks taken care of, nothing held but one row."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from ..schema.errors import BadInput, UnstorableText
from ..schema.text import check_storable
from .articles import MAX_BYTES, Note, Refused
from .charset import unmarked_wide
from .formats import Incoming
from .table_columns import Columns, columns_of, fitting

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEAD = 4096
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


class Row(Struct, frozen=True):
    """A row that holds something: where it begins, and its cells by our names."""

    place: str
    cells: dict[str, str]


class _TooLong(Exception):
    """A row goes on beyond what is taken for one."""


class _Lines:
    """The lines of a text file for `csv`, counted, none of them and no row ever held beyond `MAX_BYTES` characters."""

    def __init__(self, file: io.TextIOBase) -> None:
        self._file, self._again = file, ""
        self.number = self.row = self._taken = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line, self._again = self._again or self._file.readline(MAX_BYTES + 1), ""
        if not line:
            raise StopIteration
        self._taken += len(line)
        if self._taken > MAX_BYTES:
            raise _TooLong
        self.number += 1
        return line

    def begin_row(self) -> int:
        """A row begins; the answer, which `row` keeps, is the number of its first line."""
        self._taken = 0
        self.row = self.number + 1
        return self.row

    def push_back(self, line: str) -> None:
        """Give a line again, as if it had not been taken."""
        self._again = line
        self.number -= 1


def table_rows(file: Incoming, separator: str) -> Iterator[Row | Refused | Note | Columns]:
    """The columns of a table, once, then its rows, and in their place why a row cannot be read.

    The separator is the one given unless another makes more of the header, as Excel's semicolons do; a first line
    `sep=;` says it too.

    Raises:
        BadInput: the header makes no table, or the charset is none.
    """
    with file.path.open("rb") as data:
        charset = file.charset or _charset(data.peek(_HEAD)[:_HEAD])
        if charset != "utf-8" and not file.charset:
            yield Note(file.place, f"read as {charset}, as its first bytes show")
        text = _text(data, charset)
        lines = _Lines(text)
        try:
            yield from _rows(file, data, lines, separator)
        except _TooLong:
            yield Refused(
                f"{file.place}:{lines.row}",
                f"a row has more than {MAX_BYTES // 2**20} MB; a quotation mark in it may never be closed",
            )
        except UnicodeError:
            yield Refused(f"{file.place}:{lines.row or 1}", f"is not {charset} from here on, and was not read on")
        finally:
            text.detach()


def _charset(head: bytes) -> str:
    """The charset that the beginning of a file shows."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    return marked or unmarked_wide(head[: len(head) // 2 * 2]) or "utf-8"


def _text(data: BinaryIO, charset: str) -> io.TextIOWrapper:
    """What cannot be decoded becomes half a character wherever that is possible, so that its row can be refused."""
    try:
        name = codecs.lookup(charset).name
        wide = name.startswith(("utf-16", "utf-32"))
        text = io.TextIOWrapper(data, name, errors="surrogatepass" if wide else "surrogateescape", newline="")
    except LookupError:
        raise BadInput(f"there is no charset {charset!r}; try utf-8, utf-16 or windows-1252") from None
    return text


def _rows(file: Incoming, data: BinaryIO, lines: _Lines, separator: str) -> Iterator[Row | Refused | Note | Columns]:
    first = next(lines, "").removeprefix("\ufeff")
    told = first.strip()
    if told.startswith("sep=") and told[4:] in _SEPARATORS:
        separator = told[4:]
    elif first:
        lines.push_back(first)
        if (found := _separator(first, separator, file)) != separator:
            separator = found
            yield Note(file.place, f"its cells are separated by {_SEPARATORS[separator]}, and were read so")
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    columns: Columns | None = None
    before = 0
    while True:
        number = lines.begin_row()
        place = f"{file.place}:{number}"
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield _malformed(place, error)
            if columns is None:
                return
            continue
        if row is None:
            break
        if columns is None:
            columns = columns_of(row, file.mapping)
            yield columns
        elif any(cell.strip() for cell in row):
            yield _row(place, row, columns, file.charset or "UTF-8")
        file.progress(data.tell() - before)
        before = data.tell()
    if columns is None:
        yield Refused(file.place, "is empty: a table begins with a line that names its columns")


def _separator(first: str, separator: str, file: Incoming) -> str:
    """The separator that makes most of the header; of equals the one that the format has."""

    def known(each: str) -> tuple[int, bool]:
        try:
            header = next(csv.reader([first], delimiter=each))
        except csv.Error:
            return 0, False
        return fitting(header, file.mapping), each == separator

    return max(_SEPARATORS, key=known)


def _malformed(place: str, error: csv.Error) -> Refused:
    words = str(error)
    if "unexpected end" in words:
        return Refused(place, "a quotation mark that begins in this row is never closed")
    if "field larger" in words:
        return Refused(place, f"a cell has more than {MAX_BYTES // 2**20} MB; that is no article")
    if "expected after" in words:
        return Refused(place, 'after a cell in quotation marks more words follow; write " inside of one twice')
    return Refused(place, f"is no row of a table: {words}")


def _row(place: str, row: list[str], columns: Columns, charset: str) -> Row | Refused:
    try:
        cells = columns.cells(row)
        for cell in cells.values():
            check_storable(cell)
    except BadInput as error:
        return Refused(place, error.sentence)
    except UnstorableText as error:
        broken = any("\udc80" <= char <= "\udcff" for cell in row for char in cell)
        return Refused(place, f"is not {charset}; name the charset with --charset" if broken else error.sentence)
    return Row(place, cells)
