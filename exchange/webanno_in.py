"""WebAnno TSV 3.0 to 3.3, read into layers.

The text is put together as INCEpTION does it: each sentence is the lines of its `#Text=`, joined by line feeds, and
begins where its first token does. Between two sentences is a line feed where there is a gap, and spaces in what is left
of it; the line feed that INCEpTION adds after the last sentence is no part of the text.
"""

from array import array
from typing import Any

from msgspec import Struct, field

from ..schema.errors import BadInput
from .annotated import Aside
from .articles import Note, Refused
from .inception_model import ANY, TOKEN, Chain, Layered, Noted, SeenTokens, Slot, Tie, short
from .verified import Misplaced, Unit, Verifier
from .webanno_columns import Column
from .webanno_rows import Line, Rows
from .webanno_words import linked, numbered, taken_apart, text_in, value_in

_MOST = 1_000_000
_MISPLACED = 10_000
"""So many tokens of one file may stand where their words are not; more, and the file is of another text."""
Stack = dict[tuple[str, int], Noted]
"""The annotations of a row: by layer, in the order in which they are stacked."""


class Row(Struct, eq=False):
    """A token or a part of one while it is read: what it is called, where it stands, and its annotations."""

    index: int
    place: str
    span: tuple[int, int]
    notes: Stack


class Arrow(Struct, eq=False):
    """A relation whose ends are still names."""

    layer: str
    row: int
    place: str
    features: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    numbers: str = ""
    base: str = ""


def read_tsv(data: bytes, place: str, unit: Unit = "utf-16", charset: str = "utf-8") -> Layered:
    """The layers of a file.

    Raises:
        BadInput: its text cannot be put together; the sentence says where.
        UnicodeDecodeError, LookupError: the file is not in this charset, or there is none of that name.
    """
    return _Document(Rows(data, charset), place, unit).layered


