"""Label Studio: what it exports comes in with its words, or is refused in a sentence that is true of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from onrecord.exchange.annotated import Aside, of_extra
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.formats import named, recognise
from onrecord.exchange.mapping import Mapping
from onrecord.schema.events import Document
from projects import bring, held, project_of
from studio_tasks import TEXT, only, quotes, records, refusals, region, task, units


def test_a_region_with_labels_is_a_mention_of_its_annotator() -> None:
    item = only(records([task(region("gate", "Claim", "denied", meta={"text": ["odd", "very"]}))]))
    ((uid, mention),) = item.mentions.items()
    assert uid.startswith("ana@a.example/")
    assert (quotes(item), mention.note) == ([["gate"]], "odd\nvery")
    assert {mark.label for mark in item.marks.values()} == {"Claim", "denied"}
    assert [each.state for each in item.submissions.values()] == ["submitted"]


@pytest.mark.parametrize(
    ("by", "name"),
    [
        (4, "4"), ("bo", "bo"), ({"id": 4}, "4"), ({"id": 4, "first_name": "Bo", "last_name": "K."}, "Bo K."),
        (None, "me"), ({}, "me"), ("a/b", "a-b"), ("\x07bell", "bell"),
    ],
)  # fmt: skip
def test_who_it_was(by: object, name: str) -> None:
    assert only(records([task(region("gate", "x"), completed_by=by)])).annotators() == [name]


def test_an_annotator_and_a_label_can_be_mapped() -> None:
    mapping = Mapping(annotators={"4": "bo"}, labels={"Deny": "denied/flat_denial", "Other": "-"})
    item = only(records([task(region("gate", "Deny", "Other"), completed_by=4)], mapping))
    (mark,) = item.marks.values()
    assert (item.annotators(), mark.label, mark.kind) == (["bo"], "denied", "flat_denial")


def test_skipped_is_skipped_and_nothing_found_is_a_value() -> None:
    states = {}
    for cancelled in (True, False):
        item = only(records([task(was_cancelled=cancelled)]))
        states[cancelled] = [each.state for each in item.submissions.values()]
    assert states == {True: ["skipped"], False: ["submitted"]}


def test_predictions_are_kept_apart_under_the_name_of_their_model() -> None:
    one = task(region("gate", "x"))
    one["predictions"] = [{"model_version": "m-2", "score": 0.5, "result": [region("Orrin", "x")]}, {"result": []}]
    item = only(records([one]))
    assert item.annotators() == ["ana@a.example", "m-2"]
    assert len(item.submissions) == 1


@pytest.mark.parametrize("unit", ["utf-16", "code-points"])
def test_the_unit_is_the_one_at_which_the_words_stand(unit: str) -> None:
    one = region("Orrin", "x")
    if unit == "code-points":
        one["value"] |= {"start": TEXT.index("Orrin"), "end": TEXT.index("Orrin") + 5}
    found = records([task(one, region("gate", "y", number="r2") if unit == "utf-16" else one | {"id": "r2"})])
    assert ["Orrin"] in quotes(only(found))
    notes = [each.sentence for each in found if isinstance(each, Note)]
    assert ["code points" in sentence for sentence in notes] == ([True] if unit == "code-points" else [])


def test_a_stated_unit_is_believed() -> None:
    one = region("gate", "x")
    one["value"] |= {"start": TEXT.index("gate"), "end": TEXT.index("gate") + 4, "text": None}
    assert quotes(only(records([task(one)], unit="code-points"))) == [["gate"]]


def test_white_space_that_a_browser_folded_is_no_other_text() -> None:
    one = region("said Orrin  twice", "x")
    one["value"]["text"] = "said Orrin twice"
    two = region("stopped.\r\n“It", "x", number="r2")
    two["value"]["text"] = "stopped.\\n“It"
    found = quotes(only(records([task(one, two)])))
    assert sorted(found) == [["said Orrin  twice"], ["stopped.\r\n“It"]]


@pytest.mark.parametrize(
    ("value", "kind", "why"),
    [
        ({"start": 4000, "end": 4004}, Refused, "outside"),
        ({"start": 9, "end": 4}, Refused, "inverted"),
        ({"start": 4, "end": 4}, Refused, "empty"),
        ({"start": 1, "end": 4}, Refused, "inside a character"),
        ({"start": -1, "end": 4}, Refused, "whole numbers"),
        ({"start": 1.5, "end": 4}, Refused, "whole numbers"),
        ({"start": None, "end": 4}, Refused, "whole numbers"),
        ({"start": 3, "end": 7, "text": "tower"}, Aside, "nowhere near"),
        ({"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 1}, Aside, "HyperText"),
        (
            {"start": "/p[1]", "end": "/p[1]", "text": "gate", "globalOffsets": {"start": 1, "end": 5}},
            Aside,
            "HyperText",
        ),
        ({"start": "/p[1]", "end": "/p[1]", "text": "gate", "globalOffsets": {"start": 7, "end": 11}}, None, ""),
        ({"start": "7", "end": "11", "text": "gate"}, None, ""),
        ({"start": 3, "end": 7, "labels": "x y"}, None, ""),
        ({"start": 3, "end": 7, "labels": [1]}, Refused, "names"),
    ],
)
def test_what_is_wrong_with_a_region(value: dict[str, Any], kind: type | None, why: str) -> None:
    bad = region("gate", "x", number="bad")
    bad["value"] = {"labels": ["x"], **value}
    found = records([task(bad, region("Orrin", "y", number="good"))], unit="utf-16")
    said = [each for each in found if isinstance(each, Refused | Aside)]
    assert [type(each) for each in said] == ([kind] if kind else [])
    assert all(why in (each.reason if isinstance(each, Aside) else each.sentence) for each in said)
    assert ["Orrin"] in quotes(only(found))
    assert len(only(found).mentions) == (1 if kind else 2)


def test_an_id_twice_a_task_without_data_and_one_without_text_are_refused() -> None:
    assert "comes twice" in refusals(records([task(region("gate", "x"), region("Orrin", "y"))]))[0]
    assert "no `data`" in refusals(records([{"id": 1, "annotations": []}]))[0]
    assert "no text" in refusals(records([{"id": 1, "data": {"image": 5}, "annotations": []}]))[0]
    assert "no text" in refusals(records([{"id": 1, "data": {"file": "a.mp3", "n": [1]}, "annotations": []}]))[0]
    assert "address" in refusals(records([{"data": {"image": "https://a.example/x.png"}, "annotations": []}]))[0]
    assert "address" in refusals(records([task(text="https://a.example/gate.txt")]))[0]
    assert "half a character" in refusals(records([task(text="a \ud800 b")]))[0]
    assert "in full" in refusals(records([{"data": {"text": "a b"}, "annotations": [5]}]))[0]


def test_the_text_is_the_one_that_the_regions_are_of() -> None:
    one = task(region("gate", "x"))
    one["data"] = {"id": "a-very-long-name-that-is-no-text" * 9, "body": TEXT, "title": "Gate", "date": "2026-03-03"}
    item = only(records([one]))
    assert (item.text, item.document.title, item.document.published_at) == (TEXT, "Gate", "2026-03-03")


def test_a_text_by_address_is_one_that_the_project_has() -> None:
    one = task(region("gate", "x"), text="https://a.example/gate.txt")
    found = records([one], find={"https://a.example/gate.txt": (TEXT, Document(title="Gate"))}.get)
    assert (only(found).text, quotes(only(found))) == (TEXT, [["gate"]])


def test_old_exports_and_old_pages_are_read_too() -> None:
    one = task(region("gate", "x"))
    one["completions"] = one.pop("annotations")
    value = one["completions"][0]["result"][0]["value"]
    one["completions"][0]["result"][0]["type"] = "hypertextlabels"
    value["htmllabels"] = value.pop("labels")
    item = only(records([one]))
    assert (quotes(item), [mark.label for mark in item.marks.values()]) == ([["gate"]], ["x"])
    assert named("labelstudio").recognises(Path("x.json"), json.dumps([one]).encode())  # type: ignore[misc]


def test_what_label_studio_stores_apart_is_a_task_too(tmp_path: Path) -> None:
    whole = task(region("gate", "x"))
    (annotation,) = whole.pop("annotations")
    value = {**annotation, "task": whole}
    (tmp_path / "11").write_text(json.dumps(value, indent=2))
    (tmp_path / "x.json").write_text(json.dumps(value, indent=2))
    assert recognise(tmp_path / "x.json").name == "labelstudio"
    with project_of([]) as ledger:
        bring(ledger, tmp_path / "x.json")
        bring(ledger, tmp_path / "11", "labelstudio")
        (item,) = held(ledger)
    assert quotes(item) == [["gate"]]


def test_a_place_is_one_line_whatever_the_ids() -> None:
    one = task(region("gate", "x", number="a\nb\x1b[2J"), id="c\r\nd" * 400, completed_by=5)
    one["id"] = {"a": 1}
    one["annotations"][0]["result"][0]["value"]["start"] = -1
    (said,) = [each for each in records([one]) if isinstance(each, Refused)]
    assert said.place.isprintable()
    assert len(said.place) < 250


def test_json_min_is_read_too() -> None:
    row = {
        "id": 7, "text": TEXT, "annotator": 4, "annotation_id": 11, "lead_time": 3.5, "created_at": "2026-03-03T06:30:00Z",
        "ner": [{**units("gate"), "labels": ["denied"]}, {**units("Orrin"), "labels": ["x"]}],
    }  # fmt: skip
    item = only(records([row]))
    assert sorted(quotes(item)) == [["Orrin"], ["gate"]]
    assert item.annotators() == ["4"]
    (kept,) = of_extra(item.document.extra, "labelstudio")["annotations"].values()
    assert kept["lead_time"] == 3.5
