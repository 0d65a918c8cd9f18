"""What is sound in a damaged project, brought into a new one.

The log is the truth, and every line of it can be told from damage by itself: an event is sound if its bytes have the
hash that is its name, and so is a text. All that is sound is found wherever it stands (`carving`), and the tables are
derived from it anew. Nothing is guessed, and nothing in the damaged file changes.
"""

import re
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from . import clock as clocks
from .carving import Found, carve
from .codebook import genesis
from .creation import make_project
from .errors import AlreadyThere, ForeignFile, NotStored, ProjectMissing
from .events import canonical, event_id
from .ledger import Ledger, Received
from .losses import Lost, losses
from .pages import Pages
from .whole import whole

_BATCH = 5000
_CLOCK = re.compile(rb'"clock":"([0-9a-f]{12})-')

_SCRATCH = """
CREATE TABLE event (hash TEXT PRIMARY KEY, row INTEGER, body BLOB) WITHOUT ROWID;
CREATE TABLE text (hash TEXT PRIMARY KEY, row INTEGER, body BLOB) WITHOUT ROWID;
CREATE TABLE aside (hash TEXT PRIMARY KEY, row INTEGER, body BLOB, received_at TEXT, reason TEXT) WITHOUT ROWID;
CREATE TABLE stray (hash TEXT, row INTEGER, kind TEXT, body BLOB, received_at TEXT, reason TEXT,
    PRIMARY KEY (hash, kind)) WITHOUT ROWID;
CREATE TABLE broken (hash TEXT, row INTEGER, kind TEXT, subject INTEGER, device TEXT, seq INTEGER,
    PRIMARY KEY (hash, kind)) WITHOUT ROWID;
CREATE TABLE named (hash TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID;
"""


class Salvaged(Struct, frozen=True):
    """What a salvage brought into a new project, and what is lost.

    `events` counts those that are in the new log, `aside` those that were set aside before, and `waiting` those that
    are set aside now, because the text or the rule that they stand on is not there. `pages` says how many pages are
    missing at the file's end: what only they held cannot be named.
    """

    events: int
    texts: int
    aside: int
    waiting: int
    pages: int
    lost: tuple[Lost, ...]


def salvage(path: Path, target: Path) -> Salvaged:
    """Make a new project of all events and texts of a damaged one that are sound; the damaged file is only read.

    Raises:
        ProjectMissing: there is no such file.
        ForeignFile: it cannot be read, or nothing of a project is in it.
        AlreadyThere: the target exists; it is left as it is.
        NotStored: the new file cannot be written.
    """
    try:
        pages = Pages(path)
    except FileNotFoundError:
        raise ProjectMissing(f"{path}: there is no such file") from None
    except OSError as error:
        raise ForeignFile(f"{path}: cannot be read ({error.strerror})") from None
    try:
        with pages, tempfile.TemporaryDirectory() as folder, closing(_scratch(Path(folder) / "found.db")) as found:
            _gather(pages, found)
            if not _count(found, "event") + _count(found, "text"):
                raise ForeignFile(f"{path}: nothing of a project was found in it; it was left as it is")
            _take_strays(found)
            with whole(target) as new:
                make_project(new)
                events, texts, waiting = _fill(new, found)
            pages.write(copy := Path(folder) / "damaged.db")
            lost = tuple(losses(copy, found))
            return Salvaged(events, texts, _count(found, "aside"), waiting, pages.missing, lost)
    except FileExistsError:
        raise AlreadyThere(f"{target}: exists already; choose another name") from None
    except (OSError, sqlite3.Error) as error:
        raise NotStored(f"{target}: cannot be made ({error}); make room or choose another folder") from None


def _scratch(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(_SCRATCH)
    return connection


def _count(found: sqlite3.Connection, table: str) -> int:
    return int(found.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


# ---------------------------------------------------------------------- what is there


def _gather(pages: Pages, found: sqlite3.Connection) -> None:
    """Write down each thing that is anywhere in the file once; of several rows, one whose number is known counts."""
    found.execute("BEGIN")
    for each in carve(pages):
        table, more = _place(each)
        found.execute(
            f"INSERT INTO {table} VALUES (?, ?{len(more) * ', ?'})"
            " ON CONFLICT DO UPDATE SET row = coalesce(row, excluded.row)",
            (each.hash, each.row, *more),
        )
    found.execute("COMMIT")


def _place(found: Found) -> tuple[str, tuple[object, ...]]:
    """The table that something found belongs to, and what is kept of it there besides its hash and its row's number."""
    if found.kind == "named":
        return "named", ()
    if found.sound:
        return found.kind, (found.body, *found.about) if found.kind == "aside" else (found.body,)
    if found.body:
        return "stray", (found.kind, found.body, *(found.about if found.kind == "aside" else (None, None)))
    subject, device, seq = found.about if found.kind == "event" else (None, None, None)
    return "broken", (found.kind, subject, device, seq)


def _take_strays(found: sqlite3.Connection) -> None:
    """Take what stood without its own hash, if the file knows that hash from elsewhere, and what every project has."""
    for kind, more in (("aside", ", received_at, reason"), ("event", ""), ("text", "")):
        found.execute(
            f"""INSERT INTO {kind} SELECT hash, coalesce(stray.row, named.row), body{more} FROM stray
            LEFT JOIN named USING (hash) WHERE kind = '{kind}' AND hash NOT IN (SELECT hash FROM {kind})
            AND hash NOT IN (SELECT hash FROM aside)
            AND (named.hash IS NOT NULL OR hash IN (SELECT hash FROM broken WHERE kind = '{kind}'))"""
        )
    found.executemany(
        "INSERT OR IGNORE INTO event VALUES (?, NULL, ?)",
        ((event_id(body), body) for body in map(canonical, genesis())),
    )


# ---------------------------------------------------------------------- the new project


def _fill(path: Path, found: sqlite3.Connection) -> tuple[int, int, int]:
    """Put all that was found into a new project; how many events and texts it has then, and how many were set aside."""
    received = Received()
    ahead = _latest(found)
    # An event that was in the log has passed the clock's check: by a clock of its own time, it passes again.
    with Ledger(path, "salvage", "salvage", now=lambda: max(clocks.wall_clock(), ahead)) as ledger:
        with ledger.act():
            for sha256, text in found.execute("SELECT hash, body FROM text ORDER BY row IS NULL, row"):
                ledger.take_text(sha256, text.decode("utf-8", "surrogateescape"), received)
        events = found.execute("SELECT body FROM event ORDER BY row IS NULL, row, hash")
        while rows := events.fetchmany(_BATCH):
            with ledger.act():
                ledger.take([body for (body,) in rows], received)
        with ledger.act():
            ledger.connection.executemany(
                "INSERT INTO quarantine (received_at, reason, hash, body) VALUES (?, ?, ?, ?)",
                found.execute(
                    "SELECT received_at, reason, hash, body FROM aside"
                    " WHERE hash NOT IN (SELECT hash FROM event) ORDER BY row"
                ),
            )
        return _count(ledger.connection, "events"), _count(ledger.connection, "texts"), len(received.quarantined)


def _latest(found: sqlite3.Connection) -> int:
    """The time of the latest event, in milliseconds since 1970."""
    bodies = found.execute("SELECT body FROM event")
    return max((int(match[1], 16) for (body,) in bodies if (match := _CLOCK.search(body))), default=0)
