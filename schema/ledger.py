"""The project's one door for writing: open a file, append acts to its log, undo and redo them, take in others' events.

Nothing else in onrecord writes to a project. An act is one transaction: when it has returned, it is on disk.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from . import clock as clocks
from .codebook import AUTHOR, genesis
from .creation import make_project
from .errors import InvalidEvent, NothingToUndo, NotStored, OnrecordError
from .events import (
    EVENTS,
    FORMAT,
    KIND_OF,
    AnyEvent,
    AnyValue,
    MAX_EVENT_BYTES,
    canonical,
    check_name,
    event_id,
    kind_of,
    read_event,
    trusted,
)
from .fold import Fold
from .store import connect, write_lock
from .text import check_storable, content_hash


@dataclass(frozen=True)
class Undone:
    """What an undo or redo did: which act, the subjects that changed, and those that others have changed since."""

    act: str
    changed: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]


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
                self.connection.execute("BEGIN IMMEDIATE")
                yield
                self.connection.execute("COMMIT")
            except BaseException as error:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                self.fold = Fold(self.connection)
                if isinstance(error, sqlite3.DatabaseError):
                    raise NotStored(
                        f"{self.path}: nothing was written ({error}); make room or check the disk"
                    ) from error
                raise

    def undo(self) -> Undone:
        """Take back this annotator's last act that still stands, as a new act.

        A subject that somebody changed since, or that other annotators' work stands on, is left as it is and named
        in the answer.

        Raises:
            NothingToUndo: no act of this annotator is left.
        """
        return self._reverse(_LAST_DONE, "There is nothing left to undo")

    def redo(self) -> Undone:
        """Do again what was last undone, unless something else was done since.

        Raises:
            NothingToUndo: nothing was undone since the last act.
        """
        return self._reverse(_LAST_UNDONE, "There is nothing to redo")

    def _reverse(self, chosen: str, none: str) -> Undone:
        changed, kept = [], []
        with self.act() as act:
            row = self.connection.execute(chosen, {"me": self.annotator}).fetchone()
            if row is None:
                raise NothingToUndo(none)
            act.undoes = row[0]
            events = self._events_of(row[0])
            for event in events:
                thing = (kind_of(event), event.subject)
                if self._still_stands(event):
                    act.state(*thing, self._before(event), always=True)
                    changed.append(thing)
                else:
                    kept.append(thing)
            if not changed:
                # Nothing of the act still stands; the undo is recorded all the same, so that the next one goes further.
                act.restate(kind_of(events[0]), events[0].subject)
        return Undone(row[0], tuple(changed), tuple(kept))

    def _events_of(self, act: str) -> list[AnyEvent]:
        """This annotator's events of an act, the last one first."""
        rows = self.connection.execute(
            "SELECT body FROM events WHERE act = ? AND annotator = ? ORDER BY seq DESC", (act, self.annotator)
        )
        return [trusted(body) for (body,) in rows]

    def _still_stands(self, event: AnyEvent) -> bool:
        """Whether an event decides its subject, so that it can be taken back without hiding what others did."""
        kind = kind_of(event)
        heads = [head for _, head in self.fold.heads(self.fold.subject_id(kind, event.subject))]
        if heads[0].data != event.data or any(
            head.annotator != self.annotator and head.undoes is None for head in heads
        ):
            return False
        return self._before(event) is not None or not self._others_need(kind, event.subject)

    def _before(self, event: AnyEvent) -> AnyValue | None:
        """The value that an event superseded: that of the latest of its parents."""
        row = self.connection.execute(
            f"SELECT body FROM events WHERE hash IN ({', '.join('?' * len(event.parents))})"
            " ORDER BY clock DESC, hash DESC LIMIT 1",
            event.parents,
        ).fetchone()
        return trusted(row[0]).data if row else None

    def _others_need(self, kind: str, subject: str) -> bool:
        """Whether other annotators' work stands on a shared thing, so that taking it away would hide theirs."""
        row = self.connection.execute(
            """SELECT 1 FROM subjects JOIN needs ON needed_id = subjects.id
            JOIN heads ON heads.subject_id = needs.subject_id JOIN events ON events.id = heads.event_id
            WHERE subjects.kind = ? AND subjects.subject = ? AND events.annotator <> ?""",
            (kind, subject, self.annotator),
        ).fetchone()
        return row is not None

    # ------------------------------------------------------------------ events from outside

    def receive(self, bodies: Iterable[bytes], texts: Mapping[str, str] | None = None) -> Received:
        """Take in events of other devices and the texts that they name, in any order, any number of times.

        What is not valid is set aside with its reason; what waits for its text is tried again when that comes.
        """
        received = Received()
        with self._transaction():
            for sha256, text in (texts or {}).items():
                self._take_text(sha256, text, received)
            received.added += self._retry_quarantine()
            for body in bodies:
                if self._known(body):
                    received.known += 1
                elif reason := self._problem(body):
                    self._quarantine(body, reason, received)
                else:
                    received.added += self._take(body)
            self.fold.flush()
        return received

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
        return sum(self._take(body) for (body,) in aside if self._problem(body) is None)

    def _take_text(self, sha256: str, text: str, received: Received) -> None:
        try:
            check_storable(text)
            if content_hash(text) != sha256:
                raise InvalidEvent(f"a text does not have the sha256 {sha256} that it came under")
        except OnrecordError as error:
            received.quarantined.append(str(error))
            return
        if self.connection.execute("SELECT 1 FROM texts WHERE sha256 = ?", (sha256,)).fetchone():
            return
        self.connection.execute("INSERT INTO texts VALUES (?, ?)", (sha256, text))
        # Documents that were named before their text came now appear.
        self.fold.settle(self.fold.subject_id("document", sha256))

    def _known(self, body: bytes) -> bool:
        hash_ = event_id(body)
        return self.connection.execute("SELECT 1 FROM events WHERE hash = ?", (hash_,)).fetchone() is not None

    def _take(self, body: bytes) -> bool:
        return self.fold.add(trusted(body), body, event_id(body))

    def _problem(self, body: bytes) -> str | None:
        """Why an event from outside cannot enter the log, or None."""
        try:
            event = read_event(body)
        except InvalidEvent as error:
            return str(error)
        ahead = clocks.drift(event.clock, self.now)
        if ahead > clocks.MAX_DRIFT_MS:
            return f"its clock is {ahead / 3_600_000:.1f} hours ahead of this machine's"
        if event.annotator == AUTHOR and body not in _GENESIS:
            return f"{AUTHOR!r} signs the built-in codebook alone"
        return self.fold.words_problem(event)

    def _quarantine(self, body: bytes, reason: str, received: Received) -> None:
        received.quarantined.append(reason)
        # What is too long to read is not kept either: only its hash, and why.
        kept = body if len(body) <= MAX_EVENT_BYTES else b""
        self.connection.execute(
            "INSERT OR IGNORE INTO quarantine (received_at, reason, hash, body) VALUES (?, ?, ?, ?)",
            (clocks.moment_of(clocks.stamp_of(self.now())), reason, event_id(body), kept),
        )


