"""One line to type, at the foot of the screen, so that what it is about stays in sight."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from ..widgets.mention_card import one_line
from .page import Window


class Prompt(Window[str | None]):
    """Answers with what was typed, or None after escape.

    `validate` says what is wrong with a text, or None; a text with something wrong is not taken. `preview` is called
    at every change, to show at once what the text would do, and answers with a word about it ("3 finds"). With `select`
    typing replaces the text that is there; without, it goes on from its end.
    """

    CSS_PATH = "prompt.tcss"
    BINDINGS = [Binding("escape", "cancel", show=False)]  # noqa: RUF012 - as Textual declares them

    def __init__(
        self,
        title: str,
        value: str = "",
        placeholder: str = "",
        validate: Callable[[str], str | None] | None = None,
        preview: Callable[[str], str] | None = None,
        *,
        select: bool = True,
    ) -> None:
        super().__init__()
        self._title, self._value, self._placeholder = title, value, placeholder
        self._validate, self._preview, self._select = validate, preview, select

    def compose(self) -> ComposeResult:
        """The question, the line, and a word about what was typed."""
        with Vertical(id="card"):
            yield Static(Content(one_line(self._title)), id="title")
            yield Input(self._value, placeholder=self._placeholder, compact=True, select_on_focus=self._select)
            with Horizontal(id="below"):
                yield Static(Content("↵ takes it  esc cancels"), id="foot")
                yield Static(id="word", markup=False)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._say(self._preview(message.value) if self._preview else "", wrong=False)

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        if not self.is_current:
            return  # the key before this one took it already
        wrong = self._validate(message.value) if self._validate else None
        if wrong is None:
            self.dismiss(message.value)
        else:
            self._say(wrong, wrong=True)

    def _say(self, word: str, *, wrong: bool) -> None:
        said = self.query_one("#word", Static)
        said.set_class(wrong, "wrong")
        said.update(Content(one_line(word)))

    def action_cancel(self) -> None:
        """Take nothing."""
        self.dismiss(None)
