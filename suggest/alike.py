"""The same claim in other words: sentences of one document or of the project that say about what some words say.

The full-text index names the documents that share most of the words; their sentences are sifted by rapidfuzz and then
compared as claims are (`claims_score`). An answer is a place to look at: a person decides.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from heapq import nlargest

from ..schema.same_words import CONTEXT, READ_AT_MOST, Find, Finds, find_same_words, whole_words
from ..schema.segments import Segments
from ..schema.text import Span
from .claims_score import compare
from .claims_words import EMPTY, taken_apart

LEAST_ALIKE = 35
"""From this likeness on, of 100, a sentence is shown."""
DOCUMENTS = 60
"""So many documents are looked through, those first that share most words."""
LIMIT = 60
_SIFTED = 45
_LONGEST = 600
_ABOUT = "documents.id, sha256, documents.title, outlet, published_at, length"
_RARITY = 0.75


def alike_in_document(connection: sqlite3.Connection, document_id: int, words: str, annotator: str) -> Finds:
    """The sentences of one document that are like these words, the likest first; those that have them are left out."""
    row = connection.execute(f"SELECT {_ABOUT} FROM documents WHERE id = ?", (document_id,)).fetchone()
    return _best(_alike_in(connection, row, words, annotator) if row else iter(()))


def alike_everywhere(connection: sqlite3.Connection, words: str, annotator: str) -> Finds:
    """The same in the whole project, in the documents that share most words with these."""
    stems = [word for word in taken_apart(words).words.values() if word.kind != "empty"]
    terms = {words[word.start : word.end].lower().replace('"', "") for word in stems} - EMPTY
    terms = {term for term in terms if any(map(str.isalnum, term))}
    if not terms:
        return Finds((), cut=False)
    query = "body : (" + " OR ".join(f'"{term}"' for term in sorted(terms)) + ")"
    rows = connection.execute(
        f"""SELECT {_ABOUT} FROM search JOIN documents ON documents.id = search.rowid
        WHERE search MATCH ? ORDER BY rank LIMIT ?""",
        (query, DOCUMENTS),
    )
    return _best(find for row in _within_reason(rows) for find in _alike_in(connection, row, words, annotator))


def same_claim(connection: sqlite3.Connection, words: str, annotator: str) -> Finds:
    """All in the project that may say the same: first where the words themselves stand, then what is like them."""
    exact = find_same_words(connection, words, annotator)
    alike = alike_everywhere(connection, words, annotator)
    return Finds((*exact.finds, *alike.finds), cut=exact.cut or alike.cut)


def _within_reason(rows: sqlite3.Cursor) -> Iterator[tuple[object, ...]]:
    left = READ_AT_MOST
    for row in rows:
        left -= row[-1]
        if left < 0:
            return
        yield row


def _best(found: Iterator[Find]) -> Finds:
    finds = nlargest(LIMIT + 1, found, key=lambda find: (find.likeness, -find.document_id, -find.span.start))
    return Finds(tuple(finds[:LIMIT]), cut=len(finds) > LIMIT)


def _alike_in(connection: sqlite3.Connection, row: Sequence[object], words: str, annotator: str) -> Iterator[Find]:
    document_id, sha256, title, outlet, published_at, _ = row
    text = connection.execute("SELECT text FROM texts WHERE sha256 = ?", (sha256,)).fetchone()[0]
    own: list[Span] | None = None
    for span, likeness in _sentences(text, words):
        own = _own(connection, document_id, annotator) if own is None else own
        yield Find(
            document_id=document_id, sha256=sha256, title=title, outlet=outlet, published_at=published_at, span=span,  # type: ignore[arg-type]
            before=text[max(0, span.start - CONTEXT) : span.start], quote=span.cut(text),
            after=text[span.end : span.end + CONTEXT], marked=any(map(span.overlaps, own)), likeness=likeness,
        )  # fmt: skip


def _sentences(text: str, words: str) -> Iterator[tuple[Span, int]]:
    """The sentences that are like the words, with how alike they are."""
    from rapidfuzz import fuzz, utils  # their import costs time that only a comparison need pay

    exact = list(whole_words(text, words))
    wanted, plain = taken_apart(words), utils.default_process(words)
    segments = Segments(text)
    sentence = segments.sentence_at(0) or segments.next_sentence(0)
    while sentence:
        span = _trimmed(text, sentence)
        if span and not any(map(span.overlaps, exact)):
            said = span.cut(text)
            if fuzz.token_set_ratio(plain, utils.default_process(said), score_cutoff=_SIFTED):
                score = compare(wanted, taken_apart(said), lambda _: _RARITY).score
                if score >= LEAST_ALIKE:
                    yield span, min(99, round(score))
        sentence = segments.next_sentence(sentence.start)


def _trimmed(text: str, sentence: Span) -> Span | None:
    """A sentence without the white space around it and its full stop; None where it is too long to be one."""
    words = sentence.cut(text)
    start = sentence.start + len(words) - len(words.lstrip())
    end = sentence.start + len(words.rstrip().removesuffix("."))
    return Span(start, end) if start < end <= start + _LONGEST else None


def _own(connection: sqlite3.Connection, document_id: object, annotator: str) -> list[Span]:
    """All words of an annotator's mentions of a document."""
    rows = connection.execute(
        """SELECT spans.start, spans."end" FROM mentions
        JOIN annotators ON annotators.id = annotator_id AND annotators.name = ?
        JOIN spans ON spans.mention_id = mentions.id WHERE mentions.document_id = ? AND layer = ''""",
        (annotator, document_id),
    )
    return [Span(start, end) for start, end in rows]
