"""Tokens of a text as Prodigy wants them, so that every span begins and ends with one.

The words are those of `schema.segments`; every other character that is no white space is a token, and so is a run of
white space, but for one space after a token, which that token notes as its `ws`: the tokens' texts, each with its
space, are the text, as in spaCy. A token is cut where a span begins or ends inside it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby, pairwise, zip_longest
from typing import Any

from ..schema.errors import BadInput
from ..schema.segments import Segments
from ..schema.text import Span
from .verified import Verifier

_SHORT = {"text", "start", "end", "id", "ws"}


class Tokens:
    """The tokens of one text: those that Prodigy had, or our own, in both cases cut at the ends of spans."""

    def __init__(self, text: str, spans: Iterable[Span], known: list[dict[str, Any]] | None = None) -> None:
        ends = [(span.start, span.end) for span in spans]
        self._cuts = {start for start, _ in ends} | {end for _, end in ends}
        self.rows = list(_cut(text, known, self._cuts)) if known else list(_made(text, self._cuts, ends))
        for number, row in enumerate(self.rows):
            row["id"] = number
        self._starts = [row["start"] for row in self.rows]

    def at(self, offset: int) -> int:
        """The number of the token that an offset lies in, or of the last before it."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def of(self, span: Span) -> tuple[int, int]:
        """The numbers of the first and of the last token of a span."""
        return self.at(span.start), self.at(span.end - 1)


def _made(text: str, cuts: set[int], spans: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    at = 0
    for start, end in _pieces(text, cuts):
        start = max(start, at)  # behind the space that belongs to the token before
        if start == end:
            continue
        ws = text.startswith(" ", end) and end not in starts and end + 1 not in ends
        yield _row(text, start, end, ws=ws)
        at = end + ws


def _pieces(text: str, cuts: set[int]) -> Iterator[tuple[int, int]]:
    """Words, runs of white space and other characters, cut where spans begin and end."""
    bounds = (at for at, _ in groupby(merge(sorted(cuts), _bounds(text))))
    yield from pairwise(bounds)


def _bounds(text: str) -> Iterator[int]:
    """Where pieces begin, and the end of the text."""
    yield 0
    inside = 0
    for word in Segments(text).words:
        yield from _gap(text, inside, word.start)
        yield word.start
        yield word.end
        inside = word.end
    yield from _gap(text, inside, len(text))
    yield len(text)


def _gap(text: str, start: int, end: int) -> Iterator[int]:
    """Where pieces begin between two words: at every sign, and where white space begins."""
    return (at for at in range(start, end) if not text[at].isspace() or at == start or not text[at - 1].isspace())


def _cut(text: str, known: list[dict[str, Any]], cuts: set[int]) -> Iterator[dict[str, Any]]:
    for row in known:
        inside = sorted(cut for cut in cuts if row["start"] < cut < row["end"])
        bounds = [row["start"], *inside, row["end"]]
        for start, end in pairwise(bounds):
            yield {**row, **_row(text, start, end, ws=end == row["end"] and bool(row.get("ws", True)))}


def _row(text: str, start: int, end: int, *, ws: bool) -> dict[str, Any]:
    return {"text": text[start:end], "start": start, "end": end, "id": 0, "ws": ws}


# ---------------------------------------------------------------------- kept


def check_tokens(rows: object, verifier: Verifier, text: str) -> None:
    """Check that tokens from outside are in order and are the words of their text, which also shows their unit.

    Raises:
        BadInput: they are not.
    """
    if not isinstance(rows, list):
        raise BadInput("its `tokens` are no list")
    before = 0
    for row in rows:
        if not isinstance(row, dict):
            raise BadInput("one of its `tokens` is no object")
        span = verifier.span(row.get("start"), row.get("end"))
        if span.start < before:
            raise BadInput(f"its tokens are out of order at {span.start}:{span.end}")
        if row.get("text", span.cut(text)) != span.cut(text):
            raise BadInput(
                f"its tokens are not its text's: {str(row.get('text'))[:40]!r} is not what stands at"
                f" {span.start}:{span.end}; Prodigy counts code points"
            )
        before = span.end


def are_ours(rows: list[dict[str, Any]], text: str, spans: Iterable[Span]) -> bool:
    """Whether tokens are those that are made of a text with these spans where none are known, and say no more."""
    ends = [(span.start, span.end) for span in spans]
    cuts = {start for start, _ in ends} | {end for _, end in ends}
    pairs: Iterator[tuple[dict[str, Any], dict[str, Any]]] = zip_longest(rows, _made(text, cuts, ends), fillvalue={})
    return _are_plain(rows) and all(_place(row) == _place(made) for row, made in pairs)


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row.get("start"), row.get("end"), row.get("ws")


def _are_plain(rows: list[dict[str, Any]]) -> bool:
    return all(
        set(row) <= _SHORT and row.get("id", number) == number and isinstance(row.get("ws", True), bool)
        for number, row in enumerate(rows)
    )


def packed(rows: list[dict[str, Any]]) -> list[Any]:
    """Tokens without what follows from the text: `[start, end, ws]`, or as they are where they say more."""
    if not _are_plain(rows):
        return rows
    return [[row["start"], row["end"], *([row["ws"]] if "ws" in row else [])] for row in rows]


def unpacked(text: str, kept: object) -> list[dict[str, Any]] | None:
    """The tokens again, or None where what is kept are none of this text."""
    rows = []
    for number, each in enumerate(kept if isinstance(kept, list) else ()):
        match each:
            case [int(start), int(end), *ws]:
                row = {"text": text[start:end], "start": start, "end": end, "id": number}
                rows.append(row | {"ws": each[2]} if ws else row)
            case {"start": int(), "end": int()}:
                rows.append(dict(each))
            case _:
                return None
    try:
        check_tokens(rows, Verifier(text), text)
    except BadInput:
        return None
    return rows or None
