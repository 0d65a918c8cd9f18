"""What annotators agree on, all of them or most: of a whole mention, or layer by layer.

A majority is more than half, never a tie: of all who judge, on whether there is a claim at all; of those who have a
mention there, layer by layer, on what it is.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Literal

from msgspec import Struct

from ..schema.records import Mark, Mention
from .adjudication import Item, differing
from .alignment import covered
from .attribution import Merged, same_chains


class Choice(Struct, frozen=True):
    """What a majority has: the words, the claim and the polarity of these mentions, and these marks.

    `marks` are pairs of the mark to take and the kind to give it. `taken` is a mention that has all of it, if one has.
    """

    spans: Mention
    claim: Mention
    polarity: Mention
    marks: tuple[tuple[Mark, str], ...]
    taken: Mention | None


def agreed(item: Item, merges: Merged, least: str = "all") -> Mention | Literal[False] | None:
    """What is ruled without asking anybody: a mention that stands for all, None for no claim here, False for nothing.

    With `all`, everybody has a mention here, the same in every layer; with `majority`, more than half have, or more
    than half have none.
    """
    members, judging = item.group.members, len(item.group.members) + len(item.group.missing)
    if least == "all":
        return members[0] if item.unanimous else False
    if 2 * len(item.group.missing) > judging:
        return None
    for one in members:
        alike = sum(not differing((one, each), (), merges) for each in members)
        if 2 * alike > judging:
            return one
    return False


def majority(item: Item, merges: Merged) -> Choice | tuple[str, ...] | None:
    """What most have, layer by layer: None for no claim here, or the layers in which there is no majority."""
    members, missing = item.group.members, item.group.missing
    if 2 * len(missing) > len(members) + len(missing):
        return None
    if not members or 2 * len(missing) == len(members) + len(missing):
        return ("whether there is a claim",)
    undecided: list[str] = []

    def settle(what: str, value: Callable[[Mention], Hashable], among: Sequence[Mention] = members) -> Mention:
        found = _most(among, value)
        if found is None:
            undecided.append(what)
        return found or among[0]

    spans = settle("boundaries", lambda each: tuple(covered(each.spans)))
    claim = settle("claim", merges.claim)
    polarity = settle("polarity", lambda each: each.polarity)
    marks: list[tuple[Mark, str]] = []
    for label in dict.fromkeys(mark.label for each in members for mark in each.marks):
        having = [each for each in members if each.mark(label)]
        if 2 * len(having) == len(members):
            undecided.append(f"the label {label}")
        if 2 * len(having) > len(members):
            kind = settle(f"the kind of {label}", lambda each, label=label: _mark(each, label).kind, having)  # type: ignore[misc]
            chain = _chain_of_most(having, label, merges)
            if chain is None:
                undecided.append(f"who stands behind {label}")
            marks.append((_mark(chain or kind, label), _mark(kind, label).kind))
    if undecided:
        return tuple(dict.fromkeys(undecided))
    return Choice(spans, claim, polarity, tuple(marks), _whole(members, spans, claim, polarity, marks, merges))


def _mark(mention: Mention, label: str) -> Mark:
    mark = mention.mark(label)
    assert mark
    return mark


def _most(among: Sequence[Mention], value: Callable[[Mention], Hashable]) -> Mention | None:
    """The first mention with what more than half have, or None."""
    (most, number), *_ = Counter(map(value, among)).most_common(1)
    return next(each for each in among if value(each) == most) if 2 * number > len(among) else None


def _chain_of_most(having: Sequence[Mention], label: str, merges: Merged) -> Mention | None:
    """The first mention whose chain behind a label is that of more than half, or None."""
    for one in having:
        alike = sum(_same_chain(_mark(one, label), _mark(each, label), merges) for each in having)
        if 2 * alike > len(having):
            return one
    return None


def _same_chain(one: Mark, other: Mark, merges: Merged) -> bool:
    if not one.chain or not other.chain:
        return not one.chain and not other.chain
    return same_chains([one.chain], [other.chain], merges)


def _whole(
    members: Sequence[Mention], spans: Mention, claim: Mention, polarity: Mention, marks: list[tuple[Mark, str]],
    merges: Merged,
) -> Mention | None:  # fmt: skip
    """A mention that has all that the majority has."""
    for each in members:
        fits = (
            covered(each.spans) == covered(spans.spans)
            and merges.claim(each) == merges.claim(claim)
            and each.polarity == polarity.polarity
            and {mark.label for mark in each.marks} == {mark.label for mark, _ in marks}
        )
        if fits and all(
            _mark(each, mark.label).kind == kind and _same_chain(_mark(each, mark.label), mark, merges)
            for mark, kind in marks
        ):
            return each
    return None
