"""Two lines for somebody who opens the demo: what this is, and what to try first."""

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from ..app import OnrecordApp

_LINES = {
    "library": """\
A made-up story in nine articles, marked by two people. This copy is yours.
[library.open] opens an article, [library.filter] filters, [library.search] searches texts, [app.help] shows every key.\
""",
    "reader": """\
[reader.next_mention] goes through mentions and suggestions. [reader.pick] picks words. s a d c label them.
[reader.who] who says so, [reader.details] details, [reader.undo] undo, [reader.submit] submit, [app.help] every key.\
""",
}
"""Action ids in brackets stand for their keys."""


class DemoBar(Widget):
    """The two lines for a place: `library` or `reader`."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self._lines = _LINES[place].splitlines()

    def render(self) -> Content:
        """Each line on a row of its own, cut where the row ends."""
        return Content("\n").join(self._line(line).truncate(self.size.width, ellipsis=True) for line in self._lines)

    def _line(self, line: str) -> Content:
        app = cast("OnrecordApp", self.app)
        content = Content("")
        for piece in line.split("["):
            id_, bracket, rest = piece.partition("]")
            if bracket:
                content += Content.styled(app.key_of(id_), "bold $accent")
            content += Content(rest if bracket else piece)
        return content
