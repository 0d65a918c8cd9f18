"""The library: every document of the project with one's own state, a filter as one types, and the way to the texts."""

from functools import partial
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from ...schema import team
from ...schema.records import DocumentLine
from .. import actions
from ..actions import Action
from ..catalogue import Catalogue, Listed, Tally, Wanted, look_up
from ..widgets.document_row import Heads, document_row
from ..widgets.heading import Heading
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
from ..widgets.paged_list import PagedList
from ..widgets.wording import count, reversal
from ..workers import Reversed, Touched
from .page import Page

if TYPE_CHECKING:
    from ..app import OnrecordApp
    from ..looking import Look, Looked, Looking

_NEED_A_DOCUMENT = {f"library.{name}" for name in ("open", "down", "up", "page_down", "page_up", "first", "last")}
_MEAN_A_DOCUMENT = {*_NEED_A_DOCUMENT, "library.adjudicate"}
_NEED_THE_PROJECT_FILLED = {"library.filter", "library.search"}


class DocumentList(PagedList[DocumentLine], inherit_bindings=False):
    """The list of documents. It has no keys of its own: those that would scroll it move its cursor."""


class Library(Page[None]):
    """The documents, one a row, in the order of publication. Pages of rows are read when they come into sight."""

    CSS_PATH = "library.tcss"
    AUTO_FOCUS = "DocumentList"
    BINDINGS = actions.bindings("library")

    documents = query_one(DocumentList)
    filter_input = query_one("#filter Input", Input)
    hint_line = query_one(HintLine)

    def __init__(self) -> None:
        super().__init__()
        self._stale = False
        self._wants_queue = True
        self._problem = ""
        self._among = 0
        self._looking: Looking | None = None

    # ------------------------------------------------------------------ set-up

    @property
    def onrecord(self) -> "OnrecordApp":
        """The app, with what onrecord adds to it."""
        return cast("OnrecordApp", self.app)

    def compose(self) -> ComposeResult:
        """Header, the documents under the names of their columns, the hint line; the filter comes when it is wanted."""
        project = self.onrecord.project
        self._catalogue = Catalogue(project.connection, project.annotator)
        yield Heading(id="header")
        if self.onrecord.demo:
            from ..widgets.demo_bar import DemoBar

            yield DemoBar("library")
        yield Heads()
        yield self.begin_at(DocumentList(self._catalogue, document_row))
        yield HintLine("library")

    def on_mount(self) -> None:
        """Listen to the workers; begin with what one's queue has to do."""
        self.onrecord.touched.subscribe(self, self._touched)
        self.onrecord.reversed.subscribe(self, self._reversed)
        self._see_queue()
        self._show()

    def on_unmount(self) -> None:
        """Stop looking."""
        if self._looking:
            self._looking.close()

    # ------------------------------------------------------------------ showing

    def on_screen_resume(self) -> None:
        """Back from a document: show what was written meanwhile, with the cursor on what was read last."""
        if self._stale:
            self.reload()
        read, self.onrecord.last_read = self.onrecord.last_read, None
        if read is not None and self._catalogue.wanted.everything:
            self._go_to(read)

    @property
    def _on_top(self) -> bool:
        """Whether nothing lies over it. Textual's `is_current` also holds for the screen below the one on top."""
        return self.app.screen is self

    def _touched(self, _: Touched) -> None:
        if self._on_top:
            self.reload()
        else:
            self._stale = True

    def reload(self) -> None:
        """Read again what is shown, and stay on the same document; what has to be looked for comes in a moment."""
        self._stale = False
        wanted, me = self._catalogue.wanted, self.onrecord.project.annotator
        if wanted.annotator != me:
            self._take_chair(me)
        elif not self._see_queue():
            if wanted.everything:
                self._list(Listed(wanted))
            else:
                self._lookout().again()
        self._show()

    def _take_chair(self, me: str) -> None:
        """Begin with another annotator's queue; what was found for the one before is gone at once."""
        book = self._catalogue
        book.wanted, self._wants_queue = Wanted(me, words=book.wanted.words), True
        if not book.wanted.everything:
            self._list(Listed(book.wanted, ()))
        if not self._see_queue():
            self._want(book.wanted)

    def _want(self, wanted: Wanted) -> None:
        """Show something else: at once if nothing is left out, else as soon as it was found."""
        self._catalogue.wanted = wanted
        if wanted.everything:
            if self._looking:
                self._looking.stop()
            self._list(Listed(wanted))
        else:
            self._lookout().for_other()

    def _lookout(self) -> "Looking":
        """What looks for the documents beside the screen, from the first filter on."""
        from ..looking import Looking

        def look() -> "Look":
            book = self._catalogue
            # With the same words one stays on an article, which may be far down.
            is_other = book.wanted.words != book.listed.wanted.words
            tell = looking.teller() if looking.on_the_way and is_other else None
            return partial(look_up, wanted=self._catalogue.wanted, tell=tell)

        self._looking = looking = self._looking or Looking(self.onrecord, self, look)
        return looking

    async def on_looked(self, message: "Looked") -> None:
        """Show what was looked for, and do what has waited for it."""
        looking = self._lookout()
        if looking.takes(message):
            self._list(message.found or Listed(self._catalogue.wanted, ()), message.problem)
            self._show_left()
            await looking.do_held()

    def _list(self, listed: Listed, problem: str = "") -> None:
        """Show these documents: those with other words from the first on, else stay on the same one."""
        book, here = self._catalogue, self.documents.current
        other = listed.wanted.words != book.listed.wanted.words and not listed.wanted.everything
        book.listed, self._problem = listed, problem
        self.documents.reload()
        if other:
            self.documents.go(0)
        elif here and (now := self.documents.current) and now.id != here.id:
            self._go_to(here.id)

    def _go_to(self, document: int) -> None:
        """Put the cursor on a document, if it is among those shown."""
        here = self.documents.current
        if here and here.id == document:
            return  # nothing has to be counted
        place = self._catalogue.position_of(document)
        if place is not None:
            self.documents.go(place)

    def _see_queue(self) -> bool:
        """Show the queue alone, if there is one and it is wanted, or all documents; whether that is something else."""
        book = self._catalogue
        queue = self._wants_queue and book.progress().assigned > 0
        if queue == book.wanted.queue:
            return False
        self._want(book.wanted._replace(queue=queue))
        if book.wanted.everything:
            self.documents.go(book.first_to_do() if queue else 0)
        return True

    def _show(self) -> None:
        """Show everything around the list."""
        tally, waiting = self._catalogue.tally(), self._catalogue.waiting()
        asked = [f"?{waiting:,} to answer"] if waiting else []
        said = [*asked, *self._how_many(tally), count(tally.mentions, "mention")]
        project = self.onrecord.project
        who = " · ".join([one_line(project.annotator), *project.standing])
        self.query_one(Heading).show(
            Content.assemble((one_line(project.path.name), "bold"), ("   " + " · ".join(said), "$muted")),
            Content.styled(who, "$secondary"),
        )
        self._among = self._catalogue.progress().assigned if self._catalogue.wanted.queue else tally.documents
        self._show_left()

    def _show_left(self) -> None:
        """Show what a filter leaves: how many, and words in place of an empty list, once that is known."""
        shown, known = self._catalogue.shown, not (self._looking and self._looking.on_the_way)
        left = f"{shown:,} …" if self._catalogue.listed.more else f"{shown:,} of {self._among:,}"
        for counted in self.query("#filter-count").results(Static):
            counted.update(Content(left if known else "…"))
        if known:
            self.set_class(not shown, "empty")
            if not shown:
                self._say_empty()
        self.hint_line.refresh()

    def _say_empty(self) -> None:
        """Say in place of the list why there is nothing in it."""
        from .library_empty import no_document, no_match

        wanted = self._catalogue.listed.wanted
        said = no_document(self.onrecord.project.path) if wanted.everything else no_match(wanted.words)
        if self._problem:
            said = Content(one_line(self._problem))
        there = self.query("#empty-words")
        if there:
            there.first(Static).update(said)
        else:
            self.mount(Middle(Center(Static(said, id="empty-words", markup=False)), id="empty"), before=self.hint_line)

    def _how_many(self, tally: Tally) -> list[str]:
        """How many documents there are, and how far one is; of one's queue, if that is what is shown."""
        done, assigned = self._catalogue.progress()
        key = self.onrecord.key_of("library.queue")
        if not self._catalogue.wanted.queue:
            queue = [f"your queue {done:,} of {assigned:,} done, {key} shows it"] if assigned else []
            return [count(tally.documents, "document"), f"{tally.submitted:,} submitted", *queue]
        finished = "finished, " if done == assigned else ""
        return [f"your queue: {finished}{done:,} of {assigned:,} done", f"{key} shows all"]

    # ------------------------------------------------------------------ what can be done

    def why_not(self, action: Action) -> str | None:
        """Why an action of the library cannot run now; None when it can."""
        filtered = not self._catalogue.listed.wanted.everything
        if action.id in _NEED_A_DOCUMENT and not self._catalogue.shown:
            return "No document matches the filter" if filtered else "There is no article yet; add some first"
        if action.id == "library.queue" and not self._catalogue.progress().assigned:
            return "No document was assigned to you; onrecord assign does that"
        if action.id == "library.adjudicate":
            return team.why_not_rule(self.onrecord.project.connection, self.onrecord.project.annotator)
        if action.id in _NEED_THE_PROJECT_FILLED and not filtered and not self._catalogue.shown:
            return "There is nothing to look through yet; add articles first"
        return None

    def holds(self, action: Action) -> bool:
        """Whether an action waits for the documents with the words that were typed last."""
        return action.id in _MEAN_A_DOCUMENT and self._looking is not None and self._looking.holds(action)

    @on(DocumentList.Chosen)
    def action_open(self) -> None:
        """Open the document under the cursor."""
        from .reader import Reader  # the reader is heavy, and not needed for the first paint

        here = self.documents.current
        if here:
            self.app.push_screen(Reader(here.id))

    def action_down(self) -> None:
        """One document down."""
        self.documents.move(1)

    def action_up(self) -> None:
        """One document up."""
        self.documents.move(-1)

    def action_page_down(self) -> None:
        """One page down."""
        self.documents.move(self.documents.page_rows)

    def action_page_up(self) -> None:
        """One page up."""
        self.documents.move(-self.documents.page_rows)

    def action_first(self) -> None:
        """To the first document."""
        self.documents.go(0)

    def action_last(self) -> None:
        """To the last document."""
        self.documents.go(self._catalogue.shown - 1)

    def action_queue(self) -> None:
        """Show one's queue alone, or all documents; stay on the same one."""
        here = self.documents.current
        self._wants_queue = not self._catalogue.wanted.queue
        if self._see_queue() and here and self._catalogue.wanted.everything:
            self._go_to(here.id)
        self._show()

    def action_search(self) -> None:
        """Search all texts."""
        from .search import Search

        self.app.push_screen(Search())

    def action_ledger(self) -> None:
        """To the claims."""
        from .ledger import Ledger

        self.app.push_screen(Ledger())

    def action_sources(self) -> None:
        """To the sources."""
        from .sources import Sources

        self.app.push_screen(Sources())

    def action_adjudicate(self) -> None:
        """To the document under the cursor if two have submitted it, else to the first that waits for a ruling."""
        from ...schema import gold
        from .adjudicate import Adjudicate

        line = self.documents.current
        judged = line is not None and len(gold.judges(self.onrecord.project.connection, line.id)) > 1
        self.app.push_screen(Adjudicate(line.id if line and judged else None))

    def action_team(self) -> None:
        """To the team's progress and agreement."""
        from .team import Team

        self.app.push_screen(Team())

    def action_undo(self) -> None:
        """Undo the annotator's last act, wherever it was."""
        self.onrecord.project.writer.undo()

    def action_redo(self) -> None:
        """Redo it."""
        self.onrecord.project.writer.redo()

    def _reversed(self, message: Reversed) -> None:
        if self._on_top:
            self.notify(reversal(message.verb, message.undone), timeout=4, markup=False)

    def action_close(self) -> None:
        """Take the filter away, or else leave onrecord."""
        if self.has_class("filtering"):
            self.remove_class("filtering")
            self._filter("")
            self.set_focus(self.documents)
        else:
            self.app.exit(0)

    # ------------------------------------------------------------------ the filter

    async def action_filter(self) -> None:
        """Type words that the documents shown must have."""
        if not self.query("#filter"):
            from ..widgets.filter_line import filter_line  # not needed for the first paint

            await self.mount(filter_line("words in title, outlet or author"), before=self.query_one(Heads))
            self._show_left()
        self.filter_input.value = self._catalogue.wanted.words
        self.add_class("filtering")
        self.set_focus(self.filter_input)  # at once: the next key may be there already

    @on(Input.Changed)
    def _typed(self) -> None:
        # A key may come after the filter was left: what counts is what the line says, as long as it is there.
        words = self.filter_input.value
        if self.has_class("filtering") and words != self._catalogue.wanted.words:
            self._filter(words)

    @on(Input.Submitted)
    def _filtered(self) -> None:
        self.set_focus(self.documents)

    def _filter(self, words: str) -> None:
        self.filter_input.value = words
        self._want(self._catalogue.wanted._replace(words=words))
        self._show_left()
