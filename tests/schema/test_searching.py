"""Searching: what is found and in which order, and that no words are ever a syntax error."""

import sqlite3
from collections.abc import Iterator

import pytest
from deeds import do, set_the_scene
from examples import examples
from histories import DOCUMENTS
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import acts, claims, reading, searching, sources
from onrecord.schema.claims import ClaimFilter
from onrecord.schema.fulltext import CONTENT, INDEXES
from onrecord.schema.terms import search_terms
from project_state import project


def test_of_finds_without_end_the_newest_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MANY", 4)
    with project() as ledger:
        for number in range(6):
            with ledger.act() as act:
                acts.add_document(act, "A gate. " * (9 - number), title=f"Gate {number}")
        found = searching.search(ledger.connection, "gate", 3)
        assert (found.many, [hit.title for hit in found.hits]) == (True, ["Gate 5", "Gate 4", "Gate 3"])
        assert all("gate" in hit.snippet for hit in found.hits)
        found = searching.search(ledger.connection, "gate 2", 3)
        assert (found.many, [hit.title for hit in found.hits]) == (False, ["Gate 2"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("t", ["Tariff row", "claim: The tariff holds"]),  # begun in names; texts have "the" and "to", but no word "t"
        ("ta", ["Tariff row", "claim: The tariff holds"]),
        ("to", ["Harbour"]),  # a whole word of a text
        ("th", ["claim: The tariff holds"]),
        ("the", ["Harbour", "Tariff row", "claim: The tariff holds"]),
        ("harbour t", ["Harbour"]),  # nothing has a word "t" beside it: the word is only just begun
        ("harbour to", ["Harbour"]),
        ("zebra t", []),
        ("塔利", ["塔利班否认"]),  # a wide letter is most of a word
        ("e\u0301t", ["Été"]),
        ("x-t", []),
        (". t!", ["Tariff row", "claim: The tariff holds"]),
    ],
)
def test_a_last_word_of_one_or_two_letters_is_begun_in_names_and_whole_in_texts(query: str, found: list[str]) -> None:
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, "The quay leads to the sea.", title="Harbour")
            acts.add_document(act, "It begins with the minister.", title="Tariff row")
            acts.add_document(act, "一个", title="塔利班否认")
            acts.add_document(act, "Nothing.", title="Été")
            acts.state_claim(act, "The tariff holds")
        hits = searching.search(ledger.connection, query).hits
        assert sorted(f"{'claim: ' * (hit.thing == 'claim')}{hit.title}" for hit in hits) == found


@examples(60)
@given(
    names=st.lists(st.text("abé -", min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=8),
    words=st.text("abé ", max_size=4),
    most=st.integers(1, 9),
)
def test_the_first_with_a_name_are_those_that_a_filter_leaves(names: list[str], words: str, most: int) -> None:
    with project() as ledger:
        with ledger.act() as act:
            for name in names:
                acts.state_claim(act, name)
                acts.name_source(act, name, "person")
        connection = ledger.connection
        claimed = claims.ids(connection, ClaimFilter(words=words)) if words.strip() else []
        assert searching.named(connection, "claims", words, most) == claimed[:most]
        called = sources.ids(connection, words) if words.strip() else []
        assert searching.named(connection, "sources", words, most) == called[:most]


def test_a_query_of_many_words_shows_the_beginning_of_the_text() -> None:
    """The best place for all of them would take the longer the more they are, by their square."""
    words = [f"word{number}" for number in range(40)]
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, "A beginning. " + " ".join(words * 70), title="Long")
        (few,) = searching.search(ledger.connection, " ".join(words[:8])).hits
        (many,) = searching.search(ledger.connection, " ".join(words)).hits
        assert few.snippet.startswith("…word")
        assert many.snippet.startswith("A beginning. word0")


def test_half_a_character_is_none() -> None:
    with project() as ledger:
        with ledger.act() as act:
            acts.state_claim(act, "A gate")
        assert [hit.title for hit in searching.search(ledger.connection, "gate\ud800").hits] == ["A gate"]


def test_words_that_are_everywhere_make_no_claims_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    with project() as ledger:
        with ledger.act() as act:
            for words in ("The gate fell", "The gate held", "The pier fell", "The keeper left"):
                acts.state_claim(act, words)

        def like(words: str, size: int = 9) -> list[str]:
            return [claim.claim for claim in reading.claims_like(ledger.connection, words, size)]

        assert len(like("the gate")) == 4
        monkeypatch.setattr(reading, "OFTEN", 2)
        assert sorted(like("the gate")) == ["The gate fell", "The gate held"]
        assert like("the", 2) == ["The keeper left", "The pier fell"]
        assert like("the nothing") == []


