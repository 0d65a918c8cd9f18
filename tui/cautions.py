"""What a form warns of: labels and chains that contradict each other. A warning never blocks."""

from collections.abc import Collection, Sequence

from .drafts import LinkDraft


def of_labels(labels: Collection[str]) -> str:
    """Sourced and anonymous on one mention hold only for a compound origin."""
    if {"sourced", "anonymous"} <= set(labels):
        return "Sourced and anonymous together hold only for two origins, as “Smith and a second official”"
    return ""


def of_chain(label: str, chain: Sequence[LinkDraft]) -> str:
    """A label of origin that the chain's deepest link contradicts. A spokesperson for a named body needs no name."""
    if not chain:
        return ""
    origin = chain[-1]
    who = " ".join(origin.source.split()) or "nobody named"
    if label == "anonymous" and origin.identified == "named":
        return f"Anonymous, but the chain ends at {who}, who is named: is somebody without a name behind it?"
    if label == "sourced" and origin.identified != "named" and origin.source_kind != "spokesperson":
        return f"Sourced, but the chain ends at {who}, who is not identified: is it anonymous?"
    return ""
