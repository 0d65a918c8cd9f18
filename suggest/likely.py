"""Which of the phrases near a mention is most likely its source: the order in which they are offered to be picked."""

from collections.abc import Iterable, Sequence

from ..schema.text import Span
from .cues import plain
from .engine import Suggestion
from .lexicon import FORMS
from .offers import shared
from .sources import Candidate

_NO_CUE, _INSIDE, _AFTER = 150, 250, 30
"""What makes a phrase unlikely, in code points that it might as well be further away: no cue beside it, being part of
what is said, another sentence begun in between."""
_BESIDE = 40


def suggested_for(spans: Sequence[Span], suggestions: Iterable[Suggestion]) -> Suggestion | None:
    """The suggestion that shares most words with these, if one shares any; of two that share as much the surer one."""
    best = max(suggestions, key=lambda each: (shared(each.spans, spans), each.confidence), default=None)
    return best if best and shared(best.spans, spans) else None


def unknown(suggestion: Suggestion | None, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sources that a suggestion names in words that no candidate has."""
    links = [link for link in suggestion.chain if link.spans] if suggestion else []
    return [
        Candidate(link.spans[0], link.name, link.kind, link.identified)
        for link in links
        if not any(each.span.overlaps(span) for each in candidates for span in link.spans)
    ]


def likeliest(
    text: str, content: Sequence[Span], candidates: Sequence[Candidate], suggestion: Suggestion | None = None
) -> list[Candidate]:
    """The same candidates, the likeliest source of what is said first.

    Those that a suggestion for these words names come first, in the order of its chain; the others by how far they are,
    and by what makes them unlikely.
    """
    chain = suggestion.chain if suggestion else ()

    def cost(each: Candidate) -> tuple[int, float, int]:
        named = next((at for at, link in enumerate(chain) if any(map(each.span.overlaps, link.spans))), len(chain))
        return named, _cost(text, content, each.span), each.span.start

    return sorted(candidates, key=cost)


def _cost(text: str, content: Sequence[Span], span: Span) -> float:
    distance = min(max(piece.start - span.end, span.start - piece.end, 0) for piece in content)
    return (
        distance
        + _INSIDE * any(map(span.overlaps, content))
        + _NO_CUE * (not _has_cue(text, span))
        + _AFTER * (". " in _between(text, content, span))
    )


def _has_cue(text: str, span: Span) -> bool:
    """Whether a word of saying stands just before or behind a phrase."""
    before = plain(text[max(0, span.start - _BESIDE) : span.start]).lower().replace(",", " ").split()
    after = plain(text[span.end : span.end + _BESIDE]).lower().replace(",", " ").split()
    return any(word.strip(".:;\"'") in FORMS for word in (*before[-2:], *after[:3])) or before[-2:] == [
        "according",
        "to",
    ]


def _between(text: str, content: Sequence[Span], span: Span) -> str:
    nearest = min(content, key=lambda piece: max(piece.start - span.end, span.start - piece.end, 0))
    return text[span.end : nearest.start] if span.end <= nearest.start else text[nearest.end : span.start]
