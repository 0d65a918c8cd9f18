"""Mentions, marks and chains out of the drafts of a brat file.

Where a note of our own tells more than brat has fields for, it is believed, but for what was changed since: spans,
types, attributes and notes are as brat has them now.
"""

from collections.abc import Iterable, Iterator

from msgspec import structs

from ..schema.errors import BadInput
from ..schema.events import Polarity
from ..schema.text import Span
from .annotated import Sheet, of_extra, with_extra
from .articles import Refused
from .brat_drafts import CERTAINTY, KIND, NOTES, POLARITY, Draft, Drafts
from .brat_kept import (
    CONTENT,
    CUE,
    KEY,
    SOURCE,
    Argument,
    KeptMark,
    KeptMention,
    Part,
    keeping,
    numbers_of,
    slots,
    unusual,
    unusual_numbers,
)  # fmt: skip
from .brat_lines import Event, Piece, cut, one_line, same, token, union, words_of
from .brat_standoff import Said, Standoff
from .brat_told import Told, object_of, written
from .mapping import Mapping
from .portable import Piece as Quoted
from .portable import PortableLink, PortableMark, PortableMention, mention_in
from .verified import Verifier


class Taker:
    """Puts what a file says of one document on a sheet; `annotator` signs what names nobody."""

    def __init__(self, sheet: Sheet, said: Standoff, annotator: str, mapping: Mapping) -> None:
        self._sheet, self._text, self._said = sheet, sheet.text, said
        self._annotator, self._verifier = annotator, Verifier(sheet.text)
        self._told = Told(sheet.place, said.notes, mapping)
        self._drafts = Drafts(sheet.place, sheet.text, said, self._told)

    def take(self) -> Iterator[Said]:
        """Put all on the sheet, and tell what was left out or is worth knowing."""
        yield from self._told.read()
        yield from self._drafts.group()
        drafts = self._drafts.drafts
        drafts.reverse()
        while drafts:  # none is held longer than it is needed, for a file may have very many
            draft = drafts.pop()
            try:
                self._put(draft)
            except BadInput as error:
                yield Refused(f"{self._sheet.place}:{draft.number}", error.sentence)
            self._told.forget([*draft.content[: self._drafts.stands(draft)], *(event.id for event in draft.events)])

    # ------------------------------------------------------------------ mentions

    def _put(self, draft: Draft) -> None:
        """Put a draft on the sheet.

        Raises:
            BadInput: a span does not fit, or a note of our own is not as we write it.
        """
        first = draft.content[0]
        stands = self._drafts.stands(draft)
        notes = (self._told.of(id_).mention for id_ in ([first] if stands else [event.id for event in draft.events]))
        given = next((each for each in notes if each), None)
        pieces = union(piece for id_ in draft.content for piece in self._said.spans[id_].pieces)
        spans = self._newer(given.spans if given else [], pieces)
        marks = [self._mark(event, spans) for event in draft.events]
        marks += self._typed(draft, given)
        if not given and marks and not any(self._told.here(mark.label) for mark in marks):
            return
        mention = given or PortableMention()
        fields = self._drafts.fields
        if stands:
            mention.polarity = _polarity(fields.get((first, POLARITY)))
            mention.note = _note(mention.note, fields.get((first, NOTES)))
        mention.marks = marks
        if given is None or of_extra(given.extra, KEY) is not None or draft.lines or first in self._drafts.named:
            mention.extra = keeping(mention.extra, self._kept(draft, spans))
        annotator = mention.uid.split("/", 1)[0] if "/" in mention.uid else self._annotator
        mention_in(
            self._sheet, self._verifier, mention, key=draft.key, annotator=annotator,
            spans=[Span(start, end) for start, end in spans],
        )  # fmt: skip

    def _kept(self, draft: Draft, spans: tuple[Piece, ...]) -> KeptMention:
        parts = []
        for id_ in draft.content:
            line = self._said.spans[id_]
            alone = len(draft.content) == 1
            pieces = unusual(self._text, line.pieces, spans) if alone else list(cut(self._text, line.pieces))
            parts.append(Part(id_, "" if draft.typed else line.type, pieces))
        return KeptMention(parts, draft.lines)

    def _typed(self, draft: Draft, given: PortableMention | None) -> list[PortableMark]:
        """The mark that the type of a mention's own annotation is, if any."""
        type_ = self._said.spans[draft.content[0]].type
        if given is None:
            return [PortableMark(label=type_, extra=keeping("", KeptMark(span=True)))] if draft.typed else []
        if given.marks:
            same = [mark for mark in given.marks if written(mark) == type_]
            return same if same or type_ == CONTENT else [_relabelled(given.marks[0], type_)]
        if draft.typed and type_ != CONTENT:
            return [PortableMark(label=type_, extra=keeping("", KeptMark(span=True)))]
        return []

    def _newer(self, said: Iterable[Quoted], pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
        """The spans that we wrote, which brat has cut at line ends; brat's own where they were changed."""
        told = tuple(sorted((piece.start, piece.end) for piece in said))
        for start, end in told:
            self._verifier.span(start, end)
        return told if told and same(self._text, told, pieces) else pieces

    # ------------------------------------------------------------------ marks

    def _mark(self, event: Event, spans: tuple[Piece, ...]) -> PortableMark:
        ours = self._told.of(event.id)
        given = ours.mark
        mark = _relabelled(given, event.type) if given else PortableMark(label=event.type)
        numbers = self._fill(mark, event, ours.numbers)
        fields = self._drafts.fields
        kind, certainty = fields.get((event.id, KIND), ""), fields.get((event.id, CERTAINTY))
        mark.kind = mark.kind if kind and token(mark.kind) == kind else kind
        mark.certainty = int(certainty) if certainty else None
        mark.note = _note(mark.note, fields.get((event.id, NOTES)))
        if given is None or of_extra(given.extra, KEY) is not None or event.id in self._drafts.named:
            mark.extra = keeping(mark.extra, self._kept_mark(event, mark, numbers, spans))
        return mark

    def _fill(self, mark: PortableMark, event: Event, numbers: list[int]) -> list[int]:
        """Give the chain of a mark the spans of the event's sources and cues; the answer is each link's number."""
        numbers = numbers_of(numbers, len(mark.chain))
        there = {(base, number): id_ for base, number, _, id_ in slots(event.args) if base in (SOURCE, CUE)}
        more = sorted({number for _, number in there} - set(numbers))
        mark.chain += [PortableLink() for _ in more]
        numbers = numbers + more
        for number, link in zip(numbers, mark.chain, strict=True):
            source, cue = self._pieces(there.get((SOURCE, number))), self._pieces(there.get((CUE, number)))
            link.spans, link.cue = self._quoted(link.spans, source), self._quoted(link.cue, cue)
            if number in more:
                link.source = " ".join(words_of(self._text, source).split()) or None
                link.named = False
        return numbers

    def _pieces(self, id_: str | None) -> tuple[Piece, ...]:
        return self._said.spans[id_].pieces if id_ else ()

    def _quoted(self, said: list[Quoted], pieces: tuple[Piece, ...]) -> list[Quoted]:
        return [Quoted(start, end) for start, end in self._newer(said, tuple(sorted(pieces)))] if pieces else []

    def _kept_mark(self, event: Event, mark: PortableMark, numbers: list[int], spans: tuple[Piece, ...]) -> KeptMark:
        chain = {
            (base, number): tuple((piece.start, piece.end) for piece in pieces)
            for number, link in zip(numbers, mark.chain, strict=True)
            for base, pieces in ((SOURCE, link.spans), (CUE, link.cue))
        }
        args = []
        for base, number, role, id_ in slots(event.args):
            argument = Argument(role, id_)
            if base in (SOURCE, CUE):
                line = self._said.spans[id_]
                argument.type = "" if line.type == base else line.type
                argument.pieces = unusual(self._text, line.pieces, chain[base, number])
            args.append(argument)
        trigger = self._said.spans[event.trigger]
        default = next((pieces for (base, _), pieces in chain.items() if base == CUE and pieces), spans)
        return KeptMark(
            id=event.id,
            trigger=Part(
                event.trigger, "" if trigger.type == event.type else trigger.type,
                unusual(self._text, trigger.pieces, default),
            ),
            args=args,
            numbers=unusual_numbers(numbers),
        )  # fmt: skip


def _relabelled(mark: PortableMark, type_: str) -> PortableMark:
    """A mark, with the type that it has in brat as its label where that was changed there."""
    if written(mark) == type_:
        return mark
    extra = {key: value for key, value in object_of(mark.extra).items() if key != "label"}
    return structs.replace(mark, label=type_, extra=with_extra("", **extra))


def _polarity(value: str | None) -> Polarity:
    return "negates" if value == "negates" else "questions" if value == "questions" else "asserts"


def _note(ours: str, theirs: str | None) -> str:
    """A note as it was written, if brat still has it so; else brat's."""
    if theirs is None:
        return "" if one_line(ours).strip() else ours
    return ours if one_line(ours) == theirs else theirs
