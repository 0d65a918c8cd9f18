"""Label Studio: what goes out it can show, and what it gives back is taken over."""

import json
import tempfile
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange.annotated import Annotated, Aside, Sheet
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import recognise
from onrecord.schema.events import Document, Source
from onrecord.schema.text import Span
from projects import LABELS, bring, held, project_of, projects
from studio_tasks import TEXT, only, records, region, task, units


def written(items: list[Annotated], folder: Path) -> tuple[list[dict[str, Any]], Element]:
    """The tasks and the interface of a project."""
    with project_of(items) as ledger:
        export(ledger.connection, folder / "out", name="labelstudio")
    config = fromstring((folder / "out" / "config.xml").read_text("utf-8"))
    return json.loads((folder / "out" / "tasks.json").read_text("utf-8")), config


NATIVE: list[dict[str, Any]] = [
    {
        "id": 7, "file_upload": "x.json", "meta": {"batch": 2}, "inner_id": 1,
        "data": {"text": TEXT, "title": "Gate", "shelf": [1, {"a": None}]},
        "annotations": [
            {
                "id": 11, "completed_by": 4, "lead_time": 8.25, "was_cancelled": False, "ground_truth": True,
                "created_at": "2026-03-03T06:30:00.123456Z", "unique_id": "u-1",
                "result": [
                    region("gate", "Odd one", "denied", origin="manual", score=0.5, meta={"text": ["odd"], "k": 1}),
                    {"id": "r1", "from_name": "sure", "to_name": "txt", "type": "choices",
                     "value": {**units("gate"), "choices": ["very"]}},
                    region("Orrin", "Who", number="r2"),
                    {"type": "relation", "from_id": "r1", "to_id": "r2", "direction": "right", "labels": ["by"]},
                    {"id": "c", "from_name": "tone", "to_name": "txt", "type": "choices", "value": {"choices": ["calm"]}},
                ],
            },
            {"id": 12, "completed_by": {"id": 3, "email": "bo@a.example"}, "was_cancelled": True, "lead_time": 1.5,
             "ground_truth": False, "result": []},
        ],
        "predictions": [{"id": 5, "model_version": "m-2", "score": 0.25, "result": [region("Orrin", "Who")]}],
    }
]  # fmt: skip


def without_ours(value: Any) -> Any:
    """A task without what onrecord adds to it."""
    if isinstance(value, dict):
        made = {key: without_ours(each) for key, each in value.items() if key != "onrecord"}
        return {key: each for key, each in made.items() if not (key == "meta" and each == {})}
    return [without_ours(each) for each in value] if isinstance(value, list) else value


def test_an_export_of_label_studio_comes_back_as_it_was(tmp_path: Path) -> None:
    found = records(NATIVE)
    assert sorted(each.kind for each in found if isinstance(each, Aside)) == ["choices", "relation"]
    (again,), _ = written([only(found)], tmp_path)
    (before,) = NATIVE
    again = without_ours(again)
    for key in ("id", "file_upload", "meta", "inner_id", "data", "predictions"):
        assert again[key] == before[key], key
    for one, two in zip(again["annotations"], before["annotations"], strict=True):
        assert {**one, "result": 0} == {**two, "result": 0}
        order = [json.dumps(each, sort_keys=True) for each in one["result"]]
        assert sorted(order) == sorted(json.dumps(each, sort_keys=True) for each in two["result"])


def shown(config: Element) -> tuple[set[str], set[str], set[str]]:
    """The controls, the texts and the labels of an interface."""
    controls = {each.attrib["name"] for each in config.iter() if "toName" in each.attrib}
    texts = {each.attrib["name"] for each in config.iter("Text")}
    return controls, texts, {each.attrib["value"] for each in config.iter("Label")}


