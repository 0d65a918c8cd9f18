"""Layers, written as WebAnno TSV 3.3.

A sentence's text reaches to the next sentence, so that nothing between them is lost; one line feed there is left out,
for every reader puts it in again. Offsets are UTF-16 code units. An annotation's numbers and texts stand in every row
that it covers, but onrecord's JSON only in its first.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from ..schema.text import Span
from ..schema.units import Units
from .inception_model import ANY, DEPENDENCY, POS, RECORD, TOKEN, Layered, Noted, Slot, Tie
from .inception_tokens import Grid
from .webanno_columns import Column
from .webanno_words import text_out, value_out


class Unit(Struct, eq=False):
    """A row: a token or a part of one, with what stands on it, by layer."""

    name: str
    start: int
    end: int
    notes: dict[str, list[Noted]] = field(default_factory=dict)
    ties: dict[str, list[Tie]] = field(default_factory=dict)
    links: dict[str, list[tuple[int, int, Noted]]] = field(default_factory=dict)


def write_tsv(layered: Layered) -> bytes:
    """The file of a document."""
    return "".join(_Writer(layered).lines()).encode()


def shown_text(text: str, tokens: Sequence[Noted]) -> str:
    """A text as the format can show it: what is before the first token is spaces."""
    start = tokens[0].start if tokens else len(text)
    return " " * start + text[start:]


class _Writer:
    def __init__(self, layered: Layered) -> None:
        self._layered, self._units = layered, Units(layered.text)
        self._grid = Grid(layered.tokens)
        self._rows: dict[int, dict[tuple[int, int], Unit]] = {}
        self._at: dict[int, list[Unit]] = {}
        for token in layered.tokens:
            self._rows[id(token)] = {(token.start, token.end): Unit("", token.start, token.end)}
        for note in layered.notes:
            self._stand(note)
        self._name_rows()
        self._ties = [tie for tie in layered.ties if self._unit_of(tie.target) and self._unit_of(tie.source)]
        for tie in self._ties:
            if unit := self._unit_of(tie.target):
                unit.ties.setdefault(tie.layer, []).append(tie)
        self._numbers = self._number()

    # ------------------------------------------------------------------ rows

    def _stand(self, note: Noted) -> None:
        """Put an annotation on the rows that it covers; one that covers white space alone is on none."""
        units = []
        for token in self._grid.under(note.start, note.end):
            start, end = max(note.start, token.start), min(note.end, token.end)
            if note.start == note.end:
                start = end = min(max(note.start, token.start), token.end)
            rows = self._rows[id(token)]
            unit = rows.setdefault((start, end), Unit("", start, end))
            unit.notes.setdefault(note.layer, []).append(note)
            units.append(unit)
        self._at[id(note)] = units

    def _name_rows(self) -> None:
        layered = self._layered
        for number, chain in enumerate(layered.chains, 1):
            for place, link in enumerate(chain.links, 1):
                self._stand(link)
                for unit in self._at[id(link)]:
                    unit.notes[link.layer].remove(link)
                    unit.links.setdefault(link.layer, []).append((number, place, link))
        sentence = inner = 0
        for token in layered.tokens:
            now = bisect_right(layered.sentences, token.start)
            sentence, inner = now, inner + 1 if now == sentence else 1
            whole, *parts = self._rows[id(token)].values()
            whole.name = f"{sentence}-{inner}"
            for part, unit in enumerate(sorted(parts, key=lambda unit: (unit.start, unit.end)), 1):
                unit.name = f"{whole.name}.{part}"

    def _unit_of(self, note: Noted) -> Unit | None:
        """The row that names an annotation: its first."""
        if note.layer == TOKEN:
            rows = self._rows.get(id(note))
            return next(iter(rows.values())) if rows else None
        return next(iter(self._at.get(id(note), [])), None)

    def _number(self) -> dict[int, int]:
        """Numbers for annotations that rows and stacks alone do not tell apart."""
        wanted: set[int] = set()
        for note in self._layered.notes:
            units = self._at[id(note)]
            if len(units) > 1 or any(len(unit.notes[note.layer]) > 1 for unit in units):
                wanted.add(id(note))
            wanted |= {id(slot.to) for slots in note.slots.values() for slot in slots if slot.to.layer != TOKEN}
        numbers: dict[int, int] = {}
        for note in self._layered.notes:
            if id(note) in wanted and self._at[id(note)]:
                numbers[id(note)] = len(numbers) + 1
        return numbers

    # ------------------------------------------------------------------ columns

    def _columns(self) -> dict[str, list[Column]]:
        """The columns by layer: spans, then chains, then relations, each in alphabetical order."""
        made: dict[str, list[Column]] = {}
        features: dict[str, set[str]] = {}
        slots: dict[str, dict[str, None]] = {}
        for note in self._layered.notes:
            if self._at[id(note)]:
                features.setdefault(note.layer, set()).update(_single(note.features))
                slots.setdefault(note.layer, {}).update(dict.fromkeys(note.slots))
        for layer in sorted(features):
            columns = [Column("feature", layer, name) for name in features[layer]]
            for name in slots[layer]:
                columns.append(Column("role", layer, name, f"{layer}{name[:1].upper()}{name[1:]}Link"))
            columns.sort(key=lambda column: column.feature)
            made[layer] = [each for column in columns for each in _with_target(column)] or [Column("bare", layer)]
        for layer in sorted({chain.layer for chain in self._layered.chains}):
            made[layer] = [Column("link", layer, "referenceRelation"), Column("element", layer, "referenceType")]
        related: dict[str, set[str]] = {}
        for tie in self._ties:
            related.setdefault(tie.layer, set()).update(_single(tie.features))
        for layer in sorted(related):
            base = next(tie.target.layer for tie in self._ties if tie.layer == layer)
            base = POS if layer == DEPENDENCY else base
            made[layer] = [*(Column("relation", layer, name) for name in sorted(related[layer]))]
            made[layer].append(Column("base", layer, "", base))
        return made

    def lines(self) -> Iterator[str]:
        """The file, piece by piece."""
        yield "#FORMAT=WebAnno TSV 3.3\n"
        by_layer = self._columns()
        for layer, columns in by_layer.items():
            yield f"{_DECLARES[columns[-1].kind]}{layer}|{'|'.join(_declared(column) for column in columns)}\n"
        yield "\n"
        columns = [column for each in by_layer.values() for column in each]
        tokens = iter(self._layered.tokens)
        token = next(tokens, None)
        starts = self._layered.sentences
        for number, start in enumerate(starts):
            last = number + 1 == len(starts)
            text = self._layered.text[start : None if last else starts[number + 1]]
            yield "\n"
            for line in (text if last else text.removesuffix("\n")).split("\n"):
                yield f"#Text={text_out(line)}\n"
            while token and (last or token.start < starts[number + 1]):
                rows = self._rows[id(token)].values()
                for unit in sorted(rows, key=lambda unit: ("." in unit.name, unit.start, unit.end)):
                    yield self._row(unit, columns)
                token = next(tokens, None)

    def _row(self, unit: Unit, columns: list[Column]) -> str:
        start, end = self._units.to_utf16(unit.start), self._units.to_utf16(unit.end)
        words = Span(unit.start, unit.end).cut(self._layered.text) if unit.start < unit.end else ""
        words = text_out(words) if not {"\t", "\n", "\r"}.isdisjoint(words) else words
        return "\t".join([unit.name, f"{start}-{end}", words, *(self._cell(unit, each) for each in columns), "\n"])

    # ------------------------------------------------------------------ cells

    def _cell(self, unit: Unit, column: Column) -> str:
        if column.kind in ("relation", "base"):
            ties = unit.ties.get(column.layer, [])
            values = [self._base(tie) if column.kind == "base" else _value(tie, column.feature) for tie in ties]
        elif column.kind in ("link", "element"):
            links = unit.links.get(column.layer, [])
            values = [_link(column, *each) for each in links]
        else:
            values = [self._value(unit, note, column) for note in unit.notes.get(column.layer, [])]
        return "|".join(values) or ("_" if not values else "")

    def _value(self, unit: Unit, note: Noted, column: Column) -> str:
        slots = [slot for slot in note.slots.get(column.feature, []) if self._unit_of(slot.to)]
        if column.kind == "target":
            return ";".join(self._target(slot) for slot in slots) or "*"
        number = f"[{self._numbers[id(note)]}]" if id(note) in self._numbers else ""
        if column.kind == "role":
            return (";".join("*" if slot.role is None else value_out(slot.role) for slot in slots) or "_") + number
        if column.feature == RECORD and unit is not self._at[id(note)][0]:
            return "*" + number
        return _value(note, column.feature) + number

    def _target(self, slot: Slot) -> str:
        unit, number = self._unit_of(slot.to), self._numbers.get(id(slot.to))
        assert unit
        return f"{unit.name}[{number}]" if number else unit.name

    def _base(self, tie: Tie) -> str:
        unit = self._unit_of(tie.source)
        assert unit
        numbers = [self._numbers.get(id(note), 0) for note in (tie.source, tie.target)]
        return f"{unit.name}[{numbers[0]}_{numbers[1]}]" if any(numbers) else unit.name


_DECLARES = {
    "feature": "#T_SP=", "bare": "#T_SP=", "role": "#T_SP=", "target": "#T_SP=", "link": "#T_CH=", "element": "#T_CH=",
    "relation": "#T_RL=", "base": "#T_RL=",
}  # fmt: skip


def _declared(column: Column) -> str:
    if column.kind == "role":
        return f"ROLE_{column.layer}:{column.feature}_{column.hint}"
    if column.kind == "base":
        return f"BT_{column.hint}"
    return column.hint if column.kind == "target" else column.feature


def _with_target(column: Column) -> list[Column]:
    return [column, Column("target", column.layer, column.feature, ANY)] if column.kind == "role" else [column]


def _single(features: dict[str, str | list[str]]) -> set[str]:
    """The features with one value: the format knows no others."""
    return {name for name, value in features.items() if isinstance(value, str)}


def _value(thing: Noted | Tie, feature: str) -> str:
    value = thing.features.get(feature)
    return value_out(value) if isinstance(value, str) else "*"


def _link(column: Column, chain: int, place: int, link: Noted) -> str:
    return (
        f"{_value(link, column.feature)}->{chain}-{place}"
        if column.kind == "link"
        else (f"{_value(link, column.feature)}[{chain}]")
    )
