"""How many distinct origins a claim has: through the chains, so that five outlets relaying one official are one.

An origin is the deepest link of a sourced or anonymous mark. Merged sources are one. Unnamed sources of different
articles are different unless somebody tied them as probably the same; which ties count, and what else the number takes
for granted, is said with it.
"""

import sqlite3
from collections import defaultdict

from msgspec import Struct

from ..schema.moments import until
from ..schema.standing import merged

CERTAIN_ENOUGH = 50
"""From this certainty on, in per cent, two sources that are probably the same count as one."""
_NO_MOMENT = "\U0010ffff"


class Origin(Struct, frozen=True):
    """Somebody or something that stands behind a claim: one source, or several that are taken for one."""

    sources: tuple[int, ...]
    names: tuple[str, ...]
    named: bool
    documents: int
    outlets: tuple[str, ...]
    marks: int
    first_published: str | None


class Corroboration(Struct, frozen=True):
    """A claim's distinct origins, their number without any suspected ties, and what was taken for granted, in words."""

    origins: tuple[Origin, ...]
    untied: int
    assumptions: tuple[str, ...]

    @property
    def distinct(self) -> int:
        """How many origins there are."""
        return len(self.origins)


class _Seen(Struct):
    name: str
    named: bool
    documents: set[int]
    outlets: set[str]
    marks: int = 0
    first: str | None = None


class _Tie(Struct, frozen=True):
    one: int
    other: int
    certainty: int


def corroboration(
    connection: sqlite3.Connection, claim_id: int, *, as_of: str = "", certain_enough: int = CERTAIN_ENOUGH
) -> Corroboration:
    """The distinct origins of a claim by what was published up to a moment, the earliest first.

    Ties with a certainty of at least `certain_enough` per cent count; one whose certainty nobody gave counts as 50.

    Raises:
        BadInput: `as_of` is no moment.
    """
    seen, nameless = _origins(connection, merged(connection, claim_id), until(as_of) if as_of else _NO_MOMENT)
    ties = _ties(connection, seen)
    counted = [tie for tie in ties if tie.certainty >= certain_enough]
    groups = _groups(seen, counted)
    origins = [_origin(group, seen) for group in groups]
    return Corroboration(
        origins=tuple(sorted(origins, key=lambda each: (each.first_published or _NO_MOMENT, each.sources))),
        untied=len(seen),
        assumptions=tuple(_assumptions(seen, ties, counted, nameless)),
    )


def _origins(connection: sqlite3.Connection, claim_id: int, last: str) -> tuple[dict[int, _Seen], int]:
    """Each origin of a claim by its merged source, and how many marks name no source at their end."""
    rows = connection.execute(
        """SELECT origin_id, origin, sources.document_id IS NULL, mark_current.document_id, outlet, published_at
        FROM mark_current LEFT JOIN sources ON sources.id = origin_id
        WHERE mention_id IN (
            SELECT mentions.id FROM mention_counted AS mentions JOIN claims ON claims.id = mentions.claim_id
            WHERE claims.merged_id = ?
        ) AND label IN ('sourced', 'anonymous') AND coalesce(published_at, recorded_at) <= ?
        ORDER BY coalesce(published_at, recorded_at), mark_uid""",
        (claim_id, last),
    )
    seen: dict[int, _Seen] = {}
    nameless = 0
    for source, name, named, document, outlet, published_at in rows:
        if source is None:
            nameless += 1
            continue
        here = seen.setdefault(source, _Seen(name, bool(named), set(), set()))
        here.documents.add(document)
        here.outlets |= {outlet} if outlet else set()
        here.marks += 1
        here.first = min(filter(None, (here.first, published_at)), default=None)
    return seen, nameless


def _ties(connection: sqlite3.Connection, seen: dict[int, _Seen]) -> list[_Tie]:
    """The suspected ties among these sources, the surest first."""
    rows = connection.execute(
        """SELECT one.merged_id, other.merged_id, max(coalesce(certainty, 50)) FROM source_relations
        JOIN sources AS one ON one.id = source_id JOIN sources AS other ON other.id = other_id
        WHERE relation = 'probably_same' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"""
        if len(seen) > 1
        else "SELECT 0, 0, 0 WHERE false"
    )
    return [_Tie(*row) for row in rows if row[0] in seen and row[1] in seen and row[0] != row[1]]


def _groups(seen: dict[int, _Seen], ties: list[_Tie]) -> list[list[int]]:
    """The sources, those together that ties take for one."""
    leader = {source: source for source in seen}

    def lead(source: int) -> int:
        while leader[source] != source:
            source = leader[source]
        return source

    for tie in ties:
        leader[lead(tie.other)] = lead(tie.one)
    groups = defaultdict(list)
    for source in seen:
        groups[lead(source)].append(source)
    return list(groups.values())


def _origin(group: list[int], seen: dict[int, _Seen]) -> Origin:
    those = [seen[source] for source in group]
    return Origin(
        sources=tuple(group),
        names=tuple(each.name for each in those),
        named=any(each.named for each in those),
        documents=len(set().union(*(each.documents for each in those))),
        outlets=tuple(sorted(set().union(*(each.outlets for each in those)))),
        marks=sum(each.marks for each in those),
        first_published=min(filter(None, (each.first for each in those)), default=None),
    )


def _assumptions(seen: dict[int, _Seen], ties: list[_Tie], counted: list[_Tie], nameless: int) -> list[str]:
    said = []
    for tie in ties:
        verb = "are taken for one" if tie in counted else "are counted apart"
        one, other = seen[tie.one].name, seen[tie.other].name
        said.append(f"“{one}” and “{other}” {verb}: probably the same, {tie.certainty} % sure")
    unnamed = sum(not each.named for each in seen.values())
    tied = {source for tie in ties for source in (tie.one, tie.other)}
    if unnamed > 1 and any(not each.named and source not in tied for source, each in seen.items()):
        said.append(f"{unnamed} unnamed sources of different articles are different people unless they are tied")
    if nameless:
        marks, verb = ("1 mark names", "counts") if nameless == 1 else (f"{nameless} marks name", "count")
        said.append(f"{marks} no source at the end of the chain, and {verb} for none")
    return said
