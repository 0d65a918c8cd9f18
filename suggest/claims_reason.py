"""Why a claim was proposed, in plain words: what it shares with the words looked for, and where the two part."""

import re
from collections.abc import Iterator
from itertools import product

from .claims_score import Fit, Match, Rarity
from .claims_words import Word, Wording

_SHARED = 5
_YEAR = 4
_POSSESSIVE = re.compile(r"['’]s?$")
_KINDS = ("name", "number", "word")


def reason(fit: Fit, rarity: Rarity) -> str:
    """Such as `shares Putin, Tajikistan, 2015; words 71 % alike; dates a day apart`."""
    shared = _shared(fit, rarity)
    parts = [f"shares {', '.join(shared)}"] if shared else []
    same = ["the same date"] if fit.days == 0 else []
    parts += [f"words {fit.alike:.0f} % alike", *same, *differing(fit), *negations(fit)]
    return "; ".join(parts)


def negations(fit: Fit) -> Iterator[str]:
    """The words that negate in one of the two texts only: they may say opposite things of the same matter."""
    mine, theirs = fit.wanted.negations, fit.offered.negations
    if mine and not theirs:
        yield f"{_quoted(mine)} only in these words"
    if theirs and not mine:
        yield f"{_quoted(theirs)} only in the claim"


def differing(fit: Fit) -> Iterator[str]:
    """Numbers of one unit, and dates, that the two texts give differently: 40 centimetres here, 14 there."""
    mine, theirs = {each.mine.stem for each in fit.matches}, {each.theirs.stem for each in fit.matches}
    ours = [word for word in fit.wanted.words.values() if word.kind == "number" and word.stem not in mine]
    others = [word for word in fit.offered.words.values() if word.kind == "number" and word.stem not in theirs]
    for one, other in product(ours, others):
        if _of_one_thing(one, other, fit):
            yield f"{_cut(one, fit.wanted)} against {_cut(other, fit.offered)}"
    if fit.days:
        yield "dates a day apart" if fit.days == 1 else f"dates {fit.days:,} days apart"


def _of_one_thing(one: Word, other: Word, fit: Fit) -> bool:
    """Whether two numbers count the same: by their units, or as years."""
    if one.unit == other.unit:
        return bool(one.unit) or len(one.stem) == len(other.stem) == _YEAR
    return one.unit in fit.offered.words and other.unit in fit.wanted.words


def _shared(fit: Fit, rarity: Rarity) -> list[str]:
    """What both texts have, as the first writes it: names, then numbers, then the rarest of the other words."""
    by_kind: dict[str, list[Match]] = {kind: [] for kind in _KINDS}
    for match in fit.matches:
        if "empty" not in (match.mine.kind, match.theirs.kind):
            by_kind["name" if match.theirs.kind == "name" else match.mine.kind].append(match)
    text = fit.wanted.text
    numbers = [_with_unit(each.mine, fit.wanted) for each in by_kind["number"]]
    words = sorted(by_kind["word"], key=lambda each: -rarity(each.mine.stem))
    others = [*_runs(by_kind["name"]), *numbers, *((each.mine.start, each.mine.end) for each in words)]
    places = [place for place in others if place in numbers or not _inside(place, numbers)]
    shown = (_POSSESSIVE.sub("", " ".join(text[start:end].split())) for start, end in places)
    return list(dict.fromkeys(shown))[:_SHARED]


def _inside(place: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(start <= place[0] < end for start, end in others)


def _runs(names: list[Match]) -> Iterator[tuple[int, int]]:
    """Names that follow each other, joined: first and last name are one."""
    start = end = last = -1
    for word in (each.mine for each in names):
        if start >= 0 and word.at != last + 1:
            yield start, end
            start = -1
        start = word.start if start < 0 else start
        end, last = word.end, word.at
    if start >= 0:
        yield start, end


def _with_unit(word: Word, wording: Wording) -> tuple[int, int]:
    """Where a number stands, with the word after it if that is its unit."""
    after = next((each for each in wording.words.values() if each.at == word.at + 1 and each.stem == word.unit), word)
    return word.start, max(word.end, after.end)


def _cut(word: Word, wording: Wording) -> str:
    start, end = _with_unit(word, wording)
    return " ".join(wording.text[start:end].split())


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{word}”" for word in words[:3])
