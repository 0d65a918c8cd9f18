"""`onrecord assign`: documents into people's queues, by turns, by chance, by outlet or by a list, and back out."""

import csv
import io
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ..schema.errors import BadInput
from .options import PATH, as_json, open_ledger, project, signed
from .printing import json_array, out, plural, safe, say, table

if TYPE_CHECKING:
    from ..schema.assigning import Plan, Share, Wish
    from ..schema.ledger import Ledger

_MANY = click.IntRange(1, 100_000)
_SHORTEST = 6
"""A start of a hash is at least so long, as everywhere."""
_COLUMNS = ("annotator", "added", "queue", "done", "to_do", "checks")


@click.command()
@project
@click.option("--to", "names", metavar="NAME,...", multiple=True, help="Whom to give documents to.")
@click.option("--overlap", type=_MANY, metavar="K", help="How many people each document is for; else 1.")
@click.option("--random", "by_chance", is_flag=True, help="Let chance decide who gets what, and in which order.")
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), metavar="N", help="Which chance; the same every time. Else 0."
)
@click.option("--by-outlet", is_flag=True, help="Give all documents of an outlet to the same people.")
@click.option(
    "--outlet", "outlets", metavar="NAME", multiple=True, help="Only documents of this outlet; may be repeated."
)
@click.option("--list", "list_", metavar="FILE", type=PATH, help="Only these documents, or exactly these pairs (CSV).")
@click.option("--documents", "most", type=click.IntRange(1, 2**53), metavar="N", help="At most so many documents now.")
@click.option(
    "--gold", type=click.IntRange(0, 10_000), default=0, metavar="N", help="So many hidden checks in each queue."
)
@click.option("--take-back", is_flag=True, help="Take out of these people's queues what they have not begun.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@signed
@as_json
def assign(
    project: Path,
    names: tuple[str, ...],
    overlap: int | None,
    by_chance: bool,
    seed: int | None,
    by_outlet: bool,
    outlets: tuple[str, ...],
    list_: Path | None,
    most: int | None,
    gold: int,
    take_back: bool,
    dry_run: bool,
    annotator: str | None,
    as_json: bool,
) -> None:
    """Put documents into people's queues; for a lead.

    Each document goes to --overlap different people, and loads differ by one document at most. Documents are dealt in
    the order of publication, or with --random by chance. What was dealt before stays with whom it was dealt to: the
    same command again only adds what is missing.

    --list names documents by number, start of the sha256 or exact title, one a line; or, as CSV with the columns
    `document` and `annotator`, says who gets what, in this order.

    --gold hides documents that have a gold layer among the others, to hold the work against. Annotators are not told
    which. Documents that were ruled on already are dealt to nobody else, unless --list names them.

    \b
      onrecord assign p.db --to ana,bob,cyd --overlap 2 --random --seed 7
      onrecord assign p.db --to ana --take-back
    """
    from ..schema.assigning import Wish
    from ..schema.dealing import Hand

    if seed is not None and not (by_chance or gold):
        raise click.UsageError("--seed says which chance; add --random or --gold")
    people = tuple(dict.fromkeys(each.strip() for name in names for each in name.split(",") if each.strip()))
    with open_ledger(project, annotator, lead=not dry_run) as ledger:
        listed = _listed(ledger.connection, list_) if list_ else None
        pairs = tuple(Hand(line.sha256, line.person) for line in listed or () if line.person)
        if pairs and (people or overlap or by_chance or by_outlet or outlets or most or take_back):
            raise click.UsageError(f"{list_} says who gets what; of the other options only --gold goes with it")
        people = people or tuple(dict.fromkeys(hand.person for hand in pairs))
        if not people:
            raise click.UsageError("say whom to: --to ana,bob,cyd")
        documents = None if listed is None else tuple(line.id for line in listed)
        if take_back:
            if overlap or by_chance or by_outlet or gold or most:
                raise click.UsageError("--take-back goes with --to, --outlet and --list alone")
            _take_back(ledger, people, documents, outlets, dry_run=dry_run, as_json=as_json)
            return
        wish = Wish(
            people=people, overlap=overlap or 1, by_chance=by_chance, seed=seed or 0, documents=documents,
            outlets=outlets, most=most, by_outlet=by_outlet, gold=gold, pairs=pairs,
        )  # fmt: skip
        _deal(ledger, wish, dry_run=dry_run, as_json=as_json)


def _deal(ledger: "Ledger", wish: "Wish", *, dry_run: bool, as_json: bool) -> None:
    from ..schema.assigning import carry_out, plan
    from ..schema.team import require

    with ledger.act() as act:
        require(act, ("lead",), "assign documents")
        found = plan(ledger.connection, wish)
        if not dry_run:
            carry_out(act, found.assignments)
    rows = [_flat(share) for share in found.shares]
    if as_json:
        json_array(rows)
    else:
        table(_COLUMNS, rows)
        chance = f" by chance, seed {wish.seed}" if wish.by_chance else ""
        would = "would be dealt" if dry_run else "dealt"
        out(f"{safe(ledger.path)}: {plural(found.dealt, 'document')} {would} to {_people(len(wish.people))}{chance}")
    for sentence in _notes(found, wish):
        say(sentence)


def _flat(share: "Share") -> dict[str, object]:
    return {
        "annotator": share.annotator,
        "added": share.added,
        "queue": share.queue,
        "done": share.done,
        "to_do": share.queue - share.done,
        "checks": share.checks,
    }


def _notes(found: "Plan", wish: "Wish") -> Iterator[str]:
    """What a lead should know besides."""
    if found.new:
        yield f"new here, without a role or any work so far: {', '.join(found.new)}; give a role with: onrecord role"
    if found.short:
        lack = f"{wish.overlap} people" if wish.overlap > 1 else "anybody"
        yield f"{plural(found.short, 'document')} could not be given to {lack}: nobody else is left to ask"
    if found.ruled:
        yield f"{plural(found.ruled, 'document')} left out: ruled on already; --list can name them all the same"
    if found.unchecked:
        who = ", ".join(found.unchecked)
        yield f"fewer than {wish.gold} checks for {who}: no more documents with a gold layer are new to them"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _take_back(
    ledger: "Ledger", people: Sequence[str], documents: tuple[int, ...] | None, outlets: tuple[str, ...],
    *, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    from ..schema.assigning import take_back, unbegun
    from ..schema.team import require

    with ledger.act() as act:
        require(act, ("lead",), "take assignments back")
        found = unbegun(ledger.connection, people, None if documents is None else set(documents), set(outlets))
        if not dry_run:
            take_back(act, found)
    rows = [{"annotator": each.annotator, "taken_back": len(each.documents), "begun": each.begun} for each in found]
    if as_json:
        json_array(rows)
        return
    table(("annotator", "taken_back", "begun"), rows)
    number = sum(len(each.documents) for each in found)
    back = "would be taken back" if dry_run else "taken back"
    out(f"{safe(ledger.path)}: {plural(number, 'assignment')} {back}; what was begun stays")


# ---------------------------------------------------------------------- the list


class _Line(NamedTuple):
    """A document of a list, and who is to get it, if the list says so."""

    id: int
    sha256: str
    person: str


def _listed(connection: sqlite3.Connection, path: Path) -> list[_Line]:
    """The documents of a list.

    Raises:
        BadInput: it cannot be read, or a line of it means no document, or several.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is not UTF-8 text") from None
    found, wrong = [], []
    names = _Names(connection)
    for number, name, person in _lines(path, text):
        ids = names.find(name)
        if len(ids) == 1:
            found.append(_Line(*ids[0], person))
        else:
            means = f"means {len(ids)} documents; say which by number" if ids else "is no document of this project"
            wrong.append(f"{path}, line {number}: {name!r} {means}")
    if wrong:
        more = f" ({len(wrong) - 1:,} more lines are like that)" if len(wrong) > 1 else ""
        raise BadInput(f"{wrong[0]}{more}; nothing was assigned")
    if not found:
        raise BadInput(f"{path}: names no document")
    return found


def _lines(path: Path, text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, document and annotator of each line that says something."""
    lines = text.splitlines()
    head = [cell.strip() for cell in next(csv.reader(lines[:1]), [])]
    if not {"document", "annotator"} <= set(head):
        yield from ((number, line.strip(), "") for number, line in enumerate(lines, 1) if line.strip())
        return
    rows = csv.DictReader(io.StringIO(text), fieldnames=head)
    next(rows)
    for row in rows:
        document, person = (row["document"] or "").strip(), (row["annotator"] or "").strip()
        if not document or not person:
            raise BadInput(f"{path}, line {rows.line_num}: names no {'annotator' if document else 'document'}")
        yield rows.line_num, document, person


class _Names:
    """What names the documents of a project, all looked up at once: a list may be long."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._by_id: dict[str, tuple[int, str]] = {}
        self._by_title: dict[str, list[tuple[int, str]]] = {}
        for id_, sha256, title in connection.execute("SELECT id, sha256, title FROM documents"):
            self._by_id[str(id_)] = (id_, sha256)
            self._by_title.setdefault(title.strip(), []).append((id_, sha256))
        self._hashes = sorted((sha256, id_) for id_, sha256 in self._by_id.values())

    def find(self, name: str) -> list[tuple[int, str]]:
        """The documents that a name may mean, as row id and hash; an id comes before a title."""
        if name in self._by_id:
            return [self._by_id[name]]
        found = set(self._by_title.get(name, ()))
        start = name.lower()
        if len(start) >= _SHORTEST and not set(start) - set("0123456789abcdef"):
            for at in range(bisect_left(self._hashes, (start, 0)), len(self._hashes)):
                sha256, id_ = self._hashes[at]
                if not sha256.startswith(start):
                    break
                found.add((id_, sha256))
        return sorted(found)
