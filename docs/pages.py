"""The generated pages of these docs, each as text: made from the code itself, so that they cannot say anything else."""

import json
import re
import sqlite3
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
from measured import performance, plot
from onrecord.cli.group import cli
from onrecord.schema.events import json_schema
from onrecord.schema.migrations import migrate
from onrecord.schema.tables import TABLES
from onrecord.tui import actions

HERE = Path(__file__).parent
MADE = "<!-- Made by docs/build.py; change the code or its table of meanings, then run `make docs`. -->"


# ---------------------------------------------------------------------- events


def events_schema() -> str:
    """The JSON Schema of an event."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


# ---------------------------------------------------------------------- keys

_PLACES = {
    "app": ("Everywhere", "These work on every screen."),
    "library": ("Library", "The list of documents."),
    "reader": ("Reader", "One document and its mentions."),
    "ledger": ("Ledger", "The list of claims; `L` opens it."),
    "claim": ("Claim", "One claim of the ledger: its history, mentions, origins and relations."),
    "sources": ("Sources", "The list of sources; `S` opens it."),
    "source": ("Source", "One source and all that it says."),
    "team": ("Team", "Progress, agreement, effort and competence; `T` opens it."),
    "pairs": ("Agreement by pairs", "One layer of agreement, for each pair of annotators."),
    "worklist": ("Documents of the team", "The documents, what needs somebody first; `d` opens them."),
    "revision": ("Corrected article", "What became of the mentions of the old version; `R` opens it."),
}


def keys() -> str:
    """Every action with its keys and the id that a keymap moves it by."""
    lines = [
        "# Keys", "", MADE, "",
        "Every action has an id. To give it other keys, put the id into the settings file: [terminal.md](terminal.md)",
        "shows how. An action without a key is found by name in the palette, `ctrl+p`.",
    ]  # fmt: skip
    for place, (title, about) in _PLACES.items():
        lines += ["", f"## {title}", "", about]
        for group, members in actions.grouped(actions.at(place)).items():
            lines += ["", *([f"### {group}", ""] if place != "app" else [])]
            lines += ["| keys | what it does | id |", "|---|---|---|"]
            lines += [f"| {_keys(action.keys)} | {action.help} | `{action.id}` |" for action in members]
    return "\n".join(lines) + "\n"


def _keys(keys: str) -> str:
    return " ".join(f"`{name}`" for name in actions.key_names(keys).split()) or "–"


# ---------------------------------------------------------------------- tables

_ALLOWED = re.compile(r"CHECK \(\"?(\w+)\"? IN \(([^)]*)\)\)")


class _Meanings:
    """What schema/meanings.toml says about tables and columns; whatever is missing there or left over is an error."""

    def __init__(self) -> None:
        said = tomllib.loads((HERE.parent / "schema" / "meanings.toml").read_text("utf-8"))
        self.groups: dict[str, str] = said["groups"]
        self._columns: dict[str, str] = said["columns"]
        self._tables: dict[str, dict[str, str]] = said["tables"]
        self._used: set[tuple[str, str]] = set()

    def of(self, table: str, column: str) -> str:
        """The meaning of a column, or of the table itself where the column is `purpose`."""
        where = table if column in self._tables.get(table, {}) else ""
        self._used.add((where, column))
        found = self._tables[where] if where else self._columns
        if column not in found:
            raise LookupError(f"schema/meanings.toml says nothing about {table}.{column}")
        return found[column]

    def check_all_used(self) -> None:
        """Refuse meanings of things that are not there."""
        said = {("", column) for column in self._columns}
        said |= {(table, column) for table, columns in self._tables.items() for column in columns}
        if left := sorted(said - self._used):
            raise LookupError(f"schema/meanings.toml speaks of what is not in the file: {left}")


def tables() -> str:
    """Every table and view of a project file, from a file as `onrecord new` makes it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection)
        return "\n".join(_tables(connection)) + "\n"
    finally:
        connection.close()


