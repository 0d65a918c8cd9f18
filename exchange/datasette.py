"""Datasette: the public tables as `onrecord.db`, and `metadata.json` with all that Datasette can say about them.

Tables and columns have their meanings, tables their facets and the search box of the full-text index, and ten canned
queries ask what people ask of such a project. It fits Datasette 0.65 and later. The only unit is per cent: Datasette
scales units (2,429 code points would read 2.429 thousands of them), and no table holds a duration.
"""

import json
import sqlite3
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..schema.tables import TABLES
from .database import write_database
from .formats import Format, Outgoing
from .meanings import VIEWS, meaning

NAME = "onrecord"
_README = """\
# A project of onrecord, for Datasette

    pip install datasette
    datasette serve OUT/onrecord.db -m OUT/metadata.json

`OUT` is this folder. Then open http://127.0.0.1:8001/onrecord: the views `mark_current`, `claim_standing` and
`timeline` answer most questions, and the queries below the tables answer ten more. `--setting truncate_cells_html 0`
shows whole texts. Nothing here can be changed from the browser.

To publish it where others can see it, mind that `onrecord.db` holds the articles' full texts.
"""


def write_datasette(connection: sqlite3.Connection, out: Path, options: Outgoing) -> int:
    """Fill a folder; the answer is how many documents the database holds."""
    number = write_database(connection, out / f"{NAME}.db", options)
    made = json.dumps(_metadata(connection), ensure_ascii=False, indent=2)
    (out / "metadata.json").write_text(made + "\n", "utf-8", newline="\n")
    (out / "README.md").write_text(_README, "utf-8", newline="\n")
    return number


def _metadata(connection: sqlite3.Connection) -> dict[str, Any]:
    said = tomllib.loads(files("onrecord.exchange").joinpath("datasette.toml").read_text("utf-8"))
    about = {"title": said["title"], "description": said["description"]}
    tables = {table: _table(connection, table, said) for table in (*TABLES, *VIEWS, "searchable", "nameable")}
    queries = {name: {**query, "sql": query["sql"].strip()} for name, query in said["queries"].items()}
    return {**about, "databases": {NAME: {**about, "tables": tables, "queries": queries}}}


def _table(connection: sqlite3.Connection, table: str, said: dict[str, Any]) -> dict[str, Any]:
    columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
    made: dict[str, Any] = {
        "description": meaning(table),
        "columns": {column: words for column in columns if (words := meaning(table, column))},
        "units": {column: unit for column, unit in said["units"].items() if column in columns},
        "facets": said["facets"].get(table),
        "label_column": said["names"].get(table),
        "sort": said["sort"].get(table),
    }
    if table in said["search"]["tables"]:
        made |= {"fts_table": "search", "fts_pk": "id"}
    return {key: value for key, value in made.items() if value}


FORMAT = Format(
    name="datasette",
    about="the public tables with meanings, facets and ten queries, to browse and publish with Datasette",
    write=write_datasette,
    folder=True,
    layers=True,
)
