"""`onrecord export`: a project's annotations for other tools."""

from pathlib import Path

import click

from .options import PATH, UNITS, asked, opened, project
from .printing import out, safe, say


@click.command()
@project
@click.argument("target", metavar="OUT", type=PATH)
@click.option("--format", "format_", default="", metavar="NAME", help="The format, where OUT's ending does not say it.")
@click.option("--layer", default="all", metavar="gold|all|annotator=NAME", help="Whose work. [all]")
@click.option("--force", is_flag=True, help="Replace OUT if it exists; a project is never replaced.")
@click.option("--unit", type=UNITS, help="What offsets count, in a format that leaves it open.")
@click.option("--escape-formulas", is_flag=True, help="In a table, put ' before cells that a spreadsheet would run.")
@asked
def export(
    project: Path, target: Path, format_: str, layer: str, force: bool, unit: str | None, escape_formulas: bool,
    annotator: str | None,
) -> None:  # fmt: skip
    """Export a project for people and for other tools.

    \b
    .db     the public tables, views and full-text index with the same ids; no log
    .jsonl  a document a line, with all that was said about it, and the log
    .csv    a mark a row (.tsv: the same, with tabs)

    --layer all is what annotators did. --layer gold is what adjudicators ruled, in the documents in which all is ruled
    on; how many are left out is said. --layer annotator=NAME is one annotator's work alone. jsonl and the formats made
    of tables tell the layer of each mention: there, all has the gold mentions and the rulings too.

    Other formats are named by --format; `onrecord formats` lists them. The file or folder appears when it is whole.
    """
    from ..exchange.exporting import export as write
    from ..exchange.formats import Outgoing
    from ..schema.layers import left_out, read_layer

    chosen = read_layer(layer)
    options = Outgoing(escape_formulas=escape_formulas, unit=unit)  # type: ignore[arg-type]  # one of UNITS
    with opened(project, annotator) as connection:
        left = left_out(connection, chosen)
        held = write(connection, target, name=format_, force=force, options=options, layer=chosen)
    for sentence in left:
        say(sentence)
    out(f"{safe(target)}: {held}")