# An act is undone while one of its undos stands, and an undo stands until it is undone itself: that is a redo. Only
# one's own undos count: nobody can take back what somebody else did.
_UNDONE = """SELECT 1 FROM events AS undo WHERE undo.undoes = events.act AND undo.annotator = events.annotator
    AND NOT EXISTS (SELECT 1 FROM events AS redo WHERE redo.undoes = undo.act AND redo.annotator = undo.annotator)"""
_LAST_DONE = f"""SELECT act FROM events WHERE annotator = :me AND undoes IS NULL AND NOT EXISTS ({_UNDONE})
    ORDER BY clock DESC, device DESC LIMIT 1"""
_LAST_UNDONE = f"""SELECT act FROM events WHERE annotator = :me AND undoes IS NOT NULL AND NOT EXISTS ({_UNDONE})
    AND clock > coalesce((SELECT max(clock) FROM events WHERE annotator = :me AND undoes IS NULL), '')
    AND EXISTS (
        SELECT 1 FROM events AS done
        WHERE done.act = events.undoes AND done.annotator = events.annotator AND done.undoes IS NULL
    )
    ORDER BY clock DESC, device DESC LIMIT 1"""


class Act:
    """The open act of a ledger: states values and withdraws them. Made by `Ledger.act` alone."""

    def __init__(self, ledger: Ledger) -> None:
        execute = ledger.connection.execute
        self.ledger, self.fold, self.annotator = ledger, ledger.fold, ledger.annotator
        self.undoes: str | None = None
        self.clock = clocks.tick(execute("SELECT max(clock) FROM events").fetchone()[0], ledger.now)
        self._seq = execute("SELECT max(seq) FROM events WHERE device = ?", (ledger.device,)).fetchone()[0] or 0

    def value(self, kind: str, subject: str) -> AnyValue | None:
        """What a subject is now; None when it is withdrawn or was never stated."""
        heads = self.fold.heads(self.fold.subject_id(kind, subject))
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
        heads = self.fold.heads(self.fold.subject_id(kind, subject))
        if not always and len(heads) <= 1 and (heads[0][1].data if heads else None) == value:
            return False
        self._append(kind, subject, value, sorted(hash_ for hash_, _ in heads))
        return True

    def restate(self, kind: str, subject: str) -> None:
        """Say again what a subject is: it stays as it is, and so does a conflict about it."""
        hash_, deciding = self.fold.heads(self.fold.subject_id(kind, subject))[0]
        self._append(kind, subject, deciding.data, [hash_])

    def _append(self, kind: str, subject: str, value: AnyValue | None, parents: list[str]) -> None:
        self._seq += 1
        event = EVENTS[kind](
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
            body = canonical(event)
        except UnicodeEncodeError:
            raise InvalidEvent("a lone surrogate cannot be stored; type the text again") from None
        self.fold.add(read_event(body), body, event_id(body))

    def keep_text(self, text: str) -> str:
        """Store a text once, by its hash, exactly as given; the answer is its sha256.

        Raises:
            UnstorableText: it holds U+0000 or a lone surrogate.
        """
        check_storable(text)
        sha256 = content_hash(text)
        self.ledger.connection.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (sha256, text))
        return sha256

    @property
    def name(self) -> str:
        """How an undo names this act."""
        return f"{self.clock}@{self.ledger.device}"


_GENESIS = frozenset(canonical(event) for event in genesis())


def _check_signature(annotator: str, device: str) -> None:
    check_name(annotator)
    if annotator == AUTHOR:
        raise InvalidEvent(f"{AUTHOR!r} signs the built-in codebook; choose another name")
    if not 1 <= len(device) <= 64 or "@" in device or "\0" in device:
        raise InvalidEvent(f"{device!r} cannot name a device: use 1 to 64 characters, no @")
