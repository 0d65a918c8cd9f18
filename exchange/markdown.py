"""Markdown with front matter: YAML between two lines of `---`; everything after the second is the text, as it is."""

from collections.abc import Iterator
from typing import BinaryIO

from .articles import Item, Refused, described, unknown_keys, unused
from .formats import Format
from .plain import name_of, whole_text

MOST_FRONT_MATTER = 65_536
"""How many code points of front matter are read: more is no description of an article."""


def read_markdown(file: BinaryIO, place: str, charset: str) -> Iterator[Item]:
    """The one article of a Markdown file; the markup is part of the text."""
    text = yield from whole_text(file, place, charset)
    if text is None:
        return
    front, text = _parted(text)
    said: dict[str, object] = {}
    if front:
        found = _keys_of(front, place)
        if isinstance(found, Refused):
            yield found
            return
        said = found
    heading = _heading(text)
    if heading and not said.get("title"):
        said["title"] = heading
    yield from unused(place, unknown_keys(said))
    yield from described(place, text, said, name_of(place))


def _parted(text: str) -> tuple[str, str]:
    """The front matter and the text after it; no front matter when its end does not come."""
    lines = _lines(text)
    if next(lines, ("", 0))[0].rstrip(" \t\r") != "---":
        return "", text
    start = text.index("\n") + 1 if "\n" in text else len(text)
    for line, end in lines:
        if line.rstrip(" \t\r") in ("---", "..."):
            return text[start : end - len(line) - text.startswith("\n", end - 1)], text[end:]
        if line.startswith("---") or end > MOST_FRONT_MATTER:
            break
    return "", text


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Lines without their line feed, each with where the next one begins."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end], min(end + 1, len(text))
        start = end + 1


def _heading(text: str) -> str:
    """The words of the first heading (`# Words`), without closing signs."""
    for line, _ in _lines(text):
        if line.startswith(("# ", "#\t")) and (words := line[1:].strip().rstrip("#").rstrip()):
            return words
    return ""


def _keys_of(front: str, place: str) -> dict[str, object] | Refused:
    import yaml

    try:
        # The base loader keeps every value as it is written: no date, number or `no` is turned into something else.
        keys = yaml.load(front, Loader=yaml.BaseLoader) or {}  # noqa: S506 - and it makes nothing but texts
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 2}" if error.problem_mark else ""
        return Refused(f"{place}{line}", f"the front matter is not valid YAML: {error.problem}")
    except (yaml.YAMLError, RecursionError):
        return Refused(place, "the front matter is not valid YAML")
    if not isinstance(keys, dict):
        return Refused(place, "the front matter is not made of `key: value` lines")
    return {str(key): value for key, value in keys.items()}


FORMAT = Format(name="md", about="Markdown with front matter", endings=(".md", ".markdown"), articles=read_markdown)
