"""The Reader's suggestions: asked for once the article is painted, shown dim, accepted, dismissed, or switched off."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from textual.content import Content

from ...suggest.offers import Offer
from ..desk import Edit
from ..offering import NotOffered, Offered
from ..widgets.offer_card import offer_card
from ..widgets.overlaps import Highlight
from ..workers import Refused, Reversed, Touched
from .reader_ways import ReaderWays

if TYPE_CHECKING:
    from ...suggest.engine import Suggestion
    from ..suggesting import Pairs

AT_ONCE = 300
"""So many suggestions are taken in between two frames: an article can have thousands of them."""


class ReaderOffers(ReaderWays):
    """Suggestions in the open document. Switched off, nothing of them is computed or shown."""

    def __init__(self, document: int, cursor: int = 0, query: str = "") -> None:
        super().__init__(document, cursor, query)
        self._question = 0
        self._suggested: Pairs = []
        self._reasons: dict[str, list[str]] = {}
        self._painted: dict[str, Highlight] = {}
        self._offerable: Mapping[str, Offer] = {}
        self._late: set[str] | None = None
        """What changed in answers that came too late to be shown; None: everything."""
        self._to_take: dict[str, None] = {}
        """What is still to be taken in of the last answer, in this order."""
        self._answered = ""
        self._problem = ""

    def on_mount(self) -> None:
        """Listen to what looks for suggestions."""
        self.onrecord.offered.subscribe(self, self._offered)
        self.onrecord.not_offered.subscribe(self, self._not_offered)

    # ------------------------------------------------------------------ asking

    def _load(self, document_id: int, cursor: int = 0) -> None:
        self._question, self._suggested, self._painted, self._answered = 0, [], {}, ""
        self._late, self._to_take = None, {}
        super()._load(document_id, cursor)
        self.call_after_refresh(self._ask)

    def _ask(self) -> None:
        """Ask what can be offered now; an answer to an earlier question is of no use from here on."""
        if not self.is_running or not hasattr(self, "desk") or not self.onrecord.settings.suggestions:
            return
        document = self.desk.document
        self._question = self.onrecord.suggester.ask(document.id, document.sha256, self.desk.annotator)

    def _offered(self, message: Offered) -> None:
        if self._late is not None:
            self._late = None if message.changed is None else self._late | message.changed
        if message.number != self._question or not self.onrecord.settings.suggestions:
            return
        self._suggested, self._reasons, self._offerable = message.found, message.reasons, message.offers
        changed, self._late = self._late, set()
        under_way = bool(self._to_take)
        self._to_take |= dict.fromkeys(self._nearest_first() if changed is None else changed)
        if not under_way:
            self._take_in()

    def _nearest_first(self) -> list[str]:
        """All that is offered now, or was found, what is near the cursor first."""
        at, now = self.desk.cursor.start, self.desk.tray.offers
        known = {**now, **self._offerable}
        return sorted(known, key=lambda uid: abs(known[uid].spans[0].start - at))

    def _take_in(self) -> None:
        """Take in some of what was found, and more after the next frame: a key waits for none but these."""
        if self._pruning:
            return
        some = list(islice(self._to_take, AT_ONCE))
        for uid in some:
            del self._to_take[uid]
        desk = self.desk
        desk.renew_offers(some, self._offerable)
        if self._to_take:
            self.call_after_refresh(self._take_in)
        else:
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
        offers, mentions, news = self.desk.tray.offers, self.desk.mentions, self.desk.tray.news
        for uid in news:
            offer = offers.get(uid)
            if offer:
                self._painted[uid] = shown = Highlight(uid, offer.spans, (offer.suggestion.label,), "suggestion")
                self.article.put(shown)
            elif self._painted.pop(uid, None) and uid not in mentions:
                self.article.drop(uid)
        news.clear()
        self._show()

    def _send(self, edit: Edit) -> None:
        super()._send(edit)
        if edit.uid in self._painted:
            self.call_after_refresh(self.onrecord.suggester.note_answer)
        if self.desk.tray.news:
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
        self._question, self._suggested, self._late, self._to_take = 0, [], None, {}
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
