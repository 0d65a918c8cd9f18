"""An import is one act a file: all of it or nothing, twice is once, and the report says what became of everything."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from command_line import ONRECORD
from examples import examples
from hypothesis import given
from onrecord.exchange.annotated import Annotated, Aside, Sheet
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Format, Record
from onrecord.exchange.importing import ImportOptions, bring_in
from onrecord.exchange.jsonl import document_out
from onrecord.exchange.mapping import read_mapping
from onrecord.exchange.report import Report
from onrecord.schema import acts
from onrecord.schema.check import check
from onrecord.schema.codebook import AUTHOR
from onrecord.schema.events import Label
from onrecord.schema.ledger import Ledger
from onrecord.schema.team import found
from onrecord.schema.text import Span
from project_state import log_state, project, public_state
from projects import bring, held, project_of, projects

TEXT = "The gate stopped short, said an official. Nobody else said a word."


def sheet(text: str = TEXT, **more: Any) -> Sheet:
    """A sheet with two mentions of two annotators."""
    made = Sheet("a.x:1", text, **more)
    for annotator, label in (("ana", "anonymous"), ("bob", "sourced")):
        uid = made.mention(annotator, "m1", [Span(0, 22)], claim=made.claim("It stopped."))
        made.mark(uid, label, chain=(made.link(made.source("an official", named=False), [Span(29, 40)]),))
    return made


def importing(ledger: Ledger, *records: Record, own: bool = False, **options: Any) -> tuple[bool, Report]:
    """Import a file that holds these records."""
    report = Report()
    form = Format(name="test", about="", read=lambda _: iter(records), own=own)
    return bring_in(ledger, Path("a.x"), form, ImportOptions(**options), report), report


def said(report: Report, what: str) -> list[tuple[str, int]]:
    """What a report says of one kind: reasons or kinds, with their counts."""
    return [(row["reason"] or row["kind"], row["count"]) for row in report.rows() if row["what"] == what]


def test_marks_are_found_by_their_mention_also_those_that_came_since() -> None:
    made = sheet()
    uid = next(iter(made.done().mentions))
    assert [mark.label for mark in made.done().marks_of(uid)] == ["anonymous"]
    made.mark(uid, "denied")
    assert [mark.label for mark in made.done().marks_of(uid)] == ["anonymous", "denied"]
    assert made.done().marks_of("nobody/0") == []


def test_each_annotator_gets_their_own_work_and_can_take_it_back() -> None:
    with project("lead") as ledger:
        kept, report = importing(ledger, sheet().done())
        assert kept
        assert dict(said(report, "new")) == {
            "document": 1, "claim": 1, "source": 1, "mention": 2, "mark": 2, "link": 2,
        }  # fmt: skip
        (count,) = ledger.connection.execute(
            "SELECT count(DISTINCT act) FROM events WHERE annotator <> ?", (AUTHOR,)
        ).fetchone()
        assert count == 1, "an import is one act"
        ana = Ledger(ledger.path, "ana", "device")
        ana.undo()
        ana.close()
        names = "SELECT name FROM mentions JOIN annotators ON annotators.id = annotator_id"
        assert ledger.connection.execute(names).fetchall() == [("bob",)]


def test_what_was_changed_or_removed_here_is_left_unless_asked() -> None:
    item = sheet().done()
    ana, bob = sorted(item.mentions)
    with project("ana") as ledger:
        importing(ledger, item)
        with ledger.act() as act:
            acts.remove_mention(act, ana)
            act.withdraw("mark", f"{ana}/anonymous")
        before = public_state(ledger.connection)
        kept, report = importing(ledger, item)
        assert kept
        assert public_state(ledger.connection) == before
        assert said(report, "set aside") == [
            ("was removed here, and was left; --update takes the file's word for it", 1),
            ("was removed here, and was left; --update takes the file's word for it", 1),
        ]
        kept, report = importing(ledger, item, update=True)
        assert dict(said(report, "updated")) == {"mention": 1, "mark": 1}
        assert held(ledger)[0].mentions == item.mentions
        assert bob in held(ledger)[0].mentions


def test_other_words_here_are_left_unless_asked() -> None:
    item = sheet().done()
    ana = min(item.mentions)
    with project("ana") as ledger:
        importing(ledger, item)
        with ledger.act() as act:
            acts.describe_mention(act, ana, note="my own words")
        _, report = importing(ledger, item)
        assert said(report, "set aside") == [
            ("reads otherwise here, and was left; --update takes the file's word for it", 1)
        ]
        assert held(ledger)[0].mentions[ana].note == "my own words"
        importing(ledger, item, update=True)
        assert held(ledger)[0].mentions[ana].note == ""


BAD = Refused("a.x:7", "the span 5:3 is inverted")


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_bad_record_takes_its_file_back_as_a_whole(at: int) -> None:
    good: list[Record] = [
        sheet().done(),
        sheet("Another text that is long enough, said nobody of note.", document=None).done(),
    ]
    with project("lead") as ledger:
        importing(ledger, sheet("It was here before, said somebody at some time.").done())
        before = log_state(ledger.connection), public_state(ledger.connection)
        records = [*good[:at], BAD, *good[at:]]
        kept, report = importing(ledger, *records)
        assert not kept
        assert (log_state(ledger.connection), public_state(ledger.connection)) == before
        assert said(report, "refused") == [(BAD.sentence, 1)]
        assert not said(report, "new")
        assert said(report, "note") == [("nothing of it was kept; --keep-good keeps its good records", 1)]
        kept, report = importing(ledger, *records, keep_good=True)
        assert kept
        assert said(report, "refused") == [(BAD.sentence, 1)]
        assert dict(said(report, "new"))["document"] == 2
        assert not [finding for finding in check(ledger.connection) if finding.level == "problem"]


def test_never_half_of_a_record() -> None:
    made = sheet()
    uid = made.mention("ana", "m2", [Span(42, 50)], claim=made.claim("Nobody spoke."))
    made.mark(uid, "sourced", chain=(made.link(made.source("somebody unheard of")),))
    made.mark(uid, "a label\0with a hole")
    with project("lead") as ledger:
        kept, report = importing(ledger, made.done(), keep_good=True)
        assert kept
        assert len(said(report, "refused")) == 1
        assert "'Nobody" in next(row["places"] for row in report.rows() if row["what"] == "refused")
        state = public_state(ledger.connection)
        assert len(state["mentions"]) == 2
        assert "Nobody spoke." not in str(state)
        assert "unheard of" not in str(state)


def test_foreign_labels_become_neutral_codes_and_own_ones_must_be_known() -> None:
    made = Sheet("a.x:1", TEXT)
    made.mark(made.mention("ana", "m1", [Span(0, 3)]), "Person")
    with project("lead") as ledger:
        kept, report = importing(ledger, made.done(), own=True)
        assert not kept
        assert said(report, "refused") == [
            ("the label 'Person' is not in the codebook; map it with --map Person=LABEL", 1)
        ]
        _, report = importing(ledger, made.done())
        assert said(report, "made a neutral code") == [("Person", 1)]
        axis, letter, key = ledger.connection.execute(
            "SELECT axis, letter, key FROM labels WHERE label = 'Person'"
        ).fetchone()
        assert (axis, letter, key) == ("neutral", "P", "")


def test_a_mapping_renames_and_leaves_out_and_the_other_name_is_kept() -> None:
    mapping = read_mapping(["PER=sourced/person", "LOC=-", "annotator:u1=ana"])
    made = Sheet("a.x:1", TEXT, mapping=mapping)
    uid = made.mention("u1", "m1", [Span(0, 3)])
    made.mark(uid, "PER")
    assert made.mark(uid, "LOC") is None
    with project("lead") as ledger:
        _, report = importing(ledger, made.done(), mapping=mapping)
        assert said(report, "mapped") == [("PER to sourced", 1)]
        (mark,) = held(ledger)[0].marks.values()
        assert (mark.label, mark.kind, mark.extra) == ("sourced", "person", '{"label":"PER"}')
        assert uid.startswith("ana/")


def test_what_the_file_says_of_codes_comes_along() -> None:
    made = Sheet("a.x:1", TEXT)
    code = Label(axis="neutral", key="z", letter="Z", glyph="z", colour="#123456", position=9, guideline="Odd.")
    made.define("odd", code)
    made.mark(made.mention("ana", "m1", [Span(0, 3)]), "odd")
    with project("lead") as ledger:
        importing(ledger, made.done(), own=True)
        assert ledger.connection.execute("SELECT guideline FROM labels WHERE label = 'odd'").fetchone() == ("Odd.",)


def test_asides_and_notes_are_counted_with_their_places() -> None:
    records: list[Record] = [Aside(f"a.x:{number}", "relation", "has no counterpart") for number in range(9)]
    with project("lead") as ledger:
        kept, report = importing(ledger, *records, Note("a.x", "a word"))
        assert kept
        rows = {row["what"]: row for row in report.rows()}
        assert rows["set aside"]["count"] == 9
        assert rows["set aside"]["places"] == "a.x:0, a.x:1, a.x:2, a.x:3, a.x:4, …"
        assert rows["note"]["reason"] == "a word"


# ---------------------------------------------------------------------- our own lines


@examples(10)
@given(items=projects())
def test_lines_without_events_are_taken_by_their_mentions(items: list[Annotated], tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("lines") / "x.jsonl"
    path.write_text("".join(json.dumps(document_out(item)) + "\n" for item in items), "utf-8")
    with project_of(items) as one, project("lead", "d2") as other:
        bring(other, path, "jsonl")
        assert held(other) == held(one)


def test_a_project_moved_by_lines_has_the_same_log(tmp_path: Path) -> None:
    with project_of([sheet().done()]) as ledger, project("lead", "d2") as other:
        with Ledger(ledger.path, "ana", "d9") as ana:
            ana.undo()
            with ana.act() as act:
                acts.state_claim(act, "Nobody mentions it.")
                gone = acts.add_document(act, "A text that is taken back.")[0]
                act.withdraw("document", gone)
        export(ledger.connection, tmp_path / "x.jsonl")
        bring(other, tmp_path / "x.jsonl")
        assert log_state(other.connection) == log_state(ledger.connection)
        assert public_state(other.connection) == public_state(ledger.connection)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"text": "One two.", "mentions": [{"annotator": "a", "spans": [{"start": 4, "end": 99}]}]}, "does not fit"),
        ({"text": "One two.", "mentions": [{"annotator": "a", "spans": [{"start": 4, "end": 4}]}]}, "is empty"),
        ({"text": "One two.", "mentions": [{"annotator": "a", "spans": [{"start": 4, "end": 2}]}]}, "is inverted"),
        ({"text": "One two.", "mentions": [{"annotator": "a", "spans": []}]}, "no span"),
        ({"text": "One two.", "mentions": [{"annotator": "a", "spans": [{"start": 0, "end": 3, "quote": "Six"}]}]}, "'One'"),
        ({"text": "One two.", "mentions": [{"spans": [{"start": 0, "end": 3}], "marks": [{"label": "odd"}]}]}, "'odd'"),
        ({"text": "One two.", "mentions": [{"spans": [{"start": 0, "end": 3}], "polarity": "maybe"}]}, "polarity"),
        ({"text": "One two.", "mentions": [7]}, "not a mention"),
        ({"text": "One two.", "mentions": 7}, "not as onrecord writes them"),
        ({"text": "One two.", "mentions": [{"annotator": "a/b", "spans": [{"start": 0, "end": "3"}]}]}, "end"),
        ({"mentions": []}, "has no text"),
        ({"text": "One two.", "events": "all"}, "its events are not"),
        ({"texts": True, "events": []}, "its events are not"),
        ({"texts": [["one", "two"]], "events": []}, "its events are not"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_is_said_with_its_place(line: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "A good one.", "mentions": []}\n' + json.dumps(line) + "\n", "utf-8")
    with project("lead") as ledger:
        report = bring(ledger, path, "jsonl", keep_good=True)
        (row,) = [row for row in report.rows() if row["what"] == "refused"]
        assert sentence in row["reason"]
        assert row["places"].startswith(f"{path}:2")
        assert "A good one." in str(public_state(ledger.connection)["texts"])


@pytest.mark.slow
def test_a_killed_import_leaves_no_trace(tmp_path: Path) -> None:
    chance = random.Random(7)
    lines = []
    for number in range(3000):
        made = sheet(f"{TEXT} {number}")
        lines.append(json.dumps(document_out(made.done())))
    (tmp_path / "x.jsonl").write_text("\n".join(lines), "utf-8")
    command = [str(ONRECORD), "import", "p.db", "x.jsonl", "--as", "lead"]
    with Ledger.create(tmp_path / "p.db", "lead", "device") as ledger:
        with ledger.act() as act:
            found(act)  # as the first command would
        before = log_state(ledger.connection), public_state(ledger.connection)
    for _ in range(3):
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5 + chance.random())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with Ledger(tmp_path / "p.db", "lead", "device") as ledger:
            (documents,) = ledger.connection.execute("SELECT count(*) FROM documents").fetchone()
            assert documents in (0, len(lines)), "half of a file came in"
            if not documents:
                assert (log_state(ledger.connection), public_state(ledger.connection)) == before
            assert not [finding for finding in check(ledger.connection) if finding.level == "problem"]
