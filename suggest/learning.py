"""Learning from an annotator's own answers which suggestions they accept, by a small model over what is seen of them.

Logistic regression (scikit-learn's, an optional part) over a handful of readable features; deterministic with a seed.
It re-ranks: a suggestion's confidence moves towards what the answers say, the more so the more answers there are. It
adds and hides nothing, and says for each suggestion what moved it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from ..schema import reading
from ..schema.errors import MissingExtra
from .engine import Suggestion
from .engines import Engine
from .offers import answers, live, offer_uid, with_confidence

LEAST = 8
"""So many accepted and so many dismissed suggestions there must be at least before anything is learnt."""
_TRUST = 20
"""After so many answers, they and the engine's own confidence weigh the same."""
_TOLD = 3
_EVENTS, _DOCUMENTS = 5000, 200
"""How far back answers are looked for: an engine reads each of these documents anew for it."""


class Answer(Struct, frozen=True):
    """A suggestion with what its annotator said to it."""

    suggestion: Suggestion
    accepted: bool


class Ranker:
    """Moves confidences towards an annotator's answers. Made by `learn`."""

    def __init__(self, vectorizer: Any, model: Any, answered: int) -> None:
        self._vectorizer, self._model = vectorizer, model
        self._weight = answered / (answered + _TRUST)
        self.answered = answered

    def rank(self, suggestions: Sequence[Suggestion]) -> list[Suggestion]:
        """The same suggestions in the same order, each with its new confidence."""
        if not suggestions:
            return []
        chances = self._model.predict_proba(self._vectorizer.transform([features(each) for each in suggestions]))[:, 1]
        return [
            with_confidence(each, round(self._weight * 100 * float(chance) + (1 - self._weight) * each.confidence))
            for each, chance in zip(suggestions, chances, strict=True)
        ]

    def reasons(self, suggestion: Suggestion) -> list[str]:
        """What moved a suggestion most, in words, the strongest first."""
        row = self._vectorizer.transform([features(suggestion)])
        names = self._vectorizer.get_feature_names_out()
        moved = sorted(((row[0, at] * self._model.coef_[0][at], names[at]) for at in row.nonzero()[1]), key=_strength)
        return [
            f"{name.replace('=', ' ')}: {'more' if by > 0 else 'less'} often accepted" for by, name in moved[:_TOLD]
        ]


def _strength(pair: tuple[float, str]) -> tuple[float, str]:
    return -abs(pair[0]), pair[1]


def learn(given: Sequence[Answer], seed: int = 0) -> Ranker | None:
    """What these answers teach; None where there are too few of either kind.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    accepted = sum(answer.accepted for answer in given)
    if min(accepted, len(given) - accepted) < LEAST:
        return None
    try:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise MissingExtra(
            "Learning from answers needs an optional part; install it with: pip install 'onrecord[learn]'"
        ) from None
    ordered = sorted(given, key=lambda answer: (repr(answer.suggestion), answer.accepted))
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform([features(answer.suggestion) for answer in ordered])
    model = LogisticRegression(random_state=seed, max_iter=1000, class_weight="balanced")
    model.fit(table, [int(answer.accepted) for answer in ordered])
    return Ranker(vectorizer, model, len(given))


def answered(connection: sqlite3.Connection, annotator: str, engine: Engine) -> list[Answer]:
    """What an annotator has said to an engine's suggestions in the documents in which they worked last."""
    return [answer for those in answered_by_document(connection, annotator, engine) for answer in those]


def answered_by_document(connection: sqlite3.Connection, annotator: str, engine: Engine) -> Iterator[list[Answer]]:
    """The same, a document at a time, for somebody who may have to stop in between.

    What was said lately is what counts: the newest `_EVENTS` events are looked at, and at most `_DOCUMENTS` documents.
    """
    rows = connection.execute(
        """SELECT needed.subject FROM (
            SELECT subject_id FROM main.events WHERE annotator = :me AND undoes IS NULL
            ORDER BY clock DESC, device DESC LIMIT :events
        ) AS said CROSS JOIN main.subjects AS mine ON mine.id = said.subject_id AND mine.kind = 'mention'
        CROSS JOIN main.needs ON needs.subject_id = mine.id
        CROSS JOIN main.subjects AS needed ON needed.id = needed_id AND needed.kind = 'document'
        WHERE mine.subject GLOB :own""",
        {"me": annotator, "own": _glob(annotator), "events": _EVENTS},
    )
    documents = dict.fromkeys(row[0] for row in rows)
    for sha256 in sorted(islice(documents, _DOCUMENTS)):
        text = reading.text(connection, sha256)
        by_uid = {offer_uid(annotator, sha256, each.spans): each for _, each in live(text, engine)}
        said = answers(connection, by_uid)
        yield [Answer(by_uid[uid], accepted) for uid, accepted in said.items()]


def _glob(annotator: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in annotator) + "/*"


def features(suggestion: Suggestion) -> dict[str, Any]:
    """What can be seen of a suggestion, by readable names."""
    length = sum(span.end - span.start for span in suggestion.spans)
    origin = suggestion.chain[-1] if suggestion.chain else None
    return {
        f"rule={suggestion.rule}": 1,
        f"label={suggestion.label}": 1,
        f"kind={suggestion.kind}": 1,
        f"origin={origin.identified if origin else 'none'}": 1,
        f"length={_size(length)}": 1,
        f"links={min(len(suggestion.chain), 3)}": 1,
        "in pieces": int(len(suggestion.spans) > 1),
        "confidence": suggestion.confidence / 100,
    }


def _size(length: int) -> str:
    return "a few words" if length < 30 else "a clause" if length < 120 else "long"


def ranked(suggestions: Iterable[tuple[str, Suggestion]], ranker: Ranker | None) -> list[tuple[str, Suggestion]]:
    """Suggestions with their engines, re-ranked where something was learnt."""
    pairs = list(suggestions)
    if ranker is None:
        return pairs
    return list(zip((engine for engine, _ in pairs), ranker.rank([each for _, each in pairs]), strict=True))
