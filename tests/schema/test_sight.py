"""What somebody may see: blind until they submit; all for leads, adjudicators and open projects."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from examples import examples
from histories import BODIES, DOCUMENTS, TEXTS, events
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, claims, reading, rulings, searching, sight, standing, team
from onrecord.schema.errors import NotAllowed
from onrecord.schema.events import AnyEvent, Link, Role, canonical
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.tables import TABLES
from onrecord.schema.text import Span
from onrecord.suggest import offers
from onrecord.suggest.engine import Suggestion
from onrecord.suggest.engines import rule_engine, signature
from project_state import open_quickly, project, public_state

SECRET = "zebra"


def work(ledger: Ledger, name: str, words: str) -> str:
    """A mention with all that can be said about it, signed with a name; every text of it holds `words`."""
    with ledger.act() as act, act.signed(name):
        acts.add_document(act, BODIES[0], title="The Pier")
        uid = acts.new_mention(name)
        claim = acts.state_claim(act, f"The {words} claim", f"a {words} note")
        acts.set_mention(act, uid, DOCUMENTS[0], BODIES[0], [Span(4, 11)], claim=claim, note=f"{words} mention")
        acts.set_label(act, uid, "denied", note=f"{words} mark")
        source = acts.name_source(act, f"{words} Rui", "person")
        acts.set_chain(act, uid, "denied", [Link(source=source, spans=acts.words(BODIES[0], [Span(12, 16)]))])
        acts.submit(act, DOCUMENTS[0], "in_progress", f"{words} word")
        team.remark(act, uid, f"{words} remark")
        acts.relate_claims(act, claim, "contradicts", acts.state_claim(act, f"Not the {words} claim"))
    return uid


@contextmanager
def a_team(**roles: Role) -> Iterator[Ledger]:
    """A project that lea leads, with ana's and bob's work on one document."""
    with project("lea") as ledger:
        with ledger.act() as act:
            team.found(act)
            for name, role in roles.items():
                team.appoint(act, name, role)
        work(ledger, "ana", "quiet")
        work(ledger, "bob", SECRET)
        yield ledger


def seen(path: Path, viewer: str | None) -> str:
    """All that a viewer's connection answers, as one text."""
    with sight.looked_at(path, viewer) as connection:
        views = ("mark_current", "mention_counted", "claim_standing", "timeline", "events", "subjects", "heads")
        told = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in (*TABLES, *views)]
        found = searching.search(connection, SECRET).hits, reading.claims_like(connection, SECRET)
        return f"{told} {found} {searching.named(connection, 'sources', SECRET, 9)} {reading.mentions(connection, 1)}"


@pytest.mark.parametrize("viewer", ["ana", "stranger", None])
def test_nothing_of_anothers_work_is_seen_before_one_submits(viewer: str | None) -> None:
    with a_team(ana="annotator") as ledger:
        assert SECRET not in seen(ledger.path, viewer)
        assert ("quiet" in seen(ledger.path, viewer)) == (viewer == "ana")


def test_a_blind_connection_has_one_s_own_work_whole() -> None:
    with a_team() as ledger, sight.looked_at(ledger.path, "bob") as connection:
        (mention,) = reading.mentions(connection, reading.find_document(connection, "The Pier")[0].id)
        assert mention.annotator == "bob"
        assert mention.claim == f"The {SECRET} claim"
        assert mention.marks[0].chain[0].source == f"{SECRET} Rui"
        assert [(claim.claim, claim.standing) for claim in reading.claims(connection)] == [
            (f"The {SECRET} claim", "denied"),
            (f"Not the {SECRET} claim", "unattributed"),
        ]
        assert sight.hidden(connection) == 1


@pytest.mark.parametrize("words", [SECRET, "other"])
def test_which_words_are_frequent_tells_nothing_of_hidden_claims(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "OFTEN", 1)
    with a_team(ana="annotator", bob="annotator") as ledger:
        with ledger.act() as act, act.signed("ana"):
            acts.state_claim(act, f"A {SECRET} pier")
        for number in range(3):
            with ledger.act() as act, act.signed("bob"):
                acts.state_claim(act, f"{words} {number}")
        with sight.looked_at(ledger.path, "ana") as connection:
            found = [claim.claim for claim in reading.claims_like(connection, f"{SECRET} quay")]
            assert found == [f"A {SECRET} pier"]


def test_submitting_opens_the_document_and_taking_it_up_again_closes_it() -> None:
    with a_team() as ledger, sight.looked_at(ledger.path, "ana") as connection:
        for state, opened in (("flagged", False), ("submitted", True), ("in_progress", False), ("skipped", False)):
            with ledger.act() as act, act.signed("ana"):
                acts.submit(act, DOCUMENTS[0], state)  # type: ignore[arg-type]
            assert (SECRET in seen(ledger.path, "ana")) == opened
            assert (sight.hidden(connection) == 0) == opened  # a connection that is open sees it at once


