"""Remarks as conversations: what waits for whose answer, and that nobody hears of hidden work through them."""

from collections.abc import Iterator

import pytest
from histories import BODIES, DOCUMENTS
from onrecord.schema import acts, sight, team, threads
from onrecord.schema.errors import NoSuchThing
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from onrecord.schema.threads import Talk
from project_state import project


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """A project that lea leads; ana and bob have a mention each in one document, and ada adjudicates."""
    with project("lea") as ledger:
        with ledger.act() as act:
            team.found(act)
            team.appoint(act, "ada", "adjudicator")
        with ledger.act() as act:
            acts.add_document(act, BODIES[0], title="The Pier")
        for name in ("ana", "bob"):
            with ledger.act() as act, act.signed(name):
                acts.set_mention(act, f"{name}/m", DOCUMENTS[0], BODIES[0], [Span(4, 11)])
        yield ledger


def say(ledger: Ledger, name: str, mention: str, text: str, answers: str | None = None) -> str:
    with ledger.act() as act, act.signed(name):
        return team.remark(act, mention, text, answers)


def heard(ledger: Ledger, viewer: str, mention: str = "ana/m") -> list[list[str]]:
    """The conversations on a mention as somebody may hear them."""
    with sight.looked_at(ledger.path, viewer) as connection:
        return [[note.text for note in thread.notes] for thread in threads.threads(connection, mention)]


def waits(ledger: Ledger, viewer: str) -> int:
    with sight.looked_at(ledger.path, viewer) as connection:
        return sum(threads.waiting(connection, viewer).values())


def test_a_conversation_is_open_while_whoever_began_it_has_the_last_word(ledger: Ledger) -> None:
    first = say(ledger, "ana", "ana/m", "one claim or two?")
    (thread,) = threads.threads(ledger.connection, "ana/m")
    assert thread.open
    assert (waits(ledger, "ada"), waits(ledger, "ana"), waits(ledger, "bob")) == (1, 0, 0)
    answer = say(ledger, "ada", "ana/m", "two", first)
    (thread,) = threads.threads(ledger.connection, "ana/m")
    assert not thread.open
    assert waits(ledger, "ada") == 0
    say(ledger, "ana", "ana/m", "why?", answer)
    (thread,) = threads.threads(ledger.connection, "ana/m")
    assert [note.text for note in thread.notes] == ["one claim or two?", "two", "why?"]
    assert thread.open
    assert (waits(ledger, "ada"), waits(ledger, "lea")) == (1, 1)


def test_a_question_of_an_adjudicator_waits_for_whose_mention_it_is(ledger: Ledger) -> None:
    asked = say(ledger, "ada", "ana/m", "which of the two?")
    assert (waits(ledger, "ana"), waits(ledger, "bob"), waits(ledger, "ada")) == (1, 0, 0)
    say(ledger, "ana", "ana/m", "the first", asked)
    assert waits(ledger, "ana") == 0


def test_what_a_document_has_of_remarks_is_told_by_mention(ledger: Ledger) -> None:
    first = say(ledger, "ana", "ana/m", "one")
    say(ledger, "ana", "ana/m", "another")
    say(ledger, "ada", "ana/m", "yes", first)
    ((document,),) = ledger.connection.execute("SELECT id FROM documents").fetchall()
    assert threads.talk(ledger.connection, document) == {"ana/m": Talk(3, 1)}
    assert threads.waiting(ledger.connection, "ada") == {document: 1}
    assert threads.waiting(ledger.connection, "ada", [document + 1]) == {}


def test_without_a_lead_everybody_may_answer() -> None:
    with project("ana") as ledger:
        with ledger.act() as act:
            acts.add_document(act, BODIES[0])
            acts.set_mention(act, "ana/m", DOCUMENTS[0], BODIES[0], [Span(4, 11)])
        say(ledger, "ana", "ana/m", "one?")
        assert (waits(ledger, "bob"), waits(ledger, "ana")) == (1, 0)


def test_an_annotator_hears_the_answer_on_their_own_mention_and_nothing_of_hidden_work(ledger: Ledger) -> None:
    first = say(ledger, "ana", "ana/m", "one?")
    say(ledger, "ada", "ana/m", "yes, one", first)
    say(ledger, "bob", "bob/m", "mine is the pier")
    say(ledger, "ada", "bob/m", "so it is")
    assert heard(ledger, "ana") == [["one?", "yes, one"]]
    assert heard(ledger, "ana", "bob/m") == []
    assert sorted(heard(ledger, "ada", "bob/m")) == [["mine is the pier"], ["so it is"]]


def test_what_a_fellow_annotator_says_on_ones_mention_stays_hidden_until_one_submits(ledger: Ledger) -> None:
    with ledger.act() as act, act.signed("bob"):
        acts.submit(act, DOCUMENTS[0], "submitted")
    aside = say(ledger, "bob", "ana/m", "I have it as denied")
    say(ledger, "ada", "ana/m", "so it is, denied", aside)
    assert heard(ledger, "ana") == []
    assert "denied" not in str(heard(ledger, "stranger"))
    with ledger.act() as act, act.signed("ana"):
        acts.submit(act, DOCUMENTS[0], "submitted")
    assert heard(ledger, "ana") == [["I have it as denied", "so it is, denied"]]


def test_an_answer_must_be_to_a_remark_that_is_there(ledger: Ledger) -> None:
    with pytest.raises(NoSuchThing):
        say(ledger, "ana", "ana/m", "to whom?", "ada/nothing")
    with pytest.raises(NoSuchThing):
        say(ledger, "ana", "ana/nothing", "about what?")


def test_an_undo_that_an_answer_forbids_leaves_the_conversation_in_its_order(ledger: Ledger) -> None:
    first = say(ledger, "ana", "ana/m", "one?")
    say(ledger, "ada", "ana/m", "yes", first)
    with Ledger(ledger.path, "ana", "another") as own:
        assert own.undo().kept
    (thread,) = threads.threads(ledger.connection, "ana/m")
    assert [note.text for note in thread.notes] == ["one?", "yes"]
    assert not thread.open
