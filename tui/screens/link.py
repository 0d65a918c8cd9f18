"""One link of a chain: who it is, how the text identifies them, whether they pass on what another said."""

from collections.abc import Sequence
from typing import cast, get_args

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ...schema.events import Identified, SourceKind
from ...schema.records import Source
from ...schema.text import fold
from ..drafts import LinkDraft
from ..widgets.choices import Choice, Choices
from ..widgets.mention_card import one_line
from ..widgets.options import Options
from ..widgets.text_field import TextField, flat
from .page import Window

GROUNDS = ("on_record", "background", "anonymous_request", "leaked", "document")
"""What a source speaks on, as a suggestion: a team may write others."""

_SHOWN = 5
_IDENTIFIED = {
    "named": "with a name, or for a body that has one",
    "described": "by role or rank: “a senior official”",
    "collective": "a group: “people familiar with the matter”",
    "bare": "nothing but the word: “sources”",
    "unspecified": "no one at all: “reports”, “is said to”",
}


class EditLink(Window[LinkDraft | None]):
    """Answers with the link as it was put together, or None. `sources` are offered as the name is typed."""

    CSS_PATH = "link.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("ctrl+s", "accept", show=False, priority=True),
        Binding("escape", "cancel", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("enter", "accept", show=False),
    ]

    name_field = query_one("#name", TextField)
    offered = query_one(OptionList)
    kind = query_one("#kind", Choices)
    identified = query_one("#identified", Choices)
    relay = query_one("#relay", Choices)
    ground = query_one("#ground", TextField)

    def __init__(self, draft: LinkDraft, sources: Sequence[Source], title: str) -> None:
        super().__init__()
        self._draft, self._sources, self._title = draft, sources, title
        self._matching: list[Source] = []

    def compose(self) -> ComposeResult:
        """The name and who it may be, then a line for each thing to say."""
        draft = self._draft
        ground = TextField(draft.ground, id="ground", placeholder="none given")
        ground.suggester = SuggestFromList(GROUNDS)
        with Vertical(id="card"):
            yield Static(Content(one_line(self._title)), id="title")
            yield _row("name", TextField(draft.source, id="name", placeholder="nobody named"))
            yield Options(compact=True, markup=False)
            yield _row(
                "is a", Choices([Choice(kind, kind) for kind in get_args(SourceKind)], draft.source_kind, id="kind")
            )
            glosses = [Choice(each, each, _IDENTIFIED[each]) for each in get_args(Identified)]
            yield _row("identified", Choices(glosses, draft.identified, id="identified"))
            relay = [
                Choice("", "no", "the origin, as far as this chain goes"),
                Choice("relay", "yes", "passes on what the next one said"),
            ]
            yield _row("relay", Choices(relay, "relay" if draft.relay else "", id="relay"))
            yield _row("ground", ground)
            yield Static(Content("  ".join(GROUNDS)), id="grounds")
            yield Static(id="problem", markup=False)
            yield Static(Content("↵ ctrl+s takes it  ↑↓ offered names  ⇥ next  ←→ choose  esc cancels"), id="foot")

    def on_mount(self) -> None:
        """The offered list is reached from the name, never by itself."""
        self.offered.can_focus = False
        self.offered.display = False
        self.name_field.focus()
        if not self._draft.source:
            self._offer()

    # ------------------------------------------------------------------ the name

    @on(Input.Changed, "#name")
    def _typed(self) -> None:
        if self.name_field.value != flat(self._draft.source):
            self._offer()
            self._guess_identified()
            self.query_one("#problem", Static).update(Content(""))

    def _guess_identified(self) -> None:
        """Whoever is given a name or a description is no longer unspecified: a name begins with a capital."""
        name = flat(self.name_field.value)
        if name and self.identified.value == "unspecified":
            self.identified.value = "named" if name[0].isupper() else "described"

    def _offer(self) -> None:
        """Offer the sources whose name holds what was typed."""
        typed = fold(flat(self.name_field.value))
        holding = (each for each in self._sources if typed in fold(flat(each.name)))
        matching = sorted(holding, key=lambda each: not fold(flat(each.name)).startswith(typed))
        self._matching = matching[:_SHOWN]
        self.offered.set_options(Option(_offered(each)) for each in self._matching)
        self.offered.display = bool(self._matching)

    def action_move(self, step: int) -> None:
        """Through the offered names, or the suggested grounds."""
        if self.focused is self.ground:
            grounds = ["", *GROUNDS]
            at = grounds.index(self.ground.value) if self.ground.value in grounds else -1
            self.ground.value = grounds[(at + step) % len(grounds)]
        elif self.focused is self.name_field and self._matching:
            start = -1 if step > 0 else len(self._matching)
            highlighted = self.offered.highlighted
            self.offered.highlighted = (start if highlighted is None else highlighted) + step
        elif step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        self._take(self._matching[message.option_index])

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        at = self.offered.highlighted
        if message.input is self.name_field and at is not None:
            self._take(self._matching[at])
        else:
            self.action_accept()

    def _take(self, source: Source) -> None:
        """Make the link this source."""
        with self.prevent(Input.Changed):
            self.name_field.text = source.name
        self.kind.value = source.kind
        if source.document_id is None:
            self.identified.value = "named"
        elif self.identified.value in ("named", "unspecified"):
            self.identified.value = "described"
        self.offered.highlighted = None
        self.offered.display = False

    # ------------------------------------------------------------------ leaving

    def action_accept(self) -> None:
        """Answer with the link, if a named source has a name."""
        name, identified = self.name_field.text, cast(Identified, self.identified.value)
        if not name and identified == "named":
            self.query_one("#problem", Static).update(
                Content("A named source needs its name; or say how it is described")
            )
            self.name_field.focus()
            return
        draft = structs.replace(
            self._draft, source=name, source_uid=self._source_uid(name, identified),
            source_kind=cast(SourceKind, self.kind.value), identified=identified, relay=bool(self.relay.value),
            ground=self.ground.text,
        )  # fmt: skip
        self.dismiss(draft)

    def _source_uid(self, name: str, identified: Identified) -> str | None:
        """The source that a name means: one of the project if it is named, one of this document if not."""
        draft, named = self._draft, identified == "named"
        if name == draft.source and named == (draft.identified == "named"):
            return draft.source_uid
        for source in self._sources:
            if name and fold(flat(source.name)) == fold(flat(name)) and (source.document_id is None) == named:
                return source.uid
        return None

    def action_cancel(self) -> None:
        """Leave the link as it was."""
        self.dismiss(None)


def _row(name: str, field: Input | Choices) -> Horizontal:
    return Horizontal(Static(Content(name), classes="name"), field, classes="row")


def _offered(source: Source) -> Content:
    about = [] if source.kind == "unknown" else [source.kind]
    about += ["unnamed, of this document"] if source.document_id is not None else []
    return Content.assemble(one_line(source.name), ("  " + ", ".join(about), "$muted"))
