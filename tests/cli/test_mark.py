"""`mark`: what a line of a script records, and what it never does behind one's back."""

import json
from pathlib import Path

import pytest
from command_line import CommandLine
from onrecord.schema.store import connect

# The text of the fixture `article`:
# The council denied reports that the ferry would close.\nA senior clerk told the Evening Bell so.
#     4:11                            32:53                55:69             79:91
CLOSE = "32:53"


def chains(project: Path) -> dict[str, list[tuple[str, str, int, str]]]:
    """The chain of each label: name, how it is identified, whether it is a relay, the words that show it."""
    connection = connect(project, write=False)
    found: dict[str, list[tuple[str, str, int, str]]] = {}
    for label, *link in connection.execute(
        """SELECT label, name, identified, relay, source_quote FROM marks JOIN attributions ON mark_id = marks.id
        JOIN sources ON sources.id = source_id ORDER BY mark_id, position"""
    ):
        found.setdefault(label, []).append(tuple(link))
    connection.close()
    return found


def test_a_denied_report(onrecord: CommandLine, article: Path) -> None:
    done = onrecord.ok(
        "mark", article, "Ferry", CLOSE, "anonymous", "denied", "--claim", "The ferry will close.",
        "--who", "Evening Bell", "--who", "A senior clerk",
    )  # fmt: skip
    (mention,) = onrecord.rows("list", article, "mentions")
    assert done.out.startswith(f"mention {mention['id']} in document ")
    assert mention["quote"] == "the ferry would close"
    assert (mention["spans"], mention["labels"], mention["claim"]) == (
        CLOSE,
        "anonymous denied",
        "The ferry will close.",
    )
    assert chains(article) == {
        "anonymous": [
            ("Evening Bell", "named", 1, "Evening Bell"),
            ("A senior clerk", "described", 0, "A senior clerk"),
        ]
    }
    assert [row["kind"] for row in onrecord.rows("list", article, "marks")] == ["described", ""]
    assert "for denied, mark again" in done.sentence
    again = onrecord.ok("mark", article, "Ferry", CLOSE, "denied", "--who", "The council", "--kind", "flat_denial")
    assert chains(article)["denied"] == [("The council", "named", 0, "The council")]
    assert again.err == ""
    assert len(onrecord.rows("list", article, "mentions")) == 1
    onrecord.ok("check", article)


def test_the_same_again_changes_nothing(onrecord: CommandLine, article: Path) -> None:
    words = ["mark", article, "Ferry", CLOSE, "anonymous", "--claim", "It closes.", "--who", "a clerk", "--note", "n"]
    first = onrecord.ok(*words, "--json").json
    done = onrecord.ok(*words)
    assert "nothing changed" in done.out
    assert onrecord.ok(*words, "--json").json == first
    assert len(onrecord.rows("log", article)) == 3


def test_the_same_words_of_another_claim_are_another_mention(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", CLOSE, "denied")
    onrecord.ok("mark", article, "Ferry", CLOSE, "denied", "--claim", "One.")
    onrecord.ok("mark", article, "Ferry", CLOSE, "denied", "--claim", "Two.")
    onrecord.ok("mark", article, "Ferry", CLOSE, "confirmed", "--claim", "Two.")
    onrecord.ok("mark", article, "Ferry", CLOSE, "denied", "--as", "bea")
    rows = onrecord.rows("list", article, "mentions")
    assert [(row["claim"], row["labels"], row["annotator"]) for row in rows] == [
        ("One.", "denied", "ann"),
        ("Two.", "denied confirmed", "ann"),
        (None, "denied", "bea"),
    ]


def test_a_mention_in_pieces(onrecord: CommandLine, article: Path) -> None:
    (row,) = onrecord.ok("mark", article, "Ferry", "32:41", "0:11", "responded", "--json").json
    assert (row["spans"], row["quote"]) == ("0:11 32:41", "The council … the ferry")
    assert "overlap" in onrecord("mark", article, "Ferry", "0:5", "3:9", "denied").sentence


def test_kinds_belong_to_their_labels(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "anonymous", "denied", "--kind", "scoped_denial", "--kind", "bare")
    assert [row["kind"] for row in onrecord.rows("list", article, "marks")] == ["bare", "scoped_denial"]
    assert "flat_denial" in onrecord("mark", article, "Ferry", "0:3", "denied", "--kind", "bare").sentence
    both = ["--kind", "flat_denial", "--kind", "retraction"]
    assert "not both" in onrecord("mark", article, "Ferry", "0:3", "denied", *both).sentence


@pytest.mark.parametrize("kind", ["described", "collective", "bare", "unspecified"])
def test_an_anonymous_origin_is_identified_as_its_kind_says(onrecord: CommandLine, article: Path, kind: str) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "anonymous", "--kind", kind, "--who", "Sources")
    assert chains(article) == {"anonymous": [("Sources", kind, 0, "")]}
    assert onrecord.rows("list", article, "marks")[0]["kind"] == kind


@pytest.mark.parametrize(
    ("kind", "source"),
    [("person", "person"), ("organisation", "institution"), ("document", "document"), ("spokesperson", "spokesperson")],
)
def test_a_sourced_origin_is_what_its_kind_says(onrecord: CommandLine, article: Path, kind: str, source: str) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "sourced", "--kind", kind, "--who", "a report", "--who", "lower case")
    (relay, origin) = onrecord.rows("list", article, "sources")
    assert (relay["kind"], relay["named"]) == ("unknown", 0)
    assert (origin["kind"], origin["named"]) == (source, 1)
    assert onrecord.rows("list", article, "marks")[0]["kind"] == kind


