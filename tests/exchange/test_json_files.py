"""JSON files of many tools: each is told by the keys of its first record, and by no other tool for its own."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange.formats import Incoming, named
from onrecord.exchange.json_files import fit_name, outline, whole
from onrecord.schema.errors import BadInput
from onrecord.schema.validity import check_name

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5))
OBJECTS = st.dictionaries(st.text("abc{}[],:\"\\ é", max_size=4), st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", max_size=2), inner, max_size=3),
    max_leaves=8,
), max_size=5)  # fmt: skip


@given(first=OBJECTS, rest=st.lists(OBJECTS, max_size=2), indent=st.sampled_from([None, 2]), listed=st.booleans())
def test_the_outline_has_the_keys_of_the_first_record(first: Any, rest: Any, indent: int | None, listed: bool) -> None:
    text = json.dumps([first, *rest] if listed else first, indent=indent)
    plain = [key for key, value in first.items() if not isinstance(value, dict | list)]
    found = outline(text.encode())
    assert set(plain) <= set(found)
    for cut in range(0, len(text), 7):
        assert set(outline(text[:cut].encode())) <= set(found) | {""}


OTHERS = {
    "doccano": [{"id": 1, "text": "a b", "label": [[0, 1, "x"]], "data": "x"}],
    "doccano relations": [{"id": 1, "text": "a b", "entities": [], "relations": [], "Comments": []}],
    "prodigy": [
        {"text": "a b", "spans": [], "_input_hash": 1, "_task_hash": 2, "answer": "accept", "meta": {"data": 1}}
    ],
    "labelbuddy": [{"text": "a b", "metadata": {"data": {"x": 1}}, "annotations": [{"start_char": 0, "end_char": 1}]}],
    "onrecord": [{"sha256": "0", "title": "a", "text": "a b", "mentions": []}],
    "Web Annotation": {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "data": {"text": "a"}},
}


@pytest.mark.parametrize("what", OTHERS)
def test_files_of_other_tools_are_not_taken_for_ours(what: str) -> None:
    head = json.dumps(OTHERS[what]).encode()
    assert not named("labelstudio").recognises(Path("x.json"), head)  # type: ignore[misc]
    assert named("webannotation").recognises(Path("x.json"), head) == (what == "Web Annotation")  # type: ignore[misc]


LONG = "x" * 100_000
OURS: dict[str, Any] = {
    "a task": [{"data": {"text": "a b"}}],
    "a task with its text first": [{"data": {"text": LONG}, "annotations": []}],
    "annotations first": [
        {"id": 1, "annotations": [{"id": 2, "result": [{"value": {"text": LONG}}]}], "data": {"t": LONG}}
    ],
    "an old export": [{"id": 1, "completions": [{"result": []}], "data": {}}],
    "JSON-MIN": [{"annotation_id": 1, "annotator": 2, "text": LONG, "label": [{"start": 0}]}],
}


@pytest.mark.parametrize("what", OURS)
def test_files_of_label_studio_are_by_what_can_be_seen_of_them(what: str) -> None:
    head = json.dumps(OURS[what]).encode()[: 64 * 1024]
    assert named("labelstudio").recognises(Path("x.json"), head)  # type: ignore[misc]
    assert not named("webannotation").recognises(Path("x.json"), head)  # type: ignore[misc]


def test_a_file_beyond_the_limit_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.exchange.json_files.MAX_ARRAY", 2**20)
    (tmp_path / "x.json").write_bytes(b"[" + b" " * 2**20 + b"]")
    with pytest.raises(BadInput, match="more than 1 MB"):
        whole(Incoming(path=tmp_path / "x.json", place="x.json", annotator="me"))


@given(st.text(max_size=200))
def test_any_name_fits(name: str) -> None:
    made = fit_name(name)
    if made:
        check_name(made.replace("/", "-"))
