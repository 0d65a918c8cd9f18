"""`onrecord export`: a project's annotations for other tools."""

from pathlib import Path

import click

from .options import PATH, UNITS, opened, project
from .printing import out, safe


@click.command()
@project
@click.argument("target", metavar="OUT", type=PATH)
@click.option("--format", "format_", default="", metavar="NAME", help="The format, where OUT's ending does not say it.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists; a project is never replaced.")
@click.option("--unit", type=UNITS, help="What offsets count, in a format that leaves it open.")
@click.option("--escape-formulas", is_flag=True, help="In a table, put ' before cells that a spreadsheet would run.")
def export(project: Path, target: Path, format_: str, force: bool, unit: str | None, escape_formulas: bool) -> None:
    """Export a project for people and for other tools.

    \b
    .db     the public tables, views and full-text index with the same ids; no log
    .jsonl  a document a line, with all that was said about it, and the log
    .csv    a mark a row (.tsv: the same, with tabs)

    Other formats are named by --format; `onrecord formats` lists them. The file or folder appears when it is whole.
    """
    from ..exchange.exporting import export as write
    from ..exchange.formats import Outgoing

    options = Outgoing(escape_formulas=escape_formulas, unit=unit)  # type: ignore[arg-type]  # one of UNITS
    with opened(project) as connection:
        held = write(connection, target, name=format_, force=force, options=options)
    out(f"{safe(target)}: {held}")
