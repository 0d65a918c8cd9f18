"""Reporting cues in English news text, and which of them ties a source to what it says.

The words are ours; what counts as a cue follows PARC 3.0 (Pareti 2016): the lexical anchor of the attribution,
a verb of saying, an adverb such as "reportedly", or a preposition such as "according to". Offsets are code points.
"""

import re
from collections.abc import Iterator, Sequence

from ..schema.segments import Segments
from ..schema.text import SEARCH_FOLDS, Span
from .lexicon import FILLERS, FORMS, UNSPECIFIED

_SPEECH = "said|told|quoted|reported|cited|alleged|believed|claimed|rumou?red|thought|understood|known|suspected"
_AFTER_AS = "saying|stating|telling|claiming|denying|reporting|describing|calling|suggesting|warning|confirming|adding"
_PASSIVE = rf"(?:(?:has|have|had)\s+been|is|are|was|were|be|been|being)(?:\s+(?:\w+ly|also))?\s+(?:{_SPEECH})"
_PHRASE = re.compile(
    rf"\b(?:(?P<passive>{_PASSIVE}|reportedly|allegedly|purportedly|supposedly)|as\s+(?:{_AFTER_AS})|according\s+to"
    r"|declined\s+to\s+(?:comment|say)|(?:did|would|has|had|have)\s+not(?:\s+\w+ly)?\s+(?:comment|answer|respond)\w*"
    r"|neither\s+confirmed\s+nor\s+denied)\b|(?P<word>[A-Za-z]+)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"^\s*,[^,.;]*,|\([^()]*\)")
_WORD = re.compile(r"[\w'-]+|[^\w\s]")
_REACH = 800
_TOO_FAR = 8.0

_FOLDED = re.compile(f"[{''.join(map(re.escape, SEARCH_FOLDS))}]")


def plain(text: str) -> str:
    """The text with its spaces and quotation marks in ASCII, code point for code point, in its own case."""
    if text.isascii():
        return text
    for char in set(_FOLDED.findall(text)):  # far quicker than str.translate
        text = text.replace(char, SEARCH_FOLDS[char])
    return text


def cue_for(text: str, source: Span | None, content: Span, taken: Sequence[Span] = ()) -> Span | None:
    """The cue that most likely ties a source to what it says: "said", "as saying", "according to", "was quoted".

    With no source it is a cue that names nobody: "is said", "reportedly". A source such as "reports" has none. `taken`
    are cues that earlier links of the chain already have. All spans are code points of the text.
    """
    if source is None:
        costs = [(_distance(cue, content), cue) for cue, passive in _cues(text, content, taken) if passive]
    elif UNSPECIFIED.intersection(plain(source.cut(text)).lower().split()[-1:]):
        return None
    else:
        costs = [(_cost(text, source, content, cue), cue) for cue, _ in _cues(text, source, (source, *taken))]
    cost, cue = min(costs, default=(_TOO_FAR, content))
    return cue if cost < _TOO_FAR else None


def _cues(text: str, about: Span, taken: Sequence[Span]) -> Iterator[tuple[Span, bool]]:
    """The free cues in the sentence or sentences of a span, and whether they name nobody."""
    offset = max(0, about.start - _REACH)
    segments = Segments(text[offset : about.end + _REACH])
    first, last = segments.sentence_at(about.start - offset), segments.sentence_at(about.end - 1 - offset)
    start = first.start + offset if first else about.start
    for found in _PHRASE.finditer(plain(text[start : last.end + offset if last else about.end])):
        cue = Span(start + found.start(), start + found.end())
        if (not found["word"] or found["word"].lower() in FORMS) and not any(map(cue.overlaps, taken)):
            yield cue, bool(found["passive"])


def _distance(cue: Span, content: Span) -> float:
    return max(cue.start - content.end, content.start - cue.end, 0) / _REACH


def _cost(text: str, source: Span, content: Span, cue: Span) -> float:
    """How badly a cue fits a source: by the words between them, by its side, and for being part of what is said."""
    between = text[source.end : cue.start] if cue.start >= source.end else text[cue.end : source.start]
    words = _WORD.findall(_ASIDE.sub("", plain(between).lower()))
    cost = sum(0.1 if word in FILLERS or word.endswith("ly") else 0.6 if word in ",-" else 1.5 for word in words)
    if cue.end <= source.start and not plain(cue.cut(text)).lower().startswith("according"):
        cost = 0.5 + 4 * cost
    return cost + 3 * cue.overlaps(content)
