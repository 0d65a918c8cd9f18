"""What a person types to search, as a full-text query."""

from collections.abc import Sequence

from .text import SEARCH_FOLDS

# Case is left to FTS5, which folds that of an older Unicode: folding here what it does not fold would lose words.
_TO_WORDS = str.maketrans(SEARCH_FOLDS | {"\0": " "})


def search_terms(query: str) -> str:
    """A person's words as an FTS5 query: every word must occur, the last may be unfinished. Never a syntax error."""
    words = quoted_words(query)
    return begun(words) if words else ""


def begun(words: Sequence[str]) -> str:
    """Quoted words of which the last may be unfinished, as a query."""
    return " ".join(words) + "*"


def quoted_words(words: str) -> list[str]:
    """The words in a text that can be searched for, each in quotes, so that nothing in it is syntax."""
    written = words.encode("utf-8", "replace").decode()  # half of a surrogate pair is no character
    parts = written.translate(_TO_WORDS).replace('"', " ").split()
    return [f'"{part}"' for part in parts if any(char.isalnum() for char in part)]
