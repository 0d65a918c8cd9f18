"""A list of any length: only the pages that can be seen are ever fetched, and those around them kept for a while."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ...schema.text import visible

PAGE = 64
_KEPT_PAGES = 32
_KEPT_ROWS = 1024
_LINE_MOVERS = {ord("\n"): " ", ord("\t"): " "}

Item = TypeVar("Item")
Provided = TypeVar("Provided", covariant=True)


class Provider(Protocol[Provided]):
    """Where rows come from: something in order that can be read from any place on."""

    def count(self) -> int:
        """How many rows there are; asked once a reload."""

    def page(self, first: int, size: int, /) -> Sequence[Provided]:
        """At most `size` rows from index `first` on; fewer at the end."""


class PagedList(ScrollView, Generic[Item], can_focus=True):
    """Shows a provider's items, one a row, with a cursor. The keys belong to the screen, which calls the methods.

    `render_item` makes a row of an item, a width in cells, and whether the cursor is on it; it lays out its columns.
    Unsafe code points that it leaves in are shown as visible ones, line ends and tabs as spaces.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"paged-list--cursor"}
    DEFAULT_CSS = """
    PagedList {
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        & > .paged-list--cursor { background: $block-cursor-blurred-background; }
        &:focus > .paged-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    class Highlighted(Message):
        """The cursor is on another row now."""

        def __init__(self, view: "PagedList[Any]", index: int) -> None:
            super().__init__()
            self.view, self.index = view, index

        @property
        def control(self) -> "PagedList[Any]":
            """The list."""
            return self.view

    class Chosen(Message):
        """A row was chosen with the mouse, by a double click."""

        def __init__(self, view: "PagedList[Any]", index: int) -> None:
            super().__init__()
            self.view, self.index = view, index

        @property
        def control(self) -> "PagedList[Any]":
            """The list."""
            return self.view

    def __init__(
        self,
        provider: Provider[Item],
        render_item: Callable[[Item, int, bool], Content],
        *,
        id: str | None = None,  # noqa: A002 - as every widget of Textual has it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._provider, self._render_item = provider, render_item
        self._count = 0
        self._cursor = 0
        self._pages: OrderedDict[int, Sequence[Item]] = OrderedDict()
        self._strips: dict[tuple[int, bool], Strip] = {}

    def on_mount(self) -> None:
        """Ask how many rows there are."""
        self.reload()

    # ------------------------------------------------------------------ what is there

    @property
    def cursor(self) -> int:
        """The index of the row that the cursor is on; 0 in an empty list."""
        return self._cursor

    @property
    def current(self) -> Item | None:
        """The item under the cursor; None in an empty list."""
        return self.item(self._cursor)

    @property
    def page_rows(self) -> int:
        """How far a page is: one row less than can be seen, so that the eye finds its place again."""
        return max(1, self.size.height - 1)

    def item(self, index: int) -> Item | None:
        """The item with an index, fetched if need be; None where there is none."""
        if not 0 <= index < self._count:
            return None
        number, place = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._provider.page(number * PAGE, PAGE)
            if len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return page[place] if place < len(page) else None

    def reload(self, cursor: int | None = None) -> None:
        """Read everything anew. The cursor keeps its index, or goes to the last row there is.

        With `cursor`, it goes there instead, and that row comes to stand on the line that the cursor's row stood on.
        """
        line = self._cursor - self.scroll_offset.y
        self._pages.clear()
        self._strips.clear()
        self._count = self._provider.count()
        self._cursor = max(0, min(self._cursor if cursor is None else cursor, self._count - 1))
        self.virtual_size = Size(self._width, self._count)
        if cursor is not None and self.size.height:
            self.scroll_to(y=self._cursor - line, animate=False, force=True)
        self.refresh()

    def redraw(self) -> None:
        """Paint the rows anew; what is shown is the same, only its looks changed."""
        self._strips.clear()
        self.refresh()

    # ------------------------------------------------------------------ moving

    def go(self, index: int) -> None:
        """Put the cursor on a row, the nearest there is, and scroll as little as it takes to see it."""
        was, self._cursor = self._cursor, max(0, min(index, self._count - 1))
        if was != self._cursor:
            for y in (was - self.scroll_offset.y, self._cursor - self.scroll_offset.y):
                if 0 <= y < self.size.height:
                    self.refresh(Region(0, y, self.size.width, 1))
            self.post_message(self.Highlighted(self, self._cursor))
        self._follow()

    def move(self, rows: int) -> None:
        """Move the cursor so many rows down, or up if negative, as far as there are any."""
        self.go(self._cursor + rows)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _follow(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if height and not top <= self._cursor < top + height:
            top = self._cursor if self._cursor < top else self._cursor - height + 1
            self.scroll_to(y=top, animate=False, force=True)

    # ------------------------------------------------------------------ painting

    def on_resize(self) -> None:
        """Lay the rows out anew; the cursor stays in sight."""
        self._strips.clear()
        self.virtual_size = Size(self._width, self._count)
        self._follow()

    def notify_style_update(self) -> None:
        """The theme or the focus may have changed."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One row, `y` rows below the top of what can be seen."""
        index = y + self.scroll_offset.y
        key = index, index == self._cursor
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) >= _KEPT_ROWS:
                self._strips.clear()
            strip = self._strips[key] = self._paint(index, here=key[1])
        return strip

    def _paint(self, index: int, *, here: bool) -> Strip:
        item = self.item(index)
        if item is None:
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        style = self.get_visual_style("paged-list--cursor") if here else self.visual_style
        row = self._render_item(item, self._width, here).render_segments(style)
        safe = [Segment(visible(text).translate(_LINE_MOVERS), ink) for text, ink, _ in row]
        return Strip(safe).adjust_cell_length(self.size.width, style.rich_style)

    # ------------------------------------------------------------------ mouse

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row; a second click chooses it."""
        index = event.y - self.content_offset.y + self.scroll_offset.y
        if 0 <= index < self._count:
            self.go(index)
            if event.chain == 2:
                self.post_message(self.Chosen(self, index))
