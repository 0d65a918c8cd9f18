"""How the Adjudicate screen shows its groups, and the one under the cursor with its annotators side by side."""

from collections.abc import Sequence

from textual.content import Content

from ...measure.adjudication import ASPECTS, Item
from ...schema.records import Mention
from ..docket import Docket, Row
from ..widgets.cells import LONGEST, cell, row
from ..widgets.mention_card import one_line
from ..widgets.wording import count, in_quotes

KEYS = 9
"""So many annotators have a key of their own."""
_LETTERS = {"boundaries": "B", "labels": "L", "attribution": "W", "claim": "C", "polarity": "P", "kind": "K"}
_SIGN, _NAMES = 11, 22


def heads(width: int) -> Content:
    """The names of the columns."""
    at = _columns(width)
    return Content(" ") + Content("  ").join(
        each for each in (cell("ruling", _SIGN), cell("differ", 6), cell("has a mention", at), Content("words"))
        if each.cell_length
    )  # fmt: skip


def group_row(shown: Row, width: int, here: bool) -> Content:
    """A group on one line: what was ruled, in what it differs, who has it, and its words."""
    item, at = shown.item, _columns(width)
    sign, style = state(shown)
    letters = Content("").join(
        Content.styled(_LETTERS[each], "bold $warning") if each in item.differs else Content.styled("·", "$muted")
        for each in ASPECTS
    )
    members = who_has(item, at)
    model = item.gold or next(iter(item.group.members), None)
    words = one_line(model.quote[:LONGEST]) if model else "no claim here"
    return row(
        cell(sign, _SIGN, style),
        letters,
        cell(members, at, "$secondary"),
        cell(words, max(4, width - 1 - _SIGN - 6 - at - (6 if at else 4)), "bold" if here else ""),
        here=here,
    )


def who_has(item: Item, width: int) -> str:
    """Who has a mention in a group, by name if there is room, else how many."""
    names = [one_line(each.annotator) for each in item.group.members]
    told = ", ".join(names) or "nobody"
    if Content(told).cell_length <= width:
        return told
    everybody = len(names) + len(item.group.missing)
    return f"all {everybody}" if len(names) == everybody else f"{len(names)} of {everybody}"


def _columns(width: int) -> int:
    """The width of the names: none where there is no room."""
    return _NAMES if width >= 90 else 12 if width >= 70 else 0


def state(shown: Row) -> tuple[str, str]:
    """What was ruled on a group, in a few cells, and how that looks."""
    item, ruling = shown.item, shown.item.ruling
    if shown.pending:
        return f"◌ {shown.pending}", "$muted"
    if ruling is None:
        return "· to rule", "$accent" if item.differs else "$muted"
    if item.changed:
        return "! changed", "bold $warning"
    if twice(item):
        return "✓ twice", "bold $warning"
    return ("✓ none", "$success") if ruling.choice_id is None else (f"✓ {taken_from(item) or 'own'}", "$success")


def taken_from(item: Item) -> str:
    """Whose mention the ruling that counts took; "" for one of the adjudicator's own making."""
    ruling = item.ruling
    members = item.group.members if ruling else ()
    return next((one_line(each.annotator) for each in members if ruling and each.id == ruling.taken_id), "")


def twice(item: Item) -> bool:
    """Whether two adjudicators ruled without knowing of each other."""
    last = item.ruling
    others = [one for one in item.rulings[:-1] if last and one.adjudicator != last.adjudicator]
    return last is not None and any(one.uid not in last.weighs for one in others)


def verdict(item: Item) -> Content:
    """What was ruled on a group, by whom and why, or what waits."""
    ruling = item.ruling
    if ruling is None:
        if item.unanimous:
            alone = len(item.group.members) == 1
            agreed = "one annotator alone, nothing to compare" if alone else "all have the same"
            return Content.styled(f"Not ruled on yet; {agreed}", "$muted")
        named = {"attribution": "who says so", "kind": "kinds"}
        differ = ", ".join(named.get(each, each) for each in item.differs)
        return Content.assemble("Not ruled on yet; they differ in ", (differ, "bold $warning"))
    words = f"takes {taken_from(item)}’s" if taken_from(item) else "rules otherwise than any of them"
    said = Content.assemble(
        ("✓ ", "bold $success"), (one_line(ruling.adjudicator), "bold"),
        " rules that there is no claim here" if ruling.choice_id is None else f" {words}",
        (f"  {ruling.recorded_at[:16].replace('T', ' ')}", "$muted"),
        f"\n  {one_line(ruling.reason[:LONGEST])}" if ruling.reason else "",
    )  # fmt: skip
    if twice(item):
        names = ", ".join(dict.fromkeys(one_line(one.adjudicator) for one in item.rulings))
        said += Content.styled(f"\n! ruled twice, by {names}: the later counts; ruling again settles it", "$warning")
    if item.changed:
        why = "! a mention here was changed, removed or added since; the ruling stands until you rule again"
        said += Content.styled(f"\n{why}", "$warning")
    return said


def columns_of(
    item: Item, annotators: Sequence[str], keys: Sequence[str], remarks: dict[int, str]
) -> list[tuple[Content, Mention | None, str]]:
    """The column of each annotator, headed by the key that takes it, and that of the ruling."""
    by_name = {each.annotator: each for each in item.group.members}
    found: list[tuple[Content, Mention | None, str]] = []
    for at, name in enumerate(annotators):
        mention = by_name.get(name)
        key = keys[at] if at < len(keys) else ""
        taken = mention is not None and item.ruling is not None and item.ruling.taken_id == mention.id
        head = Content.assemble(
            (f"{key} " if key else "", "bold $accent"), (one_line(name), "bold"),
            (" ✓" if taken else "", "bold $success"),
            (f"  {remarks[mention.id]}" if mention and mention.id in remarks else "", "$warning"),
        )  # fmt: skip
        found.append((head, mention, f"{one_line(name)} has nothing here"))
    if item.ruling:
        found.append((Content.styled("ruling", "bold $success"), item.gold, "no claim here"))
    return found


def empty_words(*, documents: int, problem: str, unfinished: bool, judged: int, only: bool) -> Content:
    """Why there is nothing to rule on."""
    if problem:
        return Content(one_line(problem))
    if only:
        return Content.assemble(("Nothing differs here\n\n", "bold"), ("f shows where all agree.", "$muted"))
    if documents and judged:
        return Content.assemble(
            ("Nobody has a mention in this document\n\n", "bold"),
            "Whoever submitted it found nothing to mark; where two did, that is its gold layer.\n",
            ("> opens the next document.", "$muted"),
        )
    if unfinished:
        return Content.assemble(("Nobody has marked anything yet\n\n", "bold"), ("q goes back.", "$muted"))
    return Content.assemble(
        ("Nothing to adjudicate yet\n\n", "bold"),
        "A document counts once two annotators have submitted it, and here nobody’s work is complete.\n",
        ("i counts in work that is not finished, or that of one annotator; q goes back.", "$muted"),
    )


def counts(docket: Docket, *, narrow: bool = False) -> str:
    """How far the document is."""
    how = docket.progress()
    if narrow:
        return f"{how.ruled:,}/{how.groups:,} ruled"
    left = f" · {count(how.open, 'difference')} left" if how.open else ""
    return f"{how.ruled:,} of {how.groups:,} ruled{left}"


def quoted(item: Item) -> str:
    """A group's words, for a sentence."""
    model = next(iter(item.group.members), item.gold)
    return in_quotes(one_line(model.quote[:60])) if model else "nothing"
