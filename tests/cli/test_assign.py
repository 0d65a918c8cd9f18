"""`onrecord assign`: who gets what, that it stays so, the hidden checks, and what is refused."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine
from onrecord.schema import acts, rulings, sight, team
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span

TEXT = "Text {} says that the gate held on that day."


def make(path: str, number: int = 9, order: int = 1) -> Path:
    """A project that lea leads, with so many documents of two outlets, added in one order or the other."""
    with Ledger.create(Path(path), "lea", f"device {path}") as ledger:
        with ledger.act() as act:
            team.found(act)
            team.appoint(act, "ada", "adjudicator")
        with ledger.act() as act:
            for at in range(number)[::order]:
                acts.add_document(
                    act, TEXT.format(at), title=f"Story {at}", outlet=("Bell", "Mercury")[at % 2],
                    published_at=f"2026-03-{at % 28 + 1:02d}",
                )  # fmt: skip
    return Path(path)


@pytest.fixture
def desk(onrecord: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line as the lead of `p.db`, which has nine documents."""
    monkeypatch.setenv("ONRECORD_ANNOTATOR", "lea")
    make("p.db")
    return onrecord


def rows(sql: str, path: str = "p.db") -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def queues(path: str = "p.db") -> dict[str, list[str]]:
    """The titles in each queue, in its order; checks have a star."""
    found: dict[str, list[str]] = {}
    for name, title, gold in rows(
        "SELECT annotator, title, gold FROM assignments JOIN documents ON documents.id = document_id"
        " ORDER BY annotator, position",
        path,
    ):
        found.setdefault(name, []).append(title + "*" * gold)
    return found


def by_document(path: str = "p.db") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, titles in queues(path).items():
        for title in titles:
            found.setdefault(title, set()).add(name)
    return found


def work(name: str, *titles: str, state: Any = "submitted", mark: bool = False) -> None:
    """Somebody's word on documents, with a mention if wanted."""
    with Ledger(Path("p.db"), name, "elsewhere") as ledger, ledger.act() as act:
        for title in titles:
            sha256, text = ledger.connection.execute(
                "SELECT sha256, text FROM documents JOIN texts USING (sha256) WHERE title = ?", (title,)
            ).fetchone()
            if mark:
                acts.set_mention(act, acts.new_mention(name), sha256, text, [Span(0, 4)])
            acts.submit(act, sha256, state)


def rule_all(*titles: str) -> None:
    """Let ada rule on all that stands in documents."""
    with Ledger(Path("p.db"), "ada", "elsewhere") as ledger, ledger.act() as act:
        for title in titles:
            uids = ledger.connection.execute(
                """SELECT uid FROM mentions JOIN documents ON documents.id = document_id
                WHERE title = ? AND layer = ''""",
                (title,),
            ).fetchall()
            rulings.take(act, [uid for (uid,) in uids], uids[0][0])


# ---------------------------------------------------------------------- dealing


def test_each_document_goes_to_so_many_people_and_the_order_is_that_of_publication(desk: CommandLine) -> None:
    done = desk.ok("assign", "p.db", "--to", "ana,bob,cyd", "--overlap", 2)
    assert {len(names) for names in by_document().values()} == {2}
    assert len(by_document()) == 9
    assert [len(titles) for titles in queues().values()] == [6, 6, 6]
    assert all(titles == sorted(titles) for titles in queues().values())
    lines = [line.split() for line in done.out.splitlines()]
    assert lines[0] == ["annotator", "added", "queue", "done", "to_do", "checks"]
    assert lines[1] == ["ana", "6", "6", "0", "6", "0"]
    assert done.out.splitlines()[-1] == "p.db: 9 documents dealt to 3 people"
    assert "new here" in done.sentence
    assert "ana, bob, cyd" in done.sentence


def test_by_chance_one_seed_gives_one_result_wherever_the_documents_came_from(desk: CommandLine) -> None:
    make("q.db", order=-1)
    for path in ("p.db", "q.db"):
        told = desk.ok("assign", path, "--to", "ana,bob,cyd", "--overlap", 2, "--random", "--seed", 7).out
        assert told.splitlines()[-1].endswith("by chance, seed 7")
    assert queues("p.db") == queues("q.db")
    assert any(titles != sorted(titles) for titles in queues().values())
    desk.ok("assign", make("r.db"), "--to", "ana,bob,cyd", "--overlap", 2, "--random", "--seed", 8)
    assert queues("r.db") != queues("p.db")


