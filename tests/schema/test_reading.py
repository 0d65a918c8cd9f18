"""Reading: each answer is right, and in its order."""

import itertools
import sqlite3
from collections.abc import Iterator

import pytest
from deeds import set_the_scene
from histories import BODIES, DOCUMENTS
from onrecord.schema import acts, reading
from onrecord.schema.events import Evidence, Kind, Label, Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.migrations import run_script
from onrecord.schema.tables import PUBLIC, TABLES
from onrecord.schema.text import Span
from project_state import project

DATES = ["", "2026-03-02", "2026-03-02T08:00:00Z", "2026-03-02", "", "2026-02-01", "2026-04-01"]


@pytest.fixture
def dated() -> Iterator[Ledger]:
    with project() as ledger:
        for number, date in enumerate(DATES):
            with ledger.act() as act:
                acts.add_document(
                    act, f"Text {number}", title=f"Pier {number}", outlet="Gazette", author="A. Rui", published_at=date
                )
        yield ledger


# --- documents -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("near", [1, 3, 1000])
def test_pages_of_documents_are_in_the_order_of_publication(
    dated: Ledger, near: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FIRST", near)
    every = reading.list_documents(dated.connection, "ana", 0, 99)
    assert [line.title for line in every] == [f"Pier {number}" for number in (0, 4, 5, 1, 3, 2, 6)]
    pages = [reading.list_documents(dated.connection, "ana", first, 3) for first in (0, 3, 6, 9)]
    assert [line for page in pages for line in page] == every
    for first, size in itertools.product(range(9), (1, 2, 5)):
        assert reading.list_documents(dated.connection, "ana", first, size) == every[first : first + size]
    assert [reading.position_of(dated.connection, line.id) for line in every] == list(range(7))
    assert reading.count_documents(dated.connection) == 7


def test_neighbours_are_next_to_each_other_in_that_order(dated: Ledger) -> None:
    ids = [line.id for line in reading.list_documents(dated.connection, "ana", 0, 99)]
    assert [reading.neighbour(dated.connection, id_, 1) for id_ in ids] == [*ids[1:], None]
    assert [reading.neighbour(dated.connection, id_, -1) for id_ in ids] == [None, *ids[:-1]]
    assert reading.neighbour(dated.connection, 999_999, 1) is None


def test_the_next_to_do_is_the_next_that_is_not_finished_and_goes_round(dated: Ledger) -> None:
    lines = reading.list_documents(dated.connection, "ana", 0, 99)
    ids = [line.id for line in lines]

    def next_from(at: int, annotator: str = "ana") -> int | None:
        found = reading.next_to_do(dated.connection, ids[at], annotator)
        return None if found is None else ids.index(found)

    assert [next_from(at) for at in range(7)] == [1, 2, 3, 4, 5, 6, 0]
    with dated.act() as act:
        for at in (0, 1, 3, 4):
            acts.submit(act, lines[at].sha256, "submitted")
        acts.submit(act, lines[2].sha256, "in_progress")
    assert [next_from(at) for at in range(7)] == [2, 2, 5, 5, 5, 6, 2]
    assert next_from(0, "bob") == 1
    with dated.act() as act:
        for at in (2, 5):
            acts.submit(act, lines[at].sha256, "skipped")
    assert (next_from(0), next_from(6)) == (6, None)  # the last one left is where one is
    assert reading.next_to_do(dated.connection, 999_999, "ana") is None


def test_a_filter_looks_at_title_outlet_and_author_alone(dated: Ledger) -> None:
    with dated.act() as act:
        acts.add_document(act, "Nothing of a gazette here but the word", title="Sea")
        acts.state_claim(act, "The gazette stands")
    for words, titles in (
        ("pier 5", ["Pier 5"]),
        ("gazette ru", 7),
        ("gaz rui", 0),
        ("gazette zebra", 0),
        ("sea", ["Sea"]),
        ('"', 8),
    ):
        matching = reading.documents_matching(dated.connection, words)
        assert reading.first_matching(dated.connection, words) == matching
        found = reading.document_lines(dated.connection, "ana", matching)
        assert (len(found) if isinstance(titles, int) else [line.title for line in found]) == titles


@pytest.mark.parametrize("first", [1, 3, 7])
def test_the_first_that_match_are_the_beginning_of_all(
    dated: Ledger, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FIRST", first)
    every = [line.id for line in reading.list_documents(dated.connection, "ana", 0, first)]
    for words in ("p", "pier", "5", "g", "zebra", "…"):
        matching = reading.documents_matching(dated.connection, words)
        assert reading.first_matching(dated.connection, words) == [each for each in matching if each in every]


def test_a_document_line_has_the_state_and_mentions_of_who_asks(dated: Ledger) -> None:
    (line,) = reading.find_document(dated.connection, "Pier 1")
    with dated.act() as act:
        acts.set_mention(act, "ana/1", line.sha256, "Text 1", [Span(0, 4)])
        acts.submit(act, line.sha256, "flagged", "a note")
    mine, theirs = (
        next(each for each in reading.list_documents(dated.connection, name, 0, 99) if each.id == line.id)
        for name in ("ana", "bob")
    )
    assert (mine.state, mine.mentions, theirs.state, theirs.mentions) == ("flagged", 1, "", 0)
    assert reading.state_of(dated.connection, line.id, "ana") == ("flagged", "a note")
    assert reading.state_of(dated.connection, line.id, "bob") == ("", "")


def test_a_document_is_found_by_number_hash_and_title(dated: Ledger) -> None:
    line = reading.list_documents(dated.connection, "ana", 3, 1)[0]
    for name in (str(line.id), line.sha256, line.sha256[:6], line.sha256[:9].upper(), line.title):
        assert [found.id for found in reading.find_document(dated.connection, name)] == [line.id]
    for name in ("", "pier", line.sha256[:5], "9" * 30, "' OR 1", "٣" * 20, "%"):
        assert reading.find_document(dated.connection, name) == []
    with dated.act() as act:
        for number in range(5):
            acts.add_document(act, f"Another {number}", title="Same")
    assert len(reading.find_document(dated.connection, "Same")) == 3


def test_a_document_is_read_as_it_was_given() -> None:
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, BODIES[1], title="One", language="en", url="https://example.org", author="A")
            acts.add_document(act, BODIES[2], revises=DOCUMENTS[1])
        first, second = (reading.find_document(ledger.connection, sha256)[0].id for sha256 in DOCUMENTS[1:])
        document = reading.document(ledger.connection, first)
        assert document
        assert (document.text, document.language, document.url, document.revises) == (
            BODIES[1], "en", "https://example.org", None
        )  # fmt: skip
        assert reading.text(ledger.connection, DOCUMENTS[1]) == BODIES[1]
        revision = reading.document(ledger.connection, second)
        assert revision
        assert (revision.revises, revision.text) == (first, BODIES[2])
        assert reading.document(ledger.connection, 999) is None


# --- mentions ------------------------------------------------------------------------------------------------------


def test_a_mention_is_read_with_all_that_was_said_about_it() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        source = "the keeper 0"
        with ledger.act() as act:
            uid = "ana/m1"
            acts.set_mention(act, uid, DOCUMENTS[0], BODIES[0], [Span(20, 24), Span(4, 11)], note="split")
            acts.link_claim(act, uid, acts.state_claim(act, "It stands."), "negates")
            for label in ("responded", "denied", "sourced"):
                acts.set_label(act, uid, label)
            acts.set_label(act, uid, "denied", kind="flat_denial", certainty=80, note="sure")
            teller = acts.name_source(act, "Gazette", "outlet")
            chain = [
                Link(source=teller, identified="named", cue=acts.words(BODIES[0], [Span(12, 16)])),
                Link(identified="bare", ground="said twice", spans=acts.words(BODIES[0], [Span(4, 11), Span(0, 3)])),
            ]
            acts.set_chain(act, uid, "denied", acts.relayed(chain))
            shown = [
                Evidence(spans=acts.words(BODIES[0], [Span(17, 20)]), note="there"),
                Evidence(mention="ana/m0"),
                Evidence(url="https://example.org/record"),
            ]
            acts.set_evidence(act, uid, "denied", shown)
        document = reading.list_documents(ledger.connection, "ana", 0, 1)[0].id
        assert [mention.uid for mention in reading.mentions(ledger.connection, document)] == ["ana/m0", "ana/m1"]
        mention = reading.mention(ledger.connection, uid)
        assert mention
        assert mention == reading.mentions(ledger.connection, document)[1]
        assert (mention.spans, mention.quote) == ((Span(4, 11), Span(20, 24)), "harbour …  A “")
        assert (mention.claim, mention.polarity, mention.note, mention.conflict) == (
            "It stands.", "negates", "split", False
        )  # fmt: skip
        assert [mark.label for mark in mention.marks] == ["sourced", "denied", "responded"]
        assert mention.mark("anonymous") is None
        mark = mention.mark("denied")
        assert mark
        assert (mark.kind, mark.certainty, mark.note) == ("flat_denial", 80, "sure")
        first, origin = mark.chain
        assert mark.origin == origin
        assert (first.source, first.source_kind, first.relay, first.cue, first.cue_quote) == (
            "Gazette", "outlet", True, (Span(12, 16),), "said"
        )  # fmt: skip
        assert (origin.source, origin.identified, origin.relay, origin.ground) == (None, "bare", False, "said twice")
        assert (origin.spans, origin.source_quote) == ((Span(0, 3), Span(4, 11)), "The … harbour")
        words, other, address = mark.evidence
        assert (words.spans, words.note, other.mention_uid, address.url) == (
            (Span(17, 20),), "there", "ana/m0", "https://example.org/record"
        )  # fmt: skip
        assert mention.marks[0].origin is None
        assert reading.mention(ledger.connection, "ana/none") is None
        assert source in [each.name for each in reading.sources_for(ledger.connection, document)]


# --- claims, sources, codebook -------------------------------------------------------------------------------------


def test_claims_come_in_pages_and_by_likeness() -> None:
    with project() as ledger:
        for text in ("The pier’s keeper left.", "It’s gone", "The keeper stands"):
            with ledger.act() as act:
                acts.state_claim(act, text, note="a note")
        listed = reading.claims(ledger.connection)
        assert [claim.claim for claim in listed] == ["The pier’s keeper left.", "It’s gone", "The keeper stands"]
        assert reading.claims(ledger.connection, 1, 1) == [listed[1]]
        assert {claim.standing for claim in listed} == {"unattributed"}
        assert [claim.claim for claim in reading.claims_like(ledger.connection, "stands.")] == ["The keeper stands"]
        like = [claim.claim for claim in reading.claims_like(ledger.connection, "(keeper) stands?")]
        assert like == ["The keeper stands", "The pier’s keeper left."]
        assert reading.claims_like(ledger.connection, "it's") == [listed[1]]
        assert reading.claims_like(ledger.connection, '" — *') == []


def test_sources_of_a_document_come_first_by_use() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        with ledger.act() as act:
            unlinked = acts.name_source(act, "a senior official", document=DOCUMENTS[0])
            elsewhere = acts.name_source(act, "a senior official", document=DOCUMENTS[1])
            often = acts.name_source(act, "Ana Rui", "person")
            for number in (1, 2):
                acts.set_mention(act, f"ana/m{number}", DOCUMENTS[0], BODIES[0], [Span(0, 3)])
                acts.set_label(act, f"ana/m{number}", "sourced")
                acts.set_chain(act, f"ana/m{number}", "sourced", [Link(source=often)])
        document = reading.list_documents(ledger.connection, "ana", 0, 1)[0].id
        found = [source.uid for source in reading.sources_for(ledger.connection, document)]
        assert (found[0], found[-1]) == (often, unlinked)
        assert elsewhere not in found
        assert unlinked != elsewhere


def test_the_codebook_is_data() -> None:
    with project() as ledger:
        assert [label.label for label in reading.labels(ledger.connection)] == [
            "sourced", "anonymous", "denied", "confirmed", "responded"
        ]  # fmt: skip
        with ledger.act() as act:
            act.put(
                "hedged",
                Label(
                    axis="neutral",
                    key="h",
                    letter="H",
                    glyph="~",
                    colour="#112233",
                    position=3,
                    examples=("one", "two"),
                    kinds=(Kind(kind="a", gloss="first"), Kind(kind="b"), Kind(kind="a", gloss="again")),
                ),  # fmt: skip
            )
        hedged = next(label for label in reading.labels(ledger.connection) if label.label == "hedged")
        assert (hedged.examples, hedged.kinds) == (("one", "two"), (("a", "first"), ("b", "")))
        assert [label.label for label in reading.labels(ledger.connection)][2:4] == ["denied", "hedged"]


# --- the log -------------------------------------------------------------------------------------------------------


def test_what_was_touched_since_an_event_is_told_once_in_order() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        seen = reading.last_event(ledger.connection)
        assert reading.touched_since(ledger.connection, seen) == []
        with ledger.act() as act:
            acts.describe_mention(act, "ana/m0", note="one")
            acts.set_label(act, "ana/m0", "denied")
            acts.describe_mention(act, "ana/m0", note="two")
        assert reading.last_event(ledger.connection) == seen + 3
        assert reading.touched_since(ledger.connection, seen) == [("mention", "ana/m0"), ("mark", "ana/m0/denied")]


def test_an_exported_file_has_no_log_and_reads_the_same() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        expected = reading.mention(ledger.connection, "ana/m0")
        exported = sqlite3.connect(":memory:", isolation_level=None)
        run_script(exported, PUBLIC)
        for table in TABLES:
            for row in ledger.connection.execute(f"SELECT * FROM {table}"):
                exported.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        assert reading.mention(exported, "ana/m0") == expected
        exported.close()
