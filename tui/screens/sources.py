"""The sources: who says, denies and confirms what how often, named and unnamed."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from ...schema import leading, sight, sources
from ...schema.leading import Leading
from ...schema.sources import SourceLine
from .. import actions
from ..actions import Action
from ..looking import Look, Looked, Looking
from ..widgets.filter_line import filter_line
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
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


class Wanted(NamedTuple):
    """Which sources to show: those with some words, and of a sort."""

    words: str = ""
    sort: str = ""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.words.strip() or self.sort)


def look_up(connection: sqlite3.Connection, wanted: Wanted) -> list[int]:
    """The sources that are to be shown, as row ids."""
    named = {"": "", "unnamed": "unnamed"}.get(wanted.sort, "named")
    found = sources.ids(connection, wanted.words, named)
    return of_sort(connection, found, wanted.sort if named == "named" else "")


class SourceBook:
    """The sources that were found, for a list that reads their lines a page at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.wanted = Wanted()
        self.ids: Sequence[int] = ()

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
        self._problem = ""
        self._listed = False

    def compose(self) -> ComposeResult:
        """Header, filter, the sources under the names of their columns, the one under the cursor whole, the hints."""
        self._book = SourceBook(self.onrecord.project.connection)
        self._looking = Looking(self.onrecord, self, self._look)
        yield from self.header()
        yield filter_line("words of a name or note")
        yield SourceHeads(id="heads")
        yield Rows(self._book, self._row)
        with Middle(id="empty"), Center():
            yield Static(id="empty-words", markup=False)
        yield Static(id="foot", markup=False)
        yield HintLine("sources")

    def on_unmount(self) -> None:
        """Stop looking."""
        self._looking.close()

    def _row(self, line: SourceLine, width: int, here: bool) -> Content:
        marked = self._marked is not None and self._marked.id == line.id
        return source_row(line, width, here, sort=sort_cell(line.kind, line.document_id), marked=marked)

    # ------------------------------------------------------------------ which sources

    def reload(self) -> None:
        """Look again which sources there are; what is shown stays until then. The first ones are there at once."""
        connection = (
            self.onrecord.project.connection
        )  # where anything is hidden, to find the first takes a look at many
        if not self._book.count() and self._book.wanted.everything and not sight.hides(connection):
            self._looking.stop()
            self._list(Leading(connection, "sources"))
            if self._book.count() > leading.FIRST:
                self._looking.again()
        elif self._listed or self._looking.on_the_way:
            self._looking.again()
        else:
            self._looking.for_other()
            self._show()

    def _want(self, wanted: Wanted) -> None:
        self._book.wanted = wanted
        self._looking.for_other()
        self._show()

    def _look(self) -> Look:
        """How to find the sources that are asked for now."""
        return partial(look_up, wanted=self._book.wanted)

    @on(Looked)
    async def _looked(self, message: Looked) -> None:
        if self._looking.takes(message):
            self._list(message.found or (), message.problem)
            await self._looking.do_held()

    def _list(self, ids: Sequence[int], problem: str = "") -> None:
        """Show these sources, and stay on the same one if it is among them."""
        line: SourceLine | None = self.rows.current
        self._book.ids, self._problem, self._listed = ids, problem, True
        self.rows.reload()
        if line and line.id in ids:
            self.rows.go(ids.index(line.id))
        self._show()

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        """Show everything around the list; whether it is empty, once that is known."""
        book, known = self._book, not self._looking.on_the_way
        limits = [book.wanted.sort, "◆ one marked" if self._marked else ""]
        counts = count(book.count(), "source") if known else "looking …"
        self.set_header("Sources", counts, " · ".join(each for each in limits if each))
        self.query_one("#filter-count", Static).update(Content(f"{book.count():,} found" if known else "…"))
        if known:
            self.set_class(not book.count(), "empty")
            if not book.count():
                self.query_one("#empty-words", Static).update(self._empty_words())
        self._show_foot()
        self.hint_line.refresh()

    def _empty_words(self) -> Content:
        if self._problem:
            return Content(one_line(self._problem))
        if not self._book.wanted.everything:
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
        self.filter_input.value = self._book.wanted.words
        self.add_class("filtering")
        self.set_focus(self.filter_input)  # at once: the next key may be there already

    @on(Input.Changed)
    def _typed(self) -> None:
        words = self.filter_input.value
        if self.has_class("filtering") and words != self._book.wanted.words:
            self._want(self._book.wanted._replace(words=words))

    @on(Input.Submitted)
    def _filtered(self) -> None:
        self.set_focus(self.rows)

    def action_sort(self) -> None:
        """Ask for a sort of sources to show."""

        def look(words: str) -> list[Offer]:
            said = words.strip().casefold()
            return [Offer(value, Content(name)) for value, name in _SORTS.items() if said in name.casefold()]

        def chosen(answer: Chosen | None) -> None:
            if answer:
                self._want(self._book.wanted._replace(sort=answer.value))

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

    def holds(self, action: Action) -> bool:
        """Whether an action waits for the sources that were asked for last."""
        return action.id.partition(".")[2] in _NEED_A_SOURCE and self._looking.holds(action)

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
        if self.has_class("filtering") or self._book.wanted != Wanted():
            self.remove_class("filtering")
            self.filter_input.value = ""
            self.set_focus(self.rows)
            self._want(Wanted())
        elif self._marked:
            self._marked = None
            self.rows.redraw()
            self._show()
        else:
            self.dismiss()