def test_again_only_adds_what_is_missing(desk: CommandLine) -> None:
    desk.ok("assign", "p.db", "--to", "ana,bob", "--random", "--seed", 1)
    before = queues()
    assert all(row["added"] == 0 for row in desk.ok("assign", "p.db", "--to", "ana,bob", "--json").json)
    assert queues() == before
    events = rows("SELECT count(*) FROM events")
    desk.ok("assign", "p.db", "--to", "ana,bob", "--random", "--seed", 2)
    assert rows("SELECT count(*) FROM events") == events
    Path("new.txt").write_text("A tenth text that nobody has.")
    desk.ok("add", "p.db", "new.txt", "--title", "Story new")
    told = desk.ok("assign", "p.db", "--to", "ana,bob", "--json").json
    assert sum(row["added"] for row in told) == 1
    assert {name: titles[: len(before[name])] for name, titles in queues().items()} == before
    desk.ok("assign", "p.db", "--to", "ana,bob,cyd", "--overlap", 2)
    assert {name: titles[: len(before[name])] for name, titles in queues().items() if name in before} == before
    assert {len(names) for names in by_document().values()} == {2}
    assert max(Counter(map(len, queues().values()))) - min(map(len, queues().values())) <= 1


def test_an_undo_takes_back_what_was_dealt_and_nothing_else(desk: CommandLine) -> None:
    desk.ok("assign", "p.db", "--to", "ana")
    before = queues()
    desk.ok("assign", "p.db", "--to", "bob", "--overlap", 2)
    desk.ok("undo", "p.db")
    assert queues() == before


def test_only_some_outlets_or_whole_outlets(desk: CommandLine) -> None:
    desk.ok("assign", "p.db", "--to", "ana,bob", "--outlet", "Mercury")
    assert sorted(by_document()) == ["Story 1", "Story 3", "Story 5", "Story 7"]
    assert desk("assign", "p.db", "--to", "ana", "--outlet", "Nobody").sentence == (
        "there is no outlet 'Nobody' in the project"
    )
    make("q.db")
    desk.ok("assign", "q.db", "--to", "ana,bob,cyd", "--by-outlet")
    assert queues("q.db") == {
        "ana": ["Story 0", "Story 2", "Story 4", "Story 6", "Story 8"],
        "bob": ["Story 1", "Story 3", "Story 5", "Story 7"],
    }


def test_at_most_so_many_documents(desk: CommandLine) -> None:
    for number, end in ((4, "p.db: 4 documents dealt to 2 people"), (4, "p.db: 4 documents dealt to 2 people"),
                        (4, "p.db: 1 document dealt to 2 people")):  # fmt: skip
        assert desk.ok("assign", "p.db", "--to", "ana,bob", "--documents", number).out.splitlines()[-1] == end
    assert [len(titles) for titles in queues().values()] == [5, 4]


def test_a_list_of_documents_and_a_list_of_pairs(desk: CommandLine) -> None:
    ((id_,),) = rows("SELECT id FROM documents WHERE title = 'Story 4'")
    ((sha256,),) = rows("SELECT sha256 FROM documents WHERE title = 'Story 2'")
    Path("some.txt").write_text(f"Story 7\n\n{id_}\r\n{sha256[:8]}\n")
    desk.ok("assign", "p.db", "--to", "ana", "--list", "some.txt")
    assert queues() == {"ana": ["Story 7", "Story 4", "Story 2"]}
    Path("pairs.csv").write_text("annotator,document\nbob,Story 7\ncyd,Story 1\nbob,Story 0\nana,Story 7\n")
    told = desk.ok("assign", "p.db", "--list", "pairs.csv", "--json").json
    assert [(row["annotator"], row["added"]) for row in told] == [("bob", 2), ("cyd", 1), ("ana", 0)]
    assert queues() == {"ana": ["Story 7", "Story 4", "Story 2"], "bob": ["Story 7", "Story 0"], "cyd": ["Story 1"]}


def test_nothing_is_written_when_asked_only_what_would_be(desk: CommandLine) -> None:
    before = Path("p.db").read_bytes()
    told = desk.ok("assign", "p.db", "--to", "ana,bob", "--dry-run")
    assert told.out.splitlines()[-1] == "p.db: 9 documents would be dealt to 2 people"
    assert queues() == {}
    assert Path("p.db").read_bytes() == before


def test_taken_back_is_what_was_not_begun(desk: CommandLine) -> None:
    desk.ok("assign", "p.db", "--to", "ana,bob", "--overlap", 2)
    work("ana", "Story 0")
    work("ana", "Story 1", state="in_progress")
    told = desk.ok("assign", "p.db", "--to", "ana", "--outlet", "Mercury", "--take-back", "--dry-run", "--json").json
    assert told == [{"annotator": "ana", "taken_back": 3, "begun": 1}]
    assert len(queues()["ana"]) == 9
    done = desk.ok("assign", "p.db", "--to", "ana", "--take-back")
    assert done.out.splitlines()[-1] == "p.db: 7 assignments taken back; what was begun stays"
    assert queues()["ana"] == ["Story 0", "Story 1"]
    assert len(queues()["bob"]) == 9


def test_who_began_a_document_before_it_was_dealt_gets_it_and_the_rest_is_even(desk: CommandLine) -> None:
    work("bob", "Story 8", mark=True)
    work("cyd", "Story 8", "Story 3")
    work("ana", "Story 8", state="in_progress")
    told = desk.ok("assign", "p.db", "--to", "cyd,bob,dee", "--overlap", 2, "--json").json
    assert by_document()["Story 8"] == {"bob", "cyd"}
    assert "cyd" in by_document()["Story 3"]
    assert {len(names) for names in by_document().values()} == {2}
    assert [(row["annotator"], row["queue"], row["done"]) for row in told] == [
        ("cyd", 6, 2),
        ("bob", 6, 1),
        ("dee", 6, 0),
    ]


