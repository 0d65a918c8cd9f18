"""The cues of a language: read once from a TOML file, checked, and turned into tables that are asked word by word."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from ..schema.errors import BadInput
from .lexicon import forms_of

Frame = Literal["speak", "tell", "think", "judge"]
Effect = Literal["deny", "reject", "retract", "confirm", "admit", "relay", "ask", "refuse", "answer", "counter"]
Form = Literal["base", "present", "past", "participle", "either", "going"]

_HERE = Path(__file__).with_name("cues.toml")
_NONE: frozenset[str] = frozenset()


class Verb(NamedTuple):
    """One form of a reporting verb: how it takes what is said, what it does to a claim, and the words it goes with."""

    lemma: str
    frame: Frame
    form: Form
    effect: Effect | None = None
    needs: frozenset[str] = _NONE
    takes: frozenset[str] = _NONE


class Grammar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The small words around a cue."""

    be: frozenset[str]
    auxiliary: frozenset[str]
    negation: frozenset[str]
    adverb: frozenset[str]
    lead_in: frozenset[str]
    preposition: frozenset[str]
    time: frozenset[str]
    opener: frozenset[str]
    conjunction: frozenset[str]
    relative: frozenset[str]
    opening: frozenset[str]
    subordinate: frozenset[str]
    goes_on: frozenset[str]
    medium: frozenset[str]
    day: frozenset[str]
    neither: frozenset[str]
    office: frozenset[str]
    strict: frozenset[str]


class Hearsay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that signal an origin and name nobody: adverbs, and verbs in the passive."""

    adverbs: frozenset[str]
    passives: frozenset[str]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words in what is said, or beside the cue, that tell one kind of answer from another."""

    false: frozenset[str]
    evasion: frozenset[str]
    attack: frozenset[str]
    scope: frozenset[str]
    refused: frozenset[str]
    independent: frozenset[str]
    unknown: frozenset[str]
    no: frozenset[str]
    true: frozenset[str]
    matter: frozenset[str]
    claims: frozenset[str]
    asked: frozenset[str]


class Cuebook(NamedTuple):
    """All cues of a language. `verbs` has every form, `nouns` for each noun of saying the words that may follow it.

    `words` are all words at which a rule may begin.
    """

    language: str
    words: frozenset[str]
    verbs: dict[str, Verb]
    nouns: dict[str, frozenset[str]]
    unnamed: frozenset[str]
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    grammar: Grammar
    hearsay: Hearsay
    said: Said


class _Nouns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    followed_by: dict[str, frozenset[str]]
    unnamed: frozenset[str]


_Word = Annotated[str, msgspec.Meta(pattern=r"^\S+$")]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of cues as it is written, its lists of words taken apart."""

    language: str
    inflection: Literal["english", "none"]
    verbs: dict[Frame, frozenset[_Word]]
    irregular: dict[str, Annotated[tuple[_Word, ...], msgspec.Meta(min_length=1, max_length=2)]]
    needs: dict[str, frozenset[str]]
    takes: dict[str, frozenset[str]]
    effects: dict[Effect, frozenset[str]]
    grammar: Grammar
    hearsay: Hearsay
    nouns: _Nouns
    phrases: frozenset[Annotated[str, msgspec.Meta(pattern=r"\S")]]
    said: Said


@cache
def english() -> Cuebook:
    """The cues that the engine goes by, read when first asked for."""
    return read(_HERE.read_text("utf-8"), _HERE.name)


def read(toml: str, name: str) -> Cuebook:
    """The cues of a file's text; `name` is the file's, for the sentence that refuses it.

    Raises:
        BadInput: the text is no TOML, lacks a table or has one too many, or speaks of a verb that it does not list.
    """
    try:
        written = msgspec.convert(_listed(tomllib.loads(toml)), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise BadInput(f"{name} cannot be used: {said}; compare it with {_HERE.name}.") from None
    known = frozenset().union(*written.verbs.values())
    named = {*written.irregular, *written.needs, *written.takes, *frozenset().union(*written.effects.values())}
    if unlisted := sorted(named - known):
        raise BadInput(
            f"{name} speaks of {' '.join(', '.join(unlisted).split())}, which no list under [verbs] has; add it there."
        )
    verbs, nouns, phrases = dict(_verbs(written)), _by_noun(written.nouns), _by_first_word(written.phrases)
    return Cuebook(
        language=written.language,
        words=frozenset((*verbs, *nouns, *phrases, *written.hearsay.adverbs, *written.nouns.unnamed, ":")),
        verbs=verbs,
        nouns=nouns,
        unnamed=written.nouns.unnamed,
        phrases=phrases,
        grammar=written.grammar,
        hearsay=written.hearsay,
        said=written.said,
    )


def _listed(written: dict[str, Any]) -> dict[str, Any]:
    """The same with every string in a table as its words: `"a b"` as `["a", "b"]`."""
    return {key: _apart(part) if isinstance(part, dict) else part for key, part in written.items()}


def _apart(table: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _apart(part) if isinstance(part, dict) else part.split() if isinstance(part, str) else part
        for key, part in table.items()
    }


def _verbs(written: _File) -> Iterator[tuple[str, Verb]]:
    effects = {verb: effect for effect, verbs in written.effects.items() for verb in verbs}
    for frame, verbs in reversed(written.verbs.items()):  # what stands in two lists is what the earlier one says
        for verb in sorted(verbs):
            needs, takes = written.needs.get(verb, _NONE), written.takes.get(verb, _NONE)
            for form, spelled in _forms(verb, written):
                yield spelled, Verb(verb, frame, form, effects.get(verb), needs, takes)


def _forms(verb: str, written: _File) -> Iterator[tuple[Form, str]]:
    if written.inflection == "none":
        yield "either", verb
        return
    base, present, past, going = forms_of(verb)
    pasts = written.irregular.get(verb, (past,))
    if verb in written.irregular and pasts[0].endswith(f"{verb[-1]}ed") and pasts[0] != past:
        going = f"{verb}{verb[-1]}ing"
    yield from (("base", base), ("present", present), ("going", going))
    if len(pasts) == 1:
        yield "either", pasts[0]
    else:
        yield "past", pasts[0]
        yield "participle", pasts[1]


def _by_noun(nouns: _Nouns) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for follower, heads in nouns.followed_by.items():
        for head in heads:
            found[head] = found.get(head, _NONE) | {follower}
    return found


def _by_first_word(phrases: frozenset[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Whole phrases under their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append(words)
    return {first: tuple(some) for first, some in found.items()}
