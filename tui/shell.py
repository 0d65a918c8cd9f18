"""What works on every screen: help, palette, guidelines, themes, the name, and saying why an action cannot run."""

import asyncio
import sqlite3
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from msgspec import structs
from textual import events
from textual.actions import ActionParseResult
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.signal import Signal

from ..schema import team
from ..schema.errors import OnrecordError
from . import actions, settings
from .actions import Action
from .kiosk import OFF, WHY, Confined
from .project import Project
from .screens.page import Ground
from .themes import FALLBACKS, next_theme
from .widgets.hint_line import HintLine
from .workers import Touched

_PATIENCE, _QUIET = 400, 8
"""Turns of the loop: so many at most for a window to see to a key; after so many without a message it is done."""

_BY_CALL = {(action.place, action.name): action for action in actions.ACTIONS}


@runtime_checkable
class Answers(Protocol):
    """A screen that knows when its actions cannot run."""

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, in a sentence; None when it can."""


@runtime_checkable
class Holds(Protocol):
    """A screen that looks for the rows that its actions mean."""

    def holds(self, action: Action) -> bool:
        """Whether an action waits for rows that are on their way; then the screen does it when they are there."""


@runtime_checkable
class TakesKeys(Protocol):
    """A screen that takes keys in the order in which they were pressed, before any widget sees them."""

    async def take(self, event: events.Key) -> bool:
        """Take a key; False leaves it to the widgets."""


class Shell(Confined):
    """The app without its project: the actions whose ids begin with `app`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares them
    project: Project
    settings: settings.Settings
    touched: Signal[Touched]

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"  # a list that glides is a list that one waits for
        self._disable_tooltips = True  # there are none, and each screen would hold a widget for them

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What onrecord's style sheets need and a foreign theme does not have."""
        return FALLBACKS

    async def on_event(self, event: events.Event) -> None:
        """Give a key to a screen that takes keys as they come; all else goes Textual's way."""
        if isinstance(event, events.Key) and not event.is_forwarded and self.screen_stack:
            self.note_key()
            await self._let_a_window_answer()
            self._drop_passing_notices()
            screen = self.screen
            if isinstance(screen, TakesKeys) and await screen.take(event):
                return
            is_typed = isinstance(screen, ModalScreen) or self._takes_text
            if (not event.is_printable if is_typed else isinstance(screen, Holds)) and await self._do_bound(event.key):
                return
        await super().on_event(event)

    @property
    def _takes_text(self) -> bool:
        """Whether letters go into a field, as that of a filter."""
        return self.focused is not None and self.focused.check_consume_key("a", "a")

    async def _do_bound(self, key: str) -> bool:
        """Do what a key is bound to at once; Textual does it when the key has been to the widgets and back."""
        return await self._check_bindings(key, priority=True) or await self._check_bindings(key)

    async def _let_a_window_answer(self) -> None:
        """Wait until the window on top, or a field, has seen to the keys before this one, and its answer was acted on.

        Else a key that follows an enter quickly would go to a line that is about to close, and be lost. Nothing that a
        window does with a key waits for the app, which waits here.
        """
        window, quiet = self.screen, 0
        if not (isinstance(window, ModalScreen) or self._takes_text):
            return
        for _ in range(_PATIENCE):
            pumps = [window, *(window.focused.ancestors_with_self if window.focused else ())]
            busy = any(pump.message_queue_size for pump in pumps if pump is not self)
            quiet = 0 if busy else quiet + 1
            if quiet > _QUIET or self.screen is not window:
                break
            await asyncio.sleep(0)
        await self._flush_next_callbacks()

    def _drop_passing_notices(self) -> None:
        """Take away what answered an earlier key, so that answers do not pile up over the work.

        A notice with a time of its own is such an answer; one without, of an error say, stays its full time.
        """
        passing = [notice for notice in self._notifications if notice.timeout != self.NOTIFICATION_TIMEOUT]
        for notice in passing:
            self._unnotify(notice, refresh=False)
        if passing:
            self.call_after_refresh(self._refresh_notifications)  # the key's own answer is painted first

    # ------------------------------------------------------------------ screens and their styles

    def get_default_screen(self) -> Screen[None]:
        """What lies below all other screens."""
        return Ground()

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        """Read the styles of a screen, if they are new, and no others: Textual parses all anew, which it has kept."""
        new = [path for path in screen.css_path if not self.stylesheet.has_source(str(path), "")]
        if new:
            self.stylesheet.read_all(new)
            self.stylesheet.parse()
            self.stylesheet.apply(screen)
        super()._load_screen_css(screen)

    # ------------------------------------------------------------------ the registry at work

    @property
    def place(self) -> str:
        """Where the person is: `library`, `reader`, or `app` on a screen without actions of its own."""
        lines = self.screen.query(HintLine)
        return lines.first().place if lines else "app"

    def keys_of(self, action: Action) -> str:
        """The keys of an action as a person reads them: the user's, else the default ones."""
        return actions.key_names(self.settings.keys.get(action.id, action.keys))

    def key_of(self, action_id: str) -> str:
        """The first key of an action, for a sentence; "" when it has none."""
        return self.keys_of(actions.BY_ID[action_id]).partition(" ")[0]

    def why_not(self, action: Action, screen: Screen[Any] | None = None) -> str | None:
        """Why an action of a screen, of the one on top if none is named, or of the app cannot run now; None: it can."""
        if action.place == "app":
            if self.kiosk and action.id in OFF:
                return WHY
            if action.id == "app.rename" and self.place != "library":
                return "Go back to the library to change your name"
            if action.id == "app.blind":
                return self._why_not_blind()
            return None
        if screen is None:
            screen = self.screen
            if not screen.is_mounted:
                return "This screen is only just opening"
        return screen.why_not(action) if isinstance(screen, Answers) else None

    async def perform(self, action: Action) -> None:
        """Do what the keys of an action do."""
        await self.run_action(action.name, self if action.place == "app" else self.screen)

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action; one of the registry that cannot run now says why instead."""
        if isinstance(action, str) and default_namespace in (None, self, self.screen):
            place = self.place if default_namespace is self.screen else "app"
            known = _BY_CALL.get((place, action))
            if known and isinstance(self.screen, Holds) and self.screen.holds(known):
                return True
            reason = self.why_not(known) if known else None
            if reason:
                self.notify(reason, severity="warning", timeout=4, markup=False)
                return True
        if isinstance(default_namespace, Screen) and not (
            default_namespace.is_current and default_namespace.is_running
        ):
            return True  # a key for a screen that is gone, or not there yet
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except (OnrecordError, sqlite3.Error) as error:
            title = error.title if isinstance(error, OnrecordError) else "The project cannot be read"
            self.notify(f"{error}; see: onrecord check", title=title, severity="error", markup=False)
            return True

    # ------------------------------------------------------------------ actions

    def action_help(self) -> None:
        """Show every key of this screen."""
        from .screens.help import HelpScreen

        self.push_screen(HelpScreen(self.place))

    def action_palette(self) -> None:
        """Find an action by name, and do it."""
        here = [] if self.place == "app" else actions.at(self.place)
        known = [action for action in (*here, *actions.at("app")) if action.id != "app.palette"]
        from .screens.palette import Entry, Palette

        entries = [Entry(action, self.keys_of(action), self.why_not(action)) for action in known]
        self.push_screen(Palette(entries), self._chosen)

    async def _chosen(self, action: Action | None) -> None:
        if action:
            await self.perform(action)

    async def action_guidelines(self) -> None:
        """Show the guidelines beside the work, or take them away."""
        from .widgets.guidelines import Guidelines

        shown = self.screen.query(Guidelines)
        if shown:
            await shown.first().close()
        else:
            await self.screen.mount(Guidelines(self.screen.focused))

    def action_next_theme(self) -> None:
        """Go on to the next theme, and keep it."""
        self.theme = next_theme(self.theme)
        self.keep(theme=self.theme)
        self.notify(self.theme.removeprefix("onrecord-").capitalize(), title="Theme", timeout=2, markup=False)

    def keep(self, **changes: str | bool) -> None:
        """Keep settings for the next start; where they cannot be written they hold for this one."""
        self.settings = structs.replace(self.settings, **changes)
        if self.kiosk:
            return  # they are those of everybody who shares the account
        try:
            settings.save(**changes)
        except (OnrecordError, OSError) as error:
            self.notify(str(error), title="The settings were not kept", severity="warning", markup=False)

    def _why_not_blind(self) -> str | None:
        if not hasattr(self, "project"):
            return "There is no project yet"
        if not team.has_lead(self.project.connection):
            return "Nobody leads this project, so everybody sees everything; see: onrecord role --help"
        return None if self.project.role == "lead" else "Only a lead opens or closes the work of others"

    def action_blind(self) -> None:
        """Open the work of others to annotators, or close it; that it is done comes back from the log."""
        blind = team.is_blind(self.project.connection)
        self.project.writer.do(lambda act: team.set_blind(act, blind=not blind))

    def hear_of_team(self, message: Touched) -> None:
        """Tell what was decided about the work of all, or about the role of whoever sits here."""
        connection, me = self.project.connection, self.project.annotator
        if ("policy", "project") in message.subjects:
            blind = team.is_blind(connection)
            said = "closed: annotators see it after submitting theirs" if blind else "open: everybody sees it"
            self.notify(f"The work of others is {said}", title="Team", markup=False)
        alone = connection.execute("SELECT count(*) FROM members").fetchone()[0] == 1  # who founds it knows
        if ("member", me) in message.subjects and team.has_lead(connection) and not alone:
            role = self.project.role
            said = f"You are {'a lead' if role == 'lead' else f'an {role}'} now" if role else "You have no role now"
            self.notify(said, title="Team", markup=False)

    def action_rename(self) -> None:
        """Ask for another name to sign with."""
        from .screens.name import AskName

        self.push_screen(AskName(self.project.annotator), self._renamed)

    def _renamed(self, name: str | None) -> None:
        if name and name != self.project.annotator:
            self.keep(name=name)
            self.project.rename(name)
            self.touched.publish(Touched([]))
