"""What is to be ruled in a document, and how each annotator's work stands beside the gold layer.

The mentions of those who judge a document are aligned (`alignment`); each group with what was ruled on it is an item.
Annotators are unanimous in an item if all of them have a mention there that is the same in every layer, polarity and
kinds too. A majority is more than half, never a tie: of all who judge, on whether there is a claim at all; of those who
have a mention there, layer by layer, on what it is.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from typing import Literal, TypeAlias, get_args

from msgspec import Struct, structs

from ..schema import gold, reading, rulings
from ..schema.records import Mark, Mention
from ..schema.rulings import Ruling
from .alignment import Group, Layer, align, covered
from .attribution import Merged, attributed_alike, merged, same_chains

Aspect: TypeAlias = Literal["boundaries", "labels", "attribution", "claim", "polarity", "kind"]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)


class Item(Struct, frozen=True):
    """Aligned mentions, in what they differ, and what was ruled on them, the earliest ruling first.

    `gold` is the gold mention of the last ruling. `changed`: an input was changed or removed since, or another mention
    came to stand here. An item without members is a ruling whose inputs are all gone.
    """

    group: Group
    differs: tuple[Aspect, ...]
    rulings: tuple[Ruling, ...] = ()
    gold: Mention | None = None
    changed: bool = False

    @property
    def ruling(self) -> Ruling | None:
        """The ruling that counts, if there is one."""
        return self.rulings[-1] if self.rulings else None

    @property
    def ruled(self) -> bool:
        """Whether all that stands here was ruled on."""
        last = self.ruling
        return last is not None and all(each.id in last.inputs for each in self.group.members)

    @property
    def unanimous(self) -> bool:
        """Whether all have the same here."""
        return bool(self.group.members) and not self.differs

    @property
    def inputs(self) -> tuple[str, ...]:
        """The uids of what a ruling weighs."""
        return tuple(each.uid for each in self.group.members)


class Bench(Struct, frozen=True):
    """A document's items in the order of the text, and who judges it."""

    document_id: int
    annotators: tuple[str, ...]
    items: tuple[Item, ...]
    merges: Merged


def bench(connection: sqlite3.Connection, document_id: int, *, unfinished: bool = False) -> Bench:
    """What is to be ruled in a document, and what was; `unfinished` takes in everybody who has mentions there.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    mentions = reading.mentions(connection, document_id)
    made = rulings.rulings(connection, document_id)
    weighed = {each for one in made for each in one.inputs}
    names = {*gold.judges(connection, document_id), *(each.annotator for each in mentions if each.id in weighed)}
    if unfinished:
        names |= {each.annotator for each in mentions}
    merges = merged(connection)
    alignment = align(mentions, sorted(names), merges)
    layer = {each.id: each for each in reading.mentions(connection, document_id, "gold")}
    changed = rulings.changed_since(connection, document_id)
    by_input: dict[int, list[Ruling]] = {}
    for one in made:
        for each in one.inputs:
            by_input.setdefault(each, []).append(one)
    items = []
    for group in alignment.groups:
        here = [one for each in group.members for one in by_input.get(each.id, ())]
        items.append(item_of(group, differing(group.members, group.missing, merges), here, layer, changed))
    members = {each.id for group in alignment.groups for each in group.members}
    for one in made:
        if members.isdisjoint(one.inputs):
            items.append(item_of(Group((), alignment.annotators, ()), (), [one], layer, changed))
    return Bench(document_id, alignment.annotators, tuple(items), merges)


def item_of(
    group: Group, differs: tuple[Aspect, ...], made: Iterable[Ruling], layer: dict[int, Mention], changed: set[str]
) -> Item:
    """A group with its rulings; `layer` are gold mentions by their row ids, `changed` the uids of changed rulings."""
    some = sorted({one.uid: one for one in made}.values(), key=lambda one: (one.recorded_at, one.uid))
    last = some[-1] if some else None
    new = last is not None and any(each.id not in last.inputs for each in group.members)
    return Item(
        group, differs, tuple(some), layer.get(last.choice_id or 0) if last else None,
        changed=last is not None and (new or last.uid in changed),
    )  # fmt: skip


def differing(members: Sequence[Mention], missing: Sequence[str], merges: Merged) -> tuple[Aspect, ...]:
    """In what aligned mentions differ; somebody who has none differs in boundaries."""
    same: dict[Aspect, bool] = {
        "boundaries": not missing and _one(covered(each.spans) for each in members),
        "labels": _one({mark.label for mark in each.marks} for each in members),
        "attribution": all(attributed_alike(one, other, merges) for one, other in combinations(members, 2)),
        "claim": _one(merges.claim(each) for each in members),
        "polarity": _one(each.polarity for each in members),
        "kind": all(_one(kinds) for kinds in _kinds(members).values()),
    }
    return tuple(each for each in ASPECTS if not same[each])


def _kinds(members: Sequence[Mention]) -> dict[str, list[str]]:
    """The kinds that mentions give to each of their labels."""
    found: dict[str, list[str]] = {}
    for each in members:
        for mark in each.marks:
            found.setdefault(mark.label, []).append(mark.kind)
    return found


def _one(values: Iterable[object]) -> bool:
    first, *others = [*values] or [None]
    return all(each == first for each in others)


# ---------------------------------------------------------------------- majority


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


# ---------------------------------------------------------------------- against the gold layer


class GoldPair(Struct, frozen=True):
    """A gold mention and an annotator's, aligned; one of them is None where it has no like. `differs` are layers."""

    gold: Mention | None
    theirs: Mention | None
    differs: tuple[Layer, ...]


