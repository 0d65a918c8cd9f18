"""Prodigy: answers, annotators, relations, and tokens that are the text."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange.annotated import Annotated, Aside
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.prodigy_tokens import Tokens, packed, unpacked
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from project_state import project
from projects import TEXT, bring, held, pieces, records_of

STORY = "Ana Ruiz leads the mill."
TOKENS = [
    {"text": "Ana", "start": 0, "end": 3, "id": 0, "ws": True},
    {"text": "Ruiz", "start": 4, "end": 8, "id": 1, "ws": True},
    {"text": "leads", "start": 9, "end": 14, "id": 2, "ws": True},
    {"text": "the mill.", "start": 15, "end": 24, "id": 3, "ws": False},
]
RUIZ = {"start": 0, "end": 8, "token_start": 0, "token_end": 1, "label": "PER"}
LEADS = {"start": 9, "end": 14, "token_start": 2, "token_end": 2, "label": "VERB"}
TASK = {
    "text": STORY, "meta": {"source": "wire", "score": 0.5}, "_input_hash": 11, "_task_hash": -12, "tokens": TOKENS,
    "spans": [{**RUIZ, "source": "model"}, LEADS],
    "relations": [{"head": 1, "child": 2, "label": "AGENT", "color": "#c2f2f6",
                   "head_span": RUIZ, "child_span": LEADS}],
    "answer": "accept", "_timestamp": 1700000000, "_annotator_id": "desk-ana", "_session_id": "desk-ana",
}  # fmt: skip


def save(folder: Path, *tasks: Any) -> Path:
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(task) + "\n" for task in tasks), "utf-8")
    return path


def out(ledger: Ledger, folder: Path) -> list[dict[str, Any]]:
    path = folder / "out.jsonl"
    export(ledger.connection, path, name="prodigy", force=True)
    return [json.loads(line) for line in path.read_bytes().decode().split("\n") if line]


def native(task: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in task.items() if key != "onrecord"}


@pytest.mark.parametrize(
    ("answer", "state", "marks"), [("accept", "submitted", 2), ("reject", "flagged", 0), ("ignore", "skipped", 0)]
)
def test_a_task_comes_back_as_it_was_whatever_the_answer(answer: str, state: str, marks: int, tmp_path: Path) -> None:
    task = {**TASK, "answer": answer}
    with project("lead") as ledger:
        bring(ledger, save(tmp_path, task))
        (item,) = held(ledger)
        assert [each.state for each in item.submissions.values()] == [state]
        assert item.annotators() == ["desk-ana"]
        assert len(item.marks) == marks
        (back,) = out(ledger, tmp_path)
        assert native(back) == task
        assert not sum(bring(ledger, save(tmp_path, back)).came.values())
        assert native(out(ledger, tmp_path)[0]) == task


def test_without_an_answer_the_spans_are_marked_and_nothing_is_submitted(tmp_path: Path) -> None:
    task = {key: value for key, value in TASK.items() if key != "answer"}
    (item,) = [each for each in records_of(save(tmp_path, task), "prodigy") if isinstance(each, Annotated)]
    assert (len(item.marks), item.submissions) == (2, {})


def test_several_annotators_of_a_document_are_kept_apart_and_each_gets_a_task(tmp_path: Path) -> None:
    second = {**TASK, "_annotator_id": "desk-bo", "_session_id": "desk-bo", "answer": "reject", "_timestamp": 17}
    with project("lead") as ledger:
        bring(ledger, save(tmp_path, TASK, second))
        (item,) = held(ledger)
        assert {uid.split("/")[0]: each.state for uid, each in item.submissions.items()} == {
            "desk-ana": "submitted", "desk-bo": "flagged",
        }  # fmt: skip
        assert [native(task) for task in out(ledger, tmp_path)] == [TASK, second]


def test_a_task_that_comes_twice_is_refused(tmp_path: Path) -> None:
    found = records_of(save(tmp_path, TASK, TASK), "prodigy")
    assert [each for each in found if isinstance(each, Refused)] == [
        Refused("in.jsonl:2", "the task -12 of desk-ana comes twice; it stands in in.jsonl:1 too")
    ]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"answer": "maybe"}, "none of accept, reject and ignore"),
        ({"tokens": [{**TOKENS[0], "text": "Bob"}]}, "not its text's"),
        ({"tokens": [TOKENS[1], TOKENS[0]]}, "out of order"),
        ({"spans": [{"start": 0, "end": 99, "label": "PER"}]}, "outside the text"),
        ({"text": None}, "has no text"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], why: str, tmp_path: Path) -> None:
    found = records_of(save(tmp_path, {**TASK, **changed}), "prodigy")
    (refused,) = [each for each in found if isinstance(each, Refused)]
    assert why in refused.sentence


def test_a_span_is_held_against_its_words(tmp_path: Path) -> None:
    spans = [
        {"start": 5, "end": 9, "text": "Ruiz", "label": "PER"},
        {"start": 0, "end": 3, "text": "Eva", "label": "PER"},
    ]
    found = records_of(save(tmp_path, {"text": STORY, "spans": spans}), "prodigy")
    (item,) = [each for each in found if isinstance(each, Annotated)]
    assert [mention.spans[0].quote for mention in item.mentions.values()] == ["Ruiz"]
    assert [type(each) for each in found if isinstance(each, Aside | Note)] == [Note, Aside]


# ---------------------------------------------------------------------- our tasks in Prodigy


def test_a_task_of_ours_that_is_rejected_there_marks_nothing(tmp_path: Path) -> None:
    with project("lead") as ledger, project("lead", "d2") as other:
        bring(ledger, save(tmp_path, {**TASK, "_task_hash": None}))
        (task,) = out(ledger, tmp_path)
        bring(other, save(tmp_path, {**task, "answer": "ignore"}))
        (item,) = held(other)
        assert [each.state for each in item.submissions.values()] == ["skipped"]
        assert not item.mentions
        (back,) = out(other, tmp_path)
        assert (back["answer"], back["spans"]) == ("ignore", task["spans"])


def test_a_task_that_somebody_else_answered_is_theirs(tmp_path: Path) -> None:
    with project("lead") as ledger:
        bring(ledger, save(tmp_path, TASK))
        (task,) = out(ledger, tmp_path)
        report = bring(ledger, save(tmp_path, {**task, "_annotator_id": "desk-bo"}))
        (item,) = held(ledger)
        assert sorted(uid.split("/")[0] for uid in item.mentions) == ["desk-ana"] * 2 + ["desk-bo"] * 2
        assert any("answered by desk-bo" in row["reason"] for row in report.rows())


def test_a_relation_goes_with_the_span_that_it_hangs_on(tmp_path: Path) -> None:
    with project("lead") as ledger:
        bring(ledger, save(tmp_path, TASK))
        (item,) = held(ledger)
        (uid,) = [uid for uid, mention in item.mentions.items() if mention.spans[0].quote == "leads"]
        with ledger.act() as act, act.signed("desk-ana"):
            act.withdraw("mark", f"{uid}/VERB")
            act.withdraw("mention", uid)
        assert out(ledger, tmp_path)[0]["relations"] == []


def test_tokens_are_cut_for_new_spans_and_relations_follow(tmp_path: Path) -> None:
    mill = {"start": 19, "end": 23, "label": "ORG"}
    task = {**TASK, "relations": [{**TASK["relations"][0], "child": 3}]}  # type: ignore[index]
    with project("lead") as ledger:
        bring(ledger, save(tmp_path, task))
        (there,) = out(ledger, tmp_path)
        there["spans"].append(mill)
        bring(ledger, save(tmp_path, there))
        (back,) = out(ledger, tmp_path)
    assert [token["text"] for token in back["tokens"]] == ["Ana", "Ruiz", "leads", "the ", "mill", "."]
    assert back["spans"][-1] == {**mill, "token_start": 4, "token_end": 4}
    assert (back["relations"][0]["head"], back["relations"][0]["child"]) == (1, 5)


# ---------------------------------------------------------------------- tokens


def test_white_space_is_a_token_but_for_one_space_behind_another() -> None:
    rows = Tokens("One  two,\n\nthree. ", []).rows
    assert [(row["text"], row["ws"]) for row in rows] == [
        ("One", True), (" ", False), ("two", False), (",", False), ("\n\n", False), ("three", False), (".", True),
    ]  # fmt: skip


@given(text=TEXT, data=st.data())
def test_tokens_are_the_text_and_every_span_begins_and_ends_with_one(text: str, data: st.DataObject) -> None:
    spans: list[Span] = data.draw(pieces(text))
    tokens = Tokens(text, spans)
    assert "".join(row["text"] + " " * row["ws"] for row in tokens.rows) == text
    assert [row["id"] for row in tokens.rows] == list(range(len(tokens.rows)))
    for row in tokens.rows:
        assert text[row["start"] : row["end"]] == row["text"] != ""
    for span in spans:
        first, last = tokens.of(span)
        assert (tokens.rows[first]["start"], tokens.rows[last]["end"]) == (span.start, span.end)


@given(text=TEXT, data=st.data())
def test_kept_tokens_come_back_and_are_cut_where_spans_end(text: str, data: st.DataObject) -> None:
    rows = Tokens(text, []).rows
    assert unpacked(text, packed(rows)) == rows
    spans: list[Span] = data.draw(pieces(text))
    cut = Tokens(text, spans, rows)
    assert "".join(row["text"] + " " * row["ws"] for row in cut.rows) == text
    assert {row["start"] for row in rows} <= {row["start"] for row in cut.rows}
    for span in spans:
        row = cut.rows[cut.at(span.start)]
        assert row["start"] == span.start or row["end"] <= span.start
