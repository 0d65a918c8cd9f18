"""The noun phrases of an English news text that stand where sources stand.

Each word gets one letter for what it can be in a noun phrase, and the phrases are found by one pattern over those
letters. A phrase counts before or after a reporting verb, after "according to", or when its name does so elsewhere.
"""

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from ..schema.events import Identified, SourceKind
from . import lexicon as words
from .cues import plain


class Phrase(NamedTuple):
    """A noun phrase, in code points, with what it says by itself. `key` holds the lower-case words of its name."""

    start: int
    end: int
    name: str
    kind: SourceKind
    identified: Identified
    key: tuple[str, ...] = ()
    head: str = ""
    pronoun: str = ""
    definite: bool = False
    speaks: bool = False


_TOKEN = re.compile(
    r"\n(?!\s{0,20}[a-z])|(?=[A-Z])(?:(?:\b[A-Z]\.)+(?:'s\b)?"
    r"|\b(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Prof|Rev|St)\.)"
    r"|[\w\u0300-\u036f]++(?:[-&/'.]\w[\w\u0300-\u036f]*+)*+|[^\w\s]"
)
_NAME = "N(?:N|PD?N){0,9}"
_OWNER = f"(?:D[AM]{{0,3}}|A{{0,2}})(?:{_NAME})?[HG]{{0,4}}V"
_INFORMED = "p?[AM]?F[pP](?:D(?:[AM]*[NHGU]|[AM]+|[Xx])|[AMNHGU]{1,2})"
_OF = f"PD?[AM]{{0,2}}(?:{_NAME}[HG]{{0,4}}|[HG]{{1,2}})"
_PHRASE = re.compile(
    rf"(?=[ADGHMNOUV])(?:O|D?[AMGH]{{0,2}}U"
    rf"|(?:{_OWNER}[AM]{{0,3}}|D[AM]{{0,2}}(?P<quote>Q)?[AM]{{0,4}}|A{{0,3}})"
    rf"(?:{_NAME}[HG]{{0,4}}(?:{_NAME})?|[HG]{{1,4}}(?:{_NAME}|{_OF})?)(?:V|{_INFORMED})?(?(quote)Q?)"
    rf"|{_OWNER}|D[AM]{{1,4}}|M{{1,2}}|D)"
)
_TAIL = re.compile(rf"(?:(?<=[HG]){_OF}|(?<=[HGN]){_INFORMED})?Q?$")
_CLOSED = (
    ("O", words.PRONOUNS),
    ("D", words.DETERMINERS),
    ("P", words.IN_NAMES),
    ("p", words.AFTER_HEADS),
    ("F", words.INFORMED),
)
_SHORTENED = re.compile(r"'(?:s|d|ll|ve|re|m)$")
_ADJECTIVE = re.compile(r"\w+(?:al|ic|ary|ant|ive|ous|ist|ian|ese|ish|ern|-\w+)")
_OF_A_PLACE = re.compile(r"\w+(?:ian|ean|ese|ish|can|man|ench|utch|eek|raq?i|ani|tic)", re.IGNORECASE)
_INVERTED = frozenset(
    "said says say wrote writes added adds asked asks argued argues noted notes warned explained declared replied "
    "insisted concluded recalled continued".split()
)
_QUOTING = frozenset("quoted quotes quoting cited cites citing".split())
_SIGNS = frozenset({"\u2014", "\u2015"})
_ASIDES = {",": ",", "(": ")", "-": "-", "\u2013": "\u2013", "\u2014": "\u2014"}
_SAYINGS = words.UNSPECIFIED | {word for word, kind in (words.SINGULAR | words.PLURAL).items() if kind == "document"}
_NO_NAMES = words.NEVER | words.FILLERS
_OPEN = frozenset("UHGVxAM")
_BY_NEIGHBOURS = frozenset("uhgv")
_MOST_LETTERS = 50_000
_MOST_OF_A_NAME = 100
BODIES = ("institution", "outlet", "document")
"""The kinds of source that are no people."""


class _Letters(dict[str, str]):
    """Fills itself with the letter of each word in lower case; one that its neighbours decide in lower case."""

    def __missing__(self, low: str) -> str:
        if len(self) > _MOST_LETTERS:
            self.clear()
        self[low] = letter = _letter(low)
        return letter


