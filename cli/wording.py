"""Mentions in words, for people who read them in a pipe: labels, who stands behind them, claim and notes."""

from collections.abc import Iterator, Mapping

from ..schema.records import Attribution, Evidence, Label, Mark, Mention
from .printing import safe

_QUOTED = 100


def mention_lines(mention: Mention, labels: Mapping[str, Label], standing: str = "") -> Iterator[str]:
    """A mention as lines without indentation; `standing` is that of its claim."""
    negated = "" if mention.polarity == "asserts" else f" ({mention.polarity} the claim)"
    yield f"“{safe(shortened(mention.quote))}”{negated}"
    if mention.claim:
        yield f"claim {mention.claim_id}: {safe(mention.claim)}{f' [{standing}]' if standing else ''}"
    if mention.note:
        yield f"note: {safe(mention.note)}"
    for mark in mention.marks:
        yield from _mark_lines(mark, labels)
    if not mention.marks:
        yield "no label: the writer's own voice"


def letters(mention: Mention, labels: Mapping[str, Label]) -> str:
    """The letters of a mention's labels: `A D`; `-` for none."""
    return " ".join(safe(labels[mark.label].letter) for mark in mention.marks) or "-"


def mark_summary(mark: Mark) -> str:
    """A mark in a few words: `anonymous, described, 80 % certain`."""
    certainty = "" if mark.certainty is None else f"{mark.certainty} % certain"
    return ", ".join(safe(part) for part in (mark.label, mark.kind, certainty) if part)


def shortened(text: str, length: int = _QUOTED) -> str:
    """A quote cut in its middle to so many code points."""
    if len(text) <= length:
        return text
    return f"{text[: length // 2].rstrip()} … {text[-(length // 2) + 3 :].lstrip()}"


def _mark_lines(mark: Mark, labels: Mapping[str, Label]) -> Iterator[str]:
    who = " → ".join(map(_link, mark.chain))
    yield f"{safe(labels[mark.label].letter)} {mark_summary(mark)}{f': {who}' if who else ''}"
    for item in mark.evidence:
        yield f"  evidence: {_evidence(item)}"
    if mark.note:
        yield f"  note: {safe(mark.note)}"


def _link(link: Attribution) -> str:
    name = link.source or link.source_quote
    how = ", ".join(part for part in ("" if link.identified == "named" else link.identified, link.ground) if part)
    if not name:
        return f"({safe(how)})"
    return f"{safe(name)} ({safe(how)})" if how else safe(name)


def _evidence(item: Evidence) -> str:
    shown = f"“{shortened(item.quote)}”" if item.quote else item.url or f"mention {item.mention_id}"
    return safe(f"{shown} ({item.note})" if item.note else shown)
