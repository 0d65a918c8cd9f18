"""Asking who is working: once, at the first start, and whenever somebody wants another name."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from ...schema.codebook import AUTHOR
from ...schema.errors import InvalidEvent
from ...schema.validity import check_name
from .page import Window

_WHY = (
    "Everything you mark is signed with your name, so that a team can tell its annotators apart. "
    "You can change it at any time; what is signed already stays as it is."
)


class AskName(Window[str | None]):
    """Answers with a name that can sign, or with None when the person would rather leave."""

    CSS_PATH = "name.tcss"
    BINDINGS = [Binding("escape", "leave", show=False)]  # noqa: RUF012 - as Textual declares them

    problem = query_one("#problem", Static)

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._old = name

    def compose(self) -> ComposeResult:
        """Two sentences and a line to type in."""
        with Vertical(id="card"):
            yield Static(Content("What is your name?"), id="question")
            yield Static(Content(_WHY), id="why")
            yield Input(self._old, placeholder="Your name, or the name you work under", max_length=64)
            yield Static(id="problem", markup=False)
            yield Static(Content("↵ goes on  esc leaves it"), id="foot")

    @on(Input.Changed)
    def _typed(self) -> None:
        self.problem.update(Content(""))

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        name = message.value.strip()
        if sentence := problem_with(name):
            self.problem.update(Content(sentence))
        else:
            self.dismiss(name)

    def action_leave(self) -> None:
        """No name."""
        self.dismiss(None)


def problem_with(name: str) -> str | None:
    """Why a text cannot sign an annotator's work, in one sentence, or None."""
    if not name:
        return "Type a name first."
    if name == AUTHOR:
        return f"“{AUTHOR}” signs the built-in codebook; choose another name."
    try:
        check_name(name)
    except InvalidEvent:
        return "Use up to 64 printable characters and no slash."
    return None
