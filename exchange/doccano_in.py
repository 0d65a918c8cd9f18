"""Reading doccano's examples: their spans, held against the text, and the relations between them."""

from collections.abc import Generator, Iterator
from typing import Any

from msgspec import Struct, structs

from ..schema.errors import BadInput
from .annotated import Annotated, Aside, Sheet
from .articles import Note, Refused
from .continuous import SIDE, Found, Native, Rejoining, Side, side_of
from .doccano_kept import NAME, NATIVE, SPANS, kept_now, relations_of
from .doccano_units import Given, unit_of
from .foreign import keep, kept, sheet_for, with_kept, without
from .formats import Incoming, Record
from .json_files import as_dict
from .json_records import Seen, records, taken_in
from .json_text import Line
from .verified import Misplaced, Unit, Verifier

_FORM = dict.fromkeys(SPANS, "[start, end, label]") | {"entities": "an object of start_offset, end_offset and label"}


class _Example(Struct):
    """An example on its way in: its spans, and which of them an entity's id means."""

    line: Line
    side: Side | None
    annotator: str
    found: dict[Native, Found]
    entities: dict[str, Native | None]


def read_doccano(file: Incoming) -> Iterator[Record]:
    """The document of each example with what is said about it."""
    seen = Seen()
    for line in records(file):
        if isinstance(line, Refused):
            yield line
        else:
            yield from taken_in(line, _example(line, file, seen))


def _example(line: Line, file: Incoming, seen: Seen) -> Generator[Record, None, Annotated | None]:
    side = side_of(line.value.pop(SIDE, None))
    annotator = (side.annotator if side else "") or file.annotator
    if (number := line.value.get("id")) is not None:
        before = seen.before(line.place, number, annotator)
        if before:
            raise BadInput(f"the id {number!r} comes twice; it stands in {before} too")
    said = {key: value for key, value in line.value.items() if key not in NATIVE}
    described = {**as_dict(said.get("meta")), **said}
    sheet = yield from sheet_for(line.place, line.value.get("text"), file, described, side.about if side else None)
    if sheet is None:
        return None
    example = _Example(line, side, annotator, {}, {})
    yield from _find_spans(example, (yield from _given(line, said)), sheet, file.unit)
    rejoining = Rejoining(NAME, sheet, file.mapping, annotator, own=side is not None)
    yield from rejoining.take(side.mentions if side else (), example.found)
    yield from _relate(example, sheet.done(), rejoining)
    item = sheet.done()
    now = kept_now(item, said, file.mapping.annotator(annotator), own=side is not None)
    return with_kept(item, NAME, now)


def _given(line: Line, said: dict[str, Any]) -> Generator[Refused | Aside, None, list[Given]]:
    """The spans of an example as they stand there; a list of categories is kept with what is `said` of the document."""
    key = next((key for key in SPANS if line.value.get(key) is not None), "label")
    listed = line.value.get(key) or []
    if not isinstance(listed, list):
        raise BadInput(f"its `{key}` is not a list of spans")
    if listed and all(isinstance(each, str) for each in listed):
        why = "categories of a whole document have no place here; they are kept for doccano"
        yield Aside(line.place, "category", why)
        said[key] = listed
        return []
    given = []
    for number, each in enumerate(listed, 1):
        place = f"{line.place}, span {number}"
        match each:
            case [start, end, str(label)] if label:
                given.append(Given(place, start, end, label))
            case {"start_offset": start, "end_offset": end, "label": str(label)} if label:
                quote = each.get("quote", each.get("text"))
                given.append(Given(place, start, end, label, _id_of(each), quote if isinstance(quote, str) else None))
            case _:
                yield Refused(place, f"is not {_FORM[key]}")
    return given


def _id_of(entity: dict[str, Any]) -> int | str | None:
    number = entity.get("id")
    return number if isinstance(number, int | str) else None


