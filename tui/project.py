"""The project as the app holds it: a reading connection for the screens, a writer and a watcher beside it."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from textual.message import Message

from ..schema import reading, sight, team
from ..schema.errors import NotStored, ProjectBusy
from ..schema.migrations import VERSION
from ..schema.store import connect, identity, inspect, is_elsewhere
from .workers import Watcher, Writer

Answer = TypeVar("Answer")


class Project:
    """An open project. Screens read through `connection`, write through `writer`, and hear of both by messages.

    All that is read is what the annotator may see: other people's blind work is not there until they may.

    Raises on opening: ProjectMissing, ForeignFile, NewerFile.
    """

    def __init__(self, path: Path, annotator: str, device: str, post: Callable[[Message], object]) -> None:
        self.path, self.annotator, self.device = path, annotator, device
        self._post = post
        self._file = identity(path)
        self._bring_up()
        self.connection = sight.look(path, annotator)
        self.labels = reading.labels(self.connection)
        self.writer = Writer(path, annotator, device, post, self._file)
        self.watcher = Watcher(path, annotator, post, reading.last_event(self.connection))
        if not self.connection.execute("SELECT 1 FROM annotators UNION ALL SELECT 1 FROM members LIMIT 1").fetchone():
            self.writer.found()

    def _bring_up(self) -> None:
        """Bring a project of an earlier format up to this one: what screens read must follow what is written."""
        if inspect(self.path) < VERSION:
            with suppress(NotStored, ProjectBusy):  # then it is read as it is, and nothing can be written
                connect(self.path, write=True).close()

    def rename(self, annotator: str) -> None:
        """Sign with another name from now on, and see what that name may see."""
        self.writer.close()
        self.watcher.close()
        self.annotator = annotator
        self.see()
        self.writer = Writer(self.path, annotator, self.device, self._post, self._file)
        self.watcher = Watcher(self.path, annotator, self._post, reading.last_event(self.connection))

    @property
    def role(self) -> str:
        """What the annotator does in the team; "" for one without a role."""
        return team.role_of(self.connection, self.annotator)

    @property
    def standing(self) -> list[str]:
        """That the annotator works blind, else their role, in a word; nothing in a project that nobody leads."""
        if not team.has_lead(self.connection):
            return []
        if not sight.sees_all(self.connection, self.annotator):
            return ["blind"]
        return [self.role] if self.role else []

    def see(self) -> None:
        """Let `connection` show what the annotator may see by now: roles and the lead's policy change."""
        sight.again(self.connection, self.annotator)

    def look(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Answer a question from a thread of one's own, on a connection of its own."""
        with sight.looked_at(self.path, self.annotator) as connection:
            return question(connection)

    def close(self) -> None:
        """Write what is left and close everything; no journal stays beside the file, if nobody else uses it."""
        from ..schema.journals import fold_in

        self.watcher.close()
        self.connection.close()
        self.writer.close()  # the last: only who writes can fold the journal in
        if not is_elsewhere(self.path, self._file):
            fold_in(self.path)
