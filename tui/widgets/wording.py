"""Small ways of putting things in words."""

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...schema.undo import Undone


def in_quotes(words: str) -> str:
    """The words in quotation marks, unless they are a quotation themselves."""
    return words if words[:1] in _OPENING and words[-1:] in _CLOSING else f"“{words}”"


def count(number: int, thing: str) -> str:
    """`1 place`, `2,000 places`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def told(remarks: int, waiting: int) -> str:
    """How many remarks there are and how many conversations wait: `3 remarks, 1 not answered`."""
    return count(remarks, "remark") + (f", {waiting:,} not answered" if waiting else "")


def reversal(verb: str, undone: "Undone") -> str:
    """What an undo or a redo did: "Undone: 1 mention, 2 labels"; and what it left, because others build on it."""
    counts = Counter(kind for kind, _ in undone.changed)
    changed = ", ".join(f"{counts[kind]} {words[counts[kind] > 1]}" for kind, words in _CHANGED.items() if counts[kind])
    sentence = f"{'Undone' if verb == 'undo' else 'Redone'}: {changed or 'nothing of it still stood'}"
    return f"{sentence}. Some of it stays: others have built on it since" if undone.kept else sentence


_OPENING = frozenset("\"'“‘„‚«»‹›")
_CLOSING = frozenset("\"'”’“‘»«›‹")
_CHANGED = {
    "document": ("document", "documents"),
    "claim": ("claim", "claims"),
    "relation": ("tie between claims", "ties between claims"),
    "source": ("source", "sources"),
    "source_relation": ("tie between sources", "ties between sources"),
    "mention": ("mention", "mentions"),
    "mark": ("label", "labels"),
    "submission": ("document's state", "documents' states"),
    "adjudication": ("ruling", "rulings"),
    "assignment": ("assignment", "assignments"),
    "remark": ("remark", "remarks"),
    "label": ("label of the codebook", "labels of the codebook"),
}
