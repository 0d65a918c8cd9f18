"""The documents of a team, what needs somebody first: how far each is, and how much of it is left to rule."""

import sqlite3
from collections.abc import Mapping, Sequence

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from ...measure import progress
from ...measure.progress import STATES, About, DocumentWork, State
from ...schema import team
from .. import actions
from ..actions import Action
from ..widgets.cells import LONGEST, cell, row
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
from ..widgets.paged_list import PagedList
from ..widgets.team_row import STATE_LOOKS, document_state
from ..widgets.wording import count
from .beside import Beside
from .chooser import Chooser, Chosen, Offer
from .listing import MOVES, Rows

_STATE, _DONE, _COUNT, _DIFFERING, _MINUTES = 11, 9, 8, 11, 7


class Line(Struct, frozen=True):
    """A document with what it is called."""

    work: DocumentWork
    about: About


class Worklist:
    """The documents of a state, for a list that reads their titles a page at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.found: Sequence[DocumentWork] = ()
        self.shown: Sequence[DocumentWork] = ()

    def show(self, state: State | None) -> None:
        """Show the documents of one state, or all."""
        self.shown = [each for each in self.found if state in (None, each.state)]

    def count(self) -> int:
        """How many documents are shown."""
        return len(self.shown)

    def page(self, first: int, size: int) -> list[Line]:
        """So many from a position."""
        some = self.shown[first : first + size]
        names = progress.about(self._connection, [each.id for each in some])
        return [Line(each, names[each.id]) for each in some if each.id in names]


class WorkHeads(Widget):
    """The names of the columns, over a list of the same width."""

    def render(self) -> Content:
        """One line; the list's last cell is its scroll bar."""
        width = self.size.width - 1
        names = [cell(name, size, right=True) for name, size in _numbers(width)]
        return row(cell("waits for", _STATE), cell("title", _title(width)), *names)


