"""`onrecord remark` and `list ... remarks`: asking, answering, who hears of it, and that copies agree on it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command_line import CommandLine
from onrecord.schema import acts, team
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span

TEXT = "The council denied reports that the ferry would close."


@pytest.fixture
def desk(onrecord: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line as ana in `p.db`, which lea leads, with a mention of ana's and one of bob's."""
    monkeypatch.setenv("ONRECORD_ANNOTATOR", "ana")
    with Ledger.create(Path("p.db"), "lea", "device") as ledger:
        with ledger.act() as act:
            team.found(act)
            team.appoint(act, "ada", "adjudicator")
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, TEXT, title="Ferry")
        for name, span in (("ana", Span(4, 11)), ("bob", Span(32, 41))):
            with ledger.act() as act, act.signed(name):
                acts.set_mention(act, f"{name}/m", sha256, TEXT, [span])
    return onrecord


def test_a_question_is_asked_answered_and_listed(desk: CommandLine) -> None:
    (mine,) = desk.rows("list", "p.db", "mentions")
    (asked,) = desk.ok("remark", "p.db", mine["id"], "One claim or two?", "--json").json
    told = desk.ok("remark", "p.db", "ana/m", "Two: split it.", "--answers", asked["id"], "--as", "ada").out
    assert told.endswith(f"on mention {mine['id']}, “council”\n")
    rows = desk.rows("list", "p.db", "remarks")
    assert [(row["author"], row["text"], row["answers"], row["mention_id"]) for row in rows] == [
        ("ana", "One claim or two?", None, mine["id"]),
        ("ada", "Two: split it.", asked["id"], mine["id"]),
    ]
    head, *lines = desk.ok("list", "p.db", "remarks").out.splitlines()
    assert head.split()[:3] == ["id", "mention_id", "author"]
    assert len(lines) == 2


def test_what_is_hidden_can_neither_be_remarked_on_nor_heard_of(desk: CommandLine) -> None:
    desk.ok("remark", "p.db", "bob/m", "A zebra of mine.", "--as", "bob")
    (theirs,) = [row for row in desk.rows("list", "p.db", "mentions", "--as", "lea") if row["annotator"] == "bob"]
    for name in (theirs["id"], "bob/m", 999, "nobody/m", "²"):
        sentence = desk("remark", "p.db", name, "Hello?").sentence
        assert sentence == f"p.db: there is no mention {str(name)!r}; see: onrecord list p.db mentions"
    assert "zebra" not in desk.ok("list", "p.db", "remarks", "--json").out
    assert "zebra" in desk.ok("list", "p.db", "remarks", "--json", "--as", "ada").out


def test_an_answer_is_to_a_remark_on_the_same_mention(desk: CommandLine) -> None:
    (asked,) = desk.ok("remark", "p.db", "bob/m", "Is it?", "--as", "bob", "--json").json
    done = desk("remark", "p.db", "ana/m", "It is.", "--answers", asked["id"])
    assert done.sentence.startswith(f"p.db: there is no remark '{asked['id']}' on this mention")
    assert desk("remark", "p.db", "ana/m", " ").sentence == "the remark is empty; say something"


def test_an_undo_takes_a_remark_back_but_not_one_that_was_answered(desk: CommandLine) -> None:
    (asked,) = desk.ok("remark", "p.db", "ana/m", "Is it?", "--json").json
    desk.ok("undo", "p.db")
    assert desk.rows("list", "p.db", "remarks") == []
    desk.ok("redo", "p.db")
    desk.ok("remark", "p.db", "ana/m", "It is.", "--answers", asked["id"], "--as", "ada")
    desk.ok("undo", "p.db")
    assert [row["text"] for row in desk.rows("list", "p.db", "remarks")] == ["Is it?", "It is."]


def team_state(desk: CommandLine, path: str) -> list[object]:
    """All that a team has in a project, without local numbers."""
    found: list[object] = []
    for things in ("members", "queue", "remarks", "annotators", "documents"):
        rows = desk.rows("list", path, things, "--as", "lea")
        local = {"id", "document_id", "mention_id", "answers", "revises"}
        kept = [sorted((key, str(value)) for key, value in row.items() if key not in local) for row in rows]
        found.append(sorted(kept))
    return found


def log_of(path: str) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {hash_ for (hash_,) in connection.execute("SELECT hash FROM events")}


def test_the_team_its_queues_time_and_remarks_travel_with_the_log(desk: CommandLine) -> None:
    asked = desk.ok("remark", "p.db", "ana/m", "One?", "--json").json[0]["id"]
    desk.ok("remark", "p.db", "ana/m", "One.", "--answers", asked, "--as", "ada")
    desk.ok("assign", "p.db", "--to", "ana,bob", "--overlap", 2, "--as", "lea")
    with Ledger(Path("p.db"), "ana", "elsewhere") as ledger, ledger.act() as act:
        (sha256,) = ledger.connection.execute("SELECT sha256 FROM documents").fetchone()
        team.sit(act, sha256, 95)
    with Ledger(Path("p.db"), "lea", "elsewhere") as ledger, ledger.act() as act:
        team.set_blind(act, blind=False)
    before = team_state(desk, "p.db")
    assert all(before)
    desk.ok("export", "p.db", "p.jsonl", "--as", "lea")
    Ledger.create(Path("q.db"), "lea", "another device").close()
    desk.ok("import", "q.db", "p.jsonl", "--as", "lea")
    assert team_state(desk, "q.db") == before
    assert log_of("q.db") >= log_of("p.db")
    Ledger.create(Path("r.db"), "lea", "a third device").close()
    desk.ok("merge", "r.db", "p.db", "--as", "lea")
    desk.ok("merge", "r.db", "q.db", "--as", "lea")
    assert team_state(desk, "r.db") == before
