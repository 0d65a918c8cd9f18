"""Agreement in a project: what is compared, what each layer says, and that nobody's name, order or id has a part in it."""

import builtins
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.measure.agreement import Agreement, Figure, Options, agreement
from onrecord.schema import acts
from onrecord.schema.errors import BadInput, MissingExtra
from onrecord.schema.events import Link
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span
from project_state import project

TEXT = "The harbour said no, and the ferry left at nine without its captain or its crew. Number {}."
LABELS = ("sourced", "anonymous", "denied", "confirmed")


def document(act: Act, number: int, **about: Any) -> str:
    return acts.add_document(act, TEXT.format(number), title=f"Article {number}", **about)[0]


def tell(
    act: Act,
    name: str,
    number: int,
    *pieces: tuple[int, int],
    labels: tuple[str, ...] = ("sourced",),
    claim: str | None = None,
    source: str | None = None,
    extra: dict[str, Any] | None = None,
) -> None:
    """One mention of an annotator in the article of a number."""
    text = TEXT.format(number)
    sha256 = document(act, number)
    with act.signed(name):
        uid = acts.new_mention(name)
        acts.set_mention(act, uid, sha256, text, [Span(*piece) for piece in pieces], claim=claim)
        for label in labels:
            acts.set_label(act, uid, label, extra=json.dumps(extra) if extra else "")
            if source:
                acts.set_chain(act, uid, label, [Link(source=source, identified="named")])


def submit(act: Act, name: str, number: int) -> None:
    with act.signed(name):
        acts.submit(act, document(act, number), "submitted")


def measured(ledger: Ledger, **options: Any) -> Agreement:
    return agreement(ledger.connection, Options(**{"samples": 0, **options}))


def value(found: Agreement, measure: str, label: str = "", of: str = "all") -> float | None:
    (figure,) = [each for each in found.figures if (each.measure, each.label, each.of) == (measure, label, of)]
    return figure.value


@contextmanager
def two_annotators() -> Iterator[Ledger]:
    """Ana and Ben on two articles of two outlets, who agree in most."""
    with project() as ledger:
        with ledger.act() as act:
            document(act, 1, outlet="Bell")
            document(act, 2, outlet="Gazette")
            one, other = acts.name_source(act, "Ana Rui", "person"), acts.name_source(act, "the port", "institution")
            said, left = acts.state_claim(act, "The harbour said no"), acts.state_claim(act, "The ferry left")
            for name in ("ana", "ben"):
                tell(act, name, 1, (4, 19), claim=said, source=one)
                tell(act, name, 2, (4, 19), claim=said, source=one if name == "ana" else other)
            tell(act, "ana", 1, (25, 47), claim=left, labels=("denied",))
            tell(act, "ben", 1, (25, 39), claim=said, labels=("denied", "sourced"))
            tell(act, "ben", 2, (60, 70), labels=())
        yield ledger


def test_every_layer_counts_what_it_says() -> None:
    with two_annotators() as ledger:
        found = measured(ledger)
        assert (found.annotators, found.documents, found.said) == (("ana", "ben"), 2, ())
        assert value(found, "exact_f1") == 4 / 7
        assert value(found, "overlap_f1") == 6 / 7
        assert value(found, "observed", "sourced") == pytest.approx(2 / 3)
        assert value(found, "observed", "denied") == 1
        assert value(found, "same_origin") == value(found, "same_chain") == 1 / 2
        assert value(found, "same_claim") == pytest.approx(2 / 3)
        assert value(found, "undisputed") == 1 / 4
        assert [(each.document.title, each.differing, each.groups) for each in found.most] == [
            ("Article 2", 2, 2), ("Article 1", 1, 2),
        ]  # fmt: skip
        assert not any(label for figure in found.figures for label in [figure.label] if label == "confirmed")


def test_figures_by_pair_outlet_and_document() -> None:
    with two_annotators() as ledger:
        with ledger.act() as act:
            tell(act, "cai", 1, (4, 19))
        by_pair = measured(ledger, by="annotator")
        assert value(by_pair, "exact_f1", of="ana, ben") == 4 / 7
        assert value(by_pair, "exact_f1", of="ana, cai") == value(by_pair, "exact_f1", of="ben, cai") == 2 / 3
        assert {figure.documents for figure in by_pair.figures if figure.of == "ana, cai"} == {1}
        by_outlet = measured(ledger, by="outlet", annotators=("ben", "ana"))
        assert value(by_outlet, "overlap_f1", of="Bell") == 1
        assert value(by_outlet, "overlap_f1", of="Gazette") == 2 / 3
        by_document = measured(ledger, by="document")
        order = list(dict.fromkeys(figure.of for figure in by_document.figures))
        shares = [value(by_document, "undisputed", of=each) or 0 for each in order]
        assert all(one <= other for one, other in pairwise(shares))
        assert len({figure.id for figure in by_document.figures}) == len(by_document.figures)


def test_documents_that_two_have_submitted_are_compared_and_no_mention_is_a_statement() -> None:
    with project() as ledger:
        with ledger.act() as act:
            for name, number in (("ana", 1), ("ben", 1), ("ana", 2)):
                tell(act, name, number, (4, 19))
        assert measured(ledger).documents == 1
        with ledger.act() as act:
            submit(act, "ana", 2)
        assert measured(ledger).said == ("no document is shared by two annotators, so there is nothing to compare",)
        with ledger.act() as act:
            submit(act, "ben", 2)
        found = measured(ledger)
        assert (found.documents, value(found, "overlap_f1"), value(found, "gamma")) == (1, 0, 0)
        assert measured(ledger, documents="all").documents == 2


