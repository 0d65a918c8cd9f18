"""Tables with rows, cells, bytes and headers that are wrong: each is named, and costs only itself."""

import csv
import tempfile
from pathlib import Path

import pytest
from examples import examples
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from onrecord.exchange import table_rows
from onrecord.exchange.annotated import Annotated, Aside
from onrecord.exchange.mapping import Mapping, read_mapping
from onrecord.schema.events import Document
from onrecord.schema.text import content_hash
from project_state import project
from projects import bring
from tables import TEXT, add, read, refusals, said


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Gate,doubted,A rigger,,", "the label 'doubted' is not in the codebook; map it with --map doubted=LABEL"),
        ("Gate,denied,gate,,", "its words stand more than once in the document: 'gate'; give their start and end"),
        ("Gate,denied,fence,,", "its words stand nowhere in the document: 'fence'"),
        ("Gate,denied,,,", "has no words: give a start and an end, or a quote"),
        ("Gate,denied,A rigger,33,", "has no end; give both or neither"),
        ("Gate,,,,41", "has no start; give both or neither"),
        ("Gate,,,,", "says nothing of a document: it has no words, no label and no submission"),
        (",denied,A rigger,,", "names no document: give its sha256, url or title, or its whole text"),
        ("Fence,denied,A rigger,,", "the project has no document that its title means, or several; add it"),
        ("Gate,denied,A rigger,33", "has 4 cells where the header has 5"),
        ("Gate,denied,A rigger,32,40,x", "has 6 cells where the header has 5"),
        ("Gate,denied,,41,33", "the span 41:33 is inverted"),
        ("Gate,denied,,33,33", "the span 33:33 is empty"),
        ("Gate,denied,,33,9999", "the span 33:9999 does not fit"),
        ("Gate,denied,,-1,4", "its start '-1' is no whole number from 0"),
        ("Gate,denied,,1e3,4", "its start '1e3' is no whole number from 0"),
        ("Gate,denied,,٣,4", "its start '٣' is no whole number from 0"),
        ("Gate,denied,,99999999999999999999,4", "is no whole number"),
        ('Gate,denied,"A rigger"s,32,40', "after a cell in quotation marks more words follow"),
        ("Gate,denied,A\0rigger,32,40", "U+0000"),
    ],
)
def test_a_wrong_row_is_named_and_costs_only_itself(tmp_path: Path, row: str, sentence: str) -> None:
    items = read(tmp_path, f"title,label,quote,start,end\n{row}\nGate,denied,A rigger,,\n")
    ((place, told),) = refusals(items)
    assert place == "t.csv:2"
    assert sentence in told
    assert said(items) == [("ana", "A rigger", "denied")]


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("chain_json", "{}", "its chain_json is no list"),
        ("chain_json", "[{}", "its chain_json is not valid JSON"),
        ("chain_json", "[NaN]", "its chain_json holds NaN"),
        ("chain_json", '[{"relay": true, "relay": true}]', "twice in one object"),
        ("chain_json", "[" * 200_000, "its chain_json is nested too deeply"),
        ("chain_json", '[{"source": "\\ud800"}]', "lone surrogate"),
        ("chain_json", '[{"relay": 7}]', "not a mention as onrecord writes it"),
        ("evidence_json", '[{"spans": [{"start": 0, "end": 99999}]}]', "does not fit"),
        ("mark_extra", "[]", "not a JSON object"),
        ("mention_extra", "{", "not a JSON object"),
        ("certainty", "101", "no per cent"),
        ("certainty", "sure", "no whole number"),
        ("polarity", "doubts", "none of asserts, negates, questions"),
        ("spans", "33-41", "not written as START:END"),
        ("mention_uid", "x" * 600, "uid of more than"),
        ("annotator", "x" * 65, "cannot name an annotator"),
        ("submission", "submitted", "both a mark and a submission"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path: Path, column: str, cell: str, sentence: str) -> None:
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "label", "quote", column])
        writer.writerow(["Gate", "denied", "A rigger", cell])
    ((place, told),) = refusals(read(tmp_path, path.read_bytes()))
    assert place == "t.csv:2"
    assert sentence in told


def test_pieces_that_overlap(tmp_path: Path) -> None:
    items = read(tmp_path, "title,label,spans\nGate,denied,32:40 35:50\n")
    assert refusals(items) == [("t.csv:2", "the pieces of a span overlap at offset 35")]


def test_rows_that_come_twice_or_contradict_each_other(tmp_path: Path) -> None:
    table = (
        "title,annotator,label,quote,mention_uid,claim,submission\n"
        "Gate,ana,denied,A rigger,,,\n"
        "Gate,ana,denied,A rigger,,,\n"
        "Gate,bo,denied,A rigger,bo/1,It leaks,\n"
        "Gate,bo,sourced,A rigger,bo/1,It holds,\n"
        "Gate,bo,,A rigger,bo/1,It leaks,\n"
        "Gate,bo,,,,,submitted\n"
        "Gate,bo,,,,,skipped\n"
        "Gate,cy,,,,,done\n"
    )
    items = read(tmp_path, table)
    assert refusals(items) == [
        ("t.csv:3", "repeats the row t.csv:2"),
        ("t.csv:5", "says otherwise of its mention than t.csv:4 does (its claim)"),
        ("t.csv:6", "repeats the row t.csv:4"),
        ("t.csv:8", "repeats the submission of t.csv:7"),
        ("t.csv:9", "its submission 'done' is none of in_progress, submitted, skipped, flagged"),
    ]
    assert said(items) == [("ana", "A rigger", "denied"), ("bo", "A rigger", "denied")]


