"""An annotator at a document: the cursor, the selection, the mention in hand, edits that show before they are stored.

Pure state: no widget, no database. An edit changes the desk's own records at once and answers with the work that the
writer is to do; until that is committed the mention counts as pending. All offsets are code points.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from msgspec import structs

from ..schema import acts
from ..schema.ledger import Act
from ..schema.records import Document, Label, Mark, Mention
from ..schema.segments import Segments, next_char, prev_char
from ..schema.text import Span
from .drafts import EvidenceDraft, LinkDraft, to_evidence, to_link

Work = Callable[[Act], object]


class CannotNow(Exception):
    """An act that cannot be done at this moment; the text says why and what to do first."""


@dataclass(frozen=True)
class Edit:
    """A change that the desk already shows: the mention that it touches, and the work that makes it last."""

    uid: str
    work: Work


class Desk:
    """One document under one annotator's hands."""

    def __init__(
        self, document: Document, mentions: Iterable[Mention], annotator: str, labels: Sequence[Label]
    ) -> None:
        self.document, self.annotator, self.labels = document, annotator, list(labels)
        self.text = document.text
        self.segments = Segments(document.text)
        self.mentions = {mention.uid: mention for mention in mentions}
        self.pending: dict[str, int] = {}
        self.show_others = False
        self._shown: list[Mention] | None = None
        self._longest = 0
        self.cursor = self._word_from(0)
        self.selected: Span | None = None
        self.pieces: tuple[Span, ...] = ()
        self._from: Span | None = None
        self.active: str | None = None
        self.label: str | None = None

    # ------------------------------------------------------------------ what is there

    def shown(self) -> list[Mention]:
        """The mentions to show, in the order of the text: one's own, and if wanted those of others."""
        if self._shown is None:
            chosen = (each for each in self.mentions.values() if self.show_others or each.annotator == self.annotator)
            self._shown = sorted(chosen, key=lambda each: (each.spans[0].start, each.spans[-1].end, each.uid))
            self._longest = max((each.spans[-1].end - each.spans[0].start for each in self._shown), default=0)
        return self._shown

    def show_others_too(self, wanted: bool) -> None:
        """Show other annotators' mentions beside one's own, or hide them."""
        self.show_others = wanted
        self._shown = None
        self.let_go()

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
        self._shown = None
        if record is None or record.document_id != self.document.id:
            self.mentions.pop(uid, None)
            if self.active == uid:
                self.active = self.label = None
        else:
            self.mentions[uid] = record

    def done(self, uid: str) -> None:
        """An edit of this mention is on disk, or was refused."""
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
        """To the next (1) or previous (-1) mention shown, in a circle; it is in hand from then on.

        Raises:
            CannotNow: there is no mention.
        """
        shown = self.shown()
        if not shown and self.mentions:
            raise CannotNow("None is yours yet, and those of others are hidden: o shows them")
        if not shown:
            raise CannotNow("No mention yet: pick words with p or v, then press s, a, d or c")
        uids = [each.uid for each in shown]
        if self.active in uids:
            chosen = shown[(uids.index(self.active) + step) % len(shown)]
        else:
            later = [each for each in shown if each.spans[0].start >= self.cursor.start]
            earlier = [each for each in shown if each.spans[0].start < self.cursor.start]
            chosen = (later or shown)[0] if step > 0 else (earlier or shown)[-1]
        self.take(chosen.uid)

    def take(self, uid: str) -> None:
        """Take a mention in hand and move to it."""
        self.let_go()
        mention = self.mentions[uid]
        self.cursor = self._word_from(mention.spans[0].start)
        self.active, self.label = uid, None

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
        self.active = self._mention_at(cursor.start)
        self.label = None

    def _mention_at(self, offset: int) -> str | None:
        """The innermost mention shown that covers an offset."""
        shown = self.shown()
        first = bisect_left(shown, offset - self._longest, key=lambda each: each.spans[0].start)
        last = bisect_right(shown, offset, key=lambda each: each.spans[0].start)
        covering = [each for each in shown[first:last] if any(span.start <= offset < span.end for span in each.spans)]
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

    def move_edge(self, edge: str, step: int) -> Edit | None:
        """Move the start or the end of the selection, or else of the mention in hand, by a word.

        Raises:
            CannotNow: neither is there, or the mention is somebody else's.
        """
        if self.selected:
            self.selected = self._moved(self.selected, edge, step)
            self._from = None
            return None
        mention = self._own("move its edges")
        at = 0 if edge == "start" else -1
        spans = list(mention.spans)
        spans[at] = self._moved(spans[at], edge, step)
        if merged(spans) == mention.spans:
            return None
        return self._change(mention, spans=merged(spans))

    def _moved(self, span: Span, edge: str, step: int) -> Span:
        segments = self.segments
        if edge == "start":
            word = segments.next_word(span.start) if step > 0 else segments.prev_word(span.start)
            return Span(word.start, span.end) if word and word.start < span.end else span
        word = segments.next_word(span.end - 1) if step > 0 else segments.word_at(span.end - 1)
        if step < 0:
            word = segments.prev_word(word.start if word else span.end)
        return Span(span.start, word.end) if word and word.end > span.start else span

    # ------------------------------------------------------------------ marking

    def toggle(self, label: str) -> Edit:
        """Put a label on the selection or the mention in hand, or take it off; the mention is made if there was none.

        Words of somebody else's mention get a mention of one's own, linked to the same claim.

        Raises:
            CannotNow: nothing is selected and no mention is in hand.
        """
        mention = self._target()
        mark = mention.mark(label)
        marks = [each for each in mention.marks if each.label != label]
        if mark is None:
            marks.append(Mark(0, f"{mention.uid}/{label}", label, "", None, "", "", (), ()))
        order = {each.label: at for at, each in enumerate(self.labels)}
        marks.sort(key=lambda each: order.get(each.label, len(order)))
        self.let_go()
        self.active, self.label = mention.uid, label if mark is None else None
        uid, spans, claim = mention.uid, mention.spans, mention.claim_uid
        sha256, text = self.document.sha256, self.text

        def work(act: Act) -> None:
            acts.set_mention(act, uid, sha256, text, spans, **({"claim": claim} if claim else {}))
            acts.set_label(act, uid, label, mark is None)

        return self._show(structs.replace(mention, marks=tuple(marks)), work)

    def ensure_mention(self) -> Edit | None:
        """Make sure that a mention is in hand: that of the selection, if there is one.

        Raises:
            CannotNow: nothing is selected and no mention is in hand.
        """
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

        def work(act: Act) -> None:
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

        def work(act: Act) -> None:
            acts.set_evidence(act, mention.uid, mark.label, [to_evidence(item, text) for item in evidence])

        return self._show(with_mark(mention, shown), work)

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
        del self.mentions[mention.uid]
        self._shown = None
        self.let_go()
        self.pending[mention.uid] = self.pending.get(mention.uid, 0) + 1
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
        for mention in self.mentions.values():
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
        self.mentions[mention.uid] = mention
        self._shown = None
        self.pending[mention.uid] = self.pending.get(mention.uid, 0) + 1
        return Edit(mention.uid, work)


def with_mark(mention: Mention, mark: Mark) -> Mention:
    """The mention with its mark of the same label replaced."""
    return structs.replace(mention, marks=tuple(mark if each.label == mark.label else each for each in mention.marks))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap or touch made one."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)
