"""The full-text indexes of one writable connection: what was settled is put into them together, before each commit.

There are two. `search` holds every word, those of the texts as well. `names` holds only what a thing is called and its
note, and also knows words by their first letter or two: lists are filtered by it while somebody types.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby

_SEARCHED = frozenset({"document", "claim", "mention", "mark", "submission", "source", "remark"})
"""The kinds of things that have words in an index."""

INDEXES = {"search": "title, body", "names": "document, claim, source, note"}
"""The indexes, with their columns."""
CONTENT = {"search": "searchable", "names": "nameable"}
"""The views that say what is in each."""
_NAMED = frozenset({"document", "claim", "source"})
_TOGETHER = 4
"""So many parts of the index are merged as they grow, unless they are merged later: FTS5's own number."""
_PIECE = 4000
"""So many pages of it, of 4 KB, are merged in one transaction."""
_FEW = 100
"""Fewer things in a row than that are found one by one: each run is a search of its own through all that has words."""


class FullText:
    """Both indexes. What a row change takes out of them goes at once; what it puts in waits for `flush`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._waiting: set[int] = set()
        self._changes: list[tuple[int, bool]] = []
        self._whole = 0
        self.merge_later = False
        """Whether the next `flush` leaves what it adds to `search` apart, for `merge` to merge."""

    def add(self, things: Iterable[tuple[str, int]]) -> None:
        """Things, as kinds and row ids, that have rows now."""
        for kind, id_ in things:
            if kind in _SEARCHED:
                self._wait(id_, waits=True)

    def remove(self, kind: str, id_: int) -> None:
        """Something whose rows are about to change or to go."""
        if id_ in self._waiting:
            self._wait(id_, waits=False)
            return
        for index in _indexes_of(kind):
            columns = INDEXES[index]
            self._db.execute(
                f"INSERT INTO {index} ({index}, rowid, {columns})"
                f" SELECT 'delete', id, {columns} FROM {CONTENT[index]} WHERE id = ?",
                (id_,),
            )

    def empty(self) -> None:
        """Take everything out."""
        for index in INDEXES:
            self._db.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")

    def rebuild(self) -> None:
        """Put everything in that there is."""
        self._waiting.clear()
        for index in INDEXES:
            self._db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")

    # ------------------------------------------------------------------ what waits

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Let what waits be what it was before, when an exception leaves the block; a copy of it would cost more."""
        before = len(self._changes)
        self._whole += 1
        try:
            yield
        except BaseException:
            while len(self._changes) > before:
                id_, added = self._changes.pop()
                (self._waiting.discard if added else self._waiting.add)(id_)
            raise
        finally:
            self._whole -= 1
            if not self._whole:
                self._changes.clear()

    def _wait(self, id_: int, *, waits: bool) -> None:
        if waits != (id_ in self._waiting):
            (self._waiting.add if waits else self._waiting.discard)(id_)
            if self._whole:
                self._changes.append((id_, waits))

    # ------------------------------------------------------------------ writing

    def flush(self) -> None:
        """Put in what waits."""
        settled = sorted(self._waiting)
        later, self.merge_later = self.merge_later and bool(settled), False
        if not settled:
            return
        if later:
            self._set("automerge", 0)
        for index in INDEXES:
            self._put(index, settled)
        if later:
            self._db.execute("SAVEPOINT words")  # what FTS5 gathered in memory is written by this
            self._db.execute("RELEASE words")
            self._set("automerge", _TOGETHER)
        for id_ in settled:
            self._wait(id_, waits=False)

    def merge(self) -> bool:
        """Merge a piece of what was put into `search` apart; False when nothing was left to merge."""
        before = self._db.total_changes
        self._set("merge", _PIECE)
        return self._db.total_changes - before > 1

    def _set(self, what: str, number: int) -> None:
        self._db.execute("INSERT INTO search (search, rank) VALUES (?, ?)", (what, number))

    def _put(self, index: str, settled: list[int]) -> None:
        columns = INDEXES[index]
        put = f"INSERT INTO {index} (rowid, {columns}) SELECT id, {columns} FROM {CONTENT[index]} WHERE id"
        runs = list(_runs(settled))
        if len(runs) * _FEW < len(settled):
            self._db.executemany(f"{put} BETWEEN ? AND ?", runs)
        else:
            self._db.execute(f"{put} IN (SELECT value FROM json_each(?))", (json.dumps(settled),))


def _indexes_of(kind: str) -> Iterator[str]:
    if kind in _SEARCHED:
        yield "search"
    if kind in _NAMED:
        yield "names"


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of numbers that follow each other; the numbers are sorted."""
    for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        (_, first), *others = run
        yield first, others[-1][1] if others else first
