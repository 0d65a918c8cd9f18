"""What annotators do, verb by verb: values are stated, so saying a thing twice changes nothing."""

from collections.abc import Iterator

import pytest
from histories import BODIES, DOCUMENTS
from onrecord.schema import acts, reading, records
from onrecord.schema.errors import BadOffset, NoSuchThing
from onrecord.schema.events import Claim, Link, Mark, Source
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from project_state import open_quickly, project

UID = "ana/m1"


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with project() as opened:
        with opened.act() as act:
            acts.add_document(act, BODIES[0], title="The Pier", outlet="Gazette")
            acts.set_mention(act, UID, DOCUMENTS[0], BODIES[0], [Span(4, 11)])
            acts.set_label(act, UID, "anonymous")
        yield opened


def mark(ledger: Ledger, label: str = "anonymous") -> records.Mark:
    mention = reading.mention(ledger.connection, UID)
    assert mention
    found = mention.mark(label)
    assert found
    return found


# --- documents -----------------------------------------------------------------------------------------------------


def test_the_same_text_twice_adds_nothing_and_says_so(ledger: Ledger) -> None:
    with ledger.act() as act:
        assert acts.add_document(act, BODIES[0], title="Another title") == (DOCUMENTS[0], False)
    (line,) = reading.list_documents(ledger.connection, "ana", 0, 9)
    assert line.title == "The Pier"
    with ledger.act() as act:
        act.withdraw("document", DOCUMENTS[0])
        assert acts.add_document(act, BODIES[0], title="Back again") == (DOCUMENTS[0], True)
    (line,) = reading.list_documents(ledger.connection, "ana", 0, 9)
    assert line.title == "Back again"


@pytest.mark.parametrize("text", [*BODIES, "", " \n", "\r\n\r", "\ufeffa\u0301\u200b", "\x01\x7f\x85\u2028\U000e0041"])
def test_texts_are_kept_exactly_as_given(text: str) -> None:
    with project() as ledger:
        with ledger.act() as act:
            _, new = acts.add_document(act, text)
        assert new
        (line,) = reading.list_documents(ledger.connection, "ana", 0, 9)
        document = reading.document(ledger.connection, line.id)
        assert document
        assert (document.text, line.length) == (text, len(text))
        assert document.text.encode() == text.encode()


def test_describing_changes_what_is_named_and_leaves_the_rest(ledger: Ledger) -> None:
    with ledger.act() as act:
        assert acts.describe_document(act, DOCUMENTS[0], author="A. Rui")
        assert not acts.describe_document(act, DOCUMENTS[0], author="A. Rui")
    (line,) = reading.list_documents(ledger.connection, "ana", 0, 9)
    assert (line.title, line.outlet, line.author) == ("The Pier", "Gazette", "A. Rui")


@pytest.mark.parametrize(
    "verb",
    [
        lambda act: acts.describe_document(act, DOCUMENTS[1], title="x"),
        lambda act: acts.describe_mention(act, "ana/none", note="x"),
        lambda act: acts.link_claim(act, "ana/none", None),
        lambda act: acts.set_chain(act, UID, "denied", []),
        lambda act: acts.set_evidence(act, UID, "denied", []),
    ],
)
def test_what_is_not_there_cannot_be_changed(verb, ledger: Ledger) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NoSuchThing, match="There is no such"), ledger.act() as act:
        verb(act)


# --- mentions ------------------------------------------------------------------------------------------------------


def test_a_mention_moves_and_keeps_what_was_said_about_it(ledger: Ledger) -> None:
    with ledger.act() as act:
        acts.describe_mention(act, UID, note="kept", polarity="questions")
        assert acts.set_mention(act, UID, DOCUMENTS[0], BODIES[0], [Span(20, 22), Span(0, 3)])
        assert not acts.set_mention(act, UID, DOCUMENTS[0], BODIES[0], [Span(0, 3), Span(20, 22)])
    mention = reading.mention(ledger.connection, UID)
    assert mention
    assert (mention.spans, mention.note, mention.polarity) == ((Span(0, 3), Span(20, 22)), "kept", "questions")
    assert [found.label for found in mention.marks] == ["anonymous"]


def test_words_beyond_the_text_are_refused(ledger: Ledger) -> None:
    with pytest.raises(BadOffset), ledger.act() as act:
        acts.set_mention(act, UID, DOCUMENTS[0], BODIES[0], [Span(0, 999)])


