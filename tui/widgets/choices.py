"""One of a few values, all of them in sight: arrows, a letter or a click choose."""

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Choice(NamedTuple):
    """A value, how it is called on the screen (never markup), what it means, and the style of its name."""

    value: str
    name: str
    gloss: str = ""
    style: str = ""


class Choices(Widget, can_focus=True):
    """A row of choices, as many lines as they need, and below them what the chosen one means."""

    DEFAULT_CSS = "Choices { width: 1fr; height: auto; pointer: pointer; }"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("home", "step(-99)", show=False),
        Binding("end", "step(99)", show=False),
    ]

    value: reactive[str] = reactive("", layout=True)

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, choices: "Choices", value: str) -> None:
            super().__init__()
            self.choices, self.value = choices, value

        @property
        def control(self) -> "Choices":
            """Who sends this."""
            return self.choices

    def __init__(self, choices: Sequence[Choice], value: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._choices = list(choices)
        if value not in (choice.value for choice in choices):
            self._choices.append(Choice(value, value))
        self.set_reactive(Choices.value, value)

    def watch_value(self) -> None:
        """Tell who listens."""
        self.post_message(self.Changed(self, self.value))

    def choose(self, value: str) -> None:
        """Show a value as chosen, without telling anybody."""
        with self.prevent(self.Changed):
            self.value = value

    # ------------------------------------------------------------------ showing

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the names need, and one for the gloss if there is any."""
        lines = self._lines(width)
        return len(lines) + (self._longest_gloss > 0 and not self._gloss_fits(lines, width))

    @property
    def _longest_gloss(self) -> int:
        return max(Content(choice.gloss).cell_length for choice in self._choices)

    def _gloss_fits(self, lines: list[list[Choice]], width: int) -> bool:
        """Whether every gloss has room beside the names, so that nothing moves when another value is chosen."""
        return sum(map(_cells, lines[-1])) + self._longest_gloss + 2 <= width

    def _lines(self, width: int) -> list[list[Choice]]:
        lines: list[list[Choice]] = [[]]
        used = 0
        for choice in self._choices:
            cells = _cells(choice)
            if used and used + cells > width:
                lines.append([])
                used = 0
            lines[-1].append(choice)
            used += cells
        return lines

    def render(self) -> Content:
        """The names, the chosen one in brackets."""
        width = self.size.width
        lines = self._lines(width)
        shown = Content("\n").join(Content.assemble(*map(self._shown, line)) for line in lines)
        gloss = next((choice.gloss for choice in self._choices if choice.value == self.value), "")
        if not gloss:
            return shown
        if self._gloss_fits(lines, width):
            return shown + Content.styled("  " + gloss, "$muted")
        return shown + "\n" + Content.styled(" " + gloss, "$muted").truncate(width, ellipsis=True)

    def _shown(self, choice: Choice) -> Content:
        if choice.value != self.value:
            return Content.styled(f" {choice.name} ", choice.style or "$muted")
        return Content.styled(f"[{choice.name}]", f"{choice.style} bold" + (" reverse" if self.has_focus else ""))

    # ------------------------------------------------------------------ choosing

    def action_step(self, step: int) -> None:
        """To the next or previous value, no further than the ends."""
        at = next(at for at, choice in enumerate(self._choices) if choice.value == self.value)
        self.value = self._choices[max(0, min(at + step, len(self._choices) - 1))].value

    def on_key(self, event: events.Key) -> None:
        """A letter chooses the next value that begins with it."""
        letter = (event.character or "").casefold()
        if not letter.isalnum():
            return
        event.stop()
        at = next(at for at, choice in enumerate(self._choices) if choice.value == self.value)
        in_turn = [*self._choices[at + 1 :], *self._choices[:at]]
        self.value = next((each.value for each in in_turn if each.name.casefold().startswith(letter)), self.value)

    def on_click(self, event: events.Click) -> None:
        """A click on a name chooses it."""
        lines = self._lines(self.size.width)
        if event.y >= len(lines):
            return
        end = 0
        for choice in lines[event.y]:
            end += _cells(choice)
            if event.x < end:
                self.value = choice.value
                return


def _cells(choice: Choice) -> int:
    return Content(choice.name).cell_length + 2
