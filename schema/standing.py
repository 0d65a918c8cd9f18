"""A claim's standing: derived from its marks by one rule, never typed in.

A denial or a confirmation outweighs how the claim came up; without either, its origins decide. Neutral codes never
count. The rule is written once, as SQL over four counts, and the views `claim_standing` and `timeline` are made of it.

Everything here takes any connection: to a project, to an exported file, or to what was known at a moment (`asof`). So
both of a claim's times can be asked for: `as_of` is about publication, `as_known` about recording. Merged claims are
one.
"""

import json
import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from .moments import until

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

STANDINGS = ("unattributed", "sourced", "anonymous", "mixed", "denied", "confirmed", "contested")

_COUNTS = ", ".join(f"count(CASE label WHEN '{label}' THEN 1 END) AS {label}" for label in (
    "sourced", "anonymous", "denied", "confirmed"
))  # fmt: skip


class Change(Struct, frozen=True):
    """A mark in a claim's history, with the claim's standing after it, and whether it changed that."""

    moment: str
    standing: str
    changed: bool
    label: str
    kind: str
    origin: str | None
    outlet: str
    title: str
    quote: str
    annotator: str
    published_at: str | None
    recorded_at: str
    document_id: int
    mention_id: int
    mark_id: int


class InDocument(Struct, frozen=True):
    """A claim's standing by the marks of one document alone."""

    document_id: int
    title: str
    outlet: str
    published_at: str | None
    standing: str


def history(connection: sqlite3.Connection, claim_id: int, as_of: str = "") -> list[Change]:
    """Every mark of a claim by publication date; marks of undated documents count when they were made.

    Raises:
        BadInput: `as_of` is no moment; so for all functions here.
    """
    rows = connection.execute(
        f"""SELECT {", ".join(Change.__struct_fields__)} FROM timeline
        WHERE claim_id = ? AND moment <= ? ORDER BY moment, recorded_at, mark_uid""",
        (merged(connection, claim_id), _until(as_of)),
    )
    return [Change(moment, standing, bool(changed), *rest) for moment, standing, changed, *rest in rows]


def changes(connection: sqlite3.Connection, claim_id: int, as_of: str = "") -> list[Change]:
    """Every change of a claim's standing, with the mark and the document that caused it."""
    return [each for each in history(connection, claim_id, as_of) if each.changed]


def standing_at(connection: sqlite3.Connection, claim_id: int, moment: str) -> str:
    """A claim's standing by what was published up to a moment: `2026-03-05`, or a full time in UTC, inclusive.

    A day means its end: `2026-03-05` takes in all that was published on that day.
    """
    row = connection.execute(
        """SELECT standing FROM timeline WHERE claim_id = ? AND moment <= ?
        ORDER BY moment DESC, recorded_at DESC, mark_uid DESC LIMIT 1""",
        (merged(connection, claim_id), _until(moment)),
    ).fetchone()
    return row[0] if row else "unattributed"


def standings(connection: sqlite3.Connection, claims: Sequence[int], as_of: str = "") -> dict[int, str]:
    """The standings of some claims by what was published up to a moment; without one, by all there is."""
    rows = connection.execute(
        f"""WITH told AS (
            SELECT claims.id AS claim_id, label FROM json_each(:claims) JOIN claims ON claims.id = value
            LEFT JOIN claims AS worded ON worded.merged_id = claims.merged_id
            LEFT JOIN mention_counted AS mentions ON mentions.claim_id = worded.id
            LEFT JOIN documents ON documents.id = mentions.document_id
            LEFT JOIN marks ON marks.mention_id = mentions.id
                AND coalesce(documents.published_at, marks.recorded_at) <= :until
        ), tally AS (SELECT claim_id, {_COUNTS} FROM told GROUP BY claim_id)
        SELECT claim_id, {CASE} FROM tally""",
        {"claims": json.dumps(list(claims)), "until": _until(as_of)},
    )
    return dict(rows.fetchall())


def in_documents(connection: sqlite3.Connection, claim_id: int, as_of: str = "") -> list[InDocument]:
    """A claim's standing in each document that words it, in the order of publication."""
    rows = connection.execute(
        f"""WITH tally AS (
            SELECT documents.id AS document_id, title, outlet, published_at, {_COUNTS}
            FROM claims JOIN mention_counted AS mentions ON mentions.claim_id = claims.id
            JOIN documents ON documents.id = document_id
            LEFT JOIN marks ON marks.mention_id = mentions.id
            WHERE claims.merged_id = ? AND coalesce(published_at, mentions.recorded_at) <= ? GROUP BY documents.id
        )
        SELECT document_id, title, outlet, published_at, {CASE} FROM tally
        ORDER BY published_at IS NULL, published_at, document_id""",
        (merged(connection, claim_id), _until(as_of)),
    )
    return [InDocument(*row) for row in rows]


def by_day(connection: sqlite3.Connection, claim_id: int, as_of: str = "") -> list[tuple[str, str]]:
    """A claim's standing at the end of each day (UTC) on which something was published about it."""
    days: dict[str, str] = {}
    for each in history(connection, claim_id, as_of):
        days[each.moment[: len("2026-03-05")]] = each.standing
    return list(days.items())


def merged(connection: sqlite3.Connection, claim_id: int) -> int:
    """The claim that stands for a claim: itself, unless it was merged with an earlier one."""
    row = connection.execute("SELECT merged_id FROM claims WHERE id = ?", (claim_id,)).fetchone()
    return int(row[0]) if row else claim_id


def _until(as_of: str) -> str:
    return until(as_of) if as_of else "\U0010ffff"
