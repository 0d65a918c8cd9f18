"""Who is right when nobody knows the truth: annotators with errors, after Dawid and Skene and after Hovy and others.

Both take a true class for each item that nobody sees, and look for the annotators that make what was judged most
likely. They work on patterns: what all annotators said of one item, and how often that occurs. So a million judgements
are as many steps as there are patterns. Weights may have several rows: then each is a project of its own, as the
bootstrap needs it.

`said` has for each pattern, annotator and class how often the annotator gave the class (normally once or never).
"""

from typing import Any

from msgspec import Struct

_ROUNDS, _CLOSE = 500, 1e-7
_KNOWS, _HABIT = 0.5, 10.0
_NOISE = 0.5
_SMALLEST = 1e-300


class Errors(Struct, frozen=True):
    """Dawid and Skene's estimates; the first axis of each is the row of weights.

    `prior` is how often each class is true, `rates` what each annotator says of each true class (annotator, true class,
    class said), `truth` how likely each class is for each pattern.
    """

    prior: Any
    rates: Any
    truth: Any


class Trust(Struct, frozen=True):
    """MACE's estimates: how often each annotator knows the answer, how they guess else, and each pattern's classes."""

    knows: Any
    habits: Any
    truth: Any


def dawid_skene(said: Any, weights: Any) -> Errors:
    """Observers' error rates by maximum likelihood (Dawid and Skene 1979), by EM from everybody's shares of each item.

    Nothing is smoothed, as in the paper: what never happened has the rate 0. A rate is NaN where no item is likely to
    be of the class, or the annotator judged none.
    """
    import numpy as np

    patterns, annotators, classes = said.shape
    flat = said.reshape(patterns, annotators * classes)
    share = said.sum(axis=1)
    truth = np.broadcast_to(share / share.sum(axis=1, keepdims=True), (len(weights), patterns, classes))
    before = np.full(len(weights), -np.inf)
    prior = rates = None
    for _ in range(_ROUNDS):
        weighted = truth * weights[:, :, None]
        prior = weighted.sum(axis=1) / weights.sum(axis=1)[:, None]
        counts = (weighted.transpose(0, 2, 1) @ flat).reshape(-1, classes, annotators, classes).transpose(0, 2, 1, 3)
        with np.errstate(divide="ignore", invalid="ignore"):
            rates = counts / counts.sum(axis=3, keepdims=True)
        likely = _logs(np.where(np.isnan(rates), 1, rates))
        likely = likely.transpose(0, 1, 3, 2).reshape(-1, annotators * classes, classes)
        truth, now = _posterior(flat @ likely + _logs(prior)[:, None, :], weights)
        if np.all(now - before <= _CLOSE * np.abs(now)):
            break
        before = now
    return Errors(prior, rates, truth)


def mace(said: Any, weights: Any, seed: int, restarts: int = 10, rounds: int = 50) -> Trust:
    """Whom to trust (Hovy, Berg-Kirkpatrick, Vaswani and Hovy 2013), by variational Bayes, with its authors' priors.

    An annotator knows an item's class, or else guesses by a habit of their own. Of several random starts the likeliest
    end counts, for each row of weights.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    best: Trust | None = None
    best_likelihood = np.full(len(weights), -np.inf)
    for _ in range(restarts):
        found, likelihood = _mace_once(said, weights, random, rounds)
        if best is None:
            best, best_likelihood = found, likelihood
        better = likelihood > best_likelihood
        best = Trust(
            np.where(better[:, None], found.knows, best.knows),
            np.where(better[:, None, None], found.habits, best.habits),
            np.where(better[:, None, None], found.truth, best.truth),
        )
        best_likelihood = np.maximum(likelihood, best_likelihood)
    assert best is not None
    return best


def _mace_once(said: Any, weights: Any, random: Any, rounds: int) -> tuple[Trust, Any]:
    """One start of MACE, with the log likelihood that it comes to."""
    import numpy as np
    from scipy.special import digamma  # type: ignore[import-untyped]

    patterns, annotators, classes = said.shape
    flat = said.reshape(patterns, annotators * classes)
    both = _shares(1 + _NOISE * random.random((annotators, 2)))
    guesses, knows = (np.broadcast_to(both[:, at], (len(weights), annotators)) for at in (0, 1))
    begin = _shares(1 + _NOISE * random.random((annotators, classes)))
    habits = np.broadcast_to(begin, (len(weights), annotators, classes))
    for _ in range(rounds):
        chance = _chance(guesses, knows, habits)
        truth, _likelihood = _of_chance(flat, chance, weights)
        counts = (truth * weights[:, :, None]).transpose(0, 2, 1) @ flat
        counts = counts.reshape(-1, classes, annotators, classes).transpose(0, 2, 3, 1)
        guessed = (guesses[:, :, None] * habits)[:, :, :, None]
        by_habit = (counts * guessed / np.maximum(chance, _SMALLEST)).sum(axis=3)
        in_all, guesses_made = counts.sum(axis=(2, 3)), by_habit.sum(axis=2)
        scale = digamma(in_all + 2 * _KNOWS)
        guesses = np.exp(digamma(guesses_made + _KNOWS) - scale)
        knows = np.exp(digamma(in_all - guesses_made + _KNOWS) - scale)
        habits = np.exp(digamma(by_habit + _HABIT) - digamma(guesses_made + classes * _HABIT)[:, :, None])
    truth, likelihood = _of_chance(flat, _chance(guesses, knows, habits), weights)
    return Trust(knows, habits, truth), likelihood


def _chance(guesses: Any, knows: Any, habits: Any) -> Any:
    """How likely an annotator says a class where one is true: row, annotator, class said, true class."""
    import numpy as np

    guessed = (guesses[:, :, None] * habits)[:, :, :, None]
    return guessed + knows[:, :, None, None] * np.eye(habits.shape[2])


def _of_chance(flat: Any, chance: Any, weights: Any) -> tuple[Any, Any]:
    import numpy as np

    classes = chance.shape[3]
    return _posterior(flat @ _logs(chance).reshape(len(chance), -1, classes) - np.log(classes), weights)


def _posterior(logs: Any, weights: Any) -> tuple[Any, Any]:
    """How likely each class is for each pattern, and the log likelihood of each row of weights."""
    import numpy as np

    highest = logs.max(axis=2, keepdims=True)
    shares = np.exp(logs - highest)
    sums = shares.sum(axis=2, keepdims=True)
    return shares / sums, ((highest + np.log(sums))[:, :, 0] * weights).sum(axis=1)


def _logs(chances: Any) -> Any:
    import numpy as np

    return np.log(np.maximum(chances, _SMALLEST))


def _shares(numbers: Any) -> Any:
    return numbers / numbers.sum(axis=-1, keepdims=True)
