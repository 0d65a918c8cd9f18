"""An engine that goes by a dependency parse, with a spaCy pipeline that the user has (an optional part).

The same cues as the rules (`cues.toml`), but what belongs to a verb is told by its arcs: a clause for what is said, a
subject or an agent for who says it. Slower by far, and as good as the pipeline is on the text. The pipeline needs a
parser and a lemmatizer with the labels of spaCy's English ones. Nothing is downloaded: it must be installed.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ..schema.errors import BadInput, MissingExtra
from ..schema.text import Span
from .cuebook import english
from .engine import Link, Suggestion
from .sources import Candidate, candidates

DEFAULT = "en_core_web_sm"
LONGEST = 200_000
"""A text of more code points is not parsed: it would take minutes."""
_CLAUSES = frozenset({"ccomp", "parataxis"})
_SUBJECTS = frozenset({"nsubj", "csubj"})
_CONFIDENCE = {"clause": 75, "relay": 80, "according to": 85}
_KINDS = {
    "person": "person", "spokesperson": "spokesperson", "institution": "organisation", "outlet": "organisation",
    "document": "document",
}  # fmt: skip
_ANSWERS = {
    "deny": ("denied", "flat_denial"),
    "reject": ("denied", "flat_denial"),
    "retract": ("denied", "retraction"),
    "confirm": ("confirmed", "official"),
    "admit": ("confirmed", "admission"),
}


class Parsed:
    """The engine. `model` is a pipeline's name or folder, as `spacy.load` takes it."""

    version = "1"

    def __init__(self, model: str = "") -> None:
        try:
            import spacy
        except ImportError:
            raise MissingExtra(
                "Parsing needs an optional part; install it with: pip install 'onrecord[spacy]'"
            ) from None
        try:
            self._parse: Any = spacy.load(model or DEFAULT)
        except OSError:
            raise BadInput(
                f"spaCy has no pipeline {model or DEFAULT!r}; install one, or name yours with --model"
            ) from None
        self.name = f"spacy {self._parse.meta['lang']}_{self._parse.meta['name']}"[:56].replace("/", "-")

    def suggest(self, text: str) -> list[Suggestion]:
        """What the parse shows to be said by somebody; nothing of a text that is too long."""
        return read(self._parse(text), text) if len(text) <= LONGEST else []


def read(doc: Any, text: str) -> list[Suggestion]:
    """The attributions of a parsed text, in the order of what is said."""
    known = candidates(text)
    verbs = {verb.lemma: verb for verb in english().verbs.values() if verb.frame in ("speak", "tell", "think")}
    found: dict[tuple[Span, ...], Suggestion] = {}
    for token in doc:
        for made in _at(token, verbs, known):
            found.setdefault(made.spans, made)
    return [found[spans] for spans in sorted(found)]


def _at(token: Any, verbs: dict[str, Any], known: list[Candidate]) -> Iterator[Suggestion]:
    verb = verbs.get(token.lemma_.lower()) if token.pos_ in ("VERB", "AUX") else None
    if verb:
        clause = next((child for child in token.children if child.dep_ in _CLAUSES), None)
        source = _source(token)
        if clause is not None:
            said = _span(_without(clause.subtree, token, source))
            label = _ANSWERS.get(verb.effect or "")
            yield from _made("clause", said, source, _cue(token), label, known)
    elif token.lower_ == "according":
        to = next((child for child in token.children if child.lower_ == "to"), None)
        source = next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None
        if source is not None:
            aside = set(token.subtree)
            said = _span([each for each in token.sent if each not in aside])
            yield from _made("according to", said, source, _words([token, to]), None, known)


def _made(
    rule: str,
    said: tuple[Span, ...],
    source: Any,
    cue: tuple[Span, ...],
    label: tuple[str, str] | None,
    known: list[Candidate],
) -> Iterator[Suggestion]:
    """The suggestion, where somebody is there to have said something."""
    who = _span(list(source.subtree)) if source is not None else ()
    if not said or any(a.overlaps(b) for a in said for b in (*who, *cue)):
        return
    meant = _meant(who, known)
    link = Link(
        spans=who, cue=cue, name=meant.name if meant else "", kind=meant.kind if meant else "unknown",
        identified=meant.identified if meant else "unspecified",
    )  # fmt: skip
    name, kind = label or _label(meant)
    yield Suggestion(said, name, kind, (link,), _CONFIDENCE[rule] - (0 if who else 25), f"parse: {rule}")


def _meant(who: tuple[Span, ...], known: list[Candidate]) -> Candidate | None:
    """The source that some words are, or the fuller name that they stand for."""
    found = next((each for each in known if any(each.span.overlaps(span) for span in who)), None)
    return known[found.same_as] if found and found.same_as is not None else found


def _label(meant: Candidate | None) -> tuple[str, str]:
    if meant is None:
        return "anonymous", "unspecified"
    if meant.identified == "named":
        return "sourced", _KINDS.get(meant.kind, "person")
    return "anonymous", meant.identified


def _source(verb: Any) -> Any:
    """Whoever says it: the subject, or in the passive the agent; a verb that goes on takes its leader's."""
    for child in verb.children:
        if child.dep_ in _SUBJECTS:
            return child
    for child in verb.children:
        if child.dep_ == "agent":
            return next((each for each in child.children if each.dep_ == "pobj"), None)
    return _source(verb.head) if verb.dep_ == "conj" and verb.head.i != verb.i else None


def _cue(verb: Any) -> tuple[Span, ...]:
    """The verb with the auxiliaries and particles right beside it."""
    beside = {child.i for child in verb.children if child.dep_ in ("aux", "auxpass", "neg", "prt")}
    first = last = verb.i
    while first - 1 in beside:
        first -= 1
    while last + 1 in beside:
        last += 1
    words = verb.doc[first : last + 1]
    return (Span(words.start_char, words.end_char),)


def _without(clause: Iterable[Any], verb: Any, source: Any) -> list[Any]:
    """What is said without the words that say so."""
    own = {verb.i} | ({each.i for each in source.subtree} if source is not None else set())
    return [token for token in clause if token.i not in own]


def _words(tokens: list[Any]) -> tuple[Span, ...]:
    return (Span(tokens[0].idx, tokens[-1].idx + len(tokens[-1].text)),) if tokens else ()


def _span(tokens: list[Any]) -> tuple[Span, ...]:
    """Tokens as spans, in pieces where others lie between, without commas and stops at their ends."""
    runs: list[list[Any]] = []
    for token in sorted(tokens, key=lambda each: int(each.i)):
        if runs and runs[-1][-1].i == token.i - 1:
            runs[-1].append(token)
        else:
            runs.append([token])
    found = []
    for run in runs:
        while run and (run[-1].is_space or run[-1].text in ",.;:"):
            run.pop()
        while run and (run[0].is_space or run[0].text in ",.;:"):
            run.pop(0)
        if any(token.is_alpha or token.like_num for token in run):
            found.append(Span(run[0].idx, run[-1].idx + len(run[-1].text)))
    return tuple(found)
