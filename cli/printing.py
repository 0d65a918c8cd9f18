"""What the command line prints: safe for any terminal, readable without colour, one line an error."""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from ..schema.text import few_marks, visible

SAMPLE = 500
"""How many rows decide on the widths of a table's columns: lists of any length begin to print at once."""
_GAP = 2
_NARROWEST = 8


def out(line: str = "") -> None:
    """Print a line of results; a terminal gets no more marks on a character than it can draw."""
    sys.stdout.write((few_marks(line) if sys.stdout.isatty() else line) + "\n")


def say(sentence: str) -> None:
    """Tell the person something beside the results, in one line: `onrecord: SENTENCE`."""
    sys.stdout.flush()
    sys.stderr.write(f"onrecord: {safe(sentence)}\n")
    sys.stderr.flush()


def safe(text: object) -> str:
    """Text from outside as one line that any terminal may receive."""
    return visible(str(text)).replace("\n", " ").replace("\t", " ")


def json_array(rows: Iterable[Mapping[str, object]]) -> None:
    """Print flat objects as one JSON array, an object a line, in ASCII; nothing is kept in memory."""
    start = "[\n"
    for row in rows:
        out_line = json.dumps(row).replace("\x7f", "\\u007f")
        sys.stdout.write(start + out_line)
        start = ",\n"
    sys.stdout.write("[]\n" if start == "[\n" else "\n]\n")


def table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Print these columns of the rows, aligned; lines are cut to the width of a terminal, but never in a pipe."""
    cells = ([safe("" if row[column] is None else row[column]) for column in columns] for row in rows)
    sample = list(islice(cells, SAMPLE))
    numeric = [bool(sample) and all(row[at].isdecimal() for row in sample) for at in range(len(columns))]
    widths = [max(map(cells_of, column)) for column in zip(columns, *sample, strict=True)]
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    if limit:
        widths = _squeezed(widths, limit - _GAP * (len(widths) - 1))
    for row in chain([list(columns)], sample, cells):
        parts = [_fitted(cell, width, right) for cell, width, right in zip(row, widths, numeric, strict=True)]
        line = (" " * _GAP).join(parts).rstrip()
        out(cut(line, limit) if limit else line)


def cells_of(text: str) -> int:
    """How many cells of a terminal a line takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """A line of at most `width` cells; what was longer ends in an ellipsis."""
    if cells_of(text) <= width:
        return text
    kept = text[: width - 1]
    while cells_of(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"


def plural(number: int, thing: str) -> str:
    """`1 document`, `1,200 documents`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _fitted(cell: str, width: int, right: bool) -> str:
    cell = cut(cell, width) if sys.stdout.isatty() else cell
    padding = " " * (width - cells_of(cell))
    return padding + cell if right else cell + padding


def _squeezed(widths: list[int], total: int) -> list[int]:
    """Take cells from the widest columns until the sum fits, but never make one too narrow to read."""
    widths = list(widths)
    while sum(widths) > total and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def rows_of(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[dict[str, object]]:
    """Rows of a query as flat objects."""
    return (dict(zip(names, row, strict=True)) for row in rows)
