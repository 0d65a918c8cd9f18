"""A corrected article: where the words of the old version stand in the new one, and what became of each mention.

The old version stays as it is, with all that was said about it. Each piece of a mention is looked for in the new text
by its quote and context; where the words themselves were changed, the place is found by alignment (rapidfuzz) of the
quote with its context. What cannot be found is said to have vanished: nothing is moved on a guess, and nothing is
dropped in silence.
"""

import hashlib
import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, structs

from . import acts, reading
from .anchors import Anchor, reanchor
from .errors import NoSuchThing
from .events import Evidence, Link, Mark, Mention, trusted
from .ledger import Act
from .records import Mention as InVersion
from .text import Span

if TYPE_CHECKING:
    from rapidfuzz.distance import Opcodes

ALIKE = 60.0
"""So alike, of 100, old and new words must be, with their context and without, to be taken for the same place."""

Outcome = Literal["same", "moved", "changed", "vanished"]
_WORST: tuple[Outcome, ...] = ("same", "moved", "changed", "vanished")


class Found(Struct, frozen=True):
    """What became of some words: their place in the new text, unless they vanished."""

    outcome: Outcome
    span: Span | None = None


class Carried(Struct, frozen=True):
    """What became of one mention. `uid` is that of the mention in the new version, whether it is there or not.

    `lost` counts pieces of chains and evidence that vanished though the mention itself did not. `there` says whether
    the mention, or one that was made by hand in its place, stands in the new version now; `removed`, whether it did and
    was taken away. `moved` is for words that are the same in a paragraph that stands in another order now.
    """

    old_uid: str
    uid: str
    annotator: str
    outcome: Outcome
    was: str
    now: str
    spans: tuple[Span, ...]
    lost: int
    there: bool
    removed: bool


def locate(anchor: Anchor, text: str) -> Found:
    """Where an anchor's words stand in a new version of its text (code points)."""
    exact = reanchor(anchor, text)
    return Found("same", exact) if exact else _aligned(anchor, text)


def _aligned(anchor: Anchor, text: str) -> Found:
    """The place whose words, with what stands around them, are most like the anchor's."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Indel

    wanted = anchor.before + anchor.quote + anchor.after
    best = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=ALIKE)
    if best is None or best.dest_start == best.dest_end:
        return Found("vanished")
    low, high = max(0, best.dest_start - len(wanted) // 2), best.dest_end + len(wanted) // 2
    window = text[low:high]
    opcodes = Indel.opcodes(wanted, window)
    start, end = len(anchor.before), len(anchor.before) + len(anchor.quote)
    span = _snapped(text, low + _there(opcodes, start, first=True), low + _there(opcodes, end, first=False))
    if span is None or fuzz.ratio(anchor.quote, span.cut(text)) < ALIKE:
        return Found("vanished")
    return Found("same" if span.cut(text) == anchor.quote else "changed", span)


def _there(opcodes: "Opcodes", offset: int, *, first: bool) -> int:
    """Where an offset of the old words lies in the new ones: a start before what was put in there, an end after it."""
    there = 0
    for opcode in opcodes:
        old_start, old_end, new_start, new_end = opcode.src_start, opcode.src_end, opcode.dest_start, opcode.dest_end
        if old_start <= offset < old_end or (not first and old_start < offset <= old_end):
            return new_start + min(offset - old_start, new_end - new_start)
        if old_end <= offset:
            there = new_end if not first or old_end < offset else max(there, new_start)
    return there


def _snapped(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends, and with whole words."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while 0 < start < end and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return Span(start, end) if start < end else None


# ---------------------------------------------------------------------- mentions


def old_version(connection: sqlite3.Connection, document_id: int) -> int:
    """The document that another one revises.

    Raises:
        NoSuchThing: it revises none that is here.
    """
    row = connection.execute("SELECT revises FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None or row[0] is None:
        raise NoSuchThing(f"Document {document_id} revises no document of this project")
    return int(row[0])


def outcomes(connection: sqlite3.Connection, document_id: int, annotators: Iterable[str]) -> list[Carried]:
    """What becomes of these annotators' mentions of the old version in a new one, in reading order.

    Raises:
        NoSuchThing: the document revises none that is here.
    """
    old = old_version(connection, document_id)
    new = reading.document(connection, document_id)
    assert new is not None
    wanted = set(annotators)
    told = [each for each in reading.mentions(connection, old) if each.annotator in wanted]
    before = reading.document(connection, old)
    moved = _moved_paragraphs(before.text if before else "", new.text)
    there = reading.mentions(connection, document_id)
    found = [(each, _outcome(connection, each.uid, new.sha256, new.text, moved)) for each in told]
    return [
        structs.replace(one, there=True) if any(_by_hand(one, old_one, each) for each in there) else one
        for old_one, one in found
    ]


def _by_hand(carried: "Carried", old: InVersion, there: InVersion) -> bool:
    """Whether its annotator marked the new version by hand: the same words, or some of them for the same claim."""
    if there.annotator != carried.annotator or not carried.spans:
        return False
    same_claim = old.claim_id is not None and old.claim_id == there.claim_id
    return there.spans == carried.spans or (
        same_claim and any(span.overlaps(other) for span in carried.spans for other in there.spans)
    )


def _moved_paragraphs(old: str, new: str) -> list[Span]:
    """The paragraphs of the old text that stand in the new one in another order: all but the longest run in order."""
    places = {line: start for start, line in _paragraphs(new)}
    common = [(start, line, places[line]) for start, line in _paragraphs(old) if line in places]
    tails: list[int] = []  # patience sorting: the smallest end of a run of each length
    lengths = []
    for _, _, there in common:
        at = bisect_left(tails, there)
        tails[at : at + 1] = [there]
        lengths.append(at)
    kept, wanted = set(), len(tails) - 1
    for number in range(len(common) - 1, -1, -1):
        if lengths[number] == wanted:
            kept.add(number)
            wanted -= 1
    return [Span(start, start + len(line)) for n, (start, line, _) in enumerate(common) if n not in kept]


def _paragraphs(text: str) -> list[tuple[int, str]]:
    """The lines of a text that stand in it only once and are not blank, with where they start."""
    found = []
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append((start, line.strip()))
        start += len(line)
    times = Counter(line for _, line in found)
    return [(start, line) for start, line in found if times[line] == 1]


def _outcome(connection: sqlite3.Connection, uid: str, sha256: str, text: str, moved: list[Span]) -> Carried:
    mention = _value(connection, "mention", uid)
    assert isinstance(mention, Mention)
    found = [locate(piece, text) for piece in mention.spans]
    outcome = max((each.outcome for each in found), key=_WORST.index)
    if outcome == "same" and any(each.start <= mention.spans[0].start < each.end for each in moved):
        outcome = "moved"
    spans = tuple(sorted(each.span for each in found if each.span))
    if any(one.end > other.start for one, other in pairwise(spans)):
        outcome, spans = "vanished", ()
    new = new_uid(uid, sha256)
    there = connection.execute("SELECT 1 FROM mentions WHERE uid = ?", (new,)).fetchone() is not None
    known = connection.execute("SELECT 1 FROM subjects WHERE kind = 'mention' AND subject = ?", (new,)).fetchone()
    return Carried(
        old_uid=uid,
        uid=new,
        annotator=uid.split("/", 1)[0],
        outcome=outcome,
        was=" … ".join(piece.quote for piece in mention.spans),
        now=" … ".join(span.cut(text) for span in spans) if outcome != "vanished" else "",
        spans=spans if outcome != "vanished" else (),
        lost=sum(_lost(mark, text) for mark in _marks(connection, uid)),
        there=there,
        removed=known is not None and not there,
    )


def _lost(mark: Mark, text: str) -> int:
    pieces = [piece for link in mark.chain for piece in (*link.spans, *link.cue)]
    pieces += [piece for item in mark.evidence for piece in item.spans]
    return sum(locate(piece, text).outcome == "vanished" for piece in pieces)


def new_uid(uid: str, sha256: str) -> str:
    """The uid of a mention's successor in another version, the same whoever works it out."""
    return f"{uid.split('/', 1)[0]}/{hashlib.sha256(f'{uid} in {sha256}'.encode()).hexdigest()[:32]}"