def _letter(low: str) -> str:
    stem = _SHORTENED.sub("", low)
    for letter, members in _CLOSED:
        if stem in members:
            return letter
    if not low[0].isalnum():
        return "Q" if low == '"' else "X"
    if low in words.UNSPECIFIED:
        return "u"
    if stem in words.SINGULAR or stem in words.PLURAL:
        letter = "V" if low.endswith("'s") else "H" if stem in words.SINGULAR else "G"
        return letter.lower() if stem in words.FORMS else letter
    if low in words.FORMS or low in _NO_NAMES or low.endswith("ly"):
        return "x"
    return "A" if low in words.ADJECTIVES or _ADJECTIVE.fullmatch(low) else "M"


_letters = _Letters()


def _places(text: str, found: list[str]) -> list[int]:
    """Where each word begins: only white space stands between them, so the next place to find it is the right one."""
    places: list[int] = []
    find, add, place = text.find, places.append, 0
    for word in found:
        place = find(word, place)
        add(place)
        place += len(word)
    return places


class Words:
    """The words of a text with a letter for each.

    D determiner, A M modifier, N name, V possessive, H G head in singular and plural, P inside names, U saying itself,
    O pronoun, F p as in "familiar with", Q quotation mark, X and x anything else, x where a name might stand.

    The words and their letters are numbered from 1; before the first and after the last stand line ends.
    """

    def __init__(self, text: str) -> None:
        self.text = plain(text)
        found: list[str] = _TOKEN.findall(self.text)
        self.words = ["\n", *found, "\n", "\n"]
        self.starts = [0, *_places(self.text, found), len(text), len(text)]
        self.lower = " ".join(self.words).lower().split(" ")  # no token holds a space
        self._spellings = set(self.words)
        self.letters = self._spelled_in_letters()

    def end(self, i: int) -> int:
        """Where a word ends, in code points."""
        return self.starts[i] + len(self.words[i])

    def bounds(self) -> dict[int, int]:
        """The first word of each noun phrase, and the word after its last."""
        letters, lower = self.letters, self.lower
        return {
            hit.start(): hit.end()
            for hit in _PHRASE.finditer(letters)
            if hit[0] != "D" or lower[hit.start()] in words.SOME
        }

    def phrases(self) -> list[Phrase]:
        """The phrases that stand where sources stand, and others under the same names, in order."""
        found: list[Phrase] = []
        speakers: dict[str, set[frozenset[str]]] = defaultdict(set)
        joined = 0
        for first, last in reversed(self.bounds().items()):
            phrase = self.phrase(first, last, speaks=self._speaks(first, last))
            if phrase.speaks or (joined == last + 1 and self.lower[last] in ("and", "or")):
                phrase, joined = phrase._replace(speaks=True), first
                if phrase.key and len(speakers[phrase.key[-1]]) < _MOST_OF_A_NAME:
                    speakers[phrase.key[-1]].add(frozenset(phrase.key))
            found.append(phrase)
        return [phrase for phrase in reversed(found) if phrase.speaks or _is_among(phrase.key, speakers)]

    # -------------------------------------------------------------- letters

    def _spelled_in_letters(self) -> str:
        letters = [_letters[low] for low in self.lower]
        letters[0] = letters[-1] = letters[-2] = "X"
        looked_at = [  # the few that begin with no small letter, or that their neighbours decide
            i
            for i, (word, letter) in enumerate(zip(self.words, letters, strict=True))
            if word < "a" or word > "{" or letter in _BY_NEIGHBOURS
        ]
        for i in looked_at:
            letter, before = letters[i], letters[i - 1]
            if letter in _BY_NEIGHBOURS:
                follows = before not in "NHGO" if letter == "u" else before in "DAMVQ"
                letters[i] = letter = letter.upper() if follows else "x"
            if letter in _OPEN and self._is_name(i, before):
                letters[i] = "V" if self.lower[i].endswith("'s") else "N"
        return "".join(letters)

    def _is_name(self, i: int, before: str) -> bool:
        if not self.words[i][0].isupper():
            return False
        stem = self.lower[i]
        if "'" in stem:
            stem = _SHORTENED.sub("", stem)
        after = self.words[i + 1]
        if stem in _NO_NAMES:
            return after.lower() in words.NAMES_OF_OUTLETS or (before in "VD" and after[0].isupper())
        if stem in words.FORMS and stem.endswith(("s", "d", "g")):
            return False
        is_common = (
            stem in words.SINGULAR or stem in words.PLURAL or stem in words.UNSPECIFIED or stem in self._spellings
        )
        return not (is_common and self.words[i - 1] in '\n.?!":' and not after[0].isupper())

    # -------------------------------------------------------------- phrases

    def phrase(self, first: int, last: int, *, speaks: bool = False) -> Phrase:
        """What the phrase from one word to before another says of its source."""
        letters, lower = self.letters[first:last], self.lower[first:last]
        start, end = self.starts[first], self.end(last - 1)
        if letters[-1] in "VO":
            end -= len(lower[-1]) - len(_SHORTENED.sub("", lower[-1]))
        bare = self.starts[first + 1] if letters[0] == "D" and last - first > 1 else start
        name = " ".join(self.text[bare:end].replace('"', "").split())
        one = _described(letters, tuple(self.words[first:last]))
        return Phrase(
            start, end, one.name or name, one.kind, one.identified, one.key, one.head, one.pronoun, one.definite, speaks
        )

    def _speaks(self, first: int, last: int) -> bool:
        if set(self.letters[first:last]) <= set("DAM"):
            return self._is_subject(last, words.SAYING) or self.lower[first - 2 : first] == ["according", "to"]
        in_apposition = self.lower[first - 1] == self.lower[last] == ","
        return self._is_subject(last + in_apposition, words.FORMS) or self._is_after_cue(first) or (
            self.letters[last - 1] == "U" and self.lower[last] in ("that", "of", "about")
        )  # fmt: skip

    def _is_after_cue(self, first: int) -> bool:
        before, earlier = self.lower[first - 1], self.lower[first - 2]
        return (
            before in _QUOTING
            or (before == "to" and earlier == "according")
            or (before == "by" and earlier in words.FORMS)
            or (before in ("by", "from") and earlier in _SAYINGS)
            or (before in _SIGNS and earlier in '\n"')
            or (before in _INVERTED and earlier in ',"?!')
        )

    def _is_subject(self, at: int, verbs: frozenset[str]) -> bool:
        at = self._after_aside(self._after_aside(at))
        for word in self.lower[at : at + 6]:
            if word in verbs or (word == ":" and verbs is words.FORMS):
                return True
            if word not in words.FILLERS and not word.endswith(("ly", "n't")):
                return False
        return False

    def _after_aside(self, at: int) -> int:
        """Past what stands between two commas, dashes or brackets: an age, an office, a relative clause."""
        close = _ASIDES.get(self.lower[at])
        if close is None:
            return at
        for i in range(at + 1, min(at + 20, len(self.lower))):
            if self.lower[i] == close:
                return i + 1
            if self.lower[i] in "\n?!" or (self.lower[i] == "." and close != ")"):
                break
        return at


