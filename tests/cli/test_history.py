"""`log`, `undo` and `redo`: every act in words, and back and forth through them."""

import re
from collections import Counter
from pathlib import Path

import pytest
from command_line import CommandLine
from msgspec import structs
from onrecord.schema import acts, team
from onrecord.schema.codebook import BUILT_IN
from onrecord.schema.events import Adjudication, Claim, Document, Kind, Source
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span


def words(onrecord: CommandLine, project: Path) -> list[str]:
    return [act["what"] for act in onrecord.rows("log", project)]


def test_the_log_tells_the_demo(onrecord: CommandLine, demo: Path) -> None:
    log = onrecord.rows("log", demo)
    assert [act["recorded_at"] for act in log] == sorted(act["recorded_at"] for act in log)
    assert Counter(act["annotator"] for act in log) == {"ines": 9 + 38 + 9, "tomasz": 30 + 9}
    assert log[1]["what"].startswith("marked anonymous, responded: “The Sallow Gate … did not clos")
    assert log[1]["recorded_at"] == "2026-03-03T18:02:47.000Z"
    assert any("flagged “What the rigger did not hear”: Is a nickname a name?" in act["what"] for act in log)
    lines = onrecord.ok("log", demo).out.splitlines()
    assert len(lines) == len(log)
    assert all(re.match(r"2026-03-\d\d \d\d:\d\d:\d\d  (ines|tomasz)@demo-\w+  \w", line) for line in lines)
    assert onrecord.ok("log", demo, "-n", 3).out.splitlines() == lines[-3:]
    assert onrecord.rows("log", demo, "-n", 3) == log[-3:]


