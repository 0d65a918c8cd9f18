"""Taking turns at a file: a lock whose waiters form a queue, so that of many writers nobody starves.

The lock is a file beside the one that is written. Whoever waits for it stands in the kernel's queue and not in a loop
of its own, and only the first of the queue waits for the lock itself: who gives it back and wants it again at once has
to queue up like all others. The kernel gives both back when a process dies, however it dies.
"""

import errno
import fcntl
import os
import stat
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOW, _WAIT = getattr(fcntl, "F_OFD_SETLK", None), getattr(fcntl, "F_OFD_SETLKW", None)
"""How to stand in the queue, a lock of its own on the same file; systems without it wake waiters as they like."""


_crowded: set[Path] = set()
"""The locks that this process had to wait for the last time: others are likely to stand in the queue."""
_COURTESY = 0.005
"""Who comes back to such a lock first lets the next one wake up, and does not get in before them again and again."""


@contextmanager
def turn(path: Path, seconds: float, *, like: Path, queue: bool = True) -> Iterator[None]:
    """Hold the lock file `path` while the block runs; if there is none, it is made with the rights of the file `like`.

    Without `queue` waiters are woken in any order, as network file systems have to, where both locks are one.

    Raises:
        TimeoutError: others kept it for so many seconds.
        OSError: the lock file cannot be made or used.
    """
    descriptor = _taken(path, seconds, like, queue)
    while not _is(path, descriptor):  # somebody removed it: what was locked is no lock to those who come now
        os.close(descriptor)
        descriptor = _taken(path, seconds, like, queue)
    try:
        yield
    finally:
        os.close(descriptor)


def _taken(path: Path, seconds: float, like: Path, queue: bool) -> int:
    descriptor = _open(path, like)
    wait = _Wait(descriptor, queue=queue)
    try:
        if path in _crowded:
            time.sleep(_COURTESY)
        wait.end(seconds)
    except BaseException:
        wait.give_up()
        raise
    (_crowded.add if wait.waited else _crowded.discard)(path)
    return descriptor


def _open(path: Path, like: Path) -> int:
    try:
        return os.open(path, _FLAGS)  # without O_CREAT, which others' files in a sticky folder are closed to
    except FileNotFoundError:
        pass
    try:
        descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return os.open(path, _FLAGS)
    with suppress(OSError):  # it has the rights of any new file then
        os.fchmod(descriptor, stat.S_IMODE(like.stat().st_mode) & 0o666)
    return descriptor


def _is(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


class _Wait:
    """One wait for a lock. If it is not free at once, a thread waits: a wait in the kernel has no time limit."""

    def __init__(self, descriptor: int, *, queue: bool) -> None:
        self._descriptor, self._queue = descriptor, queue
        self._over = threading.Event()
        self._mutex = threading.Lock()
        self.waited = self._given_up = False
        self._error: OSError | None = None

    def end(self, seconds: float) -> None:
        """Wait until the lock is held.

        Raises:
            TimeoutError: it is not after so many seconds.
            OSError: it cannot be locked.
        """
        if self._free_at_once():
            return
        self.waited = True
        threading.Thread(target=self._stand, name="onrecord-turn", daemon=True).start()
        if not self._over.wait(seconds):
            raise TimeoutError
        if self._error:
            raise self._error

    def give_up(self) -> None:
        """Leave the queue, or let the thread that stands in it do so when its turn has come."""
        with self._mutex:
            self._given_up = True
            if not self.waited or self._over.is_set():
                os.close(self._descriptor)

    def _free_at_once(self) -> bool:
        try:
            self._take(fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def _stand(self) -> None:
        try:
            self._take(0)
        except OSError as error:
            self._error = error
        with self._mutex:
            self._over.set()
            if self._given_up:
                os.close(self._descriptor)

    def _take(self, flag: int) -> None:
        """Stand in the queue, then lock the file, then let the next one stand first; with LOCK_NB, do not wait."""
        queued = self._queue and self._stood(flag)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | flag)
        finally:
            if queued and _NOW is not None:
                fcntl.fcntl(self._descriptor, _NOW, _whole_file(fcntl.F_UNLCK))

    def _stood(self, flag: int) -> bool:
        command = _NOW if flag else _WAIT
        if command is None:
            return False
        try:
            fcntl.fcntl(self._descriptor, command, _whole_file(fcntl.F_WRLCK))
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):
                return False  # no such locks on this file system: turns are taken all the same, in any order
            raise
        return True


def _whole_file(kind: int) -> bytes:
    """A `struct flock` for a lock of this kind on a file as a whole, as the kernel wants it."""
    return struct.pack("hhqqi0q", kind, os.SEEK_SET, 0, 0, 0)
