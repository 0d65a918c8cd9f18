"""The file's versions: numbered steps, each applied once, in order, and never edited after a release.

What the log says is never migrated. The tables are derived from it, so a step that changes them takes them away and
derives them anew; one that changes only by what they are found, makes that anew. A file that was brought up to a
version is made exactly as a new one is.
"""

import sqlite3

from .errors import NotStored
from .tables import APPLICATION_ID, DERIVED, EVENTS, LOG, OWN_MENTIONS, PUBLIC
from .views import NAMES

VERSION = 3
"""The format that this onrecord writes: how many steps there are, kept in the file's `user_version`."""

_STAYS = ("texts", "subjects", "events", "parents", "quarantine", "heads", "needs")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file up to this version, in one transaction; foreign keys are checked before it counts.

    Raises:
        NotStored: a reference would not hold; nothing was changed.
    """
    from sqlite_utils import Database, Migrations

    steps = Migrations("onrecord")

    @steps()
    def m001_log_and_tables(db: Database) -> None:
        run_script(db.conn, PUBLIC)
        run_script(db.conn, LOG)

    @steps()
    def m002_teams(db: Database) -> None:
        if not db.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'members'").fetchone():
            _shape_events(db.conn)
            _derive_anew(db.conn)

    @steps()
    def m003_names(db: Database) -> None:
        if not db.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'names'").fetchone():
            run_script(db.conn, NAMES)
            db.conn.execute("INSERT INTO names (names) VALUES ('rebuild')")
            db.conn.execute("DROP INDEX mentions_annotator")
            run_script(db.conn, OWN_MENTIONS)

    database = Database(connection, execute_plugins=False)
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        with database.atomic():
            steps.apply(database)
            for table, row, other, _ in connection.execute("PRAGMA foreign_key_check"):
                raise NotStored(
                    f"The file cannot be brought up to format {VERSION}, because {table} row {row} refers to a row of "
                    f"{other} that is not there; it was left as it is"
                )
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _shape_events(connection: sqlite3.Connection) -> None:
    """Put the events, byte for byte and under their numbers, into a table of this version's shape."""
    columns = "id, hash, subject_id, annotator, device, seq, clock, undoes, body"
    connection.execute(f"CREATE TABLE earlier AS SELECT {columns} FROM events ORDER BY id")
    connection.execute("DROP TABLE events")
    run_script(connection, EVENTS)
    connection.execute(f"INSERT INTO events ({columns}) SELECT {columns} FROM earlier ORDER BY id")
    connection.execute("DROP TABLE earlier")


def _derive_anew(connection: sqlite3.Connection) -> None:
    """Take away all that is derived, of whatever shape, and derive it from the log and the texts."""
    from .fold import Fold

    for type_, stays in (("view", ()), ("table", _STAYS)):
        named = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = ?", (type_,)).fetchall()
        shadows = tuple(f"{name}_" for name, sql in named if sql.upper().startswith("CREATE VIRTUAL"))
        for name, _ in named:
            if name not in stays and not name.startswith(("sqlite_", "_sqlite_", *shadows)):
                connection.execute(f'DROP {type_.upper()} "{name.replace(chr(34), chr(34) * 2)}"')
    run_script(connection, DERIVED)
    Fold(connection).rebuild()


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run the statements of a script inside the transaction that is open (`executescript` would commit it)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
