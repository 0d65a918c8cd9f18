"""One act: what its annotator states and withdraws in it, signed, and put into the log with everything that follows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from . import clock as clocks
from .codebook import AUTHOR
from .errors import InvalidEvent
from .events import EVENTS, FORMAT, KIND_OF, AnyEvent, AnyValue, event_id
from .text import check_storable, content_hash
from .validity import check_name, settled

if TYPE_CHECKING:
    from .ledger import Ledger


class Act:
    """The open act of a ledger: states values and withdraws them. Made by `Ledger.act` alone."""

    def __init__(self, ledger: "Ledger") -> None:
        execute = ledger.connection.execute
        self.ledger, self.fold, self.annotator = ledger, ledger.fold, ledger.annotator
        self.undoes: str | None = None
        self.clock = clocks.tick(execute("SELECT max(clock) FROM events").fetchone()[0], ledger.now)
        self._seq = execute("SELECT max(seq) FROM events WHERE device = ?", (ledger.device,)).fetchone()[0] or 0

    @contextmanager
    def signed(self, annotator: str) -> Iterator[None]:
        """Sign what is put inside with another name, as work that an annotator did elsewhere.

        It stays one act: each annotator's undo takes back their own share of it.

        Raises:
            InvalidEvent: a name that cannot sign.
        """
        check_signature(annotator, self.ledger.device)
        own, self.annotator = self.annotator, annotator
        try:
            yield
        finally:
            self.annotator = own

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Keep all that is put inside, or nothing of it when an exception leaves the block; the act goes on."""
        seq = self._seq
        try:
            with self.fold.whole():
                yield
        except BaseException:
            self._seq = seq
            raise

    def known(self, kind: str, subject: str) -> bool:
        """Whether anybody ever stated what a subject is, or withdrew it."""
        return bool(self.fold.heads_of(kind, subject))

    def value(self, kind: str, subject: str) -> AnyValue | None:
        """What a subject is now; None when it is withdrawn or was never stated."""
        heads = self.fold.heads_of(kind, subject)
        return heads[0][1].data if heads else None

    def put(self, subject: str, value: AnyValue) -> bool:
        """State what a subject is from now on; False when it is that already.

        Raises:
            InvalidEvent: the value breaks a rule of the model; the act as a whole is rolled back.
        """
        return self.state(KIND_OF[type(value)], subject, value)

    def withdraw(self, kind: str, subject: str) -> bool:
        """Take a subject off the record (undo brings it back); False when it was not on it."""
        return self.state(kind, subject, None)

    def state(self, kind: str, subject: str, value: AnyValue | None, *, always: bool = False) -> bool:
        """Append the event that gives a subject this value; unless `always`, only if that changes something."""
        heads = self.fold.heads_of(kind, subject)
        if not always and len(heads) <= 1 and (heads[0][1].data if heads else None) == value:
            return False
        self._append(kind, subject, value, sorted(hash_ for hash_, _ in heads))
        return True

    def restate(self, kind: str, subject: str) -> None:
        """Say again what a subject is: it stays as it is, and so does a conflict about it."""
        hash_, deciding = self.fold.heads_of(kind, subject)[0]
        self._append(kind, subject, deciding.data, [hash_])

    def _append(self, kind: str, subject: str, value: AnyValue | None, parents: list[str]) -> None:
        self._seq += 1
        event: AnyEvent = EVENTS[kind](
            v=FORMAT,
            annotator=self.annotator,
            device=self.ledger.device,
            seq=self._seq,
            clock=self.clock,
            subject=subject,
            parents=tuple(parents),
            undoes=self.undoes,
            data=value,  # type: ignore[arg-type]  # the kind and the value's type go together
        )
        try:
            event, body = settled(event)
        except UnicodeEncodeError:
            raise InvalidEvent("a lone surrogate cannot be stored; type the text again") from None
        self.fold.add(event, body, event_id(body))

    def keep_text(self, text: str) -> str:
        """Store a text once, by its hash, exactly as given; the answer is its sha256.

        Raises:
            UnstorableText: it holds U+0000 or a lone surrogate.
        """
        return self.keep_texts([text])[0]

    def keep_texts(self, texts: Sequence[str]) -> list[str]:
        """Store texts as `keep_text` does; the answer is their sha256s.

        Raises:
            UnstorableText: one holds U+0000 or a lone surrogate.
        """
        for text in texts:
            check_storable(text)
        names = list(map(content_hash, texts))
        self.ledger.keep_texts(dict(zip(names, texts, strict=True)))
        return names

    @property
    def name(self) -> str:
        """How an undo names this act."""
        return f"{self.clock}@{self.ledger.device}"


def check_signer(annotator: str) -> None:
    """Check that a person can sign with a name.

    Raises:
        InvalidEvent: it can name no annotator, or signs the built-in codebook.
    """
    check_name(annotator)
    if annotator == AUTHOR:
        raise InvalidEvent(f"{AUTHOR!r} signs the built-in codebook; choose another name")


def check_signature(annotator: str, device: str) -> None:
    """Check that a person can sign with a name on a device.

    Raises:
        InvalidEvent: one of the two cannot be in an event.
    """
    check_signer(annotator)
    if not 1 <= len(device) <= 64 or "@" in device or "\0" in device:
        raise InvalidEvent(f"{device!r} cannot name a device: use 1 to 64 characters, no @")
