"""The margin left of an article: for each row, the tags of the mentions that begin there."""

from collections.abc import Hashable, Mapping, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from ...schema.text import visible
from .ink import Inks, LabelInk
from .overlaps import Highlight, State

_INSTEAD: dict[State, str] = {"pending": "\u2026", "suggestion": "\u00b7"}
_UNLABELLED = LabelInk(" ", "\u00b7", "")
_MORE = "\u2026"
_ASKED = "?"
_BOLD = Style(bold=True)


def margin_width(total: int) -> int:
    """How many cells of a pane's width the tags get."""
    return 0 if total < 24 else 5 if total < 44 else 8 if total < 96 else 11


def margin(
    mentions: Sequence[Highlight], active: Hashable, palette: Mapping[str, LabelInk], inks: Inks, width: int
) -> list[Segment]:
    """The tags of the mentions that begin in a row, flush right in `width` cells.

    A tag is a glyph and a letter for each label. While a mark is on its way to the disk an ellipsis stands for the
    glyph; with a suggestion it is a dot; another annotator's letters are small. A question mark says that a remark
    waits for an answer. Where there is no room for all, the active mention's tag goes first and an ellipsis ends it.
    """
    segments = _tags(mentions, active, palette, inks)
    length = sum(cell_len(segment.text) for segment in segments)
    if length > width:
        first = sorted(mentions, key=lambda each: each.key != active)
        segments, length = _cut(_tags(first, active, palette, inks), inks, width)
    return [Segment(" " * (width - length), inks.gutter), *segments] if length < width else segments


def _tags(
    mentions: Sequence[Highlight], active: Hashable, palette: Mapping[str, LabelInk], inks: Inks
) -> list[Segment]:
    segments: list[Segment] = []
    for mention in mentions:
        if segments:
            segments.append(Segment(" ", inks.gutter))
        for label in mention.labels or ("",):
            style = inks.tag(label, mention.state, active=mention.key == active)
            segments.append(Segment(_tag(palette.get(label, _UNLABELLED), mention.state), style))
        if mention.asked:
            segments.append(Segment(_ASKED, inks.plain + _BOLD))
    return segments


def _tag(ink: LabelInk, state: State) -> str:
    letter = ink.letter.lower() if state == "other" else ink.letter
    return visible(_INSTEAD.get(state, ink.glyph)[:1] + letter[:1])


def _cut(segments: Sequence[Segment], inks: Inks, width: int) -> tuple[list[Segment], int]:
    kept: list[Segment] = []
    length = 0
    for segment in segments:
        cells = cell_len(segment.text)
        if length + cells > width - 1:
            break
        kept.append(segment)
        length += cells
    if not width:
        return [], 0
    return [*kept, Segment(_MORE, inks.gutter)], length + 1
