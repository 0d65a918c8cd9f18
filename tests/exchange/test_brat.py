"""brat standoff: what brat says is taken as it is meant, what was changed in brat wins, and nothing wrong gets in."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from onrecord.exchange.annotated import Annotated, Aside, Sheet, of_extra, with_extra
from onrecord.exchange.articles import Note, Refused
from onrecord.exchange.brat_lines import cut, dangling, parse, union
from onrecord.exchange.brat_out import lines_of as list_lines
from onrecord.exchange.brat_page import Origin, page
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Incoming, named
from onrecord.exchange.mapping import Mapping
from onrecord.schema.errors import BadInput
from onrecord.schema.text import Span
from project_state import project
from projects import TEXT, bring, held, pieces, project_of

STORY = "The harbour is safe, said the mayor.\nAn aide told the Gull that the pier will close.\n"
SAID = """T1\tContent 0 19\tThe harbour is safe
T2\tCue 21 25\tsaid
T3\tSource 26 35\tthe mayor
T4\tClaimed 21 25\tsaid
E1\tClaimed:T4 Content:T1 Cue:T2 Source:T3
"""


def written(folder: Path, content: str, text: str = STORY, name: str = "story") -> Path:
    """A file with its text beside it."""
    (folder / f"{name}.txt").write_bytes(text.encode())
    path = folder / f"{name}.ann"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    return path


def read(path: Path, **about: Any) -> list[Any]:
    """What the reader makes of a file."""
    form = named("brat")
    assert form.read
    return list(form.read(Incoming(path=path, place=path.name, annotator="ana", **about)))


def only(records: list[Any]) -> Annotated:
    """The one document, of which nothing was refused."""
    assert not [each for each in records if isinstance(each, Refused)], records
    (found,) = (each for each in records if isinstance(each, Annotated))
    return found


def words(anchors: Any) -> list[str]:
    return [each.quote for each in anchors]


def lines_of(folder: Path) -> dict[str, list[str]]:
    """The lines of all annotation files in a folder."""
    return {path.parent.name: path.read_text("utf-8").split("\n")[:-1] for path in sorted(folder.rglob("*.ann"))}


def out(items: list[Annotated], folder: Path) -> Path:
    with project_of(items) as ledger:
        export(ledger.connection, folder / "out", name="brat")
    return folder / "out"


# ---------------------------------------------------------------------- in


def test_an_attribution_is_a_mention_with_a_chain(tmp_path: Path) -> None:
    item = only(read(written(tmp_path, SAID)))
    ((uid, mention),) = item.mentions.items()
    (mark,) = item.marks_of(uid)
    assert words(mention.spans) == ["The harbour is safe"]
    assert mark.label == "Claimed"
    (link,) = mark.chain
    assert (words(link.spans), words(link.cue)) == (["the mayor"], ["said"])
    source = item.sources[link.source or ""]
    assert (source.name, source.document) == ("the mayor", item.sha256)


def test_a_label_may_be_mapped_and_its_name_goes_back(tmp_path: Path) -> None:
    path = written(tmp_path, SAID)
    item = only(read(path, mapping=Mapping(labels={"Claimed": "sourced/person"})))
    (mark,) = item.marks.values()
    assert (mark.label, mark.kind) == ("sourced", "person")
    (lines,) = lines_of(out([item], tmp_path)).values()
    assert "E1\tClaimed:T4 Content:T1 Cue:T2 Source:T3" in lines
    left = only(read(path, mapping=Mapping(labels={"Claimed": "-"})))
    assert not left.mentions


def test_numbered_roles_are_deeper_links_and_more_pieces(tmp_path: Path) -> None:
    more = (
        "T5\tSource 37 44\tAn aide\nT6\tCue 45 49\ttold\nT7\tContent 68 83\tpier will close\n"
        "E2\tClaimed:T4 Content:T1 Content2:T7 Source:T3 Cue2:T6 Source2:T5\n"
    )
    path = written(
        tmp_path,
        SAID.replace("E1\tClaimed:T4 Content:T1 Cue:T2 Source:T3\n", "").replace("T2\tCue 21 25\tsaid\n", "") + more,
    )
    item = only(read(path))
    (mention,) = item.mentions.values()
    (mark,) = item.marks.values()
    assert words(mention.spans) == ["The harbour is safe", "pier will close"]
    assert [(words(link.spans), words(link.cue)) for link in mark.chain] == [
        (["the mayor"], []),
        (["An aide"], ["told"]),
    ]
    (lines,) = lines_of(out([item], tmp_path)).values()
    assert "E2\tClaimed:T4 Content:T1 Content2:T7 Source:T3 Cue2:T6 Source2:T5" in lines


def test_what_has_no_counterpart_is_kept_and_goes_back(tmp_path: Path) -> None:
    more = """T9\tPlace 4 11;12 14\tharbour is
