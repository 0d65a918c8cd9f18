"""What onrecord wrote into another tool's file and the tool gives back, perhaps changed: the tool's word wins.

Offsets of tools that count code points or UTF-16 code units are told apart here by the words that they name.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from ..schema.errors import BadInput
from .annotated import of_extra
from .json_files import as_dict
from .verified import Unit, Verifier


class Quoted(Struct, frozen=True):
    """A span as a file gives it, with its words."""

    start: object
    end: object
    quote: str


def unit_of(texts: Iterable[tuple[str, list[Quoted]]], units: tuple[Unit, ...]) -> tuple[Unit, bool]:
    """The unit under which most words stand where they are said to, the first of `units` among equals.

    The second answer says whether it matters: whether another unit fits worse.
    """
    found = dict.fromkeys(units, 0)
    for text, spans in texts:
        if text.isascii():
            continue
        for unit in units:
            verifier = Verifier(text, unit)
            found[unit] += sum(stands(verifier, text, each) for each in spans)
    best = max(units, key=lambda unit: found[unit])
    return best, len(set(found.values())) > 1


def stands(verifier: Verifier, text: str, span: Quoted) -> bool:
    """Whether the words are where they are said to be."""
    try:
        return verifier.span(span.start, span.end).cut(text) == span.quote
    except BadInput:
        return False


def with_labels(mention: object, labels: list[str]) -> dict[str, Any]:
    """A mention as onrecord wrote it (`portable.mention_out`) that has these labels of the other tool now.

    Marks whose label was taken away go, and for a label that came a mark comes.
    """
    given = as_dict(mention)
    marks = given.get("marks") or []
    if not isinstance(marks, list):
        return given  # no mention of ours; reading it says so
    known = {_theirs(mark): mark for mark in marks if isinstance(mark, dict)}
    kept = [mark for name, mark in known.items() if name in labels]
    return {**given, "marks": kept + [{"label": name} for name in labels if name not in known]}


def with_claim(mention: dict[str, Any], claim: str) -> dict[str, Any]:
    """The mention with this claim, if it is another than onrecord wrote; none is no answer."""
    claim = " ".join(claim.split())
    before = mention.get("claim")
    if not claim or (isinstance(before, str) and " ".join(before.split()) == claim):
        return mention
    return {**mention, "claim": claim, "claim_uid": "", "claim_note": ""}


def with_origins(mention: dict[str, Any], origins: dict[str, str]) -> dict[str, Any]:
    """The mention with these names of who said it, by the other tool's labels, where they are others than before."""
    marks = mention.get("marks")
    if not isinstance(marks, list) or not all(isinstance(mark, dict) for mark in marks):
        return mention
    return {**mention, "marks": [_with_origin(mark, origins.get(_theirs(mark), "")) for mark in marks]}


def _with_origin(mark: dict[str, Any], name: str) -> dict[str, Any]:
    name = " ".join(name.split())
    chain = mark.get("chain") or []
    if not name or not isinstance(chain, list):
        return mark
    last = as_dict(chain[-1]) if chain else {}
    if last.get("source") == name:
        return mark
    about = {"source": name, "named": mark.get("label") != "anonymous"}
    kept = {key: value for key, value in last.items() if not key.startswith("source") and key != "named"}
    return {**mark, "chain": [*chain[:-1], {**kept, **about}]}


def _theirs(mark: dict[str, Any]) -> str:
    extra = mark.get("extra")
    try:
        return str(of_extra(extra if isinstance(extra, str) else "", "label") or mark.get("label"))
    except (ValueError, AttributeError, RecursionError):
        return str(mark.get("label"))
