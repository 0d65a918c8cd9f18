"""A claim as one row of the ledger: columns that are laid out for the width there is."""

from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget

from ...schema.claims import ClaimLine
from .cells import GAP, LONGEST, cell, days, row
from .mention_card import one_line
from .sparkline import sparkline
from .standing import LOOKS, WIDTH, Colour, standing_cell
from .wording import count

_DATE, _NUMBER = 10, 8


class Columns(NamedTuple):
    """Widths in cells; a column of width 0 is not shown."""

    claim: int
    line: int
    mentions: int
    outlets: int
    origins: int
    first: int
    last: int


def columns(width: int) -> Columns:
    """Columns for rows of a width: the claim gets what is left; wide rows have longer lines and more counts."""
    wide = width >= 110
    shown = Columns(0, width // 6 if wide else 8, _NUMBER * wide, 7, 7 * wide, _DATE * wide, _DATE)
    taken = 1 + WIDTH + GAP + sum(each + GAP for each in shown if each)
    return shown._replace(claim=max(8, width - taken))


class ClaimHeads(Widget):
    """The names of the columns, over a list of the same width."""

    def render(self) -> Content:
        """One line; the list's last cell is its scroll bar."""
        at = columns(self.size.width - 1)
        return row(
            cell("standing", WIDTH),
            cell("claim", at.claim),
            cell("how often over time" if at.line >= 19 else "when", at.line),
            cell("mentions", at.mentions, right=True),
            cell("outlets", at.outlets, right=True),
            cell("origins", at.origins, right=True),
            cell("first seen", at.first),
            cell("last seen", at.last),
        )


class TimeLine(NamedTuple):
    """The time that all rows are drawn on."""

    first: str
    last: str


def claim_row(line: ClaimLine, width: int, here: bool, *, over: TimeLine, colour: Colour, marked: bool) -> Content:
    """One claim; `here` is the row of the cursor, `marked` the claim that another is to be merged with."""
    at = columns(width)
    said = bool(line.mentions)
    words = one_line(line.claim[:LONGEST])
    return row(
        standing_cell(line.standing, colour) if said else cell("– no mention", WIDTH, "$muted"),
        cell(f"◆ {words}" if marked else words, at.claim, "bold $accent" if marked else "bold" if here else ""),
        cell(sparkline(line.moments, over.first, over.last, at.line), at.line, "$primary"),
        cell(f"{line.mentions:,}", at.mentions, right=True),
        cell(f"{line.outlets:,}", at.outlets, right=True),
        cell(f"{line.origins:,}", at.origins, right=True),
        cell((line.first_published or "")[:_DATE], at.first, "$muted"),
        cell((line.last_published or "undated" if said else "")[:_DATE], at.last, "$muted"),
        here=here,
    )


def claim_about(line: ClaimLine) -> Content:
    """All that a row says of a claim, and what has no room there: its words whole, its note, its counts."""
    spread = [
        f"{count(line.mentions, 'mention')} in {count(line.documents, 'document')} of {count(line.outlets, 'outlet')}",
        count(line.origins, "origin"),
        days(line.first_published, line.last_published),
    ]
    if line.merged:
        spread.append(f"stands for {count(line.merged, 'other')}")
    standing = f"{line.standing}: {LOOKS.get(line.standing, ('', '', ''))[2]}"
    note = one_line(line.note[:LONGEST])
    return Content.assemble(
        (one_line(line.claim[: 2 * LONGEST]), "bold"),
        (f"\n{standing if line.mentions else 'no mention: nothing that is looked at words it'}\n", "$foreground"),
        (" · ".join(spread), "$muted"),
        (f"\nnote: {note}" if note else "", "italic $muted"),
    )
