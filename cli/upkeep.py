"""`onrecord check`: whether a project is sound, mending what can be derived, and saving what is sound of the rest."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from .options import EXIT_PARTLY, PATH, annotator_name, as_json, asked, project, whole
from .printing import json_array, out, plural, safe, say

if TYPE_CHECKING:
    from ..schema.check import Finding
    from ..schema.salvage import Salvaged


@click.command()
@project
@click.option("--rebuild", is_flag=True, help="First derive all tables and indexes anew from the log.")
@click.option("--salvage", metavar="NEW.db", type=PATH, help="Bring all that is sound into a new project instead.")
@asked
@as_json
@click.pass_context
def check(
    ctx: click.Context, project: Path, rebuild: bool, salvage: Path | None, annotator: str | None, as_json: bool
) -> None:
    """Verify a project: every hash, quote, reference and table.

    The exit code is 1 if there is a problem.

    A note is legal but worth knowing: an event that waits for its text, a change made in two places at once. Nothing
    is changed without --rebuild, and --rebuild never changes the log.

    --salvage is for a file that is damaged: it reads whatever can be read, puts every event and every text that is
    sound into NEW.db, and names what is lost; then the exit code is 3. The damaged file stays as it is.
    """
    if salvage:
        if rebuild:
            raise click.UsageError("--salvage makes a new file and --rebuild mends this one: give one of them")
        ctx.exit(_salvage(project, salvage, as_json))
    if rebuild:
        _rebuild(project)
    from ..schema.check import check as findings

    with whole(project) as connection:
        problems = Count(_as_told(findings(connection), project, annotator_name(annotator)))
        if as_json:
            json_array({"id": id_, "level": found.level, "what": found.what} for id_, found in problems.numbered())
        else:
            for _, found in problems.numbered():
                out(f"{found.level}: {safe(found.what)}")
            out(f"{safe(project)}: {plural(problems.count, 'problem') if problems.count else 'sound'}")
    ctx.exit(1 if problems.count else 0)


def _as_told(found: "Iterator[Finding]", path: Path, viewer: str | None) -> "Iterator[Finding]":
    """All is verified, whoever asks; what is found in work that a viewer does not see yet is told without its words."""
    from ..schema.sight import look, shows

    with ExitStack() as stack:
        seen = cache(lambda: stack.enter_context(closing(look(path, viewer))))  # a damaged file may not come so far
        for each in found:
            if each.about and not shows(seen(), *each.about):
                yield structs.replace(each, what="something in work that is not shown to you; ask a lead to check")
            else:
                yield each


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
    from ..schema.damage import damage
    from ..schema.errors import NotStored
    from ..schema.ledger import Ledger
    from ..schema.store import kept_before
    from ..tui import settings

    # A rebuild writes no event, so nobody signs it.
    with Ledger(path, "nobody", settings.device(path)) as ledger:
        if kept := kept_before(path):
            say(kept)
        try:
            ledger.rebuild()
            whole = not damage(ledger.connection)
        except NotStored:
            whole = False
        if not whole:  # an index may be all that is damaged
            ledger.rebuild(indexes=True)
        taken = ledger.retry_quarantine()
    if taken:
        say(f"{path}: took in {plural(taken, 'event')} that had been set aside")


def _salvage(path: Path, target: Path, as_json: bool) -> int:
    """Make a new project of what is sound in a damaged one, and tell; the answer is the exit code."""
    from ..schema.salvage import salvage

    done = salvage(path, target)
    told = [*_told(done)]
    if as_json:
        json_array({"id": id_, "level": level, "what": what} for id_, (level, what) in enumerate(told, 1))
    else:
        for level, what in told:
            out(f"{level}: {safe(what)}")
        lost = f"{plural(len(done.lost), 'thing')} lost" if done.lost else "nothing known is lost"
        out(f"{safe(target)}: made; {lost}")
    return EXIT_PARTLY if done.lost or done.pages else 0


def _told(done: "Salvaged") -> Iterator[tuple[str, str]]:
    yield "saved", f"{plural(done.events, 'event')}, those of the built-in codebook among them"
    yield "saved", plural(done.texts, "text")
    if done.aside:
        yield "saved", f"{plural(done.aside, 'event')} that had been set aside, and still are"
    if done.waiting:
        yield (
            "saved",
            f"{plural(done.waiting, 'event')} set aside, because the text or the rule that they need is not there",
        )
    for each in done.lost:
        yield "lost", each.what
    if done.pages:
        pages = f"{plural(done.pages, 'page')} of the file"
        yield "lost", f"{pages}, which ends too early; what was nowhere but there cannot be named"
