"""The four themes, and the codebook's colours made readable on each of them.

Backgrounds are near-neutral, so that terminals of 256 colours turn them into different greys and never into a tint.
Contrast is that of WCAG 2.2: at least 4.5 to 1 for text, and 7 to 1 in the theme of high contrast.
"""

from functools import cache
from typing import TYPE_CHECKING

from textual.color import Color, Lab, lab_to_rgb, rgb_to_lab
from textual.theme import BUILTIN_THEMES, Theme

if TYPE_CHECKING:
    from ..schema.records import Label

DARK, LIGHT, CONTRAST, COLOURBLIND = "onrecord-dark", "onrecord-light", "onrecord-contrast", "onrecord-colourblind"
WELL_READABLE = 7.0

LABELS = {
    DARK: {
        "sourced": "#56b4e9", "anonymous": "#e69f00", "denied": "#f17521",
        "confirmed": "#23ab7f", "responded": "#999999",
    },
    LIGHT: {
        "sourced": "#006898", "anonymous": "#8d5500", "denied": "#ad2b00",
        "confirmed": "#007049", "responded": "#636363",
    },
    CONTRAST: {
        "sourced": "#5fbcf1", "anonymous": "#eca40d", "denied": "#ff9845",
        "confirmed": "#48c799", "responded": "#b1b1b1",
    },
    COLOURBLIND: {
        "sourced": "#6aa2f4", "anonymous": "#fdf08c", "denied": "#f5843a",
        "confirmed": "#b2f5e4", "responded": "#9b9b9b",
    },
}  # fmt: skip
"""Colours of the built-in labels. They are the codebook's, made readable as `readable` does it, which takes too long at
every start; a test holds them to that. Two are others: on paper `denied`, by a colour that 256 colours do not turn to
ochre, and for colour-blind readers all five, which differ in lightness as well as in hue, whichever cone is missing."""


def readable(colour: Color, grounds: tuple[Color, ...], ratio: float, *, dark: bool) -> Color:
    """The colour itself, or the nearest one of its hue that stands out from all grounds: lighter on a dark theme."""
    from .widgets.ink import contrast

    lab = rgb_to_lab(colour)
    step = 1 if dark else -1
    lightness = lab.L
    while min(contrast(colour, ground) for ground in grounds) < ratio and 0 <= lightness <= 100:
        lightness += step
        colour = lab_to_rgb(Lab(lightness, lab.a, lab.b)).clamped
    return colour


def label_colour(theme_name: str, label: "Label") -> str:
    """A label's colour as `#rrggbb`, readable as text on all grounds of a theme; one unknown here counts as dark."""
    from ..schema import codebook

    built_in = codebook.BUILT_IN.get(label.label)
    if theme_name in _BY_NAME and built_in and built_in.colour == label.colour:
        return _BY_NAME[theme_name].variables[f"label-{label.label}"]
    return _adjusted(theme_name, label.colour)


@cache
def _adjusted(theme_name: str, colour: str) -> str:
    from .widgets.ink import READABLE

    theme = _BY_NAME.get(theme_name) or BUILTIN_THEMES.get(theme_name) or _BY_NAME[DARK]
    ratio = WELL_READABLE if theme_name == CONTRAST else READABLE
    return readable(Color.parse(colour), _grounds(theme), ratio, dark=theme.dark).hex.lower()


def _grounds(theme: Theme) -> tuple[Color, ...]:
    """What text stands on in a theme. Of one that leaves its colours to the terminal only dark or light is known."""
    if theme.ansi:
        return (Color(0, 0, 0) if theme.dark else Color(255, 255, 255),)
    colours = theme.to_color_system().generate()
    return tuple(Color.parse(colours[name]) for name in ("background", "surface", "panel"))


