"""doccano: both of its forms, the units of its offsets, and what it keeps."""

import json
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given
from onrecord.exchange.annotated import Annotated, Aside
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Incoming, Outgoing, named
from onrecord.schema.ledger import Ledger
from project_state import project
from projects import bring, held, project_of, projects, records_of

WAVE = "🌊 The dam held. 🌊🌊 The mayor denied it."


def save(folder: Path, *records: Any) -> Path:
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


def out(ledger: Ledger, folder: Path, unit: Any = None) -> list[dict[str, Any]]:
    path = folder / "out.jsonl"
    export(ledger.connection, path, name="doccano", force=True, options=Outgoing(unit=unit))
    return [json.loads(line) for line in path.read_bytes().decode().split("\n") if line]


def documents(found: list[Any]) -> list[Annotated]:
    return [each for each in found if isinstance(each, Annotated)]


def sentences(found: list[Any]) -> list[str]:
    return [each.sentence for each in found if isinstance(each, Note | Refused)]


def words(item: Annotated) -> list[tuple[str, str]]:
    return sorted((item.mentions[mark.mention].spans[0].quote, mark.label) for mark in item.marks.values())


def test_what_doccano_exported_goes_back_to_it_as_it_came(tmp_path: Path) -> None:
    examples = [
        {"id": 7, "text": "Ana Ruiz denied it.", "label": [[0, 8, "PER"], [9, 15, "CUE"]], "Comments": ["Which Ruiz?"],
         "title": "Denial", "url": "https://a.example/1", "priority": {"level": 2}},
        {"id": 8, "text": "Nothing here.", "label": [], "Comments": []},
    ]  # fmt: skip
    with project("ana") as ledger:
        bring(ledger, save(tmp_path, *examples))
        first, second = held(ledger) if held(ledger)[0].text.startswith("Ana") else reversed(held(ledger))
        assert (first.document.title, first.document.url) == ("Denial", "https://a.example/1")
        back = out(ledger, tmp_path)
    assert [{key: value for key, value in each.items() if key != "onrecord"} for each in back] == examples
    assert second.document.title == "Nothing here."


def test_relations_and_ids_of_entities_go_back_to_doccano_as_they_came(tmp_path: Path) -> None:
    example = {
        "id": 3, "text": "Ana Ruiz leads the mill.",
        "entities": [{"id": 41, "label": "PER", "start_offset": 0, "end_offset": 8},
                     {"id": 40, "label": "ORG", "start_offset": 15, "end_offset": 23}],
        "relations": [{"id": 5, "from_id": 41, "to_id": 40, "type": "leads"}],
    }  # fmt: skip
    with project("ana") as ledger:
        bring(ledger, save(tmp_path, example))
        (back,) = out(ledger, tmp_path)
        del back["onrecord"]
        assert back == example
        assert not sum(bring(ledger, save(tmp_path, out(ledger, tmp_path)[0])).came.values())


