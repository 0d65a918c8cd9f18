"""What is painted piece by piece is what Textual would paint of the whole screen, and nothing that is hidden."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from desk_app import AtDesk, at_desk, make_project
from onrecord.tui.lean import LeanCompositor
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db")


def whole(here: AtDesk) -> list[list[Strip | None]]:
    """The screen as Textual's own compositor has it."""
    lean = here.reader._compositor
    chops = Compositor._render_chops(lean, lean.size.region, lambda _: True)
    return [list(row.values()) for row in chops]


def text_of(rows: Sequence[Sequence[Strip | None]]) -> list[str]:
    return ["".join(strip.text if strip else "?" for strip in row) for row in rows]


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_the_whole_screen_is_what_textual_paints(project: Path, size: tuple[int, int]) -> None:
    async with at_desk(project, size=size) as here:
        await here.mark_words("gate stopped\u00a0short", "a")
        await here.press("s", "j", "p")
        await here.pilot.pause()
        lean = here.reader._compositor
        assert isinstance(lean, LeanCompositor)
        ours = [list(row.values()) for row in lean._render_chops(lean.size.region, lambda _: True)]
        theirs = whole(here)
        assert text_of(ours) == text_of(theirs)
        cells = [[(each.text, each.style) for strip in row if strip for each in strip] for row in ours]
        assert cells == [[(each.text, each.style) for strip in row if strip for each in strip] for row in theirs]


async def test_a_piece_of_the_screen_is_painted_with_nothing_around_it(project: Path) -> None:
    async with at_desk(project) as here:
        await here.pilot.pause()
        lean = here.reader._compositor
        article, hints = here.reader.article.region, here.reader.hint_line.region
        lean._dirty_regions = {Region(article.x, article.y + 1, article.width, 1), hints}
        update = lean.render_partial_update()
        assert isinstance(update, ChopsUpdate)
        painted = [y for y, row in enumerate(update.chops) if any(row.values())]
        assert painted == [article.y + 1, hints.y]
        beside = [x for x, strip in update.chops[article.y + 1].items() if strip is None]
        assert min(beside) >= article.right, "the panel beside the row did not change"
        assert lean.render_partial_update() is None


async def test_a_screen_that_is_hidden_has_nothing_painted(project: Path) -> None:
    async with at_desk(project) as here:
        reader = here.reader
        assert here.app._background_screens == []
        await here.press("question_mark")
        await here.until(lambda: here.app.screen is not reader and here.app.screen.is_mounted)
        assert here.app._background_screens == [reader], "it is seen around the help"