def _tables(connection: sqlite3.Connection) -> Iterator[str]:
    meanings = _Meanings()
    listed = connection.execute("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY rowid")
    shadows = {row[1] for row in connection.execute("PRAGMA table_list") if row[2] == "shadow"}
    names = [name for name, _ in listed if name not in shadows and not name.startswith("sqlite_")]
    searched = ["searchable", "search", "nameable", "names"]
    views = [name for name in names if _is_view(connection, name) and name not in searched]
    log = [name for name in names if name not in (*TABLES, *views, *searched)]
    groups = {"things": list(TABLES), "views": views, "search": searched, "log": log}
    titles = {"things": "Tables", "views": "Views", "search": "Search", "log": "The log"}

    yield from ("# The tables of a project file", "", MADE, "")
    yield "A project is one SQLite file, and these are its tables. They are `STRICT`, so a column holds what its type"
    yield f"says; the exceptions are {_loose(connection)}. Offsets are Unicode code points, times are ISO 8601."
    yield "[queries.md](queries.md) shows what can be asked of them."
    for group, members in groups.items():
        yield from ("", f"## {titles[group]}", "", meanings.groups[group], "", "| name | what is in it |", "|---|---|")
        yield from (f"| [`{name}`](#{name}) | {meanings.of(name, 'purpose')} |" for name in members)
    for name in (name for members in groups.values() for name in members):
        yield from ("", f"### `{name}`", "", meanings.of(name, "purpose"), "")
        yield from _columns(connection, name, meanings)
        yield from _indexes(connection, name)
    meanings.check_all_used()


def _loose(connection: sqlite3.Connection) -> str:
    """The names of the tables that are not STRICT."""
    rows = connection.execute(
        """SELECT name FROM pragma_table_list WHERE type IN ('table', 'virtual') AND NOT strict
        AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"""
    )
    return " and ".join(f"`{name}`" for (name,) in rows)


def _is_view(connection: sqlite3.Connection, name: str) -> bool:
    views = connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'view' AND name = ?", (name,))
    return views.fetchone() is not None


def _columns(connection: sqlite3.Connection, name: str, meanings: _Meanings) -> Iterator[str]:
    sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0]
    allowed = {column: values for column, values in _ALLOWED.findall(sql) if "'" in values}
    refers = {row[3]: f"{row[2]}.{row[4]}" for row in connection.execute(f"PRAGMA foreign_key_list({name})")}
    typed = name not in ("search", "names") and not _is_view(connection, name)
    yield "| column | type | meaning |" if typed else "| column | meaning |"
    yield "|---|---|---|" if typed else "|---|---|"
    for _, column, type_, not_null, _, key, hidden in connection.execute(f"PRAGMA table_xinfo({name})"):
        if hidden == 1:  # of a virtual table
            continue
        meaning = meanings.of(name, column)
        if column in allowed:
            meaning += " One of " + ", ".join(f"`{value}`" for value in re.findall(r"'(\w+)'", allowed[column])) + "."
        if column in refers:
            meaning += f" → `{refers[column]}`"
        what = type_.lower() + ("" if not_null or key else " or null") + (", key" if key else "")
        yield f"| `{column}` | {what} | {meaning} |" if typed else f"| `{column}` | {meaning} |"


def _indexes(connection: sqlite3.Connection, name: str) -> Iterator[str]:
    found = []
    for _, index, unique, origin, _ in connection.execute(f"PRAGMA index_list({name})").fetchall():
        if origin == "pk":
            continue
        columns = ", ".join(f"`{row[2]}`" for row in connection.execute(f"PRAGMA index_info({index})"))
        sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (index,)).fetchone()[0] or ""
        where = sql.partition(" WHERE ")[2]
        found.append(f"{'unique ' if unique else ''}({columns})" + (f" where `{where}`" if where else ""))
    if found:
        yield from ("", "Indexes: " + "; ".join(sorted(found)) + ".")


# ---------------------------------------------------------------------- commands

_WIDTH = 100
_EXIT_CODE = re.compile(r"(\d+) (.+?)(?=, \d|\.$)", re.DOTALL)


def commands() -> str:
    """The help of every command, as `--help` prints it, and the exit codes."""
    root = _context(cli, "onrecord", None)
    lines = ["# Commands", "", MADE, "", "Each command prints this help itself: `onrecord COMMAND --help`.", ""]
    lines += ["## `onrecord`", "", *_help(root), "", "## Exit codes", "", "| code | meaning |", "|---|---|"]
    told = (cli.epilog or "").partition("Exit codes: ")[2]
    lines += [f"| {code} | {' '.join(meaning.split())} |" for code, meaning in _EXIT_CODE.findall(told)]
    for name in cli.list_commands(root):
        command = cli.get_command(root, name)
        if command and not command.hidden:
            lines += ["", f"## `onrecord {name}`", "", *_help(_context(command, name, root))]
    return "\n".join(lines) + "\n"


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    settings = {"terminal_width": _WIDTH, "max_content_width": _WIDTH, **command.context_settings}
    return click.Context(command, info_name=name, parent=parent, **settings)


def _help(context: click.Context) -> list[str]:
    return ["```text", *map(str.rstrip, context.get_help().splitlines()), "```"]


PAGES = {
    "events.schema.json": events_schema, "keys.md": keys, "tables.md": tables, "commands.md": commands,
    "performance.md": performance, "performance.svg": plot,
}  # fmt: skip
"""The generated pages by their names in docs/."""