def test_undo_and_redo_say_what_they_did(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", "32:53", "denied")
    onrecord.ok("mark", article, "Ferry", "32:53", "anonymous")
    first, second = (
        "marked denied: “the ferry would close” in “Ferry”",
        "marked anonymous: “the ferry would close” in “Ferry”",
    )
    assert onrecord.ok("undo", article).out == f"took back: {second}\n"
    assert onrecord.ok("undo", article).out == f"took back: {first}\n"
    assert onrecord.rows("list", article, "mentions") == []
    assert onrecord.ok("redo", article).out == f"did again: {first}\n"
    assert onrecord.ok("redo", article).out == f"did again: {second}\n"
    assert "nothing to redo" in onrecord("redo", article).sentence
    assert onrecord.rows("list", article, "mentions")[0]["labels"] == "anonymous denied"
    assert words(onrecord, article)[2:] == [
        first, second, f"took back: {second}", f"took back: {first}", f"did again: {first}", f"did again: {second}",
    ]  # fmt: skip
    assert [act["undoes"] is not None for act in onrecord.rows("log", article)] == [False] * 4 + [True] * 4


def test_what_others_build_on_is_left_and_named(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", article, "Ferry", "0:3", "denied", "--as", "bea")
    done = onrecord.ok("undo", article)
    assert "took back: added “Ferry”" in done.out
    assert "left as it is" in done.out
    assert "1 document" in done.out
    assert len(onrecord.rows("list", article, "documents")) == 1


def test_every_kind_of_act_has_words(onrecord: CommandLine, article: Path) -> None:
    with Ledger(article, "ann", "d1") as ledger:
        (sha256, text), *_ = ledger.connection.execute("SELECT sha256, text FROM texts").fetchall()
        with ledger.act() as act:
            acts.describe_document(act, sha256, outlet="The Bell")
        uid = acts.new_mention("ann")
        with ledger.act() as act:
            acts.set_mention(act, uid, sha256, text, [Span(4, 11)])
        with ledger.act() as act:
            acts.set_mention(act, uid, sha256, text, [Span(0, 11)])
        with ledger.act() as act:
            one, other = acts.state_claim(act, "One."), acts.state_claim(act, "Other.")
        with ledger.act() as act:
            acts.relate_claims(act, one, "contradicts", other)
        with ledger.act() as act:
            acts.relate_claims(act, one, "contradicts", other, on=False)
        with ledger.act() as act:
            act.put(one, Claim(text="One, reworded."))
        with ledger.act() as act:
            source = acts.name_source(act, "A clerk")
        with ledger.act() as act:
            act.put(source, Source(name="The clerk", kind="person"))
        with ledger.act() as act:
            acts.set_label(act, uid, "denied")
            acts.set_label(act, uid, "sourced")
        with ledger.act() as act:
            acts.set_label(act, uid, "denied", on=False)
            acts.set_label(act, uid, "confirmed")
        for state in ("in_progress", "flagged", "skipped", "submitted"):
            with ledger.act() as act:
                acts.submit(act, sha256, state, "why" if state == "flagged" else "")
        with ledger.act() as act:
            act.put("ann/1", Adjudication(document=sha256, inputs=(uid,)))
        with ledger.act() as act:
            act.put("denied", structs.replace(BUILT_IN["denied"], kinds=(Kind(kind="k"),)))
        with ledger.act() as act:
            acts.remove_mention(act, uid)
        with ledger.act() as act:
            act.withdraw("document", sha256)
        with ledger.act() as act:
            for number in range(30):
                act.put(act.keep_text(f"text {number}"), Document(title="t"))
    assert words(onrecord, article)[:2] == ["made ann lead", "added “Ferry”"]
    assert words(onrecord, article)[2:] == [
        "changed “Ferry”",
        "made a mention: “council” in “Ferry”",
        "changed a mention: “The council” in “Ferry”",
        "added the claim “One.”; added the claim “Other.”",
        "stated: “One, reworded.” contradicts “Other.”",
        "no longer: “One, reworded.” contradicts “Other.”",
        "changed the claim “One, reworded.”",
        "added the source A clerk",
        "changed the source The clerk",
        "marked denied, sourced: “The council” in “Ferry”",
        "marked confirmed and took off denied: “The council” in “Ferry”",
        "began “Ferry”",
        "flagged “Ferry”: why",
        "skipped “Ferry”",
        "submitted “Ferry”",
        "ruled",
        "changed the label denied",
        "withdrew a mention: “The council” in “Ferry”",
        "withdrew “Ferry”",
        "recorded 30 documents",
    ]


def test_what_a_team_did_has_words(onrecord: CommandLine, article: Path) -> None:
    with Ledger(article, "ann", "d1") as ledger:
        (sha256,) = ledger.connection.execute("SELECT sha256 FROM documents").fetchone()
        text = ledger.connection.execute("SELECT text FROM texts").fetchone()[0]
        uid = acts.new_mention("ann")
        for step in (
            lambda act: team.appoint(act, "bob", "adjudicator"),
            lambda act: team.dismiss(act, "bob"),
            lambda act: team.set_blind(act, blind=False),
            lambda act: team.set_blind(act, blind=True),
            lambda act: team.assign(act, sha256, "bob", 1),
            lambda act: team.unassign(act, sha256, "bob"),
            lambda act: team.sit(act, sha256, 61),
            lambda act: acts.set_mention(act, uid, sha256, text, [Span(4, 11)]),
            lambda act: team.remark(act, uid, "Is this a claim?"),
        ):
            with ledger.act() as act:
                step(act)
    assert words(onrecord, article)[2:] == [
        "made bob adjudicator",
        "took the role of bob away",
        "opened the work of others to annotators",
        "closed the work of others to annotators",
        "gave “Ferry” to bob",
        "took “Ferry” back from bob",
        "worked on “Ferry” for 61 seconds",
        "made a mention: “council” in “Ferry”",
        "remarked on “council” in “Ferry”: “Is this a claim?”",
    ]


def test_a_bare_project_has_no_log(onrecord: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    onrecord.ok("new", "p.db")
    assert onrecord.rows("log", "p.db") == []
    assert onrecord.ok("log", "p.db").out == ""
