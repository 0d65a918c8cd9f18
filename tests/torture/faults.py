"""Faults other than a kill: clocks that jump, two devices with one id, and all those of disks and files.

Each takes a `Place` and asserts for itself that what was told done is there, that nothing is there in part, that every
refusal is one sentence, and that work goes on when the fault is over.
"""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import disk_faults as disk
import file_faults as file
import shim
from onrecord.schema import store
from onrecord.schema.check import check
from place import Place, works_again
from verdict import assert_sound, events, onrecord, run, state, told

DAY = 86_400
FIFTY_YEARS = 50 * 365.25 * DAY


def the_clock_jumps(place: Place) -> None:
    """A day back, fifty years ahead, and right again, while somebody works."""
    shim.need()
    path = place.project()
    shim.set_clock(clock := place.folder.parent / f"clock of {place.folder.name}", 0)
    said: set[str] = set()
    with place.annotate(path, env=shim.environment(clock=clock)) as victim:
        for ahead in (0, -DAY, FIFTY_YEARS, 0, -DAY):
            shim.set_clock(clock, ahead)
            before = len(told(victim.said))
            while len(told(victim.said)) < before + 20:
                time.sleep(0.01)
                assert not victim.ended, victim.complaint
        victim.kill()
        said = told(victim.said)
    assert_sound(path, said)
    with closing(store.connect(path, write=False)) as connection:
        stamps = connection.execute("SELECT clock FROM events WHERE device = 'd1' ORDER BY seq").fetchall()
        notes = [finding.what for finding in check(connection) if finding.level == "note"]
    assert stamps == sorted(stamps), "a later act is stamped earlier"
    assert any("check its clock" in note for note in notes), notes
    _meets_a_right_clock(place, path, clock)


def _meets_a_right_clock(place: Place, path: Path, clock: Path) -> None:
    """What is stamped fifty years ahead is set aside by others, and taken in when their clocks have come that far."""
    other = place.project("other.db")
    done = run("merge", other, path)
    assert done.returncode == 3, done
    assert "ahead of this machine" in done.stdout
    assert_sound(other)
    shim.set_clock(clock, FIFTY_YEARS + DAY)
    onrecord("check", other, "--rebuild", env=shim.environment(clock=clock))
    assert events(other) == events(path)
    assert state(other)["marks"] == state(path)["marks"]


def two_devices_have_one_id(place: Place) -> None:
    """A copied file goes on under the same device, so that two different acts have one number: both are kept."""
    one, two = place.project("one.db"), place.project("two.db")
    for path in (one, two):
        with place.annotate(path, most=25) as victim:
            victim.wait(60)
            assert victim.process.returncode == 0, victim.complaint
    both = events(one) | events(two)
    assert len(both) > len(events(one))
    first, second = (onrecord("merge", *pair) for pair in ((one, two), (two, one)))
    assert "gave out twice" in first
    assert "gave out twice" in second
    for path in (one, two):
        assert assert_sound(path, both) == both
    assert state(one) == state(two)
    assert "used number" in onrecord("check", one)
    works_again(place, one)


FAULTS: list[Callable[[Place], None]] = [
    disk.the_disk_is_full, disk.the_disk_is_broken, disk.the_disk_knows_no_links, disk.a_file_may_not_grow,
    disk.a_small_disk_runs_full, file.nothing_can_be_written, file.the_file_goes_away_under_the_app,
    file.the_file_is_deleted_under_the_app, file.the_file_is_replaced_under_the_app,
    file.the_file_is_replaced_under_a_writer, the_clock_jumps, two_devices_have_one_id,
]  # fmt: skip
