"""The article view in a running app: what it paints, what it paints anew, and what the mouse tells it."""

from collections.abc import Callable, Sequence

import pytest
from examples import examples
from hypothesis import given
from onrecord.schema.codebook import BUILT_IN
from onrecord.schema.segments import Segments, graphemes
from onrecord.schema.text import Span, visible
from onrecord.tui.widgets.article import ArticleView
from onrecord.tui.widgets.ink import LabelInk
from onrecord.tui.widgets.overlaps import Highlight
from rich.segment import Segment
from texts import texts
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

STORY = (
    "The harbour office said on Monday that the crane had failed before. Its director denied it.\n"
    "\n"
    "“Nothing failed,” she said. A senior official, who asked not to be named, had told this paper of three "
    "accidents.\n"
)


class Page(App[None]):
    CSS = "ArticleView { height: 1fr; }"

    def __init__(self, text: str = STORY, place: int = 0) -> None:
        super().__init__()
        self.text, self.place = text, place
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        yield ArticleView()

    def on_mount(self) -> None:
        self.view.palette = {name: LabelInk(each.letter, each.glyph, each.colour) for name, each in BUILT_IN.items()}
        self.view.show(self.text, Segments(self.text))
        self.view.scroll_to_offset(self.place)
        self.view.focus()

    @property
    def view(self) -> ArticleView:
        return self.query_one(ArticleView)

    @on(ArticleView.Pointed)
    def _pointed(self, message: ArticleView.Pointed) -> None:
        assert message.control is self.view
        self.heard.append(message.offset)

    @on(ArticleView.Selected)
    def _selected(self, message: ArticleView.Selected) -> None:
        assert message.control is self.view
        self.heard.append((message.span, message.further))

    @on(ArticleView.Resized)
    def _resized(self, message: ArticleView.Resized) -> None:
        assert message.control is self.view
        self.heard.append("resized")


def words(quote: str, text: str = STORY) -> Span:
    start = text.index(quote)
    return Span(start, start + len(quote))


