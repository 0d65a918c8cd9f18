"""`onrecord report`: a page about a claim, or about all of them, to read, print and send."""

from pathlib import Path

import click

from ..schema.errors import BadInput, NoSuchThing
from .claims import as_of_option, known, known_at_option
from .options import PATH, asked, opened, project
from .printing import out, plural, safe


@click.command()
@project
@click.argument("claim_id", metavar="[CLAIM]", type=int, required=False)
@click.option("-o", "--output", "target", metavar="OUT", type=PATH, required=True, help="A .html or .md file.")
@as_of_option
@known_at_option
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@asked
def report(
    project: Path, claim_id: int | None, target: Path, as_of: str, known_at: str, force: bool, annotator: str | None
) -> None:
    """Write a page about one claim, or about all claims.

    CLAIM is a number that `onrecord claims` lists; without it, all claims are told, after an index. The page holds the
    claim's timeline as a picture and a table, who says, denies and confirms it, its distinct origins, and the quotes
    with their links. An .html page needs no other file and runs no script; .md has no pictures.
    """
    from ..exchange.exporting import writing
    from ..report import pages
    from ..report.gather import gather
    from ..schema import claims as book
    from ..schema.standing import merged

    render = {".html": pages.html, ".htm": pages.html, ".md": pages.markdown}.get(target.suffix.lower())
    if render is None:
        raise BadInput(f"{target}: name a file that ends in .html or .md")
    with opened(project, annotator) as connection:
        chosen = book.ids(connection) if claim_id is None else [merged(connection, claim_id)]
        with known(connection, chosen, known_at) as there:
            told = gather(there, chosen, as_of)
    if claim_id is not None and not told:
        raise NoSuchThing(f"{project}: nobody worded a claim {claim_id} by then; see: onrecord claims {project}")
    page = render(told, pages.Heading(project.name, as_of, known_at))
    with writing(target, force=force) as new:
        new.write_text(page, "utf-8", newline="\n")
    out(f"{safe(target)}: {plural(len(told), 'claim')}")
