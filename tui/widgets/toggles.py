"""Several of a few values, all of them in sight: arrows move, space or a letter turns one on or off."""

from collections.abc import Iterable, Sequence

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from .choices import Choice


class Toggles(Widget, can_focus=True):
    """A row of values, each on or off; `keys` are the letters that turn them, by value."""

    DEFAULT_CSS = "Toggles { width: 1fr; height: auto; pointer: pointer; }"
    HINT = "space or the label’s key turns it on or off"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "turn", show=False),
    ]

    class Changed(Message):
        """A value was turned on or off."""

        def __init__(self, toggles: "Toggles", value: str) -> None:
            super().__init__()
            self.toggles, self.value = toggles, value

        @property
        def control(self) -> "Toggles":
            """Who sends this."""
            return self.toggles

    def __init__(
        self, choices: Sequence[Choice], on: Iterable[str], keys: dict[str, str], *, id: str | None = None  # noqa: A002
    ) -> None:  # fmt: skip
        super().__init__(id=id)
        self._choices, self._keys = list(choices), keys
        self.on = set(on)
        self._at = 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the names need."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[list[int]]:
        lines: list[list[int]] = [[]]
        used = 0
        for at in range(len(self._choices)):
            cells = self._shown(at).cell_length
            if used and used + cells > width:
                lines.append([])
                used = 0
            lines[-1].append(at)
            used += cells
        return lines

    def render(self) -> Content:
        """The names with a box each."""
        lines = self._lines(self.size.width)
        return Content("\n").join(Content("").join(map(self._shown, line)) for line in lines)

    def _shown(self, at: int) -> Content:
        choice = self._choices[at]
        on = choice.value in self.on
        here = " reverse" if self.has_focus and at == self._at else ""
        style = f"{choice.style or '$foreground'} bold" if on else "$muted"
        return Content.styled(f"[{'x' if on else ' '}] {choice.name}", style + here) + "  "

    # ------------------------------------------------------------------ choosing

    def action_step(self, step: int) -> None:
        """To the next or previous value."""
        self._at = max(0, min(self._at + step, len(self._choices) - 1))
        self.refresh()

    def action_turn(self) -> None:
        """Turn the value under the cursor on or off."""
        if self._choices:
            self._turn(self._at)

    def _turn(self, at: int) -> None:
        self._at = at
        self.on ^= {self._choices[at].value}
        self.refresh()
        self.post_message(self.Changed(self, self._choices[at].value))

    def on_key(self, event: events.Key) -> None:
        """A label's key turns it."""
        values = [choice.value for choice in self._choices]
        value = next((value for value, key in self._keys.items() if key and key == event.character), None)
        if value in values:
            event.stop()
            self._turn(values.index(value))

    def on_click(self, event: events.Click) -> None:
        """A click on a name turns it."""
        lines = self._lines(self.size.width)
        if event.y >= len(lines):
            return
        end = 0
        for at in lines[event.y]:
            end += self._shown(at).cell_length
            if event.x < end:
                self._turn(at)
                return
