"""The Reader in a team: going through one's queue, and the remarks on the mention in hand."""

from typing import TYPE_CHECKING

from ...schema import queues, reading, team, threads
from ...schema.queues import Progress
from ..workers import Touched
from .reader_offers import ReaderOffers

if TYPE_CHECKING:
    from ...schema.ledger import Act
    from .remarks import Said

_SHOWS_OR_HIDES = {"remark", "member", "policy"}


class ReaderTeam(ReaderOffers):
    """Whoever has a queue goes through it and through nothing else; whoever has none, through all documents."""

    def __init__(self, document: int, cursor: int = 0, query: str = "") -> None:
        super().__init__(document, cursor, query)
        self._progress = Progress(0, 0)
        self._leaving: dict[int, int] = {}
        """Documents on which one's word is on its way to the disk, by the number of the act."""

    def _load(self, document_id: int, cursor: int = 0) -> None:
        self._see_queue()
        super()._load(document_id, cursor)

    def _touched(self, message: Touched) -> None:
        kinds = {kind for kind, _ in message.subjects}
        if not kinds or not kinds.isdisjoint(("assignment", "submission")):
            self._see_queue()
        super()._touched(message)
        if not kinds or not kinds.isdisjoint(_SHOWS_OR_HIDES | {"submission"}):
            self._hear()

    # ------------------------------------------------------------------ the queue

    def _see_queue(self) -> None:
        project = self.onrecord.project
        self._progress = queues.progress(project.connection, project.annotator)

    def _queue_told(self) -> str:
        """How far one is with one's queue; "" for whoever has none."""
        done, assigned = self._progress
        return f"queue: {done:,} of {assigned:,} done" if assigned else ""

    def next_to_do(self) -> int | None:
        """The next document that is to do, of the queue if there is one."""
        connection, here, me = self.onrecord.project.connection, self._document, self.desk.annotator
        left = self._leaving.values()
        if self._progress.assigned:
            return queues.next_to_do(connection, me, here, left)
        return reading.next_to_do(connection, here, me, left)

    def _settled(self, number: int) -> None:
        self._leaving.pop(number, None)
        super()._settled(number)

    def all_done(self) -> str:
        """That no document is left to do, in words."""
        if not self._progress.assigned:
            return "No document is left to do; q goes back"
        return f"Your queue is finished: {self._progress.assigned:,} of {self._progress.assigned:,} done; q goes back"

    def neighbour(self, step: int) -> int | None:
        """The next or the previous document, of the queue if there is one."""
        connection, here = self.onrecord.project.connection, self._document
        if not self._progress.assigned:
            return reading.neighbour(connection, here, step)
        return queues.neighbour(connection, self.desk.annotator, here, step)

    def no_neighbour(self, step: int) -> str:
        """That there is none, in words."""
        if not self._progress.assigned:
            return "This is the last document" if step > 0 else "This is the first document"
        connection = self.onrecord.project.connection
        if queues.place_of(connection, self.desk.annotator, self._document) is None:
            return self.all_done() if step > 0 else "This document is not in your queue"
        return "This is the last document of your queue" if step > 0 else "This is the first document of your queue"

    # ------------------------------------------------------------------ remarks

    def action_remarks(self) -> None:
        """Read the remarks on the mention in hand, answer them, or make one."""
        mention = self.desk.mention
        if mention is None:
            return
        from .remarks import Remarks

        held = threads.threads(self.onrecord.project.connection, mention.uid)
        window = Remarks(mention.quote, held, self.desk.annotator)
        self.app.push_screen(window, lambda said: self._remarked(mention.uid, said))

    def _remarked(self, mention: str, said: "Said | None") -> None:
        def work(act: "Act") -> None:
            assert said
            team.remark(act, mention, said.text, said.answers)

        if said:
            self._sent[self.onrecord.project.writer.do(work)] = ""
            self._show()

    def _hear(self) -> None:
        """Show which mentions have remarks, and which wait for an answer, as it is now."""
        before, now = self.desk.talk, threads.talk(self.onrecord.project.connection, self.desk.document.id)
        self.desk.talk = now
        changed = {uid for uid in before.keys() | now.keys() if before.get(uid) != now.get(uid)}
        if changed:
            self._in_hand = None
            for uid in changed:
                self._show_mention(uid)
