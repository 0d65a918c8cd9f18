"""Suggestions meet an annotator: accepted, corrected or dismissed for good, undone, and kept in bulk by their engine."""

import json
import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, reading
from onrecord.schema.check import check
from onrecord.schema.errors import BadInput
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span, content_hash
from onrecord.suggest import engines, offers
from onrecord.suggest.engine import Link, Suggestion
from onrecord.suggest.engines import Engine, engine, rule_engine, signature
from onrecord.suggest.offers import Offer
from project_state import project

TEXT = "The gate stopped short, a harbour official said. It closed fully, said Ilse Brand, the mayor of Tarrow."


def with_document(ledger: Ledger) -> str:
    with ledger.act() as act:
        sha256, _ = acts.add_document(act, TEXT)
    return sha256


def offered(ledger: Ledger, annotator: str = "ana") -> list[Offer]:
    sha256 = content_hash(TEXT)
    mine = [each.spans for each in reading.mentions(ledger.connection, document(ledger)) if each.annotator == annotator]
    return offers.offers(ledger.connection, sha256, annotator, offers.live(TEXT, rule_engine()), mine)


def document(ledger: Ledger) -> int:
    return int(ledger.connection.execute("SELECT id FROM documents").fetchone()[0])


def test_an_offer_becomes_ones_own_with_chain_kind_and_origin() -> None:
    with project() as ledger:
        sha256 = with_document(ledger)
        first, second = offered(ledger)
        with ledger.act() as act:
            uid = offers.accept(act, first, sha256, TEXT)
            other = offers.accept(act, second, sha256, TEXT, "denied")
        one, two = (reading.mention(ledger.connection, each) for each in (uid, other))
        assert one
        assert two
        assert (one.quote, [mark.label for mark in one.marks]) == ("The gate stopped short", ["anonymous"])
        assert one.marks[0].kind == "described"
        assert [(link.source, link.cue_quote) for link in one.marks[0].chain] == [("harbour official", "said")]
        assert [(mark.label, mark.kind, mark.chain) for mark in two.marks] == [("denied", "", ())]
        (extra,) = ledger.connection.execute("SELECT extra FROM marks WHERE label = 'denied'").fetchone()
        assert json.loads(extra)["suggestion"]["engine"] == signature(rule_engine())
        assert json.loads(extra)["suggestion"]["label"] == "sourced"
        assert offered(ledger) == []
        assert not [finding for finding in check(ledger.connection) if finding.level == "problem"]


def test_what_was_dismissed_or_removed_never_comes_back_but_by_undo() -> None:
    with project() as ledger:
        sha256 = with_document(ledger)
        first, second = offered(ledger)
        with ledger.act() as act:
            assert offers.dismiss(act, first)
        assert offered(ledger) == [second]
        ledger.undo()
        assert offered(ledger) == [first, second]
        ledger.redo()
        assert offered(ledger) == [second]
        with ledger.act() as act:
            uid = offers.accept(act, second, sha256, TEXT)
        with ledger.act() as act:
            acts.remove_mention(act, uid)
        assert offered(ledger) == []
        assert offers.answers(ledger.connection, [first.uid, second.uid]) == {first.uid: False, second.uid: False}
        assert len(offered(ledger, "bob")) == 2, "another annotator is still asked"


def test_what_one_has_marked_is_not_offered() -> None:
    with project() as ledger:
        sha256 = with_document(ledger)
        with ledger.act() as act:
            acts.set_mention(act, acts.new_mention("ana"), sha256, TEXT, [Span(0, 20)])
        assert [offer.spans[0].start for offer in offered(ledger)] == [TEXT.index("It closed")]


def test_an_engines_work_is_kept_once_and_offered_to_others() -> None:
    with project() as ledger:
        sha256 = with_document(ledger)
        for new in (True, False):
            with ledger.act() as act:
                for each in rule_engine().suggest(TEXT):
                    assert offers.keep(act, rule_engine(), each, sha256, TEXT) is new
        kept = offers.kept(ledger.connection, document(ledger), "ana")
        assert kept == offers.live(TEXT, rule_engine())
        names = {row[0] for row in ledger.connection.execute("SELECT name FROM annotators")}
        assert names == {"ana", signature(rule_engine())}
        assert not [finding for finding in check(ledger.connection) if finding.level == "problem"]


@pytest.mark.parametrize("spans", [(), (Span(0, 500),), (Span(5, 9), Span(7, 12)), (Span(9, 12), Span(0, 3))], ids=str)
def test_a_suggestion_that_does_not_fit_is_never_stated(spans: tuple[Span, ...]) -> None:
    bad = Suggestion(spans, "sourced", "", (), 50, "odd")
    worse = Suggestion((Span(0, 3),), "sourced", "", (Link(spans, (), "x", "unknown", "named"),), 50, "odd")

    class Odd:
        name, version = "odd", "1"

        def suggest(self, text: str) -> list[Suggestion]:
            return [bad] if not spans else [bad, worse]

    assert offers.live(TEXT, Odd()) == []
    with project() as ledger:
        sha256 = with_document(ledger)
        with pytest.raises(BadInput, match="not in the text"), ledger.act() as act:
            offers.keep(act, Odd(), bad, sha256, TEXT)


# ---------------------------------------------------------------------- engines


class _Entry:
    """An installed package's entry point."""

    def __init__(self, name: str, made: Any) -> None:
        self.name, self._made = name, made

    def load(self) -> Any:
        return self._made


def test_other_engines_are_found_by_name_and_held_to_the_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mine:
        name, version = "mine", "0.3"

        def __init__(self, model: str = "") -> None:
            self.model = model

        def suggest(self, text: str) -> list[Suggestion]:
            return [Suggestion((Span(0, 3),), "sourced", "", (), 50, "mine")]

    entries = [_Entry("mine", Mine), _Entry("broken", lambda: 1 / 0), _Entry("odd", lambda: object())]
    monkeypatch.setattr(engines, "entry_points", lambda group: entries)
    engines.known.cache_clear()
    made = engine("mine", model="m")
    assert isinstance(made, Engine)
    assert signature(made) == "mine 0.3"
    assert getattr(made, "model", "") == "m"
    assert offers.live(TEXT, made)[0][0] == "mine 0.3"
    for name, sentence in (
        ("broken", "cannot be used"),
        ("odd", "is none"),
        ("absent", "choose one of: broken, mine, odd"),
    ):
        with pytest.raises(BadInput, match=sentence):
            engine(name)
    engines.known.cache_clear()


def test_the_rules_are_an_engine_like_any_other() -> None:
    assert "rules" in engines.known()
    assert signature(engine("rules")) == signature(rule_engine())


PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), max_size=12)


@given(PLACES, PLACES)
def test_offers_are_those_that_no_mention_of_ones_own_covers(
    suggested: list[tuple[int, int]], marked: list[tuple[int, int]]
) -> None:
    pairs = [
        ("rules 1", Suggestion((Span(start, start + length),), "sourced", "person", (), 80, "rule"))
        for start, length in suggested
    ]
    own = [(Span(start, start + length),) for start, length in marked]
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE subjects (id, kind, subject)")
        connection.execute("CREATE TABLE heads (subject_id, event_id)")
        connection.execute("CREATE TABLE events (id, body, clock, hash)")
        found = offers.offers(connection, "0", "ana", pairs, own)
    left = {each.spans for _, each in pairs if not any(offers.covered(each.spans, spans) for spans in own)}
    assert {offer.spans for offer in found} == left
