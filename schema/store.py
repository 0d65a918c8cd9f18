"""Opening a project file: the settings of every connection, the checks before the first read, and the write lock.

A file that is not a project, or that a newer onrecord wrote, is refused before anything in it changes.
"""

import errno
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from . import network
from .errors import ForeignFile, NewerFile, NotStored, OnNetwork, ProjectBusy, ProjectMissing
from .known import check_schema
from .migrations import VERSION
from .tables import APPLICATION_ID

PAGE_SIZE = 16384
CACHE_KB = 32_000
"""So much of a file a connection keeps in memory."""
_FEW_KB = 2_000
BUSY_MS = 5000
LOCK_SECONDS = 20.0
_MAGIC = b"SQLite format 3\0"


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """A connection to a project file with onrecord's settings; a reader's cannot write.

    Raises:
        ProjectMissing, ForeignFile, NewerFile: the file cannot be opened as a project; it is left as it was.
        OnNetwork: it is in a network folder.
        NotStored: it can be read, but not written to.
    """
    inspect(path)
    if write or network.kind_of(path):
        _refuse_damaged_journal(path)
    if network.kind_of(path) and identity(path) not in _connected:
        _leave_wal(path)
    file = identity(path)
    _connected.add(file)
    try:
        if write:
            connection = sqlite3.connect(path.resolve(), isolation_level=None, check_same_thread=False)
        else:
            connection = _connect_reader(path)
        try:
            guard(connection)
            # The header may lag behind a WAL file, and what follows it may be damaged.
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            _refuse_newer(path, version)
            check_schema(connection, path, version)
            configure(connection, write=write, journal=journal_of(path))
            if write and version < VERSION:
                _bring_up(connection, path)
            if identity(path) != file:
                raise NotStored(f"{path}: was moved or replaced while it was being opened; open it anew")
        except BaseException:
            connection.close()
            raise
    except sqlite3.OperationalError as error:
        if write and os.access(path, os.R_OK):
            raise NotStored(f"{path}: cannot be written to ({error})") from None
        raise _unreadable(path, error) from None
    except sqlite3.DatabaseError as error:
        raise _unreadable(path, error) from None
    except UnicodeDecodeError:  # of SQLite's own message
        raise _unreadable(path, sqlite3.DatabaseError("a name in it is no text")) from None
    return connection


def _refuse_damaged_journal(path: Path) -> None:
    """Refuse to write to a project whose WAL file holds commits behind damage: SQLite would write over them.

    Raises:
        NotStored: it does; nothing was changed.
    """
    journal = Path(f"{path.resolve()}-wal")
    try:
        if not journal.stat().st_size:
            return
    except OSError:
        return
    from .wal import unread_commits

    if (unread := unread_commits(path)) > 1:
        raise NotStored(
            f"{path}: its journal is damaged, and nothing was written, because the {unread:,} last writes in it would "
            f"be gone for good; bring back what is sound with: onrecord check {path} --salvage NEW.db"
        )


def _bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a file up to this version, unless another program does it first; as it was, it is kept beside it."""
    # Both cost time that a file of this version need not pay.
    from .backup import snapshot
    from .migrations import migrate

    with write_lock(path):
        if int(connection.execute("PRAGMA user_version").fetchone()[0]) < VERSION:
            _kept[path] = snapshot(path, f"format-{VERSION}")
            migrate(connection)


_kept: dict[Path, Path] = {}


def kept_before(path: Path) -> str:
    """What is to be said of a project that was brought up to this format since this was asked last, or ""."""
    copy = _kept.pop(path, None)
    return f"{path} was brought up to format {VERSION}; as it was before, it is kept as {copy}" if copy else ""


_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 256 * 1024 * 1024,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 50,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 32_766,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
"""More than any statement of onrecord's needs; what a file may ask of SQLite ends there."""