@pytest.mark.parametrize("viewer", ["lea", "ada"])
def test_leads_and_adjudicators_see_all(viewer: str) -> None:
    with a_team(ada="adjudicator") as ledger, sight.looked_at(ledger.path, viewer) as connection:
        assert public_state(connection) == public_state(ledger.connection)


def test_a_lead_opens_and_closes_the_project() -> None:
    with a_team() as ledger:
        with ledger.act() as act:
            team.set_blind(act, blind=False)
        assert SECRET in seen(ledger.path, "ana")
        assert SECRET in seen(ledger.path, None)
        with ledger.act() as act:
            team.set_blind(act, blind=True)
        assert SECRET not in seen(ledger.path, "ana")


def test_a_project_without_a_lead_hides_nothing() -> None:
    with project("ana") as ledger:
        work(ledger, "ana", "quiet")
        work(ledger, "bob", SECRET)
        assert SECRET in seen(ledger.path, "ana")


def test_who_works_alone_need_not_say_a_name() -> None:
    with project("lea") as ledger:
        with ledger.act() as act:
            team.found(act)
        work(ledger, "lea", SECRET)
        assert SECRET in seen(ledger.path, None)
        assert SECRET not in seen(ledger.path, "ana")


def test_rulings_and_the_checks_in_a_queue_stay_hidden_from_annotators() -> None:
    with a_team(ada="adjudicator", ana="annotator") as ledger:
        (ana,) = ledger.connection.execute("SELECT uid FROM mentions WHERE quote = 'harbour'").fetchone(), *()
        with ledger.act() as act:
            team.assign(act, DOCUMENTS[0], "ana", 1, gold=True)
            with act.signed("ada"):
                rulings.take(act, [ana[0]], ana[0], "right")
            with act.signed("ana"):
                acts.submit(act, DOCUMENTS[0], "submitted")
        with sight.looked_at(ledger.path, "ana") as connection:
            assert connection.execute("SELECT gold FROM assignments").fetchall() == [(0,)]
            assert connection.execute("SELECT * FROM adjudications").fetchall() == []
            assert connection.execute("SELECT count(*) FROM mentions WHERE layer = 'gold'").fetchone() == (0,)
            assert "ada" not in str(connection.execute("SELECT * FROM events WHERE annotator = 'ada'").fetchall())
        with sight.looked_at(ledger.path, "ada") as connection:
            assert connection.execute("SELECT gold FROM assignments").fetchall() == [(1,)]
            assert len(connection.execute("SELECT * FROM adjudications").fetchall()) == 1


def test_what_annotators_may_not_do_is_refused() -> None:
    with a_team(ana="annotator") as ledger:
        for forbidden in (
            lambda act: team.appoint(act, "ana", "lead"),
            lambda act: team.dismiss(act, "lea"),
            lambda act: team.set_blind(act, blind=False),
            lambda act: team.assign(act, DOCUMENTS[0], "ana", 1),
            lambda act: rulings.rule(act, [], None),
        ):
            with pytest.raises(NotAllowed), ledger.act() as act, act.signed("ana"):
                forbidden(act)
        with pytest.raises(NotAllowed, match="only lead"), ledger.act() as act:
            team.dismiss(act, "lea")


def claims_of(path: Path, viewer: str) -> list[str]:
    with sight.looked_at(path, viewer) as connection:
        return [claim.claim for claim in reading.claims(connection)]


def test_what_an_engine_proposed_is_hidden_from_nobody() -> None:
    proposed = Suggestion(spans=(Span(4, 11),), label="sourced", kind="", chain=(), confidence=80, rule="told")
    with a_team() as ledger:
        with ledger.act() as act:
            offers.keep(act, rule_engine(), proposed, DOCUMENTS[0], BODIES[0])
        for viewer in ("ana", "stranger", None):
            with sight.looked_at(ledger.path, viewer) as connection:
                here = reading.find_document(connection, "The Pier")[0].id
                ((name, _),) = offers.kept(connection, here, viewer or "")
                assert name == signature(rule_engine())


def test_an_engine_is_no_second_person() -> None:
    proposed = Suggestion(spans=(Span(4, 11),), label="sourced", kind="", chain=(), confidence=80, rule="told")
    with project("lea") as ledger:
        with ledger.act() as act:
            team.found(act)
        work(ledger, "lea", SECRET)
        with ledger.act() as act:
            offers.keep(act, rule_engine(), proposed, DOCUMENTS[0], BODIES[0])
        assert SECRET in seen(ledger.path, None)


