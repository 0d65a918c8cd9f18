"""A text wrapped into rows of terminal cells, and the way between its code points and those cells.

No widget and no colour: only where rows begin and what stands in their cells. A grapheme cluster is never split, and
what is shown of one depends on nothing around it. Every code point belongs to exactly one row. Right-to-left letters
stand in their logical order, one cell after the other; a terminal that reorders them by itself is beyond this module.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, pairwise

from msgspec import Struct
from rich.cells import get_character_cell_size

from ...schema.segments import next_char
from ...schema.text import visible

_AT_ONCE = 128
"""Rows that are looked for together."""

HANG = 2
"""Cells to the right of the width where the spaces between two rows, or a line end, may stand."""

_TAB = 4
_MARKS = 8
_LONGEST = 64
"""Of a longer cluster only so many code points are painted, and so many marks on one base (cf. UAX #15, 13)."""

_NARROW = (
    "\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
)
_WIDE = "\u3000-\u3029\u3041-\u3096\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
_CLOSING = (
    ",.:;!?)\\]}%\xbb\u2019\u201d\u203a\u2026\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u3015\u3017"
    "\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7"
    "\u30fb\u30fc\uff01\uff05\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d"
)
_OPENING = "(\\[{\xab\u2018\u201c\u2039\u3008\u300a\u300c\u300e\u3010\u3014\u3016\uff08\uff3b\uff5b"
"""What East Asian typesetting never begins, and never ends, a row with (kinsoku)."""

_SIMPLE = re.compile(f"[{_NARROW}]*")
_LAST_PLAIN_BREAK = re.compile(r"(?s).*(?: |(?<=\w)[-\u2010\u2012-\u2015](?=\w))")
"""From a row's first code point to the last place where it may end, as long as each takes one cell."""
_STRETCH = 4096
"""So many code points of a line are looked at together: a text may be one line."""


@cache
def _run() -> re.Pattern[str]:
    """Clusters of one code point each, all of one width. It and the next one take long to compile."""
    return re.compile(f"(?:([{_NARROW}]+)|[{_WIDE}]+)(?=[{_NARROW}{_WIDE}]|\\Z)")


@cache
def _last_break() -> re.Pattern[str]:
    """From a row's first code point to the last place where it may end."""
    return re.compile(
        rf"""(?xs).*
        (?: [ \t\u3000]
          | (?<=\w)[-\u2010\u2012-\u2015](?=\w)
          | (?![{_OPENING}])[{_WIDE}](?=.)(?![{_CLOSING}])
          | (?<![{_OPENING}])(?=[{_WIDE}])(?![{_CLOSING}])
        )"""
    )


def glyph(text: str, start: int, end: int) -> tuple[str, int]:
    """What is painted for the grapheme cluster between two code points, and how many cells it takes.

    A tab is four spaces; a mark without a base gets a dotted circle to stand on; of a pile of marks the first eight are
    painted, and of an endless cluster its beginning.
    """
    return _glyph(text[start : min(end, start + _LONGEST)])


@lru_cache(maxsize=4096)
def _glyph(cluster: str) -> tuple[str, int]:
    if cluster == "\t":
        return " " * _TAB, _TAB
    painted: list[str] = []
    width = marks = 0
    for char in visible(cluster):
        cells = get_character_cell_size(char)
        if not cells and not painted:
            painted.append("\u25cc")
            width = 1
        marks = 0 if cells else marks + 1
        if marks <= _MARKS:
            painted.append(char)
            width += cells
    return "".join(painted), width


class Row(Struct, frozen=True):
    """One row: cluster `i` is code points `bounds[i]` to `bounds[i + 1]`, painted as `cells[i]` from `columns[i]` on.

    A line end, and the end of the text, are clusters too, painted as one space; `ink` counts the clusters before the
    white space that ends the row.
    """

    bounds: Sequence[int]
    columns: Sequence[int]
    cells: Sequence[str]
    ink: int

    def at_offset(self, offset: int) -> int:
        """The cluster that a code point belongs to; the nearest one for a code point outside the row."""
        return min(max(0, bisect_right(self.bounds, offset) - 1), max(0, len(self.cells) - 1))

    def at_column(self, column: int) -> int:
        """The cluster that covers a cell; the first or last one for a cell outside the row."""
        return min(max(0, bisect_right(self.columns, column) - 1), max(0, len(self.cells) - 1))

    def clusters(self, start: int, end: int) -> tuple[int, int]:
        """The clusters that the code points from `start` to `end` touch, as a half-open range."""
        return max(0, bisect_right(self.bounds, start) - 1), min(bisect_left(self.bounds, end), len(self.cells))

    def painted(self, first: int, last: int) -> str:
        """What stands in the cells of the clusters from `first` up to `last`."""
        return "".join(self.cells[first:last])


class Wrapped:
    """A text in rows at most `width` cells wide (at least 2), found from the top on as far as somebody asks.

    A row is wider only by up to `HANG` spaces at its end, or where a single cluster is wider than the width.
    """

    def __init__(self, text: str, width: int) -> None:
        self.text, self.width = text, max(2, width)
        self._starts = array("L")
        self._further = _row_starts(text, self.width)
        self.complete = False
        self._find(_AT_ONCE)

    def __len__(self) -> int:
        while not self.complete:
            self._find(len(self._starts))
        return len(self._starts)

    @property
    def guess(self) -> int:
        """How many rows there are, as far as is known: of the rest as many as are usual."""
        known, found = len(self._starts), self._starts[-1]
        return known if self.complete else known + (len(self.text) - found) * known // max(1, found)

    def clamp(self, index: int) -> int:
        """The index itself if there is such a row, else that of the first or last one."""
        while index >= len(self._starts) and not self.complete:
            self._find(_AT_ONCE)
        return max(0, min(index, len(self._starts) - 1))

    def extent(self, index: int) -> tuple[int, int]:
        """Where a row begins and ends, in code points; its line end belongs to it."""
        last = self.clamp(index + 1) == index
        return self._starts[index], len(self.text) if last else self._starts[index + 1]

    def row_of(self, offset: int) -> int:
        """The row that a code point is in; the first or last one for an offset outside the text."""
        while offset >= self._starts[-1] and not self.complete:
            self._find(_AT_ONCE)
        return max(0, bisect_right(self._starts, offset) - 1)

    def _find(self, more: int) -> None:
        known = len(self._starts)
        self._starts.extend(islice(self._further, more))
        self.complete = len(self._starts) < known + more

    def row(self, index: int) -> Row:
        """A row with its cells."""
        start, end = self.extent(index)
        content = _content_end(self.text, start, end)
        line = self.text[start:content]
        stop = max(end, content + 1) if content < end or end == len(self.text) else content
        if stop <= content + 1 and _SIMPLE.fullmatch(line):
            cells: Sequence[str] = visible(line) + " " * (stop - content)
            return Row(range(start, stop + 1), range(len(cells) + 1), cells, len(line.rstrip()))
        return _complex_row(line, start, stop)


def _complex_row(line: str, start: int, stop: int) -> Row:
    bounds, columns = _measure(line)
    cells = [glyph(line, first, last)[0] for first, last in pairwise(bounds)]
    ink = len(cells)
    while ink and cells[ink - 1].isspace():
        ink -= 1
    offsets = [start + bound for bound in bounds]
    edges = list(columns)
    if stop > offsets[-1]:
        offsets.append(stop)
        edges.append(edges[-1] + 1)
        cells.append(" ")
    return Row(offsets, edges, cells, ink)


def _content_end(text: str, start: int, end: int) -> int:
    """Where a row's line end begins."""
    if end > start and text[end - 1] == "\n":
        return end - 2 if end - 1 > start and text[end - 2] == "\r" else end - 1
    return end


def _row_starts(text: str, width: int) -> Iterator[int]:
    yield 0
    start = 0
    while start < len(text):
        newline = text.find("\n", start)
        end = newline + 1 if newline >= 0 else len(text)
        line = text[start : _content_end(text, start, end)]
        yield from (start + at for at in _soft_breaks(line, width))
        start = end
        if start < len(text):
            yield start


def _soft_breaks(line: str, width: int) -> Iterator[int]:
    at = yield from _plain_breaks(line, width)
    if at == len(line):
        return
    bounds, columns = _measure(line, at)
    at = 0
    while columns[-1] - columns[at] > width:
        fits = bisect_right(columns, columns[at] + width, at) - 1
        at = _break(line, bounds, at, max(fits, at + 1))
        if at == len(bounds) - 1:
            return
        yield bounds[at]


def _plain_breaks(line: str, width: int) -> Generator[int, None, int]:
    """As of any line, as long as each code point takes one cell: most lines do, and it is several times as fast.

    The answer is where the rest begins, which must be measured.
    """
    at, known, stop, match = 0, 0, len(line), _LAST_PLAIN_BREAK.match
    while stop - at > width:
        ahead = min(at + width + HANG + 1, stop)  # a mark behind these would not be on any of those that count
        if known < ahead:
            known = _simple_to(line, at, ahead + _STRETCH)
            if known < ahead:
                return at
        edge = end = at + width
        if found := match(line, at, edge + 1):
            end = found.end()
            while edge <= end < min(edge + HANG, stop) and line[end] == " ":
                end += 1
        at = end if end > at else edge
        if at < stop:
            yield at
    return stop if _simple_to(line, at, stop) == stop else at


def _simple_to(line: str, start: int, end: int) -> int:
    """Up to where each code point takes one cell."""
    found = _SIMPLE.match(line, start, end)
    return found.end() if found else start


def _break(line: str, bounds: Sequence[int], at: int, fits: int) -> int:
    """The cluster that begins the next row, when this row begins at `at` and has room up to `fits`."""
    edge = bounds[fits]
    found = _last_break().match(line, bounds[at], edge + 1)
    if not found:
        return fits
    end = found.end()
    while edge <= end < min(edge + HANG, len(line)) and line[end] == " ":
        end += 1
    index = bisect_right(bounds, end) - 1
    return index if index > at else fits


def _measure(line: str, start: int = 0) -> tuple[Sequence[int], Sequence[int]]:
    """Where the clusters of a line from `start` on begin, in code points and in cells; both end with where the last one
    ends.
    """
    if not start and _SIMPLE.fullmatch(line):
        plain = range(len(line) + 1)
        return plain, plain
    bounds, columns = array("L"), array("L")
    column, find_run = 0, _run().match
    while start < len(line):
        run = find_run(line, start)
        end = run.end() if run else next_char(line, start)
        if run:
            width = 1 if run[1] else 2
            bounds.extend(range(start, end))
            columns.extend(range(column, column + (end - start) * width, width))
            column += (end - start) * width
        else:
            bounds.append(start)
            columns.append(column)
            column += glyph(line, start, end)[1]
        start = end
    bounds.append(start)
    columns.append(column)
    return bounds, columns
