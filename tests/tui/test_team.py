"""The Team screen: the same as the command line says, for leads and for the blind, with nothing, one, and many."""

import builtins
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_app import here_now, row_of, seen, to_row, type_in
from library_app import InLibrary, in_library
from onrecord.measure import teamwork
from onrecord.measure.agreement import Figure
from onrecord.measure.progress import STATES, DocumentWork, Work
from onrecord.measure.progress import About as Named
from onrecord.schema import acts, sight, team
from onrecord.schema.ledger import Ledger
from onrecord.tui.screens.adjudicate import Adjudicate
from onrecord.tui.screens.listing import Rows
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.team import Team
from onrecord.tui.screens.team_documents import Line, TeamDocuments, document_row
from onrecord.tui.screens.team_pairs import TeamPairs
from onrecord.tui.widgets.team_row import effort_cells, figure_cells, progress_cells, worded
from rich.cells import cell_len
from teams import LEFT, document, make_team, mark, submit
from textual.content import Content


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return make_team(tmp_path / "p.db")


@asynccontextmanager
async def on_team(
    path: Path, annotator: str = "lea", size: tuple[int, int] = (100, 60), *, compared: bool = True
) -> AsyncIterator[InLibrary]:
    """The app with the Team screen open, and all that is worked out beside it there."""
    async with in_library(path, annotator=annotator, size=size) as here:
        await here.press("T")
        await here.until(lambda: isinstance(here.top, Team) and here.top.is_running and here.top.query(Rows))
        await here.until(lambda: screen(here)._counts and (not compared or screen(here)._comparison))
        await here.quiet()
        yield here


def screen(here: InLibrary) -> Team:
    return next(each for each in here.app.screen_stack if isinstance(each, Team))


# ---------------------------------------------------------------------- what is shown


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80", "140"])
async def test_every_section_says_what_the_command_line_says(desk: Path, size: tuple[int, int]) -> None:
    with sight.looked_at(desk, "lea") as connection:
        told = teamwork.comparison(connection, "lea")
    async with on_team(desk, size=size) as here:
        shown = []
        for _ in range(8):
            shown += [row for row in seen(here) if row not in shown]
            assert all(cell_len(row) == size[0] for row in seen(here))
            await here.press("ctrl+d")
        text = "\n".join(shown)
        for name in ("Progress", "Documents", "Agreement", "Effort", "Competence", "Hidden checks", "Ruled work"):
            assert f" {name}" in text
        for figure in told.agreement:
            label = figure.label or figure.measure.replace("_", " ")
            assert any(label in row and worded(figure.value) in row and "●" in row for row in shown), figure
        trust = {each.of: each for each in told.competence if each.measure == "mace"}
        assert any(row.split()[0] == "ben" and worded(trust["ben"].value) in row and "├" in row for row in shown)
        assert "3 of 5" in text
        assert "2.0 min" in text
        assert any(row.split()[:2] == ["cai", "0.67"] for row in shown)
        assert "5 people · 6 documents" in here.text("#header")


async def test_the_row_under_the_cursor_is_told_whole(desk: Path) -> None:
    async with on_team(desk) as here:
        await to_row(here, "ben")
        assert "annotator" in here.text("#foot")
        assert "3 submitted · 1 flagged · 4 mentions" in here.text("#foot")
        assert "median 2.0 min; 30 marks/h" in here.text("#foot")
        await to_row(here, "exact f1")
        assert "95 % interval" in here.text("#foot")
        await to_row(here, "0.57")  # ben's competence
        assert "finds 0.60" in here.text("#foot")
        assert "denied" in here.text("#foot")


async def test_tab_goes_through_the_sections_and_back(desk: Path) -> None:
    async with on_team(desk, size=(80, 24)) as here:
        firsts = []
        for _ in range(7):
            firsts.append(" ".join(here_now(here).lstrip("▌").split()[:2]))
            await here.press("tab")
        assert firsts == [
            "ada –", "⚑ flagged", "groups undisputed", "ana 2.0", "ana 0.95", "cai 0.67", "ana 1.00",
        ]  # fmt: skip
        assert here_now(here).startswith("▌ada ")  # in a circle
        await here.press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
        assert "undisputed" in here_now(here)


# ---------------------------------------------------------------------- where it leads


