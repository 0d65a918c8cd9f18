"""Web Annotations: ours are valid by the model, theirs come in with their words or are set aside with what is true."""

import copy
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange.annotated import Annotated, Aside, Sheet, of_extra
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Incoming, named, recognise
from onrecord.exchange.mapping import Mapping
from onrecord.exchange.web_selectors import Selecting
from onrecord.schema.errors import BadInput
from onrecord.schema.events import Document
from onrecord.schema.text import Span
from projects import bring, held, project_of, projects
from web_annotations import CONTEXT, QUOTED, TEXT, URL, annotation, at, problems


def records(value: object, *, mapping: Mapping | None = None, find: bool = True) -> list[Any]:
    """What is made of a file by a project that has the text at its address."""
    known: dict[str, Any] = {URL: (TEXT, Document(title="Gate", url=URL))} if find else {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.jsonld"
        path.write_text(json.dumps(value), "utf-8")
        read = named("webannotation").read
        assert read
        return list(
            read(Incoming(path=path, place="x", annotator="me", mapping=mapping or Mapping(), find=known.get))
        )  # fmt: skip


def only(found: list[Any]) -> Annotated:
    (item,) = [each for each in found if isinstance(each, Annotated)]
    assert not [each for each in found if isinstance(each, Refused | Aside)], found
    return item


def spans(item: Annotated) -> list[list[str]]:
    return [[piece.quote for piece in mention.spans] for mention in item.mentions.values()]


# ---------------------------------------------------------------------- out


@pytest.mark.slow
@examples(25)
@given(items=projects())
def test_whatever_a_project_holds_the_file_is_valid_by_the_model(items: list[Annotated]) -> None:
    with project_of(items) as ledger, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "x.jsonld"
        export(ledger.connection, out, name="webannotation")
        value = json.loads(out.read_text("utf-8"))
        assert problems(value) == []
        given_items = value["first"]["items"]
        assert value["total"] == len(given_items)
        assert len({each["id"] for each in given_items}) == len(given_items)
        assert recognise(out).name == "webannotation"
        declared = {"@context", *value["@context"][1]}
        own = {key for each in given_items for key in each if ":" in key}
        assert own <= declared


def test_an_empty_project_is_an_empty_collection(tmp_path: Path) -> None:
    with project_of([]) as ledger:
        export(ledger.connection, tmp_path / "x.jsonld", name="webannotation")
    assert problems(json.loads((tmp_path / "x.jsonld").read_text())) == []


BREAKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no target": lambda one: one.pop("target"),
    "no id": lambda one: one.pop("id"),
    "no context": lambda one: one.pop("@context"),
    "another context": lambda one: one.update({"@context": "https://schema.org"}),
    "two kinds of body": lambda one: one.update(body="https://c.example/x", bodyValue="y"),
    "a text body without its text": lambda one: one.update(body={"type": "TextualBody"}),
    "a position without an end": lambda one: one["target"]["selector"].pop("end"),
    "a position before the text": lambda one: one["target"]["selector"].update(start=-1),
    "a quote without words": lambda one: one["target"].update(selector={"type": "TextQuoteSelector", "prefix": "a"}),
    "a selector of nothing": lambda one: one["target"].pop("source"),
    "a local time": lambda one: one.update(created="2026-03-03T06:30:00+01:00"),
    "nothing to choose from": lambda one: one.update(body={"type": "Choice", "items": []}),
}


@pytest.mark.parametrize("what", BREAKS)
def test_the_schema_refuses_what_the_model_forbids(what: str) -> None:
    good = annotation(at("gate"), created="2026-03-03T06:30:00Z", body={"type": "TextualBody", "value": "x"})
    assert problems(good) == []
    bad = copy.deepcopy(good)
    BREAKS[what](bad)
    assert problems(bad)


