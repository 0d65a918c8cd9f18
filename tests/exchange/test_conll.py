"""CoNLL: every visible character is in a token that finds its place again, and tags are what was marked."""

import tempfile
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path

from examples import examples
from hypothesis import HealthCheck, example, given
from onrecord.exchange.annotated import Annotated, Sheet
from onrecord.exchange.conll import tokens_of
from onrecord.exchange.exporting import export
from onrecord.schema.text import Span
from projects import documents, project_of, projects
from texts import texts

Row = list[str]


def exported(items: list[Annotated]) -> str:
    with project_of(items) as ledger, tempfile.TemporaryDirectory() as folder:
        export(ledger.connection, Path(folder) / "x.conll")
        return (Path(folder) / "x.conll").read_bytes().decode()


def sections(text: str) -> Iterator[tuple[dict[str, str], list[str], list[list[Row]]]]:
    """What each section's comments say, what it left out, and its sentences."""
    for section in text.split("-DOCSTART- -X- -X- O O O O\n")[1:]:
        head, _, body = section.partition("\n\n")
        comments = [line.removeprefix("# ") for line in head.split("\n")]
        said = dict(line.split(" = ", 1) for line in comments if " = " in line)
        over = [line.partition(": ")[2] for line in comments if line.startswith("left out")]
        blocks = groupby(body.split("\n"), key=bool)
        yield said, over, [[line.split() for line in block] for full, block in blocks if full]


@example("\u0600\xa0a")
@example("\u0600。a")
@given(texts)
def test_every_visible_character_is_in_one_token(text: str) -> None:
    tokens = [token for sentence in tokens_of(text) for token in sentence]
    assert all(one.end <= other.start for one, other in pairwise(tokens))
    assert "".join(token.cut(text) for token in tokens) == "".join(text.split())
    assert all(token.cut(text).split() == [token.cut(text)] for token in tokens)


@examples(30, suppress_health_check=list(HealthCheck))
@given(items=projects())
def test_every_line_is_a_token_where_it_says_with_valid_tags(items: list[Annotated]) -> None:
    of = {item.sha256: item for item in items}
    found = list(sections(exported(items)))
    assert sorted((said["sha256"], said["annotator"]) for said, _, _ in found) == sorted(
        (item.sha256, annotator) for item in items for annotator in item.annotators()
    )
    for said, _, sentences in found:
        text = of[said["sha256"]].text
        for sentence in sentences:
            assert all(len(row) == 7 and text[int(row[1]) : int(row[2])] == row[0] for row in sentence)
            for layer in range(3, 7):
                for before, tag in pairwise(["O", *(row[layer] for row in sentence)]):
                    assert tag == "O" or tag[:2] in ("B-", "I-")
                    assert tag[:2] != "I-" or before[2:] == tag[2:]


@examples(30, suppress_health_check=list(HealthCheck))
@given(item=documents())
def test_a_mention_is_tagged_or_named_as_left_out(item: Annotated) -> None:
    for said, over, sentences in sections(exported([item])):
        rows = [row for sentence in sentences for row in sentence]
        own = [each for uid, each in item.mentions.items() if uid.startswith(said["annotator"] + "/")]
        tagged = {int(row[1]) for row in rows if row[3] != "O"}
        wanted = set()
        for mention in own:
            if "content " + " ".join(f"{each.start}:{each.end}" for each in mention.spans) not in over:
                wanted |= {
                    int(row[1])
                    for row in rows
                    if any(int(row[1]) < each.end and each.start < int(row[2]) for each in mention.spans)
                }
        assert tagged == wanted
        assert not own or tagged or over


def test_a_section_as_it_stands_there() -> None:
    sheet = Sheet("", 'The gate "holds", Rui said. # It leaks, they say.')
    spans = {"holds": Span(4, 15), "leaks": Span(30, 38), "said": Span(22, 26), "Rui": Span(18, 21)}
    link = sheet.link(sheet.source("Rui"), [spans["Rui"]], [spans["said"]])
    one = sheet.mention("ana", "1", [spans["holds"]])
    sheet.mark(one, "sourced", chain=(link,))
    sheet.mark(one, "denied")
    sheet.mention("ana", "2", [Span(4, 8)])
    sheet.mention("ana", "3", [Span(23, 34)])
    sheet.submission("bo", "submitted")
    text = exported([sheet.done()])
    assert text.split("\n\n", 1)[0].split("\n")[1:] == [
        f"# sha256 = {sheet.sha256}",
        "# annotator = ana",
        "# left out, as it overlaps or has no token: content 4:8",
    ]
    assert "\n".join(text.split("\n\n", 1)[1].split("\n")[:20]) == (
        "The 0 3 O O O O\n"
        "gate 4 8 B-content O O B-denied+sourced\n"
        '" 9 10 I-content O O I-denied+sourced\n'
        "holds 10 15 I-content O O I-denied+sourced\n"
        '" 15 16 O O O O\n'
        ", 16 17 O O O O\n"
        "Rui 18 21 O B-source O O\n"
        "said 22 26 B-content O B-cue O\n"
        ". 26 27 I-content O O O\n"
        "\n"
        "# 28 29 B-content O O O\n"
        "It 30 32 I-content O O O\n"
        "leaks 33 38 I-content O O O\n"
        ", 38 39 O O O O\n"
        "they 40 44 O O O O\n"
        "say 45 48 O O O O\n"
        ". 48 49 O O O O\n"
        "\n"
        "-DOCSTART- -X- -X- O O O O\n"
        f"# sha256 = {sheet.sha256}"
    )


def test_a_document_that_nobody_read_is_left_out() -> None:
    assert exported([Sheet("", "Nothing was said.").done()]) == ""
