"""Files and folders that appear under their names only when they are whole, on disk, and never in the place of another.

They are made in a folder of their own, `.onrecord-…` beside the place where they belong, whose lock tells whether
anybody is still at work in it. What a program left there that was killed is removed by the next one that makes
something in the same folder.
"""

import errno
import os
import re
import shutil
import stat
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_WORKSHOP = re.compile(r"\.onrecord-[0-9a-f]{32}")
_LOCK = "lock"
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
"""What file systems answer that know no hard links, or allow no more of them."""
_JOURNALS = ("-wal", "-journal")


@contextmanager
def whole(path: Path, *, replace: bool = False, like: Path | None = None) -> Iterator[Path]:
    """A name to write a file or a folder to: when the block ends without an error, it is on disk under the name `path`.

    A file of that name is replaced only with `replace`, and an empty folder by a folder; whatever becomes of the
    block, nothing else is left behind. A file gets the rights of the file `like`, else those that are usual in its
    folder: where the folder belongs to a group, the group's.

    Raises:
        FileExistsError: there is such a file; it is left as it is.
        OSError: it cannot be written.
    """
    clear(path.parent)
    rights = stat.S_IMODE(like.stat().st_mode) if like else None
    with _workshop(path.parent) as workshop:
        new = workshop / path.name
        yield new
        if rights is None:
            _share(new, path.parent)
        else:
            new.chmod(rights)
        _check_journals(workshop)
        _sync_all(new)
        if replace or new.is_dir():
            new.replace(path)
        else:
            publish(new, path)
        sync_folder(path.parent)


def publish(new: Path, path: Path) -> None:
    """Give a finished file its name, without ever replacing one that exists.

    Raises:
        FileExistsError: there is a file of this name; it is left as it is.
    """
    try:
        path.hardlink_to(new)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Claim the name first, then put the finished file in its place.
        path.open("x").close()
        try:
            new.replace(path)
        except OSError:
            path.unlink()
            raise


def _share(new: Path, folder: Path) -> None:
    """In a folder that belongs to a group, let the group do with what is new what its maker may, whatever the umask.

    That is one whose setgid bit gives the group to all that is made in it, and which the group may write to. Who may
    not look into the folder may not look into what is new either.
    """
    theirs = folder.stat().st_mode
    if not theirs & stat.S_ISGID or not theirs & stat.S_IWGRP:
        return
    for each in [new, *new.rglob("*")] if new.is_dir() else [new]:
        mode = stat.S_IMODE(each.stat().st_mode)
        others = mode & stat.S_IRWXO if theirs & stat.S_IRWXO else 0
        each.chmod(mode & ~stat.S_IRWXO | others | (mode & stat.S_IRWXU) >> 3)


def is_private(path: Path) -> bool:
    """Whether a file is still in the making: no other program knows it."""
    return bool(_WORKSHOP.fullmatch(path.parent.name))


def clear(folder: Path) -> None:
    """Remove what programs that were killed left in a folder; what others are at work on stays."""
    with suppress(OSError):
        for left in [each for each in folder.iterdir() if _WORKSHOP.fullmatch(each.name)]:
            with suppress(OSError):
                _clear(left)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk, on systems that let a folder be waited for."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _clear(workshop: Path) -> None:
    if (workshop / _LOCK).is_file():
        with _held(workshop) as mine:
            if mine:
                _remove(workshop)
    else:
        workshop.rmdir()  # its maker was killed before anything was in it; one that lives makes another


def _remove(workshop: Path) -> None:
    """Remove a workshop, its lock at the end: whoever is killed at that leaves one that others can still tell."""
    with suppress(OSError):
        for each in [*workshop.iterdir()]:
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != _LOCK:
                each.unlink()
        (workshop / _LOCK).unlink(missing_ok=True)
        workshop.rmdir()


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A new folder beside the place of what is made in it, locked while the block runs and gone after it."""
    with ExitStack() as stack:
        workshop = folder / f".onrecord-{uuid.uuid4().hex}"
        workshop.mkdir()
        stack.callback(_remove, workshop)
        if not _kept(workshop, stack):
            workshop = stack.enter_context(_workshop(folder))
        yield workshop


def _kept(workshop: Path, stack: ExitStack) -> bool:
    """Lock a new workshop; False when somebody who cleared up came upon it before, once in a blue moon."""
    try:
        return stack.enter_context(_held(workshop)) and (workshop / _LOCK).exists()
    except FileNotFoundError:
        return False


@contextmanager
def _held(workshop: Path) -> Iterator[bool]:
    """Whether nobody else holds a workshop's lock; then it is held while the block runs."""
    from filelock import FileLock, Timeout

    lock = FileLock(workshop / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except FileNotFoundError:
        raise
    except (OSError, NotImplementedError):
        # A file system without locks: work can go on, and nobody dares to clear up.
        yield (workshop / _LOCK).exists()
        return
    try:
        yield True
    finally:
        lock.release()


def _check_journals(workshop: Path) -> None:
    """Refuse a database whose journal still holds a part of it: SQLite closes one although the disk refused it."""
    for each in workshop.rglob("*"):
        for ending in _JOURNALS:
            if each.name.endswith(ending) and each.stat().st_size and Path(str(each).removesuffix(ending)).exists():
                raise OSError(errno.EIO, os.strerror(errno.EIO))


def _sync_all(new: Path) -> None:
    files = [new] if new.is_file() else [*new.rglob("*"), new]
    for each in files:
        if each.is_dir():
            sync_folder(each)
        else:
            with each.open("rb") as file:
                os.fsync(file.fileno())
