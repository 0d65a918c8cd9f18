"""Claims as the ledger lists them: each with its standing, its spread and its span of time, merged ones as one.

Every function takes any connection: to a project, to an exported file, or to what was known at a moment (`asof`).
"""

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from . import leading
from .moments import until
from .searching import among
from .standing import CASE, standings
from .terms import search_terms

NO_END = "\U0010ffff"
"""A moment after all others."""


EARLY = 1000
"""Of so many claims those with some words are found long before those of all."""


class ClaimLine(Struct, frozen=True):
    """A claim as a list shows it, by what was published up to a moment.

    `origins` counts the distinct sources at the end of the chains of sourced and anonymous marks. `moments` are the
    publication dates of its mentions, in order, for drawing how often it came up.
    """

    id: int
    uid: str
    claim: str
    note: str
    standing: str
    sourced: int
    anonymous: int
    denied: int
    confirmed: int
    mentions: int
    documents: int
    outlets: int
    origins: int
    first_published: str | None
    last_published: str | None
    merged: int
    moments: tuple[str, ...]


class Related(Struct, frozen=True):
    """A claim that another is tied to. `relation` reads from the claim that was asked about: `A relation B`."""

    relation: str
    claim_id: int
    claim: str


class Wording(Struct, frozen=True):
    """A mention of a claim, with its labels and where it stands."""

    mention_id: int
    mention_uid: str
    document_id: int
    title: str
    outlet: str
    url: str
    published_at: str | None
    annotator: str
    polarity: str
    labels: tuple[str, ...]
    quote: str
    start: int
    claim: str


class ClaimFilter(Struct, frozen=True):
    """Which claims to list: with these words in claim or note, of this standing, worded in this outlet."""

    words: str = ""
    standing: str = ""
    outlet: str = ""
    as_of: str = ""


_LINES = f"""
WITH tally AS (
    SELECT
        claims.id, claims.uid, claims.claim, claims.note,
        count(CASE label WHEN 'sourced' THEN 1 END) AS sourced,
        count(CASE label WHEN 'anonymous' THEN 1 END) AS anonymous,
        count(CASE label WHEN 'denied' THEN 1 END) AS denied,
        count(CASE label WHEN 'confirmed' THEN 1 END) AS confirmed,
        count(DISTINCT mentions.id) AS mentions,
        count(DISTINCT documents.id) AS documents,
        count(DISTINCT nullif(documents.outlet, '')) AS outlets,
        count(DISTINCT CASE WHEN label IN ('sourced', 'anonymous') THEN sources.merged_id END) AS origins,
        min(documents.published_at) AS first_published,
        max(documents.published_at) AS last_published,
        count(DISTINCT worded.id) - 1 AS merged
    FROM json_each(:claims) JOIN claims ON claims.id = value
    JOIN claims AS worded ON worded.merged_id = claims.id
    LEFT JOIN mention_counted AS mentions ON mentions.claim_id = worded.id
        AND coalesce(
            (SELECT published_at FROM documents WHERE documents.id = mentions.document_id), mentions.recorded_at
        ) <= :until
    LEFT JOIN documents ON documents.id = mentions.document_id
    LEFT JOIN marks ON marks.mention_id = mentions.id
        AND coalesce(documents.published_at, marks.recorded_at) <= :until
    LEFT JOIN attributions ON mark_id = marks.id AND is_origin = 1
    LEFT JOIN sources ON sources.id = source_id
    GROUP BY claims.id
)
SELECT id, uid, claim, note, {CASE}, sourced, anonymous, denied, confirmed, mentions, documents, outlets, origins,
    first_published, last_published, merged, (
        SELECT group_concat(moment, ' ') FROM (
            SELECT replace(coalesce(documents.published_at, recorded_at), ' ', '') AS moment
            FROM claims AS worded JOIN mention_counted ON claim_id = worded.id
            JOIN documents ON documents.id = document_id
            WHERE worded.merged_id = tally.id AND moment <= :until GROUP BY documents.id ORDER BY moment
        )
    )
FROM tally
"""


def ids(connection: sqlite3.Connection, wanted: ClaimFilter = ClaimFilter()) -> list[int]:  # noqa: B008 - frozen
    """The claims that a filter leaves, in the order in which they were recorded.

    Raises:
        BadInput: `as_of` is no moment.
    """
    where, values = ["claims.merged_id = claims.id"], {"outlet": wanted.outlet, "terms": search_terms(wanted.words)}
    if wanted.words.strip():
        if not values["terms"]:
            return []
        where.append(
            "claims.id IN (SELECT merged_id FROM names JOIN claims ON claims.id = names.rowid"
            " WHERE names MATCH '{claim note} : (' || :terms || ')')"
        )
    if wanted.outlet:
        where.append(
            """claims.id IN (SELECT merged_id FROM documents JOIN mentions ON document_id = documents.id
            JOIN claims ON claims.id = claim_id WHERE outlet = :outlet)"""
        )
    found = connection.execute(f"SELECT id FROM claims WHERE {' AND '.join(where)} ORDER BY id", values).fetchall()
    chosen = [row[0] for row in found]
    if not wanted.standing:
        return chosen
    found_standing = standings(connection, chosen, wanted.as_of)
    return [each for each in chosen if found_standing[each] == wanted.standing]


