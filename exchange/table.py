"""CSV after RFC 4180: one mark a row, in UTF-8 without a byte order mark, lines ended by CR LF."""

import csv
import sqlite3
from pathlib import Path

from .formats import Format, Outgoing

_ROWS = """
SELECT
    mark_id, mention_id, document_id, documents.sha256, mark_current.title, mark_current.outlet,
    mark_current.published_at, annotator, label, kind, certainty, claim_id, claim, polarity, start, "end",
    (
        SELECT group_concat(piece, ' ') FROM (
            SELECT start || ':' || "end" AS piece FROM spans
            WHERE spans.mention_id = mark_current.mention_id ORDER BY position
        )
    ) AS spans,
    quote, origin, origin_identified,
    (
        SELECT group_concat(name, ' → ') FROM (
            SELECT coalesce(sources.name, nullif(source_quote, ''), '(' || identified || ')') AS name
            FROM attributions LEFT JOIN sources ON sources.id = source_id
            WHERE mark_id = mark_current.mark_id ORDER BY attributions.position
        )
    ) AS chain,
    (
        SELECT group_concat(shown, ' | ') FROM (
            SELECT coalesce(nullif(evidence.quote, ''), nullif(evidence.url, ''), 'mention ' || evidence.mention_id)
                AS shown
            FROM evidence WHERE mark_id = mark_current.mark_id ORDER BY evidence.position
        )
    ) AS evidence,
    note, recorded_at
FROM mark_current JOIN documents ON documents.id = document_id
ORDER BY document_id, start, mention_id, mark_id
"""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_table(connection: sqlite3.Connection, out: Path, options: Outgoing) -> int:
    """Write all marks; the answer is how many there were.

    A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula and runs it. `escape_formulas` puts
    an apostrophe before such texts, which makes the file safe to open there and no longer exact.
    """
    rows = connection.execute(_ROWS)
    number = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column[0] for column in rows.description)
        for number, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
            writer.writerow(map(_escaped, row) if options.escape_formulas else row)
    return number


def _escaped(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


CSV = Format(
    name="csv",
    about="a mark a row",
    endings=(".csv",),
    write=write_table,
    things="marks",
    own=True,
    carries_texts=False,
)
