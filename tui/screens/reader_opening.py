"""The Reader's first picture: of very many mentions those near by are read first, the others after the picture."""

from collections.abc import Callable

from textual import events

from ...schema import reading
from ...schema.records import Mention
from ..desk import Edit
from ..offering import Offered
from ..workers import Touched
from .reader_team import ReaderTeam

MANY = 500
"""More mentions than so many are read in two steps."""
NEAR = 8_000
"""Code points before and behind the cursor: several screens."""


class ReaderOpening(ReaderTeam):
    """Reads what is far from the cursor when the article is painted, and before anything is done in it."""

    def _read_mentions(self, document_id: int, cursor: int) -> tuple[list[Mention], bool]:
        connection = self.onrecord.project.connection
        if self._is_loaded or not reading.has_more_mentions(connection, document_id, MANY):
            return super()._read_mentions(document_id, cursor)
        self.call_after_refresh(self._read_on)
        return reading.mentions_between(connection, document_id, cursor - NEAR, cursor + NEAR), False

    @property
    def _is_loaded(self) -> bool:
        """Whether this is not the first document: going on to another one may take the time that it takes."""
        return hasattr(self, "desk")

    def _read_on(self) -> None:
        """Read the mentions that are not known yet, if there are any."""
        if self._is_loaded and not self.desk.whole and self.is_running:
            self.desk.take_in(super()._read_mentions(self._document, 0)[0])
            self._show_all()

    async def take(self, event: events.Key) -> bool:
        """Take a key, once all mentions are known."""
        self._read_on()
        return await super().take(event)

    def _move(self, step: Callable[[], object]) -> None:
        self._read_on()
        super()._move(step)

    def _edit(self, change: Callable[[], Edit | None]) -> bool:
        self._read_on()
        return super()._edit(change)

    def _touched(self, message: Touched) -> None:
        self._read_on()
        super()._touched(message)

    def _offered(self, message: Offered) -> None:
        self._read_on()
        super()._offered(message)
