"""Proposing in bulk: a claim for each mention that has none, new claims for mentions that are alike, claims to merge.

Each text is compared with the candidates of an index in memory, never with all others. Nothing here writes.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import NamedTuple

from .claims import CANDIDATES, Entry, Pool, Proposal, own_index

SAME = 90.0
"""From this score on two claims are taken to be one: more than for a mention, because a merger moves many."""


class LooseMention(NamedTuple):
    """A mention of no claim yet."""

    id: int
    uid: str
    document_id: int
    title: str
    annotator: str
    quote: str


class Cluster(NamedTuple):
    """Mentions that are alike, the first of them the one that most others are like; its words state the claim."""

    claim: str
    members: tuple[tuple[LooseMention, Proposal | None], ...]


class Pair(NamedTuple):
    """A claim, and an earlier one that may be the same."""

    claim: Entry
    earlier: Proposal


def loose_mentions(connection: sqlite3.Connection, annotator: str | None) -> list[LooseMention]:
    """The mentions of an annotator that have no claim, or everybody's, in the order of the documents."""
    rows = connection.execute(
        """SELECT mentions.id, mentions.uid, document_id, title, name, quote FROM mentions
        JOIN documents ON documents.id = document_id JOIN annotators ON annotators.id = annotator_id
        WHERE claim_id IS NULL AND layer = '' AND coalesce(name = ?, 1) ORDER BY document_id, start, mentions.id""",
        (annotator,),
    )
    return [LooseMention(*row) for row in rows]


@contextmanager
def pool_of(connection: sqlite3.Connection) -> Iterator[Pool]:
    """The claims of a project in an index of their own, as they are now."""
    entries = (Entry(*row) for row in connection.execute("SELECT id, uid, claim, merged_id FROM claims"))
    with closing(own_index(entries)) as index:
        yield Pool(index)


def best_claims(pool: Pool, mentions: Iterable[LooseMention]) -> Iterator[tuple[LooseMention, Proposal | None]]:
    """Each mention with the claim that fits it best, or with None where none does."""
    for mention in mentions:
        yield mention, next(iter(pool.propose(mention.quote, 1)), None)


def clusters(mentions: Sequence[LooseMention], threshold: float) -> list[Cluster]:
    """Mentions that are alike among themselves, each in one cluster of two or more, the largest first.

    A cluster is a star: every member is alike enough to its first, so that no chain of small steps joins two matters.
    """
    near = _neighbours(mentions, threshold)
    by_id = {mention.id: mention for mention in mentions}
    found: list[Cluster] = []
    free = set(by_id)
    for id_ in sorted(by_id, key=lambda each: (-len(near[each]), each)):
        members = [(by_id[other], proposal) for other, proposal in near[id_].items() if other in free]
        if id_ in free and members:
            first = by_id[id_]
            found.append(Cluster(" ".join(first.quote.split()), ((first, None), *members)))
            free -= {id_, *(member.id for member, _ in members)}
    return sorted(found, key=lambda each: -len(each.members))


def pairs(connection: sqlite3.Connection) -> Iterator[Pair | None]:
    """For each claim an earlier one that may be the same, or None where there is none.

    Claims that are related already are left alone, and so are those that somebody merged and took apart again.
    """
    ruled_out = _related(connection)
    rows = connection.execute("SELECT id, uid, claim, merged_id FROM claims WHERE merged_id = id ORDER BY id")
    with pool_of(connection) as pool:
        for claim in map(Entry._make, rows.fetchall()):
            earlier = (
                each for each in pool.propose(claim.claim, CANDIDATES, even=True)
                if each.claim_id < claim.id and (each.claim_id, claim.id) not in ruled_out
            )  # fmt: skip
            proposal = next(earlier, None)
            yield Pair(claim, proposal) if proposal else None


def _neighbours(mentions: Sequence[LooseMention], threshold: float) -> dict[int, dict[int, Proposal]]:
    """The other mentions that each is alike to and does not contradict."""
    entries = (Entry(mention.id, mention.uid, mention.quote, mention.id) for mention in mentions)
    with closing(own_index(entries)) as index:
        pool = Pool(index)
        return {
            mention.id: {
                each.claim_id: each for each in pool.propose(mention.quote, CANDIDATES, even=True)
                if each.score >= threshold and not each.contradicts and each.claim_id != mention.id
            }
            for mention in mentions
        }  # fmt: skip


def _related(connection: sqlite3.Connection) -> set[tuple[int, int]]:
    """The pairs of standing claims, the earlier first, that are related, or were said not to be the same."""
    standing = dict(connection.execute("SELECT id, merged_id FROM claims").fetchall())
    tied = connection.execute("SELECT claim_id, other_id FROM claim_relations").fetchall()
    # An undone merger is as if it had never been; a tie that was cut by hand is somebody's decision.
    cut = connection.execute(
        """SELECT subject FROM subjects JOIN heads ON heads.subject_id = subjects.id
        JOIN events ON events.id = heads.event_id WHERE kind = 'relation' AND undoes IS NULL"""
    ).fetchall()
    ids = dict(connection.execute("SELECT uid, id FROM claims").fetchall())
    for (subject,) in cut:
        one, _, other = subject.split("|")
        if one in ids and other in ids:
            tied.append((ids[one], ids[other]))
    return {(min(pair), max(pair)) for pair in ((standing[one], standing[other]) for one, other in tied)}