def test_a_claim_laid_down_for_all_stays_when_hidden_work_takes_it_up() -> None:
    with a_team(ada="adjudicator") as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "The pier is safe.")
        with ledger.act() as act, act.signed("ada"):
            acts.relate_claims(act, acts.state_claim(act, "Ada's own."), "contradicts", acts.claim_uid("Another."))
        assert "The pier is safe." in claims_of(ledger.path, "ana")
        with ledger.act() as act, act.signed("bob"):
            (uid,) = ledger.connection.execute("SELECT uid FROM mentions WHERE uid GLOB 'bob/*'").fetchone()
            acts.link_claim(act, uid, acts.claim_uid("The pier is safe."))
        assert "The pier is safe." in claims_of(ledger.path, "ana")
        assert not {"Ada's own.", f"The {SECRET} claim"} & set(claims_of(ledger.path, "ana"))


def test_rewording_hidden_work_shows_it_to_nobody_else() -> None:
    with a_team() as ledger:
        with ledger.act() as act:
            acts.describe_claim(act, acts.claim_uid(f"The {SECRET} claim"), text=f"The {SECRET} claim in better words")
        assert SECRET not in seen(ledger.path, "ana")


def test_taking_a_claim_back_tells_nothing_of_the_hidden_work_that_keeps_it() -> None:
    for kept in (False, True):
        with a_team() as ledger:
            with ledger.act() as act, act.signed("ana"):
                acts.state_claim(act, "Both say so.")
            if kept:
                with ledger.act() as act, act.signed("bob"):
                    (uid,) = ledger.connection.execute("SELECT uid FROM mentions WHERE uid GLOB 'bob/*'").fetchone()
                    acts.link_claim(act, uid, acts.state_claim(act, "Both say so."))
            assert "Both say so." in claims_of(ledger.path, "ana")
            with Ledger(ledger.path, "ana", "d2") as own:
                undone = own.undo()
            assert bool(undone.kept) == kept
            told = sight.told(ledger.path, "ana", undone)
            assert (told.changed, told.kept) == ((("claim", acts.claim_uid("Both say so.")),), ())
            assert "Both say so." not in claims_of(ledger.path, "ana")
            with Ledger(ledger.path, "ana", "d2") as own:
                own.redo()
            assert "Both say so." in claims_of(ledger.path, "ana")


def test_a_claim_that_one_tied_is_seen_though_hidden_work_made_it_first() -> None:
    with a_team() as ledger:
        with ledger.act() as act, act.signed("ana"):
            own = acts.claim_uid("The quiet claim")
            acts.relate_claims(act, own, "contradicts", acts.state_claim(act, f"The {SECRET} claim"))
        assert f"The {SECRET} claim" in claims_of(ledger.path, "ana")
        assert f"Not the {SECRET} claim" not in claims_of(ledger.path, "ana")


@pytest.mark.parametrize("first", ["quiet", SECRET])
def test_what_was_merged_with_something_hidden_stands_for_itself(first: str) -> None:
    with a_team() as ledger, sight.looked_at(ledger.path, "ana") as connection:
        second = {"quiet": SECRET, SECRET: "quiet"}[first]
        with ledger.act() as act:
            acts.merge_claims(act, acts.claim_uid(f"The {first} claim"), acts.claim_uid(f"Not the {second} claim"))
            acts.merge_claims(act, acts.claim_uid(f"The {second} claim"), acts.claim_uid(f"Not the {second} claim"))
            acts.tie_sources(act, acts.source_uid(f"{first} Rui"), acts.source_uid(f"{second} Rui"))
        sight.again(connection, "ana")
        assert {claim.claim for claim in reading.claims(connection)} <= {"The quiet claim", "Not the quiet claim"}
        assert_references_hold(connection)
        assert [row[2] for row in connection.execute("SELECT * FROM sources WHERE merged_id = id")] == ["quiet Rui"]
        assert SECRET not in seen(ledger.path, "ana")
        assert sight.again(connection, "ana") is False


def test_a_connection_that_stays_open_follows_roles_policy_and_person() -> None:
    with a_team(ana="annotator") as ledger, sight.looked_at(ledger.path, "ana") as connection:
        count = "SELECT count(*) FROM mentions"
        assert connection.execute(count).fetchone() == (1,)
        steps: list[tuple[Callable[[Act], object], int]] = [
            (lambda act: team.appoint(act, "ana", "adjudicator"), 2),
            (lambda act: team.appoint(act, "ana", "annotator"), 1),
            (lambda act: team.set_blind(act, blind=False), 2),
            (lambda act: team.set_blind(act, blind=True), 1),
        ]
        for step, expected in steps:
            with ledger.act() as act:
                step(act)
            assert sight.again(connection, "ana") is True
            assert connection.execute(count).fetchone() == (expected,)
        for viewer, expected in (("stranger", 0), ("lea", 2), ("bob", 1), (None, 0)):
            assert sight.again(connection, viewer) is True
            assert connection.execute(count).fetchone() == (expected,)
            assert sight.hidden(connection) == 2 - expected


