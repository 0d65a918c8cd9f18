"""doccano: sequence labelling as JSON Lines (or one JSON array), with relations where there are any.

Read is a record an example: `text` with `label` or `labels` (`[[start, end, "TYPE"], ...]`), or with `entities` (`id`,
`label`, `start_offset`, `end_offset`) and `relations` (`from_id`, `to_id`, `type`). `Comments` are the annotator's;
every other key is metadata, as in doccano; title, outlet, author, url, date and language are looked for there.

Written is a record for each annotator of a document, as doccano itself exports a file for each: `label` triples, or, in
a project that has entities with ids, `entities` and `relations` throughout, for a doccano project takes one form only.
The metadata is what doccano had, else the document's title, outlet, url and date. What doccano has no place for goes
along as metadata under `onrecord`, and so does the unit of the offsets.

Offsets count code points unless `--unit utf-16` is given; on the way in they are held against words that went along.
"""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..schema.units import Units
from .annotated import Annotated
from .continuous import SIDE, Native, natives, side_out
from .doccano_in import read_doccano
from .doccano_kept import NAME, SPANS, fields_of, relations_of
from .doccano_units import UNITS
from .foreign import kept, without
from .formats import Format, Outgoing
from .held import documents_held
from .json_files import as_dict
from .json_records import first_keys, write_records
from .verified import Unit

_OF_OTHERS = {
    *("answer", "_task_hash", "_input_hash", "spans", "tokens"),
    *("annotation_id", "lead_time", "data", "mentions", "events", "@context"),
}
"""Keys of Prodigy's tasks, of Label Studio's exports and of others, which else look alike."""


def write_doccano(connection: sqlite3.Connection, out: Path, options: Outgoing) -> int:
    """Write an example for each annotator of each document; the answer is how many documents there were."""
    unit = options.unit or "code-points"
    (related,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM mentions WHERE json_valid(extra) AND json_type(extra, '$.doccano') = 'object')"
    ).fetchone()
    number = 0

    def made() -> Iterator[dict[str, Any]]:
        nonlocal number
        for item in documents_held(connection):
            number += 1
            comments = as_dict(kept(item.document.extra, NAME).get("comments"))
            for annotator in sorted({*item.annotators(), *comments}) or [""]:
                yield _example_out(item, annotator, unit, related=related)

    write_records(out, made())
    return number


def _example_out(item: Annotated, annotator: str, unit: Unit, *, related: bool) -> dict[str, Any]:
    own = [uid for uid in item.mentions if uid.startswith(f"{annotator}/")]
    fields = fields_of(item, annotator)
    made: dict[str, Any] = {"id": fields.pop("id")} if "id" in fields else {}
    made["text"] = item.text
    units = Units(item.text)
    convert = units.to_utf16 if unit == "utf-16" else int
    if related:
        made |= _entities_out(item, own, convert)
    else:
        spans = sorted({native for uid in own for native in natives(item, uid)})
        labels = [[convert(each.start), convert(each.end), each.label] for each in spans]
        made["label"] = labels or fields.get("label", [])
    return {**made, **without(fields, *made), SIDE: side_out(item, annotator, own, unit)}


def _entities_out(item: Annotated, own: list[str], convert: Callable[[int], int]) -> dict[str, Any]:
    """The entities and relations of one annotator; an id that doccano gave is given again."""
    ids: dict[Native, int | str] = {}
    of_mention: dict[str, int | str] = {}
    for uid in own:
        number = kept(item.mentions[uid].extra, NAME).get("id")
        first = natives(item, uid)[0]
        if isinstance(number, int | str) and first not in ids and number not in ids.values():
            ids[first] = number
    taken = set(ids.values())
    free = (number for number in itertools.count() if number not in taken)
    for uid in own:
        for native in natives(item, uid):
            if native not in ids:
                ids[native] = next(free)
        of_mention[uid] = ids[natives(item, uid)[0]]
    relations = [
        {**without(each, "to"), "from_id": of_mention[uid], "to_id": of_mention[to]}
        for uid in own
        for each in relations_of(item.mentions[uid])
        if (to := str(each.get("to"))) in of_mention
    ]
    entities = [
        {"id": ids[each], "label": each.label, "start_offset": convert(each.start), "end_offset": convert(each.end)}
        for each in sorted(ids)
    ]
    return {"entities": entities, "relations": relations}


def _recognises(path: Path, head: bytes) -> bool:
    keys = first_keys(path, head)
    return not keys.isdisjoint(SPANS) and keys.isdisjoint(_OF_OTHERS)


FORMAT = Format(
    name=NAME,
    about="doccano: spans with labels, and relations, an example a line",
    endings=(".jsonl", ".json"),
    read=read_doccano,
    recognises=_recognises,
    write=write_doccano,
    units=UNITS,
)
