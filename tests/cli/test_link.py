"""`link`: what it proposes, what --apply does of it, and what it leaves to a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import CommandLine
from onrecord.cli import link

CLAIM = "The gate stopped 40 centimetres above the sill."
TEXTS = {
    "a": "The storm gate stopped 40 centimetres above the sill.",
    "b": "The gate had not stopped 40 centimetres above the sill.",
    "c": "The harbour council will close the ferry in May.",
    "d": "Ferry closed by harbour council in May.",
    "e": "Nobody asked.",
}


@pytest.fixture
def desk(onrecord: CommandLine) -> Path:
    """A project with a claim, and a mention of each text in its whole length, by ann; bea has the first one too."""
    for name, text in TEXTS.items():
        Path(f"{name}.md").write_text(f"---\ntitle: {name}\n---\n{text}")
    onrecord.ok("new", "p.db", *(f"{name}.md" for name in TEXTS))
    for name, text in TEXTS.items():
        onrecord.ok("mark", "p.db", name, f"0:{len(text)}", "sourced")
    onrecord.ok("mark", "p.db", "a", "4:40", "sourced", "--as", "bea")
    onrecord.ok("mark", "p.db", "e", "0:6", "denied", "--claim", CLAIM, "--as", "cai")
    return Path("p.db")


def linked(onrecord: CommandLine, project: Path) -> dict[str, str]:
    rows = onrecord.rows("list", project, "mentions")
    return {row["quote"]: row["claim"] for row in rows if row["claim"] and row["annotator"] != "cai"}


def test_proposals_change_nothing(onrecord: CommandLine, desk: Path) -> None:
    before = onrecord.rows("log", desk)
    first, second = onrecord.rows("link", desk)
    assert (first["quote"], first["claim"], first["clear"]) == (TEXTS["a"], CLAIM, True)
    assert first["score"] > 80
    assert first["reason"].startswith("shares 40 centimetres, ")
    assert (second["quote"], second["clear"]) == (TEXTS["b"], False)
    assert "“not” only in these words" in second["reason"]
    told = onrecord.ok("link", desk).out
    assert f"mention {first['id']} in document {first['document_id']}, by ann: “{TEXTS['a']}”" in told
    assert told.endswith("p.db: 2 proposals, 1 clear\n")
    assert onrecord.rows("log", desk) == before


def test_what_is_clear_is_linked_in_one_act(onrecord: CommandLine, desk: Path) -> None:
    acts = len(onrecord.rows("log", desk))
    assert onrecord.ok("link", desk, "--apply").out.endswith("p.db: linked 1 mention, left 1\n")
    assert linked(onrecord, desk) == {TEXTS["a"]: CLAIM}
    assert len(onrecord.rows("log", desk)) == acts + 1
    (left,) = onrecord.rows("link", desk, "--apply")
    assert (left["quote"], left["applied"]) == (TEXTS["b"], False)
    onrecord.ok("undo", desk)
    assert linked(onrecord, desk) == {}
    onrecord.ok("check", desk)


def test_the_mentions_of_others_are_shown_but_never_linked(onrecord: CommandLine, desk: Path) -> None:
    rows = onrecord.rows("link", desk, "--all", "--apply", "--threshold", "30")
    assert {(row["annotator"], row["applied"]) for row in rows if row["clear"]} == {("ann", True), ("bea", False)}
    assert linked(onrecord, desk) == {TEXTS["a"]: CLAIM}


def test_new_claims_for_mentions_that_are_alike(onrecord: CommandLine, desk: Path) -> None:
    rows = [row for row in onrecord.rows("link", desk, "--new") if row["new"]]
    assert [(row["quote"], row["claim"], row["claim_id"]) for row in rows] == [
        (TEXTS["c"], TEXTS["c"], None), (TEXTS["d"], TEXTS["c"], None),
    ]  # fmt: skip
    applied = [row for row in onrecord.rows("link", desk, "--new", "--apply") if row["applied"]]
    assert linked(onrecord, desk) == {TEXTS["a"]: CLAIM, TEXTS["c"]: TEXTS["c"], TEXTS["d"]: TEXTS["c"]}
    claims = {row["id"]: row["claim"] for row in onrecord.rows("list", desk, "claims")}
    assert all(claims[row["claim_id"]] == row["claim"] for row in applied)
    onrecord.ok("undo", desk)
    assert [row["claim"] for row in onrecord.rows("list", desk, "claims")] == [CLAIM]


def test_a_threshold_cuts_what_is_proposed(onrecord: CommandLine, desk: Path) -> None:
    assert onrecord.rows("link", desk, "--threshold", "100") == []
    assert onrecord.ok("link", desk, "--threshold", "100").out == "p.db: nothing to propose\n"
    assert onrecord("link", desk, "--threshold", "101").code == 2


def test_claims_that_may_be_one_are_merged(onrecord: CommandLine, desk: Path) -> None:
    for name, claim in (("c", "The gate stopped 40 cm above the sill."), ("d", CLAIM.replace("40", "14"))):
        onrecord.ok("mark", desk, name, "0:7", "denied", "--claim", claim, "--as", "cai")
    rows = onrecord.rows("link", desk, "--merge")
    assert {(row["other"], row["clear"]) for row in rows} == {(CLAIM, True), (CLAIM, False)}
    assert onrecord.ok("link", desk, "--merge", "--apply").out.endswith("p.db: merged 1 claim, left 0\n")
    claims = {row["claim"]: row["mentions"] for row in onrecord.rows("list", desk, "claims")}
    assert claims == {CLAIM: 2, CLAIM.replace("40", "14"): 1}
    onrecord.ok("undo", desk)
    assert len(onrecord.rows("list", desk, "claims")) == 3


def test_mistakes(onrecord: CommandLine, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--merge looks at claims alone" in onrecord("link", desk, "--merge", "--new").sentence
    assert onrecord("link", "no.db").code == 1
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    for words in (["link", desk], ["link", desk, "--merge", "--apply"]):
        done = onrecord(*words)
        assert (done.code, "--as NAME" in done.sentence) == (2, True)
    onrecord.ok("link", desk, "--all")
    onrecord.ok("link", desk, "--merge")


def test_hostile_words_are_printed_safely(onrecord: CommandLine, desk: Path) -> None:
    Path("f.md").write_text("---\ntitle: f\n---\ngate \x1b[31m stopped 40 centimetres \u202e above the sill")
    onrecord.ok("add", desk, "f.md")
    onrecord.ok("mark", desk, "f", "0:49", "sourced")
    told = onrecord.ok("link", desk).out
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_a_terminal_sees_how_far_it_is(onrecord: CommandLine, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    @contextmanager
    def bar(size: int) -> Iterator[Callable[[int], None]]:
        seen.append(-size)
        yield seen.append

    monkeypatch.setattr(link, "progress_bar", bar)
    onrecord.ok("link", desk)
    assert seen == [-5, *[1] * 5]
