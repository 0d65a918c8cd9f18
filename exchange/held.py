"""A project's documents with all that was said about them, as every writer takes them."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from ..schema import reading
from ..schema.clock import moment_of
from ..schema.codebook import BUILT_IN
from ..schema.events import OWNED, Document, trusted
from .annotated import Annotated

IN_ORDER = "SELECT id FROM documents ORDER BY published_at IS NULL, published_at, sha256"
"""The documents in an order that is the same in every copy of a project."""

_SUBJECTS = """
WITH own (id) AS (SELECT id FROM mentions WHERE document_id = :document),
    judged (id) AS (SELECT id FROM marks WHERE mention_id IN own)
SELECT :document UNION ALL SELECT id FROM own UNION ALL SELECT id FROM judged
UNION ALL SELECT id FROM submissions WHERE document_id = :document
UNION ALL SELECT id FROM adjudications WHERE document_id = :document
UNION SELECT claim_id FROM mentions WHERE document_id = :document AND claim_id IS NOT NULL
UNION SELECT source_id FROM attributions WHERE mark_id IN judged AND source_id IS NOT NULL
UNION SELECT labels.id FROM labels WHERE label IN (SELECT label FROM marks WHERE id IN judged)
"""
_HEADS = f"""
SELECT kind, subject, body, clock FROM heads
JOIN events ON events.id = event_id JOIN subjects ON subjects.id = heads.subject_id
WHERE heads.subject_id IN ({_SUBJECTS}) ORDER BY clock, hash
"""
_GROUPS = {
    "label": "labels",
    "claim": "claims",
    "source": "sources",
    "mention": "mentions",
    "mark": "marks",
    "submission": "submissions",
    "adjudication": "rulings",
}


def documents_held(connection: sqlite3.Connection) -> Iterator[Annotated]:
    """All documents of a project, one after the other, each as it is now."""
    for (document,) in connection.execute(IN_ORDER):
        yield document_held(connection, document)


def document_held(connection: sqlite3.Connection, document_id: int) -> Annotated:
    """One document; of two heads in conflict the deciding one."""
    found: dict[str, dict[str, Any]] = {group: {} for group in _GROUPS.values()}
    about: Any = Document()
    sha256 = ""
    recorded_at = {}
    for kind, subject, body, clock in connection.execute(_HEADS, {"document": document_id}):
        data = trusted(body).data
        if data is None:
            continue
        if kind == "document":
            sha256, about = subject, data
        elif not (kind == "label" and data == BUILT_IN.get(subject)):
            found[_GROUPS[kind]][subject] = data
            if kind in OWNED:
                recorded_at[subject] = moment_of(clock)
    found = {group: dict(sorted(things.items())) for group, things in found.items()}
    found["mentions"] = dict(sorted(found["mentions"].items(), key=_in_reading_order))
    return Annotated(
        place=f"document {document_id}", text=reading.text(connection, sha256), document=about,
        recorded_at=recorded_at, **found,
    )  # fmt: skip


def _in_reading_order(pair: tuple[str, Any]) -> tuple[int, int, str]:
    uid, mention = pair
    return mention.spans[0].start, mention.spans[-1].end, uid
