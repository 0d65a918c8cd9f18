"""The sources: who says, denies and confirms what how often, named and unnamed."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Center, Horizontal, Middle
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from ...schema import sources
from ...schema.sources import SourceLine
from .. import actions
from ..actions import Action
from ..widgets.hint_line import HintLine
from ..widgets.paged_list import PagedList
from ..widgets.source_row import SourceHeads, source_about, source_row
from ..widgets.wording import count
from .chooser import Chooser, Chosen, Offer
from .listing import MOVES, Rows
from .source_changes import SourceChanges, ThisSource, document_title, of_sort, sort_cell, split, this_source

_NEED_A_SOURCE = {"open", *MOVES, "merge", "same", "probably", "alias", "rename", "split"}
_SORTS = {
    "": "all of them",
    "persons": "persons with a name",
    "institutions": "institutions and those who speak for them, outlets, documents",
    "unnamed": "unnamed ones, each within its article",
}


class SourceBook:
    """The sources with some words and of a sort, for a list that reads their lines a page at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.words = self.sort = ""
        self.ids: Sequence[int] = ()

    def look(self) -> None:
        """Find out which sources are to be shown."""
        named = {"": "", "unnamed": "unnamed"}.get(self.sort, "named")
        found = sources.ids(self._connection, self.words, named)
        self.ids = of_sort(self._connection, found, self.sort if named == "named" else "")

    def count(self) -> int:
        """How many sources there are to show."""
        return len(self.ids)

    def page(self, first: int, size: int) -> list[SourceLine]:
        """So many sources from a position, counted from 0; fewer at the end."""
        return sources.lines(self._connection, self.ids[first : first + size])


