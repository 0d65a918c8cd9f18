"""Which format a JSON file is of: each of ours and of other tools is taken by one reader, whatever stands first in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from onrecord.exchange.annotated import Annotated, Sheet
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import HEAD, formats, recognise
from onrecord.exchange.json_records import first_keys
from onrecord.schema.errors import BadInput
from onrecord.schema.events import Document
from onrecord.schema.text import Span
from projects import project_of

JSON = [name for name, form in formats().items() if form.read and {".json", ".jsonl", ".jsonld"} & {*form.endings}]
LONG = "The mill will close. " * 8000

SAMPLES: dict[str, tuple[str, list[Any]]] = {
    "own lines by mentions": ("jsonl", [{"text": "a b", "mentions": []}]),
    "own lines by events": ("jsonl", [{"events": [], "texts": {}}]),
    "doccano spans": ("doccano", [{"id": 1, "text": "a b", "label": [[0, 1, "X"]], "Comments": []}]),
    "doccano's older spans": ("doccano", [{"text": "a b", "labels": [[0, 1, "X"]], "meta": {}}]),
    "doccano relations": ("doccano", [{"text": "a b", "entities": [], "relations": []}]),
    "doccano without text": ("doccano", [{"label": [[0, 1, "X"]], "meta": {"a": 1}}]),
    "doccano with a long text": ("doccano", [{"text": LONG, "label": []}]),
    "doccano with another's words in its text": ("doccano", [{"text": '"spans": [], {"mentions": 1}', "label": []}]),
    "prodigy task": ("prodigy", [{"text": "a b", "spans": [], "answer": "accept", "_task_hash": 1}]),
    "prodigy source": ("prodigy", [{"text": "a b", "meta": {"source": "wire"}}]),
    "prodigy category": ("prodigy", [{"text": "a b", "label": "X", "answer": "reject"}]),
    "prodigy with a long text": ("prodigy", [{"text": LONG, "tokens": []}]),
    "labelbuddy text": ("labelbuddy", [{"text": "a b"}]),
    "labelbuddy document": ("labelbuddy", [{"text": "a b", "metadata": {"label": 1}, "annotations": []}]),
    "labelbuddy annotations": ("labelbuddy", [{"utf8_text_md5_checksum": "0" * 32, "annotations": []}]),
    "labelbuddy labels": ("labelbuddy", [{"name": "X", "color": "#aabbcc", "shortcut_key": "x"}]),
    "Label Studio tasks": (
        "labelstudio",
        [{"id": 1, "data": {"text": "a b"}, "annotations": [{"id": 2, "result": [], "completed_by": 1}], "meta": {}}],
    ),
    "Label Studio's small export": (
        "labelstudio",
        [{"id": 1, "text": "a b", "label": [{"start": 0, "end": 1, "text": "a", "labels": ["X"]}], "annotator": 1,
          "annotation_id": 3, "created_at": "2026-01-01", "updated_at": "2026-01-01", "lead_time": 1.5}],
    ),
    "a web annotation": (
        "webannotation",
        [{"@context": "http://www.w3.org/ns/anno.jsonld", "id": "urn:a:1", "type": "Annotation", "body": {},
          "target": {"source": "https://a.example/1", "selector": {"type": "TextQuoteSelector", "exact": "a"}}}],
    ),
}  # fmt: skip
LINES = {"jsonl", "doccano", "prodigy", "labelbuddy"}
ARRAYS = {"doccano", "labelbuddy", "labelstudio"}


def story() -> Annotated:
    """A document with a mark on it."""
    sheet = Sheet("made", "The mill will close, two managers said.", Document(title="The mill"))
    sheet.mark(sheet.mention("ana", "1", [Span(0, 19)]), "anonymous")
    return sheet.done()


def takers(path: Path) -> list[str]:
    """The readers that hold a file for theirs, whatever its ending is."""
    head = path.read_bytes()[:HEAD]
    found = []
    for name in JSON:
        recognises = formats()[name].recognises
        assert recognises, f"{name} shares its ending, so it must say what it recognises"
        if recognises(path, head):
            found.append(name)
    return found


@pytest.mark.parametrize("what", SAMPLES)
def test_a_record_of_any_tool_is_taken_by_one_reader(what: str, tmp_path: Path) -> None:
    name, records = SAMPLES[what]
    lines, array, single = tmp_path / "a.jsonl", tmp_path / "b.json", tmp_path / "c.json"
    lines.write_text("\n".join(map(json.dumps, records)), "utf-8")
    array.write_text(json.dumps(records, indent=1), "utf-8")
    single.write_text(json.dumps(records[0]), "utf-8")
    chosen = [path for path, names in ((lines, LINES), (array, ARRAYS)) if name in names] or [single]
    for path in chosen:
        assert takers(path) == [name]
        if path.suffix in formats()[name].endings:
            assert recognise(path).name == name


@pytest.mark.parametrize("name", [name for name in JSON if formats()[name].write])
def test_what_is_written_is_recognised_when_it_comes_back(name: str, tmp_path: Path) -> None:
    form = formats()[name]
    out = tmp_path / ("out" if form.folder else f"out{form.endings[0]}")
    with project_of([story()]) as ledger:
        export(ledger.connection, out, name=name)
    files = [path for path in sorted(out.rglob("*")) if path.suffix in form.endings] if form.folder else [out]
    assert files
    for path in files:
        assert takers(path) == [name]
        assert recognise(path).name == name


@pytest.mark.parametrize(
    "content", ["", "[]", "[7]", "7", "null", "{}", "[{}]", '{"a": 1}', "{", "[{", '{"te', '"text"', "\ufeff"]
)
def test_what_is_no_tool_s_is_taken_by_none(content: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, "utf-8")
    with pytest.raises(BadInput, match="is none"):
        recognise(path)


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ('{"a": {"b": [1, {"c": 2}]}, "d": "}"}', {"a", "d"}),
        ('\ufeff \n[ {"a\\u0062": 1} , {"c": 2}]', {"ab"}),
        ('{"a": "\\"b\\": {", "c": 1}\n{"d": 1}', {"a", "c"}),
        ('[[{"a": 1}]]', set()),
    ],
)
def test_the_keys_of_the_first_record_are_those_of_its_own_level(content: str, keys: set[str], tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, "utf-8")
    assert first_keys(path, path.read_bytes()[:HEAD]) == keys


@pytest.mark.parametrize(
    ("name", "why"),
    [("a.conll", "conll is written, not read"), ("a.txt", "onrecord add"), ("a.xyz", "no ending that says what it is")],
)
def test_a_file_that_no_reader_takes_is_refused_with_what_is_true_of_it(name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("word\tO\n", "utf-8")
    with pytest.raises(BadInput, match=why):
        recognise(tmp_path / name)


def test_every_outside_file_is_taken_by_one_reader(data: Path) -> None:
    expected = {"doccano": "doccano", "labelbuddy": "labelbuddy"}
    for folder, name in expected.items():
        for path in sorted((data / "interop" / folder).rglob("*.json*")):
            assert takers(path) == [name], path.name
