"""An app that hands hostile texts to every kind of widget, as code without any caution would; for a pseudo-terminal."""

import sys

import corpus
from onrecord.schema.segments import Segments
from onrecord.schema.text import Span, visible
from onrecord.tui.safety import SafeFilter
from onrecord.tui.widgets.article import ArticleView
from onrecord.tui.widgets.ink import LabelInk
from onrecord.tui.widgets.overlaps import Highlight
from onrecord.tui.widgets.paged_list import PagedList
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.filter import LineFilter
from textual.widgets import (
    DataTable,
    Footer,
    Header,
    Input,
    Label,
    Log,
    OptionList,
    RichLog,
    Select,
    Static,
    TextArea,
    Tree,
)
from textual.widgets.option_list import Option

PAYLOADS = tuple(payload for payload in corpus.PAYLOADS if visible(payload) != payload)
"""Those that no terminal may get as they are."""
TEXT = " ".join(PAYLOADS)
FILTER = SafeFilter()


class HostilePage(App[None]):
    """Every widget shows all payloads; ctrl+n shows toasts and changes the theme."""

    TITLE = TEXT
    SUB_TITLE = TEXT
    CSS = "Screen > * { height: 4; } Header, Footer, Input { height: 3; } Static { border: round red; }"
    BINDINGS = [Binding("ctrl+n", "more", TEXT, priority=True)]  # noqa: RUF012 - as Textual declares them
    TOOLTIP_DELAY = 0.01

    def get_line_filters(self) -> list[LineFilter]:
        """Textual's filters and then ours, unless the page is to show what happens without it."""
        return [*super().get_line_filters(), *([] if "unguarded" in sys.argv else [FILTER])]

    def compose(self) -> ComposeResult:
        """One of each."""
        yield Header()
        static = Static(Content(TEXT))
        static.border_title = Content(TEXT).markup
        static.tooltip = Content(TEXT)
        yield static
        yield Label(TEXT, markup=False)
        yield Input(TEXT.replace("\r", ""), placeholder=TEXT)
        yield OptionList(*(Option(Content(payload)) for payload in PAYLOADS))
        table: DataTable[Text] = DataTable()
        table.add_columns("payload", "next")
        for payload in PAYLOADS:
            table.add_row(Text(payload), Text(TEXT))
        yield table
        tree: Tree[None] = Tree(Text(TEXT))
        tree.root.add_leaf(Text(TEXT))
        tree.root.expand()
        yield tree
        yield TextArea(TEXT)
        yield Log()
        yield RichLog()
        yield Select([(Content(TEXT), 1)], value=1)
        yield ArticleView()
        yield PagedList(self, lambda item, width, here: Content(item))
        yield Footer()

    def count(self) -> int:
        """For the paged list."""
        return len(PAYLOADS)

    def page(self, first: int, size: int, /) -> tuple[str, ...]:
        """For the paged list."""
        return PAYLOADS[first : first + size]

    def on_mount(self) -> None:
        """Fill the widgets that are filled later."""
        self.query_one(Log).write(TEXT)
        self.query_one(RichLog).write(Text(TEXT))
        article = self.query_one(ArticleView)
        article.palette = {TEXT: LabelInk(TEXT[:1], TEXT[1:], "red")}
        article.show(TEXT, Segments(TEXT))
        article.put(Highlight("x", (Span(0, 30),), (TEXT,)))
        article.set_hints({0: "\x1b["})

    def action_more(self) -> None:
        """Toasts, and everything painted in other styles."""
        self.notify(TEXT, title="Toast " + TEXT, markup=False)
        self.theme = "textual-light"


if __name__ == "__main__":
    HostilePage().run()
