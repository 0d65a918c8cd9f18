"""Competence: both models against published figures, what counts as an item, and what is said where little is known."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure.competence import Competence, competence
from onrecord.measure.latent import dawid_skene, mace
from onrecord.schema import acts
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span
from project_state import project

TEXT = "The harbour said no, and the ferry left at nine without its captain or its crew. Number {}."

# ---------------------------------------------------------------------- the models

PATIENTS = """
111 1 1 1 1|333 4 3 3 4|112 2 1 2 2|222 3 1 2 1|222 3 2 2 2|222 3 3 2 2|122 2 1 1 1|333 3 4 3 3|222 2 2 2 3
232 2 2 2 3|444 4 4 4 4|222 3 3 4 3|111 1 1 1 1|222 3 2 1 2|121 1 1 1 1|111 2 1 1 1|111 1 1 1 1|111 1 1 1 1
222 2 2 2 1|222 1 3 2 2|222 2 2 2 2|222 2 2 2 1|222 3 2 2 2|221 2 2 2 2|111 1 1 1 1|111 1 1 1 1|232 2 2 2 2
111 1 1 1 1|111 1 1 1 1|112 1 1 2 1|111 1 1 1 1|333 3 2 3 3|111 1 1 1 1|222 2 2 2 2|222 3 2 3 2|433 4 3 4 3
221 2 2 3 2|232 3 2 3 3|333 3 4 3 2|111 1 1 1 1|111 1 1 1 1|121 2 1 1 1|232 2 2 2 2|121 1 1 1 1|222 2 2 2 2
"""
"""Dawid and Skene 1979, table 1: what five anaesthetists said of the fitness of 45 patients, the first three times."""


def told(patients: Sequence[Sequence[str]], classes: str) -> Any:
    """What each annotator said of each item, each answer a string of classes, as the models take it."""
    said = np.zeros((len(patients), len(patients[0]), len(classes)))
    for at, answers in enumerate(patients):
        for who, answer in enumerate(answers):
            for each in answer:
                said[at, who, classes.index(each)] += 1
    return said


def anaesthetists() -> Any:
    return told([line.split() for line in PATIENTS.replace("\n", "|").strip("|").split("|")], "1234")


def test_dawid_and_skene_s_own_table() -> None:
    found = dawid_skene(anaesthetists(), np.ones((1, 45)))
    assert found.prior[0].round(2).tolist() == [0.40, 0.42, 0.11, 0.07]
    first, _, third, fourth, fifth = found.rates[0]
    assert first == pytest.approx(
        np.array([[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]), abs=0.005
    )
    assert third == pytest.approx(
        np.array([[1, 0, 0, 0], [0.11, 0.79, 0.11, 0], [0, 0.40, 0.20, 0.40], [0, 0, 0.67, 0.33]]), abs=0.006
    )
    assert np.diag(fourth) == pytest.approx([0.94, 0.84, 0.80, 0.67], abs=0.006)
    assert np.diag(fifth) == pytest.approx([1, 0.73, 0.79, 0.67], abs=0.006)
    assert found.truth[0].sum(axis=1) == pytest.approx(1)
    assert (
        found.truth[0][1].argmax() == 3
    )  # two of five said 4, yet 4 is likelier than 3: they know it when they see it


def test_mace_s_published_example() -> None:
    """The parts of speech in the documentation of its authors' program, and all digits that it prints."""
    tags = [["N", "", "", "N", "P"], ["V", "V", "", "V", ""], ["J", "", "J", "", "D"], ["", "V", "", "V", "D"]]
    found = mace(told([*tags, tags[0]], "NPVJD"), np.ones((1, 5)), seed=1)
    assert found.knows[0] == pytest.approx(
        [0.8820970950608722, 0.7904155783217401, 0.6598575839917008, 0.8822161621354134, 0.03114062354821738], abs=1e-9
    )
    assert found.truth[0][0][:2] == pytest.approx([0.9997443833265887, 7.140381903855615e-5], abs=1e-9)
    assert found.truth[0][2].max() == pytest.approx(0.9990184050335877, abs=1e-9)


def simulated(random: Any, finds: Sequence[float], leaves_out: Sequence[float], items: int = 4000) -> Any:
    """What annotators with known rates say of items, of which a third have the label."""
    truth = random.random(items) < 1 / 3
    rates = np.where(truth[:, None], finds, 1 - np.array(leaves_out))
    present = random.random(rates.shape) < rates
    return np.stack([~present, present], axis=2).astype(float)


def test_known_rates_are_found_again() -> None:
    finds, leaves_out = [0.95, 0.8, 0.6, 0.9], [0.9, 0.97, 0.8, 0.6]
    said = simulated(np.random.default_rng(7), finds, leaves_out)
    found = dawid_skene(said, np.ones((1, len(said))))
    assert found.prior[0][1] == pytest.approx(1 / 3, abs=0.03)
    assert found.rates[0, :, 1, 1] == pytest.approx(finds, abs=0.04)
    assert found.rates[0, :, 0, 0] == pytest.approx(leaves_out, abs=0.04)


def test_mace_tells_who_knows_from_who_guesses() -> None:
    random = np.random.default_rng(3)
    said = simulated(random, [0.9, 0.9, 0.9, 0.5], [0.9, 0.9, 0.9, 0.5], 2000)
    said[:, 3] = np.eye(2)[(random.random(2000) < 0.7).astype(int)]  # says yes in 7 of 10, whatever it is
    knows = mace(said, np.ones((1, 2000)), seed=1).knows[0]
    assert knows[3] < 0.1
    assert knows[:3] == pytest.approx(0.8, abs=0.05)  # who knows 8 of 10 and guesses the rest is right in 9 of 10