def carry(act: Act, document_id: int, one: Carried) -> bool:
    """Make a mention's successor in the new version, with its labels, chains and evidence; False if none is to be made.

    A mention that vanished is not made; one that is there, or was removed by hand, is left as it is. It is signed by
    the mention's annotator. Chains and evidence keep the words that are found and lose those that vanished.
    """
    connection = act.ledger.connection
    if not one.spans or one.there or one.removed:
        return False
    new = reading.document(connection, document_id)
    old = _value(connection, "mention", one.old_uid)
    if new is None or not isinstance(old, Mention):
        raise NoSuchThing(f"There is no such mention any more: {one.old_uid}")
    text = new.text
    with act.signed(one.annotator):
        about = {"claim": old.claim, "polarity": old.polarity, "note": old.note, "extra": old.extra}
        acts.set_mention(act, one.uid, new.sha256, text, one.spans, **about)
        for mark in _marks(connection, one.old_uid):
            made = structs.replace(
                mark,
                mention=one.uid,
                chain=tuple(_link(link, text) for link in mark.chain),
                evidence=tuple(item for each in mark.evidence for item in _evidence(each, text)),
            )
            act.put(f"{one.uid}/{mark.label}", made)
    return True


def _link(link: Link, text: str) -> Link:
    return structs.replace(link, spans=_moved(link.spans, text), cue=_moved(link.cue, text))


def _evidence(item: Evidence, text: str) -> list[Evidence]:
    if not item.spans:
        return [item]
    spans = _moved(item.spans, text)
    return [structs.replace(item, spans=spans)] if spans else []


def _moved(pieces: Iterable[Anchor], text: str) -> tuple[Anchor, ...]:
    spans: list[Span] = []
    for piece in pieces:
        span = locate(piece, text).span
        if span and all(span.end <= other.start or other.end <= span.start for other in spans):
            spans.append(span)
    return acts.words(text, spans)


def _marks(connection: sqlite3.Connection, mention: str) -> list[Mark]:
    rows = connection.execute(
        """SELECT marks.uid FROM marks JOIN mentions ON mentions.id = mention_id
        WHERE mentions.uid = ? ORDER BY marks.uid""",
        (mention,),
    ).fetchall()
    found = [_value(connection, "mark", uid) for (uid,) in rows]
    return [mark for mark in found if isinstance(mark, Mark)]


def _value(connection: sqlite3.Connection, kind: str, subject: str) -> object:
    row = connection.execute(
        """SELECT body FROM subjects JOIN heads ON heads.subject_id = subjects.id JOIN events ON events.id = event_id
        WHERE kind = ? AND subject = ? ORDER BY clock DESC, hash DESC LIMIT 1""",
        (kind, subject),
    ).fetchone()
    return trusted(row[0]).data if row else None
