"""What is to be ruled, what is unanimous, what a majority has, and how work stands beside the gold layer."""

from typing import Any

import pytest
from jury import FERRY, GULLS, STOP, TEXT, a_team
from onrecord.measure import adjudication
from onrecord.measure.adjudication import against_gold, gold_groups
from onrecord.measure.majority import Choice, agreed, majority
from onrecord.schema import acts, gold, reading, rulings, team
from onrecord.schema.text import Span
from project_state import Hands, project


def test_each_aspect_in_which_two_differ_is_named() -> None:
    base: dict[str, Any] = {"who": "a captain", "kind": "described", "claim": "The ferry stops."}
    cases = [
        (FERRY, ["anonymous"], {}, ()),
        (Span(0, 15), ["anonymous"], {}, ("boundaries",)),
        (FERRY, ["anonymous", "denied"], {}, ("labels",)),
        (FERRY, ["anonymous"], {"who": "the council"}, ("attribution",)),
        (FERRY, ["anonymous"], {"claim": "The ferry is late."}, ("claim",)),
        (FERRY, ["anonymous"], {"polarity": "negates"}, ("polarity",)),
        (FERRY, ["anonymous"], {"kind": "bare"}, ("kind",)),
    ]
    for span, labels, more, expected in cases:
        with a_team() as here:
            here.mark("ana", FERRY, "anonymous", **base)
            here.mark("bob", span, *labels, **{**base, **more})
            here.submit("ana", "bob")
            (item,) = here.bench().items
            assert item.differs == expected
            assert item.unanimous == (not expected)
            assert not item.ruled


def test_only_who_submitted_judges_unless_the_unfinished_are_asked_for_and_a_check_never_does() -> None:
    with a_team() as here:
        for name in ("ana", "bob", "cyd", "dan"):
            here.mark(name, FERRY, "anonymous")
        with here.act() as act:
            team.assign(act, here.sha256, "dan", 1, gold=True)
        here.submit("ana", "bob", "dan")
        assert here.bench().annotators == ("ana", "bob")
        assert here.bench(unfinished=True).annotators == ("ana", "bob", "cyd", "dan")
        (item,) = here.bench().items
        here.take(item, item.inputs[0])
        assert gold.ruled_documents(here.ledger.connection) == [here.document]


def test_a_ruling_stands_when_an_input_changes_and_is_told_as_changed_since() -> None:
    with a_team() as here:
        ana = here.mark("ana", FERRY, "anonymous")
        here.mark("bob", FERRY, "sourced")
        here.submit("ana", "bob")
        (item,) = here.bench().items
        uid = here.take(item, ana, reason="as rule 4 has it")
        (item,) = here.bench().items
        assert item.ruled
        assert not item.changed
        assert item.gold
        assert [mark.label for mark in item.gold.marks] == ["anonymous"]
        with here.act("ana") as act:
            acts.set_label(act, ana, "anonymous", on=False)
        (item,) = here.bench().items
        assert item.ruled
        assert item.changed
        assert item.gold
        assert [mark.label for mark in item.gold.marks] == ["anonymous"]
        here.take(item, item.inputs[1])
        (item,) = here.bench().items
        assert item.ruling
        assert item.ruling.uid == uid
        assert not item.changed
        with here.act("bob") as act:
            acts.remove_mention(act, item.inputs[1])
        (item,) = here.bench().items
        assert item.changed
        assert item.ruled
        with here.act("ana") as act:
            acts.remove_mention(act, ana)
        (item,) = here.bench().items
        assert item.group.members == (), "a ruling without inputs stays in sight"
        assert item.changed
        assert item.gold


def test_a_mention_that_comes_to_stand_beside_ruled_ones_asks_for_a_new_ruling_that_takes_the_old_one_s_place() -> None:
    with a_team() as here:
        ana, _ = here.mark("ana", FERRY, "anonymous"), here.mark("bob", FERRY, "sourced")
        here.submit("ana", "bob")
        here.take(here.bench().items[0], ana)
        here.mark("cyd", FERRY, "anonymous")
        here.submit("cyd")
        (item,) = here.bench().items
        assert not item.ruled
        assert item.changed
        assert gold.ruled_documents(here.ledger.connection) == []
        here.take(item, ana)
        (item,) = here.bench().items
        assert item.ruled
        assert not item.changed
        assert len(item.rulings) == 1
        assert len(reading.mentions(here.ledger.connection, here.document, "gold")) == 1


def test_of_two_adjudicators_the_later_counts_whether_they_knew_of_each_other_or_not() -> None:
    with a_team() as here:
        ana, bob = here.mark("ana", FERRY, "anonymous"), here.mark("bob", FERRY, "sourced")
        here.submit("ana", "bob")
        item = here.bench().items[0]
        here.take(item, ana)
        here.take(item, bob, by="kim")
        assert gold.ruled_twice(here.ledger.connection) == []
        for again in ("eve", "kim", "eve", "eve"):
            here.take(here.bench().items[0], ana, by=again)
            (item,) = here.bench().items
            assert item.ruling
            assert item.ruling.adjudicator == again
            assert item.gold
            assert gold.gold_mentions(here.ledger.connection, here.document) == [item.gold.id]
            counted = here.ledger.connection.execute("SELECT id FROM mention_counted").fetchall()
            assert counted == [(item.gold.id,)], "one gold mention stands for all in every standing"


