"""Rulings: who may make them, what they weigh, what takes them back, and what has changed since."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs
from onrecord.schema import acts, rulings
from onrecord.schema.check import check
from onrecord.schema.errors import NoSuchThing, NotAllowed
from onrecord.schema.events import Mark, Mention
from onrecord.schema.ledger import Act, Ledger
from teams import LEFT, SAID, document, make_team, mark


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(make_team(tmp_path / "p.db"), "ada", "device") as opened:
        yield opened
        assert [found.what for found in check(opened.connection) if found.level == "problem"] == []


@contextmanager
def acting(ledger: Ledger, name: str = "ada") -> Iterator[Act]:
    with ledger.act() as act, act.signed(name):
        yield act


def in_document(ledger: Ledger, number: int) -> int:
    row = ledger.connection.execute("SELECT id FROM documents WHERE title = ?", (f"Article {number}",)).fetchone()
    return int(row[0])


def inputs(connection: sqlite3.Connection, document_id: int, start: int = SAID[0]) -> list[str]:
    """The annotators' mentions that begin at a place, in the order of their names."""
    rows = connection.execute(
        "SELECT uid FROM mentions WHERE document_id = ? AND start = ? AND layer = '' ORDER BY uid",
        (document_id, start),
    )
    return [row[0] for row in rows]


def gold(connection: sqlite3.Connection, document_id: int) -> list[tuple[str, str, list[str]]]:
    """The gold mentions of a document: name, words, labels."""
    rows = connection.execute(
        """SELECT mentions.uid, quote, (SELECT group_concat(label) FROM marks WHERE mention_id = mentions.id)
        FROM mentions WHERE document_id = ? AND layer = 'gold' ORDER BY start""",
        (document_id,),
    )
    return [(uid, quote, (labels or "").split(",")) for uid, quote, labels in rows]


def test_only_adjudicators_and_leads_rule(ledger: Ledger) -> None:
    second = inputs(ledger.connection, in_document(ledger, 2))
    with pytest.raises(NotAllowed, match="ana is neither"), acting(ledger, "ana") as act:
        rulings.take(act, second, second[0])
    assert rulings.rulings(ledger.connection, in_document(ledger, 2)) == []
    with acting(ledger, "lea") as act:
        rulings.take(act, second, second[0])
    (ruling,) = rulings.rulings(ledger.connection, in_document(ledger, 2))
    assert (ruling.adjudicator, ruling.weighs) == ("lea", frozenset(second))


def test_what_is_gone_cannot_be_ruled_on_or_taken(ledger: Ledger) -> None:
    second = inputs(ledger.connection, in_document(ledger, 2))
    with pytest.raises(NoSuchThing, match="no such mention"), acting(ledger) as act:
        rulings.rule(act, ["ana/gone"], None)
    with pytest.raises(NoSuchThing, match="no such mention"), acting(ledger) as act:
        rulings.take(act, second, "ana/gone")
    with pytest.raises(NoSuchThing, match="no such ruling"), acting(ledger) as act:
        rulings.explain(act, "ada/gone", "because")
    assert rulings.ruling(ledger.connection, "ada/gone") is None


def test_ruling_otherwise_replaces_what_was_ruled_with_its_marks(ledger: Ledger) -> None:
    where = in_document(ledger, 3)
    third = inputs(ledger.connection, where)[:2]
    (uid, _, labels), _ = gold(ledger.connection, where)
    assert labels == ["sourced"]
    with acting(ledger) as act:
        value = act.value("mention", third[0])
        assert isinstance(value, Mention)
        again = rulings.rule(act, third, value, [Mark(mention=third[0], label="denied")], reason="he denies it")
    assert again == uid
    assert gold(ledger.connection, where)[0][2] == ["denied"]
    found = rulings.ruling(ledger.connection, uid)
    assert found
    assert (found.taken_id, found.reason) == (None, "he denies it")
    with acting(ledger) as act:
        assert rulings.explain(act, uid, "the spokesman denies it")
        assert not rulings.explain(act, uid, "the spokesman denies it")
    found = rulings.ruling(ledger.connection, uid)
    assert found
    assert found.reason == "the spokesman denies it"


def test_that_nothing_is_claimed_makes_no_gold(ledger: Ledger) -> None:
    where = in_document(ledger, 2)
    left = inputs(ledger.connection, where, LEFT[0])
    with acting(ledger) as act:
        assert not rulings.is_weighed(act, left)
        uid = rulings.rule(act, left, None, reason="a joke")
        assert rulings.is_weighed(act, left)
    found = rulings.ruling(ledger.connection, uid)
    assert found
    assert (found.choice_id, found.reason) == (None, "a joke")
    assert gold(ledger.connection, where) == []
    assert len(rulings.unruled(ledger.connection, where)) == 3  # the other claim, as three have it


def test_a_wider_ruling_takes_back_ones_own_and_weighs_those_of_others(ledger: Ledger) -> None:
    where = in_document(ledger, 2)
    said, left = inputs(ledger.connection, where), inputs(ledger.connection, where, LEFT[0])
    with acting(ledger) as act:
        narrow = rulings.take(act, said[:2], said[0])
        kept = rulings.take(act, left, left[0])
    with acting(ledger, "lea") as act:
        hers = rulings.take(act, said, said[2])
    assert {each.uid for each in rulings.rulings(ledger.connection, where)} == {narrow, kept, hers}
    assert narrow in (rulings.ruling(ledger.connection, hers) or pytest.fail("it is gone")).weighs
    with acting(ledger) as act:
        wide = rulings.take(act, said, said[1])
    assert {each.uid for each in rulings.rulings(ledger.connection, where)} == {wide, kept, hers}
    assert hers in (rulings.ruling(ledger.connection, wide) or pytest.fail("it is gone")).weighs
    with acting(ledger) as act:
        assert rulings.overrule(act, wide)
        assert not rulings.overrule(act, wide)
    assert wide not in {uid for uid, _, _ in gold(ledger.connection, where)}


def test_what_changes_after_a_ruling_is_known_and_changes_no_gold(ledger: Ledger) -> None:
    where = in_document(ledger, 3)
    before = gold(ledger.connection, where)
    assert rulings.changed_since(ledger.connection, where) == set()
    ana, ben = inputs(ledger.connection, where)[:2]
    with acting(ledger, "ben") as act:
        acts.set_label(act, ben, "confirmed")
    (said,) = rulings.changed_since(ledger.connection, where)
    with acting(ledger, "ana") as act:
        act.withdraw("mention", ana)
    assert rulings.changed_since(ledger.connection, where) == {said}
    assert gold(ledger.connection, where) == before
    with acting(ledger) as act:  # ruled on again, on what is there by now
        value = act.value("mention", said)
        assert isinstance(value, Mention)
        rulings.rule(act, [ben], structs.replace(value, layer=""), [Mark(mention=ben, label="confirmed")])
    assert rulings.changed_since(ledger.connection, where) == set()


def test_a_mention_that_nobody_else_has_can_be_ruled_on(ledger: Ledger) -> None:
    with acting(ledger) as act:
        alone = mark(act, "cai", 5, LEFT, "confirmed")
        rulings.take(act, [alone], alone)
        assert document(act, 5)
    ((_, quote, labels),) = gold(ledger.connection, in_document(ledger, 5))
    assert (quote, labels) == ("the ferry left at nine", ["confirmed"])
