"""JSON from strangers and for strangers: strict on the way in, and with nothing unseen in it on the way out."""

import codecs
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from ..schema.errors import BadInput
from .articles import MAX_BYTES, Refused
from .charset import check_charset
from .room import check_values

_LARGE = 1024 * 1024
_ASTRAL = re.compile(rb"(?<!\\)[\xf0-\xf4][\x80-\xbf]{3}")


class Line(Struct, frozen=True):
    """The object of one line, and where it stands."""

    place: str
    value: dict[str, Any]


def lines(file: BinaryIO, place: str, charset: str = "") -> Iterator[Line | Refused]:
    """The object of each line of a JSON Lines file, or why it has none; blank lines count, and hold nothing.

    A line is never held in memory beyond `MAX_BYTES`.
    """
    try:
        check_charset(charset)
    except BadInput as error:
        yield Refused(place, error.sentence)
        return
    if codecs.lookup(charset or "utf-8").name.startswith(("utf-16", "utf-32")):
        yield Refused(place, f"is said to be in {charset}, in which JSON Lines are not read; save it as UTF-8")
        return
    number = 0
    while line := file.readline(MAX_BYTES + 1):
        number += 1
        here = f"{place}:{number}"
        if len(line) > MAX_BYTES:
            yield Refused(here, f"has more than {MAX_BYTES // 2**20} MB; that is no article")
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_BYTES)
            continue
        if line.isspace():
            continue
        try:
            value = parse(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, charset)
        except BadInput as error:
            yield Refused(here, error.sentence)
            continue
        if isinstance(value, dict):
            yield Line(here, value)
        else:
            yield Refused(here, 'is not an object; write {"text": "...", "title": "..."}')


def parse(data: bytes, charset: str = "") -> Any:
    """The value of a JSON text (RFC 8259); NaN, infinities and keys that come twice in one object are refused.

    Raises:
        BadInput: it is no JSON, is not in its charset, or is nested too deeply; the sentence begins with a verb.
    """
    check_values(data)
    try:
        if len(data) > _LARGE and charset.lower() in ("", "utf-8"):
            # If it is no JSON, it is read again as it is, for the sentence that says where.
            with suppress(ValueError, RecursionError):
                return _value(_escaped(data.rstrip()).decode().rstrip())
        text = data.decode(charset) if charset else data.decode()
    except (UnicodeDecodeError, LookupError):
        raise BadInput(f"is not {charset or 'UTF-8'}; name the charset with --charset") from None
    try:
        return STRICT.whole(text)
    except (ValueError, RecursionError):
        with _said_plainly():  # once more, for the sentence that says where
            return _value(text.rstrip())


def _value(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)


def _escaped(data: bytes) -> bytes:
    """UTF-8 with escapes for what would make Python keep every other character in four bytes too."""
    return _ASTRAL.sub(lambda found: json.dumps(found[0].decode()).strip('"').encode(), data)


class Strict:
    """Reads JSON texts, or values out of the middle of one, as strictly as `parse`.

    It is made once, where `json.loads` with such hooks would make a decoder for every text.
    """

    def __init__(self) -> None:
        self._decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)

    def whole(self, text: str) -> Any:
        """The value of a text.

        Raises:
            BadInput: a key comes twice, or there is a NaN or an infinity in it.
            ValueError, RecursionError: it is no JSON, or is nested too deeply.
        """
        return self._decoder.decode(text)

    def scan(self, text: str, at: int) -> tuple[Any, int]:
        """The value that begins at an index, and the index after it.

        Raises:
            BadInput: as `parse` does.
        """
        with _said_plainly():
            return self._decoder.raw_decode(text, at)


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except json.JSONDecodeError as error:
        where = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"is not valid JSON: {error.msg.removesuffix(' at')} at {where}") from None
    except RecursionError:
        raise BadInput("is nested too deeply to be read") from None
    except ValueError:  # more digits than Python takes for a number
        raise BadInput("holds a number of more digits than can be read") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadInput(f"has the key {twice!r} twice in one object")
    return made


def _no_constant(name: str) -> None:
    raise BadInput(f"holds {name}, which is no JSON number")


STRICT = Strict()


class _Escapes(dict[int, str]):
    """Fills itself with the JSON escape of each code point that would move a line end or a terminal's cursor."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        if unicodedata.category(char) in ("Cc", "Cf", "Cn", "Co", "Zl", "Zp"):
            units = char.encode("utf-16-be").hex()
            char = "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
        self[point] = char
        return char


_escapes = _Escapes()


def to_json(value: object) -> str:
    """One line of JSON, readable in any script, in which whatever cannot be seen is escaped."""
    return _seen(json.dumps(value, ensure_ascii=False))


def struct_to_json(value: object) -> str:
    """The same of structs, without spaces between the parts."""
    return _seen(msgspec.json.encode(value).decode())


def struct_to_utf8(value: object) -> bytes:
    """The same as a line of a file, in UTF-8 and with its end; what is ASCII need not become text first."""
    line = msgspec.json.encode(value)
    line = line.replace(b"\x7f", b"\\u007f") if line.isascii() else _seen(line.decode()).encode()
    return line + b"\n"


def _seen(line: str) -> str:
    if line.isascii():
        return line.replace("\x7f", "\\u007f")
    # What Python calls printable is none of what is escaped, so that most lines need not be looked through.
    return line if line.isprintable() else line.translate(_escapes)
