"""`onrecord list`: what a project holds, as columns for people or as JSON for programs, a row at a time."""

from pathlib import Path

import click
from msgspec import Struct

from .options import as_json, opened, project
from .printing import json_array, rows_of, table


class Listing(Struct, frozen=True):
    """A query whose first column is `id`, and the columns that people are shown."""

    sql: str
    shown: tuple[str, ...]


LISTINGS = {
    "documents": Listing(
        """SELECT id, sha256, title, outlet, author, url, published_at, language, length, revises,
            (SELECT count(*) FROM mentions WHERE document_id = documents.id) AS mentions,
            (SELECT count(*) FROM submissions WHERE document_id = documents.id AND state = 'submitted') AS submitted,
            added_by, added_at
        FROM documents ORDER BY published_at, id""",
        ("id", "published_at", "outlet", "title", "mentions", "submitted"),
    ),
    "claims": Listing(
        """SELECT claim_id AS id, uid, claim_standing.claim, standing, sourced, anonymous, denied, confirmed, mentions,
            documents, outlets, origins, first_published, last_published, note, added_by, added_at
        FROM claim_standing JOIN claims ON claims.id = claim_id ORDER BY claim_id""",
        ("id", "standing", "claim", "origins", "documents", "sourced", "anonymous", "denied", "confirmed"),
    ),
    "mentions": Listing(
        """SELECT mentions.id, mentions.uid, mentions.document_id, title, outlet, published_at, name AS annotator,
            start, "end", (
                SELECT group_concat(piece, ' ') FROM (
                    SELECT start || ':' || "end" AS piece FROM spans WHERE mention_id = mentions.id ORDER BY position
                )
            ) AS spans, quote, coalesce((
                SELECT group_concat(label, ' ') FROM (
                    SELECT marks.label FROM marks JOIN labels ON labels.label = marks.label
                    WHERE mention_id = mentions.id ORDER BY labels.position, labels.id
                )
            ), '') AS labels, polarity, claim_id, claim, mentions.note, recorded_at
        FROM mentions JOIN documents ON documents.id = mentions.document_id
        JOIN annotators ON annotators.id = mentions.annotator_id LEFT JOIN claims ON claims.id = claim_id
        ORDER BY mentions.document_id, start, mentions.id""",
        ("id", "document_id", "annotator", "spans", "labels", "quote", "claim"),
    ),
    "marks": Listing(
        """SELECT mark_id AS id, mention_id, document_id, title, outlet, published_at, annotator, label, kind,
            certainty, origin, origin_identified, teller, claim_id, claim, polarity, start, "end", quote, note,
            recorded_at
        FROM mark_current ORDER BY document_id, start, mention_id, mark_id""",
        ("id", "mention_id", "document_id", "annotator", "label", "kind", "origin", "quote"),
    ),
    "sources": Listing(
        """SELECT sources.id, uid, sources.name, sources.kind, document_id IS NULL AS named, document_id, sources.note,
            count(attributions.id) AS links, coalesce(sum(is_origin), 0) AS origins
        FROM sources LEFT JOIN attributions ON source_id = sources.id GROUP BY sources.id ORDER BY sources.id""",
        ("id", "kind", "name", "document_id", "links", "origins"),
    ),
    "annotators": Listing(
        """SELECT id, name,
            (SELECT count(*) FROM mentions WHERE annotator_id = annotators.id) AS mentions,
            (SELECT count(*) FROM marks WHERE annotator_id = annotators.id) AS marks,
            count(CASE state WHEN 'submitted' THEN 1 END) AS submitted,
            count(CASE state WHEN 'in_progress' THEN 1 END) AS in_progress,
            count(CASE state WHEN 'flagged' THEN 1 END) AS flagged,
            count(CASE state WHEN 'skipped' THEN 1 END) AS skipped
        FROM annotators
        LEFT JOIN (SELECT annotator_id, state FROM submissions) AS said ON said.annotator_id = annotators.id
        GROUP BY id ORDER BY id""",
        ("id", "name", "mentions", "marks", "submitted", "in_progress", "flagged", "skipped"),
    ),
}


@click.command("list")
@project
@click.argument("things", metavar="|".join(LISTINGS), type=click.Choice(list(LISTINGS)))
@as_json
def list_(project: Path, things: str, as_json: bool) -> None:
    """List what a project holds. --json has more columns; offsets are code points."""
    listing = LISTINGS[things]
    with opened(project) as connection:
        cursor = connection.execute(listing.sql)
        rows = rows_of([column[0] for column in cursor.description], cursor)
        if as_json:
            json_array(rows)
        else:
            table(listing.shown, rows)
