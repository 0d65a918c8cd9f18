"""What the ledger asks of a project: which claims are to be shown, and their lines a page at a time."""

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ..schema import claims, leading, sight
from ..schema.asof import as_known, on_record
from ..schema.claims import ClaimFilter, ClaimLine
from ..schema.standing import standings
from .lookback import Lookback

_CHUNK = 100
"""So many claims are looked at one by one before anybody else's question is heard."""
_TIMES = 4
"""What is found is told again when it is so many times as much."""


class Listed(NamedTuple):
    """The claims to show. What was known at a moment takes a look back at each of them, so their lines come along.

    With `more`, others are still being looked for: before them, between them or after them.
    """

    ids: Sequence[int]
    lines: dict[int, ClaimLine] | None = None
    more: bool = False


class ClaimBook:
    """The claims that a filter leaves, for a list that reads their lines a page at a time."""

    def __init__(self, connection: sqlite3.Connection, lookback: Lookback) -> None:
        self._connection = connection
        self.lookback = lookback
        self.wanted = ClaimFilter()
        self.listed = Listed(())

    def count(self) -> int:
        """How many claims there are to show."""
        return len(self.listed.ids)

    def page(self, first: int, size: int) -> list[ClaimLine]:
        """So many claims from a position, counted from 0; fewer at the end."""
        chosen = self.listed.ids[first : first + size]
        if self.listed.lines is not None:
            return [self.listed.lines[each] for each in chosen]
        return claims.lines(self._connection, chosen, self.lookback.as_of)

    @property
    def plain(self) -> bool:
        """Whether all claims are shown as they are now: then nothing needs to be looked for."""
        return not (self.wanted.words.strip() or self.wanted.standing or self.wanted.outlet or self.lookback.known_at)

    def at_once(self, claim: int | None) -> Listed | None:
        """All claims, if they are to be shown, none is hidden, and a claim is among the first; else they take a look.

        Then the first ones and their number are there at once.
        """
        if not self.plain or sight.hides(self._connection):
            return None
        everything = leading.Leading(self._connection, "claims")
        return Listed(everything) if claim is None or claim in everything[: leading.FIRST] else None

    def place(self, claim: int) -> int:
        """Where a claim is in the list; if it is not there, where it would be."""
        found = self.listed.ids
        return found.index(claim) if claim in found else bisect_left(found, claim)

    def span(self) -> tuple[str, str]:
        """The first and the last moment of publication in the project, for drawing claims on one line of time."""
        first, last = self._connection.execute(
            """SELECT (SELECT published_at FROM documents WHERE published_at > '' ORDER BY published_at LIMIT 1),
                (SELECT published_at FROM documents WHERE published_at > '' ORDER BY published_at DESC LIMIT 1)"""
        ).fetchone()
        end = self.lookback.as_of
        return first or "", (f"{end}T23:59:59Z" if len(end) == len("2026-03-05") else end) or last or ""


def look_up(
    connection: sqlite3.Connection, wanted: ClaimFilter, known_at: str, overtaken: Callable[[], bool], near: int = 0
) -> Iterator[Listed]:
    """The claims that a filter leaves, as they are or as they were known at a moment, in the order of their ids.

    Where that takes a look at claims one by one, those near to a claim are told of first, then ever more: the last
    answer has all. There is none once another question has overtaken this one.

    Raises:
        BadInput: a moment is none.
    """
    found: dict[int, ClaimLine | None] = {}
    looked, told = 0, 0
    for some, more in _portions(connection, wanted, known_at, near):
        if overtaken():
            return
        found |= _left(connection, some, wanted, known_at)
        looked += len(some)
        if more and looked >= leading.FIRST and len(found) >= max(1, _TIMES * told):
            yield _listed(found, more=True)
            told = len(found)
    if not overtaken():
        yield _listed(found)


def _listed(found: dict[int, ClaimLine | None], *, more: bool = False) -> Listed:
    lines = {id_: line for id_, line in found.items() if line}
    return Listed(sorted(found), lines or None, more)


def _portions(
    connection: sqlite3.Connection, wanted: ClaimFilter, known_at: str, near: int
) -> Iterator[tuple[list[int], bool]]:
    """The claims to look at, so many at once, with whether others come after them."""
    for piece, more in claims.near(connection, wanted, near):
        size = _CHUNK if wanted.standing or known_at else max(1, len(piece))
        for at in range(0, len(piece), size):
            yield piece[at : at + size], more or at + size < len(piece)


def _left(
    connection: sqlite3.Connection, some: list[int], wanted: ClaimFilter, known_at: str
) -> dict[int, ClaimLine | None]:
    """Those of some claims that have the standing that is wanted; with their lines, if they are as they were known."""
    if known_at:
        lines = _as_known(connection, some, wanted.as_of, known_at)
        return {line.id: line for line in lines if wanted.standing in ("", line.standing)}
    if not wanted.standing:
        return dict.fromkeys(some)
    found = standings(connection, some, wanted.as_of)
    return {each: None for each in some if found[each] == wanted.standing}


def _as_known(connection: sqlite3.Connection, some: list[int], as_of: str, known_at: str) -> list[ClaimLine]:
    """The lines of claims as they were known. What was merged since stood alone then."""
    rows = connection.execute(
        "SELECT claims.id FROM json_each(?) JOIN claims ON merged_id = value ORDER BY claims.id", (json.dumps(some),)
    )
    members = on_record(connection, [row[0] for row in rows], known_at)
    if not members:
        return []
    with as_known(connection, members, known_at) as known:
        leaders = known.execute(
            "SELECT DISTINCT merged_id FROM json_each(?) JOIN claims ON claims.id = value ORDER BY 1",
            (json.dumps(members),),
        ).fetchall()
        return claims.lines(known, [row[0] for row in leaders], as_of)