class TeamDocuments(Beside):
    """Every document, or those of one state. What differs is known once the team's work was compared."""

    BINDINGS = actions.bindings("worklist")
    place = "worklist"

    def __init__(self, state: State | None, differing: Mapping[int, tuple[int, int]]) -> None:
        super().__init__()
        self.add_class("team")
        self._state, self._differing = state, differing
        self._known = False
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Header, the documents under the names of their columns, the one under the cursor whole, the hints."""
        self._list = Worklist(self.onrecord.project.connection)
        yield from self.header()
        yield WorkHeads(id="heads")
        yield Rows(self._list, document_row)
        with Middle(id="empty"), Center():
            yield Static(id="empty-words", markup=False)
        yield Static(id="foot", markup=False)
        yield HintLine("worklist")

    def on_mount(self) -> None:
        """Say that it is counted."""
        super().on_mount()
        self._show()

    def question(self, connection: sqlite3.Connection) -> list[DocumentWork]:
        """Every document, what needs somebody first."""
        return progress.documents(connection, self.onrecord.project.annotator, self._differing)

    def answered(self, answer: list[DocumentWork] | None, problem: str) -> None:
        """Show them."""
        self._known, self._problem = True, problem
        self._list.found = answer or ()
        self._narrow()

    def _narrow(self) -> None:
        """Show those of the state that is asked for, with the cursor on the same document."""
        line: Line | None = self.rows.current
        self._list.show(self._state)
        self.rows.reload()
        ids = [each.id for each in self._list.shown]
        if line and line.work.id in ids:
            self.rows.go(ids.index(line.work.id))
        self._show()

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        shown = self._list.count()
        self.set_header("Team: documents", count(shown, "document"), self._state or "")
        self.set_class(not shown, "empty")
        if not shown:
            self.query_one("#empty-words", Static).update(self._empty_words())
        self._show_foot()
        self.hint_line.refresh()

    def _empty_words(self) -> Content:
        if self._problem:
            return Content(one_line(self._problem))
        if not self._known:
            return Content.styled("counting …", "$muted")
        if self._list.found:
            return Content.assemble((f"No document is {self._state}\n\n", "bold"), ("esc shows all of them.", "$muted"))
        return Content.assemble(
            ("No documents here\n\n", "bold"), ("Whoever works blind sees those that are theirs.", "$muted")
        )

    @on(PagedList.Highlighted)
    def _show_foot(self) -> None:
        line: Line | None = self.rows.current
        self.query_one("#foot", Static).update(_about(line) if line else Content(""))

    # ------------------------------------------------------------------ what can be done

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        name = action.id.partition(".")[2]
        if name in {"open", *MOVES} and self.rows.current is None:
            return "No document is in the list"
        return None

    def action_open(self) -> None:
        """Open the document under the cursor: to rule where that is what it waits for and one may, else to read it."""
        from .adjudicate import Adjudicate
        from .reader import Reader

        line: Line | None = self.rows.current
        project = self.onrecord.project
        if line and line.work.state == "to rule" and not team.why_not_rule(project.connection, project.annotator):
            self.app.push_screen(Adjudicate(line.work.id))
        elif line:
            self.app.push_screen(Reader(line.work.id))

    def action_state(self) -> None:
        """Ask for a state of documents to show."""

        def look(words: str) -> list[Offer]:
            said = words.strip().casefold()
            offers = [("", "all of them"), *((state, f"{state}: {STATE_LOOKS[state][2]}") for state in STATES)]
            return [Offer(value, Content(name)) for value, name in offers if said in name.casefold()]

        def chosen(answer: Chosen | None) -> None:
            if answer:
                self._state = next((state for state in STATES if state == answer.value), None)
                self._narrow()

        self.app.push_screen(Chooser("Which documents?", look), chosen)

    def action_close(self) -> None:
        """Show all documents again, or else go back."""
        if self._state and self._list.found and not self._list.shown:
            self._state = None
            self._narrow()
        else:
            self.dismiss()


def document_row(line: Line, width: int, here: bool) -> Content:
    """A document: what it waits for, its title, and its counts as far as there is room."""
    work, about = line.work, line.about
    values = {
        "submitted": f"{work.submitted:,}/{work.assigned:,}" if work.assigned else f"{work.submitted:,}",
        "mentions": f"{work.mentions:,}",
        "differing": "–" if work.differing is None else f"{work.differing:,} of {work.groups:,}",
        "unruled": f"{work.unruled:,}",
        "minutes": f"{work.seconds / 60:.0f}" if work.seconds else "–",
    }
    title = one_line(about.title[:LONGEST]) or "untitled"
    state = document_state(work)
    return row(
        state + " " * (_STATE - state.cell_length),
        cell(title, _title(width), "bold" if here else ""),
        *(cell(values[name], size, right=True) for name, size in _numbers(width)),
        here=here,
    )


def _numbers(width: int) -> list[tuple[str, int]]:
    """The columns of numbers that there is room for."""
    wide = [("mentions", _COUNT), ("unruled", _COUNT)] if width >= 100 else []
    return [("submitted", _DONE), *wide[:1], ("differing", _DIFFERING), *wide[1:], ("minutes", _MINUTES)]


def _title(width: int) -> int:
    """How wide the title is."""
    return max(8, width - 1 - _STATE - 2 - sum(size + 2 for _, size in _numbers(width)))


def _about(line: Line) -> Content:
    """All that is known of a document, and why it was flagged."""
    work, about = line.work, line.about
    glyph, ink, words = STATE_LOOKS[work.state]
    where = " · ".join(filter(None, ((about.published_at or "")[:10], one_line(about.outlet[:LONGEST]))))
    people = f"{work.assigned:,} assigned · {work.submitted:,} submitted · {work.in_progress:,} in progress"
    people += f" · {work.skipped:,} skipped · {work.flagged:,} flagged"
    differ = "" if work.differing is None else f" · {work.differing:,} of {count(work.groups or 0, 'group')} differ"
    counts = (
        f"{count(work.mentions, 'mention')}, {work.unruled:,} not ruled on{differ} · {work.seconds / 60:.0f} minutes"
    )
    flags = "; ".join(f"{one_line(name)}: {one_line(note[:LONGEST]) or 'no note'}" for name, note in about.flags)
    return Content.assemble(
        (one_line(about.title[:LONGEST]) or "untitled", "bold"), (f"  {where}\n", "$secondary"),
        (f"{glyph} {work.state}", ink), (f": {words}", "$muted"),
        (f"\n⚑ {flags}" if flags else "", "$error"), f"\n{people}\n{counts}",
    )  # fmt: skip
