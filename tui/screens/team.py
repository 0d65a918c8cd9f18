"""The team: progress, documents, agreement with intervals, effort, competence, and work beside the gold layer."""

import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from textual import on
from textual.content import Content
from textual.message import Message
from textual.worker import get_current_worker

from ...measure import teamwork
from ...measure.progress import STATES
from ...measure.teamwork import Comparison, Counts
from ...schema import reading
from .. import actions, crash
from ..actions import Action
from ..widgets.wording import count
from .beside import Beside
from .section_page import Entry, SectionPage, heading, plain
from .team_sections import (
    agreement_entries,
    competence_entries,
    document_entries,
    effort_entries,
    gold_entries,
    progress_entries,
)

if TYPE_CHECKING:
    from ..project import Project

_TOLD_EVERY = 0.2
_KEPT: "WeakKeyDictionary[Project, tuple[str, int, str, Comparison]]" = WeakKeyDictionary()
"""The last comparison of a project: for whom, up to which event, at what time."""


class Comparing(Message):
    """So many of so many documents are compared."""

    def __init__(self, done: int, of: int) -> None:
        super().__init__()
        self.done, self.of = done, of


class Compared(Message):
    """All was compared, up to an event; `problem` says why not."""

    def __init__(self, comparison: Comparison | None, event: int, problem: str = "") -> None:
        super().__init__()
        self.comparison, self.event, self.problem = comparison, event, problem


class Overtaken(Exception):
    """Nobody waits for the answer any more."""


class Team(Beside, SectionPage):
    """Progress at once, and what has to be compared when it is; both are worked out in threads beside the screen."""

    BINDINGS = actions.bindings("team")
    place = "team"

    def __init__(self) -> None:
        super().__init__()
        self.add_class("team")
        self._counts: Counts | None = None
        self._comparison: Comparison | None = None
        self._event, self._at = 0, ""
        self._working = self._uncounted = self._uncompared = ""

    # ------------------------------------------------------------------ counting

    def on_mount(self) -> None:
        """Count, and compare unless what was compared last still holds."""
        super().on_mount()
        self.query_one("#head").display = False
        project = self.onrecord.project
        annotator, event, at, kept = _KEPT.get(project, ("", 0, "", None))
        if kept and annotator == project.annotator:
            self._comparison, self._event, self._at = kept, event, at
        if not kept or self._is_old():
            self.action_compare()
        self._show()

    def question(self, connection: sqlite3.Connection) -> Counts:
        """Who has done what."""
        return teamwork.counts(connection, self.onrecord.project.annotator)

    def answered(self, answer: Counts | None, problem: str) -> None:
        """Show it."""
        self._counts, self._uncounted = answer or self._counts, problem
        self._show()

    def action_compare(self) -> None:
        """Compare all work anew."""
        if not self._working:
            self._working = "comparing …"
            self.run_worker(self._compared_beside, thread=True, group="compare", exclusive=True, exit_on_error=False)
            self._show()

    def _compared_beside(self) -> None:
        project, worker, last = self.onrecord.project, get_current_worker(), [0.0]

        def told(done: int, of: int) -> None:
            if worker.is_cancelled:
                raise Overtaken
            if time.monotonic() - last[0] > _TOLD_EVERY:
                last[0] = time.monotonic()
                self.post_message(Comparing(done, of))

        def look(connection: sqlite3.Connection) -> tuple[Comparison, int]:
            event = reading.last_event(connection)
            return teamwork.comparison(connection, project.annotator, told=told), event

        try:
            message = Compared(*project.look(look))
        except Overtaken:
            return
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the person hears of it
            message = Compared(None, 0, crash.sentence(error))
        if not worker.is_cancelled:
            self.post_message(message)

    @on(Comparing)
    def _comparing(self, message: Comparing) -> None:
        drawing = message.done == message.of
        what = "drawing intervals" if drawing else f"comparing {message.done:,} of {count(message.of, 'document')}"
        self._working = f"{what} …"
        self._show_header()

    @on(Compared)
    def _compared(self, message: Compared) -> None:
        self._working, self._uncompared = "", message.problem
        if message.comparison:
            self._comparison, self._event = message.comparison, message.event
            self._at = datetime.now().astimezone().strftime("%H:%M")
            project = self.onrecord.project
            _KEPT[project] = project.annotator, self._event, self._at, message.comparison
        self._show()

    def _is_old(self) -> bool:
        """Whether something was written since the comparison."""
        return reading.last_event(self.onrecord.project.connection) > self._event

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        self._show_header()
        self.show_entries(list(self._entries()))

    def _show_header(self) -> None:
        counts = self._counts
        said = ""
        if counts:
            people = count(len(counts.workers), "person").replace("persons", "people")
            said = (
                f"{people if counts.everybody else 'your own work'} · {count(sum(counts.tally.values()), 'document')}"
            )
        key = self.onrecord.key_of("team.compare")
        old = self._comparison and not self._working and self._is_old()
        problem = self._uncounted or self._uncompared
        limits = self._working or problem or (f"as of {self._at}; {key} compares anew" if old else "")
        self.set_header("Team", said, limits)

    def _entries(self) -> Iterator[Entry]:
        if self._counts is None:
            yield heading("Progress")
            yield plain(("none", "counts"), self._uncounted or "counting …")
            return
        yield from progress_entries(self._counts)
        yield from document_entries(self._counts)
        if self._comparison is None:
            yield heading("Agreement")
            yield plain(
                ("none", "agreement"), self._uncompared or "it is being worked out; the rest can be read meanwhile"
            )
        else:
            key = self.onrecord.key_of("team.open")
            yield from agreement_entries(self._comparison, self._label, f"{key} shows it by pairs")
        yield from effort_entries(self._counts)
        if self._comparison is not None:
            yield from competence_entries(self._comparison)
            yield from gold_entries(self._comparison)

    def _label(self, name: str) -> Content:
        """A label with its sign, in its colour."""
        label = next((label for label in self.onrecord.project.labels if label.label == name), None)
        glyph = f"{label.glyph} " if label else ""
        return Content.styled(f"{glyph}{name}", self.onrecord.label_colour(name))

    # ------------------------------------------------------------------ what can be done

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        if action.id == "team.compare" and self._working:
            return "It is being compared already"
        return super().why_not(action)

    def action_open(self) -> None:
        """List the documents of a state, or show a figure by pairs of annotators."""
        kind, what = self.entry.key if self.entry else ("", "")
        if kind == "state":
            self._open_documents(str(what))
        elif kind == "agreement" and self._comparison:
            from .team_pairs import TeamPairs

            layer = str(what).partition("/")[0]
            if layer == "groups":
                self.say("What nobody disputes is of all annotators together; the documents tell where they differ")
            else:
                self.app.push_screen(TeamPairs(layer))
        else:
            key = self.onrecord.key_of("team.documents")
            self.say(f"There is nothing to open here; {key} lists the documents")

    def action_documents(self) -> None:
        """List the documents, what needs somebody first."""
        self._open_documents("")

    def _open_documents(self, state: str) -> None:
        from .team_documents import TeamDocuments

        differing = teamwork.differing(self._comparison.differences) if self._comparison else {}
        self.app.push_screen(TeamDocuments(next((each for each in STATES if each == state), None), differing))
