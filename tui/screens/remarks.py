"""The remarks on one mention: read as conversations, answered, and begun anew."""

from collections.abc import Sequence
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ...schema.team import Note
from ...schema.threads import Thread
from ..widgets.mention_card import one_line
from ..widgets.options import Options
from ..widgets.text_field import TextField, flat
from ..widgets.wording import in_quotes
from .page import Window

_QUOTE = 300


class Said(NamedTuple):
    """A remark that somebody makes: its words, and the uid of the remark that it answers, if it answers one."""

    text: str
    answers: str | None


class Remarks(Window[Said | None]):
    """Answers with the remark that was typed, or None. `quote` are the mention's words, `me` is who reads.

    The remark in hand is the one that is answered; above all of them stands a new one. What waits for the reader's
    answer is in hand at first.
    """

    CSS_PATH = "remarks.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("ctrl+s,enter", "accept", show=False, priority=True),
        Binding("escape", "cancel", show=False),
        Binding("down", "move('cursor_down')", show=False, priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
    ]

    line = query_one(TextField)
    options = query_one(OptionList)

    def __init__(self, quote: str, threads: Sequence[Thread], me: str) -> None:
        super().__init__()
        self._quote, self._threads, self._me = quote, threads, me
        self._answered: list[Note | None] = [None, *(note for thread in threads for note in thread.notes)]

    def compose(self) -> ComposeResult:
        """The mention's words, the conversations, and the line to type in."""
        with Vertical(id="card"):
            with Vertical(id="head"):
                yield Static(Content.styled("Remarks", "bold"), id="title")
                words = one_line(self._quote)
                shortened = words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
                yield Static(Content(in_quotes(shortened)), id="quote")
            yield Options(compact=True, markup=False)
            with Vertical(id="below"):
                yield Static(id="answers", markup=False)
                yield TextField()
                yield Static(Content("type a remark  ↑↓ what it answers  ↵ says it  esc closes"), id="foot")

    def on_mount(self) -> None:
        """Show all, with what waits for an answer in hand."""
        self.options.can_focus = False
        self.line.focus()
        rows = [Content.styled("+ a new remark", "$accent")]
        rows += [_row(note, thread, self._me) for thread in self._threads for note in thread.notes]
        self.options.set_options(Option(row) for row in rows)
        waiting = [thread.notes[-1] for thread in self._threads if thread.open and thread.notes[0].author != self._me]
        self.options.highlighted = self._answered.index(waiting[0]) if waiting else 0
        self._show()

    @on(OptionList.OptionHighlighted)
    def _show(self) -> None:
        """Say what the line is going to be."""
        note = self._answered[self.options.highlighted or 0]
        said = f"Answer to {one_line(note.author)}" if note else f"A new remark by {one_line(self._me)}"
        self.query_one("#answers", Static).update(Content(said))

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        """A click takes a remark in hand, and the keys stay with the line."""
        self.line.focus()

    def action_move(self, how: str) -> None:
        """Move through the remarks while typing."""
        getattr(self.options, f"action_{how}")()

    def action_accept(self) -> None:
        """Answer with what was typed."""
        text = flat(self.line.value)
        if not text:
            self.notify("Type the remark first; esc closes", severity="warning", timeout=4, markup=False)
            return
        note = self._answered[self.options.highlighted or 0]
        self.dismiss(Said(text, note.uid if note else None))

    def action_cancel(self) -> None:
        """Say nothing."""
        self.dismiss(None)


def _row(note: Note, thread: Thread, me: str) -> Content:
    """A remark: who, when, whether it waits for an answer, and its words; answers are moved in."""
    first = note is thread.notes[0]
    author = "you" if note.author == me else one_line(note.author)
    waits = ("  ? not answered yet", "bold $warning") if thread.open and note is thread.notes[-1] else ""
    when = f"  {note.recorded_at[:16].replace('T', ' ')}"
    head = Content.assemble("" if first else "  ↳ ", (author, "bold $secondary"), (when, "$muted"), waits)
    return Content.assemble(head, "\n", "  " if first else "    ", one_line(note.text))
