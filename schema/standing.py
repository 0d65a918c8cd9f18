"""A claim's standing: derived from its marks by one rule, never typed in.

A denial or a confirmation outweighs how the claim came up; without either, its origins decide. Neutral codes never
count. The rule is written once, as SQL over four counts, and the views `claim_standing` and `timeline` are made of it.
"""

import sqlite3

from msgspec import Struct

CASE = """CASE
            WHEN denied > 0 AND confirmed > 0 THEN 'contested'
            WHEN denied > 0 THEN 'denied'
            WHEN confirmed > 0 THEN 'confirmed'
            WHEN sourced > 0 AND anonymous > 0 THEN 'mixed'
            WHEN sourced > 0 THEN 'sourced'
            WHEN anonymous > 0 THEN 'anonymous'
            ELSE 'unattributed'
        END"""
"""The rule: `sourced`, `anonymous`, `denied` and `confirmed` are how many marks of that label there are."""


class Change(Struct, frozen=True):
    """A moment at which a claim's standing changed, with the mark and the document that changed it."""

    moment: str
    standing: str
    label: str
    outlet: str
    title: str
    quote: str
    annotator: str
    document_id: int
    mark_id: int


def changes(connection: sqlite3.Connection, claim_id: int) -> list[Change]:
    """Every change of a claim's standing by publication date; marks of undated documents count when they were made."""
    rows = connection.execute(
        """SELECT moment, standing, label, outlet, title, quote, annotator, document_id, mark_id
        FROM timeline WHERE claim_id = ? AND changed ORDER BY moment, recorded_at, mark_uid""",
        (claim_id,),
    )
    return [Change(*row) for row in rows]


def standing_at(connection: sqlite3.Connection, claim_id: int, moment: str) -> str:
    """A claim's standing by what was published up to a moment: `2026-03-05`, or a full time in UTC, inclusive.

    A day means its end: `2026-03-05` takes in all that was published on that day.
    """
    until = moment + "~" if len(moment) == len("2026-03-05") else moment
    row = connection.execute(
        """SELECT standing FROM timeline WHERE claim_id = ? AND moment <= ?
        ORDER BY moment DESC, recorded_at DESC, mark_uid DESC LIMIT 1""",
        (claim_id, until),
    ).fetchone()
    return row[0] if row else "unattributed"
