"""Tables: every mark once and its words where it says; others' columns; and rows that are none."""

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from histories import TEXTS, logs
from hypothesis import HealthCheck, given
from onrecord.exchange import table_in
from onrecord.exchange.annotated import Annotated
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Outgoing, recognise
from onrecord.exchange.mapping import read_mapping
from onrecord.schema.events import AnyEvent, Document, canonical
from project_state import project
from projects import bring, documents, held, project_of, projects
from tables import TEXT, add, read, refusals, said

# ---------------------------------------------------------------------- ours


@pytest.mark.parametrize("name", ["csv", "tsv"])
@examples(15)
@given(log=logs())
def test_a_table_has_every_mark_once_and_its_words_where_it_says(name: str, log: list[AnyEvent]) -> None:
    with project() as ledger, tempfile.TemporaryDirectory() as folder:
        ledger.receive(map(canonical, log), TEXTS)
        path = Path(folder) / f"x.{name}"
        export(ledger.connection, path)
        with path.open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file, strict=True, delimiter={"csv": ",", "tsv": "\t"}[name]))
        marks = ledger.connection.execute(
            """SELECT marks.uid, marks.note, name FROM marks JOIN mentions ON mentions.id = mention_id AND layer = ''
            LEFT JOIN attributions ON mark_id = marks.id AND is_origin = 1
            LEFT JOIN sources ON sources.id = source_id ORDER BY marks.uid"""
        ).fetchall()
        marked = [(f"{row['mention_uid']}/{row['label']}", row) for row in found if row["label"]]
        assert sorted((uid, row["note"], row["origin"] or None) for uid, row in marked) == marks
        mentions = {uid for (uid,) in ledger.connection.execute("SELECT uid FROM mentions WHERE layer = ''")}
        assert {row["mention_uid"] for row in found if row["mention_uid"]} == mentions
        for row in found:
            if row["submission"]:
                assert row["label"] == row["quote"] == row["mention_uid"] == ""
                continue
            pieces = [tuple(map(int, piece.split(":"))) for piece in row["spans"].split()]
            assert " … ".join(TEXTS[row["sha256"]][start:end] for start, end in pieces) == row["quote"]
            assert (pieces[0][0], pieces[-1][1]) == (int(row["start"]), int(row["end"]))


@pytest.mark.slow
@examples(25, suppress_health_check=list(HealthCheck))
@given(items=projects())
def test_escaped_cells_come_back_as_they_were_and_no_other_cell_begins_a_formula(items: list[Annotated]) -> None:
    with project_of(items) as one, project("lead", "d2") as other, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        export(one.connection, path, options=Outgoing(escape_formulas=True))
        with path.open(encoding="utf-8", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(tuple("=+-@\t\r\n"))]
        add(other, items)
        bring(other, path)
        assert held(other) == held(one)


