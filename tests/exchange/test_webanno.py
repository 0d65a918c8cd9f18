"""WebAnno TSV 3: how the text is put together, what is escaped, and that nothing from strangers stops anything."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange import webanno_in
from onrecord.exchange.annotated import Annotated, Aside, of_extra
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import named, recognise
from onrecord.exchange.inception_model import Layered
from onrecord.exchange.inception_tokens import add_tokens
from onrecord.exchange.webanno_in import read_tsv
from onrecord.exchange.webanno_out import shown_text, write_tsv
from onrecord.exchange.webanno_words import numbered, taken_apart, text_in, text_out, value_in, value_out
from project_state import project
from projects import bring, held, records_of
from texts import texts

HEAD = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Span|value\n\n\n"
LINE = "#Text=A 🌊 rose\n1-1\t0-1\tA\t_\t\n1-2\t2-4\t🌊\twave\t\n1-3\t5-9\trose\t_\t\n"


def records(folder: Path, content: str | bytes) -> list[Any]:
    path = folder / "ana.tsv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return records_of(path, "webanno")


def the_one(found: list[Any]) -> Annotated:
    (item,) = [record for record in found if isinstance(record, Annotated)]
    return item


def refusals(found: list[Any]) -> list[Refused]:
    return [record for record in found if isinstance(record, Refused)]


# ---------------------------------------------------------------------- text


@given(text=texts.filter(str.strip))
def test_any_text_is_put_together_again(text: str) -> None:
    layered = Layered(text)
    add_tokens(layered, None)
    layered.text = shown_text(text, layered.tokens)
    again = read_tsv(write_tsv(layered), "here")
    assert again.text == layered.text
    assert [(token.start, token.end) for token in again.tokens] == [
        (token.start, token.end) for token in layered.tokens
    ]
    assert again.sentences == layered.sentences
    assert not again.said


@given(text=texts)
def test_lines_and_values_are_escaped_and_unescaped(text: str) -> None:
    line = text.replace("\n", "")
    assert text_in(text_out(line), (3, 3)) == line
    assert value_in(value_out(text)) == text
    assert taken_apart("|".join([value_out(text), "b", value_out(text)]), "|") == [
        value_out(text),
        "b",
        value_out(text),
    ]
    assert numbered(f"{value_out(text)}[12]") == (value_out(text), "12")
    assert numbered(value_out(text)) == (value_out(text), "")


def test_up_to_version_3_1_texts_are_escaped_as_in_java(tmp_path: Path) -> None:
    old = r"#FORMAT=WebAnno TSV 3.1" + "\n\n\n" + r"#Text=A \uD83C\uDF0A \u00e9\t\"x" + "\n1-1\t0-1\tA\t\n"
    assert the_one(records(tmp_path, old)).text == 'A 🌊 é\t"x'


def test_gaps_between_sentences_are_filled_as_inception_does(tmp_path: Path) -> None:
    body = "#Text=one\n1-1\t2-5\tone\t\n\n#Text=two\n2-1\t5-8\ttwo\t\n\n#Text=end\n#Text=\n3-1\t11-14\tend\t\n"
    assert the_one(records(tmp_path, "#FORMAT=WebAnno TSV 3.2\n\n\n" + body)).text == "  onetwo\n  end\n"


def test_offsets_are_utf_16_and_lines_may_end_in_any_way(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        item = the_one(records(tmp_path, (HEAD + LINE).replace("\n", end)))
        assert item.text == "A 🌊 rose"
        assert [mention.spans[0].quote for mention in item.mentions.values()] == ["🌊"]


# ---------------------------------------------------------------------- recognising


def test_only_webanno_tsv_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(HEAD + LINE)
    assert recognise(path).name == "webanno"
    for other in (
        "#FORMAT=WebAnno TSV 3.9\n",
        "#FORMAT=WebAnno TSV 2\n",
        "text\tlabel\n",
        " #FORMAT=WebAnno TSV 3.3\n",
    ):
        form = named("webanno")
        assert form.recognises
        assert not form.recognises(path, other.encode())


# ---------------------------------------------------------------------- hostile


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe#\x00", "is not UTF-8"),
        ("", "does not begin with"),
        ("#FORMAT=WebAnno TSV 3.3\n#T_XX=a\n", "line 2: declares no layer"),
        (HEAD.replace("\n\n\n", "\n#T_SP=webanno.custom.Span|x\n\n\n"), "line 3: declares the layer"),
        (HEAD + "1-1\t0-1\tA\t_\t\n", "line 5: is a token before any"),
        (HEAD + "#Text=A\nx\t0-1\tA\t_\t\n", "line 6: is no token"),
        (HEAD + "#Text=A\n1-1\t0-1\tA\n", "line 6: has 3 fields"),
        (HEAD + "#Text=A\n1-1\t0-1\tA\t_\t\n1-1\t0-1\tA\t_\t\n", "line 7: the id 1-1 comes twice"),
        (HEAD + "#Text=A\n", "no token"),
        (HEAD + "#Text=A\n1-1.1\t0-1\tA\t_\t\n", "a part of a token"),
        (HEAD + "#Text=AB\n1-1\t0-2\tAB\t_\t\n\n#Text=C\n2-1\t1-2\tC\t_\t\n", "before the one before it ends"),
        (HEAD + "#Text=A\n1-1\t999999999-1000000000\tA\t_\t\n", "is no token"),
        (HEAD + "#Text=A\n1-1\t99999998-99999999\tA\t_\t\n", "leaves a gap"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, content: str | bytes, why: str) -> None:
    (refused,) = records(tmp_path, content)
    assert isinstance(refused, Refused)
    assert why in refused.sentence
    assert "\n" not in refused.sentence


def test_a_file_of_endless_stacks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webanno_in, "_MOST", 1000)
    (refused,) = refusals(records(tmp_path, HEAD + "#Text=A\n1-1\t0-1\tA\t" + "*|" * 1001 + "\t\n"))
    assert "holds more than 1,000 values" in refused.sentence


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1-4\t5-99\trose\tx\t\n", "does not fit"),
        ("1-4\t9-5\trose\tx\t\n", "inverted"),
        ("1-4\t3-4\t🌊\tx\t\n", "does not fit"),
    ],
)
def test_a_span_that_does_not_fit_is_refused_alone(tmp_path: Path, row: str, why: str) -> None:
    found = records(tmp_path, HEAD + LINE + row)
    (refused,) = refusals(found)
    assert refused.place == "ana.tsv:9"
    assert why in refused.sentence
    assert len(the_one(found).mentions) == 1


def test_words_that_are_not_where_they_should_be_are_found_nearby_or_left_out(tmp_path: Path) -> None:
    found = records(tmp_path, HEAD + LINE.replace("5-9\trose\t_", "4-8\trose\tmoved"))
    assert any(isinstance(each, Note) and "nearby" in each.sentence for each in found)
    assert [each.spans[-1].quote for each in the_one(found).mentions.values()] == ["🌊", "rose"]
    found = records(tmp_path, HEAD + LINE.replace("5-9\trose\t_", "5-9\tfell\tlost"))
    assert [each.kind for each in found if isinstance(each, Aside)] == ["token"]
    assert [each.spans[-1].quote for each in the_one(found).mentions.values()] == ["🌊"]


def test_references_that_lead_nowhere_are_set_aside(tmp_path: Path) -> None:
    head = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=a.Host|ROLE_a.Host:links_a.Link|a.Span\n"
        "#T_RL=a.Rel|value|BT_a.Span\n\n\n#Text=A b\n"
    )
    found = records(tmp_path, f"{head}1-1\t0-1\tA\twho\t9-9[4]\t*\t7-7[1_2]\t\n1-2\t2-3\tb\t_\t_\t_\t_\t\n")
    assert sorted(each.kind for each in found if isinstance(each, Aside)) == ["Rel", "slot"]
    (mention,) = the_one(found).mentions.values()
    assert "slots" not in of_extra(mention.extra, "inception")


@given(
    rest=st.lists(
        st.sampled_from([*"\t\n|[]*_\\;-> 0123.#", "Text=", "1-1", "0-1", "#T_SP=", "🌊", "->1-1"]), max_size=40
    )
)
def test_no_file_stops_the_reader(tmp_path_factory: pytest.TempPathFactory, rest: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    folder.mkdir(exist_ok=True)
    for start in ("#FORMAT=WebAnno TSV 3.3\n", HEAD, HEAD + LINE + "1-4\t0-1\tA\t"):
        assert records(folder, start + "".join(rest))


# ---------------------------------------------------------------------- what the format cannot show


def test_what_stands_on_white_space_comes_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    spans = '[{"start": 1, "end": 2}], "note": "gap"}, {"uid": "ana/2", "annotator": "ana", "spans": [{"start": 3, "end": 6}]'
    path.write_text(
        r'{"text": "\t\n a\u00a0\u00a0b\r\n", "title": "t", "mentions": [{"uid": "ana/1", "annotator": "ana", "spans": '
        + spans
        + "}]}\n"
    )
    with project("ana") as one, project("bo", "d2") as two:
        bring(one, path)
        export(one.connection, tmp_path / "out", name="webanno")
        bring(two, tmp_path / "out", "webanno")
        assert held(two) == held(one)
        assert held(two)[0].text == "\t\n a\u00a0\u00a0b\r\n"


def test_json_of_ours_that_was_broken_is_set_aside_and_the_features_are_read(tmp_path: Path) -> None:
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.OnrecordMention|label|onrecord\n\n\n#Text=A b\n"
    for broken in ("{", "NaN", value_out("[" * 100_000), value_out('{"uid": "x/1", "uid": "x/2"}')):
        found = records(tmp_path, f"{head}1-1\t0-1\tA\tdenied\t{broken}\t\n1-2\t2-3\tb\t_\t_\t\n")
        assert not refusals(found)
        assert [mark.label for mark in the_one(found).marks.values()] == ["denied"]
        assert any(isinstance(each, Aside) and "its JSON" in each.reason for each in found)


def test_an_annotation_that_was_copied_in_inception_is_a_mention_of_its_own(tmp_path: Path) -> None:
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.OnrecordMention|label|mention|onrecord\n\n\n#Text=A b\n"
    json = value_out('{"uid": "ana/1", "annotator": "ana", "marks": [{"label": "denied"}], "shown": [[0, 1]]}')
    rows = "".join(
        f"1-{n}\t{at}-{at + 1}\t{word}\tdenied\t{n}\t{json}\t\n" for n, at, word in ((1, 0, "A"), (2, 2, "b"))
    )
    item = the_one(records(tmp_path, head + rows))
    assert len(item.mentions) == 2
    assert "ana/1" in item.mentions
