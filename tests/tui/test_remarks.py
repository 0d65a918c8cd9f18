"""Remarks: the screen by itself, and in the Reader from a key to the disk and to whoever answers."""

from pathlib import Path

import pytest
from desk_app import AtDesk, at_desk, looking, make_project, span_of
from library_app import InLibrary, in_library
from modal_app import shown
from onrecord.schema import acts, reading, team
from onrecord.schema.events import Member
from onrecord.schema.ledger import Ledger
from onrecord.schema.team import Note
from onrecord.schema.threads import Thread
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.remarks import Remarks, Said
from onrecord.tui.widgets.mention_list import MentionList
from onrecord.tui.widgets.wording import told


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


# ---------------------------------------------------------------------- in the Reader

GATE = "The gate stopped\u00a0short"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that lea leads and ada adjudicates, with a mention of ana's and one of bob's in one document."""
    path = make_project(tmp_path / "p.db", annotator="lea")
    with Ledger(path, "lea", "elsewhere") as ledger:
        with ledger.act() as act:
            act.put("lea", Member(role="lead"))
            act.put("ada", Member(role="adjudicator"))
        document = reading.document(ledger.connection, reading.list_documents(ledger.connection, "lea", 0, 1)[0].id)
        assert document
        for name, words in (("ana", GATE), ("bob", "Nobody said a word")):
            with ledger.act() as act, act.signed(name):
                acts.set_mention(act, f"{name}/m", document.sha256, document.text, [span_of(words)])
                acts.set_label(act, f"{name}/m", "anonymous")
    return path


def said(path: Path) -> list[tuple[str, str]]:
    """All remarks, as author and text."""
    with looking(path) as connection:
        rows: list[tuple[str, str]] = connection.execute(
            "SELECT name, text FROM remarks JOIN annotators ON annotators.id = annotator_id ORDER BY remarks.id"
        ).fetchall()
    return rows


def remark(path: Path, name: str, mention: str, text: str, answers: str | None = None) -> str:
    with Ledger(path, name, "elsewhere") as ledger, ledger.act() as act:
        return team.remark(act, mention, text, answers)


def margin_of(here: AtDesk) -> str:
    """What stands left of the row in which ana's mention begins."""
    article = here.reader.article
    _, row = article.cell_of(span_of(GATE).start)
    strips = here.reader._compositor.render_strips()
    return strips[article.region.y + row].text[: article.region.width].split("The gate")[0]


def listed(here: AtDesk) -> str:
    """The list of mentions."""
    shown = here.reader.query_one(MentionList)
    return "\n".join(shown.render_line(y).text for y in range(shown.size.height))


async def test_a_question_is_asked_and_its_answer_seen_by_whose_mention_it_is(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("M")
        assert here.said == ["Take a mention in hand first, with tab"]
        await here.press("tab", "M", *"one claim?", "enter")
        await here.saved()
        assert said(project) == [("ana", "one claim?")]
        assert here.status == "✓ 1 saved"
        await here.until(lambda: "?" in margin_of(here))
        assert "?A" in listed(here)
        assert "? 1 remark, 1 not answered · M" in str(here.reader.panel.card.render())
        with looking(project) as connection:
            ((asked,),) = connection.execute("SELECT uid FROM remarks").fetchall()
        remark(project, "ada", "ana/m", "yes, one", asked)
        here.app.project.watcher.look()
        await here.until(lambda: "?" not in margin_of(here))
        assert "?" not in listed(here)
        assert "2 remarks · M" in str(here.reader.panel.card.render())
        await here.press("M")
        assert isinstance(here.app.screen, Remarks)
        rows = [str(option.prompt) for option in here.app.screen.options.options]
        assert [row.splitlines()[-1].strip() for row in rows] == ["+ a new remark", "one claim?", "yes, one"]
        await here.press("escape")


async def test_who_adjudicates_sees_what_waits_in_the_library_and_answers_in_the_reader(project: Path) -> None:
    remark(project, "ana", "ana/m", "one claim?")
    async with in_library(project, annotator="ada") as here:
        assert "?1 to answer" in here.text("#header")
        assert "?1 Story 1" in here.rows[0]
    async with at_desk(project, annotator="ada") as here:
        await here.press("o", "tab", "M", *"yes", "enter")
        await here.saved()
        await here.press("q")
        library = InLibrary(here.pilot, here.app, project)
        await library.until(lambda: library.back and "to answer" not in library.text("#header"))
        assert "?" not in library.rows[0]
    assert said(project) == [("ana", "one claim?"), ("ada", "yes")]


async def test_a_question_to_an_annotator_waits_in_their_library_and_nothing_of_others_does(project: Path) -> None:
    remark(project, "ada", "ana/m", "which gate?")
    remark(project, "bob", "bob/m", "a zebra of mine")
    async with in_library(project, annotator="ana") as here:
        assert "?1 to answer" in here.text("#header")
        await here.press("enter")
        await here.until(lambda: isinstance(here.app.screen, Reader))
        assert set(here.desk.talk) == {"ana/m"}
        assert "zebra" not in here.screen_text
        with Ledger(project, "ana", "elsewhere") as ledger, ledger.act() as act:
            acts.submit(act, here.desk.document.sha256, "submitted")
        here.app.project.watcher.look()
        await here.until(lambda: set(here.desk.talk) == {"ana/m", "bob/m"})


async def test_an_undo_takes_a_remark_back_and_shows_it(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("tab", "M", *"one?", "enter")
        await here.saved()
        await here.until(lambda: here.desk.talk)
        await here.press("u")
        await here.until(lambda: not here.desk.talk)
        assert "Undone: 1 remark" in here.said
        assert said(project) == []
        await here.press("ctrl+r")
        await here.until(lambda: here.desk.talk)


async def test_a_remark_on_a_mention_that_was_removed_meanwhile_is_refused_in_words(project: Path) -> None:
    async with at_desk(project) as here:
        await here.press("tab", "M", *"one?")
        with Ledger(project, "ana", "elsewhere") as ledger, ledger.act() as act:
            acts.remove_mention(act, "ana/m")
        await here.press("enter")
        await here.until(lambda: any("no such mention any more" in each for each in here.said))
    assert said(project) == []
