"""Whatever is altered in a project, the check finds it; what is derived, a rebuild mends."""

import itertools
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from deeds import do, set_the_scene
from histories import DOCUMENTS, TEXTS
from onrecord.schema import acts, check, clock, team
from onrecord.schema import events as ev
from onrecord.schema.errors import NotStored
from onrecord.schema.ledger import Ledger
from onrecord.schema.tables import TABLES
from project_state import MEMORY, assert_index_fits, empty_project, open_quickly, project, whole_state

DERIVED = [table for table in TABLES if table != "texts"]


def furnish(ledger: Ledger) -> None:
    """At least one row in every table."""
    set_the_scene(ledger)
    for deed in (
        ("add a document", 1, 1),
        ("describe a document", 0, 1),
        ("submit", 0, 2),
        ("evidence", 0, 0),
        ("relate", 0, 1),
        ("codebook", 0, 2),
        ("adjudicate", 0, 0),
        ("mention", 1, 2),
        ("remark", 0, 0),
        ("assign", 0, 1),
    ):
        assert do(ledger, deed), deed
    with ledger.act() as act:
        acts.set_label(act, "ana/m0", "sourced", kind="person", certainty=50, note="a note")
        one, other = (acts.name_source(act, name) for name in ("A. Rui", "Ana Rui"))
        act.put(f"{one}|same_as|{other}", ev.SourceRelation(source=one, relation="same_as", other=other, certainty=80))
        team.sit(act, DOCUMENTS[0], 60)
        team.set_blind(act, blind=True)
        team.appoint(act, "bob", "adjudicator")
    ledger.receive([b"no event"])


@cache
def furnished() -> bytes:
    with project() as ledger:
        furnish(ledger)
        ledger.close()
        return ledger.path.read_bytes()


def problems(connection: sqlite3.Connection) -> list[str]:
    return [finding.what for finding in check.check(connection) if finding.level == "problem"]


