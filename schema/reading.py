"""Reading a project: each function one question, answered from an index. Works on any connection to a project."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .records import Attribution, Claim, Document, DocumentLine, Evidence, Label, Mark, Mention, Source
from .store import few_pages
from .terms import quoted_words, search_terms
from .text import Span

LISTED = """documents.id, documents.sha256, documents.title, documents.outlet, documents.author,
    documents.published_at, documents.length,
    coalesce((SELECT state FROM submissions WHERE document_id = documents.id AND annotator_id = me.id), '') AS state,
    (SELECT count(*) FROM mentions WHERE annotator_id = me.id AND document_id = documents.id AND layer = '')
        AS mentions"""
OFTEN = 2000
"""A word that so many claims have tells little of any, and takes long to be weighed."""
FIRST = 1000
"""So many documents at the beginning of a list are looked through before all are."""
_ME = "(SELECT (SELECT id FROM annotators WHERE name = :me) AS id) AS me"


# ---------------------------------------------------------------------- documents


def count_documents(connection: sqlite3.Connection) -> int:
    """How many documents there are."""
    with few_pages(connection):
        return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])


def list_documents(connection: sqlite3.Connection, annotator: str, first: int, size: int) -> list[DocumentLine]:
    """A page of documents by publication: `size` of them from position `first`, with this annotator's state."""
    if first < FIRST:
        return _page(connection, annotator, "ASC", first, size)
    number = count_documents(connection)
    after = max(0, number - first - size)
    if after > first:
        return _page(connection, annotator, "ASC", first, size)
    # SQLite counts what it passes over: from the end, that is less.
    return _page(connection, annotator, "DESC", after, min(size, max(0, number - first)))[::-1]


def _page(connection: sqlite3.Connection, annotator: str, order: str, passed: int, size: int) -> list[DocumentLine]:
    rows = connection.execute(
        f"""SELECT {LISTED} FROM documents JOIN {_ME}
        ORDER BY documents.published_at {order}, documents.id {order} LIMIT :size OFFSET :passed""",
        {"me": annotator, "size": size, "passed": passed},
    )
    return [DocumentLine(*row) for row in rows]


def documents_matching(connection: sqlite3.Connection, words: str) -> list[int]:
    """The documents by publication that have all of the words, the last maybe unfinished, in title, outlet or author.

    Without a word to look for, as in "…", these are all documents.
    """
    terms = search_terms(words)
    chosen = "JOIN names ON names.rowid = documents.id AND names MATCH :terms" if terms else ""
    rows = connection.execute(
        f"SELECT documents.id FROM documents {chosen} ORDER BY published_at, documents.id",
        {"terms": f"document : ({terms})"},
    )
    return [row[0] for row in rows]


def first_matching(connection: sqlite3.Connection, words: str) -> list[int]:
    """Those of `documents_matching` that are among the first `FIRST` documents, in a project of any size at once."""
    from .searching import among  # a project opens without it

    rows = connection.execute("SELECT id FROM documents ORDER BY published_at, id LIMIT ?", (FIRST,))
    return among(connection, [row[0] for row in rows], "document", words)


def document_lines(connection: sqlite3.Connection, annotator: str, documents: Sequence[int]) -> list[DocumentLine]:
    """These documents as a list shows them, in the order given; those that are not there are left out."""
    rows = connection.execute(
        f"SELECT {LISTED} FROM json_each(:documents) JOIN documents ON documents.id = value JOIN {_ME}",
        {"me": annotator, "documents": json.dumps(list(documents))},
    )
    found = {row[0]: DocumentLine(*row) for row in rows}
    return [found[each] for each in documents if each in found]


def position_of(connection: sqlite3.Connection, document_id: int) -> int:
    """A document's position, from 0, in the order of `list_documents`."""
    row = connection.execute(
        """WITH here AS (SELECT id, published_at AS at FROM documents WHERE id = ?)
        SELECT (SELECT count(*) FROM documents, here WHERE published_at IS NULL AND at IS NOT NULL)
            + (SELECT count(*) FROM documents, here WHERE published_at < at)
            + (SELECT count(*) FROM documents, here WHERE published_at IS at AND documents.id < here.id)""",
        (document_id,),
    ).fetchone()
    return int(row[0])


def document(connection: sqlite3.Connection, document_id: int) -> Document | None:
    """One document with its text."""
    row = connection.execute(
        """SELECT documents.id, sha256, title, outlet, author, url, published_at, language, revises, text
        FROM documents JOIN texts USING (sha256) WHERE documents.id = ?""",
        (document_id,),
    ).fetchone()
    return Document(*row) if row else None


