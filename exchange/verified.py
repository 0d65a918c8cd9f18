"""Spans from outside, verified: offsets of any unit become code points, and the words there must be those named.

Every format that brings offsets goes through `placed`. The conversion itself is in `schema.units`.
"""

from typing import Literal

from msgspec import Struct

from ..schema.errors import BadInput, BadOffset
from ..schema.text import Span
from ..schema.units import Units

Unit = Literal["code-points", "utf-16", "bytes"]
NEARBY = 400
"""How far, in code points, words may have moved to be found again."""
_LARGEST = 2**40
_SHOWN = 24


class Placed(Struct, frozen=True):
    """A span in code points, and by how many code points it had to be moved to its words."""

    span: Span
    moved: int = 0


class Misplaced(BadInput):
    """The words that a span names are not where it says, nor anywhere else that is beyond doubt."""


class Verifier:
    """Verifies the spans of one text; `unit` is what its offsets count."""

    def __init__(self, text: str, unit: Unit = "code-points") -> None:
        self._text, self._unit, self._units = text, unit, Units(text)

    def placed(self, start: object, end: object, quote: str | None = None) -> Placed:
        """The span of these offsets, once its words are known to be `quote`, if that is given.

        Where they are not, the words are looked for nearby, and taken if they stand there only once.

        Raises:
            BadInput: the offsets are no numbers, inverted, empty, outside the text or inside a character.
            Misplaced: the words are not there.
        """
        span = self.span(start, end)
        if quote is None or span.cut(self._text) == quote:
            return Placed(span)
        if not quote:
            raise Misplaced(f"the span {start}:{end} comes with no words")
        low = max(0, span.start - NEARBY)
        near = self._text[low : span.end + NEARBY + len(quote)]
        first = near.find(quote)
        if first < 0 or near.find(quote, first + 1) >= 0:
            how = "nowhere near" if first < 0 else "more than once nearby"
            raise Misplaced(
                f"the text reads {span.cut(self._text)[:60]!r} at {start}:{end}, not {quote[:60]!r}, which stands {how}"
            )
        found = low + first
        return Placed(Span(found, found + len(quote)), moved=found - span.start)

    def span(self, start: object, end: object) -> Span:
        """The span of these offsets, in code points.

        Raises:
            BadInput: the offsets are no numbers, inverted, empty, outside the text or inside a character.
        """
        if not _is_count(start) or not _is_count(end):
            raise BadInput(f"the span {_short(start)}:{_short(end)} is not two whole numbers from 0")
        assert isinstance(start, int) and isinstance(end, int)  # noqa: PT018 - for the type checker
        if end <= start:
            how = "empty" if start == end else "inverted"
            raise BadInput(f"the span {_short(start)}:{_short(end)} is {how}")
        if end > _LARGEST:
            raise BadInput(f"the span {_short(start)}:{_short(end)} goes past the end of any text")
        try:
            return Span(self._point(start), self._point(end))
        except BadOffset as error:
            raise BadInput(f"the span {start}:{end} does not fit: {error.sentence.rstrip('.')}") from None

    def _point(self, offset: int) -> int:
        if self._unit == "utf-16":
            return self._units.from_utf16(offset)
        if self._unit == "bytes":
            return self._units.from_utf8(offset)
        if offset > len(self._text):
            raise BadOffset(f"Offset {offset} is outside the text, which has {len(self._text)} code points.")
        return offset


def _short(value: object) -> str:
    """An offset as a sentence can tell it, whatever it is."""
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
