"""The terminal app: opens a project, shows its screens, and passes the workers' messages on to them."""

import gc
import os
import select
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen
from textual.signal import Signal

from ..schema import reading, team
from ..schema.errors import OnrecordError, Stopped
from ..schema.store import kept_before
from . import actions, crash, settings
from .offering import NotOffered, Offered
from .opening import paint_once
from .project import Project
from .safety import SafeFilter
from .shell import Shell
from .stopwatch import Stopwatch
from .themes import THEMES, label_colour
from .workers import Committed, Refused, Reversed, Touched

if TYPE_CHECKING:
    from .suggester import Suggester
    from .widgets.ink import LabelInk

_RARELY = 1_000, 20, 100
"""When Python looks for garbage: among all there is only once in some two million things, since that takes a tenth of a
second while a long article with its mentions is there, and falls on a key."""

_HUNG_UP = 128 + 1
"""What a shell reports of a process that the hang-up signal ended."""


class OnrecordApp(Shell):
    """onrecord in a terminal. Screens subscribe to `committed`, `refused`, `reversed` and `touched`."""

    TITLE = "onrecord"
    CSS_PATH = "app.tcss"
    BINDINGS = actions.bindings("app")
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        path: Path,
        *,
        annotator: str | None = None,
        document: int | None = None,
        demo: bool = False,
        adjudicate: bool = False,
        kiosk: bool = False,
    ) -> None:
        self.kiosk = kiosk  # the driver is chosen next
        super().__init__()
        self._path, self._annotator, self._document = path, annotator, document
        self._adjudicate = adjudicate
        self.demo = demo
        self._safe = SafeFilter()  # one for all frames: Textual keeps rows by the filters that they went through
        self.show_others = demo
        self.last_read: int | None = None
        self._place_file: settings.PlaceFile | None = None
        self._suggester: Suggester | None = None
        self.stopwatch = Stopwatch(self._sit)
        self._sittings: set[int] = set()
        self.settings = settings.load()
        self.committed: Signal[Committed] = Signal(self, "committed")
        self.refused: Signal[Refused] = Signal(self, "refused")
        self.reversed: Signal[Reversed] = Signal(self, "reversed")
        self.touched: Signal[Touched] = Signal(self, "touched")
        self.offered: Signal[Offered] = Signal(self, "offered")
        self.not_offered: Signal[NotOffered] = Signal(self, "not offered")
        for theme in THEMES:
            self.register_theme(theme)
        # Before anything is styled: a change of the theme makes Textual read all styles again.
        self.set_reactive(OnrecordApp.theme, self._theme_of_settings())
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap(self.settings.keys)

    def get_line_filters(self) -> list[LineFilter]:
        """Textual's filters, and last the one that lets nothing unsafe reach the terminal."""
        return [*super().get_line_filters(), self._safe]

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """The screens that can be seen through the one on top.

        Textual counts the next one below as such even if it is hidden, and paints the whole screen anew for it.
        """
        return super()._background_screens if self.screen.styles.background.a < 1 else []

    def on_mount(self) -> None:
        """Open the project; ask for a name first, if nobody ever gave one."""
        self.call_after_refresh(_settle)
        if self._annotator:
            self._open(self._annotator)
            self._first_paint = paint_once(self)
        else:
            from .screens.name import AskName

            self.push_screen(AskName(), self._named)

    def _theme_of_settings(self) -> str:
        return self.settings.theme if self.settings.theme in self.available_themes else settings.DEFAULT_THEME

    def _named(self, name: str | None) -> None:
        if name is None:
            self.exit(1)
            return
        settings.save(name=name)
        self._open(name)

    def _open(self, annotator: str) -> None:
        self.project = Project(self._path, annotator, settings.device(self._path), self.post_message)
        self.push_screen(self._first_screen())
        if kept := kept_before(self._path):
            self.notify(kept, title="The project was brought up to date", timeout=20, markup=False)
        with suppress(OSError):  # a state folder that cannot be written to costs the place, and nothing else
            self._place_file = settings.PlaceFile(self._path, self._person)

    def _first_screen(self) -> Screen[None]:
        """Where to begin. The Library is made now only if it is that; below other screens it comes when they close."""
        if self._adjudicate:
            from .screens.adjudicate import Adjudicate

            return Adjudicate(self._document)
        document, cursor = self._first_place()
        if document is None:
            return self._library()
        from .screens.reader import Reader

        return Reader(document, cursor)

    def _first_place(self) -> tuple[int | None, int]:
        """The document to open with: the one asked for, or where the person left off."""
        if self._document is not None:
            return self._document, 0
        place = settings.place(self._path, self._person)
        if place:
            for line in reading.find_document(self.project.connection, place.document):
                return line.id, place.cursor
        return None, 0

    @property
    def _person(self) -> str:
        """Whose places are kept apart: in a kiosk several people share one account."""
        return self.project.annotator if self.kiosk else ""

    def label_colour(self, label: str) -> str:
        """The colour of a label on the theme in use."""
        found = next((each for each in self.project.labels if each.label == label), None)
        return label_colour(self.theme, found) if found else ""

    def palette(self) -> "dict[str, LabelInk]":
        """How each label of the codebook looks on the theme in use."""
        from .widgets.ink import LabelInk

        return {
            label.label: LabelInk(label.letter, label.glyph, label_colour(self.theme, label), label.axis == "neutral")
            for label in self.project.labels
        }

    @property
    def suggester(self) -> "Suggester":
        """What looks for suggestions, from the first question on."""
        if self._suggester is None:
            from .suggester import Suggester

            self._suggester = Suggester(self._path, self.post_message)
        return self._suggester

    def remember(self, document: str, cursor: int) -> None:
        """Keep the place where the person is."""
        if self._place_file:
            self._place_file.keep(settings.Place(document, cursor))

    def home(self) -> Screen[None] | None:
        """A new Library, once a project is open."""
        return self._library() if hasattr(self, "project") else None

    def _library(self) -> Screen[None]:
        from .screens.library import Library

        return Library()

    # ------------------------------------------------------------------ time

    async def on_event(self, event: events.Event) -> None:
        """Know that somebody is there, whatever the event is for."""
        if isinstance(event, events.Key | events.MouseEvent | events.Paste):
            self.stirred()
        await super().on_event(event)

    def stirred(self) -> None:
        """Somebody did something; windows over the Reader are a part of its work."""
        below = (screen for screen in reversed(self.screen_stack) if not isinstance(screen, ModalScreen))
        screen = next(below, None)
        self.stopwatch.stir(getattr(screen, "sha256", None))  # only the Reader, which may not be loaded yet, has it

    def _sit(self, document: str, seconds: int) -> None:
        self._sittings.add(self.project.writer.do(lambda act: team.sit(act, document, seconds)))

    async def on_unmount(self) -> None:
        """Write what is left before the process ends."""
        self.stopwatch.flush()
        if self._place_file:
            self._place_file.close()
        if self._suggester:
            self._suggester.close()
        if hasattr(self, "project"):
            self.project.close()

    # ------------------------------------------------------------------ messages of the workers

    @on(Committed)
    def _committed(self, message: Committed) -> None:
        self.project.watcher.look()
        if message.number not in self._sittings:
            self.committed.publish(message)
        self._sittings.discard(message.number)

    @on(Reversed)
    def _reversed(self, message: Reversed) -> None:
        self.project.watcher.look()
        self.reversed.publish(message)

    @on(Touched)
    def _touched(self, message: Touched) -> None:
        self.project.see()
        self.hear_of_team(message)
        if not message.subjects or any(kind != "sitting" for kind, _ in message.subjects):
            self.touched.publish(message)

    @on(Offered)
    def _offered(self, message: Offered) -> None:
        self.offered.publish(message)

    @on(NotOffered)
    def _not_offered(self, message: NotOffered) -> None:
        self.not_offered.publish(message)

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        if message.number in self._sittings:
            self._sittings.discard(message.number)
            return  # whoever only reads in a file that cannot be written to is not told of it every few minutes
        self.refused.publish(message)
        error = message.error
        title = error.title if isinstance(error, OnrecordError) else "Nothing was written"
        self.notify(crash.sentence(error), title=title, severity="warning", markup=False)


