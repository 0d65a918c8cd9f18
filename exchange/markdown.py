"""Markdown with front matter: YAML between two lines of `---`; everything after the second is the text, as it is."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from .articles import Item, Refused, described, unknown_keys, unused
from .plain import name_of, whole_text

_FRONT = re.compile(r"---[ \t]*\r?\n(?P<front>(?:.*\r?\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_HEADING = re.compile(r"^#[ \t]+(?P<title>.+?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)


def read_markdown(file: BinaryIO, place: str, charset: str) -> Iterator[Item]:
    """The one article of a Markdown file; the markup is part of the text."""
    text = yield from whole_text(file, place, charset)
    if text is None:
        return
    front = _FRONT.match(text)
    said: dict[str, object] = {}
    if front:
        text = text[front.end() :]
        found = _keys_of(front["front"], place)
        if isinstance(found, Refused):
            yield found
            return
        said = found
    heading = _HEADING.search(text)
    if heading and not said.get("title"):
        said["title"] = heading["title"]
    yield from unused(place, unknown_keys(said))
    yield from described(place, text, said, name_of(place))


def _keys_of(front: str, place: str) -> dict[str, object] | Refused:
    import yaml

    try:
        # The base loader keeps every value as it is written: no date, number or `no` is turned into something else.
        keys = yaml.load(front, Loader=yaml.BaseLoader) or {}
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 2}" if error.problem_mark else ""
        return Refused(f"{place}{line}", f"the front matter is not valid YAML: {error.problem}")
    except (yaml.YAMLError, RecursionError):
        return Refused(place, "the front matter is not valid YAML")
    if not isinstance(keys, dict):
        return Refused(place, "the front matter is not made of `key: value` lines")
    return {str(key): value for key, value in keys.items()}