def test_suggested_marks_are_told_apart() -> None:
    with two_annotators() as ledger:
        found = measured(ledger, by="suggestion")
        assert "no mark says that it came from a suggestion" in found.said[0]
        assert {figure.of for figure in found.figures} == {"without suggestions"}
        suggestion = {"suggestion": {"engine": "rules", "version": "1"}}
        with ledger.act() as act:
            for name in ("ana", "ben"):
                tell(act, name, 3, (4, 19), extra=suggestion)
                tell(act, name, 3, (25, 39), extra=suggestion if name == "ana" else {"suggestions": 1})
        found = measured(ledger, by="suggestion")
        assert value(found, "exact_f1", of="from suggestions") == 1
        assert value(found, "exact_f1", of="partly from suggestions") == 1
        assert value(found, "exact_f1", of="without suggestions") == 4 / 7
        assert value(found, "observed", "sourced", of="without suggestions") == pytest.approx(2 / 3)
        assert not any("suggestion" in sentence and "no mark" in sentence for sentence in found.said)


def test_one_layer_alone_is_measured_as_among_all() -> None:
    with two_annotators() as ledger:
        whole = {figure.id: figure for figure in measured(ledger, samples=50).figures}
        for layer in ("boundaries", "labels", "attribution", "claims"):
            figures = measured(ledger, samples=50, layer=layer).figures
            assert {figure.layer for figure in figures} == {layer}
            assert all(whole[figure.id] == figure for figure in figures)


def test_intervals_follow_from_the_seed_and_hold_the_value() -> None:
    with two_annotators() as ledger:
        one, same, other = (measured(ledger, samples=200, seed=seed) for seed in (1, 1, 2))
        assert one == same
        assert [figure.value for figure in one.figures if figure.measure != "gamma"] == [
            figure.value for figure in other.figures if figure.measure != "gamma"
        ]
        for figure in one.figures:
            if figure.value is not None and figure.low is not None and figure.high is not None:
                assert figure.low <= figure.high
        assert next(figure for figure in one.figures if figure.measure == "overlap_f1").low == 2 / 3
        assert all(figure.low is None for figure in measured(ledger, by="document", samples=9).figures)


def test_nobody_of_that_name() -> None:
    with two_annotators() as ledger, pytest.raises(BadInput, match="'zoe'; there are: ana, ben"):
        measured(ledger, annotators=("ana", "zoe"))


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *rest, **more)

    with two_annotators() as ledger:
        monkeypatch.setattr(builtins, "__import__", without)
        with pytest.raises(MissingExtra, match=r"onrecord\[agreement\]"):
            measured(ledger)


# ---------------------------------------------------------------------- properties

places = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda at: (at[0], at[0] + at[1]))
told = st.tuples(
    st.integers(1, 3),
    st.lists(places, min_size=1, max_size=2).filter(lambda two: len(two) < 2 or two[0][1] < two[1][0]),
    st.frozensets(st.sampled_from(LABELS), max_size=2),
    st.sampled_from([None, "One", "Two"]),
    st.sampled_from([None, "Ana Rui", "the port"]),
)
works = st.lists(st.lists(told, min_size=1, max_size=4), min_size=2, max_size=3)


def fill(ledger: Ledger, work: list[list[Any]], names: tuple[str, ...], random: Any) -> None:
    """Write down what each annotator told, in any order."""
    acts_to_do = [(name, each) for name, mentions in zip(names, work, strict=False) for each in mentions]
    random.shuffle(acts_to_do)
    with ledger.act() as act:
        for name, (number, pieces, labels, claim, source) in acts_to_do:
            tell(
                act, name, number, *pieces, labels=tuple(sorted(labels)),
                claim=acts.state_claim(act, claim) if claim else None,
                source=acts.name_source(act, source, "person") if source else None,
            )  # fmt: skip


def alike(figures: tuple[Figure, ...]) -> dict[str, Any]:
    return {
        each.id: pytest.approx((each.value, each.low, each.high, each.units), abs=1e-9, nan_ok=True) for each in figures
    }


@examples(25)
@given(work=works, random=st.randoms(use_true_random=False))
def test_names_order_and_ids_change_no_figure(work: list[list[Any]], random: Any) -> None:
    with project() as ledger:
        fill(ledger, work, ("ana", "ben", "cai"), random)
        one = measured(ledger, samples=20).figures
    names = random.sample(["zoe", "yan", "xia"], 3)
    with project() as ledger:
        fill(ledger, work, tuple(names), random)
        other = measured(ledger, samples=20).figures
    assert {each.id: (each.value, each.low, each.high, each.units) for each in other} == alike(one)


@examples(15)
@given(mentions=st.lists(told, min_size=1, max_size=4), annotators=st.integers(2, 3), random=st.randoms())
def test_identical_work_agrees_wholly(mentions: list[Any], annotators: int, random: Any) -> None:
    with project() as ledger:
        fill(ledger, [mentions] * annotators, ("ana", "ben", "cai"), random)
        figures = measured(ledger, samples=10).figures
    assert figures
    assert all(figure.value in (None, pytest.approx(1)) for figure in figures)
    assert {figure.measure for figure in figures if figure.value is not None} >= {"undisputed", "exact_f1"}
