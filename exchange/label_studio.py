"""Label Studio: an export in JSON (or JSON-MIN) in, a folder with `tasks.json` and `config.xml` out.

`tasks.json` is an array of tasks. `data` holds the text and what describes it; of `annotations` there is one an
annotator, with `completed_by`, a number in the alphabetical order of names, and the name beside it. Each mention is a
region of type `labels` on the `Text` with the names of its marks, `mention` if it has none; a further piece of a
discontinuous mention is a region of its own, tied to the first by the relation `continues`. The claim and who said it
are text areas on the region, the note is the region's `meta.text`. The rest stands in `meta.onrecord` and
`data.onrecord`, which Label Studio keeps and gives back. Predictions are read as the work of an annotator who is named
after the `model_version`. An annotation that was cancelled is a document skipped, any other is one submitted.

`config.xml` is the labelling interface for it, to be pasted in before the tasks are imported. White space is kept
(`pre-wrap`), since else Label Studio folds it in the words that it saves. Spans, labels, claims and who said it are
taken over as they were changed there; the words of a source and its cue are not shown there, and stay. A Label Studio
that does not know the numbers of `completed_by` as its users asks for them; the names in `onrecord` are lost in it,
those in the regions are not.

Offsets of a `Text` are UTF-16 code units, as in JavaScript, start inclusive, end exclusive. A file whose words stand at
code points is taken at that, and a note says so.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import structs

from .articles import Note, Refused
from .formats import HEAD, Format, Incoming, Record
from .json_files import as_dict, outline, whole
from .json_records import records
from .json_text import Line
from .label_studio_in import Task, quotes_of, text_key
from .label_studio_out import write
from .returned import Quoted, unit_of
from .verified import Unit

_HALVES = re.compile("[\ud800-\udfff]")
UNITS: tuple[Unit, ...] = ("utf-16", "code-points")


def read(file: Incoming) -> Iterator[Record]:
    """The document of each task, with all that its annotations and predictions say."""
    unit = file.unit
    if not unit:
        quiet = structs.replace(file, progress=lambda _: None)
        unit, matters = unit_of((_quoted(each) for each in _tasks(quiet) if isinstance(each, Line)), UNITS)
        if matters and unit != UNITS[0]:
            yield Note(file.place, "offsets were taken to count code points: so the words stand where they are said to")
    for line in _tasks(file):
        if isinstance(line, Refused):
            yield line
        elif isinstance(line.value.get("data"), dict):
            yield from Task(file, line.place, line.value, unit).read()
        else:
            yield Refused(line.place, "has no `data`, so it is no task of Label Studio")


def _tasks(file: Incoming) -> Iterator[Line | Refused]:
    with file.path.open("rb") as stream:
        first = stream.readline(HEAD).strip()
    # One task alone, as Label Studio stores it, may be spread over lines; of several, each has a line or all an array.
    alone = first.startswith(b"{") and not first.endswith(b"}") and len(first) < HEAD
    found = [Line(file.place, as_dict(whole(file)))] if alone else records(file)
    for line in found:
        yield line if isinstance(line, Refused) else Line(line.place, _in_full(line.value))


def _quoted(line: Line) -> tuple[str, list[Quoted]]:
    data, quotes = as_dict(line.value.get("data")), quotes_of(line.value)
    key = text_key(data, [each.quote for each in quotes])
    text = data.get(key, "")
    return ("" if _HALVES.search(text) else text), quotes


def _in_full(row: dict[str, Any]) -> dict[str, Any]:
    """A task: of an old export, which says completions, of a stored annotation with its task in it, or of JSON-MIN."""
    if "completions" in row and "annotations" not in row:
        return {("annotations" if key == "completions" else key): value for key, value in row.items()}
    if "result" in row and "data" in as_dict(row.get("task")):
        return {**row["task"], "annotations": [{key: value for key, value in row.items() if key != "task"}]}
    if "data" in row or "annotation_id" not in row:
        return row
    result = []
    data = {}
    for key, value in row.items():
        if isinstance(value, list) and value and all("start" in as_dict(each) for each in value):
            names = ("labels", "hypertextlabels")
            result += [
                {
                    "id": str(each.get("id") or f"{key}-{number}"), "from_name": key, "to_name": "text",
                    "type": next((name for name in names if name in each), "labels"), "value": each,
                }
                for number, each in enumerate(value, 1)
            ]  # fmt: skip
        elif key not in _OF_ANNOTATION and key != "id":
            data[key] = value
    about = {name: row[key] for key, name in _OF_ANNOTATION.items() if key in row}
    return {"id": row.get("id"), "data": data, "annotations": [{**about, "result": result}]}


_OF_ANNOTATION = {
    "annotation_id": "id",
    "annotator": "completed_by",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "lead_time": "lead_time",
}


def _recognises(_: Path, head: bytes) -> bool:
    keys = outline(head)
    tops = {key.split(".")[0] for key in keys}
    if "@context" in tops:
        return False
    if any(key.startswith(("data.", "task.data.")) for key in keys) or {"annotation_id", "annotator"} <= tops:
        return True
    return any(key.startswith(("annotations[].result", "completions[].result")) for key in keys) or (
        "result" in tops and "completed_by" in tops
    )


FORMAT = Format(
    name="labelstudio",
    about="Label Studio: JSON and JSON-MIN exports in; a folder with tasks.json and config.xml out",
    endings=(".json",),
    read=read,
    recognises=_recognises,
    beside=("config.xml",),
    write=write,
    folder=True,
    units=("utf-16",),
)
