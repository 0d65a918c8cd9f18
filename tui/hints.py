"""Letters over words: short codes, one or two keys each, that name places on the screen."""

from collections.abc import Iterable, Sequence

from ..schema.text import Span

LETTERS = "asdfjklgheirutywopqnvbcmzxASDFJKLGHEIRUTYWOPQNVBCMZX"
"""Code letters, the easiest to reach first."""


def codes(near: int, far: int) -> tuple[list[str], list[str]]:
    """Codes for `near` and `far` places, none the beginning of another: single letters near, pairs far.

    Near places that do not fit into single letters get pairs too; places beyond all pairs get none.
    """
    total = near + far
    firsts = 0
    while firsts < len(LETTERS) and (len(LETTERS) - firsts) + firsts * len(LETTERS) < total:
        firsts += 1
    while firsts < len(LETTERS) and firsts * len(LETTERS) < far:
        firsts += 1
    singles = list(LETTERS[: len(LETTERS) - firsts])
    pairs = [first + second for first in LETTERS[len(LETTERS) - firsts :] for second in LETTERS]
    close = singles[:near] + pairs[: max(0, near - len(singles))]
    used = max(0, near - len(singles))
    return close, pairs[used : used + far]


def assign(near: Sequence[int], far: Iterable[int]) -> dict[str, int]:
    """Codes to offsets: for the near places the shortest, in the order given."""
    distant = list(far)
    close, wide = codes(len(near), len(distant))
    return dict(zip((*close, *wide), (*near, *distant), strict=False))


class WordPicker:
    """Picks a span by two words: the codes of the first and then of the last.

    `sentence` is where the cursor is: its words get the shortest codes. `visible` is what the screen shows.
    """

    def __init__(self, words: Sequence[Span], sentence: Span | None, visible: Span) -> None:
        self._words = [word for word in words if word.overlaps(visible)]
        self.first: Span | None = None
        self._typed = ""
        self._at = {word.start: word for word in self._words}
        near = [word.start for word in self._words if sentence and word.overlaps(sentence)]
        self._codes = assign(near, (word.start for word in self._words if word.start not in set(near)))

    def hints(self) -> dict[int, str]:
        """What is still open: the rest of each code, by the offset of its word."""
        rest = len(self._typed)
        return {at: code[rest:] for code, at in self._codes.items() if code.startswith(self._typed)}

    def press(self, key: str) -> Span | None:
        """Take a letter; the answer is the span once both words are known. A letter without a word begins anew."""
        self._typed += key
        if self._typed not in self._codes:
            if not any(code.startswith(self._typed) for code in self._codes):
                self._typed = ""
            return None
        word = self._at[self._codes[self._typed]]
        self._typed = ""
        if self.first is not None:
            return Span(min(self.first.start, word.start), max(self.first.end, word.end))
        self.first = word
        after = [each.start for each in self._words if each.start >= word.start]
        self._codes = assign(after, (each.start for each in reversed(self._words) if each.start < word.start))
        return None
