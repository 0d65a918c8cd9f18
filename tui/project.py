"""The project as the app holds it: a reading connection for the screens, a writer and a watcher beside it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from textual.message import Message

from ..schema import reading
from ..schema.store import connect, identity
from .workers import Watcher, Writer

Answer = TypeVar("Answer")


class Project:
    """An open project. Screens read through `connection`, write through `writer`, and hear of both by messages.

    Raises on opening: ProjectMissing, ForeignFile, NewerFile.
    """

    def __init__(self, path: Path, annotator: str, device: str, post: Callable[[Message], object]) -> None:
        self.path, self.annotator, self.device = path, annotator, device
        self._post = post
        self._file = identity(path)
        self.connection = connect(path, write=False)
        self.labels = reading.labels(self.connection)
        self.writer = Writer(path, annotator, device, post, self._file)
        self.watcher = Watcher(path, post)

    def rename(self, annotator: str) -> None:
        """Sign with another name from now on."""
        self.writer.close()
        self.annotator = annotator
        self.writer = Writer(self.path, annotator, self.device, self._post, self._file)

    def look(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Answer a question from a thread of one's own, on a connection of its own."""
        connection = connect(self.path, write=False)
        try:
            return question(connection)
        finally:
            connection.close()

    def close(self) -> None:
        """Write what is left and close everything."""
        self.watcher.close()
        self.writer.close()
        self.connection.close()
