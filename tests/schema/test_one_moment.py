"""A mention is read as it was at one moment, though it takes several queries and others write between them."""

from pathlib import Path

from onrecord.schema import acts, reading
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import connect
from onrecord.schema.text import Span

TEXT = "The gate stopped short, said an official."


def test_what_is_written_between_two_queries_is_seen_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with Ledger.create(path, "ana", "device") as ledger:
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, TEXT)
        connection = connect(path, write=False)
        document = reading.list_documents(connection, "ana", 0, 1)[0].id
        written = 0

        def write(statement: str) -> None:
            nonlocal written
            if not statement.lstrip().startswith("SELECT") or "sqlite_master" in statement:
                return
            with ledger.act() as act:
                uid = acts.new_mention("ana")
                acts.set_mention(act, uid, sha256, TEXT, [Span(written, written + 3)])
                acts.set_label(act, uid, "sourced")
            written += 1

        connection.set_trace_callback(write)
        reading.mentions(connection, document)
        between = written
        seen = reading.mentions(connection, document)
        connection.set_trace_callback(None)
        connection.close()
    assert between > 2, "the test must have written between the queries"
    assert len(seen) >= between
    for mention in seen:
        assert [span.cut(TEXT) for span in mention.spans] == [mention.quote]
        assert [mark.label for mark in mention.marks] == ["sourced"]
