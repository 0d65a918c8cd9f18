"""Tables after RFC 4180: a mark a row, in UTF-8 without a byte order mark, lines ended by CR LF.

`.csv` separates cells by commas and `.tsv` by tabs; either puts a cell into quotation marks where it needs them, as
spreadsheets do. A mention without marks is a row without a label, and an annotator's word on a document is a row with
a `submission`. The columns up to `recorded_at` are for the eye and for spreadsheets; those after it say the rest, so
that what comes back is what went out: `chain_json` and `evidence_json` hold what `origin`, `chain` and `evidence` only
show. Texts are not in the table: `sha256` names the document, which the project that reads the table must have.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula and runs it. `--escape-formulas` puts an
apostrophe before such cells, and the last column, `escaped`, names them, so that reading takes exactly these off again.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import compress
from pathlib import Path
from typing import TypeAlias

from .formats import Format, Outgoing
from .held import IN_ORDER
from .json_text import struct_to_json
from .portable import PortableEvidence, PortableLink
from .table_in import read_csv, read_tsv
from .told import BRIEF, quote_of, told

Row: TypeAlias = tuple[str, ...]
"""The cells of all columns, in order."""

_PUBLISHED = "SELECT sha256, title, outlet, published_at FROM documents WHERE id = ?"
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
_MARK = '"'
_LABEL = _SHOWN.index("label")
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
        file.write(_line(columns, delimiter))
        for (document,) in connection.execute(IN_ORDER):
            rows = [*_marks(connection, document), *_words(connection, document)]
            marks += sum(row[_LABEL] != "" for row in rows)
            for row in rows:
                file.write(_line(_escaped(row) if options.escape_formulas else row, delimiter))
    return marks


def _line(cells: Sequence[str], delimiter: str) -> str:
    """A row with its line end; a cell with anything in it that could end it stands in quotation marks.

    `csv.writer` writes the same, and looks at each character by itself, which took most of an export.
    """
    line = delimiter.join(cells)
    if _MARK not in line and "\n" not in line and "\r" not in line and line.count(delimiter) == len(cells) - 1:
        return line + "\r\n"
    shown = [
        f'"{cell.replace(_MARK, _MARK + _MARK)}"'
        if cell and (delimiter in cell or _MARK in cell or "\n" in cell or "\r" in cell)
        else cell
        for cell in cells
    ]
    return delimiter.join(shown) + "\r\n"


def _marks(connection: sqlite3.Connection, document: int) -> Iterator[Row]:
    """A row for each mark of a document and for each mention that has none."""
    about = ["" if cell is None else cell for cell in connection.execute(_PUBLISHED, (document,)).fetchone()]
    item = told(connection, document, BRIEF, log=False)
    for mention in sorted(item.mentions, key=lambda each: (each.spans[0].start, each.uid)):
        pieces = mention.spans
        before = (
            mention.claim or "", mention.polarity, str(pieces[0].start), str(pieces[-1].end),
            " ".join([f"{piece.start}:{piece.end}" for piece in pieces]), quote_of(pieces),
        )  # fmt: skip
        after = mention.uid, mention.note, mention.extra, mention.claim_uid, mention.claim_note
        for mark in mention.marks:
            chain, evidence = mark.chain, mark.evidence
            yield (
                *about, mention.annotator, mark.label, mark.kind,
                "" if mark.certainty is None else str(mark.certainty), *before,
                *(_origin(chain) if chain else _NO_CHAIN), _shown(connection, evidence) if evidence else "",
                mark.note, mark.recorded_at, *after, mark.extra, struct_to_json(chain) if chain else "",
                struct_to_json(evidence) if evidence else "", "",
            )  # fmt: skip
        if not mention.marks:
            yield (
                *about, mention.annotator, "", "", "", *before, *_NO_CHAIN, "", "", mention.recorded_at, *after,
                "", "", "", "",
            )  # fmt: skip


_NO_CHAIN = "", "", ""


def _origin(chain: list[PortableLink]) -> tuple[str, str, str]:
    """The name of whom a chain goes back to, how that is identified, and the chain for the eye."""
    names = [link.source or quote_of(link.spans) or f"({link.identified})" for link in chain]
    return chain[-1].source or "", chain[-1].identified, " → ".join(names)


def _shown(connection: sqlite3.Connection, evidence: list[PortableEvidence]) -> str:
    """What shows a mark, for the eye; of mentions those that are there."""
    found = []
    for each in evidence:
        if shown := quote_of(each.spans) or each.url:
            found.append(shown)
        elif connection.execute("SELECT 1 FROM mentions WHERE uid = ?", (each.mention,)).fetchone():
            found.append(f"mention {each.mention}")
    return " | ".join(found)


def _words(connection: sqlite3.Connection, document: int) -> Iterator[Row]:
    """A row for each annotator's word on a document."""
    for *about, published, annotator, note, recorded_at, state in connection.execute(_WORDS, {"document": document}):
        yield *about, published or "", annotator, *[""] * 13, note, recorded_at, *[""] * 8, state


def _escaped(row: Row) -> Row:
    risky = [cell.startswith(_FORMULA) for cell in row]
    if not any(risky):
        return *row, ""
    names = compress((*_SHOWN, *_TOLD), risky)
    return *(f"'{cell}" if is_one else cell for cell, is_one in zip(row, risky, strict=True)), " ".join(names)


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