def _is_among(key: tuple[str, ...], speakers: dict[str, set[frozenset[str]]]) -> bool:
    own = set(key)
    return bool(key) and any(own <= other or own >= other for other in speakers.get(key[-1], ()))


@lru_cache(maxsize=4096)
def _described(letters: str, spelled: tuple[str, ...]) -> Phrase:
    """What a phrase says of its source by its own words; the offsets are left open."""
    lower = [_SHORTENED.sub("", word.lower()) for word in spelled]
    det = lower[0] if letters[0] == "D" else ""
    if letters == "D":
        return Phrase(0, 0, "", "collective", "collective")
    if set(letters) <= set("DAM"):
        return _anybody(lower[-1], det)
    if letters == "O":
        return Phrase(0, 0, "", _PRONOUN_KINDS[lower[0]], "unspecified", pronoun=lower[0])
    if letters[-1] == "U":
        return Phrase(0, 0, "", "unknown", "unspecified", head=lower[-1])
    if letters[-1] == "V":
        letters = letters[:-1] + ("N" if spelled[-1][0].isupper() else "H")
    core = len(_TAIL.sub("", letters))
    owner = letters.rfind("V") + 1
    named = [word for word, letter in zip(lower[owner:core], letters[owner:core], strict=True) if letter in "NP"]
    if letters[core - 1] == "N":
        return _name(lower[owner:core], letters[owner:core], det if not owner else "")
    is_informed = core < len(letters.rstrip("Q"))
    is_bare = not is_informed and set(letters[:core]) <= set("DHG") and len(letters[:core].lstrip("D")) == 1
    definite = det not in words.INDEFINITE and (bool(det) or owner > 0)
    is_body = owner > 0 or "N" in letters[core:] or any(not _OF_A_PLACE.fullmatch(word) for word in named)
    kind, identified = _noun(lower[core - 1], is_bare, is_body, det in words.INDEFINITE)
    name = ""
    if kind == "outlet" and identified == "named":
        name = " ".join(
            word for word, letter in zip(spelled[owner:core], letters[owner:core], strict=True) if letter in "NP"
        )
    return Phrase(
        0, 0, name, kind, identified, head=lower[core - 1], definite=definite,
        key=(*named, *([] if kind == "outlet" else lower[core - 1 : core])) if identified == "named" else (),
    )  # fmt: skip


