"""From one row of a text and what lies over it to the segments that a terminal shows."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from ...schema.text import Span, visible
from .ink import DEEPEST, Cover, Inks
from .overlaps import Piece
from .wrap import Row


class Scene(Struct, frozen=True):
    """What lies over a text besides its highlights."""

    cursor: Span | None = None
    selection: tuple[Span, ...] = ()
    active: Hashable = None
    hints: Mapping[int, str] = {}


def paint(row: Row, pieces: Sequence[Piece], scene: Scene, inks: Inks) -> Strip:
    """The cells of a row. `pieces` are those that touch it, outer ones first.

    Hints cover cells of the text; of two that touch each other the second is paler, so that they can be told apart.
    """
    strip = Strip(_words(row, pieces, scene, inks), row.columns[-1])
    first, last = row.bounds[0], row.bounds[-1]
    style, behind = inks.hint, -1
    for offset, letters in sorted(scene.hints.items()):
        if first <= offset < last:
            column = row.columns[row.at_offset(offset)]
            touching = column <= behind and style == inks.hint
            style, behind = inks.next_hint if touching else inks.hint, column + cell_len(letters)
            strip = _hinted(strip, column, Segment(visible(letters), style))
    return strip


def _words(row: Row, pieces: Sequence[Piece], scene: Scene, inks: Inks) -> list[Segment]:
    covers: Counter[tuple[int, int, Cover]] = Counter()
    for start, end, highlight in pieces:
        first, last = row.clusters(start, end)
        if first < min(last, row.ink):
            covers[first, min(last, row.ink), inks.cover(highlight, scene.active)] += 1
    parts = [(*row.clusters(span.start, span.end), "selection") for span in scene.selection]
    if scene.cursor:
        parts.append((*row.clusters(scene.cursor.start, scene.cursor.end), "cursor"))
    edges = {0, len(row.cells)}
    for first, last, _ in (*covers, *parts):
        if first < last:
            edges |= {first, last}
    segments = []
    for at, end in pairwise(sorted(edges)):
        here = [(cover, count) for (first, last, cover), count in covers.items() if first <= at < last]
        style = inks.words(
            [cover for cover, count in here for _ in range(min(count, DEEPEST))],
            sum(count for cover, count in here if cover.layer == "mention" and cover.state != "suggestion"),
            [part for first, last, part in parts if first <= at < last],
            dimmed=bool(scene.hints),
        )
        segments.append(Segment(row.painted(at, end), style))
    return segments


def _hinted(strip: Strip, column: int, hint: Segment) -> Strip:
    end = column + cell_len(hint.text)
    return Strip.join([strip.crop(0, column), Strip([hint], end - column), strip.crop(end)])
