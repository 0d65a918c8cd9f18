"""A corrected article: every mention of the old version is the same, moved, changed or vanished, and none is lost."""

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, reading, revision
from onrecord.schema.anchors import anchor
from onrecord.schema.check import check
from onrecord.schema.errors import NoSuchThing
from onrecord.schema.events import Evidence, Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from project_state import project, public_state

OLD = (
    "Ferry to stop\n\nThe ferry will stop in May, a harbour clerk said on Monday. Nobody at the council knew of it.\n\n"
    "“It was never in doubt,” said Mayor Ilse Brand of Tarrow.\n\nThe fare is 40 crowns, according to the harbour.\n\n"
    "The harbour opens at six.\n\nIt closes at ten.\n"
)
NEW = (
    "Ferry to stop\n\nThe ferry will stop in May, a harbour clerk said on Monday. An earlier version said otherwise.\n\n"
    "The fare is 45 crowns, according to the harbour.\n\nThe harbour opens at six.\n\nIt closes at ten.\n\n"
    "“It was never in doubt,” said Mayor Ilse Brand of Tarrow.\n"
)
WORDS = {
    "The ferry will stop in May": "same",
    "Nobody at the council knew of it": "vanished",
    "It was never in doubt": "moved",
    "The fare is 40 crowns": "changed",
}


def span(words: str, text: str = OLD) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def both_versions(ledger: Ledger) -> tuple[int, int]:
    """The old version with a mention of each of the words, and the new one."""
    with ledger.act() as act:
        old, _ = acts.add_document(act, OLD, title="Ferry")
        acts.add_document(act, NEW, title="Ferry", revises=old)
        for number, words in enumerate(WORDS):
            uid = f"ana/{number}"
            acts.set_mention(act, uid, old, OLD, [span(words)], claim=acts.state_claim(act, words), note="mine")
            acts.set_label(act, uid, "anonymous", certainty=70)
        clerk = acts.name_source(act, "a harbour clerk", document=old)
        chain = [
            Link(source=clerk, spans=acts.words(OLD, [span("a harbour clerk")]), cue=acts.words(OLD, [span("said on")]))
        ]
        acts.set_chain(act, "ana/0", "anonymous", chain)
        shown = [Evidence(spans=acts.words(OLD, [span("Nobody at the council")])), Evidence(url="https://a.example")]
        acts.set_evidence(act, "ana/0", "anonymous", shown)
    first, second = (row[0] for row in ledger.connection.execute("SELECT id FROM documents ORDER BY id"))
    return int(first), int(second)


def test_each_mention_is_found_moved_changed_or_vanished() -> None:
    with project() as ledger:
        _, new = both_versions(ledger)
        found = {each.was: each for each in revision.outcomes(ledger.connection, new, ["ana"])}
        assert {words: each.outcome for words, each in found.items()} == WORDS
        assert found["The fare is 40 crowns"].now == "The fare is 45 crowns"
        assert found["The ferry will stop in May"].lost == 1
        assert [each.spans for each in found.values() if each.outcome == "vanished"] == [()]


def test_what_is_carried_over_says_the_same_and_the_old_version_stays() -> None:
    with project() as ledger:
        old, new = both_versions(ledger)
        before = public_state(ledger.connection)
        found = revision.outcomes(ledger.connection, new, ["ana"])
        with ledger.act() as act:
            assert [revision.carry(act, new, each) for each in found] == [True, False, True, True]
        there = reading.mentions(ledger.connection, new)
        assert sorted(each.quote for each in there) == [
            "It was never in doubt", "The fare is 45 crowns", "The ferry will stop in May",
        ]  # fmt: skip
        ferry = next(each for each in there if each.quote.startswith("The ferry"))
        (mark,) = ferry.marks
        assert (mark.label, mark.certainty, ferry.note, ferry.claim) == (
            "anonymous",
            70,
            "mine",
            "The ferry will stop in May",
        )
        assert [piece.cut(NEW) for piece in (*mark.chain[0].spans, *mark.chain[0].cue)] == [
            "a harbour clerk",
            "said on",
        ]
        assert [each.url for each in mark.evidence] == ["https://a.example"]
        assert not [finding for finding in check(ledger.connection) if finding.level == "problem"]
        assert len(reading.mentions(ledger.connection, old)) == 4
        ledger.undo()
        assert public_state(ledger.connection) == before


def test_doing_it_again_adds_nothing_and_brings_nothing_back() -> None:
    with project() as ledger:
        _, new = both_versions(ledger)
        for _ in range(2):
            with ledger.act() as act:
                for each in revision.outcomes(ledger.connection, new, ["ana"]):
                    revision.carry(act, new, each)
        there = reading.mentions(ledger.connection, new)
        assert len(there) == 3
        with ledger.act() as act:
            acts.remove_mention(act, there[0].uid)
        found = revision.outcomes(ledger.connection, new, ["ana"])
        assert sorted((each.there, each.removed) for each in found) == [
            (False, False),
            (False, True),
            (True, False),
            (True, False),
        ]
        with ledger.act() as act:
            assert not any(revision.carry(act, new, each) for each in found)


def test_what_was_marked_by_hand_in_the_new_version_is_there() -> None:
    with project() as ledger:
        _, new = both_versions(ledger)
        document = reading.document(ledger.connection, new)
        assert document
        with ledger.act() as act:
            claim = acts.state_claim(act, "The fare is 40 crowns")
            acts.set_mention(act, "ana/by hand", document.sha256, NEW, [span("fare is 45", NEW)], claim=claim)
        found = {each.was: each.there for each in revision.outcomes(ledger.connection, new, ["ana"])}
        assert [words for words, there in found.items() if there] == ["The fare is 40 crowns"]


def test_only_the_annotators_asked_for_and_only_of_a_new_version() -> None:
    with project() as ledger:
        old, new = both_versions(ledger)
        assert revision.outcomes(ledger.connection, new, ["bob"]) == []
        with pytest.raises(NoSuchThing, match="revises no document"):
            revision.outcomes(ledger.connection, old, ["ana"])


PLAIN = st.text(alphabet="abcde \n", min_size=30, max_size=120)


@examples(80)
@given(text=PLAIN, put=PLAIN, data=st.data())
def test_words_that_are_left_alone_are_found_where_they_are(text: str, put: str, data: st.DataObject) -> None:
    marked = text + " Ölm an der Brücke " + text[::-1]
    start = len(text) + 1
    piece = anchor(marked, Span(start, start + len("Ölm an der Brücke")))
    at = data.draw(st.one_of(st.integers(0, len(text)), st.integers(start + 18, len(marked))))
    gone = data.draw(st.integers(0, 10))
    end = min(at + gone, start) if at <= start else at + gone
    new = marked[:at] + put + marked[end:]
    found = revision.locate(piece, new)
    assert found.outcome == "same"
    assert found.span is not None
    assert found.span.cut(new) == "Ölm an der Brücke"


@examples(80)
@given(text=PLAIN, new=PLAIN, data=st.data())
def test_whatever_the_new_text_a_place_is_in_it_or_there_is_none(text: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = revision.locate(anchor(text, Span(start, end)), new)
    if found.span is None:
        assert found.outcome == "vanished"
    else:
        assert 0 <= found.span.start < found.span.end <= len(new)
        assert (found.outcome == "same") == (found.span.cut(new) == text[start:end])
