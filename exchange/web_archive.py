"""Web archives (WARC, ISO 28500): each HTML page that a server answered with is an article.

The archive may be plain or compressed record by record, as crawlers write it; bodies may be chunked and compressed.
What a page does not say of itself comes from its record: the address, and for the date that of its capture, before
which it was published. All other records, and pages without an article, are only counted.
"""

import re
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO

from ..schema.errors import BadInput
from .articles import MAX_BYTES, Article, Item, Note, Refused, described
from .charset import decode
from .formats import Format
from .web import declared_charset, need_trafilatura, page_of
from .web_records import Broken, Capture, captures, need_warcio

_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_NAMED = 12
_SHOWN = 200


def read_archive(file: BinaryIO, place: str, charset: str) -> Iterator[Item]:
    """The articles of a WARC file; its pages are called by their address.

    Raises:
        MissingExtra: trafilatura or warcio is not installed.
    """
    need_trafilatura()
    need_warcio()
    other: Counter[str] = Counter()
    dated = 0
    try:
        for capture in captures(file, other):
            here = f"{place}, {capture.url[:_SHOWN]}"
            try:
                dated += yield from _page(capture, here, charset, other)
            except BadInput as error:
                yield Refused(here, error.sentence)
    except Broken as error:
        yield Refused(place, str(error))
    if dated:
        pages = "1 page states" if dated == 1 else f"{dated:,} pages state"
        yield Note(place, f"{pages} no date, and got that of the capture")
    if other:
        kinds = ", ".join(f"{kind} ({count:,})" for kind, count in other.most_common(_NAMED))
        yield Note(place, f"not taken for articles: {kinds}{', …' if len(other) > _NAMED else ''}")


def _page(capture: Capture, place: str, charset: str, other: Counter[str]) -> Generator[Item, None, bool]:
    """The article of a page; the generator returns whether its date had to come from the record.

    Raises:
        BadInput: the page cannot be read.
    """
    stated = _CHARSET.search(capture.content_type)
    declared = stated[1] if stated else declared_charset(capture.body)
    if len(capture.body) > MAX_BYTES:
        raise BadInput(f"has more than {MAX_BYTES // 2**20} MB; that is no article")
    html, taken = decode(capture.body, charset, declared)
    page = page_of(html)
    if page is None:
        other["page without an article"] += 1
        return False
    if not charset and not declared and taken != "utf-8":
        yield Note(place, f"read as {taken}; if that is wrong, name the charset with --charset")
    said: dict[str, Any] = {**page.said, "url": page.said["url"] or capture.url}
    said["date"] = page.said["date"] or capture.date
    taken_date = False
    for item in described(place, page.text, said, capture.url):
        taken_date = isinstance(item, Article) and not page.said["date"] and bool(capture.date)
        yield item
    return taken_date


FORMAT = Format(
    name="warc",
    about="a web archive: each HTML page in it, as trafilatura reads it",
    endings=(".warc", ".warc.gz"),
    articles=read_archive,
    many=True,
    extra="html",
)
