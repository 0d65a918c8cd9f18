"""The reader costs what is on the screen, not what is in the document; a long list costs what one page of it does."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

from onrecord.schema.codebook import BUILT_IN
from onrecord.schema.segments import Segments
from onrecord.schema.text import Span
from onrecord.tui.widgets.article import ArticleView
from onrecord.tui.widgets.ink import LabelInk
from onrecord.tui.widgets.overlaps import Highlight
from onrecord.tui.widgets.paged_list import PagedList
from onrecord.tui.widgets.wrap import Wrapped
from ratios import fastest, hold
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region

PARAGRAPH = (
    "The harbour office said on Monday that the crane—inspected in March—“had not failed”, and its director agreed. "
    * 4
)
MOVES = 100
LABELS = tuple(BUILT_IN)


class Rows:
    """Rows for the list, made when asked for."""

    def __init__(self, count: int) -> None:
        self._count = count

    def count(self) -> int:
        """How many there are."""
        return self._count

    def page(self, first: int, size: int, /) -> Sequence[str]:
        """Some of them."""
        return [f"row {number}" for number in range(first, min(first + size, self._count))]


def row(item: str, width: int, here: bool) -> Content:
    """A row as wide as the list, with a mark at the cursor."""
    return Content(f"{'>' if here else ' '} {item}".ljust(width))


class Bench(App[None]):
    """One widget in a terminal of 120 by 40."""

    def __init__(self, widget: ArticleView | PagedList[str]) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        """The widget alone."""
        yield self.widget


async def timed(widget: ArticleView | PagedList[str], prepare: Callable[[], Callable[[], object]]) -> float:
    """Seconds for what `prepare` returns, in an app that shows the widget."""
    async with Bench(widget).run_test(size=(120, 40)) as pilot:
        work = prepare()
        await pilot.pause()
        return fastest(work)


def paint(widget: ArticleView | PagedList[str]) -> None:
    """Paint what is stale on the screen, as Textual's compositor asks for it."""
    widget.render_lines(Region(0, 0, *widget.size))


def text_of(size: int, end: str) -> str:
    """A text of about so many code points; `end` parts its paragraphs."""
    return (PARAGRAPH + end) * (size // len(PARAGRAPH))


async def reader(text: str, marks: int, act: str) -> float:
    """Seconds for many moves or many marks in the middle of a text with so many overlapping mentions."""
    view, chance = ArticleView(), Random(7)
    starts = [chance.randrange(len(text) - 400) for _ in range(marks)]
    mentions = [
        Highlight(at, (Span(start, start + chance.randrange(20, 400)),), LABELS[at % 4 : at % 4 + 2])
        for at, start in enumerate(starts)
    ]

    def prepare() -> Callable[[], object]:
        segments = Segments(text)
        view.palette = {name: LabelInk(each.letter, each.glyph, each.colour) for name, each in BUILT_IN.items()}
        view.show(text, segments)
        view.set_marks(mentions)
        words = segments.words
        first = words.index_at(len(text) // 2)

        def move() -> None:
            for step in range(MOVES):
                word = words[first + step]
                view.point(word)
                view.scroll_to_offset(word.start)
                paint(view)

        def mark() -> None:
            for step in range(MOVES):
                view.put(Highlight("new", (Span(words[first + step].start, words[first + step + 6].end),), ("denied",)))
                paint(view)

        view.scroll_to_offset(words[first].start)
        return {"move": move, "mark": mark}[act]

    return await timed(view, prepare)


async def listed(count: int) -> float:
    """Seconds for many moves in the middle of a list with so many rows."""
    view = PagedList[str](Rows(count), row)

    def prepare() -> Callable[[], object]:
        def move() -> None:
            view.go(count // 2)
            for _ in range(MOVES):
                view.move(1)
                paint(view)

        return move

    return await timed(view, prepare)


async def main() -> None:
    """Measure and hold."""
    small, long = text_of(10_000, "\n\n"), text_of(1_000_000, "\n\n")
    single = text_of(1_000_000, "")
    for act in ("move", "mark"):
        base = await reader(small, 100, act)
        print(f"  one {act} in 10 kB with 100 mentions: {base / MOVES * 1000:.2f} ms")
        hold(f"a {act} in 1 MB with 10,000 mentions, to that", await reader(long, 10_000, act) / base, 5)
        hold(f"a {act} in 1 MB on one line, to that", await reader(single, 10_000, act) / base, 5)
    few = await listed(1_000)
    print(f"  one row on in a list of 1,000: {few / MOVES * 1000:.2f} ms")
    hold("one row on in a list of 1,000,000, to that", await listed(1_000_000) / few, 5)
    tenth = fastest(lambda: Wrapped(long[:100_000], 80))
    print(f"  wrapping 100 kB: {tenth * 1000:.1f} ms")
    hold("wrapping 1 MB, to that", fastest(lambda: Wrapped(long, 80)) / tenth, 30)


if __name__ == "__main__":
    asyncio.run(main())