@contextmanager
def tampering(ledger: Ledger) -> Iterator[sqlite3.Connection]:
    """A connection to which nothing is forbidden; the triggers are put back afterwards."""
    connection = sqlite3.connect(ledger.path, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    for _, sql in triggers:
        connection.execute(sql)
    connection.close()


@pytest.fixture(autouse=True)
def in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copies that a check makes are no business of the disk."""
    monkeypatch.setattr(tempfile, "tempdir", MEMORY)


@contextmanager
def furnished_project() -> Iterator[Ledger]:
    with project() as ledger:
        ledger.close()
        ledger.path.write_bytes(furnished())
        with open_quickly(ledger.path) as again:
            yield again


def test_a_sound_project_has_no_findings_and_a_check_changes_nothing() -> None:
    with furnished_project() as ledger:
        assert {table: count(ledger, table) > 0 for table in TABLES} == dict.fromkeys(TABLES, True)
        before = whole_state(ledger.connection)
        assert problems(ledger.connection) == []
        reader = sqlite3.connect(f"file:{ledger.path}?mode=ro", uri=True)
        assert problems(reader) == []
        reader.close()
        assert whole_state(ledger.connection) == before


def count(ledger: Ledger, table: str) -> int:
    return int(ledger.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def columns_of(table: str) -> list[str]:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(empty_project().replace(b"\2\2\0", b"\1\1\0", 1))
    found = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.close()
    return found


LOCAL = {(table, "id") for table in ("annotators", "kinds", "attributions", "evidence", "spans")}
"""Row numbers that stand for nothing."""
REFERENCES = ("claim_id", "document_id", "source_id", "mention_id", "revises", "taken_id", "answers_id")


def alter(connection: sqlite3.Connection, table: str, column: str) -> None:
    """Change a column where it can be changed at all."""
    value, where = f"\"{column}\" || 'x'", f'"{column}" = (SELECT max("{column}") FROM {table})'
    if column == "published_at":
        value = "NULL"
    elif column in REFERENCES:
        value, where = f'coalesce("{column}", 5) + 1000', "true"
    elif connection.execute(f"SELECT 1 FROM {table} WHERE typeof(\"{column}\") = 'integer'").fetchone():
        value = f'"{column}" + 1000'
    connection.execute(f'UPDATE {table} SET "{column}" = {value} WHERE {where}')
    assert connection.execute("SELECT changes()").fetchone()[0]


@pytest.mark.parametrize("table", DERIVED)
def test_any_altered_column_of_a_derived_table_is_found_and_mended(table: str) -> None:
    columns = [column for column in columns_of(table) if (table, column) not in LOCAL]
    for column in columns:
        with furnished_project() as ledger:
            with tampering(ledger) as connection:
                alter(connection, table, column)
            assert problems(ledger.connection), column
    with furnished_project() as ledger:
        sound = whole_state(ledger.connection)
        with tampering(ledger) as connection:
            for column in columns:
                alter(connection, table, column)
        ledger.rebuild()
        assert problems(ledger.connection) == []
        assert whole_state(ledger.connection) == sound


@pytest.mark.parametrize("table", [*DERIVED, "heads", "needs"])
@pytest.mark.parametrize("change", ["lost", "doubled"])
def test_lost_and_doubled_rows_are_found_and_mended(table: str, change: str) -> None:
    with furnished_project() as ledger:
        sound = whole_state(ledger.connection)
        with tampering(ledger) as connection:
            if change == "lost":
                connection.execute(f"DELETE FROM {table} WHERE {first(connection, table)}")
            else:
                values = ", ".join(new_key(table, column) for column in columns_of(table))
                connection.execute(f"INSERT INTO {table} SELECT {values} FROM {table} WHERE {first(connection, table)}")
        assert problems(ledger.connection)
        ledger.rebuild()
        assert problems(ledger.connection) == []
        assert whole_state(ledger.connection) == sound
        assert_index_fits(ledger.connection)


def first(connection: sqlite3.Connection, table: str) -> str:
    column = connection.execute(f"PRAGMA table_info({table})").fetchone()[1]
    return f'"{column}" = (SELECT min("{column}") FROM {table})'


def new_key(table: str, column: str) -> str:
    """What makes a copied row another one where a table has a key; spans, which have none, are doubled as they are."""
    if column == "id":
        return "id + 5000"
    if table == "spans" or column == "adjudication_id":
        return f'"{column}"'
    keys = {"name", "label", "sha256", "uid", "kind", "relation", "position", "needed_id", "event_id", "document_id"}
    if column not in keys | {"mention_id"}:
        return f'"{column}"'
    return f"""CASE typeof("{column}") WHEN 'text' THEN "{column}" || 'x' ELSE "{column}" + 100 END"""


@pytest.mark.parametrize(
    "change", ["start = start - 1", '"end" = "end" + 1', "quote = quote || 'x'", "before = 'x'", "after = 'x'"]
)
def test_words_that_the_text_does_not_have_are_named(change: str) -> None:
    with furnished_project() as ledger:
        with tampering(ledger) as connection:
            connection.execute(f"UPDATE spans SET {change} WHERE start > 0")
        (named, *_) = [what for what in problems(ledger.connection) if what.startswith("span ")]
        assert " of mention ana/m" in named
        assert "the text at " in named


# --- the index -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO search (search) VALUES ('delete-all')",
        "INSERT INTO search (rowid, title, body) VALUES (999, 'no', 'such thing')",
        "INSERT INTO search (search, rowid, title, body) SELECT 'delete', id, title, body FROM searchable LIMIT 1",
        "UPDATE search_data SET block = x'00' WHERE id = (SELECT max(id) FROM search_data)",
        "INSERT INTO names (names) VALUES ('delete-all')",
        """INSERT INTO names (names, rowid, document, claim, source, note)
        SELECT 'delete', id, document, claim, source, note FROM nameable LIMIT 1""",
    ],
)
def test_an_index_that_does_not_fit_is_found_and_mended(statement: str) -> None:
    with furnished_project() as ledger:
        sound = whole_state(ledger.connection)
        with tampering(ledger) as connection:
            connection.execute(statement)
        assert [what for what in problems(ledger.connection) if "full-text index" in what]
        ledger.rebuild()
        assert problems(ledger.connection) == []
        assert whole_state(ledger.connection) == sound


def test_places_in_the_index_that_are_wrong_by_the_same_amount_are_found() -> None:
    """A turned bit that moves several places of a word at once, so that FTS5's own check adds up all the same."""
    words, turn = "SELECT term, doc, col, offset FROM temp.words", "UPDATE search_data SET block = ? WHERE id = ?"
    passed = 0
    with project() as ledger:
        with ledger.act() as act:
            acts.add_document(act, "a b c a", title="d")
        connection = ledger.connection
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, search, instance)")
        sound = connection.execute(words).fetchall()
        id_, block = connection.execute("SELECT id, block FROM search_data ORDER BY id DESC").fetchone()
        for byte, bit in itertools.product(range(len(block)), range(8)):
            turned = bytearray(block)
            turned[byte] ^= 1 << bit
            connection.execute(turn, (bytes(turned), id_))
            try:
                assert_index_fits(connection)
                if connection.execute(words).fetchall() != sound:
                    passed += 1
                    assert [what for what in problems(connection) if "full-text index" in what], (byte, bit)
            except sqlite3.DatabaseError:
                pass
        connection.execute(turn, (block, id_))
    assert passed, "one such bit must be among them"


