"""The records of a web archive, through warcio: pages with their bodies, however hostile the archive."""

import io
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any, BinaryIO

from msgspec import Struct

from ..schema.errors import BadInput, MissingExtra
from .articles import MAX_BYTES, read_at_most

_PAGES = ("text/html", "application/xhtml+xml")
_SUCCESS = ("200", "203")
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Content codings and what zlib calls them."""
_HEADERS = 4 * 2**20
"""So many bytes of headers and chunk sizes a record may have."""


class Broken(Exception):
    """An archive cannot be read on; the words say why."""


class Capture(Struct, frozen=True):
    """A page as it was captured: its address, the time (ISO 8601, UTC), what its HTTP header says, and its bytes."""

    url: str
    date: str
    content_type: str
    coding: str
    packed: bytes

    @property
    def body(self) -> bytes:
        """The page without its content coding, and not much more than `MAX_BYTES` of it.

        Raises:
            BadInput: it cannot be unpacked.
        """
        # Crawlers unpack bodies and leave the header as it was, so what looks like a page is one.
        if not self.coding or self.coding == "identity" or self.packed.lstrip()[:1] == b"<":
            return self.packed
        if self.coding not in _PACKED:
            raise BadInput(f"its body is compressed as {self.coding[:20]!r}, which is not read")
        for window in (_PACKED[self.coding], -15):  # some servers send deflate without its header
            unpacker = zlib.decompressobj(window)
            try:
                body = unpacker.decompress(self.packed, MAX_BYTES + 1)
            except zlib.error:
                continue
            if unpacker.eof or len(body) > MAX_BYTES:
                return body
            raise BadInput("its body breaks off")
        raise BadInput("its body is damaged and cannot be unpacked")


def need_warcio() -> None:
    """Load what reads archives.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        import warcio  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        raise MissingExtra(
            "Reading web archives needs an optional part; install it with: pip install 'onrecord[html]'"
        ) from None


def captures(file: BinaryIO, other: Counter[str]) -> Iterator[Capture]:
    """The pages of an archive; `other` counts its other records by what they are.

    Raises:
        Broken: it is no archive, or it breaks off; the pages before that were given.
    """
    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

    number = 0
    with _guarded(number):
        archive = ArchiveIterator(file, arc2warc=True)
        archive.reader = _bounded_reader(file)
    while True:
        with _guarded(number):
            archive.reader.taken = 0
            record = next(archive, None)
            if record is None:
                break
            number += 1
            capture = _capture(record)
            archive.read_to_end()
            if record.length is None or record.raw_stream.limit:
                raise Broken(f"breaks off in the middle of record {number:,}")
        if isinstance(capture, Capture):
            yield capture
        else:
            other[capture] += 1
    if not number:
        raise Broken("holds no record: it is empty, or no web archive")


def _capture(record: Any) -> Capture | str:
    """The page of a record, or what it is instead."""
    if record.rec_type != "response":
        return str(record.rec_type or "record of no type")[:40]
    http = record.http_headers
    if http is None:
        return "response without HTTP"
    if http.get_statuscode() not in _SUCCESS:
        return f"HTTP status {http.get_statuscode()[:10]}"
    content_type = http.get_header("Content-Type") or ""
    media = content_type.partition(";")[0].strip().lower()
    if media not in _PAGES:
        return media[:40] or "response of no type"
    if record.length is None or record.length > 2 * MAX_BYTES:
        return "page that is too large"
    return Capture(
        url=(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> "),
        date=record.rec_headers.get_header("WARC-Date") or "",
        content_type=content_type,
        coding=(http.get_header("Content-Encoding") or "").strip().lower(),
        packed=read_at_most(_unchunked(record), MAX_BYTES + 1),
    )


def _unchunked(record: Any) -> Any:
    from warcio.bufferedreaders import ChunkedDataReader  # type: ignore[import-untyped]

    chunked = (record.http_headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    return ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream


def _bounded_reader(file: BinaryIO) -> Any:
    """warcio's reader, which takes a line of any length into memory, with a bound on the lines of a record."""
    from warcio.bufferedreaders import DecompressingBufferedReader

    class Bounded(DecompressingBufferedReader):  # type: ignore[misc]  # warcio has no types
        taken = 0

        def readline(self, length: int | None = None) -> bytes:
            line: bytes = super().readline(_HEADERS if length is None else min(length, _HEADERS))
            self.taken += len(line)
            if self.taken > _HEADERS:
                raise Broken("has a record whose headers never end")
            return line

    return Bounded(file)


@contextmanager
def _guarded(number: int) -> Iterator[None]:
    """Whatever stops warcio becomes one sentence, and what it prints is not shown."""
    try:
        with redirect_stderr(io.StringIO()):
            yield
    except (Broken, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - warcio raises whatever its parsing stumbled over
        if "non-chunked gzip" in str(error):
            raise Broken("is compressed as a whole, not record by record; unpack it with gunzip and add that") from None
        if not number:
            raise Broken("is no web archive (WARC)") from None
        raise Broken(f"cannot be read on after record {number:,}, where no record begins") from None
