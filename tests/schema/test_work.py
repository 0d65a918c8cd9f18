"""Work is in proportion to what is done, not to what is there: counted in SQLite's own instructions, which never vary."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from onrecord.schema import acts, queues, reading, searching, sources, standing, store
from onrecord.schema.events import Link
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span
from project_state import project, steps

TEXT = "The harbour said no. A senior official said it was done. Nobody at the pier denied it."
WORDS = acts.words(TEXT, [Span(21, 38)])


def annotate(act: Act, sha256: str, uid: str, claim: int) -> None:
    """A mention of a claim, with a mark, its chain and a note."""
    acts.set_mention(act, uid, sha256, TEXT, [Span(4, 11)], note="a note on words")
    acts.set_label(act, uid, "anonymous", note="another note")
    source = acts.name_source(act, "a senior official", document=sha256)
    agency = acts.name_source(act, "an agency")
    acts.set_chain(act, uid, "anonymous", [Link(source=agency, relay=True), Link(source=source, spans=WORDS)])
    acts.link_claim(act, uid, acts.state_claim(act, f"Claim number {claim}"))


def fill(ledger: Ledger, documents: int, mentions: int) -> None:
    """A first document with one mention, then so many documents, and so many mentions of other claims in the second."""
    with ledger.act() as act:
        first, _ = acts.add_document(act, TEXT, title="The Pier", published_at="2026-03-01T00:00:00Z")
        annotate(act, first, "ana/first", 0)
        second = first
        for number in range(documents):
            second, _ = acts.add_document(
                act, f"{TEXT} {number}", title=f"Number {number}", published_at=f"2026-03-{1 + number % 9:02}"
            )
        for number in range(mentions):
            annotate(act, second, f"ana/{number}", 1 + number // 5)
            # Edited marks have pasts: whatever looks for an event's parents must not look through all of them.
            acts.set_label(act, f"ana/{number}", "anonymous", certainty=50)
        acts.submit(act, second, "submitted", "a note on it")


@pytest.fixture(scope="module")
def projects() -> Iterator[tuple[Ledger, Ledger]]:
    """A small and a large one; tests leave them as they are."""
    with ExitStack() as stack:
        small, large = (stack.enter_context(project()) for _ in range(2))
        fill(small, 3, 20)
        fill(large, 150, 600)
        yield small, large


def in_an_act(work: Callable[[Act, str], object]) -> Callable[[Ledger], None]:
    def run(ledger: Ledger) -> None:
        sha256 = ledger.connection.execute(
            "SELECT sha256 FROM documents JOIN mentions ON document_id = documents.id WHERE uid = 'ana/first'"
        ).fetchone()[0]
        with ledger.act() as act:
            work(act, sha256)

    return run


ACTS: dict[str, Callable[[Ledger], object]] = {
    "put a label on": in_an_act(lambda act, _: acts.set_label(act, "ana/first", "denied")),
    "change a mark": in_an_act(lambda act, _: acts.set_label(act, "ana/first", "anonymous", certainty=7)),
    "take a label off": in_an_act(lambda act, _: acts.set_label(act, "ana/first", "anonymous", on=False)),
    "set a chain": in_an_act(lambda act, _: acts.set_chain(act, "ana/first", "anonymous", [Link(cue=WORDS)])),
    "add a mention": in_an_act(lambda act, sha256: annotate(act, sha256, "ana/new", 0)),
    "move a mention": in_an_act(lambda act, sha256: acts.set_mention(act, "ana/first", sha256, TEXT, [Span(0, 3)])),
    "remove a mention": in_an_act(lambda act, _: acts.remove_mention(act, "ana/first")),
    "state a claim": in_an_act(lambda act, _: acts.state_claim(act, "Something new")),
    "name a source": in_an_act(lambda act, _: acts.name_source(act, "Somebody new")),
    "submit": in_an_act(lambda act, sha256: acts.submit(act, sha256, "submitted", "a note")),
    "describe a document": in_an_act(lambda act, sha256: acts.describe_document(act, sha256, title="Another")),
    "add a document": in_an_act(lambda act, _: acts.add_document(act, "Another text", title="Another")),
    "undo and redo": lambda ledger: [getattr(ledger, step)() for step in ("undo", "redo", "undo", "redo")],
}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_costs_the_same_in_a_large_project(name: str, projects: tuple[Ledger, Ledger]) -> None:
    taken = []
    for ledger in projects:
        if "undo" in name:
            ACTS["put a label on"](ledger)
        taken.append(steps(ledger.connection, lambda ledger=ledger: ACTS[name](ledger)))  # type: ignore[misc]
        ledger.undo()
    small, large = taken
    # The full-text index merges its parts now and then, which is the only thing that grows at all.
    assert large < 1.25 * small, (small, large)


READS: dict[str, Callable[[Ledger, int], object]] = {
    "a page of documents": lambda ledger, _: reading.list_documents(ledger.connection, "ana", 0, 3),
    "a document": lambda ledger, first: reading.document(ledger.connection, first),
    "the next document": lambda ledger, first: reading.neighbour(ledger.connection, first, 1),
    "the document before the last": lambda ledger, _: reading.neighbour(ledger.connection, last(ledger), -1),
    "the next document to do": lambda ledger, _: reading.next_to_do(ledger.connection, last(ledger), "bob"),
    "a document by its title": lambda ledger, _: (
        reading.find_document(ledger.connection, "The Pier")
        and reading.find_document(ledger.connection, "abcdef0123456789")
    ),
    "a word on a document": lambda ledger, first: reading.state_of(ledger.connection, first, "ana"),
    "the mentions of a document": lambda ledger, first: reading.mentions(ledger.connection, first),
    "a mention": lambda ledger, _: reading.mention(ledger.connection, "ana/first"),
    "a page of claims": lambda ledger, _: reading.claims(ledger.connection, 0, 2),
    "likely sources": lambda ledger, first: reading.sources_for(ledger.connection, first),
    "the codebook": lambda ledger, _: reading.labels(ledger.connection),
    "the standing of a claim": lambda ledger, _: standing.standing_at(ledger.connection, claim(ledger), "2026-03-09"),
    "the changes of a claim": lambda ledger, _: standing.changes(ledger.connection, claim(ledger)),
    "likely claims": lambda ledger, _: reading.claims_like(ledger.connection, "number 0 harbour"),
    "a source that all articles name": lambda ledger, _: sources.lines(ledger.connection, [agency(ledger)]),
    "what that source says": lambda ledger, _: sources.statements(ledger.connection, agency(ledger)),
    "what was assigned lately": lambda ledger, _: queues.touched_since(
        ledger.connection, reading.last_event(ledger.connection) - 1, "bob"
    ),
    "a search for a word that is everywhere": lambda ledger, _: searching.search(ledger.connection, "harbour said", 2),
    "a search for a word that is only begun": lambda ledger, _: searching.search(ledger.connection, "h", 2),
    "the first claims with a word": lambda ledger, _: searching.named(ledger.connection, "claims", "n", 3),
    "a search for a rare word": lambda ledger, _: searching.search(ledger.connection, "pier 0"),
}


def last(ledger: Ledger) -> int:
    row = ledger.connection.execute("SELECT id FROM documents ORDER BY published_at DESC, id DESC LIMIT 1").fetchone()
    return int(row[0])


def agency(ledger: Ledger) -> int:
    row = ledger.connection.execute("SELECT id FROM sources WHERE name = 'an agency'").fetchone()
    return int(row[0])


def claim(ledger: Ledger) -> int:
    return int(ledger.connection.execute("SELECT id FROM claims WHERE claim = 'Claim number 0'").fetchone()[0])


@pytest.mark.parametrize("name", sorted(READS))
def test_reading_costs_the_same_in_a_large_project(
    name: str, projects: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, many in ((searching, "MANY"), (sources, "MANY"), (reading, "OFTEN")):
        monkeypatch.setattr(module, many, 3)
    taken = []
    for ledger in projects:
        first = reading.mention(ledger.connection, "ana/first")
        assert first
        taken.append(
            steps(ledger.connection, lambda ledger=ledger, first=first: READS[name](ledger, first.document_id))  # type: ignore[misc]
        )
    small, large = taken
    assert large < 1.5 * small + 100, (small, large)


def test_opening_costs_the_same_for_a_large_project(projects: tuple[Ledger, Ledger]) -> None:
    taken = []
    for ledger in projects:
        connection = store.connect(ledger.path, write=False)
        taken.append(steps(connection, lambda connection=connection: reading.list_documents(connection, "ana", 0, 3)))  # type: ignore[misc]
        connection.close()
    assert taken[1] < 1.1 * taken[0], taken