NBSP = "The harbour\u00a0master’s “crane” fell\u202fdown; Señora Ŷíl saw\u2014it. ʼTwas late, ᲡᲐᲥ ꭰꮅ"


@pytest.mark.parametrize(
    "query",
    [
        "harbour master", "harbour\u00a0master", "harbour\u2009master", "master's", "master’s", "master‘s", "masterʼs",
        '"crane"', "“crane”", "«crane»", "fell down", "HARBOUR", "senora", "SEÑORA", "yil", "harb", "saw it", "saw-it",
        "'twas", "’twas", "ʼtwas", "TWAS", "ᲡᲐᲥ", "ꭰꮅ",
    ],
)  # fmt: skip
def test_search_folds_spaces_quotes_capitals_and_accents_on_both_sides(query: str) -> None:
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, NBSP, title="A\u00a0title’s words")
        (hit,) = searching.search(ledger.connection, query).hits
        assert (hit.thing, hit.title, hit.document_id) == ("document", "A\u00a0title’s words", hit.id)
        assert searching.search(ledger.connection, "title's wor").hits


def test_search_finds_things_of_every_kind_and_the_document_to_open() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        with ledger.act() as act:
            acts.describe_mention(act, "ana/m0", note="zebra one")
            acts.set_label(act, "ana/m0", "denied", note="zebra two")
            acts.submit(act, DOCUMENTS[0], "flagged", "zebra three")
            acts.state_claim(act, "The zebra stands", "four")
            acts.name_source(act, "Zebra Five", "person")
            acts.describe_document(act, DOCUMENTS[0], title="Zebra six")
        document = reading.list_documents(ledger.connection, "ana", 0, 1)[0].id
        hits = searching.search(ledger.connection, "zebra").hits
        assert {(hit.thing, hit.document_id) for hit in hits} == {
            ("mention", document), ("mark", document), ("submission", document), ("document", document),
            ("claim", None), ("source", None),
        }  # fmt: skip
        assert {hit.title for hit in hits} == {"", "The zebra stands", "Zebra Five", "Zebra six"}
        assert len(searching.search(ledger.connection, "zebra", 2).hits) == 2
        assert not searching.search(ledger.connection, "zebra").many
        with ledger.act() as act:
            acts.remove_mention(act, "ana/m0")
        assert {hit.thing for hit in searching.search(ledger.connection, "zebra").hits} == {
            "submission", "document", "claim", "source"
        }  # fmt: skip


@pytest.fixture(scope="module")
def shared() -> Iterator[sqlite3.Connection]:
    """A project with one document, and a look into its index."""
    with project() as ledger:
        do(ledger, ("add a document", 0, 0))
        ledger.connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab ('main', 'search', 'instance')")
        yield ledger.connection


@examples(200)
@given(words=st.text(max_size=40) | st.text(alphabet="\"'*()^:{}+- ANDORNEAR\0\u00a0“”’\n", max_size=30))
def test_no_words_are_a_syntax_error(shared: sqlite3.Connection, words: str) -> None:
    for query in (words, words.encode("utf-8", "ignore").decode()):
        searching.search(shared, query)
        reading.claims_like(shared, query)
        searching.named(shared, "sources", query, 5)
        assert set(reading.first_matching(shared, query)) == set(reading.documents_matching(shared, query))
        reading.find_document(shared, query)


@examples(100)
@given(
    words=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=6),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_in_a_text_is_found_by_its_own_words(shared: sqlite3.Connection, words: list[str]) -> None:
    text = " ".join(words)
    terms = search_terms(text)
    shared.execute("BEGIN")
    shared.execute("INSERT INTO claims VALUES (77, 'u', ?, '', 77, '', '')", (text,))
    for index, columns in INDEXES.items():
        shared.execute(
            f"INSERT INTO {index} (rowid, {columns}) SELECT id, {columns} FROM {CONTENT[index]} WHERE id = 77"
        )
    try:
        if terms and shared.execute("SELECT 1 FROM temp.words WHERE doc = 77").fetchone():
            assert 77 in [hit.id for hit in searching.search(shared, text).hits]
            assert 77 in [claim.id for claim in reading.claims_like(shared, text)]
    finally:
        shared.execute("ROLLBACK")