def run(
    path: Path,
    *,
    annotator: str | None,
    document: int | None = None,
    demo: bool = False,
    adjudicate: bool = False,
    kiosk: bool = False,
) -> int:
    """Open a project in the terminal, with `adjudicate` at the Adjudicate screen; the answer is the exit code.

    In a `kiosk` the name cannot be changed, and nothing but the project can be reached. The terminal is to be looked
    after by a `guardian`, and the file to be one that can be opened.

    Raises:
        OnrecordError: the settings cannot be read; the terminal was not touched.
    """
    app = OnrecordApp(path, annotator=annotator, document=document, demo=demo, adjudicate=adjudicate, kiosk=kiosk)
    crash.watch_for_faults()
    app.watch_threads()
    threading.Thread(target=_end_with_the_terminal, name="onrecord-hangup", daemon=True).start()
    code = app.run()
    if app.return_code:
        raise Stopped(f"The app had to stop; what it showed as saved is safe. See {crash.report_file()}")
    return code or 0


def _settle() -> None:
    """Let Python look for garbage from now on, but never again among what the start has made and is there to stay."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*_RARELY)
        gc.enable()


def _end_with_the_terminal() -> None:
    """End the process when its terminal is gone, even where the hang-up signal is ignored: nobody could end it then.

    What was shown as done is on disk, as after any other death.
    """
    poll = select.poll()
    poll.register(sys.stdin, 0)
    gone = select.POLLHUP | select.POLLERR
    if any(event & gone for _, event in poll.poll()):
        os._exit(_HUNG_UP)
