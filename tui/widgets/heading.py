"""The first line of a screen: what it is about, and at its right end who is working."""

from textual.content import Content
from textual.widget import Widget

_BETWEEN = 2
"""Cells that are left free between the two at least."""


class Heading(Widget):
    """One line of two contents, the right one at most `most` per cent of it. What is too long ends in an ellipsis."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Heading {
        height: 1;
        padding: 0 1;
        background: $panel;
        text-wrap: nowrap;
    }
    """

    def __init__(self, most: int = 30, *, id: str | None = None) -> None:  # noqa: A002 - as every widget of Textual has it
        super().__init__(id=id)
        self._most = most
        self._left = self._right = Content("")

    def show(self, left: Content, right: Content) -> None:
        """Show these, each a single line."""
        self._left, self._right = left, right
        self.refresh()

    def render(self) -> Content:
        """Both, and spaces between them."""
        width = self.size.width
        right = self._right.truncate(width * self._most // 100, ellipsis=True)
        left = self._left.truncate(max(0, width - right.cell_length - _BETWEEN), ellipsis=True)
        return left + " " * (width - left.cell_length - right.cell_length) + right
