"""A hybrid logical clock: time that people recognise, order that no wrong wall clock can break.

After Kulkarni, Demirbas, Madappa, Avva and Leone, "Logical Physical Clocks" (OPODIS 2014). A stamp is the text
`MMMMMMMMMMMM-CCCC`: milliseconds since 1970 and a counter, both hexadecimal and of fixed width, so that comparing
stamps as text compares them as times. Stamps break ties between devices; the `parents` of an event decide first.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

GENESIS = "000000000000-0000"
MAX_DRIFT_MS = 24 * 3600 * 1000
"""How far ahead of this machine an event from outside may be stamped: a day covers every time-zone mistake."""

_COUNTER_LIMIT = 0xFFFF


def stamp_of(milliseconds: int, counter: int = 0) -> str:
    """The stamp for milliseconds since 1970 (UTC) and a counter of at most 65535."""
    return f"{milliseconds:012x}-{counter:04x}"


def milliseconds_of(stamp: str) -> int:
    """The physical part of a stamp: milliseconds since 1970 (UTC)."""
    return int(stamp[:12], 16)


@lru_cache(4096)
def moment_of(stamp: str) -> str:
    """The stamp's physical part as ISO 8601 in UTC with milliseconds: `2026-03-02T09:30:00.000Z`.

    A stamp beyond the year 9999, which only a damaged clock makes, is given as the last moment of that year.
    """
    milliseconds = min(milliseconds_of(stamp), 253402300799999)
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def wall_clock() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    return time.time_ns() // 1_000_000


def tick(last: str, now: Callable[[], int] = wall_clock) -> str:
    """The next stamp: later than `last` and never earlier than the wall clock.

    A full counter carries into the milliseconds, so stamps always grow, even if the wall clock stands still.
    """
    wall, physical, counter = now(), milliseconds_of(last), int(last[13:], 16)
    if wall > physical:
        return stamp_of(wall)
    if counter < _COUNTER_LIMIT:
        return stamp_of(physical, counter + 1)
    return stamp_of(physical + 1)


def latest(now: Callable[[], int] = wall_clock) -> str:
    """The last stamp that is not too far ahead of the wall clock."""
    return stamp_of(now() + MAX_DRIFT_MS, _COUNTER_LIMIT)


def drift(stamp: str, now: Callable[[], int] = wall_clock) -> int:
    """Milliseconds by which a stamp is ahead of the wall clock; negative when it lies in the past."""
    return milliseconds_of(stamp) - now()
