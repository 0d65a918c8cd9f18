"""Web pages, through trafilatura: the article's text, and what the page says about it."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from ..schema.errors import MissingExtra
from .articles import Item, Refused, described
from .formats import Format
from .plain import name_of, whole_text

_DECLARED = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""", re.I
)
_DECLARED_WITHIN = 4096


def read_web(file: BinaryIO, place: str, charset: str) -> Iterator[Item]:
    """The one article of an HTML file.

    Raises:
        MissingExtra: trafilatura is not installed.
    """
    try:
        import trafilatura
    except ImportError:
        raise MissingExtra(
            "Reading HTML needs an optional part; install it with: pip install 'onrecord[html]'"
        ) from None
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is wrong is said below, once
    declared = _DECLARED.search(file.read(_DECLARED_WITHIN))
    file.seek(0)
    page = yield from whole_text(file, place, charset, declared[declared.lastindex or 1].decode() if declared else "")
    if page is None:
        return
    tree: Any = trafilatura.load_html(page) if page.strip() else None
    found = None
    if tree is not None:
        found = trafilatura.bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    if found is None or isinstance(found, dict) or not found.text:
        yield Refused(place, "no article can be made out on this page; save its text and add that")
        return
    said = {
        "title": found.title,
        "outlet": found.sitename,
        "author": found.author,
        "url": found.url,
        "date": _published(tree, found.date),
        "language": tree.get("lang") or found.language,
    }
    yield from described(place, found.text, said, name_of(place))


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