# --- the log -------------------------------------------------------------------------------------------------------

LAST = "(SELECT max(id) FROM events)"
CLAIM = "(SELECT min(event_id) FROM heads JOIN subjects ON subjects.id = subject_id WHERE kind = 'claim')"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            f"UPDATE events SET body = cast(replace(cast(body AS TEXT), 'number', 'slumber') AS BLOB) WHERE id = {CLAIM}",
            "was altered: its hash is",
        ),
        (f"UPDATE events SET body = cast(cast(body AS TEXT) || ' ' AS BLOB) WHERE id = {LAST}", "was altered"),
        (f"UPDATE events SET body = x'00' WHERE id = {LAST}", "was altered"),
        (f"UPDATE events SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE id = {LAST}", "was altered"),
        (f"UPDATE events SET annotator = 'bob' WHERE id = {LAST}", "its columns do not say what its bytes say"),
        (f"UPDATE events SET device = 'd7' WHERE id = {LAST}", "its columns"),
        (f"UPDATE events SET seq = seq + 1 WHERE id = {LAST}", "its columns"),
        (f"UPDATE events SET clock = 'nonsense' WHERE id = {LAST}", "its columns"),
        (f"UPDATE events SET undoes = act WHERE id = {LAST}", "its columns"),
        (f"UPDATE events SET subject_id = 1 WHERE id = {LAST}", "its columns"),
        ("UPDATE subjects SET subject = subject || 'x' WHERE kind = 'claim'", "its columns"),
        ("UPDATE subjects SET kind = 'source' WHERE kind = 'claim'", "its columns"),
        ("DELETE FROM subjects WHERE kind = 'claim'", "refers to a row of subjects that is not there"),
        ("DELETE FROM parents", "its parents are not recorded as it names them"),
        (f"INSERT INTO parents VALUES ({LAST}, 'f00')", "its parents are not recorded as it names them"),
        ("UPDATE texts SET text = replace(text, 'harbour', 'Harbour')", "was altered: its hash is"),
        ("DELETE FROM texts", "refers to a row of texts that is not there"),
        ("UPDATE quarantine SET body = x'616263'", "which was set aside, was altered"),
        (f"DELETE FROM events WHERE id = {LAST}", "refers to a row of events that is not there"),
    ],
)
def test_an_altered_log_is_found(statement: str, says: str) -> None:
    with furnished_project() as ledger:
        with tampering(ledger) as connection:
            connection.execute(statement)
            assert connection.execute("SELECT changes()").fetchone()[0]
        assert [what for what in problems(ledger.connection) if says in what], problems(ledger.connection)


def test_an_event_that_never_was_valid_is_found() -> None:
    forged = ev.ClaimEvent(
        v=1, annotator="ana", device="d1", seq=99, clock=clock.stamp_of(1), subject="c9", data=ev.Claim(text="")
    )
    body = ev.canonical(forged)
    with furnished_project() as ledger:
        with tampering(ledger) as connection:
            connection.execute(
                "INSERT INTO events (hash, subject_id, annotator, device, seq, clock, body)"
                " VALUES (?, (SELECT min(id) FROM subjects), 'ana', 'd1', 99, ?, ?)",
                (ev.event_id(body), forged.clock, body),
            )
        assert any("data.text" in what for what in problems(ledger.connection))


