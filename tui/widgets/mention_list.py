"""The mentions of a document in a list, around the one in hand: only rows that look different now are painted anew."""

from collections.abc import Hashable

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from ..desk import Desk
from ..offered import as_mention
from ..places import Places
from .mention_card import Colour, one_line, tag_of

_KEPT = 512


class MentionList(Widget):
    """The mentions around the one in hand, as many as there are rows; a click takes one in hand."""

    ALLOW_SELECT = False

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
        self._rows: list[Hashable] = []
        """What each row shows: two that are equal look the same."""
        self._strips: dict[Hashable, Strip] = {}

    def show(self, desk: Desk, colour: Colour) -> None:
        """Show a desk's mentions, the one in hand among them."""
        if desk is not self._desk:
            self._strips.clear()
        self._desk, self._colour, self._stops = desk, colour, desk.stops()
        self._look()

    def _look(self) -> None:
        """See which rows there are now, and have those painted that are not what they were."""
        if self._desk is None:
            return
        stops, height = self._stops, max(1, self.size.height)
        at = stops.place_of(self._desk.active)
        if at is not None and not self._first <= at < self._first + height:
            self._first = at - height // 2
        self._first = max(0, min(self._first, len(stops) - height))
        was, self._rows = self._rows, [self._row(uid) for uid in stops[self._first : self._first + height]]
        for y in range(max(len(was), len(self._rows))):
            if was[y : y + 1] != self._rows[y : y + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def _row(self, uid: str) -> Hashable:
        desk = self._desk
        assert desk
        talk = desk.talk.get(uid)
        waits = bool(desk.pending.get(uid)), bool(talk and talk.open)
        return uid, desk.mentions.get(uid) or desk.tray.offers[uid], uid in desk.tray.offers, uid == desk.active, waits

    def on_resize(self) -> None:
        """As many rows as there is room for now."""
        self._strips.clear()
        self._look()

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One row of the content."""
        if y >= len(self._rows):
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        strip = self._strips.get(self._rows[y])
        if strip is None:
            if len(self._strips) >= _KEPT:
                self._strips.clear()
            style = self.visual_style
            strip = Strip(self._line(self._stops[self._first + y]).render_segments(style))
            strip = strip.adjust_cell_length(self.size.width, style.rich_style)
            self._strips[self._rows[y]] = strip
        return strip

    def _line(self, uid: str) -> Content:
        desk = self._desk
        assert desk
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
