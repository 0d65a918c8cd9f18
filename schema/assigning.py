"""Assigning documents: which of a project are dealt to whom, the order of each queue, and the checks hidden in it.

A document that was dealt keeps its people; dealing again only adds what is missing. Whoever began a document before it
was dealt is asked first. Checks are documents that have a
gold layer already; they stand at places of a queue that chance chose, and count neither as overlap nor as load.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from msgspec import Struct

from .dealing import Hand, Table, draw
from .errors import BadInput
from .events import Assignment
from .gold import ruled_documents
from .ledger import Act
from .team import require
from .validity import check_name

STEP = 1000
"""How far apart the places of a queue are, so that something can be put between two of them."""


class Wish(Struct, frozen=True):
    """What a lead wants dealt. `documents` are row ids, in the order to deal them; None means all of the project.

    `by_chance` lets the seed decide who gets what and in which order; else it goes by the order of publication, by
    turns. `gold` is the number of checks that each queue is to have in all. With `pairs` of a hash and a name, these
    are given, and nothing else is dealt.
    """

    people: tuple[str, ...]
    overlap: int = 1
    by_chance: bool = False
    seed: int = 0
    documents: tuple[int, ...] | None = None
    outlets: tuple[str, ...] = ()
    most: int | None = None
    by_outlet: bool = False
    gold: int = 0
    pairs: tuple[Hand, ...] = ()


class Share(Struct, frozen=True):
    """What somebody is given and had, in documents. Of those in the queue, `checks` have a gold layer."""

    annotator: str
    added: int
    queue: int
    done: int
    checks: int


@dataclass
class Plan:
    """What is to be put into queues, as it stands before anything is written."""

    assignments: list[Assignment] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    dealt: int = 0
    """How many documents are given to somebody, or to somebody more."""
    short: int = 0
    """How many documents have fewer people than wanted, because nobody was left to ask."""
    ruled: int = 0
    """How many documents were left out because they have a gold layer already."""
    unchecked: list[str] = field(default_factory=list)
    """Who gets fewer checks than wanted, because no more documents with a gold layer are new to them."""
    new: list[str] = field(default_factory=list)
    """Who has neither a role nor any work in the project so far."""


class _Row(NamedTuple):
    id: int
    sha256: str
    outlet: str


# ---------------------------------------------------------------------- planning


def plan(connection: sqlite3.Connection, wish: Wish) -> Plan:
    """What a wish comes to.

    Raises:
        BadInput: more people are wanted for a document than there are, or an outlet is not there.
        InvalidEvent: nobody can have one of the names.
    """
    for person in wish.people:
        check_name(person)
    found, queues = Plan(), _Queues(connection)
    if wish.pairs:
        hands = [hand for hand in dict.fromkeys(wish.pairs) if hand.person not in queues.everybody(hand.document)]
        found.dealt = len({hand.document for hand in hands})
    else:
        hands = _dealt(connection, wish, found, queues)
    _put(connection, found, queues, hands, wish)
    known = {row[0] for row in connection.execute("SELECT name FROM members UNION SELECT name FROM annotators")}
    found.new = [person for person in wish.people if person not in known and person not in queues.last]
    return found


def _dealt(connection: sqlite3.Connection, wish: Wish, found: Plan, queues: "_Queues") -> list[Hand]:
    """Who gets which document, in the order in which the documents were dealt."""
    everybody = {*wish.people, *queues.last}
    if wish.overlap > len(everybody):
        raise BadInput(f"{wish.overlap} people for each document cannot be had from {len(everybody)}; name more")
    loads = Counter({person: queues.load[person] for person in wish.people})
    table = Table(wish.people, queues.had, loads, wish.seed if wish.by_chance else None, queues.checked)
    chosen = _chosen(connection, wish)
    ruled = set(ruled_documents(connection)) if wish.documents is None else set()
    found.ruled = len(table.lacking((row.sha256 for row in chosen if row.id in ruled), wish.overlap))
    lacking = table.lacking((row.sha256 for row in chosen if row.id not in ruled), wish.overlap)[: wish.most]
    begun = _begun(connection, queues, wish, lacking)
    for document, person in begun:
        queues.had[document].append(person)
        table.loads[person] += 1
    if wish.by_outlet:
        outlet = {row.sha256: row.outlet for row in chosen}
        groups: dict[str, list[str]] = defaultdict(list)
        for document in lacking:
            groups[outlet[document]].append(document)
        table.deal_together(groups, wish.overlap)
    else:
        table.deal(lacking, wish.overlap)
        table.even_out()
    hands = [Hand(document, person) for document in lacking for person in table.hands.get(document, ())]
    place = {document: at for at, document in enumerate(lacking)}
    hands = sorted([*begun, *hands], key=lambda hand: place[hand.document])
    found.dealt, found.short = len({hand.document for hand in hands}), len(table.lacking(lacking, wish.overlap))
    return hands


def _begun(connection: sqlite3.Connection, queues: "_Queues", wish: Wish, lacking: Iterable[str]) -> list[Hand]:
    """Who has begun, or done, which of some documents without having been given it; no more than a document lacks."""
    said: dict[str, list[str]] = defaultdict(list)
    rows = connection.execute(
        """SELECT sha256, name FROM submissions JOIN documents ON documents.id = document_id
        JOIN annotators ON annotators.id = annotator_id ORDER BY sha256, name"""
    )
    for document, person in rows:
        if person in wish.people and person not in queues.everybody(document):
            said[document].append(person)
    return [
        Hand(document, person)
        for document in lacking
        for person in said.get(document, ())[: wish.overlap - len(queues.had.get(document, ()))]
    ]


class _Queues:
    """All queues of a project as they are."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.had: dict[str, list[str]] = defaultdict(list)
        self.checked: dict[str, list[str]] = defaultdict(list)
        self.load: Counter[str] = Counter()
        self.checks: Counter[str] = Counter()
        self.last: dict[str, int] = {}
        rows = connection.execute(
            """SELECT sha256, annotator, position, gold FROM assignments
            JOIN documents ON documents.id = document_id ORDER BY annotator, position, sha256"""
        )
        for sha256, annotator, position, gold in rows:
            (self.checked if gold else self.had)[sha256].append(annotator)
            (self.checks if gold else self.load)[annotator] += 1
            self.last[annotator] = position

    def everybody(self, document: str) -> Collection[str]:
        return {*self.had.get(document, ()), *self.checked.get(document, ())}