def text(connection: sqlite3.Connection, sha256: str) -> str:
    """The text of a hash, which must be there."""
    return str(connection.execute("SELECT text FROM texts WHERE sha256 = ?", (sha256,)).fetchone()[0])


def find_document(connection: sqlite3.Connection, name: str) -> list[DocumentLine]:
    """The documents that a name may mean: a row id, the start of a sha256, or an exact title; at most three."""
    where = "documents.title = :name"
    if name.isdecimal() and len(name) < 19:
        where = f"documents.id = {int(name)} OR {where}"
    if len(name) >= 6 and not set(name.lower()) - set("0123456789abcdef"):
        where += " OR documents.sha256 >= lower(:name) AND documents.sha256 < lower(:name) || 'g'"
    rows = connection.execute(
        f"SELECT {LISTED} FROM documents JOIN {_ME} WHERE {where} ORDER BY documents.id LIMIT 3",
        {"me": "", "name": name},
    )
    return [DocumentLine(*row) for row in rows]


def neighbour(connection: sqlite3.Connection, document_id: int, step: int) -> int | None:
    """The id of the next (`step` 1) or previous (-1) document by publication, or None at the ends."""
    # Undated documents come first. One comparison of both columns would be shorter, and would scan all before it.
    order = "ASC" if step > 0 else "DESC"
    places: tuple[str, ...] = ("published_at IS :at AND id > :here", "published_at > coalesce(:at, '')")
    if step < 0:
        places = (
            "published_at IS :at AND id < :here",
            "published_at < :at",
            "published_at IS NULL AND :at IS NOT NULL",
        )
    return _first_document(connection, document_id, places, order)


def next_to_do(connection: sqlite3.Connection, document_id: int, annotator: str, but: Iterable[int] = ()) -> int | None:
    """The next document by publication that an annotator has not finished with, from the first again after the last.

    `but` are documents to pass over.
    """
    left = """NOT EXISTS (SELECT 1 FROM submissions JOIN annotators ON annotators.id = annotator_id
        WHERE document_id = documents.id AND name = :me AND state <> 'in_progress')"""
    left += f" AND id NOT IN ({', '.join(str(int(each)) for each in but)})"
    places = ("published_at IS :at AND id > :here", "published_at > coalesce(:at, '')", "id <> :here")
    return _first_document(connection, document_id, [f"{place} AND {left}" for place in places], "ASC", me=annotator)


def _first_document(
    connection: sqlite3.Connection, here: int, places: Sequence[str], order: str, **values: str
) -> int | None:
    """The first document in the first place that has one; `:here` and `:at` are the id and date of a document."""
    row = connection.execute("SELECT published_at FROM documents WHERE id = ?", (here,)).fetchone()
    for place in places if row else ():
        found = connection.execute(
            f"SELECT id FROM documents WHERE {place} ORDER BY published_at {order}, id {order} LIMIT 1",
            {"here": here, "at": row[0], **values},
        ).fetchone()
        if found:
            return int(found[0])
    return None


def state_of(connection: sqlite3.Connection, document_id: int, annotator: str) -> tuple[str, str]:
    """An annotator's word on a document and its note; ("", "") when there is none."""
    row = connection.execute(
        """SELECT state, note FROM submissions JOIN annotators ON annotators.id = annotator_id
        WHERE document_id = ? AND name = ?""",
        (document_id, annotator),
    ).fetchone()
    return (row[0], row[1]) if row else ("", "")


# ---------------------------------------------------------------------- mentions


def mentions(connection: sqlite3.Connection, document_id: int, layer: str = "") -> list[Mention]:
    """All annotators' mentions in a document with their marks, in the order of the text; or those of another layer."""
    return _mentions(connection, "mentions.document_id = ? AND mentions.layer = ?", (document_id, layer))


def mentions_between(connection: sqlite3.Connection, document_id: int, start: int, end: int) -> list[Mention]:
    """Those of `mentions` that reach into the code points from `start` to `end`; the others are not read."""
    where = """mentions.document_id = ? AND mentions.layer = '' AND mentions.start < ? AND mentions."end" > ?"""
    return _mentions(connection, where, (document_id, end, start))


def has_more_mentions(connection: sqlite3.Connection, document_id: int, than: int) -> bool:
    """Whether `mentions` gives more than so many of a document; the others are not counted."""
    further = "SELECT 1 FROM mentions WHERE document_id = ? AND layer = '' LIMIT 1 OFFSET ?"
    return connection.execute(further, (document_id, than)).fetchone() is not None