def test_names_of_mentions_never_meet() -> None:
    assert len({acts.new_mention("ana") for _ in range(100)}) == 100
    assert acts.new_mention("ana").startswith("ana/")


# --- marks ---------------------------------------------------------------------------------------------------------


def test_a_label_is_put_on_once_and_its_details_stay(ledger: Ledger) -> None:
    with ledger.act() as act:
        assert acts.set_label(act, UID, "denied", certainty=70, note="sure")
        assert not acts.set_label(act, UID, "denied")
        assert acts.set_label(act, UID, "denied", kind="flat_denial")
    assert (mark(ledger, "denied").certainty, mark(ledger, "denied").kind) == (70, "flat_denial")
    with ledger.act() as act:
        assert acts.set_label(act, UID, "denied", on=False)
        assert not acts.set_label(act, UID, "denied", on=False)
        assert acts.set_label(act, UID, "denied")
    assert (mark(ledger, "denied").certainty, mark(ledger, "denied").kind) == (None, "")


@pytest.mark.parametrize(
    ("identified", "kind"),
    [("described", "described"), ("collective", "collective"), ("bare", "bare"), ("unspecified", "unspecified")],
)
def test_the_kind_of_an_anonymous_mark_follows_from_its_origin(identified: str, kind: str, ledger: Ledger) -> None:
    with ledger.act() as act:
        teller = Link(source=acts.name_source(act, "Gazette", "outlet"), identified="named")
        acts.set_chain(act, UID, "anonymous", [teller, Link(identified=identified)])  # type: ignore[arg-type]
    assert mark(ledger).kind == kind
    with ledger.act() as act:
        acts.set_chain(act, UID, "anonymous", [teller])
    assert mark(ledger).kind == ""  # named: no kind of anonymous
    with ledger.act() as act:
        acts.set_label(act, UID, "anonymous", kind="bare")
        acts.set_chain(act, UID, "anonymous", [Link(identified="described")])
    assert mark(ledger).kind == "bare"  # chosen by hand: it stays
    with ledger.act() as act:
        acts.set_chain(act, UID, "anonymous", [])
    assert mark(ledger).chain == ()


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("person", "person"), ("spokesperson", "spokesperson"), ("institution", "organisation"),
        ("outlet", "organisation"), ("collective", "organisation"), ("document", "document"), ("unknown", ""),
    ],
)  # fmt: skip
def test_the_kind_of_a_sourced_mark_follows_from_its_source(source: str, kind: str, ledger: Ledger) -> None:
    with ledger.act() as act:
        acts.set_label(act, UID, "sourced")
        uid = acts.name_source(act, "Somebody", source)  # type: ignore[arg-type]
        acts.set_chain(act, UID, "sourced", [Link(source=uid)])
    assert mark(ledger, "sourced").kind == kind
    with ledger.act() as act:
        acts.set_chain(act, UID, "sourced", [Link(source="withdrawn since")])
    assert mark(ledger, "sourced").kind == ""
    with ledger.act() as act:
        acts.set_label(act, UID, "denied")
        acts.set_chain(act, UID, "denied", [Link(source=uid)])
    assert mark(ledger, "denied").kind == ""


def test_the_same_words_elsewhere_are_marked_alike(ledger: Ledger) -> None:
    with ledger.act() as act:
        acts.link_claim(act, UID, acts.state_claim(act, "It stands."), "negates")
        acts.set_label(act, UID, "denied", kind="flat_denial", certainty=40, note="stays behind")
        acts.set_chain(act, UID, "denied", [Link(identified="bare")])
        other, _ = acts.add_document(act, BODIES[1])
        uid = acts.mark_alike(act, UID, other, BODIES[1], Span(0, 6))
    found = reading.mention(ledger.connection, uid)
    assert found
    assert (found.claim, found.polarity, found.quote) == ("It stands.", "negates", "Nobody")
    assert [(each.label, each.kind, each.certainty, each.note, each.chain) for each in found.marks] == [
        ("anonymous", "", None, "", ()), ("denied", "flat_denial", 40, "", ())
    ]  # fmt: skip
    with pytest.raises(NoSuchThing), ledger.act() as act:
        acts.mark_alike(act, "ana/none", other, BODIES[1], Span(0, 6))


def test_every_link_but_the_origin_relays() -> None:
    assert [link.relay for link in acts.relayed([Link(), Link(), Link(relay=True)])] == [True, True, False]
    assert acts.relayed([]) == ()


# --- claims and sources --------------------------------------------------------------------------------------------


