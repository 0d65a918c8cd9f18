"""How well a claim fits some words, from 0 to 100, and why, in plain words."""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import NamedTuple

from .claims_words import Day, Word, Wording

NAME, NUMBER, PLAIN, EMPTY = 1.4, 1.6, 1.0, 0.02
"""What a kind of word weighs, before its rarity among the claims."""

MISSING, BEYOND = 0.3, 0.5
"""What counts against a claim: weight of the words that it lacks, and of those that it has beyond those wanted."""

FEW = 0.3
"""What counts against a claim that is not worded the same: one word in common is less proof than ten of twenty."""

NEGATED = 0.9
"""What is left of a score where one of the two texts negates and the other does not."""

SPELLED = 80.0
"""From this likeness on (rapidfuzz's ratio) two words are one in two spellings; never two numbers."""

OTHER_UNIT = 0.6
"""How well a number fits the same number of something else."""

WHOLE = 0.25
"""The share of the whole texts' likeness in the score."""

_BY_KIND = {"name": NAME, "number": NUMBER, "word": PLAIN, "empty": EMPTY}
_NEAR = {0: 1.0, 1: 0.8, 2: 0.5, 3: 0.4}

Rarity = Callable[[str], float]
"""Of a stem of the words looked for: how much it tells which claim is meant, from 0 to 1."""

USUAL = 0.75
"""What is taken for the rarity of words that only the claim has: looking each of them up would cost too much."""


class Match(NamedTuple):
    """A word that both texts have, and how well it fits, up to 1."""

    mine: Word
    theirs: Word
    fit: float


class Fit(NamedTuple):
    """How well a claim's wording fits, and what it shares with the words that were looked for."""

    score: float
    matches: tuple[Match, ...]
    alike: float
    days: int | None
    wanted: Wording
    offered: Wording


def compare(wanted: Wording, offered: Wording, rarity: Rarity, *, even: bool = False) -> Fit:
    """Tversky's index (1977) over the words by weight, with a share for how alike rapidfuzz finds the whole texts.

    `even` counts what either text lacks alike, for texts of the same sort.
    """
    from rapidfuzz import fuzz  # its import costs time that only a comparison need pay

    missing, beyond = ((MISSING + BEYOND) / 2,) * 2 if even else (MISSING, BEYOND)
    matches = _matches(wanted, offered)
    mine, theirs = {each.mine.stem for each in matches}, {each.theirs.stem for each in matches}
    weights = [_weight(each.mine, each.theirs, rarity(each.mine.stem)) for each in matches]
    shared = sum(weight * each.fit for weight, each in zip(weights, matches, strict=True))
    lacking = sum(weights) - shared
    lacking += sum(_weight(word, word, rarity(stem)) for stem, word in wanted.words.items() if stem not in mine)
    extra = sum(_weight(word, word, USUAL) for stem, word in offered.words.items() if stem not in theirs)
    days = _apart(wanted.days, offered.days)
    if days is not None:
        near = _NEAR.get(days, 0.0) * NUMBER
        shared, lacking = shared + near, lacking + NUMBER - near
    elif wanted.days or offered.days:
        lacking, extra = lacking + NUMBER * bool(wanted.days), extra + NUMBER * bool(offered.days)
    alike = fuzz.token_set_ratio(" ".join(wanted.words), " ".join(offered.words))
    apart = missing * lacking + beyond * extra
    index = shared / (shared + apart) if shared else 0.0
    whole = WHOLE if any(each.mine.kind != "empty" for each in matches) else 0.0
    proof = shared / (shared + FEW * min(1.0, 4 * apart)) if shared else 0.0
    score = (100 * index * (1 - whole) + alike * whole) * proof
    if bool(wanted.negations) != bool(offered.negations):
        score *= NEGATED
    return Fit(min(score, 100.0), matches, alike, days, wanted, offered)


def _matches(wanted: Wording, offered: Wording) -> tuple[Match, ...]:
    from rapidfuzz import fuzz, process

    found, left = [], []
    for stem, word in wanted.words.items():
        other = offered.words.get(stem)
        if other is None:
            left.append(word)
        else:
            differ = word.unit and other.unit and word.unit != other.unit
            found.append(Match(word, other, OTHER_UNIT if differ else 1.0))
    taken = {each.theirs.stem for each in found}
    rest = [stem for stem, word in offered.words.items() if stem not in taken and _spells(word)]
    for word in filter(_spells, left):
        best = process.extractOne(word.stem, rest, scorer=fuzz.ratio, score_cutoff=SPELLED)
        if best:
            found.append(Match(word, offered.words[best[0]], best[1] / 100))
            rest.remove(best[0])
    return tuple(sorted(found, key=lambda each: each.mine.at))


def _spells(word: Word) -> bool:
    return word.kind in ("name", "word") and len(word.stem) > 3


def _weight(one: Word, other: Word, rarity: float) -> float:
    kind = max(_BY_KIND[one.kind], _BY_KIND[other.kind])
    return kind if kind == EMPTY else kind * rarity


def _apart(one: tuple[Day, ...], other: tuple[Day, ...]) -> int | None:
    """How many days the nearest dates are apart; a date without a year is taken to be in the other's."""
    spans = []
    for mine, theirs in product(one, other):
        years = (mine.year or theirs.year or 2000, theirs.year or mine.year or 2000)
        try:
            first, second = date(years[0], *mine[1:]), date(years[1], *theirs[1:])
        except ValueError:
            continue
        spans.append(abs((first - second).days))
    return min(spans, default=None)