def near(connection: sqlite3.Connection, wanted: ClaimFilter, claim: int = 0) -> Iterator[tuple[list[int], bool]]:
    """The claims that a filter leaves, whatever their standing, in pieces, each with whether another one comes.

    The first pieces are those around a claim, which are there at once; without an outlet that is so in a project of any
    size. They go from the claim on in the order in which claims were recorded, then back from it.
    """
    if wanted.words.strip() or wanted.outlet:
        first = [] if wanted.outlet else _first_with(connection, wanted.words, claim)
        if first:
            yield first, True
        chosen = ids(connection, structs.replace(wanted, standing=""))
        place, known = bisect_left(chosen, claim), set(first)
        yield [each for each in chosen[place:] + chosen[:place][::-1] if each not in known], False
        return
    after, before = (_beside(connection, claim, side, leading.FIRST) for side in (">=", "<"))
    is_last = len(after) < leading.FIRST
    yield after, bool(before) or not is_last
    if not is_last:
        yield _beside(connection, after[-1], ">"), bool(before)
    if before:
        is_last = len(before) < leading.FIRST
        yield before, not is_last
        if not is_last:
            yield _beside(connection, before[-1], "<"), False


def _first_with(connection: sqlite3.Connection, words: str, claim: int) -> list[int]:
    """Of many claims from one on, those among the next `EARLY` that have these words."""
    leads = _beside(connection, claim, ">=", EARLY)
    if len(leads) < EARLY or not search_terms(words):
        return []
    merged = "SELECT claims.id, merged_id FROM json_each(?) AS lead JOIN claims ON merged_id = lead.value"
    worded = dict(connection.execute(merged, (json.dumps(leads),)).fetchall())
    return sorted({worded[each] for each in among(connection, list(worded), "{claim note}", words)})


def _beside(connection: sqlite3.Connection, claim: int, side: str, most: int = -1) -> list[int]:
    """The claims on one side of a claim, the nearest first."""
    rows = connection.execute(
        f"SELECT id FROM claims WHERE merged_id = id AND id {side} :claim"
        f" ORDER BY id {'DESC' if side == '<' else 'ASC'} LIMIT :most",
        {"claim": claim, "most": most},
    )
    return [row[0] for row in rows]


def lines(connection: sqlite3.Connection, claims: Sequence[int], as_of: str = "") -> list[ClaimLine]:
    """These claims as a list shows them, in the order given; those that are not there are left out.

    Raises:
        BadInput: `as_of` is no moment.
    """
    rows = connection.execute(_LINES, {"claims": json.dumps(list(claims)), "until": until(as_of) if as_of else NO_END})
    found = {}
    for *row, moments in rows:
        about = dict(zip(ClaimLine.__struct_fields__, row, strict=False))
        found[row[0]] = ClaimLine(**about, moments=tuple((moments or "").split()))
    return [found[each] for each in claims if each in found]


def related(connection: sqlite3.Connection, claim_id: int) -> list[Related]:
    """The claims that a claim, or one merged with it, is narrower than, wider than, or contradicts."""
    rows = connection.execute(
        """SELECT iif(one.merged_id = :claim, relation, iif(relation = 'narrower_than', 'wider_than', relation)),
            told.id, told.claim
        FROM claim_relations JOIN claims AS one ON one.id = claim_id JOIN claims AS other ON other.id = other_id
        JOIN claims AS told ON told.id = iif(one.merged_id = :claim, other.merged_id, one.merged_id)
        WHERE relation <> 'same_as' AND :claim IN (one.merged_id, other.merged_id) AND one.merged_id <> other.merged_id
        GROUP BY 1, 2 ORDER BY 1, 2""",
        {"claim": claim_id},
    )
    return [Related(*row) for row in rows]


def merged_with(connection: sqlite3.Connection, claim_id: int) -> list[tuple[int, str]]:
    """The other claims that a claim stands for, with their words."""
    return connection.execute(
        "SELECT id, claim FROM claims WHERE merged_id = ? AND id <> merged_id ORDER BY added_at, uid", (claim_id,)
    ).fetchall()


def wordings(connection: sqlite3.Connection, claim_id: int, as_of: str = "") -> list[Wording]:
    """Every mention of a claim and of those merged with it, in the order of publication."""
    rows = connection.execute(
        """SELECT mentions.id, mentions.uid, documents.id, title, outlet, url, published_at, annotators.name,
            polarity, (
                SELECT group_concat(label, ' ') FROM (
                    SELECT marks.label FROM marks JOIN labels ON labels.label = marks.label
                    WHERE mention_id = mentions.id ORDER BY labels.position, labels.id
                )
            ), quote, start, claims.claim
        FROM claims JOIN mention_counted AS mentions ON claim_id = claims.id
        JOIN documents ON documents.id = document_id JOIN annotators ON annotators.id = annotator_id
        WHERE claims.merged_id = :claim AND coalesce(published_at, recorded_at) <= :until
        ORDER BY coalesce(published_at, recorded_at), documents.id, start, mentions.uid""",
        {"claim": claim_id, "until": until(as_of) if as_of else NO_END},
    )
    found = []
    for row in rows:
        about = dict(zip(Wording.__struct_fields__, row, strict=True))
        found.append(Wording(**about | {"labels": tuple((about["labels"] or "").split())}))
    return found


def outlets(connection: sqlite3.Connection) -> list[str]:
    """The outlets of all documents, in alphabetical order, whether or not any of these words a claim.

    Each is one look at the index of outlets. To tell in which there are claims takes a look at all their documents.
    """
    rows = connection.execute(
        """WITH RECURSIVE known (outlet) AS (
            SELECT min(outlet) FROM documents WHERE outlet > ''
            UNION ALL
            SELECT (SELECT min(outlet) FROM documents WHERE documents.outlet > known.outlet) FROM known
            WHERE known.outlet IS NOT NULL
        )
        SELECT outlet FROM known WHERE outlet IS NOT NULL"""
    )
    return [row[0] for row in rows]
