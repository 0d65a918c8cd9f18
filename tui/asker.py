"""The thread that answers questions while somebody types: only the newest counts, an older one is cut short."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from textual.message import Message

from ..schema import sight
from . import crash

Question = Callable[[sqlite3.Connection], Message]
Failed = Callable[[str], Message]


class Asker:
    """Answers a viewer's questions to a project one at a time, each with the message that it comes to."""

    def __init__(self, path: Path, viewer: str, post: Callable[[Message], object]) -> None:
        self._viewer, self._post = viewer, post
        self._connection = sight.look(path, viewer)
        self._wanted: tuple[Question, Failed] | None = None
        self._change = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="onrecord-asker", daemon=True)
        self._thread.start()

    def ask(self, question: Question, failed: Failed) -> None:
        """Answer this now, and nothing else any more; `failed` makes the message of what went wrong."""
        with self._change:
            self._wanted = question, failed
            self._connection.interrupt()  # while the thread cannot have begun with the new question
            self._change.notify()

    def overtaken(self) -> bool:
        """Whether the question that is being answered matters no longer; a long answer looks now and then."""
        return self._closing or self._wanted is not None

    def close(self) -> None:
        """Stop."""
        with self._change:
            self._closing = True
            self._connection.interrupt()
            self._change.notify()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while wanted := self._next():
            question, failed = wanted
            try:
                sight.again(self._connection, self._viewer)
                answer = question(self._connection)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the person hears of it and the thread lives on
                answer = failed(crash.sentence(error))
            with self._change:
                overtaken = self.overtaken()
            if not overtaken:
                self._post(answer)

    def _next(self) -> tuple[Question, Failed] | None:
        with self._change:
            self._change.wait_for(self.overtaken)
            wanted, self._wanted = self._wanted, None
            return None if self._closing else wanted
