"""Stamps always grow, compare as text, and never run away from the wall clock that they follow."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import clock

walls = st.integers(0, 2**47)


@given(wall=walls, other=walls, counter=st.integers(0, 65535), more=st.integers(0, 65535))
def test_stamps_compare_as_text_as_they_do_as_times(wall: int, other: int, counter: int, more: int) -> None:
    one, two = clock.stamp_of(wall, counter), clock.stamp_of(other, more)
    assert (one < two) == ((wall, counter) < (other, more))
    assert clock.milliseconds_of(one) == wall


@given(times=st.lists(st.integers(1000, 1004), min_size=2, max_size=60))
def test_stamps_grow_whatever_the_wall_clock_does(times: list[int]) -> None:
    last = clock.GENESIS
    for time in times:
        stamp = clock.tick(last, lambda time=time: time)  # type: ignore[misc]
        assert stamp > last
        assert clock.milliseconds_of(stamp) >= time
        last = stamp
    # It never leaves the latest wall time that it saw: the counter takes what stands still or goes back.
    assert clock.milliseconds_of(last) == max(times)


def test_a_full_counter_carries_into_the_milliseconds() -> None:
    full = clock.stamp_of(5000, 65535)
    assert clock.tick(full, lambda: 5000) == clock.stamp_of(5001)
    assert clock.tick(full, lambda: 4000) == clock.stamp_of(5001)
    assert clock.tick(full, lambda: 9000) == clock.stamp_of(9000)


@given(times=st.lists(st.integers(100, 103), max_size=6), at=st.integers(65530, 65535))
def test_stamps_grow_over_a_full_counter_too(times: list[int], at: int) -> None:
    last = clock.stamp_of(102, at)
    for time in times * 3:
        stamp = clock.tick(last, lambda time=time: time)  # type: ignore[misc]
        assert stamp > last
        assert len(stamp) == len(clock.GENESIS)
        last = stamp


@given(wall=st.integers(0, 253402300799999))
def test_a_stamp_is_a_moment_in_utc_to_the_millisecond(wall: int) -> None:
    moment = datetime.fromisoformat(clock.moment_of(clock.stamp_of(wall, 7)))
    assert moment.tzinfo == UTC
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    assert round(since.total_seconds() * 1000) == wall


def test_a_stamp_beyond_the_calendar_is_still_a_moment() -> None:
    assert clock.moment_of("ffffffffffff-ffff") == "9999-12-31T23:59:59.999Z"


def test_drift_is_how_far_a_stamp_is_ahead() -> None:
    assert clock.drift(clock.stamp_of(7000, 9), lambda: 5000) == 2000
    assert clock.drift(clock.stamp_of(3000), lambda: 5000) == -2000
    assert abs(clock.drift(clock.tick(clock.GENESIS))) < clock.MAX_DRIFT_MS
