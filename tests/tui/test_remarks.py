"""Remarks: the screen by itself, and in the Reader from a key to the disk and to whoever answers."""

from modal_app import shown
from onrecord.schema.team import Note
from onrecord.schema.threads import Thread
from onrecord.tui.screens.remarks import Remarks, Said, told


def note(number: int, author: str, text: str, answers: int | None = None) -> Note:
    """A remark of the third of March, a minute after the one before it."""
    return Note(number, f"{author}/{number}", 1, author, text, answers, f"2026-03-03T09:{number:02d}:00.000Z")


ASKED = Thread((note(1, "ana", "Is this one claim or two?"),))
ANSWERED = Thread((note(2, "ana", "Who is he?"), note(3, "ada", "The harbour official.", 2)))


# ---------------------------------------------------------------------- the screen


async def test_a_remark_is_typed_and_taken() -> None:
    async with shown(Remarks("the gate", [], "ana")) as hands:
        await hands.press("enter")
        assert hands.open
        assert hands.said == ["Type the remark first; esc closes"]
        await hands.press(*"one  or two", "enter")
        assert hands.answer == Said("one or two", None)


async def test_what_waits_for_an_answer_is_in_hand() -> None:
    async with shown(Remarks("the gate", [ANSWERED, ASKED], "ada")) as hands:
        assert "Answer to ana" in hands.shown()
        await hands.press(*"two", "enter")
        assert hands.answer == Said("two", "ana/1")


async def test_who_asked_begins_anew_or_chooses_what_to_answer() -> None:
    async with shown(Remarks("the gate", [ANSWERED, ASKED], "ana")) as hands:
        assert "A new remark by ana" in hands.shown()
        await hands.press("down", "down")
        assert "Answer to ada" in hands.shown()
        await hands.press(*"thanks", "enter")
        assert hands.answer == Said("thanks", "ada/3")


async def test_it_shows_who_said_what_and_what_waits() -> None:
    async with shown(Remarks("the gate", [ANSWERED, ASKED], "ada")) as hands:
        rows = hands.shown().splitlines()
        assert sum("? not answered yet" in row for row in rows) == 1
        (asked,) = [row for row in rows if "? not answered yet" in row]
        assert "ana  2026-03-03 09:01" in asked
        (answer,) = [row for row in rows if "you  2026-03-03 09:03" in row]
        assert "↳" in answer
        await hands.press("escape")
        assert hands.answer is None


async def test_hostile_and_long_remarks_are_shown_as_text_and_leave_room_to_type() -> None:
    many = [Thread((note(at, "a\x1bb", f"[/x] [@click=app.exit]x \x1b[31m {'long ' * 60}"),)) for at in range(1, 30)]
    async with shown(Remarks("[bold]q" * 200, many, "ada"), size=(60, 20)) as hands:
        text = hands.shown()
        assert "\x1b" not in text
        assert "[/x]" in text
        await hands.press(*["pageup"] * 40, *"ok")
        rows = hands.shown().splitlines()
        assert any(row.strip("│ ").startswith("ok") for row in rows)
        await hands.press("enter")
        assert hands.answer == Said("ok", None)


def test_how_many_there_are_is_told_in_words() -> None:
    assert told(1, 0) == "1 remark"
    assert told(1200, 2) == "1,200 remarks, 2 not answered"
