"""Finding the rows of the log in damaged pages: by what a row looks like and not by what leads to it.

Every event, every text and all that was set aside is stored beside the sha256 of its bytes. So it does not matter which
page a row was found on, or how: if the bytes have the hash, they are what was written. A row begins with a header that
names the type of each column (<https://www.sqlite.org/fileformat2.html#record_format>), and a text of 64 bytes, as a
hash is, has the type `81 0d`; that is looked for.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Literal

from msgspec import Struct

from .pages import Pages

Kind = Literal["event", "text", "aside", "named"]
Value = str | int

_HASH_TYPE = 141
_HASH_BYTES = b"\x81\x0d"
_HEX = re.compile(rb"[0-9a-f]{64}")
_BODY = re.compile(rb'\{"annotator":".*?,"v":\d+\}', re.DOTALL)
_WHOLE_NUMBERS = frozenset({1, 2, 3, 4, 5, 6, 8, 9})
_LONGEST_HEADER = 80
_BEFORE = range(1, 9)
"""So far before the type of the hash may a row's header begin: its length, and the types of the columns before."""


class Found(Struct, frozen=True):
    """A row of the log: an event, a text or what was set aside, or only the `named` hash of one, as in an index.

    `sound` means that the bytes have the hash that stands beside them; without it, `body` is what has the hash but was
    found alone. `row` is the row's number, where it can be told, and `about` what else the row says: of an event the
    subject's number, the device and the number on it; of what was set aside, when and why.
    """

    kind: Kind
    hash: str
    sound: bool = False
    row: int | None = None
    body: bytes = b""
    about: tuple[Value, ...] = ()


def carve(pages: Pages) -> Iterator[Found]:
    """All rows of the log that are anywhere in a file, some of them several times."""
    for page in pages.images():
        at = page.find(_HASH_BYTES)
        while at >= 0:
            for before in _BEFORE:
                if types := _types(page, at - before, at):
                    yield from _found(pages, page, at - before, types)
            at = page.find(_HASH_BYTES, at + 1)
        # Where a row's header is damaged, its event may still be there, and known by its hash from elsewhere.
        for match in _BODY.finditer(page):
            yield _stray(match[0])


def _stray(body: bytes) -> Found:
    return Found("event", hashlib.sha256(body).hexdigest(), body=body)


def _types(page: bytes, start: int, at: int) -> list[int]:
    """The column types of a row whose header starts here and names a hash there; empty where it does not."""
    if start < 0 or not at - start < page[start] <= _LONGEST_HEADER:
        return []
    end, place, types, met = start + page[start], start + 1, [], False
    while place < min(end, len(page)):
        met |= place == at
        value, place = _varint(page, place)
        types.append(value)
    return types if met and place == end else []


def _found(pages: Pages, page: bytes, start: int, types: list[int]) -> Iterator[Found]:
    """What a row with these types is, by its shape; nothing when the log has no such row."""
    match types:
        # Between the clock and what it undoes, the first format keeps the name of the act.
        case [0, 141, subject, annotator, device, _, clock, *act, undoes, body] if (
            subject in _WHOLE_NUMBERS
            and _all_text(annotator, device, clock, *act)
            and (undoes == 0 or _all_text(undoes))
            and _is_blob(body)
            and len(act) <= 1
        ):
            yield from _verified("event", pages, page, start, types, 1, (2, 4, 5))
        case [0, received_at, reason, 141, body] if _all_text(received_at, reason) and _is_blob(body):
            yield from _verified("aside", pages, page, start, types, 3, (1, 2))
        case [141, text] if _all_text(text):
            yield from _verified("text", pages, page, start, types, 0, ())
        case [141, row] if row in _WHOLE_NUMBERS:
            hash_, number = _columns(_local(page, start, types), types)
            yield from _named(hash_, _whole_number(number, row))
        case [row, 141] if row in _WHOLE_NUMBERS:  # a parent, named by the number of its child
            yield from _named(_columns(_local(page, start, types), types)[1], None)


