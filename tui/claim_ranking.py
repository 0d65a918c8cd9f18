"""Which claims of the ledger some words most likely mean: alike in wording, and above all in names and numbers."""

import re
from collections.abc import Iterable

from ..schema.records import Claim
from ..schema.text import fold

ALIKE = 70.0
"""From this score on a claim is taken to be meant until the person says otherwise."""

RELATED = 10.0
"""Below this score a claim is not worth showing."""

SPELLED = 75.0
MISSING, BEYOND = 0.8, 0.2
"""What counts against a claim: words that it lacks, and words that it has beyond those wanted."""

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_PLAIN = frozenset(
    "a an and are as at be been being but by can could did do does for from had has have he her his if in into is it "
    "its may might more no not of on or our out over said say says she should so some such than that the their them "
    "then there these they this those to under up was we were what when which who will with would you".split()
)
_WEIGHTS = (3.0, 1.0, 0.02)


def rank(words: str, claims: Iterable[Claim]) -> list[tuple[Claim, float]]:
    """The claims with how well they fit the words, from 0 to 100, the best first; without those that do not fit."""
    wanted = _weighed(words)
    scored = [(claim, _score(wanted, _weighed(claim.claim))) for claim in claims]
    return sorted((each for each in scored if each[1] >= RELATED), key=lambda each: -each[1])


def _weighed(words: str) -> dict[str, float]:
    """The words, folded, each with its weight: names and numbers most, words that carry no meaning least."""
    found: dict[str, float] = {}
    for at, token in enumerate(_TOKEN.findall(words)):
        plain = fold(token)
        name = any(map(str.isdigit, token)) or (at > 0 and token[:1].isupper())
        weight = _WEIGHTS[2 if plain in _PLAIN else 0 if name else 1]
        found[plain] = max(weight, found.get(plain, 0.0))
    return found


def _score(wanted: dict[str, float], offered: dict[str, float]) -> float:
    """Tversky's index over the words by weight: what a claim says beyond the words counts little against it.

    A word may be spelled a little differently (rapidfuzz's ratio), a number may not.
    """
    from rapidfuzz import fuzz, process  # its import costs time that only this list need pay

    theirs, shared = list(offered), 0.0
    matched: set[str] = set()
    for word, weight in wanted.items():
        best = process.extractOne(word, theirs, scorer=fuzz.ratio, score_cutoff=SPELLED)
        if best and (best[1] == 100 or not any(map(str.isdigit, word))):
            shared += weight * best[1] / 100
            matched.add(best[0])
    found = sum(offered[word] for word in matched)
    both = (shared + found) / 2
    if not both:
        return 0.0
    missing, beyond = sum(wanted.values()) - shared, sum(offered.values()) - found
    return 100 * both / (both + MISSING * missing + BEYOND * beyond)
