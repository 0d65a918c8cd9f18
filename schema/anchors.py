"""Spans that can be verified and found again: offsets with the exact quote and a little of what stands around it.

The three texts are those of a TextQuoteSelector (W3C Web Annotation Data Model, 4.2.4), the offsets those of its
TextPositionSelector; all are code points.
"""

from collections.abc import Iterator
from heapq import nlargest
from itertools import islice
from typing import Annotated

import msgspec

from .text import Span

CONTEXT = 32
"""How many code points an anchor keeps of the text before and after its quote."""

_ENOUGH = 16
"""So many code points of quote and agreeing context together tell a place from any other."""

_MARGIN = 8
"""By so many code points the context of one place must agree better than that of any other: more than one word."""


class Anchor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A span with its exact quote and up to 32 code points before and after it."""

    start: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 2)]
    end: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    quote: Annotated[str, msgspec.Meta(min_length=1)]
    before: str
    after: str


def anchor(text: str, span: Span) -> Anchor:
    """The span with its quote and context.

    Raises:
        BadOffset: the span goes past the end of the text.
    """
    return Anchor(
        start=span.start,
        end=span.end,
        quote=span.cut(text),
        before=text[max(0, span.start - CONTEXT) : span.start],
        after=text[span.end : span.end + CONTEXT],
    )


def verify(anchor: Anchor, text: str) -> bool:
    """Whether the quote and what the anchor kept around it stand in the text exactly where it says."""
    first = anchor.start - len(anchor.before)
    return (
        first >= 0
        and len(anchor.quote) == anchor.end - anchor.start > 0
        and text.startswith(anchor.before + anchor.quote + anchor.after, first)
    )


def reanchor(anchor: Anchor, text: str) -> Span | None:
    """Where the anchor's quote stands in a text that may differ from the one it was made for, or None.

    The exact place comes first, then the one place with all of the context, then the place whose context agrees best.
    None rather than a guess: where no place agrees clearly better than any other, or where quote and agreeing
    context together are too short to tell.
    """
    if not anchor.quote:
        return None
    if verify(anchor, text):
        return Span(anchor.start, anchor.end)
    whole = list(islice(_occurrences(anchor.before + anchor.quote + anchor.after, text), 2))
    if whole:
        start = whole[0] + len(anchor.before)
        return Span(start, start + len(anchor.quote)) if len(whole) == 1 else None
    scores = nlargest(2, ((_agreement(anchor, text, start), start) for start in _occurrences(anchor.quote, text)))
    (best, start), (second, _) = (*scores, (-_MARGIN, 0), (-_MARGIN, 0))[:2]
    if best < second + _MARGIN or best + len(anchor.quote) < _ENOUGH:
        return None
    return Span(start, start + len(anchor.quote))


def _occurrences(words: str, text: str) -> Iterator[int]:
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)


def _agreement(anchor: Anchor, text: str, start: int) -> int:
    """How many code points next to the quote agree with the anchor's context, on both sides."""
    end = start + len(anchor.quote)
    before = text[max(0, start - len(anchor.before)) : start]
    return _common(anchor.before[::-1], before[::-1]) + _common(anchor.after, text[end : end + len(anchor.after)])


def _common(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
