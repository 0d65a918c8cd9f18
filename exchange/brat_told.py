"""What notes of our own in a brat file say, where they are on an annotation."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from ..schema.errors import BadInput
from .annotated import of_extra
from .articles import Refused
from .brat_lines import Event, Other, token
from .json_text import parse as parse_json
from .mapping import Mapping
from .portable import PortableMark, PortableMention


class Ours(Struct):
    """What a note of our own says: of a mention; or of a mark, the numbers that the roles of its links have, and the
    mention that it is on, if that shares its content with another.
    """

    mention: PortableMention | None = None
    mark: PortableMark | None = None
    numbers: list[int] = []
    of: str = ""


_NOTHING = Ours()


class Told:
    """The notes of one file, by the ids on which they stand."""

    def __init__(self, place: str, notes: dict[str, Other], mapping: Mapping) -> None:
        self._place, self._notes, self._mapping = place, notes, mapping
        self._ours: dict[str, Ours] = {}

    def read(self) -> Iterator[Refused]:
        """Take all that the file has, and tell which are not as we write them."""
        for id_ in [*self._notes]:
            note = self._notes.pop(id_)
            self._ours[id_] = _NOTHING
            try:
                self._ours[id_] = _ours(note)
            except BadInput as error:
                yield Refused(f"{self._place}:{note.number}", error.sentence)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._ours

    def of(self, id_: str) -> Ours:
        """What the note on an annotation says."""
        return self._ours.get(id_, _NOTHING)

    def forget(self, ids: Iterable[str]) -> None:
        """Let go of what the notes on these annotations say."""
        for id_ in ids:
            self._ours.pop(id_, None)

    def here(self, label: str) -> str:
        """What a label is called here; nothing where it is left out."""
        mapped = self._mapping.label(label)
        return mapped[0] if mapped else ""

    def label(self, event: Event) -> str:
        """The label that an event will have here: that of the note unless its type was changed since, else its type."""
        mark = self.of(event.id).mark
        return self.here(mark.label if mark and written(mark) == event.type else event.type)

    def apart(self, event: Event) -> str:
        """The mention that a mark is on, if that shares its content with another."""
        return self.of(event.id).of


def _ours(note: Other) -> Ours:
    """What a note of our own says.

    Raises:
        BadInput: it is not as we write it.
    """
    try:
        value = parse_json(note.rest.encode())
        more = (
            {key: value.pop(key) for key in ("numbers", "of", "mention") if key in value}
            if _is_mark(note, value)
            else {}
        )
        made = msgspec.convert(more, Ours)
        if note.refs[0][0] == "E":
            made.mark = msgspec.convert(value, PortableMark)
        else:
            made.mention = msgspec.convert(value, PortableMention)
        for each in (made.mark, made.mention, *(made.mention.marks if made.mention else ())):
            if each:
                object_of(each.extra)
        return made
    except (msgspec.ValidationError, UnicodeEncodeError, RecursionError) as error:
        raise BadInput(f"is not a note as onrecord writes it: {error}; remove it to do without") from None
    except BadInput as error:
        raise BadInput(f"is not a note as onrecord writes it: it {error.sentence}; remove it to do without") from None


def _is_mark(note: Other, value: object) -> bool:
    return note.refs[0][0] == "E" and isinstance(value, dict)


def written(mark: PortableMark) -> str:
    """The type that a mark has in brat."""
    return token(str(of_extra(mark.extra, "label") or mark.label))


def object_of(extra: str) -> dict[str, object]:
    """The object that an `extra` holds.

    Raises:
        BadInput: it holds something else.
    """
    value = parse_json(extra.encode()) if extra else {}
    if not isinstance(value, dict):
        raise BadInput("keeps something that is no JSON object")
    return value
