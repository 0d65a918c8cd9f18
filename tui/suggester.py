"""The thread that looks for suggestions while somebody reads: only the newest question counts.

It never touches a widget: it posts `Offered` to the app. An article is read once; after that a question only looks up
what was answered meanwhile. What one's own answers teach is learnt here too, once and again after some more answers.
"""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from textual.message import Message

from ..schema import reading, sight
from ..schema.errors import OnrecordError
from ..schema.text import Span
from ..suggest.engine import Suggestion
from ..suggest.engines import rule_engine
from ..suggest.learning import Answer, Ranker, answered_by_document, learn, ranked
from ..suggest.offers import Offer, kept, live, offers
from . import crash

LEARN_AGAIN = 10
"""After so many further answers what they teach is learnt anew."""
_GOODBYE = 0.5

Pairs = list[tuple[str, Suggestion]]


class Offered(Message):
    """What is to be offered in a document; `found` is everything that was found there, answered or not.

    `number` is that of the question. `ranker` says what one's answers made of a suggestion, if anything was learnt.
    """

    def __init__(self, number: int, offered: list[Offer], found: Pairs, ranker: Ranker | None) -> None:
        super().__init__()
        self.number, self.offers, self.found, self.ranker = number, offered, found, ranker


class NotOffered(Message):
    """Suggestions could not be looked for; the problem says why."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__()
        self.number, self.problem = number, problem


class Question(NamedTuple):
    """For whom suggestions are looked for, and in which document."""

    number: int
    document: int
    sha256: str
    text: str
    annotator: str


class Suggester:
    """Looks for what can be offered, beside the screen. `post` gets `Offered`, once or twice for a question."""

    def __init__(self, path: Path, post: Callable[[Message], object]) -> None:
        self._path, self._post = path, post
        self._engine = rule_engine()
        self._wanted: Question | None = None
        self._number = 0
        self._change = threading.Condition()
        self._closing = False
        self._read: tuple[str, Pairs] = ("", [])
        self._ranker: Ranker | None = None
        self._learnt_from: str | None = None
        self._answers = 0
        self._thread = threading.Thread(target=self._run, name="onrecord-suggester", daemon=True)
        self._thread.start()

    def ask(self, document: int, sha256: str, text: str, annotator: str) -> int:
        """Look for what can be offered there, and for nothing else any more; the answer is the question's number."""
        with self._change:
            self._number += 1
            self._wanted = Question(self._number, document, sha256, text, annotator)
            self._change.notify()
            return self._number

    def note_answer(self) -> None:
        """One more suggestion was accepted or dismissed."""
        with self._change:
            self._answers += 1

    def close(self) -> None:
        """Stop; an article that is being read is not waited for."""
        with self._change:
            self._closing = True
            self._change.notify()
        self._thread.join(_GOODBYE)

    # ------------------------------------------------------------------ inside the thread

    def _overtaken(self) -> bool:
        return self._closing or self._wanted is not None

    def _run(self) -> None:
        connection = sight.look(self._path, None)
        try:
            while question := self._next():
                self._answer(connection, question)
        finally:
            connection.close()

    def _next(self) -> Question | None:
        with self._change:
            self._change.wait_for(self._overtaken)
            wanted, self._wanted = self._wanted, None
            return None if self._closing else wanted

    def _answer(self, connection: sqlite3.Connection, question: Question) -> None:
        try:
            sight.again(connection, question.annotator)
            self._offer(connection, question)
            if not self._overtaken() and self._learn(connection, question.annotator):
                self._offer(connection, question)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the person hears of it and the thread lives on
            self._post(NotOffered(question.number, crash.sentence(error)))

    def _offer(self, connection: sqlite3.Connection, question: Question) -> None:
        """Post what is left to offer; nothing when another question came meanwhile."""
        if self._read[0] != question.sha256:
            self._read = question.sha256, live(question.text, self._engine)
        if self._overtaken():
            return
        stored = kept(connection, question.document, question.annotator)
        found = ranked([*self._read[1], *stored], self._ranker)
        own = _own(connection, question)
        offered = offers(connection, question.sha256, question.annotator, found, own)
        if not self._overtaken():
            self._post(Offered(question.number, offered, found, self._ranker))

    def _learn(self, connection: sqlite3.Connection, annotator: str) -> bool:
        """Learn from one's answers if it is time to; whether that changed anything."""
        with self._change:
            if annotator == self._learnt_from and self._answers < LEARN_AGAIN:
                return False
        given: list[Answer] = []
        for those in answered_by_document(connection, annotator, self._engine):
            if self._overtaken():
                return False
            given += those
        before = self._ranker
        with self._change:
            self._learnt_from, self._answers = annotator, 0
        self._ranker = _taught(given)
        return self._ranker is not None or before is not None


def _own(connection: sqlite3.Connection, question: Question) -> list[tuple[Span, ...]]:
    """The spans of one's own mentions of the document."""
    here = reading.mentions(connection, question.document)
    return [mention.spans for mention in here if mention.annotator == question.annotator]


def _taught(given: list[Answer]) -> Ranker | None:
    """What answers teach, where scikit-learn is there to learn it."""
    try:
        return learn(given)
    except OnrecordError:
        return None
