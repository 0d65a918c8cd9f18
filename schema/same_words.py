"""The same words elsewhere: where a phrase stands in one document or in all of them, exactly, to mark it there too.

The full-text index names the documents that may have the phrase; their texts are then read one by one, so that every
find has exact offsets in code points. Spaces, quotation marks, dashes and case do not count, as everywhere in search.
"""

import sqlite3
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from .text import Span, find_overlapping, fold

if TYPE_CHECKING:
    import regex

CONTEXT = 60
"""How many code points of the text a find carries before and after its words."""

READ_AT_MOST = 50_000_000
"""How many code points of texts are read for one question before the answer is cut."""


class Find(Struct, frozen=True):
    """One place where the words stand, with what is around it; `marked`: the annotator has a mention of just them.

    `likeness` is 100 for the words themselves, and less for a place that says about the same in other words.
    """

    document_id: int
    sha256: str
    title: str
    outlet: str
    published_at: str | None
    span: Span
    before: str
    quote: str
    after: str
    marked: bool
    likeness: int = 100


class Finds(Struct, frozen=True):
    """What was found, in the order of the documents and of their texts; `cut` when there may be more."""

    finds: tuple[Find, ...]
    cut: bool


def whole_words(text: str, query: str) -> Iterator[Span]:
    """Where the query stands in the text without beginning or ending inside a word, leftmost first."""
    inside = _inside_word()
    end = 0
    for span in find_overlapping(text, query):
        if span.start < end:
            continue
        at_edges = (text[max(0, edge - 1) : edge + 1] for edge in (span.start, span.end))
        if not any(map(inside.fullmatch, at_edges)):
            end = span.end
            yield span


def find_in_document(
    connection: sqlite3.Connection, document_id: int, query: str, annotator: str, limit: int = 500
) -> Finds:
    """Where the words stand in one document: at most `limit` places."""
    row = connection.execute(f"SELECT {_ABOUT} FROM documents WHERE id = ?", (document_id,)).fetchone()
    return _bounded(_finds_in(connection, row, query, annotator) if row else iter(()), limit)


def find_same_words(connection: sqlite3.Connection, query: str, annotator: str, limit: int = 500) -> Finds:
    """Where the words stand in the whole project: at most `limit` places, read until there are so many.

    In scripts written without spaces, words are found only where punctuation or the text's end parts them from others.
    """
    words = fold(query).replace('"', " ").replace("\0", " ").strip()
    if not any(map(str.isalnum, words)):
        return Finds((), cut=False)
    candidates = connection.execute(
        f"SELECT {_ABOUT} FROM search JOIN documents ON documents.id = search.rowid WHERE search MATCH ?",
        (f'body : "{words}"',),
    )
    reading = _Reading()
    found = _bounded(reading.finds(connection, candidates, query, annotator), limit)
    in_order = sorted(found.finds, key=lambda each: (each.published_at or "", each.document_id, each.span))
    return Finds(tuple(in_order), cut=found.cut or reading.stopped)


_ABOUT = "documents.id, sha256, documents.title, outlet, published_at, length"


class _Reading:
    """Goes through candidate documents until enough text was read."""

    def __init__(self) -> None:
        self.stopped = False

    def finds(
        self, connection: sqlite3.Connection, candidates: sqlite3.Cursor, query: str, annotator: str
    ) -> Iterator[Find]:
        left = READ_AT_MOST
        for row in candidates:
            left -= row[-1]
            if left < 0:
                self.stopped = True
                return
            yield from _finds_in(connection, row, query, annotator)


def _finds_in(connection: sqlite3.Connection, row: tuple[Any, ...], query: str, annotator: str) -> Iterator[Find]:
    document_id, sha256, title, outlet, published_at, _ = row
    text = connection.execute("SELECT text FROM texts WHERE sha256 = ?", (sha256,)).fetchone()[0]
    spans = whole_words(text, query)
    first = next(spans, None)
    if first is None:
        return
    marked = _marked(connection, document_id, annotator)
    for span in (first, *spans):
        yield Find(
            document_id=document_id, sha256=sha256, title=title, outlet=outlet, published_at=published_at, span=span,
            before=text[max(0, span.start - CONTEXT) : span.start], quote=span.cut(text),
            after=text[span.end : span.end + CONTEXT], marked=(span.start, span.end) in marked,
        )  # fmt: skip


def _marked(connection: sqlite3.Connection, document_id: int, annotator: str) -> set[tuple[int, int]]:
    """The extents of an annotator's mentions that are one piece."""
    rows = connection.execute(
        """SELECT spans.start, spans."end" FROM mentions
        JOIN annotators ON annotators.id = annotator_id AND annotators.name = ?
        JOIN spans ON spans.mention_id = mentions.id
        WHERE mentions.document_id = ? AND layer = ''
            AND spans.start = mentions.start AND spans."end" = mentions."end" """,
        (annotator, document_id),
    )
    return set(rows.fetchall())


def _bounded(finds: Iterator[Find], limit: int) -> Finds:
    taken = tuple(islice(finds, limit))
    return Finds(taken, cut=next(finds, None) is not None)


@cache
def _inside_word() -> "regex.Pattern[str]":
    """Two characters between which a word goes on; scripts written without spaces have no such place."""
    import regex  # its import costs time that only a search need pay

    part = r"[[\p{L}\p{N}\p{M}_]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]"
    return regex.compile(rf"(?V1){part}{{2}}|.\p{{M}}")