def _chosen(connection: sqlite3.Connection, wish: Wish) -> list[_Row]:
    """The documents to look at, in the order to deal them."""
    cursor = connection.execute("SELECT id, sha256, outlet FROM documents ORDER BY published_at, id")
    rows = [_Row(*row) for row in cursor]
    known = {row.outlet for row in rows}
    for outlet in wish.outlets:
        if outlet not in known:
            raise BadInput(f"there is no outlet {outlet!r} in the project")
    if wish.documents is not None:
        by_id = {row.id: row for row in rows}
        rows = [by_id[id_] for id_ in dict.fromkeys(wish.documents)]
    if wish.outlets:
        rows = [row for row in rows if row.outlet in wish.outlets]
    return sorted(rows, key=lambda row: draw(wish.seed, "deal", row.sha256)) if wish.by_chance else rows


def _put(connection: sqlite3.Connection, found: Plan, queues: _Queues, hands: Iterable[Hand], wish: Wish) -> None:
    """Give every hand its place in the queue, put the checks between, and count."""
    given: dict[str, list[str]] = {person: [] for person in wish.people}
    for document, person in hands:
        given[person].append(document)
    for person, documents in given.items():
        if wish.by_chance:
            documents.sort(key=partial(draw, wish.seed, "queue", person))
        at = queues.last.get(person, -1) // STEP + 1
        new = [
            Assignment(document=document, annotator=person, position=_position(at + place, document, person))
            for place, document in enumerate(documents)
        ]
        checks = _checks(connection, found, queues, person, new, wish)
        found.assignments += [*new, *checks]
        found.shares.append(_share(connection, queues, person, new, checks))


def _position(place: int, document: str, person: str) -> int:
    """A place in a queue as it is stored: never quite even, so that what is put between looks like all others."""
    return min(place * STEP + int.from_bytes(draw(0, document, person)[:4]) % STEP, 2**31 - 1)


def _share(
    connection: sqlite3.Connection,
    queues: _Queues,
    person: str,
    new: Sequence[Assignment],
    checks: Sequence[Assignment],
) -> Share:
    finished = connection.execute(
        """SELECT sha256 FROM submissions JOIN documents ON documents.id = document_id
        WHERE annotator_id = (SELECT id FROM annotators WHERE name = :name) AND state <> 'in_progress'""",
        {"name": person},
    )
    given = {each.document for each in new}
    done = sum(sha256 in given or person in queues.everybody(sha256) for (sha256,) in finished)
    added, checked = len(new) + len(checks), queues.checks[person] + len(checks)
    return Share(person, added, queues.load[person] + queues.checks[person] + added, done, checked)


# ---------------------------------------------------------------------- checks


