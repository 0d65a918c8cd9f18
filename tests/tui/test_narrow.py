"""Small and large terminals: nothing falls off the screen, the cursor's word is there, the keys can be read."""

from pathlib import Path
from typing import Any

import pytest
from desk_app import TEXT, AtDesk, at_desk, make_project
from onrecord.tui.actions import at
from onrecord.tui.screens.claim import ClaimPicker
from onrecord.tui.screens.details import Details
from onrecord.tui.screens.help import HelpScreen
from onrecord.tui.screens.palette import Palette
from onrecord.tui.screens.prompt import Prompt
from onrecord.tui.screens.same_words import SameWords
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

SIZES = ((60, 15), (80, 24), (200, 60))
LONG = TEXT * 12


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db", LONG, outlet="The Mercury of the Port of Tarrowmouth and Its Environs")


def all_is_well(here: AtDesk) -> None:
    """The Reader's parts share the screen out, and the word under the cursor is painted."""
    reader, (width, height) = here.reader, here.app.size
    article, panel, hints = reader.article, reader.panel, reader.hint_line
    screen = reader.region
    for part in (article, panel, panel.mentions, reader.query_one("#card-scroll")):
        assert screen.contains_region(part.region), f"{part} at {part.region}"
        assert part.region.height > 0
        assert part.region.width > 9
    assert (panel.region.y >= article.region.bottom) == (width < 100), "narrow ones stack"
    assert article.region.height >= 4
    painted = article.render_line(article.cell_of(here.desk.cursor.start)[1]).text
    assert (here.word[2:] if reader._mode else here.word) in painted, "letters stand over its first two"
    assert here.cursor_is_in_sight()
    if hints.region.height:
        assert hints.region.bottom == height
        line = hints.render()
        assert line.cell_length <= width - 2, line.plain
        assert "? help" in line.plain
    title = str(reader.query_one("#header").render_line(0).text)
    assert title.strip().startswith("Story 1")


def mode_lines(here: AtDesk) -> str:
    """What the lines of a mode say, as they are painted."""
    lines = here.reader.query_one("#mode", Static)
    assert here.reader.region.contains_region(lines.region)
    return "\n".join(lines.render_line(row).text for row in range(lines.size.height))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_reader_has_room_for_everything(project: Path, size: tuple[int, int]) -> None:
    async with at_desk(project, size=size) as here:
        all_is_well(here)
        await here.mark_words("gate stopped\u00a0short", "a", "d")
        all_is_well(here)
        await here.press("j", "j", "w")
        all_is_well(here)
        await here.press("G", "p")
        all_is_well(here)
        assert "first word" in mode_lines(here)
        await here.press("escape", "ctrl+u", "b", "b")
        all_is_well(here)
        await here.press("tab", "f", "0", "0", "0")
        shown = mode_lines(here)
        assert "denied by nobody named" in shown or "anonymous by nobody named" in shown
        assert "esc cancel" in shown, "the keys are not cut off"
        assert "letter: who" in shown
        all_is_well(here)
        await here.press("enter")
        await here.saved()
        all_is_well(here)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_window_stays_inside_the_screen(project: Path, size: tuple[int, int]) -> None:
    windows: dict[str, type[Screen[Any]]] = {
        "enter": Details, "equals_sign": ClaimPicker, "m": SameWords, "slash": Prompt, "question_mark": HelpScreen,
        "ctrl+p": Palette,
    }  # fmt: skip
    async with at_desk(project, size=size) as here:
        await here.mark_words("gate stopped\u00a0short", "a", "d")
        for key, window in windows.items():
            await here.press(key)
            screen = here.app.screen
            assert isinstance(screen, window)
            card = screen.query_one("#card")
            assert screen.region.contains_region(card.region), f"{window.__name__}: {card.region}"
            if screen.focused:
                assert _is_seen(screen.focused, card), f"{window.__name__}: the focus is out of sight"
            await here.press("escape")
        all_is_well(here)


def _is_seen(widget: Widget, card: Widget) -> bool:
    return card.region.overlaps(widget.region) and widget.region.height > 0


@pytest.mark.parametrize("width", [30, 60, 80, 100, 140, 200])
async def test_the_hint_line_names_what_fits_and_always_the_help(project: Path, width: int) -> None:
    async with at_desk(project, size=(width, 20)) as here:
        line = here.reader.hint_line.render()
        assert line.cell_length <= width - 2
        assert "? help" in line.plain
        known = [action.hint for action in at("reader") if action.hint]
        shown = [hint for hint in known if hint in line.plain]
        assert shown == known[: len(shown)]
        assert len(shown) >= (width - 20) // 16


async def test_a_terminal_too_small_to_read_loses_nothing(project: Path) -> None:
    async with at_desk(project, size=(24, 8)) as here:
        await here.press("w", "v", "w", "a", "tab", "p", "escape", "f", "escape", "enter", "escape", "?", "q")
        await here.saved()
        await here.pilot.resize_terminal(1, 1)
        await here.press("w", "j", "v", "d")
        await here.saved()
        await here.pilot.resize_terminal(120, 40)
        await here.pilot.pause()
        all_is_well(here)
        assert [[mark.label for mark in each.marks] for each in here.desk.shown()] == [["anonymous"], ["denied"]]