def test_a_claim_is_the_same_in_other_spacing_case_and_quotes(ledger: Ledger) -> None:
    with ledger.act() as act:
        first = acts.state_claim(act, "  It’s\u00a0the  pier’s\n“end” ", "a note")
        assert acts.state_claim(act, "it's the PIER'S \"end\"") == first
        assert acts.state_claim(act, "It is the end") != first
    assert [claim.claim for claim in reading.claims(ledger.connection)] == ["It’s the pier’s “end”", "It is the end"]


def test_a_claim_that_was_reworded_is_not_taken_for_what_it_was(ledger: Ledger) -> None:
    with ledger.act() as act:
        first = acts.state_claim(act, "It stands.")
        act.put(first, Claim(text="It fell."))
        second = acts.state_claim(act, "It stands.")
        assert second != first
        assert acts.state_claim(act, "It stands.") == second
        act.withdraw("claim", second)
        assert acts.state_claim(act, "It stands.") == second  # back under its name


def test_two_devices_apart_give_one_thing_one_name() -> None:
    with project("ana", "d1") as one, project("bob", "d2") as other:
        names = []
        for ledger in (one, other):
            with ledger.act() as act:
                names.append(
                    (
                        acts.state_claim(act, "It stands."),
                        acts.name_source(act, "Ana Rui", "person"),
                        acts.name_source(act, "an official", document=DOCUMENTS[0]),
                    )
                )
        assert names[0] == names[1]


def test_named_sources_are_one_and_unnamed_ones_belong_to_their_document(ledger: Ledger) -> None:
    with ledger.act() as act:
        rui = acts.name_source(act, "Ana  Rui", "person")
        assert acts.name_source(act, "ana rui") == rui
        here, there = (acts.name_source(act, "an official", document=sha256) for sha256 in DOCUMENTS[:2])
        assert len({rui, here, there, acts.name_source(act, "an official")}) == 4
        act.put(rui, Source(name="Ana Rui-Oke", kind="person"))
        assert acts.name_source(act, "Ana Rui") != rui


def test_claims_are_tied_and_cut_loose(ledger: Ledger) -> None:
    with ledger.act() as act:
        one, two = acts.state_claim(act, "It stands."), acts.state_claim(act, "It fell.")
        assert acts.relate_claims(act, one, "contradicts", two)
        assert not acts.relate_claims(act, one, "contradicts", two)
    query = "SELECT relation FROM claim_relations"
    assert ledger.connection.execute(query).fetchall() == [("contradicts",)]
    with ledger.act() as act:
        assert acts.relate_claims(act, one, "contradicts", two, on=False)
    assert ledger.connection.execute(query).fetchall() == []


def test_a_mention_is_linked_to_a_claim_and_unlinked(ledger: Ledger) -> None:
    with ledger.act() as act:
        claim = acts.state_claim(act, "It stands.")
        acts.link_claim(act, UID, claim, "negates")
    mention = reading.mention(ledger.connection, UID)
    assert mention
    assert (mention.claim_uid, mention.polarity) == (claim, "negates")
    with ledger.act() as act:
        acts.link_claim(act, UID, None)
    mention = reading.mention(ledger.connection, UID)
    assert mention
    assert (mention.claim, mention.polarity) == (None, "negates")


def test_what_somebody_else_withdrew_disappears_from_what_refers_to_it(ledger: Ledger) -> None:
    with open_quickly(ledger.path, "bob") as bob:
        with ledger.act() as act:
            claim = acts.state_claim(act, "It stands.")
            acts.link_claim(act, UID, claim)
            source = acts.name_source(act, "Ana Rui", "person")
            acts.set_chain(act, UID, "anonymous", [Link(source=source)])
        with bob.act() as act:
            act.withdraw("claim", claim)
            act.withdraw("source", source)
        mention = reading.mention(ledger.connection, UID)
        assert mention
        assert (mention.claim, mark(ledger).chain[0].source) == (None, None)
        bob.undo()
        mention = reading.mention(ledger.connection, UID)
        assert mention
        assert (mention.claim, mark(ledger).chain[0].source) == ("It stands.", "Ana Rui")


def test_values_are_stated_whole() -> None:
    with project() as ledger, ledger.act() as act:
        act.put("ana/m1/denied", Mark(mention="ana/m1", label="denied", note="one"))
        act.put("ana/m1/denied", Mark(mention="ana/m1", label="denied", certainty=5))
        assert act.value("mark", "ana/m1/denied") == Mark(mention="ana/m1", label="denied", certainty=5)
        assert act.value("mark", "ana/m2/denied") is None
