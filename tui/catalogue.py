"""What the library and the search ask of a project: pages of documents, tallies, and where a find is."""

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from msgspec import structs

from ..schema import queues, reading, threads
from ..schema.queues import Progress
from ..schema.records import DocumentLine, Hit
from ..schema.text import Span, find_all, fold

Answer = TypeVar("Answer")


class Tally(NamedTuple):
    """How far an annotator is: documents in the project, those that they submitted, mentions that they made."""

    documents: int
    submitted: int
    mentions: int


class Catalogue:
    """The documents by publication with one annotator's state, for a list that reads them a page at a time."""

    def __init__(self, connection: sqlite3.Connection, annotator: str, matching: str = "") -> None:
        self._connection = connection
        self.annotator = annotator
        self.queue = False
        """Whether only the annotator's queue is shown, in its order."""
        self.matching = matching
        """Words that a document must have in title, outlet or author to be shown."""
        self._ids: list[int] = []
        self.shown = 0
        """How many documents there were to show when last counted."""
        self._counted: dict[object, tuple[int, Any]] = {}

    def count(self) -> int:
        """How many documents there are to show."""
        if self.matching:
            self._ids = self._found()
            self.shown = len(self._ids)
        elif self.queue:
            self.shown = self.progress().assigned
        else:
            self.shown = reading.count_documents(self._connection)
        return self.shown

    def _found(self) -> list[int]:
        if self.queue:
            return queues.matching(self._connection, self.annotator, self.matching)
        return reading.documents_matching(self._connection, self.matching)

    def page(self, first: int, size: int) -> list[DocumentLine]:
        """So many documents from a position, counted from 0; fewer at the end."""
        if self.matching:
            lines = reading.document_lines(self._connection, self.annotator, self._ids[first : first + size])
        else:
            ask = queues.page if self.queue else reading.list_documents
            lines = ask(self._connection, self.annotator, first, size)
        waiting = threads.waiting(self._connection, self.annotator, [line.id for line in lines])
        return [structs.replace(line, remarks=waiting.get(line.id, 0)) for line in lines]

    def position_of(self, document_id: int) -> int | None:
        """Where a document is among those that are shown, counted from 0; None when it is not in the queue shown."""
        if self.queue:
            return queues.place_of(self._connection, self.annotator, document_id)
        return reading.position_of(self._connection, document_id)

    def progress(self) -> Progress:
        """How far the annotator is with their queue."""
        return self._unchanged(queues.progress)

    def first_to_do(self) -> int:
        """The place of the first document of the queue that is to do; that of the first one if none is."""
        found = queues.next_to_do(self._connection, self.annotator, 0)
        return (found and self.position_of(found)) or 0

    def waiting(self) -> int:
        """How many conversations wait for the annotator's answer."""
        return sum(threads.waiting(self._connection, self.annotator).values())

    def tally(self) -> Tally:
        """How far the annotator is, counted on indexes."""
        return self._unchanged(_tally)

    def _unchanged(self, ask: Callable[[sqlite3.Connection, str], Answer]) -> Answer:
        """An answer that stays the same until the project changes: much of what is shown anew is not asked anew."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        key = ask, self.annotator
        if key not in self._counted or self._counted[key][0] != version:
            self._counted[key] = version, ask(self._connection, self.annotator)
        answer: Answer = self._counted[key][1]
        return answer


def _tally(connection: sqlite3.Connection, annotator: str) -> Tally:
    row = connection.execute(
        """SELECT (SELECT count(*) FROM submissions WHERE annotator_id = me.id AND state = 'submitted'),
            (SELECT count(*) FROM mentions WHERE annotator_id = me.id AND layer = '')
        FROM (SELECT (SELECT id FROM annotators WHERE name = ?) AS id) AS me""",
        (annotator,),
    ).fetchone()
    return Tally(reading.count_documents(connection), *row)


class Place(NamedTuple):
    """Where to look at a find: the document's id, a code point, and words that occur there; "" when none do."""

    document: int
    cursor: int
    words: str


def place_of(connection: sqlite3.Connection, hit: Hit, query: str) -> Place | None:
    """Where to look at a find; None for what no document speaks of.

    A claim or a source is shown at its first mention, a note at the mention that it was written on.
    """
    if hit.thing == "document":
        document = reading.document(connection, hit.id)
        if document is None:
            return None
        cursor, words = find_in(document.text, query, hit.snippet)
        return Place(hit.id, cursor, words)
    row = connection.execute(
        """SELECT mentions.document_id, mentions.start FROM mentions JOIN documents ON documents.id = document_id
        WHERE mentions.id IN (
            SELECT id FROM mentions WHERE id = :id OR claim_id = :id
            UNION SELECT mention_id FROM marks WHERE id = :id
            UNION SELECT mention_id FROM attributions JOIN marks ON marks.id = mark_id WHERE source_id = :id
        ) ORDER BY documents.published_at, documents.id, mentions.start LIMIT 1""",
        {"id": hit.id},
    ).fetchone()
    if row:
        return Place(row[0], row[1], "")
    return Place(hit.document_id, 0, "") if hit.document_id else None


def find_in(text: str, query: str, snippet: str) -> tuple[int, str]:
    """Where a find stands in a text, in code points, and which words of the query stand there.

    Full-text search finds words that are apart from each other, and without their accents: where the words as typed do
    not occur, the part of the text that the snippet shows tells where.
    """
    if whole := find_all(text, query, 1):
        return whole[0].start, query
    for part in sorted((part.strip() for part in snippet.split("…")), key=len, reverse=True):
        if shown := find_all(text, part, 1):
            words = found_words(part, query)
            return (shown[0].start + words[0].start, words[0].cut(part)) if words else (shown[0].start, "")
    return 0, ""


def found_words(text: str, query: str) -> list[Span]:
    """Where a text has the words of a query, each word for itself, in the text's order and without overlaps."""
    spans = sorted({span for word in fold(query).split() for span in find_all(text, word)})
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
