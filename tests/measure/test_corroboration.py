"""Distinct origins: through chains and merges, and with suspected ties only as far as they are trusted."""

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure.corroboration import corroboration
from onrecord.schema import acts, sources
from onrecord.schema.events import Link
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span
from project_state import project


def tell(act: Act, claim: str, number: int, *chain: str | None, label: str = "anonymous") -> None:
    """An article that words a claim; `chain` holds the sources' uids, the origin last."""
    text = f"The harbour said no, number {number}."
    sha256, _ = acts.add_document(act, text, outlet=f"Outlet {number}", published_at=f"2026-03-{number:02d}")
    uid = f"ana/{number}"
    acts.set_mention(act, uid, sha256, text, [Span(4, 11)], claim=claim)
    acts.set_label(act, uid, label)
    acts.set_chain(act, uid, label, [Link(source=source, relay=at < len(chain)) for at, source in enumerate(chain, 1)])


def the_claim(ledger: Ledger) -> int:
    return int(ledger.connection.execute("SELECT id FROM claims").fetchone()[0])


def test_five_outlets_that_relay_one_official_are_one_origin() -> None:
    with project() as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "It said no")
            paper, official = acts.name_source(act, "Gazette", "outlet"), acts.name_source(act, "Ana Rui", "person")
            tell(act, claim, 1, official)
            for number in range(2, 6):
                tell(act, claim, number, paper, official)
        found = corroboration(ledger.connection, the_claim(ledger))
        (origin,) = found.origins
        assert (origin.documents, len(origin.outlets), origin.marks) == (5, 5, 5)
        assert found.assumptions == ()
        assert corroboration(ledger.connection, the_claim(ledger), as_of="2026-03-02").origins[0].documents == 2


def test_denials_have_no_part_in_it_and_nameless_origins_are_said() -> None:
    with project() as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "It said no")
            tell(act, claim, 1, acts.name_source(act, "Ana Rui"), label="denied")
            tell(act, claim, 2, None)
            tell(act, claim, 3)
        found = corroboration(ledger.connection, the_claim(ledger))
        assert found.distinct == 0
        assert found.assumptions == ("2 marks name no source at the end of the chain, and count for none",)


@pytest.mark.parametrize(("certainty", "least", "distinct"), [(80, 50, 1), (80, 90, 2), (30, 50, 2), (None, 50, 1)])
def test_a_suspected_tie_counts_as_far_as_it_is_trusted(certainty: int | None, least: int, distinct: int) -> None:
    with project() as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "It said no")
            one, other = acts.name_source(act, "an official"), acts.name_source(act, "a senior official")
            tell(act, claim, 1, one)
            tell(act, claim, 2, other)
            acts.tie_sources(act, one, other, "probably_same", certainty)
        found = corroboration(ledger.connection, the_claim(ledger), certain_enough=least)
        assert (found.distinct, found.untied) == (distinct, 2)
        (said,) = found.assumptions
        assert ("are taken for one" if distinct == 1 else "are counted apart") in said
        with ledger.act() as act:
            assert acts.part_source(act, one, "probably_same") == 1
        assert corroboration(ledger.connection, the_claim(ledger)).distinct == 2
        ledger.undo()
        assert corroboration(ledger.connection, the_claim(ledger), certain_enough=least).distinct == distinct


def test_merged_and_renamed_sources_are_one_until_they_are_parted() -> None:
    with project() as ledger:
        with ledger.act() as act:
            claim = acts.state_claim(act, "It said no")
            one = acts.name_source(act, "Ana Rui", "person")
            tell(act, claim, 1, one)
        with ledger.act() as act:
            other = acts.alias_source(act, one, "A. Rui")
            tell(act, claim, 2, acts.name_source(act, "A. Rui"))
        connection = ledger.connection
        assert corroboration(connection, the_claim(ledger)).distinct == 1
        (line,) = sources.lines(connection, sources.ids(connection))
        assert (line.name, line.says, line.documents, line.merged) == ("Ana Rui", 2, 2, 1)
        assert sources.ids(connection, "A. Rui") == [line.id]
        assert {each.role for each in sources.statements(connection, line.id)} == {"says"}
        (tie,) = sources.ties(connection, line.id)
        assert (tie.relation, tie.name) == ("same_as", "A. Rui")
        with ledger.act() as act:
            acts.part_source(act, other)
        assert corroboration(connection, the_claim(ledger)).distinct == 2
        assert len(sources.ids(connection)) == 2


@examples(15)
@given(
    ties=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=7),
    cut=st.sets(st.integers(0, 6)),
)
def test_groups_follow_the_ties_whatever_their_order(ties: list[tuple[int, int, bool]], cut: set[int]) -> None:
    kept = [(one, other) for at, (one, other, _) in enumerate(ties) if at not in cut and one != other]
    kept = [pair for pair in kept if not any(
        {one, other} == set(pair) for at, (one, other, _) in enumerate(ties) if at in cut
    )]  # fmt: skip
    group = {number: {number} for number in range(6)}
    for one, other in kept:
        joined = group[one] | group[other]
        for each in joined:
            group[each] = joined
    with project() as ledger:
        with ledger.act() as act:
            uids = [acts.name_source(act, f"Source {number}") for number in range(6)]
        for one, other, _ in ties:
            if one != other:
                with ledger.act() as act:
                    acts.tie_sources(act, uids[one], uids[other])
        for at, (one, other, _) in enumerate(ties):
            if at in cut and one != other:
                first, second = sorted((uids[one], uids[other]))
                with ledger.act() as act:
                    act.withdraw("source_relation", f"{first}|same_as|{second}")
        rows = dict(ledger.connection.execute("SELECT name, merged_id FROM sources").fetchall())
        ids = dict(ledger.connection.execute("SELECT id, name FROM sources").fetchall())
        for number in range(6):
            together = {ids[id_] for id_ in ids if rows[ids[id_]] == rows[f"Source {number}"]}
            assert together == {f"Source {each}" for each in group[number]}
            assert ids[rows[f"Source {number}"]] in together
