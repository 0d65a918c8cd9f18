"""An annotator at a document: edits that show before they are stored.

Pure state: no widget, no database. An edit changes the desk's own records at once and answers with the work that the
writer is to do; until that is committed the mention counts as pending. All offsets are code points.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, structs

from ..schema import acts
from ..schema.records import Mark, Mention
from ..suggest import offers
from ..suggest.offers import Offer
from .drafts import EvidenceDraft, LinkDraft, to_evidence, to_link
from .offered import as_mention
from .whereabouts import CannotNow, Whereabouts, merged

if TYPE_CHECKING:
    from ..schema.ledger import Act

__all__ = ["CannotNow", "Desk", "Edit", "Work", "merged", "with_mark"]

Work: TypeAlias = "Callable[[Act], object]"


class Edit(Struct, frozen=True):
    """A change that the desk already shows: the mention that it touches, and the work that makes it last."""

    uid: str
    work: Work


class Desk(Whereabouts):
    """One document under one annotator's hands."""

    def move_edge(self, edge: str, step: int) -> Edit | None:
        """Move the start or the end of the selection, or else of the mention in hand, by a word.

        Raises:
            CannotNow: neither is there, or the mention is somebody else's.
        """
        if self.selected:
            self.selected = self.moved(self.selected, edge, step)
            self._from = None
            return None
        mention = self._own("move its edges")
        at = 0 if edge == "start" else -1
        spans = list(mention.spans)
        spans[at] = self.moved(spans[at], edge, step)
        if merged(spans) == mention.spans:
            return None
        return self._change(mention, spans=merged(spans))

    # ------------------------------------------------------------------ marking

    def toggle(self, label: str) -> Edit:
        """Put a label on the selection or the mention in hand, or take it off; the mention is made if there was none.

        An offer in hand is accepted with this label.
        Words of somebody else's mention get a mention of one's own, linked to the same claim.

        Raises:
            CannotNow: nothing is selected and no mention is in hand.
        """
        if self.offer:
            return self.accept(label)
        mention = self._target()
        mark = mention.mark(label)
        accepted = self.accepted.get(mention.uid)
        if accepted and mark is None and mention.spans == accepted.spans and accepted.says(label):
            return self._accept_further(mention, accepted, label)
        marks = [each for each in mention.marks if each.label != label]
        if mark is None:
            marks.append(Mark(0, f"{mention.uid}/{label}", label, "", None, "", "", (), ()))
        self.let_go()
        self.active, self.label = mention.uid, label if mark is None else None
        uid, spans, claim = mention.uid, mention.spans, mention.claim_uid
        sha256, text = self.document.sha256, self.text

        def work(act: "Act") -> None:
            acts.set_mention(act, uid, sha256, text, spans, **({"claim": claim} if claim else {}))
            acts.set_label(act, uid, label, mark is None)

        return self._show(structs.replace(mention, marks=self._in_order(marks)), work)

    def _in_order(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        """Marks in the codebook's order."""
        order = {each.label: at for at, each in enumerate(self.labels)}
        return tuple(sorted(marks, key=lambda each: order.get(each.label, len(order))))

    def ensure_mention(self) -> Edit | None:
        """Make sure that a mention is in hand: that of the selection, if there is one; an offer is accepted as it is.

        Raises:
            CannotNow: nothing is selected and no mention is in hand.
        """
        if self.offer:
            return self.accept()
        if not self.selection() and self.mention:
            return None
        mention = self._target()
        self.let_go()
        self.active = mention.uid
        if mention.uid in self.mentions:
            return None
        return self._change(mention)

    def set_chain(self, chain: Sequence[LinkDraft]) -> Edit:
        """Say who stands behind the mark in hand.

        Raises:
            CannotNow: no mark is in hand.
        """
        mention, mark = self.own_mark("say who stands behind it")
        links = tuple(structs.replace(link, relay=at < len(chain)) for at, link in enumerate(chain, 1))
        shown = structs.replace(mark, chain=tuple(link.record(at, self.text) for at, link in enumerate(links, 1)))
        sha256, text = self.document.sha256, self.text

        def work(act: "Act") -> None:
            drafted = [to_link(act, link, text, sha256) for link in links]
            acts.set_chain(act, mention.uid, mark.label, drafted)

        return self._show(with_mark(mention, shown), work)

    def set_evidence(self, evidence: Sequence[EvidenceDraft]) -> Edit:
        """Say what shows the mark in hand.

        Raises:
            CannotNow: no mark is in hand.
        """
        mention, mark = self.own_mark("show its evidence")
        shown = structs.replace(mark, evidence=tuple(item.record(self.text) for item in evidence))
        text = self.text

        def work(act: "Act") -> None:
            acts.set_evidence(act, mention.uid, mark.label, [to_evidence(item, text) for item in evidence])

        return self._show(with_mark(mention, shown), work)

    # ------------------------------------------------------------------ what is offered

    @property
    def offer(self) -> Offer | None:
        """The offer in hand, if it is one that is in hand."""
        return self.tray.offers.get(self.active) if self.active and not self.selection() else None

    @property
    def proposal(self) -> Mention | None:
        """The mention that the offer in hand would become."""
        return as_mention(self.offer, self.document, self.annotator) if self.offer else None

    def put_offers(self, found: Iterable[Offer]) -> None:
        """Offer these and nothing else. What one has answered or marked oneself a moment ago is left out."""
        wanted = {offer.uid: offer for offer in found}
        self.renew_offers([*self.tray.offers.keys() - wanted.keys(), *wanted], wanted)

    def renew_offers(self, uids: Iterable[str], found: Mapping[str, Offer]) -> None:
        """Of these, and of what is away for now, offer what was found; all else stays as it is."""
        unsaved = [self.mentions[uid].spans for uid in self.pending if uid in self.mentions]
        tray = self.tray
        for uid in {*uids, *tray.away}:
            offer = found.get(uid)
            answered = uid in self.mentions or uid in self.pending
            if offer is None:
                tray.drop(uid)
                tray.away.discard(uid)
            elif answered or any(offers.covered(offer.spans, spans) for spans in unsaved):
                tray.drop(uid)
                tray.away.add(uid)
            elif tray.offers.get(uid) != offer:
                tray.put(offer)
        if self.active and self.active not in self.mentions and self.active not in self.tray.offers:
            self.active = self.label = None

    def accept(self, label: str = "") -> Edit:
        """Make the offer in hand one's own, with its label or another one; what it covers is not offered any more.

        Raises:
            CannotNow: no offer is in hand.
        """
        offer = self._offer_in_hand("accept it")
        self.accepted[offer.uid] = offer
        shown = as_mention(offer, self.document, self.annotator, label)
        sha256, text = self.document.sha256, self.text
        self.active, self.label = offer.uid, shown.marks[0].label
        return self._show(shown, lambda act: offers.accept(act, offer, sha256, text, label))

    def _accept_further(self, mention: Mention, offer: Offer, label: str) -> Edit:
        """Accept what else is suggested of these words under another label, with its own kind and chain."""
        (mark,) = as_mention(offer, self.document, self.annotator, label).marks
        sha256, text = self.document.sha256, self.text
        self.let_go()
        self.active, self.label = mention.uid, label
        shown = structs.replace(mention, marks=self._in_order([*mention.marks, mark]))
        return self._show(shown, lambda act: offers.accept(act, offer, sha256, text, label))

    def dismiss(self) -> Edit:
        """Say that the offer in hand is none, for good.

        Raises:
            CannotNow: no offer is in hand.
        """
        offer = self._offer_in_hand("dismiss it")
        self.tray.drop(offer.uid)
        self.let_go()
        self._wait_for(offer.uid)
        return Edit(offer.uid, lambda act: offers.dismiss(act, offer))

    def _offer_in_hand(self, verb: str) -> Offer:
        if self.offer is None:
            raise CannotNow(f"Take a suggestion in hand first, with tab, to {verb}")
        return self.offer

    # ------------------------------------------------------------------ changing

    def turn(self) -> None:
        """Turn to the next label of the mention in hand.

        Raises:
            CannotNow: it has none.
        """
        mention = self.mention
        if mention is None or not mention.marks:
            raise CannotNow("There is no label to turn to: take a labelled mention in hand with tab")
        labels = [mark.label for mark in mention.marks]
        here = labels.index(self.mark.label) if self.mark else -1
        self.label = labels[(here + 1) % len(labels)]

    def remove(self) -> Edit:
        """Take the mention in hand off the record.

        Raises:
            CannotNow: none is in hand, or it is somebody else's.
        """
        mention = self._own("remove it")
        self._drop(mention.uid)
        self.let_go()
        self._wait_for(mention.uid)
        return Edit(mention.uid, lambda act: acts.remove_mention(act, mention.uid))

    def work_on(self, mention: Mention, work: Work) -> Edit:
        """Send work on a mention of one's own; what comes of it is shown once it is on disk.

        Raises:
            CannotNow: the mention is somebody else's, or was removed meanwhile.
        """
        now = self.mentions.get(mention.uid)
        if now is None:
            raise CannotNow("The mention was removed meanwhile; nothing was changed")
        if now.annotator != self.annotator:
            raise CannotNow(f"This mention is {now.annotator}'s; press a label to make one of your own")
        return self._show(now, work)

    # ------------------------------------------------------------------ inside

    def _target(self) -> Mention:
        """The mention that a label goes to: that of the selected words, or the one in hand, made one's own."""
        spans = self.selection()
        model = self.mention
        if spans:
            model = None
        elif model is None:
            raise CannotNow("Select words first: p and two letters, or v and move")
        elif model.annotator == self.annotator:
            return model
        else:
            spans = model.spans
        for uid in self._shown.around(spans[0].start, spans[-1].end):
            mention = self.mentions[uid]
            if mention.annotator == self.annotator and mention.spans == spans:
                return mention
        return Mention(
            id=0, uid=acts.new_mention(self.annotator), document_id=self.document.id, annotator=self.annotator,
            polarity=model.polarity if model else "asserts", claim_id=model.claim_id if model else None,
            claim_uid=model.claim_uid if model else None, claim=model.claim if model else None,
            quote=" … ".join(span.cut(self.text) for span in spans), note="", recorded_at="", conflict=False,
            spans=spans, marks=(),
        )  # fmt: skip

    def _own(self, verb: str) -> Mention:
        mention = self.mention
        if self.offer:
            raise CannotNow(f"Accept the suggestion first, by a label's key, to {verb}")
        if mention is None:
            raise CannotNow(f"Take a mention in hand first, with tab, to {verb}")
        if mention.annotator != self.annotator:
            raise CannotNow(f"This mention is {mention.annotator}'s; press a label to make one of your own")
        return mention

    def own_mark(self, verb: str) -> tuple[Mention, Mark]:
        """One's own mention in hand and its mark in hand.

        Raises:
            CannotNow: there is none; the sentence ends in `verb`.
        """
        mention, mark = self._own(verb), self.mark
        if mark is None:
            raise CannotNow(f"Give the mention a label first, with s, a, d or c, to {verb}")
        return mention, mark

    def _change(self, mention: Mention, **changes: object) -> Edit:
        changed = structs.replace(mention, **changes)
        quote = " … ".join(span.cut(self.text) for span in changed.spans)
        sha256, text = self.document.sha256, self.text
        claim = {"claim": changed.claim_uid} if changed.claim_uid else {}
        return self._show(
            structs.replace(changed, quote=quote),
            lambda act: acts.set_mention(act, changed.uid, sha256, text, changed.spans, **claim),
        )

    def _show(self, mention: Mention, work: Work) -> Edit:
        self.tray.drop_covered(mention.spans)
        self._put(mention)
        self._wait_for(mention.uid)
        return Edit(mention.uid, work)


def with_mark(mention: Mention, mark: Mark) -> Mention:
    """The mention with its mark of the same label replaced."""
    return structs.replace(mention, marks=tuple(mark if each.label == mark.label else each for each in mention.marks))
