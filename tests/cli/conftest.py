"""A command line and projects to try it on."""

import shutil
from pathlib import Path

import pytest
from command_line import CommandLine
from onrecord.demo.build import build

TEXT = "The council denied reports that the ferry would close.\nA senior clerk told the Evening Bell so."
"""The text of `article`; its offsets are written out in the tests."""


@pytest.fixture
def onrecord(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    """The command line, in an empty folder, as the annotator ann."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONRECORD_ANNOTATOR", "ann")
    return CommandLine(capsys, monkeypatch)


@pytest.fixture(scope="session")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path)
    return path


@pytest.fixture
def demo(onrecord: CommandLine, _demo: Path) -> Path:
    """A copy of the sample project in the test's folder."""
    return Path(shutil.copy(_demo, "demo.db"))


@pytest.fixture
def article(onrecord: CommandLine) -> Path:
    """A project `p.db` with one short article, whose document is called `Ferry`."""
    Path("ferry.md").write_bytes(f"---\ntitle: Ferry\noutlet: Bell\n---\n{TEXT}".encode())
    onrecord.ok("new", "p.db", "ferry.md")
    return Path("p.db")
