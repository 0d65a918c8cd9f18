"""Lines in two columns, the second of which wraps under itself."""

from collections.abc import Iterator, Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


class Hanging(Widget):
    """Rows of a lead and a text; a text that is longer than its line goes on under where it began."""

    DEFAULT_CSS = "Hanging { height: auto; }"

    def __init__(self, rows: Sequence[tuple[Content, Content]], indent: int, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._rows, self._indent = rows, indent

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the texts need."""
        return len(list(self._lines(width)))

    def render(self) -> Content:
        """All lines."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> Iterator[Content]:
        for lead, text in self._rows:
            room = max(1, self._indent - lead.cell_length)
            for at, line in enumerate(text.wrap(max(1, width - self._indent))):
                yield (lead + " " * room if at == 0 else Content(" " * self._indent)) + line
