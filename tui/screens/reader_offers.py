"""The Reader's suggestions: asked for once the article is painted, shown dim, accepted, dismissed, or switched off."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from ..desk import Edit
from ..offering import NotOffered, Offered
from ..widgets.offer_card import offer_card
from ..widgets.overlaps import Highlight
from ..workers import Committed, Refused, Reversed, Touched
from .reader_ways import ReaderWays

if TYPE_CHECKING:
    from ...suggest.engine import Suggestion
    from ..suggesting import Pairs


class ReaderOffers(ReaderWays):
    """Suggestions in the open document. Switched off, nothing of them is computed or shown."""

    def __init__(self, document: int, cursor: int = 0, query: str = "") -> None:
        super().__init__(document, cursor, query)
        self._question = 0
        self._suggested: Pairs = []
        self._reasons: dict[str, list[str]] = {}
        self._painted: dict[str, Highlight] = {}
        self._answered = ""
        self._problem = ""

    def on_mount(self) -> None:
        """Listen to what looks for suggestions."""
        self.onrecord.offered.subscribe(self, self._offered)
        self.onrecord.not_offered.subscribe(self, self._not_offered)

    # ------------------------------------------------------------------ asking

    def _load(self, document_id: int, cursor: int = 0) -> None:
        self._question, self._suggested, self._painted, self._answered = 0, [], {}, ""
        super()._load(document_id, cursor)
        self.call_after_refresh(self._ask)

    def _ask(self) -> None:
        """Ask what can be offered now; an answer to an earlier question is of no use from here on."""
        if not self.is_running or not hasattr(self, "desk") or not self.onrecord.settings.suggestions:
            return
        document = self.desk.document
        self._question = self.onrecord.suggester.ask(document.id, document.sha256, self.desk.annotator)

    def _offered(self, message: Offered) -> None:
        if message.number != self._question or not self.onrecord.settings.suggestions:
            return
        self._suggested, self._reasons = message.found, message.reasons
        desk = self.desk
        desk.put_offers(message.offers)
        if self._answered in desk.tray.offers and desk.active is None and not desk.selection():
            desk.take(self._answered)
        self._answered = ""
        self._show_offers()

    def _not_offered(self, message: NotOffered) -> None:
        if message.number == self._question and message.problem != self._problem:
            self._problem = message.problem
            self.notify(message.problem, title="No suggestions", severity="warning", timeout=6, markup=False)

    def _touched(self, message: Touched) -> None:
        super()._touched(message)
        self._ask()

    def _committed(self, message: Committed) -> None:
        super()._committed(message)
        self._ask()

    def _refused(self, message: Refused) -> None:
        super()._refused(message)
        self._ask()

    def _reversed(self, message: Reversed) -> None:
        """What an undo brings back is in hand again as soon as it is offered again."""
        super()._reversed(message)
        mentions = [subject for kind, subject in message.undone.changed if kind == "mention"]
        self._answered = mentions[0] if len(mentions) == 1 else ""
        self._ask()

    # ------------------------------------------------------------------ showing

    def _offer_highlights(self) -> Iterable[Highlight]:
        return self._painted.values()

    def _show_offers(self) -> None:
        """Show what is offered now, and only what changed of it."""
        offers, mentions = self.desk.tray.offers, self.desk.mentions
        for uid in self._painted.keys() - offers.keys() - mentions.keys():
            self.article.drop(uid)
        before, self._painted = self._painted, {}
        for uid, offer in offers.items():
            shown, labels = before.get(uid), (offer.suggestion.label,)
            if shown is None or shown.labels != labels:
                shown = Highlight(uid, offer.spans, labels, "suggestion")
                self.article.put(shown)
            self._painted[uid] = shown
        self._show()

    def _send(self, edit: Edit) -> None:
        super()._send(edit)
        if edit.uid in self._painted:
            self.onrecord.suggester.note_answer()
        if len(self._painted) != len(self.desk.tray.offers):
            self._show_offers()

    def _card(self) -> "partial[Content] | None":
        """What the panel shows of the offer in hand, for a width yet to be known."""
        offer, proposal = self.desk.offer, self.desk.proposal
        if offer is None or proposal is None:
            return None
        return partial(offer_card, offer, proposal, self.desk.labels, self.onrecord, self._reasons.get(offer.uid, []))

    # ------------------------------------------------------------------ acting

    def action_suggestions(self) -> None:
        """Switch suggestions off, for work that must not be led, or on; the settings keep it."""
        on = not self.onrecord.settings.suggestions
        self.onrecord.keep(suggestions=on)
        self._question, self._suggested = 0, []
        if on:
            self._ask()
        else:
            self.desk.put_offers(())
            self._show_offers()
        self.notify(_ON if on else _OFF, timeout=3, markup=False)

    def suggestions(self) -> "list[Suggestion]":
        """All that is suggested in this document, answered or not; nothing where suggestions are switched off."""
        return [suggestion for _, suggestion in self._suggested]


_ON = "Suggestions are shown: dim words, with a dot in the margin"
_OFF = "Suggestions are switched off: none is computed or shown"