def _theme(name: str, *, dark: bool, **colours: str) -> Theme:
    """A theme from its few colours: everything else in it is one of them."""
    return Theme(
        name=name,
        dark=dark,
        primary=colours["primary"],
        secondary=colours["secondary"],
        accent=colours["accent"],
        warning=colours["warning"],
        error=colours["error"],
        success=colours["success"],
        foreground=colours["foreground"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["panel"],
        variables={f"label-{label}": colour for label, colour in LABELS[name].items()}
        | {
            "muted": colours["muted"],
            "rule": colours["rule"],
            "off": colours["off"],
            "cursor-row": colours["row"],
            "article-cursor": colours["cursor"],
            "article-cursor-text": colours["cursor_text"],
            "article-selection": colours["selection"],
            "article-find": colours["find"],
            "article-hint": colours["hint"],
            "article-hint-text": colours["hint_text"],
            # Textual's own names
            "text-muted": colours["muted"],
            "border": colours["rule"],
            "border-blurred": colours["rule"],
            "block-cursor-background": colours["row"],
            "block-cursor-foreground": colours["foreground"],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": colours["panel"],
            "footer-key-foreground": colours["accent"],
            "input-cursor-background": colours["cursor"],
            "input-cursor-foreground": colours["cursor_text"],
            "input-selection-background": colours["selection"],
            "input-selection-foreground": colours["foreground"],
            "scrollbar": colours["rule"],
            "scrollbar-hover": colours["muted"],
            "scrollbar-active": colours["primary"],
            "scrollbar-background": colours["background"],
            "scrollbar-background-hover": colours["background"],
            "scrollbar-background-active": colours["background"],
        },
    )


THEMES = (
    _theme(
        DARK,
        dark=True,
        background="#1b1b1a", surface="#252523", panel="#30302d", row="#3b3a36", rule="#5a5850", off="#807d73",
        foreground="#d9d4c7", muted="#b0aca0", primary="#8fb3c9", secondary="#b5a98a", accent="#d8b06a",
        warning="#d8b06a", error="#e59a86", success="#8fb58a",
        cursor="#e6dcc0", cursor_text="#1b1b1a", selection="#2f4a5f", find="#5a4a1e",
        hint="#e0c060", hint_text="#1b1b1a",
    ),
    _theme(
        LIGHT,
        dark=False,
        background="#f5f5f2", surface="#ebebe7", panel="#e0e0da", row="#d4d4cc", rule="#a3a196", off="#858278",
        foreground="#2a2823", muted="#57534a", primary="#2a5a77", secondary="#655430", accent="#7d4f00",
        warning="#7d4f00", error="#a03020", success="#2b6232",
        cursor="#2a2823", cursor_text="#f5f5f2", selection="#c4dcec", find="#f2dd98",
        hint="#7d4f00", hint_text="#ffffff",
    ),
    _theme(
        CONTRAST,
        dark=True,
        background="#000000", surface="#121212", panel="#262626", row="#3a3a3a", rule="#9e9e9e", off="#949494",
        foreground="#ffffff", muted="#d0d0d0", primary="#87d7ff", secondary="#d7d7af", accent="#ffd75f",
        warning="#ffd75f", error="#ffaf9f", success="#87ff87",
        cursor="#ffffff", cursor_text="#000000", selection="#005f87", find="#5f5f00",
        hint="#ffff00", hint_text="#000000",
    ),
    _theme(
        COLOURBLIND,
        dark=True,
        background="#1a1b1e", surface="#242529", panel="#2f3136", row="#3d4047", rule="#5c606a", off="#7d818b",
        foreground="#dcdee3", muted="#a9adb6", primary="#8ab4f0", secondary="#b9bcc4", accent="#f0dc82",
        warning="#f0dc82", error="#f5a06a", success="#b2f5e4",
        cursor="#f0f0f0", cursor_text="#1a1b1e", selection="#274a73", find="#54501f",
        hint="#f0dc82", hint_text="#1a1b1e",
    ),
)  # fmt: skip
"""In the order in which one key goes through them. Their variables carry `label-NAME`, `muted`, `off`, `rule`,
`cursor-row`, and for the article `article-cursor`, `-cursor-text`, `-selection`, `-find`, `-hint` and `-hint-text`."""

_BY_NAME = {theme.name: theme for theme in THEMES}
FALLBACKS = _BY_NAME[DARK].variables
"""Values of these variables for a theme that has none of them."""


def next_theme(name: str) -> str:
    """The theme after this one, in a circle; after a foreign theme, the first."""
    names = list(_BY_NAME)
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
