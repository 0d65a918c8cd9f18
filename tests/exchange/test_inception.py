"""INCEpTION's two formats agree: what one says of a document the other says too, and both give back what they got."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from msgspec import structs
from onrecord.exchange.annotated import Annotated, Aside, of_extra, with_extra
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Incoming, named
from onrecord.exchange.inception_model import MENTION, Chain, Layered, Noted, Slot, Tie
from onrecord.exchange.inception_tokens import add_tokens
from onrecord.exchange.mapping import Mapping
from onrecord.exchange.webanno import SHAPE as TSV
from onrecord.exchange.xmi import SHAPE as XMI
from onrecord.schema.ledger import Ledger
from project_state import project
from projects import bring, held

FORMATS = {"webanno": ".tsv", "xmi": ".xmi"}
NAMED = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
POS = "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS"
FEATURES = st.dictionaries(
    st.sampled_from(["value", "identifier", "note"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=6)
    | st.sampled_from(["*", "_", "a|b", "[1]", "x[2]", "\\", "a\\|", "->", "1->2-3", ";", "\t", "\n", "\r", "_[1]"]),
    max_size=3,
)


def read(name: str, path: Path, **options: Any) -> tuple[Annotated, list[Any]]:
    """The one document of a file, and what was said of it."""
    form = named(name)
    assert form.read
    file = Incoming(path=path, place=path.name, annotator="me", override="ana", **options)
    records = list(form.read(file))
    (item,) = [record for record in records if isinstance(record, Annotated)]
    return structs.replace(item, place=""), [record for record in records if not isinstance(record, Annotated)]


def written(folder: Path, layered: Layered) -> Iterator[tuple[str, Path]]:
    """The files of a document in both formats."""
    for name, shape in (("webanno", TSV), ("xmi", XMI)):
        path = folder / f"page{shape.ending}"
        path.write_bytes(shape.write(layered))
        yield name, path


def page(text: str) -> Layered:
    """A document with the tokens that its text suggests."""
    layered = Layered(text)
    add_tokens(layered, None)
    return layered


@st.composite
def layers(draw: st.DrawFn) -> Layered:
    """A document with stacked, overlapping and zero-width annotations, slots, relations and chains."""
    words = st.sampled_from(["Ada", "met", "🌊", "e\u0301", "שלום", "a\u00a0b", "it’s", "3.5", ".", "#", "1-1", "👩‍👧"])
    text = draw(st.sampled_from([" ", "\n", "\n\n", " \n  "])).join(draw(st.lists(words, min_size=1, max_size=8)))
    layered = page(text)
    tokens = layered.tokens
    for layer in draw(st.lists(st.sampled_from([NAMED, "webanno.custom.Span", "webanno.custom.Other"]), max_size=6)):
        first, last = sorted(draw(st.tuples(*[st.integers(0, len(tokens) - 1)] * 2)))
        start, end = tokens[first].start, tokens[last].end
        kind = draw(st.sampled_from(["whole", "part", "nothing"]))
        start += kind == "part" and tokens[first].end - start > 1  # TSV knows no start between tokens
        layered.notes.append(Noted(layer, start, start if kind == "nothing" else end, dict(draw(FEATURES))))
    # As INCEpTION's index has them: what covers nothing comes after what begins at its token.
    layered.notes.sort(key=lambda note: (note.start, -note.end, note.layer))
    spans = [note for note in layered.notes if note.layer == "webanno.custom.Span"]
    if spans:
        ends = st.sampled_from(spans)
        for _ in range(draw(st.integers(0, 2))):
            tie = Tie("webanno.custom.Relation", draw(ends), draw(ends), dict(draw(FEATURES)))
            layered.ties.append(tie)
        for note in layered.notes:
            if note.layer == "webanno.custom.Other":
                roles = draw(st.lists(st.none() | st.sampled_from(["who", "a;b", "*"]), max_size=2))
                if roles:
                    note.slots["links"] = [Slot(role, draw(ends)) for role in roles]
    if draw(st.booleans()):
        links = [Noted("webanno.custom.CorefLink", token.start, token.end) for token in tokens[:3]]
        layered.chains.append(Chain("webanno.custom.CorefLink", links))
    return layered


@pytest.mark.slow
@examples(50, suppress_health_check=list(HealthCheck))
@given(layered=layers())
def test_both_formats_say_the_same_of_a_document(layered: Layered) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (tsv, _), (xmi, _) = (read(name, path) for name, path in written(Path(folder), layered))
    assert tsv == xmi
    assert tsv.text == layered.text
    assert len(tsv.mentions) == sum(note.start < note.end for note in layered.notes)


@pytest.mark.slow
@examples(25, suppress_health_check=list(HealthCheck))
@given(layered=layers(), into=st.sampled_from(list(FORMATS)))
def test_what_came_from_inception_goes_back_as_it_was(layered: Layered, into: str) -> None:
    with project("lead") as one, project("lead", "d2") as two, tempfile.TemporaryDirectory() as folder:
        for name, path in written(Path(folder), layered):
            if name != into:
                bring(one, path, name, annotator="ana")
        export(one.connection, Path(folder, "out"), name=into)
        bring(two, Path(folder, "out"), into)
        assert held(two) == held(one)


def test_what_inception_says_alone_is_written_without_layers_of_ours(tmp_path: Path) -> None:
    layered = page("Ada met Bo .")
    layered.notes.append(Noted(NAMED, 0, 3, {"value": "PER"}))
    for name, path in written(tmp_path, layered):
        with project("lead") as ledger:
            bring(ledger, path, name, annotator="ana")
            export(ledger.connection, tmp_path / name, name=name)
        (out,) = (tmp_path / name).glob(f"*/*{FORMATS[name]}")
        assert out.stem == "ana"
        assert "Onrecord" not in out.read_text("utf-8")
        assert "PER" in out.read_text("utf-8")


# ---------------------------------------------------------------------- labels and layers


def test_labels_are_values_or_layers_and_can_be_mapped(tmp_path: Path) -> None:
    layered = page("Ada met Bo in Rome today .")
    layered.notes += [
        Noted(NAMED, 0, 3, {"value": "PER", "identifier": "Q1"}),
        Noted("webanno.custom.Place", 14, 18, {"certain": "true"}),
        Noted("webanno.custom.Verb", 4, 7),
    ]
    mapping = Mapping(labels={"PER": "sourced/person", "Place:true": "confirmed", "webanno.custom.Verb": "-"})
    for name, path in written(tmp_path, layered):
        plain, _ = read(name, path)
        assert sorted(mark.label for mark in plain.marks.values()) == ["PER", "Place", "Verb"]
        mapped, said = read(name, path, mapping=mapping)
        assert {(mark.label, mark.kind) for mark in mapped.marks.values()} == {("sourced", "person"), ("confirmed", "")}
        assert len(mapped.mentions) == 2
        assert [each.kind for each in said if isinstance(each, Aside)] == ["Verb"]


@pytest.mark.parametrize(("tagged", "mentions"), [(2, 2), (3, 0)])
def test_tags_on_most_tokens_are_set_aside_and_kept(tmp_path: Path, tagged: int, mentions: int) -> None:
    layered = page("Ada met Bo .")
    layered.notes += [Noted(POS, each.start, each.end, {"PosValue": "X"}) for each in layered.tokens[:tagged]]
    for name, path in written(tmp_path, layered):
        item, said = read(name, path)
        assert len(item.mentions) == mentions
        kept = of_extra(item.document.extra, "inception")
        assert len(kept.get("by", {}).get("ana", {}).get("annotations", [])) == tagged - mentions
        assert sum(isinstance(each, Aside) for each in said) == tagged - mentions
        wanted, _ = read(name, path, mapping=Mapping(labels={"POS": "tag"}))
        assert len(wanted.mentions) == tagged


# ---------------------------------------------------------------------- annotators


def test_the_files_of_a_document_are_signed_by_their_names(tmp_path: Path) -> None:
    for annotator, words in (("ana", (0, 3)), ("bo.b", (8, 10)), ("INITIAL_CAS", (4, 7))):
        layered = page("Ada met Bo .")
        layered.notes.append(Noted(NAMED, *words))
        (tmp_path / "story.txt").mkdir(exist_ok=True)
        (tmp_path / "story.txt" / f"{annotator}.tsv").write_bytes(TSV.write(layered))
    with project("lead") as ledger:
        report = bring(ledger, tmp_path, "webanno", mapping=Mapping(annotators={"ana": "Ana"}))
        assert sorted(uid.split("/")[0] for uid in held(ledger)[0].mentions) == ["Ana", "bo.b", "lead"]
        assert any(what == "note" for what, _, _ in report.said)
    with project("lead") as ledger:
        bring(ledger, tmp_path, "webanno", annotator="eve")
        assert {uid.split("/")[0] for uid in held(ledger)[0].mentions} == {"eve"}


# ---------------------------------------------------------------------- onrecord's own layers, changed in INCEpTION


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Ledger]:
    """A project with one mention, denied by somebody."""
    with project("ana") as ledger:
        path = tmp_path / "in.jsonl"
        path.write_text(
            '{"text": "The gate is shut, the mayor denied.", "title": "Gate", "mentions": [{"uid": "ana/1", "annotator":'
            ' "ana", "claim": "The gate is shut", "spans": [{"start": 0, "end": 16}], "marks": [{"label": "denied",'
            ' "kind": "flat_denial", "chain": [{"source": "mayor", "spans": [{"start": 18, "end": 27}], "cue": [{"start":'
            ' 28, "end": 34}]}]}]}]}\n'
        )
        bring(ledger, path)
        yield ledger


@pytest.mark.parametrize("name", FORMATS)
def test_a_change_in_inception_wins_over_what_was_written(ours: Ledger, tmp_path: Path, name: str) -> None:
    export(ours.connection, tmp_path / "out", name=name)
    (path,) = (tmp_path / "out").glob("*/ana.*")
    shape = TSV if name == "webanno" else XMI
    layered = shape.read(path.read_bytes(), "")
    (mention,) = [note for note in layered.notes if note.layer == MENTION]
    assert mention.features["label"] == "denied"
    assert [slot.role for slot in mention.slots["attribution"]] == ["source", "cue"]
    mention.start, mention.features["label"] = 4, "denied, responded"
    path.write_bytes(shape.write(layered))
    item, _ = read(name, path)
    (changed,) = item.mentions.values()
    assert [(each.start, each.end) for each in changed.spans] == [(4, 16)]
    assert {mark.label: (mark.kind, len(mark.chain)) for mark in item.marks.values()} == {
        "denied": ("flat_denial", 1),
        "responded": ("", 0),
    }


@pytest.mark.parametrize("name", FORMATS)
def test_a_mention_that_was_made_in_inception_is_read_from_its_features(tmp_path: Path, name: str) -> None:
    layered = page("The gate is shut, the mayor denied.")
    source = Noted("webanno.custom.OnrecordSource", 18, 27, {"name": "mayor", "identified": "described"})
    cue = Noted("webanno.custom.OnrecordCue", 28, 34)
    features: dict[str, str | list[str]] = {"label": "denied", "claim": "It is shut", "polarity": "negates"}
    made = Noted(MENTION, 0, 16, features, {"attribution": [Slot("source", source), Slot("cue", cue)]})
    layered.notes += [made, source, cue]
    path = dict(written(tmp_path, layered))[name]
    item, _ = read(name, path)
    (mention,), (mark,), (link,) = item.mentions.values(), item.marks.values(), next(iter(item.marks.values())).chain
    assert (mention.polarity, item.claims[mention.claim or ""].text) == ("negates", "It is shut")
    assert (mark.label, link.identified, link.spans[0].quote, link.cue[0].quote) == (
        "denied", "described", "the mayor", "denied",
    )  # fmt: skip
    assert item.sources[link.source or ""].name == "mayor"


# ---------------------------------------------------------------------- what was kept and may be anything by now


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "kept",
    [
        1,
        {"id": 3},
        {"id": "x 0-1 1"},
        {"id": "a.B 0-999 1", "features": {"a b": "c"}},
        {"id": "a.B 0-1 1", "features": {"begin": "c", "value": [1], "class": "x", "type": "y"}, "slots": {"value": 1}},
        {"id": f"{NAMED} 0-1 1", "features": {"value": ["a", "b"]}, "slots": {"value": [{"role": None, "to": "?"}]}},
        {"id": "a.Link 0-1 1", "slots": {"links": [{"role": "r", "to": "a.Link 0-1 1", "more": {"role": "again"}}]}},
        {"id": "a.B 0-1 1", "relations": [{"layer": "a.B", "from": "a.B 0-1 1"}, {"layer": "a.R", "from": 5}, 7]},
        {"id": "uima.tcas.Annotation 0-1 1"},
        {"id": "de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceChain 0-1 1", "features": {"first": "x"}},
        {
            "id": "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.constituent.Constituent 0-1 1",
            "features": {"parent": "x"},
        },
    ],
)
def test_whatever_was_kept_of_inception_comes_back(tmp_path: Path, name: str, kept: object) -> None:
    extra = with_extra("", inception=kept)
    about = {
        "tokens": "0-1 0-2",
        "sentences": "x",
        "by": {"ana": {"annotations": [kept], "chains": [kept, 3]}, "bo": 4},
    }
    mention = {"uid": "ana/1", "annotator": "ana", "spans": [{"start": 0, "end": 3}], "extra": extra}
    line = {"text": "Ada met Bo.", "title": "t", "extra": with_extra("", inception=about), "mentions": [mention]}
    (tmp_path / "in.jsonl").write_text(json.dumps(line))
    with project("lead") as one, project("lead", "d2") as two:
        bring(one, tmp_path / "in.jsonl")
        export(one.connection, tmp_path / "out", name=name)
        bring(two, tmp_path / "out", name)
        assert held(two)[0].mentions == held(one)[0].mentions
        assert held(two) == held(one)


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_mapping_left_out_stays_out_when_it_comes_back(tmp_path: Path, name: str) -> None:
    layered = page("Ada met Bo .")
    layered.notes += [Noted(NAMED, 0, 3, {"value": "PER"}), Noted("webanno.custom.Verb", 4, 7)]
    path = dict(written(tmp_path, layered))[name]
    with project("lead") as one, project("lead", "d2") as two:
        bring(one, path, name, annotator="ana", mapping=Mapping(labels={"Verb": "-", "PER": "sourced/person"}))
        export(one.connection, tmp_path / "out", name=name)
        bring(two, tmp_path / "out", name)
        assert held(two) == held(one)
        assert [mark.label for mark in held(two)[0].marks.values()] == ["sourced"]
