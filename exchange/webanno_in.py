"""WebAnno TSV 3.0 to 3.3, read into layers.

The text is put together as INCEpTION does it: each sentence is the lines of its `#Text=`, joined by line feeds, and
begins where its first token does. Between two sentences is a line feed where there is a gap, and spaces in what is left
of it; the line feed that INCEpTION adds after the last sentence is no part of the text.
"""

import re
from typing import Any

from msgspec import Struct, field

from ..schema.errors import BadInput
from .annotated import Aside
from .articles import Note, Refused
from .inception_model import ANY, TOKEN, Chain, Layered, Noted, Slot, Tie, short
from .verified import Misplaced, Unit, Verifier
from .webanno_columns import Column, Columns
from .webanno_words import linked, numbered, taken_apart, text_in, value_in

HEADER = re.compile(r"#FORMAT=WebAnno TSV 3\.([0-3])")
_LINES = re.compile("\r\n|\r|\n")
_UNIT = re.compile(r"(\d{1,9})-(\d{1,9})(?:\.(\d{1,9}))?")
_OFFSETS = re.compile(r"(\d{1,9})-(\d{1,9})")
_WIDEST = 1_000_000
"""So many spaces are put between sentences of one document; more is no text but a mistake."""
_MOST = 1_000_000
_WIDE = re.compile("[\U00010000-\U0010ffff]")


class Row(Struct, eq=False):
    """A token or a part of one, with its annotations: by layer, in the order in which they are stacked."""

    place: str
    start: int
    end: int
    quote: str
    columns: list[str]
    token: bool
    span: tuple[int, int] | None = None
    notes: dict[tuple[str, int], Noted] = field(default_factory=dict)
    ties: dict[tuple[str, int], "Arrow"] = field(default_factory=dict)


class Arrow(Struct, eq=False):
    """A relation whose ends are still names."""

    layer: str
    row: Row
    features: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    numbers: str = ""
    base: str = ""


def read_tsv(text: str, place: str, unit: Unit = "utf-16") -> Layered:
    """The layers of a file's text.

    Raises:
        BadInput: its text cannot be put together; the sentence says where.
    """
    return _Document(text, place, unit).layered