def test_words_that_are_not_there_are_set_aside(tmp_path: Path) -> None:
    items = read(tmp_path, "title,label,quote,start,end\nGate,denied,A sailor,32,40\nGate,denied,a\tb,,\n")
    (aside,) = (item for item in items if isinstance(item, Aside))
    assert (aside.place, aside.kind) == ("t.csv:2", "mention")
    assert "not 'A sailor'" in aside.reason


def test_a_label_that_is_mapped_away_leaves_its_row_out(tmp_path: Path) -> None:
    table = "title,label,quote\nGate,X,A rigger\nGate,Y,It leaks\n"
    items = read(tmp_path, table, mapping=Mapping(labels={"X": "-", "Y": "anonymous/bare"}))
    (item,) = items
    assert said(items) == [("ana", "It leaks", "anonymous")]
    assert [mark.kind for mark in item.marks.values()] == ["bare"]
    assert len(item.mentions) == 1


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"a,b,c\n1,2,3\n", "has no column that names the document"),
        (b"title,colour\nGate,red\n", "has no column that says what was annotated"),
        (b"title,label,label\nGate,a,b\n", "has the column 'label' twice"),
        (b"\x00\x01\x02\xff\xfe\n", "no column"),
        (b"PK\x03\x04\x14\x00\x06\x00", "no column"),
    ],
)
def test_what_is_no_table_is_one_sentence(tmp_path: Path, table: bytes, sentence: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(table)
    with project() as ledger:
        report = bring(ledger, path, keep_good=True)
    (row,) = (row for row in report.rows() if row["what"] == "refused")
    assert sentence in row["reason"]


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("column:quote=Words", "has no column 'Words'"),
        ("column:weather=label", "is for no column of ours"),
    ],
)
def test_a_mapping_that_does_not_fit_is_one_sentence(tmp_path: Path, mapping: str, sentence: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("title,label,quote\nGate,denied,A rigger\n")
    with project() as ledger:
        report = bring(ledger, path, keep_good=True, mapping=read_mapping([mapping]))
    assert sentence in str(list(report.rows()))


def test_bytes_of_another_charset_are_named_by_their_row(tmp_path: Path) -> None:
    table = "title,label,quote,note\nGate,denied,A rigger,é\nGate,denied,It leaks,ok\n"
    items = read(tmp_path, table.encode("cp1252"))
    assert refusals(items) == [("t.csv:2", "is not UTF-8; name the charset with --charset")]
    assert len(said(items)) == 1
    assert refusals(read(tmp_path, table.encode("utf-16")[:-1])) == [
        ("t.csv:3", "is not utf-16 from here on, and was not read on")
    ]


def test_a_row_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_rows, "MAX_BYTES", 2000)
    good = "title,label,quote\nGate,denied,A rigger\n"
    ((place, told),) = refusals(read(tmp_path, good + 'Gate,denied,"' + "It leaks\n" * 1000))
    assert place == "t.csv:3"
    assert "never be closed" in told
    ((place, _),) = refusals(read(tmp_path, good + "x" * 100_000))
    assert place == "t.csv:3"
    ((place, told),) = refusals(read(tmp_path, good + 'Gate,denied,"It leaks\n'))
    assert (place, told) == ("t.csv:3", "a quotation mark that begins in this row is never closed")


def test_a_cell_longer_than_python_takes_by_itself(tmp_path: Path) -> None:
    text = "It leaks. " * 30_000
    (item,) = read(tmp_path, f"text,label,start,end\n{text},denied,0,8\n")
    assert item.text == text


CELL = st.sampled_from(
    ["", "Gate", "7", content_hash(TEXT), "denied", "x", "A rigger", "gate", "32", "40", "32:40", "1:2 5:6", "-", "=1",
     "'=1", "[]", "[{}]", '[{"spans": [{"start": 1, "end": 2}]}]', "null", "\0", '"', "\n", TEXT, "submitted", "quote",
     "named", "50", "{}", "é"]
)  # fmt: skip


@examples(200, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_table_whatever_raises(data: st.DataObject) -> None:
    names = ["title", "sha256", "document", "text", "label", "quote", "start", "end", "spans", "annotator", "submission",
             "chain_json", "evidence_json", "mention_uid", "escaped", "origin", "mention_extra", "certainty"]  # fmt: skip
    header = data.draw(st.lists(st.sampled_from(names), min_size=2, unique=True)) + ["title"] * data.draw(st.booleans())
    rows = data.draw(st.lists(st.lists(CELL, min_size=len(header), max_size=len(header)), max_size=4))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        with project() as ledger:
            add(ledger, [Annotated(place="", text=TEXT, document=Document(title="Gate"))])
            report = bring(ledger, path, keep_good=True)
            assert not any("cannot go on" in row["reason"] for row in report.rows())
