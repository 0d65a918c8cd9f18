"""The same words elsewhere: ticking places by keys, in one document and in all of them."""

import threading
from pathlib import Path
from typing import Any

import pytest
from desk_app import at_desk, make_project, stored
from modal_app import Hands, shown
from onrecord.schema import acts
from onrecord.schema.errors import BadInput
from onrecord.schema.same_words import Find, Finds, find_in_document, find_same_words
from onrecord.schema.text import Span
from onrecord.tui.screens.same_words import SameWords
from project_state import open_quickly
from rich.cells import cell_len


def find(document: int, start: int, marked: bool = False, **more: Any) -> Find:
    about: dict[str, Any] = {
        "title": f"Story {document}", "outlet": "Post", "before": "so it was that ", "quote": "the", "after": " and",
    }  # fmt: skip
    return Find(
        document_id=document, sha256="0" * 64, published_at=f"2026-03-0{document}", span=Span(start, start + 3),
        marked=marked, **(about | more),
    )  # fmt: skip


HERE = Finds((find(1, 0, marked=True), find(1, 10), find(1, 20)), cut=False)
ALL = Finds((*HERE.finds, find(2, 5), find(3, 7, marked=True), find(3, 9)), cut=True)


def never() -> Finds:
    raise AssertionError("the project was not asked for")


async def looked(hands: Hands) -> None:
    """Wait until the project was looked through."""
    await hands.app.workers.wait_for_complete()
    await hands.pilot.pause()


async def test_space_ticks_and_goes_on(tmp_path: Path) -> None:
    async with shown(SameWords("the", HERE, never)) as hands:
        assert "1 marked already" in hands.shown()
        await hands.press("space", "space")
        assert "2 ticked  ·  3 places in 1 document" in hands.shown()
        await hands.press("space", "enter")
        assert hands.answer == [HERE.finds[1]]


async def test_a_marked_place_cannot_be_ticked() -> None:
    async with shown(SameWords("the", HERE, never)) as hands:
        await hands.press("k", "space", "enter")
        assert hands.open
        assert "Tick places" in hands.said[0]
        await hands.press("a", "enter")
        assert hands.answer == list(HERE.finds[1:])


async def test_all_and_none() -> None:
    async with shown(SameWords("the", HERE, never)) as hands:
        await hands.press("a")
        assert hands.shown().count("[x]") == 2
        await hands.press("n", "enter")
        assert hands.open
        await hands.press("escape")
        assert hands.answer is None


async def test_tab_looks_through_the_project_once_and_in_a_thread_of_its_own() -> None:
    asked: list[threading.Thread] = []

    def everywhere() -> Finds:
        asked.append(threading.current_thread())
        return ALL

    async with shown(SameWords("the", HERE, everywhere)) as hands:
        await hands.press("space", "tab")
        await looked(hands)
        assert "only the first 6 places in 3 documents" in hands.shown()
        assert "Story 3" in hands.shown()
        await hands.press("tab", "tab", "a")
        assert "4 ticked  ·  only the first 6 places in 3 documents" in hands.shown()
        await hands.press("tab")
        assert "Story 3" not in hands.shown()
        await hands.press("enter")
        assert hands.answer == [HERE.finds[1], HERE.finds[2], ALL.finds[3], ALL.finds[5]]
    assert len(asked) == 1
    assert asked[0] is not threading.main_thread()


async def test_a_refresh_between_tab_and_its_answer_shows_nothing_yet() -> None:
    window = SameWords("the", HERE, lambda: ALL)
    async with shown(window) as hands:
        window.action_other_scope()
        window._show()  # as after a change of size, before the list has heard of the other scope
        await looked(hands)
        assert "first 6 places in 3 documents" in hands.shown()


async def test_none_unticks_only_what_is_in_sight() -> None:
    async with shown(SameWords("the", HERE, lambda: ALL)) as hands:
        await hands.press("tab")
        await looked(hands)
        await hands.press("a", "tab", "n", "enter")
        assert hands.answer == [ALL.finds[3], ALL.finds[5]]


async def test_a_project_that_cannot_be_read_is_said_so() -> None:
    def broken() -> Finds:
        raise BadInput("the file is [gone[/x]")

    async with shown(SameWords("the", HERE, broken)) as hands:
        await hands.press("tab")
        await looked(hands)
        assert "the file is [gone[/x]" in hands.shown()
        await hands.press("tab", "a", "enter")
        assert len(hands.answer) == 2


