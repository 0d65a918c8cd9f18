"""What a stored text is, and the spans, searches and displays of it that never move an offset.

Offsets are Unicode code points, start inclusive, end exclusive. Nothing here alters a text: `fold` and `visible` answer
with a text of the same length in which every code point stands where the original one stood.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from .errors import BadOffset, UnstorableText


class Span(msgspec.Struct, frozen=True, order=True):
    """A piece of a text, in code points; `end` is exclusive and the piece is never empty.

    Raises:
        BadOffset: not 0 <= start < end.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise BadOffset(f"{self.start}:{self.end} is no span; give a start from 0 on and an end after it.")

    def within(self, text: str) -> bool:
        """Whether the whole span lies inside the text."""
        return self.end <= len(text)

    def overlaps(self, other: "Span") -> bool:
        """Whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end

    def cut(self, text: str) -> str:
        """The words of the text under the span.

        Raises:
            BadOffset: the span goes past the end of the text.
        """
        if not self.within(text):
            raise BadOffset(f"{self.start}:{self.end} goes past the end of the text, which is at {len(text)}.")
        return text[self.start : self.end]


def check_storable(text: str) -> None:
    """Refuse what no database keeps safely.

    Raises:
        UnstorableText: the text holds U+0000 or a lone surrogate; the sentence names the offset in code points.
    """
    nul = text.find("\0")
    if nul >= 0:
        raise UnstorableText(f"There is a NUL character (U+0000) at offset {nul}; remove it and add the text again.")
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnstorableText(
            f"There is half a character (lone surrogate U+{ord(text[error.start]):04X}) at offset {error.start}; "
            "save the text as UTF-8 again."
        ) from None


def content_hash(text: str) -> str:
    """The identity of a text: sha256 of its UTF-8 bytes, in hex. The text must be storable."""
    return hashlib.sha256(text.encode()).hexdigest()


# ---------------------------------------------------------------------- search

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u02bc\uff07"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"

SEARCH_FOLDS: dict[str, str] = (
    dict.fromkeys(_SPACES, " ") | dict.fromkeys(_SINGLE_QUOTES, "'") | dict.fromkeys(_DOUBLE_QUOTES, '"')
)
"""Spaces and quotation marks that search takes for their ASCII fellows: what SQL repeats with nested `replace()`."""


class _Folds(dict[int, str]):
    """Fills itself with the fold of each code point when `str.translate` first meets it."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        self[point] = next((form for form in (char.casefold(), char.lower()) if len(form) == 1), char)
        return self[point]


_folds = _Folds({ord(char): plain for char, plain in (SEARCH_FOLDS | dict.fromkeys(_DASHES, "-")).items()})


def fold(text: str) -> str:
    """The text as search sees it, code point for code point: offsets into either are the same.

    Spaces, quotation marks and dashes become ASCII; case is folded where the fold is one code point.
    """
    return text.lower() if text.isascii() else text.translate(_folds)


def find_overlapping(text: str, query: str) -> Iterator[Span]:
    """Every place where the query stands in the text after `fold`, also those that overlap; leftmost first."""
    words = fold(query).split()
    if words:
        pattern = r"\s+".join(map(re.escape, words))
        for hit in re.finditer(f"(?=({pattern}))", fold(text)):
            yield Span(*hit.span(1))


def find_all(text: str, query: str, limit: int | None = None) -> list[Span]:
    """Where the query stands in the text after `fold`: leftmost first, not overlapping, at most `limit`.

    White space around the query does not count; a run of it inside matches any run in the text, line ends included.
    """
    words = fold(query).split()
    if not words:
        return []
    hits = re.finditer(r"\s+".join(map(re.escape, words)), fold(text))
    return [Span(hit.start(), hit.end()) for hit in islice(hits, limit)]


# ---------------------------------------------------------------------- display

_INVISIBLE = "\u25cc"
_UNSHOWABLE = "\ufffd"


def _points(*ranges: tuple[int, int]) -> Iterable[int]:
    return (point for first, last in ranges for point in range(first, last + 1))


_IGNORED = frozenset(
    _points(
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0000, 0xE0FFF),
        (0x1F3FB, 0x1F3FF),
    )
)
"""Default-ignorable code points (UAX #44) whose category does not give them away; and skin tones."""


class _Shown(dict[int, int]):
    """Fills itself with what stands on the screen for each code point when `str.translate` first meets it."""

    def __missing__(self, point: int) -> int:
        self[point] = ord(self._shown(point))
        return self[point]

    @staticmethod
    def _shown(point: int) -> str:
        category = unicodedata.category(chr(point))
        if point < 0x20:
            return chr(0x2400 + point)
        if point == 0x7F:
            return "\u2421"
        if point in _IGNORED or category in ("Cf", "Zl", "Zp"):
            return _INVISIBLE
        return _UNSHOWABLE if category in ("Cc", "Cs", "Co", "Cn") else chr(point)


_shown = _Shown({ord(char): ord(char) for char in "\t\n"})


def visible(text: str) -> str:
    """The text as a terminal may safely receive it, code point for code point.

    C0 controls but tab and line feed become control pictures; bidi controls, zero-width and other invisible code points
    (joiners, variation selectors and skin tones too: terminals disagree on their width) a dotted circle; C1,
    surrogates, private and unassigned code points U+FFFD. What is left is printed as it is, in its logical order.
    """
    return text.translate(_shown)


def few_marks(text: str) -> str:
    """The text without the marks on a character that are more than any language puts there (UAX #15: 30).

    Thousands of them stand in one cell, and take a terminal very long to draw. Only for what is sent to one: the answer
    may be shorter than the text.
    """
    if not _LONG_RUN.search(text):
        return text
    import regex  # 30 ms, which no text needs that has spaces now and then

    return regex.sub(r"(\p{M}{30})\p{M}+", r"\1", text)


_LONG_RUN = re.compile("[^\0-\u02ff]{31}")
"""What a pile of marks is at least: no mark comes before U+0300. Said so it is made forty times as fast."""
