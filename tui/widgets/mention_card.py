"""The mention in hand, told in a few lines: its labels, its words, who stands behind it, its claim and evidence."""

from collections.abc import Callable, Iterator

from textual.content import Content
from textual.style import Style

from ...schema.records import Attribution, Label, Mark, Mention
from ...schema.text import visible

Colour = Callable[[str], str]

_DIM = Style(dim=True)
_BOLD = Style(bold=True)


def tag_of(mention: Mention, labels: list[Label]) -> str:
    """The letters of a mention's labels, as `A D`; a middle dot when it has none."""
    letters = {label.label: label.letter for label in labels}
    return " ".join(letters.get(mark.label, "?") for mark in mention.marks) or "·"


def one_line(text: str) -> str:
    """A text from outside on one line: safe, line ends and runs of white space as one space."""
    return visible(" ".join(text.split()))


def card(
    mention: Mention,
    active: Mark | None,
    labels: list[Label],
    colour: Colour,
    *,
    width: int,
    pending: bool,
    mine: bool,
    remarks: str = "",
) -> Content:
    """What the panel shows of the mention in hand, `width` cells wide. What is not on disk yet has a hollow sign.

    `remarks` says what there is of them, and how to read them.
    """
    lines = [(0, _quote(mention))]
    if not mine:
        lines.append((0, Content.styled(f"by {one_line(mention.annotator)}", _DIM)))
    if mention.conflict:
        lines.append((2, Content.styled("⚠ changed on two devices at once; the later change is shown", _BOLD)))
    lines.append((0, Content("")))
    for mark in mention.marks:
        lines.extend(mark_lines(mark, labels, colour, active=mark is active, pending=pending))
    if not mention.marks:
        lines.append((0, Content.styled("no label: in the writer's own voice", _DIM)))
    lines.append((0, Content("")))
    lines.append((6, _claim(mention)))
    if mention.note:
        lines.append((6, Content.assemble(("note  ", _DIM), one_line(mention.note))))
    if remarks:
        lines.append((6, Content.styled(remarks, _BOLD)))
    return Content("\n").join(part for indent, line in lines for part in hanging(line, indent, max(12, width)))


def hanging(line: Content, indent: int, width: int) -> list[Content]:
    """A line wrapped to a width in cells, all rows but the first moved in."""
    if line.cell_length <= width and "\n" not in line.plain:
        return [line]
    first, *rest = line.wrap(width) or [Content("")]
    if not rest:
        return [first]
    # The rows below are narrower than the first: wrap again what the first one left.
    left = line[len(first.plain) :]
    left = left[len(left.plain) - len(left.plain.lstrip()) :]
    return [first, *(Content(" " * indent) + row for row in left.wrap(max(8, width - indent)))]


def _quote(mention: Mention) -> Content:
    words = one_line(mention.quote)
    if len(words) > 280:
        words = words[:180] + " … " + words[-90:]
    return Content.assemble("“", words, "”")


def _claim(mention: Mention) -> Content:
    if mention.claim is None:
        return Content.assemble(("claim ", _DIM), ("none yet; = links one", _DIM))
    polarity = "" if mention.polarity == "asserts" else f" ({mention.polarity} it)"
    return Content.assemble(("claim ", _DIM), one_line(mention.claim), (polarity, _DIM))


def mark_lines(
    mark: Mark, labels: list[Label], colour: Colour, *, active: bool = False, pending: bool = False
) -> Iterator[tuple[int, Content]]:
    """A mark's label, chain, evidence and note, a line each, with how far its further rows are moved in."""
    label = next((each for each in labels if each.label == mark.label), None)
    sign = f"{label.glyph} {label.letter} " if label else "? ? "
    details = [mark.kind.replace("_", " ")] if mark.kind else []
    details += [f"{mark.certainty} %"] if mark.certainty is not None else []
    head = Content.assemble(
        ("▸" if active else " ", _BOLD),
        ("◌ " if pending else "", _DIM),
        (sign + mark.label, Style.parse(colour(mark.label)) + _BOLD),
        ("  " + ", ".join(details) if details else "", _DIM),
    )
    yield 4, head
    for link in mark.chain:
        yield 5, _link(link)
    for item in mark.evidence:
        shown = f"“{one_line(item.quote)}”" if item.quote else one_line(item.url) or "a mention elsewhere"
        yield 5, Content.assemble(("   ⌕ ", _DIM), shown)
    if mark.note:
        yield 5, Content.assemble(("   note ", _DIM), one_line(mark.note))


def _link(link: Attribution) -> Content:
    who = one_line(link.source) if link.source else "nobody named"
    said = f"  “{one_line(link.cue_quote)}”" if link.cue_quote else ""
    arrow = "↳ via " if link.relay else "↳ "
    how = "" if link.identified == "named" else f"  {link.identified}"
    return Content.assemble(("   " + arrow, _DIM), who, (how, _DIM), (said, _DIM))
