"""How often something came up over time, in one line of block characters."""

from collections.abc import Iterable
from datetime import UTC, datetime

_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(moments: Iterable[str], first: str, last: str, width: int) -> str:
    """One character for each of `width` equal parts of the time from `first` to `last`; a space where nothing was.

    Moments are ISO 8601; what is none is left out, and what lies outside counts at the end that it is beyond.
    """
    start, end = _seconds(first), _seconds(last)
    if start is None or end is None or width < 1:
        return " " * width
    counts = [0] * width
    for moment in moments:
        at = _seconds(moment)
        if at is not None:
            part = int((at - start) / (end - start) * width) if end > start else 0
            counts[max(0, min(part, width - 1))] += 1
    most = max(counts)
    return "".join(_BLOCKS[(each * len(_BLOCKS) - 1) // most] if each else " " for each in counts)


def _seconds(moment: str) -> float | None:
    try:
        parsed = datetime.fromisoformat(moment)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
