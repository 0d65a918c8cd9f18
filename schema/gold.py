"""The gold layer: which rulings count, and which documents are ruled on as a whole.

A document has a gold layer when each mention of those who judge it was ruled on, or when two of them found nothing to
mark. Who got a document as a check against its gold layer does not judge it: their work is measured, not waited for.
"""

import sqlite3

from .rulings import ruling


def counts(one: str, main: str = "") -> str:
    """Whether a ruling (its alias) is the last one on its mentions, as a condition in SQL; `main` is as `main.`."""
    return f"""(
        NOT EXISTS (SELECT 1 FROM {main}adjudication_inputs WHERE mention_id = {one}.choice_id)
        AND NOT EXISTS (
            SELECT 1 FROM {main}adjudication_inputs AS mine
            JOIN {main}adjudication_inputs AS theirs ON theirs.mention_id = mine.mention_id
            JOIN {main}adjudications AS later ON later.id = theirs.adjudication_id
            WHERE mine.adjudication_id = {one}.id
                AND (later.recorded_at, later.uid) > ({one}.recorded_at, {one}.uid)
        )
    )"""


def judging(document: str, main: str = "", what: str = "1", more: str = "true") -> str:
    """A query for those who judge a document (an expression): who submitted it, and did not get it as a check."""
    return f"""(
        SELECT {what} FROM {main}submissions AS said JOIN {main}annotators AS who ON who.id = said.annotator_id
        WHERE said.document_id = {document} AND said.state = 'submitted' AND {more}
            AND NOT EXISTS (SELECT 1 FROM {main}assignments AS dealt
                WHERE dealt.document_id = {document} AND dealt.annotator = who.name AND dealt.gold = 1)
    )"""


def ruled(document: str, main: str = "") -> str:
    """Whether a document (an expression) has a whole gold layer, as a condition in SQL."""
    return f"""(
        (EXISTS (SELECT 1 FROM {main}adjudications WHERE document_id = {document})
            OR 1 < {judging(document, main, "count(*)")})
        AND NOT EXISTS (
            SELECT 1 FROM {main}mentions AS open WHERE open.document_id = {document} AND open.layer = ''
                AND NOT EXISTS (SELECT 1 FROM {main}adjudication_inputs WHERE mention_id = open.id)
                AND EXISTS {judging(document, main, more="who.id = open.annotator_id")}
        )
    )"""


def ruled_documents(connection: sqlite3.Connection) -> list[int]:
    """The documents that have a whole gold layer, as row ids."""
    return [row[0] for row in connection.execute(f"SELECT id FROM documents WHERE {ruled('documents.id')} ORDER BY id")]


def is_ruled(connection: sqlite3.Connection, document_id: int) -> bool:
    """Whether a document has a whole gold layer."""
    row = connection.execute(f"SELECT 1 FROM documents WHERE id = ? AND {ruled('documents.id')}", (document_id,))
    return row.fetchone() is not None


def judges(connection: sqlite3.Connection, document_id: int) -> list[str]:
    """Those whose work on a document makes its gold layer, by name."""
    some = judging("documents.id", what="who.name")
    rows = connection.execute(f"SELECT name FROM annotators, documents WHERE documents.id = ? AND name IN {some}",
                              (document_id,))  # fmt: skip
    return sorted(row[0] for row in rows)


def judged_documents(connection: sqlite3.Connection, least: int = 2) -> list[int]:
    """The documents that so many judge, as row ids in the order of publication."""
    rows = connection.execute(
        f"""SELECT id FROM documents WHERE id IN (
            SELECT document_id FROM submissions WHERE state = 'submitted' GROUP BY document_id HAVING count(*) >= :least
        ) AND {judging("documents.id", what="count(*)")} >= :least ORDER BY published_at, id""",
        {"least": least},
    )
    return [row[0] for row in rows]


def gold_mentions(connection: sqlite3.Connection, document_id: int) -> list[int]:
    """The gold mentions of a document that count, as row ids in the order of the text."""
    rows = connection.execute(
        f"""SELECT mentions.id FROM adjudications AS ruling JOIN mentions ON mentions.id = choice_id
        WHERE ruling.document_id = ? AND {counts("ruling")} ORDER BY start, "end", mentions.id""",
        (document_id,),
    )
    return [row[0] for row in rows]


def ruled_twice(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Rulings of two adjudicators on one mention, neither knowing of the other: document, and both names by time."""
    found: dict[tuple[int, str, str], None] = {}
    for document, earlier, uid, name, later in connection.execute(_TWO):
        last = ruling(connection, later)
        if last and uid not in last.weighs:
            found[document, earlier, name] = None
    return list(found)


_TWO = """
SELECT DISTINCT one.document_id, first.name, one.uid, last.name, other.uid FROM adjudications AS one
JOIN adjudication_inputs AS mine ON mine.adjudication_id = one.id
JOIN adjudication_inputs AS theirs ON theirs.mention_id = mine.mention_id
JOIN adjudications AS other ON other.id = theirs.adjudication_id
    AND (other.recorded_at, other.uid) > (one.recorded_at, one.uid)
JOIN annotators AS first ON first.id = one.annotator_id JOIN annotators AS last ON last.id = other.annotator_id
ORDER BY 1, one.recorded_at, one.uid, other.recorded_at, other.uid
"""
