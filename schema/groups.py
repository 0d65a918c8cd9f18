"""Claims and sources that were merged: which row stands for each of them.

Things tied by `same_as` are one; of them, the one that was recorded first stands for all (`merged_id`), whatever the
order in which the ties came. A tie that is taken back parts them again.
"""

import sqlite3
from collections.abc import Iterable

_OF = {
    "claim": ("claims", "claim_relations", "claim_id"),
    "relation": ("claims", "claim_relations", "claim_id"),
    "source": ("sources", "source_relations", "source_id"),
    "source_relation": ("sources", "source_relations", "source_id"),
}


class Groups:
    """Keeps `merged_id` of one writable connection in step with the relations."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def tied(self, kind: str, subject_id: int) -> list[int]:
        """The two things that a relation's row ties as one; those that a claim or source is tied to."""
        if kind not in _OF:
            return []
        _, relations, one = _OF[kind]
        where = "id = :id" if kind.endswith("relation") else f":id IN ({one}, other_id)"
        rows = self._db.execute(
            f"SELECT {one}, other_id FROM {relations} WHERE relation = 'same_as' AND {where}", {"id": subject_id}
        )
        return [each for row in rows for each in row]

    def regroup(self, kind: str, things: Iterable[int]) -> None:
        """Let the first of each group that these things are in stand for all of it."""
        if kind not in _OF:
            return
        table, relations, one = _OF[kind]
        for thing in things:
            members = f"""WITH RECURSIVE member (id) AS (
                SELECT :id UNION SELECT iif({one} = member.id, other_id, {one}) FROM member
                JOIN {relations} ON relation = 'same_as' AND member.id IN ({one}, other_id)
            )"""
            self._db.execute(
                f"""{members} UPDATE {table} SET merged_id = (
                    SELECT id FROM {table} WHERE id IN member ORDER BY added_at, uid LIMIT 1
                ) WHERE id IN member""",
                {"id": thing},
            )
