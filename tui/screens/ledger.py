"""The ledger: every claim of the project with its standing, its spread and its time, as it is or as it was."""

from functools import partial

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.containers import Center, Horizontal, Middle
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input, Static

from ...schema import acts, claims, standing
from ...schema.claims import ClaimLine
from .. import actions
from ..actions import Action
from ..asker import Asker
from ..claim_book import ClaimBook, Listed, look_up
from ..lookback import Lookback
from ..widgets.claim_row import ClaimHeads, TimeLine, claim_about, claim_row
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
from ..widgets.paged_list import PagedList
from ..widgets.standing import LOOKS, standing_cell
from ..widgets.wording import count
from .chooser import Chooser, Chosen, Offer
from .claim_changes import CONTRADICTS, SAME, ClaimChanges, ThisClaim, this_claim
from .listing import MOVES, Rows

_NEED_A_CLAIM = {"open", *MOVES, "merge", "same", "relate", "split", "reword"}
_ALL = ""


class Looked(Message):
    """The claims that a filter leaves; `problem` says why there are none, if something went wrong."""

    def __init__(self, question: int, listed: Listed, problem: str = "") -> None:
        super().__init__()
        self.question, self.listed, self.problem = question, listed, problem


class Ledger(ClaimChanges):
    """The claims, one a row, in the order in which they were recorded. `claim` is one to begin at."""

    BINDINGS = actions.bindings("ledger")
    place = "ledger"

    filter_input = query_one("#filter Input", Input)

    def __init__(self, claim: int | None = None) -> None:
        super().__init__()
        self.lookback = Lookback()
        self._goal = claim
        self._marked: ThisClaim | None = None
        self._problem = ""
        self._looking = self._again = False
        self._question = 0
        self._seen = ("", "")

    def compose(self) -> ComposeResult:
        """Header, filter, the claims under the names of their columns, the one under the cursor whole, the hints."""
        self._book = ClaimBook(self.onrecord.project.connection, self.lookback)
        project = self.onrecord.project
        self._asker = Asker(project.path, project.annotator, self.post_message)
        yield from self.header()
        with Horizontal(id="filter"):
            yield Static(Content("filter "), id="filter-name")
            yield Input(placeholder="words of the claim or its note", compact=True, select_on_focus=False)
            yield Static(id="filter-count", markup=False)
        yield ClaimHeads(id="heads")
        yield Rows(self._book, self._row)
        with Middle(id="empty"), Center():
            yield Static(id="empty-words", markup=False)
        yield Static(id="foot", markup=False)
        yield HintLine("ledger")

    def on_unmount(self) -> None:
        """Stop the thread that looks for claims."""
        self._asker.close()

    def _row(self, line: ClaimLine, width: int, here: bool) -> Content:
        marked = self._marked is not None and self._marked.id == line.id
        return claim_row(line, width, here, over=self._over, colour=self.onrecord.label_colour, marked=marked)

    # ------------------------------------------------------------------ which claims

    def reload(self) -> None:
        """Read again which claims there are, beside the work; what is shown stays until then."""
        if self._looking:
            self._again = True  # what looks long would never come to an end if each act began it anew
        elif self._book.plain and not self._book.count():
            self._list_all()
        else:
            self._look()

    def changed(self) -> None:
        """Something else is asked for: show that at once."""
        if self._book.plain:
            self._list_all()
        else:
            self._look()
            self._show()

    def _list_all(self) -> None:
        self._begin()
        self._looking = False
        self._asker.ask(lambda _: Looked(0, Listed(())), lambda _: Looked(0, Listed(())))  # cuts short what is asked
        self._book.list_all()
        self._list()

    def _look(self) -> None:
        self._begin()
        self._looking = True
        question, wanted, overtaken = self._question, self._book.wanted, self._asker.overtaken
        known_at = self.lookback.known_at
        self._asker.ask(
            lambda connection: Looked(question, look_up(connection, wanted, known_at, overtaken)),
            lambda problem: Looked(question, Listed(()), problem),
        )

    def _begin(self) -> None:
        book, lookback = self._book, self.lookback
        if self._goal is None and self.rows.current:
            self._goal = self.rows.current.id
        book.wanted = structs.replace(book.wanted, as_of=lookback.as_of)
        self._seen = lookback.as_of, lookback.known_at
        self._problem, self._again = "", False
        self._question += 1

    @on(Looked)
    def _looked(self, message: Looked) -> None:
        if message.question != self._question:
            return
        again, self._looking, self._problem = self._again, False, message.problem
        self._book.listed = message.listed
        self._list()
        if again:
            self._look()

    def _list(self) -> None:
        """Show the claims that were found, with the cursor where it was."""
        self._over = TimeLine(*self._book.span())
        self.rows.reload()
        goal, self._goal = self._goal, None
        if goal is not None and goal in self._book.listed.ids:
            self.rows.go(self._book.listed.ids.index(goal))
        self._show()

    def _show(self) -> None:
        """Show everything around the list."""
        shown, wanted = self._book.count(), self._book.wanted
        limits = [wanted.standing, wanted.outlet, str(self.lookback)]
        if self._marked:
            limits.append("◆ one marked")
        counts = "looking …" if self._looking else count(shown, "claim")
        self.set_header("Ledger", counts, " · ".join(each for each in limits if each))
        self.query_one("#filter-count", Static).update(Content("…" if self._looking else f"{shown:,} found"))
        empty = not shown and not self._looking
        self.set_class(empty, "empty")
        if empty:
            self.query_one("#empty-words", Static).update(self._empty_words())
        self._show_foot()
        self.hint_line.refresh()

    def _empty_words(self) -> Content:
        if self._problem:
            return Content(one_line(self._problem))
        if self._book.plain:
            return Content.assemble(
                ("No claims yet\n\n", "bold"),
                "A claim is what a mention says, in plain words, across all articles.\n",
                "Open an article, take a mention in hand with tab, and press = there.",
            )
        return Content.assemble(
            ("No claim is left by what is asked for\n\n", "bold"),
            ("esc takes the filters away; t and T change the moments.", "$muted"),
        )

    @on(PagedList.Highlighted)
    def _show_foot(self) -> None:
        line: ClaimLine | None = self.rows.current
        self.query_one("#foot", Static).update(claim_about(line) if line else Content(""))

    # ------------------------------------------------------------------ filters

    def action_filter(self) -> None:
        """Type words that the claims shown must have."""
        self.filter_input.value = self._book.wanted.words
        self.add_class("filtering")
        self.filter_input.focus()

    @on(Input.Changed)
    def _typed(self) -> None:
        if self.has_class("filtering") and self.filter_input.value != self._book.wanted.words:
            self._want(words=self.filter_input.value)

    @on(Input.Submitted)
    def _filtered(self) -> None:
        self.rows.focus()

    def _want(self, **what: str) -> None:
        self._book.wanted = structs.replace(self._book.wanted, **what)
        self.changed()

    def action_standing(self) -> None:
        """Ask for a standing that the claims shown must have."""
        colour = self.onrecord.label_colour

        def look(words: str) -> list[Offer]:
            every = [Offer(_ALL, Content("  all of them"))]
            every += [
                Offer(each, standing_cell(each, colour) + Content.styled("  " + LOOKS[each][2], "$muted"))
                for each in standing.STANDINGS
            ]
            return [offer for offer in every if words.strip().casefold() in offer.row.plain.casefold()]

        self.app.push_screen(Chooser("Claims of which standing?", look), lambda answer: self._chose(answer, "standing"))

    def action_outlet(self) -> None:
        """Ask for an outlet that must have worded the claims shown."""
        outlets = claims.outlets(self.onrecord.project.connection)

        def look(words: str) -> list[Offer]:
            wanted = words.strip().casefold()
            every = [Offer(_ALL, Content("all of them").stylize("$muted"))] if not wanted else []
            return every + [Offer(each, Content(one_line(each))) for each in outlets if wanted in each.casefold()]

        self.app.push_screen(Chooser("Claims of which outlet?", look), lambda answer: self._chose(answer, "outlet"))

    def _chose(self, answer: Chosen | None, what: str) -> None:
        if answer:
            self._want(**{what: answer.value})

    def action_search(self) -> None:
        """Search all texts."""
        from .search import Search

        self.app.push_screen(Search())

    def action_sources(self) -> None:
        """To the sources."""
        from .sources import Sources

        self.app.push_screen(Sources())

    # ------------------------------------------------------------------ claims

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        if action.id.partition(".")[2] in _NEED_A_CLAIM and self.rows.current is None:
            return "No claim is in the list"
        line: ClaimLine | None = self.rows.current
        if action.id == "ledger.split" and line and not line.merged:
            return "This claim was merged with no other"
        return None

    def _here(self) -> ThisClaim:
        """The claim under the cursor, which must be there."""
        line: ClaimLine | None = self.rows.current
        assert line
        return this_claim(line)

    def action_open(self) -> None:
        """Open the claim under the cursor."""
        from .claim_page import ClaimPage

        line: ClaimLine | None = self.rows.current
        if line:
            self.app.push_screen(ClaimPage(line.id, self.lookback))

    def on_screen_resume(self) -> None:
        """Back from a claim, whose page may have set another moment."""
        if self._seen != (self.lookback.as_of, self.lookback.known_at):
            self._stale = False
            self.changed()
        super().on_screen_resume()

    def action_merge(self) -> None:
        """Mark the claim, or merge it with the one that is marked."""
        here = self._here()
        marked, self._marked = self._marked, None
        if marked is None:
            self._marked = here
            self.notify("Marked: press m on the claim that is the same", timeout=4, markup=False)
        elif marked.id != here.id:
            self.merge(marked, here)
        self.rows.redraw()
        self._show()

    def action_same(self) -> None:
        """Merge the claim with another one that is looked for."""
        self.relate(self._here(), SAME)

    def action_relate(self) -> None:
        """Tie the claim to another one."""
        self.relate(self._here(), CONTRADICTS)

    def action_split(self) -> None:
        """Split the claim from all that it was merged with."""
        uid = self._here().uid
        self.do(partial(acts.split_claim, claim=uid), "Split: the claims are apart again; u undoes it")

    def action_reword(self) -> None:
        """Ask for other words."""
        self.reword(self._here())

    def action_close(self) -> None:
        """Take the filters away, or else go back."""
        wanted = self._book.wanted
        if self.has_class("filtering") or wanted.words or wanted.standing or wanted.outlet:
            self.remove_class("filtering")
            self.filter_input.value = ""
            self.rows.focus()
            self._want(words="", standing="", outlet="")
        elif self._marked:
            self._marked = None
            self.rows.redraw()
            self._show()
        else:
            self.dismiss()
