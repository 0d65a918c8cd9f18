"""The ledger: every claim of the project with its standing, its spread and its time, as it is or as it was."""

import sqlite3
from functools import partial
from typing import TypeAlias

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from ...schema import acts, claims, leading, standing
from ...schema.claims import ClaimFilter, ClaimLine
from .. import actions
from ..actions import Action
from ..claim_book import ClaimBook, Listed, look_up
from ..lookback import Lookback
from ..looking import Look, Looked, Looking
from ..widgets.claim_row import ClaimHeads, TimeLine, claim_about, claim_row
from ..widgets.filter_line import filter_line
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

Asked: TypeAlias = tuple[ClaimFilter, str]
"""Which claims are asked for, and the moment at which they were known."""


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
        self._asked: Asked | None = None
        self._shown: Asked | None = None

    def compose(self) -> ComposeResult:
        """Header, filter, the claims under the names of their columns, the one under the cursor whole, the hints."""
        self._book = ClaimBook(self.onrecord.project.connection, self.lookback)
        self._looking = Looking(self.onrecord, self, self._look)
        yield from self.header()
        yield filter_line("words of the claim or its note")
        yield ClaimHeads(id="heads")
        yield Rows(self._book, self._row)
        with Middle(id="empty"), Center():
            yield Static(id="empty-words", markup=False)
        yield Static(id="foot", markup=False)
        yield HintLine("ledger")

    def on_unmount(self) -> None:
        """Stop looking."""
        self._looking.close()

    def _row(self, line: ClaimLine, width: int, here: bool) -> Content:
        marked = self._marked is not None and self._marked.id == line.id
        return claim_row(line, width, here, over=self._over, colour=self.onrecord.label_colour, marked=marked)

    # ------------------------------------------------------------------ which claims

    def reload(self) -> None:
        """Read again which claims there are, beside the work; what is shown stays until then."""
        if self._shown or self._looking.on_the_way:
            self._looking.again()
        else:
            self.changed()

    def changed(self) -> None:
        """Something else is asked for: show that at once."""
        listed = self._book.at_once(self._at())
        if listed is None:
            self._looking.for_other()
            self._show()
            return
        self._looking.stop()
        self._asked = self._now
        self._list(listed)
        if self._book.count() > leading.FIRST:
            self._looking.again()  # before anybody looks further down

    @property
    def _now(self) -> Asked:
        """What is asked for now."""
        return structs.replace(self._book.wanted, as_of=self.lookback.as_of), self.lookback.known_at

    def _look(self) -> Look:
        """How to find the claims that are asked for now: the first ones at once, if others are shown until then."""
        self._asked = self._now
        is_other = self._looking.on_the_way and self._asked != self._shown
        tell = self._looking.teller() if is_other else None
        find = partial(look_up, overtaken=self._looking.overtaken, near=self._at() or 0)

        def look(connection: sqlite3.Connection, asked: Asked = self._asked) -> Listed | None:
            listed = None
            for listed in find(connection, *asked):
                if tell and listed.more:
                    tell(listed)
            return listed

        return look

    def _at(self) -> int | None:
        """The claim to begin at, or the one under the cursor."""
        line: ClaimLine | None = self.rows.current
        return self._goal if self._goal is not None or line is None else line.id

    @on(Looked)
    async def _looked(self, message: Looked) -> None:
        if self._looking.takes(message):
            self._list(message.found or Listed(()), message.problem)
            await self._looking.do_held()

    def _list(self, listed: Listed, problem: str = "") -> None:
        """Show these claims, with the cursor on the claim that it was on, and that on the same line."""
        here, is_other = self._at(), self._shown != self._asked
        self._shown, self._goal, self._problem = None if problem else self._asked, None, problem
        self._book.listed = listed
        self._over = TimeLine(*self._book.span())
        self.rows.reload(None if here is None else self._book.place(here))
        if is_other:
            self.rows.go(self.rows.cursor)  # into sight, if the mouse took it out of it
        self._show()

    def _show(self) -> None:
        """Show everything around the list."""
        shown, wanted = self._book.count(), self._book.wanted
        limits = [wanted.standing, wanted.outlet, str(self.lookback)]
        if self._marked:
            limits.append("◆ one marked")
        counts, found = count(shown, "claim"), f"{shown:,} found"
        known = not self._looking.on_the_way
        if not known:
            counts, found = "looking …", "…"
        elif self._book.listed.more:
            counts, found = f"{counts}, more …", f"{shown:,} …"
        self.set_header("Ledger", counts, " · ".join(each for each in limits if each))
        self.query_one("#filter-count", Static).update(Content(found))
        if known:
            self.set_class(not shown, "empty")
            if not shown:
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
        self.set_focus(self.filter_input)  # at once: the next key may be there already

    @on(Input.Changed)
    def _typed(self) -> None:
        if self.has_class("filtering") and self.filter_input.value != self._book.wanted.words:
            self._want(words=self.filter_input.value)

    @on(Input.Submitted)
    def _filtered(self) -> None:
        self.set_focus(self.rows)

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
            wanted = words.strip().casefold()
            found = [offer for offer in every if wanted in offer.row.plain.casefold()]
            return sorted(found, key=lambda offer: not offer.value.startswith(wanted))

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

    def holds(self, action: Action) -> bool:
        """Whether an action waits for the claims that were asked for last."""
        return action.id.partition(".")[2] in _NEED_A_CLAIM and self._looking.holds(action)

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
        if self._asked and self._asked != self._now:
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
            self.set_focus(self.rows)
            self._want(words="", standing="", outlet="")
        elif self._marked:
            self._marked = None
            self.rows.redraw()
            self._show()
        else:
            self.dismiss()
