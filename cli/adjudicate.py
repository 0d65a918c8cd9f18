"""`onrecord adjudicate`: the Adjudicate screen, and rulings on all on which annotators agree."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..schema.errors import NotAllowed
from .options import as_json, open_ledger, project, signed, signer, the_document
from .printing import json_array, out, plural, safe, say, table

if TYPE_CHECKING:
    from ..measure.ruling import Tally
    from ..schema.ledger import Ledger

_JUDGED = 2
"""So many annotators must have submitted a document for anything in it to be ruled without asking."""


@click.command()
@project
@click.option("--auto", type=click.Choice(["majority"]), help="Rule on all on which annotators agree.")
@click.option(
    "--least", type=click.Choice(["all", "majority"]), default="all",
    help="Who must agree: all who submitted, or more than half. [all]",
)  # fmt: skip
@click.option("--document", "document", metavar="DOC", help="Only this document: its number, sha256 or title.")
@click.option("--dry-run", is_flag=True, help="Say what would be ruled, and rule nothing.")
@signed
@as_json
def adjudicate(
    project: Path, auto: str | None, least: str, document: str | None, annotator: str | None, dry_run: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Rule where annotators differ; only adjudicators and leads do.

    Without --auto it opens the Adjudicate screen: annotators side by side, one key a ruling.

    --auto majority rules what is unanimous: all who submitted a document have a mention of the same words there, with
    the same labels, kinds, attribution, claim and polarity. With --least majority more than half are enough, those who
    have no mention there counted: more than half with the same, or more than half without any, which rules that there
    is no claim. A tie is left to you. What was ruled on is never touched, so running it again changes nothing.

    \b
      onrecord adjudicate p.db --auto majority --dry-run
      onrecord adjudicate p.db --auto majority --least majority --document 6
    """
    if not auto:
        if dry_run or as_json or least != "all":
            raise click.UsageError("--least, --dry-run and --json go with --auto majority")
        _open(project, signer(annotator), document)
        return
    with open_ledger(project, annotator) as ledger:
        rows = list(_rows(ledger, project, least, document, dry_run=dry_run))
    if as_json:
        json_array(rows)
        return
    if rows:
        table(["document_id", "title", "annotators", "groups", "before", "ruled", "left"], rows)
    else:
        say("no document was submitted by two annotators; there is nothing to rule without asking")
    ruled, left = (sum(int(str(row[each])) for row in rows) for each in ("ruled", "left"))
    would = "would be ruled on" if dry_run else "ruled on"
    out(f"{safe(project)}: {plural(ruled, 'group')} {would}, {left:,} left to decide")


def _rows(
    ledger: "Ledger", path: Path, least: str, document: str | None, *, dry_run: bool
) -> Iterator[dict[str, object]]:
    """Rule on one document after the other, an act each, and tell what came of it."""
    from ..measure.adjudication import bench
    from ..measure.ruling import rule_agreed
    from ..schema import gold
    from ..schema.rulings import check_may_rule

    connection = ledger.connection
    check_may_rule(connection, ledger.annotator)
    wanted = [the_document(connection, path, document).id] if document else gold.judged_documents(connection, _JUDGED)
    for id_ in wanted:
        if document and len(gold.judges(connection, id_)) < _JUDGED:
            raise NotAllowed(f"Document {id_} was not submitted by two annotators; rule on it in the app")
        if dry_run:
            found = bench(connection, id_)
            tally = rule_agreed(None, found, least)
        else:
            with ledger.act() as act:
                found = bench(connection, id_)
                tally = rule_agreed(act, found, least)
        yield _row(connection.execute("SELECT title FROM documents WHERE id = ?", (id_,)).fetchone()[0], id_,
                   found.annotators, tally)  # fmt: skip


def _row(title: str, id_: int, annotators: tuple[str, ...], tally: "Tally") -> dict[str, object]:
    return {
        "document_id": id_, "title": title, "annotators": ", ".join(annotators), "groups": tally.groups,
        "before": tally.before, "ruled": tally.ruled, "left": tally.left,
    }  # fmt: skip


def _open(path: Path, name: str, document: str | None) -> None:
    from ..schema import sight
    from ..schema.rulings import check_may_rule
    from .opening import run_app

    with sight.looked_at(path, name) as connection:
        check_may_rule(connection, name)
        number = the_document(connection, path, document).id if document else None
    click.get_current_context().exit(run_app(path, name, document=number, adjudicate=True))