def gold_groups(
    connection: sqlite3.Connection, document_id: int, annotator: str, merges: Merged | None = None
) -> list[GoldPair]:
    """An annotator's work on a document beside the gold mentions that count, in the order of the text.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    counted = set(gold.gold_mentions(connection, document_id))
    # Whoever ruled may have annotated too: in the alignment the gold layer has a name that nobody can have.
    layer = [
        structs.replace(each, annotator="/gold")
        for each in reading.mentions(connection, document_id, "gold")
        if each.id in counted
    ]
    theirs = [each for each in reading.mentions(connection, document_id) if each.annotator == annotator]
    alignment = align([*layer, *theirs], ["/gold", annotator], merged(connection) if merges is None else merges)
    pairs = []
    for group in alignment.groups:
        by_name = {each.annotator: each for each in group.members}
        both = len(by_name) > 1
        pairs.append(GoldPair(by_name.get("/gold"), by_name.get(annotator), group.differs if both else ()))
    return pairs


class GoldScore(Struct, frozen=True):
    """How an annotator's work compares with the gold layer in one layer, over some documents.

    `overlap` counts pairs that share words; each other layer those of them that are the same in it, `all` those that
    are the same in every one. `theirs` and `gold` are how many mentions each side has.
    """

    annotator: str
    layer: str
    hits: int
    theirs: int
    gold: int
    documents: int

    @property
    def precision(self) -> float | None:
        """The share of the annotator's mentions that hit; None without any."""
        return self.hits / self.theirs if self.theirs else None

    @property
    def recall(self) -> float | None:
        """The share of the gold mentions that were hit; None without any."""
        return self.hits / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both, 2 hits / (theirs + gold); None where neither side has a mention."""
        return 2 * self.hits / (self.theirs + self.gold) if self.theirs + self.gold else None


GOLD_LAYERS = ("overlap", "boundaries", "labels", "attribution", "claim", "all")


def against_gold(
    connection: sqlite3.Connection, documents: Iterable[int] | None = None, annotators: Iterable[str] = ()
) -> list[GoldScore]:
    """Every annotator's work against the gold layer: in the documents that have one whole and that they submitted.

    `documents` and `annotators` limit it. Annotators come by name, layers in the order of `GOLD_LAYERS`.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    wanted = set(gold.ruled_documents(connection))
    wanted &= wanted if documents is None else set(documents)
    names = set(annotators)
    merges = merged(connection)
    sums: dict[str, Counter[str]] = {}
    rows = connection.execute(
        """SELECT document_id, name FROM submissions JOIN annotators ON annotators.id = annotator_id
        WHERE state = 'submitted' ORDER BY name, document_id"""
    ).fetchall()
    for document_id, name in rows:
        if document_id in wanted and (not names or name in names):
            _score(sums.setdefault(name, Counter()), gold_groups(connection, document_id, name, merges))
    return [
        GoldScore(name, layer, counts[layer], counts["theirs"], counts["gold"], counts["documents"])
        for name, counts in sums.items()
        for layer in GOLD_LAYERS
    ]


def _score(counts: Counter[str], pairs: list[GoldPair]) -> None:
    counts["documents"] += 1
    for pair in pairs:
        counts["gold"] += pair.gold is not None
        counts["theirs"] += pair.theirs is not None
        if pair.gold and pair.theirs:
            counts["overlap"] += 1
            counts["all"] += not pair.differs
            counts.update(layer for layer in GOLD_LAYERS[1:-1] if layer not in pair.differs)
