"""Layers of a project: what annotators did, what was ruled (gold), or one annotator's work alone.

A layer narrows a reading connection by temporary views under the names of the tables, as `sight` does, and on top of
what that lets a viewer see; so no question asked of the connection has to think of layers. The views go again with the
transaction that they are made in.
"""

import re
import sqlite3
from typing import Literal, TypeAlias

from msgspec import Struct

from .errors import BadInput, NotAllowed
from .gold import counts, ruled, ruled_twice
from .migrations import run_script
from .views import READABLE

Kind: TypeAlias = Literal["all", "gold", "annotator"]


class Layer(Struct, frozen=True):
    """`all` that annotators did, what was ruled (`gold`), or what one annotator of this name did."""

    kind: Kind = "all"
    name: str = ""

    def __str__(self) -> str:
        return f"annotator={self.name}" if self.kind == "annotator" else self.kind


def read_layer(words: str) -> Layer:
    """The layer that `all`, `gold` or `annotator=NAME` means.

    Raises:
        BadInput: the words mean none.
    """
    if words == "all":
        return Layer("all")
    if words == "gold":
        return Layer("gold")
    kind, _, name = words.partition("=")
    if kind == "annotator" and name:
        return Layer("annotator", name)
    raise BadInput(f"there is no layer {words!r}; say gold, all, or annotator=NAME")


def left_out(connection: sqlite3.Connection, layer: Layer) -> list[str]:
    """What somebody who asks for a layer should know of what is not in it, in sentences.

    Raises:
        BadInput: there is no annotator of the name.
        NotAllowed: the gold layer is not open to whoever looks.
    """
    (documents,) = connection.execute("SELECT count(*) FROM documents").fetchone()
    if layer.kind == "annotator":
        names = [name for (name,) in connection.execute("SELECT name FROM annotators ORDER BY name")]
        if layer.name not in names:
            raise BadInput(f"no annotator is called {layer.name!r}; there are: {', '.join(names) or 'none'}")
        left = documents - _count(connection, _worked_on("documents.id", connection, layer))
        return [f"{_documents(left)} left out, on which {layer.name} has not worked"] if left else []
    if layer.kind == "all":
        return []
    if _is_hidden(connection):
        raise NotAllowed("The gold layer is for adjudicators and leads until a lead opens the work")
    said = []
    if left := documents - _count(connection, ruled("documents.id")):
        said.append(f"{_documents(left)} left out, in which not everything is ruled on; see: onrecord adjudicate")
    for document, earlier, later in ruled_twice(connection):
        said.append(
            f"document {document}: {earlier} and {later} ruled on the same mentions; {later} was later, and counts"
        )
    return said


def _count(connection: sqlite3.Connection, where: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM documents WHERE {where}").fetchone()[0])


def _is_hidden(connection: sqlite3.Connection) -> bool:
    """Whether anything that a gold layer follows from is hidden from whoever looks."""
    counts_of = "SELECT (SELECT count(*) FROM main.{0}) <> (SELECT count(*) FROM {0})"
    some = ("adjudications", "submissions", "mentions")
    return any(connection.execute(counts_of.format(table)).fetchone()[0] for table in some)


def _documents(number: int) -> str:
    return f"{number:,} {'document is' if number == 1 else 'documents are'}"


def narrow(connection: sqlite3.Connection, layer: Layer, *, rulings: bool = False) -> None:
    """Let a connection show one layer alone, until the transaction that is open is rolled back.

    With `rulings` the gold layer comes with how it was ruled.
    """
    seen = dict(connection.execute("SELECT name, sql FROM sqlite_temp_master WHERE type = 'view'").fetchall())
    for name, where in _narrowed(connection, layer, rulings=rulings).items():
        before = f"SELECT * FROM main.{name}"
        if name in seen:
            before = _MADE.sub("", seen[name], count=1)
            connection.execute(f"DROP VIEW temp.{name}")
        columns = ", ".join(_COLUMNS.get((name, column), f'"{column}"') for column in _columns(connection, name))
        if name == "documents":
            columns = columns.format(documents=where.replace("each.id", "seen.id"))
        connection.execute(f"CREATE TEMP VIEW {name} AS SELECT {columns} FROM ({before}) AS each WHERE {where}")
    for view in READABLE.split("CREATE VIEW ")[1:]:
        if view.split(maxsplit=1)[0] not in seen:
            run_script(connection, f"CREATE TEMP VIEW {view}")


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]


