"""`onrecord --as NAME --kiosk` opens one project, and does nothing else."""

from pathlib import Path

import pytest
from command_line import CommandLine
from desk_app import TEXT, make_project
from onrecord.tui import app


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--kiosk", "p.db"], "--kiosk needs a name that nobody can change"),
        (["--as", "", "--kiosk", "p.db"], "--kiosk needs a name"),
        (["--as", "onrecord", "--kiosk", "p.db"], "signs the built-in codebook"),
        (["--as", "ana", "--kiosk", "p.db", "--as", "eve"], "No such option"),
        (["--as", "ana", "--kiosk", "p.db", "q.db"], "unexpected extra argument"),
        (["--as", "ana", "--kiosk", "list", "p.db"], "unexpected extra argument"),
        (["--as", "ana", "--kiosk", "list"], "list: there is no such file"),
        (["--as", "ana", "--kiosk", "demo"], "demo: there is no such file"),
        (["--as", "ana", "--kiosk", "article.txt"], "is not a project file"),
        (["--as", "ana", "--kiosk", "--", "--help"], "No such option"),
    ],
)
def test_nothing_but_opening_one_project(
    onrecord: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], said: str
) -> None:
    monkeypatch.setattr(app, "run", lambda *_, **__: pytest.fail("the app was opened"))
    monkeypatch.setattr("onrecord.cli.opening.check_terminal", lambda: None)
    monkeypatch.setenv("ONRECORD_ANNOTATOR", "eve")
    make_project(tmp_path / "p.db", TEXT)
    (tmp_path / "article.txt").write_text("The ferry sailed.")
    done = onrecord(*words)
    assert done.code in (1, 2)
    assert said in done.sentence
