"""JSON files that are one value: read whole up to a limit, told apart by the keys of their first record."""

import json
import re
from typing import Any

from ..schema.errors import BadInput
from .articles import read_at_most
from .formats import Incoming
from .json_records import MAX_ARRAY
from .json_text import parse

_DEEPEST = 8
_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"]+))', re.DOTALL)
_NAME = 64


def whole(file: Incoming) -> Any:
    """The value of a JSON file.

    Raises:
        BadInput: it has more bytes than `MAX_ARRAY`, or no JSON; the sentence begins with a verb.
    """
    with file.path.open("rb") as stream:
        data = read_at_most(stream, MAX_ARRAY + 1)
    if len(data) > MAX_ARRAY:
        raise BadInput(f"has more than {MAX_ARRAY // 2**20} MB, which is not read at once; export it in several files")
    file.progress(len(data))
    return parse(data.removeprefix(b"\xef\xbb\xbf"), file.charset)


def check_whole_characters(value: object) -> None:
    """Check that no text in a value holds half a character, which JSON can write and no database keeps.

    Raises:
        BadInput: one does.
    """
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadInput("holds half a character (a lone surrogate); export it again as UTF-8") from None


def outline(head: bytes) -> dict[str, str]:
    """The keys of the first object in the beginning of a JSON file, with their plain values; what is cut off is left.

    A key is named by its path: `data.text`, `annotations[].id`. Of an array's objects, the first with a key counts.
    """
    seen: dict[str, str] = {}
    stack: list[list[str]] = []  # an object with its current key and what comes next, or an array
    shown, at = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"), 0
    while match := _TOKEN.match(shown, at):
        (text, sign, plain), at = match.groups(), match.end()
        if sign in ("{", "["):
            stack.append(["{", "", "key"] if sign == "{" else ["[", "[]", ""])
        elif sign in ("}", "]"):
            stack = stack[:-1]
            if len(stack) < 2 and (not stack or stack[0][0] == "["):
                break
        elif sign:
            if stack and stack[-1][0] == "{" and sign == ",":
                stack[-1][2] = "key"
        elif stack and stack[-1][2] == "key":
            stack[-1][1:] = [_read(text or plain), ""]
            _note(seen, stack, "")
        else:
            _note(seen, stack, _read(text or plain))
    return seen


def _read(token: str) -> str:
    try:
        return str(json.loads(token)) if token.startswith('"') else token
    except ValueError:
        return token


def _note(seen: dict[str, str], stack: list[list[str]], value: str) -> None:
    if len(stack) <= _DEEPEST:
        levels = stack[1:] if stack and stack[0][0] == "[" else stack
        path = ".".join(level[1] for level in levels).replace(".[]", "[]")
        seen[path] = seen.get(path) or value


def fit_name(name: str) -> str:
    """A name of another tool, such as an address, as one that an annotator can have: one line of at most 64 characters.

    What is too long is cut in its middle; the end of an address tells people apart.
    """
    shown = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    return shown if len(shown) <= _NAME else f"{shown[:24]}…{shown[25 - _NAME :]}"


def shown(value: object) -> str:
    """An id or name as a place can tell it: short and of characters that can be seen; nothing for what is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return "".join(char if char.isprintable() else " " for char in str(value)[:80]).strip()


def as_dict(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """The value if it is an array, nothing for none, else an array of it alone."""
    return value if isinstance(value, list) else [] if value is None else [value]
