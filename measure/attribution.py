"""Whether two annotators say of a mention that the same people stand behind it.

Two links name the same source if it is one in the project, merges counted. If one of them names nobody of their own,
the words decide: their source spans share a code point, or neither has any and both are identified alike. Two named
sources that were never merged are two, whatever their spans.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from ..schema.records import Attribution, Mention

Chain: TypeAlias = tuple[Attribution, ...]
ORIGIN = ("sourced", "anonymous")
"""Labels whose chains are compared with each other: whether a source counts as identified is the labels' business."""


class Merged(Struct, frozen=True):
    """Claims and sources that were merged into another, by their row ids."""

    claims: Mapping[int, int] = {}
    sources: Mapping[int, int] = {}

    def claim(self, mention: Mention) -> int | None:
        """The claim that a mention words, or None."""
        return None if mention.claim_id is None else self.claims.get(mention.claim_id, mention.claim_id)

    def source(self, link: Attribution) -> int | None:
        """The source that a link names, or None."""
        return None if link.source_id is None else self.sources.get(link.source_id, link.source_id)


def merged(connection: sqlite3.Connection) -> Merged:
    """What was merged in a project."""
    found = [
        dict(connection.execute(f"SELECT id, merged_id FROM {table} WHERE id <> merged_id").fetchall())
        for table in ("claims", "sources")
    ]
    return Merged(*found)


def chains(mention: Mention) -> dict[str, list[Chain]]:
    """A mention's chains by what its marks are about: its origin, or one of the other labels."""
    found: dict[str, list[Chain]] = {}
    for mark in mention.marks:
        some = found.setdefault("origin" if mark.label in ORIGIN else mark.label, [])
        if mark.chain:
            some.append(mark.chain)
    return found


def compared(one: Mention, other: Mention) -> list[tuple[list[Chain], list[Chain]]]:
    """The chains of two mentions that are about the same, where at least one has any.

    What only one of them has a mark for is no difference in attribution, but in labels.
    """
    here, there = chains(one), chains(other)
    return [(here[about], there[about]) for about in here if about in there and (here[about] or there[about])]


def same_origins(one: Sequence[Chain], other: Sequence[Chain], merges: Merged) -> bool:
    """Whether the deepest links are the same: each has its like on the other side."""
    return _alike(one, other, lambda here, there: same_source(here[-1], there[-1], merges))


def same_chains(one: Sequence[Chain], other: Sequence[Chain], merges: Merged) -> bool:
    """Whether the chains are the same, link by link, with the same relays."""
    return _alike(
        one,
        other,
        lambda here, there: (
            len(here) == len(there)
            and all(
                mine.relay == theirs.relay and same_source(mine, theirs, merges)
                for mine, theirs in zip(here, there, strict=True)
            )
        ),
    )


def same_source(one: Attribution, other: Attribution, merges: Merged) -> bool:
    """Whether two links of one document speak of the same source."""
    here, there = merges.source(one), merges.source(other)
    if here is not None and here == there:
        return True
    if here is not None and there is not None and one.identified == other.identified == "named":
        return False
    if one.spans and other.spans:
        return any(mine.overlaps(theirs) for mine in one.spans for theirs in other.spans)
    return not one.spans and not other.spans and here is there is None and one.identified == other.identified


def attributed_alike(one: Mention, other: Mention, merges: Merged) -> bool:
    """Whether two mentions have the same chains for all that both have marks for."""
    return all(same_chains(here, there, merges) for here, there in compared(one, other))


def _alike(one: Sequence[Chain], other: Sequence[Chain], same: Callable[[Chain, Chain], bool]) -> bool:
    return all(any(same(here, there) for there in other) for here in one) and all(
        any(same(here, there) for here in one) for there in other
    )
