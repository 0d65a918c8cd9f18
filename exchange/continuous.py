"""Mentions in tools whose spans are continuous, with one label each: taken apart going out, rejoined coming in.

On the way out each piece of a mention becomes a span for each of its labels, or one span labelled `BARE` where it has
none. The mention itself goes along as onrecord writes it (`Side`), where the tool keeps what it does not know. On the
way in the tool's spans are held against the mentions: a span that was moved, relabelled, added or removed in the tool
wins over what went along; all else that belongs to the mention stays with it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct, field, structs

from ..schema.errors import BadInput, InvalidEvent
from ..schema.text import Span
from ..schema.validity import check_extra
from .annotated import Annotated, Aside, Sheet, foreign_label, with_extra
from .articles import Note, Refused
from .foreign import json_object, keep
from .mapping import Mapping
from .portable import PortableAbout, PortableMark, PortableMention, about_out, mention_in, mention_out
from .verified import Misplaced, Unit, Verifier

BARE = "claim"
"""What a span of a mention without any label is called there."""
SIDE = "onrecord"
"""The key under which a mention goes along as onrecord writes it."""


class Native(Struct, frozen=True, order=True):
    """A span of the tool with its label, in code points."""

    start: int
    end: int
    label: str


class Found(Struct, frozen=True):
    """A span as a file gives it. `key` is its name in the file; `kept` and `mark_kept` are what the tool says more."""

    native: Native
    place: str
    key: str
    kept: dict[str, Any] = {}
    mark_kept: dict[str, Any] = {}


class Side(Struct, frozen=True):
    """What goes along: whose record it is, how the tool's own fields sign it, the unit, the document, its mentions."""

    annotator: str = ""
    signed: str = ""
    unit: str = ""
    about: PortableAbout = field(default_factory=PortableAbout)
    mentions: list[PortableMention] = []


def natives(item: Annotated, uid: str) -> list[Native]:
    """The spans that a mention becomes, each once."""
    labels = [foreign_label(mark) for mark in item.marks_of(uid)] or [BARE]
    return _apart(labels, [Span(piece.start, piece.end) for piece in item.mentions[uid].spans])


def side_of(data: object) -> Side | None:
    """What went along with a record, or None where nothing did.

    Raises:
        BadInput: it is not as onrecord wrote it.
    """
    if data is None:
        return None
    try:
        side = msgspec.convert(data, Side)
        marks = [mark for mention in side.mentions for mark in mention.marks]
        for extra in {side.about.extra, *(each.extra for each in side.mentions), *(each.extra for each in marks)}:
            check_extra(extra)
    except UnicodeEncodeError:
        raise BadInput("holds half a character (a lone surrogate); export it again as UTF-8") from None
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadInput(f"its `{SIDE}` is not as onrecord writes it: {error}") from None
    except InvalidEvent as error:
        raise BadInput(f"its `{SIDE}` is not as onrecord writes it: {error.sentence}") from None
    return side


def side_out(item: Annotated, annotator: str, uids: Iterable[str], unit: Unit) -> dict[str, Any]:
    """What goes along with a record of some mentions of a document; with an annotator, of that one's work alone."""
    about = about_out(item)
    submissions = [each for each in about.pop("submissions", []) if annotator in ("", each["annotator"])]
    made = {"annotator": annotator, "unit": unit, "about": {**about, "submissions": submissions}}
    return {**made, "mentions": [mention_out(item, uid) for uid in uids]}


def _apart(labels: Iterable[str], pieces: Iterable[Span]) -> list[Native]:
    return list(dict.fromkeys(Native(piece.start, piece.end, label) for piece in pieces for label in labels))


# ---------------------------------------------------------------------- rejoined


class _Joined(Struct):
    """A mention that went along, with its pieces and what each of its labels covers now."""

    mention: PortableMention
    pieces: list[Span]
    now: list[tuple[str, list[PortableMark], tuple[Span, ...]]] = []


