"""What of a project is compared: the documents that annotators share, aligned one by one, and what is counted of them.

Only sums are kept of a document, and the labels of its groups go into a temporary table (`judged`): a
project of any size takes the memory of its documents, not of its judgements.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Literal, TypeAlias

from msgspec import Struct

from ..schema.errors import BadInput
from ..schema.records import Mention
from . import unitizing
from .alignment import Alignment, Pair, align_document
from .attribution import Merged, compared, merged, same_chains, same_origins
from .clusters import Both
from .judged import Judged, Judgement

Which: TypeAlias = Literal["submitted", "all"]
Two: TypeAlias = tuple[str, str]
ORIGINS = ("from suggestions", "partly from suggestions", "without suggestions")
"""What aligned mentions are by where their marks came from; a mention alone is the first or the last."""

Told: TypeAlias = Callable[[int, int], object]
"""Hears how many of how many documents are done; what it raises ends the work."""

_ROUNDS, _FEWEST, _ALL_ROUNDS = 30, 3, 3000


class Shared(Struct, frozen=True):
    """A document with the annotators who are compared on it, in the order of their names."""

    id: int
    sha256: str
    title: str
    outlet: str
    length: int
    annotators: tuple[str, ...]


class Difference(Struct, frozen=True):
    """How much there is to adjudicate in a document: its groups, those that differ, and in which layers."""

    document: Shared
    groups: int
    differing: int
    boundaries: int
    labels: int
    attribution: int
    claim: int


class Counts(Struct):
    """What is summed: by measure, pair of annotators (None: all together) and origin, then by the document's place."""

    documents: list[Shared]
    sums: dict[tuple[str, Two | None, str], dict[int, list[float]]]
    claims: dict[tuple[Two, str], Counter[tuple[int, Both]]]
    differences: list[Difference]
    names: list[str]
    judged: Judged


def untold(*_: int) -> None:
    """Nobody wants to hear how far the work is."""


def shared_documents(connection: sqlite3.Connection, annotators: Sequence[str], which: Which) -> list[Shared]:
    """The documents that at least two of these annotators (none named: of all) share, in the order of their hashes.

    `submitted` takes the documents that two have submitted, and compares those who did; that an annotator marked
    nothing is then a statement. If none of them ever submitted anything, and with `all`, having mentions in a document
    counts as much.

    Raises:
        BadInput: an annotator is not in the project.
    """
    known = dict(connection.execute("SELECT name, id FROM annotators").fetchall())
    for name in annotators:
        if name not in known:
            raise BadInput(f"no annotator is called {name!r}; there are: {', '.join(sorted(known)) or 'none'}")
    chosen = [known[name] for name in dict.fromkeys(annotators)] or list(known.values())
    names = {id_: name for name, id_ in known.items()}
    places = ", ".join("?" * len(chosen))
    submitted = f"""SELECT document_id, annotator_id FROM submissions
        WHERE state = 'submitted' AND annotator_id IN ({places})"""
    marked = f"SELECT DISTINCT document_id, annotator_id FROM mentions WHERE layer = '' AND annotator_id IN ({places})"
    sought, values = submitted, chosen
    if which == "all" or not connection.execute(f"{submitted} LIMIT 1", chosen).fetchone():
        sought, values = f"{submitted} UNION {marked}", chosen * 2
    who = defaultdict(list)
    for document_id, annotator_id in connection.execute(sought, values):
        who[document_id].append(names[annotator_id])
    rows = connection.execute("SELECT id, sha256, title, outlet, length FROM documents ORDER BY sha256")
    return [
        Shared(id_, sha256, title, outlet, length, tuple(sorted(who[id_])))
        for id_, sha256, title, outlet, length in rows
        if len(who.get(id_, ())) > 1
    ]


