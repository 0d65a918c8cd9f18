"""`onrecord claims`, `claim` and `sources`: the ledger on the command line."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from ..schema.errors import NoSuchThing
from .options import as_json, asked, opened, project
from .printing import json_array, out, plural, safe, table
from .wording import shortened

if TYPE_CHECKING:
    from ..schema.claims import ClaimLine
    from ..schema.standing import Change

_SHOWN = ("id", "standing", "claim", "origins", "documents", "outlets", "first_published", "last_published")
_SOURCES = ("id", "kind", "name", "says", "denies", "confirms", "responds", "relays", "claims", "documents", "merged")

as_of_option = click.option(
    "--as-of", default="", metavar="TIME", help="By what was published up to then: 2026-03-05, or with a time and zone."
)
known_at_option = click.option(
    "--known-at", default="", metavar="TIME", help="By what was recorded up to then; both may be given."
)


@click.command()
@project
@click.option("--search", "words", default="", metavar="WORDS", help="Only claims with these words.")
@click.option("--standing", default="", metavar="NAME", help="Only claims of this standing.")
@click.option("--outlet", default="", metavar="NAME", help="Only claims that this outlet worded.")
@as_of_option
@known_at_option
@asked
@as_json
def claims(
    project: Path, words: str, standing: str, outlet: str, as_of: str, known_at: str, annotator: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """List the claims with their standing, derived from all marks.

    Merged claims are one. `origins` counts distinct sources at the end of the chains, not articles. --as-of asks by
    publication, --known-at by recording: what did we know at 14:00?
    """
    from ..schema import claims as book
    from ..schema.standing import STANDINGS

    if standing and standing not in STANDINGS:
        raise click.UsageError(f"there is no standing {standing!r}; choose one of: {', '.join(STANDINGS)}")
    with opened(project, annotator) as connection:
        chosen = book.ids(connection, book.ClaimFilter(words=words, outlet=outlet))
        with known(connection, chosen, known_at) as there:
            rows = (line for line in book.lines(there, chosen, as_of) if standing in ("", line.standing))
            flat = ({key: value for key, value in structs.asdict(line).items() if key != "moments"} for line in rows)
            if as_json:
                json_array(flat)
            else:
                days = ("first_published", "last_published")
                table(_SHOWN, ({**row, **{day: str(row[day] or "")[:10] for day in days}} for row in flat))


@click.command()
@project
@click.argument("claim_id", metavar="ID", type=int)
@as_of_option
@known_at_option
@click.option("--certainty", type=click.IntRange(0, 100), default=50, help="From here on suspected ties count. [50]")
@asked
@as_json
def claim(
    project: Path, claim_id: int, as_of: str, known_at: str, certainty: int, annotator: str | None, as_json: bool
) -> None:
    """Show a claim: its standing, history, origins, words.

    ID is a number that `onrecord claims` lists. --json prints the timeline: a mark a row, with the standing after it
    and whether it changed that.
    """
    from ..schema import claims as book
    from ..schema import standing

    with opened(project, annotator) as connection:
        claim_id = standing.merged(connection, claim_id)
        with known(connection, [claim_id], known_at) as there:
            found = book.lines(there, [claim_id], as_of)
            if not found:
                when = f" at {known_at}" if known_at else ""
                raise NoSuchThing(f"{project}: there is no claim {claim_id}{when}; see: onrecord claims {project}")
            history = standing.history(there, claim_id, as_of)
            if as_json:
                json_array({"id": each.mark_id, **structs.asdict(each)} for each in history)
                return
            for line in _told(there, found[0], history, as_of, certainty):
                out(line)


@click.command()
@project
@click.option("--search", "words", default="", metavar="WORDS", help="Only sources with these words.")
@click.option("--named", "sort", flag_value="named", default="", help="Only named sources.")
@click.option("--unnamed", "sort", flag_value="unnamed", help="Only unnamed ones.")
@asked
@as_json
def sources(project: Path, words: str, sort: str, annotator: str | None, as_json: bool) -> None:
    """List the sources: what each says, denies and relays.

    Answers and confirmations too. Merged sources are one."""
    from ..schema import sources as people

    with opened(project, annotator) as connection:
        lines = people.lines(connection, people.ids(connection, words, sort or ""))
        rows = (structs.asdict(line) for line in lines)
        if as_json:
            json_array(rows)
        else:
            table(_SOURCES, rows)


@contextmanager
def known(connection: sqlite3.Connection, claims: list[int], known_at: str) -> Iterator[sqlite3.Connection]:
    """The project itself, or what of these claims was recorded up to a moment."""
    from ..schema.asof import as_known

    if not known_at:
        yield connection
        return
    with as_known(connection, claims, known_at) as there:
        yield there


def _told(
    connection: sqlite3.Connection, line: "ClaimLine", history: list["Change"], as_of: str, certainty: int
) -> Iterator[str]:
    """A claim in words."""
    from ..measure.corroboration import corroboration
    from ..schema import claims as book

    yield f"claim {line.id}: {safe(line.claim)}"
    spread = [plural(line.mentions, "mention"), plural(line.documents, "document"), plural(line.outlets, "outlet")]
    yield "  ·  ".join([line.standing, *spread])
    if line.note:
        yield f"note: {safe(line.note)}"
    for id_, words in book.merged_with(connection, line.id):
        yield f"merged with {id_}: {safe(words)}"
    for tie in book.related(connection, line.id):
        yield f"{tie.relation.replace('_', ' ')} {tie.claim_id}: {safe(tie.claim)}"
    yield ""
    yield "how its standing came about:"
    for each in history:
        if each.changed:
            by = f", {safe(each.origin)}" if each.origin else ""
            where = f"({safe(each.outlet)}, document {each.document_id}, mark {each.mark_id})"
            yield f"  {each.moment[:16]:<16}  {each.standing:<12}  {each.label}{by}  {where}"
    found = corroboration(connection, line.id, as_of=as_of, certain_enough=certainty)
    yield ""
    yield f"{plural(found.distinct, 'distinct origin')}:"
    for origin in found.origins:
        names = " = ".join(map(safe, origin.names))
        yield f"  {names}  ({plural(origin.documents, 'document')}: {safe(', '.join(origin.outlets))})"
    for assumption in found.assumptions:
        yield f"  taken for granted: {safe(assumption)}"
    yield ""
    yield "in the words of:"
    for word in book.wordings(connection, line.id, as_of):
        when = (word.published_at or "")[:10]
        labels = " ".join(word.labels) or "no label"
        yield f"  {when:<10}  {safe(word.outlet)}, document {word.document_id}, {safe(word.annotator)}: {labels}"
        yield f"              “{safe(shortened(word.quote))}”"
