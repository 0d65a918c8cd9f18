"""labelbuddy: documents with annotations, one JSON array or JSON Lines; a file of its labels alone brings codes.

Read is a record a document: `text`, `annotations` (`start_char`, `end_char`, `start_byte`, `end_byte`, `label_name`,
`extra_data`), `utf8_text_md5_checksum`, `display_title`, `list_title` and `metadata`. Where an annotation gives both
code points and UTF-8 bytes, both must mean the same words; the checksum must be the text's. A record without text is
for the project's document of that checksum or title.

Written is a record for each document, with the annotations of all annotators, for labelbuddy holds a text only once; of
two that are alike, labelbuddy keeps one. The titles and the metadata are what labelbuddy had, else the document's own.
What labelbuddy has no place for goes along in the metadata under `onrecord`. A `.json` file is one array, a `.jsonl`
file has a record a line.
"""

import hashlib
import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from msgspec import structs

from ..schema.errors import BadInput
from ..schema.units import Units
from .annotated import Annotated, Aside, Sheet, foreign_label
from .articles import Note, Refused
from .continuous import SIDE, Found, Native, Rejoining, Side, natives, side_of, side_out
from .foreign import changed, keep, kept, sheet_for, title_fields, with_kept, without
from .formats import Format, Incoming, Outgoing, Record
from .held import documents_held
from .json_files import as_dict
from .json_records import Seen, first_keys, records, taken_in, write_records
from .json_text import Line
from .labelbuddy_labels import KEYS as LABEL_KEYS
from .labelbuddy_labels import Labels
from .verified import Verifier

NAME = "labelbuddy"
_TITLES = ("display_title", "list_title")
_MD5 = "utf8_text_md5_checksum"
_NATIVE = frozenset({"text", "annotations", _MD5})
_KEYS = frozenset({*_NATIVE, *_TITLES, "metadata"})
_OFFSETS = ("start_char", "end_char", "start_byte", "end_byte", "label_name")


# ---------------------------------------------------------------------- in


def read_labelbuddy(file: Incoming) -> Iterator[Record]:
    """The documents of a file with what is said about them, then the codes of its labels."""
    seen, labels, alone = Seen(), Labels(file.place), True
    for line in records(file):
        if isinstance(line, Refused):
            yield line
        elif "name" in line.value and _NATIVE.isdisjoint(line.value):
            yield from labels.take(line)
        else:
            alone = False
            yield from taken_in(line, _document(line, file, seen))
    yield from labels.codes(alone=alone)


def _document(line: Line, file: Incoming, seen: Seen) -> Generator[Record, None, Annotated | None]:
    metadata = as_dict(line.value.get("metadata"))
    side = side_of(metadata.pop(SIDE, None))
    sheet = yield from _sheet(line, file, {**metadata, **_title(line)}, side)
    if sheet is None:
        return None
    before = seen.before(line.place, sheet.sha256)
    if before:
        raise BadInput(f"the same text comes twice; it stands in {before} too")
    said = {key: value for key, value in line.value.items() if key not in _NATIVE}
    found = yield from _spans(line, sheet)
    rejoining = Rejoining(NAME, sheet, file.mapping, _annotator(side) or file.annotator, own=side is not None)
    yield from rejoining.take(side.mentions if side else (), found)
    item = sheet.done()
    _keep_data(item, rejoining.mention_of, found)
    return with_kept(item, NAME, _kept_now(item, said, own=side is not None))


def _title(line: Line) -> dict[str, Any]:
    title = next((line.value[key] for key in _TITLES if isinstance(line.value.get(key), str)), None)
    return {"title": title} if title else {}


def _annotator(side: Side | None) -> str:
    """Whose work a record of ours is, if it is one annotator's."""
    if side is None:
        return ""
    names = {each.annotator for each in side.mentions} | {each.annotator for each in side.about.submissions}
    return names.pop() if len(names) == 1 else ""


def _sheet(
    line: Line, file: Incoming, said: dict[str, Any], side: Side | None
) -> Generator[Refused | Note, None, Sheet | None]:
    """The sheet of a record's text, or of the text of the project that it means."""
    md5, text = line.value.get(_MD5), line.value.get("text")
    if text is None:
        names = [name for name in (md5, *(line.value.get(key) for key in _TITLES)) if isinstance(name, str) and name]
        document = next((found for name in names if (found := file.find(name))), None)
        if document is None:
            raise BadInput(
                "has no text, and the project has no document of its checksum or title; add the text first, or export"
                " it from labelbuddy with its text"
            )
        _check_md5(document[0], md5)
        return Sheet(line.place, *document, file.mapping, most=file.most)
    sheet = yield from sheet_for(line.place, text, file, said, side.about if side else None)
    if sheet:
        _check_md5(sheet.text, md5)
    return sheet


