"""Where the code points of a text stand in a scrolling pane: the ground that the article view is painted on."""

from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ...schema.text import Span
from .margin import margin_width
from .scroll_bar import LeanBar
from .wrap import HANG, Wrapped

MEASURE = 80
"""The widest a row of text gets, in cells: longer ones are hard to read."""

BESIDE = 2
"""Cells between the margin's tags and the text."""


class TextPane(ScrollView):
    """Holds one immutable text in rows as wide as the pane allows. It is only ever shown, never read back.

    All offsets are code points; x and y count the cells of the content, from its top left corner as scrolled.
    """

    class Resized(Message):
        """The rows have changed: what is visible is not what it was."""

        def __init__(self, view: "TextPane") -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> "TextPane":
            """The view."""
            return self.view

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._text = ""
        self._rows = Wrapped("", 2)
        self._waits = False
        self._looked_at = 0
        self._height = 0

    @property
    def rows(self) -> Wrapped:
        """The text in rows at the present width."""
        return self._rows

    @property
    def inner_width(self) -> int:
        """The width of the content without the scrollbar, in cells."""
        return self.scrollable_content_region.width

    @property
    def vertical_scrollbar(self) -> LeanBar:
        """The scroll bar, made when it is first asked for."""
        if not isinstance(self._vertical_scrollbar, LeanBar):
            self._vertical_scrollbar = bar = LeanBar(self.scrollbar_size_vertical)
            bar.display = False
            self.app._start_widget(self, bar)  # noqa: SLF001 - as Textual does with its own
        return self._vertical_scrollbar

    # ------------------------------------------------------------------ where things are

    def offset_at(self, x: int, y: int) -> int:
        """The code point under a cell; beside the text that of the nearest cell."""
        return self.cluster_at(x, y).start

    def cluster_at(self, x: int, y: int) -> Span:
        """The grapheme cluster under a cell or nearest to it; behind the end of the text it lies outside the text."""
        row = self._rows.row(self._rows.clamp(y + self.scroll_offset.y))
        at = row.at_column(x - self.text_x)
        return Span(row.bounds[at], row.bounds[at + 1])

    def cell_of(self, offset: int) -> tuple[int, int]:
        """The first cell of a code point as (x, y); y may be above or below what can be seen."""
        index = self._rows.row_of(offset)
        row = self._rows.row(index)
        return self.text_x + row.columns[row.at_offset(offset)], index - self.scroll_offset.y

    def visible_span(self) -> Span:
        """From the first code point that can be seen to behind the last one; of an empty text, 0 to 1."""
        first = self._rows.clamp(self.scroll_offset.y)
        last = self._rows.clamp(first + max(1, self.size.height) - 1)
        start, end = self._rows.extent(first)[0], self._rows.extent(last)[1]
        return Span(start, max(start + 1, end))

    def offset_rows_away(self, offset: int, rows: int) -> int:
        """The code point so many rows below (above, if negative), in the same column or the nearest to it."""
        index = self._rows.row_of(offset)
        row = self._rows.row(index)
        there = self._rows.row(self._rows.clamp(index + rows))
        return there.bounds[there.at_column(row.columns[row.at_offset(offset)])]

    @property
    def text_x(self) -> int:
        """The column in which the text begins: the block of margin and text stands in the middle of the pane."""
        width = self.inner_width
        tags = margin_width(width) + BESIDE
        return tags + max(0, width - tags - self._rows.width - HANG) // 2

    # ------------------------------------------------------------------ scrolling

    def scroll_to_offset(self, offset: int, *, center: bool = False) -> None:
        """Scroll as little as it takes to see a code point and a few rows around it.

        With `center`, and where the way is longer than two screens, its row comes to the middle.
        """
        self._looked_at = offset
        height = self.size.height
        if not height:
            return
        row, top = self._row_in_sight(offset), self.scroll_offset.y
        around = min(3, (height - 1) // 4)
        if center or not top - 2 * height <= row <= top + 3 * height:
            top = row - height // 2
        else:
            top = min(row - around, max(top, row - height + 1 + around))
        self.scroll_to(y=max(0, top), animate=False, force=True)

    # ------------------------------------------------------------------ rows

    def load(self, text: str) -> None:
        """Hold another text, from its beginning."""
        self._text = text
        self._looked_at = 0
        self._waits = not self.size.width  # for its first size: at any other width wrapping would be for nothing
        if self._waits:
            self._rows = Wrapped("", 2)
        else:
            self._wrap()
        self.scroll_to(y=0, animate=False, force=True)

    def on_resize(self) -> None:
        """Wrap anew where the width has changed; what was looked at stays in sight, if it was, else the first row."""
        before, self._height = self._height, self.size.height
        top, row = self.scroll_offset.y, self._rows.row_of(self._looked_at)
        seen = top <= row < top + max(before, self._height)
        anchor = self._looked_at if seen else self._rows.extent(self._rows.clamp(top))[0]
        above = self._rows.row_of(anchor) - top
        if (self._waits and self.size.width) or self._measure() != self._rows.width:
            self._waits = False
            self._wrap()
        if before:
            above = max(0, min(above, self._height - 1))
            self.scroll_to(y=self._row_in_sight(anchor) - above, animate=False, force=True)
        else:
            self.scroll_to_offset(self._looked_at)

    def _measure(self) -> int:
        width = self.inner_width
        return max(2, min(MEASURE, width - margin_width(width) - BESIDE - HANG))

    def _wrap(self) -> None:
        self._rows = Wrapped(self._text, self._measure())
        self._row_in_sight(self._looked_at)
        self.call_after_refresh(self._find_all_rows)
        self.refresh()
        self.post_message(self.Resized(self))

    def _row_in_sight(self, offset: int) -> int:
        """The row of a code point, with those found that may be seen around it; how many there are may be a guess."""
        row = self._rows.row_of(offset)
        self._rows.clamp(row + 2 * self.size.height)
        self.virtual_size = Size(self.inner_width, self._rows.guess)
        return row

    def _find_all_rows(self) -> None:
        """Find the rows that can only be seen by scrolling: what can be seen was painted."""
        self.virtual_size = Size(self.inner_width, len(self._rows))

    def painted_rows(self, crop: Region) -> list[Strip]:
        """The rows inside a region. They fill the widget, so that Textual need not put each into a frame."""
        if self.styles.gutter or self.opacity < 1:
            return super().render_lines(crop)
        _, background = self.background_colors
        left, right = crop.column_span
        filters = self.get_line_filters()
        strips = []
        for y in crop.line_range:
            strip = self.render_line(y)
            for each in filters:
                strip = strip.apply_filter(each, background)
            strips.append(strip.crop(left, right))
        return strips

    def refresh_rows(self, first: int, last: int) -> None:
        """Have the rows from `first` to `last` painted anew, as far as they can be seen."""
        top, height = self.scroll_offset.y, self.size.height
        first, last = max(first, top), min(last, top + height - 1)
        if first <= last:
            self.refresh(Region(0, first - top, self.size.width, last - first + 1))
