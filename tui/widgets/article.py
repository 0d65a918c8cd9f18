"""The article in the reader: one immutable text with highlights, a cursor, a selection and hint letters over it.

A dumb widget: it is told what to show and says where the mouse points. The screen owns the state and the keys. All
offsets are code points. Only the rows that a change touches are painted anew.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import ClassVar, Protocol

from rich.segment import Segment
from textual import events
from textual.color import TRANSPARENT
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from ...schema.text import Span
from .ink import Brush, Inks, LabelInk
from .margin import margin, margin_width
from .overlaps import Highlight, Layer, Overlaps
from .paint import Scene, paint
from .text_pane import BESIDE, TextPane

_KEPT_ROWS = 2048
_MANY = 500
"""More highlights than so many are not looked at one by one for the rows that they are in."""
_BAR, _DOTTED_BAR = "\u2503", "\u250b"
_STATES = ("done", "pending", "other", "suggestion")
_PARTS = (*_STATES, "cursor", "selection", "hint", "gutter", "source", "cue", "evidence", "hit")


class Segmenter(Protocol):
    """What the view needs to know of words and sentences: `schema.segments.Segments`."""

    def word_at(self, pos: int) -> Span | None:
        """The word that covers a code point."""

    def sentence_at(self, pos: int) -> Span | None:
        """The sentence that covers a code point."""


class ArticleView(TextPane, can_focus=True, inherit_bindings=False):
    """Shows a text. `palette` says how labels look; set it before the highlights that use them."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"article--{part}" for part in _PARTS}
    DEFAULT_CSS = """
    ArticleView {
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        & > .article--cursor { background: $foreground 25%; text-style: bold; }
        &:focus > .article--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
        & > .article--selection { background: $primary 45%; text-style: bold; }
        & > .article--hint { background: $warning; color: $background; text-style: bold; }
        & > .article--gutter { color: $foreground 60%; }
        & > .article--done { text-style: underline; }
        & > .article--pending { text-style: italic underline; }
        & > .article--other { text-style: underline; }
        & > .article--suggestion { text-style: italic; }
        & > .article--source { background: $secondary 35%; text-style: bold; }
        & > .article--cue { background: $secondary 20%; text-style: bold italic; }
        & > .article--evidence { background: $foreground 18%; text-style: italic; }
        & > .article--hit { background: $warning 40%; text-style: bold; }
    }
    """

    class Pointed(Message):
        """The mouse clicked on a code point."""

        def __init__(self, view: "ArticleView", offset: int) -> None:
            super().__init__()
            self.view, self.offset = view, offset

        @property
        def control(self) -> "ArticleView":
            """The view."""
            return self.view

    class Selected(Message):
        """The mouse selected words: dragged over them, or a double click on a word or a triple one on a sentence.

        `further` with ctrl held: a further piece is wanted, not a new selection.
        """

        def __init__(self, view: "ArticleView", span: Span, further: bool) -> None:
            super().__init__()
            self.view, self.span, self.further = view, span, further

        @property
        def control(self) -> "ArticleView":
            """The view."""
            return self.view

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._segments: Segmenter | None = None
        self._overlaps = Overlaps()
        self._scene = Scene()
        self._palette: dict[str, LabelInk] = {}
        self._brushes: dict[str, Brush] = {}
        self._inks: Inks
        self._restyle = True
        self._strips: dict[int, Strip] = {}
        self._grip: Span | None = None
        self._dragged = False

    # ------------------------------------------------------------------ what to show

    def show(self, text: str, segments: Segmenter) -> None:
        """Show another text, from its beginning and without highlights."""
        self._segments = segments
        self._overlaps, self._scene = Overlaps(), Scene()
        self.load(text)

    @property
    def palette(self) -> Mapping[str, LabelInk]:
        """How each label looks, by its name."""
        return self._palette

    @palette.setter
    def palette(self, palette: Mapping[str, LabelInk]) -> None:
        self._palette = dict(palette)
        self._brushes = {}
        self._restyle = True
        self._repaint()

    def set_marks(self, highlights: Iterable[Highlight]) -> None:
        """Replace all mentions; rows where nothing changes are not painted anew."""
        self._replace({each.key: each for each in highlights}, "mention")

    def set_layer(self, layer: Layer, spans: Iterable[Span]) -> None:
        """Replace what is highlighted in a layer other than the mentions: search hits; sources, cues, evidence."""
        self._replace({(layer, span): Highlight((layer, span), (span,), layer=layer) for span in spans}, layer)

    def put(self, highlight: Highlight) -> None:
        """Show a highlight, in the place of one with the same key."""
        if self._overlaps.get(highlight.key) != highlight:
            self.drop(highlight.key)
            self._overlaps.put(highlight)
            self._stale(highlight.pieces)

    def drop(self, key: Hashable) -> None:
        """Show the highlight with a key no more, if it is there."""
        gone = self._overlaps.drop(key)
        if gone:
            self._stale(gone.pieces)

    def point(self, cursor: Span | None, selection: Sequence[Span] = (), active: Hashable = None) -> None:
        """Put the cursor on some words, select pieces, and draw one mention as the one in hand."""
        was = self._scene
        self._scene = Scene(cursor, tuple(selection), active, was.hints)
        if cursor != was.cursor:
            self._stale(each for each in (cursor, was.cursor) if each)
        self._stale(set(self._scene.selection).symmetric_difference(was.selection))
        if active != was.active:
            for mention in (self._overlaps.get(active), self._overlaps.get(was.active)):
                self._stale(mention.pieces if mention else ())

    @property
    def selection(self) -> tuple[Span, ...]:
        """The selected pieces, as last told or as dragged over with the mouse."""
        return self._scene.selection

    def set_hints(self, hints: Mapping[int, str]) -> None:
        """Paint letters over the text from these code points on; the rest of the text is dimmed."""
        was = self._scene
        self._scene = Scene(was.cursor, was.selection, was.active, dict(hints))
        self._repaint()

    def clear_hints(self) -> None:
        """Show the text without letters again."""
        if self._scene.hints:
            self.set_hints({})

    def _replace(self, wanted: Mapping[Hashable, Highlight], layer: Layer) -> None:
        if len(wanted) > _MANY:
            self._replace_many(wanted, layer)
            return
        for old in self._overlaps.of(layer):
            if wanted.get(old.key) != old:
                self.drop(old.key)
        for highlight in wanted.values():
            self.put(highlight)

    def _replace_many(self, wanted: Mapping[Hashable, Highlight], layer: Layer) -> None:
        """As one by one, but all rows are painted anew: to look which ones are not need takes longer."""
        before = {each.key: each for each in self._overlaps.of(layer)}
        changed = [key for key, old in before.items() if wanted.get(key) != old]
        new = [each for key, each in wanted.items() if before.get(key) != each]
        for key in changed:
            self._overlaps.drop(key)
        for highlight in new:
            self._overlaps.drop(highlight.key)  # it may be of another layer
            self._overlaps.put(highlight)
        if changed or new:
            self._repaint()

    # ------------------------------------------------------------------ painting

    def _stale(self, pieces: Iterable[Span]) -> None:
        """Paint the rows under these pieces anew."""
        if self._waits:
            return  # then all rows are still to come
        for piece in pieces:
            first, last = self._rows.row_of(piece.start), self._rows.row_of(piece.end - 1)
            for row in range(first, last + 1):
                self._strips.pop(row, None)
            self.refresh_rows(first, last)

    def _repaint(self) -> None:
        self._strips.clear()
        self.refresh()

    def _wrap(self) -> None:
        self._strips.clear()
        super()._wrap()

    def notify_style_update(self) -> None:
        """The theme or the focus may have changed."""
        super().notify_style_update()
        self._restyle = True

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows inside a region of the widget."""
        if self._restyle:
            self._restyle = False
            brushes = self._new_brushes()
            if brushes != self._brushes:
                self._brushes = brushes
                subtle = self.app.console.color_system == "truecolor"
                self._inks = Inks(brushes, self._palette, subtle=subtle)
                self._strips.clear()
        return self.painted_rows(crop)

    def render_line(self, y: int) -> Strip:
        """One row of the content, `y` rows below its top."""
        index = y + self.scroll_offset.y
        if index > self._rows.clamp(index):
            return Strip.blank(self.size.width, self._inks.plain)
        strip = self._strips.get(index)
        if strip is None:
            if len(self._strips) >= _KEPT_ROWS:
                self._strips.clear()
            strip = self._strips[index] = self._paint(index)
        return strip

    def _paint(self, index: int) -> Strip:
        start, end = self._rows.extent(index)
        pieces = self._overlaps.between(start, end)
        words = paint(self._rows.row(index), pieces, self._scene, self._inks)
        mentions = dict.fromkeys(each for _, _, each in pieces if each.layer == "mention")
        left = self._left([each for each in mentions if start <= each.pieces[0].start], mentions)
        strip = Strip([*left, *words], self.text_x + words.cell_length)
        return strip.adjust_cell_length(self.size.width, self._inks.plain)

    def _left(self, beginning: Sequence[Highlight], here: Iterable[Highlight]) -> list[Segment]:
        """Left of the words: the tags of mentions that begin in the row, and a bar beside the one in hand."""
        inks, active, width = self._inks, self._scene.active, margin_width(self.inner_width)
        in_hand = next((each for each in here if each.key == active), None)
        stroke = _DOTTED_BAR if in_hand and in_hand.state == "suggestion" else _BAR
        bar = Segment(stroke, inks.bar(in_hand.labels)) if in_hand else Segment(" ", inks.plain)
        blank = Segment(" " * (self.text_x - width - BESIDE), inks.plain)
        return [blank, *margin(beginning, active, self._palette, inks, width), bar, Segment(" ", inks.plain)]

    def _new_brushes(self) -> dict[str, Brush]:
        _, _, background, colour = self.colors
        brushes = {"base": Brush(background, colour)}
        for part in _PARTS:
            styles = self.get_component_styles(f"article--{part}")
            painted = styles.background if styles.has_rule("background") else TRANSPARENT
            brushes[part] = Brush(painted, styles.color if styles.has_rule("color") else None, styles.text_style)
        return brushes

    # ------------------------------------------------------------------ mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the text."""
        if event.button == 1:
            self._grip, self._dragged = self._under(event), False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select what the mouse is dragged over, scrolling where it leaves the view."""
        if self._grip is None:
            return
        y = event.y - self.content_offset.y
        if not 0 <= y < self.size.height:
            self.scroll_to(y=self.scroll_offset.y + (1 if y > 0 else -1), animate=False)
        span = self._reach(self._grip, event)
        if self._dragged or span != self._grip:
            self._dragged = True
            self.point(self._scene.cursor, (span,), self._scene.active)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go; say what was selected."""
        if self._grip is not None:
            self.release_mouse()
            if self._dragged:
                self.post_message(self.Selected(self, self._reach(self._grip, event), event.ctrl))
            self._grip = None

    def on_click(self, event: events.Click) -> None:
        """Point at a character; twice for its word, three times for its sentence."""
        if self._dragged or event.button != 1 or self._segments is None:
            return
        offset = self._under(event).start
        found = None
        if event.chain > 1:
            found = self._segments.word_at(offset) if event.chain == 2 else self._segments.sentence_at(offset)
        if found:
            self.post_message(self.Selected(self, found, event.ctrl))
        elif not event.ctrl:  # the first click of a double one must not let go of what it is to be added to
            self.post_message(self.Pointed(self, offset))

    def _reach(self, grip: Span, event: events.MouseEvent) -> Span:
        """From where the mouse took hold to where it is, without the cell behind the end of the text."""
        here = self._under(event)
        start, end = min(here.start, grip.start), min(max(here.end, grip.end), len(self._text))
        return Span(start, end) if start < end else grip

    def _under(self, event: events.MouseEvent) -> Span:
        return self.cluster_at(event.x - self.content_offset.x, event.y - self.content_offset.y)
