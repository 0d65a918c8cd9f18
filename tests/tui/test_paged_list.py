"""The paged list reads what it shows and nothing else, however long it is."""

from collections.abc import Sequence

import pytest
from onrecord.tui.widgets.paged_list import PAGE, PagedList
from textual import on
from textual.app import App, ComposeResult
from textual.content import Content


class Numbers:
    """Items that know their index; keeps what it was asked for."""

    def __init__(self, count: int) -> None:
        self.length = count
        self.asked: list[int] = []

    def count(self) -> int:
        return self.length

    def page(self, first: int, size: int) -> Sequence[str]:
        self.asked.append(first)
        return [f"item {number}" for number in range(first, min(first + size, self.length))]


def row(item: str, width: int, here: bool) -> Content:
    return Content(f"{'>' if here else ' '} {item}".ljust(width - 4) + "|")


class Page(App[None]):
    CSS = "PagedList { height: 1fr; }"

    def __init__(self, count: int) -> None:
        super().__init__()
        self.numbers = Numbers(count)
        self.heard: list[tuple[str, int]] = []

    def compose(self) -> ComposeResult:
        yield PagedList(self.numbers, row)

    @property
    def view(self) -> PagedList[str]:
        return self.query_one(PagedList)

    @on(PagedList.Highlighted)
    def _highlighted(self, message: PagedList.Highlighted) -> None:
        assert message.control is self.view
        self.heard.append(("highlighted", message.index))

    @on(PagedList.Chosen)
    def _chosen(self, message: PagedList.Chosen) -> None:
        assert message.control is self.view
        self.heard.append(("chosen", message.index))


def screen(view: PagedList[str]) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


@pytest.mark.parametrize("count", [1_000, 1_000_000])
async def test_only_pages_in_sight_are_read(count: int) -> None:
    app = Page(count)
    async with app.run_test(size=(30, 10)) as pilot:
        view = app.view
        await pilot.pause()
        assert screen(view)[:2] == ["> item 0".ljust(25) + "|", "  item 1".ljust(25) + "|"]
        assert app.numbers.asked == [0]
        view.go(count - 1)
        await pilot.pause()
        assert screen(view)[-1].startswith(f"> item {count - 1} ")
        assert screen(view)[0].startswith(f"  item {count - 10} ")
        assert len(app.numbers.asked) <= 3
        assert view.current == f"item {count - 1}"
        assert view.item(count) is view.item(-1) is None
        for index in range(0, count, PAGE)[:40]:
            assert view.item(index) == f"item {index}"
        assert len(view._pages) <= 32


async def test_the_cursor_moves_and_is_followed() -> None:
    app = Page(100)
    async with app.run_test(size=(30, 10)) as pilot:
        view = app.view
        await pilot.pause()
        assert view.page_rows == 9
        for step, cursor, top in ((1, 1, 0), (9, 10, 1), (-1, 9, 1), (-100, 0, 0), (1000, 99, 90), (-3, 96, 90)):
            view.move(step)
            await pilot.pause()
            assert (view.cursor, view.scroll_offset.y) == (cursor, top)
            assert screen(view)[cursor - top].startswith(">")
            assert sum(each.startswith(">") for each in screen(view)) == 1
        assert [index for _, index in app.heard] == [1, 10, 9, 0, 99, 96]
        view.move(0)
        await pilot.pause()
        assert len(app.heard) == 6


async def test_a_reload_leaves_the_row_of_the_cursor_on_its_line_of_the_screen() -> None:
    app = Page(100)
    async with app.run_test(size=(30, 10)) as pilot:
        view = app.view
        view.go(50)
        view.go(45)
        await pilot.pause()
        assert view.scroll_offset.y == 41
        for more, cursor, top in ((1000, 845, 841), (100, 5, 1), (100, 2, 0), (3, 9, 0), (0, 5, 0)):
            app.numbers.length = more
            view.reload(cursor)
            await pilot.pause()
            assert (view.cursor, view.scroll_offset.y) == (max(0, min(cursor, more - 1)), top)
        app.numbers.length = 1000
        view.reload(500)
        await pilot.pause()
        assert screen(view)[500 - view.scroll_offset.y].startswith("> item 500 ")


async def test_a_reload_shows_what_there_is_now() -> None:
    app = Page(100)
    async with app.run_test(size=(30, 10)) as pilot:
        view = app.view
        view.go(80)
        await pilot.pause()
        app.numbers.length = 3
        view.reload()
        await pilot.pause()
        assert view.cursor == 2
        assert [each.split(" |")[0].split() for each in screen(view)[:4]] == [
            ["item", "0"],
            ["item", "1"],
            [">", "item", "2"],
            [],
        ]
        app.numbers.length = 0
        view.reload()
        view.move(1)
        await pilot.pause()
        assert (view.cursor, view.current) == (0, None)
        assert screen(view) == [""] * 10


async def test_the_mouse_moves_the_cursor_and_chooses() -> None:
    app = Page(100)
    async with app.run_test(size=(30, 10)) as pilot:
        view = app.view
        view.go(50)
        await pilot.pause()
        app.heard.clear()
        await pilot.click(PagedList, offset=(3, 2))
        assert app.heard == [("highlighted", 43)]
        await pilot.click(PagedList, offset=(3, 4), times=2)
        assert app.heard[1:] == [("highlighted", 45), ("chosen", 45)]


async def test_rows_follow_the_width_and_are_made_safe() -> None:
    app = Page(5)
    app.numbers.page = lambda first, size: ["a\x1b[31m\tb\nc\u202e"] * 5  # type: ignore[method-assign]
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.pause()
        assert screen(app.view)[0] == "> a␛[31m b c◌".ljust(25) + "|"
        await pilot.resize_terminal(40, 3)
        await pilot.pause()
        assert screen(app.view)[1] == "  a␛[31m b c◌".ljust(35) + "|"
