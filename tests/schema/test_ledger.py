"""The one door for writing: all of an act or nothing of it, and nothing in the log is ever changed."""

import sqlite3
from contextlib import nullcontext
from pathlib import Path

import pytest
from deeds import do, set_the_scene
from histories import BODIES, DOCUMENTS, TEXTS, scene
from onrecord.schema import acts, check, reading
from onrecord.schema.errors import InvalidEvent, NotStored, ProjectBusy, UnstorableText
from onrecord.schema.events import Claim, Mark, Source, canonical
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import PAGE_SIZE
from project_state import assert_index_fits, empty_project, open_quickly, project, whole_state

# --- append-only ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["events", "parents", "quarantine", "texts"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
        "REPLACE INTO {table} (rowid, {columns}) SELECT rowid, {columns} FROM {table}",
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE 1 ON CONFLICT DO UPDATE SET {column} = 1",
    ],
)
def test_the_log_is_never_changed_not_even_by_another_program(table: str, statement: str) -> None:
    with project() as ledger:
        set_the_scene(ledger)
        do(ledger, ("describe a document", 0, 1))
        ledger.receive([b"no event"])
        other = sqlite3.connect(ledger.path, isolation_level=None)  # with none of our settings
        columns = [row[1] for row in other.execute(f"PRAGMA table_info({table})")]
        before = other.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
        assert before
        # Of `parents` the whole row is its key, and there are no row ids: nothing to replace.
        harmless = table == "parents" and "REPLACE" in statement
        with nullcontext() if harmless else pytest.raises(sqlite3.IntegrityError, match="the log is append-only"):
            statement = statement.format(table=table, column=columns[-1], columns=", ".join(columns))
            other.execute(statement.replace("rowid, ", "") if harmless else statement)
        assert other.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() == before
        other.close()


# --- all or nothing ------------------------------------------------------------------------------------------------


def test_an_exception_leaves_no_trace_of_the_act() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        before = whole_state(ledger.connection)

        def fail(act_does: bool) -> None:
            with ledger.act() as act:
                if act_does:
                    acts.state_claim(act, "It stands.")
                    acts.describe_document(act, DOCUMENTS[0], title="Another")
                    acts.add_document(act, BODIES[1], title="Another")
                    acts.set_label(act, "ana/m0", "denied", note="words to find")
                raise KeyboardInterrupt

        for act_does in (True, False):
            with pytest.raises(KeyboardInterrupt):
                fail(act_does)
            assert whole_state(ledger.connection) == before
            assert_index_fits(ledger.connection)
        # What follows is not led astray by what was rolled back.
        assert do(ledger, ("add a document", 1, 0))
        assert do(ledger, ("label", 0, 2))
        assert_index_fits(ledger.connection)
        assert list(check.check(ledger.connection)) == []


def test_a_full_disk_is_a_sentence_and_nothing_is_half_written() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        before = whole_state(ledger.connection)
        pages = ledger.connection.execute("PRAGMA page_count").fetchone()[0]
        ledger.connection.execute(f"PRAGMA max_page_count = {pages + 3}")

        def add() -> None:
            with ledger.act() as act:
                acts.state_claim(act, "It stands.")
                for number in range(9):
                    acts.add_document(act, f"{number} " + "words " * 20_000)

        with pytest.raises(NotStored, match="nothing was written .database or disk is full.; make room"):
            add()
        assert whole_state(ledger.connection) == before
        ledger.connection.execute(f"PRAGMA max_page_count = {pages * 100}")
        add()
        assert len(reading.list_documents(ledger.connection, "ana", 0, 99)) == 10
        assert_index_fits(ledger.connection)
        assert list(check.check(ledger.connection)) == []


def test_a_file_that_turns_bad_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    open_quickly(path).close()
    with sqlite3.connect(path) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()
    connection.close()
    body = bytearray(path.read_bytes())
    body[PAGE_SIZE * (root - 1) : PAGE_SIZE * root] = b"\xff" * PAGE_SIZE
    path.write_bytes(body)
    with open_quickly(path) as ledger, pytest.raises(NotStored, match="nothing was written"), ledger.act() as act:
        acts.state_claim(act, "It stands.")


