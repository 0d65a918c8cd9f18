"""The command line as a test calls it: in this process, with its exit code and what it printed."""

import io
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from onrecord.cli.main import run

ONRECORD = Path(sys.executable).with_name("onrecord")
"""The installed command, for tests that need a process of their own."""


class Done(NamedTuple):
    """What a command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """What was printed, as JSON."""
        rows: list[dict[str, Any]] = json.loads(self.out)
        return rows

    @property
    def sentence(self) -> str:
        """The one line of an error, without the program's name."""
        (line,) = self.err.splitlines()
        assert line.startswith("onrecord: ")
        return line.removeprefix("onrecord: ")


class CommandLine:
    """Runs command lines in a folder of the test's own, as the annotator ann."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *words: object, stdin: bytes = b"") -> Done:
        """Run one command line, whatever comes of it."""
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capsys.readouterr()
        code = run([str(word) for word in words])
        return Done(code, *self._capsys.readouterr())

    def ok(self, *words: object, stdin: bytes = b"") -> Done:
        """Run a command line that must succeed."""
        done = self(*words, stdin=stdin)
        assert done.code == 0, done
        return done

    def rows(self, *words: object) -> list[dict[str, Any]]:
        """What a listing prints as JSON; the shape that every listing has is checked."""
        rows = self.ok(*words, "--json").json
        assert all(not isinstance(value, list | dict) for row in rows for value in row.values())
        assert len({row["id"] for row in rows}) == len(rows)
        return rows