def test_relations_drawn_in_doccano_come_in_by_its_new_ids(tmp_path: Path) -> None:
    example = {"text": "Ana Ruiz leads the mill.", "entities": [
        {"id": 1, "label": "PER", "start_offset": 0, "end_offset": 8},
        {"id": 2, "label": "ORG", "start_offset": 15, "end_offset": 23}], "relations": []}  # fmt: skip
    with project("ana") as ledger:
        bring(ledger, save(tmp_path, example))
        (there,) = out(ledger, tmp_path)
        there["entities"] = [{**each, "id": each["id"] + 100} for each in there["entities"]]
        there["relations"] = [{"id": 9, "from_id": 101, "to_id": 102, "type": "leads"}]
        bring(ledger, save(tmp_path, there), update=True)
        (back,) = out(ledger, tmp_path)
    assert back["relations"] == [{"id": 9, "from_id": 1, "to_id": 2, "type": "leads"}]


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"entities": [{"id": 1, "label": "A", "start_offset": 0, "end_offset": 1}] * 2}, "entity id 1 comes twice"),
        ({"entities": [], "relations": [{"from_id": 1, "to_id": 2, "type": "x"}]}, "names the entity 1"),
        ({"entities": [], "relations": [{"from_id": 1}]}, "is not a relation"),
        ({"label": [[0, 99, "A"]]}, "goes past the end|outside the text"),
        ({"label": [[1, 2, "A"]]}, ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(record: dict[str, Any], why: str, tmp_path: Path) -> None:
    found = [
        each for each in records_of(save(tmp_path, {"text": WAVE, **record}), "doccano") if isinstance(each, Refused)
    ]
    assert bool(found) == bool(why)
    for each in found:
        assert each.place.startswith("in.jsonl:1, ")
        assert any(part in each.sentence for part in why.split("|"))


def test_an_id_that_comes_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    found = records_of(
        save(tmp_path, {"id": 1, "text": "a", "label": []}, {"id": 1, "text": "b", "label": []}), "doccano"
    )
    (refused,) = [each for each in found if isinstance(each, Refused)]
    assert refused == Refused("in.jsonl:2", "the id 1 comes twice; it stands in in.jsonl:1 too")


# ---------------------------------------------------------------------- units


def _mayor(unit: str) -> list[Any]:
    before = WAVE[: WAVE.index("The mayor")]
    start = len(before.encode("utf-16-le")) // 2 if unit == "utf-16" else len(before)
    return [start, start + 9, "PER"]


def _read(path: Path, unit: Any = None) -> list[Any]:
    form = named("doccano")
    assert form.read
    return list(form.read(Incoming(path=path, place=path.name, annotator="ana", unit=unit)))


@pytest.mark.parametrize("unit", ["code-points", "utf-16"])
def test_a_unit_that_is_said_is_taken_without_a_word(unit: str, tmp_path: Path) -> None:
    found = _read(save(tmp_path, {"text": WAVE, "label": [_mayor(unit)]}), unit)
    assert [words(item) for item in documents(found)] == [[("The mayor", "PER")]]
    assert not sentences(found)


def test_without_a_word_code_points_are_assumed_and_a_note_says_so_where_it_matters(tmp_path: Path) -> None:
    found = _read(save(tmp_path, {"text": WAVE, "label": [_mayor("code-points")]}))
    assert words(documents(found)[0]) == [("The mayor", "PER")]
    assert any("taken to count code points" in sentence for sentence in sentences(found))
    assert not sentences(_read(save(tmp_path, {"text": WAVE[2:], "label": [[0, 3, "X"]]})))


@pytest.mark.parametrize("unit", ["code-points", "utf-16"])
def test_the_words_of_entities_show_the_unit(unit: str, tmp_path: Path) -> None:
    start, end, label = _mayor(unit)
    entity = {"id": 1, "start_offset": start, "end_offset": end, "label": label, "text": "The mayor"}
    found = _read(save(tmp_path, {"text": WAVE, "entities": [entity]}))
    assert words(documents(found)[0]) == [("The mayor", "PER")]
    assert sentences(found)


def test_an_offset_inside_a_character_is_refused_with_a_hint(tmp_path: Path) -> None:
    (refused,) = _read(save(tmp_path, {"text": WAVE, "label": [[1, 5, "X"]]}), "utf-16")[:1]
    assert isinstance(refused, Refused)
    assert "inside a character" in refused.sentence
    assert "--unit code-points" in refused.sentence


@pytest.mark.parametrize("keep_unit", [True, False])
@examples(20, suppress_health_check=list(HealthCheck))
@given(items=projects())
def test_utf_16_goes_out_as_doccano_counts_and_comes_back_by_the_words_alone(
    keep_unit: bool, items: list[Annotated], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("units")
    with project_of(items) as one, project("lead", "d2") as other:
        records = out(one, folder, "utf-16")
        texts = {piece.quote for item in items for mention in item.mentions.values() for piece in mention.spans}
        for record in records:
            units = record["text"].encode("utf-16-le")
            for start, end, _ in record["label"]:
                assert units[2 * start : 2 * end].decode("utf-16-le") in texts
            assert record["onrecord"]["unit"] == "utf-16"
            if not keep_unit:
                record["onrecord"]["unit"] = ""
        bring(other, save(folder, *records))
        assert held(other) == held(one)


# ---------------------------------------------------------------------- other tools' files


def test_categories_of_a_whole_document_are_kept_for_doccano(tmp_path: Path) -> None:
    example = {"id": 1, "text": "The dam held.", "label": ["news", "flood"]}
    found = records_of(save(tmp_path, example), "doccano")
    assert [each.kind for each in found if isinstance(each, Aside)] == ["category"]
    with project("ana") as ledger:
        bring(ledger, save(tmp_path, example), "doccano")
        assert out(ledger, tmp_path)[0]["label"] == ["news", "flood"]


def test_a_document_that_is_here_already_keeps_what_doccano_says_of_it(tmp_path: Path) -> None:
    with project("ana") as ledger:
        bring(ledger, save(tmp_path, {"text": "The dam held.", "label": [], "title": "Dam"}))
        bring(ledger, save(tmp_path, {"text": "The dam held.", "label": [], "desk": "city", "Comments": ["Odd."]}))
        (back,) = out(ledger, tmp_path)
    assert (back["desk"], back["Comments"], back["title"]) == ("city", ["Odd."], "Dam")


def test_every_file_of_doccano_s_own_is_taken_or_rightly_refused(data: Path, tmp_path: Path) -> None:
    folder = data / "interop" / "doccano"
    with project("ana") as ledger:
        bring(ledger, folder / "relation_extraction" / "example.jsonl")
        bring(ledger, folder / "sequence_labeling" / "example_overlapping.jsonl")
        report = bring(ledger, folder / "sequence_labeling" / "example.jsonl", keep_good=True)
        assert [row["reason"] for row in report.rows() if row["what"] == "refused"] == [
            "has no text; give it under the key `text`"
        ]
        original = json.loads((folder / "relation_extraction" / "example.jsonl").read_text("utf-8"))
        back = next(each for each in out(ledger, tmp_path) if each["text"] == original["text"])
        assert {key: back[key] for key in original} == original
