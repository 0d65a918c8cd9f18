"""Beside the article: the mention or suggestion in hand as a card, and below it the document's, one a row."""

from collections.abc import Callable

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
from ..offered import as_mention
from ..places import Places
from .mention_card import Colour, card, one_line, tag_of
from .wording import count, told

_EMPTY = (
    "No mention in hand.\n\n"
    "p  picks words by two letters,\nv  selects while you move;\nthen s a d c label them.\n\n"
    "tab goes through the mentions"
)


Card = Callable[[int], Content]

_BESIDE = 2
"""Cells right of the card: a space, and a scroll bar if there is one. The words stand the same either way."""
_LEAST = 9
"""Rows that the card beside an article has at least, as in the style sheet."""


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
        self._stops = Places()
        self._first = 0
        self._colour: Colour = lambda _: ""

    def show(self, desk: Desk, colour: Colour) -> None:
        """Show a desk's mentions, the one in hand among them."""
        self._desk, self._colour, self._stops = desk, colour, desk.stops()
        self.refresh()

    def render(self) -> Content:
        """The rows that fit."""
        if self._desk is None:
            return Content("")
        stops, height = self._stops, max(1, self.size.height)
        at = stops.place_of(self._desk.active)
        if at is not None and not self._first <= at < self._first + height:
            self._first = at - height // 2
        self._first = max(0, min(self._first, len(stops) - height))
        return Content("\n").join(self._row(row) for row in range(self._first, min(len(stops), self._first + height)))

    def _row(self, row: int) -> Content:
        desk = self._desk
        assert desk
        uid = self._stops[row]
        mention = desk.mentions.get(uid) or as_mention(desk.tray.offers[uid], desk.document, desk.annotator)
        offered = uid in desk.tray.offers
        talk = desk.talk.get(uid)
        pending = "◌" if desk.pending.get(uid) else "·" if offered else "?" if talk and talk.open else " "
        by = "" if mention.annotator == desk.annotator else f"{one_line(mention.annotator)[:12]}: "
        tag = f"{tag_of(mention, desk.labels):<5}"
        colour = self._colour(mention.marks[0].label) if mention.marks else ""
        line = Content.assemble(
            ("▸" if mention.uid == desk.active else " "),
            (pending, Style(bold=True) if pending == "?" else Style(dim=True)),
            (tag, Style.parse(colour) + Style(bold=not offered) if colour else Style(dim=True)),
            " ",
            (by, Style(dim=True)),
            (one_line(mention.quote[:200]), "italic $muted" if offered else ""),
        )
        return line.truncate(max(4, self.size.width), ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        """Take the clicked mention in hand."""
        if self._desk and 0 <= self._first + event.y < len(self._stops):
            self.post_message(self.Chosen(self._stops[self._first + event.y]))


class MentionPanel(Vertical):
    """The card and the list."""

    card = query_one("#card", Static)
    mentions = query_one(MentionList)

    def __init__(self) -> None:
        super().__init__()
        self._last: tuple[Desk, Colour, str, str, Card | None] | None = None
        self._rows = self._over = 0

    def on_resize(self) -> None:
        """Wrap the card anew; also when the panel comes back after it was hidden, and had no width."""
        self._rows = 0
        self.card.styles.min_height = None
        if self._last:
            self.call_after_refresh(self.show, *self._last)

    def compose(self) -> ComposeResult:
        """The card scrolls if it must; the list shows what fits."""
        with VerticalScroll(id="card-scroll", can_focus=False):
            yield Static(id="card", markup=False)
        with Vertical(id="list"):
            yield Static(id="count", markup=False)
            yield MentionList()

    def show(self, desk: Desk, colour: Colour, others_key: str, remarks_key: str, instead: Card | None = None) -> None:
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
        self.query_one("#count", Static).update(_count(desk, others_key), layout=False)
        self.mentions.show(desk, colour)

    def _show_card(self, shown: Content, width: int) -> None:
        """Show it. Its place grows with the longest card but does not shrink: to lay a screen out anew takes long."""
        rows, was = len(shown.wrap(max(1, width))), self._rows
        most = self.size.height * 6 // 10 if self.size.width < self.screen.size.width else 0
        self._rows = max(was, min(rows, most))
        if self._rows > max(was, _LEAST):
            self.card.styles.min_height = self._rows
        room = max(was, _LEAST) if most else 0
        self.card.update(shown, layout=max(rows, self._over) > room)
        self._over = rows


def _count(desk: Desk, others_key: str) -> Content:
    """How many mentions there are to see, and whether those of others are among them."""
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
