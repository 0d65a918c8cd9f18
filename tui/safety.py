"""The last guard before the terminal: nothing that a text contains is ever carried out by it.

Textual sends the text of its widgets as it is, with ESC sequences, bidi controls and all. `SafeFilter` stands behind
every widget: each unsafe code point becomes one visible code point, and a row still takes as many cells as Textual
counted, so that whatever stands to its right stays in its place. Only marks that pile up on one character are left out.
"""

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from ..schema.text import few_marks, visible

_LINE_MOVERS = {ord("\n"): "\u240a", ord("\t"): "\u2409"}


class SafeFilter(LineFilter):
    """For the end of `App.get_line_filters`. Keep one instance: Textual caches rows by the filter that made them.

    Control segments, which only Textual itself makes, pass. A link whose address is not printable ASCII is dropped.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The segments of a row with only safe code points, in as many cells as before."""
        safe: list[Segment] = []
        excess = 0
        for segment in segments:
            text, style, control = segment
            if control:
                safe.append(segment)
                continue
            if style and style.link and not _plain(style.link):
                style = style.update_link(None)
            if not _plain(text):
                shown = few_marks(visible(text).translate(_LINE_MOVERS))
                excess += cell_len(shown) - cell_len(text)
                text = shown
            if excess:
                text, excess = _settled(text, excess)
            safe.append(Segment(text, style))
        return _cropped(safe, excess) if excess else safe


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _settled(text: str, excess: int) -> tuple[str, int]:
    """Make good for cells too many from the spaces that end a text, all but one, or for cells too few with spaces."""
    if excess < 0:
        return text + " " * -excess, 0
    spare = min(excess, max(0, len(text) - len(text.rstrip(" ")) - 1))
    return text[: len(text) - spare], excess - spare


def _cropped(segments: list[Segment], excess: int) -> list[Segment]:
    """The segments without the last cells."""
    for index in range(len(segments) - 1, -1, -1):
        text, style, control = segments[index]
        if excess and not control:
            cells = cell_len(text)
            cut = min(excess, cells)
            segments[index] = Segment(set_cell_size(text, cells - cut), style)
            excess -= cut
    return segments
