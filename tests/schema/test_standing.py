"""A claim's standing: the rule for all sixteen sets of labels, when it changes, and what it was at a time."""

import itertools
import sqlite3
from collections.abc import Iterable

import pytest
from onrecord.schema import acts, events, standing
from onrecord.schema.events import Link
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span
from project_state import Hands, project

TEXT = "The harbour said no. A senior official said it was done."
SUBSETS = [frozenset(subset) for size in range(5) for subset in itertools.combinations(events.AXES, size)]


def expected(labels: Iterable[str]) -> str:
    """The table of the model, written out by hand."""
    match sorted(set(labels) - {"responded"}):
        case []:
            return "unattributed"
        case ["sourced"] | ["anonymous"] as alone:
            return alone[0]
        case ["anonymous", "sourced"]:
            return "mixed"
        case [*some] if "denied" in some and "confirmed" in some:
            return "contested"
        case [*some] if "denied" in some:
            return "denied"
    return "confirmed"


def word(
    act: Act, uid: str, claim: str, labels: Iterable[str], day: str = "2026-03-02", outlet: str = "Gazette"
) -> None:
    """An article of a day that words a claim, with these labels."""
    text = f"{TEXT} {outlet} {day}"
    sha256, _ = acts.add_document(act, text, title=f"{outlet}, {day}", outlet=outlet, published_at=day)
    acts.set_mention(act, uid, sha256, text, [Span(4, 11)])
    acts.link_claim(act, uid, claim)
    for label in labels:
        acts.set_label(act, uid, label)


def standing_of(connection: sqlite3.Connection, claim: str) -> str:
    return str(
        connection.execute(
            "SELECT standing FROM claim_standing JOIN claims ON claims.id = claim_id WHERE uid = ?", (claim,)
        ).fetchone()[0]
    )


def id_of(ledger: Ledger, claim: str) -> int:
    return int(ledger.connection.execute("SELECT id FROM claims WHERE uid = ?", (claim,)).fetchone()[0])


def test_the_rule_for_all_sixteen_sets_of_labels() -> None:
    assert len(SUBSETS) == 16
    with project() as ledger:
        for number, (labels, neutral) in enumerate(itertools.product(SUBSETS, [(), ("responded",)])):
            with ledger.act() as act:
                claim = acts.state_claim(act, f"Claim {number}")
                word(act, f"ana/{number}", claim, [*labels, *neutral])
            assert standing_of(ledger.connection, claim) == expected(labels), (labels, neutral)
            # One mention with all the labels, or one mention for each: the claim's standing is the same.
            with ledger.act() as act:
                other = acts.state_claim(act, f"Scattered {number}")
                for label in (*labels, *neutral):
                    word(act, f"ana/{number}-{label}", other, [label])
            assert standing_of(ledger.connection, other) == expected(labels), (labels, neutral)
            assert standing.standing_at(ledger.connection, id_of(ledger, claim), "2026-03-02") == expected(labels)


def test_the_timeline_tells_each_change_and_what_caused_it() -> None:
    story = [
        ("2026-03-01", ["responded"], None),
        ("2026-03-02", ["anonymous"], "anonymous"),
        ("2026-03-03", ["anonymous"], None),
        ("2026-03-04", ["sourced"], "mixed"),
        ("2026-03-05", ["denied"], "denied"),
        ("2026-03-06", ["responded", "denied"], None),
        ("2026-03-07", ["confirmed"], "contested"),
        ("2026-03-08", ["sourced"], None),
    ]
    with project() as ledger:
        # Recorded in another order than published.
        claim = ""
        for number in (3, 7, 0, 5, 1, 6, 2, 4):
            day, labels, _ = story[number]
            with ledger.act() as act:
                claim = acts.state_claim(act, "The harbour said no")
                word(act, f"ana/{number}", claim, labels, day, f"Outlet {number}")
        here = id_of(ledger, claim)
        changes = standing.changes(ledger.connection, here)
        assert [(change.moment, change.standing) for change in changes] == [
            (day, state) for day, _, state in story if state
        ]
        assert [change.label for change in changes] == ["anonymous", "sourced", "denied", "confirmed"]
        assert [change.outlet for change in changes] == ["Outlet 1", "Outlet 3", "Outlet 4", "Outlet 6"]
        assert {change.quote for change in changes} == {"harbour"}
        now = "unattributed"
        for day, _, state in story:
            now = state or now
            assert standing.standing_at(ledger.connection, here, day) == now
            assert standing.standing_at(ledger.connection, here, f"{day}T00:00:00Z") == now
        assert standing.standing_at(ledger.connection, here, "2026-02-28") == "unattributed"
        assert standing.standing_at(ledger.connection, 999, "2026-03-09") == "unattributed"


def test_a_change_back_is_a_change_when_its_mark_goes() -> None:
    with project() as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "The harbour said no")
            word(act, "ana/1", claim, ["sourced"], "2026-03-02")
            word(act, "ana/2", claim, ["denied"], "2026-03-03")
        assert standing_of(ledger.connection, claim) == "denied"
        with ledger.act() as act:
            acts.set_label(act, "ana/2", "denied", on=False)
        assert standing_of(ledger.connection, claim) == "sourced"
        assert [change.standing for change in standing.changes(ledger.connection, id_of(ledger, claim))] == ["sourced"]


