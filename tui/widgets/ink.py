"""How the words of an article look: colours and lines for every way in which highlights, selection and cursor can meet.

Nothing is told by colour alone: whatever a tint says is also said by an underline, bold or italic letters, or a tag.
Every text keeps a contrast of at least 4.5 to its background (WCAG 2.2, 1.4.3), whatever the theme and the palette.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct, structs
from rich.style import Style
from textual.color import Color

from .overlaps import Highlight, Layer, State

READABLE = 4.5
_TINT = 0.24
_FAINT_TINT = 0.12
_DIMMED = 0.45
_QUIET = 0.35
DEEPEST = 4
_NO_STYLE = Style()
_OVERLAP = Style(bold=True, underline=True, underline2=True)
"""Terminals that know no double line keep the single one."""


class LabelInk(NamedTuple):
    """What a label looks like: one letter, one glyph, and a colour that Textual can read.

    A neutral label gives words its colour only where there is no other.
    """

    letter: str
    glyph: str
    colour: str
    neutral: bool = False


class Cover(NamedTuple):
    """What matters about a highlight to the looks of the words under it."""

    layer: Layer
    state: State
    label: str
    active: bool


class Brush(Struct, frozen=True):
    """A background (which may be translucent), a colour (None leaves it) and text attributes."""

    background: Color
    colour: Color | None
    text: Style = _NO_STYLE

    def over(self, below: "Brush") -> "Brush":
        """This brush painted over another."""
        return Brush(below.background + self.background, self.colour or below.colour, below.text + self.text)


class Inks:
    """Rich styles for the words and the tags of one view in one theme.

    `parts` are the view's component styles by their name without the prefix, and `base`, its plain text. Without
    `subtle` there are no faint tints: a terminal of 256 colours would turn them into other hues.
    """

    def __init__(self, parts: Mapping[str, Brush], palette: Mapping[str, LabelInk], *, subtle: bool = True) -> None:
        self._base = base = parts["base"]
        self._parts, self._palette = parts, palette
        self._faint_tint = _FAINT_TINT if subtle else 0.0
        self._styles: dict[object, Style] = {}
        self.plain = self._finish(base)
        hint = parts["hint"].over(base)
        self.hint = self._finish(hint)
        self.next_hint = self._finish(structs.replace(hint, background=hint.background.blend(base.background, 0.35)))
        self.gutter = self._finish(parts["gutter"].over(base))

    def cover(self, highlight: Highlight, active: object) -> Cover:
        """The cover that a highlight lays over its words, when the mention with the key `active` is in hand."""
        in_hand = highlight.layer == "mention" and highlight.key == active
        return Cover(highlight.layer, highlight.state, self._leading(highlight.labels), in_hand)

    def words(self, covers: Sequence[Cover], depth: int, here: Sequence[str], *, dimmed: bool) -> Style:
        """The style of words under these covers, outer ones first, in `depth` mentions at once.

        `here` names the parts to paint over them: `selection`, `cursor`.
        """
        if not covers and not here and not dimmed:
            return self.plain
        key = (tuple(covers[-DEEPEST:]), min(depth, 2), tuple(here), dimmed)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._mix(*key)
        return style

    def tag(self, label: str, state: State, *, active: bool) -> Style:
        """The style of a label's tag in the gutter."""
        key = (label, state, active)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._mix_tag(*key)
        return style

    def bar(self, labels: Sequence[str]) -> Style:
        """The style of the bar beside the rows of the mention in hand."""
        return self.tag(self._leading(labels), "done", active=False)

    def _leading(self, labels: Sequence[str]) -> str:
        """The label that gives words their colour: the last one that is not neutral."""
        telling = [label for label in labels if label in self._palette and not self._palette[label].neutral]
        return (telling or labels or ("",))[-1]

    def _mix(self, covers: tuple[Cover, ...], depth: int, here: tuple[str, ...], dimmed: bool) -> Style:
        brush = self._base
        if not dimmed:
            for inside, cover in enumerate(sorted(covers, key=lambda each: each.layer != "mention" or each.active)):
                brush = self._cover(cover, inside).over(brush)
            if depth > 1:
                brush = structs.replace(brush, text=brush.text + _OVERLAP)
        elif brush.colour:
            faint = brush.colour.blend(brush.background, _DIMMED)
            brush = structs.replace(brush, colour=faint, text=Style(underline=depth > 0))
        for part in here:
            brush = self._parts[part].over(brush)
        return self._finish(brush, at_least=2.5 if dimmed and not here else READABLE)

    def _cover(self, cover: Cover, inside: int) -> Brush:
        """The brush of a cover that lies inside so many others: the deeper, the stronger its own colour."""
        if cover.layer != "mention":
            return self._parts[cover.layer]
        colour, below = self._colour(cover.label), self._base.background
        part = self._parts[cover.state]
        if below.ansi is not None:
            return structs.replace(part, text=part.text + Style(reverse=cover.active))
        if cover.state == "suggestion":
            return self._suggested(colour, part, active=cover.active)
        if cover.active:
            return Brush(colour, _black_or_white(colour), part.text + Style(bold=True))
        strong = cover.state == "done" and cover.label in self._palette
        return structs.replace(
            part, background=colour.with_alpha((_TINT if strong else self._faint_tint) * (1 + inside / 2))
        )

    def _suggested(self, colour: Color, part: Brush, *, active: bool) -> Brush:
        """What nobody has said yet stays quiet: faint words without a ground; in hand, clear ones on a faint ground."""
        if active:
            return Brush(colour.with_alpha(self._faint_tint), colour, part.text + Style(bold=True))
        base = self._base
        grey = colour.blend(base.colour or base.background.inverse, _QUIET)
        return structs.replace(part, colour=grey.blend(base.background, _QUIET))

    def _mix_tag(self, label: str, state: State, active: bool) -> Style:
        colour, part = self._colour(label), self._parts[state]
        attributes = Style(bold=state == "done" or active, italic=part.text.italic)
        if active:
            return self._finish(Brush(colour, _black_or_white(colour), attributes))
        return self._finish(Brush(self._base.background, colour, attributes))

    def _colour(self, label: str) -> Color:
        ink = self._palette.get(label)
        return Color.parse(ink.colour) if ink else self._base.colour or Color(128, 128, 128)

    def _finish(self, brush: Brush, at_least: float = READABLE) -> Style:
        background = brush.background
        colour = legible(brush.colour or background.inverse, background, at_least)
        return Style.from_color(colour.rich_color, background.rich_color) + brush.text


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def legible(colour: Color, background: Color, at_least: float = READABLE) -> Color:
    """The colour, moved towards black or white just as far as it must be to be read on the background."""
    if colour.ansi is not None or background.ansi is not None:
        return colour
    pole = _black_or_white(background)
    for step in range(10):
        shade = colour.blend(pole, step / 10, 1)
        if contrast(shade, background) >= at_least:
            return shade
    return pole


def _black_or_white(background: Color) -> Color:
    return max(Color(0, 0, 0), Color(255, 255, 255), key=lambda pole: contrast(pole, background))


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
