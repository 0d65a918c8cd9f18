"""A scroll bar that paints only the rows that changed: in a long text a page moves it by less than an eighth of one."""

from typing import Self

from rich.segment import Segment
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

_KEPT = 64


class LeanBar(ScrollBar):
    """Textual's upright scroll bar; a row that looks as before is neither made nor painted anew."""

    def __init__(self, thickness: int = 1) -> None:
        self._rows: list[Strip] = []
        self._strips: dict[Segment, Strip] = {}
        super().__init__(vertical=True, name="vertical", thickness=thickness)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Have it painted anew, if nothing else is asked for only where it changed."""
        was = self._rows
        if regions or layout or recompose or not repaint or not was or len(was) != self.size.height:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        self._rows = self._bar()
        changed = [y for y, (before, now) in enumerate(zip(was, self._rows, strict=True)) if before is not now]
        if changed:
            super().refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        return self

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self._rows = []
        self._strips.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows inside a region of it."""
        if len(self._rows) != self.size.height:
            self._rows = self._bar()
        left, right = crop.column_span
        _, background = self.background_colors
        rows = self._rows[crop.y : crop.bottom]
        for each in self.get_line_filters():
            rows = [strip.apply_filter(each, background) for strip in rows]
        return [strip.crop(left, right) for strip in rows]

    def _bar(self) -> list[Strip]:
        """A strip a row; two rows that look the same have the same one."""
        bar = self.render()
        assert isinstance(bar, ScrollBarRender)
        style = self.app.console.get_style(bar.style)
        assert style.color
        assert style.bgcolor
        cells = bar.render_bar(
            size=self.size.height, virtual_size=bar.virtual_size, window_size=bar.window_size, position=bar.position,
            thickness=bar.thickness, vertical=True, back_color=style.bgcolor, bar_color=style.color,
        )  # fmt: skip
        if len(self._strips) > _KEPT:
            self._strips.clear()
        return [self._strips.get(cell) or self._strip(cell) for cell in cells.segments[: self.size.height]]

    def _strip(self, cell: Segment) -> Strip:
        self._strips[cell] = strip = Strip([cell]).apply_style(self.visual_style.rich_style)
        return strip
