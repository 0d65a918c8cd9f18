"""The lines of one brat file: what one annotator says of one document."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ..schema.errors import BadInput
from ..schema.events import Mark, Mention
from .annotated import Annotated, foreign_label
from .brat_drafts import CERTAINTY, KIND, NOTES, POLARITY
from .brat_kept import (
    ABOUT,
    CONTENT,
    CUE,
    NOTE,
    NOWHERE,
    SOURCE,
    Argument,
    KeptMark,
    KeptMention,
    Part,
    as_kept,
    keeping,
    kept_of_mark,
    kept_of_mention,
    numbers_of,
    pieces_of,
    slots,
    unusual_numbers,
)  # fmt: skip
from .brat_lines import (
    Event,
    Line,
    Piece,
    TextBound,
    cut,
    dangling,
    in_order,
    one_line,
    parse,
    renamed,
    text_bound,
    token,
)  # fmt: skip
from .json_text import to_json
from .portable import about_out, mention_out


class _Placed(Struct):
    """An event as it is written; the ids of its other arguments are looked up when all is placed."""

    type: str
    trigger: str
    args: list[tuple[str, str]]


class Leaf:
    """Writes one file. The mentions in `bare` get no notes of our own."""

    def __init__(self, item: Annotated, annotator: str, bare: set[str]) -> None:
        self._item, self._text, self._annotator, self._bare = item, item.text, annotator, bare
        own = [(uid, each) for uid, each in item.mentions.items() if uid.startswith(f"{annotator}/")]
        self._mentions: dict[str, Mention] = dict(own)
        self._apart: set[str] = set()
        self._marks: dict[str, list[Mark]] = {uid: [] for uid in self._mentions}
        for mark in item.marks.values():
            if mark.mention in self._marks:
                self._marks[mark.mention].append(mark)
        self._kept = {uid: kept_of_mention(mention.extra) for uid, mention in own}
        self._spans: dict[str, tuple[str, tuple[Piece, ...]]] = {}
        self._shared: dict[tuple[str, tuple[Piece, ...]], str] = {}
        self._events: dict[str, _Placed] = {}
        self._lines: list[str] = []
        self._renamed: dict[str, dict[str, str]] = {uid: {} for uid in self._mentions}
        self._highest: dict[str, int] = {}
        self._kept_lines = {uid: list(_parsed(kept)) for uid, kept in self._kept.items() if kept}
        self._reserve()

    def lines(self) -> list[str]:
        """All lines, in order."""
        for uid in sorted(self._mentions, key=self._turn):
            self._mention(uid, self._mentions[uid])
        kept = list(self._kept_again())
        there = {*self._spans, *self._events, *(line.split("\t", 1)[0] for line in kept)}
        made = [text_bound(id_, type_, pieces, self._text) for id_, (type_, pieces) in self._spans.items()]
        for id_, event in self._events.items():
            args = "".join(f" {role}:{named}" for role, named in event.args if named in there)
            made.append(f"{id_}\t{event.type}:{event.trigger}{args}")
        self._note(ABOUT, NOWHERE, to_json(self._about()))
        return sorted(made + kept + self._lines, key=in_order)

    def _about(self) -> dict[str, Any]:
        about = about_out(self._item)
        submissions = [each for each in about.pop("submissions", []) if each["annotator"] == self._annotator]
        for each in submissions:
            each.pop("recorded_at", None)
        return {
            **({"annotator": self._annotator} if self._annotator else {}), **about,
            **({"submissions": submissions} if submissions else {}),
        }  # fmt: skip

    # ------------------------------------------------------------------ ids

    def _reserve(self) -> None:
        """Keep the ids that things had in brat for them."""
        for uid, kept in self._kept.items():
            ids = [part.id for part in kept.content] if kept else []
            ids += [line.id for line in self._kept_lines.get(uid, []) if line.id[1:]]
            for mark in self._marks[uid]:
                if of_mark := kept_of_mark(mark.extra):
                    ids += [each.id for each in (*of_mark.args, of_mark.trigger) if each]
                    ids += [of_mark.id] if of_mark.id else []
            for id_ in ids:
                self._highest[id_[0]] = max(self._highest.get(id_[0], 0), int(id_[1:]))

    def _turn(self, uid: str) -> int:
        """When a mention's turn is, in the order of the events in brat: of two on one content the first has it."""
        kept = [kept for mark in self._marks[uid] if (kept := kept_of_mark(mark.extra))]
        return min((int(each.id[1:]) if each.id else 0 for each in kept), default=0 if self._kept[uid] else 10**9)

    def _new_id(self, kind: str) -> str:
        self._highest[kind] = self._highest.get(kind, 0) + 1
        return f"{kind}{self._highest[kind]}"

    def _place(
        self, uid: str, wanted: str | None, type_: str, pieces: tuple[Piece, ...], *, alone: bool = False
    ) -> str:
        """The id of an annotation: the one it had, that of its like unless it must stand `alone`, or a new one."""
        value = (type_, pieces)
        if wanted:
            if wanted not in self._spans or (self._spans[wanted] == value and not alone):
                self._spans[wanted] = value
                return wanted
        elif not alone and value in self._shared:
            return self._shared[value]
        id_ = self._new_id("T")
        self._spans[id_] = value
        if wanted:
            self._renamed[uid][wanted] = id_
        elif not alone:
            self._shared[value] = id_
        return id_

    # ------------------------------------------------------------------ mentions and marks

    def _mention(self, uid: str, mention: Mention) -> None:
        marks = self._marks[uid]
        typed = next((mark for mark in marks if (kept := kept_of_mark(mark.extra)) and kept.span), None)
        content = self._content(uid, mention, typed)
        first = next(iter(content.values()))
        data = _without_times(mention_out(self._item, uid, quotes=False))
        said: list[dict[str, Any]] = data.pop("marks", [])
        if uid not in self._apart:
            if mention.polarity != "asserts":
                self._attribute(POLARITY, first, mention.polarity)
                del data["polarity"]
            self._human_note(data, first)
        of_typed = []
        events = []
        for mark, about in zip(marks, said, strict=True):
            if mark is typed:
                of_typed.append(_slim_extra(about, mark.extra, KeptMark(span=True)))
            else:
                events.append((self._event(uid, mark, about, content), about))
        if uid in self._bare:
            return
        data.pop("annotator", None)
        self._slim_spans(data, "spans")
        if self._kept[uid]:
            _slim_extra(data, mention.extra, KeptMention())
        data |= {"marks": of_typed} if of_typed else {}
        if uid in self._apart:
            events[0][1]["mention"] = data
            for _, about in events:
                about["of"] = uid
        else:
            self._note(NOTE, first, to_json(data))
        for id_, about in events:
            self._note(NOTE, id_, to_json(about))

    def _content(self, uid: str, mention: Mention, typed: Mark | None) -> dict[str, str]:
        """The annotations that are a mention's content, by the ids that they had in brat.

        Our notes stand on the first, so that must be the mention's own.
        """
        kept = self._kept[uid] or KeptMention()
        spans = pieces_of(mention.spans)
        parts = kept.content
        pieces = as_kept(self._text, [part.pieces for part in parts], spans)
        if pieces is None:
            parts, pieces = [Part(parts[0].id if parts else "")], [list(cut(self._text, spans))]
        alone = not (uid in self._bare and not mention.note and mention.polarity == "asserts")
        marked = len(self._marks[uid]) > (typed is not None)
        eventful = marked or any(isinstance(line, Event) for line in self._kept_lines.get(uid, []))
        made: dict[str, str] = {}
        for part, each in zip(parts, pieces, strict=True):
            type_ = token(foreign_label(typed)) if typed else part.type if part.type and eventful else CONTENT
            if alone and not made and marked and self._spans.get(part.id) == (type_, tuple(each)):
                self._apart.add(uid)
            own = alone and not made and uid not in self._apart
            made[part.id] = self._place(uid, part.id or None, type_, tuple(each), alone=own)
        return made

    def _event(self, uid: str, mark: Mark, about: dict[str, Any], content: dict[str, str]) -> str:
        """Write a mark as an event; the answer is its id, and in `about` is left what the event does not say."""
        kept = kept_of_mark(mark.extra) or KeptMark()
        type_ = token(foreign_label(mark))
        numbers = numbers_of(kept.numbers[: len(mark.chain)], min(len(kept.numbers), len(mark.chain)))
        while len(numbers) < len(mark.chain):
            numbers = [*numbers, max(numbers, default=0) + 1]
        args = self._args(uid, mark, kept, numbers, content)
        cue = next((pieces_of(link.cue) for link in mark.chain if link.cue), ())
        default = cut(self._text, cue) or cut(self._text, pieces_of(self._mentions[uid].spans))
        trigger = kept.trigger or Part("")
        pieces = tuple(trigger.pieces) if self._fits(trigger.pieces) else default
        trigger_id = self._place(uid, trigger.id or None, trigger.type or type_, pieces)
        id_ = kept.id if kept.id and kept.id not in self._events else self._new_id("E")
        if kept.id and id_ != kept.id:
            self._renamed[uid][kept.id] = id_
        self._events[id_] = _Placed(type_, trigger_id, args)
        if mark.kind:
            self._attribute(KIND, id_, token(mark.kind))
        if mark.certainty is not None:
            self._attribute(CERTAINTY, id_, str(mark.certainty))
        self._human_note(about, id_)
        self._slim_mark(about, mark)
        about |= {"numbers": numbers} if unusual_numbers(numbers) else {}
        return id_

    def _args(
        self, uid: str, mark: Mark, kept: KeptMark, numbers: list[int], content: dict[str, str]
    ) -> list[tuple[str, str]]:
        """The arguments of an event: in the order and with the roles that they had, then what came since."""
        listed = zip(slots((each.role, each.id) for each in kept.args), kept.args, strict=True)
        had = {(base, number): argument for (base, number, _, _), argument in listed}
        now = {key: content[each.id] for key, each in had.items() if key[0] == CONTENT and each.id in content}
        number = max((number for base, number in now if base == CONTENT), default=0)
        for id_ in content.values():
            if id_ not in now.values():
                number += 1
                now[CONTENT, number] = id_
        for number, link in zip(numbers, mark.chain, strict=True):
            for base, anchors in ((SOURCE, link.spans), (CUE, link.cue)):
                if anchors:
                    now[base, number] = self._part(uid, base, pieces_of(anchors), had.get((base, number)))
        made: list[tuple[str, str]] = []
        for key, argument in had.items():
            if key in now:
                made.append((argument.role, now.pop(key)))
            elif key[0] not in (CONTENT, SOURCE, CUE):
                made.append((argument.role, argument.id))
        return made + [(f"{base}{number}" if number != 1 else base, id_) for (base, number), id_ in now.items()]

    def _part(self, uid: str, base: str, spans: tuple[Piece, ...], had: Argument | None) -> str:
        had = had or Argument(base, "")
        pieces = as_kept(self._text, [had.pieces], spans) or [list(cut(self._text, spans))]
        return self._place(uid, had.id or None, had.type or base, tuple(pieces[0]))

    def _fits(self, pieces: list[Piece]) -> bool:
        return bool(pieces) and all(0 <= start < end <= len(self._text) for start, end in pieces)

    # ------------------------------------------------------------------ what stands on them

    def _attribute(self, type_: str, target: str, value: str) -> None:
        self._lines.append(f"{self._new_id('A')}\t{type_} {target} {value}")

    def _note(self, type_: str, target: str, words: str) -> None:
        self._lines.append(f"{self._new_id('#')}\t{type_} {target}\t{words}")

    def _human_note(self, data: dict[str, Any], target: str) -> None:
        """Write a note where brat's annotators read it; what is said there need not be said again."""
        note = one_line(data.get("note", ""))
        if note.strip():
            self._note(NOTES, target, note)
            if note == data["note"]:
                del data["note"]

    def _slim_spans(self, data: dict[str, Any], key: str) -> None:
        """Leave out spans that the annotations give as they are."""
        pieces = tuple((piece["start"], piece["end"]) for piece in data.get(key, []))
        if cut(self._text, pieces) == pieces:
            data.pop(key, None)

    def _slim_mark(self, about: dict[str, Any], mark: Mark) -> None:
        for link in about.get("chain", []):
            self._slim_spans(link, "spans")
            self._slim_spans(link, "cue")
        if token(mark.kind) == mark.kind:
            about.pop("kind", None)
        about.pop("certainty", None)
        if kept_of_mark(mark.extra):
            _slim_extra(about, mark.extra, KeptMark())

    # ------------------------------------------------------------------ lines that were kept

    def _kept_again(self) -> Iterator[str]:
        """The lines that were kept, with the ids that things have now; those on what is gone are gone."""
        listed: dict[str, tuple[Line, dict[str, str]]] = {}
        for uid, lines in self._kept_lines.items():
            ids = self._renamed[uid]
            for line in lines:
                if isinstance(line, TextBound):
                    if self._fits(list(line.pieces)):
                        self._place(uid, line.id, line.type, line.pieces)
                    continue
                id_ = line.id
                if id_[1:]:
                    if id_ in listed or id_ in self._events:
                        ids[id_] = id_ = self._new_id(id_[0])
                else:
                    id_ = f"{id_} {len(listed)}"
                listed[id_] = (line, ids)
        refs = {id_: [ids.get(ref, ref) for ref in line.refs] for id_, (line, ids) in listed.items()}
        gone = dangling(refs, (*self._spans, *self._events))
        for id_, (line, ids) in listed.items():
            if id_ not in gone and not isinstance(line, TextBound):
                yield renamed(line.line, id_.split(" ", 1)[0], ids)


def _parsed(kept: KeptMention) -> Iterator[Line]:
    for line in kept.lines:
        try:
            yield parse(line)
        except BadInput:  # of somebody else under our key: nothing that can be written
            continue


def _without_times(data: dict[str, Any]) -> dict[str, Any]:
    data.pop("recorded_at", None)
    for mark in data.get("marks", []):
        mark.pop("recorded_at", None)
    return data


def _slim_extra(data: dict[str, Any], extra: str, kept: KeptMention | KeptMark) -> dict[str, Any]:
    """Leave out what the lines give, but for that there is something."""
    data["extra"] = keeping(extra, kept)
    return data
