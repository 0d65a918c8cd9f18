"""The ways out of the Reader: to the ledger, to the sources, and to what a correction did to the mentions."""

import sqlite3

from textual import on
from textual.message import Message

from ..asker import Asker
from ..workers import Touched
from .reader_modes import ReaderModes


class Waiting(Message):
    """How many of one's mentions of the old version could be carried over into a document."""

    def __init__(self, document: int, number: int) -> None:
        super().__init__()
        self.document, self.number = document, number


class ReaderWays(ReaderModes):
    """Opening the other screens from a document; in one that revises another, knowing what waits to be carried over."""

    def __init__(self, document: int, cursor: int = 0, query: str = "") -> None:
        super().__init__(document, cursor, query)
        self._asker: Asker | None = None
        self._waiting = 0
        self._told = 0

    def action_ledger(self) -> None:
        """To the ledger, at the claim of the mention in hand."""
        from ...schema import standing
        from .ledger import Ledger

        claim = self.desk.mention.claim_id if self.desk.mention else None
        self.app.push_screen(Ledger(standing.merged(self.onrecord.project.connection, claim) if claim else None))

    def action_sources(self) -> None:
        """To the sources."""
        from .sources import Sources

        self.app.push_screen(Sources())

    # ------------------------------------------------------------------ a corrected article

    def action_revision(self) -> None:
        """Review the mentions of the version that this document revises."""
        from .revision import Revision

        self.app.push_screen(Revision(self._document))

    def _load(self, document_id: int, cursor: int = 0) -> None:
        self._waiting = 0
        super()._load(document_id, cursor)
        self._compare()

    def _touched(self, message: Touched) -> None:
        super()._touched(message)
        if any(kind in ("mention", "document") for kind, _ in message.subjects):
            self._compare()

    def _compare(self) -> None:
        """Ask what of the old version could be carried over, if this document revises one."""
        if not self.is_running or not hasattr(self, "desk") or self.desk.document.revises is None:
            return
        project = self.onrecord.project
        self._asker = self._asker or Asker(project.path, project.annotator, self.post_message)
        document, annotator = self._document, self.desk.annotator

        def look(connection: sqlite3.Connection) -> Waiting:
            from ...schema import revision
            from ..corrections import waiting

            return Waiting(document, len(waiting(revision.outcomes(connection, document, [annotator]))))

        self._asker.ask(look, lambda _: Waiting(document, 0))

    @on(Waiting)
    def _know_what_waits(self, message: Waiting) -> None:
        if message.document != self._document:
            return
        self._waiting = message.number
        self.hint_line.show_status(self._status())
        if message.number and self._told != message.document:
            self._told = message.document
            are = "mentions are" if message.number > 1 else "mention is"
            key = self.onrecord.key_of("reader.revision")
            said = f"This corrects another version: {message.number} of your {are} not carried over; {key} shows them"
            self.notify(said, timeout=8, markup=False)

    def _status(self) -> str:
        """What waits to be carried over, then what else goes on."""
        key = self.onrecord.key_of("reader.revision")
        left = f"{key}: {self._waiting:,} to carry over" if self._waiting else ""
        return "  ".join(filter(None, (left, super()._status())))

    def on_unmount(self) -> None:
        """Stop the thread that compares."""
        if self._asker:
            self._asker.close()
