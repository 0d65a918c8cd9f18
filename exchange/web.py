"""Web pages, through trafilatura: the article's text, and what the page says about it."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from msgspec import Struct

from ..schema.errors import MissingExtra
from .articles import Item, Refused, described
from .formats import Format
from .plain import name_of, whole_text

_DECLARED = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""", re.I
)
_DECLARED_WITHIN = 4096


class Page(Struct, frozen=True):
    """The article on a page, and what the page says about it, by the names of `articles.KEYS`."""

    text: str
    said: dict[str, Any]


def read_web(file: BinaryIO, place: str, charset: str) -> Iterator[Item]:
    """The one article of an HTML file.

    Raises:
        MissingExtra: trafilatura is not installed.
    """
    need_trafilatura()
    declared = declared_charset(file.read(_DECLARED_WITHIN))
    file.seek(0)
    text = yield from whole_text(file, place, charset, declared)
    if text is None:
        return
    page = page_of(text)
    if page is None:
        yield Refused(place, "no article can be made out on this page; save its text and add that")
    else:
        yield from described(place, page.text, page.said, name_of(place))


def need_trafilatura() -> None:
    """Load what reads pages, and keep it quiet: what is wrong is said once, by us.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        import trafilatura  # noqa: F401
    except ImportError:
        raise MissingExtra(
            "Reading HTML needs an optional part; install it with: pip install 'onrecord[html]'"
        ) from None
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def declared_charset(page: bytes) -> str:
    """The charset that a page declares near its beginning, or nothing."""
    declared = _DECLARED.search(page[:_DECLARED_WITHIN])
    return declared[declared.lastindex or 1].decode() if declared else ""


def page_of(html: str) -> Page | None:
    """The article of a page, or None where none can be made out."""
    import trafilatura

    tree: Any = trafilatura.load_html(html) if html.strip() else None
    if tree is None:
        return None
    found = trafilatura.bare_extraction(
        html,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if found is None or isinstance(found, dict) or not found.text:
        return None
    said = {
        "title": found.title,
        "outlet": found.sitename,
        "author": found.author,
        "url": found.url,
        "date": _published(tree, found.date),
        "language": tree.get("lang") or found.language,
    }
    return Page(found.text, said)


def _published(tree: Any, day: str | None) -> str | None:
    """The full time of publication where the page states one for the day that was found, else the day."""
    stated = tree.xpath("//meta[@property='article:published_time' or @itemprop='datePublished']/@content")
    for moment in map(str, stated):
        try:
            if day and datetime.fromisoformat(moment).date().isoformat() == day:
                return moment
        except ValueError:
            continue
    return day


FORMAT = Format(
    name="html", about="a web page, as trafilatura reads it", endings=(".html", ".htm"), articles=read_web, extra="html"
)