def _narrowed(connection: sqlite3.Connection, layer: Layer, *, rulings: bool) -> dict[str, str]:
    """By table, which of its rows (`each`) a layer has."""
    if layer.kind == "all":
        return {"mentions": "each.layer = ''", **_PARTS, "adjudications": "false", "adjudication_inputs": "false"}
    if layer.kind == "gold":
        own = {
            "documents": ruled("each.id", "main."),
            "mentions": f"""EXISTS (SELECT 1 FROM main.adjudications AS ruling WHERE ruling.choice_id = each.id
                AND {counts("ruling", "main.")}) AND EXISTS ({_SEEN.format("documents", "document_id")})""",
            "submissions": "false",
            "adjudications": f"""EXISTS ({_SEEN.format("documents", "document_id")})
                AND (each.choice_id IS NULL OR EXISTS ({_SEEN.format("mentions", "choice_id")}))"""
            if rulings
            else "false",
            "adjudication_inputs": "false",
        }
    else:
        me = _quoted(connection, layer)
        own = {
            "documents": _worked_on("each.id", connection, layer, "temp."),
            "mentions": f"each.layer = '' AND +each.annotator_id = {me}",
            "submissions": f"+each.annotator_id = {me}",
            "adjudications": "false",
            "adjudication_inputs": "false",
        }
    return {**own, **_PARTS, **_SHARED, **_LOG, **dict.fromkeys(_OF_THE_TEAM, "false")}


def _worked_on(document: str, connection: sqlite3.Connection, layer: Layer, schema: str = "") -> str:
    return _WORKED_ON.format(document=document, me=_quoted(connection, layer), schema=schema)


def _quoted(connection: sqlite3.Connection, layer: Layer) -> str:
    """An annotator's row id as an expression in SQL."""
    (name,) = connection.execute("SELECT quote(?)", (layer.name,)).fetchone()
    return f"(SELECT id FROM main.annotators WHERE name = {name})"


_MADE = re.compile(r"CREATE\s+(?:TEMP\s+)?VIEW\s+\w+\s+AS\s")
_SEEN = "SELECT 1 FROM {0} AS seen WHERE seen.id = each.{1}"
_WORKED_ON = """(
    EXISTS (SELECT 1 FROM {schema}submissions AS said WHERE said.document_id = {document} AND said.annotator_id = {me})
    OR EXISTS (SELECT 1 FROM {schema}mentions AS made
        WHERE made.document_id = {document} AND +made.annotator_id = {me} AND made.layer = '')
)"""

_PARTS = {
    "marks": f"EXISTS ({_SEEN.format('mentions', 'mention_id')})",
    "attributions": f"EXISTS ({_SEEN.format('marks', 'mark_id')})",
    "evidence": f"EXISTS ({_SEEN.format('marks', 'mark_id')})",
    "spans": f"""EXISTS ({_SEEN.format("mentions", "mention_id")})
        OR EXISTS ({_SEEN.format("attributions", "attribution_id")})
        OR EXISTS ({_SEEN.format("evidence", "evidence_id")})""",
}
"""What hangs on the mentions."""

_SHARED = {
    "claims": "EXISTS (SELECT 1 FROM temp.mentions AS seen WHERE seen.claim_id = each.id)",
    "claim_relations": f"""EXISTS ({_SEEN.format("claims", "claim_id")})
        AND EXISTS ({_SEEN.format("claims", "other_id")})""",
    "sources": "EXISTS (SELECT 1 FROM temp.attributions AS seen WHERE seen.source_id = each.id)",
    "source_relations": f"""EXISTS ({_SEEN.format("sources", "source_id")})
        AND EXISTS ({_SEEN.format("sources", "other_id")})""",
    "annotators": "EXISTS (SELECT 1 FROM temp.mentions AS seen WHERE seen.annotator_id = each.id)"
    " OR EXISTS (SELECT 1 FROM temp.submissions AS seen WHERE seen.annotator_id = each.id)"
    " OR EXISTS (SELECT 1 FROM temp.adjudications AS seen WHERE seen.annotator_id = each.id)",
}
"""What is shared is in a layer that is not everybody's only as far as its mentions need it."""

_THINGS = (
    "documents", "mentions", "marks", "submissions", "adjudications", "claims", "claim_relations", "sources",
    "source_relations", "labels",
)  # fmt: skip
_LOG = {
    "events": " OR ".join(f"EXISTS ({_SEEN.format(thing, 'subject_id')})" for thing in _THINGS),
    "heads": f"EXISTS ({_SEEN.format('events', 'event_id')})",
    "subjects": "EXISTS (SELECT 1 FROM temp.events AS seen WHERE seen.subject_id = each.id)",
}
_OF_THE_TEAM = ("members", "policies", "assignments", "sittings", "remarks", "quarantine")

_FIRST = """(
    SELECT one.id FROM main.{0}s AS one WHERE one.merged_id = (SELECT merged_id FROM main.{0}s WHERE id = each.id)
    AND EXISTS (SELECT 1 FROM temp.{1} AS seen WHERE seen.{0}_id = one.id) ORDER BY one.added_at, one.uid LIMIT 1
) AS merged_id"""
_COLUMNS = {
    # What is not in a layer is not referred to, so that a copy of its tables holds together.
    ("documents", "revises"): """iif(EXISTS (SELECT 1 FROM main.documents AS seen WHERE seen.id = each.revises
        AND {documents}), each.revises, NULL) AS revises""",
    ("evidence", "mention_id"): f"({_SEEN.format('mentions', 'mention_id').replace('1', 'seen.id', 1)}) AS mention_id",
    ("adjudications", "taken_id"): "NULL AS taken_id",
    ("claims", "merged_id"): _FIRST.format("claim", "mentions"),
    ("sources", "merged_id"): _FIRST.format("source", "attributions"),
}
