"""`onrecord check`: whether a project is sound, and mending what can be derived from its log."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import as_json, opened, project
from .printing import json_array, out, plural, safe, say

if TYPE_CHECKING:
    from ..schema.check import Finding


@click.command()
@project
@click.option("--rebuild", is_flag=True, help="First derive all tables anew from the log.")
@as_json
@click.pass_context
def check(ctx: click.Context, project: Path, rebuild: bool, as_json: bool) -> None:
    """Verify a project: every hash, quote, reference and table.

    The exit code is 1 if there is a problem.

    A note is legal but worth knowing: an event that waits for its text, a change made in two places at once. Nothing
    is changed without --rebuild, and --rebuild never changes the log.
    """
    from ..schema.check import check as findings

    if rebuild:
        _rebuild(project)
    with opened(project) as connection:
        if as_json:
            problems = Count(findings(connection))
            json_array({"id": id_, "level": found.level, "what": found.what} for id_, found in problems.numbered())
        else:
            problems = Count(findings(connection))
            for _, found in problems.numbered():
                out(f"{found.level}: {safe(found.what)}")
            sound = "sound" if not problems.count else plural(problems.count, "problem")
            out(f"{safe(project)}: {sound}")
    ctx.exit(1 if problems.count else 0)


class Count:
    """Passes findings on and counts the problems among them."""

    def __init__(self, findings: "Iterator[Finding]") -> None:
        self._findings, self.count = findings, 0

    def numbered(self) -> "Iterator[tuple[int, Finding]]":
        """The findings with numbers from 1."""
        for number, found in enumerate(self._findings, 1):
            self.count += found.level == "problem"
            yield number, found


def _rebuild(path: Path) -> None:
    from ..schema.ledger import Ledger
    from ..tui import settings

    # A rebuild writes no event, so nobody signs it.
    with Ledger(path, "nobody", settings.device(path)) as ledger:
        ledger.rebuild()
        taken = ledger.retry_quarantine()
    if taken:
        say(f"{path}: took in {plural(taken, 'event')} that had been set aside")