class _Document:
    """Reads one document, row by row, and then what refers to annotations."""

    def __init__(self, rows: Rows, place: str, unit: Unit) -> None:
        self._rows, self._place = rows, place
        self._stacks: dict[int, Stack] = {}
        self._arrows: dict[tuple[int, str, int], Arrow] = {}
        self._numbered: dict[tuple[str, str], Noted] = {}
        self._anywhere: dict[str, Noted] = {}
        self._slots: list[tuple[str, Slot, str, str]] = []
        self._chains: dict[tuple[str, int], dict[int, Noted]] = {}
        self._count = self._misplaced = 0
        self._tokens = SeenTokens()
        self._token_of = array("i")
        self.layered = Layered(rows.text, self._tokens)
        self._said = self.layered.said
        self._verifier = Verifier(rows.text, unit)
        self._wanted = len(rows.columns.all) + 3
        # What a link of a chain is, is told by one column, and its own type by another, in either order.
        self._columns = sorted(enumerate(rows.columns.all, 3), key=lambda pair: pair[1].kind == "element")
        self._on_tokens = any(column.layer == TOKEN for column in rows.columns.all)
        self._read()
        self._finish()

    # ------------------------------------------------------------------ rows

    def _read(self) -> None:
        begins = iter(self._rows.begins)
        begin = next(begins, None)
        for line in self._rows.lines():
            span = self._span(line)
            if line.index == begin:
                begin = next(begins, None)
                if span:
                    self.layered.sentences.append(span[0])
            token = self._tokens.append(*span) if span and self._rows.is_token(line.index) else -1
            self._token_of.append(token)
            if span and any(line.fields[at] != "_" for at, _ in self._columns):
                self._read_row(line, span)

    def _span(self, line: Line) -> tuple[int, int] | None:
        """Where a row stands in the text; what is wrong with that is said."""
        try:
            return self._placed(line)
        except Misplaced as error:
            why = f"was left out with what stands on it: {error.sentence}"
            self._said.append(Aside(self._at(line), "token", why))
        except BadInput as error:
            self._said.append(Refused(self._at(line), f"{self._rows.name(line.index)}: {error.sentence}"))
        self._misplaced += 1
        if self._misplaced > _MISPLACED:
            raise BadInput(
                f"has more than {_MISPLACED:,} tokens that are not where it says; is it the file of this text?"
            )
        return None

    def _at(self, line: Line) -> str:
        return f"{self._place}:{line.number}"

    def _placed(self, line: Line) -> tuple[int, int]:
        start, end, quote = self._rows.starts[line.index], self._rows.ends[line.index], line.fields[2]
        if start == end:
            at = self._verifier.span(0, end).end if end else 0
            return at, at
        plain = text_in(quote, self._rows.version)
        span = self._verifier.span(start, end)
        if span.cut(self.layered.text) != plain:
            placed = self._verifier.placed(start, end, quote)
            span = placed.span
            if placed.moved:
                self._said.append(
                    Note(self._at(line), "its words stand elsewhere than it says; they were found nearby")
                )
        return span.start, span.end

    def _read_row(self, line: Line, span: tuple[int, int]) -> None:
        row = Row(line.index, self._at(line), span, {})
        if self._on_tokens and (token := self._token_of[line.index]) >= 0:
            row.notes[TOKEN, 0] = self._tokens[token]
        for at, column in self._columns:
            raw = line.fields[at]
            if raw != "_":
                for index, value in enumerate(taken_apart(raw, "|")):
                    self._count += 1
                    if self._count > _MOST:
                        raise BadInput(f"holds more than {_MOST:,} values; export it in several files")
                    self._read_value(row, column, index, value)
        self._stacks[row.index] = row.notes

    def _read_value(self, row: Row, column: Column, index: int, raw: str) -> None:
        if column.kind == "target":
            # A layer whose only column is a slot shows an annotation without any slot by its target alone.
            note = row.notes.get((column.layer, index)) or self._note(row, column.layer, index, "")
            slots = note.slots.get(column.feature, [])
            for slot, name in zip(slots, taken_apart(raw, ";"), strict=False):
                self._slots.append((row.place, slot, name, column.hint))
            return
        if column.kind in ("link", "element"):
            self._read_link(row, column, index, raw)
            return
        value, number = numbered(raw)
        if column.kind in ("relation", "base"):
            key = (row.index, column.layer, index)
            arrow = self._arrows.setdefault(key, Arrow(column.layer, row.index, row.place))
            if column.kind == "base":
                arrow.source, arrow.numbers, arrow.base = value, number, column.hint
            elif value != "*":
                arrow.features[column.feature] = value_in(value)
            return
        note = self._note(row, column.layer, index, number)
        if column.kind == "role":
            if column.feature not in note.slots:
                roles = taken_apart(value, ";") if value != "_" else []
                nobody = Noted("", 0, 0)
                note.slots[column.feature] = [Slot(None if role == "*" else value_in(role), nobody) for role in roles]
        elif value != "*" and column.feature:
            note.features.setdefault(column.feature, value_in(value))

    def _note(self, row: Row, layer: str, index: int, number: str) -> Noted:
        """The annotation that is so stacked in a row, or that had its number in an earlier one, or a new one."""
        note = row.notes.get((layer, index))
        if note is None:
            note = self._numbered.get((layer, number)) if number else None
            note = self._stand(row, layer, note)
            row.notes[layer, index] = note
        if number:
            self._numbered.setdefault((layer, number), note)
            self._anywhere.setdefault(number, note)
        return note

    def _stand(self, row: Row, layer: str, note: Noted | None) -> Noted:
        """A new annotation on a row, or one that goes on here."""
        if note is None:
            note = Noted(layer, *row.span, place=row.place)
            if (layer, "link") not in self._rows.columns.kinds:
                self.layered.notes.append(note)
        note.end = max(note.end, row.span[1])
        return note

    def _read_link(self, row: Row, column: Column, index: int, raw: str) -> None:
        """A link of a chain: its relation to the next link, with its place in the chain, or its own type."""
        value, place = linked(raw) if column.kind == "link" else (numbered(raw)[0], None)
        if place:
            links = self._chains.setdefault((column.layer, place[0]), {})
            note = links[place[1]] = self._stand(row, column.layer, links.get(place[1]))
            row.notes[column.layer, index] = note
        known = row.notes.get((column.layer, index))
        if known and value != "*":
            known.features.setdefault(column.feature, value_in(value))

    # ------------------------------------------------------------------ what refers to annotations

    def _finish(self) -> None:
        for place, slot, raw, hint in self._slots:
            name, number = numbered(raw)
            target = self._find(name, number, hint)
            if target:
                slot.to = target
            elif name not in ("*", "_"):
                self._said.append(Aside(place, "slot", f"leads to {raw[:60]}, where no such annotation is"))
        for note in self.layered.notes:
            filled = {name: [slot for slot in slots if slot.to.layer] for name, slots in note.slots.items()}
            note.slots = {name: slots for name, slots in filled.items() if slots}
        for arrow in self._arrows.values():
            self._tie(arrow)
        for (layer, _), links in sorted(self._chains.items()):
            self.layered.chains.append(Chain(layer, [links[number] for number in sorted(links)]))

    def _tie(self, arrow: Arrow) -> None:
        one, _, other = arrow.numbers.partition("_")
        source = self._find(arrow.source, one, arrow.base, arrow.layer)
        target = self._in_row(arrow.row, other, arrow.base, arrow.layer)
        if source and target:
            self.layered.ties.append(Tie(arrow.layer, source, target, arrow.features))
        else:
            why = f"runs from {arrow.source[:60] or 'nowhere'}; one of its ends is no annotation"
            self._said.append(Aside(arrow.place, short(arrow.layer), why))

    def _find(self, name: str, number: str, base: str, layer: str = "") -> Noted | None:
        row = self._rows.find(name)
        return None if row is None else self._in_row(row, number, base, layer)

    def _in_row(self, row: int, number: str, base: str, layer: str) -> Noted | None:
        """The annotation of a row that is meant. Dependencies name parts of speech, and mean the tokens under them."""
        if layer.endswith(".dependency.Dependency"):
            base, number = TOKEN, ""
        if number and number != "0":
            return self._numbered.get((base, number)) or self._anywhere.get(number)
        stack = self._stacks.get(row, {})
        if base == TOKEN and (token := self._token_of[row]) >= 0:
            return self._tokens[token]
        first = next((note for (each, _), note in stack.items() if each != TOKEN), None)
        return stack.get((base, 0)) or (first if base == ANY else None)
