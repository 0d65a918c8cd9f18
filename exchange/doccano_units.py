"""What the offsets of one doccano example count: code points or UTF-16 code units."""

from collections.abc import Sequence

from msgspec import Struct

from ..schema.errors import BadInput
from ..schema.text import Span
from .continuous import Side
from .verified import Unit, Verifier

UNITS: tuple[Unit, ...] = ("code-points", "utf-16")
_SHOWN = {"code-points": "code points", "utf-16": "UTF-16 code units", "bytes": "bytes"}


class Given(Struct, frozen=True):
    """A span as an example gives it; `id` is that of an entity, `quote` its words where they are given."""

    place: str
    start: object
    end: object
    label: str
    id: int | str | None = None
    quote: str | None = None


def unit_of(text: str, given: Sequence[Given], side: Side | None, said: Unit | None) -> tuple[Unit, list[str]]:
    """The unit of an example's offsets, and what a person should know of how it was found.

    What the person `said` counts; then what the record says, held against the words that it names; then the unit under
    which all words fit. Without any of these, code points are assumed.
    """
    if said:
        return said, []
    stated = next((unit for unit in UNITS if side and side.unit == unit), None)
    if text.isascii() or max(text) < "\U00010000":
        return "code-points", []
    order = sorted(UNITS, key=lambda unit: unit != stated)
    fits = {unit: _fit(text, given, side, unit) for unit in order}
    best = max(order, key=lambda unit: fits[unit])
    if len(set(fits.values())) == 1:
        return (stated, []) if stated else (UNITS[0], _assumed(text, given))
    notes = [] if best == stated else [f"its offsets count {_SHOWN[best]}, as the words show that go along"]
    return best, notes


def _fit(text: str, given: Sequence[Given], side: Side | None, unit: Unit) -> int:
    """How many spans stand, under a unit, where words are that go along."""
    verifier = Verifier(text, unit)
    pieces = {Span(each.start, each.end) for mention in side.mentions for each in mention.spans} if side else set()
    found = 0
    for span in given:
        try:
            here = verifier.span(span.start, span.end)
        except BadInput:
            continue
        found += here.cut(text) == span.quote if span.quote is not None else here in pieces
    return found


def _assumed(text: str, given: Sequence[Given]) -> list[str]:
    """That code points were assumed, where a character that is two UTF-16 code units makes a difference."""
    last = max((span.end for span in given if isinstance(span.end, int)), default=0)
    if last <= 0 or max(text[:last], default="") < "\U00010000":
        return []
    return ["its offsets are taken to count code points; if they count UTF-16 code units, say --unit utf-16"]
