"""A claim's timeline as a picture: where each mark lies in time, outlet by outlet, and the standing below.

Nobody needs the picture to understand the page: the same is told in a table beside it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from ..schema.standing import Change

WIDTH = 760
_LEFT, _RIGHT, _TOP, _LANE, _BAND = 190, 20, 14, 30, 26
_TICKS = 5
_LONGEST = 26

Scale = Callable[[float], float]
"""From seconds since 1970 to a place on the axis."""


class Dot(Struct, frozen=True):
    """A mark: where it lies, and what it says."""

    x: float
    y: float
    label: str
    words: str


class Lane(Struct, frozen=True):
    """An outlet's line."""

    y: float
    name: str


class Band(Struct, frozen=True):
    """A stretch of time with one standing."""

    x: float
    width: float
    standing: str
    words: str


class Tick(Struct, frozen=True):
    """A date on the axis."""

    x: float
    words: str
    anchor: str


class Picture(Struct, frozen=True):
    """A timeline ready to be drawn; all measures are those of the SVG's view box."""

    width: int
    height: float
    left: int
    axis: float
    band: float
    lanes: tuple[Lane, ...]
    dots: tuple[Dot, ...]
    bands: tuple[Band, ...]
    ticks: tuple[Tick, ...]


def picture(history: tuple[Change, ...]) -> Picture | None:
    """The timeline of a claim's marks, or None when none of them has a date that can be placed."""
    placed = [(when, each) for each in history if (when := _seconds(each.moment)) is not None]
    if not placed:
        return None
    first, last = placed[0][0], placed[-1][0]
    outlets = list(dict.fromkeys(each.outlet for _, each in placed))
    axis = _TOP + _LANE * len(outlets)

    def x(when: float) -> float:
        share = (when - first) / (last - first) if last > first else 0.5
        return round(_LEFT + 12 + share * (WIDTH - _LEFT - _RIGHT - 24), 1)

    lanes = tuple(Lane(_y(at), _short(outlet or "no outlet")) for at, outlet in enumerate(outlets))
    return Picture(
        width=WIDTH,
        height=axis + _BAND + 52,
        left=_LEFT,
        axis=axis,
        band=_BAND,
        lanes=lanes,
        dots=_dots(placed, outlets, x),
        bands=_bands(placed, x),
        ticks=_ticks(first, last, x),
    )


def _y(lane: int) -> float:
    return _TOP + _LANE * (lane + 0.5)


def _dots(placed: list[tuple[float, Change]], outlets: list[str], x: Scale) -> tuple[Dot, ...]:
    """A dot a mark; those at one place are set side by side."""
    found: list[Dot] = []
    taken: dict[tuple[float, str], int] = {}
    seen: set[tuple[float, str, str]] = set()
    for when, each in placed:
        if (x(when), each.outlet, each.label) in seen:
            continue  # two annotators, one label: one sign
        seen.add((x(when), each.outlet, each.label))
        beside = taken.get((x(when), each.outlet), 0)
        taken[x(when), each.outlet] = beside + 1
        words = f"{each.moment[:10]}: {each.label}, {each.outlet}"
        found.append(Dot(x(when) + 15 * beside, _y(outlets.index(each.outlet)), each.label, words))
    return tuple(found)


def _bands(placed: list[tuple[float, Change]], x: Scale) -> tuple[Band, ...]:
    changes = [(x(when), each.standing) for when, each in placed if each.changed]
    ends = [start for start, _ in changes[1:]] + [float(WIDTH - _RIGHT)]
    return tuple(
        Band(
            start, round(end - start, 1), standing, standing if end - start > 9 * len(standing) else standing[0].upper()
        )
        for (start, standing), end in zip(changes, ends, strict=True)
        if end > start
    )


def _ticks(first: float, last: float, x: Scale) -> tuple[Tick, ...]:
    steps = _TICKS if last - first > 4 * 86_400 else 2 if last > first else 1
    moments = [first + (last - first) * step / max(1, steps - 1) for step in range(steps)]
    found: dict[str, Tick] = {}
    for at, when in enumerate(moments):
        day = datetime.fromtimestamp(when, UTC).date().isoformat()
        anchor = "middle" if steps == 1 else "start" if at == 0 else "end" if at == steps - 1 else "middle"
        found.setdefault(day, Tick(x(when), day, anchor))
    return tuple(found.values())


def _seconds(moment: str) -> float | None:
    try:
        parsed = datetime.fromisoformat(moment)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"