def screen(view: ArticleView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def look(view: ArticleView, span: Span) -> Segment:
    """The segment that the first cell of a span is in."""
    x, y = view.cell_of(span.start)
    at = 0
    for segment in view.render_line(y):
        at += segment.cell_length
        if x < at:
            return segment
    raise AssertionError(f"no cell at {x}, {y}")


def repainted(view: ArticleView, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collects the rows that are painted from now on."""
    rows: list[int] = []
    paint = view._paint

    def noted(row: int) -> Strip:
        rows.append(row)
        return paint(row)

    monkeypatch.setattr(view, "_paint", noted)
    return rows


async def test_the_text_stands_in_rows_with_tags_in_the_margin() -> None:
    app = Page()
    async with app.run_test(size=(64, 12)) as pilot:
        view = app.view
        view.set_marks(
            [
                Highlight(1, (words("the crane had failed before"),), ("anonymous", "denied")),
                Highlight(2, (words("denied it"),), ("denied",), "pending"),
                Highlight(3, (words("Nothing failed"),), ("sourced",), "other"),
                Highlight(4, (words("A senior"), words("three accidents")), ("confirmed",), "suggestion"),
                Highlight(5, (words("told this paper"),), ()),
            ]
        )
        view.point(words("harbour"), (), 1)
        await pilot.pause()
        assert screen(view)[:8] == [
            "    ○A✗D┃ The harbour office said on Monday that the crane",
            "      …D┃ had failed before. Its director denied it.",
            "",
            "   ●s ·C  “Nothing failed,” she said. A senior official, who",
            "      ·   asked not to be named, had told this paper of three",
            "          accidents.",
            "",
            "",
        ]


async def test_looks_differ_for_all_that_can_be_on_a_word() -> None:
    app = Page()
    async with app.run_test(size=(100, 12)) as pilot:
        view, claim = app.view, words("the crane had failed before")
        inner = words("crane had")
        view.set_marks([Highlight(1, (claim,), ("denied",))])
        view.point(words("Monday"))
        await pilot.pause()
        plain, once, cursor = look(view, words("office")), look(view, claim), look(view, words("Monday"))
        view.put(Highlight(2, (inner,), ("denied",)))
        view.point(words("Monday"), (words("director denied"),))
        view.set_layer("hit", [words("told")])
        await pilot.pause()
        twice, selected, hit = look(view, inner), look(view, words("director")), look(view, words("told"))
        assert len({each.style for each in (plain, once, cursor, twice, selected, hit)}) == 6
        view.point(words("Monday"), (), 2)
        assert look(view, inner).style != twice.style
        assert look(view, claim).style == once.style
        view.set_layer("hit", [])
        view.drop(2)
        view.point(None)
        assert look(view, words("told")).style == look(view, words("Monday")).style == plain.style
        assert look(view, inner).style == once.style


async def test_a_change_paints_only_the_rows_that_it_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(f"Line {number} has some words." for number in range(200))
    app = Page(text)
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.view
        marks = [Highlight(row, (words(f"Line {row} has", text),), ("denied",)) for row in range(200)]
        view.set_marks(marks)
        await pilot.pause()
        rows = repainted(view, monkeypatch)

        async def painted() -> list[int]:
            await pilot.pause()
            found = sorted(rows)
            rows.clear()
            return found

        view.point(words("Line 3 ", text))
        assert await painted() == [3]
        view.point(words("Line 5 ", text), (Span(words("Line 7 ", text).start, words("Line 9 ", text).end),))
        assert await painted() == [3, 5, 7, 8, 9]
        view.put(Highlight("new", (words("Line 2 ", text), words("Line 4 ", text)), ("sourced",)))
        assert await painted() == [2, 4]
        view.put(Highlight("new", (words("Line 2 ", text), words("Line 4 ", text)), ("sourced",)))
        assert await painted() == []
        view.set_marks([*marks[1:], Highlight("new", (words("Line 2 ", text),), ("sourced",))])
        assert await painted() == [0, 2, 4]
        view.put(Highlight("far", (words("Line 150 ", text),), ("sourced",)))
        assert await painted() == []
        view.set_layer("source", [words("Line 1 ", text)])
        assert await painted() == [1]
        view.point(words("Line 5 ", text), (), "new")
        assert await painted() == [2, 7, 8, 9]


async def test_hints_cover_the_text_without_moving_it() -> None:
    text = "I saw 漢字 at x y."
    app = Page(text)
    async with app.run_test(size=(60, 5)) as pilot:
        view = app.view
        before = screen(view)[0]
        plain = look(view, words("saw", text)).style
        view.set_hints({0: "aa", 2: "k", 6: "d", 12: "ss", 14: "\x1b"})
        await pilot.pause()
        assert screen(view)[0].strip() == "aakaw d 字 at ss␛."
        assert view.cell_of(14)[0] == before.index("y") + 2
        left, right = (look(view, Span(at, at + 1)).style for at in (0, 2))
        assert left != right != look(view, words("at", text)).style != plain
        view.clear_hints()
        assert screen(view)[0] == before


@given(texts)
@examples(25)
async def test_any_text_can_be_shown_and_pointed_at(text: str) -> None:
    app = Page(text)
    async with app.run_test(size=(36, 30)) as pilot:
        view = app.view
        view.set_marks([Highlight(1, (Span(0, max(1, len(text) - 1)),), ("denied",))])
        view.point(Span(0, 1), (Span(0, 1),), 1)
        await pilot.pause()
        shown = view.visible_span()
        for cluster in graphemes(text)[: shown.end]:
            if cluster.start < shown.end:
                for offset in range(cluster.start, min(cluster.end, cluster.start + 3)):
                    assert view.offset_at(*view.cell_of(offset)) == cluster.start
        for y in range(view.size.height):
            strip = view.render_line(y)
            assert strip.cell_length == view.size.width == sum(segment.cell_length for segment in strip)
            assert visible(strip.text) == strip.text


@pytest.mark.parametrize(
    "text",
    ["", "\n", "e" + "\u0301" * 500, "x" * 1_000_000, "Word by word. " * 70_000, "\t\t\r\n" * 100, "שלום " * 9],
    ids=["empty", "line end", "500 marks", "1 MB word", "1 MB line", "tabs", "right to left"],
)
async def test_texts_at_the_limits(text: str) -> None:
    app = Page(text)
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.view
        view.set_marks(
            [Highlight(at, (Span(at * 50, at * 50 + 300),), ("denied",)) for at in range(min(10_000, len(text) // 50))]
        )
        end = max(0, len(text) - 1)
        view.point(Span(end, end + 1))
        view.scroll_to_offset(end)
        await pilot.pause()
        x, y = view.cell_of(end)
        assert 0 <= y < 24
        assert 0 <= x < 80
        assert view.visible_span().start <= end < max(1, view.visible_span().end)
        screen(view)


async def test_many_mentions_on_the_same_words() -> None:
    app = Page()
    async with app.run_test(size=(60, 12)) as pilot:
        claim = words("the crane had failed")
        app.view.set_marks([Highlight(at, (claim,), ("denied", "sourced")) for at in range(10_000)])
        app.view.point(None, (), 7_000)
        await pilot.pause()
        assert screen(app.view)[0].startswith("✗D●S ✗D…┃ The harbour")
        assert look(app.view, claim).style != look(app.view, words("office")).style


async def test_rows_away_and_scrolling() -> None:
    text = "\n".join(["ab漢字cd", "x", "abcdefgh"] * 100)
    app = Page(text)
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.view
        await pilot.pause()
        assert view.offset_rows_away(4, 2) == 9 + 6
        assert view.offset_rows_away(4, 1) == 8
        assert view.offset_rows_away(4, -5) == 4
        assert view.offset_rows_away(9 + 3, -2) == 2
        assert view.offset_rows_away(0, 10_000) == len(text) - 8
        assert view.visible_span() == Span(0, view.rows.extent(9)[1])

        def top() -> int:
            return view.scroll_offset.y

        view.scroll_to_offset(view.rows.extent(7)[0])
        assert top() == 0
        view.scroll_to_offset(view.rows.extent(9)[0])
        assert top() == 2
        view.scroll_to_offset(view.rows.extent(0)[0])
        assert top() == 0
        view.scroll_to_offset(view.rows.extent(200)[0])
        assert top() == 195
        view.scroll_to_offset(view.rows.extent(198)[0], center=True)
        assert top() == 193
        view.scroll_to_offset(len(text))
        await pilot.pause()
        assert view.visible_span().end == len(text)


async def test_resizing_keeps_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n\n".join(f"Paragraph {number} " + "goes on and on and on. " * 6 for number in range(200))
    app = Page(text)
    async with app.run_test(size=(100, 20)) as pilot:
        view, here = app.view, words("Paragraph 90 ", text)
        view.scroll_to_offset(here.start)
        await pilot.pause()
        y = view.cell_of(here.start)[1]
        app.heard.clear()
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        assert view.cell_of(here.start)[1] == y
        assert "resized" in app.heard
        view.scroll_to(y=10, animate=False)
        await pilot.pause()
        first = view.visible_span().start
        await pilot.resize_terminal(90, 24)
        await pilot.pause()
        assert view.visible_span().start <= first < view.visible_span().end
        assert view.rows.width == 77
        await pilot.resize_terminal(200, 24)
        await pilot.pause()
        assert view.rows.width == 80
        assert abs(view.cell_of(0)[0] - (200 - view.cell_of(0)[0] - 80)) < 20


async def test_a_first_place_is_kept_until_there_is_a_screen_to_show_it_on() -> None:
    text = "\n".join(f"Line {number}" for number in range(500))

    app = Page(text, words("Line 300", text).start)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        assert app.view.visible_span().overlaps(words("Line 300", text))
        app.view.show("Short.", Segments("Short."))
        await pilot.pause()
        assert app.view.visible_span() == Span(0, 6)
        assert screen(app.view)[0].strip() == "Short."


@pytest.mark.parametrize("place", [0, 50_000, 90_000 - 1])
async def test_a_long_text_is_painted_before_all_of_its_rows_are_found(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[Callable[[], None]] = []
    monkeypatch.setattr(ArticleView, "call_after_refresh", lambda _, callback: later.append(callback))
    app = Page("The ferry sailed. " * 5_000, place)
    async with app.run_test(size=(64, 12)):
        view = app.view
        assert view.rows.complete is (place > 80_000)
        first, top = screen(view), view.scroll_offset.y
        assert view.visible_span().start <= place < view.visible_span().end
        for find_the_rest in later:
            find_the_rest()
        assert view.virtual_size.height == len(view.rows)
        assert (screen(view), view.scroll_offset.y) == (first, top)


async def test_a_key_to_the_end_of_a_long_text_need_not_wait_for_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ArticleView, "call_after_refresh", lambda *_: None)
    app = Page("The ferry sailed. " * 5_000)
    async with app.run_test(size=(64, 12)) as pilot:
        app.view.scroll_to_offset(89_990)
        await pilot.pause()
        assert app.view.scroll_offset.y == len(app.view.rows) - 12
        assert app.view.visible_span().end == 90_000


async def drag(pilot: Pilot[None], cells: Sequence[tuple[int, int]]) -> None:
    await pilot.mouse_down(ArticleView, offset=cells[0])
    for cell in cells[1:]:
        await pilot.hover(ArticleView, offset=cell)
    await pilot.mouse_up(ArticleView, offset=cells[-1])
    await pilot.pause()


async def test_the_mouse_points_and_selects() -> None:
    app = Page()
    async with app.run_test(size=(60, 12)) as pilot:
        view, crane = app.view, words("crane")
        await pilot.pause()
        app.heard.clear()
        await pilot.click(ArticleView, offset=view.cell_of(crane.start + 2))
        assert app.heard == [crane.start + 2]
        await pilot.click(ArticleView, offset=view.cell_of(crane.start + 2), times=2)
        assert app.heard[-1] == (crane, False)
        await pilot.click(ArticleView, offset=view.cell_of(crane.start + 2), times=3, control=True)
        assert app.heard[-1] == (Segments(STORY).sentence_at(crane.start), True)
        app.heard.clear()
        end = words("denied").end - 1
        await drag(pilot, [view.cell_of(crane.start), view.cell_of(crane.start + 9), view.cell_of(end)])
        assert app.heard == [(Span(crane.start, end + 1), False)]
        assert view.selection == (Span(crane.start, end + 1),)
        await drag(pilot, [view.cell_of(end), view.cell_of(crane.start)])
        assert app.heard[-1] == (Span(crane.start, end + 1), False)


async def test_dragging_past_the_edge_scrolls_and_past_the_end_stops() -> None:
    text = "\n".join(f"Line {number}" for number in range(30))
    app = Page(text)
    async with app.run_test(size=(40, 12)) as pilot:
        app.view.styles.height = 6
        await pilot.pause()
        start = app.view.cell_of(words("Line 4", text).start)
        await drag(pilot, [start, (20, 7), (21, 8), (22, 9)])
        span = app.heard[-1]
        assert isinstance(span, tuple)
        assert app.view.scroll_offset.y > 0
        assert span[0].start == words("Line 4", text).start
        assert span[0].end > words("Line 6", text).end
        app.view.scroll_to_offset(len(text))
        await pilot.pause()
        await drag(pilot, [app.view.cell_of(len(text) - 3), (39, 5)])
        assert app.heard[-1] == (Span(len(text) - 3, len(text)), False)


async def test_a_theme_and_the_focus_change_the_looks() -> None:
    app = Page()
    async with app.run_test(size=(60, 12)) as pilot:
        view, office = app.view, words("office")
        view.point(office)
        await pilot.pause()
        focused = look(view, office).style
        app.screen.set_focus(None)
        await pilot.pause()
        assert look(view, office).style != focused
        plain = look(view, words("Monday")).style
        app.theme = "textual-light"
        await pilot.pause()
        assert look(view, words("Monday")).style != plain
