"""Full-text search over a project, in a time that does not grow with it."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Literal
from unicodedata import east_asian_width

from msgspec import Struct

from .fulltext import INDEXES
from .records import Hit
from .terms import begun, quoted_words, search_terms
from .views import WORDS

MANY = 1000
"""Of so many finds the best are looked for. Of more, which words that are everywhere have, the newest must do: to
weigh each of them would take the longer the more articles there are."""

_BEGUN = 3
"""A last word of so many letters may be unfinished wherever it stands. Shorter ones begin a good part of all words."""
_ENDS_WORD = re.compile(r"[^\w\u0300-\u036f]+|_+")
_AROUND = 8
"""Of so many words at most FTS5 finds the best place to show: what that takes grows with the square of their number."""
_NOTE = {"search": (1, "body"), "names": (3, "note")}
"""The indexes, with the column whose words are shown around a find; `fulltext` says what is in them."""

_SEEN = """(
    EXISTS (SELECT 1 FROM documents WHERE id = {index}.rowid)
    OR EXISTS (SELECT 1 FROM claims WHERE id = {index}.rowid)
    OR EXISTS (SELECT 1 FROM sources WHERE id = {index}.rowid)
    OR EXISTS (SELECT 1 FROM mentions WHERE id = {index}.rowid)
    OR EXISTS (SELECT 1 FROM marks WHERE id = {index}.rowid)
    OR EXISTS (SELECT 1 FROM submissions WHERE id = {index}.rowid AND note <> '')
    OR EXISTS (SELECT 1 FROM remarks WHERE id = {index}.rowid)
)"""
_FOUND = f"SELECT rowid FROM {{index}} WHERE {{index}} MATCH ? AND {_SEEN} ORDER BY rowid DESC LIMIT ?"
_CHOSEN = f"""SELECT rowid AS id, {{rank}} AS rank, {{shown}} AS snippet
    FROM {{index}} WHERE {{index}} MATCH :terms AND rowid BETWEEN :first AND :last AND {_SEEN}
    ORDER BY {{rank}} LIMIT :size"""
_HITS = """
SELECT
    found.rank,
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
"""


class Finds(Struct, frozen=True):
    """What a search found: the best finds, or where there are over `MANY`, the newest ones."""

    hits: tuple[Hit, ...] = ()
    many: bool = False


def search(connection: sqlite3.Connection, query: str, size: int = 100) -> Finds:
    """At most `size` finds, up to `MANY`, of a full-text search over titles, texts, claims, sources and notes.

    All words must occur, and the last may be unfinished. With one or two letters it counts as begun in what things are
    called and in the notes of claims and sources, and as a whole word in texts; if nothing has it so, it is left out.
    """
    for looks in _looks(query):
        found = (connection.execute(_FOUND.format(index=index), (terms, MANY + 1)) for index, terms in looks)
        ids = sorted({row[0] for rows in found for row in rows}, reverse=True)
        if ids:
            break
    else:
        return Finds()
    many = len(ids) > MANY
    chosen: dict[int, tuple[float, Hit]] = {}
    for index, terms in looks:
        sql = _CHOSEN.format(index=index, shown=_shown(index, terms), rank="-rowid" if many else "rank")
        values = {"terms": terms, "first": ids[:size][-1] if many else 0, "last": ids[0], "size": size}
        for rank, *hit in connection.execute(f"WITH found AS ({sql}) {_HITS}", values):
            chosen.setdefault(hit[0], (rank, Hit(*hit)))
    best = sorted(chosen.values(), key=lambda each: each[0])
    return Finds(tuple(hit for _, hit in best[:size]), many)


def _shown(index: str, terms: str) -> str:
    """The words around a find, as SQL; of a query of many words the beginning of the text must do."""
    number, column = _NOTE[index]
    if terms.count('"') <= 2 * _AROUND:
        return f"snippet({index}, {number}, '', '', '…', 16)"
    return f"substr({column}, 1, 120)"


def _looks(query: str) -> Iterator[list[tuple[str, str]]]:
    """In which indexes to look for what; the next of them where the one before finds nothing."""
    words = quoted_words(query)
    if not words:
        return
    if not _is_short(words[-1]):
        yield [("search", begun(words))]
        return
    yield [("search", " ".join(words)), ("names", begun(words))]
    if len(words) > 1:
        yield [("search", " ".join(words[:-1]))]


def _is_short(word: str) -> bool:
    """Whether a word has so few letters that a good part of all words begin so; a wide letter is most of a word."""
    last = [part for part in _ENDS_WORD.split(word) if part][-1]
    return len(last) < _BEGUN and not any(east_asian_width(char) in "WF" for char in last)


def among(connection: sqlite3.Connection, things: Sequence[int], column: str, words: str) -> list[int]:
    """Those of some documents, claims or sources that have the words in a column of `names`, in the order given.

    The names of these things alone are gone through, so that the first of a list are there long before all are found.
    Without a word to look for, as in "…", these are all of them.
    """
    terms = search_terms(words)
    if not terms:
        return list(things)
    with closing(sqlite3.connect(":memory:")) as few:
        few.execute(f"CREATE VIRTUAL TABLE few USING fts5 ({INDEXES['names']}, content = '', {WORDS})")
        rows = connection.execute(
            f"SELECT nameable.id, {INDEXES['names']} FROM json_each(?) AS given JOIN nameable ON nameable.id = value",
            (json.dumps(list(things)),),
        )
        few.executemany(f"INSERT INTO few (rowid, {INDEXES['names']}) VALUES (?, ?, ?, ?, ?)", rows)
        found = {row[0] for row in few.execute("SELECT rowid FROM few WHERE few MATCH ?", (f"{column} : ({terms})",))}
    return [each for each in things if each in found]


def named(connection: sqlite3.Connection, things: Literal["claims", "sources"], words: str, most: int) -> list[int]:
    """So many claims or sources that have these words in their name or note, as row ids, merged ones as one.

    They are those of the names and wordings that were recorded first; the others are not read.
    """
    terms = search_terms(words)
    if not terms:
        return []
    rows = connection.execute(
        f"""SELECT merged_id FROM names JOIN {things} AS thing ON thing.id = names.rowid WHERE names MATCH ?
        ORDER BY names.rowid""",
        (f"{{{things.removesuffix('s')} note}} : ({terms})",),
    )
    found: dict[int, None] = {}
    while len(found) < most and (row := rows.fetchone()):
        found[row[0]] = None
    return list(found)
