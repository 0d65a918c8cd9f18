"""What the library and the search ask of a project: pages of documents, tallies, and where a find is."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from msgspec import structs

from ..schema import queues, reading, threads
from ..schema.queues import Progress
from ..schema.records import DocumentLine, Hit
from ..schema.text import Span, find_all, fold

Answer = TypeVar("Answer")
LARGE = 20_000
"""Of so many documents all that have some words are found about as fast as the first ones."""
SCREENFUL = 64
"""So many of the first ones are worth showing before the others: more than most windows have rows."""


class Tally(NamedTuple):
    """How far an annotator is: documents in the project, those that they submitted, mentions that they made."""

    documents: int
    submitted: int
    mentions: int


class Wanted(NamedTuple):
    """Which documents to show: those with some words, of an annotator's queue in its order or of all by publication."""

    annotator: str
    queue: bool = False
    words: str = ""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out, so that nothing needs to be looked for."""
        return not self.words.strip()


class Listed(NamedTuple):
    """The documents that are shown: what they were asked for with, and their row ids, if they had to be looked for.

    With `more` they are the first ones, and the others come later.
    """

    wanted: Wanted
    ids: Sequence[int] | None = None
    more: bool = False


def look_up(connection: sqlite3.Connection, wanted: Wanted, tell: Callable[[Listed], None] | None = None) -> Listed:
    """The documents of all, or of a queue, that have the words in title, outlet or author.

    Of many, a screenful is told of before all are looked for.
    """
    if tell and reading.count_documents(connection) > LARGE:
        first = _first(connection, wanted)
        if len(first) >= SCREENFUL:
            tell(Listed(wanted, first, more=True))
    if wanted.queue:
        return Listed(wanted, queues.matching(connection, wanted.annotator, wanted.words))
    return Listed(wanted, reading.documents_matching(connection, wanted.words))


def _first(connection: sqlite3.Connection, wanted: Wanted) -> list[int]:
    if wanted.queue:
        return queues.first_matching(connection, wanted.annotator, wanted.words)
    return reading.first_matching(connection, wanted.words)


class Catalogue:
    """The documents by publication with one annotator's state, for a list that reads them a page at a time."""

    def __init__(self, connection: sqlite3.Connection, annotator: str) -> None:
        self._connection = connection
        self.wanted = Wanted(annotator)
        self.listed = Listed(self.wanted)
        """What is shown until what is wanted was looked for."""
        self.shown = 0
        """How many documents there were to show when last counted."""
        self._counted: dict[object, tuple[int, Any]] = {}

    def count(self) -> int:
        """How many documents there are to show."""
        wanted, ids = self.listed.wanted, self.listed.ids
        if ids is not None:
            self.shown = len(ids)
        elif wanted.queue:
            self.shown = self.progress().assigned
        else:
            self.shown = reading.count_documents(self._connection)
        return self.shown

    def page(self, first: int, size: int) -> list[DocumentLine]:
        """So many documents from a position, counted from 0; fewer at the end."""
        wanted, ids = self.listed.wanted, self.listed.ids
        if ids is not None:
            lines = reading.document_lines(self._connection, wanted.annotator, ids[first : first + size])
        else:
            ask = queues.page if wanted.queue else reading.list_documents
            lines = ask(self._connection, wanted.annotator, first, size)
        waiting = threads.waiting(self._connection, wanted.annotator, [line.id for line in lines])
        return [structs.replace(line, remarks=waiting.get(line.id, 0)) for line in lines]

    def position_of(self, document_id: int) -> int | None:
        """Where a document is among those that are shown, counted from 0; None when it is not among them."""
        wanted, ids = self.listed.wanted, self.listed.ids
        if ids is not None:
            with suppress(ValueError):
                return ids.index(document_id)
            return None
        if wanted.queue:
            return queues.place_of(self._connection, wanted.annotator, document_id)
        return reading.position_of(self._connection, document_id)

    def progress(self) -> Progress:
        """How far the annotator is with their queue."""
        return self._unchanged(queues.progress)

    def first_to_do(self) -> int:
        """The place of the first document of the queue that is to do; that of the first one if none is."""
        found = queues.next_to_do(self._connection, self.wanted.annotator, 0)
        return (found and self.position_of(found)) or 0

    def waiting(self) -> int:
        """How many conversations wait for the annotator's answer."""
        return self._unchanged(_waiting)

    def tally(self) -> Tally:
        """How far the annotator is, counted on indexes."""
        return self._unchanged(_tally)

    def _unchanged(self, ask: Callable[[sqlite3.Connection, str], Answer]) -> Answer:
        """An answer that stays the same until the project changes: much of what is shown anew is not asked anew."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        key = ask, self.wanted.annotator
        if key not in self._counted or self._counted[key][0] != version:
            self._counted[key] = version, ask(self._connection, self.wanted.annotator)
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


def _waiting(connection: sqlite3.Connection, annotator: str) -> int:
    return sum(threads.waiting(connection, annotator).values())


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
