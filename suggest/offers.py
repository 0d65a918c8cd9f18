"""Suggestions as they meet an annotator: what is offered in a document, accepting, dismissing, keeping in bulk.

An offer has a uid that follows from the annotator, the document and its words. Accepted, it becomes the annotator's
mention of that uid, with engine and version in `extra`, so that anchoring can be measured. Dismissed, that uid is
withdrawn before it was ever stated. Either way the offer never comes back: a person overrules the engine, for good.
"""

import hashlib
import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ..schema import acts, reading
from ..schema.errors import BadInput
from ..schema.events import AXES, Link, trusted
from ..schema.records import Mention
from ..schema.text import Span
from ..schema.undo import OF_ACT

if TYPE_CHECKING:
    from ..schema.ledger import Act
    from .engine import Link as SuggestedLink
    from .engine import Suggestion
    from .engines import Engine

OVERLAP = 0.5
"""An offer of which this share of the words is in a mention of one's own already is not made."""
KEY = "suggestion"
"""The key of `extra` under which a mention or mark says which suggestion it came from."""


class Offer(Struct, frozen=True):
    """A suggestion that an annotator has neither accepted nor dismissed. Spans are code points.

    `also` are the same engine's further suggestions of just these words, with other labels: what somebody denies, say,
    may itself be a rumour.
    """

    uid: str
    engine: str
    suggestion: "Suggestion"
    also: tuple["Suggestion", ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is said."""
        return self.suggestion.spans

    def says(self, label: str) -> bool:
        """Whether these words are suggested with a label."""
        return any(each.label == label for each in (self.suggestion, *self.also))

    def meant(self, label: str) -> "Suggestion":
        """What is suggested of these words with a label, else what is suggested first."""
        return next((each for each in (self.suggestion, *self.also) if each.label == label), self.suggestion)


def labelled(suggestion: "Suggestion", label: str) -> "Suggestion":
    """A suggestion as it is taken with a label: with another one its kind goes, unless the chain implies one.

    Its chain stays only where both labels speak of the claim's origin, or both of an answer to it: whoever said a thing
    is not who denies it.
    """
    if label == suggestion.label:
        return suggestion
    same_side = (AXES.get(label) == "origin") == (AXES.get(suggestion.label) == "origin")
    return structs.replace(suggestion, label=label, kind="", chain=suggestion.chain if same_side else ())


def offers(
    connection: sqlite3.Connection,
    sha256: str,
    annotator: str,
    suggested: "Iterable[tuple[str, Suggestion]]",
    own: Sequence[tuple[Span, ...]],
) -> list[Offer]:
    """What is to be offered of some (engine, suggestion) pairs, in reading order; the first of equal words counts.

    `own` holds the spans of the annotator's mentions of the document: what these cover already is not offered.
    """
    found: dict[str, Offer] = {}
    near = _finder(own)
    for engine, suggestion in suggested:
        uid = offer_uid(annotator, sha256, suggestion.spans)
        before = found.get(uid)
        if before is None:
            if not any(covered(suggestion.spans, spans) for spans in near(suggestion.spans)):
                found[uid] = Offer(uid, engine, suggestion)
        elif before.engine == engine and not before.says(suggestion.label):
            found[uid] = structs.replace(before, also=(*before.also, suggestion))
    answered = answers(connection, found)
    left = [offer for uid, offer in found.items() if uid not in answered]
    return sorted(left, key=lambda offer: (offer.spans, offer.uid))


def _finder(own: Sequence[tuple[Span, ...]]) -> Callable[[Sequence[Span]], list[tuple[Span, ...]]]:
    """Finds those of one's own mentions that words may touch, without a walk over all of them."""
    ordered = sorted(own, key=_start)
    longest = max((spans[-1].end - spans[0].start for spans in own), default=0)

    def near(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
        first = bisect_left(ordered, spans[0].start - longest, key=_start)
        return ordered[first : bisect_left(ordered, spans[-1].end, key=_start)]

    return near


def _start(spans: Sequence[Span]) -> int:
    return spans[0].start


def offer_uid(annotator: str, sha256: str, spans: Sequence[Span]) -> str:
    """The uid of the mention that an offer of these words becomes."""
    places = " ".join(f"{span.start}:{span.end}" for span in spans)
    return f"{annotator}/{hashlib.sha256(f'suggested {sha256} {places}'.encode()).hexdigest()[:32]}"


def live(text: str, engine: "Engine") -> "list[tuple[str, Suggestion]]":
    """What an engine finds in a text now, each with its signature; what does not fit the text is left out."""
    from .engines import signature

    return [(signature(engine), each) for each in engine.suggest(text) if fits(text, each)]


def fits(text: str, suggestion: "Suggestion") -> bool:
    """Whether all words of a suggestion are in the text, in order and without overlap."""
    groups = [suggestion.spans, *(part for link in suggestion.chain for part in (link.spans, link.cue))]
    return bool(suggestion.spans) and all(_in_order(text, group) for group in groups)


def _in_order(text: str, spans: Sequence[Span]) -> bool:
    end = 0
    for span in spans:
        if not end <= span.start < span.end <= len(text):
            return False
        end = span.end
    return True


def kept(connection: sqlite3.Connection, document_id: int, annotator: str) -> "list[tuple[str, Suggestion]]":
    """What engines have proposed for a document in bulk, each with the engine's signature."""
    rows = connection.execute(
        """SELECT name, uid, extra FROM mentions JOIN annotators ON annotators.id = annotator_id
        WHERE document_id = ? AND name <> ? AND extra LIKE '%"suggestion"%' ORDER BY start, uid""",
        (document_id, annotator),
    ).fetchall()
    found = []
    for name, uid, extra in rows:
        about = json.loads(extra).get(KEY)
        mention = reading.mention(connection, uid)
        if isinstance(about, dict) and about.get("engine") == name and mention and mention.marks:
            found.append((name, _from_mention(mention, about)))
    return found


def answers(connection: sqlite3.Connection, uids: Iterable[str]) -> dict[str, bool]:
    """What was said to offers of these uids: True for accepted, False for dismissed or removed later."""
    rows = connection.execute(
        """SELECT subject, body FROM json_each(?) JOIN subjects ON subject = value AND kind = 'mention'
        JOIN heads ON heads.subject_id = subjects.id JOIN events ON events.id = event_id ORDER BY clock, hash""",
        (json.dumps(list(uids)),),
    )
    said: dict[str, bool] = {}
    for uid, body in rows:
        event = trusted(body)
        if event.data is not None or not _is_undo(connection, event.undoes):
            said[uid] = event.data is not None
        else:  # an offer whose answer was undone is open again
            said.pop(uid, None)
    return said


def _is_undo(connection: sqlite3.Connection, undone: str | None) -> bool:
    """Whether an event that takes back this act undoes something: to take back an undo is to do it again."""
    undoing = False
    while undone:
        undoing = not undoing
        row = connection.execute(f"SELECT undoes FROM events WHERE {OF_ACT} LIMIT 1", {"act": undone}).fetchone()
        undone = row[0] if row else None
    return undoing


# ---------------------------------------------------------------------- answers


def accept(act: "Act", offer: Offer, sha256: str, text: str, label: str = "") -> str:
    """Make an offer one's own, with its label or another one; the answer is the mention's uid.

    What comes along with another label, `labelled` says.
    """
    return _state(act, offer.uid, offer.engine, offer.meant(label), sha256, text, label)


def dismiss(act: "Act", offer: Offer) -> bool:
    """Say that an offer is none, so that it never comes back; undo brings it back."""
    return act.state("mention", offer.uid, None, always=True)


def keep(act: "Act", engine: "Engine", suggestion: "Suggestion", sha256: str, text: str) -> bool:
    """Keep a suggestion as the engine's own mention; False where it was kept, or withdrawn, before.

    Raises:
        BadInput: the suggestion does not fit the text.
    """
    from .engines import signature

    name = signature(engine)
    uid = offer_uid(name, sha256, suggestion.spans)
    if act.known("mention", uid):
        return False
    if not fits(text, suggestion):
        raise BadInput(f"{name} proposed words that are not in the text")
    with act.signed(name):
        _state(act, uid, name, suggestion, sha256, text, "")
    return True


def _state(act: "Act", uid: str, engine: str, suggestion: "Suggestion", sha256: str, text: str, label: str) -> str:
    about = {"engine": engine, "rule": suggestion.rule, "confidence": suggestion.confidence, "label": suggestion.label}
    extra = json.dumps({KEY: about}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    acts.set_mention(act, uid, sha256, text, suggestion.spans, extra=extra)
    taken = labelled(suggestion, label or suggestion.label)
    acts.set_label(act, uid, taken.label, kind=taken.kind, extra=extra)
    chain = [_link(act, link, sha256, text) for link in taken.chain]
    if chain:
        acts.set_chain(act, uid, taken.label, chain)
    return uid


def _link(act: "Act", link: "SuggestedLink", sha256: str, text: str) -> Link:
    source = None
    if link.name:
        document = None if link.identified == "named" else sha256
        source = acts.name_source(act, link.name, link.kind, document)
    return Link(
        source=source, identified=link.identified, relay=link.relay, spans=acts.words(text, link.spans),
        cue=acts.words(text, link.cue),
    )  # fmt: skip


def _from_mention(mention: Mention, about: dict[str, object]) -> "Suggestion":
    from . import engine

    mark = mention.marks[0]
    chain = tuple(
        engine.Link(
            spans=link.spans, cue=link.cue, name=link.source or "", kind=link.source_kind or "unknown",  # type: ignore[arg-type]
            identified=link.identified, relay=link.relay,  # type: ignore[arg-type]
        )
        for link in mark.chain
    )  # fmt: skip
    confidence = about.get("confidence")
    return engine.Suggestion(
        spans=mention.spans, label=mark.label, kind=mark.kind, chain=chain,
        confidence=confidence if isinstance(confidence, int) else 50, rule=str(about.get("rule", "")),
    )  # fmt: skip


def covered(spans: Sequence[Span], own: Sequence[Span]) -> bool:
    """Whether words are said by a mention already: half of the shorter of the two is in the other."""
    return shared(spans, own) >= OVERLAP * min(sum(a.end - a.start for a in spans), sum(b.end - b.start for b in own))


def shared(spans: Sequence[Span], others: Sequence[Span]) -> int:
    """How many code points two mentions share."""
    if others[0].start >= spans[-1].end or spans[0].start >= others[-1].end:
        return 0
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in spans for b in others)


def with_confidence(suggestion: "Suggestion", confidence: int) -> "Suggestion":
    """The same suggestion with another confidence."""
    return structs.replace(suggestion, confidence=max(0, min(100, confidence)))
