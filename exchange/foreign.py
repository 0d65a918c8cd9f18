"""Documents as other tools hand them over: what describes them, and what a tool keeps that onrecord has no place for.

What a tool keeps is found again under the tool's name in a thing's `extra`, so that it comes back on export.
"""

import json
from collections.abc import Generator
from typing import Any

import msgspec
from msgspec import structs

from ..schema.errors import BadInput
from ..schema.events import Document
from .annotated import Annotated, Sheet, with_extra
from .articles import KEYS, MAX_FIELD, Article, Note, Refused, described
from .formats import Incoming
from .json_files import as_dict
from .portable import PortableAbout, sheet_in

_KEYS = {key for keys in KEYS.values() for key in keys}


def sheet_for(
    place: str, text: object, file: Incoming, said: dict[str, Any], about: PortableAbout | None
) -> Generator[Refused | Note, None, Sheet | None]:
    """Yield what is to be said of a document's text and description; the generator returns its sheet, if it can be.

    `about` is the description that onrecord wrote; without it, what can be used of what the tool has `said` is.
    """
    if not isinstance(text, str):
        yield Refused(place, "has no text; give it under the key `text`")
        return None
    article = None
    for item in described(place, text, {} if about else _usable(said)):
        if isinstance(item, Article):
            article = item
        else:
            yield item
    if article is None:
        return None
    if about:
        return sheet_in(place, text, about, file.mapping, file.most)
    about_it = {
        name: getattr(article, name) for name in Document.__struct_fields__ if name in KEYS and name != "revises"
    }
    return Sheet(place, text, Document(**about_it), file.mapping, most=file.most)


def _usable(said: dict[str, Any]) -> dict[str, str]:
    """What describes an article in the metadata of another tool, which may call anything anything."""
    return {key: value for key, value in said.items() if key in _KEYS and _is_words(value)}


def _is_words(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_FIELD and value.isprintable()


def with_kept(item: Annotated, name: str, value: dict[str, Any]) -> Annotated:
    """The document with what a tool keeps about it.

    Raises:
        BadInput: it holds a character or number that no file keeps safely.
    """
    if value == kept(item.document.extra, name):
        return item
    return structs.replace(item, document=structs.replace(item.document, extra=keep(item.document.extra, name, value)))


def changed(found: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """The fields that are not as they were written; a null where nothing was written is no change."""
    return {
        key: value
        for key, value in found.items()
        if (key in written and written[key] != value) or (key not in written and value is not None)
    }


def title_fields(item: Annotated) -> dict[str, str]:
    """What describes a document to a person, as metadata of another tool."""
    about = item.document
    fields = {"title": about.title, "outlet": about.outlet, "url": about.url, "published_at": about.published_at}
    return {key: value for key, value in fields.items() if value}


def kept(extra: str, name: str) -> dict[str, Any]:
    """What is kept under a tool's name; nothing where that is no object."""
    return as_dict(json_object(extra).get(name))


def keep(extra: str, name: str, value: dict[str, Any]) -> str:
    """`extra` with what is kept under a tool's name, or with nothing under it where there is nothing to keep.

    Raises:
        BadInput: it holds a character or number that no file keeps safely.
    """
    if value == kept(extra, name):
        return extra
    rest = without(json_object(extra), name)
    try:
        made = with_extra("", **rest, **({name: value} if value else {}))
        made.encode()
        if made:
            msgspec.json.decode(made)
    except (UnicodeError, msgspec.MsgspecError, RecursionError):
        raise BadInput("holds half a character (a lone surrogate), or a number too large to be kept") from None
    return made


def without(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    """An object without some of its keys."""
    return {key: each for key, each in value.items() if key not in keys}


def list_of(value: object) -> list[Any]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def json_object(text: str) -> dict[str, Any]:
    """The object of a JSON text; an empty one where there is none."""
    try:
        return as_dict(json.loads(text)) if text else {}
    except (ValueError, RecursionError):
        return {}
