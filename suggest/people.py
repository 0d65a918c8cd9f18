"""Who the sources of a page are: each read as a phrase, and tied to the fuller name or the noun that it stands for."""

from typing import NamedTuple

from ..schema.events import SourceKind
from .antecedents import antecedents
from .page import Page, Piece
from .phrases import Phrase

_CLEAR = frozenset("NHGOUV")
_OWNERS = {"his": "he", "her": "she", "their": "they", "its": "it", "my": "i", "our": "we", "your": "they"}


class Person(NamedTuple):
    """A source where it stands. `phrase` is the one that says most of it: itself, or what it stands for."""

    piece: Piece
    phrase: Phrase
    resolved: bool
    root: Piece


def people(page: Page, pieces: set[Piece]) -> dict[Piece, Person]:
    """Each of the sources of a page, by its piece."""
    known = {piece: _phrase(page, piece) for piece in pieces}
    known.update(_namesakes(page, known))
    known.update(_names_beside(page, known))
    places = sorted(known)
    phrases = [known[place] for place in places]
    roots = [i if meant is None else meant for i, meant in enumerate(antecedents(phrases))]
    kinds = _kinds(phrases, roots)
    return {
        place: Person(place, phrases[root]._replace(kind=kinds[root]), resolved=root != at, root=places[root])
        for at, (place, root) in enumerate(zip(places, roots, strict=True))
        if place in pieces
    }


def _kinds(phrases: list[Phrase], roots: list[int]) -> dict[int, SourceKind]:
    """The kind of each root: its own, else the first that shows where the text comes back to it."""
    kinds: dict[int, SourceKind] = {}
    for phrase, root in zip(phrases, roots, strict=True):
        if kinds.get(root, "unknown") == "unknown":
            kinds[root] = phrases[root].kind if phrases[root].kind != "unknown" else phrase.kind
        if kinds[root] == "unknown" and phrase.pronoun == "it":
            kinds[root] = "institution"
    return kinds


def _phrase(page: Page, piece: Piece) -> Phrase:
    first, last = piece
    word = page.lower[first]
    if last == first + 1 and word in _OWNERS:
        start, end = page.words.starts[first], page.words.end(first)
        kind: SourceKind = "person" if word in ("his", "her", "my") else "collective"
        return Phrase(start, end, page.words.words[first], kind, "unspecified", pronoun=_OWNERS[word], speaks=True)
    inside = [at for at in range(first, last) if page.begins.get(at, last + 1) <= last]
    clear = [at for at in inside if not _CLEAR.isdisjoint(page.letters[at : page.begins[at]])]
    for at in (*clear, *inside):
        return page.words.phrase(at, page.begins[at], speaks=True)
    start, end = page.words.starts[first], page.words.end(last - 1)
    name = " ".join(page.words.words[first + (page.letters[first] == "D") : last])
    return Phrase(
        start, end, name or word, "unknown", "described", head=page.lower[last - 1], definite=True, speaks=True
    )


def _names_beside(page: Page, known: dict[Piece, Phrase]) -> dict[Piece, Phrase]:
    """The names that stand between commas after a source: "its leader, Bo Lund, said"."""
    found: dict[Piece, Phrase] = {}
    for _, last in known:
        first = last + 1
        end = page.begins.get(first)
        if page.lower[last] == "," and end and page.lower[end] == "," and set(page.letters[first:end]) <= {"N", "P"}:
            found[first, end] = page.words.phrase(first, end)
    return {piece: phrase for piece, phrase in found.items() if piece not in known}


def _namesakes(page: Page, known: dict[Piece, Phrase]) -> dict[Piece, Phrase]:
    """Where else the last name of a source stands in the text, perhaps with more of the name; each wording once."""
    last_names = {phrase.key[-1] for phrase in known.values() if phrase.key}
    found: dict[Piece, Phrase] = {}
    seen: set[tuple[str, ...]] = set()
    lower, letters = page.lower, page.letters
    for first, last in page.begins.items():
        letter = letters[last - 1]
        if letter not in "NHV" or (letter == "N" and lower[last - 1] not in last_names) or (first, last) in known:
            continue
        words = tuple(lower[first:last])
        if words in seen:
            continue
        seen.add(words)
        phrase = page.words.phrase(first, last)
        if phrase.key and phrase.key[-1] in last_names:
            found[first, last] = phrase
    return found