def mention(connection: sqlite3.Connection, uid: str) -> Mention | None:
    """One mention by its uid."""
    return next(iter(_mentions(connection, "mentions.uid = ?", (uid,))), None)


def _mentions(connection: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> list[Mention]:
    chosen = f"SELECT id FROM mentions WHERE {where}"
    with _one_moment(connection):
        spans = _spans(connection, "mention_id", f"mention_id IN ({chosen})", values)
        marks = _marks(connection, chosen, values)
        torn = _conflicts(connection, chosen, values)
        rows = _rows(
            connection,
            f"""SELECT mentions.id, mentions.uid, document_id, annotators.name AS annotator, polarity, claim_id,
                claims.uid AS claim_uid, claim, quote, mentions.note, recorded_at, layer
            FROM mentions JOIN annotators ON annotators.id = annotator_id LEFT JOIN claims ON claims.id = claim_id
            WHERE {where} ORDER BY start, "end", mentions.id""",
            values,
        )
    return [
        Mention(
            conflict=row["id"] in torn, spans=tuple(spans[row["id"], "content"]), marks=tuple(marks[row["id"]]), **row
        )
        for row in rows
    ]


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Let several queries see the same state of the file, whatever other programs write between them."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def _rows(connection: sqlite3.Connection, sql: str, values: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """The rows of a query by the names of their columns."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _conflicts(connection: sqlite3.Connection, chosen: str, values: tuple[Any, ...]) -> set[int]:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'heads'").fetchone():
        return set()
    rows = connection.execute(
        f"""SELECT coalesce(marks.mention_id, heads.subject_id) FROM heads
        LEFT JOIN marks ON marks.id = heads.subject_id
        WHERE heads.subject_id IN ({chosen} UNION SELECT id FROM marks WHERE mention_id IN ({chosen}))
        GROUP BY heads.subject_id HAVING count(*) > 1""",
        values * 2,
    )
    return {row[0] for row in rows}


def _marks(connection: sqlite3.Connection, chosen: str, values: tuple[Any, ...]) -> dict[int, list[Mark]]:
    marks = f"SELECT id FROM marks WHERE mention_id IN ({chosen})"
    links = f"SELECT id FROM attributions WHERE mark_id IN ({marks})"
    shown = f"SELECT id FROM evidence WHERE mark_id IN ({marks})"
    spans = _spans(connection, "attribution_id", f"attribution_id IN ({links})", values)
    chains: dict[int, list[Attribution]] = defaultdict(list)
    for link in _rows(
        connection,
        f"""SELECT attributions.id, mark_id, position, source_id, uid AS source_uid, name AS source,
            kind AS source_kind, identified, relay, ground, source_quote, cue_quote
        FROM attributions LEFT JOIN sources ON sources.id = source_id
        WHERE mark_id IN ({marks}) ORDER BY mark_id, position""",
        values,
    ):
        id_, mark, relay = link.pop("id"), link.pop("mark_id"), bool(link.pop("relay"))
        said, cue = tuple(spans[id_, "source"]), tuple(spans[id_, "cue"])
        chains[mark].append(Attribution(relay=relay, spans=said, cue=cue, **link))
    spans = _spans(connection, "evidence_id", f"evidence_id IN ({shown})", values)
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    for id_, mark, quote, mention_id, uid, url, note in connection.execute(
        f"""SELECT evidence.id, mark_id, evidence.quote, mention_id, uid, url, evidence.note FROM evidence
        LEFT JOIN mentions ON mentions.id = mention_id WHERE mark_id IN ({marks}) ORDER BY mark_id, position""",
        values,
    ):
        evidence[mark].append(Evidence(quote, tuple(spans[id_, "evidence"]), mention_id, uid, url, note))
    found: dict[int, list[Mark]] = defaultdict(list)
    for row in _rows(
        connection,
        f"""SELECT mention_id, marks.id, uid, marks.label, kind, certainty, note, recorded_at FROM marks
        JOIN labels ON labels.label = marks.label WHERE mention_id IN ({chosen}) ORDER BY labels.position, labels.id""",
        values,
    ):
        mention_id, id_ = row.pop("mention_id"), row["id"]
        found[mention_id].append(Mark(chain=tuple(chains[id_]), evidence=tuple(evidence[id_]), **row))
    return found


