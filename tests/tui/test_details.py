"""All details: what the form shows, what keys make of it, and what of that reaches the log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from detailed import Desk, M, span
from modal_app import Hands, shown
from onrecord.schema import acts
from onrecord.schema.events import Evidence, Link
from onrecord.tui import cautions
from onrecord.tui.drafts import LinkDraft, mark_draft
from onrecord.tui.screens.details import Details
from onrecord.tui.screens.link import EditLink
from onrecord.tui.widgets.mark_form import MarkForm
from project_state import open_quickly


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_quickly(tmp_path / "p.db") as ledger:
        yield Desk(ledger)


async def accept(hands: Hands, desk: Desk) -> int:
    """Accept the form and write it; the answer is how many events that gave."""
    before = desk.mention
    await hands.press("ctrl+s")
    return desk.apply(hands.answer, before)


async def test_what_nobody_touched_gives_no_event(desk: Desk) -> None:
    before = desk.mention
    async with shown(desk.form(), desk.labels) as hands:
        await hands.press("ctrl+n", "tab", "tab", "tab", "tab")
        assert await accept(hands, desk) == 0
    assert desk.mention == before
    assert hands.answer.marks == tuple(map(mark_draft, before.marks))


async def test_escape_answers_nothing(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.type("other words")
        await hands.press("escape")
        assert hands.answer is None


async def test_wording_polarity_note_and_the_fields_of_a_mark(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.type("The gate stayed open")
        assert "old claim stays" in hands.shown()
        await hands.press("tab", "right")
        await hands.press("tab")
        await hands.type("seen twice")
        await hands.press("ctrl+n", "tab", "right")
        await hands.press("tab")
        await hands.type("55")
        assert await accept(hands, desk) == 3
    mention = desk.mention
    assert (mention.claim, mention.polarity, mention.note) == ("The gate stayed open", "negates", "seen twice")
    denied = desk.mark("denied")
    assert (denied.kind, denied.certainty, denied.note) == ("scoped_denial", 55, "  two  spaces ")
    assert desk.ledger.connection.execute("SELECT count(*) FROM claims").fetchone() == (2,)


async def test_an_emptied_claim_unlinks_and_one_in_other_case_is_the_same(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.type("the gate  did not CLOSE")
        assert await accept(hands, desk) == 0
    async with shown(desk.form(), desk.labels) as hands:
        await hands.press("end", "ctrl+u")
        assert await accept(hands, desk) == 1
    assert desk.mention.claim is None


async def test_a_certainty_is_a_percentage_or_nothing(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus(".certainty")
        await hands.type("101")
        await hands.press("ctrl+s")
        assert hands.open
        assert "from 0 to 100" in hands.shown()
        form = hands.app.screen.query_one(MarkForm)
        for typed, certainty in (("", None), ("0", 0), ("100", 100), ("007", 7), ("1x-.2", 12)):
            await hands.type(typed)
            assert form.result().certainty == certainty
        await hands.press("ctrl+s")
        assert hands.answer.marks[0].certainty == 12


async def test_a_wrong_certainty_of_a_label_out_of_sight_is_brought_into_sight(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus(".certainty")
        await hands.type("999")
        await hands.press("ctrl+n", "ctrl+s")
        assert hands.open
        assert hands.app.focused is hands.app.screen.query(".certainty").first()
        assert hands.said == ["from 0 to 100, or nothing"]


# ---------------------------------------------------------------------- the chain


async def test_a_known_source_is_offered_and_taken(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus("ChainEditor")
        await hands.press("end", "enter")
        assert "Who is behind a senior official?" in hands.shown()
        await hands.press(*"orr", "down", "enter")
        await hands.press("ctrl+s")
        assert isinstance(hands.app.screen, Details)
        assert await accept(hands, desk) == 1
    chain = desk.mark("anonymous").chain
    assert [(link.source_uid, link.identified, link.relay) for link in chain] == [
        (desk.courier, "named", True),
        (desk.official, "described", True),
        (desk.orrin, "named", False),
    ]
    assert chain[0].spans == (span("the Courier"),)


async def test_links_are_moved_and_removed(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus("ChainEditor")
        await hands.press("J")
        await accept(hands, desk)
    chain = desk.mark("anonymous").chain
    assert [(link.source, link.relay) for link in chain] == [("a senior official", True), ("Courier", False)]
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus("ChainEditor")
        await hands.press("down", "K", "x", "x")
        assert "nobody" not in hands.shown()
        await accept(hands, desk)
    assert desk.mark("anonymous").chain == ()


async def test_removing_the_origin_makes_the_link_before_it_the_origin(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus("ChainEditor")
        await hands.press("down", "x")
        assert "Anonymous, but the chain ends at Courier" in hands.shown()
        await accept(hands, desk)
    assert [(link.source, link.relay) for link in desk.mark("anonymous").chain] == [("Courier", False)]


async def test_a_new_name_is_of_the_project_and_a_description_of_its_document(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.press("ctrl+n")
        await hands.focus("#denied ChainEditor, ChainEditor")
        for name in ("Ana Rui", "an engineer"):
            await hands.press("end", "a")
            await hands.type(name)
            await hands.press("enter")
        await accept(hands, desk)
    sources = {each.name: each.document_id for each in desk.sources}
    assert sources["Ana Rui"] is None
    assert sources["an engineer"] == desk.mention.document_id
    assert [link.identified for link in desk.mark("denied").chain] == ["named", "described"]


async def test_a_source_that_gets_a_name_is_looked_up_anew(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus("ChainEditor")
        await hands.press("down", "enter")
        await hands.focus("#identified")
        await hands.press("n", "enter")
        await accept(hands, desk)
    origin = desk.mark("anonymous").chain[-1]
    assert (origin.source, origin.identified) == ("a senior official", "named")
    assert origin.source_uid != desk.official
    assert origin.cue == (span("quoting"),)


async def test_the_kind_relay_and_ground_of_a_link(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus("ChainEditor")
        await hands.press("enter")
        await hands.focus("#kind")
        await hands.press("i")
        await hands.focus("#relay")
        await hands.press("left")
        await hands.focus("#ground")
        await hands.press("down", "ctrl+s")
        await hands.press("end")
        await accept(hands, desk)
    link = desk.mark("anonymous").chain[0]
    assert (link.source_kind, link.relay, link.ground, link.source_uid) == (
        "institution",
        False,
        "on_record",
        desk.courier,
    )


async def test_a_named_link_needs_a_name(desk: Desk) -> None:
    async with shown(EditLink(LinkDraft(identified="named"), desk.sources, "Who?")) as hands:
        await hands.press("enter")
        assert hands.open
        assert "needs its name" in hands.shown()
        await hands.press("escape")
        assert hands.answer is None


async def test_a_click_takes_an_offered_source(desk: Desk) -> None:
    async with shown(EditLink(LinkDraft(), desk.sources, "Who?")) as hands:
        await hands.pilot.click("OptionList", offset=(2, 1))
        await hands.press("ctrl+s")
        assert (hands.answer.source_uid, hands.answer.identified, hands.answer.source_kind) == (
            desk.official, "described", "person",
        )  # fmt: skip


# ---------------------------------------------------------------------- evidence


async def test_addresses_are_added_and_evidence_is_removed(desk: Desk) -> None:
    async with shown(desk.form(), desk.labels) as hands:
        await hands.focus("EvidenceEditor")
        await hands.press("down", "x")
        await hands.focus(".url")
        await hands.type("example.org")
        await hands.press("enter")
        await hands.press("ctrl+s")
        assert hands.open
        await hands.type("https://example.org/[b]")
        await hands.press("enter")
        await hands.type("https://example.org/2")
        await accept(hands, desk)
    assert [(each.quote, each.url) for each in desk.mark("anonymous").evidence] == [
        ("denied it", ""),
        ("", "http://x.y/z"),
        ("", "https://example.org/[b]"),
        ("", "https://example.org/2"),
    ]


# ---------------------------------------------------------------------- showing


async def test_contradictions_are_said_and_block_nothing(desk: Desk) -> None:
    with desk.ledger.act() as act:
        acts.set_label(act, M, "sourced")
        acts.set_chain(act, M, "sourced", [Link(source=desk.official, identified="described")])
    async with shown(desk.form(), desk.labels, size=(120, 45)) as hands:
        assert "hold only for two origins" in hands.shown()
        assert "Sourced, but the chain ends at a senior official" in hands.shown()
        assert await accept(hands, desk) == 0


@pytest.mark.parametrize(
    ("label", "origin", "warned"),
    [
        ("anonymous", LinkDraft(source="Ana Rui", identified="named"), True),
        ("anonymous", LinkDraft(source="an engineer", identified="described"), False),
        ("anonymous", LinkDraft(), False),
        ("sourced", LinkDraft(source="Ana Rui", identified="named"), False),
        ("sourced", LinkDraft(source="sources", identified="bare"), True),
        ("sourced", LinkDraft(source="a Port spokesman", identified="described", source_kind="spokesperson"), False),
        ("denied", LinkDraft(source="sources", identified="bare"), False),
    ],
)
def test_the_origin_and_the_label(label: str, origin: LinkDraft, warned: bool) -> None:
    relay = LinkDraft(source="Courier", identified="named", relay=True)
    assert bool(cautions.of_chain(label, [relay, origin])) == warned
    assert cautions.of_chain(label, []) == ""
    assert not cautions.of_labels({label, "denied"})


async def test_somebody_elses_mention_is_only_looked_at(desk: Desk) -> None:
    async with shown(desk.form(readonly=True), desk.labels, size=(120, 45)) as hands:
        await hands.press("x", "ctrl+s")
        assert hands.open
        await hands.press("ctrl+n")
        assert "flat denial" in hands.shown()
        assert "web address" not in hands.shown()
        assert "esc closes" in hands.shown()
        await hands.press("tab", "tab", *"abc", "escape")
        assert hands.answer is None


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_every_field_can_be_reached_and_seen(desk: Desk, size: tuple[int, int]) -> None:
    async with shown(desk.form(), desk.labels, size=size) as hands:
        first, seen = hands.app.focused, set()
        for _ in range(20):
            here = hands.app.focused
            assert here
            form = hands.app.screen.query_one("#form").content_region
            assert here.region.intersection(form).height == min(here.region.height, form.height), here
            seen.add(here)
            colours = [name.rich_style.color for name in hands.app.screen.query(".name")]
            lit = [name for name in hands.app.screen.query(".name") if colours.count(name.rich_style.color) == 1]
            assert [name.parent for name in lit] == (
                [here.parent] if here.parent and here.parent.has_class("row") else []
            )
            assert "ctrl+s accepts  esc cancels" in hands.shown()
            await hands.press("tab")
            if hands.app.focused is first:
                break
        assert len(seen) == 10


HOSTILE = "[bold]x[/x] [@click=app.quit]y[/] \x1b]52;c;eA==\x07 \u202e [$error]"


async def test_hostile_texts_are_only_shown(desk: Desk) -> None:
    with desk.ledger.act() as act:
        acts.set_label(act, M, "denied", kind=HOSTILE, note=HOSTILE)
        source = acts.name_source(act, HOSTILE)
        acts.set_chain(act, M, "denied", [Link(source=source, identified="named", ground=HOSTILE)])
        acts.set_evidence(act, M, "denied", [Evidence(url=HOSTILE, note=HOSTILE)])
        acts.describe_mention(act, M, note=HOSTILE, claim=acts.state_claim(act, HOSTILE))
    async with shown(desk.form(), desk.labels, size=(140, 60)) as hands:
        await hands.press("ctrl+n")
        assert hands.shown().count("[bold]x[/x] [@click=app.quit]y[/]") >= 7
        assert "\x1b" not in hands.shown()
        await hands.focus("ChainEditor")
        await hands.press("enter")
        assert "[bold]x[/x]" in hands.shown()
        await hands.press("escape")
        assert await accept(hands, desk) == 0
