"""Beside the article: the mention or suggestion in hand as a card, and below it the document's, one a row."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.style import Style
from textual.widgets import Static

from ..desk import Desk
from .card import Card
from .mention_card import Colour, card
from .mention_list import MentionList
from .wording import count, told

_EMPTY = (
    "No mention in hand.\n\n"
    "p  picks words by two letters,\nv  selects while you move;\nthen s a d c label them.\n\n"
    "tab goes through the mentions"
)


Shown = Callable[[int], Content]

_BESIDE = 2
"""Cells right of the card: a space, and a scroll bar if there is one. The words stand the same either way."""
_LEAST = 9
"""Rows that the card beside an article has at least, as in the style sheet."""


class MentionPanel(Vertical):
    """The card and the list."""

    card = query_one("#card", Card)
    mentions = query_one(MentionList)

    def __init__(self) -> None:
        super().__init__()
        self._last: tuple[Desk, Colour, str, str, Shown | None] | None = None
        self._rows = self._over = 0
        self._counted = ""

    def on_resize(self) -> None:
        """Wrap the card anew; also when the panel comes back after it was hidden, and had no width."""
        self._rows = 0
        self.card.styles.min_height = None
        if self._last:
            self.call_after_refresh(self.show, *self._last)

    def compose(self) -> ComposeResult:
        """The card scrolls if it must; the list shows what fits."""
        with VerticalScroll(id="card-scroll", can_focus=False):
            yield Card(id="card")
        with Vertical(id="list"):
            yield Static(id="count", markup=False)
            yield MentionList()

    def show(self, desk: Desk, colour: Colour, others_key: str, remarks_key: str, instead: Shown | None = None) -> None:
        """Show what a desk has in hand, or `instead` of a mention something else of a width in cells.

        `others_key` shows and hides other annotators' mentions, `remarks_key` shows the remarks on the one in hand.
        """
        self._last = desk, colour, others_key, remarks_key, instead
        mention = desk.mention
        width = self.query_one("#card-scroll").outer_size.width - _BESIDE
        if instead:
            shown = instead(width)
        elif mention:
            mine = mention.annotator == desk.annotator
            pending = bool(desk.pending.get(mention.uid))
            talk = desk.talk.get(mention.uid)
            remarks = f"{'? ' if talk.open else ''}{told(*talk)} · {remarks_key}" if talk else ""
            shown = card(
                mention, desk.mark, desk.labels, colour, width=width, pending=pending, mine=mine, remarks=remarks
            )
        elif desk.selection():
            shown = Content.styled("Selected. s a d c r label it, V adds a piece, esc lets go.", Style(dim=True))
        else:
            offered = "\nand the suggestions, which are dim." if desk.tray.offers else "."
            shown = Content.styled(_EMPTY + offered, Style(dim=True))
        self._show_card(shown, width)
        self._show_count(_count(desk, others_key))
        self.mentions.show(desk, colour)

    def _show_count(self, shown: Content) -> None:
        if shown.markup != self._counted:
            self._counted = shown.markup
            self.query_one("#count", Static).update(shown, layout=False)

    def _show_card(self, shown: Content, width: int) -> None:
        """Show it. Its place grows with the longest card but does not shrink: to lay a screen out anew takes long."""
        rows, was = _height(shown, max(1, width)), self._rows
        most = self.size.height * 6 // 10 if self.size.width < self.screen.size.width else 0
        self._rows = max(was, min(rows, most))
        if self._rows > max(was, _LEAST):
            self.card.styles.min_height = self._rows
        room = max(was, _LEAST) if most else 0
        self.card.show(shown, layout=max(rows, self._over) > room)
        self._over = rows


def _height(shown: Content, width: int) -> int:
    """How many rows it takes; most cards are wrapped already."""
    lines = shown.split("\n", allow_blank=True)
    return sum(1 if line.cell_length <= width else len(line.wrap(width)) for line in lines)


def _count(desk: Desk, others_key: str) -> Content:
    """How many mentions there are to see, and whether those of others are among them."""
    if not desk.whole:
        return Content.styled("reading \u2026", "$muted")
    shown, others = desk.number_shown(), desk.number_of_others()
    offered = f" · {len(desk.tray.offers):,} suggested" if desk.tray.offers else ""
    if not others:
        return Content.styled(count(shown, "mention") + offered, "$muted")
    key = (others_key, "bold $accent")
    if desk.show_others:
        hides = "" if offered else "hides "
        said = Content.assemble(f"{count(shown, 'mention')}{offered} · ", key, f" {hides}others'")
    else:
        shows = "" if offered else "shows "
        said = Content.assemble(f"{shown:,} of yours{offered} · ", key, f" {shows}others' {others:,}")
    return said.stylize_before("$muted")