def _spans(
    connection: sqlite3.Connection, owner: str, where: str, values: tuple[Any, ...]
) -> dict[tuple[int, str], list[Span]]:
    found: dict[tuple[int, str], list[Span]] = defaultdict(list)
    rows = connection.execute(
        f'SELECT {owner}, role, start, "end" FROM spans WHERE {where} ORDER BY {owner}, role, position', values
    )
    for id_, role, start, end in rows:
        found[id_, role].append(Span(start, end))
    return found


# ---------------------------------------------------------------------- claims, sources, codebook


def claims(connection: sqlite3.Connection, first: int = 0, size: int = 50) -> list[Claim]:
    """A page of claims with their standing, in the order in which they were recorded; merged ones are one."""
    page = [
        row[0]
        for row in connection.execute(
            "SELECT id FROM claims WHERE merged_id = id ORDER BY id LIMIT ? OFFSET ?", (size, first)
        )
    ]
    return _claims(connection, page)


def claims_like(connection: sqlite3.Connection, words: str, size: int = 200) -> list[Claim]:
    """Claims that share at least one word with a text, the best match first; words that are everywhere do not count."""
    terms = list(dict.fromkeys(quoted_words(words)))
    often = "SELECT 1 FROM names JOIN claims ON claims.id = names.rowid WHERE names MATCH ? LIMIT 1 OFFSET ?"
    telling = [term for term in terms if not connection.execute(often, (f"claim : {term}", OFTEN)).fetchone()]
    if not terms:
        return []
    # Where all words are everywhere, a claim must have all of them, and the newest must do.
    wanted, order = (" OR ".join(telling), "rank") if telling else (" ".join(terms), "names.rowid DESC")
    rows = connection.execute(
        f"""SELECT claims.merged_id FROM names JOIN claims ON claims.id = names.rowid
        WHERE names MATCH ? ORDER BY {order} LIMIT ?""",
        (f"claim : ({wanted})", size),
    )
    return _claims(connection, list(dict.fromkeys(row[0] for row in rows)))


def _claims(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Claim]:
    rows = connection.execute(
        f"""SELECT claims.id, uid, claims.claim, note, standing, mentions, documents FROM claim_standing
        JOIN claims ON claims.id = claim_id WHERE claim_id IN ({", ".join("?" * len(ids))})""",
        tuple(ids),
    )
    by_id = {row[0]: Claim(*row) for row in rows}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def sources_for(connection: sqlite3.Connection, document_id: int) -> list[Source]:
    """Sources that a document's chains name, the most used first, then those that belong to it without a link."""
    rows = connection.execute(
        """WITH used (id, times) AS (
            SELECT source_id, count(*) FROM mentions JOIN marks ON marks.mention_id = mentions.id
            JOIN attributions ON attributions.mark_id = marks.id
            WHERE mentions.document_id = :document AND source_id IS NOT NULL GROUP BY source_id
        )
        SELECT sources.id, uid, name, kind, document_id, note FROM (
            SELECT id, times FROM used UNION ALL
            SELECT id, 0 FROM sources WHERE document_id = :document AND id NOT IN (SELECT id FROM used)
        ) AS chosen JOIN sources ON sources.id = chosen.id ORDER BY times DESC, sources.id""",
        {"document": document_id},
    )
    return [Source(*row) for row in rows]


def labels(connection: sqlite3.Connection) -> list[Label]:
    """The codebook: labels in their order, each with its kinds."""
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for label, kind, gloss in connection.execute("SELECT label, kind, gloss FROM kinds ORDER BY label, position"):
        kinds[label].append((kind, gloss))
    rows = _rows(
        connection,
        "SELECT label, axis, key, letter, glyph, colour, guideline, examples FROM labels ORDER BY position, id",
        (),
    )
    return [
        Label(examples=tuple(row.pop("examples").splitlines()), kinds=tuple(kinds[row["label"]]), **row) for row in rows
    ]


# ---------------------------------------------------------------------- the log


def last_event(connection: sqlite3.Connection) -> int:
    """The row id of the newest event in this file, whether a viewer may see it or not."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM main.events").fetchone()[0])


def touched_since(connection: sqlite3.Connection, event_id: int) -> list[tuple[str, str]]:
    """The subjects, as (kind, subject), that events after a row id speak of."""
    return connection.execute(
        """SELECT DISTINCT kind, subject FROM events JOIN subjects ON subjects.id = subject_id
        WHERE events.id > ? ORDER BY events.id""",
        (event_id,),
    ).fetchall()
