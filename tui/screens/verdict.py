"""Ruling otherwise: every detail of what is to stand here, begun with what annotators have, and a reason."""

from collections.abc import Iterator, Sequence

from msgspec import structs
from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from ...measure.adjudication import Item
from ...schema import acts, rulings
from ...schema.errors import NoSuchThing
from ...schema.events import Mark as MarkValue
from ...schema.events import Mention as MentionValue
from ...schema.ledger import Act
from ...schema.records import Label, Mark, Mention, Source
from ...schema.segments import Segments
from ...schema.text import Span
from ..drafts import DetailsResult, MarkDraft, mark_draft, quoted, stated_chain, to_evidence
from ..whereabouts import merged, moved
from ..widgets.choices import Choice, Choices
from ..widgets.mark_form import field
from ..widgets.mention_card import one_line
from ..widgets.text_field import TextField
from ..widgets.toggles import Toggles
from .details import Details
from .details import quoted as shown_quote

_MOVES = {"[": ("start", -1), "]": ("start", 1), "{": ("end", -1), "}": ("end", 1)}
_OWN = "own"


class VerdictResult(DetailsResult, frozen=True):
    """What is ruled: the details, the words, which labels hold, and why."""

    spans: tuple[Span, ...]
    labels: frozenset[str]
    reason: str


class Boundaries(Choices):
    """Which words: those of an annotator, what all or any of them have, or moved from there by a word."""

    HINT = "[ ] { } move the edges by a word"


class Verdict(Details):
    """The form of a ruling on a group. It begins with the ruling that stands, or else with the first annotator's."""

    def __init__(self, item: Item, text: str, labels: Sequence[Label], sources: Sequence[Source]) -> None:
        self._item = item
        self.draft, self._on = _draft(item, labels)
        self._spans = self.draft.spans
        self._options = _boundaries(item, self.draft)
        self._keys = {label.label: label.key for label in labels}
        self._segments: Segments | None = None
        super().__init__(self.draft, text, labels, sources)

    def before(self) -> ComposeResult:
        """The words, the labels that hold, and the reason."""
        names = [Choice(name, name) for name in self._options]
        chosen = next(name for name, spans in self._options.items() if spans == self._spans)
        yield field("words", Boundaries([*names, Choice(_OWN, "moved")], chosen, id="boundaries"))
        choices = [self._choice(mark.label) for mark in self.draft.marks]
        yield field("labels", Toggles(choices, self._on, self._keys, id="holding"))
        ruling = self._item.ruling
        reason = TextField(ruling.reason if ruling else "", id="reason", placeholder="why so, for whoever asks later")
        yield field("reason", reason)

    def _title(self) -> Content:
        return Content.assemble(("Rule otherwise", "bold"), ("  what is to stand here", "$muted"))

    def on_mount(self) -> None:
        """Show the words as they are chosen."""
        super().on_mount()
        self.query_one("#boundaries").focus()

    # ------------------------------------------------------------------ the words

    @on(Choices.Changed, "#boundaries")
    def _choose_words(self, message: Choices.Changed) -> None:
        if message.value in self._options:
            self._spans = self._options[message.value]
        self._show_words()

    async def on_event(self, event: events.Event) -> None:
        """Move the edges of the words while these are in hand; the key is nobody else's then."""
        if isinstance(event, events.Key) and isinstance(self.focused, Boundaries) and event.character in _MOVES:
            event.stop()
            event.prevent_default()
            self._move(*_MOVES[event.character])
            return
        await super().on_event(event)

    def _move(self, edge: str, step: int) -> None:
        self._segments = self._segments or Segments(self._text)
        at = 0 if edge == "start" else -1
        spans = list(self._spans)
        spans[at] = moved(self._segments, spans[at], edge, step)
        self._spans = merged(spans)
        self.query_one("#boundaries", Boundaries).choose(_OWN)
        self._show_words()

    def _show_words(self) -> None:
        self.query_one("#quote", Static).update(shown_quote(quoted(self._text, self._spans)))

    # ------------------------------------------------------------------ the labels

    @property
    def holding(self) -> set[str]:
        """The labels that are on."""
        shown = self.query(Toggles)
        return shown.first().on if shown else self._on

    @on(Toggles.Changed)
    def _turned(self, message: Toggles.Changed) -> None:
        """Show the form of a label that was turned on."""
        self.warn()
        if message.value in message.toggles.on:
            self.query_one("#labels", Choices).value = message.value

    def result(self, marks: tuple[MarkDraft, ...]) -> VerdictResult:
        """What the form holds: of the labels those that are on."""
        holding = frozenset(self.holding)
        base = super().result(tuple(mark for mark in marks if mark.label in holding))
        return VerdictResult(
            claim=base.claim, polarity=base.polarity, note=base.note, marks=base.marks, spans=self._spans,
            labels=holding, reason=self.query_one("#reason", TextField).text,
        )  # fmt: skip


