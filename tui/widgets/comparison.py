"""Annotators side by side on one group of mentions, or where there is no room for that, one below the other.

What they differ in is marked by a sign, a word and a colour. All text comes from outside and is only ever `Content`.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from textual.content import Content

from ...measure.adjudication import Aspect, Item
from ...measure.alignment import covered
from ...schema.records import Label, Mark, Mention
from .mention_card import Colour, one_line

NAME = 12
"""Cells for what a line is about."""
NARROWEST = 24
"""A column of fewer cells is hard to read: then annotators stand one below the other."""
_LONGEST = 1200
_AROUND = 160
_GAP = " │ "
_DIFFERS = "bold $warning"
_MORE = "more"


class Columns(NamedTuple):
    """What is compared: an item, each column's head with its mention or what is said instead, the text, the labels."""

    item: Item
    heads: Sequence[tuple[Content, Mention | None, str]]
    text: str
    labels: Sequence[Label]
    colour: Colour


def side_by_side(columns: Columns, width: int) -> bool:
    """Whether there is room for a column each."""
    number = len(columns.heads)
    return number > 0 and (width - NAME - number * len(_GAP)) // number >= NARROWEST


def comparison(columns: Columns, width: int) -> Content:
    """All annotators in all that can differ."""
    rows = list(_rows(columns))
    if side_by_side(columns, width):
        return _beside(columns, rows, width)
    return _below(columns, rows, width)


class _Row(NamedTuple):
    """A line of the comparison: what it is about, whether that differs, and what each column says."""

    name: str
    differs: bool
    cells: list[Content]


def _rows(columns: Columns) -> Iterable[_Row]:
    aspects: set[Aspect] = set(columns.item.differs)
    shared = _shared(columns.item.group.members)
    mentions = [mention for _, mention, _ in columns.heads]

    def row(name: str, of: set[Aspect], tell: Callable[[Mention], Content]) -> _Row:
        return _Row(name, not aspects.isdisjoint(of), [tell(each) if each else Content("") for each in mentions])

    everywhere = [{mark.label for mark in each.marks} for each in columns.item.group.members]
    common = set.intersection(*everywhere) if everywhere else set()
    yield row("words", {"boundaries"}, lambda each: _words(each, shared, columns.text))
    yield row("labels", {"labels", "kind"}, lambda each: _labels(each, columns, common))
    if any(mark.chain for each in mentions if each for mark in each.marks):
        yield row("who", {"attribution"}, lambda each: _chains(each, columns))
    if any(each.claim for each in mentions if each) or "claim" in aspects:
        yield row("claim", {"claim"}, _claim)
    if "polarity" in aspects or any(each.polarity != "asserts" for each in mentions if each):
        yield row("polarity", {"polarity"}, lambda each: Content(each.polarity))
    if any(_has_more(each) for each in mentions if each):
        yield row(_MORE, set(), _more)


# ---------------------------------------------------------------------- what a cell says


def _shared(members: Sequence[Mention]) -> list[tuple[int, int]]:
    """The code points that all have, as stretches."""
    common: list[tuple[int, int]] = covered(members[0].spans) if members else []
    for each in members[1:]:
        common = [
            (max(one, other), min(end, stop))
            for one, end in common
            for other, stop in covered(each.spans)
            if max(one, other) < min(end, stop)
        ]
    return common


def _words(mention: Mention, shared: Sequence[tuple[int, int]], text: str) -> Content:
    """The words of a mention, those that not all have set off."""
    shown = Content("")
    for number, span in enumerate(mention.spans):
        shown += Content(" … " if number else "")
        at = span.start
        for start, end in shared:
            here, there = max(start, span.start), min(end, span.end)
            if here < there:
                shown += Content.styled(_elided(text, at, here, _LONGEST), _DIFFERS + " underline")
                shown += Content(_elided(text, here, there, _LONGEST))
                at = there
        shown += Content.styled(_elided(text, at, span.end, _LONGEST), _DIFFERS + " underline")
    return Content("“") + shown + "”"


def _labels(mention: Mention, columns: Columns, common: set[str]) -> Content:
    if not mention.marks:
        return Content.styled("no label", "italic $muted")
    return Content("\n").join(_label(mark, columns, common) for mark in mention.marks)


def _label(mark: Mark, columns: Columns, common: set[str]) -> Content:
    label = next((each for each in columns.labels if each.label == mark.label), None)
    sign = f"{label.glyph} {label.letter} " if label else "? ? "
    more = [one_line(mark.kind).replace("_", " ")] if mark.kind else []
    more += [f"{mark.certainty} %"] if mark.certainty is not None else []
    alone = "" if mark.label in common else " underline"
    return Content.assemble(
        (sign + one_line(mark.label), f"bold {columns.colour(mark.label)}{alone}"),
        (f"  {', '.join(more)}" if more else "", _DIFFERS if "kind" in columns.item.differs else "$muted"),
    )


def _chains(mention: Mention, columns: Columns) -> Content:
    lines = []
    for mark in mention.marks:
        label = next((each for each in columns.labels if each.label == mark.label), None)
        if mark.chain:
            links = [one_line(link.source) if link.source else "nobody named" for link in mark.chain]
            how = mark.chain[-1].identified
            lines.append(
                Content.assemble(
                    (f"{label.letter if label else '?'} ", f"bold {columns.colour(mark.label)}"),
                    " ← ".join(links),
                    ("" if how == "named" else f"  {how}", "$muted"),
                )
            )
    return Content("\n").join(lines) if lines else Content.styled("nobody", "italic $muted")


