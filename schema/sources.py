"""Sources as a list shows them: who says, denies and confirms what, how often, merged ones as one."""

import heapq
import json
import sqlite3
from collections.abc import Sequence
from itertools import islice

from msgspec import Struct

from .terms import search_terms

MANY = 1000
"""So many links of a source are counted and told, the newest: an agency that all articles name has no end of them."""


class SourceLine(Struct, frozen=True):
    """A source and how often it stands where in a chain. `document_id` is set for an unnamed one.

    With `more` it has more links than `MANY`, and the newest alone are counted. `says` counts sourced and anonymous
    marks of which it is the origin; `denies`, `confirms` and `responds` those answers whose last link it is; `relays`
    the links in which it passes on what another said.
    """

    id: int
    uid: str
    name: str
    kind: str
    document_id: int | None
    note: str
    says: int
    denies: int
    confirms: int
    responds: int
    relays: int
    claims: int
    documents: int
    merged: int
    suspected: int
    more: bool = False


class Statement(Struct, frozen=True):
    """One mark that a source has a part in: `role` is `says`, `denies`, `confirms`, `responds` or `relays`."""

    mark_id: int
    mention_id: int
    document_id: int
    role: str
    label: str
    kind: str
    claim_id: int | None
    claim: str | None
    quote: str
    start: int
    title: str
    outlet: str
    published_at: str | None
    annotator: str


class Tie(Struct, frozen=True):
    """Another source that one was merged with or may be the same as, with a certainty in per cent."""

    relation: str
    source_id: int
    source_uid: str
    name: str
    certainty: int | None
    note: str
    document_id: int | None


_ROLE = """CASE
        WHEN NOT is_origin THEN 'relays'
        WHEN marks.label IN ('sourced', 'anonymous') THEN 'says'
        WHEN marks.label = 'denied' THEN 'denies'
        WHEN marks.label = 'confirmed' THEN 'confirms'
        ELSE 'responds'
    END"""

_LINES = f"""
WITH chosen (id) AS (SELECT value FROM json_each(:sources)), parts AS (
    SELECT one.merged_id AS source, {_ROLE} AS role, mentions.document_id AS document, claims.merged_id AS claim
    FROM json_each(:links) CROSS JOIN attributions ON attributions.id = value
    JOIN sources AS one ON one.id = source_id JOIN marks ON marks.id = mark_id
    JOIN mention_counted AS mentions ON mentions.id = mention_id LEFT JOIN claims ON claims.id = claim_id
)
SELECT sources.id, uid, name, kind, document_id, note,
    count(CASE role WHEN 'says' THEN 1 END), count(CASE role WHEN 'denies' THEN 1 END),
    count(CASE role WHEN 'confirms' THEN 1 END), count(CASE role WHEN 'responds' THEN 1 END),
    count(CASE role WHEN 'relays' THEN 1 END), count(DISTINCT claim), count(DISTINCT document),
    (SELECT count(*) - 1 FROM sources AS other WHERE other.merged_id = sources.id),
    (SELECT count(*) FROM source_relations JOIN sources AS mine ON mine.id IN (source_id, other_id)
        WHERE relation = 'probably_same' AND mine.merged_id = sources.id)
FROM chosen JOIN sources ON sources.id = chosen.id LEFT JOIN parts ON source = sources.id
GROUP BY sources.id ORDER BY sources.id
"""

_NAMED = {"": "true", "named": "document_id IS NULL", "unnamed": "document_id IS NOT NULL"}


def ids(connection: sqlite3.Connection, words: str = "", sort: str = "", most: int = -1) -> list[int]:
    """The sources that have these words in a name or note, in the order in which they were recorded.

    At most `most` of them, if that is not negative. `sort` is `named`, `unnamed` or empty for both.

    A source is found under every name that it was merged with.
    """
    where, values = [f"sources.merged_id = sources.id AND {_NAMED[sort]}"], {"terms": search_terms(words), "most": most}
    if words.strip():
        if not values["terms"]:
            return []
        where.append(
            "sources.id IN (SELECT merged_id FROM names JOIN sources ON sources.id = names.rowid"
            " WHERE names MATCH '{source note} : (' || :terms || ')')"
        )
    rows = connection.execute(f"SELECT id FROM sources WHERE {' AND '.join(where)} ORDER BY id LIMIT :most", values)
    return [row[0] for row in rows]


def lines(connection: sqlite3.Connection, sources: Sequence[int]) -> list[SourceLine]:
    """These sources as a list shows them, in the order given; those that are not there are left out."""
    links = {each: _links(connection, each) for each in sources}
    told = [link for some in links.values() for link in some[:MANY]]
    rows = connection.execute(_LINES, {"sources": json.dumps(list(links)), "links": json.dumps(told)})
    found = {row[0]: SourceLine(*(*row, len(links[row[0]]) > MANY)) for row in rows}
    return [found[each] for each in sources if each in found]


def _links(connection: sqlite3.Connection, source_id: int) -> list[int]:
    """The newest links of a source and of those merged with it, as row ids; one beyond `MANY` says: more."""
    names = connection.execute("SELECT id FROM sources WHERE merged_id = ?", (source_id,)).fetchall()
    newest = "SELECT id FROM attributions WHERE source_id = ? ORDER BY id DESC LIMIT ?"
    each = [[row[0] for row in connection.execute(newest, (name, MANY + 1))] for (name,) in names]
    return list(islice(heapq.merge(*each, reverse=True), MANY + 1))


def statements(connection: sqlite3.Connection, source_id: int) -> list[Statement]:
    """The marks that a source, or one merged with it, has a part in by its newest `MANY` links, by publication."""
    links = _links(connection, source_id)[:MANY]
    rows = connection.execute(
        f"""SELECT marks.id, mentions.id, documents.id, {_ROLE}, marks.label, marks.kind, told.id, told.claim,
            mentions.quote, mentions.start, title, outlet, published_at, annotators.name
        FROM json_each(?) CROSS JOIN attributions ON attributions.id = value JOIN marks ON marks.id = mark_id
        JOIN mention_counted AS mentions ON mentions.id = mention_id
        JOIN documents ON documents.id = mentions.document_id
        JOIN annotators ON annotators.id = mentions.annotator_id
        LEFT JOIN claims ON claims.id = claim_id LEFT JOIN claims AS told ON told.id = claims.merged_id
        ORDER BY coalesce(published_at, marks.recorded_at), mentions.start, marks.uid, attributions.position""",
        (json.dumps(links),),
    )
    return [Statement(*row) for row in rows]


def ties(connection: sqlite3.Connection, source_id: int) -> list[Tie]:
    """The sources that one was merged with or may be the same as, the merged ones first, then the surest."""
    rows = connection.execute(
        """SELECT relation, far.id, far.uid, far.name, max(certainty), source_relations.note, far.document_id
        FROM source_relations JOIN sources AS near ON near.id IN (source_id, other_id)
        JOIN sources AS far ON far.id IN (source_id, other_id) AND far.id <> near.id
        WHERE near.merged_id = :source AND far.id <> :source GROUP BY relation, far.id
        ORDER BY relation DESC, certainty DESC, far.id""",
        {"source": source_id},
    )
    return [Tie(*row) for row in rows]


def merged(connection: sqlite3.Connection, source_id: int) -> int:
    """The source that stands for a source: itself, unless it was merged with an earlier one."""
    row = connection.execute("SELECT merged_id FROM sources WHERE id = ?", (source_id,)).fetchone()
    return int(row[0]) if row else source_id