def _draft(item: Item, labels: Sequence[Label]) -> tuple[Mention, set[str]]:
    """What the form begins with, with a mark for every label of the codebook, and the labels that hold."""
    base = item.gold or item.group.members[0]
    marks = {mark.label: mark for mark in base.marks}
    for each in item.group.members:
        for mark in each.marks:
            marks.setdefault(mark.label, mark)
    for label in labels:
        marks.setdefault(label.label, Mark(0, "", label.label, "", None, "", "", (), ()))
    order = [label.label for label in labels]
    ordered = sorted(marks.values(), key=lambda mark: order.index(mark.label) if mark.label in order else len(order))
    return structs.replace(base, marks=tuple(ordered), conflict=False), {mark.label for mark in base.marks}


def _boundaries(item: Item, draft: Mention) -> dict[str, tuple[Span, ...]]:
    """The words that there are to choose from, by how they are called; each only once."""
    found: dict[tuple[Span, ...], list[str]] = {}
    if item.gold:
        found[item.gold.spans] = ["as ruled"]
    for each in item.group.members:
        found.setdefault(each.spans, []).append(one_line(each.annotator))
    members = item.group.members
    if len({each.spans for each in members}) > 1:
        found.setdefault(merged(span for each in members for span in each.spans), []).append("all together")
        if both := tuple(_in_all(members)):
            found.setdefault(both, []).append("what all have")
    found.setdefault(draft.spans, ["as it is"])
    return {", ".join(names): spans for spans, names in found.items()}


def _in_all(members: Sequence[Mention]) -> Iterator[Span]:
    first, *others = members
    common = list(merged(first.spans))
    for each in others:
        pairs = ((one, other) for one in common for other in merged(each.spans) if one.overlaps(other))
        common = [Span(max(one.start, other.start), min(one.end, other.end)) for one, other in pairs]
    yield from common


def rule_otherwise(act: Act, draft: Mention, item: Item, sha256: str, text: str, result: VerdictResult) -> str:
    """Rule what a form holds; the answer is the ruling's uid.

    Raises:
        NoSuchThing: what the form began with was removed meanwhile.
        NotAllowed: the signer is neither adjudicator nor lead.
    """
    base = act.value("mention", draft.uid)
    if not isinstance(base, MentionValue):
        raise NoSuchThing("The mention that the form began with was removed meanwhile; nothing was ruled")
    claim = draft.claim_uid
    if result.claim != (draft.claim or ""):
        claim = acts.state_claim(act, result.claim) if result.claim.strip() else None
    mention = structs.replace(
        base, spans=acts.words(text, result.spans), claim=claim, polarity=result.polarity, note=result.note
    )
    marks = [_mark(act, draft, each, text, sha256) for each in result.marks]
    return rulings.rule(act, item.inputs, mention, marks, reason=result.reason)


def _mark(act: Act, draft: Mention, form: MarkDraft, text: str, sha256: str) -> MarkValue:
    """A mark as a form has it, with all that its model has besides."""
    model = draft.mark(form.label)
    assert model
    value = act.value("mark", model.uid) if model.uid else None
    made = value if isinstance(value, MarkValue) else MarkValue(mention=draft.uid, label=form.label)
    before = mark_draft(model)
    if form.chain != before.chain:
        made = structs.replace(made, chain=tuple(stated_chain(act, draft, form, text, sha256)))
    if form.evidence != before.evidence:
        made = structs.replace(made, evidence=tuple(to_evidence(each, text) for each in form.evidence))
    return structs.replace(made, kind=form.kind, certainty=form.certainty, note=form.note)
