"""How much one file may say of an article: what it takes in memory is at most ten times its size, above a floor.

The floor is what any import takes, with as many mentions as `MENTIONS`. A file that says more in few bytes is refused
in a sentence before it fills the memory. `tests/fuzz/test_memory.py` measures that it holds for each format.
"""

from ..schema.errors import BadInput

MENTIONS = 10_000
"""So many mentions of an article are read from a file of any size."""
A_MENTION = 300
"""One more is read for each so many bytes of the file."""
_SMALL = 1024 * 1024
"""What is smaller is not looked through for very many values."""
_FLOOR = 48 * 1024 * 1024
_TIMES = 9.5
_TAKES = {b"{": 180, b"[": 56, b'"': 26, b",": 28}
"""What Python takes for values of JSON, in bytes for each of these signs; of quotation marks a text has two."""


class Crowded(Exception):
    """An article with more mentions in one file than are read; the sentence begins with a verb."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"brings over {most:,} mentions of one article, more than are read from a file of its size; part them among"
            " several files"
        )


def room_for(size: int) -> int:
    """So many mentions of one article are read from a file of so many bytes."""
    return MENTIONS + size // A_MENTION


def check_values(data: bytes) -> None:
    """Check that a JSON text does not hold more values than its size allows.

    Raises:
        BadInput: it does; the sentence begins with a verb.
    """
    if len(data) < _SMALL:
        return
    if sum(takes * data.count(sign) for sign, takes in _TAKES.items()) > _FLOOR + _TIMES * len(data):
        raise BadInput("holds more lists and objects than are read from so few bytes; part it among several files")
