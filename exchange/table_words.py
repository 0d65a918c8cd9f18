"""Which words a row of a table means: by pieces, by start and end, or by a quote that stands only once."""

import re
from collections.abc import Sequence
from itertools import islice

from msgspec import Struct

from ..schema.errors import BadInput
from ..schema.text import Span, find_overlapping
from .verified import Misplaced, Placed, Verifier

_PIECES = re.compile(r"\d{1,15}:\d{1,15}(\s+\d{1,15}:\d{1,15})*", re.ASCII)
_WHOLE = re.compile(r"(\d{1,15})(\.0*)?", re.ASCII)
_JOINT = " … "


class Words(Struct, frozen=True):
    """The spans of a row, and what a person should know of how they were found."""

    spans: list[Span]
    remark: str = ""


def words_of(cells: dict[str, str], text: str, verifier: Verifier) -> Words:
    """The words that a row means in a text.

    Raises:
        BadInput: it means none, or not one place.
        Misplaced: its quote is not where its offsets say.
    """
    quote = cells.get("quote", "")
    pieces = _pieces(cells)
    if pieces:
        placed = _placed(pieces, quote, text, verifier)
        moved = any(each.moved for each in placed)
        return Words(
            [each.span for each in placed], "its words stand a little further on or back; taken there" if moved else ""
        )
    if not quote.strip():
        raise BadInput("has no words: give a start and an end, or a quote")
    return _located(quote, text)


def whole(cells: dict[str, str], column: str) -> int | None:
    """The whole number in a cell, as `80` or as `80.0`; None if the cell is empty.

    Raises:
        BadInput: there is something else in it.
    """
    cell = cells.get(column, "").strip()
    if not cell:
        return None
    number = _WHOLE.fullmatch(cell)
    if not number:
        raise BadInput(f"its {column} {cell[:40]!r} is no whole number from 0")
    return int(number[1])


def _pieces(cells: dict[str, str]) -> list[tuple[int, int]]:
    start, end, spans = whole(cells, "start"), whole(cells, "end"), cells.get("spans", "").strip()
    if (start is None) != (end is None):
        raise BadInput(f"has {'no start' if start is None else 'no end'}; give both or neither")
    if not spans:
        return [] if start is None or end is None else [(start, end)]
    if not _PIECES.fullmatch(spans):
        raise BadInput(f"its spans {spans[:40]!r} are not written as START:END START:END")
    pieces = sorted((int(first), int(last)) for first, _, last in (each.partition(":") for each in spans.split()))
    if start is not None and (start, end) != (pieces[0][0], pieces[-1][1]):
        raise BadInput("its start and end are not those of its spans; correct both, or empty one of them")
    return pieces


def _placed(pieces: Sequence[tuple[int, int]], quote: str, text: str, verifier: Verifier) -> list[Placed]:
    spans = [verifier.span(*piece) for piece in pieces]
    if not quote or _lines_alike(_JOINT.join(each.cut(text) for each in spans)) == _lines_alike(quote):
        return [Placed(each) for each in spans]
    parts = quote.split(_JOINT) if len(pieces) > 1 else [quote]
    if len(parts) != len(pieces):
        raise Misplaced(f"the quote {quote[:60]!r} is not in {len(pieces)} pieces, as its spans are")
    return [verifier.placed(*piece, part) for piece, part in zip(pieces, parts, strict=True)]


def _lines_alike(words: str) -> str:
    """Line ends as a spreadsheet writes them when it saves a cell."""
    return words.replace("\r\n", "\n").replace("\r", "\n")


def _located(quote: str, text: str) -> Words:
    """A quote without offsets: as it stands, or but for case, kinds of space and of quotation mark."""
    first = text.find(quote)
    if first >= 0:
        if text.find(quote, first + 1) >= 0:
            raise BadInput(f"its words stand more than once in the document: {quote[:60]!r}; give their start and end")
        return Words([Span(first, first + len(quote))])
    found = list(islice(find_overlapping(text, quote), 2))
    if len(found) != 1:
        how = "more than once" if found else "nowhere"
        raise BadInput(f"its words stand {how} in the document: {quote[:60]!r}")
    return Words(found, "its words were found in other case, spaces or quotation marks; taken as the document has them")
