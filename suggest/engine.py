"""Proposes attributions in English news text: what is said, by whom, through which cues, and the likely label.

Rules over words and a list of cues (`cues.toml`), after the annotation scheme of PARC 3.0 (Pareti 2016): no model, no
names known beforehand, and time that grows with the length of the text alone. All offsets are code points; the text is
never altered. A person decides.
"""

import msgspec

from ..schema.events import Identified, SourceKind
from ..schema.text import Span
from .cue_groups import cue_at
from .cuebook import english
from .page import Page, Piece
from .people import Person, people
from .phrases import Phrase
from .reports import Report, Step
from .rules import Reader
from .verdicts import verdict

ENGINE = "onrecord-rules-en 1"
"""Name and version of what made a suggestion: a new version may propose other things for the same text."""

_CONFIDENCE = {
    "quotation, then who": 97,
    "quotation, verb first": 97,
    "who, then quotation": 96,
    "clause broken by who": 93,
    "according to": 91,
    "relay": 91,
    "relay in the passive": 91,
    "clause before": 89,
    "clause after": 88,
    "said by nobody": 85,
    "noun of saying": 84,
    "unnamed reports": 83,
    "as somebody said": 82,
    "no answer": 82,
    "told in the passive": 80,
    "thing after": 80,
    "hearsay adverb": 74,
    "transcript": 70,
    "passive with by": 66,
    "clause before, verb first": 62,
    "thing before": 58,
}
"""In how many of a hundred cases annotators saw something said where the rule does, on news from elsewhere."""

_LEAST_SHARED = 3


class Link(msgspec.Struct, frozen=True):
    """One link of a chain: where the text shows the source and its cue, and who that is.

    `name` is the source's words, or the fuller name or noun that they stand for elsewhere in the text; nobody has the
    empty name. A link without spans is known from another place of the text, or is left unsaid.
    """

    spans: tuple[Span, ...]
    cue: tuple[Span, ...]
    name: str
    kind: SourceKind
    identified: Identified
    relay: bool = False


class Suggestion(msgspec.Struct, frozen=True):
    """What may be a mention: the spans of what is said, a label and kind of the built-in codebook, and the chain.

    The chain goes from the source nearest the writer to the origin. `confidence` is a percentage; `rule` names the rule
    that found it.
    """

    spans: tuple[Span, ...]
    label: str
    kind: str
    chain: tuple[Link, ...]
    confidence: int
    rule: str


def suggest(text: str) -> list[Suggestion]:
    """The attributions that the rules find in a text, in the order of what is said; any text will do."""
    page = Page(text, english())
    reports = [_deepened(page, report) for report in Reader(page).read()]
    known = people(page, {step.source for report in reports for step in report.steps if step.source})
    found = [_suggestion(page, report, known) for report in reports]
    found = _with_origins(page, reports, found, known)
    return sorted(found, key=lambda suggestion: suggestion.spans)


def _suggestion(page: Page, report: Report, known: dict[Piece, Person]) -> Suggestion:
    source = report.steps[-1].source
    origin = known[source] if source else None
    label, kind = verdict(page, report, origin)
    unsure = 15 if origin and origin.phrase.pronoun and not origin.resolved else 0
    return Suggestion(
        spans=tuple(page.span(piece) for piece in sorted(report.content)),
        label=label,
        kind=kind,
        chain=tuple(_link(page, step, known) for step in report.steps),
        confidence=_CONFIDENCE[report.rule] - unsure,
        rule=report.rule,
    )


def _link(page: Page, step: Step, known: dict[Piece, Person]) -> Link:
    cue = (page.span(step.cue),) if step.cue else ()
    if step.source is None:
        return Link((), cue, "", "unknown", "unspecified", step.relay)
    phrase: Phrase = known[step.source].phrase
    spans = [page.span(step.source), *([page.span(step.relative)] if step.relative else [])]
    return Link(tuple(spans), cue, phrase.name, phrase.kind, phrase.identified, step.relay)


# ------------------------------------------------------------- deeper origins


def _deepened(page: Page, report: Report) -> Report:
    """A report whose words name a deeper origin themselves, with that as its last link."""
    if report.steps[-1].source is None or report.rule == "unnamed reports":
        return report
    return _with_teller(page, report) or _with_hearsay(page, report)


def _with_teller(page: Page, report: Report) -> Report | None:
    """The paper said an official had told it that the bridge fell."""
    first, last = report.content[-1]
    first += page.lower[first] == "that"
    end = page.begins.get(first)
    if end is None or end >= last or page.letters[first] in "OQ" or report.verb is None or report.verb.effect:
        return None
    for head in range(end, min(end + 4, last)):
        verb = page.book.verbs.get(page.lower[head])
        if verb is None or verb.frame not in ("speak", "tell") or verb.effect or verb.form in ("base", "going"):
            continue
        cue = cue_at(page, head)
        if cue and cue.first == end and not cue.passive and "that" in page.lower[head : head + 4]:
            nearest = report.steps[-1]._replace(relay=True)
            return report._replace(steps=(*report.steps[:-1], nearest, Step((first, end), (cue.first, cue.last))))
    return None


def _with_hearsay(page: Page, report: Report) -> Report:
    """“The mayor is said to have left,” the paper said: the origin is nobody that the paper names."""
    hearsay = page.book.hearsay
    first, last = report.content[0]
    for i in range(first, min(last, first + 12)):
        word, cue = page.lower[i], None
        if word in hearsay.adverbs:
            cue = (i, i + 1)
        elif word in page.book.grammar.be and page.lower[i + 2] == "to":
            verb = page.book.verbs.get(page.lower[i + 1])
            if verb and verb.lemma in hearsay.passives and verb.form in ("either", "participle"):
                cue = (i, i + 2)
        if cue:
            messenger = report.steps[-1]._replace(relay=True)
            return report._replace(steps=(*report.steps[:-1], messenger, Step(None, cue)))
    return report


def _with_origins(
    page: Page, reports: list[Report], found: list[Suggestion], known: dict[Piece, Person]
) -> list[Suggestion]:
    """Where the text says elsewhere whom an outlet has a story from, the story has that origin here too."""
    told: dict[Piece, list[int]] = {}
    for at, report in enumerate(reports):
        first = report.steps[0]
        if len(report.steps) > 1 and first.relay and first.source:
            told.setdefault(known[first.source].root, []).append(at)
    if not told:
        return found
    words = {at: _telling_words(page, reports[at]) for many in told.values() for at in many}
    whole = []
    for suggestion, report in zip(found, reports, strict=True):
        source = report.steps[0].source
        places = told.get(known[source].root, []) if source and len(report.steps) == 1 else []
        own = _telling_words(page, report) if places else set()
        for at in places[:20]:
            shared = len(own & words[at])
            if shared >= _LEAST_SHARED and 2 * shared >= min(len(own), len(words[at])):
                suggestion = _from(suggestion, found[at])
                break
        whole.append(suggestion)
    return whole


def _telling_words(page: Page, report: Report) -> set[str]:
    return {
        word for first, last in report.content for word in page.lower[first : min(last, first + 60)] if len(word) > 3
    }


def _from(suggestion: Suggestion, other: Suggestion) -> Suggestion:
    """A suggestion with the deeper links of another one, which bring no spans along."""
    deeper = tuple(msgspec.structs.replace(link, spans=(), cue=()) for link in other.chain[1:])
    nearest = msgspec.structs.replace(suggestion.chain[0], relay=True)
    return msgspec.structs.replace(
        suggestion, label=other.label, kind=other.kind, chain=(nearest, *deeper), confidence=suggestion.confidence - 10
    )
