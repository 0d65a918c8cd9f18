"""Writing what a form changed, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from detailed import Desk, M, span
from msgspec import structs
from onrecord.schema import acts
from onrecord.schema.errors import NoSuchThing
from onrecord.schema.events import Source as SourceValue
from onrecord.schema.records import Mention
from onrecord.tui.drafts import DetailsResult, EvidenceDraft, LinkDraft, mark_draft
from project_state import open_quickly


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_quickly(tmp_path / "p.db") as ledger:
        yield Desk(ledger)


def result_of(mention: Mention) -> DetailsResult:
    return DetailsResult(
        claim=mention.claim or "", polarity=mention.polarity, note=mention.note,  # type: ignore[arg-type]
        marks=tuple(map(mark_draft, mention.marks)),
    )  # fmt: skip


def test_only_what_the_form_changed_is_written_over_what_was_written_meanwhile(desk: Desk) -> None:
    before = desk.mention
    with desk.ledger.act() as act:
        acts.describe_mention(act, M, note="from elsewhere")
        acts.set_label(act, M, "denied", certainty=10)
    result = result_of(before)
    marks = tuple(structs.replace(mark, note="mine") for mark in result.marks)
    desk.apply(structs.replace(result, polarity="negates", marks=marks), before)
    mention = desk.mention
    assert (mention.polarity, mention.note) == ("negates", "from elsewhere")
    assert [(mark.note, mark.certainty) for mark in mention.marks] == [("mine", None), ("mine", 10)]


def test_what_was_removed_meanwhile_is_not_written_to(desk: Desk) -> None:
    before = desk.mention
    result = structs.replace(result_of(before), marks=(structs.replace(mark_draft(before.marks[1]), note="mine"),))
    with desk.ledger.act() as act:
        acts.set_label(act, M, "denied", on=False)
    with pytest.raises(NoSuchThing):
        desk.apply(result, before)
    assert desk.apply(result_of(before), before) == 0
    with desk.ledger.act() as act:
        acts.remove_mention(act, M)
    with pytest.raises(NoSuchThing):
        desk.apply(result_of(before), before)


def test_a_source_is_retyped_only_by_who_chose_that(desk: Desk) -> None:
    before = desk.mention
    anonymous = mark_draft(before.marks[0])
    links = [structs.replace(anonymous.chain[0], ground="leaked"), LinkDraft(source="Lisbet Orrin", identified="named")]
    result = structs.replace(result_of(before), marks=(structs.replace(anonymous, chain=tuple(links)),))
    with desk.ledger.act() as act:
        act.put(desk.courier, SourceValue(name="Courier", kind="institution"))
    desk.apply(result, before)
    kinds = {each.name: each.kind for each in desk.sources}
    assert (kinds["Courier"], kinds["Lisbet Orrin"]) == ("institution", "spokesperson")


def test_accepting_settles_a_conflict(desk: Desk, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    with open_quickly(there, device="d2") as other:
        bodies = [body for (body,) in desk.ledger.connection.execute("SELECT body FROM events ORDER BY id")]
        texts = dict(desk.ledger.connection.execute("SELECT sha256, text FROM texts").fetchall())
        other.receive(bodies, texts)
        for ledger, note in ((desk.ledger, "here"), (other, "there")):
            with ledger.act() as act:
                acts.set_label(act, M, "denied", note=note)
        desk.ledger.receive([body for (body,) in other.connection.execute("SELECT body FROM events ORDER BY id")])
    assert desk.mention.conflict
    assert desk.apply(result_of(desk.mention), desk.mention) == 1
    assert not desk.mention.conflict


def test_evidence_drafts_keep_what_they_came_from(desk: Desk) -> None:
    kept = mark_draft(desk.mark("anonymous")).evidence
    assert kept[0] == EvidenceDraft(spans=(span("denied it"),), note="n")
    assert kept[1] == EvidenceDraft(mention_uid="ana/2")
