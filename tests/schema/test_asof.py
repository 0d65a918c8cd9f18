"""What was known at a moment is what a project would say that holds only the events up to then."""

import sqlite3
from typing import Any

from examples import examples
from histories import TEXTS, logs
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, standing
from onrecord.schema.asof import as_known, on_record
from onrecord.schema.clock import milliseconds_of, moment_of
from onrecord.schema.events import AnyEvent, canonical
from onrecord.schema.text import Span
from project_state import Hands, project

TOLD = """SELECT claims.uid, moment, standing, changed, label, kind, origin, outlet, title, quote, annotator, published_at,
    timeline.recorded_at, mark_uid FROM timeline JOIN claims ON claims.id = claim_id"""
SUMMED = """SELECT claims.uid, claim_standing.claim, standing, sourced, anonymous, denied, confirmed, mentions, documents,
    outlets, origins, first_published, last_published FROM claim_standing JOIN claims ON claims.id = claim_id"""


def told(connection: sqlite3.Connection, claim: str) -> list[Any]:
    """What the views say of a claim, whatever the row numbers."""
    return [
        sorted(connection.execute(f"{query} WHERE claims.uid = ?", (claim,)).fetchall(), key=repr)
        for query in (TOLD, SUMMED)
    ]


@examples(25)
@given(log=logs(), data=st.data())
def test_it_equals_a_project_of_the_events_up_to_then(log: list[AnyEvent], data: st.DataObject) -> None:
    clock = data.draw(st.sampled_from([event.clock for event in log]))
    earlier = [event for event in log if milliseconds_of(event.clock) <= milliseconds_of(clock)]
    with project() as whole, project() as then:
        whole.receive(map(canonical, log), TEXTS)
        then.receive(map(canonical, earlier), TEXTS)
        for row, uid in whole.connection.execute("SELECT id, subject FROM subjects WHERE kind = 'claim'").fetchall():
            with as_known(whole.connection, [row], moment_of(clock)) as known:
                assert told(known, uid) == told(then.connection, uid)
                there = then.connection.execute("SELECT id FROM claims WHERE uid = ?", (uid,)).fetchone()
                assert not there or on_record(whole.connection, [row], moment_of(clock)) == [row]
                for moment in ("2026-03-01", "2026-03-02", "2026-03-04T08:00:00"):
                    mine = standing.standing_at(known, row, moment)
                    assert mine == (
                        standing.standing_at(then.connection, there[0], moment) if there else "unattributed"
                    )
                    assert standing.standings(known, [row], moment) == ({row: mine} if there else {})


def test_a_claim_is_on_record_from_the_day_on_which_it_was_stated() -> None:
    hands = Hands()
    with project(now=hands) as ledger:
        for words in ("The harbour said no", "The ferry left"):
            with ledger.act() as act:
                acts.state_claim(act, words)
            hands.milliseconds += 86_400_000
        first, second = (row[0] for row in ledger.connection.execute("SELECT id FROM claims ORDER BY id"))
        for day, there in (("2026-03-01", []), ("2026-03-02", [first]), ("2026-03-03", [second, first])):
            assert on_record(ledger.connection, [second, first, 99], day) == there


def test_both_times_of_a_mark_that_came_late_and_of_one_that_went() -> None:
    hands = Hands()
    with project(now=hands) as ledger:
        text = "The harbour said no."
        with ledger.act() as act:
            claim = acts.state_claim(act, "The harbour said no")
            sha256, _ = acts.add_document(act, text, published_at="2026-01-02")
            acts.set_mention(act, "ana/1", sha256, text, [Span(4, 11)], claim=claim)
            acts.set_label(act, "ana/1", "sourced")
        (here,) = ledger.connection.execute("SELECT id FROM claims").fetchone()
        hands.milliseconds += 86_400_000
        with ledger.act() as act:
            acts.set_label(act, "ana/1", "denied")
        hands.milliseconds += 86_400_000
        with ledger.act() as act:
            acts.set_label(act, "ana/1", "denied", on=False)
        assert standing.standing_at(ledger.connection, here, "2026-01-02") == "sourced"
        found = []
        for day in (
            "2026-03-01",
            "2026-03-02",
            "2026-03-03",
            "2026-03-03T09:00Z",
            "2026-03-03T12:00+01:00",
            "2026-03-04",
        ):
            with as_known(ledger.connection, [here], day) as known:
                found.append(standing.standing_at(known, here, "2026-01-02"))
        assert found == ["unattributed", "sourced", "denied", "sourced", "denied", "sourced"]


def test_a_merge_is_known_from_when_it_was_made() -> None:
    hands = Hands()
    with project(now=hands) as ledger:
        text = "The harbour said no."
        with ledger.act() as act:
            one, other = acts.state_claim(act, "It said no"), acts.state_claim(act, "No, it said")
            sha256, _ = acts.add_document(act, text, published_at="2026-01-02")
            acts.set_mention(act, "ana/1", sha256, text, [Span(4, 11)], claim=other)
            acts.set_label(act, "ana/1", "sourced")
        first, second = (row[0] for row in ledger.connection.execute("SELECT id FROM claims ORDER BY added_at, uid"))
        hands.milliseconds += 86_400_000
        with ledger.act() as act:
            acts.merge_claims(act, one, other)
        assert standing.merged(ledger.connection, second) == first
        assert standing.standings(ledger.connection, [first]) == {first: "sourced"}
        assert [row[0] for row in ledger.connection.execute("SELECT claim_id FROM claim_standing")] == [first]
        with as_known(ledger.connection, [first], "2026-03-02") as known:
            assert known.execute("SELECT count(*) FROM claim_standing").fetchone() == (2,)
        with as_known(ledger.connection, [first], "2026-03-03") as known:
            assert known.execute("SELECT count(*) FROM claim_standing").fetchone() == (1,)
        ledger.undo()
        assert standing.merged(ledger.connection, second) == second
        ledger.redo()
        with ledger.act() as act:
            assert acts.split_claim(act, other) == 1
        assert standing.merged(ledger.connection, second) == second
