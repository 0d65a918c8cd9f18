"""Which words of a text are a cue: the verb with its auxiliaries and adverbs, if it is a verb and reports here."""

from typing import NamedTuple

from .cuebook import Verb
from .page import Page

_MOST_BEFORE = 8
_ALONE = frozenset("one another each those".split())
_ENDS_SUBJECTS = frozenset("either since too himself herself itself themselves".split())
_PLURAL = frozenset("they we i you who which that many some others most both few several people".split())


class Cue(NamedTuple):
    """A reporting verb where it stands: the words of its group, and what its auxiliaries make of it.

    `first` is the first word of the group, `head` the verb, `last` the word after the group and its particle.
    """

    verb: Verb
    first: int
    head: int
    last: int
    passive: bool = False
    negated: bool = False
    infinitive: bool = False

    @property
    def going(self) -> bool:
        """Whether it borrows its subject from another verb: "adding that"."""
        return self.verb.form == "going" and self.first == self.head


def cue_at(page: Page, head: int) -> Cue | None:
    """The cue whose verb is this word, or None where the word is a noun, an adjective or no report."""
    verb = page.book.verbs[page.lower[head]]
    first, infinitive = _group(page, head)
    last = head + 1
    if verb.needs or verb.takes:
        if page.lower[last] in verb.needs or page.lower[last] in verb.takes:
            last += 1
        elif verb.needs:
            return None
    if page.lower[last] in ("or", "nor") and page.lower[last + 1] in page.book.verbs:
        last += 2
    last = _tail(page, last)
    helpers = page.lower[first:head]
    grammar = page.book.grammar
    helping = [word for word in helpers if word in grammar.auxiliary or word in grammar.be]
    is_be = bool(helping) and helping[-1] in grammar.be
    if not is_be and page.lower[first - 1].endswith(("'s", "'re", "'m")) and page.letters[first - 1] == "O":
        is_be = verb.form == "going" or page.lower[last] in ("to", "by", "that")  # else it is "has"
    bare = not helping and page.lower[last] == "by" and verb.frame == "judge"  # "a plan praised by the mayor"
    passive = (is_be or bare) and verb.form in ("either", "participle")
    cue = Cue(
        verb, first, head, last, passive,
        negated=any(word in grammar.negation or word.endswith("n't") for word in helpers),
        infinitive=infinitive,
    )  # fmt: skip
    if verb.effect == "answer" and verb.frame == "judge" and not cue.negated:
        return None
    return cue if _reports(page, cue, bool(helping), is_be) else None


def _tail(page: Page, last: int) -> int:
    """Past what belongs to a cue as annotators see it: "said on Monday", "wrote in a statement", "added:"."""
    grammar = page.book.grammar
    if page.lower[last] == "in" and page.lower[last + 1] in ("a", "an"):
        for at in (last + 2, last + 3):
            if page.lower[at] in grammar.medium:
                last = at + 1
                break
    day = last + (page.lower[last] == "on")
    if page.lower[day] in grammar.day:
        last = day + 1
    return last + (page.lower[last] == ":")


def _group(page: Page, head: int) -> tuple[int, bool]:
    """The first word of the verb's group, and whether an infinitive hangs on a word outside it."""
    lead_in, first = page.book.grammar.lead_in, head
    for _ in range(_MOST_BEFORE):
        word = page.lower[first - 1]
        if word == "to" and first == head and page.lower[first - 2] in lead_in:
            first -= 2
        elif (word in lead_in and page.lower[first] == "on") or _belongs(page, first - 1):
            first -= 1
        else:
            break
    while first < head and page.lower[first] in _ENDS_SUBJECTS:
        first += 1
    return first, page.lower[first - 1] == "to"


def _belongs(page: Page, i: int) -> bool:
    word, grammar = page.lower[i], page.book.grammar
    if word in grammar.auxiliary or word in grammar.negation or word in grammar.adverb or word.endswith("n't"):
        return True
    return word.endswith("ly") and page.letters[i] in "Xx"


def _reports(page: Page, cue: Cue, helped: bool, is_be: bool) -> bool:
    """Whether the word is a verb here, by what stands before it."""
    form = cue.verb.form
    if page.letters[cue.head] == "N" or _is_part_of_name(page, cue.head):
        return False
    if cue.infinitive:
        return form == "base"
    if form == "going":
        return is_be or page.letters[cue.first - 1] not in "DA"
    if form == "participle" and not helped:
        return cue.passive
    if helped:
        return not (is_be and form in ("base", "present", "past"))
    return _follows_subject(page, cue)


def _follows_subject(page: Page, cue: Cue) -> bool:
    """Whether a verb without auxiliaries may belong to what stands before it."""
    before, letter, form = page.lower[cue.first - 1], page.letters[cue.first - 1], cue.verb.form
    if before in page.book.grammar.relative or before in _ALONE:
        return form != "base" or before in _PLURAL
    if letter == "x" and page.letters[cue.first - 2] == "D" and form != "base":  # "the note says"
        return True
    if letter in "DAV" and not (letter == "D" and before in _PLURAL) and cue.first not in page.ends:
        return False
    if before in page.book.grammar.preposition or letter == "V":
        return False
    if form == "base":
        return _is_plural(page, cue.first)
    if form == "present":
        phrase = page.ends.get(cue.first)
        if phrase is not None and set(page.letters[phrase : cue.first]) <= {"M", "A"}:
            return False
        return cue.verb.frame != "judge" or letter in "NHOX,"
    return True


def _is_part_of_name(page: Page, head: int) -> bool:
    """Whether it is written like a name after another one: "the United States"; in a headline all words are."""
    word, before, after = (
        page.words.words[head - 1 : head + 2][1],
        page.words.words[head - 1],
        page.words.words[head + 1],
    )
    return word[0].isupper() and before[0].isupper() and after[0].islower()


def _is_plural(page: Page, at: int) -> bool:
    """Whether a verb without an ending may follow: after "they", "officials" or a name of many."""
    before, letter = page.lower[at - 1], page.letters[at - 1]
    return before in _PLURAL or letter == "G" or (letter in "NMU" and before.endswith("s"))
