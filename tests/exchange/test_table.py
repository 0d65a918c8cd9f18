"""Tables: every mark once and its words where it says; others' columns; and rows that are none."""

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from histories import TEXTS, logs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onrecord.exchange import table_in, table_rows
from onrecord.exchange.annotated import Annotated, Aside
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Incoming, Outgoing, named, recognise
from onrecord.exchange.mapping import Mapping, read_mapping
from onrecord.schema.events import AnyEvent, Document, canonical
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import content_hash
from project_state import project
from projects import bring, documents, held, project_of, projects

TEXT = "“The gate holds,” said Ann\u00a0Rui. A rigger denied it. The gate, again.\r\n🌊 It leaks."
LABELS = {"sourced", "anonymous", "denied", "confirmed", "responded"}


def read(folder: Path, table: str | bytes, name: str = "csv", **more: Any) -> list[Any]:
    """What the reader makes of a table, in a project that has `TEXT` under the title `Gate`."""
    path = folder / f"t.{name}"
    path.write_bytes(table if isinstance(table, bytes) else table.encode())
    names = {"Gate", content_hash(TEXT), "https://a.example/gate", "7"}
    reader = named(name).read
    assert reader
    return list(
        reader(
            Incoming(
                path=path, place=path.name, annotator="ana", has_label=LABELS.__contains__,
                find=lambda name: (TEXT, Document(title="Gate")) if name in names else None, **more,
            )
        )
    )  # fmt: skip


def said(items: list[Any]) -> list[tuple[str, str, str]]:
    """Annotator, words and label of each mark."""
    return [
        (uid.split("/")[0], " … ".join(each.quote for each in item.mentions[mark.mention].spans), mark.label)
        for item in items
        if isinstance(item, Annotated)
        for uid, mark in item.marks.items()
    ]


def refusals(items: list[Any]) -> list[tuple[str, str]]:
    return [(item.place, item.sentence) for item in items if isinstance(item, Refused)]


# ---------------------------------------------------------------------- ours


@pytest.mark.parametrize("name", ["csv", "tsv"])
@settings(max_examples=15)
@given(log=logs())
def test_a_table_has_every_mark_once_and_its_words_where_it_says(name: str, log: list[AnyEvent]) -> None:
    with project() as ledger, tempfile.TemporaryDirectory() as folder:
        ledger.receive(map(canonical, log), TEXTS)
        path = Path(folder) / f"x.{name}"
        export(ledger.connection, path)
        with path.open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file, strict=True, delimiter={"csv": ",", "tsv": "\t"}[name]))
        marks = ledger.connection.execute("SELECT mark_id, note, origin FROM mark_current ORDER BY mark_id").fetchall()
        marked = [row for row in found if row["mark_id"]]
        assert sorted((int(row["mark_id"]), row["note"], row["origin"] or None) for row in marked) == marks
        mentions = {uid for (uid,) in ledger.connection.execute("SELECT uid FROM mentions")}
        assert {row["mention_uid"] for row in found if row["mention_uid"]} == mentions
        for row in found:
            if row["submission"]:
                assert row["label"] == row["quote"] == row["mention_uid"] == ""
                continue
            pieces = [tuple(map(int, piece.split(":"))) for piece in row["spans"].split()]
            assert " … ".join(TEXTS[row["sha256"]][start:end] for start, end in pieces) == row["quote"]
            assert (pieces[0][0], pieces[-1][1]) == (int(row["start"]), int(row["end"]))


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
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


def add(ledger: Ledger, items: list[Annotated]) -> None:
    with ledger.act() as act:
        for item in items:
            act.keep_text(item.text)
            act.put(item.sha256, item.document)


def rewritten(path: Path, **columns: str) -> None:
    """Save a table as a spreadsheet would after these columns were filled anew."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: cell.replace("\r\n", "\n") for name, cell in (row | columns).items()})


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
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


# ---------------------------------------------------------------------- what is wrong


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


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
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
    assert data.startswith(b"mark_id,mention_id,document_id,sha256,title,")
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    (row,) = csv.DictReader(data.decode().splitlines())
    assert row["chain"] == "Bo → (unspecified)"
    assert json.loads(row["chain_json"]) == [
        {"source": "Bo", "source_uid": json.loads(row["chain_json"])[0]["source_uid"]},
        {},
    ]
