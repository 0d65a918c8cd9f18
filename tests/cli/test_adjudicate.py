"""`onrecord adjudicate`: what is ruled without asking, by whom, and that it stays."""

from pathlib import Path

import pytest
from command_line import CommandLine
from jury import FERRY, GULLS, STOP, Team, a_team
from onrecord.schema import acts, gold, rulings, team
from onrecord.schema.events import Member


def filled(here: Team) -> None:
    """Three annotators: they agree on the ferry, most on the stop, and one alone has the gulls."""
    for name in ("ana", "bob", "cyd"):
        here.mark(name, FERRY, "anonymous", kind="described", claim="The ferry stops.")
        here.mark(name, STOP, "sourced" if name == "cyd" else "denied")
    here.mark("cyd", GULLS, "sourced")
    here.submit("ana", "bob", "cyd")


def test_what_is_unanimous_is_ruled_with_its_reason_and_once(onrecord: CommandLine) -> None:
    with a_team() as here:
        filled(here)
        path = here.ledger.path
        dry = onrecord.ok("--as", "eve", "adjudicate", path, "--auto", "majority", "--dry-run")
        assert dry.out.splitlines()[-1] == f"{path}: 1 group would be ruled on, 2 left to decide"
        assert onrecord.rows("list", path, "rulings") == []
        done = onrecord.ok("--as", "eve", "adjudicate", path, "--auto", "majority")
        assert done.out.splitlines()[-1] == f"{path}: 1 group ruled on, 2 left to decide"
        (row,) = onrecord.rows("list", path, "rulings")
        assert (row["adjudicator"], row["annotators"], row["taken_from"]) == ("eve", "ana bob cyd", "ana")
        assert row["reason"] == "unanimous: ana, bob, cyd"
        assert row["quote"] == FERRY.cut(here.ledger.connection.execute("SELECT text FROM texts").fetchone()[0])
        assert len(row["inputs"].split()) == 3
        before = here.ledger.connection.execute("SELECT count(*) FROM events").fetchone()
        again = onrecord.ok("--as", "eve", "adjudicate", path, "--auto", "majority", "--json").json
        assert [(each["before"], each["ruled"], each["left"]) for each in again] == [(1, 0, 2)]
        assert here.ledger.connection.execute("SELECT count(*) FROM events").fetchone() == before
        onrecord.ok("undo", path, "--as", "eve")
        assert onrecord.rows("list", path, "rulings") == []


def test_a_majority_rules_on_claims_and_on_none(onrecord: CommandLine) -> None:
    with a_team() as here:
        filled(here)
        path = here.ledger.path
        onrecord.ok("--as", "eve", "adjudicate", path, "--auto", "majority", "--least", "majority")
        reasons = sorted(row["reason"] for row in onrecord.rows("list", path, "rulings"))
        assert reasons == [
            "majority among ana, bob, cyd",
            "majority: no claim here for ana, bob; cyd had one",
            "unanimous: ana, bob, cyd",
        ]
        assert gold.ruled_documents(here.ledger.connection) == [here.document]
        assert len(gold.gold_mentions(here.ledger.connection, here.document)) == 2


def test_what_somebody_ruled_is_never_touched(onrecord: CommandLine) -> None:
    with a_team() as here:
        filled(here)
        (ferry, *_) = here.bench().items
        with here.act("kim") as act:
            uid = rulings.rule(act, ferry.inputs, None, reason="not a claim of this text")
        onrecord.ok("--as", "eve", "adjudicate", here.ledger.path, "--auto", "majority")
        (row,) = onrecord.rows("list", here.ledger.path, "rulings")
        assert (row["uid"], row["choice"], row["reason"]) == (uid, None, "not a claim of this text")


def test_only_documents_that_two_submitted_count(onrecord: CommandLine) -> None:
    with a_team() as here:
        here.mark("ana", FERRY, "anonymous")
        here.submit("ana")
        path = here.ledger.path
        done = onrecord.ok("--as", "eve", "adjudicate", path, "--auto", "majority")
        assert "no document was submitted by two annotators" in done.err
        done = onrecord("--as", "eve", "adjudicate", path, "--auto", "majority", "--document", "The ferry")
        assert (done.code, done.sentence) == (
            1, f"Document {here.document} was not submitted by two annotators; rule on it in the app",
        )  # fmt: skip


