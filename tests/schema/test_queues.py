"""Queues: their order, how far somebody is, and what comes next."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, queues, reading, sight, team
from onrecord.schema.events import Assignment
from onrecord.schema.ledger import Ledger
from project_state import open_quickly, project, steps

NAMES = ("e", "a", "d", "b", "c")


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """A project that lea leads with seven documents of one day, five of them in ana's queue, as e a d b c."""
    with project("lea") as ledger:
        with ledger.act() as act:
            team.found(act)
        with ledger.act() as act:
            shas = {name: acts.add_document(act, f"Text {name}", title=name)[0] for name in "abcdefg"}
            for at, name in enumerate(NAMES):
                team.assign(act, shas[name], "ana", 10 * at)
            team.assign(act, shas["f"], "bob", 0)
        yield ledger


def id_of(ledger: Ledger, title: str) -> int:
    return int(ledger.connection.execute("SELECT id FROM documents WHERE title = ?", (title,)).fetchone()[0])


def title_of(ledger: Ledger, id_: int | None) -> str | None:
    row = ledger.connection.execute("SELECT title FROM documents WHERE id = ?", (id_,)).fetchone()
    return row[0] if row else None


def finish(ledger: Ledger, *titles: str, state: Any = "submitted") -> None:
    with ledger.act() as act, act.signed("ana"):
        for title in titles:
            (sha256,) = ledger.connection.execute("SELECT sha256 FROM documents WHERE title = ?", (title,)).fetchone()
            acts.submit(act, sha256, state)


@pytest.mark.parametrize("viewer", ["lea", "ana"])
def test_a_queue_has_its_own_order_and_pages(ledger: Ledger, viewer: str) -> None:
    with sight.looked_at(ledger.path, viewer) as connection:
        assert [line.title for line in queues.page(connection, "ana", 0, 9)] == list(NAMES)
        assert [line.title for line in queues.page(connection, "ana", 3, 9)] == ["b", "c"]
        found = reading.document_lines(connection, "ana", queues.matching(connection, "ana", "D"))
        assert [line.title for line in found] == ["d"]
        assert queues.matching(connection, "ana", "…") == [line.id for line in queues.page(connection, "ana", 0, 9)]
        assert [queues.place_of(connection, "ana", id_of(ledger, name)) for name in NAMES] == [0, 1, 2, 3, 4]
        assert queues.place_of(connection, "ana", id_of(ledger, "f")) is None
        assert team.queue(connection, "ana") == [id_of(ledger, name) for name in NAMES]
        assert [line.title for line in queues.page(connection, "bob", 0, 9)] == (["f"] if viewer == "lea" else [])


def test_next_and_previous_keep_to_the_queue(ledger: Ledger) -> None:
    def beside(title: str, step: int) -> str | None:
        return title_of(ledger, queues.neighbour(ledger.connection, "ana", id_of(ledger, title), step))

    assert [beside(name, 1) for name in NAMES] == ["a", "d", "b", "c", None]
    assert [beside(name, -1) for name in NAMES] == [None, "e", "a", "d", "b"]
    finish(ledger, "e")
    assert (beside("g", 1), beside("g", -1)) == ("a", None)


def test_what_is_to_do_next_goes_round_once(ledger: Ledger) -> None:
    def after(title: str) -> str | None:
        return title_of(ledger, queues.next_to_do(ledger.connection, "ana", id_of(ledger, title)))

    finish(ledger, "b")
    finish(ledger, "d", state="in_progress")
    assert [after(name) for name in NAMES] == ["a", "d", "c", "c", "e"]
    finish(ledger, "c", state="skipped")
    finish(ledger, "e", state="flagged")
    assert queues.progress(ledger.connection, "ana") == (3, 5)
    assert [after("c"), after("a"), after("d")] == ["a", "d", "a"]
    finish(ledger, "a", "d", "g")
    assert queues.progress(ledger.connection, "ana") == (5, 5)
    assert after("d") is None


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=8))
def test_going_through_a_queue_meets_each_document_once_also_where_places_are_shared(
    places: list[tuple[int, bool]],
) -> None:
    with project("ana") as ledger:
        with ledger.act() as act:
            for number, (place, assigned) in enumerate(places):
                sha256, _ = acts.add_document(act, f"Text {number}", title=str(number % 3))
                if assigned:
                    act.put(f"{sha256}|ana", Assignment(document=sha256, annotator="ana", position=place))
        expected = team.queue(ledger.connection, "ana")
        assert len(expected) == sum(assigned for _, assigned in places)
        few = queues.first_matching(ledger.connection, "ana", "1")
        assert few == queues.matching(ledger.connection, "ana", "1")
        for first, size in itertools.product(range(len(expected) + 2), (1, 2, 99)):
            page = queues.page(ledger.connection, "ana", first, size)
            assert [line.id for line in page] == expected[first : first + size]
        for at, here in enumerate(expected):
            assert queues.place_of(ledger.connection, "ana", here) == at
            assert queues.neighbour(ledger.connection, "ana", here, 1) == [*expected, None][at + 1]
            assert queues.neighbour(ledger.connection, "ana", here, -1) == (None, *expected)[at]


@pytest.mark.parametrize("viewer", ["lea", "ana"])
def test_what_comes_next_is_found_without_reading_the_queue(tmp_path: Any, viewer: str) -> None:
    with open_quickly(tmp_path / "p.db", "lea") as ledger:
        with ledger.act() as act:
            team.found(act)
        work = {}
        for size in (20, 400):
            with ledger.act() as act:
                shas = [acts.add_document(act, f"Text {at}")[0] for at in range(size)]
                for at, sha256 in enumerate(shas):
                    act.put(f"{sha256}|ana", Assignment(document=sha256, annotator="ana", position=at))
            here = ledger.connection.execute(
                "SELECT id FROM documents WHERE sha256 = ?", (shas[size // 2],)
            ).fetchone()[0]
            with sight.looked_at(ledger.path, viewer) as connection:
                questions: dict[str, Callable[[], object]] = {
                    "next": lambda: queues.neighbour(connection, "ana", here, 1),  # noqa: B023 - asked at once
                    "before": lambda: queues.neighbour(connection, "ana", here, -1),  # noqa: B023
                    "to do": lambda: queues.next_to_do(connection, "ana", here),  # noqa: B023
                    "page": lambda: queues.page(connection, "ana", 0, 5),
                }
                for name, question in questions.items():
                    question()
                    work[name, size] = steps(connection, question)
        for name in ("next", "before", "to do", "page"):
            assert work[name, 400] < 2 * work[name, 20] + 200, (name, work)
