"""Proposing in bulk: whose mentions are looked at, what a cluster is, and which claims are left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from onrecord.suggest.claims_bulk import LooseMention, best_claims, clusters, loose_mentions, pairs, pool_of
from project_state import open_quickly

GATE = "The gate stopped 40 centimetres above the sill."
LONGER = "The gate stopped 40 centimetres above the sill, it said."


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_quickly(tmp_path / "p.db") as ledger:
        yield ledger


def mention(ledger: Ledger, text: str, annotator: str = "ana", claim: str | None = None) -> None:
    with ledger.act() as act, act.signed(annotator):
        sha256, _ = acts.add_document(act, text)
        uid = acts.new_mention(annotator)
        acts.set_mention(act, uid, sha256, text, [Span(0, len(text))])
        if claim:
            acts.link_claim(act, uid, acts.state_claim(act, claim))


def claims(ledger: Ledger, *texts: str) -> list[str]:
    with ledger.act() as act:
        return [acts.state_claim(act, text) for text in texts]


def loose(*quotes: str) -> list[LooseMention]:
    return [LooseMention(at, f"ana/{at}", at, "", "ana", quote) for at, quote in enumerate(quotes, 1)]


def proposed(ledger: Ledger) -> list[tuple[str, str]]:
    return [(pair.claim.claim, pair.earlier.claim) for pair in pairs(ledger.connection) if pair]


def test_only_mentions_without_a_claim_are_looked_at(ledger: Ledger) -> None:
    mention(ledger, "The gate stopped short.")
    mention(ledger, "The gate stopped, bea read.", "bea")
    mention(ledger, "The gate stopped early.", claim=GATE)
    found = loose_mentions(ledger.connection, "ana")
    assert [each.quote for each in found] == ["The gate stopped short."]
    assert len(loose_mentions(ledger.connection, None)) == 2
    assert loose_mentions(ledger.connection, "nobody") == []
    with pool_of(ledger.connection) as pool:
        ((_, proposal),) = best_claims(pool, found)
    assert proposal
    assert proposal.claim == GATE


def test_a_cluster_is_what_is_alike_and_does_not_contradict() -> None:
    mentions = loose(
        "The gate stopped 40 centimetres above the sill",
        "Gate stopped 40 cm above sill",
        "The gate stopped 14 centimetres above the sill",
        "The gate never stopped 40 centimetres above the sill",
        "Ana Rui resigned on Monday",
    )
    (cluster,) = clusters(mentions, 55)
    assert cluster.claim == "The gate stopped 40 centimetres above the sill"
    assert [each.id for each, _ in cluster.members] == [1, 2]
    assert clusters(mentions[2:], 55) == []
    assert clusters([], 55) == []


def test_no_mention_is_in_two_clusters() -> None:
    words = ["harbour gate storm", "harbour gate crane", "harbour gate storm crane", "gate storm crane ferry"]
    found = clusters(loose(*words, *words), 40)
    ids = [mention.id for cluster in found for mention, _ in cluster.members]
    assert len(ids) == len(set(ids))


def test_claims_that_may_be_one_are_paired_with_the_earlier(ledger: Ledger) -> None:
    claims(ledger, GATE, "Ana Rui resigned.", LONGER)
    assert proposed(ledger)[0] == (LONGER, GATE)


@pytest.mark.parametrize("relation", ["contradicts", "narrower_than", "same_as"])
def test_related_claims_are_left_alone(ledger: Ledger, relation: str) -> None:
    one, two = claims(ledger, GATE, LONGER)
    with ledger.act() as act:
        acts.relate_claims(act, two, relation, one)  # type: ignore[arg-type]
    assert proposed(ledger) == []


def test_claims_taken_apart_stay_apart_but_an_undone_merger_is_proposed_again(ledger: Ledger) -> None:
    one, two = claims(ledger, GATE, LONGER)
    with ledger.act() as act:
        acts.merge_claims(act, one, two)
    ledger.undo()
    assert proposed(ledger) == [(LONGER, GATE)]
    with ledger.act() as act:
        acts.merge_claims(act, one, two)
    with ledger.act() as act:
        acts.split_claim(act, one)
    assert proposed(ledger) == []
