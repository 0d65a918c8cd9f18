"""Learning from answers: nothing from few, the same from the same, and in the direction of what was said."""

import pytest
from onrecord.schema import acts
from onrecord.schema.text import Span, content_hash
from onrecord.suggest import learning, offers
from onrecord.suggest.engine import Suggestion
from onrecord.suggest.engines import rule_engine
from onrecord.suggest.learning import LEAST, Answer, learn
from project_state import project

pytest.importorskip("sklearn")


def suggestion(number: int, rule: str) -> Suggestion:
    return Suggestion((Span(number * 10, number * 10 + 9),), "sourced", "person", (), 60, rule)


ANSWERS = [Answer(suggestion(number, rule), rule == "good") for number in range(LEAST + 4) for rule in ("good", "bad")]


def test_nothing_is_learnt_from_too_few_answers() -> None:
    assert learn([]) is None
    assert learn(ANSWERS[: LEAST - 1]) is None
    assert learn([answer for answer in ANSWERS if answer.accepted]) is None


def test_what_was_accepted_rises_and_what_was_dismissed_falls() -> None:
    ranker = learn(ANSWERS)
    assert ranker
    good, bad = ranker.rank([suggestion(99, "good"), suggestion(99, "bad")])
    assert good.confidence > 60 > bad.confidence
    assert ranker.reasons(suggestion(99, "bad"))[0] == "rule bad: less often accepted"
    assert ranker.rank([]) == []


def test_it_is_the_same_from_the_same_answers_in_any_order() -> None:
    one, other = learn(ANSWERS, seed=3), learn(ANSWERS[::-1], seed=3)
    assert one
    assert other
    asked = [suggestion(number, rule) for number in range(5) for rule in ("good", "bad", "new")]
    assert one.rank(asked) == other.rank(asked)


def test_answers_are_read_from_the_project_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        f"The gate stopped {number} times, a harbour official said. It closed, said Mayor Ilse Brand."
        for number in range(LEAST)
    ]
    with project() as ledger:
        for text in texts:
            with ledger.act() as act:
                sha256, _ = acts.add_document(act, text)
                found = offers.offers(ledger.connection, sha256, "ana", offers.live(text, rule_engine()), [])
                assert len(found) == 2
                offers.accept(act, found[0], sha256, text)
                offers.dismiss(act, found[1])
        answers = learning.answered(ledger.connection, "ana", rule_engine())
        assert sorted(answer.accepted for answer in answers) == [False] * LEAST + [True] * LEAST
        assert learning.answered(ledger.connection, "bob", rule_engine()) == []
        monkeypatch.setattr(learning, "_DOCUMENTS", 3)
        (lately,) = {len(learning.answered(ledger.connection, "ana", rule_engine())) for _ in range(2)}
        assert lately == 2 * 3
        monkeypatch.setattr(learning, "_EVENTS", 3)
        assert len(learning.answered(ledger.connection, "ana", rule_engine())) < lately
        ranker = learn(answers)
        assert ranker
        new = [each for _, each in offers.live(texts[0].replace("0 times", "twice"), rule_engine())]
        first, second = ranker.rank(new)
        assert first.confidence - new[0].confidence > second.confidence - new[1].confidence
        assert content_hash(texts[0])
