"""The rules that need no verb of saying: "according to", nouns, adverbs and the colons of a transcript.

Each answers with a `Report` for the cue at a word, or None.
"""

from .extents import clause_before, clause_end, quoted_before, said_from
from .page import Page, Piece
from .reports import Report, Step

_OWN = frozenset("his her their its my our your".split())


def hearsay(page: Page, i: int) -> Report | None:
    """The mayor reportedly left."""
    first, limit = page.sentence(i)
    end = clause_end(page, i, limit)
    subject = page.subject(i, first)
    head = [(subject[0], i)] if subject and subject[1] <= i else []
    if end <= i + 1 and not head:
        return None
    tail = [(i + 1, end)] if end > i + 1 else []
    return Report("hearsay adverb", (*head, *tail), (Step(None, (i, i + 1)),))


def according(page: Page, i: int, done: int) -> Report | None:
    """According to the mayor, the bridge fell."""
    for phrase in page.book.phrases[page.lower[i]]:
        last = i + len(phrase)
        if page.lower[i:last] == list(phrase):
            break
    else:
        return None
    first, limit = page.sentence(i)
    source = _named(page, last, limit)
    if source is None:
        return None
    end = page.after_phrases(source[1], limit)
    step = Step(source, (i, last))
    if i <= first + 1:
        comma = next((at for at in range(end, min(limit, end + 30)) if page.lower[at] == ","), end)
        content = said_from(page, comma + (comma < limit and page.lower[comma] == ","), limit)
        return Report("according to", (content,), (step,)) if content else None
    quote = page.quote_before(i)
    if quote:
        return Report("according to", (quoted_before(page, quote, done),), (step,))
    before = i - (page.lower[i - 1] in (",", "-", "–", "—"))
    clause = clause_before(page, before)
    return Report("according to", (clause,), (step,)) if clause else None


def _named(page: Page, first: int, limit: int) -> Piece | None:
    """Who stands after "according to", also behind words that are in no list: "recently leaked papers"."""
    for i in range(first, min(first + 4, limit)):
        if i in page.begins and not set("NHGOUV").isdisjoint(page.letters[i : page.begins[i]]):
            return first, page.begins[i]
        if page.lower[i] in ",.;:":
            break
    last = page.begins.get(first)
    return (first, last) if last else None


def noun(page: Page, i: int) -> Report | None:
    """The mayor's claim that the bridge fell; reports that it fell."""
    word = page.lower[i]
    follower = page.lower[i + 1]
    unnamed = word in page.book.unnamed and page.letters[i] == "U"
    if follower not in page.book.nouns.get(word, ()) and not (unnamed and follower in ("that", "of", "about")):
        return None
    _, limit = page.sentence(i)
    start = i + 1 if follower == "that" or (follower == "to" and page.letters[i + 2] not in "DNGHO") else i + 2
    if start >= limit:
        return None
    end = page.after_phrases(start, limit) if start == i + 2 else start
    content = (start, end if end > start else clause_end(page, start, limit))
    owner = _owner(page, i)
    if owner:
        return Report("noun of saying", (content,), (Step(owner, (i, start if follower != "that" else i + 1)),))
    if unnamed:
        first = page.ends.get(i + 1, i)
        return Report("unnamed reports", (content,), (Step((first, i + 1), None),))
    return None


def _owner(page: Page, noun: int) -> Piece | None:
    """Whose saying it is: "the mayor's", "his"."""
    for i in range(noun - 1, max(noun - 4, 0), -1):
        if page.lower[i] in _OWN:
            return i, i + 1
        if page.letters[i] == "V":
            first = next((at for at in range(i, max(i - 8, 0), -1) if at in page.begins), i)
            return first, i + 1
        if page.letters[i] not in "AM":
            break
    return None


def transcript(page: Page, i: int) -> Report | None:
    """MAYOR: The bridge fell."""
    first = page.ends.get(i)
    if first is None or page.lower[first - 1] != "\n" or i - first > 5:
        return None
    name = page.words.words[first:i]
    if not all(word[0].isalpha() for word in name):
        return None
    is_headline = first == page.paragraphs[0] and "N" in page.letters[first:i]
    if not (is_headline or all(word.isupper() for word in name) or page.speakers[tuple(name)] > 1):
        return None
    last = next((at for at in range(i + 1, page.end + 1) if page.lower[at] == "\n"), page.end + 1)
    content = page.trimmed(i + 1, last)
    if content[0] >= content[1]:
        return None
    return Report("transcript", ((content[0], last),), (Step((first, i), (i, i + 1)),))