def test_a_kind_that_was_asked_for_outlasts_the_chain(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "anonymous", "--who", "a clerk")
    onrecord.ok("mark", article, "Ferry", "0:3", "anonymous", "--who", "clerks", "--kind", "collective")
    onrecord.ok("mark", article, "Ferry", "0:3", "anonymous", "--who", "a clerk", "--kind", "described")
    assert onrecord.rows("list", article, "marks")[0]["kind"] == "described"
    assert chains(article) == {"anonymous": [("a clerk", "described", 0, "")]}


def test_unnamed_sources_belong_to_their_document(onrecord: CommandLine, article: Path) -> None:
    Path("b.txt").write_text("Another text.")
    onrecord.ok("add", article, "b.txt")
    for document in ("Ferry", "Another text."):
        onrecord.ok("mark", article, document, "0:3", "anonymous", "--who", "a clerk")
        onrecord.ok("mark", article, document, "4:7", "denied", "--who", "The Bell")
    assert [(row["name"], row["named"]) for row in onrecord.rows("list", article, "sources")] == [
        ("a clerk", 0), ("The Bell", 1), ("a clerk", 0),
    ]  # fmt: skip


def test_a_name_in_small_letters_that_is_known_is_a_name(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "sourced", "--who", "al-Bell")
    onrecord.ok("mark", article, "Ferry", "4:7", "denied", "--who", "al-Bell")
    assert chains(article)["denied"] == [("al-Bell", "named", 0, "")]


def test_who_cannot_stand_behind_two(onrecord: CommandLine, article: Path) -> None:
    for labels in (["denied", "confirmed"], ["sourced", "anonymous"]):
        done = onrecord("mark", article, "Ferry", "0:3", *labels, "--who", "X")
        assert done.code == 2
        assert "one at a time" in done.sentence
    assert "--who is empty" in onrecord("mark", article, "Ferry", "0:3", "denied", "--who", " ").sentence
    assert onrecord.rows("list", article, "mentions") == onrecord.rows("list", article, "sources") == []


def test_a_compound_origin_is_warned_of_and_recorded(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "sourced")
    done = onrecord.ok("mark", article, "Ferry", "0:3", "anonymous")
    assert "compound origin" in done.sentence
    assert onrecord.rows("list", article, "mentions")[0]["labels"] == "sourced anonymous"


def test_labels_of_the_project_count(onrecord: CommandLine, article: Path) -> None:
    from onrecord.schema.events import Label
    from onrecord.schema.ledger import Ledger

    assert "responded" in onrecord("mark", article, "Ferry", "0:3", "joked").sentence
    with Ledger(article, "ann", "d1") as ledger, ledger.act() as act:
        act.put("joked", Label(axis="neutral", key="j", letter="J", glyph="j", colour="#123456", position=9))
    onrecord.ok("mark", article, "Ferry", "0:3", "joked")


def test_notes_and_their_absence(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "denied", "--note", "first")
    onrecord.ok("mark", article, "Ferry", "0:3", "confirmed")
    onrecord.ok("mark", article, "Ferry", "0:3", "denied", "--kind", "retraction")
    assert [row["note"] for row in onrecord.rows("list", article, "marks")] == ["first", ""]
    onrecord.ok("mark", article, "Ferry", "0:3", "denied", "--note", "")
    assert [row["note"] for row in onrecord.rows("list", article, "marks")] == ["", ""]


def test_nothing_is_left_of_a_mark_that_fails(onrecord: CommandLine, article: Path) -> None:
    before = onrecord.rows("log", article)
    assert onrecord("mark", article, "Ferry", "0:3", "denied", "--claim", "It closes.", "--who", "a\0b").code == 1
    assert onrecord("mark", article, "Ferry", "0:3", "denied", "--claim", "  ").code == 1
    assert onrecord("mark", article, "Ferry", "0:3", "denied", "--note", "\udcff").code == 1
    assert onrecord.rows("log", article) == before
    assert onrecord.rows("list", article, "claims") == []


def test_the_worked_example_can_be_marked_by_a_script(onrecord: CommandLine, data: Path) -> None:
    """Every gold occurrence of the worked example, recorded by offsets alone, reads back as it went in."""
    gold = json.loads((data / "seed" / "gold.json").read_text("utf-8"))
    claims = {claim["id"]: claim["text"] for claim in gold["claims"]}
    onrecord.ok("new", "seed.db", data / "seed" / "taliban-denies-contacts.txt")
    (document,) = onrecord.rows("list", "seed.db", "documents")
    assert document["sha256"] == gold["document"]["sha256"]
    wanted = []
    for occurrence in gold["occurrences"]:
        spans = [f"{span['start']}:{span['end']}" for span in occurrence["content"]]
        words = " … ".join(span["text"] for span in occurrence["content"])
        claim = claims[occurrence["claim"]]
        onrecord.ok("mark", "seed.db", document["id"], *spans, *occurrence["gold"], "--claim", claim)
        wanted.append((" ".join(spans), words, claim, set(occurrence["gold"])))
    rows = onrecord.rows("list", "seed.db", "mentions")
    got = [
        (row["spans"], row["quote"].replace("\u00a0", " "), row["claim"], set(row["labels"].split())) for row in rows
    ]
    assert sorted(got, key=str) == sorted(wanted, key=str)
    onrecord.ok("check", "seed.db")
