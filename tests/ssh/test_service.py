"""The set-up of docs/sharing.md, with a real sshd: each key is one name, and there is nothing but the app behind it."""

import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from desk_app import TEXT, looking, make_project
from service import Service, serving
from terminal import Terminal

pytestmark = pytest.mark.slow


_number = count()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "p.db"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, place: Path) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("sshd"), place, "ana", "bob") as service:
        yield service


@pytest.fixture
def project(place: Path) -> Path:
    """A new project in the place that is served; its text is a new one too, so that nobody left off in it."""
    for old in place.parent.iterdir():
        old.unlink()
    return make_project(place, f"{TEXT}\nNumber {next(_number)}.\n")


def marked(project: Path) -> list[str]:
    """Who marked, in order."""
    with looking(project) as connection:
        rows = connection.execute(
            "SELECT annotators.name FROM mentions JOIN annotators ON annotators.id = annotator_id ORDER BY mentions.id"
        )
        return [name for (name,) in rows]


def mark(terminal: Terminal) -> None:
    """Open the document, mark three words, and leave."""
    terminal.wait("document")
    terminal.press("enter")
    terminal.wait("an official. Nobody")
    terminal.press("v", "w", "w", "d")
    terminal.wait("1 saved")
    terminal.press("q")
    terminal.settle()
    terminal.press("q")


def ran(words: list[str | Path]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60)


def test_each_key_marks_under_its_own_name(service: Service, project: Path) -> None:
    for name in ("ana", "bob"):
        with Terminal([*service.ssh(name, "-tt")]) as terminal:
            mark(terminal)
            assert terminal.finish() == 0, service.log()
    assert marked(project) == ["ana", "bob"]


@pytest.mark.parametrize(
    "asked",
    [
        [],
        ["onrecord", "--as", "eve", "PROJECT"],
        ["PROJECT", "--as", "eve"],
        ["env", "ONRECORD_ANNOTATOR=eve", "sh"],
        ["; export ONRECORD_ANNOTATOR=eve; sh"],
    ],
)
def test_neither_environment_nor_settings_nor_a_command_change_the_name(
    service: Service, project: Path, tmp_path: Path, asked: list[str]
) -> None:
    """Of the service's own settings and of those that somebody smuggles in, none says who signs."""
    (tmp_path / "onrecord").mkdir()
    (tmp_path / "onrecord" / "settings.toml").write_text('name = "eve"\n')
    hostile = {
        "ONRECORD_ANNOTATOR": "eve",
        "XDG_CONFIG_HOME": str(tmp_path),
        "TEXTUAL_DRIVER": "os:system",
    }
    words = [project if word == "PROJECT" else word for word in asked]
    with Terminal([*service.ssh("ana", "-tt"), *words], env=hostile) as terminal:
        terminal.wait("document")
        terminal.press("ctrl+z", "ctrl+p")
        terminal.wait("Off here")
        mark(terminal)
        assert terminal.finish() == 0, service.log()
    assert marked(project) == ["ana"]
    assert (tmp_path / "onrecord" / "settings.toml").read_text() == 'name = "eve"\n'


@pytest.mark.parametrize("asked", [[], ["sh"], ["touch", "PLACE"], ["onrecord", "--as", "eve", "list", "p.db"]])
def test_there_is_no_shell(service: Service, project: Path, tmp_path: Path, asked: list[str]) -> None:
    done = ran([*service.ssh("ana"), *(str(tmp_path / "here") if word == "PLACE" else word for word in asked)])
    assert done.returncode == 1
    assert "the app needs a terminal" in done.stderr
    assert not (tmp_path / "here").exists()
    assert marked(project) == []


def test_files_cannot_be_fetched(service: Service, project: Path, tmp_path: Path) -> None:
    for option in ([], ["-s"]):
        done = ran([*service.ssh("ana", *option), "sftp" if option else f"cat {project}"])
        assert done.returncode != 0
        assert "SQLite format 3" not in done.stdout
    if shutil.which("scp"):
        words = service.ssh("ana")[1:-1]
        port = words.index("-p")
        words[port] = "-P"
        done = ran(["scp", *words, f"{service.ssh('ana')[-1]}:{project}", tmp_path / "stolen.db"])
        assert done.returncode != 0
        assert not (tmp_path / "stolen.db").exists()


def test_nothing_is_forwarded(service: Service) -> None:
    through = ran(service.ssh("ana", "-W", f"127.0.0.1:{service.port}"))
    assert through.returncode != 0
    assert "SSH-2.0" not in through.stdout
    back = ran(service.ssh("ana", "-N", "-o", "ExitOnForwardFailure=yes", "-R", f"0:127.0.0.1:{service.port}"))
    assert back.returncode == 255
    assert "forwarding failed" in back.stderr


def test_a_completion_that_is_asked_for_by_the_environment_runs_nothing(service: Service, project: Path) -> None:
    hostile = {"_ONRECORD_COMPLETE": "bash_source"}
    with Terminal([*service.ssh("ana", "-tt")], env=hostile) as terminal:
        terminal.finish()
    assert marked(project) == []


def test_another_key_is_nobody(service: Service, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "eve.key"], check=True)
    words = [tmp_path / "eve.key" if word == service.key("ana") else word for word in service.ssh("ana", "-tt")]
    done = ran(words)
    assert done.returncode == 255
    assert "Permission denied" in done.stderr
