"""Which lines of a brat file belong together: the mentions to be, each with its annotations, events and other lines."""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from .annotated import Aside
from .articles import Note
from .brat_kept import CONTENT, CUE, ROLES, SOURCE, slots
from .brat_lines import Event, Other, cut, in_order, text_bound
from .brat_standoff import Standoff
from .brat_told import Told

NOTES = "AnnotatorNotes"
"""The type of the notes that brat's own editor writes."""
KIND, CERTAINTY, POLARITY = "Kind", "Certainty", "Polarity"
_VALUES = {
    NOTES: re.compile(r"(?s).*\S.*"),
    KIND: re.compile(r"\S+"),
    CERTAINTY: re.compile("[0-9]|[1-9][0-9]|100"),
    POLARITY: re.compile("negates|questions"),
}


class Draft(Struct):
    """A mention to be. `typed` says that its annotation stands for itself, so that its type is a label.

    `key` is the id that tells it from others, `number` its line. `lines` have no counterpart here and are kept.
    """

    key: str
    number: int
    content: tuple[str, ...]
    typed: bool = False
    events: list[Event] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)


class Drafts:
    """Groups the lines of one file, with the help of what our own notes in it told. `drafts` are in order.

    `fields` holds the notes and attributes that have a place of their own here, by what they are on and their type;
    `named` the ids that kept lines name.
    """

    def __init__(self, place: str, text: str, said: Standoff, told: Told) -> None:
        self._place, self._text, self._said, self._told = place, text, said, told
        self._owner: dict[str, Draft] = {}
        self._latest: dict[tuple[str, ...], Draft] = {}
        self._of: dict[str, Draft] = {}
        self._standing: dict[str, str] = {}
        self._keys: set[str] = set()
        self._marks: set[str] = set()
        self.drafts: list[Draft] = []
        self.fields: dict[tuple[str, str], str] = {}
        self.named: set[str] = set()

    def group(self) -> Iterator[Aside | Note]:
        """Make the drafts, and tell what was left out or is worth knowing."""
        said = self._said
        content = {event.id: content_of(event) for event in said.events.values()}
        types = {event.type for event in said.events.values() if content[event.id]}
        rest = []
        for event in said.events.values():
            if content[event.id]:
                yield from self._attribution(event, content[event.id])
            else:
                rest.append(event)
        hollow = [event for event in rest if _is_hollow(event, types)]
        for event in hollow:
            yield from self._hollow(event)
        triggers = {event.trigger for event in rest}
        for id_, line in said.spans.items():
            if id_ in self._owner:
                continue
            if said.about and line.type in (SOURCE, CUE) and id_ not in self._told and id_ not in triggers:
                here = f"{self._place}:{line.number}"
                yield Aside(here, "annotation", f"the {line.type} here is no longer part of any attribution")
            else:
                self._draft(id_, (id_,), line.number, typed=True)
                if types and not said.about:
                    sentence = f"the {line.type} here is part of no attribution; it became a mention of its own"
                    yield self._note(line.number, sentence)
        hollows = {event.id for event in hollow}
        for event in rest:
            if event.id not in hollows:
                self._keep(self._owner[event.trigger], event)
        yield from self._place_others()
        for draft in self.drafts:
            draft.lines.sort(key=in_order)
        for known in (self._owner, self._latest, self._of):
            known.clear()

    def stands(self, draft: Draft) -> bool:
        """Whether notes on the first annotation of a draft's content are on it, not on another with that content."""
        return self._standing.get(draft.content[0]) == draft.key

    def _note(self, number: int, sentence: str) -> Note:
        return Note(f"{self._place}:{number}", sentence)

    def _draft(
        self, key: str, content: tuple[str, ...], number: int, *, typed: bool = False, apart: bool = False
    ) -> Draft:
        made = Draft(key=key, number=number, content=content, typed=typed)
        self._keys.add(key)
        if not apart:
            self._standing.setdefault(content[0], key)
        self.drafts.append(made)
        for id_ in content:
            self._owner.setdefault(id_, made)
        return made

    def _attribution(self, event: Event, content: tuple[str, ...]) -> Iterator[Note]:
        """Events on the same content are marks of one mention as long as their labels differ."""
        label, of, number = self._told.label(event), self._told.apart(event), self._said.spans[content[0]].number
        draft = self._of.get(of) if of else self._latest.get(content)
        if of and (draft is None or draft.content != content):
            draft = self._of[of] = self._draft(event.id, content, number, apart=True)
        elif draft is None or label in draft.labels:
            key = event.id if content[0] in self._keys else content[0]
            draft = self._latest[content] = self._draft(key, content, number)
        draft.events.append(event)
        draft.labels.add(label)
        self._marks.add(event.id)
        parts = [(base, id_) for base, _, _, id_ in slots(event.args) if base in ROLES]
        for id_ in (event.id, event.trigger, *(id_ for _, id_ in parts)):
            self._owner.setdefault(id_, draft)
        if self._said.about:
            return
        if SOURCE not in dict(parts):
            yield self._note(event.number, f"the {event.type} here names no Source; its chain has only its cue")
        if len(content) > 1:
            yield self._note(event.number, f"the {event.type} here has {len(content)} contents; they are one mention")
        elif not any(role == CONTENT for role, _ in event.args):
            yield self._note(event.number, f"the {event.type} here has no first Content; its next was taken")

    def _hollow(self, event: Event) -> Iterator[Aside]:
        """An attribution of nothing: kept with its parts, but nobody's mark."""
        owner = self._owner.get(event.trigger)
        if owner is None:
            owner = self._draft(event.trigger, (event.trigger,), event.number)
        self._keep(owner, event)
        for id_ in event.refs:
            if id_ in self._said.spans and id_ not in self._owner:
                line = self._said.spans[id_]
                owner.lines.append(text_bound(id_, line.type, cut(self._text, line.pieces), self._text))
                self._owner[id_] = owner
        what = "names no Content" if event.args else "has no arguments"
        if not self._said.about:
            yield Aside(
                f"{self._place}:{event.number}", "event",
                f"the {event.type} here {what}, so it is no mark; it is kept and goes back to brat",
            )  # fmt: skip

    def _keep(self, owner: Draft, line: Event | Other) -> None:
        owner.lines.append(line.line)
        self._owner[line.id] = owner
        self.named.update(line.refs)

    def _place_others(self) -> Iterator[Aside]:
        """Give every other line to the mention that it speaks of, by itself or through other lines."""
        others = self._said.others
        lost: set[str] = set()
        # Backwards, so that of two the later counts: that is where the one that is written again will stand.
        fields = {id_ for id_, line in reversed(others.items()) if self._is_field(line)}
        for id_, line in others.items():
            path: dict[str, None] = {}
            at = id_
            while at in others and at not in self._owner and at not in path and at not in lost:
                path[at] = None
                at = others[at].refs[0]
            owner = self._owner.get(at)
            if owner is None:
                lost.update(path)
                why = (
                    f"names {at}, which was left out" if at in self._said.spans else "names lines that name each other"
                )
                yield Aside(f"{self._place}:{line.number}", "line", why)
                continue
            for each in path:
                self._owner[each] = owner
            if id_ not in fields:
                owner.lines.append(line.line)
                self.named.update(line.refs)

    def _is_field(self, line: Other) -> bool:
        """Whether a line says what has a place of its own here; then it is noted there."""
        target, type_ = line.refs[0], line.type
        right = line.id[0] == ("#" if type_ == NOTES else "A")
        if target in self._marks:
            right = right and type_ in (NOTES, KIND, CERTAINTY)
        else:
            right = right and type_ in (NOTES, POLARITY) and target in self._standing
        if not right or (target, type_) in self.fields:
            return False
        if not _VALUES[type_].fullmatch(line.rest):
            return False
        self.fields[target, type_] = line.rest
        return True


def content_of(event: Event) -> tuple[str, ...]:
    """The annotations that are an event's content; none where the event is no attribution."""
    parts = [(base, id_) for base, _, _, id_ in slots(event.args) if base in ROLES]
    if any(id_[0] != "T" for _, id_ in parts):
        return ()
    return tuple(dict.fromkeys(id_ for base, id_ in parts if base == CONTENT))


def _is_hollow(event: Event, types: set[str]) -> bool:
    bases = {base for base, _, _, _ in slots(event.args)}
    return CONTENT not in bases and (event.type in types or not bases.isdisjoint((SOURCE, CUE)))
