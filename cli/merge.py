"""`onrecord merge`: join copies of a project on which people worked apart."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..schema.errors import BadInput
from .options import EXIT_PARTLY, PATH, as_json, open_ledger, project, signed, whole
from .printing import json_array, out, plural, safe, say

if TYPE_CHECKING:
    from ..schema.merging import Merged


@click.command()
@project
@click.argument("others", metavar="OTHER.db ...", nargs=-1, required=True, type=PATH)
@signed
@as_json
def merge(project: Path, others: tuple[Path, ...], annotator: str | None, as_json: bool) -> None:
    """Join copies of a project on which people worked apart.

    All that the others hold comes into PROJECT.db: any order, any number of times, with the same outcome. The others
    stay as they are. What two people changed at once is kept as a conflict that the Reader shows. Each other file is
    one transaction. Before the first that brings something, PROJECT.db is kept as it was, beside it; the last three
    such copies stay.
    """
    from ..schema.backup import snapshot
    from ..schema.merging import brings
    from ..schema.merging import merge as join
    from ..schema.sight import sees_all

    rows = []
    aside = 0
    kept = None
    with open_ledger(project, annotator, lead=False) as ledger:
        for number, other in enumerate(others, 1):
            if other.exists() and other.samefile(project):
                raise BadInput(f"{other}: is the project itself; name the copies to join with it")
            with whole(other) as connection:
                if not kept and brings(ledger, connection):
                    kept = snapshot(project, "merge")
                    say(f"as it was before, {project} is kept as {kept}")
                found = join(ledger, connection)
            aside += len(found.aside)
            rows.append({
                "id": number, "file": str(other), "added": found.added, "known": found.known,
                "aside": len(found.aside), "conflicts": found.conflicts, "forks": found.forks,
            })  # fmt: skip
            if not as_json:
                _tell(other, found, reasons=sees_all(ledger.connection, ledger.annotator))
    if as_json:
        json_array(rows)
    click.get_current_context().exit(EXIT_PARTLY if aside else 0)


def _tell(other: Path, found: "Merged", *, reasons: bool) -> None:
    """Say what came; why events were set aside may quote work that whoever joins the copies is not to see yet."""
    out(f"{safe(other)}: {plural(found.added, 'new event')}, {found.known:,} here already")
    if found.conflicts:
        out(f"  {plural(found.conflicts, 'thing')} changed in two places at once; see: onrecord check")
    if found.forks:
        out(f"  {plural(found.forks, 'number')} that one device gave out twice, as after a copied file; both are kept")
    if found.aside and not reasons:
        out(f"  set aside: {plural(len(found.aside), 'event')}; a lead is told why, by: onrecord check")
        return
    for reason, count in Counter(found.aside).items():
        out(f"  set aside: {count:,}: {safe(reason)}")
