"""Lists of claims: reading the first ones, all of them, or those of one standing comes to the same as looking at each."""

import random

import pytest
from claimed import OUTLETS, claimed, filled
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from onrecord.schema import acts, claims, leading, sources, standing
from onrecord.schema.claims import ClaimFilter
from onrecord.schema.layers import Layer, narrow
from project_state import project


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("as_of", ["", "2026-03-02"])
def test_a_standing_chooses_the_claims_whose_lines_show_it(seed: int, as_of: str) -> None:
    with project() as ledger:
        filled(ledger, seed)
        everything = claims.lines(ledger.connection, claims.ids(ledger.connection), as_of)
        assert len({line.standing for line in everything}) > 3
        for each in standing.STANDINGS:
            wanted = ClaimFilter(standing=each, as_of=as_of)
            assert claims.ids(ledger.connection, wanted) == [line.id for line in everything if line.standing == each]
            assert len(claims.ids(ledger.connection, wanted)) == sum(line.standing == each for line in everything)


@pytest.mark.parametrize("first", [1, 7, 500])
def test_a_list_that_reads_the_first_claims_is_the_list_of_all(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "FIRST", first)
    with project() as ledger:
        filled(ledger, 1)
        ids = claims.ids(ledger.connection)
        assert len(ids) < 30  # some were merged

        def made() -> leading.Leading:
            return leading.Leading(ledger.connection, "claims")

        assert len(made()) == leading.count(ledger.connection, "claims") == len(ids)
        assert list(made()) == ids
        for part in (slice(0, 5), slice(3, 9), slice(len(ids) - 2, len(ids) + 9), slice(None), slice(50, 60)):
            assert made()[part] == ids[part]
        assert (made()[0], made()[-1], made()[len(ids) - 1]) == (ids[0], ids[-1], ids[-1])
        assert all(id_ in made() and made().index(id_) == at for at, id_ in enumerate(ids))
        assert -1 not in made()
        with pytest.raises(IndexError):
            made()[len(ids)]
        with pytest.raises(ValueError, match="-1"):
            made().index(-1)


def test_the_first_claims_are_all_that_is_read_for_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "FIRST", 10)
    with project() as ledger:
        filled(ledger, 1)
        everything = leading.Leading(ledger.connection, "claims")
        asked: list[str] = []
        ledger.connection.set_trace_callback(asked.append)
        assert len(everything[:10]) == 10
        assert everything[3] in everything
        assert not asked
        everything[10]
        assert len(asked) == 1


def test_claims_that_come_in_between_are_counted_when_all_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "FIRST", 2)
    with project() as ledger:
        filled(ledger, 1)
        everything = leading.Leading(ledger.connection, "claims")
        before = len(everything)
        with ledger.act() as act:
            acts.state_claim(act, "One more")
        assert len(everything) == before
        assert len(list(everything)) == len(everything) == before + 1


@pytest.mark.parametrize("seed", range(3))
def test_all_sources_are_counted_and_listed_without_those_that_were_merged(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "FIRST", 5)
    chance = random.Random(seed)
    with project() as ledger:
        with ledger.act() as act:
            uids = [acts.name_source(act, f"Source number {number}") for number in range(20)]
            for _ in range(8):
                one, other = chance.sample(uids, 2)
                acts.tie_sources(act, one, other)
            acts.tie_sources(act, uids[0], uids[1], "probably_same", 80)
            acts.part_source(act, uids[chance.randrange(20)])
        everything = leading.Leading(ledger.connection, "sources")
        ids = sources.ids(ledger.connection)
        assert len(ids) < 20
        assert (len(everything), everything[:5], list(everything)) == (len(ids), ids[:5], ids)


def test_no_claims_are_an_empty_list() -> None:
    with project() as ledger:
        everything = leading.Leading(ledger.connection, "claims")
        assert (len(everything), everything[:50], list(everything)) == (0, [], [])


@pytest.mark.parametrize("layer", [Layer("all"), Layer("gold"), Layer("annotator", "ana")])
def test_a_layer_is_counted_as_it_is_listed(layer: Layer) -> None:
    with project() as ledger:
        filled(ledger, 2)
        ledger.connection.execute("BEGIN")
        narrow(ledger.connection, layer)
        assert leading.count(ledger.connection, "claims") == len(claims.ids(ledger.connection))
        ledger.connection.execute("ROLLBACK")


# ---------------------------------------------------------------------- in pieces, those near to a claim first

FILTERS = st.builds(
    ClaimFilter,
    words=st.sampled_from(["", "", "claim", "number 1", "nothing has these", "..."]),
    standing=st.sampled_from(["", *standing.STANDINGS]),
    outlet=st.sampled_from(["", "", *OUTLETS, "Nowhere"]),
    as_of=st.sampled_from(["", "2026-03-02"]),
)


@given(wanted=FILTERS, first=st.sampled_from([1, 4, 100]), claim=st.integers(0, 45), seed=st.integers(0, 2))
def test_pieces_joined_are_the_claims_whatever_their_standing(
    wanted: ClaimFilter, first: int, claim: int, seed: int
) -> None:
    with claimed(seed) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(leading, "FIRST", first)
        patch.setattr(claims, "EARLY", first)
        whole = claims.ids(connection, structs.replace(wanted, standing=""))
        found: list[int] = []
        *others, last = list(claims.near(connection, wanted, claim))
        assert all(more for _, more in others)
        assert not last[1]
        for piece, _ in (*others, last):
            for each in piece:
                found.append(each)
                assert sorted(found) == whole[whole.index(min(found)) :][: len(found)], "all between them are there"
                assert each >= claim or set(found) > {one for one in whole if one >= claim}, "first on, then back"
        assert sorted(found) == whole


@pytest.mark.parametrize("claim", [0, 50, 10_000])
def test_the_first_piece_is_all_that_is_read_for_it(claim: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "FIRST", 10)
    with project() as ledger:
        filled(ledger, 1)
        asked: list[str] = []
        ledger.connection.set_trace_callback(asked.append)
        next(claims.near(ledger.connection, ClaimFilter(standing="denied"), claim))
        assert [each.partition("LIMIT ")[2] for each in asked] == ["10", "10"]


# ---------------------------------------------------------------------- the outlets to choose from


def test_the_outlets_are_those_of_all_documents_once_each_in_alphabetical_order() -> None:
    with project() as ledger:
        assert claims.outlets(ledger.connection) == []
        named = ["The Courier", "", "Zeit 漢", "", "a paper", "The Courier", "Ärgernis", "The Courier", "\n"]
        with ledger.act() as act:
            for number, outlet in enumerate(named):
                acts.add_document(act, f"Number {number}", outlet=outlet)
        assert claims.outlets(ledger.connection) == sorted(set(named) - {""})


def test_each_outlet_is_one_look_at_their_index() -> None:
    with project() as ledger:
        asked: list[str] = []
        ledger.connection.set_trace_callback(asked.append)
        claims.outlets(ledger.connection)
        ledger.connection.set_trace_callback(None)
        steps = [row[3] for row in ledger.connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
        assert len([step for step in steps if "documents" in step]) == 2
        assert all("SEARCH documents USING COVERING INDEX documents_outlet (outlet>?)" in step
                   for step in steps if "documents" in step)  # fmt: skip