def test_what_was_changed_elsewhere_is_taken_over(tmp_path: Path) -> None:
    sheet = Sheet("made", TEXT, Document(title="Gate", url=URL))
    uid = sheet.mention("ana", "1", [Span(6, 10)], claim=sheet.claim("It stopped"), note="first")
    sheet.mark(uid, "denied", kind="flat_denial")
    sheet.mark(uid, "anonymous")
    with project_of([sheet.done()]) as ledger:
        export(ledger.connection, tmp_path / "x.jsonld", name="webannotation")
        value = json.loads((tmp_path / "x.jsonld").read_text("utf-8"))
        one = value["first"]["items"][1]
        for body in one["body"]:
            body["value"] = {"anonymous": "sourced", "first": "second", "It stopped": "It moved"}.get(
                body["value"], body["value"]
            )
        one["target"]["selector"] = [at("Nothing"), {"type": "TextQuoteSelector", "exact": "Nothing"}]
        (tmp_path / "y.jsonld").write_text(json.dumps(value), "utf-8")
        bring(ledger, tmp_path / "y.jsonld", "webannotation", update=True)
        (item,) = held(ledger)
    (mention,) = item.mentions.values()
    assert (mention.spans[0].quote, mention.note) == ("Nothing", "second")
    assert item.claims[mention.claim or ""].text == "It moved"
    assert item.marks[f"{uid}/denied"].kind == "flat_denial"
    assert f"{uid}/sourced" in item.marks


# ---------------------------------------------------------------------- in


CHOSEN = "stopped,"
SELECTORS: dict[str, object] = {
    "position": at(CHOSEN),
    "quote": {"type": "TextQuoteSelector", "exact": CHOSEN},
    "both": [at(CHOSEN), {"type": "TextQuoteSelector", "exact": CHOSEN}],
    "a quote that stands twice, told apart": [
        {"type": "TextQuoteSelector", "exact": CHOSEN, "prefix": "👩‍👧 ", "suffix": "” said"}
    ],
    "a position that has moved": [
        {"type": "TextPositionSelector", "start": 1, "end": 9},
        {"type": "TextQuoteSelector", "exact": CHOSEN},
    ],
    "a choice": {"type": "Choice", "items": [{"type": "CssSelector", "value": "p"}, at(CHOSEN)]},
    "css beside a quote": [{"type": "CssSelector", "value": "p"}, {"type": "TextQuoteSelector", "exact": CHOSEN}],
    "a quote within a fragment": {
        "type": "FragmentSelector", "value": "p2", "refinedBy": {"type": "TextQuoteSelector", "exact": CHOSEN},
    },
    "a position within a quote": {
        "type": "TextQuoteSelector", "exact": "👩‍👧 stopped,”",
        "refinedBy": {"type": "TextPositionSelector", "start": 4, "end": 4 + len(CHOSEN)},
    },
    "a quote within a position": {
        **at("Nothing 👩‍👧 stopped,"), "refinedBy": {"type": "TextQuoteSelector", "exact": CHOSEN},
    },
    "a range": {"type": "RangeSelector", "startSelector": at(CHOSEN), "endSelector": at("” said")},
}  # fmt: skip


@pytest.mark.parametrize("what", SELECTORS)
def test_every_selector_of_text_finds_its_words(what: str) -> None:
    found = records(annotation(SELECTORS[what]))
    assert spans(only(found)) == [[CHOSEN]]
    assert problems(annotation(SELECTORS[what])) == []


@pytest.mark.parametrize(
    ("selector", "kind", "why"),
    [
        ({"type": "CssSelector", "value": "p"}, Aside, "CssSelector"),
        ({"type": "SvgSelector", "value": "<svg/>"}, Aside, "SvgSelector"),
        ("https://c.example/selector", Aside, "kept elsewhere"),
        ({"type": "TextQuoteSelector", "exact": "stopped"}, Aside, "more than once"),
        ({"type": "TextQuoteSelector", "exact": "tower"}, Aside, "nowhere"),
        ([at("gate"), {"type": "TextQuoteSelector", "exact": "tower"}], Aside, "nowhere"),
        ({"type": "FragmentSelector", "value": "p", "refinedBy": at("gate")}, Aside, "counts from the beginning"),
        ({"type": "TextPositionSelector", "start": 4, "end": 4}, Refused, "empty"),
        ({"type": "TextPositionSelector", "start": 9, "end": 4}, Refused, "inverted"),
        ({"type": "TextPositionSelector", "start": 0, "end": 4000}, Refused, "outside"),
        ({"type": "TextPositionSelector", "start": "0", "end": 4}, Refused, "whole numbers"),
        ({"type": "TextPositionSelector", "start": True, "end": 4}, Refused, "whole numbers"),
        ({"type": "TextQuoteSelector", "exact": ""}, Refused, "no words"),
        ({"type": "TextQuoteSelector", "exact": ["a"]}, Refused, "no text"),
    ],
)
def test_what_selects_no_words_is_set_aside_and_what_is_wrong_refused(selector: object, kind: type, why: str) -> None:
    found = records(annotation(selector))
    (said,) = [each for each in found if isinstance(each, Refused | Aside)]
    assert isinstance(said, kind), said
    assert why in (said.reason if isinstance(said, Aside) else said.sentence)
    assert not [item for item in found if isinstance(item, Annotated) and item.mentions]


