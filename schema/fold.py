"""Events become rows: per subject, the latest head decides, and its rows replace those that were there.

The outcome depends only on the set of events, never on the order in which they came:

- An event that another event of its subject names as a parent is superseded; the others are heads. Usually there is
  one head. Of two, the one with the later clock (then the greater id) decides until somebody settles it.
- A subject's rows exist when its value is not withdrawn and all that it cannot do without exists: a mention's document,
  a mark's mention and label, and the words that they point at. When such a thing appears or disappears, whatever needs
  it is settled again.

One event costs work in proportion to the rows of its own subject. Of many events that come together, those whose
subjects the file has never seen are held and written a few thousand at a time: nothing can depend on them yet, so that
their rows follow from them alone (`bulk`).
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice

from .anchors import verify
from .bulk import AT_ONCE, Held, can_wait, derive, numbers_of, write_held
from .codebook import AUTHOR
from .events import AnyEvent, AnyValue, Document, Mention, kind_of, trusted
from .fulltext import FullText
from .needs import references
from .rows import Rows
from .store import CACHE_KB

WAITING = "the text that it belongs to is not here yet"

_ROOMY_KB = CACHE_KB * 3 // 2
"""So much of the file is kept in memory while a log comes in: what a program of 150 MB has room for."""


class Fold:
    """Derives the public tables of one writable connection from its log; `flush` before each commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._rows = Rows(connection)
        self.words = FullText(connection)
        self._held: Held = {}
        self._held_ids: set[str] = set()
        self._holding = False
        self._absent: set[tuple[str, str]] = set()

    # ------------------------------------------------------------------ the log

    def subject_id(self, kind: str, subject: str) -> int:
        """The row id that a subject has in this file, given out at first sight and kept for ever."""
        self._absent.discard((kind, subject))
        return self._rows.subject_id(kind, subject)

    def add(self, event: AnyEvent, body: bytes, hash_: str) -> None:
        """Add one checked event, which the log does not have yet, to it and to the rows."""
        thing = kind_of(event), event.subject
        if self._holding and can_wait(event) and not self._is_known(thing):
            self._held[thing] = event, body, hash_
            self._held_ids.add(hash_)
            if len(self._held) >= AT_ONCE:
                self.write_held()
            return
        self.write_held()
        self._absent.clear()
        subject = self.subject_id(*thing)
        event_id = self._db.execute(
            "INSERT INTO events (hash, subject_id, annotator, device, seq, clock, undoes, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (hash_, subject, event.annotator, event.device, event.seq, event.clock, event.undoes, body),
        ).lastrowid
        self._db.executemany(
            "INSERT INTO parents (event_id, parent) VALUES (?, ?)", ((event_id, parent) for parent in event.parents)
        )
        if event.annotator != AUTHOR:
            self._db.execute("INSERT OR IGNORE INTO annotators (name) VALUES (?)", (event.annotator,))
        self._db.execute(
            "DELETE FROM heads WHERE subject_id = ? AND event_id IN"
            " (SELECT events.id FROM parents JOIN events ON events.hash = parents.parent WHERE parents.event_id = ?)",
            (subject, event_id),
        )
        superseded = self._db.execute(
            "SELECT 1 FROM parents JOIN events ON events.id = parents.event_id"
            " WHERE parents.parent = ? AND events.subject_id = ?",
            (hash_, subject),
        ).fetchone()
        if not superseded:
            self._db.execute("INSERT INTO heads VALUES (?, ?)", (subject, event_id))
        self._remember(subject, event.data)
        self.settle(subject)

    def _is_known(self, thing: tuple[str, str]) -> bool:
        if thing in self._held:
            return True
        if thing in self._absent:
            return False
        return self._db.execute("SELECT 1 FROM subjects WHERE kind = ? AND subject = ?", thing).fetchone() is not None

    def look_ahead(self, events: Iterable[AnyEvent]) -> None:
        """Find out at once for which subjects of events that come next there is nothing in the file yet."""
        if self._holding:
            self._absent = {(kind_of(event), event.subject) for event in events}
            self._absent.difference_update(numbers_of(self._db, self._absent))

    @contextmanager
    def holding(self, *, roomy: bool = False) -> Iterator[None]:
        """Hold the events of new subjects back inside, to write many of them at once.

        What is held is in `heads_of` and `has`; whoever asks the tables calls `write_held` first. `roomy` keeps more
        of the file in memory meanwhile: ids are random, so that each event touches another page of their index, which
        would be written and read again and again once the index is larger than that.
        """
        self._holding = True
        self._rows.forget()
        if roomy:
            self._db.execute(f"PRAGMA cache_size = -{_ROOMY_KB}")
        try:
            yield
            self.write_held()
        finally:
            self._holding = False
            self._absent.clear()
            self._rows.forget()
            if roomy:
                with suppress(sqlite3.Error):  # what went wrong before is what counts
                    self._db.execute(f"PRAGMA cache_size = -{CACHE_KB}")

    def write_held(self) -> None:
        """Write the events that are held back, and their rows."""
        if self._held:
            held, self._held = self._held, {}
            self._held_ids.clear()
            self._absent.clear()
            self.words.add(write_held(self._db, self._rows, held))

    def has(self, hash_: str) -> bool:
        """Whether the log has an event of this id."""
        if hash_ in self._held_ids:
            return True
        return self._db.execute("SELECT 1 FROM events WHERE hash = ?", (hash_,)).fetchone() is not None

    def new(self, hashes: list[str]) -> set[str]:
        """Those of these ids of which the log has no event."""
        known = self._db.execute(
            "SELECT hash FROM events WHERE hash IN (SELECT value FROM json_each(?))", (json.dumps(hashes),)
        )
        return set(hashes).difference((row[0] for row in known), self._held_ids)

    def heads_of(self, kind: str, subject: str) -> list[tuple[str, AnyEvent]]:
        """The heads of a subject by its name, as `heads`; none where nobody ever spoke of it."""
        if held := self._held.get((kind, subject)):
            return [(held[2], held[0])]
        if (kind, subject) in self._absent:
            return []
        row = self._db.execute("SELECT id FROM subjects WHERE kind = ? AND subject = ?", (kind, subject)).fetchone()
        if row is None and self._holding:
            self._absent.add((kind, subject))
        return self.heads(row[0]) if row else []

    def heads(self, subject_id: int) -> list[tuple[str, AnyEvent]]:
        """The heads of a subject as (id, event), the deciding one first."""
        rows = self._db.execute(
            "SELECT events.hash, events.body FROM heads JOIN events ON events.id = heads.event_id"
            " WHERE heads.subject_id = ? ORDER BY events.clock DESC, events.hash DESC",
            (subject_id,),
        ).fetchall()
        return [(hash_, trusted(body)) for hash_, body in rows]

    def words_problem(self, event: AnyEvent) -> str | None:
        """Why the text that an event is about does not bear it, or None; a missing text is a reason too.

        Only what can be told from the event and an immutable text: a mark's words are looked up whenever it is settled,
        because its mention may come later or move.
        """
        data = event.data
        if isinstance(data, Mention):
            sha256, pieces = data.document, data.spans
        elif isinstance(data, Document):
            sha256, pieces = event.subject, ()
        else:
            return None
        text = self._rows.text(sha256)
        if text is None:
            return WAITING
        for piece in pieces:
            if not verify(piece, text):
                return f"the document does not read {piece.quote[:60]!r} at {piece.start}:{piece.end}"
        return None

    # ------------------------------------------------------------------ the whole

    def rebuild(self) -> None:
        """Derive heads, references and all rows anew from the log."""
        self._rows.forget()
        for table in (
            "remarks", "sittings", "assignments", "policies", "members", "adjudication_inputs", "adjudications",
            "submissions", "spans", "evidence", "attributions", "marks",
            "mentions", "source_relations", "sources", "claim_relations", "claims", "documents", "kinds", "labels",
            "annotators", "needs", "heads",
        ):  # fmt: skip
            self._db.execute(f"DELETE FROM {table}")
        self.words.empty()
        self._db.execute(
            "INSERT INTO annotators (name) SELECT annotator FROM events WHERE annotator <> ?"
            " GROUP BY annotator ORDER BY min(id)",
            (AUTHOR,),
        )
        self._db.execute(
            "INSERT INTO heads SELECT subject_id, id FROM events AS event WHERE NOT EXISTS ("
            " SELECT 1 FROM parents JOIN events AS child ON child.id = parents.event_id"
            " WHERE parents.parent = event.hash AND child.subject_id = event.subject_id)"
        )
        for subject in derive(self._db, self._rows, self.words.add):
            self.settle(subject)
        self._rows.forget()
        self.words.rebuild()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Keep all that is added inside, or nothing of it when an exception leaves the block."""
        held, number = self._held, len(self._held)
        self._db.execute("SAVEPOINT whole")
        try:
            with self.words.whole():
                yield
        except BaseException:
            self._rows.forget()
            self._held = dict(islice(held.items(), number))  # those that were written inside wait again
            self._held_ids = {hash_ for _, _, hash_ in self._held.values()}
            if self._db.in_transaction:  # a full disk may have ended it
                self._db.execute("ROLLBACK TO whole")
                self._db.execute("RELEASE whole")
            raise
        else:
            self._db.execute("RELEASE whole")

    def flush(self) -> None:
        """Write what is held, and put what was settled since the last flush into the full-text indexes."""
        self.write_held()
        self.words.flush()

    def texts_came(self, texts: Mapping[str, str]) -> None:
        """Let the documents of texts appear, where it is only this that they waited for."""
        rows = self._db.execute(
            "SELECT subject, id FROM subjects WHERE kind = 'document' AND subject IN (SELECT value FROM json_each(?))",
            (json.dumps(list(texts)),),
        ).fetchall()
        for _, id_ in rows:
            self.settle(id_)
        if self._holding:
            self._rows.lengths = {sha256: len(text) for sha256, text in texts.items()}
            self._absent.update(("document", sha256) for sha256 in texts.keys() - {subject for subject, _ in rows})

    # ------------------------------------------------------------------ one subject

    def settle(self, subject_id: int) -> None:
        """Replace a subject's rows by those of its deciding head; then settle what appeared or disappeared with it."""
        waiting = [subject_id]
        while waiting:
            current = waiting.pop()
            (kind,) = self._db.execute("SELECT kind FROM subjects WHERE id = ?", (current,)).fetchone()
            existed = self._rows.exists(kind, current)
            if existed:
                self.words.remove(kind, current)
                self._rows.remove(kind, current)
            heads = self.heads(current)
            self._refer(current, heads[0][1].data if heads else None)
            exists = bool(heads) and self._rows.write(current, heads[0][1])
            if exists:
                self.words.add(((kind, current),))
            # A mention that stays may have moved to other words: its marks' words are verified again.
            if exists != existed or kind == "mention":
                rows = self._db.execute("SELECT subject_id FROM needs WHERE needed_id = ? AND now", (current,))
                waiting += [row[0] for row in rows]

    def _refer(self, subject_id: int, data: AnyValue | None) -> None:
        self._db.execute("UPDATE needs SET now = 0 WHERE subject_id = ? AND now", (subject_id,))
        self._need(subject_id, data, "1 ON CONFLICT DO UPDATE SET now = 1")

    def _remember(self, subject_id: int, data: AnyValue | None) -> None:
        """Keep what a subject named at any time: a look back finds by it what once belonged to a claim."""
        self._need(subject_id, data, "0 ON CONFLICT DO NOTHING")

    def _need(self, subject_id: int, data: AnyValue | None, now: str) -> None:
        needed = {self.subject_id(kind, subject) for kind, subject in references(data)}
        self._db.executemany(
            f"INSERT INTO needs SELECT ?, ?, {now.replace(' ON', ' WHERE true ON', 1)}",
            ((each, subject_id) for each in sorted(needed)),
        )
