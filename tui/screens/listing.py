"""What the screens of the ledger have in common: a list to move in, acts to undo, and following the project."""

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from ...schema.ledger import Act
from ..actions import Action
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
from ..widgets.paged_list import PagedList
from ..widgets.wording import reversal
from ..workers import Committed, Refused, Reversed, Touched
from .page import Page

if TYPE_CHECKING:
    from ..app import OnrecordApp

MOVES = ("down", "up", "page_down", "page_up", "first", "last")


class Rows(PagedList[Any], inherit_bindings=False):
    """A list without keys of its own: those that would scroll it move its cursor."""


class Listing(Page[None]):
    """A screen around one list. `place` is that of its actions."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "listing.tcss"
    AUTO_FOCUS = "Rows"
    place: ClassVar[str]

    rows = query_one(Rows)
    hint_line = query_one(HintLine)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("listing")
        self._stale = False
        self._sent: dict[int, str] = {}

    @property
    def onrecord(self) -> "OnrecordApp":
        """The app, with what onrecord adds to it."""
        return cast("OnrecordApp", self.app)

    def header(self) -> ComposeResult:
        """The first line: what this is, and at the right what limits it."""
        with Horizontal(id="header"):
            yield Static(id="title", markup=False)
            yield Static(id="limits", markup=False)

    def set_header(self, title: str, counts: str, limits: str = "") -> None:
        """Say what this is, how many, and what limits it."""
        said = Content.assemble((one_line(title), "bold"), (f"   {counts}" if counts else "", "$muted"))
        self.query_one("#title", Static).update(said)
        self.query_one("#limits", Static).update(Content(one_line(limits)))

    def on_mount(self) -> None:
        """Listen to the workers."""
        app = self.onrecord
        app.touched.subscribe(self, self._touched)
        app.committed.subscribe(self, self._committed)
        app.refused.subscribe(self, self._refused)
        app.reversed.subscribe(self, self._reversed)
        self.reload()

    def reload(self) -> None:
        """Read again what is shown, and stay on the same thing."""
        raise NotImplementedError

    def changed(self) -> None:
        """Something else is asked for: read that."""
        self.reload()

    # ------------------------------------------------------------------ the workers

    @property
    def _on_top(self) -> bool:
        """Whether nothing lies over it. Textual's `is_current` also holds for the screen below the one on top."""
        return self.app.screen is self

    def on_screen_resume(self) -> None:
        """Back from another screen: show what was written meanwhile."""
        if self._stale:
            self._stale = False
            self.reload()

    def _touched(self, _: Touched) -> None:
        if self._on_top:
            self.reload()
        else:
            self._stale = True

    def do(self, work: Callable[[Act], object], done: str) -> None:
        """Give an act to the writer; `done` is said when it is on disk."""
        self._sent[self.onrecord.project.writer.do(work)] = done

    def _committed(self, message: Committed) -> None:
        done = self._sent.pop(message.number, "")
        if done:
            self.notify(done, timeout=4, markup=False)

    def _refused(self, message: Refused) -> None:
        self._sent.pop(message.number, None)

    def _reversed(self, message: Reversed) -> None:
        if self._on_top:
            self.notify(reversal(message.verb, message.undone), timeout=4, markup=False)

    def say(self, reason: str) -> None:
        """Say why something was not done."""
        self.notify(reason, severity="warning", timeout=4, markup=False)

    # ------------------------------------------------------------------ what can be done

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        if action.name in MOVES and self.rows.current is None:
            return "There is nothing in the list"
        return None

    @on(Rows.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Open what is under the cursor."""
        raise NotImplementedError

    def action_down(self) -> None:
        """One row down."""
        self.rows.move(1)

    def action_up(self) -> None:
        """One row up."""
        self.rows.move(-1)

    def action_page_down(self) -> None:
        """One page down."""
        self.rows.move(self.rows.page_rows)

    def action_page_up(self) -> None:
        """One page up."""
        self.rows.move(-self.rows.page_rows)

    def action_first(self) -> None:
        """To the first row."""
        self.rows.go(0)

    def action_last(self) -> None:
        """To the last row."""
        self.rows.go(self.rows.virtual_size.height - 1)

    def action_undo(self) -> None:
        """Undo the annotator's last act, wherever it was."""
        self.onrecord.project.writer.undo()

    def action_redo(self) -> None:
        """Redo it."""
        self.onrecord.project.writer.redo()

    def action_close(self) -> None:
        """Back to where one came from."""
        self.dismiss()
