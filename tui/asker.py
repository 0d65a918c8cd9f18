"""The thread that answers questions while somebody types: only the newest counts, an older one is cut short."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from textual.message import Message

from ..schema import sight
from . import crash

Question = Callable[[sqlite3.Connection], Message | None]
Failed = Callable[[str], Message | None]

_STEPS = 1000
"""SQLite's own steps after which it looks whether its answer still matters: some 0.1 ms."""


class Asker:
    """Answers a viewer's questions to a project one at a time, each with the message that it comes to; None is none.

    The project is opened in the thread, when the first question comes: whoever asks does not wait for that.
    """

    def __init__(self, path: Path, viewer: str, post: Callable[[Message], object]) -> None:
        self._path, self._viewer, self._post = path, viewer, post
        self._connection: sqlite3.Connection | None = None
        self._wanted: tuple[Question, Failed] | None = None
        self._change = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="onrecord-asker", daemon=True)
        self._thread.start()

    def ask(self, question: Question, failed: Failed) -> None:
        """Answer this now, and nothing else any more; `failed` makes the message of what went wrong."""
        with self._change:
            self._wanted = question, failed
            self._change.notify()

    def drop(self) -> None:
        """Answer nothing more of what was asked."""
        self.ask(lambda _: None, lambda _: None)

    def overtaken(self) -> bool:
        """Whether the question that is being answered matters no longer: then its query is cut short.

        An answer that is long in coming by other means looks now and then.
        """
        return self._closing or self._wanted is not None

    def close(self) -> None:
        """Stop."""
        with self._change:
            self._closing = True
            self._change.notify()
        self._thread.join()

    def _run(self) -> None:
        while wanted := self._next():
            question, failed = wanted
            try:
                answer = self._answer(question)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the person hears of it and the thread lives on
                answer = failed(crash.sentence(error))
            with self._change:
                overtaken = self.overtaken()
            if answer and not overtaken:
                self._post(answer)
        if self._connection:
            self._connection.close()

    def _answer(self, question: Question) -> Message | None:
        connection = self._look()
        # Asked by SQLite itself, which would not notice an interrupt that comes just before its query.
        connection.set_progress_handler(self.overtaken, _STEPS)
        try:
            return question(connection)
        finally:
            connection.set_progress_handler(None, 0)

    def _look(self) -> sqlite3.Connection:
        """The project as the viewer may see it by now."""
        if self._connection is None:
            self._connection = sight.look(self._path, self._viewer)
        else:
            sight.again(self._connection, self._viewer)
        return self._connection

    def _next(self) -> tuple[Question, Failed] | None:
        with self._change:
            self._change.wait_for(self.overtaken)
            wanted, self._wanted = self._wanted, None
            return None if self._closing else wanted
