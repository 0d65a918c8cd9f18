"""What is offered in a document, in reading order, and what an offer looks like as a mention."""

from ..schema.records import Attribution, Document, Mark, Mention
from ..schema.text import Span
from ..suggest.offers import Offer, covered, labelled
from .drafts import quoted
from .places import Place, Places


class Tray:
    """Offers by their uid and by where they are. Offsets are code points.

    `stops` gets their places besides, among whatever else it holds.
    """

    def __init__(self, stops: Places | None = None) -> None:
        self.offers: dict[str, Offer] = {}
        self.changes = 0
        self.away: set[str] = set()
        """What is not held now but may be again: what the annotator answered may come to nothing."""
        self.news: set[str] = set()
        """What came, changed or went; who has shown it empties this."""
        self._places = Places()
        self._stops = Places() if stops is None else stops

    def stand_among(self, stops: Places) -> None:
        """Have other stops from now on, among which the places of the offers are already."""
        self._stops = stops

    def put(self, offer: Offer) -> None:
        """Hold an offer besides, or in the place of one with its uid."""
        self.offers[offer.uid] = offer
        self.away.discard(offer.uid)
        self.news.add(offer.uid)
        self._places.put(offer.uid, offer.spans)
        self._stops.put(offer.uid, offer.spans)
        self.changes += 1

    def drop(self, uid: str) -> None:
        """Hold this one no more, for now."""
        if self.offers.pop(uid, None):
            self.away.add(uid)
            self.news.add(uid)
            self._places.drop(uid)
            self._stops.drop(uid)
            self.changes += 1

    def drop_covered(self, spans: tuple[Span, ...]) -> None:
        """Hold none of those that a mention of these spans says already."""
        for uid in self._places.around(spans[0].start, spans[-1].end):
            if covered(self.offers[uid].spans, spans):
                self.drop(uid)

    def places(self) -> list[Place]:
        """Where each begins and ends, and its uid, in the order of the text."""
        return self._places.places()

    def at(self, offset: int) -> str | None:
        """The shortest offer that covers an offset."""
        covering = []
        for uid in self._places.around(offset, offset + 1):
            spans = self.offers[uid].spans
            if any(span.start <= offset < span.end for span in spans):
                covering.append((spans[-1].end - spans[0].start, uid))
        return min(covering)[1] if covering else None


def as_mention(offer: Offer, document: Document, annotator: str, label: str = "") -> Mention:
    """The mention that an offer becomes when this annotator accepts it, with its label or another one."""
    suggestion = offer.meant(label)
    taken = labelled(suggestion, label or suggestion.label)
    chain = tuple(
        Attribution(
            position=at, source_id=None, source_uid=None, source=link.name or None, source_kind=link.kind,
            identified=link.identified, relay=link.relay, ground="", source_quote=quoted(document.text, link.spans),
            cue_quote=quoted(document.text, link.cue), spans=link.spans, cue=link.cue,
        )
        for at, link in enumerate(taken.chain, 1)
    )  # fmt: skip
    mark = Mark(
        id=0, uid=f"{offer.uid}/{taken.label}", label=taken.label, kind=taken.kind, certainty=None, note="",
        recorded_at="", chain=chain, evidence=(),
    )  # fmt: skip
    return Mention(
        id=0, uid=offer.uid, document_id=document.id, annotator=annotator, polarity="asserts", claim_id=None,
        claim_uid=None, claim=None, quote=quoted(document.text, offer.spans), note="", recorded_at="", conflict=False,
        spans=offer.spans, marks=(mark,),
    )  # fmt: skip
