"""Tools whose spans are continuous: what was changed there wins, all else comes back, and nothing hostile gets in."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from onrecord.exchange.annotated import Annotated, Sheet
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.schema.events import Document
from onrecord.schema.text import Span
from project_state import project
from projects import bring, documents, held, project_of, records_of

TEXT = "🌊 The mill will close, two managers said. Nobody at the mill would say when. 🌊 End."


def at(words: str) -> Span:
    """Where words first stand in the text."""
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


CLOSES, SAID, WHEN, SAY_WHEN = at("The mill will close"), at("two managers"), at("when"), at("say when")
TOOLS = ("doccano", "labelbuddy", "prodigy")

_NATIVE: dict[str, tuple[str, Callable[[dict[str, Any]], Any], Callable[[int, int, str], Any]]] = {
    "doccano": ("label", lambda each: tuple(each), lambda start, end, label: [start, end, label]),
    "prodigy": (
        "spans",
        lambda each: (each["start"], each["end"], each["label"]),
        lambda start, end, label: {"start": start, "end": end, "label": label},
    ),
    "labelbuddy": (
        "annotations",
        lambda each: (each["start_char"], each["end_char"], each["label_name"]),
        lambda start, end, label: {"start_char": start, "end_char": end, "label_name": label},
    ),
}


def story() -> Annotated:
    """A document with a mention of two pieces and two marks, one with a chain, and a mention without any mark."""
    sheet = Sheet("made", TEXT, Document(title="The mill"))
    claim = sheet.claim("The mill will close.")
    both = sheet.mention("ana", "1", [CLOSES, WHEN], claim=claim, note="Split by a quote.")
    source = sheet.source("two managers", kind="collective", named=False)
    sheet.mark(both, "anonymous", kind="collective", chain=(sheet.link(source, [SAID], identified="described"),))
    sheet.mark(both, "denied", certainty=40)
    sheet.mention("ana", "2", [SAID], polarity="questions")
    return sheet.done()


def written(tool: str, folder: Path, items: list[Annotated]) -> list[dict[str, Any]]:
    """The records that a tool gets."""
    with project_of(items) as ledger:
        export(ledger.connection, folder / "out.jsonl", name=tool, force=True)
    return [json.loads(line) for line in (folder / "out.jsonl").read_bytes().decode().split("\n") if line]


def read(tool: str, folder: Path, *records: Any, ending: str = "jsonl") -> list[Any]:
    """What is made of records."""
    path = folder / f"back.{ending}"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return records_of(path, tool, "reader")


def changed(
    tool: str, folder: Path, *, drop: tuple[Span, str] | None = None, add: tuple[Span, str] | None = None
) -> tuple[Annotated, list[Any]]:
    """The story after a span was taken away or put in there, and what was remarked."""
    (record,) = written(tool, folder, [story()])
    key, plain, made = _NATIVE[tool]
    gone = (drop[0].start, drop[0].end, drop[1]) if drop else None
    assert gone is None or gone in [plain(each) for each in record[key]]
    record[key] = [each for each in record[key] if plain(each) != gone]
    record[key] += [made(add[0].start, add[0].end, add[1])] if add else []
    found = read(tool, folder, record)
    (item,) = [each for each in found if isinstance(each, Annotated)]
    assert not [each for each in found if isinstance(each, Refused)]
    return item, [each for each in found if isinstance(each, Note)]


def shown(item: Annotated) -> list[tuple[list[str], list[str]]]:
    """The words and labels of each mention."""
    return sorted(
        ([piece.quote for piece in mention.spans], sorted(mark.label for mark in item.marks_of(uid)))
        for uid, mention in item.mentions.items()
    )


@pytest.mark.parametrize("tool", TOOLS)
def test_a_piece_that_was_moved_takes_its_label_with_it(tool: str, tmp_path: Path) -> None:
    item, notes = changed(tool, tmp_path, drop=(WHEN, "denied"), add=(SAY_WHEN, "denied"))
    assert shown(item) == [
        (["The mill will close", "say when"], ["denied"]),
        (["The mill will close", "when"], ["anonymous"]),
        (["two managers"], []),
    ]
    assert {mention.claim for mention in item.mentions.values() if len(mention.spans) == 2} == set(item.claims)
    assert notes


@pytest.mark.parametrize("tool", TOOLS)
def test_a_piece_that_was_removed_for_one_label_leaves_the_other_as_it_was(tool: str, tmp_path: Path) -> None:
    item, _ = changed(tool, tmp_path, drop=(WHEN, "anonymous"))
    found = {tuple(labels): words for words, labels in shown(item)}
    assert found["denied",] == ["The mill will close", "when"]
    assert found["anonymous",] == ["The mill will close"]
    (mark,) = [mark for mark in item.marks.values() if mark.label == "anonymous"]
    assert mark.kind == "collective"
    assert len(mark.chain) == 1


@pytest.mark.parametrize("tool", TOOLS)
def test_a_label_that_was_put_on_a_bare_claim_becomes_its_mark(tool: str, tmp_path: Path) -> None:
    item, notes = changed(tool, tmp_path, drop=(SAID, "claim"), add=(SAID, "sourced"))
    assert (["two managers"], ["sourced"]) in shown(item)
    (mention,) = [mention for mention in item.mentions.values() if len(mention.spans) == 1]
    assert mention.polarity == "questions"
    assert notes


@pytest.mark.parametrize("tool", TOOLS)
def test_a_further_label_on_the_same_words_is_a_further_mark(tool: str, tmp_path: Path) -> None:
    item, notes = changed(tool, tmp_path, add=(SAID, "confirmed"))
    assert len(item.mentions) == 2
    assert (["two managers"], ["confirmed"]) in shown(item)
    assert not notes


@pytest.mark.parametrize("tool", TOOLS)
def test_a_new_span_is_a_new_mention_of_the_same_annotator(tool: str, tmp_path: Path) -> None:
    item, notes = changed(tool, tmp_path, add=(at("Nobody"), "PERSON"))
    assert (["Nobody"], ["PERSON"]) in shown(item)
    assert item.annotators() == ["ana"]
    assert not notes


@pytest.mark.parametrize("tool", TOOLS)
def test_a_mention_whose_spans_are_all_gone_is_left_out_with_a_note(tool: str, tmp_path: Path) -> None:
    item, notes = changed(tool, tmp_path, drop=(SAID, "claim"))
    assert len(item.mentions) == 1
    assert any("no span there any more" in note.sentence for note in notes)


@pytest.mark.parametrize("tool", TOOLS)
@examples(10, suppress_health_check=list(HealthCheck))
@given(item=documents(), data=st.data())
def test_any_span_may_be_removed_and_the_rest_is_as_it_was(tool: str, item: Annotated, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        records = written(tool, Path(folder), [item])
        key, plain, _ = _NATIVE[tool]
        record = data.draw(st.sampled_from(records))
        if not record[key]:
            return
        gone = plain(record[key].pop(data.draw(st.integers(0, len(record[key]) - 1))))
        found = read(tool, Path(folder), *records)
    assert not [each for each in found if isinstance(each, Refused)]
    back = [each for each in found if isinstance(each, Annotated)]
    spans = {(piece.start, piece.end) for each in back for mention in each.mentions.values() for piece in mention.spans}
    before = {(piece.start, piece.end) for mention in item.mentions.values() for piece in mention.spans}
    assert before - {gone[:2]} <= spans <= before
    labels = {uid: mark.label for uid, mark in item.marks.items()}
    for each in back:
        for uid, mark in each.marks.items():
            if mark.mention in item.mentions:
                assert labels[uid] == mark.label
                assert mark == item.marks[uid]


# ---------------------------------------------------------------------- what comes from strangers

_HOSTILE = [
    b'{"text": "ab", "label": ' + b"[" * 200_000,
    b'[{"text": "ab", "label": ' + b"[" * 200_000,
    b'{"text": "ab", "label": [[0, NaN, "x"]]}',
    b'{"text": "ab", "text": "cd", "label": []}',
    b'{"text": "\xff\xfe", "label": []}',
    b'{"text": "a\\ud800b", "label": [], "spans": [], "annotations": []}',
    b'{"text": "a\\u0000b", "label": []}',
    b'{"text": 7}', b'{"text": "  "}', b"7", b"[7]", b'["a"]', b'[{"text": "a"}', b"[{}", b"[", b'[{"text": "a"} {}]',
    b'[{"text": "a"}] x', b'{"text": "ab", "label": 7, "spans": 7, "annotations": 7}',
    b'{"text": "ab", "label": [7], "spans": [7], "annotations": [7]}',
    (b'{"text": "ab", "label": [[1, 0, "x"]], "spans": [{"start": 1, "end": 0, "label": "x"}],'
    b' "annotations": [{"start_char": 1, "end_char": 0, "label_name": "x"}]}'),
    (b'{"text": "ab", "label": [[0, 9, "x"]], "spans": [{"start": 0, "end": 9, "label": "x"}],'
    b' "annotations": [{"start_byte": 0, "end_byte": 9, "label_name": "x"}]}'),
    (b'{"text": "ab", "label": [[1, 1, "x"]], "spans": [{"start": 1, "end": 1, "label": "x"}],'
    b' "annotations": [{"start_char": true, "end_char": 2, "label_name": "x"}]}'),
    b'{"text": "ab", "label": [[0, 1, ""]], "spans": [{"start": 0, "end": 1}], "annotations": [{"start_char": 0}]}',
    b'{"text": "ab", "label": [], "meta": {"a": "\\udc00"}, "metadata": {"a": "\\udc00"}}',
    b'{"text": "ab", "label": [], "meta": {"a": 1e999}, "metadata": {"a": 1e999}}',
    b'{"text": "ab", "label": [], "onrecord": 7, "metadata": {"onrecord": 7}}',
    (b'{"text": "ab", "label": [], "onrecord": {"mentions": [{"extra": "["}]},'
    b' "metadata": {"onrecord": {"mentions": [{"extra": "["}]}}}'),
    (b'{"text": "ab", "label": [], "onrecord": {"about": {"extra": "{\\"a\\": NaN}"}},'
    b' "metadata": {"onrecord": {"about": {"extra": "[]"}}}}'),
]  # fmt: skip


@pytest.mark.parametrize("ending", ["jsonl", "json"])
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("bad", _HOSTILE, ids=range(len(_HOSTILE)))
def test_what_is_wrong_is_refused_in_one_sentence(tool: str, ending: str, bad: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"bad.{ending}"
    path.write_bytes(bad)
    found = records_of(path, tool)
    assert [each for each in found if isinstance(each, Refused)]
    for each in found:
        assert each.place.startswith(path.name)
        assert "\n" not in getattr(each, "sentence", "")


def test_an_array_may_be_large_but_not_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.json"
    path.write_text('[\n{"text": "a"},\n{"text": 7}]', "utf-8")
    assert [each.place for each in records_of(path, "labelbuddy")] == ["large.json:2", "large.json:3"]
    monkeypatch.setattr("onrecord.exchange.json_records.MAX_ARRAY", 2 * 2**20)
    path.write_text("[" + " " * 2**21 + '{"text": "a"}]', "utf-8")
    assert records_of(path, "labelbuddy") == [
        Refused("large.json", "is one JSON array of more than 2 MB; write it as JSON Lines, which may be of any size")
    ]


def test_a_line_that_is_no_article_is_refused_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.exchange.json_text.MAX_BYTES", 2**20)
    path = tmp_path / "large.jsonl"
    path.write_text('{"text": "' + "a" * 2**21 + '", "label": []}\n{"text": "b", "label": []}\n', "utf-8")
    refused, item = records_of(path, "doccano")
    assert (type(refused), refused.place) == (Refused, "large.jsonl:1")
    assert item.text == "b"


_NAMES = ["start", "end", "label", "id", "extra", "mentions", "about", "spans", "start_offset", "end_offset", "from_id",
          "to_id", "type", "start_char", "end_char", "label_name", "uid", "annotator", "marks", "head_span", "text", "to",
          "tasks", "fields"]  # fmt: skip
_KEYS = ["label", "entities", "relations", "Comments", "spans", "tokens", "answer", "meta", "metadata", "onrecord", "desk",
         "annotations", "id", "_task_hash", "_session_id", "display_title", "accept", "title"]  # fmt: skip
_SPAN = st.tuples(st.integers(-1, 6), st.integers(0, 7), st.sampled_from(["x", "claim", ""]))
_SPANS = {
    "label": _SPAN.map(list),
    "entities": _SPAN.map(lambda it: {"id": it[0], "start_offset": it[0], "end_offset": it[1], "label": it[2]}),
    "relations": _SPAN.map(lambda it: {"from_id": it[0], "to_id": it[1], "type": it[2]}),
    "spans": _SPAN.map(lambda it: {"start": it[0], "end": it[1], "label": it[2], "by": "model"}),
    "annotations": _SPAN.map(
        lambda it: {"start_char": it[0], "end_char": it[1], "label_name": it[2], "extra_data": "?"}
    ),
}
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 9), st.sampled_from(["", "x", "accept", "0"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_NAMES), inner, max_size=5)
    ), max_leaves=12,
)  # fmt: skip


@st.composite
def foreign(draw: st.DrawFn) -> dict[str, Any]:
    """A record that some tool may have written, or nobody."""
    record = {"text": "a 🌊 b c", **draw(st.dictionaries(st.sampled_from(_KEYS), ANYTHING, max_size=5))}
    for key in draw(st.sets(st.sampled_from(sorted(_SPANS)))):
        record[key] = draw(st.lists(_SPANS[key], max_size=4))
    return record


@pytest.mark.parametrize("tool", TOOLS)
@examples(40, suppress_health_check=list(HealthCheck))
@given(record=foreign())
def test_whatever_comes_in_does_not_raise_and_goes_out_and_comes_in_again(tool: str, record: dict[str, Any]) -> None:
    with (
        tempfile.TemporaryDirectory() as name, project("reader") as one, project("reader", "d2") as other,
    ):  # fmt: skip
        folder = Path(name)
        for each in read(tool, folder, record):
            assert isinstance(each, Annotated) or each.place
            assert "cannot go on" not in getattr(each, "sentence", "")
        report = bring(one, folder / "back.jsonl", tool, keep_good=True)
        assert not [row for row in report.rows() if "cannot go on" in row["reason"]]
        export(one.connection, folder / "out.jsonl", name=tool)
        bring(other, folder / "out.jsonl", tool)
        assert held(other) == held(one)


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_kept_may_be_anything_and_is_still_written(tool: str, tmp_path: Path) -> None:
    odd: list[Any] = [7, [], {"tasks": 7}, {"tasks": {"ana": {"fields": {"relations": [{"head_span": {"label": "x",
        "start": []}}, 7]}, "spans": [7], "tokens": [[0, 99]]}}}, {"fields": [], "comments": {"ana": 7}},
        {"relations": [7, {"to": []}], "id": []}, {"metadata": 7, "display_title": []}]  # fmt: skip
    for value in odd:
        sheet = Sheet("made", TEXT, Document(title="t", extra=json.dumps({tool: value})))
        mention = sheet.mention("ana", "1", [SAID], extra=json.dumps({tool: value}))
        sheet.mark(mention, "denied", extra=json.dumps({tool: value}))
        records = written(tool, tmp_path, [sheet.done()])
        back = [each for each in read(tool, tmp_path, *records) if isinstance(each, Annotated)]
        assert all(each.text == TEXT for each in back)
        assert back
