"""Where things begin and end in a text, kept in its order while single ones come and go."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from ..schema.text import Span

Place = tuple[int, int, str]


class Places(Sequence[str]):
    """The uids of things in the order of the text. One that comes or goes costs no walk over the others.

    Offsets are code points; a thing in pieces counts from the first piece's start to the last one's end.
    """

    def __init__(self, things: Iterable[tuple[str, Sequence[Span]]] = ()) -> None:
        self._of = {uid: (spans[0].start, spans[-1].end, uid) for uid, spans in things}
        self._sorted = sorted(self._of.values())
        self._longest = max((end - start for start, end, _ in self._sorted), default=0)

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[str]:
        return (uid for _, _, uid in self._sorted)

    def __contains__(self, uid: object) -> bool:
        return uid in self._of

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [uid for _, _, uid in self._sorted[at]]
        return self._sorted[at][2]

    def place_of(self, uid: str | None) -> int | None:
        """How many stand before this one; None if it is not there."""
        place = self._of.get(uid) if uid else None
        return bisect_left(self._sorted, place) if place else None

    def before(self, offset: int) -> int:
        """How many begin before an offset."""
        return bisect_left(self._sorted, offset, key=_start)

    def around(self, start: int, end: int) -> list[str]:
        """Those that lie around or reach into the code points from `start` to `end`, and no more than a few others."""
        first = bisect_left(self._sorted, start - self._longest, key=_start)
        last = bisect_right(self._sorted, end, key=_start)
        return [uid for begin, behind, uid in self._sorted[first:last] if begin < end and start < behind]

    def places(self) -> list[Place]:
        """Where each begins and ends, and its uid, in the order of the text."""
        return list(self._sorted)

    def put(self, uid: str, spans: Sequence[Span]) -> None:
        """Add one, or move it to where it is now."""
        place = (spans[0].start, spans[-1].end, uid)
        if self._of.get(uid) != place:
            self.drop(uid)
            self._of[uid] = place
            insort(self._sorted, place)
            self._longest = max(self._longest, place[1] - place[0])

    def drop(self, uid: str) -> None:
        """Take one away, if it is there."""
        place = self._of.pop(uid, None)
        if place:
            del self._sorted[bisect_left(self._sorted, place)]


def _start(place: Place) -> int:
    return place[0]