@pytest.mark.parametrize("kind", ["table", "view", "trigger", "index"])
def test_missing_and_altered_parts_of_the_schema_are_found(kind: str) -> None:
    with furnished_project() as ledger:
        parts = ledger.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL AND name NOT GLOB 'search*'"
            " AND name NOT GLOB 'names*' AND tbl_name NOT GLOB '_sqlite*' AND name NOT IN ('texts', 'documents')",
            (kind,),
        ).fetchall()
        assert len(parts) >= 3
        ledger.connection.execute("PRAGMA foreign_keys = OFF")
        for (name,) in parts:
            ledger.connection.execute("BEGIN")
            ledger.connection.execute(f"DROP {kind} {name}")
            assert f"the {kind} {name} is missing" in problems(ledger.connection)
            ledger.connection.execute("ROLLBACK")
        if kind == "view":
            ledger.connection.execute("DROP VIEW timeline")
            ledger.connection.execute("CREATE VIEW timeline AS SELECT 'all is well' AS standing")
            assert problems(ledger.connection) == ["the view timeline is not as onrecord made it"]


def test_what_people_add_to_their_file_is_no_problem() -> None:
    with furnished_project() as ledger:
        ledger.connection.execute("CREATE VIEW my_view AS SELECT claim FROM claims")
        ledger.connection.execute("CREATE TABLE my_notes (note)")
        assert problems(ledger.connection) == []


def test_a_damaged_page_is_found() -> None:
    with furnished_project() as ledger:
        (root,) = ledger.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'marks_label'").fetchone()
        ledger.close()
        body = bytearray(ledger.path.read_bytes())
        body[16384 * (root - 1) + 100 : 16384 * root - 10] = b"\xff" * (16384 - 110)
        ledger.path.write_bytes(body)
        connection = sqlite3.connect(ledger.path)
        assert any("damaged" in what or "cannot read" in what for what in problems(connection))
        connection.close()


def test_a_page_that_cannot_be_read_is_a_finding_too() -> None:
    with furnished_project() as ledger:
        (root,) = ledger.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'marks'").fetchone()
        ledger.close()
        ledger.path.write_bytes(ledger.path.read_bytes()[: 16384 * (root - 1) + 5])
        connection = sqlite3.connect(ledger.path)
        assert any("SQLite cannot read the file" in what for what in problems(connection))
        connection.close()


def test_of_a_damaged_log_nothing_can_be_derived_and_nothing_is_lost() -> None:
    with furnished_project() as ledger:
        with tampering(ledger) as connection:
            connection.execute(f"UPDATE events SET body = x'7b7d' WHERE id = {LAST}")
        before = count(ledger, "mentions")
        with pytest.raises(NotStored, match="is damaged, and its tables cannot be derived anew .* --salvage NEW.db"):
            ledger.rebuild()
        assert count(ledger, "mentions") == before > 0


# --- notes ---------------------------------------------------------------------------------------------------------


def notes(ledger: Ledger) -> list[str]:
    findings = list(check.check(ledger.connection))
    assert [finding for finding in findings if finding.level != "note"] == []
    return [finding.what for finding in findings]


COUNTER = itertools.count(1)


def claim(text: str, **more: object) -> bytes:
    about = {
        "v": 1,
        "annotator": "bob",
        "device": "d2",
        "seq": next(COUNTER),
        "clock": clock.stamp_of(9),
        "subject": "c1",
    }
    return ev.canonical(ev.ClaimEvent(**(about | more), data=ev.Claim(text=text)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("receive", "note"),
    [
        (lambda: [b"no event"], "was set aside: the bytes are not an event of format 1"),
        (lambda: [claim("one"), claim("two"), claim("three")], "claim c1 was changed in 3 places at once"),
        (lambda: [claim("one", parents=("0" * 64,))], "earlier events that others name have not arrived yet: 1"),
        (lambda: [claim("one", seq=7), claim("one", seq=7, subject="c2")], "device d2 used number 7 twice"),
    ],
)
def test_what_is_legal_but_worth_knowing_is_a_note(receive: Callable[[], list[bytes]], note: str) -> None:
    with project() as ledger:
        ledger.receive(receive(), TEXTS)
        (found,) = notes(ledger)
        assert note in found


def test_a_clock_that_ran_ahead_is_a_note() -> None:
    with project(now=lambda: 4_000_000_000_000) as ledger:
        do(ledger, ("add a document", 0, 0))
        assert notes(ledger) == ["the latest event is stamped more than a day ahead of this machine; check its clock"]


def test_removed_things_and_what_went_with_them_are_no_news() -> None:
    with project() as ledger:
        furnish(ledger)
        with ledger.act() as act:
            acts.remove_mention(act, "ana/m0")
            act.withdraw("document", DOCUMENTS[1])
        assert [what for what in notes(ledger) if "set aside" not in what] == []