def test_a_browser_that_counts_utf_16_is_found_out() -> None:
    found = records([annotation([at("Nothing", "utf-16"), {"type": "TextQuoteSelector", "exact": "Nothing"}])])
    assert spans(only(found)) == [["Nothing"]]
    assert [each for each in found if isinstance(each, Note) and "UTF-16" in each.sentence]


def test_each_target_is_a_mention_and_a_composite_is_one() -> None:
    pieces: list[Any] = [{"source": URL, "selector": at(words)} for words in ("gate", "Nothing")]
    several = records(annotation(None, target=pieces))
    assert spans(only(several)) == [["gate"], ["Nothing"]]
    assert spans(only(records(annotation(None, target={"type": "Independents", "items": pieces})))) == [
        ["gate"],
        ["Nothing"],
    ]
    assert spans(only(records(annotation(None, target={"type": "Composite", "items": pieces})))) == [
        ["gate", "Nothing"]
    ]
    choice = only(records(annotation(None, target={"type": "Choice", "items": pieces})))
    assert spans(choice) == [["gate"]]


def test_bodies_are_labels_and_notes_and_the_creator_is_the_annotator() -> None:
    given_bodies: list[Any] = [
        {"type": "TextualBody", "value": "denied", "purpose": "tagging"},
        {"type": "TextualBody", "value": "Look closer."},
        {"type": "SpecificResource", "source": "https://c.example/Claim", "purpose": "oa:classifying"},
        {"type": "Choice", "items": [{"type": "TextualBody", "value": "ja", "language": "de"}]},
        "https://c.example/page",
    ]
    one = annotation(
        QUOTED, body=given_bodies, creator={"id": "https://c.example/ana", "name": "Ana R."},
        created="2026-03-03T06:30:00Z", motivation="commenting",
    )  # fmt: skip
    item = only(records(one))
    ((uid, mention),) = item.mentions.items()
    assert uid.startswith("Ana R./")
    assert mention.note == "Look closer.\nja"
    assert {mark.label for mark in item.marks.values()} == {"denied", "https://c.example/Claim"}
    kept = of_extra(mention.extra, "webannotation")
    assert kept["bodies"] == given_bodies
    assert kept["annotation"]["created"] == "2026-03-03T06:30:00Z"


@pytest.mark.parametrize(
    ("creator", "name"),
    [
        ("https://c.example/people/ana", "c.example-people-ana"),
        ({"nickname": "bo"}, "bo"),
        ([{"id": "https://c.example/" + "x" * 90}], "c.example-xxxxxxxxxxxxxx…" + "x" * 39),
        (None, "me"),
        (7, "me"),
    ],
)
def test_whoever_made_it_has_a_name_that_can_be_kept(creator: object, name: str) -> None:
    item = only(records(annotation(QUOTED, creator=creator)))
    assert item.annotators() == [name]


def test_a_creator_can_be_mapped_by_address() -> None:
    mapping = Mapping(annotators={"https://c.example/ana": "ana"})
    assert only(records(annotation(QUOTED, creator="https://c.example/ana"), mapping=mapping)).annotators() == ["ana"]


def test_what_the_model_knows_comes_back_under_the_same_names(tmp_path: Path) -> None:
    one = annotation(
        None, generator="https://c.example/tool", rights="https://c.example/rights", motivation=["tagging", "commenting"],
        creator={"id": "https://c.example/ana", "type": "Person", "name": "Ana"}, created="2026-03-03T06:30:00Z",
        target={"source": URL, "selector": [QUOTED, {"type": "CssSelector", "value": "p"}], "styleClass": "red"},
        body=[{"type": "TextualBody", "value": "denied", "purpose": "tagging", "language": "en"},
              {"type": "TextualBody", "value": "Look.", "purpose": "commenting"}, "https://c.example/page"],
    )  # fmt: skip
    sheet = Sheet("made", TEXT, Document(title="Gate", url=URL))
    (tmp_path / "in.json").write_text(json.dumps(one), "utf-8")
    with project_of([sheet.done()]) as ledger:
        bring(ledger, tmp_path / "in.json")
        export(ledger.connection, tmp_path / "out.jsonld", name="webannotation")
    value = json.loads((tmp_path / "out.jsonld").read_text("utf-8"))
    assert problems(value) == []
    (again,) = [each for each in value["first"]["items"] if each["id"] == one["id"]]
    for key in ("generator", "rights", "motivation", "creator", "created", "body"):
        assert again[key] == one[key], key
    assert again["target"]["styleClass"] == "red"
    assert {"type": "CssSelector", "value": "p"} in again["target"]["selector"]


