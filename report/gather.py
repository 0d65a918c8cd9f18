"""What a report says, gathered from a project or from what was known at a moment, whatever it will look like."""

import sqlite3
from collections.abc import Iterable, Sequence

from msgspec import Struct

from ..measure.corroboration import Corroboration, corroboration
from ..schema import claims as book
from ..schema import standing
from ..schema.claims import ClaimLine, Related, Wording
from ..schema.standing import Change

ROLES = {
    "says": ("sourced", "anonymous"),
    "denies": ("denied",),
    "confirms": ("confirmed",),
}
"""What a source does to a claim, by the labels of its marks."""


class Speaker(Struct, frozen=True):
    """Somebody who stands behind marks of a claim, with how often, where, and of which kinds."""

    name: str
    kinds: tuple[str, ...]
    outlets: tuple[str, ...]
    marks: int


class Told(Struct, frozen=True):
    """All that a report says of one claim."""

    line: ClaimLine
    history: tuple[Change, ...]
    corroboration: Corroboration
    speakers: dict[str, tuple[Speaker, ...]]
    wordings: tuple[Wording, ...]
    related: tuple[Related, ...]
    merged: tuple[str, ...]

    @property
    def changes(self) -> list[Change]:
        """The marks that changed the claim's standing."""
        return [each for each in self.history if each.changed]


def gather(connection: sqlite3.Connection, claims: Iterable[int], as_of: str = "") -> list[Told]:
    """What is to be told of these claims by what was published up to a moment; those that nobody worded are left out.

    Raises:
        BadInput: `as_of` is no moment.
    """
    return [_told(connection, line, as_of) for line in book.lines(connection, list(claims), as_of) if line.mentions]


def _told(connection: sqlite3.Connection, line: ClaimLine, as_of: str) -> Told:
    history = tuple(standing.history(connection, line.id, as_of))
    return Told(
        line=line,
        history=history,
        corroboration=corroboration(connection, line.id, as_of=as_of),
        speakers={role: _speakers(history, labels) for role, labels in ROLES.items()},
        wordings=tuple(book.wordings(connection, line.id, as_of)),
        related=tuple(book.related(connection, line.id)),
        merged=tuple(words for _, words in book.merged_with(connection, line.id)),
    )


def _speakers(history: Sequence[Change], labels: Sequence[str]) -> tuple[Speaker, ...]:
    """Who stands behind the marks of these labels, in the order in which they came up."""
    found: dict[str, list[Change]] = {}
    for each in history:
        if each.label in labels:
            found.setdefault(each.origin or "nobody who is named", []).append(each)
    return tuple(
        Speaker(
            name=name,
            kinds=tuple(dict.fromkeys(each.kind.replace("_", " ") for each in marks if each.kind)),
            outlets=tuple(dict.fromkeys(each.outlet for each in marks if each.outlet)),
            marks=len(marks),
        )
        for name, marks in found.items()
    )
