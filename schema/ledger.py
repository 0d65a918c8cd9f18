"""The project's one door for writing: open a file, append acts to its log, undo and redo them, take in others' events.

Nothing else in onrecord writes to a project. An act is one transaction: when it has returned, it is on disk.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Self

from msgspec import MsgspecError

from . import clock as clocks
from .act import Act as Act
from .act import check_signature
from .codebook import AUTHOR, genesis
from .creation import make_project
from .errors import InvalidEvent, NotStored, OnrecordError, ProjectBusy
from .events import (
    AnyEvent,
    canonical,
    event_id,
)
from .fold import Fold
from .store import check_place, connect, identity, is_elsewhere, write_lock
from .text import check_storable, content_hash
from .together import insert_together
from .undo import Undone as Undone
from .undo import do_again, take_back
from .validity import MAX_EVENT_BYTES, read_event


@dataclass
class Received:
    """What became of events from outside: how many were new, how many were known, and what was wrong with the rest."""

    added: int = 0
    known: int = 0
    quarantined: list[str] = field(default_factory=list)


class Ledger:
    """A project file opened for writing by one annotator on one device.

    Raises on opening: ProjectMissing, ForeignFile, NewerFile; InvalidEvent for a name that cannot sign.
    """

    def __init__(self, path: Path, annotator: str, device: str, *, now: Callable[[], int] = clocks.wall_clock) -> None:
        check_signature(annotator, device)
        self.path, self.annotator, self.device, self.now = path, annotator, device, now
        self.connection = connect(path, write=True)
        self._file = identity(path)
        self.fold = Fold(self.connection)

    @classmethod
    def create(cls, path: Path, annotator: str, device: str, *, now: Callable[[], int] = clocks.wall_clock) -> Self:
        """Make a project file and open it; it appears under its name only when it is whole.

        Raises:
            InvalidEvent: a name that cannot sign.
            AlreadyThere: a file of this name, or a journal of an earlier one, exists; it is left as it is.
            NotStored: the folder cannot be written to.
        """
        check_signature(annotator, device)
        make_project(path)
        return cls(path, annotator, device, now=now)

    def close(self) -> None:
        """Close the file; the last one to close folds the WAL file into it."""
        self.bring_along()
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ acts

    @contextmanager
    def act(self) -> Iterator[Act]:
        """One act: what is put inside becomes one transaction, stamped with one clock; an exception leaves no trace.

        Raises:
            ProjectBusy: another process keeps writing.
            NotStored: the disk refused; nothing was written.
        """
        with self._transaction():
            act = Act(self)
            yield act
            self.fold.flush()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with write_lock(self.path):
            try:
                check_place(self.path, self._file)
                self.connection.execute("BEGIN IMMEDIATE")
                yield
                check_place(self.path, self._file)
                self.connection.execute("COMMIT")
            except BaseException as error:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                self.fold = Fold(self.connection)
                self.bring_along()
                if not isinstance(error, sqlite3.DatabaseError):
                    raise
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
                    raise ProjectBusy(f"{self.path}: another program keeps it locked; try again") from error
                raise NotStored(f"{self.path}: nothing was written ({error}); make room or check the disk") from error

    def bring_along(self) -> None:
        """If the file was moved away, fold its WAL file into it, which did not move along.

        What it holds would be missing in the file, and SQLite would play it into the next one of the old name.
        """
        if is_elsewhere(self.path, self._file):
            with suppress(sqlite3.Error):
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def merge_words(self) -> None:
        """Merge what acts with `fold.words.merge_later` put into the full-text index, and let others write in between.

        Merged after each of many large acts, it would be written several times over.
        """
        left = True
        while left:
            with self._transaction():
                left = self.fold.words.merge()

    def undo(self) -> Undone:
        """Take back this annotator's last act that still stands, as a new act.

        A subject that somebody changed since, or that other annotators' work stands on, is left as it is and named
        in the answer.

        Raises:
            NothingToUndo: no act of this annotator is left.
        """
        with self.act() as act:
            return take_back(act)

    def redo(self) -> Undone:
        """Do again what was last undone, unless something else was done since.

        Raises:
            NothingToUndo: nothing was undone since the last act.
        """
        with self.act() as act:
            return do_again(act)

    def rebuild(self, *, indexes: bool = False) -> None:
        """Derive all tables anew from the log, which is not touched, and with `indexes` first make every index anew.

        Raises:
            NotStored: the log is damaged, or the tables are so that they cannot be emptied; nothing was written.
        """
        with self._references_at_the_end(), self._transaction():
            try:
                if indexes:
                    self.connection.execute("REINDEX")
                self.fold.rebuild()
                if self.connection.execute("PRAGMA foreign_key_check").fetchone():
                    raise sqlite3.IntegrityError("a reference would not hold")
            except (MsgspecError, ValueError, TypeError, LookupError, sqlite3.DatabaseError) as error:
                if (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _NO_DAMAGE:
                    raise
                raise NotStored(
                    f"{self.path}: is damaged, and its tables cannot be derived anew in their place; bring back what "
                    f"is sound with: onrecord check {self.path} --salvage NEW.db"
                ) from None

    @contextmanager
    def _references_at_the_end(self) -> Iterator[None]:
        """Let SQLite not follow the references of each row that goes or comes; who asks for it checks them all."""
        self.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA foreign_keys = ON")

    # ------------------------------------------------------------------ events from outside

    def receive(self, bodies: Iterable[bytes], texts: Mapping[str, str] | None = None) -> Received:
        """Take in events of other devices and the texts that they name, in any order, any number of times.

        What is not valid is set aside with its reason; what waits for its text is tried again when that comes.
        """
        received = Received()
        with self._transaction():
            for sha256, text in (texts or {}).items():
                self.take_text(sha256, text, received)
            received.added += self._retry_quarantine()
            with self.fold.holding(roomy=True):
                self.take(bodies, received)
            self.fold.flush()
        return received

    def take(self, bodies: Iterable[bytes], received: Received) -> None:
        """Take in events inside the transaction that is open, and count them."""
        waiting = iter(bodies)
        while group := list(islice(waiting, _GROUP)):
            hashes = list(map(event_id, group))
            new = self.fold.new(hashes)
            latest = clocks.latest(self.now)
            checked = {
                hash_: self._checked(body, latest) for hash_, body in zip(hashes, group, strict=True) if hash_ in new
            }
            self.fold.look_ahead(event for event in checked.values() if not isinstance(event, str))
            for hash_, body in zip(hashes, group, strict=True):
                if hash_ not in new:
                    received.known += 1
                elif isinstance(event := checked[hash_], str):
                    self._quarantine(body, event, received)
                else:
                    new.discard(hash_)
                    self.fold.add(event, body, hash_)
                    received.added += 1

    def retry_quarantine(self) -> int:
        """Take in what was set aside and has become valid since; the answer is how many events that was."""
        with self._transaction():
            taken = self._retry_quarantine()
            self.fold.flush()
        return taken

    def _retry_quarantine(self) -> int:
        aside = self.connection.execute(
            "SELECT body FROM quarantine WHERE hash NOT IN (SELECT hash FROM events) ORDER BY id"
        ).fetchall()
        taken = 0
        for (body,) in aside:
            checked = self._checked(body, clocks.latest(self.now))
            if not isinstance(checked, str):
                self.fold.add(checked, body, event_id(body))
                taken += 1
        return taken

    def take_text(self, sha256: str, text: str, received: Received) -> None:
        try:
            check_storable(text)
            if content_hash(text) != sha256:
                raise InvalidEvent(f"a text does not have the sha256 {sha256} that it came under")
        except OnrecordError as error:
            received.quarantined.append(str(error))
            return
        self.keep_text(sha256, text)

    def keep_text(self, sha256: str, text: str) -> None:
        """Store a text of this sha256 in the open transaction, if it is not there; its document now appears."""
        self.keep_texts({sha256: text})

    def keep_texts(self, texts: Mapping[str, str]) -> None:
        """Store those of these texts, by sha256, that are not there; their documents now appear."""
        names = json.dumps(list(texts))
        there = {row[0] for row in self.connection.execute(_TEXTS_THERE, (names,))}
        # In the order of their hashes, each page of the index of hashes comes up once.
        new = sorted((sha256, text) for sha256, text in texts.items() if sha256 not in there)
        insert_together(self.connection, "texts", ("sha256", "text"), new)
        self.fold.texts_came(dict(new))

    def problem(self, body: bytes) -> str | None:
        """Why an event from outside cannot enter the log, or None."""
        checked = self._checked(body, clocks.latest(self.now))
        return checked if isinstance(checked, str) else None

    def _checked(self, body: bytes, latest: str) -> AnyEvent | str:
        """The event of bytes from outside, or why it cannot enter the log; a clock may say `latest`, and no more."""
        try:
            event = read_event(body)
        except InvalidEvent as error:
            return str(error)
        if event.clock > latest:
            ahead = clocks.drift(event.clock, self.now)
            return f"its clock is {ahead / 3_600_000:.1f} hours ahead of this machine's"
        if event.annotator == AUTHOR and body not in _GENESIS:
            return f"{AUTHOR!r} signs the built-in codebook alone"
        return self.fold.words_problem(event) or event

    def _quarantine(self, body: bytes, reason: str, received: Received) -> None:
        received.quarantined.append(reason)
        # What is too long to read is not kept either: only its hash, and why.
        kept = body if len(body) <= MAX_EVENT_BYTES else b""
        self.connection.execute(
            """INSERT INTO quarantine (received_at, reason, hash, body) SELECT :at, :reason, :hash, :body
            WHERE NOT EXISTS (SELECT 1 FROM quarantine WHERE hash = :hash)""",
            {
                "at": clocks.moment_of(clocks.stamp_of(self.now())),
                "reason": reason,
                "hash": event_id(body),
                "body": kept,
            },
        )


_GROUP = 500
"""So many events from outside are looked up at once."""
_NO_DAMAGE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
_TEXTS_THERE = "SELECT sha256 FROM texts WHERE sha256 IN (SELECT value FROM json_each(?))"


_GENESIS = frozenset(canonical(event) for event in genesis())
