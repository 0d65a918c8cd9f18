"""Choosing a claim: what enter takes at once, what typing finds, and why each claim is proposed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from modal_app import Hands, shown
from onrecord.schema import acts, reading
from onrecord.schema.ledger import Ledger
from onrecord.schema.records import Mention
from onrecord.schema.text import Span
from onrecord.tui.drafts import apply_claim
from onrecord.tui.screens.claim import ClaimPicker
from project_state import open_quickly

TEXT = "The gate stopped 40 centimetres\u00a0above the sill. Nobody was told of the strike.\n"
GATE = "The gate stopped 40 centimetres above the sill in its test."
CLAIMS = (GATE, "The gate stopped 14 centimetres above the sill.", "The minister resigned on 3 May.")
M = "ana/1"


class Desk:
    """A project with three claims and a mention of none of them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, TEXT)
            acts.set_mention(act, M, sha256, TEXT, [Span(0, 46)])
            acts.set_mention(act, "ana/2", sha256, TEXT, [Span(48, 77)])
            self.uids = {text: acts.state_claim(act, text) for text in CLAIMS}

    def link(self, text: str) -> None:
        with self.ledger.act() as act:
            acts.link_claim(act, M, acts.state_claim(act, text))

    def mention(self, uid: str = M) -> Mention:
        mention = reading.mention(self.ledger.connection, uid)
        assert mention
        return mention

    def picker(self, uid: str = M) -> ClaimPicker:
        return ClaimPicker(self.ledger.connection, self.mention(uid), self.mention(uid).quote)

    def apply(self, hands: Hands, uid: str = M) -> Mention:
        with self.ledger.act() as act:
            apply_claim(act, uid, hands.answer)
        return self.mention(uid)

    def claims(self) -> int:
        return int(self.ledger.connection.execute("SELECT count(*) FROM claims").fetchone()[0])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_quickly(tmp_path / "p.db") as ledger:
        yield Desk(ledger)


async def test_enter_takes_the_claim_most_alike(desk: Desk) -> None:
    async with shown(desk.picker()) as hands:
        await hands.press("enter")
    assert desk.apply(hands).claim == GATE


async def test_enter_states_a_new_claim_when_none_is_alike(desk: Desk) -> None:
    async with shown(desk.picker("ana/2")) as hands:
        assert "+ new claim: Nobody was told of the strike" in hands.shown()
        await hands.press("enter")
    assert desk.apply(hands, "ana/2").claim == "Nobody was told of the strike"
    assert desk.claims() == 4


async def test_arrows_choose_another_claim_or_the_new_one(desk: Desk) -> None:
    async with shown(desk.picker()) as hands:
        await hands.press("down", "enter")
    assert desk.apply(hands).claim == CLAIMS[1]
    desk.link(GATE)
    async with shown(ClaimPicker(desk.ledger.connection, desk.mention(), "x")) as hands:
        await hands.type("The gate stopped 40 centimetres")
        await hands.press("up", "enter")
    assert desk.apply(hands).claim == "The gate stopped 40 centimetres"


async def test_the_same_words_are_never_a_new_claim(desk: Desk) -> None:
    async with shown(desk.picker()) as hands:
        await hands.type("the minister  RESIGNED on 3 may.")
        assert "new claim" not in hands.shown()
        await hands.press("enter")
    assert hands.answer.uid == desk.uids[CLAIMS[2]]


async def test_typing_looks_for_other_claims(desk: Desk) -> None:
    async with shown(desk.picker()) as hands:
        await hands.press(*"The minister, it says")
        assert "The minister resigned on 3 May." in hands.shown()
        assert "sill" not in hands.shown().split("polarity")[1]
        await hands.press("down", "enter")
    assert hands.answer.uid == desk.uids[CLAIMS[2]]


async def test_an_empty_line_unlinks(desk: Desk) -> None:
    desk.link(GATE)
    async with shown(desk.picker()) as hands:
        assert "linked now" in hands.shown()
        await hands.press("backspace")
        assert "no claim" in hands.shown()
        await hands.press("enter")
    assert hands.answer.unlink
    assert desk.apply(hands).claim is None
    async with shown(desk.picker()) as hands:
        await hands.press("backspace", "enter")
        assert hands.open


async def test_the_polarity_comes_with_the_claim(desk: Desk) -> None:
    async with shown(desk.picker()) as hands:
        await hands.press("tab", "right", "right", "enter")
    assert desk.apply(hands).polarity == "questions"
    async with shown(desk.picker()) as hands:
        await hands.press("escape")
        assert hands.answer is None


async def test_a_click_takes_a_claim(desk: Desk) -> None:
    async with shown(desk.picker()) as hands:
        await hands.pilot.click("OptionList", offset=(3, 4))
        await hands.pilot.pause()
        assert hands.answer.uid == desk.uids[CLAIMS[1]]


async def test_hostile_claims_are_only_shown_and_many_leave_the_keys_in_sight(desk: Desk) -> None:
    with desk.ledger.act() as act:
        for number in range(60):
            acts.state_claim(act, f"[bold]gate[/x] \x1b[31m stopped 40 centimetres [@click=app.quit]{number}[/] \u202e")
    async with shown(desk.picker()) as hands:
        assert "[bold]gate[/x]" in hands.shown()
        assert "\x1b" not in hands.shown()
        assert "esc cancels" in hands.shown()
        await hands.press("pagedown", "pagedown", "enter")
        assert hands.answer.uid


async def test_each_claim_says_why_it_is_proposed(desk: Desk) -> None:
    async with shown(desk.picker()) as hands:
        assert "shares 40 centimetres, " in hands.shown()
        assert "40 centimetres against 14 centimetres" in " ".join(hands.shown().replace("│", " ").split())


async def test_merged_claims_are_one_proposal(desk: Desk) -> None:
    with desk.ledger.act() as act:
        acts.merge_claims(act, desk.uids[GATE], acts.state_claim(act, "The gate jammed 40 centimetres above the sill."))
    async with shown(desk.picker()) as hands:
        await hands.type("gate jammed 40 centimetres above")
        assert hands.shown().count("unattributed") == 2
        assert "worded" in hands.shown()
        await hands.press("down", "enter")
    assert hands.answer.uid in desk.uids.values()
