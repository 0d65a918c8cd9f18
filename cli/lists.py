"""`onrecord list`: what a project holds, as columns for people or as JSON for programs, a row at a time."""

from pathlib import Path

import click
from msgspec import Struct

from ..schema.gold import counts
from .options import as_json, asked, opened, project
from .printing import json_array, rows_of, table


class Listing(Struct, frozen=True):
    """A query whose first column is `id`, and the columns that people are shown."""

    sql: str
    shown: tuple[str, ...]


LISTINGS = {
    "documents": Listing(
        """SELECT id, sha256, title, outlet, author, url, published_at, language, length, revises,
            (SELECT count(*) FROM mentions WHERE document_id = documents.id AND layer = '') AS mentions,
            (SELECT count(*) FROM submissions WHERE document_id = documents.id AND state = 'submitted') AS submitted,
            (SELECT coalesce(sum(seconds), 0) FROM sittings WHERE document_id = documents.id) AS seconds,
            (SELECT round(coalesce(sum(seconds), 0) / 60.0, 1) FROM sittings WHERE document_id = documents.id)
                AS minutes,
            added_by, added_at
        FROM documents ORDER BY published_at, id""",
        ("id", "published_at", "outlet", "title", "mentions", "submitted", "minutes"),
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
        WHERE layer = '' ORDER BY mentions.document_id, start, mentions.id""",
        ("id", "document_id", "annotator", "spans", "labels", "quote", "claim"),
    ),
    "marks": Listing(
        """SELECT mark_id AS id, mention_id, document_id, title, outlet, published_at, annotator, label, kind,
            certainty, origin, origin_identified, teller, claim_id, claim, polarity, start, "end", quote, note,
            recorded_at
        FROM mark_current WHERE EXISTS (SELECT 1 FROM mentions WHERE mentions.id = mention_id AND layer = '')
        ORDER BY document_id, start, mention_id, mark_id""",
        ("id", "mention_id", "document_id", "annotator", "label", "kind", "origin", "quote"),
    ),
    "sources": Listing(
        """SELECT sources.id, sources.uid, sources.name, sources.kind, sources.document_id IS NULL AS named,
            sources.document_id, sources.note,
            count(CASE layer WHEN '' THEN 1 END) AS links, coalesce(sum(is_origin AND layer = ''), 0) AS origins
        FROM sources LEFT JOIN attributions ON source_id = sources.id LEFT JOIN marks ON marks.id = mark_id
        LEFT JOIN mentions ON mentions.id = marks.mention_id GROUP BY sources.id ORDER BY sources.id""",
        ("id", "kind", "name", "document_id", "links", "origins"),
    ),
    "rulings": Listing(
        f"""SELECT ruling.id, ruling.uid, ruling.document_id, title, name AS adjudicator, coalesce((
                SELECT group_concat(mention_id, ' ') FROM (
                    SELECT mention_id FROM adjudication_inputs WHERE adjudication_id = ruling.id ORDER BY mention_id
                )
            ), '') AS inputs, coalesce((
                SELECT group_concat(name, ' ') FROM (
                    SELECT DISTINCT who.name FROM adjudication_inputs JOIN mentions ON mentions.id = mention_id
                    JOIN annotators AS who ON who.id = annotator_id
                    WHERE adjudication_id = ruling.id AND layer = '' ORDER BY who.name
                )
            ), '') AS annotators, choice_id AS choice, taken_id AS taken, (
                SELECT name FROM mentions JOIN annotators ON annotators.id = annotator_id WHERE mentions.id = taken_id
            ) AS taken_from, coalesce(gold.quote, '') AS quote, reason, {counts("ruling")} AS counts, ruling.recorded_at
        FROM adjudications AS ruling JOIN documents ON documents.id = ruling.document_id
        JOIN annotators ON annotators.id = ruling.annotator_id LEFT JOIN mentions AS gold ON gold.id = choice_id
        ORDER BY ruling.document_id, ruling.recorded_at, ruling.uid""",
        ("id", "document_id", "adjudicator", "annotators", "inputs", "choice", "taken_from", "quote", "reason"),
    ),
    "annotators": Listing(
        """SELECT id, name,
            (SELECT count(*) FROM mentions WHERE annotator_id = annotators.id AND layer = '') AS mentions,
            (SELECT count(*) FROM mentions JOIN marks ON marks.mention_id = mentions.id
                WHERE mentions.annotator_id = annotators.id AND layer = '') AS marks,
            count(CASE state WHEN 'submitted' THEN 1 END) AS submitted,
            count(CASE state WHEN 'in_progress' THEN 1 END) AS in_progress,
            count(CASE state WHEN 'flagged' THEN 1 END) AS flagged,
            count(CASE state WHEN 'skipped' THEN 1 END) AS skipped,
            (SELECT coalesce(sum(seconds), 0) FROM sittings WHERE annotator_id = annotators.id) AS seconds,
            (SELECT round(coalesce(sum(seconds), 0) / 60.0, 1) FROM sittings WHERE annotator_id = annotators.id)
                AS minutes
        FROM annotators
        LEFT JOIN (SELECT annotator_id, state FROM submissions) AS said ON said.annotator_id = annotators.id
        GROUP BY id ORDER BY id""",
        ("id", "name", "mentions", "marks", "submitted", "in_progress", "flagged", "skipped", "minutes"),
    ),
    "queue": Listing(
        """SELECT assignments.id, assignments.annotator,
            row_number() OVER (PARTITION BY assignments.annotator ORDER BY position, sha256) AS place,
            assignments.document_id, sha256, title, outlet, published_at, coalesce(state, '') AS state,
            (SELECT coalesce(sum(seconds), 0) FROM sittings
                WHERE document_id = assignments.document_id AND annotator_id = annotators.id) AS seconds, gold
        FROM assignments JOIN documents ON documents.id = assignments.document_id
        LEFT JOIN annotators ON annotators.name = assignments.annotator
        LEFT JOIN submissions ON submissions.document_id = assignments.document_id
            AND submissions.annotator_id = annotators.id
        ORDER BY assignments.annotator, position, sha256""",
        ("annotator", "place", "document_id", "title", "outlet", "state"),
    ),
    "remarks": Listing(
        """SELECT remarks.id, remarks.uid, mention_id, mentions.document_id, title, quote, made.name AS annotator,
            said.name AS author, remarks.text, answers_id AS answers, remarks.recorded_at
        FROM remarks JOIN mentions ON mentions.id = mention_id JOIN documents ON documents.id = mentions.document_id
        JOIN annotators AS said ON said.id = remarks.annotator_id
        JOIN annotators AS made ON made.id = mentions.annotator_id ORDER BY remarks.id""",
        ("id", "mention_id", "author", "answers", "text", "quote"),
    ),
    "members": Listing("SELECT id, name, role FROM members ORDER BY name", ("id", "name", "role")),
}


@click.command("list")
@project
@click.argument("things", metavar="|".join(LISTINGS), type=click.Choice(list(LISTINGS)))
@asked
@as_json
def list_(project: Path, things: str, annotator: str | None, as_json: bool) -> None:
    """List what a project holds. --json has more columns; offsets are code points."""
    listing = LISTINGS[things]
    with opened(project, annotator) as connection:
        cursor = connection.execute(listing.sql)
        rows = rows_of([column[0] for column in cursor.description], cursor)
        if as_json:
            json_array(rows)
        else:
            table(listing.shown, rows)
