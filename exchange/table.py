"""Tables after RFC 4180: a mark a row, in UTF-8 without a byte order mark, lines ended by CR LF.

`.csv` separates cells by commas and `.tsv` by tabs; either puts a cell into quotation marks where it needs them, as
spreadsheets do. A mention without marks is a row without a label, and an annotator's word on a document is a row with
a `submission`. The columns up to `recorded_at` are for the eye and for spreadsheets; those after it say the rest, so
that what comes back is what went out: `chain_json` and `evidence_json` hold what `origin`, `chain` and `evidence` only
show. Texts are not in the table: `sha256` names the document, which the project that reads the table must have.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula and runs it. `--escape-formulas` puts an
apostrophe before such cells, and the last column, `escaped`, names them, so that reading takes exactly these off again.
"""

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .annotated import Annotated
from .formats import Format, Outgoing
from .held import IN_ORDER, document_held
from .json_text import to_json
from .portable import mention_out
from .table_in import read_csv, read_tsv

_ROWS = """
SELECT
    documents.sha256, documents.title, documents.outlet, documents.published_at, annotators.name AS annotator,
    marks.label, marks.kind, marks.certainty, claims.claim, mentions.polarity, mentions.start, mentions."end",
    (
        SELECT group_concat(piece, ' ') FROM (
            SELECT start || ':' || "end" AS piece FROM spans WHERE spans.mention_id = mentions.id ORDER BY position
        )
    ) AS spans,
    mentions.quote, origin_source.name AS origin, origin.identified AS origin_identified,
    (
        SELECT group_concat(name, ' → ') FROM (
            SELECT coalesce(sources.name, nullif(source_quote, ''), '(' || identified || ')') AS name
            FROM attributions LEFT JOIN sources ON sources.id = source_id
            WHERE mark_id = marks.id ORDER BY attributions.position
        )
    ) AS chain,
    (
        SELECT group_concat(shown, ' | ') FROM (
            SELECT coalesce(nullif(evidence.quote, ''), nullif(evidence.url, ''), 'mention ' || shown.uid)
                AS shown
            FROM evidence LEFT JOIN mentions AS shown ON shown.id = evidence.mention_id
            WHERE mark_id = marks.id ORDER BY evidence.position
        )
    ) AS evidence,
    marks.note, coalesce(marks.recorded_at, mentions.recorded_at) AS recorded_at, mentions.uid AS mention_uid
FROM mentions
JOIN documents ON documents.id = mentions.document_id
JOIN annotators ON annotators.id = mentions.annotator_id
LEFT JOIN claims ON claims.id = mentions.claim_id
LEFT JOIN marks ON marks.mention_id = mentions.id
LEFT JOIN attributions AS origin ON origin.mark_id = marks.id AND origin.is_origin = 1
LEFT JOIN sources AS origin_source ON origin_source.id = origin.source_id
WHERE mentions.document_id = :document
ORDER BY mentions.start, mentions.uid, marks.uid
"""
_WORDS = """
SELECT sha256, title, outlet, published_at, annotators.name AS annotator, submissions.note, recorded_at,
    state AS submission
FROM submissions
JOIN documents ON documents.id = document_id
JOIN annotators ON annotators.id = annotator_id
WHERE document_id = :document ORDER BY annotators.name
"""
_SHOWN = (
    "sha256 title outlet published_at annotator label kind certainty claim polarity start end spans quote origin"
    " origin_identified chain evidence note recorded_at"
).split()
_TOLD = (
    "mention_uid mention_note mention_extra claim_uid claim_note mark_extra chain_json evidence_json submission"
).split()
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(connection: sqlite3.Connection, out: Path, options: Outgoing) -> int:
    """Write all that was said; the answer is how many marks there were."""
    return _write(connection, out, options, ",")


def write_tsv(connection: sqlite3.Connection, out: Path, options: Outgoing) -> int:
    """The same with tabs."""
    return _write(connection, out, options, "\t")


def _write(connection: sqlite3.Connection, out: Path, options: Outgoing, delimiter: str) -> int:
    marks = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        columns = [*_SHOWN, *_TOLD, *(["escaped"] if options.escape_formulas else [])]
        writer = csv.DictWriter(file, columns, restval="", delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        for row in _rows(connection):
            marks += row.get("label") is not None
            writer.writerow(_escaped(row) if options.escape_formulas else row)
    return marks


def _rows(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for (document,) in connection.execute(IN_ORDER):
        item: Annotated | None = None
        mention: dict[str, Any] = {}
        for row in _named(connection.execute(_ROWS, {"document": document})):
            item = item or document_held(connection, document)
            if mention.get("uid") != row["mention_uid"]:  # the rows of a mention come one after the other
                mention = mention_out(item, row["mention_uid"])
            row.update(_rest(mention, row["label"]))
            yield row
        yield from _named(connection.execute(_WORDS, {"document": document}))


def _named(rows: sqlite3.Cursor) -> Iterator[dict[str, Any]]:
    names = [column[0] for column in rows.description]
    return (dict(zip(names, row, strict=True)) for row in rows)


def _rest(mention: dict[str, Any], label: str | None) -> dict[str, str]:
    """What the readable columns of a row leave out."""
    mark: dict[str, Any] = next((each for each in mention.get("marks", []) if each["label"] == label), {})
    return {
        "mention_note": mention.get("note", ""),
        "mention_extra": mention.get("extra", ""),
        "claim_uid": mention.get("claim_uid", ""),
        "claim_note": mention.get("claim_note", ""),
        "mark_extra": mark.get("extra", ""),
        "chain_json": to_json(mark["chain"]) if "chain" in mark else "",
        "evidence_json": to_json(mark["evidence"]) if "evidence" in mark else "",
    }


def _escaped(row: dict[str, Any]) -> dict[str, Any]:
    risky = [name for name, cell in row.items() if isinstance(cell, str) and cell.startswith(_FORMULA)]
    return {**row, **{name: f"'{row[name]}" for name in risky}, "escaped": " ".join(risky)}


CSV = Format(
    name="csv",
    about="a mark a row, with commas",
    endings=(".csv",),
    read=read_csv,
    write=write_csv,
    things="marks",
    own=True,
    carries_texts=False,
)
TSV = Format(
    name="tsv",
    about="a mark a row, with tabs",
    endings=(".tsv",),
    read=read_tsv,
    write=write_tsv,
    things="marks",
    own=True,
    carries_texts=False,
)