# ---------------------------------------------------------------------- checks


def test_checks_stand_hidden_among_the_rest_of_each_queue(desk: CommandLine) -> None:
    work("ana", "Story 0", "Story 1", mark=True)
    work("bob", "Story 2", mark=True)
    rule_all("Story 0", "Story 1", "Story 2")
    done = desk.ok("assign", "p.db", "--to", "bob,cyd", "--gold", 2, "--seed", 3, "--json")
    assert "3 documents left out: ruled on already" in done.err
    assert [(row["annotator"], row["checks"], row["queue"]) for row in done.json] == [("bob", 2, 5), ("cyd", 2, 5)]
    assert {title for title in queues()["bob"] if title.endswith("*")} == {"Story 0*", "Story 1*"}  # not bob's own
    before = queues()
    desk.ok("assign", "p.db", "--to", "bob,cyd", "--gold", 2, "--seed", 9)
    assert queues() == before
    done = desk.ok("assign", "p.db", "--to", "bob,cyd", "--gold", 3, "--json")
    assert [row["checks"] for row in done.json] == [2, 3]
    assert "fewer than 3 checks for bob" in done.err
    shown = desk.ok("list", "p.db", "queue", "--json", "--as", "cyd").out
    with sight.looked_at(Path("p.db"), "cyd") as connection:
        assert {gold for (gold,) in connection.execute("SELECT gold FROM assignments")} == {0}
    assert '"gold": 1' not in shown


def test_a_check_comes_at_any_place_of_what_is_left_to_do(desk: CommandLine) -> None:
    work("dee", "Story 0", mark=True)
    rule_all("Story 0")
    places = set()
    for seed in range(12):
        name = f"person {seed}"
        desk.ok("assign", "p.db", "--to", name, "--overlap", seed + 1, "--gold", 1, "--seed", seed)
        assert len(queues()[name]) == 9
        places.add(queues()[name].index("Story 0*"))
    assert len(places) > 3


# ---------------------------------------------------------------------- what is refused

REFUSED = {
    "nobody to give to": (["assign", "p.db"], "say whom to"),
    "an impossible name": (["assign", "p.db", "--to", "a/b"], "cannot name an annotator"),
    "more people than there are": (["assign", "p.db", "--to", "ana,bob,ana", "--overlap", "3"], "cannot be had from 2"),
    "a seed for nothing": (["assign", "p.db", "--to", "ana", "--seed", "1"], "add --random or --gold"),
    "a list that is not there": (["assign", "p.db", "--to", "ana", "--list", "no.txt"], "no.txt"),
    "an unknown document": (["assign", "p.db", "--to", "ana", "--list", "bad.txt"], "bad.txt, line 2: 'Nothing' is no"),
    "an empty list": (["assign", "p.db", "--to", "ana", "--list", "empty.txt"], "names no document"),
    "bytes for a list": (["assign", "p.db", "--to", "ana", "--list", "bytes.txt"], "is not UTF-8"),
    "pairs and people": (["assign", "p.db", "--to", "ana", "--list", "pairs.csv"], "says who gets what"),
    "a pair without a name": (["assign", "p.db", "--list", "half.csv"], "half.csv, line 2: names no annotator"),
    "taking back by chance": (["assign", "p.db", "--to", "ana", "--take-back", "--random"], "goes with --to"),
    "not a lead": (["assign", "p.db", "--to", "ana", "--as", "ana"], "Only a lead may assign documents"),
    "not a lead, only asking": (["assign", "p.db", "--to", "ana", "--as", "ana", "--dry-run"], "Only a lead may"),
    "not a lead, taking back": (
        ["assign", "p.db", "--to", "ana", "--take-back", "--as", "ana"],
        "Only a lead may take",
    ),
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(
    desk: CommandLine, words: tuple[list[str], str]
) -> None:
    Path("bad.txt").write_text("Story 1\nNothing\nNeither\n")
    Path("empty.txt").write_text("\n")
    Path("bytes.txt").write_bytes(b"\xff\xfe")
    Path("pairs.csv").write_text("document,annotator\nStory 1,bob\n")
    Path("half.csv").write_text("document,annotator\nStory 1,\n")
    done = desk(*words[0])
    assert done.code in (1, 2)
    assert words[1] in done.sentence
    assert queues() == {}


def test_two_documents_of_one_title_are_told_apart_by_number(desk: CommandLine) -> None:
    Path("new.txt").write_text("Another text.")
    desk.ok("add", "p.db", "new.txt", "--title", "Story 1")
    Path("one.txt").write_text("Story 1\n")
    assert (
        "means 2 documents; say which by number" in desk("assign", "p.db", "--to", "ana", "--list", "one.txt").sentence
    )
