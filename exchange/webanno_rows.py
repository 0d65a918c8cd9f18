"""The rows of a WebAnno TSV 3 file and the text that they make, in numbers: a file has too many for an object each.

A file is gone through twice, a line at a time: its tokens can only be held against the text once all of that is there.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from msgspec import Struct

from ..schema.errors import BadInput
from .webanno_columns import Columns
from .webanno_words import text_in

HEADER = re.compile(r"#FORMAT=WebAnno TSV 3\.([0-3])")
_UNIT = re.compile(r"(\d{1,9})-(\d{1,9})(?:\.(\d{1,9}))?")
_OFFSETS = re.compile(r"(\d{1,9})-(\d{1,9})")
_WIDEST = 1_000_000
"""So many spaces are put between sentences of one document; more is no text but a mistake."""
_ASTRAY = 100_000
"""So many rows may stand before one with a lower number, as INCEpTION never writes them."""
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_BITS = 30


class Line(Struct, frozen=True):
    """A row as it stands in the file: its index among the rows, its line, and all its fields."""

    index: int
    number: int
    fields: list[str]


class Rows:
    """The rows of a file by index, in its order; a row is a token or a part of one.

    `starts` and `ends` are the offsets that it says, `begins` the rows with which sentences begin.

    Raises:
        BadInput: the text cannot be put together; the sentence says where.
        UnicodeDecodeError, LookupError: the file is not in this charset, or there is none of that name.
    """

    def __init__(self, data: bytes, charset: str = "utf-8") -> None:
        self._data, self._charset = data, charset
        self.columns = Columns()
        self.starts, self.ends, self.begins = array("I"), array("I"), array("I")
        self._names, self._parts = array("Q"), array("I")
        self._astray: dict[tuple[int, int], int] = {}
        self._highest = (-1, -1)
        self._ordered = array("I")
        self._pieces: list[str] = []
        self._length = self._spaces = 0
        lines = self._lines()
        header = HEADER.fullmatch(next(lines, "").removeprefix("\ufeff"))
        if not header:
            raise BadInput("does not begin with `#FORMAT=WebAnno TSV 3.` and 0 to 3")
        self.version = (3, int(header[1]))
        self._read(lines)
        self.text = "".join(self._pieces).removesuffix("\n")
        self._pieces.clear()

    def __len__(self) -> int:
        return len(self.starts)

    def is_token(self, row: int) -> bool:
        """Whether a row is a token, not a part of one."""
        return not self._parts[row]

    def name(self, row: int) -> str:
        """The id of a row: `SENTENCE-TOKEN` or `SENTENCE-TOKEN.PART`."""
        packed, part = self._names[row], self._parts[row]
        plain = f"{packed >> _BITS}-{packed & ((1 << _BITS) - 1)}"
        return f"{plain}.{part - 1}" if part else plain

    def find(self, name: str) -> int | None:
        """The row of an id."""
        found = _UNIT.fullmatch(name)
        return self._at(_packed(found)) if found else None

    def lines(self) -> Iterator[Line]:
        """All rows again, as they stand in the file."""
        index = 0
        for number, line in enumerate(self._lines(), 1):
            if not line.startswith("#") and line.strip():
                yield Line(index, number, line.split("\t"))
                index += 1

    # ------------------------------------------------------------------ once through the file

    def _lines(self) -> Iterator[str]:
        """The lines, whichever way they end."""
        for line in TextIOWrapper(BytesIO(self._data), self._charset, newline=None):
            yield line.removesuffix("\n")

    def _read(self, lines: Iterator[str]) -> None:
        sentence: list[str] = []
        for number, line in enumerate(lines, 2):
            try:
                if line.startswith("#Text="):
                    sentence.append(text_in(line[6:], self.version))
                elif line.startswith("#T_") and not self.starts:
                    self.columns.declare(line)
                elif not line.startswith("#") and line.strip():
                    self._read_row(line, sentence)
            except BadInput as error:
                raise BadInput(f"line {number}: {error.sentence}") from None
        if sentence:
            raise BadInput("ends with a sentence that has no token")

    def _read_row(self, line: str, sentence: list[str]) -> None:
        fields = line.split("\t", 2)
        name, place = _UNIT.fullmatch(fields[0]), _OFFSETS.fullmatch(fields[1]) if len(fields) > 1 else None
        if not name or not place:
            raise BadInput("is no token: it does not begin with SENTENCE-TOKEN, a tab and START-END")
        wanted, given = len(self.columns.all) + 3, line.count("\t") + 1
        if given < wanted:
            raise BadInput(f"has {given} fields where the header declares {wanted}")
        key = _packed(name)
        if self._at(key) is not None:
            raise BadInput(f"the id {fields[0]} comes twice; ids must differ")
        start = int(place[1])
        if sentence:
            self._begin(start, sentence, token=name[3] is None)
        elif not self.starts:
            raise BadInput("is a token before any `#Text=`")
        self._add(key, start, int(place[2]))

    def _add(self, key: tuple[int, int], start: int, end: int) -> None:
        row = len(self.starts)
        self.starts.append(start)
        self.ends.append(end)
        self._names.append(key[0])
        self._parts.append(key[1])
        if key > self._highest:
            self._highest = key
            self._ordered.append(row)
        else:
            self._astray[key] = row
            if len(self._astray) > _ASTRAY:
                raise BadInput(f"more than {_ASTRAY:,} tokens stand behind ones with higher numbers; put them in order")

    def _at(self, key: tuple[int, int]) -> int | None:
        """The row with a number. Those in order are looked up by halves, so that they need no index."""
        if key > self._highest:
            return None
        at = bisect_left(self._ordered, key, key=lambda row: (self._names[row], self._parts[row]))
        row = self._ordered[at]
        return row if (self._names[row], self._parts[row]) == key else self._astray.get(key)

    def _begin(self, start: int, sentence: list[str], *, token: bool) -> None:
        """Put a sentence where its first token begins."""
        if not token:
            raise BadInput("is a part of a token, where the first token of a sentence should be")
        if self._pieces and self._length == start + 1:
            self._pieces.pop()
            self._length -= 1
        gap = start - self._length
        self._spaces += max(gap, 0)
        if gap < 0:
            raise BadInput(f"the sentence begins at {start}, before the one before it ends at {self._length - 1}")
        if self._spaces > _WIDEST:
            raise BadInput(f"leaves a gap of {gap:,} between two sentences; that is no text")
        body = "\n".join(sentence)
        self._pieces += [" " * gap, body, "\n"]
        self._length += gap + len(body) + len(_WIDE.findall(body)) + 1
        self.begins.append(len(self.starts))
        sentence.clear()


def _packed(name: re.Match[str]) -> tuple[int, int]:
    """An id as two numbers that are in order where ids are: a token comes before its parts."""
    return int(name[1]) << _BITS | int(name[2]), 0 if name[3] is None else int(name[3]) + 1
