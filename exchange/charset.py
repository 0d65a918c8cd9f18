"""Bytes become text: by their byte order mark, else as UTF-8, else as the charset that fits them best."""

import codecs
import io

from ..schema.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WEB = (
    "cp866 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_10 iso8859_13 iso8859_14 "
    "iso8859_15 iso8859_16 koi8_r koi8_u mac_roman mac_cyrillic cp874 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 "
    "cp1257 cp1258 gb18030 big5 big5hkscs euc_jp cp932 cp949"
).split()
"""The charsets of the web (WHATWG Encoding Standard): rarer ones only ever win by chance."""


def decode(data: bytes, charset: str = "", declared: str = "") -> tuple[str, str]:
    """The text of some bytes, without a byte order mark, and the name of the charset that was taken.

    A charset that is given is final; a declared one is believed if the bytes are neither marked nor UTF-8.

    Raises:
        BadInput: the bytes are not in the given charset, or in none that can be made out.
    """
    if charset:
        return _decode_as(data, charset)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode_as(data, name)
    if wide := unmarked_wide(data):
        return _decode_as(data, wide)
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        return _detect(data, declared)


def check_charset(name: str) -> None:
    """Check that there is a charset of this name; no name is none that is wrong.

    Raises:
        BadInput: there is none.
    """
    try:
        io.TextIOWrapper(io.BytesIO(), name or "utf-8")  # knows what is a codec, but no charset
    except (LookupError, ValueError):
        raise BadInput(f"there is no charset {name[:60]!r}; try utf-8, windows-1252 or another name") from None


def unmarked_wide(data: bytes) -> str:
    """UTF-16 without a mark, which shows in Latin text: every other byte is zero. Nothing where it is not that."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 or (even + odd) * 4 < len(data) or not data:
        return ""
    return "utf-16-le" if not even else "utf-16-be" if not odd else ""


def _decode_as(data: bytes, charset: str) -> tuple[str, str]:
    try:
        name = codecs.lookup(charset).name
        mark = next((mark for mark, marked in _MARKS if marked == name), b"")
        return data.removeprefix(mark).decode(name), name
    except LookupError:
        raise BadInput(f"there is no charset {charset!r}; try utf-8, windows-1252 or another name") from None
    except (UnicodeError, ValueError) as error:
        where = f" at byte {error.start:,}" if isinstance(error, UnicodeDecodeError) else ""
        raise BadInput(f"the bytes are not {charset}{where}; name the right charset with --charset") from None


_COMMONEST = "cp1252"


def _detect(data: bytes, declared: str) -> tuple[str, str]:
    if declared:
        try:
            return _decode_as(data, declared)
        except BadInput:
            pass  # pages are often wrong about themselves
    from charset_normalizer import from_bytes

    matches = from_bytes(data, cp_isolation=_WEB)
    best = matches.best()
    if best is None:
        raise BadInput("its charset cannot be made out; save it as UTF-8, or name the charset with --charset")
    # Of charsets that make equally good text of the bytes, by far the most common on the web is meant.
    as_good = (each for each in matches if each.chaos <= best.chaos and each.coherence >= best.coherence)
    clean = {name for match in as_good for name in match.could_be_from_charset}
    name = _COMMONEST if _COMMONEST in clean else best.encoding
    return data.decode(name), name
