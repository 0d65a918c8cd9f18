"""JSON Lines: in, one article a line; out, one document a line with all that was said about it.

All offsets are code points, start inclusive, end exclusive, into `text`.
"""

import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ..schema import reading
from ..schema.records import Attribution, Document, Evidence, Mark, Mention
from ..schema.text import Span
from .articles import MAX_BYTES, Item, Refused, described, unknown_keys, unused

# ---------------------------------------------------------------------- in


def read_jsonl(file: BinaryIO, place: str, charset: str) -> Iterator[Item]:
    """An article of each line, and in its place why a line holds none; blank lines count, and hold nothing."""
    unknown: set[str] = set()
    number = 0
    while line := file.readline(MAX_BYTES + 1):
        number += 1
        here = f"{place}:{number}"
        if len(line) > MAX_BYTES:
            yield Refused(here, f"has more than {MAX_BYTES // 2**20} MB; that is no article")
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_BYTES)
            continue
        if not line.strip():
            continue
        record = _record(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, charset)
        if isinstance(record, str):
            yield Refused(here, record)
            continue
        text = record.pop("text")
        unknown |= unknown_keys(record)
        yield from described(here, text, record)
    yield from unused(place, unknown)


def _record(line: bytes, charset: str) -> dict[str, Any] | str:
    """A line's object with its `text`, or what is wrong with it."""
    try:
        record = json.loads(line.decode(charset or "utf-8").rstrip())
    except json.JSONDecodeError as error:
        return f"is not valid JSON: {error.msg} at column {error.colno}"
    except (UnicodeDecodeError, LookupError):
        return f"is not {charset or 'UTF-8'}"
    except (ValueError, RecursionError):
        return "is not JSON that can be read"
    if not isinstance(record, dict):
        return 'is not an object; write {"text": "...", "title": "..."}'
    if not isinstance(record.get("text"), str):
        return "has no text; give it under the key `text`"
    return record


# ---------------------------------------------------------------------- out


def write_jsonl(connection: sqlite3.Connection, out: Path) -> int:
    """Write all documents; the answer is how many there were."""
    number = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        for (document_id,) in connection.execute("SELECT id FROM documents ORDER BY id"):
            document = reading.document(connection, document_id)
            if document:
                file.write(to_json(_of_document(connection, document)) + "\n")
                number += 1
    return number


class _Escapes(dict[int, str]):
    """Fills itself with the JSON escape of each code point that would move a line end or a terminal's cursor."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        if unicodedata.category(char) in ("Cc", "Cf", "Cn", "Co", "Zl", "Zp"):
            units = char.encode("utf-16-be").hex()
            char = "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
        self[point] = char
        return char


_escapes = _Escapes()


def to_json(value: object) -> str:
    """One line of JSON, readable in any script, in which whatever cannot be seen is escaped."""
    line = json.dumps(value, ensure_ascii=False)
    return line.replace("\x7f", "\\u007f") if line.isascii() else line.translate(_escapes)


def _of_document(connection: sqlite3.Connection, document: Document) -> dict[str, Any]:
    revises = reading.document(connection, document.revises) if document.revises else None
    submissions = connection.execute(
        """SELECT name, state, note, recorded_at FROM submissions JOIN annotators ON annotators.id = annotator_id
        WHERE document_id = ? ORDER BY submissions.id""",
        (document.id,),
    )
    return {
        "id": document.id,
        "sha256": document.sha256,
        "title": document.title,
        "outlet": document.outlet,
        "author": document.author,
        "url": document.url,
        "published_at": document.published_at,
        "language": document.language,
        "revises": revises.sha256 if revises else None,
        "text": document.text,
        "mentions": [_of_mention(mention, document.text) for mention in reading.mentions(connection, document.id)],
        "submissions": [
            {"annotator": name, "state": state, "note": note, "recorded_at": recorded_at}
            for name, state, note, recorded_at in submissions
        ],
    }


def _of_mention(mention: Mention, text: str) -> dict[str, Any]:
    return {
        "id": mention.id,
        "uid": mention.uid,
        "annotator": mention.annotator,
        "claim_id": mention.claim_id,
        "claim": mention.claim,
        "polarity": mention.polarity,
        "spans": _of_spans(mention.spans, text),
        "note": mention.note,
        "recorded_at": mention.recorded_at,
        "marks": [_of_mark(mark, text) for mark in mention.marks],
    }


def _of_mark(mark: Mark, text: str) -> dict[str, Any]:
    return {
        "id": mark.id,
        "label": mark.label,
        "kind": mark.kind,
        "certainty": mark.certainty,
        "note": mark.note,
        "recorded_at": mark.recorded_at,
        "chain": [_of_link(link, text) for link in mark.chain],
        "evidence": [_of_evidence(evidence, text) for evidence in mark.evidence],
    }


def _of_link(link: Attribution, text: str) -> dict[str, Any]:
    return {
        "source_id": link.source_id,
        "source": link.source,
        "source_kind": link.source_kind,
        "identified": link.identified,
        "relay": link.relay,
        "ground": link.ground,
        "spans": _of_spans(link.spans, text),
        "cue": _of_spans(link.cue, text),
    }


def _of_evidence(evidence: Evidence, text: str) -> dict[str, Any]:
    return {
        "spans": _of_spans(evidence.spans, text),
        "mention_id": evidence.mention_id,
        "url": evidence.url,
        "note": evidence.note,
    }


def _of_spans(spans: tuple[Span, ...], text: str) -> list[dict[str, Any]]:
    return [{"start": span.start, "end": span.end, "quote": span.cut(text)} for span in spans]
