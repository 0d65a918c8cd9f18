"""One thing out of many: words narrow the list as they are typed, and a way of choosing can go with the answer."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ..widgets.choices import Choice, Choices
from ..widgets.mention_card import one_line
from ..widgets.options import Options
from .page import Window


class Offer(NamedTuple):
    """Something to choose, and how its row looks."""

    value: str
    row: Content


class Chosen(NamedTuple):
    """What was chosen, and in which way."""

    value: str
    way: str


class Chooser(Window[Chosen | None]):
    """Answers with what was chosen, or None. `look` makes the offers for what the line says.

    `about` is the thing that something is chosen for; with `ways` to choose, the answer says which.
    """

    CSS_PATH = "chooser.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("ctrl+s,enter", "accept", show=False, priority=True),
        Binding("escape", "cancel", show=False),
        Binding("down,ctrl+n", "move('cursor_down')", show=False, priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
    ]

    options = query_one(OptionList)

    def __init__(
        self,
        title: str,
        look: Callable[[str], Sequence[Offer]],
        *,
        about: str = "",
        ways: Sequence[Choice] = (),
        way: str = "",
        empty: str = "Nothing has these words",
    ) -> None:
        super().__init__()
        self._title, self._look, self._about, self._empty = title, look, about, empty
        self._ways, self._way = ways, way
        self._offers: Sequence[Offer] = ()

    def compose(self) -> ComposeResult:
        """The question, the line, the ways, the offers."""
        with Vertical(id="card"):
            with Vertical(id="head"):
                yield Static(Content.styled(self._title, "bold"), id="question")
                if self._about:
                    yield Static(Content(one_line(self._about)), id="about")
                if self._ways:
                    yield Choices(self._ways, self._way)
                yield Input(placeholder="words narrow the list", compact=True)
            yield Options(compact=True, markup=False)
            yield Static(Content(self._empty), id="none")
            keys = "type to look  ↑↓ choose  ↵ takes it  esc cancels"
            yield Static(Content(f"⇥ {'ways':<6}{keys}" if self._ways else keys), id="foot")

    def on_mount(self) -> None:
        """Offer all."""
        self.options.can_focus = False
        self.query_one(Input).focus()
        self._typed()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._offers = self._look(self.query_one(Input).value)
        self.options.set_options(Option(offer.row) for offer in self._offers)
        self.options.highlighted = 0 if self._offers else None
        self.set_class(not self._offers, "empty")

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_accept()

    def action_move(self, how: str) -> None:
        """Move through the offers while typing."""
        getattr(self.options, f"action_{how}")()

    def action_accept(self) -> None:
        """Answer with what is highlighted."""
        at = self.options.highlighted
        if at is None:
            self.notify("There is nothing to choose", severity="warning", timeout=4, markup=False)
            return
        way = self.query_one(Choices).value if self._ways else ""
        self.dismiss(Chosen(self._offers[at].value, way))

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
