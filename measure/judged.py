"""Judgements in rows: which labels each annotator gave each unit, and how often each pattern of them occurs.

Label sets have numbers, and those of one unit are packed into whole numbers, a few bits for each annotator. So SQL adds
up small numbers in the order of the table, Python counts equal ones, and a million judgements cost little more than
reading them once.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Self, TypeAlias

Judgement: TypeAlias = tuple[int, int, int, str, int]
"""The place of a document, a unit, an annotator by number, where the unit's marks came from, and the label set."""
LabelSets: TypeAlias = tuple[frozenset[str] | None, ...]
Sets: TypeAlias = dict[LabelSets, dict[int, int]]
"""Patterns of label sets, each with how many units of it there are in each document, by its place."""

_WORD = 62
"""Bits of a whole number of SQLite that can be added up without overflow."""


class Judged:
    """The judgements that a connection holds in temporary tables, of annotators who are known by number."""

    def __init__(self, connection: sqlite3.Connection, annotators: int) -> None:
        self._connection, self._annotators = connection, annotators
        rows = connection.execute("SELECT labels, number FROM temp.label_sets ORDER BY number")
        self._numbers: dict[tuple[str, ...], int] = {tuple(json.loads(labels)): number for labels, number in rows}

    @classmethod
    def none(cls, connection: sqlite3.Connection, annotators: int) -> Self:
        """No judgements yet; those of an earlier comparison are gone."""
        for table in ("judged", "label_sets"):
            connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
        connection.execute("CREATE TEMP TABLE label_sets (number INTEGER PRIMARY KEY, labels TEXT)")
        connection.execute("""CREATE TEMP TABLE judged (
                document INTEGER, unit INTEGER, annotator INTEGER, origin TEXT, labels INTEGER,
                PRIMARY KEY (document, unit, annotator)
            ) WITHOUT ROWID""")
        return cls(connection, annotators)

    def number(self, labels: Iterable[str]) -> int:
        """The number of a label set."""
        key = tuple(sorted(labels))
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._connection.execute("INSERT INTO label_sets VALUES (?, ?)", (self._numbers[key], json.dumps(key)))
        return self._numbers[key]

    def add(self, judgements: Iterable[Judgement]) -> None:
        """Take in judgements: of one unit and annotator, at most one."""
        self._connection.executemany("INSERT INTO judged VALUES (?, ?, ?, ?, ?)", judgements)

    def histogram(
        self,
        annotators: Sequence[int],
        documents: Sequence[int] | None = None,
        origin: str = "",
        fewest: int = 2,
    ) -> Sets:
        """How often each pattern of these annotators occurs where at least so many of them judged.

        Documents are in the answer by their places in `documents`; without, all units count as of one document, which
        takes less. `origin` takes the units of that origin alone.
        """
        bits = len(self._numbers).bit_length() or 1
        held = _WORD // bits
        words = sorted({number // held for number in annotators})
        packed = ", ".join(_packed(word, held, bits, several=self._annotators > held) for word in words)
        where = ["true"]
        if origin:
            where.append("origin = :origin")
        if documents is not None and len(documents) == 1:
            where.append(f"document = {documents[0]}")
        if len(annotators) < self._annotators:
            where.append(f"annotator IN ({', '.join(map(str, annotators))})")
        rows = self._connection.execute(
            f"""SELECT {packed} {", document" * (documents is not None)} FROM temp.judged
            WHERE {" AND ".join(where)} GROUP BY document, unit""",
            {"origin": origin},
        )
        unpack = self._unpacker([(words.index(number // held), number % held * bits) for number in annotators], bits)
        counted: Iterable[tuple[tuple[int, ...], int, int]]
        if documents is None:
            counted = ((code, 0, units) for code, units in Counter(rows).items())
        else:
            place = {at: number for number, at in enumerate(documents)}
            counted = ((row[:-1], place[row[-1]], units) for row, units in Counter(rows).items() if row[-1] in place)
        histogram: Sets = {}
        for code, document, units in counted:
            pattern = unpack(code)
            if len(pattern) - pattern.count(None) >= fewest:
                histogram.setdefault(pattern, {})[document] = units
        return histogram

    def _unpacker(self, places: list[tuple[int, int]], bits: int) -> Callable[[tuple[int, ...]], LabelSets]:
        """What turns words into patterns: each annotator has some bits of a word, by its place and a shift."""
        sets: LabelSets = (None, *(frozenset(labels) for labels in self._numbers))
        mask = (1 << bits) - 1

        @cache
        def unpack(words: tuple[int, ...]) -> LabelSets:
            return tuple(sets[words[at] >> shift & mask] for at, shift in places)

        return unpack


def _packed(word: int, held: int, bits: int, *, several: bool) -> str:
    """SQL for the sum that holds the label sets of the annotators in one word."""
    if not several:
        return f"sum(labels << (annotator * {bits}))"
    return f"sum(iif(annotator / {held} = {word}, labels << (annotator % {held} * {bits}), 0))"
