"""One mark of a mention as a form: its kind, certainty and note, the chain behind it, and what shows it."""

from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input, Static

from .. import cautions
from ..drafts import EvidenceDraft, MarkDraft
from .chain_editor import ChainEditor
from .choices import Choice, Choices
from .evidence_editor import EvidenceEditor
from .mention_card import one_line
from .text_field import TextField


class Unfit(Exception):
    """What a field holds cannot be taken: the sentence says why, and `field` is where."""

    def __init__(self, sentence: str, field: Widget) -> None:
        super().__init__(sentence)
        self.field = field


class MarkForm(Vertical):
    """A draft of one mark, to be changed. `kinds` are the label's as (kind, gloss); `text` is the document's."""

    certainty = query_one(".certainty", TextField)
    chain = query_one(ChainEditor)
    evidence = query_one(EvidenceEditor)

    def __init__(self, draft: MarkDraft, kinds: tuple[tuple[str, str], ...], text: str, *, readonly: bool) -> None:
        super().__init__()
        self.label = draft.label
        self._draft, self._kinds, self._text, self._readonly = draft, kinds, text, readonly

    def compose(self) -> ComposeResult:
        """Three lines, the chain with its caution, the evidence."""
        draft, off = self._draft, self._readonly
        kinds = [Choice("", "none", "no finer kind")]
        kinds += [Choice(kind, one_line(kind).replace("_", " "), one_line(gloss)) for kind, gloss in self._kinds]
        yield field("kind", Choices(kinds, draft.kind), off=off)
        percent = "" if draft.certainty is None else str(draft.certainty)
        certainty = TextField(percent, restrict="[0-9]{0,3}", classes="certainty")
        yield field("certainty", certainty, Static(Content("% "), classes="unit"), off=off)
        yield field("note", TextField(draft.note, classes="note"), off=off)
        yield Static(
            Content.assemble(("Who says so", "bold"), ("  from the writer inwards; the last is the origin", "$muted")),
            classes="heading",
        )
        yield ChainEditor(draft.chain, self._text, disabled=off)
        yield Static(classes="caution", markup=False)
        yield Static(Content.styled("What shows it", "bold"), classes="heading")
        yield EvidenceEditor(draft.evidence, self._text, disabled=off)
        if not off:
            yield field("web address", TextField(placeholder="https://…  ↵ adds it", classes="url"), off=off)

    def on_mount(self) -> None:
        """Say at once if something contradicts."""
        self.check_chain()

    @on(ChainEditor.Changed)
    def check_chain(self) -> None:
        """Warn where the origin contradicts the label."""
        caution = cautions.of_chain(self.label, self.chain.chain)
        shown = self.query_one(".caution", Static)
        shown.update(Content(f"⚠ {one_line(caution)}"))
        shown.display = bool(caution)

    @on(Input.Changed, ".certainty")
    def _check_certainty(self) -> None:
        wrong = not self._certainty_fits()
        unit = self.query_one(".unit", Static)
        unit.update(Content(f"% {_PERCENT}" if wrong else "%"))
        unit.set_class(wrong, "wrong")
        self.certainty.set_class(wrong, "wrong")

    def _certainty_fits(self) -> bool:
        return not self.certainty.value or int(self.certainty.value) <= 100

    @on(Input.Submitted, ".url")
    def _url_entered(self, message: Input.Submitted) -> None:
        message.stop()
        try:
            self.add_address()
        except Unfit as reason:
            self.notify(str(reason), severity="warning", timeout=4, markup=False)

    def add_address(self) -> None:
        """Put the web address that was typed, if any, to the evidence.

        Raises:
            Unfit: it is no web address.
        """
        line = self.query_one(".url", TextField)
        address = line.text
        if not address:
            return
        if not _is_address(address):
            raise Unfit("A web address begins with https:// or http:// and a host", line)
        self.evidence.add(EvidenceDraft(url=address))
        line.text = ""

    def result(self) -> MarkDraft:
        """The mark as the form has it.

        Raises:
            Unfit: the certainty is no percentage, or what was typed as a web address is none.
        """
        if not self._certainty_fits():
            raise Unfit(_PERCENT, self.certainty)
        self.add_address()
        return MarkDraft(
            label=self.label,
            kind=self.query_one(Choices).value,
            certainty=int(self.certainty.value) if self.certainty.value else None,
            note=self.query_one(".note", TextField).text,
            chain=self.chain.chain,
            evidence=self.evidence.evidence,
        )


_PERCENT = "from 0 to 100, or nothing"


def field(name: str, *parts: Widget, off: bool = False) -> Horizontal:
    """A line of a form: what it is, and what to fill in."""
    for part in parts:
        part.disabled = off
    return Horizontal(Static(Content(name), classes="name"), *parts, classes="row")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
