"""The threads beside the screen: one writes acts to the project, one watches what other programs write to it.

Neither ever touches a widget. Each posts typed messages to the app; a screen shows a change as done only when it hears
`Committed`, which is sent after the transaction is on disk.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from textual.message import Message

from ..schema import founding, queues, reading, sight
from ..schema.errors import OnrecordError
from ..schema.store import check_place

if TYPE_CHECKING:
    from ..schema.ledger import Act, Ledger, Undone

WATCH_SECONDS = 0.3
_PAINTED = 0.01
"""Seconds in which the screen paints an act as pending, before the writer takes its share of the interpreter."""
Work: TypeAlias = "Callable[[Act], object]"


class Committed(Message):
    """The act with this number is on disk."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Refused(Message):
    """The act with this number was not written; the error says why."""

    def __init__(self, number: int, error: Exception) -> None:
        super().__init__()
        self.number, self.error = number, error


class Reversed(Message):
    """An undo or a redo is on disk."""

    def __init__(self, number: int, verb: str, undone: "Undone") -> None:
        super().__init__()
        self.number, self.verb, self.undone = number, verb, undone


class Touched(Message):
    """The log has grown: these subjects, as (kind, subject), have new events, whoever wrote them.

    What the viewer may not see yet is not among them. There are none when other things than new events came into view.
    """

    def __init__(self, subjects: list[tuple[str, str]]) -> None:
        super().__init__()
        self.subjects = subjects


class Writer:
    """The thread that owns the project's writing side. Acts are written in the order in which they were given.

    It opens the project when there is something to write, and only if that is still the file that the screens show.
    """

    def __init__(
        self, path: Path, annotator: str, device: str, post: Callable[[Message], object], file: tuple[int, int]
    ) -> None:
        def open_() -> "Ledger":
            from ..schema.ledger import Ledger  # much that reading does not need

            check_place(path, file)
            return Ledger(path, annotator, device)

        self._open = open_
        self._post = post
        self._jobs: queue.Queue[tuple[int, str, Work | None] | None] = queue.Queue()
        self._number = 0
        self._thread = threading.Thread(target=self._run, name="onrecord-writer", daemon=True)
        self._thread.start()

    def do(self, work: Work) -> int:
        """Write an act in its turn; the answer is the number that `Committed` or `Refused` will carry."""
        return self._put("do", work)

    def found(self) -> None:
        """Let the annotator lead the project, if nobody has worked in it; nothing is said of what comes of it."""
        self._put("found", None)

    def undo(self) -> int:
        """Undo this annotator's last act, in its turn."""
        return self._put("undo", None)

    def redo(self) -> int:
        """Redo, in its turn."""
        return self._put("redo", None)

    def close(self) -> None:
        """Write what is left, then close the file."""
        self._jobs.put(None)
        self._thread.join()

    def _put(self, verb: str, work: "Work | None") -> int:
        self._number += 1
        self._jobs.put((self._number, verb, work))
        return self._number

    def _run(self) -> None:
        ledger: Ledger | None = None
        while True:
            try:
                job = self._jobs.get(timeout=WATCH_SECONDS)
            except queue.Empty:
                if ledger:  # nobody writes; the file may be moved away all the same
                    ledger.bring_along()
                continue
            if job is None:
                break
            number, verb, work = job
            if self._jobs.empty():
                time.sleep(_PAINTED)
            try:
                ledger = ledger or self._open()
                if verb == "found":
                    founding.found(ledger)
                    continue
                message = self._write(ledger, number, verb, work)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the person hears of it and the thread lives on
                if verb == "found":
                    continue
                message = Refused(number, error)
            self._post(message)
        if ledger:
            ledger.close()

    def _write(self, ledger: "Ledger", number: int, verb: str, work: "Work | None") -> Message:
        if work is None:
            undone = ledger.undo() if verb == "undo" else ledger.redo()
            return Reversed(number, verb, sight.told(ledger.path, ledger.annotator, undone))
        with ledger.act() as act:
            work(act)
        return Committed(number)


class Watcher:
    """The thread that notices new events in the file, this program's own too, and says which subjects they touch.

    `seen` is the last event that the screens know: what came after it is told, however late the thread begins.
    """

    def __init__(self, path: Path, viewer: str, post: Callable[[Message], object], seen: int) -> None:
        self._path, self._viewer, self._post, self._seen = path, viewer, post, seen
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="onrecord-watcher", daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Look now: something was just written."""
        self._wake.set()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        self._wake.wait(WATCH_SECONDS)  # what the screen is painted with comes first
        connection, seen = None, self._seen
        while not self._stop.is_set():
            try:
                connection = connection or sight.look(self._path, self._viewer)
                self._wake.wait(WATCH_SECONDS)
                self._wake.clear()
                latest = reading.last_event(connection)
                if latest > seen:
                    changed = sight.again(connection, self._viewer)
                    touched = reading.touched_since(connection, seen)
                    touched += queues.touched_since(connection, seen, self._viewer)
                    if touched or changed:
                        self._post(Touched(touched))
                    seen = latest
            except (OnrecordError, sqlite3.Error):  # a file that is busy, or gone for a moment, is looked at again
                self._stop.wait(WATCH_SECONDS)
        if connection:
            connection.close()
