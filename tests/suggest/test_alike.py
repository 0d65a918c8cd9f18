"""The same claim in other words: found by what it says, never where the words themselves stand."""

from onrecord.schema import acts
from onrecord.schema.text import Span
from onrecord.suggest.alike import alike_everywhere, alike_in_document, same_claim
from project_state import project

WORDS = "The gate stopped 40 centimetres above the sill"
HERE = f"{WORDS}, an official said.\n\nThe mayor was away.\n\nThe gate came to rest 40 centimetres above its sill."
THERE = "It hung 40 centimetres above the sill, the agency said.\n\nThe tide turns at noon."


def test_other_wordings_are_found_the_likest_first_and_the_words_themselves_are_not() -> None:
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, HERE, title="One")
            acts.add_document(act, THERE, title="Two")
        connection = ledger.connection
        first = connection.execute("SELECT min(id) FROM documents").fetchone()[0]
        here = alike_in_document(connection, first, WORDS, "ana")
        assert [find.quote for find in here.finds] == ["The gate came to rest 40 centimetres above its sill"]
        everywhere = alike_everywhere(connection, WORDS, "ana")
        assert [find.title for find in everywhere.finds] == ["One", "Two"]
        assert all(a.likeness >= b.likeness for a, b in zip(everywhere.finds, everywhere.finds[1:], strict=False))
        assert [find.span.cut(THERE) for find in everywhere.finds if find.title == "Two"] == [
            "It hung 40 centimetres above the sill, the agency said"
        ]
        assert [find.likeness == 100 for find in same_claim(connection, WORDS, "ana").finds] == [True, False, False]


def test_what_one_has_marked_there_says_so() -> None:
    with project() as ledger:
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, THERE)
            acts.set_mention(act, acts.new_mention("ana"), sha256, THERE, [Span(0, 37)])
        (find,) = alike_everywhere(ledger.connection, WORDS, "ana").finds
        assert find.marked
        (find,) = alike_everywhere(ledger.connection, WORDS, "bob").finds
        assert not find.marked


def test_words_that_say_nothing_find_nothing() -> None:
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, THERE)
        for words in ("", "the of and", '"', "\0", "“…”", "OR NOT NEAR("):
            assert alike_everywhere(ledger.connection, words, "ana").finds == ()
