"""labelbuddy: offsets in both units, checksums, labels alone, and texts that the project has already."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from onrecord.exchange.annotated import Annotated, Codes
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from project_state import project
from projects import bring, held, records_of

TEXT = "🌊 The dam held, the mayor said.\n"
MAYOR = {"start_char": 16, "end_char": 25, "start_byte": 19, "end_byte": 28, "label_name": "Person"}


def save(folder: Path, value: Any, name: str = "in.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(value), "utf-8")
    return path


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def refused(found: list[Any]) -> list[str]:
    return [each.sentence for each in found if isinstance(each, Refused)]


def out(ledger: Ledger, folder: Path, name: str = "out.json") -> list[dict[str, Any]]:
    export(ledger.connection, folder / name, name="labelbuddy", force=True)
    made: list[dict[str, Any]] = json.loads((folder / name).read_bytes())
    return made


def in_order(record: Any) -> str:
    return str(record["text"])


def test_what_labelbuddy_exported_goes_back_to_it_as_it_came(tmp_path: Path) -> None:
    documents = [
        {"text": TEXT, "utf8_text_md5_checksum": md5(TEXT), "display_title": "Dam", "list_title": "A dam",
         "metadata": {"id": "d-1", "desk": {"name": "city"}},
         "annotations": [{**MAYOR, "extra_data": "which one?"}]},
        {"text": "b", "utf8_text_md5_checksum": md5("b"), "metadata": {}, "annotations": []},
    ]  # fmt: skip
    with project("ana") as ledger:
        bring(ledger, save(tmp_path, documents))
        (mark,) = [mark for item in held(ledger) for mark in item.marks.values()]
        assert (mark.label, json.loads(mark.extra)["labelbuddy"]) == ("Person", {"extra_data": "which one?"})
        back = out(ledger, tmp_path)
        assert not sum(bring(ledger, save(tmp_path, back)).came.values())
    for record in back:
        del record["metadata"]["onrecord"]
    assert sorted(back, key=in_order) == sorted(documents, key=in_order)


def test_an_export_gives_both_units_and_the_checksum_of_its_text(tmp_path: Path) -> None:
    with project("ana") as ledger:
        with ledger.act() as act:
            acts.add_document(act, TEXT)
        bring(ledger, save(tmp_path, [{"utf8_text_md5_checksum": md5(TEXT), "annotations": [MAYOR]}]))
        (record,) = out(ledger, tmp_path)
    assert record["utf8_text_md5_checksum"] == md5(TEXT)
    assert record["annotations"] == [MAYOR]
    assert TEXT.encode()[19:28].decode() == TEXT[16:25] == "the mayor"


@pytest.mark.parametrize("name", ["out.json", "out.jsonl"])
def test_an_empty_project_makes_a_file_that_can_be_read(name: str, tmp_path: Path) -> None:
    with project("ana") as ledger:
        export(ledger.connection, tmp_path / name, name="labelbuddy")
    assert not refused(records_of(tmp_path / name, "labelbuddy"))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"start_byte": 18}, "do not mean the same words"),
        ({"start_byte": 1}, "inside a character"),
        ({"end_byte": 99}, "outside the text"),
        ({"end_char": 99, "end_byte": 99}, "outside the text"),
        ({"start_char": None}, "not two whole numbers"),
        ({"label_name": ""}, "without a label_name"),
    ],
)
def test_offsets_that_disagree_are_refused(changed: dict[str, Any], why: str, tmp_path: Path) -> None:
    found = records_of(save(tmp_path, [{"text": TEXT, "annotations": [{**MAYOR, **changed}]}]), "labelbuddy")
    assert len(refused(found)) == 1
    assert why.removeprefix("without ") in refused(found)[0]


@pytest.mark.parametrize("given", [("start_char", "end_char"), ("start_byte", "end_byte")])
def test_either_unit_alone_is_enough(given: tuple[str, str], tmp_path: Path) -> None:
    annotation = {key: MAYOR[key] for key in (*given, "label_name")}
    found = records_of(save(tmp_path, [{"text": TEXT, "annotations": [annotation]}]), "labelbuddy")
    (item,) = [each for each in found if isinstance(each, Annotated)]
    assert [mention.spans[0].quote for mention in item.mentions.values()] == ["the mayor"]


def test_a_text_that_is_not_the_one_of_the_checksum_is_refused(tmp_path: Path) -> None:
    found = records_of(save(tmp_path, [{"text": TEXT, "utf8_text_md5_checksum": md5("x")}]), "labelbuddy")
    assert "not the one that was annotated" in refused(found)[0]


def test_a_text_that_comes_twice_is_refused(tmp_path: Path) -> None:
    (sentence,) = refused(records_of(save(tmp_path, [{"text": TEXT}, {"text": TEXT}]), "labelbuddy"))
    assert sentence == "the same text comes twice; it stands in in.json:1 too"


def test_without_text_the_project_s_document_is_meant_or_the_truth_is_said(tmp_path: Path) -> None:
    by_title = [{"display_title": "Dam", "annotations": [MAYOR]}]
    wrong = [{"display_title": "Dam", "utf8_text_md5_checksum": md5("x"), "annotations": [MAYOR]}]
    with project("ana") as ledger:
        report = bring(ledger, save(tmp_path, by_title), "labelbuddy", keep_good=True)
        assert any("the project has no document" in row["reason"] for row in report.rows())
        bring(ledger, save(tmp_path, [{"text": TEXT, "display_title": "Dam"}]))
        assert bring(ledger, save(tmp_path, by_title), "labelbuddy").came["mention"] == 1
        report = bring(ledger, save(tmp_path, wrong), "labelbuddy", keep_good=True)
        assert any("not the one that was annotated" in row["reason"] for row in report.rows())


def test_labels_alone_bring_codes_and_no_document(tmp_path: Path) -> None:
    labels = [{"name": "Person", "color": "#ABC"}, {"name": "Place", "color": "orange", "shortcut_key": "p"},
              {"name": "Time", "color": "#80112233"}, {"name": "Odd", "color": "mauve-ish"}, {"name": "denied"}]  # fmt: skip
    found = records_of(save(tmp_path, labels), "labelbuddy")
    (codes,) = [each for each in found if isinstance(each, Codes)]
    assert [label.colour for label in codes.labels.values()] == ["#aabbcc", "#ffa500", "#112233", "#9a9a9a", "#9a9a9a"]
    assert any("holds labels alone" in each.sentence for each in found if isinstance(each, Note))
    with project("ana") as ledger:
        report = bring(ledger, save(tmp_path, labels))
        assert (report.came["label"], report.here["label"], report.came["document"]) == (4, 1, 0)
        assert not sum(bring(ledger, save(tmp_path, labels)).came.values())


def test_bad_labels_are_refused(tmp_path: Path) -> None:
    found = records_of(save(tmp_path, [{"name": "A"}, {"name": "A"}, {"name": 7}]), "labelbuddy")
    assert refused(found) == ["the label 'A' comes twice; names must differ", "is a label without a name"]


def test_extra_data_that_was_changed_in_labelbuddy_is_taken(tmp_path: Path) -> None:
    with project("ana") as ledger:
        bring(ledger, save(tmp_path, [{"text": TEXT, "annotations": [{**MAYOR, "extra_data": "which one?"}]}]))
        (record,) = out(ledger, tmp_path)
        record["annotations"][0]["extra_data"] = "of the city"
        bring(ledger, save(tmp_path, [record]), update=True)
        assert out(ledger, tmp_path)[0]["annotations"][0]["extra_data"] == "of the city"
        del record["annotations"][0]["extra_data"]
        bring(ledger, save(tmp_path, [record]), update=True)
        assert "extra_data" not in out(ledger, tmp_path)[0]["annotations"][0]


def test_every_file_of_labelbuddy_s_own_comes_in(data: Path) -> None:
    files = sorted((data / "interop" / "labelbuddy").glob("*.json*"))
    with project("ana") as ledger:
        for path in sorted(files, key=lambda path: path.name == "annotations.json"):
            bring(ledger, path)
        found = {item.text[:1]: item for item in held(ledger)}
        words = {
            (mention.spans[0].quote, mark.label)
            for item in found.values()
            for uid, mention in item.mentions.items()
            for mark in item.marks_of(uid)
        }
    assert words == {("text", "Word"), ("1", "Number"), ("document", "Word")}
