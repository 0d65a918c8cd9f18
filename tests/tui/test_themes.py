"""Themes: every text can be read on everything that it may stand on, in every palette that a terminal may have."""

from itertools import combinations

import pytest
from msgspec import structs
from onrecord.schema.codebook import BUILT_IN
from onrecord.schema.records import Label
from onrecord.tui.themes import (
    COLOURBLIND,
    CONTRAST,
    FALLBACKS,
    LABELS,
    LIGHT,
    THEMES,
    WELL_READABLE,
    label_colour,
    next_theme,
    readable,
)
from onrecord.tui.widgets.ink import READABLE
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

NAMES = [theme.name for theme in THEMES]
TEXTS = ("foreground", "primary", "secondary", "accent", "warning", "error", "success")

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
CONES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no long": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no middle": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no short": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> list[float]:
    parts = [part / 255 for part in Color.parse(colour).rgb]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def ratio(one: str, other: str) -> float:
    """WCAG 2.2's contrast, written out once more."""
    weights = (0.2126, 0.7152, 0.0722)
    dark, light = sorted(sum(w * p for w, p in zip(weights, linear(each), strict=True)) for each in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a linear colour."""
    rows = ((0.4124, 0.3576, 0.1805, 0.95047), (0.2126, 0.7152, 0.0722, 1.0), (0.0193, 0.1192, 0.9505, 1.08883))
    xyz = [sum(weight * part for weight, part in zip(row, rgb, strict=False)) / row[3] for row in rows]
    x, y, z = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour: str, cones: str) -> tuple[float, float, float]:
    """How a reader with these cones sees a colour."""
    rgb = linear(colour)
    return lab([min(1, max(0, sum(w * p for w, p in zip(row, rgb, strict=True)))) for row in CONES[cones]])


def in_256(colour: str) -> str:
    return RichColor.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex


def grounds(theme: Theme) -> list[str]:
    return [str(each) for each in (theme.background, theme.surface, theme.panel, theme.variables["cursor-row"])]


def label(name: str, **changes: object) -> Label:
    built_in = BUILT_IN[name]
    made = Label(name, built_in.axis, built_in.key, built_in.letter, built_in.glyph, built_in.colour, "", (), ())
    return structs.replace(made, **changes)


def test_ratio_is_that_of_the_standard() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES, ids=NAMES)
class TestEveryTheme:
    def test_text_is_readable_on_every_ground(self, theme: Theme) -> None:
        texts = {name: getattr(theme, name) for name in TEXTS} | {"muted": theme.variables["muted"]}
        for name, colour in texts.items():
            assert min(ratio(colour, ground) for ground in grounds(theme)) >= 4.5, name

    def test_text_is_readable_on_what_marks_it_in_an_article(self, theme: Theme) -> None:
        own = theme.variables
        assert ratio(own["article-cursor-text"], own["article-cursor"]) >= 4.5
        assert ratio(own["article-hint-text"], own["article-hint"]) >= 4.5
        assert ratio(str(theme.foreground), own["article-selection"]) >= 4.5
        assert ratio(str(theme.foreground), own["article-find"]) >= 4.5

    def test_labels_are_readable_as_text(self, theme: Theme) -> None:
        least = 7.0 if theme.name == CONTRAST else 4.5
        for name in BUILT_IN:
            colour = label_colour(theme.name, label(name))
            assert colour == theme.variables[f"label-{name}"]
            assert min(ratio(colour, ground) for ground in grounds(theme)[:3]) >= least, name

    def test_a_teams_own_colour_is_made_readable(self, theme: Theme) -> None:
        for colour in ("#000000", "#ffffff", "#0000ff", "#ffff00", "#808080", "#00ff00"):
            shown = label_colour(theme.name, label("sourced", colour=colour))
            assert min(ratio(shown, ground) for ground in grounds(theme)[:3]) >= 4.5, colour

    def test_grounds_stay_apart_and_grey_in_256_colours(self, theme: Theme) -> None:
        plain = [in_256(each) for each in grounds(theme)]
        assert len(set(plain)) == len(plain)
        assert all(len(set(Color.parse(each).rgb)) == 1 for each in plain)

    def test_text_is_readable_in_256_colours(self, theme: Theme) -> None:
        for ground in grounds(theme):
            assert ratio(in_256(str(theme.foreground)), in_256(ground)) >= 4.5
        for name in BUILT_IN:
            assert ratio(in_256(theme.variables[f"label-{name}"]), in_256(str(theme.background))) >= 4.5, name

    def test_has_every_variable_of_the_style_sheets(self, theme: Theme) -> None:
        assert set(theme.variables) == set(FALLBACKS)


def test_a_colour_that_can_be_read_is_left_as_the_codebook_has_it() -> None:
    assert label_colour("onrecord-dark", label("sourced")) == BUILT_IN["sourced"].colour


@pytest.mark.parametrize("cones", CONES)
def test_labels_are_told_apart_by_every_reader(cones: str) -> None:
    colours = {name: label_colour(COLOURBLIND, label(name)) for name in BUILT_IN}
    for one, other in combinations(colours, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen(colours[one], cones), seen(colours[other], cones), strict=True))
        assert apart**0.5 > 25, f"{one} and {other}"


def test_foreign_themes_get_readable_labels_too() -> None:
    for name, theme in BUILTIN_THEMES.items():
        if not theme.ansi:
            ground = theme.to_color_system().generate()["background"]
            assert ratio(label_colour(name, label("denied")), ground) >= 4.5, name
    assert label_colour("no such theme", label("denied")) == label_colour("onrecord-dark", label("denied"))


def test_the_key_goes_round() -> None:
    gone = [NAMES[0]]
    for _ in THEMES:
        gone.append(next_theme(gone[-1]))
    assert gone == [*NAMES, NAMES[0]]
    assert next_theme("nord") == NAMES[0]


@pytest.mark.parametrize("theme", THEMES, ids=[theme.name for theme in THEMES])
def test_the_colours_of_labels_are_those_of_the_codebook_made_readable(theme: Theme) -> None:
    ratio = WELL_READABLE if theme.name == CONTRAST else READABLE
    for name, label in BUILT_IN.items():
        if theme.name == COLOURBLIND or (theme.name, name) == (LIGHT, "denied"):
            continue
        grounds = tuple(Color.parse(ground) for ground in (theme.background, theme.surface, theme.panel) if ground)
        made = readable(Color.parse(label.colour), grounds, ratio, dark=theme.dark)
        assert LABELS[theme.name][name] == made.hex.lower(), name
