"""The tables depend on the set of events alone: not on their order, their parcels, or how often they come."""

from collections.abc import Iterable

from examples import examples
from histories import TEXTS, Delivery, deliveries, logs
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.events import AnyEvent, canonical
from onrecord.schema.ledger import Ledger
from project_state import assert_index_fits, project, whole_state


def sent(log: Iterable[AnyEvent]) -> list[bytes]:
    return [canonical(event) for event in log]


def receive(ledger: Ledger, parcels: Iterable[Delivery]) -> None:
    for parcel in parcels:
        ledger.receive(parcel.bodies, parcel.texts)


@examples(25)
@given(data=st.data(), log=logs())
def test_any_order_any_parcels_and_a_rebuild_give_the_same_tables(data: st.DataObject, log: list[AnyEvent]) -> None:
    bodies = sent(log)
    parcels = data.draw(deliveries(bodies))
    with project() as plain, project("bob", "d2") as shuffled:
        plain.receive(bodies, TEXTS)
        receive(shuffled, parcels)
        expected = whole_state(plain.connection)
        assert whole_state(shuffled.connection) == expected
        for ledger in (plain, shuffled):
            assert_index_fits(ledger.connection)
            ledger.rebuild()
            assert_index_fits(ledger.connection)
            assert whole_state(ledger.connection) == expected
            assert ledger.connection.execute("PRAGMA foreign_key_check").fetchall() == []