_PRONOUN_KINDS: dict[str, SourceKind] = {
    **dict.fromkeys(words.PRONOUNS, "person"),
    **dict.fromkeys(words.IT, "unknown"),
    **dict.fromkeys(words.THEY, "collective"),
}


def _anybody(head: str, det: str) -> Phrase:
    """A phrase whose noun is in no list."""
    is_many = head.endswith("s")
    return Phrase(0, 0, "", "collective" if is_many else "unknown", "collective" if is_many else "described",
                  head=head, definite=bool(det) and det not in words.INDEFINITE)  # fmt: skip


def _noun(head: str, is_bare: bool, has_name: bool, is_indefinite: bool) -> tuple[SourceKind, Identified]:
    """Kind and identification of a phrase that ends in a common noun."""
    is_singular = head in words.SINGULAR
    kind = words.SINGULAR[head] if is_singular else words.PLURAL[head]
    if is_bare and head in ("source", "sources"):
        return ("person" if is_singular else "collective"), "bare"
    if kind == "spokesperson":
        return kind, "named" if has_name else "described"
    if kind in BODIES and is_singular:
        return kind, "named" if has_name and not is_indefinite else "described"
    return kind, "described" if is_singular and kind != "collective" else "collective"


def _name(lower: list[str], letters: str, det: str) -> Phrase:
    """A phrase that ends in a name: of a person after a role or a title, else of a body where that shows."""
    start = max(letters.rfind("H"), letters.rfind("G")) + 1
    heads = lower[:start]
    own = [word for word, letter in zip(lower[start:], letters[start:], strict=True) if letter in "NP"]
    if det in words.INDEFINITE or det in ("most", "all", "both", "other", "these", "those"):
        is_many = own[-1].endswith("s")
        return Phrase(0, 0, "", "collective" if is_many else "person", "collective" if is_many else "described",
                      head=own[-1])  # fmt: skip
    key = [word.rstrip(".") for word in own]
    while len(key) > 1 and key[0] in words.TITLES:
        key.pop(0)
    kind = words.SINGULAR.get(heads[-1], "person") if heads else _kind_of_name(own, len(key), det)
    if heads and kind in BODIES:
        kind = _kind_of_name(own, len(key))
    return Phrase(0, 0, "", kind, "named", key=tuple(key), head=heads[-1] if heads else own[0].rstrip("."))


def _kind_of_name(own: list[str], length: int, det: str = "") -> SourceKind:
    last = own[-1]
    if last in words.NAMES_OF_OUTLETS:
        return "outlet"
    if words.SINGULAR.get(last) in BODIES and length > 1:
        return words.SINGULAR[last]
    if own[0].rstrip(".") in words.TITLES:
        return "person"
    if det:
        return "institution"
    return "person" if length > 1 else "unknown"