def _check_md5(text: str, md5: object) -> None:
    if md5 is not None and md5 != _md5(text):
        raise BadInput(f"its text is not the one that was annotated: the checksum {str(md5)[:40]!r} is another's")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _spans(line: Line, sheet: Sheet) -> Generator[Refused | Aside, None, dict[Native, Found]]:
    """The annotations of a document, in code points."""
    given = line.value.get("annotations")
    if given is not None and not isinstance(given, list):
        raise BadInput("its `annotations` are no list")
    found: dict[Native, Found] = {}
    points, octets = Verifier(sheet.text), Verifier(sheet.text, "bytes")
    for number, each in enumerate(given or (), 1):
        place = f"{line.place}, annotation {number}"
        try:
            native = _native(each, points, octets)
        except BadInput as error:
            yield Refused(place, error.sentence)
            continue
        if native in found:
            yield Aside(place, "annotation", "the same label stands twice on the same words, and was taken once")
            continue
        more = {key: value for key, value in each.items() if key not in _OFFSETS}
        found[native] = Found(native, place, f"{native.start}:{native.end}:{native.label}", mark_kept=more)
    return found


def _native(each: object, points: Verifier, octets: Verifier) -> Native:
    if not isinstance(each, dict) or not isinstance(label := each.get("label_name"), str) or not label:
        raise BadInput("is not an annotation with a label_name")
    spans = []
    if "start_char" in each or "start_byte" not in each:
        spans.append(points.span(each.get("start_char"), each.get("end_char")))
    if "start_byte" in each:
        spans.append(octets.span(each["start_byte"], each.get("end_byte")))
    if spans[0] != spans[-1]:
        raise BadInput(
            f"its code points {spans[0].start}:{spans[0].end} and its bytes {each['start_byte']}:{each.get('end_byte')}"
            " do not mean the same words"
        )
    return Native(spans[0].start, spans[0].end, label)


def _keep_data(item: Annotated, mention_of: dict[Native, str], found: dict[Native, Found]) -> None:
    """Keep what annotations say besides, where it is not what is kept of their marks already."""
    subjects = {(mark.mention, foreign_label(mark)): subject for subject, mark in reversed(item.marks.items())}
    before = dict(item.marks)
    for native, span in found.items():
        subject = subjects.get((mention_of.get(native, ""), native.label))
        if subject and kept(before[subject].extra, NAME) != span.mark_kept:
            mark = before[subject]
            item.marks[subject] = structs.replace(mark, extra=keep(mark.extra, NAME, span.mark_kept))


def _kept_now(item: Annotated, said: dict[str, Any], *, own: bool) -> dict[str, Any]:
    """What labelbuddy keeps about a document: what was known of it, and what the record says otherwise or more."""
    before = kept(item.document.extra, NAME)
    if not own:
        return {**before, **said}
    written = _fields(item)
    more = changed(without(said, "metadata"), written)
    data = changed(as_dict(said.get("metadata")), as_dict(written.get("metadata")))
    if data:
        more["metadata"] = {**as_dict(written.get("metadata")), **data}
    return {**written, **more} if more else before


# ---------------------------------------------------------------------- out
def write_labelbuddy(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Write a record for each document; the answer is how many there were."""
    number = 0

    def made() -> Iterator[dict[str, Any]]:
        nonlocal number
        for item in documents_held(connection):
            number += 1
            yield _record(item)

    write_records(out, made())
    return number


def _record(item: Annotated) -> dict[str, Any]:
    units, annotations = Units(item.text), {}
    for uid in item.mentions:
        for native in natives(item, uid):
            if native not in annotations:
                mark = next((each for each in item.marks_of(uid) if foreign_label(each) == native.label), None)
                annotations[native] = {
                    "start_char": native.start,
                    "end_char": native.end,
                    "start_byte": units.to_utf8(native.start),
                    "end_byte": units.to_utf8(native.end),
                    "label_name": native.label,
                    **without(kept(mark.extra, NAME) if mark else {}, *_OFFSETS),
                }
    fields = _fields(item)
    side = side_out(item, "", item.mentions, "code-points")
    return {
        "text": item.text,
        _MD5: _md5(item.text),
        **fields,
        "metadata": {**as_dict(fields.get("metadata")), SIDE: side},
        "annotations": [annotations[native] for native in sorted(annotations)],
    }


def _fields(item: Annotated) -> dict[str, Any]:
    """The titles and metadata of a record: what labelbuddy had, else what describes the document."""
    known = without(kept(item.document.extra, NAME), *_NATIVE)
    about = title_fields(item)
    titles = dict.fromkeys(_TITLES, about["title"]) if "title" in about else {}
    return known or {**titles, "metadata": without(about, "title")}


def _recognises(path: Path, head: bytes) -> bool:
    keys = first_keys(path, head)
    labels = "name" in keys and keys <= LABEL_KEYS
    return labels or (keys <= _KEYS and not keys.isdisjoint(("text", _MD5)))


FORMAT = Format(
    name=NAME,
    about="labelbuddy: documents with annotations, or labels",
    endings=(".json", ".jsonl"),
    read=read_labelbuddy,
    recognises=_recognises,
    write=write_labelbuddy,
)
