"""What is to be ruled in a document, and how each annotator's work stands beside the gold layer.

The mentions of those who judge a document are aligned (`alignment`); each group with what was ruled on it is an item.
Annotators are unanimous in an item if all of them have a mention there that is the same in every layer, polarity and
kinds too; what most have is for `majority`.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Literal, TypeAlias, get_args

from msgspec import Struct, structs

from ..schema import gold, reading, rulings
from ..schema.records import Mention
from ..schema.rulings import Ruling
from .alignment import Group, Layer, align, covered
from .attribution import Merged, attributed_alike, merged

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
    weighed = {each for one in rulings.rulings(connection, document_id) for each in one.inputs}
    names = {*gold.judges(connection, document_id), *(each.annotator for each in mentions if each.id in weighed)}
    if unfinished:
        names |= {each.annotator for each in mentions}
    merges = merged(connection)
    alignment = align(mentions, sorted(names), merges)
    items = [Item(group, differing(group.members, group.missing, merges)) for group in alignment.groups]
    return again(connection, Bench(document_id, alignment.annotators, tuple(items), merges))


def again(connection: sqlite3.Connection, before: Bench) -> Bench:
    """The same groups with what was ruled on them by now: for when nothing but rulings changed."""
    document_id = before.document_id
    made = rulings.rulings(connection, document_id)
    layer = {each.id: each for each in reading.mentions(connection, document_id, "gold")}
    changed = rulings.changed_since(connection, document_id)
    by_input: dict[int, list[Ruling]] = {}
    for one in made:
        for each in one.inputs:
            by_input.setdefault(each, []).append(one)
    groups = [item for item in before.items if item.group.members]
    members = {each.id for item in groups for each in item.group.members}
    items = []
    for item in groups:
        here = [one for each in item.group.members for one in by_input.get(each.id, ())]
        items.append(item_of(item.group, item.differs, here, layer, changed))
    for one in made:
        if members.isdisjoint(one.inputs):
            items.append(item_of(Group((), before.annotators, ()), (), [one], layer, changed))
    return structs.replace(before, items=tuple(items))


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
    connection: sqlite3.Connection,
    documents: Iterable[int] | None = None,
    annotators: Iterable[str] = (),
    *,
    checks: bool | None = None,
) -> list[GoldScore]:
    """Every annotator's work against the gold layer: in the documents that have one whole and that they submitted.

    `documents` and `annotators` limit it; `checks` to what somebody got as a hidden check, or to what they did not.
    Annotators come by name, layers in the order of `GOLD_LAYERS`.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    wanted = set(gold.ruled_documents(connection))
    wanted &= wanted if documents is None else set(documents)
    names = set(annotators)
    merges = merged(connection)
    sums: dict[str, Counter[str]] = {}
    rows = connection.execute(
        """SELECT submissions.document_id, name, coalesce(gold, 0) FROM submissions
        JOIN annotators ON annotators.id = annotator_id
        LEFT JOIN assignments ON assignments.document_id = submissions.document_id AND annotator = name
        WHERE state = 'submitted' ORDER BY name, submissions.document_id"""
    ).fetchall()
    for document_id, name, check in rows:
        if document_id in wanted and (not names or name in names) and checks in (None, bool(check)):
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
