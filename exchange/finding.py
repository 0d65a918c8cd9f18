"""Documents that a project has, found by what files call them that name documents and do not hold them."""

import hashlib
import re
import sqlite3
from functools import cached_property

from ..schema import reading
from ..schema.events import Document, trusted

_MD5 = re.compile("[0-9a-f]{32}")


class Finder:
    """Finds documents and labels of one project."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> tuple[str, Document] | None:
        """The text and description of the one document that a sha256, md5, url, title or number means."""
        rows = self._connection.execute(
            """SELECT id FROM documents WHERE sha256 = :name
            UNION SELECT id FROM documents WHERE title = :name AND :name <> ''
            UNION SELECT id FROM documents WHERE url = :name AND :name <> '' LIMIT 2""",
            {"name": name},
        ).fetchall()
        if not rows and name.isascii() and name.isdigit() and len(name) < 19:
            rows = self._connection.execute("SELECT id FROM documents WHERE id = ?", (int(name),)).fetchall()
        if not rows and _MD5.fullmatch(name):
            rows = [(number,) for number in [self._by_md5.get(bytes.fromhex(name))] if number]
        if len(rows) != 1:
            return None
        (body,) = self._connection.execute(
            """SELECT body FROM heads JOIN events ON events.id = event_id WHERE heads.subject_id = ?
            ORDER BY clock DESC, hash DESC LIMIT 1""",
            rows[0],
        ).fetchone()
        event = trusted(body)
        return reading.text(self._connection, event.subject), event.data  # type: ignore[return-value]

    def has_label(self, name: str) -> bool:
        """Whether the codebook has a label."""
        return self._connection.execute("SELECT 1 FROM labels WHERE label = ?", (name,)).fetchone() is not None

    @cached_property
    def _by_md5(self) -> dict[bytes, int]:
        """The documents by the md5 of their text, read through once, when a file first asks."""
        rows = self._connection.execute("SELECT documents.id, text FROM documents JOIN texts USING (sha256)")
        return {hashlib.md5(text.encode(), usedforsecurity=False).digest(): number for number, text in rows}
