"""What onrecord keeps of a brat file that its own values do not say: ids, roles, the order of pieces, foreign lines.

It stands in `extra` of a mention and of a mark under the key `brat`, so that a file that came from brat goes back to it
as it was.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from ..schema.anchors import Anchor
from ..schema.text import Span
from .annotated import of_extra, with_extra
from .brat_lines import Piece, cut, same, split_role

KEY = "brat"
NOTE = "Onrecord"
"""The type of the notes that carry what brat has no field for, each on the annotation of which it speaks."""
ABOUT = "OnrecordDocument"
"""The type of the note that describes the document; its target, `NOWHERE`, is no annotation, so brat shows it not."""
NOWHERE = "T0"
CONTENT, SOURCE, CUE = "Content", "Source", "Cue"
ROLES = (CONTENT, SOURCE, CUE)

Id = Annotated[str, Meta(pattern=r"^[TE][0-9]+\Z", max_length=10)]
Type = Annotated[str, Meta(pattern=r"^[^\s:]*\Z")]


class Part(Struct, array_like=True, omit_defaults=True):
    """A text-bound annotation: its id, its type, and its pieces where they are not simply those of the span."""

    id: Id
    type: Type = ""
    pieces: list[Piece] = []


class Argument(Struct, array_like=True, omit_defaults=True):
    """An argument of an event. Type and pieces are given for sources and cues, as in `Part`."""

    role: Annotated[str, Meta(pattern=r"^[^\s:]+\Z")]
    id: Id
    type: Type = ""
    pieces: list[Piece] = []


class KeptMention(Struct, omit_defaults=True):
    """Of a mention: the annotations that are its content, and the lines that brat has on it and onrecord has not."""

    content: list[Part] = []
    lines: list[str] = []


class KeptMark(Struct, omit_defaults=True):
    """Of a mark: the event that it was, or with `span` that it was the type of the mention's own annotation.

    `numbers` are those that the roles of its links have, where they are not 1, 2, 3.
    """

    span: bool = False
    id: Id | None = None
    trigger: Part | None = None
    args: list[Argument] = []
    numbers: list[Annotated[int, Meta(ge=0)]] = []


_Kept = TypeVar("_Kept", KeptMention, KeptMark)


def kept_of_mention(extra: str) -> KeptMention | None:
    """What is kept of a mention; None where it never was in brat."""
    return _kept(extra, KeptMention)


def kept_of_mark(extra: str) -> KeptMark | None:
    """What is kept of a mark; None where it never was in brat."""
    return _kept(extra, KeptMark)


def _kept(extra: str, type_: type[_Kept]) -> _Kept | None:
    found = of_extra(extra, KEY)
    if found is None:
        return None
    try:
        return msgspec.convert(found, type_)
    except msgspec.ValidationError:  # of somebody else under our key: nothing that can be written
        return type_()


def keeping(extra: str, kept: KeptMention | KeptMark | None) -> str:
    """`extra` with what is kept, or without anything under the key."""
    rest = {key: value for key, value in (json.loads(extra) if extra else {}).items() if key != KEY}
    if kept is not None:
        rest[KEY] = msgspec.to_builtins(kept)
    return with_extra("", **rest)


def pieces_of(anchors: Iterable[Anchor | Span]) -> tuple[Piece, ...]:
    """Spans as pieces."""
    return tuple((each.start, each.end) for each in anchors)


def unusual(text: str, pieces: tuple[Piece, ...], spans: tuple[Piece, ...]) -> list[Piece]:
    """The pieces, cut at line ends, if the spans alone would not give them in this order; else none."""
    made = cut(text, pieces)
    return [] if made == cut(text, spans) else list(made)


def as_kept(text: str, parts: list[list[Piece]], spans: tuple[Piece, ...]) -> list[list[Piece]] | None:
    """The pieces of kept parts as they were, if together they still are these spans; else None.

    A part without pieces of its own has those of the spans.
    """
    plain = cut(text, spans)
    made = [part or list(plain) for part in parts]
    return made if made and same(text, (piece for part in made for piece in part), spans) else None


def numbers_of(given: list[int], links: int) -> list[int]:
    """The number of each link: those given where they are as many and differ, else 1, 2, 3."""
    return given if len(set(given)) == len(given) == links else list(range(1, links + 1))


def unusual_numbers(numbers: list[int]) -> list[int]:
    """The numbers of links if they are not 1, 2, 3; else none."""
    return [] if numbers == list(range(1, len(numbers) + 1)) else numbers


def slots(args: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int, str, str]]:
    """Each argument with its role's base and number, its role and its id.

    Of two that claim one number, the later takes the next after the highest.
    """
    taken: set[tuple[str, int]] = set()
    highest: dict[str, int] = {}
    for role, id_ in args:
        base, number = split_role(role)
        if (base, number) in taken:
            number = highest[base] + 1
        taken.add((base, number))
        highest[base] = max(number, highest.get(base, 0))
        yield base, number, role, id_
