"""Modes of the Reader in which letters mean places: picking words, and picking who says so.

A mode is pure state: it has hints to paint over the text, lines that say what the keys do, and it takes keys. What it
ends in is told by its outcome; the screen acts on it.
"""

from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from textual.content import Content

from ..schema.text import Span
from .drafts import LinkDraft
from .hints import WordPicker
from .widgets.mention_card import one_line

if TYPE_CHECKING:
    from .chain_picker import ChainPicker


class Next(Enum):
    """What a mode wants after a key."""

    STAY = auto()
    CANCEL = auto()
    DONE = auto()
    TYPE_NAME = auto()
    PICK_SOURCE = auto()
    PICK_CUE = auto()


class Mode(Protocol):
    """What the Reader needs of a mode."""

    def hints(self) -> dict[int, str]:
        """Letters over the text: by offset, what is left to type."""

    def lines(self) -> list[Content]:
        """One to three lines that say where one is and what the keys do."""

    def press(self, key: str, character: str | None) -> Next:
        """Take a key: its name, and the character that it types."""


class PickWords(Struct):
    """Pick a span by its first and its last word; `purpose` says what for."""

    picker: WordPicker
    purpose: str
    span: Span | None = None

    def hints(self) -> dict[int, str]:
        """The letters of the words."""
        return self.picker.hints()

    def lines(self) -> list[Content]:
        """What to press next."""
        which = "last" if self.picker.first else "first"
        return [Content(f"{self.purpose}: press the letters of the {which} word  ") + _keys(("esc", "cancels"))]

    def press(self, key: str, character: str | None) -> Next:
        """Letters pick; escape leaves."""
        if key == "escape":
            return Next.CANCEL
        if character and character.isalpha():
            self.span = self.picker.press(character)
        return Next.DONE if self.span else Next.STAY


class PickChain(Struct):
    """Pick who says so, link by link."""

    picker: "ChainPicker"
    label: str

    def hints(self) -> dict[int, str]:
        """The letters of likely sources."""
        return self.picker.hints()

    def lines(self) -> list[Content]:
        """The chain so far, the keys, and the known sources: whatever does not fit is of these."""
        chain = " ← ".join(one_line(link.source) or "nobody named" for link in self.picker.chain) or "nobody yet"
        known = [(str(at), _short(one_line(source.name))) for at, source in enumerate(self.picker.known, 1)]
        said = Content.assemble((self.label, "bold"), " by ", chain)
        if self.picker.proposed:
            proposed = " ← ".join(one_line(link.source) or "nobody named" for link in self.picker.proposed)
            said += Content.assemble("  ", ("↵", "bold $accent"), " takes what is suggested: ", proposed)
        if self.picker.same:
            return [said, Content("the last one is the same as: ") + _keys(*known)]
        return [
            said,
            _keys(
                ("↵", "done"), ("/", "type name"), (".", "pick words"), (",", "pick cue"), ("=", "same as"),
                ("⌫", "drop"), ("esc", "cancel"),
            ),
            Content("letter: who, then who is behind  ") + _keys(("0", "nobody named"), *known),
        ]  # fmt: skip

    def press(self, key: str, character: str | None) -> Next:
        """Letters, digits and `=` build the chain; the other keys leave it or lead elsewhere."""
        if key == "enter":
            self.picker.take_proposed()
        if key in _LEAVING:
            return _LEAVING[key]
        if key == "backspace":
            self.picker.drop()
        elif character in _ELSEWHERE:
            return _ELSEWHERE[character]
        elif character and (character.isalnum() or character == "="):
            self.picker.press(character)
        return Next.STAY

    @property
    def chain(self) -> tuple[LinkDraft, ...]:
        """The chain as it stands."""
        return tuple(self.picker.chain)


def _keys(*keys: tuple[str, str]) -> Content:
    """Keys and what each of them does, as in the line of hints."""
    return Content("  ").join(Content.assemble((key, "bold $accent"), " ", what) for key, what in keys)


def _short(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"


_NAME = 26
_LEAVING = {"escape": Next.CANCEL, "enter": Next.DONE}
_ELSEWHERE: dict[str | None, Next] = {"/": Next.TYPE_NAME, ".": Next.PICK_SOURCE, ",": Next.PICK_CUE}