def _claim(mention: Mention) -> Content:
    return Content(one_line(mention.claim)) if mention.claim else Content.styled("none", "italic $muted")


def _has_more(mention: Mention) -> bool:
    return bool(mention.note) or any(mark.note or mark.evidence for mark in mention.marks)


def _more(mention: Mention) -> Content:
    """Notes and evidence, which make no difference between annotators."""
    lines = [f"note: {one_line(mention.note)}"] if mention.note else []
    for mark in mention.marks:
        lines += [f"{one_line(mark.label)}: {one_line(mark.note)}"] if mark.note else []
        lines += [f"⌕ {one_line(each.quote) or one_line(each.url) or 'a mention elsewhere'}" for each in mark.evidence]
    return Content.styled("\n".join(line[:_LONGEST] for line in lines), "$muted")


# ---------------------------------------------------------------------- layout


def _named(row: _Row) -> Content:
    sign = "≠ " if row.differs else "  " if row.name == _MORE else "= "
    return Content.styled(sign + row.name, _DIFFERS if row.differs else "$muted")


def _beside(columns: Columns, rows: Sequence[_Row], width: int) -> Content:
    """A column for each, parted by lines."""
    room = (width - NAME - len(columns.heads) * len(_GAP)) // len(columns.heads)
    lines = [_line(Content(""), [_cut(head, room) for head, _, _ in columns.heads], room)]
    absent = [
        Content.styled(words, "italic $muted") if mention is None else None for _, mention, words in columns.heads
    ]
    for number, row in enumerate(rows):
        cells = [
            (instead if number == 0 else Content("")) if instead else cell
            for instead, cell in zip(absent, row.cells, strict=True)
        ]
        wrapped = [_wrapped(cell, room) for cell in cells]
        for at in range(max(map(len, wrapped))):
            name = _named(row) if at == 0 else Content("")
            lines.append(_line(name, [each[at] if at < len(each) else Content("") for each in wrapped], room))
    return Content("\n").join(lines)


def _line(name: Content, cells: Sequence[Content], room: int) -> Content:
    line = _padded(name, NAME)
    for cell in cells:
        line += Content.styled(_GAP, "$rule") + _padded(cell, room)
    return line


def _below(columns: Columns, rows: Sequence[_Row], width: int) -> Content:
    """What is said in each line, and who says it: those who say the same share a line."""
    lines: list[Content] = []
    for row in rows:
        said: list[tuple[Content, list[Content]]] = []
        for (head, mention, _), cell in zip(columns.heads, row.cells, strict=True):
            if mention is None or (row.name == _MORE and not cell.plain):
                continue
            same = next((names for each, names in said if each == cell), None)
            if same is None:
                said.append((cell, [head]))
            else:
                same.append(head)
        lines.append(_named(row))
        for cell, names in said:
            who = Content("  ") + Content(", ").join(names) + "  "
            first, *rest = _wrapped(cell, max(NARROWEST, width - who.cell_length)) or [Content("")]
            if who.cell_length + NARROWEST > width:
                lines += [who, *(Content("    ") + each for each in _wrapped(cell, width - 4))]
                continue
            lines += [who + first, *(Content(" " * who.cell_length) + each for each in rest)]
    for head, mention, words in columns.heads:
        if mention is None:
            lines.append(Content("  ") + head + "  " + Content.styled(words, "italic $muted"))
    return Content("\n").join(lines)


def _wrapped(cell: Content, width: int) -> list[Content]:
    return [line for part in cell.split("\n") for line in (part.wrap(max(4, width)) or [Content("")])]


def _cut(content: Content, width: int) -> Content:
    return content.truncate(max(1, width), ellipsis=True)


def _padded(content: Content, width: int) -> Content:
    content = _cut(content, width) if content.cell_length > width else content
    return content + " " * (width - content.cell_length)


# ---------------------------------------------------------------------- the text around


def around(text: str, item: Item, mentions: Sequence[Mention]) -> Content:
    """The text around a group: what all have in bold, what only some have underlined and coloured."""
    if not mentions:
        return Content("")
    first = min(each.spans[0].start for each in mentions)
    last = max(each.spans[-1].end for each in mentions)
    start, stop = max(0, first - _AROUND), min(len(text), last + _AROUND)
    shown = Content.styled("…" if start else "", "$muted")
    cuts = sorted({start, stop, *(edge for each in mentions for span in each.spans for edge in (span.start, span.end))})
    missing = bool(item.group.missing)
    for here, there in pairwise(cuts):
        having = sum(any(span.start <= here < span.end for span in each.spans) for each in mentions)
        style = "$muted"
        if having:
            style = "bold underline" if having == len(mentions) and not missing else _DIFFERS + " underline"
        shown += Content.styled(_elided(text, here, there, _LONGEST if having else 2 * _AROUND), style)
    return shown + Content.styled("…" if stop < len(text) else "", "$muted")


def _elided(text: str, start: int, end: int, most: int) -> str:
    """A stretch of a text on one line; of a long one its beginning and its end."""
    if end - start <= most:
        return _flat(text[start:end])
    return _flat(text[start : start + most // 2]) + " … " + _flat(text[end - most // 2 : end])


def _flat(words: str) -> str:
    """A piece of a text on one line, a space at its ends where there was white space."""
    return one_line(f"|{words}|")[1:-1]
