"""The document of one brat file with all that the file says of it."""

from collections.abc import Generator
from sys import maxsize
from typing import Any

from msgspec import Struct

from ..schema.errors import BadInput
from ..schema.events import Document
from .annotated import Sheet, with_extra
from .articles import Article, Refused, described
from .brat_in import Taker
from .brat_kept import KEY
from .brat_lines import Other
from .brat_standoff import Said, standoff
from .json_text import parse as parse_json
from .mapping import Mapping
from .portable import sheet_in


class Origin(Struct, frozen=True):
    """Whose annotations of what they are: the name of the text, and the annotator where that is known."""

    name: str
    annotator: str


def page(
    place: str, text: str, lines: list[str], origin: Origin, mapping: Mapping, most: int = maxsize
) -> Generator[Said, None, Sheet | None]:
    """Read the lines of a file, which are let go; the generator yields what is to be said and returns a sheet."""
    said = yield from standoff(place, text, lines)
    annotator = origin.annotator
    if said.about:
        try:
            sheet, signed = _described_by_us(place, text, said.about, mapping, most)
        except BadInput as error:
            yield Refused(f"{place}:{said.about.number}", error.sentence)
            return None
        annotator = signed or annotator
    else:
        article = None
        for item in described(place, text, {}, origin.name):
            if isinstance(item, Article):
                article = item
            else:
                yield item
        if article is None:
            return None
        extra = with_extra("", **{KEY: {"name": origin.name}})
        sheet = Sheet(place, text, Document(title=article.title, extra=extra), mapping, most=most)
    yield from Taker(sheet, said, annotator, mapping).take()
    return sheet


def _described_by_us(place: str, text: str, note: Other, mapping: Mapping, most: int) -> tuple[Sheet, str]:
    """The sheet that our own note describes, and the annotator whom it names.

    Raises:
        BadInput: it is not as we write it.
    """
    try:
        value: Any = parse_json(note.rest.encode("utf-8", "replace"))
    except BadInput as error:
        raise BadInput(f"is not a note as onrecord writes it: it {error.sentence}") from None
    annotator = value.pop("annotator", "") if isinstance(value, dict) else ""
    if not isinstance(annotator, str):
        raise BadInput("is not a note as onrecord writes it: its annotator is not a name")
    return sheet_in(place, text, value, mapping, most), annotator
