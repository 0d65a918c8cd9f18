"""What a claim's words are made of, for comparing claims: names, numbers with units, dates, negations, other words.

Made for English; words of other languages are compared as they are written. No dictionary and no model: stems are cut
by rule, and a name is what is written with a capital where the text does not write everything so.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from ..schema.text import fold

Kind = Literal["name", "number", "word", "empty"]


class Word(NamedTuple):
    """One word: what it is compared by, what it is, the unit of a number, and where it stands (`at`: its number)."""

    stem: str
    kind: Kind
    unit: str = ""
    at: int = 0
    start: int = 0
    end: int = 0


class Day(NamedTuple):
    """A date that a text names; the year is 0 where it does not say."""

    year: int
    month: int
    day: int


class Wording(NamedTuple):
    """A text taken apart: its words by stem in their order, its dates, and the words that negate."""

    text: str
    words: dict[str, Word]
    days: tuple[Day, ...]
    negations: tuple[str, ...]


READ = 2_000
"""How many code points of a text are compared; more would make a long text slow, and no claim clearer."""

EMPTY = frozenset(
    "a about after again all also am an and any are as at be because been before being but by can could did do does "
    "during every for from get gets got had has have he her here him his how i if in into is it its just like may me "
    "might more most must my new of off on one or other our out over own s say saying says she should so some such t "
    "than that the their them then there these they this those through to too under until up us very was we were what "
    "when where which while who whom whose why will with would you your said report reports reported reportedly claim "
    "claims claimed allegedly alleged apparently rumor rumors rumour rumours".split()
)
"""Words that tell nothing of what a claim is about."""

_NEGATIONS = frozenset(
    "not no never nobody none neither nor cannot without deny denies denied denying denial false untrue refute refutes "
    "refuted debunk debunks debunked hoax fake".split()
)
_TOPICAL = frozenset("hoax fake".split())
_COUNTED = {
    word: str(at) for at, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
_SCALES = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mln": 6, "million": 6, "bn": 9, "b": 9, "billion": 9, "trillion": 12,
}  # fmt: skip
_UNITS = {
    "cm": "centimetre", "centimeter": "centimetre", "mm": "millimetre", "millimeter": "millimetre", "km": "kilometre",
    "kilometer": "kilometre", "m": "metre", "meter": "metre", "kg": "kilogram", "kilo": "kilogram",
    "kilogramme": "kilogram",
    "lb": "pound", "lbs": "pound", "ft": "foot", "feet": "foot", "yr": "year", "yrs": "year", "hr": "hour",
    "hrs": "hour", "min": "minute", "mins": "minute", "percent": "%", "per cent": "%", "dollar": "$", "usd": "$",
    "euro": "€", "eur": "€", "gbp": "£",
}  # fmt: skip
_MONTH_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {name[:3]: at for at, name in enumerate(_MONTH_NAMES, 1)}
_MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTH_NAMES)})"
_IN_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_IN_YEAR = r"(?:,? (?P<year>[12]\d{3})\b)?"
_DAYS = (
    re.compile(r"\b(?P<year>[12]\d{3})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b{_IN_MONTH}(?: of)? {_MONTH}\b\.?{_IN_YEAR}"),
    re.compile(rf"\b{_MONTH}\.? {_IN_MONTH}\b(?![.,:]\d){_IN_YEAR}"),
)
_TOKEN = re.compile(
    r"(?P<before>[$€£])?(?P<number>\d+(?:[.,]\d+)*)"
    r"(?:(?P<percent> ?%)|(?P<scale>[kmb]|[ -]?(?:mn|mln|bn|thousand|million|billion|trillion))\b"
    r"|(?P<ordinal>st|nd|rd|th)\b)?"
    r"|(?P<word>(?:[^\W\d_]\.){2,}|\w+(?:'\w+)?)"
)
_NEXT = re.compile(r"[\s-]*(per cent|[^\W\d_]+)")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
_POSSESSIVE = re.compile(r"'\w*$")
_VOWEL = re.compile(r"[aeiouy]")
_SYLLABLES = re.compile(r"[aeiouy]+[^aeiouy]+")
_SHORT = re.compile(r"[^aeiou][aeiouy][^aeiouwxy]$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHOUTED = 0.7
_FEW = 4


def taken_apart(text: str) -> Wording:
    """A text as what it is compared by: its first `READ` code points, for a claim is a sentence."""
    return _taken_apart(text[:READ])


@lru_cache(maxsize=20_000)
def _taken_apart(text: str) -> Wording:
    plain = fold(text)
    days, blank = _days(plain)
    tokens = list(_TOKEN.finditer(blank))
    capital = _capitals(text, tokens)
    words: dict[str, Word] = {}
    for at, token in enumerate(tokens):
        word = _number(blank, token) if token["number"] else _word(token["word"], at in capital)
        if word.stem and (word.stem not in words or words[word.stem].kind == "word"):
            words[word.stem] = word._replace(at=at, start=token.start(), end=token.end())
    negations = (text[slice(*token.span())] for token in tokens if _negates(token[0]))
    return Wording(text, words, days[:_FEW], tuple(dict.fromkeys(negations)))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A lower-case English word without its commonest endings, as Porter (1980) cuts them; other scripts stay whole."""
    word = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    word = _POSSESSIVE.sub("", word).replace(".", "")
    if len(word) < _FEW or not word.isascii():
        return word
    word = _singular(word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and _VOWEL.search(rest):
            return _mended(rest)
    short = len(_SYLLABLES.findall(word)) < 2 and _SHORT.search(word[:-1])
    return word[:-1] if word.endswith("e") and len(word) > _FEW and not short else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _FEW:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word.removesuffix("s")


def _mended(rest: str) -> str:
    """What is left of a verb: `stopp` was `stop`, `nam` was `name`."""
    if rest[-1] == rest[-2] and rest[-1] not in "aeioulsz":
        return rest[:-1]
    if len(_SYLLABLES.findall(rest)) == 1 and _SHORT.search(rest):
        return rest + "e"
    return rest[:-1] if rest.endswith("e") else rest


def _days(plain: str) -> tuple[tuple[Day, ...], str]:
    """The dates of a folded text, and the text with all of them blanked out but the years."""
    days = []
    for pattern in _DAYS:
        for found in pattern.finditer(plain):
            month = found["month"]
            day = Day(
                int(found["year"] or 0),
                int(month) if month.isdecimal() else _MONTHS[month[:3].lower()],
                int(found["day"]),
            )
            if not (1 <= day.month <= 12 and 1 <= day.day <= 31):
                continue
            days.append(day)
            start, end = found.span()
            year = found.start("year") if found["year"] else end
            kept = plain[year : year + len("2026")] if found["year"] else ""
            plain = plain[:start] + " " * (year - start) + kept + " " * (end - year - len(kept)) + plain[end:]
    return tuple(days), plain


def _capitals(text: str, tokens: list[re.Match[str]]) -> set[int]:
    """Which words are written as names are: with a capital, in a text that does not capitalise most of its words.

    The first word counts only when a second capital follows it. Words in capitals alone count in any text that has
    others.
    """
    shown = [text[token.start() : token.end()] for token in tokens]
    meant = [word for word in shown if word.isalpha() and word.lower() not in EMPTY and len(word) > 2]
    upper = {at for at, word in enumerate(shown) if word[:1].isupper() and word.lower() not in EMPTY}
    shouted = {at for at in upper if len(shown[at]) > 1 and shown[at].isupper()}
    if 2 * len(shouted) > len(meant) >= 2:
        shouted = set()
    if len(meant) >= _FEW and sum(word[0].isupper() for word in meant) > _SHOUTED * len(meant):
        return shouted
    return {at for at in upper if at > 0 or 1 in upper} | shouted


def _word(lower: str, capital: bool) -> Word:
    if lower in EMPTY or (_negates(lower) and lower not in _TOPICAL):
        return Word(lower, "empty")
    if lower in _COUNTED:
        return Word(_COUNTED[lower], "number")
    return Word(_of_unit(lower), "name" if capital else "word")


def _number(text: str, token: re.Match[str]) -> Word:
    """A number by its value: `19M`, `19 million` and `19,000,000` are the same."""
    digits = token["number"]
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if token["scale"] and _DECIMAL.fullmatch(digits):
        whole, _, part = digits.partition(".")
        zeros = _SCALES[token["scale"].strip(" -")]
        digits = whole + part[:zeros].ljust(zeros, "0")
    alone = token["ordinal"] or _YEAR.fullmatch(token["number"])
    unit = "%" if token["percent"] else token["before"] or ("" if alone else _unit(text, token.end()))
    return Word(digits.lstrip("0") or "0", "number", unit)


def _unit(text: str, end: int) -> str:
    found = _NEXT.match(text, end)
    if not found or found[1] in EMPTY:
        return ""
    return _of_unit(found[1])


def _of_unit(lower: str) -> str:
    """A word's stem, that of the unit's full name for a word that abbreviates it."""
    cut = stem(lower)
    full = _UNITS.get(lower) or _UNITS.get(cut)
    return stem(full) if full else cut


def _negates(lower: str) -> bool:
    return lower in _NEGATIONS or lower.endswith("n't")
