"""Selectors of the W3C Web Annotation Data Model, turned into spans of a text.

Understood are TextPositionSelector and TextQuoteSelector, alone or together, RangeSelector of these, `refinedBy`, and
Choice. A list of selectors is taken, as the model says, for several ways to the same words. The model counts Unicode
code points, start inclusive, end exclusive; a position that comes with a quote is held against it.
"""

from collections.abc import Iterator
from typing import Any

from ..schema.errors import BadInput
from ..schema.text import Span
from .json_files import as_dict, as_list
from .returned import Quoted
from .verified import Misplaced, Placed, Unit, Verifier

POSITION, QUOTE, RANGE = "TextPositionSelector", "TextQuoteSelector", "RangeSelector"
_DEEPEST = 20


class Elsewhere(BadInput):
    """What is selected is no words of a text, or only the page itself could tell which."""


def types(thing: object) -> list[str]:
    """The types of a resource, without a prefix that stands for the model's own terms."""
    return [each.removeprefix("oa:") for each in as_list(as_dict(thing).get("type")) if isinstance(each, str)]


def flat(selector: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The selectors of a list and of the choices in it."""
    for each in as_list(selector):
        if "Choice" in types(each) and depth < _DEEPEST:
            yield from flat(as_dict(each).get("items"), depth + 1)
        elif isinstance(each, dict):
            yield each


def of_text(selector: object, depth: int = 0) -> bool:
    """Whether any of the selectors, or what they are refined by, selects words of a text."""
    if depth > _DEEPEST:
        return False
    return any(
        not {POSITION, QUOTE}.isdisjoint(types(each))
        or any(of_text(each.get(key), depth + 1) for key in ("refinedBy", "startSelector") if key in each)
        for each in flat(selector)
    )


def quoted(selector: object) -> Quoted | None:
    """The position of a selector with the words that stand beside it, or None."""
    some = list(flat(selector))
    position = next((each for each in some if POSITION in types(each)), None)
    quote = next((each.get("exact") for each in some if QUOTE in types(each)), None)
    if position is None or not isinstance(quote, str) or "refinedBy" in position:
        return None
    return Quoted(position.get("start"), position.get("end"), quote)


class Selecting:
    """Finds what selectors select in one text, whose positions count a unit."""

    def __init__(self, text: str, unit: Unit) -> None:
        self._text, self._unit = text, unit
        self._verifier = Verifier(text, unit)

    def placed(self, selector: object, depth: int = 0) -> Placed:
        """The span that a selector, or a list of them, selects.

        Raises:
            Elsewhere: it selects no words of a text.
            Misplaced: the words are not there, or it cannot be told which are meant.
            BadInput: offsets are no numbers, inverted, empty or outside the text.
        """
        if depth > _DEEPEST:
            raise BadInput("its selectors are nested too deeply to be read")
        some = list(flat(selector))
        for each in some:
            if "refinedBy" in each and of_text(each["refinedBy"]):
                return self._refined(each, depth)
        positions = [each for each in some if POSITION in types(each)]
        quotes = [each for each in some if QUOTE in types(each)]
        if positions:
            return self._at(positions[0], quotes)
        if quotes:
            return Placed(self._by_quote(quotes[0]))
        ranges = [each for each in some if RANGE in types(each) and of_text(each.get("startSelector"))]
        if ranges:
            start = self.placed(ranges[0].get("startSelector"), depth + 1).span.start
            end = self.placed(ranges[0].get("endSelector"), depth + 1).span.start
            return Placed(self._verified(start, end))
        names = sorted({name for each in some for name in types(each)}) or ["a selector kept elsewhere"]
        raise Elsewhere(f"is selected by {', '.join(names)[:200]}, which needs the resource itself, not its text")

    def _at(self, position: dict[str, Any], quotes: list[dict[str, Any]]) -> Placed:
        exact = _words(quotes[0], "exact") if quotes else None
        try:
            return self._verifier.placed(position.get("start"), position.get("end"), exact)
        except Misplaced:
            span = self._by_quote(quotes[0], beyond_doubt=True)
            return Placed(span, moved=span.start - self._verifier.span(position["start"], position["end"]).start)

    def _refined(self, outer: dict[str, Any], depth: int) -> Placed:
        """What a refinement selects: words within what the outer selector does, as far as that is words."""
        alone = {key: value for key, value in outer.items() if key != "refinedBy"}
        if not of_text(alone):
            if any(POSITION in types(each) for each in flat(outer["refinedBy"])):
                name = ", ".join(types(outer)) or "something else"
                raise Elsewhere(f"counts from the beginning of what {name} selects, which the text does not tell")
            return self.placed(outer["refinedBy"], depth + 1)
        window = self.placed(alone, depth + 1).span
        inner = Selecting(window.cut(self._text), self._unit).placed(outer["refinedBy"], depth + 1)
        return Placed(Span(window.start + inner.span.start, window.start + inner.span.end), inner.moved)

    def _by_quote(self, quote: dict[str, Any], *, beyond_doubt: bool = False) -> Span:
        exact = _words(quote, "exact")
        if not exact:
            raise BadInput("its TextQuoteSelector has no words in `exact`")
        before, after = _words(quote, "prefix"), _words(quote, "suffix")
        tries = [(before, after)] if beyond_doubt else [(before, after), ("", "")]
        for head, tail in tries:
            whole = head + exact + tail
            first = self._text.find(whole)
            if first >= 0 and self._text.find(whole, first + 1) < 0:
                return Span(first + len(head), first + len(head) + len(exact))
        often = "more than once" if exact in self._text else "nowhere"
        raise Misplaced(f"its words {exact[:60]!r} stand {often} in the text, so it cannot be told which are meant")

    def _verified(self, start: int, end: int) -> Span:
        return Verifier(self._text).span(start, end)


def _words(quote: dict[str, Any], key: str) -> str:
    value = quote.get(key, "")
    if not isinstance(value, str):
        raise BadInput(f"its TextQuoteSelector has a {key!r} that is no text")
    return value
