"""What reads a project reads it through `sight`: whoever opens it otherwise is named here, with the reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("cli", "tui", "report", "measure", "suggest", "exchange")

ALLOWED = {
    # connections
    ("tui/project.py", "connect"): "brings a project of an earlier format up to this one, and reads nothing",
    ("tui/project.py", "reading"): "folds the journal in when the app ends, and reads nothing",
    ("suggest/claims.py", "connect"): "a table in memory",
    ("exchange/database.py", "connect"): "the export that is being written",
    ("exchange/json_records.py", "connect"): "a table of the file that is being read",
    ("cli/options.py", "reading"): "`opened` puts the blindfold on; `whole` is for the commands below",
    ("cli/merge.py", "whole"): "takes all that another copy holds into the log, and counts it",
    ("cli/upkeep.py", "whole"): "verifies all; what it finds in work that is hidden is told without its words",
    # a ledger's own connection, on which nothing is hidden
    ("cli/add.py", "ledger"): "documents, which everybody sees",
    ("cli/adjudicate.py", "ledger"): "after `check_may_rule`: adjudicators and leads see everything",
    ("cli/assign.py", "ledger"): "after `require`: leads see everything; documents, which everybody sees",
    ("cli/history.py", "ledger"): "which act of one's own a redo did again",
    ("cli/mark.py", "ledger"): "the document, the codebook, and the mention that the annotator just made",
    ("cli/merge.py", "ledger"): "whether whoever joins copies sees everything, and is told why events were set aside",
    ("cli/members.py", "ledger"): "roles and the policy, which everybody sees",
    ("cli/upkeep.py", "ledger"): "whether pages and indexes are damaged",
    ("exchange/importing.py", "ledger"): "documents by their texts, and the codebook",
    ("tui/corrections.py", "ledger"): "one's own mentions, to carry them over",
    ("tui/screens/claim_changes.py", "ledger"): "the ties to cut between two claims that are seen; shows nothing",
    ("tui/screens/reader.py", "ledger"): "the text of a document",
    ("tui/screens/source_changes.py", "ledger"): "the ties to cut between two sources that are seen; shows nothing",
}
"""Who opens a project past `sight`, or reads through a ledger, and why that shows nobody anything early."""


def ways_past(tree: ast.AST) -> Iterator[str]:
    """How a module reads a project otherwise than through `sight`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="connect") | ast.Attribute(value=ast.Name(id="sqlite3"), attr="connect")):
                yield "connect"
            case ast.ImportFrom(module="options", names=names) if any(each.name == "whole" for each in names):
                yield "whole"
            case ast.ImportFrom(module="schema.journals" | "journals"):
                yield "reading"
            case ast.Attribute(attr="connection", value=ast.Name(id="ledger") | ast.Attribute(attr="ledger")):
                yield "ledger"


def found() -> set[tuple[str, str]]:
    return {
        (str(path.relative_to(ROOT)), way)
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for way in ways_past(ast.parse(path.read_text("utf-8")))
    }


def test_what_reads_a_project_reads_it_through_sight() -> None:
    assert found() - set(ALLOWED) == set(), "open it with `sight.look`, or say here why not"
    assert set(ALLOWED) - found() == set(), "no longer so: take it off the list"


def test_a_way_past_is_seen() -> None:
    for line in (
        "from ..schema.store import connect\nconnect(path, write=False)",
        "import sqlite3\nsqlite3.connect(path)",
        "from .options import project, whole",
        "def f(act): return act.ledger.connection.execute('')",
        "from ..schema.journals import reading",
    ):
        assert list(ways_past(ast.parse(line))), line