def test_two_who_rule_apart_both_stand_and_the_later_counts() -> None:
    with a_team() as here:
        ana, bob = here.mark("ana", FERRY, "anonymous"), here.mark("bob", FERRY, "sourced")
        here.submit("ana", "bob")
        with project("kim", "d2", now=Hands(1_772_445_900_000)) as apart:
            bodies = [body for (body,) in here.ledger.connection.execute("SELECT body FROM events")]
            apart.receive(bodies, {here.sha256: TEXT})
            with apart.act() as act:
                rulings.take(act, [ana, bob], bob)
            here.take(here.bench().items[0], ana)
            here.ledger.receive([body for (body,) in apart.connection.execute("SELECT body FROM events")])
        (item,) = here.bench().items
        assert [each.adjudicator for each in item.rulings] == ["eve", "kim"]
        assert item.gold
        assert gold.gold_mentions(here.ledger.connection, here.document) == [item.gold.id]
        assert item.gold.marks[0].label == "sourced"
        assert gold.ruled_twice(here.ledger.connection) == [(here.document, "eve", "kim")]


@pytest.mark.parametrize(
    ("least", "labels", "expected"),
    [
        ("all", ["anonymous", "anonymous", "anonymous"], "anonymous"),
        ("all", ["anonymous", "anonymous", "sourced"], False),
        ("all", ["anonymous", "anonymous", None], False),
        ("majority", ["anonymous", "sourced", "anonymous"], "anonymous"),
        ("majority", ["anonymous", None, "anonymous"], "anonymous"),
        ("majority", ["anonymous", None, None], None),
        ("majority", ["anonymous", "sourced", None], False),
        ("majority", ["anonymous", None], False),
    ],
)
def test_what_is_ruled_without_asking(least: str, labels: list[str | None], expected: object) -> None:
    with a_team() as here:
        for name, label in zip(("ana", "bob", "cyd"), labels, strict=False):
            if label:
                here.mark(name, FERRY, label)
            here.submit(name)
        found = here.bench()
        taken = agreed(found.items[0], found.merges, least)
        assert (taken.marks[0].label if taken else taken) == expected


def test_a_majority_is_found_layer_by_layer_and_may_be_nobody_s_whole_mention() -> None:
    with a_team() as here:
        here.mark("ana", FERRY, "anonymous", "denied", claim="The ferry stops.")
        here.mark("bob", FERRY, "anonymous", claim="The ferry is late.", kind="bare")
        here.mark("cyd", Span(0, 15), "anonymous", claim="The ferry stops.", kind="bare")
        here.submit("ana", "bob", "cyd")
        found = here.bench()
        most = majority(found.items[0], found.merges)
        assert isinstance(most, Choice)
        assert most.spans.spans == (FERRY,)
        assert most.claim.claim == "The ferry stops."
        assert [(mark.label, kind) for mark, kind in most.marks] == [("anonymous", "bare")]
        assert most.taken is None


def test_without_a_majority_it_is_said_in_which_layers() -> None:
    with a_team() as here:
        here.mark("ana", FERRY, "anonymous", who="a captain")
        here.mark("bob", Span(0, 15), "anonymous", "denied", who="the council")
        here.mark("bob", GULLS, "sourced")
        here.submit("ana", "bob")
        found = here.bench()
        assert majority(found.items[0], found.merges) == (
            "boundaries",
            "who stands behind anonymous",
            "the label denied",
        )
        assert majority(found.items[1], found.merges) == ("whether there is a claim",)


def test_work_beside_the_gold_layer_is_scored_by_layer() -> None:
    with a_team() as here:
        ana = here.mark("ana", FERRY, "anonymous")
        stop = here.mark("ana", STOP, "denied")
        here.mark("bob", FERRY, "sourced")
        here.mark("bob", GULLS, "sourced")
        here.submit("ana", "bob")
        for item in here.bench().items:
            with here.act() as act:
                if ana in item.inputs or stop in item.inputs:
                    rulings.take(act, item.inputs, item.inputs[0])
                else:
                    rulings.rule(act, item.inputs, None)
        pairs = gold_groups(here.ledger.connection, here.document, "bob")
        assert [(each.gold is not None, each.theirs is not None) for each in pairs] == [
            (True, True), (True, False), (False, True),
        ]  # fmt: skip
        scores = {(each.annotator, each.layer): each for each in against_gold(here.ledger.connection)}
        assert scores["ana", "all"].f1 == 1
        bob = scores["bob", "boundaries"]
        assert (bob.hits, bob.theirs, bob.gold, bob.precision, bob.recall) == (1, 2, 2, 0.5, 0.5)
        assert scores["bob", "labels"].hits == 0
        assert scores["bob", "overlap"].documents == 1
        assert {each.layer for each in against_gold(here.ledger.connection)} == set(adjudication.GOLD_LAYERS)
        assert against_gold(here.ledger.connection, documents=[]) == []


def test_who_ruled_and_annotated_is_measured_by_their_own_work_alone() -> None:
    with a_team() as here:
        ana, _ = here.mark("ana", FERRY, "anonymous"), here.mark("eve", FERRY, "sourced")
        here.submit("ana", "eve")
        here.take(here.bench().items[0], ana)
        (pair,) = gold_groups(here.ledger.connection, here.document, "eve")
        assert pair.theirs
        assert [mark.label for mark in pair.theirs.marks] == ["sourced"]
        assert pair.differs == ("labels",)
        assert len(here.bench().items) == 1


def test_two_who_found_nothing_agree_on_nothing() -> None:
    with a_team() as here:
        here.submit("ana")
        assert gold.ruled_documents(here.ledger.connection) == []
        here.submit("bob")
        assert gold.ruled_documents(here.ledger.connection) == [here.document]
        assert gold.is_ruled(here.ledger.connection, here.document)