def rewritten(path: Path, **columns: str) -> None:
    """Save a table as a spreadsheet would after these columns were filled anew."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: cell.replace("\r\n", "\n") for name, cell in (row | columns).items()})


@examples(15, suppress_health_check=list(HealthCheck))
@given(item=documents().filter(lambda item: item.marks and "\r" not in repr((item.marks, item.mentions, item.claims))))
def test_what_a_spreadsheet_saved_comes_back_with_what_was_changed_in_it(item: Annotated) -> None:
    with project_of([item]) as one, project("lead", "d2") as other, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        export(one.connection, path)
        rewritten(path, kind="my own")
        add(other, [item])
        bring(other, path)
        (before,), (after,) = held(one), held(other)
        assert after.mentions == before.mentions
        assert {mark.kind for mark in after.marks.values()} == {"my own"}
        assert after.marks.keys() == before.marks.keys()


def test_our_table_needs_its_documents(tmp_path: Path) -> None:
    (item,) = read(tmp_path, f"sha256,label,quote\n{'0' * 64},denied,gate\n")
    assert item == Refused("t.csv:2", "the project has no document with its sha256; add that first")


# ---------------------------------------------------------------------- others'


@pytest.mark.parametrize(
    ("table", "more"),
    [
        ("title,label,quote,start,end\nGate,denied,A rigger,32,40\n", {}),
        ("title;label;quote;start;end\r\nGate;denied;A rigger;32;40\r\n\r\n", {}),
        ("sep=;\r\nHeadline;Tag;Covered Text;Begin;End\r\nGate;denied;A rigger;32;40;;\r\n", {}),
        ("\ufefftitle\tlabel\tquote\tstart\tend\nGate\tdenied\tA rigger\t32.0\t40.0", {}),
        ("Link,code,coder,selected text\nhttps://a.example/gate,denied,ana,A rigger\n", {}),
        ("document,label,spans\n7,denied,32:40\n", {}),
        ("title,label,quote\nGate,denied,a   RIGGER\n", {}),
        ("name,code,exact\nGate,D,A rigger\n", {"mapping": read_mapping(["column:title=name", "D=denied"])}),
        ("title,label,quote,start,end\nGate,denied,A rigger,29,37\n", {}),
        ("title,label,start,end\nGate,denied,66,74\n", {"unit": "bytes"}),
    ],
)
def test_a_foreign_table_is_read_by_the_names_of_its_columns(tmp_path: Path, table: str, more: dict[str, Any]) -> None:
    if "unit" in more:
        start = len(TEXT[:32].encode())
        table = table.replace("66,74", f"{start},{start + 8}")
    items = read(tmp_path, table, **more)
    assert said(items) == [("ana", "A rigger", "denied")]
    assert not refusals(items)


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8", "utf-8-sig", ""])
def test_charsets(tmp_path: Path, charset: str) -> None:
    table = "title;label;quote;note\r\nGate;denied;“The gate holds,”;né\r\n"
    items = read(tmp_path, table.encode(charset or "utf-16"), charset=charset)
    assert said(items) == [("ana", "“The gate holds,”", "denied")]
    (mark,) = items[-1].marks.values()
    assert mark.note == "né"
    assert any("read as utf-16" in item.sentence for item in items if isinstance(item, Note)) == (not charset)


def test_a_table_with_texts_makes_the_documents_of_one_each(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "title", "date", "coder", "quote", "label", "origin", "colour"])
        writer.writerow(
            ["It leaks.\r\nIt holds.", "Two views", "2026-03-03", "bo", "It holds", "denied", "Ann Rui", "x"]
        )
        writer.writerow(["Nothing here", "", "one day", "", "", "", "", ""])
        writer.writerow(["It leaks.\r\nIt holds.", "Two views", "", "bo", "It leaks", "anonymous", "", ""])
        writer.writerow(["It leaks.\r\nIt holds.", "Two views", "", "bo", "It leaks", "denied", "", ""])
    with project() as ledger:
        report = bring(ledger, path)
        assert (report.came["document"], report.came["mention"], report.came["mark"]) == (2, 2, 3)
        two = next(item for item in held(ledger) if item.document.title == "Two views")
        assert two.text == "It leaks.\r\nIt holds."
        assert two.document.published_at == "2026-03-03"
        assert {link.identified for mark in two.marks.values() for link in mark.chain} == {"named"}
        assert not sum(bring(ledger, path).came.values())
    assert any("not taken over: colour" in row["reason"] for row in report.rows())


def test_a_text_may_stand_in_one_row_alone(tmp_path: Path) -> None:
    table = (
        "headline,link,text,label,quote\n"
        "Leak,,It leaks at night.,denied,It leaks\n"
        "Leak,,,anonymous,night\n"
        "Twice,https://b.example/1,It holds.,,\n"
        "Twice,https://b.example/2,It holds firm.,,\n"
        "Twice,https://b.example/2,,sourced,firm\n"
        "Twice,,,sourced,It\n"
    )
    items = read(tmp_path, table)
    assert said(items) == [("ana", "It leaks", "denied"), ("ana", "night", "anonymous"), ("ana", "firm", "sourced")]
    assert [place for place, _ in refusals(items)] == ["t.csv:7"]
    assert len([item for item in items if isinstance(item, Annotated)]) == 3


def test_rows_of_one_document_may_stand_apart_and_memory_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"text {n} of many,denied,{n}\n" for turn in range(2) for n in range(10)]
    table = "text,label,quote\n" + "".join(rows[:10]) + "".join(each.replace("denied", "sourced") for each in rows[10:])
    whole = read(tmp_path, table)
    assert [len(item.marks) for item in whole] == [2] * 10
    assert all(len(item.mentions) == 1 for item in whole)
    monkeypatch.setattr(table_in, "_HELD", 100)
    parts = read(tmp_path, table)
    assert [len(item.marks) for item in parts] == [1] * 20
    assert sorted(said(parts)) == sorted(said(whole))
    with project() as ledger:
        bring(ledger, tmp_path / "t.csv")
        assert [len(item.marks) for item in held(ledger)] == [2] * 10


@pytest.fixture
def emergent(data: Path) -> Path:
    return data / "emergent" / "edata_all.csv"


def test_a_real_table_names_each_document_that_is_not_there(emergent: Path, tmp_path: Path) -> None:
    assert recognise(emergent).name == "csv"
    with project() as ledger:
        report = bring(
            ledger, emergent, keep_good=True, mapping=read_mapping(["column:label=articleHeadlineStance"])
        )  # fmt: skip
    with emergent.open(encoding="utf-8", newline="") as file:
        assert report.refused == len(list(csv.reader(file))) - 1


def test_lines_of_a_table_end_as_the_standard_says(tmp_path: Path) -> None:
    with project_of([]) as ledger:
        add(ledger, [Annotated(place="", text=TEXT, document=Document(title="Gate"))])
        path = tmp_path / "in.csv"
        path.write_text('title,label,quote,chain_json\nGate,denied,A rigger,"[{""source"": ""Bo""}, {}]"\n')
        bring(ledger, path)
        export(ledger.connection, tmp_path / "x.csv")
    data = (tmp_path / "x.csv").read_bytes()
    assert data.startswith(b"sha256,title,outlet,published_at,annotator,label,")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    (row,) = csv.DictReader(data.decode().splitlines())
    assert row["chain"] == "Bo → (unspecified)"
    assert json.loads(row["chain_json"]) == [
        {"source": "Bo", "source_uid": json.loads(row["chain_json"])[0]["source_uid"]},
        {},
    ]
