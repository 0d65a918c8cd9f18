"""Lists of claims: reading the first ones, all of them, or those of one standing comes to the same as looking at each."""

import random

import pytest
from onrecord.schema import acts, claims, leading, sources, standing
from onrecord.schema.claims import AllClaims, ClaimFilter
from onrecord.schema.layers import Layer, narrow
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from project_state import project

TEXT = "The harbour said no. A senior official said it was done. Number {}."
DAYS = ("2026-03-01", "2026-03-02", "2026-03-03")


def filled(ledger: Ledger, seed: int, size: int = 30) -> None:
    """Claims with marks of all sorts on several days, some merged with others."""
    chance = random.Random(seed)
    with ledger.act() as act:
        uids = [acts.state_claim(act, f"Claim number {number}") for number in range(size)]
        documents = [acts.add_document(act, TEXT.format(day), title=day, published_at=day)[0] for day in DAYS]
        for number, claim in enumerate(uids):
            for turn in range(chance.randrange(4)):
                day = chance.randrange(len(DAYS))
                uid = f"ana/{number}-{turn}"
                acts.set_mention(act, uid, documents[day], TEXT.format(DAYS[day]), [Span(4, 11)], claim=claim)
                for label in chance.sample(("sourced", "anonymous", "denied", "confirmed"), chance.randrange(3)):
                    acts.set_label(act, uid, label)
        for _ in range(size // 4):
            one, other = chance.sample(uids, 2)
            acts.merge_claims(act, one, other)


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
            assert claims.count(ledger.connection, wanted) == sum(line.standing == each for line in everything)


@pytest.mark.parametrize("first", [1, 7, 500])
def test_a_list_that_reads_the_first_claims_is_the_list_of_all(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "FIRST", first)
    with project() as ledger:
        filled(ledger, 1)
        ids = claims.ids(ledger.connection)
        assert len(ids) < 30  # some were merged

        def made() -> AllClaims:
            return AllClaims(ledger.connection)

        assert len(made()) == claims.count(ledger.connection) == len(ids)
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
        everything = AllClaims(ledger.connection)
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
        everything = AllClaims(ledger.connection)
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
        everything = AllClaims(ledger.connection)
        assert (len(everything), everything[:50], list(everything)) == (0, [], [])


@pytest.mark.parametrize("layer", [Layer("all"), Layer("gold"), Layer("annotator", "ana")])
def test_a_layer_is_counted_as_it_is_listed(layer: Layer) -> None:
    with project() as ledger:
        filled(ledger, 2)
        ledger.connection.execute("BEGIN")
        narrow(ledger.connection, layer)
        assert claims.count(ledger.connection) == len(claims.ids(ledger.connection))
        ledger.connection.execute("ROLLBACK")
