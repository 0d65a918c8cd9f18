"""What comes out of a file with articles: articles, what is refused, and notes on what was decided on the way."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from msgspec import Struct

from ..schema.errors import UnstorableText
from ..schema.text import check_storable

MAX_BYTES = 64 * 1024 * 1024
"""The size from which on a file or a record is taken for a mistake, not for an article."""
MAX_FIELD = 4000
_PIECE = 1024 * 1024

KEYS = {
    "title": ("title", "headline"),
    "outlet": ("outlet", "publisher", "source"),
    "author": ("author", "authors"),
    "url": ("url", "link"),
    "published_at": ("published_at", "published", "date"),
    "language": ("language", "lang"),
    "revises": ("revises",),
}
"""The fields of a document and the keys that name them in front matter and JSON Lines; the first found counts."""

_TITLE_LENGTH = 120
_NAMED = 12
_LONGEST_DAY = len("2026-W10-2")
_YEAR_OR_MONTH = re.compile(r"\d{4}(-\d\d)?")
_SPACED_ZONE = re.compile(r"(?<=\d)\s+(?=[+-]\d\d:?\d\d$|Z$)")


class Article(Struct, frozen=True, kw_only=True, gc=False):
    """A text with what its file says about it. `revises` names an earlier document as the file does."""

    place: str
    text: str
    title: str = ""
    outlet: str = ""
    author: str = ""
    url: str = ""
    published_at: str = ""
    language: str = ""
    revises: str = ""


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """So many of the next bytes; none at its end."""


def read_at_most(stream: Readable, most: int) -> bytes:
    """The rest of a stream, but no more than so many bytes.

    To ask for all of them at once would take the memory for them, however few there are.
    """
    pieces, left = [], most
    while left > 0 and (piece := stream.read(min(_PIECE, left))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


class Refused(Struct, frozen=True, gc=False):
    """Something that cannot be added: `place` is its file, or file and line."""

    place: str
    sentence: str


class Note(Struct, frozen=True, gc=False):
    """Something that a person should know, though nothing is wrong."""

    place: str
    sentence: str


Item = Article | Refused | Note


def described(place: str, text: str, said: Mapping[str, object], name: str = "") -> Iterator[Item]:
    """The article of a text and of what is said about it under any of `KEYS`, or why there is none.

    The text is taken exactly as it is. Without a title, its first line is the title if it is short, else `name`.
    """
    problem = _text_problem(text)
    if problem:
        yield Refused(place, problem)
        return
    fields = {}
    for field, keys in _KEYS:
        for key in keys:
            if (value := said.get(key)) is not None:
                break
        else:
            continue
        words = value if isinstance(value, str) else _as_words(value)
        problem = _field_problem(words)
        if words is None or problem:
            yield Refused(place, f"its {field} {problem}")
            return
        fields[field] = words.strip()
    if "published_at" in fields:
        fields["published_at"], understood = as_moment(fields["published_at"])
        if not understood:
            yield Note(place, f"the date {fields['published_at']!r} is kept, but it sorts only as YYYY-MM-DD would")
    if not fields.get("title"):
        fields["title"] = title_of(text, name)
    yield Article(place=place, text=text, **fields)


_KEYS = tuple(KEYS.items())
_NAMES = frozenset(key for keys in KEYS.values() for key in keys)


def unknown_keys(said: Mapping[str, object]) -> set[str]:
    """The keys that name no field of a document."""
    return {str(key) for key in said if key not in _NAMES}


def unused(place: str, keys: set[str]) -> Iterator[Note]:
    """A note on keys that nothing was made of, if there are any."""
    if keys:
        more = f" and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else ""
        yield Note(place, f"not taken over: {', '.join(sorted(keys)[:_NAMED])}{more}")


def title_of(text: str, name: str = "") -> str:
    """What to call a text that has no title: its first line if that is short, else `name`, else its first words."""
    first = re.split(r"[\n\r]", text.lstrip()[: _TITLE_LENGTH + 1], maxsplit=1)[0].strip()
    if len(first) <= _TITLE_LENGTH:
        return first
    return name or first[:_TITLE_LENGTH].rsplit(None, 1)[0] + " …"


def as_moment(words: str) -> tuple[str, bool]:
    """A date as ISO 8601, and whether it was understood; what was not is given back as it came.

    Understood are ISO 8601, ISO 8601 with a space before the zone, and the dates of e-mail and RSS (RFC 2822).
    """
    if not words or _YEAR_OR_MONTH.fullmatch(words):
        return words, True
    if len(words) <= _LONGEST_DAY:
        try:
            return date.fromisoformat(words).isoformat(), True
        except ValueError:
            pass
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(_SPACED_ZONE.sub("", words)).isoformat(), True
        except (ValueError, OverflowError):
            continue
    return words, False


def _text_problem(text: str) -> str:
    try:
        check_storable(text)
    except UnstorableText as error:
        return str(error)
    return "the text is empty: there is nothing to annotate" if not text or text.isspace() else ""


def _as_words(value: object) -> str | None:
    match value:
        case str():
            return value
        case bool() | dict():
            return None
        case int() | float():
            return str(value)
        case list() if all(isinstance(each, str) for each in value):
            return ", ".join(value)
    return None


def _field_problem(words: str | None) -> str:
    if words is None:
        return "is not a text; write it in quotes"
    if len(words) > MAX_FIELD:
        return f"has {len(words):,} characters; at most {MAX_FIELD:,} are taken"
    try:
        check_storable(words)
    except UnstorableText as error:
        return f"cannot be stored: {error}"
    return ""