class _Document:
    """Reads one document. Rows come first, then what stands on them, then what refers to it."""

    def __init__(self, text: str, place: str, unit: Unit) -> None:
        self._place, self._unit = place, unit
        self._rows: dict[str, Row] = {}
        self._starts: list[Row] = []
        self._numbered: dict[tuple[str, str], Noted] = {}
        self._anywhere: dict[str, Noted] = {}
        self._slots: list[tuple[Row, Slot, str, str]] = []
        self._chains: dict[tuple[str, int], dict[int, Noted]] = {}
        self._parts: list[str] = []
        self._length = self._spaces = self._count = 0
        lines = _LINES.split(text.removeprefix("\ufeff"))
        header = HEADER.fullmatch(lines[0])
        if not header:
            raise BadInput("does not begin with `#FORMAT=WebAnno TSV 3.` and 0 to 3")
        self._version = (3, int(header[1]))
        self._columns = Columns()
        self._read_lines(lines)
        self.layered = Layered("".join(self._parts).removesuffix("\n"))
        self._said = self.layered.said
        self._place_rows()
        for row in self._rows.values():
            self._read_row(row)
        self._finish()

    # ------------------------------------------------------------------ lines

    def _read_lines(self, lines: list[str]) -> None:
        sentence: list[str] = []
        for number, line in enumerate(lines[1:], 2):
            here = f"{self._place}:{number}"
            try:
                if line.startswith("#Text="):
                    sentence.append(text_in(line[6:], self._version))
                elif line.startswith("#T_") and not self._rows:
                    self._columns.declare(line)
                elif line.startswith("#") or not line.strip():
                    continue
                else:
                    self._read_unit(here, line, sentence)
            except BadInput as error:
                raise BadInput(f"line {number}: {error.sentence}") from None
        if sentence:
            raise BadInput("ends with a sentence that has no token")

    def _read_unit(self, here: str, line: str, sentence: list[str]) -> None:
        fields = line.split("\t")
        name, place = _UNIT.fullmatch(fields[0]), _OFFSETS.fullmatch(fields[1]) if len(fields) > 1 else None
        if not name or not place:
            raise BadInput("is no token: it does not begin with SENTENCE-TOKEN, a tab and START-END")
        wanted = len(self._columns.all) + 3
        if len(fields) < wanted:
            raise BadInput(f"has {len(fields)} fields where the header declares {wanted}")
        if fields[0] in self._rows:
            raise BadInput(f"the id {fields[0]} comes twice; ids must differ")
        row = Row(here, int(place[1]), int(place[2]), fields[2], fields[3:wanted], token=name[3] is None)
        if sentence:
            self._begin(row, sentence)
        elif not self._rows:
            raise BadInput("is a token before any `#Text=`")
        self._rows[fields[0]] = row

    def _begin(self, row: Row, sentence: list[str]) -> None:
        """Put a sentence where its first token begins."""
        if not row.token:
            raise BadInput("is a part of a token, where the first token of a sentence should be")
        if self._parts and self._length == row.start + 1:
            self._parts.pop()
            self._length -= 1
        gap = row.start - self._length
        self._spaces += max(gap, 0)
        if gap < 0:
            raise BadInput(f"the sentence begins at {row.start}, before the one before it ends at {self._length - 1}")
        if self._spaces > _WIDEST:
            raise BadInput(f"leaves a gap of {gap:,} between two sentences; that is no text")
        body = "\n".join(sentence)
        self._parts += [" " * gap, body, "\n"]
        self._length += gap + len(body) + len(_WIDE.findall(body)) + 1
        self._starts.append(row)
        sentence.clear()

    # ------------------------------------------------------------------ rows

    def _place_rows(self) -> None:
        verifier = Verifier(self.layered.text, self._unit)
        for name, row in self._rows.items():
            try:
                row.span = self._placed(verifier, row)
            except Misplaced as error:
                self._said.append(Aside(row.place, "token", f"was left out with what stands on it: {error.sentence}"))
            except BadInput as error:
                self._said.append(Refused(row.place, f"{name}: {error.sentence}"))
            if row.token and row.span:
                token = Noted(TOKEN, *row.span, place=row.place)
                row.notes[TOKEN, 0] = token
                self.layered.tokens.append(token)
        self.layered.sentences = [row.span[0] for row in self._starts if row.span]

    def _placed(self, verifier: Verifier, row: Row) -> tuple[int, int]:
        if row.start == row.end:
            at = verifier.span(0, row.end).end if row.end else 0
            return at, at
        plain = text_in(row.quote, self._version)
        span = verifier.span(row.start, row.end)
        if span.cut(self.layered.text) != plain:
            placed = verifier.placed(row.start, row.end, row.quote)
            span = placed.span
            if placed.moved:
                self._said.append(Note(row.place, "its words stand elsewhere than it says; they were found nearby"))
        return span.start, span.end

    def _read_row(self, row: Row) -> None:
        if row.span is None:
            return
        # What a link of a chain is, is told by one column, and its own type by another, in either order.
        columns = sorted(zip(self._columns.all, row.columns, strict=True), key=lambda pair: pair[0].kind == "element")
        for column, raw in columns:
            if raw != "_":
                for index, value in enumerate(taken_apart(raw, "|")):
                    self._count += 1
                    if self._count > _MOST:
                        raise BadInput(f"holds more than {_MOST:,} values; export it in several files")
                    self._read_value(row, column, index, value)

    def _read_value(self, row: Row, column: Column, index: int, raw: str) -> None:
        if column.kind == "target":
            # A layer whose only column is a slot shows an annotation without any slot by its target alone.
            note = row.notes.get((column.layer, index)) or self._note(row, column.layer, index, "")
            slots = note.slots.get(column.feature, [])
            for slot, name in zip(slots, taken_apart(raw, ";"), strict=False):
                self._slots.append((row, slot, name, column.hint))
            return
        if column.kind in ("link", "element"):
            self._read_link(row, column, index, raw)
            return
        value, number = numbered(raw)
        if column.kind in ("relation", "base"):
            arrow = row.ties.setdefault((column.layer, index), Arrow(column.layer, row))
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
        assert row.span
        if note is None:
            note = Noted(layer, *row.span, place=row.place)
            if (layer, "link") not in self._columns.kinds:
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
        for row, slot, raw, hint in self._slots:
            name, number = numbered(raw)
            target = self._find(name, number, hint)
            if target:
                slot.to = target
            elif name not in ("*", "_"):
                self._said.append(Aside(row.place, "slot", f"leads to {raw[:60]}, where no such annotation is"))
        for note in self.layered.notes:
            filled = {name: [slot for slot in slots if slot.to.layer] for name, slots in note.slots.items()}
            note.slots = {name: slots for name, slots in filled.items() if slots}
        for row in self._rows.values():
            for arrow in row.ties.values():
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
            self._said.append(Aside(arrow.row.place, short(arrow.layer), why))

    def _find(self, name: str, number: str, base: str, layer: str = "") -> Noted | None:
        row = self._rows.get(name)
        return self._in_row(row, number, base, layer) if row else None

    def _in_row(self, row: Row, number: str, base: str, layer: str) -> Noted | None:
        """The annotation of a row that is meant. Dependencies name parts of speech, and mean the tokens under them."""
        if layer.endswith(".dependency.Dependency"):
            base, number = TOKEN, ""
        if number and number != "0":
            return self._numbered.get((base, number)) or self._anywhere.get(number)
        first = next((note for (layer, _), note in row.notes.items() if layer != TOKEN), None)
        return row.notes.get((base, 0)) or (first if base == ANY else None)
