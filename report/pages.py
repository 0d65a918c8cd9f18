"""Reports as text: HTML that needs nothing beside it and runs nothing, or Markdown. Text from outside is escaped."""

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from ..schema.errors import MissingExtra
from ..schema.text import visible
from .drawing import picture
from .gather import Told

TEMPLATES = Path(__file__).parent / "templates"
GLYPHS = {"sourced": "●", "anonymous": "○", "denied": "✕", "confirmed": "✓", "responded": "–"}
_MARKDOWN = re.compile(r"([\\`*_\[\]#|~]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)])")


class Heading(Struct, frozen=True):
    """What stands over a report: the project's name, and the moments by which it was asked."""

    project: str
    as_of: str = ""
    known_at: str = ""


def html(told: Sequence[Told], heading: Heading) -> str:
    """A page about some claims: an index where there are several, then each claim.

    Raises:
        MissingExtra: Jinja is not installed.
    """
    return _render("report.html.jinja", told, heading, escaped=True)


def markdown(told: Sequence[Told], heading: Heading) -> str:
    """The same as Markdown, without the pictures.

    Raises:
        MissingExtra: Jinja is not installed.
    """
    return _render("report.md.jinja", told, heading, escaped=False)


def _render(name: str, told: Sequence[Told], heading: Heading, *, escaped: bool) -> str:
    try:
        import jinja2
    except ImportError:
        raise MissingExtra("Reports need an optional part; install it with: pip install 'onrecord[report]'") from None
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=escaped,  # noqa: S701 - off for Markdown alone, where `_plain` escapes
        undefined=jinja2.StrictUndefined,
        finalize=_shown if escaped else _plain,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"link": _link, "day": _day, "words": _words, "of": _of}
    about: dict[str, Any] = {
        "told": told, "heading": heading, "picture": picture, "glyphs": GLYPHS, "here": {each.line.id for each in told},
    }  # fmt: skip
    return environment.get_template(name).render(about)


def _shown(value: Any) -> Any:
    """Every text that a template prints, with a visible sign for whatever would act unseen."""
    return one_line(value) if type(value) is str else value


def _plain(value: Any) -> Any:
    """Every text that a Markdown template prints, so that it is read as it is."""
    return _MARKDOWN.sub(r"\\\1", escape(one_line(value), quote=False)) if type(value) is str else value


def one_line(text: str) -> str:
    """Text from outside as one safe line."""
    return " ".join(visible(text).split())


def _link(url: str) -> str:
    """An address if it is one of the web, else nothing: no other scheme is ever linked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    good = (
        parts.scheme in ("http", "https") and parts.netloc and visible(url) == url and not re.search(r"[\s<>\"()]", url)
    )
    return url if good else ""


def _day(moment: str | None) -> str:
    """A moment's day, or its own words where it is none."""
    return (
        (moment or "undated")[: len("2026-03-05")]
        if re.match(r"\d{4}-\d\d-\d\d", moment or "")
        else moment or "undated"
    )


def _of(number: int, thing: str) -> str:
    """`1 document`, `3 documents`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _words(name: str) -> str:
    """A code as words."""
    return name.replace("_", " ")