async def test_a_layer_opens_by_pairs(desk: Path) -> None:
    async with on_team(desk) as here:
        await to_row(here, "exact f1")
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, TeamPairs) and row_of(here, "ana, ben"))
        assert "3 pairs on 3 documents" in here.text("#header")
        values = [float(row.split()[2]) for row in seen(here)[1:4]]
        assert values == sorted(values)
        await here.press("enter", "tab", "q")
        await here.until(lambda: isinstance(here.top, Team))
        await to_row(here, "undisputed")
        await here.press("enter")
        assert "all annotators together" in here.said[-1]


async def test_a_state_opens_its_documents_and_these_open_to_rule_or_to_read(desk: Path) -> None:
    async with on_team(desk) as here:
        await to_row(here, "to rule")
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, TeamDocuments) and len(seen(here)) == 2)
        assert "2 of 2" in row_of(here, "Article 2")
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Adjudicate))
        await here.press("q")
        await here.until(lambda: isinstance(here.top, TeamDocuments))
        await here.press("f")
        await type_in(here, "all of")
        await here.until(lambda: len(seen(here)) == 6)
        await to_row(here, "Article 4")
        assert "⚑ ben: half of it is missing" in here.text("#foot")
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Reader))


async def test_new_work_is_counted_and_the_comparison_says_that_it_is_old(desk: Path) -> None:
    async with on_team(desk) as here:
        assert not here.text("#limits")
        with Ledger(desk, "cai", "elsewhere") as ledger, ledger.act() as act:
            mark(act, "cai", 4, LEFT, "denied")
            submit(act, "cai", 4)
        await here.until(lambda: "4 of 5" in row_of(here, "cai"))
        assert "r compares anew" in here.text("#limits")
        await here.press("r")
        await here.until(lambda: not here.text("#limits"))


