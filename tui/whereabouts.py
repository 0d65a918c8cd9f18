"""Where an annotator is in a document: the cursor, the selection, and the mention or suggestion in hand.

Pure state: no widget, no database, nothing that writes. All offsets are code points.
"""

from collections.abc import Iterable, Sequence

from ..schema.records import Document, Label, Mark, Mention
from ..schema.segments import Segments, next_char, prev_char
from ..schema.text import Span
from ..schema.threads import Talk
from ..suggest.offers import Offer
from .offered import Tray
from .places import Places


class CannotNow(Exception):
    """An act that cannot be done at this moment; the text says why and what to do first."""


class Whereabouts:
    """One document with its mentions and what is offered in it, and where its annotator is."""

    def __init__(
        self, document: Document, mentions: Iterable[Mention], annotator: str, labels: Sequence[Label]
    ) -> None:
        self.document, self.annotator, self.labels = document, annotator, list(labels)
        self.text = document.text
        self.segments = Segments(document.text)
        self.mentions = {mention.uid: mention for mention in mentions}
        self.whole = True
        """Whether all mentions of the document are known."""
        self.talk: dict[str, Talk] = {}
        """What there is of remarks, by the uids of the mentions that have any."""
        self.accepted: dict[str, Offer] = {}
        self.pending: dict[str, int] = {}
        self.show_others = False
        self._changes = 0
        self.tray = Tray()
        self._arrange()
        self.cursor = self._word_from(0)
        self.selected: Span | None = None
        self.pieces: tuple[Span, ...] = ()
        self._from: Span | None = None
        self.active: str | None = None
        self.label: str | None = None

    # ------------------------------------------------------------------ what is there

    def shown(self) -> list[Mention]:
        """The mentions to show, in the order of the text: one's own, and if wanted those of others."""
        return [self.mentions[uid] for uid in self._shown]

    def number_shown(self) -> int:
        """How many mentions are shown."""
        return len(self._shown)

    def number_of_others(self) -> int:
        """How many mentions are not one's own, shown or not."""
        return len(self.mentions) - self._mine

    @property
    def changes(self) -> int:
        """How often something changed of what is there: the mentions, what is pending, what is offered."""
        return self._changes + self.tray.changes

    def _arrange(self) -> None:
        """Find out which mentions to show, and in which order."""
        chosen = [(each.uid, each.spans) for each in self.mentions.values() if self._is_shown(each)]
        self._mine = sum(each.annotator == self.annotator for each in self.mentions.values())
        self._shown = Places(chosen)
        self._stops = Places([*chosen, *((uid, offer.spans) for uid, offer in self.tray.offers.items())])
        self.tray.stand_among(self._stops)

    def _is_shown(self, mention: Mention) -> bool:
        return self.show_others or mention.annotator == self.annotator

    def take_in(self, mentions: Iterable[Mention]) -> None:
        """Know all mentions of the document, where only some were known."""
        self.mentions = {mention.uid: mention for mention in mentions}
        self.whole = True
        self._changes += 1
        self._arrange()

    def _put(self, mention: Mention) -> None:
        """Take a mention in, or what it is now."""
        uid = mention.uid
        self._drop(uid)
        self.tray.drop(uid)
        self.mentions[uid] = mention
        self._mine += mention.annotator == self.annotator
        if self._is_shown(mention):
            self._shown.put(uid, mention.spans)
            self._stops.put(uid, mention.spans)

    def _drop(self, uid: str) -> None:
        """Let a mention go, if it is there."""
        gone = self.mentions.pop(uid, None)
        self._changes += 1
        if gone:
            self._mine -= gone.annotator == self.annotator
            self._shown.drop(uid)
            self._stops.drop(uid)

    def _wait_for(self, uid: str) -> None:
        """An edit of this mention is on its way to the disk."""
        self.pending[uid] = self.pending.get(uid, 0) + 1
        self._changes += 1

    def show_others_too(self, wanted: bool) -> None:
        """Show other annotators' mentions beside one's own, or hide them."""
        self.show_others = wanted
        self._arrange()
        self._changes += 1
        self.let_go()

    def stops(self) -> Places:
        """The uids of what tab goes through, in the order of the text: the mentions shown, and what is offered."""
        return self._stops

    @property
    def mention(self) -> Mention | None:
        """The mention in hand, if any."""
        return self.mentions.get(self.active) if self.active else None

    @property
    def mark(self) -> Mark | None:
        """The mark in hand: that of the label last set or turned to, else the mention's first."""
        mention = self.mention
        if mention is None or not mention.marks:
            return None
        return (self.label and mention.mark(self.label)) or mention.marks[0]

    @property
    def selecting(self) -> bool:
        """Whether moving extends the selection."""
        return self._from is not None

    def reload(self, uid: str, record: Mention | None) -> None:
        """Take over what the project now says of a mention, unless an edit of it is still on its way."""
        if self.pending.get(uid):
            return
        if record is None or record.document_id != self.document.id or record.layer:  # rulings are not shown here
            self._drop(uid)
            if self.active == uid and uid not in self.tray.offers:
                self.active = self.label = None
        elif record != self.mentions.get(uid):
            self._put(record)

    def done(self, uid: str) -> None:
        """An edit of this mention is on disk, or was refused."""
        self._changes += 1
        left = self.pending.get(uid, 0) - 1
        if left > 0:
            self.pending[uid] = left
        else:
            self.pending.pop(uid, None)

    # ------------------------------------------------------------------ moving

    def go(self, offset: int) -> None:
        """Put the cursor on the word at an offset, or on the next one; let the selection go."""
        self._arrive(self._word_from(max(0, min(offset, len(self.text)))))

    def by_word(self, step: int) -> None:
        """To the next (1) or previous (-1) word."""
        segments = self.segments
        found = segments.next_word(self.cursor.end - 1) if step > 0 else segments.prev_word(self.cursor.start)
        if found:
            self._arrive(found)

    def by_character(self, step: int) -> None:
        """To the next (1) or previous (-1) character, as a person counts them."""
        if not self.text:
            return
        if step > 0:
            start = self.cursor.end if self.selecting else next_char(self.text, self.cursor.start)
        else:
            start = prev_char(self.text, self.cursor.start)
        if 0 <= start < len(self.text):
            self._arrive(Span(start, next_char(self.text, start)))

    def by_sentence(self, step: int) -> None:
        """To the first word of the next (1) or previous (-1) sentence; while selecting, forwards to a last word.

        Sentences often begin with a quotation mark, and some ("***") have no word: only a word further on counts.
        """
        segments, here = self.segments, self.cursor.start
        on = segments.next_sentence if step > 0 else segments.prev_sentence
        stretching = self.selecting and step > 0
        there = (stretching and segments.sentence_at(here)) or on(here)
        while there:
            word = segments.prev_word(there.end) if stretching else self._word_from(there.start)
            if word and word.start >= there.start and (word.start - here) * step > 0:
                self._arrive(word)
                return
            there = on(there.start)

    def by_mention(self, step: int) -> None:
        """To the next (1) or previous (-1) mention shown or offered, in a circle; it is in hand from then on.

        Raises:
            CannotNow: there is neither.
        """
        stops = self.stops()
        if not stops and self.mentions:
            raise CannotNow("None is yours yet, and those of others are hidden: o shows them")
        if not stops:
            raise CannotNow("No mention yet: pick words with p or v, then press s, a, d or c")
        at = stops.place_of(self.active)
        if at is not None:
            chosen = stops[(at + step) % len(stops)]
        else:
            before = stops.before(self.cursor.start)
            chosen = stops[(before if step > 0 else before - 1) % len(stops)]
        self.take(chosen)

    def take(self, uid: str) -> None:
        """Take a mention or an offer in hand and move to it."""
        self.let_go()
        self.cursor = self._word_from(self._spans_of(uid)[0].start)
        self.active, self.label = uid, None

    def _spans_of(self, uid: str) -> tuple[Span, ...]:
        mention = self.mentions.get(uid)
        return mention.spans if mention else self.tray.offers[uid].spans

    def _word_from(self, offset: int) -> Span:
        """The word at an offset, else the next one, else the last; in a text without words, one character."""
        segments = self.segments
        word = segments.word_at(offset) or segments.next_word(offset) or segments.prev_word(offset)
        return word or Span(0, max(1, next_char(self.text, 0) if self.text else 1))

    def _arrive(self, cursor: Span) -> None:
        self.cursor = cursor
        if self._from is not None:
            self.selected = Span(min(self._from.start, cursor.start), max(self._from.end, cursor.end))
            return
        self.selected, self.pieces = None, ()
        self.active = self._mention_at(cursor.start) or self.tray.at(cursor.start)
        self.label = None

    def _mention_at(self, offset: int) -> str | None:
        """The innermost mention shown that covers an offset."""
        near = [self.mentions[uid] for uid in self._shown.around(offset, offset + 1)]
        covering = [each for each in near if any(span.start <= offset < span.end for span in each.spans)]
        covering.sort(key=lambda each: (each.annotator != self.annotator, each.spans[-1].end - each.spans[0].start))
        return covering[0].uid if covering else None

    # ------------------------------------------------------------------ selecting

    def select(self) -> None:
        """Begin a selection at the cursor, or end its growing.

        Raises:
            CannotNow: the text is empty.
        """
        if not self.text:
            raise CannotNow("This document has no text")
        if self.selecting:
            self._from = None
        else:
            self._from = self.cursor
            self.selected = self.cursor
            self.active = None

    def choose(self, span: Span) -> None:
        """Select exactly these words."""
        self._from = None
        self.selected = span
        self.cursor = self._word_from(span.start)
        self.active = self.label = None

    def choose_further(self, span: Span) -> None:
        """Select these words as well as those already selected."""
        self.pieces = self.selection()
        self._from = None
        self.selected = span

    def add_piece(self) -> None:
        """Keep the selection as a piece and go on to select a further one.

        Raises:
            CannotNow: nothing is selected.
        """
        if self.selected is None:
            raise CannotNow("Select a first piece with v or p; V keeps it and lets you add another")
        self.pieces = merged((*self.pieces, self.selected))
        self.selected = self._from = None

    def let_go(self) -> None:
        """Drop the selection and the mention in hand."""
        self.selected = self._from = None
        self.pieces = ()
        self.active = self.label = None

    def selection(self) -> tuple[Span, ...]:
        """All pieces selected, in order; empty when there is no selection."""
        return merged((*self.pieces, self.selected) if self.selected else self.pieces)

    def moved(self, span: Span, edge: str, step: int) -> Span:
        """A span with its start or its end a word further on (1) or back (-1), never empty."""
        return moved(self.segments, span, edge, step)


def moved(segments: Segments, span: Span, edge: str, step: int) -> Span:
    """A span with its start or its end a word further on (1) or back (-1), never empty."""
    if edge == "start":
        word = segments.next_word(span.start) if step > 0 else segments.prev_word(span.start)
        return Span(word.start, span.end) if word and word.start < span.end else span
    word = segments.next_word(span.end - 1) if step > 0 else segments.word_at(span.end - 1)
    if step < 0:
        word = segments.prev_word(word.start if word else span.end)
    return Span(span.start, word.end) if word and word.end > span.start else span


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap or touch made one."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)