@examples(25)
@given(st.lists(events(), max_size=20), st.sampled_from(["ana", "bob"]))
def test_no_log_shows_a_blind_viewer_a_mention_of_an_unsubmitted_document(log: list[AnyEvent], viewer: str) -> None:
    with project("lea") as ledger:
        with ledger.act() as act:
            team.found(act)
        ledger.receive([canonical(event) for event in log], TEXTS)
        _assert_blind(ledger, viewer)


def assert_references_hold(connection: sqlite3.Connection) -> None:
    """Whatever a row of what is seen refers to is seen too."""
    for table in TABLES:
        for _, _, other, column, there, *_ in connection.execute(f"PRAGMA main.foreign_key_list({table})").fetchall():
            loose = f"SELECT {column} FROM {table} WHERE {column} NOT NULL AND {column} NOT IN (SELECT {there} FROM {other})"
            assert connection.execute(loose).fetchall() == [], (table, column)


def _assert_blind(ledger: Ledger, viewer: str) -> None:
    whole: sqlite3.Connection = ledger.connection
    if sight.sees_all(whole, viewer):
        return
    allowed = {
        row[0]
        for row in whole.execute(
            """SELECT mentions.id FROM mentions JOIN annotators ON annotators.id = annotator_id
            WHERE name = :me OR layer = '' AND document_id IN (
                SELECT document_id FROM submissions JOIN annotators ON annotators.id = annotator_id
                WHERE name = :me AND state = 'submitted')""",
            {"me": viewer},
        )
    }
    with sight.looked_at(ledger.path, viewer) as connection:
        assert {row[0] for row in connection.execute("SELECT id FROM mentions")} == allowed
        for query in (
            "SELECT mention_id FROM marks", "SELECT mention_id FROM spans WHERE mention_id IS NOT NULL",
            "SELECT mention_id FROM mark_current", "SELECT mention_id FROM timeline", "SELECT id FROM mention_counted",
        ):  # fmt: skip
            assert {row[0] for row in connection.execute(query)} <= allowed, query
        assert_references_hold(connection)


BIG = re.compile(
    r"SCAN (main\.)?(mentions?|marks?|claims?|worded|sources?|link|item|spans?|events?|said|beside|undo|redo|word"
    r"|submissions?|tie|subjects?|heads?|needs|parents|attributions|evidence)\b"
)
"""Going through one of the tables that grow with the work, under whatever name a question gives it."""


@pytest.mark.parametrize(
    "question",
    [
        lambda connection: reading.list_documents(connection, "ana", 0, 50),
        lambda connection: reading.mentions(connection, 6),
        lambda connection: reading.mention(connection, "ana/x"),
        lambda connection: reading.state_of(connection, 6, "ana"),
        lambda connection: reading.touched_since(connection, reading.last_event(connection)),
        lambda connection: claims.lines(connection, [1, 2]),
        lambda connection: claims.wordings(connection, 1),
        lambda connection: standing.standings(connection, [1, 2]),
    ],
)
def test_no_question_of_somebody_blind_goes_through_a_whole_table(
    question: Callable[[sqlite3.Connection], object],
) -> None:
    with a_team() as ledger, sight.looked_at(ledger.path, "ana") as connection:
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        question(connection)
        connection.set_trace_callback(None)
        for sql in [each for each in asked if each.lstrip().startswith(("SELECT", "WITH"))]:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert not [step for step in plan if BIG.match(step)], sql


def test_whether_anything_is_hidden_follows_who_looks_and_what_the_lead_decides() -> None:
    with a_team() as ledger, sight.looked_at(ledger.path, "ana") as connection:
        assert sight.hides(connection)
        for blind in (False, True):
            with ledger.act() as act:
                team.set_blind(act, blind=blind)
            assert sight.again(connection, "ana")
            assert sight.hides(connection) == blind
        assert sight.again(connection, "lea")
        assert not sight.hides(connection)
        assert not sight.hides(ledger.connection)


def test_opening_costs_a_lead_nothing(tmp_path: Path) -> None:
    with open_quickly(tmp_path / "p.db", "lea") as ledger:
        with ledger.act() as act:
            team.found(act)
        with sight.looked_at(ledger.path, "lea") as connection:
            assert connection.execute("SELECT * FROM temp.sqlite_master").fetchall() == []