def guard(connection: sqlite3.Connection) -> None:
    """What a connection needs before it reads the first page of a file that a stranger may have made."""
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    if sys.version_info >= (3, 12):
        for name, on in (
            (sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True),
            (sqlite3.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, False),
            (sqlite3.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, False),
            (sqlite3.SQLITE_DBCONFIG_WRITABLE_SCHEMA, False),
            (sqlite3.SQLITE_DBCONFIG_TRUSTED_SCHEMA, False),
            (sqlite3.SQLITE_DBCONFIG_DQS_DDL, False),
            (sqlite3.SQLITE_DBCONFIG_DQS_DML, False),
        ):
            connection.setconfig(name, on)
    for setting in ("trusted_schema = OFF", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {setting}")


def configure(connection: sqlite3.Connection, *, write: bool, journal: str = "WAL") -> None:
    """Settings that every connection shares; a writer waits for the disk at each commit."""
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    if write:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("PRAGMA synchronous = FULL")
    for setting in ("foreign_keys = ON", "trusted_schema = OFF", "cell_size_check = ON", f"cache_size = -{CACHE_KB}"):
        connection.execute(f"PRAGMA {setting}")


@contextmanager
def few_pages(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep few pages in memory inside, where each is read about once: many would be no faster, and take more."""
    (before,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute(f"PRAGMA cache_size = -{_FEW_KB}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size = {before}")


def journal_of(path: Path) -> str:
    """The journal that a file is written with: a WAL file needs memory that programs share, so it is for one machine.

    Without it writers and readers keep each other waiting, for the time of a commit.
    """
    return "DELETE" if network.kind_of(path) else "WAL"


def check_disk(path: Path) -> None:
    """Refuse a network folder, unless the user said that it will do; a file in the making is nobody else's, and passes.

    Raises:
        OnNetwork: it is one.
    """
    from .whole import is_private

    if not network.allowed and (kind := network.kind_of(path)) and not is_private(path):
        raise OnNetwork(
            f"{path}: is in a network folder ({kind}), where SQLite cannot keep several programs apart; work on a copy "
            "on a local disk, or say --no-wal and see to it that one program at a time has it open"
        )


def _leave_wal(path: Path) -> None:
    """Fold the WAL file of a project into it and do without from now on, as the only one who has it open.

    Raises:
        NotStored: somebody else has it open, or it cannot be written to.
    """
    connection = sqlite3.connect(path.resolve(), isolation_level=None)
    try:
        guard(connection)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # so that no memory is shared
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        if mode != "delete":
            raise sqlite3.OperationalError("another program has it open")
    except sqlite3.OperationalError as error:
        raise NotStored(f"{path}: cannot be opened without WAL ({error}); close it elsewhere and try again") from None
    except sqlite3.DatabaseError as error:
        raise _unreadable(path, error) from None
    finally:
        connection.close()


_connected: set[tuple[int, int]] = set()
"""The files, as (device, inode), that this process has had a connection to.

Closing any descriptor of a file drops all locks that the process holds on it, SQLite's own among them (POSIX), and
another process would then take the file for unused and delete its WAL. Such a file is asked through SQLite alone.
"""


def inspect(path: Path) -> int:
    """The version of a project file. Unless this process has used it already, only its header is read.

    Raises:
        ProjectMissing: no such file.
        ForeignFile: no SQLite file, or not one of onrecord's.
        NewerFile: a newer onrecord wrote it.
        OnNetwork: it is in a network folder.
    """
    try:
        if not stat.S_ISREG(mode := path.stat().st_mode) and not stat.S_ISDIR(mode):
            raise ForeignFile(f"{path}: is no ordinary file, and a project is one")
        check_disk(path)
        _check_beside(path.resolve())
        if identity(path) in _connected:
            if not os.access(path, os.R_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            application, version = _ask(path)
        else:
            application, version = _read_header(path)
    except FileNotFoundError:
        raise ProjectMissing(f"{path}: there is no such file; make it with: onrecord new {path}") from None
    except OSError as error:
        raise ForeignFile(f"{path}: cannot be read ({error.strerror})") from None
    if application != APPLICATION_ID:
        raise ForeignFile(f"{path}: is a SQLite file, but no onrecord project; it was left as it is")
    _refuse_newer(path, version)
    return version


_JOURNAL_END = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
"""What a rollback journal ends with where it names a further journal, as one of several attached files does."""


def _check_beside(path: Path) -> None:
    """Refuse files beside a project that SQLite would trust and that onrecord never makes.

    A pipe there would make it wait for ever. A journal that names a further one makes it delete the file of that name,
    wherever that is, once it has played the journal back.

    Raises:
        ForeignFile: there is such a file.
        OSError: it cannot be told.
    """
    for ending in ("-journal", "-wal", "-shm"):
        beside = Path(f"{path}{ending}")
        try:
            found = beside.lstat()
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(found.st_mode):
            raise ForeignFile(f"{beside}: is no ordinary file, as SQLite would make it; move it away")
        if ending == "-journal" and found.st_size:
            with beside.open("rb") as file:
                file.seek(max(0, found.st_size - len(_JOURNAL_END)))
                if file.read() == _JOURNAL_END:
                    raise ForeignFile(f"{beside}: names a further file, as no journal of a project does; move it away")


def identity(path: Path) -> tuple[int, int]:
    """Which file a path names now, as (device, inode): another one means that it was moved or replaced."""
    found = path.stat()
    return found.st_dev, found.st_ino


def is_elsewhere(path: Path, file: tuple[int, int]) -> bool:
    """Whether a file, as `identity` named it, is no longer the one under its path."""
    try:
        return identity(path) != file
    except OSError:
        return True


def check_place(path: Path, file: tuple[int, int]) -> None:
    """Refuse to write to a file that is no longer the one under its path: nobody would find the work again.

    Raises:
        NotStored: it was moved, replaced or deleted.
    """
    if is_elsewhere(path, file):
        raise NotStored(f"{path}: was moved or replaced while it was open; nothing was written, open it anew")


def _read_header(path: Path) -> tuple[int, int]:
    """Application and version from the header: SQLite, which leaves files beside a file, is not asked."""
    with path.open("rb") as file:
        head = file.read(100)
    if not head.startswith(_MAGIC):
        raise ForeignFile(
            f"{path}: is not a project file; give articles to a project with: onrecord add PROJECT.db {path}"
        )
    return int.from_bytes(head[68:72], "big"), int.from_bytes(head[60:64], "big")


def _ask(path: Path) -> tuple[int, int]:
    try:
        connection = _connect_reader(path)
        try:
            application, version = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version")
            )
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            _read_header(path)  # which may say more: another file can have the number that a deleted project had
        raise _unreadable(path, error) from None
    return application, version


def _unreadable(path: Path, error: sqlite3.DatabaseError) -> ForeignFile:
    said = " ".join(str(error).split())  # SQLite may quote a whole statement of a damaged schema
    said = said if len(said) <= 120 else f"{said[:119]}…"
    if isinstance(error, sqlite3.OperationalError):
        return ForeignFile(f"{path}: SQLite cannot open it ({said})")
    return ForeignFile(
        f"{path}: SQLite cannot read it ({said}); bring back what is sound in it with: onrecord check {path} "
        "--salvage NEW.db"
    )


def _refuse_newer(path: Path, version: int) -> None:
    if version > VERSION:
        raise NewerFile(f"{path}: was written by a newer onrecord (format {version}); this one reads up to {VERSION}")


def _connect_reader(path: Path) -> sqlite3.Connection:
    uri = "file:" + quote(os.fsencode(path.resolve())) + "?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.OperationalError:
        # A WAL file in a folder that cannot be written to: with no writer about, reading it as it stands is safe.
        connection.close()
        journal = Path(f"{path}-wal")
        if journal.exists() and journal.stat().st_size:
            raise
        return sqlite3.connect(uri + "&immutable=1", uri=True, isolation_level=None, check_same_thread=False)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


@contextmanager
def write_lock(path: Path) -> Iterator[None]:
    """Hold the project's one write lock: SQLite's own waiting starves writers for seconds when several insist.

    Raises:
        ProjectBusy: another process kept the lock for too long, or the folder cannot be written to.
    """
    from .turns import turn

    lock = Path(f"{path}.lock")
    # Nobody's error inside the block is one of the lock.
    with ExitStack() as held:
        try:
            held.enter_context(turn(lock, LOCK_SECONDS, like=path, queue=not network.kind_of(path)))
        except TimeoutError:
            raise ProjectBusy(f"{path}: another program has been writing for {LOCK_SECONDS:.0f} s; try again") from None
        except OSError as error:
            raise ProjectBusy(f"{path}: cannot be written to ({error.strerror})") from None
        yield
