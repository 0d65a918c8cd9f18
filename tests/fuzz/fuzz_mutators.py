"""Damage to good files that keeps their shape: what gets past the first check of a reader, to where mistakes hide."""

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

NUMBERS = (
    "-1",
    "0",
    "1",
    "2",
    "7",
    "99",
    "4294967295",
    "2147483648",
    "9223372036854775808",
    "1e400",
    "0.5",
    "٣",
    "1_0",
)
TEXTS = (
    "", " ", "\0", "\ud800", "\u202e", "\ufeff", "\u2028", "\x1b[2J", "é😀", "a\u0301" * 20, "x" * 3000, "ana/x", "a|b|c", "[/x]",
    "=1+1", "../../x", "file:///x", "2026-13-45", "null", "{}", "<!--", "]]>", "&#0;", "&x;", "\t", "\r", "\"",
)  # fmt: skip
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_ESCAPED = re.compile("[\udc80-\udcff]")
_OTHER_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_TAG = re.compile(r"<[^<>]*>")


def mutate(data: bytes, rng: random.Random, words: tuple[bytes, ...] = ()) -> bytes:
    """Bytes like these with one to four things wrong with them."""
    for _ in range(rng.randint(1, 4)):
        data = rng.choice((_shaped, _shaped, _shaped, _bytes))(data, rng, words)
    return data[:200_000]


def _shaped(data: bytes, rng: random.Random, words: tuple[bytes, ...]) -> bytes:
    if data.startswith(b"PK\x03\x04"):
        return _zip(data, rng, words)
    try:
        text = data.decode("utf-8", "surrogateescape")
    except UnicodeDecodeError:
        return _bytes(data, rng, words)
    if _ESCAPED.search(text):  # bytes that are no UTF-8 stay what they are
        return _OTHER_HALVES.sub("?", _change(text, rng)).encode("utf-8", "surrogateescape")
    return _change(text, rng).encode("utf-8", "surrogatepass")


def _change(text: str, rng: random.Random) -> str:
    kind = text.lstrip()[:1]
    if kind in ("{", "["):
        return _json(text, rng)
    ways: list[Callable[[str, random.Random], str]] = [_lines, _lines, _fields, _numbers, _words]
    if kind == "<":
        ways += [_tags, _tags]
    return rng.choice(ways)(text, rng)


def _json(text: str, rng: random.Random) -> str:
    """Change one value of a JSON text, or of one line of a file of them."""
    try:
        return json.dumps(_value(json.loads(text), rng))
    except (ValueError, RecursionError):
        pass
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    try:
        lines[at] = json.dumps(_value(json.loads(lines[at]), rng))
    except (ValueError, RecursionError):
        return _lines(text, rng)
    return "\n".join(lines)


def _value(value: Any, rng: random.Random) -> Any:
    """A value in which one value below it, or itself, is another."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(list(value))
        match rng.randrange(8):
            case 0:
                value.pop(key)
            case 1:
                value[rng.choice(TEXTS)] = value.pop(key)
            case 2:
                value[key] = rng.choice(list(value.values()))
            case _:
                value[key] = _value(value[key], rng)
        return value
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = rng.randrange(len(value))
        match rng.randrange(8):
            case 0:
                value.pop(at)
            case 1:
                value += value[at : at + 1] * rng.randint(1, 40)
            case 2:
                rng.shuffle(value)
            case _:
                value[at] = _value(value[at], rng)
        return value
    return _other(value, rng)


def _other(value: Any, rng: random.Random) -> Any:
    if isinstance(value, str) and value and rng.random() < 0.5:
        return _words(_numbers(value, rng), rng)
    if isinstance(value, int) and not isinstance(value, bool) and rng.random() < 0.6:
        return value + rng.choice((-1, 1, -5, 5, 10**6, -(10**6), 2**31, 2**63, 2**70))
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]
    return rng.choice((None, True, -1, 0.5, 1e308, float("nan"), "", [], {}, [value], {"x": value}, deep, *TEXTS))


def _lines(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            lines.pop(at)
        case 1:
            lines.insert(at, lines[other])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] = lines[at][: rng.randint(0, len(lines[at]))]
        case 4:
            lines[at] += rng.choice(TEXTS)
        case _:
            lines[at : at + 1] = lines[at : at + 1] * rng.randint(2, 200)
    return "\n".join(lines)


def _fields(text: str, rng: random.Random) -> str:
    """Change one field of one line, whatever parts the fields."""
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    by = rng.choice(("\t", ",", ";", " ", "|", ":"))
    fields = lines[at].split(by)
    one, two = rng.randrange(len(fields)), rng.randrange(len(fields))
    fields[one] = rng.choice((fields[two], rng.choice(TEXTS), rng.choice(NUMBERS), fields[one] * 2))
    lines[at] = by.join(fields)
    return "\n".join(lines)


def _numbers(text: str, rng: random.Random) -> str:
    found = [*_NUMBER.finditer(text)]
    if not found:
        return text
    one = rng.choice(found)
    return text[: one.start()] + rng.choice((rng.choice(NUMBERS), rng.choice(found)[0])) + text[one.end() :]


def _words(text: str, rng: random.Random) -> str:
    found = [*_WORD.finditer(text)]
    if not found:
        return text + rng.choice(TEXTS)
    one = rng.choice(found)
    return text[: one.start()] + rng.choice((rng.choice(TEXTS), rng.choice(found)[0])) + text[one.end() :]


def _tags(text: str, rng: random.Random) -> str:
    found = [*_TAG.finditer(text)]
    if not found:
        return text
    one = rng.choice(found)
    put = rng.choice(("", rng.choice(found)[0], one[0] * 2, "<x>" * 50, one[0].replace('="', "=").replace('"', "")))
    return text[: one.start()] + put + text[one.end() :]


def _bytes(data: bytes, rng: random.Random, words: tuple[bytes, ...]) -> bytes:
    at, length = rng.randint(0, len(data)), rng.choice((0, 0, 1, 2, 8, 60))
    put = rng.choice((b"", b"\xff", b"\0", rng.randbytes(rng.randint(1, 8)), data[at : at + 30] * 3, *words))
    return data[:at] + put + data[at + length :]


def _zip(data: bytes, rng: random.Random, words: tuple[bytes, ...]) -> bytes:
    """Change what is in one file of an archive, or the archive itself."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            members = [(info.filename, old.read(info)) for info in old.infolist()[:20]]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError):
        return _bytes(data, rng, words)
    if not members or rng.random() < 0.2:
        return _bytes(data, rng, words)
    chosen = rng.randrange(len(members))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for at, (name, body) in enumerate(members):
            if at == chosen:
                body = _shaped(body[:100_000], rng, words) if not body.startswith(b"PK") else body
                name = rng.choice((name, name, name, name + "x", "../" + name))
            new.writestr(name, body)
    return made.getvalue()
