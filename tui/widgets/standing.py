"""How a claim's standing looks: a sign and a word, and a colour beside them."""

from collections.abc import Callable

from textual.content import Content

from .cells import cell

Colour = Callable[[str], str]

LOOKS = {
    "unattributed": ("·", "", "no mark says who stands behind it"),
    "sourced": ("●", "sourced", "its origins are identified"),
    "anonymous": ("○", "anonymous", "its origins are not identified"),
    "mixed": ("◑", "", "some origins are identified, others are not"),
    "denied": ("✗", "denied", "a party with standing says that it is false"),
    "confirmed": ("✓", "confirmed", "somebody other than the origin affirms it"),
    "contested": ("⇄", "", "it is both denied and confirmed"),
}
"""The sign of each standing, the label whose colour it has, and what it means."""

WIDTH = 14
_OTHERS = {"unattributed": "$muted", "mixed": "$secondary", "contested": "bold $warning"}


def standing_style(standing: str, colour: Colour) -> str:
    """The colour of a standing as a style."""
    label = LOOKS.get(standing, ("", "", ""))[1]
    return colour(label) if label else _OTHERS.get(standing, "")


def standing_cell(standing: str, colour: Colour, width: int = WIDTH) -> Content:
    """A standing as one cell of a row."""
    sign = LOOKS.get(standing, ("?", "", ""))[0]
    return cell(f"{sign} {standing}", width, standing_style(standing, colour))