async def test_a_click_ticks() -> None:
    async with shown(SameWords("the", HERE, never)) as hands:
        await hands.pilot.click("OptionList", offset=(1, 3))
        await hands.press("enter")
        assert hands.answer == [HERE.finds[2]]


@pytest.mark.parametrize("width", [60, 80, 140])
async def test_the_words_stand_under_each_other_whatever_is_around_them(width: int) -> None:
    hostile = "[bold]x[/x]\n\x1b[31m\u202e 門門門門 e\u0301e\u0301 \t"
    finds = Finds((find(1, 0), find(1, 9, before=hostile, after=hostile), find(1, 30, before="", after="")), cut=False)
    async with shown(SameWords("[b]the[/b]", finds, never), size=(width, 24)) as hands:
        rows = [row for row in hands.shown().splitlines() if "[ ]" in row]
        assert len(rows) == 3
        assert "\x1b" not in hands.shown()
        options = hands.app.screen.query_one("OptionList")
        strips = [options.render_line(y) for y in (1, 2, 3)]
        assert len({strip.cell_length for strip in strips}) == 1
        assert len({cell_len(strip.text[: strip.text.rindex("the")]) for strip in strips}) == 1


async def test_many_places_leave_the_keys_in_sight() -> None:
    many = Finds(tuple(find(1, 10 * number, before="b " * 30, after=" a" * 30) for number in range(500)), cut=True)
    async with shown(SameWords("the", HERE, lambda: many)) as hands:
        await hands.press("tab")
        await looked(hands)
        assert "esc cancels" in hands.shown()
        assert hands.app.screen.query_one("OptionList").virtual_size.height == 501
        await hands.press("a", "end")
        assert "500 ticked" in hands.shown()
        assert "esc cancels" in hands.shown()


async def test_it_works_on_a_real_project(tmp_path: Path) -> None:
    with open_quickly(tmp_path / "p.db") as ledger:
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, "The\u00a0gate fell. The gate rose.", title="one")
            acts.add_document(act, "the gate", title="two")
        connection = ledger.connection
        document = connection.execute("SELECT id FROM documents WHERE sha256 = ?", (sha256,)).fetchone()[0]
        here = find_in_document(connection, document, "The gate", "ana")
        async with shown(SameWords("The gate", here, lambda: find_same_words(connection, "The gate", "ana"))) as hands:
            await hands.press("tab")
            await looked(hands)
            await hands.press("a", "enter")
    assert [(each.title, each.span.start) for each in hands.answer] == [("one", 0), ("one", 15), ("two", 0)]


async def test_what_is_only_like_the_words_comes_last_and_is_ticked_one_by_one(tmp_path: Path) -> None:
    like = find(1, 40, likeness=72, quote="much the same")
    async with shown(SameWords("the", HERE, never, lambda: Finds((like,), cut=False))) as hands:
        await looked(hands)
        screen = hands.shown()
        assert screen.index("Perhaps the same in other words") < screen.index("72 %")
        assert screen.index("[ ] ") < screen.index("72 %")
        await hands.press("a")
        assert hands.shown().count("[x]") == 2
        await hands.press("j", "j", "space", "enter")
        assert hands.answer == [*HERE.finds[1:], like]


async def test_m_finds_the_claim_in_other_words_and_one_undo_takes_all_back(tmp_path: Path) -> None:
    here = "The gate stopped 40 centimetres above the sill.\n\nThe gate came to rest 40 centimetres above its sill, Rui said."
    there = "It was left hanging 40 centimetres above the sill, the agency said.\n\nThe weather was fine."
    path = make_project(tmp_path / "p.db", here, there)
    async with at_desk(path) as desk:
        await desk.mark_words("The gate stopped 40 centimetres above the sill", "a")
        await desk.press("m")
        await desk.until(lambda: isinstance(desk.app.screen, SameWords))
        window = desk.app.screen
        assert isinstance(window, SameWords)
        await desk.until(lambda: any(row and row.likeness < 100 for row in window._rows))
        await desk.press("tab")
        await desk.until(lambda: sum(bool(row and row.likeness < 100) for row in window._rows) == 2)
        await desk.press("space", "space", "enter")
        await desk.saved()
        assert len(stored(path)) == 2
        (far,) = stored(path, 2)
        assert far.quote == "It was left hanging 40 centimetres above the sill, the agency said"
        assert [mark.label for mark in far.marks] == ["anonymous"]
        await desk.press("u")
        await desk.saved()
        await desk.until(lambda: (len(stored(path)), len(stored(path, 2))) == (1, 0))