def compare(
    connection: sqlite3.Connection,
    documents: list[Shared],
    seed: int,
    *,
    pairs: bool = True,
    where: bool = True,
    by_origin: bool = False,
    told: Told = untold,
) -> Counts:
    """Align these documents and count groups and labels; `by_origin` keeps suggestions apart.

    `pairs` counts what each two annotators have in common, and `where` how their units lie in the text. `told` hears
    how far the work is, after each document.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    names = sorted({name for document in documents for name in document.annotators})
    counts = Counts(
        documents, defaultdict(lambda: defaultdict(list)), defaultdict(Counter), [], names,
        Judged.none(connection, len(names)),
    )  # fmt: skip
    counter = _Counter(counts, merged(connection), suggested(connection) if by_origin else set())
    comparisons = sum(len(each.annotators) * (len(each.annotators) - 1) // 2 for each in documents)
    rounds = max(_FEWEST, min(_ROUNDS, _ALL_ROUNDS // max(comparisons, 1)))
    for at, document in enumerate(documents):
        alignment = align_document(connection, document.id, document.annotators, counter.merges)
        counter.count(at, document, alignment)
        if pairs:
            counter.count_pairs(at, alignment)
        if where:
            counter.count_places(at, document, alignment, rounds, seed)
        counts.judged.add(counter.judgements(at, alignment))
        told(at + 1, len(documents))
    return counts


def suggested(connection: sqlite3.Connection) -> set[int]:
    """The mentions of which a mark came from a suggestion: its `extra` says so under the key `suggestion`."""
    found = set()
    for mention_id, extra in connection.execute("SELECT mention_id, extra FROM marks WHERE extra LIKE '%suggestion%'"):
        try:
            kept = json.loads(extra)
        except ValueError:
            continue
        if isinstance(kept, dict) and kept.get("suggestion"):
            found.add(mention_id)
    return found


class _Counter:
    """Counts documents, one after the other."""

    def __init__(self, counts: Counts, merges: Merged, from_suggestions: set[int]) -> None:
        self.merges = merges
        self._counts, self._suggested = counts, from_suggestions
        self._number = {name: at for at, name in enumerate(counts.names)}
        self._units = 0

    def count(self, at: int, document: Shared, alignment: Alignment) -> None:
        """Count what differs in groups."""
        layers: Counter[str] = Counter()
        for group in alignment.groups:
            self._add(at, "groups", None, self._origin(group.members), (not group.differs, 1))
            layers.update(group.differs)
        self._counts.differences.append(
            Difference(
                document, len(alignment.groups), len(alignment.differing), layers["boundaries"], layers["labels"],
                layers["attribution"], layers["claim"],
            )
        )  # fmt: skip

    def count_pairs(self, at: int, alignment: Alignment) -> None:
        """Count what each two annotators have in common."""
        paired: dict[Two, list[Pair]] = {two: [] for two in combinations(alignment.annotators, 2)}
        for pair in alignment.pairs:
            paired[pair.one.annotator, pair.other.annotator].append(pair)
        work: dict[str, list[Mention]] = {name: [] for name in alignment.annotators}
        for group in alignment.groups:
            for mention in group.members:
                work[mention.annotator].append(mention)
        for two, pairs in paired.items():
            self._count_pairs(at, two, pairs, [work[name] for name in two])

    def _count_pairs(self, at: int, two: Two, pairs: list[Pair], work: list[list[Mention]]) -> None:
        aligned = {mention.id for pair in pairs for mention in (pair.one, pair.other)}
        for side, mentions in enumerate(work):
            for mention in mentions:
                if mention.id not in aligned:
                    origin = self._origin([mention])
                    self._add(at, "mentions", two, origin, (0, 0, 1))
                    claim = self.merges.claim(mention)
                    if claim is not None:
                        both = (claim, None) if side == 0 else (None, claim)
                        self._counts.claims[two, origin][at, both] += 1
        for pair in pairs:
            self._count_pair(at, two, pair)

    def _count_pair(self, at: int, two: Two, pair: Pair) -> None:
        origin = self._origin([pair.one, pair.other])
        self._add(at, "mentions", two, origin, (2 * pair.exact, 2, 2))
        for here, there in compared(pair.one, pair.other):
            same = same_origins(here, there, self.merges), same_chains(here, there, self.merges)
            self._add(at, "chains", two, origin, (*same, 1))
        claims = self.merges.claim(pair.one), self.merges.claim(pair.other)
        if claims != (None, None):
            self._add(at, "claims", two, origin, (claims[0] == claims[1], 1))
            self._counts.claims[two, origin][at, claims] += 1

    def count_places(self, at: int, document: Shared, alignment: Alignment, rounds: int, seed: int) -> None:
        """Count where units are: for the unitizing alpha and for gamma."""
        pieces: dict[str, list[unitizing.Piece]] = {name: [] for name in alignment.annotators}
        whole: dict[str, list[unitizing.Piece]] = {name: [] for name in alignment.annotators}
        for group in alignment.groups:
            for mention in group.members:
                spans = [(span.start, span.end) for span in mention.spans]
                pieces[mention.annotator] += spans
                whole[mention.annotator].append((min(spans)[0], max(end for _, end in spans)))
        units = {name: unitizing.flattened(each) for name, each in pieces.items()}
        everybody: tuple[str, ...] = alignment.annotators
        for names in {everybody, *combinations(everybody, 2)}:
            found = unitizing.unitizing([units[name] for name in names], 0, document.length)
            sums = (found.observed, found.expected, sum(len(units[name]) for name in names))
            if names == everybody:
                self._add(at, "units together", None, "", sums)
            if len(names) == 2:
                self._add(at, "units", (names[0], names[1]), "", sums)
        for one, other in combinations(everybody, 2):
            ours = (seed, int(document.sha256[:12], 16))
            order = unitizing.disorder(whole[one], whole[other], document.length, rounds, ours)
            self._add(at, "disorder", (one, other), "", (*order, len(whole[one]) + len(whole[other])))

    def judgements(self, at: int, alignment: Alignment) -> Iterator[Judgement]:
        """A row for each mention."""
        for group in alignment.groups:
            self._units += 1
            origin = self._origin(group.members)
            for mention in group.members:
                labels = self._counts.judged.number(mark.label for mark in mention.marks)
                yield at, self._units, self._number[mention.annotator], origin, labels

    def _origin(self, mentions: Sequence[Mention]) -> str:
        """Which of `ORIGINS` these aligned mentions are."""
        some = [mention.id in self._suggested for mention in mentions]
        return ORIGINS[0] if all(some) else ORIGINS[1] if any(some) else ORIGINS[2]

    def _add(self, at: int, measure: str, two: Two | None, origin: str, numbers: Sequence[float]) -> None:
        sums = self._counts.sums[measure, two, origin]
        before = sums[at] or [0] * len(numbers)
        sums[at] = [one + other for one, other in zip(before, numbers, strict=True)]


def differing_most(differences: list[Difference], size: int) -> list[Difference]:
    """The documents in which the largest share of groups differs, then the most groups."""
    there = [each for each in differences if each.differing]
    there.sort(key=lambda each: (-each.differing / each.groups, -each.differing, each.document.sha256))
    return there[:size]
