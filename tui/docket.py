"""An adjudicator at a document: its groups in the order in which they are shown, and rulings that are on their way.

Pure state: no widget, no database. What differs comes first, then what all agree on, each in the order of the text. A
ruling shows at once as pending, and is solid when it was read back from the project.
"""

from collections.abc import Sequence

from msgspec import Struct

from ..measure.adjudication import Bench, Item


class Progress(Struct, frozen=True):
    """How far a document is: groups, those ruled on, and those that differ and wait."""

    groups: int
    ruled: int
    open: int


class Row(Struct, frozen=True):
    """A group as the list shows it; `pending` is what is being ruled on it, empty if nothing is."""

    item: Item
    pending: str = ""


class Docket:
    """The groups of one document, of which `only_open` shows those that differ and wait."""

    def __init__(self) -> None:
        self.bench: Bench | None = None
        self.only_differing = False
        self._order: list[int] = []
        self._shown: list[int] = []
        self._pending: dict[tuple[str, ...], tuple[int, str]] = {}
        self._landed: set[int] = set()

    # ------------------------------------------------------------------ what there is

    def take(self, bench: Bench, landed: frozenset[int] = frozenset()) -> None:
        """Show these groups; rulings of the acts that had landed when they were read are not pending any more."""
        moved = self.bench is None or _keys(self.bench) != _keys(bench)
        self.bench = bench
        self._pending = {key: on for key, on in self._pending.items() if on[0] not in landed}
        self._landed -= landed
        if moved:
            places = range(len(bench.items))
            self._order = sorted(places, key=lambda at: (not bench.items[at].differs, at))
        self._show()

    def clear(self) -> None:
        """Show nothing: another document is on its way."""
        self.bench = None
        self._order, self._shown = [], []
        self._pending.clear()

    def limit(self, *, only_differing: bool) -> None:
        """Show only groups that differ, or all."""
        self.only_differing = only_differing
        self._show()

    def _show(self) -> None:
        items = self.bench.items if self.bench else ()
        self._shown = [at for at in self._order if not self.only_differing or items[at].differs]

    def count(self) -> int:
        """How many rows there are."""
        return len(self._shown)

    def page(self, first: int, size: int) -> Sequence[Row]:
        """So many rows from a position."""
        return [self.row(at) for at in range(first, min(first + size, len(self._shown)))]

    def row(self, at: int) -> Row:
        """The row at a position."""
        assert self.bench
        item = self.bench.items[self._shown[at]]
        return Row(item, self._pending.get(_key(item), (0, ""))[1])

    def place_of(self, item: Item) -> int | None:
        """Where a group is shown now."""
        assert self.bench
        items, key = self.bench.items, _key(item)
        return next((at for at, place in enumerate(self._shown) if _key(items[place]) == key), None)

    # ------------------------------------------------------------------ ruling

    def expect(self, item: Item, number: int, what: str) -> None:
        """The act of this number rules on a group: show it as pending, in these words."""
        self._pending[_key(item)] = number, what

    def refuse(self, number: int) -> None:
        """The act of this number was not written."""
        self._pending = {key: on for key, on in self._pending.items() if on[0] != number}

    def land(self, number: int) -> None:
        """The act of this number is on disk, and shows as soon as the project was read again."""
        self._landed.add(number)

    def awaits(self, number: int) -> bool:
        """Whether a group shows what the act of this number rules."""
        return any(on == number for on, _ in self._pending.values())

    @property
    def landed(self) -> frozenset[int]:
        """The acts that are on disk and not read back yet."""
        return frozenset(self._landed)

    @property
    def waiting(self) -> int:
        """How many rulings are on their way to the disk or back from it."""
        return len(self._pending)

    def is_open(self, row: Row) -> bool:
        """Whether a row waits for a ruling."""
        return not row.pending and (not row.item.ruled or row.item.changed)

    def next_open(self, at: int, step: int = 1) -> int | None:
        """The next row after a position that waits for a ruling, in a circle; None when there is none."""
        size = len(self._shown)
        for far in range(1, size + 1):
            there = (at + step * far) % size
            if self.is_open(self.row(there)):
                return there
        return None

    def agreed(self) -> list[Item]:
        """The groups in which all agree and nothing was ruled."""
        items = self.bench.items if self.bench else ()
        return [each for each in items if each.unanimous and not each.rulings and _key(each) not in self._pending]

    def progress(self) -> Progress:
        """How far the document is, with what is on its way."""
        items = self.bench.items if self.bench else ()
        ruled = sum(each.ruled or _key(each) in self._pending for each in items)
        left = sum(bool(each.differs) and not each.ruled and _key(each) not in self._pending for each in items)
        return Progress(len(items), ruled, left)


def _key(item: Item) -> tuple[str, ...]:
    """What a group is known by: its mentions, or its ruling where they are gone."""
    return item.inputs or tuple(one.uid for one in item.rulings)


def _keys(bench: Bench) -> list[tuple[str, ...]]:
    return [_key(item) for item in bench.items]
