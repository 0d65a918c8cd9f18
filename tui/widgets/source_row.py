"""A source as one row: what sort it is, its name, and how often it says, denies and confirms."""

from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget

from ...schema.sources import MANY, SourceLine
from .cells import LONGEST, cell, row
from .mention_card import one_line
from .wording import count

SORT = 14
_COUNTS = ("says", "denies", "confirms", "responds", "relays", "claims", "articles")
_COUNT = len(f"{MANY}+")


class Columns(NamedTuple):
    """Widths in cells; a column of width 0 is not shown."""

    name: int
    counts: tuple[int, ...]


def columns(width: int) -> Columns:
    """Columns for rows of a width: the name gets what is left; narrow rows leave out the last counts."""
    wide = width >= 110
    shown = tuple(
        max(len(name), _COUNT) if wide or name in _COUNTS[:3] or name == "articles" else 0 for name in _COUNTS
    )
    taken = 1 + SORT + 2 + sum(each + 2 for each in shown if each)
    return Columns(max(8, width - taken), shown)


class SourceHeads(Widget):
    """The names of the columns, over a list of the same width."""

    def render(self) -> Content:
        """One line; the list's last cell is its scroll bar."""
        at = columns(self.size.width - 1)
        names = (cell(name, width, right=True) for name, width in zip(_COUNTS, at.counts, strict=True))
        return row(cell("sort", SORT), cell("source", at.name), *names)


def source_row(line: SourceLine, width: int, here: bool, *, sort: Content, marked: bool) -> Content:
    """One source; `here` is the row of the cursor, `marked` the source that another is to be merged with."""
    at = columns(width)
    name = one_line(line.name[:LONGEST])
    more = f"  (+{line.merged})" if line.merged else ""
    more += f"  ≈{line.suspected}" if line.suspected else ""
    more = more if at.name - len(more) >= 8 else ""
    style = "bold $accent" if marked else "bold" if here else "italic" if line.document_id is not None else ""
    numbers = (line.says, line.denies, line.confirms, line.responds, line.relays, line.claims, line.documents)
    return row(
        sort,
        cell(name if not marked else f"◆ {name}", at.name - len(more), style) + Content.styled(more, "$muted"),
        *(
            cell(_number(number, more=line.more), width, "" if number else "$muted", right=True)
            for number, width in zip(numbers, at.counts, strict=True)
        ),
        here=here,
    )


def _number(number: int, *, more: bool) -> str:
    return f"{number}+" if number and more else f"{number:,}" if number else "·"


def source_about(line: SourceLine, where: str) -> Content:
    """All that a row says of a source, and what has no room there; `where` is the article of an unnamed one."""
    numbers = (line.says, line.denies, line.confirms, line.responds, line.relays)
    says = [f"{name} {number:,}" for name, number in zip(_COUNTS, numbers, strict=False) if number]
    if line.more:
        says.insert(0, f"of its newest {MANY:,} links")
    says.append(f"{count(line.claims, 'claim')} in {count(line.documents, 'article')}")
    ties = [f"stands for {count(line.merged, 'other name')}"] if line.merged else []
    ties += [f"≈ probably the same as {count(line.suspected, 'other')}"] if line.suspected else []
    sort = f"unnamed {line.kind}, of “{where}”" if where else f"named {line.kind}"
    note = one_line(line.note[:LONGEST])
    return Content.assemble(
        (one_line(line.name[:LONGEST]), "bold"),
        (f"\n{' · '.join([sort, *ties])}\n", "$foreground"),
        (" · ".join(says), "$muted"),
        (f"\nnote: {note}" if note else "", "italic $muted"),
    )
