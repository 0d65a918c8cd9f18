"""Which claims of the ledger some words most likely mean, best first, each with a score and a reason.

The full-text index names candidates by the stems of the words, and only these are compared (`claims_score`): a lookup
costs what the candidates cost, however many claims there are.
"""

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from ..schema.records import Claim
from ..schema.text import SEARCH_FOLDS
from .claims_reason import differing, negations, reason
from .claims_score import Fit, compare
from .claims_words import Wording, taken_apart

ALIKE = 55.0
"""From this score on a claim is taken to be meant until the person says otherwise."""

RELATED = 10.0
"""Below this score a claim is not worth showing."""

CLOSE = 5.0
"""A lead over the second claim that is smaller than this decides nothing."""

CANDIDATES = 100
_UNSEEN = 50
"""How many claims that have none of the words are thought beside those that are: few claims alone tell no rarity."""
_LEAST = 0.15
_PREFIX = 4
_LOOKED_FOR = 100
_FOLDS = str.maketrans(SEARCH_FOLDS)

_FIND = """SELECT standing.id, standing.uid, standing.claim, claims.claim
    FROM search JOIN claims ON claims.id = search.rowid JOIN claims AS standing ON standing.id = claims.merged_id
    WHERE search MATCH ? ORDER BY rank LIMIT ?"""
_COUNT = "SELECT count(*) FROM search JOIN claims ON claims.id = search.rowid WHERE search MATCH ?"
_OWN = """
CREATE TABLE claims (id INTEGER PRIMARY KEY, uid TEXT, claim TEXT, merged_id INTEGER);
CREATE VIRTUAL TABLE search USING fts5 (title, content = '', tokenize = 'unicode61 remove_diacritics 2');
"""


class Proposal(Struct, frozen=True):
    """A claim that may be meant: how well it fits from 0 to 100, and why.

    Two things speak against taking it unseen: it or the words negate, or their numbers differ (`contradicts`), and
    another claim, the `rival`, fits about as well.
    """

    claim_id: int
    claim_uid: str
    claim: str
    score: float
    reason: str
    contradicts: bool
    rival: int | None

    @property
    def clear(self) -> bool:
        """Whether nothing speaks against taking it unseen but the score."""
        return not self.contradicts and self.rival is None


class Entry(NamedTuple):
    """A text of an index of its own; `merged_id` is the id of the entry that stands for it."""

    id: int
    uid: str
    claim: str
    merged_id: int


class _Candidate(NamedTuple):
    fit: Fit
    id: int
    uid: str
    claim: str
    wording: str


class Pool:
    """The claims to choose from: those of a project, by its full-text index, or those of an `own_index`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._rarities: dict[str, float] = {}
        self._size = int(connection.execute("SELECT count(*) FROM claims").fetchone()[0])

    def propose(self, words: str, size: int = 30, *, also: str = "", even: bool = False) -> list[Proposal]:
        """The claims that fit the words, the best first; merged claims once, as the one that stands for them.

        Claims are looked for by the words `also` as well, but not judged by them. `even` judges claims by a claim.
        """
        wanted = taken_apart(words)
        found: dict[int, _Candidate] = {}
        for id_, uid, claim, wording in self._candidates(wanted, taken_apart(also)):
            fit = compare(wanted, taken_apart(wording), self.rarity, even=even)
            if fit.score >= RELATED and (id_ not in found or fit.score > found[id_].fit.score):
                found[id_] = _Candidate(fit, id_, uid, claim, wording)
        ranked = sorted(found.values(), key=lambda each: (-each.fit.score, each.id))
        return [self._proposal(each, ranked[at : at + 1]) for at, each in enumerate(ranked[:size], 1)]

    def rarity(self, stem: str) -> float:
        """How much a stem tells: inverse document frequency over the claims, 1 for one that none of them has."""
        if stem not in self._rarities:
            query = _in_title(_terms(stem))
            (count,) = self._db.execute(_COUNT, (query,)).fetchone() if query else (0,)
            everything = self._size + _UNSEEN + 1
            self._rarities[stem] = max(_LEAST, math.log(everything / (count + 1)) / math.log(everything))
        return self._rarities[stem]

    def _candidates(self, *wordings: Wording) -> Sequence[tuple[int, str, str, str]]:
        """The standing claim's id, uid and text, and the wording that was found, of each candidate."""
        query = _in_title(term for wording in wordings for term in _looked_for(wording))
        return self._db.execute(_FIND, (query, CANDIDATES)).fetchall() if query else []

    def _proposal(self, candidate: _Candidate, after: Sequence[_Candidate]) -> Proposal:
        fit, why = candidate.fit, reason(candidate.fit, self.rarity)
        if candidate.wording != candidate.claim:
            why += f"; worded “{candidate.wording}”"
        rivals = [each.id for each in after if fit.score < 100 and fit.score - each.fit.score < CLOSE]
        return Proposal(
            claim_id=candidate.id, claim_uid=candidate.uid, claim=candidate.claim, score=round(fit.score, 1),
            reason=why, contradicts=any(negations(fit)) or any(differing(fit)), rival=rivals[0] if rivals else None,
        )  # fmt: skip


def own_index(entries: Iterable[Entry]) -> sqlite3.Connection:
    """An index in memory of these texts alone, for many lookups: no document's words stand between them."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(_OWN)
    rows = list(entries)
    connection.executemany("INSERT INTO claims VALUES (?, ?, ?, ?)", rows)
    folded = ((row.id, row.claim.translate(_FOLDS)) for row in rows)
    connection.executemany("INSERT INTO search (rowid, title) VALUES (?, ?)", folded)
    connection.commit()
    return connection


def with_standing(connection: sqlite3.Connection, proposals: Sequence[Proposal]) -> list[tuple[Claim, Proposal]]:
    """The proposed claims as the faces show them, with their standing, in the same order."""
    rows = connection.execute(
        """SELECT claims.id, uid, claims.claim, note, standing, mentions, documents FROM claim_standing
        JOIN claims ON claims.id = claim_id WHERE claim_id IN (SELECT value FROM json_each(?))""",
        (json.dumps([each.claim_id for each in proposals]),),
    )
    claims = {row[0]: Claim(*row) for row in rows}
    return [(claims[each.claim_id], each) for each in proposals if each.claim_id in claims]


# ---------------------------------------------------------------------- what the index is asked


def _looked_for(wording: Wording) -> Iterator[str]:
    """Each word that tells something, as it is written and by its stem; all words when none tells anything."""
    words = list(wording.words.values())
    telling = [word for word in words if word.kind != "empty"] or words
    for word in telling[:_LOOKED_FOR]:
        yield f'"{wording.text[word.start : word.end]}"'
        yield from _terms(word.stem)


def _terms(stem: str) -> Iterator[str]:
    """A stem as FTS5 finds it: by its beginning if it is long enough, else whole or with an s."""
    if any(map(str.isalnum, stem)):
        prefix = stem.isalpha() and len(stem) >= _PREFIX
        yield from [f'"{stem}"*'] if prefix else [f'"{stem}"', f'"{stem}s"'] if stem.isalpha() else [f'"{stem}"']


def _in_title(terms: Iterable[str]) -> str:
    query = " OR ".join(dict.fromkeys(terms)).translate(_FOLDS)
    return f"title : ({query})" if query else ""
