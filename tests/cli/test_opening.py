"""The usual command line, which is understood without click: it asks for exactly what click would have asked for."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from command_line import CommandLine, Done
from desk_app import make_project
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from no_app import stand_in
from onrecord.cli import opening

WORDS = [
    "p.db", "./p.db", "list.db", "project", "no.db", "a.txt", "folder.db", "damaged.db", "list", "undo", "--as",
    "ana", "a/b", "onrecord", "", "-", "--", "-h", "--help", "--version", "--kiosk", "--no-wal", "--as=ana", "--as=",
    "--a", "-p.db", "--json", "\x1b]52;c;AA==\x07.db", "caf\udce9.db",
]  # fmt: skip
LINES = st.lists(st.sampled_from(WORDS), max_size=4) | st.tuples(
    st.just("--as"), st.sampled_from(WORDS), st.sampled_from(WORDS)
).map(list)
VARIABLES = {
    "ONRECORD_ANNOTATOR": st.sampled_from(["", "eve"]),
    "ONRECORD_NO_WAL": st.sampled_from(["", "1", "no"]),
    "_ONRECORD_COMPLETE": st.just("bash_source"),
}
USUAL = [
    ["p.db"],
    ["./p.db"],
    ["list.db"],
    ["project"],
    ["no.db"],
    ["damaged.db"],
    ["--as", "ana", "p.db"],
    ["--as", "a/b", "p.db"],
]

Opened = list[tuple[Path, dict[str, Any]]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """What the app was asked to open; it is stood in for, on a terminal that is not there."""
    asked: Opened = []

    def run(path: Path, **more: Any) -> int:
        asked.append((path, more))
        return 7

    stand_in(monkeypatch, run)
    return asked


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder with projects and other things in it."""
    folder = tmp_path / "there"
    (folder / "folder.db").mkdir(parents=True)
    for name in ("p.db", "list.db", "project", "list"):
        make_project(folder / name)
    (folder / "damaged.db").write_bytes(b"SQLite format 3\0 and no more")
    (folder / "a.txt").write_text("The ferry sailed.")
    return folder


@pytest.mark.parametrize("words", USUAL, ids=" ".join)
def test_the_usual_command_line_needs_no_click(
    onrecord: CommandLine, opened: Opened, there: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(there)
    monkeypatch.setattr("onrecord.cli.group.call", lambda *_, **__: pytest.fail("click was asked"))
    monkeypatch.setenv("ONRECORD_ANNOTATOR", "eve")
    code = onrecord(*words).code
    if words[-1] in ("no.db", "damaged.db"):
        assert code == 1
        assert not opened
    else:
        assert code == 7
        assert [(path, more["annotator"]) for path, more in opened] == [(Path(words[-1]), [*words, "eve"][1])]


@settings(parent=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=LINES, variables=st.fixed_dictionaries({}, optional=VARIABLES))
@example(words=["list"], variables={})
@example(words=["--as", "ana", "list"], variables={})
@example(words=["--as", "--", "p.db"], variables={})
@example(words=["--as", "", "p.db"], variables={"ONRECORD_ANNOTATOR": "eve"})
@example(words=["p.db"], variables={"ONRECORD_NO_WAL": "maybe"})
@example(words=["p.db"], variables={"_ONRECORD_COMPLETE": "bash_source"})
def test_it_asks_for_what_click_would_ask_for(
    onrecord: CommandLine, opened: Opened, there: Path, words: list[str], variables: dict[str, str]
) -> None:
    outcomes = []
    for understood in (opening.usual, lambda _: None):
        opened.clear()
        with pytest.MonkeyPatch.context() as patch, TemporaryDirectory(dir=there.parent) as folder:
            patch.chdir(shutil.copytree(there, Path(folder) / "here"))
            patch.delenv("ONRECORD_ANNOTATOR")
            for name, value in variables.items():
                patch.setenv(name, value)
            patch.setattr(opening, "usual", understood)
            try:
                done: Done | int | str | None = onrecord(*words)
            except SystemExit as end:  # of a completion
                done = end.code
        outcomes.append((done, list(opened)))
    assert outcomes[0] == outcomes[1]


def test_an_interruption_is_told_as_click_does(
    onrecord: CommandLine, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(there)
    monkeypatch.setattr(opening, "check_terminal", interrupt)
    done = onrecord("p.db")
    assert done.code == 130
    monkeypatch.setattr(opening, "usual", lambda _: None)
    assert onrecord("p.db") == done


@pytest.mark.parametrize("before", ["", "import ssl", "import asyncio"])
def test_asyncio_is_loaded_without_tls_and_nothing_else_is_kept_from_it(before: str) -> None:
    code = f"""
{before}
from onrecord.cli.opening import load_asyncio
load_asyncio()
import sys, asyncio.sslproto
assert (asyncio.sslproto.ssl is None) is (not {before!r})
assert ("ssl" in sys.modules) is bool({before!r})
import ssl, urllib.request
assert ssl.create_default_context()
assert urllib.request.HTTPSHandler
asyncio.run(asyncio.create_subprocess_exec("true"))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