class Sources(SourceChanges):
    """The sources, one a row, in the order in which they were recorded."""

    BINDINGS = actions.bindings("sources")
    place = "sources"

    filter_input = query_one("#filter Input", Input)

    def __init__(self) -> None:
        super().__init__()
        self._marked: ThisSource | None = None

    def compose(self) -> ComposeResult:
        """Header, filter, the sources under the names of their columns, the one under the cursor whole, the hints."""
        self._book = SourceBook(self.onrecord.project.connection)
        yield from self.header()
        with Horizontal(id="filter"):
            yield Static(Content("filter "), id="filter-name")
            yield Input(placeholder="words of a name or note", compact=True, select_on_focus=False)
            yield Static(id="filter-count", markup=False)
        yield SourceHeads(id="heads")
        yield Rows(self._book, self._row)
        with Middle(id="empty"), Center():
            yield Static(id="empty-words", markup=False)
        yield Static(id="foot", markup=False)
        yield HintLine("sources")

    def _row(self, line: SourceLine, width: int, here: bool) -> Content:
        marked = self._marked is not None and self._marked.id == line.id
        return source_row(line, width, here, sort=sort_cell(line.kind, line.document_id), marked=marked)

    # ------------------------------------------------------------------ showing

    def reload(self) -> None:
        """Read again which sources there are, and stay on the same one."""
        line: SourceLine | None = self.rows.current
        self._book.look()
        self.rows.reload()
        if line and line.id in self._book.ids:
            self.rows.go(self._book.ids.index(line.id))
        self._show()

    def _show(self) -> None:
        book = self._book
        limits = [book.sort, "◆ one marked" if self._marked else ""]
        self.set_header("Sources", count(book.count(), "source"), " · ".join(each for each in limits if each))
        self.query_one("#filter-count", Static).update(Content(f"{book.count():,} found"))
        self.set_class(not book.count(), "empty")
        if not book.count():
            self.query_one("#empty-words", Static).update(self._empty_words())
        self._show_foot()
        self.hint_line.refresh()

    def _empty_words(self) -> Content:
        if self._book.words.strip() or self._book.sort:
            return Content.assemble(
                ("No source is left by what is asked for\n\n", "bold"), ("esc takes the filters away.", "$muted")
            )
        return Content.assemble(
            ("No sources yet\n\n", "bold"),
            "A source is whoever a mark's chain names: in an article,\n",
            "take a labelled mention in hand with tab, and press f there.",
        )

    @on(PagedList.Highlighted)
    def _show_foot(self) -> None:
        line: SourceLine | None = self.rows.current
        where = document_title(self.onrecord.project.connection, line.document_id) if line else ""
        self.query_one("#foot", Static).update(source_about(line, where) if line else Content(""))

    # ------------------------------------------------------------------ filters

    def action_filter(self) -> None:
        """Type words that the sources shown must have."""
        self.filter_input.value = self._book.words
        self.add_class("filtering")
        self.filter_input.focus()

    @on(Input.Changed)
    def _typed(self) -> None:
        if self.has_class("filtering") and self.filter_input.value != self._book.words:
            self._book.words = self.filter_input.value
            self.reload()

    @on(Input.Submitted)
    def _filtered(self) -> None:
        self.rows.focus()

    def action_sort(self) -> None:
        """Ask for a sort of sources to show."""

        def look(words: str) -> list[Offer]:
            said = words.strip().casefold()
            return [Offer(value, Content(name)) for value, name in _SORTS.items() if said in name.casefold()]

        def chosen(answer: Chosen | None) -> None:
            if answer:
                self._book.sort = answer.value
                self.reload()

        self.app.push_screen(Chooser("Which sources?", look), chosen)

    # ------------------------------------------------------------------ sources

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        name = action.id.partition(".")[2]
        line: SourceLine | None = self.rows.current
        if name in _NEED_A_SOURCE and line is None:
            return "No source is in the list"
        if name == "split" and line and not line.merged:
            return "This source was merged with no other"
        if name == "alias" and line and line.document_id is not None:
            return "An unnamed source has no other names; = merges it, p ties it to another"
        return None

    def _here(self) -> ThisSource:
        """The source under the cursor, which must be there."""
        line: SourceLine | None = self.rows.current
        assert line
        return this_source(line)

    def action_open(self) -> None:
        """Open the source under the cursor."""
        from .source_page import SourcePage

        if self.rows.current is not None:
            self.app.push_screen(SourcePage(self._here().id))

    def action_ledger(self) -> None:
        """To the claims."""
        from .ledger import Ledger

        self.app.push_screen(Ledger())

    def action_merge(self) -> None:
        """Mark the source, or merge it with the one that is marked."""
        here = self._here()
        marked, self._marked = self._marked, None
        if marked is None:
            self._marked = here
            self.notify("Marked: press m on the source that is the same, p if it only may be", timeout=4, markup=False)
        elif marked.id != here.id:
            self.merge(marked, here.uid)
        self.rows.redraw()
        self._show()

    def action_probably(self) -> None:
        """Tie the source to the one that is marked, or to one that is looked for, with a certainty."""
        here = self._here()
        marked, self._marked = self._marked, None
        if marked and marked.id != here.id:
            self.ask_certainty(marked, here.uid)
        else:
            self.look_for_probable(here)
        self.rows.redraw()
        self._show()

    def action_same(self) -> None:
        """Merge the source with another one that is looked for."""
        self.look_for_same(self._here())

    def action_alias(self) -> None:
        """Give the source another name."""
        self.ask_alias(self._here())

    def action_rename(self) -> None:
        """Correct the name."""
        self.ask_name(self._here())

    def action_split(self) -> None:
        """Split the source from all that it was merged with."""
        self.do(partial(split, uid=self._here().uid), "Split: the sources are apart again; u undoes it")

    def action_close(self) -> None:
        """Take the filters away, or else go back."""
        if self.has_class("filtering") or self._book.words or self._book.sort:
            self.remove_class("filtering")
            self._book.words = self._book.sort = ""
            self.filter_input.value = ""
            self.rows.focus()
            self.reload()
        elif self._marked:
            self._marked = None
            self.rows.redraw()
            self._show()
        else:
            self.dismiss()
