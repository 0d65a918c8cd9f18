"""`onrecord export`: a project's annotations for other tools."""

from pathlib import Path

import click

from .options import PATH, opened, project
from .printing import out, safe


@click.command()
@project
@click.argument("target", metavar="OUT", type=PATH)
@click.option("--force", is_flag=True, help="Replace OUT if it exists; a project is never replaced.")
@click.option("--escape-formulas", is_flag=True, help="In .csv, put ' before cells that a spreadsheet would run.")
def export(project: Path, target: Path, force: bool, escape_formulas: bool) -> None:
    """Export a project as .db, .jsonl or .csv.

    \b
    .db     the public tables, views and full-text index with the same ids; no log
    .jsonl  a document a line, with text, mentions, spans, marks, chains, evidence
    .csv    a mark a row

    All offsets are code points. The file appears when it is whole.
    """
    from ..exchange.formats import export as write

    with opened(project) as connection:
        held = write(connection, target, force=force, escape_formulas=escape_formulas)
    out(f"{safe(target)}: {held}")
