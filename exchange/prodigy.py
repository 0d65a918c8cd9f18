"""Prodigy: a task a line for each annotator of a document, with spans, tokens, relations and an answer.

Read are tasks with `text` and `spans` (`start`, `end`, `label`), as `db-out` writes them and recipes take them. Who
answered is `_annotator_id`, else `_session_id`. An accepted task is marked and submitted; one without an answer is
marked. A rejected task is flagged and an ignored one skipped: nothing of them is marked, and their spans are kept and
come back. So do `relations`, `meta`, the hashes, `_timestamp` and whatever else a task has. A label of a whole text has
no place here and is kept too.

Written is a task for each annotator of a document, ready for `ner.manual`, `spans.manual` and `rel.manual`: a span for
each piece and label of a mention, with its tokens (`prodigy_tokens`). Work in progress has no answer. What Prodigy has
no place for goes along under `onrecord`, which Prodigy carries through as it does any other key. Where somebody else
answered the task than the one whom it was written for, the spans are theirs.

Offsets count code points; the words of the tokens show whether they do.
"""

import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from msgspec import structs

from ..schema.errors import BadInput
from ..schema.text import Span
from .annotated import Annotated, Aside
from .articles import Note, Refused
from .continuous import SIDE, Found, Native, Rejoining, Side, side_of, side_out
from .foreign import changed, kept, list_of, sheet_for, with_kept, without
from .formats import Format, Incoming, Outgoing, Record
from .held import documents_held
from .json_files import as_dict
from .json_records import Seen, first_keys, records, taken_in, write_records
from .json_text import Line
from .prodigy_task import NAME, NATIVE, SPAN, STATES, answer_of, task_of, task_out
from .prodigy_tokens import Tokens, are_ours, check_tokens, packed, unpacked
from .verified import Misplaced, Verifier

_OWN_KEYS = {"spans", "tokens", "answer", "_input_hash", "_task_hash", "_session_id", "_annotator_id", "_view_id"}
_OF_OTHERS = {"label", "labels", "entities", "data", "mentions", "events", "annotations", "@context"}
"""Keys of other formats' records, where a task has nothing but a text and `meta`."""


# ---------------------------------------------------------------------- in


def read_prodigy(file: Incoming) -> Iterator[Record]:
    """The document of each task with what is said about it."""
    seen = Seen()
    for line in records(file):
        if isinstance(line, Refused):
            yield line
        else:
            yield from taken_in(line, _task(line, file, seen))


def _task(line: Line, file: Incoming, seen: Seen) -> Generator[Record, None, Annotated | None]:
    value = line.value
    side = yield from _side(line, file)
    annotator = (side.annotator if side else _who(value)) or file.annotator
    answer = value.get("answer")
    if answer is not None and (not isinstance(answer, str) or answer not in STATES):
        raise BadInput(f"its answer {str(answer)[:40]!r} is none of accept, reject and ignore")
    if (number := value.get("_task_hash")) is not None:
        before = seen.before(line.place, number, annotator)
        if before:
            raise BadInput(f"the task {number!r} of {annotator} comes twice; it stands in {before} too")
    said = without(value, *NATIVE)
    sheet = yield from sheet_for(
        line.place, value.get("text"), file, as_dict(value.get("meta")), side.about if side else None
    )
    if sheet is None:
        return None
    verifier = Verifier(sheet.text)
    check_tokens(value.get("tokens") or [], verifier, sheet.text)
    found = yield from _spans(line, verifier)
    name = file.mapping.annotator(annotator)
    item = sheet.done()
    refused = answer in ("reject", "ignore")
    news = answer is not None and (side is None or answer != answer_of(item, name))
    if answer and news:
        sheet.submission(annotator, STATES[answer])
    if not (news and refused):
        rejoining = Rejoining(NAME, sheet, file.mapping, annotator, own=side is not None)
        yield from rejoining.take(side.mentions if side else (), found, new=not refused)
    if isinstance(value.get("label"), str) or value.get("accept"):
        yield Aside(line.place, "category", "a label of a whole text has no place here; it is kept for Prodigy")
    task = _kept_now(item, name, said, own=side is not None)
    if news and refused:
        task["spans"] = list_of(value.get("spans"))
    task |= _tokens_kept(item, task, value.get("tokens"), found)
    before_now = kept(item.document.extra, NAME)
    tasks = as_dict(before_now.get("tasks"))
    return with_kept(item, NAME, {**before_now, "tasks": {**tasks, name: task}} if task else before_now)