def test_a_text_that_nobody_has_is_asked_for() -> None:
    (said,) = records(annotation(at("gate")), find=False)
    assert isinstance(said, Refused)
    assert URL in said.sentence
    inline = {"source": {"type": "TextualBody", "value": TEXT}, "selector": at("gate")}
    item = only(records(annotation(None, target=inline), find=False))
    assert (item.text, spans(item)) == (TEXT, [["gate"]])


def test_the_same_id_twice_is_refused_and_further_pages_are_named() -> None:
    page = {
        "type": "AnnotationPage",
        "items": [annotation(QUOTED), annotation(at("Orrin"))],
        "next": "https://c.example/2",
    }
    found = records({"@context": CONTEXT, "type": "AnnotationCollection", "first": page})
    assert [each.sentence for each in found if isinstance(each, Refused)] == [
        "the id 'https://b.example/1' comes twice; ids must differ"
    ]
    assert [each.kind for each in found if isinstance(each, Aside)] == ["page"]


def test_two_texts_at_one_address_are_told_apart_by_their_hashes(tmp_path: Path) -> None:
    items = []
    for text in ("The gate stopped.", "The gate closed."):
        sheet = Sheet("made", text, Document(title="Gate", url=URL))
        sheet.mention("ana", "1", [Span(4, 8)])
        items.append(sheet.done())
    with project_of(items) as one, project_of([]) as other:
        export(one.connection, tmp_path / "x.jsonld", name="webannotation")
        bring(other, tmp_path / "x.jsonld")
        assert held(one) == held(other)


@given(words=st.text(alphabet="ab🌊 ", min_size=1, max_size=30), data=st.data())
def test_a_quote_is_found_exactly_where_it_is_beyond_doubt(words: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    quote = {"type": "TextQuoteSelector", "exact": words[start:end], "prefix": words[:start], "suffix": words[end:]}
    assert Selecting(words, "code-points").placed(quote).span == Span(start, end)
    alone = {"type": "TextQuoteSelector", "exact": words[start:end]}
    places = [at for at in range(len(words)) if words.startswith(words[start:end], at)]
    try:
        assert Selecting(words, "code-points").placed(alone).span == Span(start, end)
        assert places == [start]
    except BadInput:
        assert len(places) > 1


# ---------------------------------------------------------------------- the model's own examples


def test_the_examples_of_the_model_are_valid_and_each_is_answered_truly(data: Path) -> None:
    folder = data / "interop" / "w3c-web-annotation" / "model" / "wd2" / "examples" / "correct"
    files = sorted(folder.glob("*.json"))
    assert len(files) == 44
    for path in files:
        value = json.loads(path.read_text("utf-8"))
        assert problems(value) == [], path.name
        assert recognise(path).name == "webannotation", path.name
        read = named("webannotation").read
        assert read
        found = list(read(Incoming(path=path, place=path.name, annotator="me")))
        every = value["first"]["items"] if "first" in value else [value]
        assert len({each.place for each in found}) == len(every), path.name
        for one in every:
            (said, *_) = [each for each in found if each.place.endswith(one["id"])]
            selects = '"TextQuoteSelector"' in json.dumps(one) or '"TextPositionSelector"' in json.dumps(one)
            assert isinstance(said, Refused) == selects, (one["id"], said)


def test_the_examples_with_words_come_in_where_the_project_has_the_page(data: Path) -> None:
    folder = data / "interop" / "w3c-web-annotation" / "model" / "wd2" / "examples" / "correct"
    page = "He wrote: this is an anotation that has some faults; text before the Selected Text and text after it."
    read = named("webannotation").read
    assert read
    for name, words in (("anno23.json", "anotation"), ("anno29.json", "Selected Text")):
        found = list(
            read(Incoming(path=folder / name, place=name, annotator="me", find=lambda _: (page, Document(title="p"))))
        )
        assert spans(only(found)) == [[words]]
