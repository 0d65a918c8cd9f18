"""What is painted piece by piece is what Textual would paint of the whole screen, and nothing that is hidden."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from desk_app import AtDesk, at_desk, make_project
from onrecord.tui.lean import LeanCompositor
from onrecord.tui.screens.reader import Reader
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widgets import Static


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


async def test_the_words_are_painted_before_what_stands_around_them(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[object] = []

    def show_around(reader: Reader) -> None:
        left.extend(reader.article._repaint_regions)
        left.extend(reader._compositor._dirty_regions)
        shown.append(reader.desk.active)
        plain(reader)

    plain = Reader._show_around
    shown: list[str | None] = []
    async with at_desk(project) as here:
        mention = await here.mark_words("gate stopped\u00a0short", "a")
        monkeypatch.setattr(Reader, "_show_around", show_around)
        await here.press("G", "tab", "ctrl+d", "tab")
        assert shown[-1] == mention.uid
        assert left == []
        assert "anonymous" in str(here.reader.query_one("#card", Static).render())


async def test_a_scroll_bar_is_what_textual_paints_and_only_where_it_changed(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p.db", "\n".join(f"Line {number} of a long report." for number in range(3000)))
    async with at_desk(project) as here:
        article, bar = here.reader.article, here.reader.article.vertical_scrollbar
        rows = Region(0, 0, *bar.size)
        for top in (0, 7, 700, 1500, 2300, article.max_scroll_y):
            article.scroll_to(y=top, animate=False)
            ours = bar.render_lines(rows)
            bar._set_dirty()
            theirs = ScrollBar.render_lines(bar, rows)
            assert [(each.text, each.style) for strip in ours for each in strip] == [
                (each.text, each.style) for strip in theirs for each in strip
            ]
            bar._exchange_repaint_regions()
            bar.refresh()
            assert not bar._repaint_regions
            article.scroll_to(y=top + 1, animate=False)
            assert len(bar._exchange_repaint_regions()) <= 2


async def test_a_screen_that_is_hidden_has_nothing_painted(project: Path) -> None:
    async with at_desk(project) as here:
        reader = here.reader
        assert here.app._background_screens == []
        await here.press("question_mark")
        await here.until(lambda: here.app.screen is not reader and here.app.screen.is_mounted)
        assert here.app._background_screens == [reader], "it is seen around the help"
