"""What shows a mark, as a list to look through and to remove from."""

from collections.abc import Iterable

from textual.binding import Binding
from textual.content import Content
from textual.widgets.option_list import Option

from ..drafts import EvidenceDraft, quoted
from .mention_card import one_line
from .options import Options
from .wording import in_quotes


class EvidenceEditor(Options):
    """Shows words, mentions elsewhere and web addresses, and removes them."""

    HINT = "x remove"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("x,delete,backspace", "remove", show=False),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]

    def __init__(self, evidence: Iterable[EvidenceDraft], text: str, *, disabled: bool = False) -> None:
        super().__init__(compact=True, markup=False, disabled=disabled)
        self.evidence = tuple(evidence)
        self._text = text

    def on_mount(self) -> None:
        """Show what there is."""
        self._show(0)

    def add(self, item: EvidenceDraft) -> None:
        """Put evidence last, unless it is there already."""
        if item not in self.evidence:
            self.evidence = (*self.evidence, item)
        self._show(len(self.evidence) - 1)

    def action_remove(self) -> None:
        """Take the highlighted evidence away."""
        at = self.highlighted
        if at is not None and self.evidence:
            self.evidence = (*self.evidence[:at], *self.evidence[at + 1 :])
            self._show(at)

    def _show(self, highlighted: int) -> None:
        rows = [Option(_row(item, self._text)) for item in self.evidence]
        self.set_options(rows or [Option(Content.styled("none", "$muted"), disabled=True)])
        self.highlighted = min(highlighted, len(rows) - 1) if rows else None


def _row(item: EvidenceDraft, text: str) -> Content:
    if item.spans:
        shown = Content(in_quotes(one_line(quoted(text, item.spans))))
    elif item.mention_uid:
        shown = Content(f"a mention elsewhere, by {one_line(item.mention_uid.rpartition('/')[0])}")
    else:
        shown = Content.styled(one_line(item.url), "underline")
    return shown + Content.styled(f"  {one_line(item.note)}", "$muted") if item.note else shown