@pytest.mark.parametrize("more", [("--auto", "majority"), ("--auto", "majority", "--dry-run"), ()])
def test_annotators_do_not_rule_and_are_told_nothing(onrecord: CommandLine, more: tuple[str, ...]) -> None:
    with a_team() as here:
        filled(here)
        with here.act("lea") as act:
            act.put("lea", Member(role="lead"))
        done = onrecord("--as", "ana", "adjudicate", here.ledger.path, *more)
        assert (done.code, done.out) == (1, "")
        assert done.sentence == "Only an adjudicator or a lead may rule on the work of others; ana is neither"
        with here.act("lea") as act:
            team.appoint(act, "ana", "adjudicator")
        if more:
            assert onrecord("--as", "ana", "adjudicate", here.ledger.path, *more).code == 0


def test_options_that_go_with_auto_are_refused_without_it(onrecord: CommandLine, demo: Path) -> None:
    done = onrecord("adjudicate", demo, "--dry-run")
    assert (done.code, "--auto majority" in done.err) == (2, True)
    assert onrecord("adjudicate", "nowhere.db").code == 1


def test_mentions_elsewhere_and_the_standing_follow_the_ruling(onrecord: CommandLine) -> None:
    with a_team() as here:
        here.mark("ana", FERRY, "anonymous", claim="The ferry stops.")
        uid = here.mark("bob", FERRY, "anonymous", claim="The ferry stops.")
        here.submit("ana", "bob")
        path = here.ledger.path
        (before,) = onrecord.rows("list", path, "claims")
        onrecord.ok("--as", "eve", "adjudicate", path, "--auto", "majority")
        (after,) = onrecord.rows("list", path, "claims")
        assert (before["mentions"], before["anonymous"]) == (2, 2)
        assert (after["mentions"], after["anonymous"], after["standing"]) == (1, 1, "anonymous")
        assert [row["annotator"] for row in onrecord.rows("list", path, "mentions")] == ["ana", "bob"]
        assert [row["annotator"] for row in onrecord.rows("list", path, "marks")] == ["ana", "bob"]
        assert {row["name"]: row["mentions"] for row in onrecord.rows("list", path, "annotators")}["eve"] == 0
        agreed = {row["id"]: row for row in onrecord.rows("agree", path)}
        assert agreed["boundaries/exact_f1/all"]["value"] == 1
        assert agreed["boundaries/exact_f1/all"]["units"] == 2
        with here.act("bob") as act:
            acts.remove_mention(act, uid)
        (stays,) = onrecord.rows("list", path, "claims")
        assert (stays["mentions"], stays["standing"]) == (1, "anonymous")
        shown = onrecord.ok("show", path, "The ferry").out
        assert "eve" not in shown


def test_each_annotator_is_held_against_the_gold_layer(onrecord: CommandLine) -> None:
    with a_team() as here:
        filled(here)
        path = here.ledger.path
        onrecord.ok("--as", "eve", "adjudicate", path, "--auto", "majority", "--least", "majority")
        rows = {row["id"]: row for row in onrecord.rows("--as", "eve", "agree", path, "--against", "gold")}
        assert (rows["ana/all"]["precision"], rows["ana/all"]["recall"], rows["ana/all"]["f1"]) == (1, 1, 1)
        assert (rows["cyd/labels"]["hits"], rows["cyd/labels"]["theirs"], rows["cyd/labels"]["gold"]) == (1, 3, 2)
        told = onrecord.ok("--as", "eve", "agree", path, "--against", "gold", "--annotators", "cyd").out
        assert "cyd        labels       0.333      0.500   0.400" in told
        assert "ana" not in told
        assert onrecord("agree", path, "--against", "gold", "--by", "outlet").code == 2
        assert "no annotator is called 'zed'" in onrecord("agree", path, "--against", "gold", "--annotators", "zed").err
        with here.act("lea") as act:
            act.put("lea", Member(role="lead"))
        refused = onrecord("--as", "dan", "agree", path, "--against", "gold")
        assert (refused.code, refused.out) == (1, "")
        assert "The gold layer is for adjudicators and leads" in refused.err
