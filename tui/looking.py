"""Looking beside the screen for what a list is to show: what is there stays until the answer comes, and keys go on.

Only the newest question counts. Whoever presses enter or moves before its answer came means the rows that are on their
way: such keys wait for them, in their order.
"""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.screen import Screen

from .actions import Action
from .asker import Asker

if TYPE_CHECKING:
    from .app import OnrecordApp

Look = Callable[[sqlite3.Connection], Any]


class Looked(Message):
    """What is to be shown; `problem` says why nothing is, if it went wrong. With `more`, the rest comes later."""

    def __init__(self, question: int, found: Any, problem: str = "", *, more: bool = False) -> None:
        super().__init__()
        self.question, self.found, self.problem, self.more = question, found, problem, more


class Looking:
    """What a screen is looking for: `look` tells how to find what is asked for now, and `Looked` comes to the screen.

    The thread for it begins with the first question, and anew for another annotator.
    """

    def __init__(self, app: "OnrecordApp", screen: Screen[Any], look: Callable[[], Look]) -> None:
        self._app, self._screen, self._look = app, screen, look
        self._asker: Asker | None = None
        self._viewer = ""
        self._question = 0
        self._busy = self._again = self._partial = False
        self._held: list[Action] = []
        self.on_the_way = False
        """Whether something else was asked for than what is shown, and not found yet."""

    def for_other(self) -> None:
        """Look now, since something else is asked for; nothing else counts any more."""
        self._held.clear()
        self.on_the_way = True
        self._ask()

    def again(self) -> None:
        """Look for the same, since the project has grown; what is being looked for comes first.

        What looks long would never come to an end if each act began it anew.
        """
        if self._busy:
            self._again = True
        else:
            self._ask()

    def stop(self) -> None:
        """Look for nothing: what is asked for is there."""
        self._held.clear()
        self._question += 1
        if self._busy and self._asker:
            self._asker.drop()
        self._busy = self._again = self._partial = self.on_the_way = False

    def takes(self, answer: Looked) -> bool:
        """Whether an answer is the one that is waited for, or the first part of it; then it has come."""
        if answer.question != self._question:
            return False
        self._busy, self._partial, self.on_the_way = answer.more, answer.more, False
        if self._again and not self._busy:
            self._ask()
        return True

    def teller(self) -> Callable[[Any], None]:
        """For a look that has the first things long before the last: it tells what there is to show until then."""
        question = self._question

        def tell(found: Any) -> None:
            if not self.overtaken():
                self._screen.post_message(Looked(question, found, more=True))

        return tell

    def overtaken(self) -> bool:
        """Whether nobody waits for what is being looked for; a long look asks now and then, in its thread."""
        return self._asker is None or self._asker.overtaken()

    def close(self) -> None:
        """Stop the thread."""
        self.stop()
        if self._asker:
            self._asker.close()

    # ------------------------------------------------------------------ keys that come before the answer

    def holds(self, action: Action) -> bool:
        """Whether an action on the rows waits for those that were asked for last; the last row, for all of them."""
        waits = self.on_the_way or bool(self._held) or (self._partial and action.name == "last")
        if waits:
            self._held.append(action)
        return waits

    async def do_held(self) -> None:
        """Do what has waited for the rows that are shown now, as long as they are on top."""
        held, self._held = self._held, []
        for action in held:
            if self._app.screen is self._screen:
                await self._app.perform(action)

    # ------------------------------------------------------------------ asking

    def _ask(self) -> None:
        self._busy, self._again, self._partial = True, False, False
        self._question += 1
        question, look = self._question, self._look()
        self._for_viewer().ask(
            lambda connection: Looked(question, look(connection)), lambda problem: Looked(question, None, problem)
        )

    def _for_viewer(self) -> Asker:
        project = self._app.project
        if self._asker is None or project.annotator != self._viewer:
            if self._asker:
                self._asker.close()
            self._viewer = project.annotator
            self._asker = Asker(project.path, self._viewer, self._screen.post_message)
        return self._asker
