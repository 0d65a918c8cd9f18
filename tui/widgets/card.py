"""A card of rows that changes with almost every key: rows that look as before are neither made nor painted anew."""

from typing import Self

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

Look = tuple[int, int, str, tuple[object, ...]]
"""A row: the card's width, which row it is, its words, and their styles."""

_KEPT = 512


class Card(Static):
    """Shows content whose lines are broken already. What is wider than the card is broken as in any `Static`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget of Textual has it
        super().__init__(id=id, markup=False)
        self._rows: list[Content] = []
        self._looks: list[Look] = []
        self._strips: dict[Look, Strip] = {}
        self._changed: list[Region] | None = None

    def show(self, shown: Content, *, layout: bool) -> None:
        """Show something else; with `layout` it may need another height."""
        self._rows, width = shown.split("\n", allow_blank=True), self.size.width
        was, self._looks = self._looks, [(width, y, row.plain, tuple(row.spans)) for y, row in enumerate(self._rows)]
        if not layout and self._fits:
            rows = range(max(len(was), len(self._looks)))
            self._changed = [Region(0, y, width, 1) for y in rows if was[y : y + 1] != self._looks[y : y + 1]]
        self.update(shown, layout=layout)
        self._changed = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Have it painted anew; while `show` runs only the rows that changed."""
        if self._changed is not None:
            regions = tuple(self._changed)
            if not regions:
                return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @property
    def _fits(self) -> bool:
        return all(row.cell_length <= self.size.width for row in self._rows)

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One row of the content. Where text is selected with the mouse, Textual knows how to show that."""
        if self.text_selection is not None or not self._fits:
            return super().render_line(y)
        if y >= len(self._looks):
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        look = self._looks[y]
        strip = self._strips.get(look)
        if strip is None:
            if len(self._strips) >= _KEPT:
                self._strips.clear()
            strip = self._strips[look] = self._paint(y)
        return strip

    def _paint(self, y: int) -> Strip:
        style, x, segments = self.visual_style, 0, []
        for words, ink in self._rows[y].render(style, end="", parse_style=self._get_style):
            segments.append(Segment(words, (style + ink).rich_style_with_offset(x, y)))
            x += len(words)
        return Strip(segments).adjust_cell_length(self.size.width, style.rich_style)
