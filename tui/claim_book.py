"""What the ledger asks of a project: which claims are to be shown, and their lines a page at a time."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from msgspec import structs

from ..schema import claims
from ..schema.asof import as_known
from ..schema.claims import ClaimFilter, ClaimLine
from .lookback import Lookback

_CHUNK = 100
"""So many claims are folded at once when it is asked what was known of them."""


class Listed(NamedTuple):
    """The claims to show. What was known at a moment takes a look back at each of them, so their lines come along."""

    ids: Sequence[int]
    lines: dict[int, ClaimLine] | None = None


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

    def list_all(self) -> None:
        """Show all claims."""
        self.listed = Listed(claims.AllClaims(self._connection))

    def span(self) -> tuple[str, str]:
        """The first and the last moment of publication in the project, for drawing claims on one line of time."""
        first, last = self._connection.execute(
            """SELECT (SELECT published_at FROM documents WHERE published_at > '' ORDER BY published_at LIMIT 1),
                (SELECT published_at FROM documents WHERE published_at > '' ORDER BY published_at DESC LIMIT 1)"""
        ).fetchone()
        end = self.lookback.as_of
        return first or "", (f"{end}T23:59:59Z" if len(end) == len("2026-03-05") else end) or last or ""


def look_up(
    connection: sqlite3.Connection, wanted: ClaimFilter, known_at: str, overtaken: Callable[[], bool]
) -> Listed:
    """The claims that a filter leaves, as they are or as they were known at a moment.

    Raises:
        BadInput: a moment is none.
    """
    if not known_at:
        return Listed(claims.ids(connection, wanted))
    chosen = claims.ids(connection, structs.replace(wanted, standing=""))
    found = {
        line.id: line
        for line in _as_known(connection, chosen, wanted.as_of, known_at, overtaken)
        if wanted.standing in ("", line.standing)
    }
    return Listed(list(found), found)


def _as_known(
    connection: sqlite3.Connection, chosen: Sequence[int], as_of: str, known_at: str, overtaken: Callable[[], bool]
) -> Iterator[ClaimLine]:
    """The lines of claims as they were known. What was merged since stood alone then."""
    for at in range(0, len(chosen), _CHUNK):
        if overtaken():
            return
        members = json.dumps(
            [
                row[0]
                for row in connection.execute(
                    "SELECT claims.id FROM json_each(?) JOIN claims ON merged_id = value ORDER BY claims.id",
                    (json.dumps(chosen[at : at + _CHUNK]),),
                )
            ]
        )
        with as_known(connection, json.loads(members), known_at) as known:
            leaders = known.execute(
                "SELECT DISTINCT merged_id FROM json_each(?) JOIN claims ON claims.id = value ORDER BY 1", (members,)
            ).fetchall()
            yield from claims.lines(known, [row[0] for row in leaders], as_of)
