"""Every key of a screen, by groups."""

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from .. import actions
from ..actions import Action
from ..widgets.hanging import Hanging
from .page import Window

if TYPE_CHECKING:
    from ..app import OnrecordApp

_KEYS = 13
_TITLES = {
    "library": "Keys of the library",
    "reader": "Keys of the reader",
    "ledger": "Keys of the ledger",
    "claim": "Keys of a claim",
    "sources": "Keys of the sources",
    "source": "Keys of a source",
    "revision": "Keys of a corrected article",
}


class HelpScreen(Window[None]):
    """The keys of a place and those that work everywhere: in two columns where there is room."""

    CSS_PATH = "help.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("escape,q,question_mark,enter", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("ctrl+d,pagedown,space", "page(1)", show=False),
        Binding("ctrl+u,pageup", "page(-1)", show=False),
        Binding("g,home", "scroll(-999)", show=False),
        Binding("G,end", "scroll(999)", show=False),
    ]

    keys = query_one("#keys", VerticalScroll)

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """Groups in the order of the registry, parted into two columns of like height."""
        groups = [*actions.grouped(actions.at(self._place)).items(), *actions.grouped(actions.at("app")).items()]
        with Vertical(id="card"):
            yield Static(Content.styled(_TITLES.get(self._place, "Keys"), "bold"), id="title")
            with VerticalScroll(id="keys", can_focus=False), Horizontal(id="columns"):
                for column in _halves(groups):
                    with Vertical(classes="column"):
                        for title, members in column:
                            yield Static(Content(title), classes="group")
                            yield Hanging([self._row(action) for action in members], _KEYS)
            yield Static(Content("↑↓ scroll  esc closes  ctrl+p finds actions by name"), id="foot")

    def _row(self, action: Action) -> tuple[Content, Content]:
        keys = cast("OnrecordApp", self.app).keys_of(action)
        return Content.styled(keys or "by name", "bold $accent" if keys else "$muted"), Content(action.help)

    def action_scroll(self, rows: int) -> None:
        """Scroll the keys by rows."""
        self.keys.scroll_relative(y=rows, animate=False, immediate=True)

    def action_page(self, step: int) -> None:
        """Scroll the keys by pages."""
        self.action_scroll(step * max(1, self.keys.size.height - 1))

    def action_close(self) -> None:
        """Back to the work."""
        self.dismiss()


_Groups = list[tuple[str, list[Action]]]


def _halves(groups: _Groups) -> tuple[_Groups, _Groups]:
    """Groups cut where the two columns come out most alike in height."""
    heights = [len(members) + 2 for _, members in groups]
    cut = min(range(1, len(groups) + 1), key=lambda at: max(sum(heights[:at]), sum(heights[at:])))
    return groups[:cut], groups[cut:]
