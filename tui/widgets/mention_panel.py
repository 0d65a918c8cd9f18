"""Beside the article: the mention in hand as a card, and below it the document's mentions, one a row."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from ..desk import Desk
from .mention_card import Colour, card, one_line, tag_of

_EMPTY = (
    "No mention in hand.\n\n"
    "p  picks words by two letters,\nv  selects while you move;\nthen s a d c label them.\n\n"
    "tab goes through the mentions."
)


class MentionList(Widget):
    """The mentions around the one in hand, as many as there are rows; a click takes one in hand."""

    class Chosen(Message):
        """A mention was clicked."""

        def __init__(self, uid: str) -> None:
            super().__init__()
            self.uid = uid

    def __init__(self) -> None:
        super().__init__()
        self._desk: Desk | None = None
        self._first = 0
        self._colour: Colour = lambda _: ""

    def show(self, desk: Desk, colour: Colour) -> None:
        """Show a desk's mentions, the one in hand among them."""
        self._desk, self._colour = desk, colour
        self.refresh()

    def render(self) -> Content:
        """The rows that fit."""
        if self._desk is None:
            return Content("")
        shown, height = self._desk.shown(), max(1, self.size.height)
        at = next((row for row, each in enumerate(shown) if each.uid == self._desk.active), None)
        if at is not None and not self._first <= at < self._first + height:
            self._first = at - height // 2
        self._first = max(0, min(self._first, len(shown) - height))
        return Content("\n").join(self._row(row) for row in range(self._first, min(len(shown), self._first + height)))

    def _row(self, row: int) -> Content:
        desk = self._desk
        assert desk
        mention = desk.shown()[row]
        pending = "◌" if desk.pending.get(mention.uid) else " "
        by = "" if mention.annotator == desk.annotator else f"{one_line(mention.annotator)[:12]}: "
        tag = f"{tag_of(mention, desk.labels):<5}"
        colour = self._colour(mention.marks[0].label) if mention.marks else ""
        line = Content.assemble(
            ("▸" if mention.uid == desk.active else " "),
            (pending, Style(dim=True)),
            (tag, Style.parse(colour) + Style(bold=True) if colour else Style(dim=True)),
            " ",
            (by, Style(dim=True)),
            one_line(mention.quote[:200]),
        )
        return line.truncate(max(4, self.size.width), ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        """Take the clicked mention in hand."""
        if self._desk and 0 <= self._first + event.y < len(self._desk.shown()):
            self.post_message(self.Chosen(self._desk.shown()[self._first + event.y].uid))


class MentionPanel(Vertical):
    """The card and the list."""

    card = query_one("#card", Static)
    mentions = query_one(MentionList)

    def compose(self) -> ComposeResult:
        """The card scrolls if it must; the list shows what fits."""
        with VerticalScroll(id="card-scroll", can_focus=False):
            yield Static(id="card", markup=False)
        yield Static(id="count", markup=False)
        yield MentionList()

    def show(self, desk: Desk, colour: Colour) -> None:
        """Show what a desk has in hand."""
        mention = desk.mention
        if mention:
            mine = mention.annotator == desk.annotator
            pending = bool(desk.pending.get(mention.uid))
            width = self.card.size.width - 1
            shown = card(mention, desk.mark, desk.labels, colour, width=width, pending=pending, mine=mine)
        elif desk.selection():
            shown = Content.styled("Selected. s a d c r label it, V adds a piece, esc lets go.", Style(dim=True))
        else:
            shown = Content.styled(_EMPTY, Style(dim=True))
        self.card.update(shown)
        count = len(desk.shown())
        words = "1 mention" if count == 1 else f"{count:,} mentions"
        self.query_one("#count", Static).update(Content.styled(words, Style(dim=True)))
        self.mentions.show(desk, colour)
