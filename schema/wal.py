"""Whether the WAL file beside a project is read to its end, or is damaged in the middle.

SQLite reads a WAL file up to the first page whose checksum is wrong, and takes that for the place where the power went.
If a page is damaged later on, what was committed after it disappears without a word. Here the checksums are followed
(<https://www.sqlite.org/fileformat2.html#walformat>), and what comes after the first wrong one is counted.
"""

import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

from .pages import PAGE_SIZES
from .store import PAGE_SIZE

_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
_HEADER = 32
_FRAME = 24
_MASK = 0xFFFFFFFF
_WAITS = [0.02 * 1.2**number for number in range(25)]
"""Seconds between two looks at a WAL file that seems damaged; one that is another each time is just being written."""


def unread_commits(path: Path) -> int:
    """How many commits the WAL file of a project holds behind damage, so that SQLite does not see them.

    One alone may be what was being written when the power went: it never counted. Of more, all but that one did.
    """
    with suppress(OSError):
        journal = Path(f"{path.resolve()}-wal")
        was = journal.read_bytes()
        for wait in _WAITS:
            if (found := _unread(was)) <= 1:
                return found
            # Somebody may have been writing while it was read, and be half done; damage stays as it is.
            time.sleep(wait)
            now = journal.read_bytes()
            if now == was:
                return found
            was = now
    return 0


def _unread(wal: bytes) -> int:
    if len(wal) < _HEADER + _FRAME:
        return 0
    magic, _, said, *_ = struct.unpack(">IIII", wal[:16])
    size = said if said in PAGE_SIZES else PAGE_SIZE
    frames = [wal[at : at + _FRAME + size] for at in range(_HEADER, len(wal) - _FRAME - size + 1, _FRAME + size)]
    salts, order = wal[16:24], _MAGIC.get(magic, "<" if sys.byteorder == "little" else ">")
    sums = _sums(order, wal[:24], (0, 0))
    if magic not in _MAGIC or sums != struct.unpack(">II", wal[24:32]):
        # A header that is damaged cannot say which pages are of its time.
        return _behind(frames, frames[0][8:16], order, sums) if frames else 0
    for number, frame in enumerate(frames):
        sums = _after(order, frame, before := sums)
        if frame[8:16] != salts or sums != _told(frame):
            return _behind(frames[number:], salts, order, before)
    return 0


def _behind(frames: list[bytes], salts: bytes, order: str, sums: tuple[int, int]) -> int:
    """The most commits that follow one on another from a page on that is wrong.

    Each page's checksum goes on from the one before, so those behind a damaged page still fit together. What commits
    that the disk refused left there, over which others were written, does not.
    """
    if (all_ := sum(_commits(frame, salts) for frame in frames)) <= 1:
        return all_
    most = commits = 0
    possible = {sums}
    for frame in frames:
        computed = [_after(order, frame, each) for each in possible]
        if (told := _told(frame)) not in computed:
            commits, possible = (
                0,
                {told, computed[0]},
            )  # either may be what was damaged: the page, or what is told of it
        else:
            possible = {told}
        commits += _commits(frame, salts)
        most = max(most, commits)
    return most


def _commits(frame: bytes, salts: bytes) -> bool:
    """Whether a page ends a commit of this time; older ones stay in the file until they are written over."""
    return frame[8:16] == salts and any(frame[4:8])


def _told(frame: bytes) -> tuple[int, int]:
    one, two = struct.unpack(">II", frame[16:_FRAME])
    return one, two


def _after(order: str, frame: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    return _sums(order, frame[_FRAME:], _sums(order, frame[:8], sums))


def _sums(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & _MASK
        two = (two + second + one) & _MASK
    return one, two
