"""The app's side of the process that looks for suggestions while somebody reads: only the newest question counts.

A thread starts the process with the first question and hears what it says. It never touches a widget: it posts
`Offered` to the app.
"""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from textual.message import Message

from ..suggest.offers import Offer
from . import suggesting
from .offering import NotOffered, Offered
from .suggesting import Pairs, Question

_GOODBYE = 0.5
_ENDED = "What looks for suggestions has ended; it starts anew with your next step"


class Suggester:
    """Looks for what can be offered, beside the screen. `post` gets `Offered`, once or twice for a question."""

    def __init__(self, path: Path, post: Callable[[Message], object]) -> None:
        self._path, self._post = path, post
        self._number = 0
        self._wanted: Question | None = None
        self._change = threading.Condition()
        self._closing = False
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        self._offers: dict[str, Offer] = {}
        self._reasons: dict[str, list[str]] = {}
        self._found: Pairs = []
        self._changed: set[str] | None = None
        self._thread = threading.Thread(target=self._run, name="onrecord-suggester", daemon=True)
        self._thread.start()

    def ask(self, document: int, sha256: str, annotator: str) -> int:
        """Look for what can be offered there, and for nothing else any more; the answer is the question's number."""
        with self._change:
            self._number += 1
            self._wanted = Question(self._number, document, sha256, annotator)
            self._say(self._wanted)
            self._change.notify()
            return self._number

    def note_answer(self) -> None:
        """One more suggestion was accepted or dismissed."""
        with self._change:
            self._say(suggesting.Answered())

    def close(self) -> None:
        """Stop; an article that is being read is not waited for."""
        with self._change:
            self._closing = True
            if self._process:
                self._process.kill()
            self._change.notify()
        self._thread.join(_GOODBYE)

    def _say(self, said: object) -> None:
        if self._connection:
            with suppress(OSError):  # it has ended; the thread notices
                self._connection.send(said)

    # ------------------------------------------------------------------ inside the thread

    def _run(self) -> None:
        while self._is_wanted():
            try:
                process, connection = _started()
            except OSError as error:
                self._fail(f"What looks for suggestions cannot be started: {error}")
                continue
            if self._begin(process, connection):
                with suppress(EOFError, OSError):
                    while True:
                        self._hear(connection.recv())
            self._end(process, connection)

    def _is_wanted(self) -> bool:
        """Wait until something is asked; False when nothing will be any more."""
        with self._change:
            self._change.wait_for(lambda: self._closing or self._wanted is not None)
            return not self._closing

    def _begin(self, process: "subprocess.Popen[bytes]", connection: "Connection[Any, Any]") -> bool:
        with self._change:
            if self._closing:
                return False
            self._process, self._connection = process, connection
            self._say(self._path)
            self._say(self._wanted)
            return True

    def _end(self, process: "subprocess.Popen[bytes]", connection: "Connection[Any, Any]") -> None:
        """The process has ended, or must; it is started again when something else is asked."""
        with self._change:
            self._process = self._connection = None
        connection.close()
        process.kill()
        process.wait()
        if not self._closing:
            self._fail(_ENDED)

    def _fail(self, problem: str) -> None:
        with self._change:
            self._wanted, number = None, self._number
        self._post(NotOffered(number, problem))

    def _hear(self, said: object) -> None:
        match said:
            case suggesting.Anew():
                self._offers, self._reasons, self._found, self._changed = {}, {}, [], None
            case suggesting.Drop(uids):
                for uid in uids:
                    del self._offers[uid]
                    self._reasons.pop(uid, None)
                self._note(uids)
            case suggesting.Put(offers):
                for offer, reasons in offers:
                    self._offers[offer.uid] = offer
                    self._reasons[offer.uid] = reasons
                self._note(offer.uid for offer, _ in offers)
            case suggesting.Found(first, pairs):
                self._found = pairs if first else [*self._found, *pairs]
            case suggesting.Done(number, ""):
                changed, self._changed = self._changed, set()
                self._post(Offered(number, dict(self._offers), self._found, dict(self._reasons), changed))
            case suggesting.Done(number, problem):
                self._post(NotOffered(number, problem))

    def _note(self, uids: Iterable[str]) -> None:
        """Know what is not as it was in the last answer, if there was one that this one follows."""
        if self._changed is not None:
            self._changed.update(uids)


def _started() -> "tuple[subprocess.Popen[bytes], Connection[Any, Any]]":
    """A process that looks for suggestions, and the way to it. It has no terminal, and ends when the way is closed."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-P", "-c", f"from {suggesting.__name__} import main; main()"],
            stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    return process, Connection(ours.detach())
