"""`onrecord link`: a claim proposed for every mention that has none, and claims that may be one, in bulk."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct, structs

from .options import as_json, open_ledger, opened, progress_bar, project, signed, signer
from .printing import json_array, out, plural, safe
from .wording import shortened

if TYPE_CHECKING:
    from ..schema.ledger import Act
    from ..suggest.claims import Proposal
    from ..suggest.claims_bulk import Cluster, LooseMention, Pair


class Link(Struct, frozen=True):
    """A proposal for a mention; `new` if the claim is yet to be made, `clear` if it may be taken unseen."""

    id: int
    uid: str
    document_id: int
    title: str
    annotator: str
    quote: str
    claim_id: int | None
    claim_uid: str | None
    claim: str
    new: bool
    score: float
    reason: str
    clear: bool
    applied: bool = False


class Merger(Struct, frozen=True):
    """A proposal that a claim is the same as an earlier one."""

    id: int
    uid: str
    claim: str
    other_id: int
    other_uid: str
    other: str
    score: float
    reason: str
    clear: bool
    applied: bool = False


@click.command()
@project
@click.option("--all", "everybody", is_flag=True, help="Look at the mentions of all annotators, not only at yours.")
@click.option("--new", is_flag=True, help="Also propose new claims for mentions that are alike but fit no claim.")
@click.option("--merge", is_flag=True, help="Propose claims that may be the same, instead of claims for mentions.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    metavar="N",
    help="The least score, from 0 to 100. Default: 10; with --new, --merge or --apply 55; with --merge --apply 90.",
)
@click.option("--apply", is_flag=True, help="Do what is proposed and clear, as one act; undo takes it back.")
@signed
@as_json
def link(
    project: Path,
    everybody: bool,
    new: bool,
    merge: bool,
    threshold: float | None,
    apply: bool,
    annotator: str | None,
    as_json: bool,
) -> None:
    """Propose claims for mentions that have none.

    Each mention gets the claim that fits it best, with a score and the reason for it; nothing changes without --apply.

    --apply links your own mentions alone, and leaves to you what is not clear: where one side negates what the other
    says, where numbers or dates differ, or where a second claim fits about as well. --merge --apply says that the
    claims are the same; the earlier one then stands for both.
    """
    if merge and (new or everybody):
        raise click.UsageError("--merge looks at claims alone; leave out --new and --all")
    least = _least(threshold, merge, new, apply)
    rows: Sequence[Link | Merger]
    if apply:
        with open_ledger(project, annotator) as ledger:
            with opened(project, annotator) as connection:
                rows = _proposed(connection, merge, new, None if everybody else ledger.annotator, least)
            with ledger.act() as act:
                rows = [_done(act, row) if row.clear else row for row in rows]
    else:
        whose = None if everybody or merge else signer(annotator)
        with opened(project, annotator) as connection:
            rows = _proposed(connection, merge, new, whose, least)
    if as_json:
        json_array(structs.asdict(row) for row in rows)
    else:
        _tell(rows, project, apply)


def _least(threshold: float | None, merge: bool, new: bool, apply: bool) -> float:
    from ..suggest.claims import ALIKE, RELATED
    from ..suggest.claims_bulk import SAME

    if threshold is not None:
        return threshold
    return (SAME if merge else ALIKE) if apply else ALIKE if merge or new else RELATED


# ---------------------------------------------------------------------- what is proposed


def _proposed(
    connection: sqlite3.Connection, merge: bool, new: bool, whose: str | None, least: float
) -> Sequence[Link | Merger]:
    return _mergers(connection, least) if merge else _links(connection, whose, new, least)


def _links(connection: sqlite3.Connection, whose: str | None, new: bool, least: float) -> list[Link]:
    """A row for each mention that fits a claim well enough, and for those that a new claim would fit."""
    from ..suggest.claims_bulk import best_claims, clusters, loose_mentions, pool_of

    mentions = loose_mentions(connection, whose)
    rows, without = [], []
    with pool_of(connection) as pool, progress_bar(len(mentions)) as advance:
        for mention, proposal in best_claims(pool, mentions):
            if proposal and proposal.score >= least:
                rows.append(_row(mention, proposal))
            else:
                without.append(mention)
            advance(1)
    if new:
        rows += [row for cluster in clusters(without, least) for row in _rows_of(cluster)]
    return rows


def _row(mention: "LooseMention", proposal: "Proposal") -> Link:
    return Link(
        **mention._asdict(), claim_id=proposal.claim_id, claim_uid=proposal.claim_uid, claim=proposal.claim, new=False,
        score=proposal.score, reason=_why(proposal), clear=proposal.clear,
    )  # fmt: skip


def _rows_of(cluster: "Cluster") -> Iterator[Link]:
    """A row for each mention of a cluster; the first one words the claim."""
    like = f"words the new claim, and {plural(len(cluster.members) - 1, 'mention')} alike"
    for mention, proposal in cluster.members:
        yield Link(
            **mention._asdict(), claim_id=None, claim_uid=None, claim=cluster.claim, new=True,
            score=proposal.score if proposal else 100.0, reason=proposal.reason if proposal else like, clear=True,
        )  # fmt: skip


def _mergers(connection: sqlite3.Connection, least: float) -> list[Merger]:
    """A row for each claim that may be the same as an earlier one."""
    from ..suggest.claims_bulk import pairs

    (count,) = connection.execute("SELECT count(*) FROM claims WHERE merged_id = id").fetchone()
    rows = []
    with progress_bar(count) as advance:
        for pair in pairs(connection):
            if pair and pair.earlier.score >= least:
                rows.append(_merger(pair))
            advance(1)
    return sorted(rows, key=lambda row: -row.score)


def _merger(pair: "Pair") -> Merger:
    claim, earlier = pair
    return Merger(
        id=claim.id, uid=claim.uid, claim=claim.claim, other_id=earlier.claim_id, other_uid=earlier.claim_uid,
        other=earlier.claim, score=earlier.score, reason=earlier.reason, clear=not earlier.contradicts,
    )  # fmt: skip


def _why(proposal: "Proposal") -> str:
    if proposal.rival is None:
        return proposal.reason
    return f"{proposal.reason}; claim {proposal.rival} fits about as well"


# ---------------------------------------------------------------------- what is done


def _done(act: "Act", row: Link | Merger) -> Link | Merger:
    """The row after doing what it proposes, unless it is not the annotator's to do, or was done meanwhile."""
    from ..schema import acts
    from ..schema.events import Mention

    if isinstance(row, Merger):
        return structs.replace(row, applied=acts.merge_claims(act, row.uid, row.other_uid))
    now = act.value("mention", row.uid)
    if row.annotator != act.annotator or not isinstance(now, Mention) or now.claim is not None:
        return row
    uid = row.claim_uid or acts.state_claim(act, row.claim)
    acts.link_claim(act, row.uid, uid)
    claim_id = act.fold.subject_id("claim", uid)
    return structs.replace(row, claim_id=claim_id, claim_uid=uid, applied=True)