class Rejoining:
    """Puts what a record's spans say onto a sheet, in order, and remembers which mention each of them belongs to."""

    def __init__(self, name: str, sheet: Sheet, mapping: Mapping, annotator: str, *, own: bool) -> None:
        self._name, self._sheet, self._mapping, self._annotator, self._own = name, sheet, mapping, annotator, own
        self._verifier = Verifier(sheet.text)
        self.mention_of: dict[Native, str] = {}

    def take(
        self, mentions: Iterable[PortableMention], found: dict[Native, Found], *, new: bool = True
    ) -> Iterator[Refused | Aside | Note]:
        """Put all mentions onto the sheet: those that went along, as the spans have them now, then the `new` ones."""
        joined = []
        for mention in mentions:
            try:
                placed = [self._verifier.placed(each.start, each.end, each.quote).span for each in mention.spans]
                if placed:
                    joined.append(_Joined(mention, placed, []))
                else:
                    yield Refused(self._sheet.place, "a mention that onrecord wrote has lost its place in the text")
            except Misplaced as error:
                yield Aside(self._sheet.place, "mention", error.sentence)
            except BadInput as error:
                yield Refused(self._sheet.place, error.sentence)
        left, changed = _hold_against(joined, set(found), self._annotator)
        for each in joined:
            yield from self._take_joined(each)
        if changed:
            yield Note(self._sheet.place, "spans were changed since onrecord wrote them, and are taken as they are now")
        for native, span in found.items():
            if new and native in left:
                yield from self._take_new(native, span)

    def _take_joined(self, joined: _Joined) -> Iterator[Refused | Note]:
        groups: dict[tuple[Span, ...], list[tuple[str, list[PortableMark]]]] = {}
        for label, marks, pieces in joined.now:
            if pieces:
                groups.setdefault(pieces, []).append((label, marks))
        if not groups:
            yield Note(self._sheet.place, "a mention that onrecord wrote has no span there any more, and was left out")
        main = max(groups, key=lambda pieces: len(groups[pieces]), default=())
        for pieces, labels in groups.items():
            mention = structs.replace(
                joined.mention,
                marks=[mark for _, marks in labels for mark in marks],
                uid=joined.mention.uid if pieces == main else "",
            )
            key = joined.mention.uid or f"{joined.pieces[0].start}:{joined.pieces[-1].end}"
            key += "" if pieces == main else f"|{labels[0][0]}"
            signed = {} if mention.annotator else {"annotator": self._annotator}
            try:
                uid = mention_in(self._sheet, self._verifier, mention, key=key, spans=list(pieces), **signed)
            except BadInput as error:
                yield Refused(self._sheet.place, error.sentence)
                continue
            for native in _apart([label for label, _ in labels], pieces):
                self.mention_of.setdefault(native, uid)

    def _take_new(self, native: Native, span: Found) -> Iterator[Refused]:
        bare = self._own and native.label == BARE
        if not bare and self._mapping.label(native.label) is None:
            return
        try:
            extra, mark_extra = keep("", self._name, span.kept), keep("", self._name, span.mark_kept)
            uid = self._sheet.mention(self._annotator, span.key, [Span(native.start, native.end)], extra=extra)
            if not bare:
                self._sheet.mark(uid, native.label, extra=mark_extra)
            self.mention_of[native] = uid
        except BadInput as error:
            yield Refused(span.place, error.sentence)


def _hold_against(joined: list[_Joined], found: set[Native], annotator: str) -> tuple[set[Native], bool]:
    """Fill in what the labels cover now; the answer is the spans that belong to no mention, and whether any changed."""
    wanted = {native for each in joined for native in _apart(_labels(each.mention), each.pieces)}
    free = sorted(found - wanted)
    moved = _moved(sorted(wanted - found), free)
    used = set(moved.values())
    for each in joined:
        for label, marks in _labels(each.mention).items():
            here = [Native(piece.start, piece.end, label) for piece in each.pieces]
            now = [native if native in found else moved.get(native) for native in here]
            pieces = _tidy(Span(native.start, native.end) for native in now if native)
            name = None if pieces else _new_label(each, [native for native in free if native not in used])
            if name is not None:
                used |= set(_apart([name], each.pieces))
                each.now.append((name, _relabelled(marks, name), tuple(each.pieces)))
            else:
                each.now.append((label, marks, pieces))
    for each in joined:
        if each.mention.annotator in ("", annotator):
            used |= _add_labels(each, set(free) - used)
    return set(free) - used, bool(wanted - found)


def _labels(mention: PortableMention) -> dict[str, list[PortableMark]]:
    """What the labels of a mention are called there, each with its marks."""
    marks: dict[str, list[PortableMark]] = {}
    for mark in mention.marks:
        marks.setdefault(str(json_object(mark.extra).get("label") or mark.label), []).append(mark)
    return marks or {BARE: []}


def _moved(gone: list[Native], free: list[Native]) -> dict[Native, Native]:
    """Where spans that are gone stand now: the free one of the same label that shares most with each."""
    made: dict[Native, Native] = {}
    taken: set[Native] = set()
    for old in gone:
        near = [
            (min(old.end, new.end) - max(old.start, new.start), new)
            for new in free
            if new.label == old.label and new.start < old.end and old.start < new.end and new not in taken
        ]
        if near:
            made[old] = max(near, key=lambda pair: pair[0])[1]
            taken.add(made[old])
    return made


def _new_label(joined: _Joined, free: list[Native]) -> str | None:
    """The label that stands where all pieces of a mention are, and did not before."""
    known = set(_labels(joined.mention))
    here = {native.label for native in free if Span(native.start, native.end) == joined.pieces[0]} - known
    return next((each for each in sorted(here) if set(_apart([each], joined.pieces)) <= set(free)), None)


def _relabelled(marks: list[PortableMark], label: str) -> list[PortableMark]:
    """A mark under another label; its kind belonged to the label that it had."""
    if label == BARE:
        return []
    if not marks:
        return [PortableMark(label)]
    rest = {key: value for key, value in json_object(marks[0].extra).items() if key != "label"}
    return [structs.replace(marks[0], label=label, kind="", extra=with_extra("", **rest))]


def _add_labels(joined: _Joined, free: set[Native]) -> set[Native]:
    """Add marks of labels that were put on exactly the pieces of a mention; the answer is the spans used."""
    used: set[Native] = set()
    pieces = max((pieces for _, _, pieces in joined.now), key=len, default=())
    known = {label for label, _, _ in joined.now}
    for label in sorted({native.label for native in free} - known - {BARE}) if pieces else ():
        here = set(_apart([label], pieces))
        if here <= free:
            joined.now = [each for each in joined.now if each[1]] + [(label, [PortableMark(label)], pieces)]
            used |= here
    return used


def _tidy(pieces: Iterable[Span]) -> tuple[Span, ...]:
    """Pieces in order; those that overlap become one."""
    made: list[Span] = []
    for piece in sorted(pieces):
        if made and piece.start < made[-1].end:
            made[-1] = Span(made[-1].start, max(made[-1].end, piece.end))
        else:
            made.append(piece)
    return tuple(made)
