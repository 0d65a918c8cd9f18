"""A text as the rules of attribution read it: its words with their noun phrases, sentences and quotations.

Everything is counted in words of `phrases.Words`, from 1 on; a piece goes from its first word to the word after its
last. Every look to the left or right is bounded, so that reading stays linear in any text.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from ..schema.segments import Segments
from ..schema.text import Span
from .cuebook import Cuebook
from .phrases import Words

Piece = tuple[int, int]


_OPENING = frozenset("“«„‟‘‹")
_AFTER_SINGLE = frozenset((",", ".", ";", ":", "?", "!", ")", "\n"))
"""What may follow a closing single mark, which is no apostrophe then: ‘cracks’, but not the workers’ board."""
_CLOSING = frozenset("”»’›")
_STOPS = frozenset(".,;:!?\n")
_DASHES = frozenset("-–—―")
_WITHIN = frozenset("in on at from of with by for to about".split())
_ALONE = frozenset("one another others those each neither everyone everybody nobody someone somebody anyone".split())
_JOINING = frozenset("of for in at from with".split())
_LOOSE = frozenset("MA")
_ASIDE = 28
_WAY_BACK = 12


class Page:
    """One text, read once: what the rules look up in it."""

    def __init__(self, text: str, book: Cuebook) -> None:
        self.text = text
        self.book = book
        self.words = Words(text)
        self.lower = self.words.lower
        self.letters = self.words.letters
        self.end = len(self.lower) - 2
        self.begins = self.words.bounds()
        self.ends = {last: first for first, last in self.begins.items()}
        segments = Segments(text)
        self._sentences = [bisect_left(self.words.starts, sentence.start, 1) for sentence in segments.sentences]
        self.paragraphs = [bisect_left(self.words.starts, paragraph.start, 1) for paragraph in segments.paragraphs]
        self.quotes = quotations(text, self.words, self.paragraphs)
        self._trimmed: dict[Piece, Piece] = {}
        self.opens = [first for first, _ in self.quotes]

    @cached_property
    def speakers(self) -> Counter[tuple[str, ...]]:
        """How many paragraphs begin with these words and a colon, as in a transcript."""
        found: Counter[tuple[str, ...]] = Counter()
        for first in self.paragraphs:
            for at in range(first + 1, min(first + 6, self.end)):
                if self.lower[at] == ":":
                    found[tuple(self.words.words[first:at])] += 1
        return found

    # ------------------------------------------------------------ quotations

    def quote_at(self, i: int) -> Piece | None:
        """The quotation, marks included, that a word is in."""
        at = bisect_right(self.opens, i) - 1
        return self.quotes[at] if at >= 0 and i < self.quotes[at][1] else None

    def quote_before(self, i: int) -> Piece | None:
        """The quotation that ends right before a word, but for a comma."""
        if self.lower[i - 1] in (",", "-", "–", "—"):
            i -= 1
        quote = self.quote_at(i - 1) if i > 1 else None
        return quote if quote and quote[1] == i else None

    def quote_from(self, i: int) -> Piece | None:
        """The quotation that begins with this word."""
        at = bisect_left(self.opens, i)
        return self.quotes[at] if at < len(self.quotes) and self.opens[at] == i else None

    def inner_end(self, quote: Piece) -> int:
        """The word after the last one between the marks of a quotation."""
        end = quote[1]
        for _ in range(4):  # a quotation in a quotation ends with two marks, of two apostrophes each
            if end > quote[0] + 1 and self.lower[end - 1] in ('"', "'"):
                end -= 1
        return end

    # ------------------------------------------------------------- sentences

    def sentence(self, i: int) -> Piece:
        """The sentence of a word without its last stop, all of a quotation that it cuts through included."""
        at = bisect_right(self._sentences, i) - 1
        first = self._sentences[at] if at >= 0 else 1
        last = self._sentences[at + 1] if at + 1 < len(self._sentences) else self.end
        cut = self.quote_at(first)
        if cut and cut[0] < first and cut[1] <= i:
            first = cut[0]
        cut = self.quote_at(last - 1)
        if cut and cut[0] > i:
            last = max(last, cut[1])
        if (first, last) not in self._trimmed:
            self._trimmed[first, last] = self.trimmed(first, last)
        return self._trimmed[first, last]

    def trimmed(self, first: int, last: int) -> Piece:
        """A piece without the stops and line ends around it."""
        while last > first and self.lower[last - 1] in _STOPS:
            last -= 1
        while first < last and self.lower[first] in _STOPS:
            first += 1
        return first, last

    def span(self, piece: Piece) -> Span:
        """Where a piece stands in the text, in code points."""
        return Span(self.words.starts[piece[0]], self.words.end(piece[1] - 1))

    # --------------------------------------------------------------- sources

    def subject(self, verb: int, floor: int) -> Piece | None:
        """The noun phrase that a verb is said of: right before it, or with an aside or a relative between."""
        at = self._before_time(verb)
        if self.lower[at - 1] in self.book.grammar.relative:
            at -= 1
            if self.lower[at - 1] == ",":
                at -= 1
        elif self.lower[at - 1] in (",", ")") or self.lower[at - 1] in _DASHES:
            at = self._before_aside(at, floor)
        if self.lower[at - 1] in _ALONE and at > floor and at not in self.ends:
            return at - 1, at
        first = self.ends.get(at)
        if first is None and self.letters[at - 2 : at] == "Dx":  # "the note said"
            return at - 2, at
        if first is None or first < floor:
            return self._far_subject(at, floor)
        first, last = self._whole(first, at, floor)
        if first > floor + 1 and self.lower[first - 1] in _WITHIN:
            return self._far_subject(first - 1, floor) or (first, last)
        return first, last

    def _before_time(self, at: int) -> int:
        """Back over "last week" or "on Monday" between a subject and its verb."""
        time = self.book.grammar.time
        first = at
        for _ in range(3):
            if self.lower[first - 1] in time or (first < at and self.lower[first - 1] in ("this", "last", "next")):
                first -= 1
        if first < at and self.lower[first - 1] == "on":
            first -= 1
        return first if first in self.ends else at

    def _before_aside(self, at: int, floor: int) -> int:
        opening = "(" if self.lower[at - 1] == ")" else self.lower[at - 1]
        for i in range(at - 2, max(floor, at - _ASIDE), -1):
            if self.lower[i] == opening and i in self.ends:
                return i
            if self.lower[i] in '\n?!"' or (self.lower[i] == "." and opening != "("):
                break
        first = self.begins.get(floor)  # "Rui, a rigger, once of Ostmere, said"
        return first if opening == "," and first and self.lower[first] == "," and first < at else at

    def _whole(self, first: int, last: int, floor: int) -> Piece:
        """A phrase with the one that it is a part of: from "the council" to "the head of the council"."""
        for _ in range(3):
            before = self.ends.get(first - 1)
            if before is None or before < floor or self.lower[first - 1] not in _JOINING:
                break
            if set(self.letters[before : first - 1]) <= _LOOSE:
                break
            first = before
        return first, last

    def _far_subject(self, at: int, floor: int) -> Piece | None:
        """The first noun phrase of the clause that ends here, where the words before the verb make none."""
        found = None
        for i in range(at - 1, max(floor - 1, at - _WAY_BACK), -1):
            if self.lower[i] in '\n.,;:?!"' or self.lower[i] in self.book.grammar.conjunction:
                break
            if i in self.begins and self.begins[i] <= at:
                found = i, self.begins[i]
        return found

    def after_phrases(self, i: int, limit: int) -> int:
        """Past the noun phrase that begins here and those joined to it by "of" or "for"."""
        for _ in range(4):
            last = self.begins.get(i)
            if last is None or last > limit:
                break
            i = last
            if i in self.begins and self.letters[i] in "MAHG":  # the rest of it, behind a word that is in no list
                continue
            if self.lower[i] not in ("of", "for", "in") or i + 1 not in self.begins:
                break
            i += 1
        return i


def quotations(text: str, words: Words, paragraphs: list[int]) -> list[Piece]:
    """The quotations of a text, marks included, in order and without overlap; `paragraphs` are their first words.

    One that its paragraph does not close ends with the paragraph, as where the next paragraph goes on with it.
    """
    marks = [i for i, word in enumerate(words.lower) if word in ('"', "'")]
    found: list[Piece] = []
    at = 0
    for start, stop in pairwise([*paragraphs, len(words.lower) - 1]):
        here = at
        while at < len(marks) and marks[at] < stop:
            at += 1
        if here < at:
            found.extend(_in_paragraph(text, words, marks[here:at], (start, stop)))
    return found


def _in_paragraph(text: str, words: Words, marks: list[int], paragraph: Piece) -> Iterator[Piece]:
    opened, by, past = 0, "", 0
    for i in marks:
        if i < past:
            continue
        mark, past = _mark(words, i)
        closes, opens = _turns(text, words, i, mark)
        if opened and closes and mark == by:
            yield opened, past
            opened = 0
        elif not opened and opens:
            opened, by = i, mark
    start, stop = paragraph
    while stop > start and words.lower[stop - 1] == "\n":
        stop -= 1
    if opened and by == '"' and stop > opened + 1:
        yield opened, stop


def _mark(words: Words, i: int) -> tuple[str, int]:
    """The quotation mark at a word, and the word after it: two apostrophes are one double mark."""
    if words.lower[i] == "'" and words.lower[i + 1] == "'" and words.end(i) == words.starts[i + 1]:
        return '"', i + 2
    return words.lower[i], i + 1


def _turns(text: str, words: Words, i: int, mark: str) -> tuple[bool, bool]:
    """Whether a mark may close a quotation, and whether it may open one."""
    start, end = words.starts[i], words.end(i)
    char = text[start]
    if mark == '"':
        return char not in _OPENING, char not in _CLOSING or char == "’"
    spaced = start == 0 or not text[start - 1].isalnum()
    after_stop = start > 0 and text[start - 1] in ",.?!…" and text[end : end + 1] != "s"
    closes = char != "‘" and (after_stop or (char == "’" and text[end : end + 1] in _AFTER_SINGLE))
    return closes, char != "’" and spaced and end < len(text) and not text[end].isspace()
