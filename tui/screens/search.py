"""Full-text search over the project: finds as one types; enter opens the document at the find."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Center, Horizontal, Middle
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from ...schema.records import Hit
from ...schema.searching import MANY, Finds
from ..catalogue import found_words, place_of
from ..finder import Finder, Found
from ..widgets.mention_card import one_line
from ..widgets.paged_list import PagedList
from .page import Page

if TYPE_CHECKING:
    from ..app import OnrecordApp

_SIZE = 100
_THINGS = {"document": "document", "claim": "claim", "source": "source"}
_THING, _GAP = 8, 2
_LONGEST = 600


class Hits:
    """The finds of the newest answer, as the list wants them."""

    def __init__(self) -> None:
        self.finds = Finds()

    def count(self) -> int:
        """How many finds there are."""
        return len(self.finds.hits)

    def page(self, first: int, size: int) -> Sequence[Hit]:
        """So many finds from a position."""
        return self.finds.hits[first : first + size]


class Search(Page[None]):
    """A line to type in, and the best finds: documents by title and text, claims, sources, and notes."""

    CSS_PATH = "search.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("escape", "close", show=False),
        Binding("enter", "open", show=False),
        Binding("down,ctrl+n", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    finds = query_one("#finds", PagedList)

    def __init__(self) -> None:
        super().__init__()
        self._found = Hits()
        self._query = ""

    @property
    def onrecord(self) -> "OnrecordApp":
        """The app, with what onrecord adds to it."""
        return cast("OnrecordApp", self.app)

    def compose(self) -> ComposeResult:
        """The line, the finds, and words where there are none."""
        project = self.onrecord.project
        self._finder = Finder(project.path, project.annotator, self.post_message)
        with Horizontal(id="line"):
            yield Static(Content("search "), id="line-name")
            yield Input(placeholder="words in titles, texts, claims, sources and notes", compact=True)
            yield Static(id="count", markup=False)
        yield PagedList(self._found, self._row, id="finds")
        with Middle(id="empty"), Center():
            yield Static(id="empty-words", markup=False)
        keys = (("↵", "open at the find"), ("↑↓", "choose"), ("esc", "back"))
        yield Static(
            Content("  ").join(Content.assemble((key, "bold $accent"), " ", (word, "$muted")) for key, word in keys),
            id="keys",
        )

    def on_mount(self) -> None:
        """Begin with an empty line."""
        self.query_one(Input).focus()
        self._show("")

    def on_unmount(self) -> None:
        """Stop it."""
        self._finder.close()

    # ------------------------------------------------------------------ finding

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._finder.look_for(message.value)
        self.query_one("#count", Static).update(Content("…"))

    @on(Found)
    def _answered(self, message: Found) -> None:
        self._query, self._found.finds = message.query, message.finds
        self.finds.reload()
        self.finds.go(0)
        self._show(message.problem)

    def _show(self, problem: str) -> None:
        hits, asked = self._found.count(), bool(self._query.strip())
        count = f"the {_SIZE} best" if hits == _SIZE else f"{hits} found"
        if self._found.finds.many:
            count = f"{hits} newest of over {MANY:,}"
        self.query_one("#count", Static).update(Content(count if asked else ""))
        self.set_class(not hits, "empty")
        words = "Type words. All of them must occur; the last one may be unfinished, in texts from its third letter on."
        if asked:
            words = "Nothing has all of these words."
        self.query_one("#empty-words", Static).update(Content(one_line(problem) or words))

    def _row(self, hit: Hit, width: int, here: bool) -> Content:
        return hit_row(hit, self._query, width, here=here)

    # ------------------------------------------------------------------ what can be done

    @on(Input.Submitted)
    @on(PagedList.Chosen)
    def action_open(self) -> None:
        """Open the document of the find under the cursor, there."""
        from .reader import Reader

        hit: Hit | None = self.finds.current
        if hit is None:
            return
        place = place_of(self.onrecord.project.connection, hit, self._query)
        if place is None:
            self.notify(f"No article has this {hit.thing} yet", severity="warning", timeout=4, markup=False)
        else:
            self.app.push_screen(Reader(place.document, place.cursor, query=place.words))

    def action_move(self, step: int) -> None:
        """To another find."""
        self.finds.move(step)

    def action_page(self, step: int) -> None:
        """A page of finds on."""
        self.finds.move(step * self.finds.page_rows)

    def action_close(self) -> None:
        """Back to the library."""
        self.dismiss()


def hit_row(hit: Hit, query: str, width: int, *, here: bool) -> Content:
    """A find on one row: what it is, its title, and the words around the find."""
    title, snippet = one_line(hit.title[:_LONGEST]), one_line(hit.snippet[:_LONGEST])
    room = max(10, width - 1 - _THING - _GAP - 1)
    at = room if not snippet else 0 if not title else min(max(20, room * 2 // 5), room)
    thing = Content.styled(_THINGS.get(hit.thing, "note").ljust(_THING), "$muted")
    shown = [_marked(title, query, "bold" if here else "").truncate(at, ellipsis=True, pad=bool(snippet))] if at else []
    if snippet:
        left = room - at - (_GAP if at else 0)
        shown.append(_marked(_around_find(snippet, query, left), query, "$muted").truncate(max(0, left), ellipsis=True))
    return Content("▌" if here else " ").stylize("$accent") + thing + " " * _GAP + Content(" " * _GAP).join(shown)


def _around_find(text: str, query: str, width: int) -> str:
    """A text, without so much of its beginning as would push the first find out of a width in cells."""
    first = next(iter(found_words(text, query)), None)
    if first is None or cell_len(text[: first.end]) < width:
        return text
    start = first.start
    while start and cell_len(text[start - 1 : first.start]) <= width // 3:
        start -= 1
    return "…" + text[start:]


def _marked(text: str, query: str, style: str) -> Content:
    content = Content(text).stylize(style)
    for span in found_words(text, query):
        content = content.stylize("bold $accent", span.start, span.end)
    return content
