"""Whatever meets on the same words, they can be read, and what a tint says is said without colour too."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema.codebook import BUILT_IN
from onrecord.schema.text import Span
from onrecord.tui.themes import THEMES
from onrecord.tui.widgets.article import ArticleView
from onrecord.tui.widgets.ink import READABLE, Cover, LabelInk, contrast, legible
from onrecord.tui.widgets.overlaps import Highlight, Layer, State
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import BUILTIN_THEMES

PALETTE = {
    name: LabelInk(label.letter, label.glyph, label.colour, label.axis == "neutral") for name, label in BUILT_IN.items()
}
colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: Color(*parts))


class Page(App[None]):
    def compose(self) -> ComposeResult:
        yield ArticleView()


def ratio(style: Style) -> float:
    assert style.color
    assert style.bgcolor
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


@given(colours, colours)
def test_a_colour_is_made_readable_and_left_alone_where_it_is(colour: Color, ground: Color) -> None:
    made = legible(colour, ground)
    assert contrast(made, ground) >= READABLE
    assert made == colour or contrast(colour, ground) < READABLE


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast(Color(0, 0, 0), Color(255, 255, 255)) == pytest.approx(21)
    assert contrast(Color(0x77, 0x77, 0x77), Color(255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [*(each.name for each in THEMES), "textual-light", "gruvbox", "solarized-light"])
async def test_all_words_can_be_read_in_every_theme(theme: str) -> None:
    app = Page()
    for each in THEMES:
        app.register_theme(each)
    async with app.run_test(size=(60, 10)) as pilot:
        app.theme = theme
        view = app.query_one(ArticleView)
        view.palette = PALETTE
        await pilot.pause()
        inks = view._inks
        covers = [
            Cover(layer, state, label, active)
            for layer, state, label, active in product(
                get_args(Layer), get_args(State), [*PALETTE, "", "?"], [False, True]
            )
            if not active or layer == "mention"
        ]
        for one, other, here in product(covers, covers[::7], ((), ("cursor",), ("selection",))):
            assert ratio(inks.words([one, other], 2, here, dimmed=False)) >= READABLE
        for state, label, active in product(get_args(State), PALETTE, (False, True)):
            assert ratio(inks.tag(label, state, active=active)) >= READABLE
        assert min(map(ratio, (inks.plain, inks.hint, inks.next_hint, inks.gutter))) >= READABLE
        assert ratio(inks.words([], 0, (), dimmed=True)) >= 2.5


async def test_without_colours_of_its_own_a_theme_still_tells_mentions_apart() -> None:
    app = Page()
    async with app.run_test(size=(60, 10)) as pilot:
        app.theme = next(name for name, theme in BUILTIN_THEMES.items() if theme.ansi)
        view = app.query_one(ArticleView)
        view.palette = PALETTE
        await pilot.pause()
        inks = view._inks
        mine = Cover("mention", "done", "denied", active=False)
        assert inks.words([mine], 1, (), dimmed=False).underline
        assert inks.words([mine._replace(active=True)], 1, (), dimmed=False).reverse
        assert inks.words([mine, mine], 2, (), dimmed=False).underline2


async def test_nothing_is_told_by_colour_alone() -> None:
    app = Page()
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.query_one(ArticleView)
        view.palette = PALETTE
        await pilot.pause()
        inks = view._inks

        def looks(cover: Cover, depth: int = 1) -> tuple[object, ...]:
            style = inks.words([cover] * depth, depth, (), dimmed=False)
            return style.bold, style.italic, style.underline, style.underline2

        mine = Cover("mention", "done", "denied", active=False)
        states = [looks(mine._replace(state=state)) for state in ("done", "pending", "suggestion")]
        assert len({*states, looks(mine, depth=2), looks(mine._replace(active=True))}) == 5


async def test_a_neutral_label_gives_its_colour_only_where_it_stands_alone() -> None:
    app = Page()
    async with app.run_test(size=(60, 10)) as pilot:
        app.query_one(ArticleView).palette = PALETTE
        await pilot.pause()
        inks = app.query_one(ArticleView)._inks

        def leading(*labels: str) -> str:
            return inks.cover(Highlight(1, (Span(0, 1),), labels), None).label

        assert leading("anonymous", "denied", "responded") == "denied"
        assert leading("anonymous", "responded") == "anonymous"
        assert leading("responded") == "responded"
        assert leading() == ""


async def test_a_terminal_of_few_colours_gets_no_faint_tints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "256")
    app = Page()
    async with app.run_test(size=(60, 10)) as pilot:
        view = app.query_one(ArticleView)
        view.palette = PALETTE
        await pilot.pause()
        mine = Cover("mention", "done", "denied", active=False)
        others = view._inks.words([mine._replace(state="other")], 1, (), dimmed=False)
        assert others.bgcolor == view._inks.plain.bgcolor
        assert others.underline
        assert view._inks.words([mine], 1, (), dimmed=False).bgcolor != others.bgcolor
