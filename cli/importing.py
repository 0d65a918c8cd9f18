"""`onrecord import`: annotations that were made elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import EXIT_PARTLY, PATH, UNITS, as_json, open_ledger, progress_bar, project, signed
from .printing import json_array, out, plural, safe, say

if TYPE_CHECKING:
    from ..exchange.report import Report


@click.command(name="import")
@project
@click.argument("paths", metavar="PATH ...", nargs=-1, required=True, type=PATH)
@click.option("--format", "format_", default="", metavar="NAME", help="The format; else each file's is made out.")
@click.option("--map", "mapped", multiple=True, metavar="THEIRS=OURS", help="What a label is here, or a .toml file.")
@click.option("--annotator", "theirs", default="", metavar="NAME", help="Whose work it is, where the files do not say.")
@click.option("--unit", type=UNITS, help="What offsets count; else as the format says, held against the words.")
@click.option("--charset", default="", metavar="NAME", help="The charset of the files; else UTF-8.")
@click.option("--keep-good", is_flag=True, help="Keep the good records of a file that has bad ones.")
@click.option("--update", is_flag=True, help="Where the project says otherwise, take the file's word for it.")
@signed
@as_json
def import_(
    project: Path,
    paths: tuple[Path, ...],
    format_: str,
    mapped: tuple[str, ...],
    theirs: str,
    unit: str | None,
    charset: str,
    keep_good: bool,
    update: bool,
    annotator: str | None,
    as_json: bool,
) -> None:
    """Import annotations that were made elsewhere.

    PATH is a file or a folder in one of the formats that `onrecord formats` lists as `in`.

    A file is one act: with a bad record, nothing of it is kept, unless --keep-good is given. Importing it again adds
    nothing. What the project says otherwise by now is left, unless --update is given; nothing is ever removed. A report
    says what came in, what it was mapped to, and what was set aside and why.

    --map PER=sourced maps a label, --map PER=sourced/person gives its kind too, --map PER=- leaves it out. So do
    --map annotator:u1=Ana and, for tables, --map column:quote=Text. A .toml file has [labels], [annotators] and
    [columns]. Labels without a counterpart become neutral codes.
    """
    from ..exchange.articles import Note, Refused
    from ..exchange.importing import ImportOptions, bring_in, files_of
    from ..exchange.mapping import read_mapping
    from ..exchange.report import Report
    from ..schema.act import check_signer
    from ..schema.errors import NotStored, ProjectBusy

    options = ImportOptions(
        format=format_, mapping=read_mapping(mapped), unit=unit, charset=charset, annotator=theirs,  # type: ignore[arg-type]
        keep_good=keep_good, update=update,
    )  # fmt: skip
    if theirs:
        check_signer(theirs)
    report = Report()
    kept = 0
    with open_ledger(project, annotator) as ledger:
        files = files_of(list(paths), options, report)
        with progress_bar(sum(path.stat().st_size for path, _ in files)) as progress:
            for number, (path, form) in enumerate(files, 1):
                try:
                    kept += bring_in(ledger, path, form, options, report, progress)
                except (NotStored, ProjectBusy) as error:
                    report.add(Refused(str(path), error.sentence.removeprefix(f"{project}: ")))
                    if number < len(files):
                        report.add(Note(str(path), f"files that were not tried after it: {len(files) - number:,}"))
                    break
    if as_json:
        json_array(report.rows())
    else:
        for line in _lines(report):
            out(line)
    (say if as_json else out)(f"{safe(project)}: imported {kept:,} of {plural(len(files), 'file')}")
    if report.refused:
        click.get_current_context().exit(EXIT_PARTLY if kept else 1)


def _lines(report: "Report") -> Iterator[str]:
    """The report as a person reads it."""
    for row in report.rows():
        yield safe(_line(row))


def _line(row: dict[str, Any]) -> str:
    where = f"  ({row['places']})" if row["places"] else ""
    if row["what"] in ("new", "here already", "updated"):
        return f"{row['what']:<12} {row['count']:>8,}  {row['kind']}"
    if row["what"] == "note":
        return f"note: {row['reason']}{where}"
    return f"{row['what']}: {row['count']:,} {row['kind']}: {row['reason']}{where}"
