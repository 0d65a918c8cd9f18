"""The process that looks for suggestions: beside the app, so that no key ever waits for the interpreter because of it.

The app has it call `main`, with one end of a socket as its standard input, and it ends when the other end is closed,
whatever it is doing. Only the newest question counts. An article is read once; after that
a question only looks up what was answered meanwhile. What one's own answers teach is learnt here too, once and again
after some more answers. What was told already is not told again: answers say what is new and what is gone.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

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
FEW = 50
"""So many things are sent at once, so that the app is never kept long by taking them in."""
_NICE = 10
"""The app comes first where there are not processors for both."""

Pairs = list[tuple[str, Suggestion]]
Thing = TypeVar("Thing")


class Question(NamedTuple):
    """For whom suggestions are looked for, and in which document."""

    number: int
    document: int
    sha256: str
    annotator: str


class Answered(NamedTuple):
    """One more suggestion was accepted or dismissed."""


class Anew(NamedTuple):
    """What was told before does not count any more: it was of another document, or for somebody else."""


class Found(NamedTuple):
    """Some more of everything that was found, answered or not; with `first` nothing of what was told before counts."""

    first: bool
    pairs: Pairs


class Put(NamedTuple):
    """What is offered besides, each with what one's answers made of it."""

    offers: list[tuple[Offer, list[str]]]


class Drop(NamedTuple):
    """What is offered no more."""

    uids: list[str]


class Done(NamedTuple):
    """The answer to a question is complete; or with a problem, why there is none."""

    number: int
    problem: str = ""


class Room:
    """Answers the questions to one project. `send` gets the parts of the answers."""

    def __init__(self, path: Path, send: Callable[[NamedTuple], object]) -> None:
        self._path, self._send = path, send
        self._engine = rule_engine()
        self._wanted: Question | None = None
        self._change = threading.Condition()
        self._read: tuple[str, Pairs] = ("", [])
        self._ranker: Ranker | None = None
        self._learnt_from: str | None = None
        self._answers = 0
        self._told_of = ("", "")
        self._told: dict[str, Offer] = {}
        self._found: Pairs = []

    def hear(self, said: object) -> None:
        """Take in a question, or that something was answered."""
        with self._change:
            if isinstance(said, Question):
                self._wanted = said
            elif isinstance(said, Answered):
                self._answers += 1
            self._change.notify()

    def run(self) -> None:
        """Answer what is asked, for ever."""
        connection = sight.look(self._path, None)
        while True:
            with self._change:
                self._change.wait_for(self._overtaken)
                question, self._wanted = self._wanted, None
            assert question
            self.answer(connection, question)

    def answer(self, connection: sqlite3.Connection, question: Question) -> None:
        """Send what is left to offer, and again if there was something to learn."""
        try:
            sight.again(connection, question.annotator)
            self._offer(connection, question)
            if not self._overtaken() and self._learn(connection, question.annotator):
                self._offer(connection, question)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the person hears of it and this lives on
            self._send(Done(question.number, crash.sentence(error)))

    def _overtaken(self) -> bool:
        return self._wanted is not None

    def _offer(self, connection: sqlite3.Connection, question: Question) -> None:
        """Send what is left to offer; nothing when another question came meanwhile."""
        if self._read[0] != question.sha256:
            self._read = question.sha256, live(reading.text(connection, question.sha256), self._engine)
        if self._overtaken():
            return
        stored = kept(connection, question.document, question.annotator)
        found = ranked([*self._read[1], *stored], self._ranker)
        offered = offers(connection, question.sha256, question.annotator, found, _own(connection, question))
        if not self._overtaken():
            self._tell(question, found, {offer.uid: offer for offer in offered})

    def _tell(self, question: Question, found: Pairs, offered: dict[str, Offer]) -> None:
        """Send what changed since what was told last."""
        about = question.sha256, question.annotator
        if about != self._told_of:
            self._send(Anew())
            self._told_of, self._told, self._found = about, {}, []
        gone = self._told.keys() - offered.keys()
        for uids in _in_parts(gone):
            self._send(Drop(uids))
        new = (offer for uid, offer in offered.items() if self._told.get(uid) != offer)
        for some in _in_parts(new):
            self._send(Put([(offer, self._reasons(offer)) for offer in some]))
        if found != self._found:
            for at, pairs in enumerate([*_in_parts(found)] or [[]]):
                self._send(Found(at == 0, pairs))
        self._told, self._found = offered, found
        self._send(Done(question.number))

    def _reasons(self, offer: Offer) -> list[str]:
        return self._ranker.reasons(offer.suggestion) if self._ranker else []

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


def _in_parts(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    """A few things at a time."""
    left = iter(things)
    while some := list(islice(left, FEW)):
        yield some


def main() -> None:
    """Answer the questions that come through standard input, until it is closed."""
    with suppress(OSError):
        os.nice(_NICE)
    connection: Connection[Any, Any] = Connection(os.dup(0))
    room = Room(connection.recv(), connection.send)

    def work() -> None:
        try:
            room.run()
        finally:
            os._exit(1)  # the app hears of it: the socket is closed

    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            room.hear(connection.recv())
    except (EOFError, OSError):
        os._exit(0)  # the app has gone: nobody waits for what is being worked out
