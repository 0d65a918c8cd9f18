"""Rulings that follow from what annotators have: on all on which they agree, and by layer what most of them have."""

from collections.abc import Iterable

from msgspec import Struct, structs

from ..schema import records, rulings
from ..schema.errors import NoSuchThing
from ..schema.events import Mark, Mention
from ..schema.ledger import Act
from .adjudication import Bench, Item
from .majority import Choice, agreed


class Tally(Struct, frozen=True):
    """Of a document's groups: how many were ruled on before, how many are now, and how many are left."""

    groups: int
    before: int
    ruled: int

    @property
    def left(self) -> int:
        """How many wait for somebody."""
        return self.groups - self.before - self.ruled


def rule_agreed(act: Act | None, bench: Bench, least: str = "all") -> Tally:
    """Rule on every group of a document that no ruling weighs and that `agreed` decides; without an act, count only.

    Raises:
        NotAllowed: the signer is neither adjudicator nor lead.
        NoSuchThing: a mention was removed meanwhile.
    """
    before = ruled = 0
    for item in bench.items:
        before += bool(item.rulings)
        chosen = False if item.rulings else agreed(item, bench.merges, least)
        if chosen is False:
            continue
        ruled += 1
        if act is None:
            continue
        if chosen is None:
            rulings.rule(act, item.inputs, None, reason=why(item, None))
        else:
            rulings.take(act, item.inputs, chosen.uid, why(item, item.unanimous))
    return Tally(len(bench.items), before, ruled)


def rule_agreed_in(act: Act, items: Iterable[Item]) -> int:
    """Rule on these groups, in which all agree, unless somebody did meanwhile; the answer is on how many."""
    number = 0
    for item in items:
        if not rulings.is_weighed(act, item.inputs):
            rulings.take(act, item.inputs, item.inputs[0], why(item, unanimous=True))
            number += 1
    return number


def why(item: Item, unanimous: bool | None) -> str:
    """The reason of a ruling that follows from the annotators: unanimous, by a majority, or None for no claim here."""
    here = ", ".join(each.annotator for each in item.group.members)
    if unanimous is None:
        return f"majority: no claim here for {', '.join(item.group.missing)}; {here} had one"
    if unanimous:
        return f"unanimous: {here}"
    nobody = f"; {', '.join(item.group.missing)} had none" if item.group.missing else ""
    return f"majority among {here}{nobody}"


def rule_by_majority(act: Act, item: Item, choice: Choice | None, reason: str = "") -> str:
    """Rule what most have, which may be nobody's whole mention; the answer is the ruling's uid.

    Raises:
        NotAllowed: the signer is neither adjudicator nor lead.
        NoSuchThing: a mention or a mark was removed meanwhile.
    """
    if choice is None:
        return rulings.rule(act, item.inputs, None, reason=reason)
    if choice.taken:
        return rulings.take(act, item.inputs, choice.taken.uid, reason)
    mention = structs.replace(
        _mention(act, choice.spans.uid),
        claim=_mention(act, choice.claim.uid).claim,
        polarity=_mention(act, choice.polarity.uid).polarity,
    )
    return rulings.rule(act, item.inputs, mention, _marks(act, choice.marks), reason=reason)


def _mention(act: Act, uid: str) -> Mention:
    value = act.value("mention", uid)
    if not isinstance(value, Mention):
        raise NoSuchThing("A mention was removed meanwhile; nothing was ruled")
    return value


def _marks(act: Act, chosen: Iterable[tuple[records.Mark, str]]) -> list[Mark]:
    found = []
    for mark, kind in chosen:
        value = act.value("mark", mark.uid)
        if not isinstance(value, Mark):
            raise NoSuchThing("A label was taken off meanwhile; nothing was ruled")
        found.append(structs.replace(value, kind=kind))
    return found
