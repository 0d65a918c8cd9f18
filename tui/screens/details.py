"""All details of a mention: its claim, polarity and note, and each label's kind, certainty, chain and evidence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast, get_args

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from ...schema.events import Polarity
from ...schema.records import Label, Mention, Source
from .. import cautions
from ..drafts import DetailsResult, LinkDraft, MarkDraft, mark_draft
from ..widgets.chain_editor import ChainEditor
from ..widgets.choices import Choice, Choices
from ..widgets.mark_form import MarkForm, Unfit, field
from ..widgets.mention_card import one_line
from ..widgets.text_field import TextField
from ..widgets.wording import in_quotes
from .link import EditLink
from .page import Window

if TYPE_CHECKING:
    from ..app import OnrecordApp

POLARITIES = {
    "asserts": "the words say that the claim holds",
    "negates": "the words say that it does not hold",
    "questions": "the words leave it open whether it holds",
}
_QUOTE = 400


class Details(Window[DetailsResult | None]):
    """A form on a mention; answers with what it holds, or None. `text` is the document's, `sources` its known ones."""

    CSS_PATH = "details.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("ctrl+s", "accept", show=False, priority=True),
        Binding("escape", "cancel", show=False),
        Binding("ctrl+n", "next_label", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    claim = query_one("#claim", TextField)
    polarity = query_one("#polarity", Choices)
    note = query_one("#note", TextField)

    def __init__(
        self, mention: Mention, text: str, labels: Sequence[Label], sources: Sequence[Source], *, readonly: bool = False
    ) -> None:
        super().__init__()
        self._mention, self._text, self._sources, self._readonly = mention, text, list(sources), readonly
        self._labels = {label.label: label for label in labels}
        self._forms: dict[str, MarkForm] = {}

    def compose(self) -> ComposeResult:
        """The words, three lines on the mention, and a form for each mark, one of them at a time."""
        mention, off = self._mention, self._readonly
        with Vertical(id="card"):
            yield Static(self._title(), id="title")
            with VerticalScroll(id="form", can_focus=off):
                yield Static(quoted(mention.quote), id="quote")
                yield from self.before()
                claim = TextField(
                    mention.claim or "", id="claim", placeholder="the claim in plain words, if it has one"
                )
                yield field("claim", claim, off=off)
                yield Static(Content("Links it to the claim of these words; the old claim stays"), id="other")
                polarities = [Choice(each, each, POLARITIES[each]) for each in get_args(Polarity)]
                yield field("polarity", Choices(polarities, mention.polarity, id="polarity"), off=off)
                yield field("note", TextField(mention.note, id="note"), off=off)
                yield from self._marks()
            yield Static(id="foot", markup=False)

    @property
    def holding(self) -> set[str]:
        """The labels that hold by what the form says."""
        return {mark.label for mark in self._mention.marks}

    def warn(self) -> None:
        """Warn of labels that do not go together."""
        for shown in self.query("#together").results(Static):
            caution = cautions.of_labels(self.holding)
            shown.update(Content(f"⚠ {caution}"))
            shown.display = bool(caution)

    def before(self) -> ComposeResult:
        """What a form of this kind asks for above all else."""
        yield from ()

    def _marks(self) -> ComposeResult:
        marks = self._mention.marks
        if not marks:
            yield Static(Content("No label yet: in the writer's own voice"), id="labels")
            return
        first = next(mark.label for mark in marks if mark.label in self.holding or not self.holding)
        yield Choices([self._choice(mark.label) for mark in marks], first, id="labels")
        yield Static(id="together", classes="caution", markup=False)
        self._forms[first] = self._form(first)
        yield from self._forms.values()

    def _form(self, name: str) -> MarkForm:
        """The form of a label, made when it is first turned to."""
        mark, label = self._mention.mark(name), self._labels.get(name)
        assert mark
        kinds = label.kinds if label else ()
        return MarkForm(mark_draft(mark), kinds, self._text, readonly=self._readonly)

    def _choice(self, name: str) -> Choice:
        label = self._labels.get(name)
        sign = f"{label.glyph} {label.letter} " if label else ""
        return Choice(name, one_line(sign + name), style=cast("OnrecordApp", self.app).label_colour(name))

    def _title(self) -> Content:
        mention = self._mention
        whose = f"  by {one_line(mention.annotator)}, to look at only" if self._readonly else ""
        torn = "  ⚠ changed on two devices at once; accepting it settles that" if mention.conflict else ""
        return Content.assemble(("All details", "bold"), (whose, "$muted"), (torn, "$warning"))

    # ------------------------------------------------------------------ moving about

    def on_mount(self) -> None:
        """Say what the keys do."""
        self.query_one("#other").display = False
        self.warn()
        self._say_keys()

    @on(events.DescendantFocus)
    def _say_keys(self) -> None:
        """The keys of the field in focus, then those of the form."""
        here = self.focused
        hint = getattr(here, "HINT", "")  # of a field with keys of its own
        keys = [hint] if hint else []
        keys += ["←→ choose"] if isinstance(here, Choices) else []
        keys += ["esc closes"] if self._readonly else ["ctrl+s accepts", "esc cancels"]
        keys += ["⇥ ↑↓ fields"]
        keys += ["ctrl+n next label"] if len(self._mention.marks) > 1 else []
        self.query_one("#foot", Static).update(Content("  ".join(keys)))

    @on(Choices.Changed, "#labels")
    async def _turn(self, message: Choices.Changed) -> None:
        if message.value not in self._forms:
            form = self._form(message.value)
            await self.query_one("#form").mount(form)
            self._forms[message.value] = form
        self._show_form(message.value)

    def _show_form(self, label: str) -> None:
        for name, form in self._forms.items():
            form.display = name == label

    def action_next_label(self) -> None:
        """Turn to the form of the next label."""
        labels = [mark.label for mark in self._mention.marks]
        if labels:
            strip = self.query_one("#labels", Choices)
            strip.value = labels[(labels.index(strip.value) + 1) % len(labels)]
            strip.focus()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.focus_next()

    @on(Input.Changed, "#claim")
    def _rewording(self) -> None:
        claim = self._mention.claim
        self.query_one("#other").display = bool(claim and self.claim.text and self.claim.text != claim)

    @on(ChainEditor.Wanted)
    def _edit_link(self, message: ChainEditor.Wanted) -> None:
        editor, at, draft = message.editor, message.at, message.draft
        new = draft is None
        before = editor.chain[at - 1] if at else None
        behind = f"Who is behind {before.source or 'nobody named'}?" if before else "Who says so?"

        def take(link: LinkDraft | None) -> None:
            if link is not None:
                editor.put(at, link, new=new)

        self.app.push_screen(EditLink(draft or LinkDraft(relay=at < len(editor.chain)), self._sources, behind), take)

    # ------------------------------------------------------------------ leaving

    def action_accept(self) -> None:
        """Answer with what the form holds, unless something in it cannot be taken."""
        if self._readonly:
            return
        try:
            marks = tuple(
                self._forms[mark.label].result() if mark.label in self._forms else mark_draft(mark)
                for mark in self._mention.marks
            )
        except Unfit as reason:
            self._show_unfit(reason)
            return
        self.dismiss(self.result(marks))

    def result(self, marks: tuple[MarkDraft, ...]) -> DetailsResult:
        """What the form holds, with these marks."""
        return DetailsResult(
            claim=self.claim.text, polarity=cast(Polarity, self.polarity.value), note=self.note.text, marks=marks
        )

    def _show_unfit(self, reason: Unfit) -> None:
        label = next(name for name, form in self._forms.items() if reason.field in form.query("*"))
        self.query_one("#labels", Choices).value = label
        self._show_form(label)
        reason.field.focus()
        self.notify(str(reason), severity="warning", timeout=4, markup=False)

    def action_cancel(self) -> None:
        """Leave everything as it was."""
        self.dismiss(None)


def quoted(words: str) -> Content:
    """The words of a mention in quotation marks; of long ones the beginning and the end."""
    shown = one_line(words)
    if len(shown) > _QUOTE:
        shown = shown[: _QUOTE * 2 // 3] + " … " + shown[-_QUOTE // 3 :]
    return Content(in_quotes(shown))
