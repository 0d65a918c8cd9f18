"""SQL is only ever our own: no word that comes from outside gets into the text of a statement."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from onrecord.cli.main import run

SIGN = "zq'\";--x"
"""What would end a quotation, wherever it got into one."""

SAID: list[str] = []


class Overheard(sqlite3.Connection):
    """A connection that notes the text of what it is asked, before anything is bound to it."""

    def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
        SAID.append(sql)
        return super().execute(sql, *more)

    def executemany(self, sql: str, *more: Any) -> sqlite3.Cursor:
        SAID.append(sql)
        return super().executemany(sql, *more)


@pytest.fixture
def overheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """All SQL that is said while a test runs."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: connect(*args, **{"factory": Overheard, **more}))
    SAID.clear()
    yield SAID
    SAID.clear()


def test_no_word_from_outside_gets_into_sql(
    overheard: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"The gate {SIGN} stopped, {SIGN} said. Mayor {SIGN} denied it.\n"
    Path("a.txt").write_text(text)
    Path("b.txt").write_text(text.replace("stopped", "closed"))
    ana, other = f"ana {SIGN}", f"bo {SIGN}"
    lines = [
        ["new", "p.db"],
        ["add", "p.db", "a.txt", "--title", SIGN, "--outlet", SIGN, "--author", SIGN, "--url", f"https://e.org/{SIGN}"],
        ["add", "p.db", "b.txt", "--title", f"{SIGN} 2"],
        ["mark", "p.db", SIGN, "0:8", "anonymous", "--who", SIGN, "--claim", SIGN, "--note", SIGN],
        ["--as", other, "mark", "p.db", SIGN, "0:8", "denied", "--who", SIGN],
        ["show", "p.db", SIGN],
        ["claims", "p.db"], ["claim", "p.db", "8"], ["sources", "p.db"], ["log", "p.db"],
        ["list", "p.db", "mentions"], ["list", "p.db", "documents"], ["agree", "p.db"],
        ["suggest", "p.db"], ["report", "p.db", "-o", "r.html"], ["undo", "p.db"], ["redo", "p.db"],
        *(["export", "p.db", f"out.{ending}"] for ending in ("jsonl", "csv", "db")),
        ["export", "p.db", "brat", "--format", "brat"],
        ["import", "p.db", "out.jsonl", "--update"], ["import", "p.db", "brat", "--map", f"label:{SIGN}={SIGN}"],
        ["new", "q.db"], ["merge", "q.db", "p.db"], ["check", "q.db"],
    ]  # fmt: skip
    for words in lines:
        assert run(words if words[0] == "--as" else ["--as", ana, *words]) in (0, 1, 3), words
    capsys.readouterr()
    assert len(overheard) > 500
    # A view knows its viewer by a name that SQLite itself has put between quotation marks.
    names = [sqlite3.connect(":memory:").execute("SELECT quote(?)", (name,)).fetchone()[0] for name in (ana, other)]
    views = [sql for sql in overheard if sql.lstrip().startswith("CREATE TEMP VIEW")]
    assert [sql for sql in overheard if "zq" in sql and sql not in views] == []
    assert all("zq" not in sql.replace(names[0], "").replace(names[1], "") for sql in views)
