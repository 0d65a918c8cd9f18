"""The file's versions: numbered steps, each applied once, in order, and never edited after a release."""

import sqlite3

from .errors import NotStored
from .tables import APPLICATION_ID, LOG, PUBLIC

VERSION = 1
"""The format that this onrecord writes: how many steps there are, kept in the file's `user_version`."""


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


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run the statements of a script inside the transaction that is open (`executescript` would commit it)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