async def test_what_was_compared_is_kept_for_the_next_look(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_team(desk) as here:
        await here.press("q")
        await here.until(lambda: here.back)
        monkeypatch.setattr(teamwork, "comparison", lambda *_, **__: pytest.fail("it was compared again"))
        await here.press("T")
        await here.until(lambda: isinstance(here.top, Team) and row_of(here, "exact f1"))
        assert not here.text("#limits")


# ---------------------------------------------------------------------- who may see what


async def test_who_is_blind_sees_their_own_progress(desk: Path) -> None:
    async with on_team(desk, "ben") as here:
        text = here.screen_text
        assert "ana" not in text
        assert "cai" not in text
        assert "your own work · 5 documents" in here.text("#header")
        assert "3 of 5" in row_of(here, "ben")
        assert "you see your own progress" in text
        await here.press("d")
        await here.until(lambda: isinstance(here.top, TeamDocuments) and len(seen(here)) == 5)
        assert "1/1" in row_of(here, "Article 3")
        assert "done" in row_of(here, "Article 3")


async def test_what_annotators_are_worth_is_for_those_who_judge(desk: Path) -> None:
    with Ledger(desk, "lea", "device") as ledger, ledger.act() as act:
        team.set_blind(act, blind=False)
    async with on_team(desk, "ben") as here:
        assert row_of(here, "exact f1")
        assert "adjudicators and leads see this" in here.screen_text
        assert "leaves out" not in here.screen_text


# ---------------------------------------------------------------------- little, much, and what is missing


async def test_with_nothing_at_all(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "p.db", "lea", "device").close()
    async with on_team(tmp_path / "p.db") as here:
        assert "nothing to compare" in here.screen_text
        await here.press("d")
        await here.until(lambda: isinstance(here.top, TeamDocuments) and "No documents here" in here.screen_text)
        await here.press("enter", "j", "q")
        assert isinstance(here.top, Team)


async def test_with_one_annotator(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "p.db", "ana", "device") as ledger, ledger.act() as act:
        mark(act, "ana", 1, LEFT, "denied")
        submit(act, "ana", 1)
    async with on_team(tmp_path / "p.db", "ana") as here:
        assert "1 submitted" in row_of(here, "ana")
        assert "no document is shared by two annotators" in here.screen_text


async def test_with_twelve_annotators(tmp_path: Path) -> None:
    names = [f"annotator {number:02}" for number in range(12)]
    with Ledger.create(tmp_path / "p.db", "lea", "device") as ledger, ledger.act() as act:
        for number in range(6):
            document(act, number)
            for name in names[number : number + 7]:
                mark(act, name, number, LEFT, "denied" if name[-1] != "3" else "sourced")
                submit(act, name, number)
    async with on_team(tmp_path / "p.db", size=(80, 24)) as here:
        assert "12 annotators on 6 documents" in "\n".join([*seen(here), *await _below(here)])


async def _below(here: InLibrary) -> list[str]:
    rows = []
    for _ in range(6):
        await here.press("ctrl+d")
        rows += seen(here)
    return rows


async def test_a_library_that_is_not_installed_is_named(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    async with on_team(desk) as here:
        assert "pip install 'onrecord[agreement]'" in here.screen_text
        assert "2.0 min" in here.screen_text


async def test_an_error_beside_the_screen_is_said_and_the_screen_lives(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("a secret text")

    monkeypatch.setattr(teamwork, "comparison", fails)
    async with on_team(desk, compared=False) as here:
        await here.until(lambda: "Something went wrong" in here.text("#limits"))
        screen(here).reload()
        await here.until(lambda: not screen(here)._asking and screen(here)._later is None)
        assert "Something went wrong" in here.text("#limits")  # that the counts are known since takes nothing back
        assert "secret" not in here.screen_text
        await here.press("j")
        assert row_of(here, "ben")


async def test_hostile_names_and_notes_stay_text(desk: Path) -> None:
    with Ledger(desk, "[bold]x[red]", "elsewhere") as ledger, ledger.act() as act:
        acts.submit(act, document(act, 6), "flagged", "[@click=app.bell]\x1b]52;c;AA==\x07\u202e[/x]")
    async with on_team(desk) as here:
        assert row_of(here, "[bold]x[red]")
        await here.press("d")
        await here.until(lambda: isinstance(here.top, TeamDocuments) and row_of(here, "Article 6"))
        await to_row(here, "Article 6")
        assert "[@click=app.bell]" in here.text("#foot")
        assert "\x1b" not in here.screen_text


async def test_leaving_ends_what_is_worked_out(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []

    def endless(*_: object, told: Any, **__: object) -> None:
        try:
            while True:
                told(1, 2)
        except BaseException as error:
            ended.append(type(error).__name__)
            raise

    monkeypatch.setattr(teamwork, "comparison", endless)
    async with on_team(desk, compared=False) as here:
        await here.until(lambda: "comparing 1 of 2 documents" in here.text("#limits"))
        await here.press("q")
        await here.until(lambda: ended == ["Overtaken"])


# ---------------------------------------------------------------------- rows

numbers = st.integers(0, 200_000)
works = st.builds(
    Work, st.text(max_size=70), st.sampled_from(["", "annotator", "adjudicator", "lead"]), *[numbers] * 10,
    st.none() | st.floats(0, 1e6),
)  # fmt: skip


@given(work=works, width=st.integers(72, 240), documents=numbers)
def test_rows_of_people_are_as_wide_as_their_list(work: Work, width: int, documents: int) -> None:
    for cells in (progress_cells(work, documents, width), effort_cells(work, 5000, width)):
        assert sum(each.cell_length for each in cells) + 2 * (len(cells) - 1) <= width


@given(
    value=st.none() | st.floats(-1, 1), ends=st.none() | st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    width=st.integers(72, 240),
)  # fmt: skip
def test_a_row_of_a_figure_is_as_wide_as_its_list(
    value: float | None, ends: tuple[float, float] | None, width: int
) -> None:
    low, high = sorted(ends) if ends else (None, None)
    figure = Figure("i", "labels", "alpha", "denied", "all", value, low, high, 3, 2)
    cells = figure_cells(Content("x" * 32), figure, width, -0.5)
    assert sum(each.cell_length for each in cells) + 2 * (len(cells) - 1) <= width


@given(title=st.text(), work=st.builds(DocumentWork, *[numbers] * 9, st.booleans()), width=st.integers(72, 240))
def test_a_row_of_a_document_is_as_wide_as_its_list(title: str, work: DocumentWork, width: int) -> None:
    assert work.state in STATES
    line = Line(work, Named(title, "Bell", None, ()))
    assert document_row(line, width, here=True).cell_length <= width
