"""Which files an import takes: folders, pipes and devices, files beside files, and how the report names places."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from onrecord.exchange import xmi_shape
from onrecord.exchange.annotated import Aside
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.formats import Incoming, formats
from onrecord.exchange.importing import ImportOptions, bring_in, files_of
from onrecord.exchange.intake import Options, find
from onrecord.exchange.mapping import read_mapping
from onrecord.exchange.report import Report
from onrecord.exchange.verified import Verifier
from onrecord.schema.check import check
from onrecord.schema.errors import BadInput, OnrecordError
from project_state import project

TEXT = "The gate stopped short, said an official."


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def doccano(*labels: Any) -> str:
    return json.dumps({"id": 1, "text": TEXT, "label": [[0, 8, label] for label in labels]}) + "\n"


def found(*names: str, name: str = "") -> tuple[list[tuple[str, str]], Report]:
    report = Report()
    files = files_of([Path(each) for each in names], ImportOptions(format=name), report)
    return [(str(path), form.name) for path, form in files], report


def reasons(report: Report) -> list[tuple[str, str, str]]:
    return [(row["what"], row["reason"], row["places"]) for row in report.rows() if row["reason"]]


def test_a_file_that_is_no_format_leaves_the_others_of_its_folder(here: Path) -> None:
    (here / "in").mkdir()
    (here / "in" / "a.json").write_text("{}")
    (here / "in" / "b.jsonl").write_text(doccano("PER"))
    files, report = found("in")
    assert files == [("in/b.jsonl", "doccano")]
    (refused,) = reasons(report)
    assert (refused[0], refused[2]) == ("refused", "in/a.json")


def test_what_is_passed_over_in_a_folder_is_told_but_not_what_goes_along_with_its_files(here: Path) -> None:
    (here / "in").mkdir()
    for name, content in {
        "d.txt": TEXT, "d.ann": "T1\tPER 0 3\tThe\n", "annotation.conf": "[entities]\n", ".hidden": "x",
        "a.conll": "The O\n", "b.CONLL": "The O\n", "LICENSE": "free",
    }.items():  # fmt: skip
        (here / "in" / name).write_text(content)
    files, report = found("in")
    assert files == [("in/d.ann", "brat")]
    assert reasons(report) == [("note", "files of other kinds were passed over: .conll (2), no ending (1)", "in")]


def test_nothing_is_said_of_other_files_where_the_format_was_named(here: Path) -> None:
    (here / "b.jsonl").write_text(doccano("PER"))
    (here / "c.tsv").write_text("x")
    files, report = found(".", name="doccano")
    assert (files, reasons(report)) == ([("b.jsonl", "doccano")], [])


def test_what_cannot_be_read_twice_is_refused_and_not_waited_for(here: Path) -> None:
    os.mkfifo(here / "pipe.jsonl")
    for name in ("pipe.jsonl", "/dev/zero"):
        for form in ("", "jsonl"):
            files, report = found(name, name=form)
            assert not files
            assert "is no ordinary file" in reasons(report)[0][1]


def test_a_device_is_no_article() -> None:
    (item,) = find(["/dev/zero"], Options(format="jsonl"))
    assert isinstance(item, Refused)
    assert "device" in item.sentence


def test_a_file_that_holds_nothing_is_told(here: Path) -> None:
    (here / "x.jsonl").write_text("\n")
    report = Report()
    with project("lead") as ledger:
        assert bring_in(ledger, Path("x.jsonl"), formats()["doccano"], ImportOptions(), report)
    assert reasons(report) == [("note", "holds nothing that doccano could bring", "x.jsonl")]


@pytest.mark.parametrize("name", ["doccano", "prodigy", "labelbuddy", "labelstudio", "webannotation"])
def test_half_a_character_in_a_label_is_a_bad_record(here: Path, name: str) -> None:
    label = "a\ud800"
    region = {"id": "x", "type": "labels", "value": {"start": 0, "end": 3, "text": "The", "labels": [label]}}
    target = {"source": "urn:x", "selector": {"type": "TextPositionSelector", "start": 0, "end": 3}}
    value = {
        "doccano": {"text": TEXT, "label": [[0, 3, label]]},
        "prodigy": {"text": TEXT, "spans": [{"start": 0, "end": 3, "label": label}]},
        "labelbuddy": {"text": TEXT, "annotations": [{"start_char": 0, "end_char": 3, "label_name": label}]},
        "labelstudio": {"data": {"text": TEXT}, "annotations": [{"result": [region]}]},
        "webannotation": {"type": "Annotation", "body": {"value": label, "purpose": "tagging"}, "target": target},
    }[name]
    (here / "x.json").write_text(json.dumps(value))
    report = Report()
    with project("lead") as ledger:
        assert not bring_in(ledger, Path("x.json"), formats()[name], ImportOptions(), report)
        assert not [finding for finding in check(ledger.connection) if finding.level == "problem"]
    assert any("half a character" in reason for what, reason, _ in reasons(report) if what == "refused")


def test_a_place_is_named_once_and_an_ellipsis_tells_of_more() -> None:
    report = Report()
    for number in range(7):
        report.add(Aside(f"a, {number}", "relation", "many"))
        report.add(Note("b", "the same"))
    for number in range(5):
        report.add(Aside(f"c, {number}", "relation", "five"))
    assert {reason: places for _, reason, places in reasons(report)} == {
        "many": "a, 0, a, 1, a, 2, a, 3, a, 4, …",
        "the same": "b",
        "five": "c, 0, c, 1, c, 2, c, 3, c, 4",
    }


def test_records_on_one_line_are_told_apart(here: Path) -> None:
    (here / "x.json").write_text("[1, 2,\n3, 4]")
    file = Incoming(path=Path("x.json"), place="x.json", annotator="ana")
    records = formats()["doccano"].read
    assert records
    places = [each.place for each in records(file) if isinstance(each, Refused)]
    assert places == ["x.json:1", "x.json:1, record 2", "x.json:2", "x.json:2, record 4"]


@pytest.mark.parametrize(("start", "end"), [("x" * 1000, 3), (0, 10**400), (10**400, 3), ([1] * 500, 2), (0, 10**30)])
def test_however_long_an_offset_is_its_sentence_is_short(start: object, end: object) -> None:
    for unit in ("code-points", "utf-16", "bytes"):
        with pytest.raises(BadInput) as caught:
            Verifier(TEXT, unit).span(start, end)
        assert len(caught.value.sentence) < 120


def test_a_number_of_too_many_digits_is_told_without_a_word_on_python(here: Path) -> None:
    (here / "x.jsonl").write_text('{"text": "a", "n": ' + "9" * 5000 + "}")
    file = Incoming(path=Path("x.jsonl"), place="x.jsonl", annotator="ana")
    records = formats()["doccano"].read
    assert records
    (refused,) = records(file)
    assert isinstance(refused, Refused)
    assert refused.sentence == "holds a number of more digits than can be read"


@pytest.mark.parametrize("name", ["a/b", "onrecord", "x" * 70, "a\x1bb"])
def test_a_name_that_nobody_can_have_is_no_mapping(here: Path, name: str) -> None:
    with pytest.raises(OnrecordError):
        read_mapping([f"annotator:u1={name}"])
    (here / "m.toml").write_text(f"[annotators]\nu1 = {json.dumps(name)}\n")
    with pytest.raises(OnrecordError):
        read_mapping(["m.toml"])


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_a_table_in_utf_16_without_a_mark_is_read_as_that(here: Path, charset: str) -> None:
    (here / "x.csv").write_bytes(f'text,quote,label\n"{TEXT}",The gate,sourced\n'.encode(charset))
    report = Report()
    with project("lead") as ledger:
        assert bring_in(ledger, Path("x.csv"), formats()["csv"], ImportOptions(), report), reasons(report)
    assert reasons(report) == [("note", f"read as {charset}, as its first bytes show", "x.csv")]


def test_a_text_that_is_too_long_for_xmi_is_refused_before_it_is_read_whole() -> None:
    pytest.importorskip("defusedxml")
    head = b'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"><cas:Sofa sofaString="'
    with pytest.raises(BadInput, match="more than 4,000,000 characters"):
        xmi_shape.outline(head + b"a " * 2_000_001 + b'"/></xmi:XMI>')
    assert not xmi_shape.outline(head + b'a "/></xmi:XMI>').types


def test_broken_json_is_told_in_good_english(here: Path) -> None:
    (here / "x.jsonl").write_text('{"text": "a')
    file = Incoming(path=Path("x.jsonl"), place="x.jsonl", annotator="ana")
    records = formats()["doccano"].read
    assert records
    (refused,) = records(file)
    assert isinstance(refused, Refused)
    assert refused.sentence == "is not valid JSON: Unterminated string starting at column 10"


def test_a_file_of_which_nothing_is_good_is_not_called_taken(here: Path) -> None:
    (here / "x.csv").write_text("Artikel,Zitat\nx,y\n")
    report = Report()
    with project("lead") as ledger:
        assert not bring_in(ledger, Path("x.csv"), formats()["csv"], ImportOptions(keep_good=True), report)
    assert report.refused == 1


@pytest.mark.parametrize("charset", ["nosuch", "base64", "a\0b"])
def test_a_charset_that_is_none_is_told_once(charset: str) -> None:
    with pytest.raises(BadInput, match="there is no charset"):
        files_of([Path("x.jsonl")], ImportOptions(charset=charset), Report())


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le"])
def test_json_in_utf_16_is_called_that(here: Path, charset: str) -> None:
    (here / "x.jsonl").write_bytes(doccano("PER").encode(charset))
    for name in ("", "doccano"):
        report = Report()
        files = files_of([Path("x.jsonl")], ImportOptions(format=name), report)
        with project("lead") as ledger:
            assert not sum(bring_in(ledger, *each, ImportOptions(charset=charset), report) for each in files)
        assert all("save it as UTF-8" in reason for _, reason, _ in reasons(report))
        assert report.refused == 1
