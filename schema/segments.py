"""Where a text's characters, words, sentences and paragraphs begin and end, in code points.

Grapheme clusters are those of UAX #29, from the `regex` package. Words and sentences follow our own rules on top of it:
of the splitters at hand uniseg takes a minute for the sentences of a million code points and breaks after "Mr.", pysbd
several seconds and one language at a time, and none knows a headline or when a line end is only a wrapped line.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, overload

from .text import Span

if TYPE_CHECKING:
    import regex

_TITLES = frozenset(
    "adm assn asst brig capt cf cmdr col cpl dept det dr e.g eg esp fr ft gen gov hon i.e ie insp lt maj messrs mlle "
    "mme mr mrs ms mt prof rep reps rev sen sens sgt spc st supt univ v viz vs".split()
)
_BEFORE_NUMBERS = frozenset("art fig no nos p para pp sec vol jan feb mar apr jun jul aug sep sept oct nov dec".split())
_AT_EITHER_PLACE = frozenset("ave bros co corp etc inc jr ltd ph.d sr".split())
"""Ends a sentence or does not; so do initials and acronyms ("J.", "U.S.", "p.m.")."""

_SENTENCE_STARTERS = frozenset(
    "a after all although an and as asked at but by despite during each even for from he her here his how however i if "
    "in instead it its last later many more most mr mrs ms my neither no none nor not now on one only or other our she "
    "since so some still such that the their then there these they this those though to under until we what when "
    "where while who why with yet you your".split()
)

_CLOSERS = r"""["'\u2019\u201d\u00bb\u203a)\]\u300d\u300f\u3011\uff09]"""
_OPENERS = "\"'\u2018\u201c\u00ab\u2039(["
_EXTENDING = r"[\p{GCB=Extend}\p{GCB=SpacingMark}\u200d]"
_LETTER = r"\p{GCB=Prepend}*[\p{L}\p{N}_]"
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_GRAPHEME = rf"\p{{RI}}{{1,2}}+{_EXTENDING}*+|\X"
"""Flags are spelled out because `\\X` counts back over all of them from each: quadratic in a text full of flags."""

_SPELLED = rf"(?:[A-Za-z0-9_]+(?=[\0-\x7f]|\Z)|(?!{_UNSPACED})(?={_LETTER})\X)+"
_JOINED = (
    rf"['\u2019\u2010\u2011-](?={_LETTER})|(?<=\p{{N}})[.,:/](?=\p{{N}})|(?<=\b\p{{L}})\.(?=\p{{L}})|\.(?=\p{{Ll}})"
)

_WORD = rf"""(?xV1)
      [\p{{Han}}\p{{Hiragana}}](?!{_EXTENDING})
    | (?={_UNSPACED})\X
    | {_SPELLED}(?:(?:{_JOINED}){_SPELLED})*
    | (?=[\p{{Extended_Pictographic}}\p{{RI}}])(?!{_EXTENDING})(?:{_GRAPHEME})
    | (?P<marked>(?=\S{_EXTENDING})\X)
"""
_PLAIN_WORD = re.compile(
    r"[A-Za-z0-9_]+(?:"
    r"(?:['-](?=[A-Za-z0-9_])|(?<=[0-9])[.,:/](?=[0-9])|(?<=\b[A-Za-z])\.(?=[A-Za-z])|\.(?=[a-z]))[A-Za-z0-9_]+"
    r")*"
)
"""What `_WORD` finds in ASCII, without `regex`: most articles are opened without either."""
_STRETCH = 4096
"""Code points, about: so much of a text is looked through for the words around a place."""
_SURE_CUT = re.compile(r"(?<=[A-Za-z] )(?=[A-Za-z])|(?<=\n)")
"""A place that no word and no character reaches over, whatever stands further away."""
_STOPS = r".!?\u2026\u061f\u06d4\u0964\u0965\u0589\u1362"
_STOP = rf"""(?xV1)
      (?<![{_STOPS}])(?P<stop>[{_STOPS}]++){_CLOSERS}*(?=\s)
    | [\u3002\uff01\uff1f\uff61]+(?:{_CLOSERS}+(?!\s*[\u3068\u3001\uff0c,])|(?!{_CLOSERS}))(?!{_EXTENDING})
"""
_ACRONYM = r"(?:\p{L}\.)*\p{L}"
_SURE_BOUNDARY = r"""(?rx)
    (?<=[\p{GCB=Other}\p{GCB=LV}\p{GCB=LVT}\p{GCB=Control}\p{GCB=CR}\p{GCB=LF}])
    [\p{GCB=Other}\p{GCB=LV}\p{GCB=LVT}]
"""
"""The last place before which UAX #29 always breaks, whatever stands further to the left."""


@cache
def _pattern(source: str) -> "regex.Pattern[str]":
    """Compiled when first used, for importing `regex` costs every start of the command 15 ms."""
    import regex

    return regex.compile(source)


# ------------------------------------------------------------------ characters


def graphemes(text: str) -> list[Span]:
    """The grapheme clusters of a text (UAX #29): what a reader takes for one character."""
    return [Span(*cluster.span()) for cluster in _pattern(_GRAPHEME).finditer(text)]


def next_char(text: str, pos: int) -> int:
    """Where the grapheme cluster that begins at `pos` ends; the end of the text from there on."""
    cluster = _pattern(_GRAPHEME).match(text, pos)
    return cluster.end() if cluster else len(text)


def prev_char(text: str, pos: int) -> int:
    """Where the last grapheme cluster begins that begins before `pos`; 0 from there on.

    `prev_char(text, pos + 1)` is the beginning of the cluster that `pos` is in.
    """
    sure = _pattern(_SURE_BOUNDARY).search(text, 0, pos)
    start = sure.start() if sure else 0
    while (end := next_char(text, start)) < pos:
        start = end
    return start


# -------------------------------------------------------------------- segments


class Spans(Sequence[Span]):
    """Many spans of one text, in order and without overlap, kept as two arrays and looked up by bisection."""

    def __init__(self, bounds: Iterable[tuple[int, int]]) -> None:
        both = array("Q", chain.from_iterable(bounds))
        self._starts = both[::2]
        self._ends = both[1::2]

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> list[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | list[Span]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        return Span(self._starts[index], self._ends[index])

    def index_at(self, pos: int) -> int:
        """The index of the last span that begins at or before `pos`; -1 before the first."""
        return bisect_right(self._starts, pos) - 1

    def at(self, pos: int) -> Span | None:
        """The span that covers `pos`, or None."""
        index = self.index_at(pos)
        return self[index] if index >= 0 and pos < self._ends[index] else None

    def after(self, pos: int) -> Span | None:
        """The first span that begins after `pos`, or None."""
        index = bisect_right(self._starts, pos)
        return self[index] if index < len(self) else None

    def before(self, pos: int) -> Span | None:
        """The last span that begins before `pos`, or None."""
        index = bisect_left(self._starts, pos)
        return self[index - 1] if index else None


class Segments:
    """The words, sentences and paragraphs of a text: sorted, without overlap, without white space at either end.

    Every word lies in one sentence and every sentence in one paragraph. A word is letters and digits with the
    apostrophes, hyphens and points inside it and the marks on it, one character of a script written without spaces, or
    one emoji; every letter and digit is in a word. Each index is built in one pass when first asked for, but moving by
    words looks only at the stretch around a place.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._stretches: dict[int, Spans] = {}

    @cached_property
    def words(self) -> Spans:
        return Spans(_words(self._text, 0, len(self._text)))

    @cached_property
    def sentences(self) -> Spans:
        return Spans(sentence for paragraph in self.paragraphs for sentence in _sentences(self._text, paragraph))

    @cached_property
    def paragraphs(self) -> Spans:
        return Spans(paragraph for block in _blocks(self._text) for paragraph in _paragraphs(self._text, block))

    def word_at(self, pos: int) -> Span | None:
        """The word that covers `pos`, or None."""
        return self._words_around(self._number_at(pos)).at(pos)

    def next_word(self, pos: int) -> Span | None:
        """The first word that begins after `pos`, or None."""
        number, last = self._number_at(pos), self._number_at(len(self._text))
        while (word := self._words_around(number).after(pos)) is None and number < last:
            number += 1
        return word

    def prev_word(self, pos: int) -> Span | None:
        """The last word that begins before `pos`, or None: inside a word, that word."""
        number = self._number_at(pos)
        while (word := self._words_around(number).before(pos)) is None and number > 0:
            number -= 1
        return word

    def _number_at(self, pos: int) -> int:
        """The number of the stretch that a place is in."""
        number = max(0, min(pos, len(self._text))) // _STRETCH
        return number - 1 if number and pos < (self._cut(number) or 0) else number

    def _words_around(self, number: int) -> Spans:
        """The words of a stretch; those of the whole text where nobody can be sure that it begins or ends no word."""
        found = self._stretches.get(number)
        if found is None:
            start, end = self._cut(number), self._cut(number + 1)
            known = "words" in self.__dict__ or start is None or end is None
            found = self.words if known else Spans(_words(self._text, start or 0, end or 0))
            self._stretches[number] = found
        return found

    def _cut(self, number: int) -> int | None:
        """Where a stretch begins; None where no sure place is near."""
        at = number * _STRETCH
        if not 0 < at < len(self._text):
            return min(max(at, 0), len(self._text))
        found = _SURE_CUT.search(self._text, at, at + _STRETCH)
        return found.end() if found else None

    def sentence_at(self, pos: int) -> Span | None:
        """The sentence that covers `pos`, or None between two."""
        return self.sentences.at(pos)

    def next_sentence(self, pos: int) -> Span | None:
        """The first sentence that begins after `pos`, or None."""
        return self.sentences.after(pos)

    def prev_sentence(self, pos: int) -> Span | None:
        """The last sentence that begins before `pos`, or None: inside a sentence, that sentence."""
        return self.sentences.before(pos)

    def paragraph_at(self, pos: int) -> Span | None:
        """The paragraph that covers `pos`, or None between two."""
        return self.paragraphs.at(pos)


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words between two sure places."""
    if text[max(0, start - 1) : end + 1].isascii():
        for plain in _PLAIN_WORD.finditer(text, start, end):
            yield plain.span()
        return
    for found in _pattern(_WORD).finditer(text, start, end):
        if not found.lastindex or any(map(str.isalnum, found[0])):
            # A sign may be one cluster with the space behind it.
            yield found.start(), found.start() + len(found[0].rstrip())


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """The lines between two blank ones or paragraph separators, each without its outer white space."""
    block: list[tuple[int, int]] = []
    pos = 0
    for line in text.splitlines(keepends=True):
        words = line.strip()
        if words:
            start = pos + len(line) - len(line.lstrip())
            block.append((start, start + len(words)))
        if block and (not words or line.endswith("\u2029")):
            yield block
            block = []
        pos += len(line)
    if block:
        yield block


def _paragraphs(text: str, block: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """One paragraph where the lines of a block are wrapped, else each line that does not go on in lower case."""
    wrapped = _is_wrapped(text, block)
    first, last = block[0]
    for start, end in block[1:]:
        if not wrapped and not text[start].islower():
            yield first, last
            first = start
        last = end
    yield first, last


def _is_wrapped(text: str, block: list[tuple[int, int]]) -> bool:
    """Whether no line had room for the first word of the next: what filling lines to a width leaves behind."""
    width = max(end - start for start, end in block)
    return (
        len(block) > 2
        and width >= 40
        and all(
            end - start + 1 + len(text[after:last].split(None, 1)[0]) > width
            for (start, end), (after, last) in pairwise(block)
        )
    )


def _sentences(text: str, paragraph: Span) -> Iterator[tuple[int, int]]:
    start = paragraph.start
    for stop in _pattern(_STOP).finditer(text, paragraph.start, paragraph.end):
        end = stop.end()
        if end < paragraph.end and (stop["stop"] is None or _ends_sentence(text, stop, paragraph.end)):
            yield start, end
            start = end
            while text[start].isspace():
                start += 1
    yield start, paragraph.end


def _ends_sentence(text: str, stop: "regex.Match[str]", limit: int) -> bool:
    following = text[stop.end() : min(stop.end() + 40, limit)].lstrip().lstrip(_OPENERS).split(None, 1)
    after = following[0] if following else ""
    if after[:1].islower():
        return False
    if stop[0] != ".":
        return True
    before = text[max(0, stop.start() - 20) : stop.start()].rpartition("\n")[2].split()
    word = before[-1].lstrip(_OPENERS) if before else ""
    plain = word.casefold()
    if plain in _TITLES or (plain in _BEFORE_NUMBERS and after[:1].isdigit()):
        return False
    if plain in _AT_EITHER_PLACE or _pattern(_ACRONYM).fullmatch(word):
        return after.rstrip(",").casefold() in _SENTENCE_STARTERS
    return True