def _side(line: Line, file: Incoming) -> Generator[Note, None, Side | None]:
    """What went along with a task; where another annotator answered it, as that one's."""
    side, who = side_of(line.value.pop(SIDE, None)), _who(line.value)
    if side is None or not who or who in (side.annotator, side.signed):
        return side
    if file.mapping.annotator(who) == side.annotator:
        return side
    if side.annotator:
        yield Note(
            line.place, f"was written for {side.annotator} and answered by {who}, so it is taken as the work of {who}"
        )
    mentions = [structs.replace(each, annotator=who) for each in side.mentions]
    about = structs.replace(side.about, submissions=[])
    return structs.replace(side, annotator=who, mentions=mentions, about=about)


def _who(value: dict[str, Any]) -> str:
    names = (value.get(key) for key in ("_annotator_id", "_session_id"))
    return next((name for name in names if isinstance(name, str) and name), "")


def _spans(line: Line, verifier: Verifier) -> Generator[Refused | Aside | Note, None, dict[Native, Found]]:
    """The spans of a task, in order, each held against its words where it gives them."""
    given = line.value.get("spans")
    if given is not None and not isinstance(given, list):
        raise BadInput("its `spans` are no list")
    found: dict[Native, Found] = {}
    for number, each in enumerate(given or (), 1):
        place = f"{line.place}, span {number}"
        if not isinstance(each, dict) or not isinstance(label := each.get("label"), str) or not label:
            yield Refused(place, "is not a span with start, end and label")
            continue
        words = each.get("text")
        try:
            placed = verifier.placed(each.get("start"), each.get("end"), words if isinstance(words, str) else None)
        except Misplaced as error:
            yield Aside(place, "span", error.sentence)
            continue
        except BadInput as error:
            yield Refused(place, error.sentence)
            continue
        if placed.moved:
            yield Note(place, "a span did not stand on its words, and was moved to them")
        native = Native(placed.span.start, placed.span.end, label)
        if native in found:
            yield Aside(place, "span", "the same label stands twice on the same words, and was taken once")
            continue
        more = without(each, *SPAN)
        key = f"{native.start}:{native.end}:{native.label}"
        found[native] = Found(native, place, key, {"span": more} if more else {})
    return found


def _kept_now(item: Annotated, annotator: str, said: dict[str, Any], *, own: bool) -> dict[str, Any]:
    """What is kept of a task: what was known of it, and what the task says otherwise or more."""
    before = task_of(item, annotator)
    if not own:
        return {**before, "fields": said} if said else dict(before)
    written = without(task_out(item, annotator), *NATIVE)
    more = changed(said, written)
    fields = as_dict(before.get("fields")) or written
    return {**before, "fields": {**fields, **more}} if more else dict(before)


def _tokens_kept(item: Annotated, task: dict[str, Any], rows: Any, found: dict[Native, Found]) -> dict[str, Any]:
    """The tokens of a task as they are kept: nothing where they are those that would be written anyway."""
    spans = [Span(each.start, each.end) for each in found]
    if not rows:
        return {}
    known = unpacked(item.text, task.get("tokens"))
    if known is None:
        same = are_ours(rows, item.text, spans)
    else:
        same = packed(rows) == packed(Tokens(item.text, spans, known).rows)
    return {} if same else {"tokens": packed(rows)}


# ---------------------------------------------------------------------- out


def write_prodigy(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Write a task for each annotator of each document; the answer is how many documents there were."""
    number = 0

    def made() -> Iterator[dict[str, Any]]:
        nonlocal number
        for item in documents_held(connection):
            number += 1
            tasks = as_dict(kept(item.document.extra, NAME).get("tasks"))
            for annotator in sorted({*item.annotators(), *tasks}) or [""]:
                own = [uid for uid in item.mentions if uid.startswith(f"{annotator}/")]
                task = task_out(item, annotator)
                side = side_out(item, annotator, own, "code-points")
                yield {**task, SIDE: {**side, "signed": _who(task)}}

    write_records(out, made())
    return number


def _recognises(path: Path, head: bytes) -> bool:
    keys = first_keys(path, head)
    task = not keys.isdisjoint(_OWN_KEYS) and keys.isdisjoint(_OF_OTHERS - {"label"})
    return task or ({"text", "meta"} <= keys and keys.isdisjoint(_OF_OTHERS))


FORMAT = Format(
    name=NAME,
    about="Prodigy: a task a line, with spans, tokens, relations and an answer",
    endings=(".jsonl",),
    read=read_prodigy,
    recognises=_recognises,
    write=write_prodigy,
)
