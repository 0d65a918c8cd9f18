"""The codebook beside the work: each label with its sign, its guideline, its kinds and examples."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from ...schema.records import Label
from ..actions import ACTIONS
from .hanging import Hanging
from .mention_card import one_line

if TYPE_CHECKING:
    from ..app import OnrecordApp

_AXES = {"origin": "where it comes from", "response": "what was answered", "neutral": "changes no standing"}


class Guidelines(VerticalScroll):
    """A panel at the side. It takes the keys that scroll until escape gives them back to the work.

    While it is there the screen has the class `guided`, so that it can make room.
    """

    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("j,down", "scroll_down", show=False),
        Binding("k,up", "scroll_up", show=False),
        Binding("ctrl+d,pagedown", "page_down", show=False),
        Binding("ctrl+u,pageup", "page_up", show=False),
        Binding("g,home", "scroll_home", show=False),
        Binding("G,end", "scroll_end", show=False),
        Binding("escape", "back", show=False),
    ]

    def __init__(self, back: Widget | None) -> None:
        super().__init__()
        self._back = back

    @property
    def onrecord(self) -> "OnrecordApp":
        """The app, with what onrecord adds to it."""
        return cast("OnrecordApp", self.app)

    def compose(self) -> ComposeResult:
        """One block a label."""
        toggle = next(action for action in ACTIONS if action.id == "app.guidelines")
        keys = self.onrecord.keys_of(toggle)
        yield Static(Content.assemble(("Guidelines", "bold"), (f"   {keys} closes", "$muted")), classes="title")
        for label in self.onrecord.project.labels:
            yield Static(self._head(label))
            yield Static(Content(one_line(label.guideline)))
            yield Hanging([*_kinds(label), *_examples(label)], 2, classes="more")

    def on_mount(self) -> None:
        """Take the focus, and follow the theme."""
        self.screen.add_class("guided")
        self.focus()
        self.app.theme_changed_signal.subscribe(self, lambda _: self.refresh(recompose=True))

    async def action_back(self) -> None:
        """Go back to the work and leave the panel open, if it leaves room for the work."""
        if self.screen.has_class("-narrow"):
            await self.close()
        else:
            self._give_back()

    async def close(self) -> None:
        """Go back to the work and take the panel away."""
        self._give_back()
        self.screen.remove_class("guided")
        await self.remove()

    def _give_back(self) -> None:
        if self._back and self._back.is_attached:
            self._back.focus()

    def _head(self, label: Label) -> Content:
        colour = Style.parse(f"bold {self.onrecord.label_colour(label.label)}")
        sign = f"{one_line(label.glyph)} {one_line(label.letter)}  {one_line(label.label)}"
        return Content.assemble((sign, colour), ("   " + _AXES.get(label.axis, ""), "$muted"))


def _kinds(label: Label) -> Iterator[tuple[Content, Content]]:
    for kind, gloss in label.kinds:
        name = one_line(kind.replace("_", " "))
        yield Content.styled("·", "$muted"), Content.assemble((name, "bold"), (f"  {one_line(gloss)}", "$muted"))


def _examples(label: Label) -> Iterator[tuple[Content, Content]]:
    for example in label.examples:
        words, arrow, verdict = one_line(example).partition(" → ")
        yield Content.styled("»", "$muted"), Content.assemble((words, "italic"), (arrow + verdict, "$muted"))
