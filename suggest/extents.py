"""How far what is said goes: from a cue to the end of its clause, back over a clause, over a quotation and its rest."""

from bisect import bisect_left

from .cue_groups import Cue
from .page import Page, Piece

_LONGEST_WAY = 16
_CLOSERS = frozenset(",.!?")
_THIS = frozenset("this last next".split())
_CLEAR = frozenset("DNGHOVQ")
_MARKS = frozenset(('"', "'"))
_NOTHING = frozenset((",", ".", ";", ")", "and", "but", "or", "when", "while"))
_BEFORE_REST = frozenset('.,:?!"')
_MOST_PARTS = 40
_FAR = 9


def following(page: Page, cue: Cue, limit: int) -> Piece | None:
    """What is said after a cue, up to the end of the sentence or the next report; None where nothing is."""
    start = cue.last
    if cue.verb.frame == "tell":
        start = _past_addressee(page, start, limit)
    elif cue.verb.frame == "speak":
        start = past_asides(page, start, limit)
    elif page.lower[start] == "," and page.quote_from(start + 1):
        start += 1
    thing = cue.verb.frame == "judge" or (cue.verb.frame == "speak" and _is_thing(page, start, limit))
    return said_from(page, start, limit, thing=thing, going=cue.going)


def _is_thing(page: Page, start: int, limit: int) -> bool:
    """Whether a noun phrase without a verb of its own begins here: "announced a plan"."""
    if start not in page.begins or page.letters[start] in "OQ":
        return False
    after = page.after_phrases(start, limit)
    word = page.lower[after]
    return word not in page.book.grammar.auxiliary and word not in page.book.verbs and page.letters[after] not in "xM"


def said_from(page: Page, start: int, limit: int, *, thing: bool = False, going: bool = False) -> Piece | None:
    """A quotation, a clause or a thing that begins here, or None."""
    if page.lower[start] in (",", ":") and (page.quote_from(start + 1) or page.lower[start] == ":"):
        start += 1
    if start >= limit:
        return None
    quote = page.quote_from(start)
    if quote and (page.lower[page.inner_end(quote) - 1] in _CLOSERS or quote[1] >= limit):
        return quote
    if not quote and page.lower[start] in _NOTHING:
        return None
    end = clause_end(page, start, limit, thing=thing, going=going)
    return (start, end) if end > start else None


def past_asides(page: Page, start: int, limit: int) -> int:
    """Past when, where and to whom something was said: "on Tuesday", "in an interview with a paper"."""
    grammar = page.book.grammar
    i = start
    while i < limit and i - start < _LONGEST_WAY:
        word = page.lower[i]
        if word in _THIS and page.lower[i + 1] in grammar.time:
            i += 2
        elif word in grammar.time or word in grammar.adverb or (word.endswith("ly") and page.letters[i] in "Xx"):
            i += 1
        elif word in grammar.preposition and (word != "to" or page.letters[i + 1] in _CLEAR):
            after = page.after_phrases(i + 1, limit)
            i = after if after > i + 1 else i + 2
        elif word == "," and i > start and (page.lower[i + 1] == "that" or page.quote_from(i + 1)):
            i += 1
        elif word == "," and (remark := _past_remark(page, i, limit)):
            i = remark
        else:
            break
    return min(i, limit)


def _past_remark(page: Page, comma: int, limit: int) -> int | None:
    """Past a remark between two commas before "that": "said, however, that"."""
    for i in range(comma + 2, min(comma + 6, limit)):
        if page.lower[i] == ",":
            return i + 1 if page.lower[i + 1] == "that" or page.quote_from(i + 1) else None
    return None


def _past_addressee(page: Page, start: int, limit: int) -> int:
    """Past whom something was told; where words that are in no list make that unclear, to the next "that"."""
    after = page.after_phrases(start, limit)
    if after == start and page.lower[start] in ("him", "her", "them", "us", "me", "you"):
        after = start + 1
    after = past_asides(page, after, limit)
    if page.lower[after] in page.book.grammar.opener or page.lower[after] in (",", ":") or page.quote_from(after):
        return after
    if page.lower[after] in ("to", "not"):
        return start
    for i in range(after, min(limit, after + _LONGEST_WAY)):
        if page.lower[i] == "that":
            return i
        if page.lower[i] in '.,;:"':
            break
    return after if after < limit else start


def clause_end(page: Page, start: int, limit: int, *, thing: bool = False, going: bool = False) -> int:
    """Where what is said ends: at the end of its sentence, or before the next report in it.

    A thing that is praised or blamed ends sooner: at a comma, or where another clause begins. After a cue such as
    "adding", another such cue ends it: "and saying".
    """
    i = start + 1
    while i < limit:
        word = page.lower[i]
        if word in _MARKS and (quote := page.quote_from(i)):
            i = quote[1]
            if i < limit and (_speaks_at(page, i, limit) or _turns_to_report(page, i)):
                return i
            continue
        if word == ";" or (word == "according" and page.lower[i + 1] == "to"):
            return i
        if word == "," and _ends_at_comma(page, i, limit, thing):
            return i
        if thing and word in page.book.grammar.subordinate:
            return i
        if word in page.book.grammar.conjunction and _speaks_after(page, i, limit, going):
            return i - (page.lower[i - 1] == ",")
        i += 1
    return limit