def test_undated_articles_count_when_they_were_marked() -> None:
    hands = Hands()
    with project(now=hands) as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "The harbour said no")
            word(act, "ana/1", claim, ["sourced"], "")
        (change,) = standing.changes(ledger.connection, id_of(ledger, claim))
        assert change.moment == "2026-03-02T10:00:00.000Z"


def test_what_was_known_at_a_time_is_a_query_too() -> None:
    hands = Hands()
    with project(now=hands) as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "The harbour said no")
            word(act, "ana/1", claim, ["sourced"], "2026-01-02")
        hands.milliseconds += 4 * 3600 * 1000
        with ledger.act() as act:
            word(act, "ana/2", claim, ["denied"], "2026-01-01")
        known = ledger.connection.execute(
            "SELECT max(label = 'denied') FROM timeline WHERE recorded_at <= '2026-03-02T13:00'"
        ).fetchone()
        assert known == (0,)
        assert standing.standing_at(ledger.connection, id_of(ledger, claim), "2026-01-01") == "denied"


@pytest.mark.parametrize("zone", ["2026-03-02T00:30:00+02:00", "2026-03-01T22:30:00Z", "20260301T173000-0500"])
def test_moments_are_compared_in_one_time_zone(zone: str) -> None:
    with project() as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "The harbour said no")
            word(act, "ana/1", claim, ["sourced"], zone)
        here = id_of(ledger, claim)
        assert standing.changes(ledger.connection, here)[0].moment == "2026-03-01T22:30:00Z"
        assert standing.standing_at(ledger.connection, here, "2026-03-01") == "sourced"
        assert standing.standing_at(ledger.connection, here, "2026-03-01T22:29:59Z") == "unattributed"


def test_corroboration_counts_origins_and_not_articles() -> None:
    with project() as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "The harbour said no")
            rui = acts.name_source(act, "Ana Rui", "person")
            other = acts.name_source(act, "Ben Oke", "person")
            for number, outlet in enumerate(["Gazette", "Mercury", "Herald"]):
                word(act, f"ana/{number}", claim, ["sourced", "denied"], outlet=outlet)
                paper = acts.name_source(act, outlet, "outlet")
                chain = acts.relayed([Link(source=paper), Link(source=rui, identified="named")])
                acts.set_chain(act, f"ana/{number}", "sourced", chain)
                # Who denies is no origin of the claim.
                acts.set_chain(act, f"ana/{number}", "denied", [Link(source=other)])
        row = ledger.connection.execute(
            "SELECT sourced, denied, mentions, documents, outlets, origins FROM claim_standing"
        ).fetchone()
        assert row == (3, 3, 3, 3, 3, 1)
        current = ledger.connection.execute(
            "SELECT DISTINCT label, origin, origin_identified, teller FROM mark_current ORDER BY label, teller"
        ).fetchall()
        assert current == [
            ("denied", "Ben Oke", "unspecified", "Ben Oke"),
            *(("sourced", "Ana Rui", "named", outlet) for outlet in ("Gazette", "Herald", "Mercury")),
        ]


def test_marks_without_claim_or_chain_are_current_all_the_same() -> None:
    with project() as ledger:
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, TEXT, title="The Pier")
            acts.set_mention(act, "ana/1", sha256, TEXT, [Span(4, 11), Span(20, 24)], polarity="questions")
            acts.set_label(act, "ana/1", "anonymous", kind="bare", certainty=0)
        row = ledger.connection.execute(
            """SELECT annotator, label, kind, certainty, claim, polarity, quote, start, "end", origin, teller, title,
            published_at FROM mark_current"""
        ).fetchone()
        assert row == (
            "ana", "anonymous", "bare", 0, None, "questions", "harbour …  A s", 4, 24, None, None, "The Pier", None
        )  # fmt: skip
        assert ledger.connection.execute("SELECT * FROM timeline").fetchall() == []


def test_a_claim_stands_differently_in_each_document_and_on_each_day() -> None:
    with project() as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "The harbour said no")
            word(act, "ana/1", claim, ["sourced"], "2026-03-02", "Gazette")
            word(act, "ana/2", claim, ["denied"], "2026-03-05", "Bell")
            word(act, "ana/3", claim, [], "2026-03-05", "Mercury")
            word(act, "ana/4", claim, ["anonymous"], "", "Post")
        here = id_of(ledger, claim)
        found = [(each.outlet, each.standing) for each in standing.in_documents(ledger.connection, here)]
        assert found == [("Gazette", "sourced"), ("Bell", "denied"), ("Mercury", "unattributed"), ("Post", "anonymous")]
        assert [each.outlet for each in standing.in_documents(ledger.connection, here, "2026-03-04")] == ["Gazette"]
        assert "Bell" not in [each.outlet for each in standing.in_documents(ledger.connection, here, "2026-03-04")]
        days = standing.by_day(ledger.connection, here)
        assert days[:2] == [("2026-03-02", "sourced"), ("2026-03-05", "denied")]
        assert standing.by_day(ledger.connection, here, "2026-03-04") == days[:1]
