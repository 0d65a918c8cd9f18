"""The likely label and kind of a report: what its verb does to the claim, else what its origin is.

The codes are those of the built-in codebook. A verb that denies, confirms or refuses gives a response; all else is
labelled by the deepest link of the chain, as the guidelines ask: the origin, not the messenger.
"""

from collections.abc import Callable
from typing import NamedTuple

from .cuebook import Said
from .page import Page
from .people import Person
from .phrases import BODIES, Phrase
from .reports import Report

Verdict = tuple[str, str]

_SOURCED = {
    "spokesperson": "spokesperson",
    "institution": "organisation",
    "outlet": "organisation",
    "document": "document",
}
_START = 6
_SHORT = 14


class Case(NamedTuple):
    """What a verdict goes by: the report on its page, the first words of what is said, and the deepest source."""

    page: Page
    report: Report
    said: list[str]
    origin: Phrase | None


def verdict(page: Page, report: Report, origin: Person | None) -> Verdict:
    """The label and kind of a report whose deepest source is `origin`; None is an origin that nobody names."""
    said = _words_said(page, report)
    rule = _BY_EFFECT.get(report.verb.effect or "") if report.verb else None
    answer = rule(Case(page, report, said, origin.phrase if origin else None)) if rule else None
    return answer or _by_what_is_said(page.book.said, said, report) or _by_origin(page, origin)


def _by_origin(page: Page, origin: Person | None) -> Verdict:
    if origin is None:
        return "anonymous", "unspecified"
    phrase = origin.phrase
    if phrase.identified == "named" or (phrase.pronoun and phrase.kind == "person") or _is_known(page, origin):
        return "sourced", _SOURCED.get(phrase.kind, "person")
    return "anonymous", phrase.identified


def _is_known(page: Page, origin: Person) -> bool:
    """Whether a source without a name can be told from the text: "the ministry", "the mayor", a body's spokesman."""
    phrase, (first, last) = origin.phrase, origin.root
    if phrase.kind == "spokesperson":
        return not set("HGMNV").isdisjoint(page.letters[first : last - 1])
    if phrase.identified != "described" or not phrase.definite:
        return False
    return phrase.kind in BODIES or phrase.head in page.book.grammar.office


def _words_said(page: Page, report: Report) -> list[str]:
    """The first words of what is said, enough to tell one kind of answer from another."""
    first, last = report.content[-1] if report.rule == "said by nobody" else report.content[0]
    return [word for word in page.lower[first : min(last, first + 40)] if word[0].isalnum()]


def _by_what_is_said(book: Said, said: list[str], report: Report) -> Verdict | None:
    """Some answers show in their own words: "was not aware of it", "is a lie", "not relevant"."""
    if report.verb is None or report.verb.frame not in ("speak", "tell", "judge") or not said:
        return None
    words = set(said)
    no = not words.isdisjoint(book.no)
    if said[:2] == ["no", "comment"]:
        return "responded", "declined_comment"
    if words & book.unknown and (no or "unaware" in words) and words.isdisjoint(("that",)) and len(said) <= _SHORT:
        return "responded", "deny_knowledge"
    if len(said) > _SHORT:
        return None
    if words & book.attack:
        return "responded", "source_attack"
    if words & book.claims or said[0] in ("it", "that", "this", "they"):
        if words & book.false or (no and words & book.true):
            return "denied", "flat_denial"
        if words & book.evasion or (no and words & book.matter):
            return "responded", "non_denial"
    return None


# --------------------------------------------------------------- by the verb


def _deny(case: Case) -> Verdict | None:
    book, start = case.page.book.said, set(case.said[:_START])
    if _is_neither(case):
        return "responded", "neither_confirm_nor_deny"
    if case.report.negated:
        return "responded", "non_denial"
    if start & book.unknown or "knowing" in start:
        return "responded", "deny_knowledge"
    return "denied", "scoped_denial" if set(case.said[:2]) & book.scope else "flat_denial"


def _reject(case: Case) -> Verdict | None:
    book, words = case.page.book.said, set(case.said)
    if words & book.attack:
        return "responded", "source_attack"
    if case.report.negated or words.isdisjoint(book.claims):
        return None
    if words & book.evasion:
        return "responded", "non_denial"
    return "denied", "flat_denial"


def _retract(case: Case) -> Verdict | None:
    if case.report.negated or case.page.book.said.claims.isdisjoint(case.said[:_START]):
        return None
    return "denied", "retraction"


def _counter(case: Case) -> Verdict | None:
    return None if case.report.negated else ("denied", "counter_claim")


def _confirm(case: Case) -> Verdict | None:
    if _is_neither(case):
        return "responded", "neither_confirm_nor_deny"
    if case.report.negated:
        return "responded", "declined_comment"
    cue = case.report.steps[-1].cue
    if cue and case.page.book.said.independent.intersection(case.page.lower[cue[0] : cue[1] + 1]):
        return "confirmed", "independent"
    if case.origin and case.origin.kind == "outlet":
        return "confirmed", "independent"
    return "confirmed", "documentary" if case.origin and case.origin.kind == "document" else "official"


def _admit(case: Case) -> Verdict | None:
    return None if case.report.negated else ("confirmed", "admission")


def _refuse(case: Case) -> Verdict | None:
    if case.said[:1] == ["to"] and not case.page.book.said.refused.isdisjoint(case.said[1:4]):
        return "responded", "declined_comment"
    return None


def _answer(case: Case) -> Verdict | None:
    is_asked = not case.page.book.said.asked.isdisjoint(case.said[:8])
    return ("responded", "no_response") if case.report.negated and is_asked else None


def _is_neither(case: Case) -> bool:
    """Whether it is said of both: "neither confirmed nor denied", "would not confirm or deny"."""
    cue = case.report.steps[-1].cue
    if cue is None:
        return False
    around = case.page.lower[max(cue[0] - 3, 0) : cue[1] + 2]
    verbs = {verb.effect for word in around if (verb := case.page.book.verbs.get(word))}
    return {"confirm", "deny"} <= verbs and (
        case.report.negated or not case.page.book.grammar.neither.isdisjoint(around)
    )


_BY_EFFECT: dict[str, Callable[[Case], Verdict | None]] = {
    "deny": _deny,
    "reject": _reject,
    "retract": _retract,
    "counter": _counter,
    "confirm": _confirm,
    "admit": _admit,
    "refuse": _refuse,
    "answer": _answer,
}
