"""The project's one door for writing: open a file, append acts to its log, undo and redo them, take in others' events.

Nothing else in onrecord writes to a project. An act is one transaction: when it has returned, it is on disk.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Self

from msgspec import MsgspecError

from . import clock as clocks
from .codebook import AUTHOR, genesis
from .creation import make_project
from .errors import InvalidEvent, NotStored, OnrecordError, ProjectBusy
from .events import (
    EVENTS,
    FORMAT,
    KIND_OF,
    AnyEvent,
    AnyValue,
    canonical,
    event_id,
)
from .fold import Fold
from .store import check_place, connect, identity, is_elsewhere, write_lock
from .text import check_storable, content_hash
from .together import insert_together
from .undo import Undone as Undone
from .undo import do_again, take_back
from .validity import MAX_EVENT_BYTES, check_name, read_event, settled


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
        _check_signature(annotator, device)
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
        _check_signature(annotator, device)
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
    def act(self) -> Iterator["Act"]:
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
        """Merge what acts with `fold.merge_later` put into the full-text index, and let others write in between.

        Merged after each of many large acts, it would be written several times over.
        """
        left = True
        while left:
            with self._transaction():
                left = self.fold.merge_words()

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
            with self.fold.holding():
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
        new = [(sha256, text) for sha256, text in texts.items() if sha256 not in there]
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


class Act:
    """The open act of a ledger: states values and withdraws them. Made by `Ledger.act` alone."""

    def __init__(self, ledger: Ledger) -> None:
        execute = ledger.connection.execute
        self.ledger, self.fold, self.annotator = ledger, ledger.fold, ledger.annotator
        self.undoes: str | None = None
        self.clock = clocks.tick(execute("SELECT max(clock) FROM events").fetchone()[0], ledger.now)
        self._seq = execute("SELECT max(seq) FROM events WHERE device = ?", (ledger.device,)).fetchone()[0] or 0

    @contextmanager
    def signed(self, annotator: str) -> Iterator[None]:
        """Sign what is put inside with another name, as work that an annotator did elsewhere.

        It stays one act: each annotator's undo takes back their own share of it.

        Raises:
            InvalidEvent: a name that cannot sign.
        """
        _check_signature(annotator, self.ledger.device)
        own, self.annotator = self.annotator, annotator
        try:
            yield
        finally:
            self.annotator = own

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Keep all that is put inside, or nothing of it when an exception leaves the block; the act goes on."""
        seq = self._seq
        try:
            with self.fold.whole():
                yield
        except BaseException:
            self._seq = seq
            raise

    def known(self, kind: str, subject: str) -> bool:
        """Whether anybody ever stated what a subject is, or withdrew it."""
        return bool(self.fold.heads_of(kind, subject))

    def value(self, kind: str, subject: str) -> AnyValue | None:
        """What a subject is now; None when it is withdrawn or was never stated."""
        heads = self.fold.heads_of(kind, subject)
        return heads[0][1].data if heads else None

    def put(self, subject: str, value: AnyValue) -> bool:
        """State what a subject is from now on; False when it is that already.

        Raises:
            InvalidEvent: the value breaks a rule of the model; the act as a whole is rolled back.
        """
        return self.state(KIND_OF[type(value)], subject, value)

    def withdraw(self, kind: str, subject: str) -> bool:
        """Take a subject off the record (undo brings it back); False when it was not on it."""
        return self.state(kind, subject, None)

    def state(self, kind: str, subject: str, value: AnyValue | None, *, always: bool = False) -> bool:
        """Append the event that gives a subject this value; unless `always`, only if that changes something."""
        heads = self.fold.heads_of(kind, subject)
        if not always and len(heads) <= 1 and (heads[0][1].data if heads else None) == value:
            return False
        self._append(kind, subject, value, sorted(hash_ for hash_, _ in heads))
        return True

    def restate(self, kind: str, subject: str) -> None:
        """Say again what a subject is: it stays as it is, and so does a conflict about it."""
        hash_, deciding = self.fold.heads_of(kind, subject)[0]
        self._append(kind, subject, deciding.data, [hash_])

    def _append(self, kind: str, subject: str, value: AnyValue | None, parents: list[str]) -> None:
        self._seq += 1
        event: AnyEvent = EVENTS[kind](
            v=FORMAT,
            annotator=self.annotator,
            device=self.ledger.device,
            seq=self._seq,
            clock=self.clock,
            subject=subject,
            parents=tuple(parents),
            undoes=self.undoes,
            data=value,  # type: ignore[arg-type]  # the kind and the value's type go together
        )
        try:
            event, body = settled(event)
        except UnicodeEncodeError:
            raise InvalidEvent("a lone surrogate cannot be stored; type the text again") from None
        self.fold.add(event, body, event_id(body))

    def keep_text(self, text: str) -> str:
        """Store a text once, by its hash, exactly as given; the answer is its sha256.

        Raises:
            UnstorableText: it holds U+0000 or a lone surrogate.
        """
        return self.keep_texts([text])[0]

    def keep_texts(self, texts: Sequence[str]) -> list[str]:
        """Store texts as `keep_text` does; the answer is their sha256s.

        Raises:
            UnstorableText: one holds U+0000 or a lone surrogate.
        """
        for text in texts:
            check_storable(text)
        names = list(map(content_hash, texts))
        self.ledger.keep_texts(dict(zip(names, texts, strict=True)))
        return names

    @property
    def name(self) -> str:
        """How an undo names this act."""
        return f"{self.clock}@{self.ledger.device}"


_GENESIS = frozenset(canonical(event) for event in genesis())


def check_signer(annotator: str) -> None:
    """Check that a person can sign with a name.

    Raises:
        InvalidEvent: it can name no annotator, or signs the built-in codebook.
    """
    check_name(annotator)
    if annotator == AUTHOR:
        raise InvalidEvent(f"{AUTHOR!r} signs the built-in codebook; choose another name")


def _check_signature(annotator: str, device: str) -> None:
    check_signer(annotator)
    if not 1 <= len(device) <= 64 or "@" in device or "\0" in device:
        raise InvalidEvent(f"{device!r} cannot name a device: use 1 to 64 characters, no @")
