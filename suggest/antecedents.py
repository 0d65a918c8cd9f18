"""Whom a re-mention most likely means: the nearest phrase that fits."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from . import lexicon as words
from .phrases import BODIES, Phrase

_MOST = 200
"""How many of the same last name are looked at: a text of nothing but namesakes must not take for ever."""


def antecedents(phrases: Sequence[Phrase]) -> list[int | None]:
    """For each phrase the index of the one it most likely means in the end, or None if it stands for itself.

    A pronoun and a definite noun look back, a noun before a comma to the name behind it. A name looks back for itself
    or a fuller form, then ahead for a fuller form only. "A newspaper" looks ahead for a name. Names lead to nothing but
    names, and only backwards or to a fuller one: no way leads round.
    """
    surnames: dict[str, list[int]] = defaultdict(list)
    heads: dict[str, list[int]] = defaultdict(list)
    named: dict[str, list[int]] = defaultdict(list)
    for i, phrase in enumerate(phrases):
        heads[phrase.head].append(i)
        if phrase.key:
            surnames[phrase.key[-1]].append(i)
            named[phrase.kind].append(i)
    nearest: list[int | None] = []
    for i, phrase in enumerate(phrases):
        if phrase.pronoun:
            fitting = _meant_by_pronoun(phrases, i)
        elif phrase.key:
            fitting = _meant_by_name(phrases, i, surnames[phrase.key[-1]])
        else:
            fitting = _meant_by_noun(phrases, i, heads[phrase.head], named)
        nearest.append(next(fitting, None))
    return _ends(nearest)


def _ends(nearest: list[int | None]) -> list[int | None]:
    """Where following the links from each phrase ends."""
    ends: dict[int, int] = {}
    for i in range(len(nearest)):
        way = [i]
        while way[-1] not in ends and (link := nearest[way[-1]]) is not None:
            way.append(link)
        ends.update(dict.fromkeys(way, ends.get(way[-1], way[-1])))
    return [ends[i] if ends[i] != i else None for i in range(len(nearest))]


def _meant_by_pronoun(phrases: Sequence[Phrase], i: int) -> Iterator[int]:
    pronoun = phrases[i].pronoun
    for kinds in _fitting(pronoun):
        for j in range(i - 1, -1, -1):
            one = phrases[j]
            if one.pronoun == pronoun or (not one.pronoun and one.speaks and one.kind in kinds):
                yield j


def _meant_by_name(phrases: Sequence[Phrase], i: int, others: list[int]) -> Iterator[int]:
    own = set(phrases[i].key)
    here = bisect_left(others, i)
    yield from (j for j in islice(_before(others, here), _MOST) if own <= set(phrases[j].key))
    yield from (j for j in others[here + 1 : here + 1 + _MOST] if own < set(phrases[j].key))


def _meant_by_noun(phrases: Sequence[Phrase], i: int, others: list[int], named: dict[str, list[int]]) -> Iterator[int]:
    noun = phrases[i]
    after = phrases[i + 1] if i + 1 < len(phrases) else None
    if after and after.key and noun.kind in ("person", "spokesperson") and after.start == noun.end + len(", "):
        yield i + 1
    if noun.definite:
        yield from _before(others, bisect_left(others, i))
        if noun.kind in BODIES:
            alike = (named[noun.kind], named["unknown"])
            yield from sorted((row[at - 1] for row in alike if (at := bisect_left(row, i))), reverse=True)
    elif noun.kind == "outlet":
        yield from named["outlet"][bisect_left(named["outlet"], i) :]


def _before(others: list[int], here: int) -> Iterator[int]:
    return (others[at] for at in range(here - 1, -1, -1))


def _fitting(pronoun: str) -> tuple[tuple[str, ...], ...]:
    """The kinds that a pronoun may stand for, the likelier first."""
    if pronoun in words.IT:
        return BODIES, ("unknown",)
    return (("collective", *BODIES),) if pronoun in words.THEY else (("person", "spokesperson", "unknown"),)
