"""The ledger on the command line: claims, one claim, sources; by publication and by recording."""

from pathlib import Path

import pytest
from command_line import CommandLine

GATE = "The Sallow Gate did not close fully in its test on 24 February 2026."


def test_claims_are_listed_with_their_standing(onrecord: CommandLine, demo: Path) -> None:
    rows = {row["claim"]: row for row in onrecord.rows("claims", demo)}
    assert len(rows) == 8
    assert (rows[GATE]["standing"], rows[GATE]["origins"], rows[GATE]["outlets"]) == ("contested", 5, 4)
    shown = onrecord.ok("claims", demo).out.splitlines()
    assert len(shown) == 9
    assert "2026-03-03" in shown[1]


def test_claims_by_words_standing_and_outlet(onrecord: CommandLine, demo: Path) -> None:
    assert [row["claim"] for row in onrecord.rows("claims", demo, "--search", "seal expense")] == [
        "Askerby Hydraulic will replace the gate's seal at its own expense."
    ]
    assert {row["standing"] for row in onrecord.rows("claims", demo, "--standing", "denied")} == {"denied"}
    assert len(onrecord.rows("claims", demo, "--outlet", "Sluice & Sill")) == 5
    assert onrecord.rows("claims", demo, "--search", "nothing like it") == []
    assert "choose one of: unattributed" in onrecord("claims", demo, "--standing", "true").sentence


def test_both_clocks(onrecord: CommandLine, demo: Path) -> None:
    moment = "2026-03-06T00:00:00+01:00"
    (gate,) = (row["id"] for row in onrecord.rows("claims", demo) if row["claim"] == GATE)
    published = {row["id"]: row["standing"] for row in onrecord.rows("claims", demo, "--as-of", moment)}
    known = {
        row["id"]: row["standing"] for row in onrecord.rows("claims", demo, "--as-of", moment, "--known-at", moment)
    }
    assert (published[gate], known[gate]) == ("denied", "anonymous")
    history = onrecord.rows("claim", demo, gate, "--as-of", moment)
    assert [row["standing"] for row in history if row["changed"]] == ["anonymous", "denied"]
    assert all(row["mark_id"] and row["document_id"] for row in history)
    assert "is no moment" in onrecord("claims", demo, "--as-of", "yesterday").sentence
    assert "is no moment" in onrecord("claim", demo, gate, "--known-at", "2026-02-30").sentence


def test_a_claim_is_told_in_words(onrecord: CommandLine, demo: Path) -> None:
    (gate,) = (row["id"] for row in onrecord.rows("claims", demo) if row["claim"] == GATE)
    told = onrecord.ok("claim", demo, gate).out
    for words in (
        "contested  ·  18 mentions", "contradicts", "wider than", "5 distinct origins:", "Record of the Sallow Gate test",
        "taken for granted:", "did not close fully in its test",
    ):  # fmt: skip
        assert words in told
    assert "there is no claim 9999" in onrecord("claim", demo, 9999).sentence
    assert onrecord("claim", demo, "x").code == 2


def test_sources_are_listed_with_what_they_do(onrecord: CommandLine, demo: Path) -> None:
    rows = {row["name"]: row for row in onrecord.rows("sources", demo)}
    askerby = rows["Askerby Hydraulic"]
    assert askerby["denies"] > 0
    assert askerby["document_id"] is None
    assert rows["Tarrowmouth Mercury"]["relays"] > rows["Tarrowmouth Mercury"]["says"]
    named = {row["id"] for row in onrecord.rows("sources", demo, "--named")}
    unnamed = {row["id"] for row in onrecord.rows("sources", demo, "--unnamed")}
    assert not named & unnamed
    assert len(named | unnamed) == len(rows)
    assert [row["name"] for row in onrecord.rows("sources", demo, "--search", "askerby")] == ["Askerby Hydraulic"]


@pytest.mark.parametrize("words", [["claims", "new.db"], ["sources", "new.db"]])
def test_an_empty_project(onrecord: CommandLine, words: list[str]) -> None:
    onrecord.ok("new", "new.db")
    assert onrecord.rows(*words) == []
