"""The last line of a screen: the keys that do something here, and what is going on."""

from typing import TYPE_CHECKING, cast

from textual import events
from textual.content import Content
from textual.widget import Widget

from .. import actions
from ..actions import Action

if TYPE_CHECKING:
    from ..app import OnrecordApp

_GAP = "  "
_OFF = "$off"


class HintLine(Widget):
    """Keys with their words for a place, as many as fit; `? help` always does. An action that cannot run is greyed."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self._status = ""
        self._last: tuple[str, list[bool]] | None = None
        self._clickable: list[tuple[range, Action]] = []
        self._hinted = [action for action in actions.at(place) if action.hint]
        self._help = next(action for action in actions.at("app") if action.id == "app.help")

    def show_status(self, status: str) -> None:
        """Say at the right what is going on, and look again at what can be done."""
        self._status = status
        shown = (status, [self._is_off(action) for action in self._hinted])
        if shown != self._last:
            self._last = shown
            self.refresh()

    def render(self) -> Content:
        """The hints that fit beside the status; help gives way to nothing."""
        width = self.size.width
        status = Content.styled(self._status, "$muted")
        room = width - (status.cell_length + 2 if self._status else 0)
        help_ = self._hint(self._help)
        line, self._clickable = Content(""), []
        for action in self._hinted:
            hint = self._hint(action)
            if line.cell_length + hint.cell_length + len(_GAP) + help_.cell_length > room:
                break
            line = self._put(line, hint, action) + _GAP
        line = self._put(line, help_, self._help)
        space = width - line.cell_length - status.cell_length
        return line + " " * space + status if space > 0 else line

    def _put(self, line: Content, hint: Content, action: Action) -> Content:
        at = line.cell_length
        self._clickable.append((range(at, at + hint.cell_length), action))
        return line + hint

    def _hint(self, action: Action) -> Content:
        app = cast("OnrecordApp", self.app)
        key = app.keys_of(action).partition(" ")[0]
        off = self._is_off(action)
        return Content.assemble((key, _OFF if off else "bold $accent"), " ", (action.hint, _OFF if off else "$muted"))

    def _is_off(self, action: Action) -> bool:
        # Its own screen knows; another one may lie over it, or be about to.
        return cast("OnrecordApp", self.app).why_not(action, self.screen) is not None

    async def on_click(self, event: events.Click) -> None:
        """A click on a hint does what its key does."""
        x = event.x - self.gutter.left
        for cells, action in self._clickable:
            if x in cells:
                await cast("OnrecordApp", self.app).perform(action)
