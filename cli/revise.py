"""`onrecord revise`: what a corrected article did to the mentions of its old version, and carrying them over."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import structs

from .options import as_json, open_ledger, opened, project, signed, signer, the_document
from .printing import json_array, out, plural, safe
from .wording import shortened

if TYPE_CHECKING:
    from ..schema.revision import Carried

_ORDER = ("vanished", "changed", "moved", "same")


@click.command()
@project
@click.argument("doc", metavar="DOC")
@click.option("--apply", "apply_", is_flag=True, help="Carry over all that is found; else it is only listed.")
@click.option("--all", "everybody", is_flag=True, help="Everybody's mentions; else only your own.")
@signed
@as_json
def revise(project: Path, doc: str, apply_: bool, everybody: bool, annotator: str | None, as_json: bool) -> None:
    """List what a corrected article did to its mentions.

    DOC is the new version: a document that says which one it revises. Each mention of the old version is looked for in
    it by its words and what stands around them: it is there as it was (same), in another order (moved), in other words
    (changed), or not at all (vanished). --apply makes those that are found in the new version, with their labels,
    chains and evidence, as one act that can be undone; the old version stays. Doing it again adds nothing.
    """
    from ..schema import reading, revision

    with opened(project, annotator) as connection:
        line = the_document(connection, project, doc)
        who = (
            [row[0] for row in connection.execute("SELECT name FROM annotators")] if everybody else [signer(annotator)]
        )
        found = revision.outcomes(connection, line.id, who)
        texts = [reading.document(connection, id_) for id_ in (revision.old_version(connection, line.id), line.id)]
    carried = 0
    if apply_:
        with open_ledger(project, annotator) as ledger, ledger.act() as act:
            carried = sum(revision.carry(act, line.id, each) for each in found)
    if as_json:
        json_array(_row(number, each) for number, each in enumerate(found, 1))
        return
    old, new = (safe(each.title) if each else "" for each in texts)
    out(f"{old} → {new}")
    for each in sorted(found, key=lambda each: _ORDER.index(each.outcome)):
        for words in _lines(each):
            out(words)
    counts: Counter[str] = Counter(each.outcome for each in found)
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in reversed(_ORDER) if counts[outcome])
    out(f"{plural(len(found), 'mention')}{f': {told}' if told else ''}{_done(apply_, carried, found)}")


def _row(number: int, each: "Carried") -> dict[str, Any]:
    spans = " ".join(f"{span.start}:{span.end}" for span in each.spans)
    return {"id": number, **structs.asdict(each), "spans": spans}


def _lines(each: "Carried") -> Iterable[str]:
    state = "  (is in the new version)" if each.there else "  (was removed there)" if each.removed else ""
    yield f"{each.outcome:<9} {safe(each.annotator)}: “{safe(shortened(each.was))}”{state}"
    if each.outcome == "changed":
        yield f"{'now':>9} “{safe(shortened(each.now))}”"
    if each.lost:
        yield f"{'':9} {plural(each.lost, 'piece')} of its chain or evidence vanished"


def _done(apply_: bool, carried: int, found: list["Carried"]) -> str:
    if apply_:
        return f"; carried over {carried:,}"
    waiting = sum(bool(each.spans) and not each.there and not each.removed for each in found)
    return f"; {waiting:,} to carry over with --apply" if waiting else ""
