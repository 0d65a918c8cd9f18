"""UIMA CAS XMI: control characters, what is hostile in XML, type systems and zips."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from onrecord.exchange.annotated import Annotated, Aside, of_extra
from onrecord.exchange.articles import Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import recognise
from onrecord.exchange.importing import ImportOptions, bring_in, files_of
from onrecord.exchange.inception_model import Layered, Noted
from onrecord.exchange.inception_tokens import add_tokens
from onrecord.exchange.report import Report
from onrecord.exchange.xmi_in import read_xmi
from onrecord.exchange.xmi_out import shown_text, write_xmi
from project_state import project
from projects import bring, held, records_of
from texts import texts

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"'
    ' xmlns:cas="http:///uima/cas.ecore" xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">'
)
SPAN = '<custom:Span xmi:id="2" sofa="1" begin="2" end="4" value="wave"/>'
TAIL = (
    '<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="A 🌊 rose"/>'
    '<cas:View sofa="1" members="2 3 4"/></xmi:XMI>'
)
OTHERS = '<custom:Span xmi:id="3" sofa="1" begin="5" end="9"/><custom:Span xmi:id="4" sofa="1" begin="0" end="1"/>'
GOOD = HEAD + SPAN + OTHERS + TAIL
TYPES = (
    '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>'
    "<name>webanno.custom.Span</name><supertypeName>uima.tcas.Annotation</supertypeName><features><featureDescription>"
    "<name>value</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription></features>"
    "</typeDescription></types></typeSystemDescription>"
)


def records(folder: Path, content: str | bytes) -> list[Any]:
    path = folder / "ana.xmi"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return records_of(path, "xmi")


def the_one(found: list[Any]) -> Annotated:
    (item,) = [record for record in found if isinstance(record, Annotated)]
    return item


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


# ---------------------------------------------------------------------- text


@given(text=texts.filter(str.strip))
def test_any_text_is_shown_without_moving_an_offset(text: str) -> None:
    shown = shown_text(text)
    assert len(shown) == len(text)
    assert len(shown.encode("utf-16")) == len(text.encode("utf-16"))
    layered = Layered(shown)
    add_tokens(layered, None)
    layered.notes.append(Noted("webanno.custom.Span", 0, len(text), {"value": text}))
    again = read_xmi(write_xmi(layered), None, "here")
    assert again.text == shown
    assert [(token.start, token.end) for token in again.tokens] == [(each.start, each.end) for each in layered.tokens]
    assert again.notes[0].features["value"] == shown


def test_control_characters_come_back(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(
        r'{"text": "a\u0001b \u001b[1m\ufffe 🌊 \u0085 c", "title": "\u0002t", "mentions": [{"uid": "ana/1", "annotator":'
        r' "ana", "note": "\u0003", "spans": [{"start": 1, "end": 9}], "marks": [{"label": "denied", "kind": "\u0004"}]}]}'
        "\n"
    )
    with project("ana") as one, project("bo", "d2") as two:
        bring(one, path)
        export(one.connection, tmp_path / "out", name="xmi")
        (out,) = (tmp_path / "out").glob("*/*.xmi")
        assert "a␁b ␛[1m\ufffd" in out.read_text("utf-8")
        bring(two, tmp_path / "out", "xmi")
        assert held(two) == held(one)


# ---------------------------------------------------------------------- type systems


def test_a_file_is_read_with_and_without_its_type_system(tmp_path: Path) -> None:
    without = the_one(records(tmp_path, GOOD))
    (tmp_path / "TypeSystem.xml").write_text(TYPES)
    assert the_one(records(tmp_path, GOOD)) == without
    assert [mention.spans[0].quote for mention in without.mentions.values()] == ["🌊", "rose", "A"]


@pytest.mark.parametrize(
    ("types", "why"),
    [
        ("<", "is no XML"),
        (TYPES.replace("<name>value", "<name>x=print(1)"), "which is no name of one"),
        (TYPES.replace("uima.tcas.Annotation", "webanno.custom.Span"), "cannot be read"),
        (TYPES.replace("uima.tcas.Annotation", "nobody.Knows"), "cannot be read"),
        (TYPES.replace("<name>value", "<name>other"), "does not fit its TypeSystem.xml"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + TYPES, "document type declaration"),
    ],
)
def test_a_bad_type_system_is_refused(tmp_path: Path, types: str, why: str) -> None:
    (tmp_path / "TypeSystem.xml").write_text(types)
    (refused,) = records(tmp_path, GOOD)
    assert why in refused.sentence
    assert "\n" not in refused.sentence


# ---------------------------------------------------------------------- hostile


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is no XML"),
        (b"\xff\xff", "is no XML"),
        ("<a/>", "is no XMI"),
        (GOOD.replace("?>", '?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), "document type declaration"),
        (GOOD.replace("?>", '?><!DOCTYPE x SYSTEM "file:///etc/passwd">'), "document type declaration"),
        (HEAD + "<custom:X>" * 200_000, "nested more deeply"),
        (GOOD.replace('xmi:id="3"', 'xmi:id="2"'), "each used once"),
        (GOOD.replace('xmi:id="3"', 'xmi:id="x"'), "ids are numbers"),
        (GOOD.replace(' value="wave"', ' a-b="1"'), "is no name of one"),
        (GOOD.replace(' value="wave"', ' class="1"'), "is no CAS that can be read"),
        (GOOD.replace('custom:Span xmi:id="3" sofa="1"', 'custom:Span xmi:id="3" sofa="7"'), "is no CAS"),
        (GOOD.replace('members="2 3 4"', 'members="2 99"'), "is no CAS that can be read"),
        (GOOD.replace('sofaString="A 🌊 rose"', ""), "has no text"),
        (GOOD.replace("A 🌊 rose", "A &#1; rose"), "is no XML"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, content: str | bytes, why: str) -> None:
    (refused,) = records(tmp_path, content)
    assert isinstance(refused, Refused)
    assert why in refused.sentence
    assert "\n" not in refused.sentence


@pytest.mark.parametrize(
    ("place", "why"),
    [("5-99", "does not fit"), ("9-5", "inverted"), ("3-4", "does not fit"), ("-1-4", "whole numbers")],
)
def test_a_span_that_does_not_fit_is_refused_alone(tmp_path: Path, place: str, why: str) -> None:
    begin, end = place.rsplit("-", 1)
    found = records(tmp_path, GOOD.replace('begin="5" end="9"', f'begin="{begin}" end="{end}"'))
    (refused,) = [record for record in found if isinstance(record, Refused)]
    assert refused.place == "ana.xmi, Span 3"
    assert why in refused.sentence
    assert len(the_one(found).mentions) == 2


def test_a_chain_that_bites_its_tail_ends(tmp_path: Path) -> None:
    links = (
        '<custom:ALink xmi:id="2" sofa="1" begin="0" end="1" next="3"/>'
        '<custom:ALink xmi:id="3" sofa="1" begin="5" end="9" next="2"/><custom:AChain xmi:id="4" sofa="1" first="2"/>'
    )
    item = the_one(records(tmp_path, HEAD + links + TAIL))
    (chain,) = of_extra(item.document.extra, "inception")["by"]["ana"]["chains"]
    assert chain["links"] == [[0, 1, {}], [4, 8, {}]]


# ---------------------------------------------------------------------- zips


def test_zips_of_documents_and_of_projects_are_read(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"bo.xmi": GOOD, "TypeSystem.xml": TYPES}).read_bytes()
    path = zipped(
        tmp_path / "out.zip",
        {
            "annotation/story.txt/ana.xmi": GOOD,
            "annotation/story.txt/bo.zip": inner,
            "annotation/story.txt/TypeSystem.xml": TYPES,
            "exportedproject.json": "{}",
        },
    )
    (tmp_path / "inner.zip").unlink()
    assert recognise(path).name == "xmi"
    found = records_of(path, "xmi")
    assert [each.kind for each in found if isinstance(each, Aside)] == ["file"]
    with project("lead") as ledger:
        bring(ledger, path)
        (item,) = held(ledger)
        assert sorted({uid.split("/")[0] for uid in item.mentions}) == ["ana", "bo"]
        assert len(item.mentions) == 6


def test_a_zip_of_one_document_is_signed_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "story.txt"
    folder.mkdir()
    found = records_of(zipped(folder / "eve.zip", {"x1.xmi": GOOD, "TypeSystem.xml": TYPES}), "xmi")
    assert {uid.split("/")[0] for uid in the_one(found).mentions} == {"eve"}


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"../ana.xmi": GOOD}, "climbs out"),
        ({"/ana.xmi": GOOD}, "climbs out"),
        ({"a\\..\\..\\ana.xmi": GOOD}, "climbs out"),
        ({"C:/ana.xmi": GOOD}, "climbs out"),
        ({"ana.xmi": b" " * 20_000_000}, "times its size"),
        ({f"{number}.xmi": "" for number in range(20_001)}, "holds 20,001 files"),
    ],
)
def test_a_zip_that_is_a_trap_is_refused(tmp_path: Path, members: dict[str, str | bytes], why: str) -> None:
    path = zipped(tmp_path / "x.zip", members)
    report = Report()
    ((file, form),) = files_of([path], ImportOptions(), report)
    with project("lead") as ledger:
        assert not bring_in(ledger, file, form, ImportOptions(), report)
        ((_, _, sentence),) = report.said
        assert why in sentence
        assert not held(ledger)


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"ana.xmi": GOOD * 20})
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    assert [type(each) for each in records_of(path, "xmi")] == [Refused]
    path.write_bytes(b"PK\x03\x04 nothing")
    report = Report()
    ((file, form),) = files_of([path], ImportOptions(), report)
    with project("lead") as ledger:
        assert not bring_in(ledger, file, form, ImportOptions(), report)