def test_a_project_that_another_program_locks_is_a_sentence() -> None:
    with project() as ledger:
        other = sqlite3.connect(ledger.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # by a program that does not know our lock
        ledger.connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(ProjectBusy, match="another program keeps it locked"), ledger.act():
            pass
        other.execute("ROLLBACK")
        other.close()
        with ledger.act() as act:
            acts.state_claim(act, "It stands.")


@pytest.mark.parametrize("fate", ["moved", "replaced", "deleted"])
@pytest.mark.parametrize("when", ["before the act", "during the act"])
def test_a_file_that_lost_its_name_is_not_written_to(fate: str, when: str) -> None:
    with project() as ledger:
        set_the_scene(ledger)
        before = whole_state(ledger.connection)

        def lose() -> None:
            kept = ledger.path.rename(ledger.path.with_name("elsewhere.db"))
            if fate == "replaced":
                ledger.path.write_bytes(empty_project())
            if fate == "deleted":
                kept.unlink()

        def annotate() -> None:
            if when == "before the act":
                lose()
            with ledger.act() as act:
                acts.state_claim(act, "It stands.")
                if when == "during the act":
                    lose()

        with pytest.raises(NotStored, match="while it was open; nothing was written"):
            annotate()
        assert whole_state(ledger.connection) == before


# --- what an act may say -------------------------------------------------------------------------------------------


def test_an_invalid_value_is_refused_before_it_is_written() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        before = whole_state(ledger.connection)
        for subject, value, says in (
            ("c1", Claim(text=""), "data.text"),
            ("c1", Claim(text="a\0b"), r"U\+0000"),
            ("c1", Claim(text="a\ud800b"), "lone surrogate"),
            ("s1", Source(name="x", kind="ghost"), "data.kind"),  # type: ignore[arg-type]
            ("bob/m1/denied", Mark(mention="bob/m1", label="denied"), "belongs to somebody else"),
            ("ana/m0/denied", Mark(mention="ana/m0", label="denied", certainty=101), "data.certainty"),
            ("ana/m0/" + "x" * 600, Mark(mention="ana/m0", label="x" * 600), "length <= 512"),
        ):
            with pytest.raises(InvalidEvent, match=says), ledger.act() as act:
                act.put(subject, value)
        for text in ("a\0b", "a\udc00b"):
            with pytest.raises(UnstorableText), ledger.act() as act:
                acts.add_document(act, text)
        assert whole_state(ledger.connection) == before


def test_saying_the_same_again_records_nothing() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        before = ledger.connection.execute("SELECT count(*) FROM events").fetchone()
        for deed in (("mention and label", 0, 0), ("claim", 0, 0), ("chain", 0, 0), ("add a document", 0, 4)):
            do(ledger, deed)
        with ledger.act() as act:
            assert not act.withdraw("claim", "never stated")
        # Setting the label without its certainty is not saying the same.
        assert ledger.connection.execute("SELECT count(*) FROM events").fetchone() == before


def test_an_act_has_one_name_and_its_events_one_stamp() -> None:
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, BODIES[0])
            acts.submit(act, DOCUMENTS[0], "submitted")
        rows = ledger.connection.execute(
            "SELECT DISTINCT act, clock, device FROM events WHERE annotator = 'ana'"
        ).fetchall()
        assert rows == [(act.name, act.clock, "d1")]


def test_closing_twice_is_harmless_and_opening_again_finds_all() -> None:
    with project() as ledger:
        set_the_scene(ledger)
        before = whole_state(ledger.connection)
        ledger.close()
        ledger.close()
        with Ledger(ledger.path, "ana", "d1") as again:
            assert whole_state(again.connection) == before


# --- what SQLite 3.40 and other tools must be able to do ------------------------------------------------------------


def test_the_tables_need_no_trust_and_no_extension() -> None:
    with project() as ledger:
        ledger.receive([canonical(event) for event in scene()], TEXTS)
        with sqlite3.connect(ledger.path) as plain:
            plain.execute("PRAGMA trusted_schema = OFF")
            names = [row[0] for row in plain.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
            for name in names:
                plain.execute(f"SELECT * FROM {name}").fetchall()
            strict = dict(plain.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall())
            loose = {name for name, is_strict in strict.items() if not is_strict}
            views = {row[0] for row in plain.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
            views |= {"search", "names", "sqlite_schema"}
            assert {name for name in loose - views if not name.startswith(("search_", "names_", "_sqlite_"))} == set()
        plain.close()


def test_every_reference_has_an_index() -> None:
    """Without one, deleting a row scans all that might refer to it."""
    with project() as ledger:
        query = ledger.connection.execute
        tables = [row[0] for row in query("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        for table in tables:
            firsts = {
                query(f"PRAGMA index_info({index[1]})").fetchone()[2]
                for index in query(f"PRAGMA index_list({table})").fetchall()
            }
            keys = {row[3] for row in query(f"PRAGMA foreign_key_list({table})").fetchall()}
            # Events and annotators are never deleted, so nothing is ever looked up by these.
            assert table in ("events", "parents", "heads") or keys - {"annotator_id"} <= firsts, table
