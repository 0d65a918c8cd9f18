"""What is offered in a document, in reading order, and what an offer looks like as a mention."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from ..schema.records import Attribution, Document, Mark, Mention
from ..schema.text import Span
from ..suggest.offers import Offer, covered, labelled
from .drafts import quoted

Place = tuple[int, int, str]


class Tray:
    """Offers by their uid and by where they are. Offsets are code points."""

    def __init__(self) -> None:
        self.offers: dict[str, Offer] = {}
        self._places: list[Place] | None = None
        self._longest = 0

    def fill(self, found: Iterable[Offer]) -> None:
        """Hold these offers and no others."""
        self.offers = {offer.uid: offer for offer in found}
        self._places = None

    def drop(self, uid: str) -> None:
        """Hold this one no more."""
        if self.offers.pop(uid, None):
            self._places = None

    def drop_covered(self, spans: tuple[Span, ...]) -> None:
        """Hold none of those that a mention of these spans says already."""
        near = [uid for start, end, uid in self.places() if start < spans[-1].end and spans[0].start < end]
        for uid in near:
            if covered(self.offers[uid].spans, spans):
                self.drop(uid)

    def places(self) -> list[Place]:
        """Where each begins and ends, and its uid, in the order of the text."""
        if self._places is None:
            self._places = sorted((each.spans[0].start, each.spans[-1].end, uid) for uid, each in self.offers.items())
            self._longest = max((end - start for start, end, _ in self._places), default=0)
        return self._places

    def at(self, offset: int) -> str | None:
        """The shortest offer that covers an offset."""
        places = self.places()
        first = bisect_left(places, offset - self._longest, key=lambda each: each[0])
        last = bisect_right(places, offset, key=lambda each: each[0])
        covering = [
            (end - start, uid)
            for start, end, uid in places[first:last]
            if any(span.start <= offset < span.end for span in self.offers[uid].spans)
        ]
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