def _find_spans(
    example: _Example, given: list[Given], sheet: Sheet, said: Unit | None
) -> Iterator[Refused | Aside | Note]:
    """Fill in the spans of an example, each held against the text."""
    unit, notes = unit_of(sheet.text, given, example.side, said)
    yield from (Note(example.line.place, sentence) for sentence in notes)
    verifier = Verifier(sheet.text, unit)
    for span in given:
        if span.id is not None and str(span.id) in example.entities:
            yield Refused(span.place, f"the entity id {span.id!r} comes twice; ids must differ")
            continue
        native = yield from _placed(span, verifier, sheet.text, unit)
        if span.id is not None:
            example.entities[str(span.id)] = native
        if native is None:
            continue
        if native in example.found:
            yield Aside(span.place, "span", "the same label stands twice on the same words, and was taken once")
            continue
        key = f"entity {span.id}" if span.id is not None else f"{native.start}:{native.end}:{native.label}"
        more = {} if span.id is None else {"id": span.id}
        example.found[native] = Found(native, span.place, key, more)


def _placed(
    span: Given, verifier: Verifier, text: str, unit: Unit
) -> Generator[Refused | Aside | Note, None, Native | None]:
    try:
        placed = verifier.placed(span.start, span.end, span.quote)
    except Misplaced as error:
        yield Aside(span.place, "span", error.sentence)
        return None
    except BadInput as error:
        other = "utf-16" if unit == "code-points" else "code-points"
        hint = "" if max(text) < "\U00010000" else f"; if its offsets count otherwise, say --unit {other}"
        yield Refused(span.place, error.sentence + hint)
        return None
    if placed.moved:
        yield Note(span.place, "a span did not stand on its words, and was moved to them")
    return Native(placed.span.start, placed.span.end, span.label)


def _relate(example: _Example, item: Annotated, rejoining: Rejoining) -> Iterator[Refused | Aside]:
    """Keep the relations of an example with the mentions that they begin at."""
    if not isinstance(listed := example.line.value.get("relations"), list):
        return
    now: dict[str, list[dict[str, Any]]] = {}
    ids: set[str] = set()
    for number, relation in enumerate(listed, 1):
        place = f"{example.line.place}, relation {number}"
        problem = _problem(relation, example, ids)
        if problem:
            yield Refused(place, problem)
            continue
        pair = [example.entities[str(relation[end])] for end in ("from_id", "to_id")]
        ends = [rejoining.mention_of.get(native, "") for native in pair if native]
        if len(ends) < 2 or not all(ends):
            yield Aside(place, "relation", "one of its entities was left out, and so was it")
            continue
        now.setdefault(ends[0], []).append({**without(relation, "from_id", "to_id"), "to": ends[1]})
    for uid in item.mentions:
        _keep_relations(item, uid, now.get(uid, []))


def _problem(relation: object, example: _Example, ids: set[str]) -> str:
    """What is wrong with a relation, if anything is; its id is remembered."""
    match relation:
        case {"from_id": int() | str() as start, "to_id": int() | str() as end, "type": str()}:
            unknown = next((each for each in (start, end) if str(each) not in example.entities), None)
            if unknown is not None:
                return f"names the entity {unknown!r}, which is not there"
            number = as_dict(relation).get("id")
            if number is not None and str(number) in ids:
                return f"the relation id {number!r} comes twice; ids must differ"
            ids.add(str(number))
            return ""
    return "is not a relation with from_id, to_id and type"


def _keep_relations(item: Annotated, uid: str, found: list[dict[str, Any]]) -> None:
    """Keep a mention's relations; one that is known already stays as it is, though doccano may number it anew."""
    mention = item.mentions[uid]
    before = kept(mention.extra, NAME)
    known = {(str(each.get("to")), str(each.get("type"))): each for each in relations_of(mention)}
    now = [known.get((each["to"], each["type"]), each) for each in found]
    if now != relations_of(mention):
        extra = keep(mention.extra, NAME, {**without(before, "relations"), **({"relations": now} if now else {})})
        item.mentions[uid] = structs.replace(mention, extra=extra)
