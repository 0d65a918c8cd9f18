"""Tokens and sentences of a text, as INCEpTION needs them: none overlaps, and each sentence begins with a token."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ..schema.segments import Segments
from ..schema.text import Span
from .inception_model import TOKEN, Layered, Noted

_OTHERS = re.compile(r"[!-/:-@\[-`{-~]|[^\s!-/:-@\[-`{-~]+")
Bounds = list[tuple[int, int]]


def add_tokens(layered: Layered, kept: tuple[Bounds, list[int]] | None) -> None:
    """Give a document the tokens and sentences that it came with, or such as its text suggests."""
    bounds, starts = kept or (_tokens(layered.text), [])
    if not kept:
        starts = [sentence.start for sentence in Segments(layered.text).sentences]
    layered.tokens = [Noted(TOKEN, start, end) for start, end in bounds]
    layered.sentences = starts
    layered.tokens, layered.sentences = at_tokens(layered)


def _tokens(text: str) -> Bounds:
    """Words and signs of punctuation; a text of white space alone is one token."""
    return list(_found(text)) or ([(0, len(text))] if text else [])


def _found(text: str) -> Iterator[tuple[int, int]]:
    before = 0
    for word in [*Segments(text).words, None]:
        until = word.start if word else len(text)
        yield from (found.span() for found in _OTHERS.finditer(text, before, until))
        if word:
            yield word.start, word.end
            before = word.end


def at_tokens(layered: Layered) -> tuple[list[Noted], list[int]]:
    """The tokens in order, without such as overlap or cover nothing, and the tokens with which sentences begin."""
    tokens: list[Noted] = []
    for token in sorted(layered.tokens, key=lambda token: (token.start, token.end)):
        if token.start < token.end and (not tokens or tokens[-1].end <= token.start):
            tokens.append(token)
    return tokens, sentence_starts([token.start for token in tokens], layered.sentences)


def sentence_starts(tokens: list[int], starts: Iterable[int]) -> list[int]:
    """Where the tokens with which sentences begin are, the first of all among them; `starts` is what the file says."""
    at = {bisect_left(tokens, start) for start in starts}
    return [tokens[index] for index in sorted({0, *at}) if index < len(tokens)]


class Grid:
    """Which tokens a span stands on."""

    def __init__(self, tokens: Sequence[Noted]) -> None:
        self.tokens = tokens
        self._starts = [token.start for token in tokens]
        self._ends = [token.end for token in tokens]

    def under(self, start: int, end: int) -> Sequence[Noted]:
        """The tokens that a span touches; of one that covers nothing, the token that it is in or after."""
        if start == end:
            at = bisect_left(self._ends, start)
            if at == len(self.tokens) or self._starts[at] > start:
                at -= 1
            return self.tokens[at : at + 1] if at >= 0 else self.tokens[:1]
        return self.tokens[bisect_right(self._ends, start) : bisect_left(self._starts, end)]

    def shown(self, span: Span) -> Span | None:
        """A span without the white space between tokens at its ends, or None where it covers no token."""
        tokens = self.under(span.start, span.end)
        if not tokens:
            return None
        return Span(max(span.start, tokens[0].start), min(span.end, tokens[-1].end))
