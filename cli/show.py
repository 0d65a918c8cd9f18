"""`onrecord show`: an article with its marks, for a pipe or a pager."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ..schema.text import visible
from .options import asked, opened, project, the_document
from .printing import out, safe
from .wording import letters, mention_lines


@click.command()
@project
@click.argument("doc", metavar="DOC")
@click.option("--annotator", "only", metavar="NAME", help="Only this annotator's mentions.")
@asked
def show(project: Path, doc: str, only: str | None, annotator: str | None) -> None:
    """Print an article with its marks.

    DOC is a document's number, the start of its sha256, or its title. Each mention's words stand between [n and n];
    the mentions are explained below under their number. A mention in pieces has the same number at each.
    """
    from ..schema import reading
    from ..schema.standing import standings

    with opened(project, annotator) as connection:
        line = the_document(connection, project, doc)
        document = reading.document(connection, line.id)
        assert document is not None
        mentions = [each for each in reading.mentions(connection, line.id) if only in (None, each.annotator)]
        labels = {label.label: label for label in reading.labels(connection)}
        standing = standings(connection, [each.claim_id for each in mentions if each.claim_id])
        out(safe(document.title))
        about = [f"document {document.id}", document.outlet, document.author, document.published_at, document.language]
        out(" · ".join(safe(each) for each in about if each))
        for more in (document.url, f"revises document {document.revises}" if document.revises else ""):
            if more:
                out(safe(more))
        out()
        pieces = [(span.start, span.end, number) for number, each in enumerate(mentions, 1) for span in each.spans]
        out(bracketed(document.text, pieces))
        for number, each in enumerate(mentions, 1):
            out()
            places = " ".join(f"{span.start}:{span.end}" for span in each.spans)
            out(f"[{number}] {letters(each, labels)}  {safe(each.annotator)}  {places}  mention {each.id}")
            for words in mention_lines(each, labels, standing.get(each.claim_id or 0, "")):
                out(f"    {words}")


def bracketed(text: str, pieces: Sequence[tuple[int, int, int]]) -> str:
    """A text that is safe to print, with `[n ` and ` n]` around each piece (start, end, n); pieces may overlap."""
    return "".join(_bracketed(visible(text), pieces))


def _bracketed(text: str, pieces: Sequence[tuple[int, int, int]]) -> Iterator[str]:
    # At one place, what ends there comes first; then the longest piece opens first, so that pairs nest where they can.
    closing = [(end, 0, -start, -number, f" {number}]") for start, end, number in pieces]
    opening = [(start, 1, -end, number, f"[{number} ") for start, end, number in pieces]
    before = 0
    for place, *_, bracket in sorted(closing + opening):
        yield text[before:place]
        yield bracket
        before = place
    yield text[before:]
