"""labelbuddy's files of labels: a name, a colour and a shortcut key each, and no document."""

import re
from collections.abc import Iterator

from ..schema.events import AXES, Label
from .annotated import Aside, Codes
from .articles import Note, Refused
from .json_text import Line

KEYS = frozenset({"name", "color", "shortcut_key"})
_FIRST_POSITION = 100
"""Behind all labels that a project begins with."""
_GREY = "#9a9a9a"
_HEX = re.compile("#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})")
_NAMED = {
    "aqua": "#00ffff", "black": "#000000", "blue": "#0000ff", "cyan": "#00ffff", "fuchsia": "#ff00ff",
    "gray": "#808080", "green": "#008000", "grey": "#808080", "lime": "#00ff00", "magenta": "#ff00ff",
    "maroon": "#800000", "navy": "#000080", "olive": "#808000", "orange": "#ffa500", "pink": "#ffc0cb",
    "purple": "#800080", "red": "#ff0000", "silver": "#c0c0c0", "teal": "#008080", "white": "#ffffff",
    "yellow": "#ffff00",
}  # fmt: skip
"""The names of CSS 2.1 and the most common others; labelbuddy itself writes a colour in hexadecimal digits."""


class Labels:
    """Collects the labels of a file."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._found: dict[str, Label] = {}
        self._keys = False

    def take(self, line: Line) -> Iterator[Refused | Note]:
        """Take one label in."""
        name = line.value.get("name")
        if not isinstance(name, str) or not name.strip():
            yield Refused(line.place, "is a label without a name")
            return
        if name in self._found:
            yield Refused(line.place, f"the label {name!r} comes twice; names must differ")
            return
        colour = _colour(line.value.get("color"))
        if colour is None:
            yield Note(line.place, f"the colour of {name!r} is none that is known here; its code is grey")
        self._keys = self._keys or bool(line.value.get("shortcut_key"))
        letter = next((char.upper() for char in name if char.isalnum() and len(char.upper()) == 1), "?")
        self._found[name] = Label(
            axis=AXES.get(name, "neutral"),  # type: ignore[arg-type]  # the axes of the four
            key="", letter=letter, glyph="◇", colour=colour or _GREY, position=_FIRST_POSITION + len(self._found),
            guideline="Came in with labelbuddy; it changes no standing.",
        )  # fmt: skip

    def codes(self, *, alone: bool) -> Iterator[Codes | Aside | Note]:
        """The labels as codes; `alone` if the file held nothing else."""
        if not self._found:
            return
        yield Codes(self._place, self._found)
        if self._keys:
            why = "shortcut keys are not taken over: a key of onrecord would lose its meaning"
            yield Aside(self._place, "shortcut key", why)
        if alone:
            yield Note(self._place, "holds labels alone, so codes are all that it brings: no documents, no annotations")


def _colour(value: object) -> str | None:
    """A colour as `#rrggbb`; grey for none, None for one that is not known."""
    if value is None:
        return _GREY
    word = value.strip().lower() if isinstance(value, str) else ""
    if not _HEX.fullmatch(word):
        return _NAMED.get(word)
    digits = word[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits[-6:]}"  # eight digits begin with how opaque it is, as Qt writes them