def _named(hash_: bytes, row: int | None) -> Iterator[Found]:
    if _HEX.fullmatch(hash_):
        yield Found("named", hash_.decode(), row=row)


def _verified(
    kind: Kind, pages: Pages, page: bytes, start: int, types: list[int], key: int, about: tuple[int, ...]
) -> Iterator[Found]:
    """A row with its bytes; where they do not have its hash, the hash and the bytes apart."""
    row = _row_number(page, start, sum(map(_width, types)) + page[start])
    for page_of in (pages.latest, pages.folded):
        columns = _columns(_payload(pages, page_of, page, start, types), types)
        body, hash_ = columns[-1], columns[key]
        named = tuple(_value(columns[at], types[at]) for at in about)
        real = hashlib.sha256(body).hexdigest()
        whole = _HEX.fullmatch(hash_) is not None
        if real.encode() == hash_ or (kind == "aside" and whole and not body):
            yield Found(kind, hash_.decode(), sound=True, row=row, body=body, about=named)
            return
        if body:
            yield Found(kind, real, row=row, body=body, about=named)
        if whole:
            yield Found(kind, hash_.decode(), row=row, about=named)


# ---------------------------------------------------------------------- the format of rows


def _columns(payload: bytes, types: list[int]) -> list[bytes]:
    """The bytes of each column; fewer than it should have where the payload is cut off."""
    place, found = payload[0] if payload else 0, []
    for width in map(_width, types):
        found.append(payload[place : place + width])
        place += width
    return found


def _local(page: bytes, start: int, types: list[int]) -> bytes:
    return page[start : start + page[start] + sum(map(_width, types))]


def _payload(pages: Pages, page_of: Callable[[int], bytes], page: bytes, start: int, types: list[int]) -> bytes:
    """A row's bytes: the part on its own page, and the rest from the pages that it overflows to."""
    total = page[start] + sum(map(_width, types))
    if total > pages.length:
        return page[start:]
    here = _here(total, pages.size)
    if here == total:
        return page[start : start + total]
    parts, left = [page[start : start + here]], total - here
    next_ = int.from_bytes(page[start + here : start + here + 4], "big")
    while left > 0 and next_ and (more := page_of(next_)):
        parts.append(more[4 : 4 + left])
        left -= pages.size - 4
        next_ = int.from_bytes(more[:4], "big")
    return b"".join(parts)


def _here(total: int, size: int) -> int:
    """How many of a row's bytes stand on its own page, that of a table."""
    most = size - 35
    if total <= most:
        return total
    least = (size - 12) * 32 // 255 - 23
    fitting = least + (total - least) % (size - 4)
    return fitting if fitting <= most else least


def _row_number(page: bytes, start: int, total: int) -> int | None:
    """The number of a row whose header starts here: it stands before it, after the length of the whole."""
    length = _as_varint(total)
    for width in range(1, 10):
        at = start - width
        if at >= len(length) and page[at - len(length) : at] == length:
            row, end = _varint(page, at)
            if end == start:
                return row
    return None


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        if at + count >= len(page):
            break
        byte = page[at + count]
        if count == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + count + 1
    return 0, len(page) + 1


def _as_varint(value: int) -> bytes:
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))


def _value(column: bytes, type_: int) -> Value:
    return _whole_number(column, type_) if type_ in _WHOLE_NUMBERS else column.decode("utf-8", "replace")


def _whole_number(column: bytes, type_: int) -> int:
    return type_ - 8 if type_ in (8, 9) else int.from_bytes(column, "big", signed=True)


def _width(type_: int) -> int:
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[type_] if type_ < 12 else (type_ - 12) // 2


def _all_text(*types: int) -> bool:
    return all(type_ > 12 and type_ % 2 for type_ in types)


def _is_blob(type_: int) -> bool:
    return type_ >= 12 and type_ % 2 == 0