R1\tNear Arg1:T9 Arg2:T3\t
A1\tVague T9
A2\tTone E1 dry
M1\tNegation E1
N1\tReference T9 Atlas:77\tthe harbour
#1\tAnnotatorNotes T9\twhich one?
#2\tLemma T3\t mayor
#3\tAnnotatorNotes R1\treally?
*\tSame T9 T3
T10\tClosing 73 83\twill close
E7\tClosing:T10 What:T9 After:E1
"""
    item = only(read(written(tmp_path, SAID + more)))
    assert sorted(mark.label for mark in item.marks.values()) == ["Claimed", "Closing", "Place"]
    assert [mention.note for mention in item.mentions.values() if mention.note] == ["which one?"]
    (lines,) = lines_of(out([item], tmp_path)).values()
    assert "T9\tPlace 4 11;12 14\tharbour is" in lines
    kept = {line for line in more.split("\n")[1:-1] if "which one" not in line}
    assert kept <= set(lines)
    assert "#4\tAnnotatorNotes T9\twhich one?" in lines
    conf = (tmp_path / "out" / "annotation.conf").read_text("utf-8")
    for entry in (
        "Near\tArg1:<ENTITY>, Arg2:<ENTITY>",
        "Tone\tArg:<EVENT>, Value:dry",
        "Same\t",
        "Closing\tAfter*:<EVENT>",
    ):
        assert entry in conf


def test_an_attribution_of_nothing_is_no_mark_and_goes_back(tmp_path: Path) -> None:
    more = "T5\tClaimed 45 49\ttold\nT6\tSource 37 44\tAn aide\nE2\tClaimed:T5 Source:T6\nE3\tClaimed:T4 \n"
    records = read(written(tmp_path, SAID + more))
    item = only(records)
    assert len(item.marks) == 1
    assert [each.place for each in records if isinstance(each, Aside)] == ["story.ann:8", "story.ann:9"]
    (lines,) = lines_of(out([item], tmp_path)).values()
    assert {"E2\tClaimed:T5 Source:T6", "E3\tClaimed:T4 ", "T6\tSource 37 44\tAn aide"} <= set(lines)


def test_words_that_break_their_line_are_put_together(tmp_path: Path) -> None:
    records = read(written(tmp_path, "T1\tContent 26 44\tthe mayor.\nAn aide\nT2\tCue 45 49\ttold\n"))
    assert [words(each.spans) for each in only(records).mentions.values()] == [["the mayor.\nAn aide"], ["told"]]
    assert [each.place for each in records if isinstance(each, Note)] == ["story.ann:1"]


def test_moved_words_are_found_and_others_are_set_aside(tmp_path: Path) -> None:
    records = read(written(tmp_path, "T1\tPlace 5 12\tharbour\nT2\tPlace 0 4\tpear\nR1\tNear Arg1:T1 Arg2:T2\n"))
    assert [words(each.spans) for each in only(records).mentions.values()] == [["harbour"]]
    assert [each.place for each in records if isinstance(each, Aside)] == ["story.ann:2", "story.ann:3"]
    assert [each.place for each in records if isinstance(each, Note)] == ["story.ann:1"]


def test_annotators_of_one_text_are_told_apart_by_the_name_of_the_file(tmp_path: Path) -> None:
    for folder in ("text", "attributions"):
        (tmp_path / folder).mkdir()
    (tmp_path / "text" / "my_story.txt").write_text(STORY, newline="")
    for annotator in ("a1", "b2"):
        (tmp_path / "attributions" / f"my_story_{annotator}.ann").write_text(SAID, newline="")
    with project("lead") as ledger:
        bring(ledger, tmp_path, mapping=Mapping(annotators={"a1": "Ana"}))
        (item,) = held(ledger)
        assert item.annotators() == ["Ana", "b2"]
        assert of_extra(item.document.extra, "brat") == {"name": "my_story"}
        export(ledger.connection, tmp_path / "out", name="brat")
    assert [path.relative_to(tmp_path / "out").as_posix() for path in sorted((tmp_path / "out").rglob("*.txt"))] == [
        "Ana/my_story.txt",
        "b2/my_story.txt",
    ]


# ---------------------------------------------------------------------- out


def ours() -> Annotated:
    """A document of our own: two links, a note over two lines, a span over a line end."""
    sheet = Sheet("generated", STORY)
    uid = sheet.mention("ana", "1", [Span(64, 83)], polarity="negates", note="first\nsecond")
    sheet.mark(
        uid, "anonymous", kind="described", certainty=80, note="by hearsay",
        chain=(
            sheet.link(sheet.source("Gull"), [Span(54, 58)], ()),
            sheet.link(sheet.source("aide", named=False), [Span(37, 44)], [Span(45, 49)], identified="described"),
        ),
    )  # fmt: skip
    sheet.mark(uid, "denied")
    sheet.mention("ana", "2", [Span(30, 44)])
    return sheet.done()


def test_the_native_form_is_what_brat_shows(tmp_path: Path) -> None:
    (lines,) = lines_of(out([ours()], tmp_path)).values()
    seen = [line for line in lines if "Onrecord" not in line]
    assert [re.sub(r"([TEA#])\d+", r"\1", line) for line in seen] == [
        "T\tContent 30 36;37 44\tmayor. An aide",
        "T\tContent 64 83\tthe pier will close",
        "T\tSource 54 58\tGull",
        "T\tSource 37 44\tAn aide",
        "T\tCue 45 49\ttold",
        "T\tanonymous 45 49\ttold",
        "T\tdenied 64 83\tthe pier will close",
        "E\tanonymous:T Content:T Source:T Source2:T Cue2:T",
        "E\tdenied:T Content:T",
        "A\tPolarity T negates",
        "A\tKind E described",
        "A\tCertainty E 80",
        "#\tAnnotatorNotes T\tfirst second",
        "#\tAnnotatorNotes E\tby hearsay",
    ]
    conf = (tmp_path / "out" / "annotation.conf").read_text("utf-8").split("\n")
    assert "anonymous\tContent*:<ENTITY>, Cue*:<ENTITY>, Source*:<ENTITY>" in conf
    assert "Certainty\tArg:<EVENT>, Value:80" in conf
    assert conf[conf.index("[entities]") + 1 : conf.index("[relations]") - 1] == ["Content", "Cue", "Source"]


def edited(tmp_path: Path, *changes: tuple[str, str]) -> Annotated:
    """What comes back of our own document after somebody changed lines in brat."""
    folder = out([ours()], Path(tempfile.mkdtemp(dir=tmp_path)))
    (path,) = folder.rglob("*.ann")
    content = path.read_text("utf-8")
    for pattern, new in changes:
        content, number = re.subn(pattern, new, content, flags=re.MULTILINE)
        assert number, pattern
    path.write_text(content, "utf-8", newline="")
    return only(read(path))


def test_unchanged_it_comes_back_as_it_was(tmp_path: Path) -> None:
    assert edited(tmp_path).mentions == ours().mentions
    assert edited(tmp_path).marks == ours().marks


@pytest.mark.parametrize(
    ("pattern", "new", "then"),
    [
        (r"Content 64 83\tthe pier", r"Content 68 83\tpier", lambda m, _: words(m.spans) == ["pier will close"]),
        (r"anonymous", "sourced", lambda _, marks: marks["sourced"].chain[1].identified == "described"),
        (r"^A\d\tKind.*\n", "", lambda _, marks: marks["anonymous"].kind == ""),
        (r"Certainty (\S+) 80", r"Certainty \1 7", lambda _, marks: marks["anonymous"].certainty == 7),
        (r"Polarity (\S+) negates", r"Polarity \1 questions", lambda m, _: m.polarity == "questions"),
        (r"\tfirst second", r"\tthird", lambda m, _: m.note == "third"),
        (r"^[TE]\d\tdenied.*\n", "", lambda _, marks: set(marks) == {"anonymous"}),
        (r" Cue2:T\d", "", lambda _, marks: not marks["anonymous"].chain[1].cue),
        (r"Source 54 58\tGull", r"Source 50 58\tthe Gull", lambda _, marks: words(marks["anonymous"].chain[0].spans) == ["the Gull"]),
        (r"^(E\d)\tdenied:(T\d+) (.*)$", r"\1\tdenied:\2 \3 Source:T3", lambda _, marks: len(marks["denied"].chain) == 1),
        (r"^#\d\tOnrecordDocument.*\n", "", lambda m, _: m.note == "first\nsecond"),
    ],
)  # fmt: skip
def test_what_was_changed_in_brat_wins(tmp_path: Path, pattern: str, new: str, then: Any) -> None:
    item = edited(tmp_path, (pattern, new))
    uid = next(uid for uid in ours().mentions if ours().marks_of(uid))
    assert set(item.mentions) == set(ours().mentions)
    assert then(item.mentions[uid], {mark.label: mark for mark in item.marks_of(uid)})


# ---------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("content", "place", "sentence"),
    [
        ("T1\tPlace 0 999\tx\n", 1, "outside the text"),
        ("T1\tPlace 5 2\tx\n", 1, "inverted"),
        ("T1\tPlace 5 5\t\n", 1, "empty"),
        ("T1\tPlace 0 5;3 8\tx\n", 1, "overlap"),
        ("T1\tPlace 0\tThe\n", 1, "is no line of the kind T"),
        ("T1\tPlace ٠ ٣\tThe\n", 1, "is no line of the kind T"),
        (f"T1\tPlace 0 {'9' * 5000}\tThe\n", 1, "is no line of the kind T"),
        ("T1\tPlace 0 3\tThe\nT1\tPlace 4 11\tharbour\n", 2, "which an earlier line has"),
        ("hello\n", 1, "is no line of a standoff file"),
        ("E1\tClaimed\n", 1, "is no line of the kind E"),
        ("E1\tClaimed:T1 Content:T2\n", 1, "nowhere in the file"),
        ("T1\tPlace 0 3\tThe\nR1\tNear Arg1:T1 Arg2:T8\n", 2, "names T8, which is nowhere"),
        ("T1\tPlace 0 3\tThe\n#1\tOnrecord T1\t" + "[" * 200_000 + "\n", 2, "nested too deeply"),
        ('T1\tPlace 0 3\tThe\n#1\tOnrecord T1\t{"uid": NaN}\n', 2, "NaN"),
        ('T1\tPlace 0 3\tThe\n#1\tOnrecord T1\t{"uid": "a", "uid": "b"}\n', 2, "twice"),
        ('T1\tPlace 0 3\tThe\n#1\tOnrecord T1\t{"extra": "[1]"}\n', 2, "no JSON object"),
        ('T1\tPlace 0 3\tThe\n#1\tOnrecord T1\t{"spans": [{"start": 0, "end": 7777}]}\n', 1, "does not fit"),
        ("#1\tOnrecordDocument T0\t{}}\n", 1, "not valid JSON"),
        ('#1\tOnrecordDocument T0\t{"annotator": 5}\n', 1, "its annotator is not a name"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_with_its_place(tmp_path: Path, content: str, place: int, sentence: str) -> None:
    refused = [each for each in read(written(tmp_path, content)) if isinstance(each, Refused)]
    assert [each.place for each in refused] == [f"story.ann:{place}"]
    assert sentence in refused[0].sentence


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.with_suffix(".txt").unlink()
    assert [each.sentence for each in read(path)] == ["its text is missing; put story.txt beside it"]
    path.with_suffix(".txt").write_bytes(b"caf\xe9")
    assert "its text is not UTF-8" in read(path)[0].sentence
    assert "caf" in only(read(path, charset="latin-1")).text
    (refused,) = read(written(tmp_path, "", "x\0"))
    assert isinstance(refused, Refused)
    (refused,) = read(written(tmp_path, "", " \n"))
    assert refused.sentence == "the text is empty: there is nothing to annotate"


def test_long_chains_and_circles_of_lines_end(tmp_path: Path) -> None:
    number = 10_000
    chain = [f"T{at}\tX 0 3\tThe\nE{at}\tX:T{at} Next:E{at + 1}" for at in range(1, number)]
    records = read(written(tmp_path, "\n".join(chain)))
    assert sum(isinstance(each, Refused) for each in records) == 1
    assert sum(isinstance(each, Aside) for each in records) == number - 2
    notes = [f"#{at}\tX #{at % number + 1}\tround" for at in range(1, number + 1)]
    records = read(written(tmp_path, "T1\tX 0 3\tThe\n" + "\n".join(notes)))
    assert sum(isinstance(each, Aside) for each in records) == number
    assert len(only(records).mentions) == 1


@given(st.text(st.sampled_from("TERAMN#*19 \t:;\\x\r\n")))
def test_no_line_brings_anything_but_a_sentence(line: str) -> None:
    with suppress(BadInput):
        assert parse(line).id[0] == line[0]


@given(TEXT.flatmap(lambda text: st.tuples(st.just(text), pieces(text))))
def test_cut_pieces_stay_in_their_lines_and_lose_no_word(given_: tuple[str, list[Span]]) -> None:
    text, spans = given_
    before = tuple((span.start, span.end) for span in spans)
    after = cut(text, before)
    assert "".join(text[start:end] for start, end in after).split() == "".join(
        text[start:end] for start, end in before
    ).split() or any(not text[start:end].strip() for start, end in before)
    assert cut(text, after) == after
    assert union(after) == tuple(sorted(after))
    assert all(len(text[start:end].splitlines()) <= 1 or not text[start:end].strip() for start, end in after)


def test_what_names_what_is_gone_is_gone() -> None:
    assert dangling({"E1": ["T1", "E2"], "E2": ["T9"], "R1": ["E1"]}, ["T1"]) == {"E2": "T9", "E1": "E2", "R1": "E1"}


# ---------------------------------------------------------------------- any file at all


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str]:
    """A text and a file about it in which everything may name everything."""
    text = draw(TEXT.filter(str.strip))
    lines: list[str] = []
    spans: list[str] = []
    events: list[str] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        listed = draw(pieces(text).flatmap(st.permutations))
        type_ = draw(st.sampled_from(["Content", "Source", "Cue", "Place", "Claimed"]))
        offsets = ";".join(f"{span.start} {span.end}" for span in listed)
        covered = re.sub(r"[\n\r\u2028]", " ", " ".join(span.cut(text) for span in listed))
        lines.append(f"T{number}\t{type_} {offsets}\t{covered}")
        spans.append(f"T{number}")
    roles = st.sampled_from(["Content", "Source", "Cue", "Content2", "Source2", "Cue3", "Source", "What"])
    for number in range(1, draw(st.integers(0, 4)) + 1):
        args = [f"{draw(roles)}:{draw(st.sampled_from(spans + events))}" for _ in range(draw(st.integers(0, 4)))]
        type_ = draw(st.sampled_from(["Claimed", "Place"]))
        lines.append(" ".join([f"E{number}\t{type_}:{draw(st.sampled_from(spans))}", *args]))
        events.append(f"E{number}")
    some = st.sampled_from(spans + events)
    for number in range(1, draw(st.integers(0, 4)) + 1):
        lines.append(draw(st.sampled_from([
            f"R{number}\tNear Arg1:{draw(some)} Arg2:{draw(some)}", f"A{number}\tKind {draw(some)} dry",
            f"A{number}\tCertainty {draw(some)} 50", f"A{number}\tPolarity {draw(some)} negates",
            f"#{number}\tAnnotatorNotes {draw(some)}\t why?", f"*\tSame {draw(some)} {draw(some)}",
        ])))  # fmt: skip
    return text, "".join(f"{line}\n" for line in lines)


@examples(200)
@given(files())
def test_any_file_comes_in_goes_out_and_comes_in_the_same(file: tuple[str, str]) -> None:
    text, content = file
    first = said(text, content)
    lines = list_lines(first, "ana")
    second = said(text, "\n".join(lines))
    assert (second.document, second.mentions) == (first.document, first.mentions)
    assert (second.marks, second.sources) == (first.marks, first.sources)
    assert list_lines(second, "ana") == lines


def said(text: str, content: str) -> Annotated:
    """What a file says of a text; in the order in which a project holds it."""
    sheets: list[Sheet | None] = []

    def reading() -> Iterator[Any]:
        sheets.append((yield from page("story.ann", text, content.split("\n"), Origin("story", "ana"), Mapping())))

    assert not [each for each in reading() if isinstance(each, Refused)]
    assert sheets[0]
    made = sheets[0].done()
    mentions = sorted(made.mentions.items(), key=lambda pair: (pair[1].spans[0].start, pair[1].spans[-1].end, pair[0]))
    return structs.replace(made, mentions=dict(mentions), marks=dict(sorted(made.marks.items())))


def test_what_was_changed_here_goes_out_changed(tmp_path: Path) -> None:
    item = only(read(written(tmp_path, SAID)))
    ((uid, mention),) = item.mentions.items()
    ((name, mark),) = item.marks.items()
    sheet = Sheet("generated", STORY)
    shorter = structs.replace(mention, spans=sheet.anchors([Span(4, 19)]))
    other = structs.replace(mark, chain=(structs.replace(mark.chain[0], cue=()),))
    changed = structs.replace(item, mentions={uid: shorter}, marks={name: other})
    (lines,) = lines_of(out([changed], tmp_path)).values()
    assert lines[0] == "T1\tContent 4 19\tharbour is safe"
    assert "E1\tClaimed:T4 Content:T1 Source:T3" in lines
    assert not [line for line in lines if line.startswith("T2")]
    (path,) = (tmp_path / "out").rglob("*.ann")
    back = only(read(path))
    assert back.mentions[uid].spans == shorter.spans
    assert back.marks[name].chain == other.chain


@pytest.mark.parametrize(
    "kept",
    [
        5,
        {"content": 5},
        {"content": [["T1\nE9\tX:T1", "A"]]},
        {"content": [["T1", "A B"]]},
        {
            "content": [["T1", "A", [[5, 2], [0, 9999999]]]],
            "lines": ["R1\tNear\nE5\tX:T1", "R1\tNear Arg1:T1 Arg2:T99"],
        },
        {"id": "E1", "trigger": ["T7", "", [[-5, 99999]]], "args": [["Sour ce", "T1"]], "numbers": [0, 0]},
    ],
)
def test_what_somebody_else_keeps_under_our_key_does_no_harm(tmp_path: Path, kept: Any) -> None:
    sheet = Sheet("generated", STORY)
    uid = sheet.mention("ana", "1", [Span(0, 11)], extra=with_extra("", brat=kept))
    sheet.mark(uid, "sourced", extra=with_extra("", brat=kept), chain=(sheet.link(None, [Span(26, 35)]),))
    folder = out([sheet.done()], tmp_path)
    (path,) = folder.rglob("*.ann")
    item = only(read(path))
    assert words(item.mentions[uid].spans) == ["The harbour"]
    assert [mark.label for mark in item.marks_of(uid)] == ["sourced"]
    assert all(parse(line) for line in path.read_text("utf-8").split("\n")[:-1])
