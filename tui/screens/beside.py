"""A screen whose rows take long to work out: in a thread beside it, and not after every act of somebody."""

import sqlite3
import time
from typing import Any

from textual import on
from textual.message import Message
from textual.timer import Timer
from textual.worker import get_current_worker

from .. import crash
from .listing import Listing

_SELDOM = 4
"""The rows are worked out at most in one of so many parts of the time, however much is written meanwhile."""
_SOONEST = 1.0


class Answered(Message):
    """What was asked is known; `problem` says why not."""

    def __init__(self, answer: Any, seconds: float, problem: str = "") -> None:
        super().__init__()
        self.answer, self.seconds, self.problem = answer, seconds, problem


class Beside(Listing):
    """Asks its `question` beside the screen, shows what it is told by `answered`, and asks again when work was done."""

    def __init__(self) -> None:
        super().__init__()
        self._asking = self._ask_again = False
        self._later: Timer | None = None
        self._took: float | None = None

    def question(self, connection: sqlite3.Connection) -> Any:
        """What to show, found in a thread on a connection of its own."""
        raise NotImplementedError

    def answered(self, answer: Any, problem: str) -> None:
        """Show it; with a problem there is no answer."""
        raise NotImplementedError

    def reload(self) -> None:
        """Ask at once for the first time, later on when it is time again."""
        if self._asking:
            self._ask_again = True
        elif self._took is None:
            self._ask()
        elif self._later is None:
            self._later = self.set_timer(max(_SOONEST, self._took * _SELDOM), self._ask)

    def _ask(self) -> None:
        self._later, self._asking = None, True
        self.run_worker(self._look, thread=True, group="question", exit_on_error=False)

    def _look(self) -> None:
        project, began = self.onrecord.project, time.monotonic()
        try:
            answer, problem = project.look(self.question), ""
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the person hears of it
            answer, problem = None, crash.sentence(error)
        if not get_current_worker().is_cancelled:
            self.post_message(Answered(answer, time.monotonic() - began, problem))

    @on(Answered)
    def _told(self, message: Answered) -> None:
        again, self._asking, self._ask_again = self._ask_again, False, False
        self._took = message.seconds
        if again:
            self.reload()
        self.answered(message.answer, message.problem)
