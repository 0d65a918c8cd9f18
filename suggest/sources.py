"""Likely sources in English news text, by rules on its words alone: no model, no list of names, no world knowledge."""

import msgspec

from ..schema.events import Identified, SourceKind
from ..schema.text import Span
from .antecedents import antecedents
from .phrases import Words


class Candidate(msgspec.Struct, frozen=True):
    """A phrase that may be a source, in code points. `kind` and `identified` are what the whole text says of it.

    `same_as` is the index, in the same list, of the candidate it most likely means, which stands for itself.
    """

    span: Span
    name: str
    kind: SourceKind
    identified: Identified
    same_as: int | None = None


def candidates(text: str, within: Span | None = None) -> list[Candidate]:
    """The likely sources of a text, or of a part of it, in order and without overlap.

    Whom a re-mention means is looked for in the same part. A spokesperson of a named body counts as named.
    """
    offset, end = (within.start, within.end) if within else (0, len(text))
    phrases = Words(text[offset:end]).phrases()
    same_as = antecedents(phrases)
    kinds: dict[int, SourceKind] = {}
    for i, phrase in enumerate(phrases):
        root = i if (meant := same_as[i]) is None else meant
        if kinds.get(root, "unknown") == "unknown":
            kinds[root] = phrases[root].kind if phrases[root].kind != "unknown" else phrase.kind
    return [
        Candidate(
            span=Span(offset + phrase.start, offset + phrase.end),
            name=phrase.name,
            kind=kinds[i if meant is None else meant],
            identified=phrases[i if meant is None else meant].identified,
            same_as=meant,
        )
        for i, (phrase, meant) in enumerate(zip(phrases, same_as, strict=True))
    ]
