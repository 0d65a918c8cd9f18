"""Progress and effort: every count against a plain reckoning of the same, and what documents wait for."""

from pathlib import Path
from statistics import median
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure import progress, teamwork
from onrecord.measure.progress import DocumentWork
from onrecord.schema import sight, team
from onrecord.schema.ledger import Ledger
from project_state import project
from teams import LEFT, SAID, document, make_team, mark, sit, submit

NAMES = ("ana", "ben")
deeds = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.integers(1, 4), st.sampled_from(["assign", "mark", "sit", "submitted", "skipped", "flagged"]),
        st.integers(1, 2000),
    ),
    max_size=25,
)  # fmt: skip


def work_through(ledger: Ledger, some: list[tuple[str, int, str, int]]) -> None:
    """Do these in turn, each an act of its own."""
    for name, number, deed, seconds in some:
        with ledger.act() as act:
            sha256 = document(act, number)
            if deed == "assign":
                team.assign(act, sha256, name, number)
            elif deed == "mark":
                mark(act, name, number, SAID, "denied")
            elif deed == "sit":
                sit(act, name, number, seconds)
            else:
                submit(act, name, number, deed)


@examples(40)
@given(deeds)
def test_every_count_is_a_plain_reckoning_of_what_was_done(some: list[tuple[str, int, str, int]]) -> None:
    with project("ana") as ledger:
        work_through(ledger, some)
        found = {work.name: work for work in progress.workers(ledger.connection, "ana")}
    for name in NAMES:
        own = [(number, deed, seconds) for who, number, deed, seconds in some if who == name]
        if not own:
            continue
        states = {number: deed for number, deed, _ in own if deed not in ("assign", "mark", "sit")}
        assigned = {number for number, deed, _ in own if deed == "assign"}
        marked = [number for number, deed, _ in own if deed == "mark"]
        times: dict[int, int] = {}
        for number, deed, seconds in own:
            times[number] = times.get(number, 0) + seconds * (deed == "sit")
        times = {number: seconds for number, seconds in times.items() if seconds}
        work = found[name]
        assert work.assigned == len(assigned)
        assert work.done == sum(states.get(number) in ("submitted", "skipped") for number in assigned)
        for state in ("submitted", "skipped", "flagged"):
            assert getattr(work, state) == sum(each == state for each in states.values())
        assert (work.mentions, work.seconds, work.timed) == (len(marked), sum(times.values()), len(times))
        assert work.marks_timed == sum(number in times for number in marked)
        finished = [seconds for number, seconds in times.items() if states.get(number) == "submitted"]
        assert work.median_seconds == (median(finished) if finished else None)


@examples(30)
@given(deeds)
def test_documents_add_up_to_what_people_did(some: list[tuple[str, int, str, int]]) -> None:
    with project("ana") as ledger:
        work_through(ledger, some)
        people = progress.workers(ledger.connection, "ana")
        documents = progress.documents(ledger.connection, "ana")
    for count in ("assigned", "submitted", "in_progress", "skipped", "flagged", "mentions", "seconds"):
        assert sum(getattr(each, count) for each in documents) == sum(getattr(each, count) for each in people)
    assert sum(progress.tally(documents).values()) == len(documents)
    order = [progress.STATES.index(each.state) for each in documents]
    assert order == sorted(order)


def document_work(**counts: Any) -> DocumentWork:
    names = ("assigned", "submitted", "in_progress", "skipped", "flagged", "mentions", "unruled", "seconds")
    return DocumentWork(*(1, *(counts.get(name, 0) for name in names), counts.get("ruled", False)))


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({}, "to do"),
        ({"assigned": 2}, "to do"),
        ({"assigned": 2, "in_progress": 1}, "under way"),
        ({"assigned": 2, "submitted": 1}, "under way"),
        ({"mentions": 1}, "under way"),
        ({"assigned": 1, "submitted": 1}, "done"),
        ({"submitted": 1}, "done"),
        ({"assigned": 2, "skipped": 2}, "done"),
        ({"assigned": 2, "submitted": 2}, "to rule"),
        ({"assigned": 2, "submitted": 2, "ruled": True}, "done"),
        ({"assigned": 2, "submitted": 2, "flagged": 1}, "flagged"),
        ({"submitted": 2, "flagged": 1, "ruled": True}, "done"),
    ],
)
def test_what_a_document_waits_for(counts: dict[str, Any], state: str) -> None:
    assert document_work(**counts).state == state


def test_what_differs_most_comes_first_among_those_to_rule(tmp_path: Path) -> None:
    path = make_team(tmp_path / "p.db")
    with sight.looked_at(path, "lea") as connection:
        ids = dict(connection.execute("SELECT title, id FROM documents").fetchall())
        for most in ("Article 1", "Article 2"):
            other = {"Article 1": "Article 2", "Article 2": "Article 1"}[most]
            found = progress.documents(connection, "lea", {ids[most]: (9, 7), ids[other]: (9, 3)})
            assert [each.id for each in found if each.state == "to rule"] == [ids[most], ids[other]]
            assert (found[1].groups, found[1].differing) == (9, 7)


def test_nobody_who_is_blind_learns_what_others_did(tmp_path: Path) -> None:
    path = make_team(tmp_path / "p.db")
    with Ledger(path, "cai", "device") as ledger, ledger.act() as act:
        mark(act, "cai", 4, LEFT, "denied")
        submit(act, "cai", 4)
    with sight.looked_at(path, "ben") as connection:
        before = teamwork.counts(connection, "ben"), progress.documents(connection, "ben")
        assert [work.name for work in before[0].workers] == ["ben"]
        assert not before[0].everybody
        assert list(teamwork.comparison(connection, "ben").figures()) == []
        with Ledger(path, "ana", "device") as ledger, ledger.act() as act:
            mark(act, "ana", 5, LEFT, "denied")
            submit(act, "ana", 5)
            sit(act, "ana", 2, 500)
        assert (teamwork.counts(connection, "ben"), progress.documents(connection, "ben")) == before
    with sight.looked_at(path, None) as connection:
        assert teamwork.counts(connection, None).workers == ()


def test_gold_figures_tell_hidden_checks_from_what_was_ruled(tmp_path: Path) -> None:
    path = make_team(tmp_path / "p.db")
    with sight.looked_at(path, "ada") as connection:
        found = {each.id: each.value for each in teamwork.comparison(connection, "ada", samples=0).gold}
    assert {name.rpartition("/")[2] for name in found if name.startswith("hidden checks")} == {"cai"}
    assert {name.rpartition("/")[2] for name in found if name.startswith("ruled work")} == {"ana", "ben"}
    assert found["hidden checks/recall/overlap/cai"] == 0.5
    assert found["ruled work/precision/labels/ben"] == 0.5
    assert found["ruled work/f1/boundaries/ben"] == 1
