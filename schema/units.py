"""Offsets in the units of other tools, converted at the border: UTF-16 code units and UTF-8 bytes."""

import re
from array import array
from bisect import bisect_right
from functools import cached_property

from .errors import BadOffset

_UTF16_RUNS = re.compile("([\0-\uffff]+)|[\U00010000-\U0010ffff]+")
_UTF8_RUNS = re.compile("([\0-\x7f]+)|([\x80-\u07ff]+)|([\u0800-\uffff]+)|[\U00010000-\U0010ffff]+")


class _Scale:
    """Offsets of one text in one other unit, as runs of code points that are equally wide there."""

    def __init__(self, text: str, unit: str, runs: re.Pattern[str], widths: tuple[int, ...]) -> None:
        self._length = len(text)
        self._unit = unit
        self._points = array("Q")
        self._units = array("Q")
        self._widths = array("B")
        there = 0
        for run in runs.finditer(text):
            width = widths[run.lastindex or 0]
            self._points.append(run.start())
            self._units.append(there)
            self._widths.append(width)
            there += width * (run.end() - run.start())
        self._there = there

    def there(self, offset: int) -> int:
        if not 0 <= offset <= self._length:
            raise BadOffset(f"Offset {offset} is outside the text, which has {self._length} code points.")
        run = bisect_right(self._points, offset) - 1
        return self._units[run] + (offset - self._points[run]) * self._widths[run] if offset else 0

    def back(self, offset: int) -> int:
        if not 0 <= offset <= self._there:
            raise BadOffset(f"Offset {offset} is outside the text, which has {self._there} {self._unit}s.")
        if not offset:
            return 0
        run = bisect_right(self._units, offset) - 1
        whole, rest = divmod(offset - self._units[run], self._widths[run])
        if rest:
            raise BadOffset(f"Offset {offset} lies inside a character: between two {self._unit}s of one code point.")
        return self._points[run] + whole


class Units:
    """Converts offsets into one text between code points, UTF-16 code units and UTF-8 bytes.

    Each way costs O(log n) after one pass over the text, which is made when first needed. The text must be storable.
    Every method raises `BadOffset` for an offset outside the text or inside a character.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _utf16(self) -> _Scale:
        return _Scale(self._text, "UTF-16 code unit", _UTF16_RUNS, (2, 1))

    @cached_property
    def _utf8(self) -> _Scale:
        return _Scale(self._text, "UTF-8 byte", _UTF8_RUNS, (4, 1, 2, 3))

    def to_utf16(self, offset: int) -> int:
        """Code points to UTF-16 code units."""
        return self._utf16.there(offset)

    def from_utf16(self, offset: int) -> int:
        """UTF-16 code units to code points."""
        return self._utf16.back(offset)

    def to_utf8(self, offset: int) -> int:
        """Code points to UTF-8 bytes."""
        return self._utf8.there(offset)

    def from_utf8(self, offset: int) -> int:
        """UTF-8 bytes to code points."""
        return self._utf8.back(offset)
