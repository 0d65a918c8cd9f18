"""Bodies of a W3C Web Annotation: what they say as labels and as notes, and who says it."""

from typing import Any

from .json_files import as_dict, as_list, fit_name
from .web_selectors import types

KEPT = "webannotation"
"""The key of `extra` under which a foreign annotation's own things are."""
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MENTION, DOCUMENT = "onrecord:mention", "onrecord:document"
_LABELLING = {"tagging", "classifying"}
_FIRST = 20


def bodies_of(annotation: dict[str, Any]) -> list[Any]:
    """All bodies; a `bodyValue` is, as the model says, a plain text."""
    value = annotation.get("bodyValue")
    if isinstance(value, str):
        return [{"type": "TextualBody", "value": value, "format": "text/plain"}]
    return as_list(annotation.get("body"))


def purposes(thing: dict[str, Any], key: str) -> set[str]:
    """The motivations or purposes that are named."""
    return {each.removeprefix("oa:") for each in as_list(thing.get(key)) if isinstance(each, str)}


def label_of(body: object, annotation: dict[str, Any]) -> str:
    """The label that a body gives: a tag's words, or the address of a class; nothing if it is none."""
    own = purposes(as_dict(body), "purpose") or purposes(annotation, "motivation")
    if _LABELLING.isdisjoint(own):
        return ""
    if isinstance(body, str):
        return body
    about = as_dict(body)
    source = about.get("source", about.get("id"))
    return _plain(about.get("value")) or _plain(as_dict(source).get("id", source))


def note_of(body: object, annotation: dict[str, Any], depth: int = 0) -> str:
    """The words that a body says, if it is no label; of several to choose from the first."""
    about = as_dict(body)
    if "Choice" in types(about) and depth < _FIRST:
        return next((note_of(each, annotation, depth + 1) for each in as_list(about.get("items"))), "")
    return "" if label_of(body, annotation) else _plain(about.get("value"))


def labels_of(annotation: dict[str, Any]) -> list[str]:
    """The labels of an annotation, each once."""
    found = (label_of(body, annotation) for body in bodies_of(annotation))
    return list(dict.fromkeys(label for label in found if label))


def notes_of(bodies: list[Any], annotation: dict[str, Any], *, claims: bool) -> list[str]:
    """The words of all bodies that are no labels; of onrecord's own those that describe are the `claims`."""
    found = []
    for body in bodies:
        describes = "describing" in purposes(as_dict(body), "purpose")
        if note := note_of(body, annotation):
            found += [note] if describes == claims else []
    return found


def creator_of(annotation: dict[str, Any], known: dict[str, str]) -> str:
    """Who made an annotation: a name before a nickname before an address; `known` names are left as they are."""
    creator = next(iter(as_list(annotation.get("creator"))), "")
    about = as_dict(creator)
    names = [creator] if isinstance(creator, str) else [about.get(key) for key in ("name", "nickname", "email", "id")]
    name = next((each for each in names if isinstance(each, str) and each), "")
    return name if name in known else fit_name(name.removeprefix("https://").removeprefix("http://"))


def _plain(value: object) -> str:
    return value if isinstance(value, str) and value.strip() else ""