def assert_shows(tasks: list[dict[str, Any]], config: Element) -> None:
    """Everything that Label Studio needs to show the tasks is in the interface, and every region has its words."""
    controls, texts, labels = shown(config)
    assert {each.attrib["toName"] for each in config.iter() if "toName" in each.attrib} <= texts
    hotkeys = [each.attrib["hotkey"] for each in config.iter("Label") if "hotkey" in each.attrib]
    assert len(hotkeys) == len(set(hotkeys))
    (key,) = {each.attrib["value"].removeprefix("$") for each in config.iter("Text")}
    for one in tasks:
        text = one["data"][key].encode("utf-16-le")
        for annotation in one["annotations"]:
            ids = {item["id"] for item in annotation["result"] if item["type"] == "labels"}
            assert isinstance(annotation["completed_by"], int)
            for item in annotation["result"]:
                if item["type"] == "relation":
                    assert {item["from_id"], item["to_id"]} <= ids
                    continue
                assert (item["from_name"] in controls, item["to_name"] in texts) == (True, True)
                value = item["value"]
                if item["type"] == "labels":
                    assert text[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]
                    assert value["labels"]
                    assert set(value["labels"]) <= labels


@pytest.mark.slow
@examples(25)
@given(items=projects())
def test_label_studio_can_show_all_that_is_written(items: list[Annotated]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tasks, config = written(items, Path(folder))
        assert_shows(tasks, config)
        assert set(LABELS) <= shown(config)[2]
        assert recognise(Path(folder) / "out" / "tasks.json").name == "labelstudio"
        names = sorted({name for item in items for name in item.annotators()})
        numbers = {each["onrecord"]["annotator"]: each["completed_by"] for one in tasks for each in one["annotations"]}
        assert [name for name in names if name in numbers] == sorted(numbers, key=lambda name: numbers[name])


def test_names_of_other_projects_stand_in_the_interface(tmp_path: Path) -> None:
    one = task(region("gate", 'A "<label>" & more'))
    one["data"] = {"content": TEXT}
    tasks, config = written([only(records([one]))], tmp_path)
    assert shown(config)[1] >= {"txt"}
    assert 'A "<label>" & more' in shown(config)[2]
    assert config.find("Text").attrib["value"] == "$content"  # type: ignore[union-attr]
    assert tasks[0]["data"]["content"] == TEXT


def as_label_studio_keeps(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tasks as Label Studio gives them back: with ids and users of its own, and only the keys that it knows."""
    for number, one in enumerate(tasks, 1):
        one["id"] = number
        for index, annotation in enumerate(one["annotations"]):
            kept = ("result", "was_cancelled", "ground_truth")
            changed = {key: annotation[key] for key in kept} | {"id": 100 * number + index, "lead_time": 2.0}
            one["annotations"][index] = changed | {"completed_by": {"id": 1, "email": "admin@a.example"}}
    return tasks


@pytest.mark.slow
@examples(20)
@given(items=projects())
def test_what_label_studio_gives_back_is_whose_it_was(items: list[Annotated]) -> None:
    with tempfile.TemporaryDirectory() as folder, project_of([]) as other:
        tasks, _ = written(items, Path(folder))
        path = Path(folder) / "back.json"
        path.write_text(json.dumps(as_label_studio_keeps(tasks)), "utf-8")
        bring(other, path, "labelstudio")
        now = {item.sha256: item for item in held(other)}
        for item in items:
            assert now[item.sha256].mentions == item.mentions
            assert now[item.sha256].marks == item.marks


def test_what_was_changed_in_label_studio_is_taken_over(tmp_path: Path) -> None:
    sheet = Sheet("made", TEXT, Document(title="Gate"))
    moved = sheet.mention("ana", "1", [Span(6, 10), Span(11, 18)], claim=sheet.claim("It stopped"))
    said = sheet.link(
        sheet.source("the ministry", kind="institution"),
        identified="bare",
        cue=[Span(TEXT.index("said"), TEXT.index(" Orrin"))],
    )
    sheet.mark(moved, "denied", kind="flat_denial", chain=(said,))
    bare = sheet.mention("ana", "2", [Span(0, 1)])
    with project_of([sheet.done()]) as ledger:
        export(ledger.connection, tmp_path / "out", name="labelstudio")
        (one,) = as_label_studio_keeps(json.loads((tmp_path / "out" / "tasks.json").read_text("utf-8")))
        result = one["annotations"][0]["result"]
        first = next(item for item in result if item["value"]["text"] == "gate")
        first["value"] |= {**units("The gate"), "labels": ["denied", "anonymous"]}
        claim = next(item for item in result if item.get("from_name") == "claim")
        claim["value"]["text"] = ["It stopped short"]
        who = next(item for item in result if item.get("from_name") == "who")
        assert who["value"]["text"] == ["denied: the ministry"]
        who["value"]["text"] = ["denied: the harbour ", "anonymous: an official"]
        result.append({**region("Orrin", "sourced", number="new"), "from_name": "label", "to_name": "text"})
        for name, line in (("claim", "Orrin said it closed"), ("who", "sourced: Lisbet Orrin")):
            value = {**units("Orrin"), "text": [line]}
            result.append({"id": "new", "from_name": name, "to_name": "text", "type": "textarea", "value": value})
        (tmp_path / "back.json").write_text(json.dumps([one]), "utf-8")
        bring(ledger, tmp_path / "back.json", update=True)
        (item,) = held(ledger)
    assert [piece.quote for piece in item.mentions[moved].spans] == ["The gate", "stopped"]
    assert item.claims[item.mentions[moved].claim or ""].text == "It stopped short"
    assert {mark.label for mark in item.marks_of(moved)} == {"denied", "anonymous"}
    assert item.marks[f"{moved}/denied"].kind == "flat_denial"
    assert item.marks_of(bare) == []
    (denies,), (says,) = item.marks[f"{moved}/denied"].chain, item.marks[f"{moved}/anonymous"].chain
    assert (denies.identified, [piece.quote for piece in denies.cue]) == ("bare", ["said"])
    assert item.sources[denies.source or ""].name == "the harbour"
    assert item.sources[says.source or ""] == Source(name="an official", document=item.sha256)
    (new,) = [uid for uid in item.mentions if uid.startswith("admin@a.example/")]
    (mark,) = item.marks_of(new)
    assert item.sources[mark.chain[0].source or ""].name == "Lisbet Orrin"
    assert item.claims[item.mentions[new].claim or ""].text == "Orrin said it closed"


@st.composite
def foreign(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tasks of Label Studio with several annotations, of one person or many, predictions, relations and choices."""
    tasks = []
    for number in range(draw(st.integers(1, 2))):
        one: dict[str, Any] = {
            "id": number,
            "data": {"text": f"{TEXT} {number}", "shelf": draw(st.sampled_from([None, [1]]))},
        }
        for group, by in (("annotations", "completed_by"), ("predictions", "model_version")):
            made: list[dict[str, Any]] = []
            for index in range(draw(st.integers(0, 3))):
                who = draw(
                    st.sampled_from([1, "ana", {"id": 2, "email": "bo@a.example"}] if by[0] == "c" else ["m", "1"])
                )
                result = [
                    region(draw(st.sampled_from(["gate", "Orrin", "🌊"])), *draw(LABEL_SETS), number=f"r{each}")
                    for each in range(draw(st.integers(0, 3)))
                ]
                if len(result) > 1:
                    result.append({"type": "relation", "from_id": "r0", "to_id": "r1", "labels": ["by"]})
                made.append({"id": 10 * number + index, by: who, "result": result, "lead_time": 1.5})
                made[-1]["was_cancelled"] = draw(st.booleans())
            one[group] = made
        tasks.append(one)
    return tasks


def in_order(item: dict[str, Any]) -> str:
    return json.dumps(item, sort_keys=True)


LABEL_SETS = st.lists(st.sampled_from(["denied", "x", "A & B"]), unique=True, min_size=1).map(sorted)


@pytest.mark.slow
@examples(40)
@given(tasks=foreign())
def test_theirs_goes_through_a_project_as_it_was(tasks: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name, project_of([]) as one, project_of([]) as other:
        folder = Path(name)
        (folder / "in.json").write_text(json.dumps(tasks), "utf-8")
        bring(one, folder / "in.json", "labelstudio")
        assert not sum(bring(one, folder / "in.json", "labelstudio").came.values())
        export(one.connection, folder / "out", name="labelstudio")
        bring(other, folder / "out", "labelstudio")
        assert held(other) == held(one)
        again = without_ours(json.loads((folder / "out" / "tasks.json").read_text("utf-8")))
        again.sort(key=lambda task: int(task["id"]))
        for before, after in zip(tasks, again, strict=True):
            assert before["data"] == after["data"]
            for group in ("annotations", "predictions"):
                for old, new in zip(before[group], after[group], strict=True):
                    assert {key: new[key] for key in old if key != "result"} == {
                        key: value for key, value in old.items() if key != "result"
                    }
                    assert sorted(map(in_order, old["result"])) == sorted(map(in_order, new["result"]))