patterns = st.lists(
    st.tuples(*[st.sampled_from(["0", "1", ""])] * 4).filter(any), min_size=3, max_size=12, unique=True
)  # fmt: skip


@examples(40)
@given(some=patterns, random=st.randoms(use_true_random=False))
def test_neither_order_nor_counting_equal_items_at_once_matters(some: list[tuple[str, ...]], random: Any) -> None:
    times = [random.randint(1, 4) for _ in some]
    one = dawid_skene(told(some, "01"), np.array([times], dtype=float))
    rows = [each for each, often in zip(some, times, strict=True) for _ in range(often)]
    random.shuffle(rows)
    order = random.sample(range(4), 4)
    other = dawid_skene(told([[row[at] for at in order] for row in rows], "01"), np.ones((1, len(rows))))
    assert other.rates[0] == pytest.approx(one.rates[0][order], abs=1e-6, nan_ok=True)


def test_rows_of_weights_are_projects_of_their_own() -> None:
    said = simulated(np.random.default_rng(1), [0.9, 0.7, 0.8], [0.9, 0.8, 0.95], 60)
    weights = np.random.default_rng(2).integers(0, 3, (3, 60)).astype(float)
    together, trusted = dawid_skene(said, weights), mace(said, weights, seed=5)
    for at, row in enumerate(weights):
        assert together.rates[at] == pytest.approx(dawid_skene(said, row[None]).rates[0], abs=1e-3)
        assert trusted.knows[at] == pytest.approx(mace(said, row[None], seed=5).knows[0])


# ---------------------------------------------------------------------- a project


def mark(act: Act, name: str, number: int, start: int, *labels: str) -> None:
    """A mention of three words by an annotator, in the article of a number."""
    text = TEXT.format(number)
    sha256 = acts.add_document(act, text, title=f"Article {number}")[0]
    with act.signed(name):
        uid = acts.new_mention(name)
        acts.set_mention(act, uid, sha256, text, [Span(start, start + 7)])
        for label in labels:
            acts.set_label(act, uid, label)


def submit(act: Act, number: int, *names: str) -> None:
    sha256 = acts.add_document(act, TEXT.format(number), title=f"Article {number}")[0]
    for name in names:
        with act.signed(name):
            acts.submit(act, sha256, "submitted")


def filled(ledger: Ledger, *names: str, documents: int = 6) -> None:
    """Everybody marks the same, but cai never sees a denial, and marks nothing in the first article."""
    with ledger.act() as act:
        for number in range(documents):
            for name in names:
                if name == "cai" and number == 0:
                    continue
                mark(act, name, number, 4, "sourced")
                mark(act, name, number, 25, *(() if name == "cai" else ("denied",)))
            submit(act, number, *names)


def value(found: Competence, measure: str, name: str, label: str = "") -> Any:
    (figure,) = [each for each in found.figures if (each.measure, each.of, each.label) == (measure, name, label)]
    return figure.value


def measured(ledger: Ledger, samples: int = 0) -> Competence:
    return competence(ledger.connection, samples)


def team_of(*names: str) -> AbstractContextManager[Ledger]:
    return project(names[0])


def test_who_submitted_and_has_no_mention_said_that_no_label_holds() -> None:
    with team_of("ana") as ledger:
        filled(ledger, "ana", "ben", "cai")
        found = measured(ledger)
        assert value(found, "finds", "cai", "sourced") == pytest.approx(5 / 6)
        assert value(found, "finds", "cai", "denied") == 0
        assert value(found, "finds", "ana", "denied") == value(found, "leaves_out", "cai", "denied") == 1
        assert value(found, "mace", "ana") > 0.9 > value(found, "mace", "cai")
        units = {each.units for each in found.figures if not each.label}
        assert units == {6 * 2 * 2}
        assert found.said == ("fewer than 50 items are too few to know much of: ana, ben, cai",)


def test_intervals_come_from_drawing_documents_again() -> None:
    with team_of("ana") as ledger:
        filled(ledger, "ana", "ben", "cai")
        one, same = measured(ledger, 40), measured(ledger, 40)
        assert one == same
        (figure,) = [each for each in one.figures if each.id == "competence/finds/sourced/cai"]
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < 5 / 6 < figure.high
        assert len({each.id for each in one.figures}) == len(one.figures)


def test_of_two_nobody_can_tell_who_is_right() -> None:
    with team_of("ana") as ledger:
        filled(ledger, "ana", "ben")
        found = measured(ledger)
        assert found.figures == ()
        assert "needs three annotators" in found.said[0]


def test_pairs_alone_are_a_weak_ground() -> None:
    with team_of("ana") as ledger:
        with ledger.act() as act:
            for number, names in enumerate([("ana", "ben"), ("ben", "cai"), ("ana", "cai")] * 3):
                for name in names:
                    mark(act, name, number, 4, "sourced")
                submit(act, number, *names)
        assert "rests on pairs" in measured(ledger).said[0]


def test_without_a_label_nothing_is_known() -> None:
    with team_of("ana") as ledger:
        with ledger.act() as act:
            for name in ("ana", "ben", "cai"):
                mark(act, name, 1, 4)
            submit(act, 1, "ana", "ben", "cai")
        assert measured(ledger).said == ("nobody gave a label in what is compared, so no competence is known",)
