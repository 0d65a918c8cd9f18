"""Sentences that more than one screen says."""

from collections import Counter

from .workers import Reversed

_WORDS = {
    "document": ("document", "documents"),
    "claim": ("claim", "claims"),
    "relation": ("tie between claims", "ties between claims"),
    "source": ("source", "sources"),
    "mention": ("mention", "mentions"),
    "mark": ("label", "labels"),
    "submission": ("document's state", "documents' states"),
    "adjudication": ("ruling", "rulings"),
    "label": ("label of the codebook", "labels of the codebook"),
}


def reversal(message: Reversed) -> str:
    """What an undo or a redo did: "Undone: 1 mention, 2 labels"; and what it left, because others build on it."""
    counts = Counter(kind for kind, _ in message.undone.changed)
    changed = ", ".join(f"{counts[kind]} {words[counts[kind] > 1]}" for kind, words in _WORDS.items() if counts[kind])
    sentence = f"{'Undone' if message.verb == 'undo' else 'Redone'}: {changed or 'nothing of it still stood'}"
    if not message.undone.kept:
        return sentence
    return f"{sentence}. Some of it stays: others have built on it since"
