"""Rows of columns: texts cut and padded to widths in cells."""

from textual.content import Content

GAP = 2
LONGEST = 400
"""So much of a text from outside is looked at for a cell of one row, in code points."""


def cell(text: str, width: int, style: str = "", *, right: bool = False) -> Content:
    """A text in exactly so many cells."""
    content = Content(text).truncate(max(0, width), ellipsis=True)
    space = " " * (width - content.cell_length)
    content = content.stylize(style) if style else content
    return Content(space) + content if right else content + space


def row(*cells: Content, here: bool = False) -> Content:
    """Cells side by side, those without width left out, with the sign of the cursor before them."""
    shown = [each for each in cells if each.cell_length]
    return Content("▌" if here else " ").stylize("$accent") + Content(" " * GAP).join(shown)


def days(first: str | None, last: str | None) -> str:
    """Two days as `2026-03-05 – 2026-03-12`, or one if they are the same; "undated" without any."""
    ends = list(dict.fromkeys(each[:10] for each in (first, last) if each))
    return " – ".join(ends) or "undated"
