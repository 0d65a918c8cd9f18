"""The thread that searches while somebody types: only the newest question counts, and an older one is cut short."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.message import Message

from ..schema import reading
from ..schema.records import Hit
from ..schema.store import connect


class Found(Message):
    """What a search found; `problem` says why it found nothing, if something went wrong."""

    def __init__(self, query: str, hits: Sequence[Hit], problem: str = "") -> None:
        super().__init__()
        self.query, self.hits, self.problem = query, hits, problem


class Finder:
    """Searches a project for the words given last. Answers come by message, in the order of the questions."""

    def __init__(self, path: Path, post: Callable[[Message], object]) -> None:
        self._post = post
        self._connection = connect(path, write=False)
        self._wanted: str | None = None
        self._change = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="onrecord-finder", daemon=True)
        self._thread.start()

    def look_for(self, query: str) -> None:
        """Search for this now, and no longer for anything else."""
        with self._change:
            self._wanted = query
            self._connection.interrupt()  # while the thread cannot have begun with the new question
            self._change.notify()

    def close(self) -> None:
        """Stop."""
        with self._change:
            self._closing = True
            self._connection.interrupt()
            self._change.notify()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (query := self._next()) is not None:
            try:
                found = Found(query, reading.search(self._connection, query))
            except sqlite3.Error as error:
                found = Found(query, (), str(error))
            with self._change:
                overtaken = self._closing or self._wanted is not None
            if not overtaken:
                self._post(found)

    def _next(self) -> str | None:
        with self._change:
            self._change.wait_for(lambda: self._closing or self._wanted is not None)
            query, self._wanted = self._wanted, None
            return None if self._closing else query
