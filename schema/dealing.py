"""Dealing documents to people: so many different people a document, loads as even as can be, the same hands every time.

Nothing here reads a project: documents are hashes, people are names, and chance comes from hashes of the seed, so that
one seed gives one result on every machine and under every Python.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import pairwise
from typing import NamedTuple


class Hand(NamedTuple):
    """A document that somebody is given."""

    document: str
    person: str


def draw(seed: int, *things: str) -> bytes:
    """What chance says of some things: bytes that sort in an order that only the seed decides."""
    return hashlib.sha256("\n".join((str(seed), *things)).encode()).digest()


@dataclass
class Table:
    """Who has which document, and what more is dealt. `have` and `loads` tell what was dealt before.

    `barred` are people who may not be given a document, by document, and yet do not count for it.
    """

    people: Sequence[str]
    have: Mapping[str, Collection[str]]
    loads: Counter[str]
    seed: int | None = None
    barred: Mapping[str, Collection[str]] = field(default_factory=dict)
    hands: dict[str, list[str]] = field(default_factory=dict)
    """What was dealt at this table: the people by document."""

    def deal(self, documents: Iterable[str], overlap: int, among: Sequence[str] | None = None) -> None:
        """Give each document to so many different people in all, as many as it lacks, to those with the least first.

        Fewer get it where there are not enough people left. `among` are the only people to ask.
        """
        for document in documents:
            for person in self._least(document, overlap, among or self.people):
                self.hands.setdefault(document, []).append(person)
                self.loads[person] += 1

    def deal_together(self, groups: Mapping[str, Sequence[str]], overlap: int) -> None:
        """Give all documents of a group to the same people: those who have the most of it already, then the least else.

        The largest group is dealt first, so that loads come out as even as whole groups allow.
        """
        for group in sorted(groups, key=lambda each: (-len(groups[each]), each)):
            known = Counter(person for document in groups[group] for person in self.have.get(document, ()))
            order = {person: at for at, person in enumerate(self.people)}
            ranked = sorted(
                self.people, key=lambda each: (-known[each], self.loads[each], self._tie(group, each, order))
            )
            self.deal(groups[group], overlap, ranked[:overlap])

    def lacking(self, documents: Iterable[str], overlap: int) -> list[str]:
        """Those of some documents that fewer people have than wanted."""
        return [each for each in documents if len(self.have.get(each, ())) + len(self.hands.get(each, ())) < overlap]

    def _least(self, document: str, overlap: int, among: Sequence[str]) -> list[str]:
        has = {*self.have.get(document, ()), *self.hands.get(document, ())}
        barred = self.barred.get(document, ())
        order = {person: at for at, person in enumerate(among) if person not in has and person not in barred}
        wanted = overlap - len(has)
        return nsmallest(wanted, order, key=lambda each: (self.loads[each], self._tie(document, each, order)))

    def _tie(self, thing: str, person: str, order: Mapping[str, int]) -> bytes | int:
        return order[person] if self.seed is None else draw(self.seed, thing, person)

    # ------------------------------------------------------------------ evening out

    def even_out(self) -> None:
        """Pass on what was dealt here, from hand to hand, until no load can be brought nearer to another.

        Whoever has two more than somebody else passes a document on, if need be through others; when no such way is
        left, the loads are as even as they can be (Harvey, Ladner, Lovasz and Tamir 2003, semi-matchings).
        """
        held = _Held(self)
        while way := self._way(held):
            for giver, taker in pairwise(way):
                held.pass_on(giver, taker)
            self.loads[way[0]] -= 1
            self.loads[way[-1]] += 1

    def _way(self, held: "_Held") -> list[str] | None:
        """The shortest way on which the fullest hand that can give something gives one to somebody with two less."""
        for start in sorted(self.people, key=lambda each: -self.loads[each]):
            came_from: dict[str, str | None] = {start: None}
            waiting = deque([start])
            while waiting:
                giver = waiting.popleft()
                if self.loads[start] - self.loads[giver] > 1:
                    way = [giver]
                    while (before := came_from[way[-1]]) is not None:
                        way.append(before)
                    return way[::-1]
                for taker in self.people:
                    if taker not in came_from and held.can_pass(giver, taker):
                        came_from[taker] = giver
                        waiting.append(taker)
        return None


class _Held:
    """What each person was dealt at a table, by who may not be given it: so a document to pass on is found at once."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._held: dict[str, dict[frozenset[str], dict[str, None]]] = {person: {} for person in table.people}
        for document, people in table.hands.items():
            for person in people:
                self._held[person].setdefault(self._closed(document), {})[document] = None

    def _closed(self, document: str) -> frozenset[str]:
        table = self._table
        return frozenset((
            *table.have.get(document, ()), *table.barred.get(document, ()), *table.hands.get(document, ())
        ))  # fmt: skip

    def can_pass(self, giver: str, taker: str) -> bool:
        return any(documents and taker not in closed for closed, documents in self._held[giver].items())

    def pass_on(self, giver: str, taker: str) -> None:
        closed = min(
            (closed for closed, documents in self._held[giver].items() if documents and taker not in closed), key=sorted
        )
        document = self._held[giver][closed].popitem()[0]
        hands = self._table.hands[document]
        for person in hands:
            if person != giver:
                del self._held[person][closed][document]
        hands[hands.index(giver)] = taker
        for person in hands:
            self._held[person].setdefault(self._closed(document), {})[document] = None
