"""Undo and redo: without limit, across restarts, for every act, and never at the cost of what others did."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from deeds import DEEDS, VERBS, Deed, do, set_the_scene
from examples import examples
from histories import BODIES, DOCUMENTS
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, check, reading
from onrecord.schema.errors import NothingToUndo
from onrecord.schema.events import Claim, Evidence
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from project_state import Hands, assert_index_fits, log_state, open_quickly, project, public_state


def seen(ledger: Ledger) -> dict[str, Any]:
    """The public state without the times at which things were recorded: a redo records them again."""
    state = public_state(ledger.connection)
    del state["timeline"]  # which is in the order of these times
    del state["texts"], state["annotators"]  # which are never taken away
    columns = {
        table: [
            at
            for at, (_, name, *_) in enumerate(ledger.connection.execute(f"PRAGMA table_info({table})"))
            if name != "recorded_at"
        ]
        for table in ("mentions", "marks", "submissions", "adjudications", "remarks", "mark_current")
    }
    for table, kept in columns.items():
        state[table] = sorted((tuple(row[at] for at in kept) for row in state[table]), key=repr)
    return state


def every(step: Callable[[], object]) -> Iterator[object]:
    """Undo, or redo, until nothing is left."""
    while True:
        try:
            yield step()
        except NothingToUndo:
            return


@examples(15)
@given(deeds=st.lists(DEEDS, min_size=1, max_size=12), reopen=st.sets(st.integers(0, 12), max_size=2))
def test_undo_goes_back_step_by_step_and_redo_forward(deeds: list[Deed], reopen: set[int]) -> None:
    with project() as ledger:
        states = [seen(ledger)]
        for deed in deeds:
            if do(ledger, deed):
                states.append(seen(ledger))
        for step, expected in enumerate(states[-2::-1]):
            if step in reopen:
                ledger.close()
                ledger = open_quickly(ledger.path)
            ledger.undo()
            assert seen(ledger) == expected
        with pytest.raises(NothingToUndo):
            ledger.undo()
        for step, expected in enumerate(states[1:]):
            if step in reopen:
                ledger.close()
                ledger = open_quickly(ledger.path)
            ledger.redo()
            assert seen(ledger) == expected
        with pytest.raises(NothingToUndo):
            ledger.redo()
        assert_index_fits(ledger.connection)
        assert not [finding for finding in check.check(ledger.connection) if finding.level == "problem"]
        ledger.close()


@examples(12)
@given(
    moves=st.lists(st.one_of(DEEDS, st.sampled_from(["undo", "undo", "redo"])), max_size=20),
    first=st.lists(DEEDS, max_size=6),
)
def test_undo_and_redo_in_any_order_are_a_pointer_into_what_was_done(moves: list[Any], first: list[Deed]) -> None:
    """The model: a list of states and a place in it. A new act cuts off what could have been redone."""
    with project() as ledger:
        states, at = [seen(ledger)], 0
        for move in (*first, *moves):
            if move == "undo" and at:
                ledger.undo()
                at -= 1
            elif move == "redo" and at < len(states) - 1:
                ledger.redo()
                at += 1
            elif isinstance(move, str):
                with pytest.raises(NothingToUndo):
                    getattr(ledger, move)()
            elif do(ledger, move):
                at += 1
                states[at:] = [seen(ledger)]
            assert seen(ledger) == states[at]


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_act_can_be_undone_and_redone_after_a_restart(verb: str) -> None:
    with project() as ledger:
        set_the_scene(ledger)
        for needed in (("codebook", 0, 0), ("evidence", 2, 0), ("label", 1, 0), ("relate", 0, 1)):
            do(ledger, needed)
        before = seen(ledger)
        assert any(do(ledger, (verb, one, two)) for one in range(6) for two in range(6))
        after = seen(ledger)
        assert after != before or verb in ("label", "adjudicate")
        for step, expected in (("undo", before), ("redo", after), ("undo", before), ("redo", after)):
            ledger.close()
            ledger = open_quickly(ledger.path)
            getattr(ledger, step)()
            assert seen(ledger) == expected
        ledger.close()


# --- others --------------------------------------------------------------------------------------------------------


def work_of(ledger: Ledger, annotator: str) -> dict[str, Any]:
    """All that one annotator recorded, with what it rests on."""
    query = ledger.connection.execute
    return {
        "mentions": query(
            """SELECT mentions.uid, sha256, claims.uid, claims.claim, start, quote FROM mentions
            JOIN documents ON documents.id = document_id JOIN annotators ON annotators.id = annotator_id
            LEFT JOIN claims ON claims.id = claim_id WHERE annotators.name = ? ORDER BY 1""",
            (annotator,),
        ).fetchall(),
        "marks": query(
            """SELECT marks.uid, label, position FROM marks JOIN annotators ON annotators.id = annotator_id
            LEFT JOIN attributions ON mark_id = marks.id WHERE annotators.name = ? ORDER BY 1, 3""",
            (annotator,),
        ).fetchall(),
        "sources": query(
            """SELECT marks.uid, position, sources.uid FROM marks JOIN annotators ON annotators.id = annotator_id
            JOIN attributions ON mark_id = marks.id JOIN sources ON sources.id = source_id
            WHERE annotators.name = ? ORDER BY 1, 2""",
            (annotator,),
        ).fetchall(),
        "evidence": query(
            """SELECT marks.uid, position, mentions.uid FROM evidence JOIN marks ON marks.id = mark_id
            JOIN annotators ON annotators.id = marks.annotator_id
            JOIN mentions ON mentions.id = evidence.mention_id WHERE annotators.name = ? ORDER BY 1, 2""",
            (annotator,),
        ).fetchall(),
        "submissions": query(
            """SELECT sha256, state FROM submissions JOIN documents ON documents.id = document_id
            JOIN annotators ON annotators.id = annotator_id WHERE name = ? ORDER BY 1""",
            (annotator,),
        ).fetchall(),
        "rulings": query(
            """SELECT adjudications.uid, mentions.uid FROM adjudications JOIN adjudication_inputs
            ON adjudication_id = adjudications.id JOIN mentions ON mentions.id = mention_id
            JOIN annotators ON annotators.id = adjudications.annotator_id WHERE name = ? ORDER BY 1, 2""",
            (annotator,),
        ).fetchall(),
    }


@examples(20)
@given(
    deeds=st.lists(st.tuples(st.sampled_from(["ana", "bob"]), DEEDS), min_size=4, max_size=16),
    moves=st.lists(st.tuples(st.sampled_from(["ana", "bob"]), st.sampled_from(["undo", "undo", "redo"])), max_size=12),
)
def test_undo_never_touches_what_the_other_did(deeds: list[tuple[str, Deed]], moves: list[tuple[str, str]]) -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        ledgers = {"ana": ana, "bob": bob}
        set_the_scene(ana)
        do(bob, ("mention and label", 0, 0))
        for name, deed in deeds:
            do(ledgers[name], deed)
        for name, move in moves:
            other = "bob" if name == "ana" else "ana"
            before = work_of(ana, other)
            try:
                getattr(ledgers[name], move)()
            except NothingToUndo:
                continue
            after = work_of(ana, other)
            # One's undo may bring back what the other's work refers to; it never takes anything away.
            assert all(set(before[what]) <= set(after[what]) for what in before)
        assert_index_fits(ana.connection)
        assert not [finding for finding in check.check(ana.connection) if finding.level == "problem"]


@examples(12)
@given(deeds=st.lists(st.tuples(st.sampled_from(["ana", "ana", "bob"]), DEEDS), min_size=4, max_size=14))
def test_undoing_and_redoing_all_ends_where_it_began(deeds: list[tuple[str, Deed]]) -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        ledgers = {"ana": ana, "bob": bob}
        set_the_scene(ana)
        for name, deed in deeds:
            do(ledgers[name], deed)
        before = seen(ana)
        undone = list(every(ana.undo))
        redone = list(every(ana.redo))
        assert len(redone) == len(undone)
        if not any(step.kept for step in redone):  # type: ignore[attr-defined]
            assert seen(ana) == before


@pytest.mark.parametrize("rests_on", ["claim", "source", "document", "mention", "label"])
def test_what_others_rely_on_is_kept_and_named(rests_on: str) -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        subject = {"document": DOCUMENTS[0], "mention": "ana/m0", "label": "odd"}.get(rests_on, "")
        if rests_on != "document":
            assert do(bob, ("add a document", 0, 0))
        match rests_on:
            case "claim":
                with ana.act() as act:
                    subject = acts.state_claim(act, "Claim number 0")
                do(bob, ("mention", 0, 0))
                assert do(bob, ("claim", 0, 0))
            case "source":
                with ana.act() as act:
                    subject = acts.name_source(act, "the keeper 0", "person")
                do(bob, ("mention", 0, 0))
                assert do(bob, ("chain", 0, 0))
            case "document":
                assert do(ana, ("add a document", 0, 0))
                assert do(bob, ("mention", 0, 0))
            case "label":
                assert do(ana, ("codebook", 0, 0))
                do(bob, ("mention", 0, 0))
                assert do(bob, ("label", 0, 5))
            case "mention":
                assert do(ana, ("mention", 0, 0))
                do(bob, ("mention", 0, 0))
                do(bob, ("label", 0, 1))
                with bob.act() as act:
                    acts.set_evidence(act, "bob/m0", "anonymous", [Evidence(mention="ana/m0")])
        before, work = seen(ana), work_of(ana, "bob")
        undone = ana.undo()
        assert (undone.changed, undone.kept) == ((), ((rests_on, subject),))
        assert seen(ana) == before
        assert work_of(ana, "bob") == work
        with pytest.raises(NothingToUndo):
            ana.undo()
        ana.redo()
        assert seen(ana) == before


def test_what_others_rely_on_in_a_roundabout_way_is_kept_too() -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        do(ana, ("add a document", 0, 0))
        do(ana, ("mention", 0, 0))
        do(bob, ("add a document", 1, 0))
        do(bob, ("mention", 0, 1))
        do(bob, ("label", 0, 1))
        with bob.act() as act:
            acts.set_evidence(act, "bob/m0", "anonymous", [Evidence(mention="ana/m0")])
        work = work_of(ana, "bob")
        assert ana.undo().kept == (("mention", "ana/m0"),)
        assert ana.undo().kept == (("document", DOCUMENTS[0]),)
        assert work_of(ana, "bob") == work


def test_what_somebody_changed_since_is_left_as_it_is() -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        do(ana, ("add a document", 0, 0))
        do(ana, ("describe a document", 0, 1))
        with bob.act() as act:
            acts.describe_document(act, DOCUMENTS[0], outlet="Gazette")
        for _ in range(2):
            undone = ana.undo()
            assert (undone.changed, undone.kept) == ((), (("document", DOCUMENTS[0]),))
        listed = reading.list_documents(ana.connection, "ana", 0, 9)
        assert [(line.title, line.outlet) for line in listed] == [("Other 1", "Gazette")]


def test_what_somebody_changed_and_changed_back_is_left_as_it_is() -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        with ana.act() as act:
            uid = acts.state_claim(act, "It stands.")
        for text in ("It falls.", "It stands."):
            with bob.act() as act:
                act.put(uid, Claim(text=text))
        assert ana.undo().kept == (("claim", uid),)
        assert [claim.claim for claim in reading.claims(ana.connection)] == ["It stands."]


def test_what_somebody_did_and_undid_does_not_stand_in_the_way() -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        with ana.act() as act:
            uid = acts.state_claim(act, "It stands.")
        with bob.act() as act:
            act.put(uid, Claim(text="It falls."))
        bob.undo()
        assert ana.undo().changed == (("claim", uid),)
        assert reading.claims(ana.connection) == []


def exchange(one: Ledger, other: Ledger) -> None:
    for giver, taker in ((one, other), (other, one)):
        query = giver.connection.execute
        texts = dict(query("SELECT sha256, text FROM texts").fetchall())
        taker.receive([row[0] for row in query("SELECT body FROM events ORDER BY id")], texts)


def test_what_somebody_said_too_apart_is_not_taken_from_them() -> None:
    hands = Hands()
    with project("ana", "d1", hands) as ana, project("bob", "d2", hands) as bob:
        uid = ""
        for ledger in (bob, ana):
            hands.milliseconds += 1000
            with ledger.act() as act:
                acts.add_document(act, BODIES[0], title="The Pier")
                uid = acts.state_claim(act, "It stands.")
        exchange(ana, bob)
        heads = log_state(ana.connection)["heads"]
        undone = ana.undo()
        assert undone.changed == ()
        assert set(undone.kept) == {("document", DOCUMENTS[0]), ("claim", uid)}
        # The answer is recorded without settling what is not settled: each thing still has two heads.
        assert len(log_state(ana.connection)["heads"]) == len(heads)
        assert len(reading.claims(ana.connection)) == len(reading.list_documents(ana.connection, "", 0, 9)) == 1


def test_undo_takes_back_what_was_done_on_another_device() -> None:
    hands = Hands()
    with project("ana", "d1", hands) as one, project("ana", "d2", hands) as other:
        set_the_scene(one)
        exchange(one, other)
        before = seen(other)
        hands.milliseconds += 1000
        do(other, ("label", 0, 1))
        exchange(one, other)
        one.undo()
        exchange(one, other)
        assert seen(one) == seen(other) == before
        assert other.redo().changed == (("mark", "ana/m0/anonymous"),)


def test_an_edit_whose_past_has_not_arrived_is_not_taken_back() -> None:
    with project("ana", "d1") as one, project("ana", "d2") as other:
        with one.act() as act:
            uid = acts.state_claim(act, "It stands.")
        with one.act() as act:
            act.put(uid, Claim(text="It falls."))
        last = one.connection.execute("SELECT body FROM events ORDER BY id DESC LIMIT 1").fetchone()
        other.receive([last[0]])
        assert [finding.what for finding in check.check(other.connection)] == [
            "earlier events that others name have not arrived yet: 1"
        ]
        assert other.undo().kept == (("claim", uid),)
        assert [claim.claim for claim in reading.claims(other.connection)] == ["It falls."]


# --- rules ---------------------------------------------------------------------------------------------------------


def test_a_new_act_clears_what_could_be_redone_and_others_acts_do_not() -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        do(ana, ("add a document", 0, 0))
        do(ana, ("add a document", 1, 0))
        ana.undo()
        do(bob, ("add a document", 2, 0))
        assert ana.redo().changed == (("document", DOCUMENTS[1]),)
        ana.undo()
        do(ana, ("describe a document", 0, 1))
        with pytest.raises(NothingToUndo, match="nothing to redo"):
            ana.redo()


def test_everybody_undoes_their_own_acts_alone() -> None:
    with project("ana") as ana, open_quickly(ana.path, "bob") as bob:
        do(ana, ("add a document", 0, 0))
        do(bob, ("add a document", 1, 0))
        assert ana.undo().changed == (("document", DOCUMENTS[0]),)
        with pytest.raises(NothingToUndo, match="nothing left to undo"):
            ana.undo()
        assert bob.undo().changed == (("document", DOCUMENTS[1]),)


def test_undo_brings_back_all_of_a_removed_mention() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        do(ledger, ("evidence", 0, 0))
        before = reading.mention(ledger.connection, "ana/m0")
        assert before
        assert before.marks[0].chain
        with ledger.act() as act:
            acts.remove_mention(act, "ana/m0")
        assert reading.mention(ledger.connection, "ana/m0") is None
        ledger.undo()
        after = reading.mention(ledger.connection, "ana/m0")
        assert after
        assert (after.spans, after.claim) == (before.spans, before.claim)
        assert [mark.label for mark in after.marks] == [mark.label for mark in before.marks]
        assert [link.source for link in after.marks[0].chain] == [link.source for link in before.marks[0].chain]


def test_an_act_of_several_steps_on_one_thing_is_one_undo() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        before = seen(ledger)
        with ledger.act() as act:
            for end in (6, 7, 8):
                acts.set_mention(act, "ana/m0", DOCUMENTS[0], BODIES[0], [Span(0, end)])
            acts.remove_mention(act, "ana/m0")
            acts.set_mention(act, "ana/m0", DOCUMENTS[0], BODIES[0], [Span(2, 9)])
        after = seen(ledger)
        assert len(ledger.undo().changed) == 5
        assert seen(ledger) == before
        ledger.redo()
        assert seen(ledger) == after


def test_undo_and_redo_hundreds_of_times() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        before = seen(ledger)
        for _ in range(150):
            ledger.undo()
            ledger.redo()
        assert seen(ledger) == before
        assert len(list(every(ledger.undo))) == 4
        assert ledger.connection.execute("SELECT count(*) FROM documents").fetchone() == (0,)
