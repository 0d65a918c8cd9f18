"""Many mentions of one long text: what each costs does not grow with how many there are."""

from contextlib import suppress
from pathlib import Path

from onrecord.exchange.formats import formats
from onrecord.exchange.importing import ImportOptions, bring_in
from onrecord.exchange.report import Report
from onrecord.schema import acts
from onrecord.schema.check import check
from onrecord.schema.events import Document
from project_state import project


def test_the_text_is_not_read_again_for_each_mention(tmp_path: Path) -> None:
    text = "The gate stopped short. Nobody said why.\n" * 100
    (tmp_path / "x.txt").write_text(text)
    lines = [f"T{n}\tPerson {n * 4} {n * 4 + 3}\t{text[n * 4 : n * 4 + 3]}".replace("\n", " ") for n in range(1, 301)]
    (tmp_path / "x.ann").write_text("\n".join(lines) + "\n")
    with project("lead") as ledger:
        said: list[str] = []
        ledger.connection.set_trace_callback(said.append)
        assert bring_in(ledger, tmp_path / "x.ann", formats()["brat"], ImportOptions(keep_good=True), Report())
        ledger.connection.set_trace_callback(None)
        assert ledger.connection.execute("SELECT count(*) FROM marks").fetchone()[0] > 280
    assert len([sql for sql in said if sql.startswith("SELECT text FROM texts")]) < 10


def test_what_was_taken_back_is_neither_indexed_nor_remembered() -> None:
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, "The gate stopped.", title="Gate")
            waiting = set(act.fold.words._waiting)
            with suppress(KeyError), act.whole():
                sha256, _ = acts.add_document(act, "The gate closed.", title="Closed")
                with suppress(ZeroDivisionError), act.whole():
                    acts.state_claim(act, "It closed.")
                    raise ZeroDivisionError
                with act.whole():
                    acts.state_claim(act, "It stopped.")
                raise KeyError
            assert act.fold.words._waiting == waiting
            assert not act.fold._rows.reads(sha256, ())
            act.put(sha256, Document(title="Without its text"))
        assert [*ledger.connection.execute("SELECT title FROM documents")] == [("Gate",)]
        assert [*ledger.connection.execute("SELECT count(*) FROM claims")] == [(0,)]
        assert not [found for found in check(ledger.connection) if found.level == "problem"]
