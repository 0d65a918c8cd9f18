"""A document as one row of the library: columns that are laid out for the width there is."""

from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget

from ...schema.records import DocumentLine
from .mention_card import one_line

_GAP = 2
_LONGEST = 400
_STATES = {
    "": ("·", "to do", "$muted"),
    "in_progress": ("◐", "in progress", "$accent"),
    "submitted": ("✓", "submitted", "$success"),
    "skipped": ("–", "skipped", "$muted"),
    "flagged": ("⚑", "flagged", "$error"),
}


Part = str | tuple[str, str]
"""Words, or words with their style."""


class Columns(NamedTuple):
    """Widths in cells; a column of width 0 is not shown. The date, the mentions and the state always are."""

    title: int
    outlet: int
    author: int
    length: int
    mentions: int


_DATE, _STATE, _LENGTH = 10, 13, 7
_YOURS = "your mentions"


def columns(width: int) -> Columns:
    """Columns for rows of a width: title and outlet share what is left; wide rows have author and length too."""
    author = min(20, width // 7) if width >= 130 else 0
    length = _LENGTH if width >= 110 else 0
    mentions = len(_YOURS) if length else len("mentions")
    room = width - 2 - sum(each + _GAP for each in (_DATE, mentions, _STATE))
    room -= sum(each + _GAP for each in (author, length) if each)
    outlet = min(22, max(0, room // 3)) if room >= 30 else 0
    return Columns(max(8, room - (outlet + _GAP if outlet else 0)), outlet, author, length, mentions)


class Heads(Widget):
    """The names of the columns, over a list of the same width."""

    def render(self) -> Content:
        """One line; the list's last cell is its scroll bar. "your mentions" reaches into the space after "outlet"."""
        at = columns(self.size.width - 1)
        line = _row(
            " ",
            [_cell("published", _DATE)],
            [_cell("title", at.title)],
            [_cell("outlet", at.outlet)],
            [_cell("author", at.author)],
            [_cell("length", at.length, right=True)],
            [_cell("mentions", at.mentions, right=True)],
            [_cell("your state", _STATE)],
        )
        if not at.outlet:
            return line
        end = line.cell_length - _STATE - _GAP
        return line[: end - len(_YOURS)] + _YOURS + line[end:]


def document_row(line: DocumentLine, width: int, here: bool) -> Content:
    """One document; `here` is the row of the cursor."""
    at = columns(width)
    glyph, word, style = _STATES.get(line.state, ("?", one_line(line.state), ""))
    title = one_line(line.title[:_LONGEST])
    return _row(
        ("▌", "$accent") if here else " ",
        [(_cell(one_line((line.published_at or "")[:_DATE]), _DATE), "$muted")],
        _title(line, title, at.title, here),
        [(_cell(one_line(line.outlet[:_LONGEST]), at.outlet), "$secondary")],
        [(_cell(one_line(line.author[:_LONGEST]), at.author), "$muted")],
        [(_cell(f"{line.length:,}", at.length, right=True), "$muted")],
        [_cell(f"{line.mentions:,}" if line.mentions else "", at.mentions, right=True)],
        [(_cell(f"{glyph} {word}", _STATE), style)],
    )


def _title(line: DocumentLine, title: str, width: int, here: bool) -> list[Part]:
    """The title; before it a question mark with the number of remarks that wait for one's answer."""
    waiting = f"?{line.remarks:,} " if line.remarks else ""
    shown = _cell(title or "untitled", max(0, width - len(waiting)))
    return [(waiting, "bold $warning"), (shown, ("bold" if here else "") if title else "italic $muted")]


def _row(first: Part, *cells: list[Part]) -> Content:
    """Cells with a gap between them, those of no width left out; put together at once, for lists have many rows."""
    parts = [first]
    for cell in cells:
        if any(part if isinstance(part, str) else part[0] for part in cell):
            parts += [" " * _GAP, *cell] if len(parts) > 1 else cell
    return Content.assemble(*parts)


def _cell(text: str, width: int, *, right: bool = False) -> str:
    """A text in exactly so many cells; what is too long ends in an ellipsis."""
    if text.isascii() and len(text) <= width:
        return text.rjust(width) if right else text.ljust(width)
    content = Content(text).truncate(width, ellipsis=True)
    space = " " * (width - content.cell_length)
    return f"{space}{content.plain}" if right else f"{content.plain}{space}"
