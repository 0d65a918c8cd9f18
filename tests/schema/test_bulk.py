"""Events that are held back and written many at once give the tables that one after the other gives."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from unittest.mock import patch

import pytest
from examples import examples
from histories import TEXTS, logs
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts
from onrecord.schema.events import AnyEvent, canonical
from onrecord.schema.ledger import Ledger, Received
from onrecord.schema.text import Span
from onrecord.schema.together import insert_together
from project_state import assert_index_fits, project, whole_state


class Broken(Exception):
    """Ends a block that must leave no trace."""


@contextmanager
def taking(at_once: int, group: int) -> Iterator[None]:
    """Hold so many events at most, and look up and know so many together."""
    with (
        patch("onrecord.schema.fold.AT_ONCE", at_once),
        patch("onrecord.schema.ledger._GROUP", group),
        patch("onrecord.schema.gathered.Met.MOST", group),
    ):
        yield


def one_by_one(ledger: Ledger, bodies: list[bytes]) -> Received:
    received = Received()
    with ledger.act():
        for body in bodies:
            ledger.take([body], received)
    return received


def held_back(ledger: Ledger, bodies: list[bytes], broken: list[bytes], at: int) -> Received:
    """Take events in holding; between the first `at` and the rest, a block of some others breaks."""
    received = Received()
    with ledger.act() as act, act.fold.holding():
        ledger.take(bodies[:at], received)
        with suppress(Broken), act.whole():
            ledger.take(broken, Received())
            raise Broken
        ledger.take(bodies[at:], received)
    return received


@examples(20)
@given(data=st.data(), log=logs())
def test_holding_and_not_holding_give_the_same_tables(data: st.DataObject, log: list[AnyEvent]) -> None:
    bodies = [canonical(event) for event in log]
    orders = st.permutations(bodies)
    broken = data.draw(st.lists(st.sampled_from(bodies), max_size=8) if bodies else st.just([]))
    sizes = st.sampled_from([1, 2, 3, 5, 4000])
    with project() as plain, project("bob", "d2") as bulk:
        for ledger in (plain, bulk):
            ledger.receive([], TEXTS)
        one = one_by_one(plain, data.draw(orders))
        with taking(data.draw(sizes), data.draw(sizes)):
            many = held_back(bulk, data.draw(orders), broken, data.draw(st.integers(0, len(bodies))))
        expected = whole_state(plain.connection)
        assert whole_state(bulk.connection) == expected
        assert (many.added, many.known, sorted(many.quarantined)) == (one.added, one.known, sorted(one.quarantined))
        assert bulk.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert_index_fits(bulk.connection)
        with taking(data.draw(sizes), data.draw(sizes)), patch("onrecord.schema.bulk.AT_ONCE", data.draw(sizes)):
            bulk.rebuild()
        assert whole_state(bulk.connection) == expected


@pytest.mark.parametrize("count", [0, 1, 124, 125, 126, 999, 1000, 1001, 2260])
def test_many_rows_to_a_statement_are_all_there_once(count: int) -> None:
    with project() as ledger, ledger.act():
        rows = [(f"{number:064x}", f"Text {number}") for number in range(count)]
        insert_together(ledger.connection, "texts", ("sha256", "text"), iter(rows))
        assert ledger.connection.execute("SELECT sha256, text FROM texts ORDER BY sha256").fetchall() == rows
        insert_together(ledger.connection, "annotators", ("name",), ((name,) for name, _ in rows), 130)
        names = ledger.connection.execute("SELECT name FROM annotators ORDER BY name").fetchall()
        assert [name for (name,) in names if len(name) == 64] == [name for name, _ in rows]


def test_what_waits_to_be_written_is_known_however_much_was_met() -> None:
    """Marks of many mentions are there, though far more things were met than are remembered."""
    with project() as source:
        with source.act() as act:
            for number in range(12):
                text = f"The harbour said no, number {number}."
                sha256, _ = acts.add_document(act, text)
                acts.set_mention(act, f"ana/{number}", sha256, text, [Span(4, 11)])
            for number in range(12):
                acts.set_label(act, f"ana/{number}", "denied")
        expected = whole_state(source.connection)
        bodies = [row[0] for row in source.connection.execute("SELECT body FROM events ORDER BY id")]
        texts = dict(source.connection.execute("SELECT sha256, text FROM texts").fetchall())
    with project("bob", "d2") as bulk, taking(4000, 5):
        bulk.receive([], texts)
        with bulk.act() as act, act.fold.holding():
            bulk.take(bodies, Received())
        assert whole_state(bulk.connection) == expected
        bulk.rebuild()
        assert whole_state(bulk.connection) == expected
        assert bulk.connection.execute("SELECT count(*) FROM marks").fetchone() == (12,)
