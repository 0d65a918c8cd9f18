"""A corrected article: what became of one's mentions of the old version, and carrying them over."""

from collections.abc import Callable, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from ...schema import reading, revision
from ...schema.ledger import Act
from ...schema.revision import Carried
from .. import actions
from ..actions import Action
from ..asker import Asker
from ..corrections import carry_over, waiting
from ..widgets.cells import LONGEST, cell, row
from ..widgets.differences import differences
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
from ..widgets.paged_list import PagedList
from ..widgets.wording import count
from .listing import MOVES, Listing, Rows

_ORDER = ("vanished", "changed", "moved", "same")
_LOOKS = {
    "vanished": ("∅", "bold $error", "the words are not in the new version"),
    "changed": ("≠", "bold $warning", "the words were changed"),
    "moved": ("↕", "$secondary", "the same words, in another order"),
    "same": ("=", "$success", "the same words"),
}
_STATE = 13


class Reviewed(Message):
    """What became of each mention; `problem` says what went wrong instead."""

    def __init__(self, found: Sequence[Carried], problem: str = "") -> None:
        super().__init__()
        self.found, self.problem = found, problem


class Outcomes:
    """The mentions of the old version, those that need a look first."""

    def __init__(self) -> None:
        self.found: Sequence[Carried] = ()

    def count(self) -> int:
        """How many there are."""
        return len(self.found)

    def page(self, first: int, size: int) -> Sequence[Carried]:
        """So many from a position."""
        return self.found[first : first + size]


class Revision(Listing):
    """The mentions of the version that `document` revises, one a row."""

    BINDINGS = actions.bindings("revision")
    place = "revision"

    def __init__(self, document: int) -> None:
        super().__init__()
        self.add_class("review")
        self._document = document
        self._outcomes = Outcomes()
        self._known = False

    def compose(self) -> ComposeResult:
        """Header, rows, both wordings of the one under the cursor, hints."""
        project = self.onrecord.project
        self._asker = Asker(project.path, project.annotator, self.post_message)
        yield from self.header()
        yield Static(Content(f" {'outcome':<12}  {'new version':<{_STATE}}  words of the old version"), id="heads")
        yield Rows(self._outcomes, _row)
        with Middle(id="empty"), Center():
            yield Static(id="empty-words", markup=False)
        yield Static(id="foot", markup=False)
        yield HintLine("revision")

    def on_unmount(self) -> None:
        """Stop the thread that compares."""
        self._asker.close()

    # ------------------------------------------------------------------ showing

    def reload(self) -> None:
        """Compare the versions again."""
        document, annotator = self._document, self.onrecord.project.annotator
        self._asker.ask(
            lambda connection: Reviewed(revision.outcomes(connection, document, [annotator])),
            lambda problem: Reviewed((), problem),
        )
        if not self._known:
            self.set_header("Corrected article", "comparing …")

    @on(Reviewed)
    def _reviewed(self, message: Reviewed) -> None:
        here: Carried | None = self.rows.current
        self._known = True
        self._outcomes.found = sorted(message.found, key=lambda each: _ORDER.index(each.outcome))
        self.rows.reload()
        uids = [each.old_uid for each in self._outcomes.found]
        if here and here.old_uid in uids:
            self.rows.go(uids.index(here.old_uid))
        self._show(message.problem)

    def _show(self, problem: str) -> None:
        found = self._outcomes.found
        said = [f"{sum(each.outcome == outcome for each in found)} {outcome}" for outcome in _ORDER]
        left = len(waiting(found))
        self.set_header("Corrected article", " · ".join(said), f"{left:,} to carry over" if left else "")
        self.set_class(not found, "empty")
        if not found:
            words = "You have no mentions in the old version: there is nothing to carry over."
            self.query_one("#empty-words", Static).update(Content(one_line(problem) or words))
        self._show_foot()
        self.hint_line.refresh()

    @on(PagedList.Highlighted)
    def _show_foot(self) -> None:
        one: Carried | None = self.rows.current
        self.query_one("#foot", Static).update(_about(one) if one else Content(""))

    # ------------------------------------------------------------------ what can be done

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        name = action.id.partition(".")[2]
        one: Carried | None = self.rows.current
        if name in {"open", "carry", *MOVES} and one is None:
            return "There is no mention in the list"
        if name == "carry" and one and one.there:
            return "It is in the new version already"
        if name == "carry" and one and not one.spans:
            return "These words are not in the new version; enter shows them in the old one"
        if name == "carry_all" and not waiting(self._outcomes.found):
            return "Nothing is left to carry over"
        return None

    def action_open(self) -> None:
        """Jump to the place: in the new version, or in the old one if the words vanished."""
        from .reader import Reader

        one: Carried | None = self.rows.current
        if one is None:
            return
        if one.spans:
            self.app.push_screen(Reader(self._document, one.spans[0].start))
            return
        connection = self.onrecord.project.connection
        old = reading.mention(connection, one.old_uid)
        if old:
            self.app.push_screen(Reader(old.document_id, old.spans[0].start))
        else:
            self.say("The mention of the old version was removed")

    def action_carry(self) -> None:
        """Carry the mention under the cursor over, even if it was removed there once."""
        one: Carried | None = self.rows.current
        if one:
            self.do(self._carrying([one]), "Carried over; u undoes it")
            self.rows.move(1)

    def action_carry_all(self) -> None:
        """Carry over all that were found and never were in the new version."""
        left = waiting(self._outcomes.found)
        self.do(self._carrying(left), f"Carried over {count(len(left), 'mention')}; u undoes it")

    def _carrying(self, those: Sequence[Carried]) -> Callable[[Act], object]:
        uids, annotator = {each.old_uid for each in those}, self.onrecord.project.annotator
        return partial(carry_over, document=self._document, uids=uids, annotator=annotator)


def _state(one: Carried) -> tuple[str, str]:
    """Whether a mention is in the new version, and how that looks."""
    if one.there:
        return "✓ there", "$success"
    if not one.spans:
        return "", ""
    return ("– removed", "$muted") if one.removed else ("◌ to carry", "$accent")


def _row(one: Carried, width: int, here: bool) -> Content:
    sign, style, _ = _LOOKS[one.outcome]
    state, look = _state(one)
    return row(
        cell(f"{sign} {one.outcome}", 12, style),
        cell(state, _STATE, look),
        cell(one_line(one.was[:LONGEST]), width - 1 - 12 - _STATE - 4, "bold" if here else ""),
        here=here,
    )


def _about(one: Carried) -> Content:
    """Both wordings, what differs set off, and what else was lost."""
    sign, style, meaning = _LOOKS[one.outcome]
    was, now = differences(one.was[: 2 * LONGEST], one.now[: 2 * LONGEST])
    lost = f"; {count(one.lost, 'piece')} of its chain or evidence vanished" if one.lost else ""
    removed = "; you removed it from the new version" if one.removed else ""
    lines = [Content.assemble((f"{sign} {one.outcome}", style), (f": {meaning}{lost}{removed}", "$muted"))]
    if one.spans and one.outcome != "changed":
        lines.append(Content(one_line(one.was[: 2 * LONGEST])))
    else:
        lines.append(Content.styled("was  ", "$muted") + was)
    if one.outcome == "changed":
        lines.append(Content.styled("now  ", "$muted") + now)
    return Content("\n").join(lines)