# ---------------------------------------------------------------------- what is said


def _tell(rows: Sequence[Link | Merger], project: Path, apply: bool) -> None:
    for row in rows:
        if isinstance(row, Merger):
            _tell_merger(row)
        else:
            _tell_link(row)
    name = safe(project)
    if not rows:
        out(f"{name}: nothing to propose")
    elif apply:
        done = sum(row.applied for row in rows)
        did = "merged" if isinstance(rows[0], Merger) else "linked"
        out(f"{name}: {did} {plural(done, 'claim' if did == 'merged' else 'mention')}, left {len(rows) - done:,}")
    else:
        clear = sum(row.clear for row in rows)
        out(f"{name}: {plural(len(rows), 'proposal')}, {clear:,} clear")


def _tell_link(row: Link) -> None:
    out(f"mention {row.id} in document {row.document_id}, by {safe(row.annotator)}: “{safe(shortened(row.quote))}”")
    named = "new claim" if row.new and not row.applied else f"claim {row.claim_id}"
    out(f"  {row.score:3.0f}  {named}: {safe(row.claim)}{_state(row)}")
    out(f"       {safe(row.reason)}")


def _tell_merger(row: Merger) -> None:
    out(f"claim {row.id}: {safe(row.claim)}")
    out(f"  {row.score:3.0f}  claim {row.other_id}: {safe(row.other)}{_state(row)}")
    out(f"       {safe(row.reason)}")


def _state(row: Link | Merger) -> str:
    return "  (done)" if row.applied else "" if row.clear else "  (not clear)"
