"""Painting only what changed: a compositor that asks widgets for the rows that are wanted, and for nothing hidden.

Textual's own renders all that lies in the box around everything that changed, each container behind it too. A key in
the article changes two rows of words at the top and the hint line at the bottom: that box is the whole screen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

Rows = dict[int, list[tuple[int, int]]]
"""The stretches of cells that are wanted, by the row that they are in."""


class LeanCompositor(Compositor):
    """Textual's compositor, but what it renders is what is painted."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """What changed since the last update; None if nothing did."""
        screen = self.size.region
        regions = [cropped for region in self._dirty_regions if (cropped := region.intersection(screen))]
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = list(self._regions_to_spans(regions))
        rows: Rows = {}
        for y, start, end in spans:
            rows.setdefault(y, []).append((start, end))
        return ChopsUpdate(self._chops(rows), spans, [cuts[1:] for cuts in self.cuts])

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        wanted = [crop.column_span]
        return self._chops({y: wanted for y in crop.line_range if is_rendered_line(y)})  # type: ignore[return-value]

    def _chops(self, rows: Rows) -> list[dict[int, Strip | None]]:
        """For every row of the screen what stands between its cuts, None where that is not wanted."""
        cuts = self.cuts
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(edges[:-1]) for edges in cuts]
        open_ = {y: _touching(cuts[y], spans) for y, spans in rows.items() if 0 <= y < len(cuts)}
        for widget, (region, clip) in self.visible_widgets.items():
            if not open_:
                break
            seen = region.intersection(clip)
            if not seen:
                continue
            left, right = seen.column_span
            here = [y for y in seen.line_range if y in open_ and any(left <= cut < right for cut in open_[y])]
            for first, last in _runs(here):
                part = Region(seen.x - region.x, first - region.y, seen.width, last - first + 1)
                for y, strip in zip(range(first, last + 1), widget.render_lines(part), strict=False):
                    edges = [cut for cut in cuts[y] if left <= cut <= right]
                    row = chops[y]
                    for cut, piece in zip(edges, strip.divide([edge - left for edge in edges[1:]]), strict=False):
                        if row[cut] is None:
                            row[cut] = piece
                    open_[y] = [cut for cut in open_[y] if row[cut] is None]
                    if not open_[y]:
                        del open_[y]
        return chops


def _touching(edges: Sequence[int], spans: Sequence[tuple[int, int]]) -> list[int]:
    """Where the pieces between edges begin that any of the spans touches."""
    return [at for at, end in pairwise(edges) if any(start < end and at < stop for start, stop in spans)]


def _runs(numbers: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Rising numbers as the first and last of each unbroken run."""
    first = last = None
    for number in numbers:
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = number
    if first is not None and last is not None:
        yield first, last
