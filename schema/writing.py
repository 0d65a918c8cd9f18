"""What writing the rows of any kind needs: what is known of things, and whether rows go at once or many together."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from .anchors import Anchor, verify
from .clock import moment_of
from .events import AnyEvent, Mention
from .gathered import COLUMNS, Gathered, Met, insertion
from .groups import Groups

TABLE = {
    "label": "labels",
    "document": "documents",
    "source": "sources",
    "claim": "claims",
    "relation": "claim_relations",
    "source_relation": "source_relations",
    "mention": "mentions",
    "mark": "marks",
    "submission": "submissions",
    "adjudication": "adjudications",
    "member": "members",
    "policy": "policies",
    "assignment": "assignments",
    "sitting": "sittings",
    "remark": "remarks",
}
"""The table of each kind, in an order in which every kind comes after those that its rows refer to."""

NAMED = frozenset({"label", "document", "source", "claim", "mention", "remark"})
"""Kinds that others name."""


class Writing:
    """The public tables of one writable connection, as whoever writes rows of one kind sees them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._groups = Groups(connection)
        self._text = ("", "")  # of many mentions in a row, all are usually of one text
        self.lengths: dict[str, int] = {}
        """Of texts, by sha256, that were stored a moment ago, and whose documents are likely to come next."""
        self._gathered: Gathered | None = None
        self._met = Met()

    def subject_id(self, kind: str, subject: str) -> int:
        """The row id that a subject has in this file, given out at first sight and kept for ever."""
        row = self._db.execute("SELECT id FROM subjects WHERE kind = ? AND subject = ?", (kind, subject)).fetchone()
        if row:
            return int(row[0])
        return int(
            self._db.execute("INSERT INTO subjects (kind, subject) VALUES (?, ?)", (kind, subject)).lastrowid or 0
        )

    def exists(self, kind: str, subject_id: int) -> bool:
        """Whether a subject has rows now."""
        return self._db.execute(f"SELECT 1 FROM {TABLE[kind]} WHERE id = ?", (subject_id,)).fetchone() is not None

    def text(self, sha256: str) -> str | None:
        """The stored text of a hash, or None."""
        if sha256 != self._text[0]:
            row = self._db.execute("SELECT text FROM texts WHERE sha256 = ?", (sha256,)).fetchone()
            if row is None:
                return None
            self._text = (sha256, row[0])
        return self._text[1]

    def forget(self) -> None:
        """Look up again what was met: it may have been taken back, or be another's transaction."""
        self._text = ("", "")
        self.lengths.clear()
        self._met.forget()

    # ------------------------------------------------------------------ what the writers share

    def reads(self, sha256: str, pieces: Iterable[Anchor]) -> bool:
        """Whether a document's text is here and has all these words where they are said to be."""
        text = self.text(sha256)
        if text is None:
            return False
        for piece in pieces:  # noqa: SIM110 - `all` would make a generator for each of many marks
            if not verify(piece, text):
                return False
        return True

    def _known(self, kind: str, subject: str | None) -> int | None:
        """The row id of a thing that has rows now, else None."""
        if subject is None:
            return None
        if self._gathered is None:
            return self._look_up(kind, subject)
        found = self._met.ids.get((kind, subject))
        if found is None and (found := self._look_up(kind, subject)) is not None:
            self._met.add((kind, subject), found)
        return found

    def _look_up(self, kind: str, subject: str) -> int | None:
        row = self._db.execute("SELECT id FROM subjects WHERE kind = ? AND subject = ?", (kind, subject)).fetchone()
        return int(row[0]) if row and self.exists(kind, row[0]) else None

    def _document_of(self, mention_id: int) -> str | None:
        """The sha256 of the document of a mention that has rows now, unless the document has none any more."""
        if self._gathered and (sha256 := self._met.documents.get(mention_id)):
            return sha256
        row = self._db.execute(
            "SELECT sha256 FROM mentions JOIN documents ON documents.id = document_id WHERE mentions.id = ?",
            (mention_id,),
        ).fetchone()
        return row[0] if row else None

    def _first(self, subject_id: int, event: AnyEvent) -> tuple[str, str]:
        """Who first recorded a shared thing, and when; `event` is the one that decides what it is now."""
        if self._gathered and self._gathered.fresh:
            return event.annotator, moment_of(event.clock)
        annotator, clock = self._db.execute(
            "SELECT annotator, clock FROM events WHERE subject_id = ? ORDER BY clock, hash LIMIT 1", (subject_id,)
        ).fetchone()
        return annotator, moment_of(clock)

    def _signed(self, event: AnyEvent) -> dict[str, Any]:
        return {"annotator_id": self._annotator_id(event.annotator), "recorded_at": moment_of(event.clock)}

    def _annotator_id(self, name: str) -> int:
        known = self._gathered.annotators if self._gathered else {}
        if name not in known:
            (known[name],) = self._db.execute("SELECT id FROM annotators WHERE name = ?", (name,)).fetchone()
        return known[name]

    def _regroup(self, kind: str, thing: int) -> None:
        """Find out what stands for a claim or source; what is gathered has no ties yet, and stands for itself."""
        if not self._gathered:
            self._groups.regroup(kind, [thing])

    def _spans(
        self,
        role: str,
        pieces: Iterable[Anchor],
        *,
        mention: int | None = None,
        attribution: int | None = None,
        evidence: int | None = None,
    ) -> None:
        for position, piece in enumerate(pieces, 1):
            self._put("spans", (
                None, mention, attribution, evidence, role, position, piece.start, piece.end, piece.quote,
                piece.before, piece.after,
            ))  # fmt: skip

    def _next(self, table: str) -> int:
        """The row id of the next row of a table whose rows belong to others."""
        if self._gathered is not None:
            return self._gathered.next(table)
        return int(self._db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        """Write a row of one of the tables in `COLUMNS`, with all of them."""
        if self._gathered is not None:
            self._gathered.rows[table].append(row)
        else:
            self._db.execute(insertion(table, COLUMNS[table]), row)

    def _insert(self, table: str, **values: Any) -> None:
        """Write a row of one of the other tables."""
        if self._gathered is not None:
            self._gathered.add(table, tuple(values), tuple(values.values()))
        else:
            self._db.execute(insertion(table, values), tuple(values.values()))

    # ------------------------------------------------------------------ many subjects at once

    @contextmanager
    def gathering(self, *, fresh: bool) -> Iterator[None]:
        """Write the rows of all subjects inside in one statement a table, when the block ends.

        Inside, no subject is written twice or removed, claims and sources come without their ties, and `wrote` tells of
        each subject what became of it. `fresh` says that no subject has more than one event.
        """
        self._met.make_room()
        self._gathered = Gathered(self._db, fresh=fresh)
        try:
            yield
            self._gathered.write()
        finally:
            self._gathered = None

    def wrote(self, kind: str, subject_id: int, event: AnyEvent, *, there: bool = True) -> None:
        """Tell those who are gathered after it whether a thing exists, if they look for its kind."""
        if there and kind in NAMED:
            self._met.add((kind, event.subject), subject_id)
            if isinstance(event.data, Mention):
                self._met.documents[subject_id] = event.data.document
