"""The pages of a database file, read without SQLite, which refuses a whole file for one damaged page.

The layout is that of <https://www.sqlite.org/fileformat2.html>. A WAL file beside it counts as far as its last commit.
"""

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from .store import PAGE_SIZE

_MAGIC = b"SQLite format 3\0"
_WAL_HEADER = 32
_FRAME_HEADER = 24
PAGE_SIZES = frozenset(1 << power for power in range(9, 17))


class Pages:
    """The pages of one file and of the WAL file beside it; a page is what of its bytes is there.

    Raises on opening:
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._file, self._close = _mapped(path)
        try:
            self._wal, self._close_wal = _mapped(Path(f"{path}-wal"))
        except FileNotFoundError:
            self._wal, self._close_wal = b"", lambda: None
        self.size = self._page_size()
        self._frames = _Frames(self._wal, self.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_wal()
        self._close()

    @property
    def missing(self) -> int:
        """How many pages the file should have beyond its end, as its header says."""
        return max(0, int.from_bytes(self._file[28:32], "big") - -(-len(self._file) // self.size))

    @property
    def length(self) -> int:
        """How many bytes there are in all: nothing in the file can be longer."""
        return len(self._file) + len(self._wal)

    def images(self) -> Iterator[bytes]:
        """Every state of every page that is there, also those that a later one stands for."""
        for start in range(0, len(self._file), self.size):
            yield self._file[start : start + self.size]
        for start in self._frames.committed:
            yield self._wal[start : start + self.size]

    def latest(self, number: int) -> bytes:
        """The page of a number, from 1, as it stands; empty where there is none."""
        start = self._frames.latest.get(number)
        return self._wal[start : start + self.size] if start is not None else self.folded(number)

    def folded(self, number: int) -> bytes:
        """The page of a number, from 1, as the file alone has it; empty where there is none."""
        start = (number - 1) * self.size
        return self._file[start : start + self.size] if start >= 0 else b""

    def write(self, path: Path) -> None:
        """Write the file as it stands, with all that the WAL file has for it, so that it can be read by itself."""
        count = max(-(-len(self._file) // self.size), *self._frames.latest, 1)
        with path.open("wb") as file:
            for number in range(1, count + 1):
                page = self.latest(number).ljust(self.size, b"\0")
                if number == 1:  # a name that is damaged would hide all the rest; the two bytes say: no WAL file
                    page = _MAGIC + page[len(_MAGIC) : 18] + b"\1\1" + page[20:]
                file.write(page)

    def _page_size(self) -> int:
        """The size that the header, the WAL file, or else the habit of onrecord gives; one damaged bit makes none."""
        said = int.from_bytes(self._file[16:18], "big")
        for size in (65536 if said == 1 else said, int.from_bytes(self._wal[8:12], "big")):
            if size in PAGE_SIZES:
                return size
        return PAGE_SIZE


class _Frames:
    """Where the pages of a WAL file are: those of the present generation that were committed, and all older ones."""

    def __init__(self, wal: "mmap.mmap | bytes", size: int) -> None:
        starts = range(_WAL_HEADER, len(wal) - _FRAME_HEADER, _FRAME_HEADER + size)
        salts = [wal[start + 8 : start + 16] for start in starts]
        salt = wal[16:24]
        if salts and salt not in salts:
            salt = salts[0]
        now = [start for start, found in zip(starts, salts, strict=True) if found == salt]
        commits = [start for start in now if any(wal[start + 4 : start + 8])]
        end = commits[-1] if commits else -1
        # A frame of another salt is left from before, or damaged: what it holds is told by its hash.
        self.committed = [
            start + _FRAME_HEADER for start, found in zip(starts, salts, strict=True) if found != salt or start <= end
        ]
        self.latest = {
            int.from_bytes(wal[start : start + 4], "big"): start + _FRAME_HEADER for start in now if start <= end
        }


def _mapped(path: Path) -> "tuple[mmap.mmap | bytes, Callable[[], object]]":
    with path.open("rb") as file:
        if not path.stat().st_size:
            return b"", lambda: None
        found = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return found, found.close
