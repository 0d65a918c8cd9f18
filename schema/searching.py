"""Full-text search over a project, in a time that does not grow with it."""

import sqlite3

from msgspec import Struct

from .records import Hit
from .terms import search_terms

MANY = 1000
"""Of so many finds the best are looked for. Of more, which words that are everywhere have, the newest must do: to
weigh each of them would take the longer the more articles there are."""

_SEEN = """(
    EXISTS (SELECT 1 FROM documents WHERE id = search.rowid)
    OR EXISTS (SELECT 1 FROM claims WHERE id = search.rowid)
    OR EXISTS (SELECT 1 FROM sources WHERE id = search.rowid)
    OR EXISTS (SELECT 1 FROM mentions WHERE id = search.rowid)
    OR EXISTS (SELECT 1 FROM marks WHERE id = search.rowid)
    OR EXISTS (SELECT 1 FROM submissions WHERE id = search.rowid AND note <> '')
    OR EXISTS (SELECT 1 FROM remarks WHERE id = search.rowid)
)"""
_FOUND = f"SELECT rowid AS id FROM search WHERE search MATCH ? AND {_SEEN} ORDER BY rowid DESC LIMIT ?"
_SHOWN = "snippet(search, 1, '', '', '…', 16) AS snippet FROM search WHERE search MATCH :terms"
_BEST = f"SELECT rowid AS id, rank, {_SHOWN} AND {_SEEN} ORDER BY rank LIMIT :size"
_NEWEST = f"""SELECT rowid AS id, -rowid AS rank, {_SHOWN} AND rowid BETWEEN :first AND :last AND {_SEEN}
    ORDER BY rowid DESC LIMIT :size"""
_HITS = """
SELECT
    found.id,
    CASE found.id WHEN documents.id THEN 'document' WHEN claims.id THEN 'claim' WHEN sources.id THEN 'source'
        WHEN mentions.id THEN 'mention' WHEN marks.id THEN 'mark' WHEN remarks.id THEN 'remark'
        ELSE 'submission' END,
    coalesce(documents.title, claims.claim, sources.name, ''),
    found.snippet,
    coalesce(
        documents.id, mentions.document_id, marked.document_id, submissions.document_id, remarked.document_id
    )
FROM found
LEFT JOIN documents ON documents.id = found.id LEFT JOIN claims ON claims.id = found.id
LEFT JOIN sources ON sources.id = found.id LEFT JOIN mentions ON mentions.id = found.id
LEFT JOIN marks ON marks.id = found.id LEFT JOIN mentions AS marked ON marked.id = marks.mention_id
LEFT JOIN submissions ON submissions.id = found.id LEFT JOIN remarks ON remarks.id = found.id
LEFT JOIN mentions AS remarked ON remarked.id = remarks.mention_id
ORDER BY found.rank
"""


class Finds(Struct, frozen=True):
    """What a search found: the best finds, or where there are over `MANY`, the newest ones."""

    hits: tuple[Hit, ...] = ()
    many: bool = False


def search(connection: sqlite3.Connection, query: str, size: int = 100) -> Finds:
    """At most `size` finds, up to `MANY`, of a full-text search over titles, texts, claims, sources and notes."""
    terms = search_terms(query)
    if not terms:
        return Finds()
    ids = [row[0] for row in connection.execute(_FOUND, (terms, MANY + 1))]
    many = len(ids) > MANY
    chosen = _NEWEST if many else _BEST
    values = {"terms": terms, "size": size}
    if many:
        values |= {"first": ids[:size][-1], "last": ids[0]}
    rows = connection.execute(f"WITH found AS ({chosen}) {_HITS}", values)
    return Finds(tuple(Hit(*row) for row in rows), many)