def _ends_at_comma(page: Page, i: int, limit: int, thing: bool) -> bool:
    if thing and page.lower[i + 1] not in page.book.grammar.goes_on:
        return True
    return (
        _turns_to_report(page, i + 1)
        or _speaks_at(page, i + 1, limit)
        or _is_finite(page, _past_adverbs(page, i + 1), "speak tell judge")
    )


def _speaks_after(page: Page, i: int, limit: int, going: bool) -> bool:
    """Whether a report begins after a conjunction: "and added that", "while the mayor said"."""
    if going and page.lower[i] == "and" and _turns_to_report(page, i + 1):
        return True
    if page.lower[i] in ("and", "but", "then") and _is_finite(page, _past_adverbs(page, i + 1), "speak tell judge"):
        return True
    return _speaks_at(page, i + 1, limit, far=page.lower[i - 1] == ",")


def _speaks_at(page: Page, i: int, limit: int, *, far: bool = False) -> bool:
    """Whether the words from here on are somebody and a verb of saying."""
    after = page.begins.get(i)
    if after is not None and after < limit:
        verb = _past_adverbs(page, after)
        if _is_finite(page, verb, "speak tell") or (page.letters[after - 1] == "G" and _is_base(page, verb)):
            return True
    if far:
        for at in range(i + 1, min(limit, i + _FAR)):
            if page.lower[at] in page.book.verbs or page.lower[at] in page.book.grammar.auxiliary:
                return at in page.ends and _is_finite(page, at, "speak tell")
            if page.lower[at] in ',.;:"':
                break
    return False


def _turns_to_report(page: Page, i: int) -> bool:
    verb = page.book.verbs.get(page.lower[i])
    if verb is not None and verb.form == "going":
        return verb.frame != "think"
    return page.lower[i] == "according" and page.lower[i + 1] == "to"


def _past_adverbs(page: Page, i: int) -> int:
    grammar = page.book.grammar
    for _ in range(4):
        word = page.lower[i]
        if word in grammar.adverb or word in grammar.auxiliary or word in grammar.negation or word.endswith("ly"):
            i += 1
    return i


def _is_base(page: Page, i: int) -> bool:
    verb = page.book.verbs.get(page.lower[i])
    return verb is not None and verb.form == "base" and verb.frame == "speak"


def _is_finite(page: Page, i: int, frames: str) -> bool:
    verb = page.book.verbs.get(page.lower[i])
    if verb is None or verb.frame not in frames or page.lower[i - 1] in page.book.grammar.be:
        return False
    if page.lower[i - 1] in page.book.grammar.auxiliary or page.lower[i - 1] in page.book.grammar.negation:
        return verb.frame != "judge" and verb.form in ("base", "either", "participle")
    return verb.form in ("past", "either", "present")


def quoted_before(page: Page, quote: Piece, floor: int) -> Piece:
    """What a quotation before a cue belongs to: by itself, or with the words of its sentence before it."""
    first = quote[0]
    start, _ = page.sentence(first)
    if floor <= start < first and page.lower[first - 1] not in ",:":
        return start, quote[1]
    return quote


def going_on(page: Page, after: int, limit: int) -> list[Piece]:
    """The rest of a broken quotation: after a comma in the same sentence, or after its end, and in the next paragraphs.

    A quotation that ends with a comma, or that more words follow, has a cue of its own.
    """
    found: list[Piece] = []
    at = bisect_left(page.opens, after)
    while at < len(page.quotes) and len(found) < _MOST_PARTS:
        quote = page.quotes[at]
        before = _past_line_ends(page, quote[0])
        is_new = before < quote[0]
        inside = not found and quote[0] < limit and page.lower[before - 1] in (",", ":")
        if inside and any(page.lower[i] == "," and _turns_to_report(page, i + 1) for i in range(after, quote[0])):
            break
        if not (inside or (before - limit <= 1 and page.lower[before - 1] in _BEFORE_REST)):
            break
        if page.lower[page.inner_end(quote) - 1] == "," or (is_new and page.lower[quote[1]] != "\n"):
            break
        found.append(quote)
        limit = quote[1] if page.lower[quote[1]] in '\n"' else quote[1] + 1
        at += 1
    return found


def _past_line_ends(page: Page, i: int) -> int:
    for _ in range(4):
        if page.lower[i - 1] == "\n":
            i -= 1
    return i


def clause_before(page: Page, comma: int) -> Piece | None:
    """The clause that ends with a comma: "The bridge fell, she said"."""
    first, _ = page.sentence(comma)
    while first < comma and page.lower[first] in (",", "and", "but", ";", "-", "–", "—"):
        first += 1
    return (first, comma) if comma > first else None
