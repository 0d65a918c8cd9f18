"""Whether the WAL file beside a project is read to its end, or is damaged in the middle.

SQLite reads a WAL file up to the first page whose checksum is wrong, and takes that for the place where the power went.
If a page is damaged later on, what was committed after it disappears without a word. Here the checksums are followed
(<https://www.sqlite.org/fileformat2.html#walformat>), and what comes after the first wrong one is counted.
"""

import struct
from contextlib import suppress
from pathlib import Path

from .pages import PAGE_SIZES
from .store import PAGE_SIZE

_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
_HEADER = 32
_FRAME = 24
_MASK = 0xFFFFFFFF


def unread_commits(path: Path) -> int:
    """How many commits the WAL file of a project holds behind damage, so that SQLite does not see them.

    One alone may be what was being written when the power went: it never counted. Of more, all but that one did.
    """
    with suppress(OSError):
        found = _unread(path)
        # Somebody may have been writing; damage stays.
        return found and min(found, _unread(path))
    return 0


def _unread(path: Path) -> int:
    wal = Path(f"{path}-wal").read_bytes()
    if len(wal) < _HEADER + _FRAME:
        return 0
    magic, _, said, *_ = struct.unpack(">IIII", wal[:16])
    size = said if said in PAGE_SIZES else PAGE_SIZE
    starts = range(_HEADER, len(wal) - _FRAME - size + 1, _FRAME + size)
    salts = wal[16:24]
    order = _MAGIC.get(magic)
    sums = _sums(order, wal[:24], (0, 0)) if order else None
    good = sums is not None and sums == struct.unpack(">II", wal[24:32])
    if not good:  # a header that is damaged cannot say which pages are of its time
        salts = wal[_HEADER + 8 : _HEADER + 16]
    for at in starts:
        if good and order and sums:
            sums = _sums(order, wal[at + _FRAME : at + _FRAME + size], _sums(order, wal[at : at + 8], sums))
            good = wal[at + 8 : at + 16] == salts and sums == struct.unpack(">II", wal[at + 16 : at + _FRAME])
            if good:
                continue
        return sum(
            wal[later + 8 : later + 16] == salts and any(wal[later + 4 : later + 8])
            for later in range(at, starts.stop, starts.step)
        )
    return 0


def _sums(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & _MASK
        two = (two + second + one) & _MASK
    return one, two
