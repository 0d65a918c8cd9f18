"""The mentions of a document in a list, around the one in hand: only rows that look different now are painted anew."""

from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from ...schema.records import Mention
from ...suggest.offers import Offer
from ..desk import Desk
from ..offered import as_mention
from ..places import Places
from .mention_card import Colour, one_line, tag_of

_KEPT = 512


class Row(NamedTuple):
    """What a row shows: two that are equal look the same."""

    uid: str
    thing: Mention | Offer
    here: bool
    pending: bool
    asked: bool
    """A remark waits for an answer."""


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
        self._rows: list[Row] = []
        self._strips: dict[Row, Strip] = {}

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

    def _row(self, uid: str) -> Row:
        desk = self._desk
        assert desk
        talk = desk.talk.get(uid)
        thing = desk.mentions.get(uid) or desk.tray.offers[uid]
        return Row(uid, thing, uid == desk.active, bool(desk.pending.get(uid)), bool(talk and talk.open))

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
            strip = Strip(self._line(self._rows[y]).render_segments(style))
            strip = strip.adjust_cell_length(self.size.width, style.rich_style)
            self._strips[self._rows[y]] = strip
        return strip

    def _line(self, row: Row) -> Content:
        desk, thing = self._desk, row.thing
        assert desk
        offered = isinstance(thing, Offer)
        mention = as_mention(thing, desk.document, desk.annotator) if isinstance(thing, Offer) else thing
        sign = "◌" if row.pending else "·" if offered else "?" if row.asked else " "
        by = "" if mention.annotator == desk.annotator else f"{one_line(mention.annotator)[:12]}: "
        tag = f"{tag_of(mention, desk.labels):<5}"
        colour = self._colour(mention.marks[0].label) if mention.marks else ""
        line = Content.assemble(
            ("▸" if row.here else " "),
            (sign, Style(bold=True) if sign == "?" else Style(dim=True)),
            (tag, Style.parse(colour) + Style(bold=not offered) if colour else Style(dim=True)),
            " ",
            (by, Style(dim=True)),
            (one_line(mention.quote[:200]), "italic $muted" if offered else ""),
        )
        return line.truncate(max(4, self.size.width), ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        """Take the clicked mention in hand."""
        if 0 <= event.y < len(self._rows):
            self.post_message(self.Chosen(self._rows[event.y].uid))
