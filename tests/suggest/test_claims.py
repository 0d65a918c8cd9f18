"""Proposing claims: what weighs in the ranking, what the reason says, and what no text can break."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.suggest.claims import ALIKE, Entry, Pool, Proposal, own_index, with_standing
from onrecord.suggest.claims_words import READ, stem, taken_apart
from project_state import open_quickly

HOSTILE = st.text(st.sampled_from('ab1 A.é’"*():^-+,%$5kNOT\0\u00a0'), max_size=20)


def ranked(words: str, *claims: str) -> list[Proposal]:
    entries = [Entry(at, f"c{at}", claim, at) for at, claim in enumerate(claims, 1)]
    with closing(own_index(entries)) as index:
        return Pool(index).propose(words)


def best(words: str, *claims: str) -> str:
    return ranked(words, *claims)[0].claim


# ---------------------------------------------------------------------- what weighs


def test_names_and_numbers_weigh_more_than_other_words() -> None:
    words = "the minister Ana Rui paid 2,500 for the gate"
    named, other = "It was Ana Rui who gave 2,500.", "The minister paid for the gate."
    assert best(words, other, named) == named
    assert best("stopped 40 centimetres short", "stopped 14 centimetres short", "stopped 40 cm") == "stopped 40 cm"


def test_rare_words_weigh_more_than_common_ones() -> None:
    claims = [f"The harbour gate moved in week number{each}" for each in "abcdefgh"]
    assert best("harbour gate sabotage", *claims, "Sabotage is denied") == "Sabotage is denied"


def test_words_without_meaning_make_no_claim_alike() -> None:
    claim = "He said that it was to be so with them in the port"
    assert all(each.score < ALIKE for each in ranked("it was said that they would have had the gate", claim))
    assert ranked("", "A claim") == []
    assert ranked("!?", "A claim") == []


def test_one_word_in_common_is_not_enough() -> None:
    assert ranked("The minister, it says", "The minister resigned.")[0].score < ALIKE


def test_a_word_may_be_spelled_a_little_differently_but_a_number_may_not() -> None:
    assert ranked("the harbor council refuses", "The harbour council refused")[0].score > ALIKE
    assert ranked("1,000 trains", "1,001 trains")[0].score < ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [("19M trains", "19 million trains"), ("19,000 trains", "19 thousand trains"), ("Two trains", "2 trains"),
     ("5 per cent", "5%"), ("40 cm", "40 centimetres")],
)  # fmt: skip
def test_numbers_are_compared_by_value(one: str, other: str) -> None:
    (proposal,) = ranked(one, other)
    assert proposal.score > ALIKE
    assert not proposal.contradicts


def test_a_title_in_capitals_names_nobody_by_itself() -> None:
    kinds = {word.kind for word in taken_apart("Harbour Gate Stops Short Before Big Storm").words.values()}
    assert "name" not in kinds
    assert taken_apart("the gate that Ana Rui built").words["rui"].kind == "name"


def test_merged_claims_are_proposed_once_by_the_one_that_stands_for_them() -> None:
    entries = [Entry(1, "a", "The barrier failed.", 1), Entry(2, "b", "The storm gate stopped short.", 1)]
    with closing(own_index(entries)) as index:
        (proposal,) = Pool(index).propose("storm gate stopped short")
    assert (proposal.claim_id, proposal.claim) == (1, "The barrier failed.")
    assert "worded “The storm gate stopped short.”" in proposal.reason


@given(HOSTILE, HOSTILE)
def test_scores_are_percentages_and_the_same_words_score_highest(one: str, other: str) -> None:
    proposals = ranked(one, other, one)
    assert all(0 <= each.score <= 100 for each in proposals)
    if any(each.claim == one for each in proposals):
        assert proposals[0].score == pytest.approx(100)


@pytest.mark.parametrize("piece", ["1,", "a.b.", "May 1 ", "not ", "' "])
def test_no_long_text_is_slow(piece: str) -> None:
    assert ranked(piece * 100_000, "A claim on May 1, not 2") is not None
    assert len(taken_apart(piece * 100_000).text) == READ


def test_a_very_long_text_is_looked_up_all_the_same() -> None:
    words = " ".join(f"word{number}" for number in range(5_000))
    assert [each.score for each in ranked(words, words, "word7 and more")] == [100]


# ---------------------------------------------------------------------- the reason


def test_the_reason_names_what_is_shared() -> None:
    words = "In 2015 Ana Rui met the council of Tarrowmouth on 3 May"
    (proposal,) = ranked(words, "The council met Ana Rui in Tarrowmouth on 4 May 2015")
    assert proposal.reason.startswith("shares Ana Rui, Tarrowmouth, 2015, ")
    assert "% alike; dates a day apart" in proposal.reason
    assert proposal.contradicts


def test_the_reason_tells_where_the_two_part() -> None:
    (proposal,) = ranked("The gate did not stop 40 centimetres short", "The gate stopped 14 centimetres short")
    assert "40 centimetres against 14 centimetres" in proposal.reason
    assert "“not” only in these words" in proposal.reason
    assert proposal.contradicts
    (other,) = ranked("The gate stopped", "The gate never stopped")
    assert "“never” only in the claim" in other.reason


def test_a_claim_that_fits_as_well_is_a_rival() -> None:
    first, second = ranked("the gate stopped short", "the red gate stopped short", "the blue gate stopped short")
    assert (first.rival, second.rival) == (second.claim_id, None)
    assert ranked("the gate stopped short", "the gate stopped short", "the blue gate stopped")[0].rival is None


# ---------------------------------------------------------------------- words


def test_endings_are_cut_and_short_words_stay() -> None:
    same = ["stop stops stopped stopping", "name names named naming", "city cities", "arrest arrested", "house houses"]
    assert all(len({stem(word) for word in words.split()}) == 1 for words in same)
    assert len({stem(word) for word in "plan plane bus gas us".split()}) == 5


# ---------------------------------------------------------------------- in a project


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_quickly(tmp_path / "p.db") as ledger:
        yield ledger


def test_a_project_and_an_index_of_its_claims_propose_the_same(ledger: Ledger) -> None:
    texts = ["The gate stopped 40 centimetres short.", "Ana Rui resigned.", "The gate was never tested."]
    with ledger.act() as act:
        acts.add_document(act, "The gate stopped short.", title="Gate gate gate")
        for text in texts:
            acts.state_claim(act, text)
    connection = ledger.connection
    entries = [Entry(*row) for row in connection.execute("SELECT id, uid, claim, merged_id FROM claims")]
    with closing(own_index(entries)) as index:
        for words in (*texts, "the gate", "Rui"):
            assert Pool(connection).propose(words) == Pool(index).propose(words)
    proposals = Pool(connection).propose("the gate was tested")
    assert [claim.id for claim, _ in with_standing(connection, proposals)] == [each.claim_id for each in proposals]


@given(HOSTILE)
def test_no_words_break_the_query(words: str) -> None:
    ranked(words, "A claim of 5 names", words)
