"""onrecord's own JSON Lines: a document a line with all that was said about it, and its part of the log.

As articles, only the texts and what describes them are read. As annotations, a line with `events` is taken by these,
exactly as they are; one without is taken by its `mentions`. All offsets are code points, start inclusive, end
exclusive.
"""

import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from ..schema import reading
from ..schema.errors import BadInput
from .annotated import Annotated, Records
from .articles import Item, Note, Refused, described, unknown_keys, unused
from .formats import Format, Incoming, Outgoing, Record
from .held import IN_ORDER
from .json_records import first_keys, taken_in
from .json_text import Line, lines, struct_to_utf8, to_json
from .portable import PortableMention, about_out, mention_in, mention_out, sheet_in
from .told import FullRuling, FullSubmission, told
from .verified import Verifier

_BATCH = 500
"""So many events that belong to no document share a line."""
_NO_EVENTS = "its events are not as onrecord writes them: a list of texts, each an event"
_OWN = {"sha256", "mentions", "submissions", "rulings", "events", "texts", "extra"}


# ---------------------------------------------------------------------- articles


def read_jsonl(file: BinaryIO, place: str, charset: str) -> Iterator[Item]:
    """An article of each line, and in its place why a line holds none; blank lines count, and hold nothing."""
    unknown: set[str] = set()
    annotated = False
    for line in lines(file, place, charset):
        if isinstance(line, Refused):
            yield line
            continue
        record = line.value
        annotated = annotated or not _OWN.isdisjoint(record)
        if "text" not in record and not _OWN.isdisjoint(record):
            continue
        text = record.pop("text", None)
        if not isinstance(text, str):
            yield Refused(line.place, "has no text; give it under the key `text`")
            continue
        unknown |= unknown_keys(record) - _OWN
        yield from described(line.place, text, record)
    if annotated:
        yield Note(place, "holds annotations too, which `onrecord import` brings in")
    yield from unused(place, unknown)


# ---------------------------------------------------------------------- annotations in


def read_annotations(file: Incoming) -> Iterator[Record]:
    """The events or the mentions of each line."""
    with file.path.open("rb") as stream:
        before = 0
        for line in lines(stream, file.place, file.charset):
            if isinstance(line, Refused):
                yield line
            elif "events" in line.value:
                yield _events(line)
            else:
                yield from taken_in(line, _document(line, file))
            after = stream.tell()
            file.progress(after - before)
            before = after


def _events(line: Line) -> Records | Refused:
    events, known, text = line.value["events"], line.value.get("texts") or {}, line.value.get("text")
    if not isinstance(events, list) or not isinstance(known, dict):
        return Refused(line.place, _NO_EVENTS)
    texts = {**known, str(line.value.get("sha256")): text} if isinstance(text, str) else known
    if not all(isinstance(each, str) for each in (*events, *texts, *texts.values())):
        return Refused(line.place, _NO_EVENTS)
    return Records(line.place, tuple(each.encode("utf-8", "surrogatepass") for each in events), texts)


def _document(line: Line, file: Incoming) -> Generator[Record, None, Annotated | None]:
    record = line.value
    text = record.get("text")
    if not isinstance(text, str):
        yield Refused(line.place, "has no text; give it under the key `text`")
        return None
    mentions = record.get("mentions") or []
    if not isinstance(mentions, list):
        yield Refused(line.place, "its mentions are not as onrecord writes them: a list of objects")
        return None
    sheet = sheet_in(line.place, text, record, file.mapping, file.most)
    verifier = Verifier(text, file.unit or "code-points")
    for number, mention in enumerate(mentions, 1):
        try:
            signed = {} if isinstance(mention, dict) and mention.get("annotator") else {"annotator": file.annotator}
            mention_in(sheet, verifier, mention, key=str(number), **signed)
        except BadInput as error:
            yield Refused(f"{line.place}, mention {number}", error.sentence)
    return sheet.done()


# ---------------------------------------------------------------------- out

_OTHERS = """
SELECT body FROM events WHERE subject_id NOT IN (
    SELECT id FROM documents UNION ALL SELECT id FROM mentions UNION ALL SELECT id FROM marks
    UNION ALL SELECT id FROM submissions UNION ALL SELECT id FROM adjudications
) AND annotator <> 'onrecord' ORDER BY clock, hash
"""
_OTHER_TEXTS = """
SELECT sha256, text FROM texts WHERE sha256 NOT IN (SELECT sha256 FROM documents)
    AND sha256 IN (SELECT subject FROM subjects WHERE kind = 'document')
"""


class _Line(Struct):
    """A line; the fields are in the order in which they are written."""

    sha256: str
    title: str
    outlet: str
    author: str
    url: str
    published_at: str
    language: str
    revises: str | None
    extra: str
    text: str
    mentions: list[PortableMention]
    submissions: list[FullSubmission]
    rulings: list[FullRuling]
    events: list[str]


def write_jsonl(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Write all documents, then what of the log belongs to none; the answer is how many documents there were."""
    number = 0
    with out.open("wb") as file:
        for (document_id,) in connection.execute(IN_ORDER):
            file.write(struct_to_utf8(_line(connection, document_id)))
            number += 1
        for sha256, text in connection.execute(_OTHER_TEXTS):
            file.write(_utf8({"events": [], "texts": {sha256: text}}))
        others = connection.execute(_OTHERS)
        while rows := others.fetchmany(_BATCH):
            file.write(_utf8({"events": [body.decode() for (body,) in rows]}))
    return number


def _utf8(value: object) -> bytes:
    return to_json(value).encode() + b"\n"


def _line(connection: sqlite3.Connection, document_id: int) -> _Line:
    """A document as `document_out` gives it, with its part of the log."""
    item = told(connection, document_id)
    return _Line(
        sha256=item.sha256,
        **{name: getattr(item.about, name) for name in item.about.__struct_fields__},
        text=reading.text(connection, item.sha256),
        mentions=item.mentions,
        submissions=item.submissions,
        rulings=item.rulings,
        events=[body.decode() for body in item.bodies],
    )


def document_out(item: Annotated) -> dict[str, Any]:
    """A document with all that was said about it as plain JSON."""
    about = about_out(item, full=True)
    said = {name: about.pop(name) for name in ("submissions", "rulings")}
    mentions = [mention_out(item, uid, full=True) for uid in item.mentions]
    return {"sha256": item.sha256, **about, "text": item.text, "mentions": mentions, **said}


def _recognises(path: Path, head: bytes) -> bool:
    return not first_keys(path, head).isdisjoint(("mentions", "events"))


FORMAT = Format(
    name="jsonl",
    about="onrecord's own: a document a line with its annotations and its part of the log",
    endings=(".jsonl", ".ndjson"),
    articles=read_jsonl,
    many=True,
    read=read_annotations,
    recognises=_recognises,
    write=write_jsonl,
    own=True,
    layers=True,
)
