"""Figures drawn in one line of characters: an interval on a scale, and a bar of several parts.

Shape alone carries the meaning, so that a plot says the same in every colour, in none, and in a pipe.
"""

from collections.abc import Sequence
from math import floor

_TICKS = (0.0, 0.5, 1.0)
_POINT, _LINE, _LOW, _HIGH, _TICK = "●", "─", "├", "┤", "┊"


def interval(value: float | None, low: float | None, high: float | None, width: int, least: float = 0.0) -> str:
    """A value and its interval in `width` cells, on a scale from `least` to 1 with ticks at 0, ½ and 1.

    What lies outside the scale is drawn at its end; without a value only the ticks are drawn.
    """
    if width < 1:
        return ""

    def place(number: float) -> int:
        return max(0, min(width - 1, round((number - least) / (1 - least) * (width - 1))))

    cells = [" "] * width
    for tick in _TICKS:
        if tick >= least:
            cells[place(tick)] = _TICK
    if value is None:
        return "".join(cells)
    if low is not None and high is not None:
        first, last = place(low), place(high)
        cells[first : last + 1] = _LINE * (last - first + 1)
        if last > first:
            cells[first], cells[last] = _LOW, _HIGH
    cells[place(value)] = _POINT
    return "".join(cells)


def scale(width: int, least: float = 0.0) -> str:
    """The numbers over plots of this width: at 0, ½ and 1, as far as there is room."""
    cells = [" "] * width
    for tick, name in zip(_TICKS, ("0", ".5", "1"), strict=True):
        at = round((tick - least) / (1 - least) * (width - 1))
        at = min(at, width - len(name))
        if at >= 0 and tick >= least and all(cell == " " for cell in cells[max(0, at - 1) : at + len(name)]):
            cells[at : at + len(name)] = name
    return "".join(cells)


def least_of(lows: Sequence[float | None]) -> float:
    """Where a scale begins that shows all of these: at 0, or at the next tenth below the lowest."""
    lowest = min((low for low in lows if low is not None), default=0.0)
    return max(-1.0, floor(lowest * 10) / 10) if lowest < 0 else 0.0


def bar(parts: Sequence[tuple[int, str]], whole: int, width: int, rest: str = "░") -> str:
    """Parts of a whole, each a number and the character that it is drawn with, in `width` cells.

    A part that is not zero has at least one cell, as long as there are cells; the rest is drawn with `rest`.
    """
    if width < 1:
        return ""
    whole = max(whole, sum(number for number, _ in parts))
    if not whole:
        return rest * width
    drawn, before = "", 0
    for at, (number, character) in enumerate(parts):
        before += number
        left = sum(bool(later) for later, _ in parts[at + 1 :])
        end = min(round(before / whole * width), width - left)
        if number:
            drawn += character * max(min(1, width - len(drawn)), end - len(drawn))
    return drawn + rest * (width - len(drawn))