def _checks(
    connection: sqlite3.Connection, found: Plan, queues: _Queues, person: str, new: Sequence[Assignment], wish: Wish
) -> list[Assignment]:
    """The checks that somebody's queue still lacks, each in a stretch of its own of what is left to do."""
    wanted = wish.gold - queues.checks[person]
    if wanted <= 0:
        return []
    seed = wish.seed
    fit = sorted(_unknown_gold(connection, queues, person, new), key=lambda each: draw(seed, "check", each))[:wanted]
    if len(fit) < wanted:
        found.unchecked.append(person)
    left = [*_left(connection, person), *(each.position for each in new)]
    checks = []
    for at, document in enumerate(fit):
        first, last = len(left) * at // len(fit), len(left) * (at + 1) // len(fit)
        chance = int.from_bytes(draw(seed, "place", person, document)[:8])
        position = _between(left, first + chance % max(1, last - first), queues.last.get(person, -1), chance >> 32)
        checks.append(Assignment(document=document, annotator=person, position=position, gold=True))
    return checks


def _unknown_gold(connection: sqlite3.Connection, queues: _Queues, person: str, new: Sequence[Assignment]) -> list[str]:
    """The documents with a gold layer that somebody has nothing to do with yet."""
    ruled = set(ruled_documents(connection))
    about: Mapping[int, str] = dict(connection.execute("SELECT id, sha256 FROM documents"))
    worked = connection.execute(
        """SELECT document_id FROM submissions JOIN annotators ON annotators.id = annotator_id WHERE name = :name
        UNION SELECT document_id FROM mentions JOIN annotators ON annotators.id = annotator_id WHERE name = :name
        UNION SELECT document_id FROM adjudications JOIN annotators ON annotators.id = annotator_id
            WHERE name = :name""",
        {"name": person},
    )
    ruled.difference_update(row[0] for row in worked)
    given = {each.document for each in new}
    return [
        about[id_] for id_ in ruled if about[id_] not in given and person not in queues.everybody(about[id_])
    ]  # fmt: skip


def _left(connection: sqlite3.Connection, person: str) -> list[int]:
    """The positions of what somebody has still to do."""
    rows = connection.execute(
        """SELECT position FROM assignments WHERE annotator = :name AND document_id NOT IN (
            SELECT document_id FROM submissions JOIN annotators ON annotators.id = annotator_id
            WHERE name = :name AND state <> 'in_progress'
        ) ORDER BY position""",
        {"name": person},
    )
    return [row[0] for row in rows]


def _between(left: Sequence[int], place: int, last: int, chance: int) -> int:
    """A position before the one at a place of what is left; behind all where nothing is left."""
    if not left:
        return max(0, last + 1) + chance % STEP
    after = left[place]
    before = left[place - 1] if place else max(-1, after - STEP)
    return before + 1 + chance % (after - before - 1) if after - before > 1 else after


# ---------------------------------------------------------------------- writing


def carry_out(act: Act, assignments: Iterable[Assignment]) -> None:
    """Put what was planned into the queues.

    Raises:
        NotAllowed: the signer is no lead.
    """
    require(act, ("lead",), "assign documents")
    with act.fold.holding():
        for each in assignments:
            act.put(f"{each.document}|{each.annotator}", each)


class Taken(Struct, frozen=True):
    """What can be taken out of somebody's queue, as hashes, and how many documents stay because they were begun."""

    annotator: str
    documents: tuple[str, ...]
    begun: int


def unbegun(
    connection: sqlite3.Connection, people: Iterable[str], documents: Collection[int] | None, outlets: Collection[str]
) -> list[Taken]:
    """What can be taken out of queues; with `documents` (row ids) or `outlets`, only of these."""
    found = []
    for person in dict.fromkeys(people):
        rows = [
            (sha256, begun)
            for id_, sha256, outlet, begun in connection.execute(_QUEUED, {"name": person})
            if (documents is None or id_ in documents) and (not outlets or outlet in outlets)
        ]
        free = tuple(sha256 for sha256, begun in rows if not begun)
        found.append(Taken(person, free, len(rows) - len(free)))
    return found


_QUEUED = """
SELECT documents.id, sha256, outlet, (
    EXISTS (SELECT 1 FROM submissions WHERE document_id = documents.id AND annotator_id = me.id)
    OR EXISTS (SELECT 1 FROM mentions WHERE document_id = documents.id AND annotator_id = me.id)
) FROM assignments JOIN documents ON documents.id = document_id,
    (SELECT (SELECT id FROM annotators WHERE name = :name) AS id) AS me
WHERE assignments.annotator = :name ORDER BY position, sha256
"""


def take_back(act: Act, taken: Iterable[Taken]) -> None:
    """Take what was found out of the queues.

    Raises:
        NotAllowed: the signer is no lead.
    """
    require(act, ("lead",), "take assignments back")
    for each in taken:
        for document in each.documents:
            act.withdraw("assignment", f"{document}|{each.annotator}")
