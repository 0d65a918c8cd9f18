"""A kiosk: one project, one name, and nothing that leads out of either. Most of it by keys at a real terminal."""

import os
import signal
import sys
from pathlib import Path

import pytest
from desk_app import TEXT, looking, make_project
from onrecord.tui import actions, kiosk, settings
from onrecord.tui.app import OnrecordApp
from onrecord.tui.screens.name import AskName
from onrecord.tui.screens.palette import Palette
from terminal import Terminal
from textual.app import SuspendNotSupported

ONRECORD = Path(sys.executable).with_name("onrecord")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder that holds nothing else."""
    (tmp_path / "served").mkdir()
    return make_project(tmp_path / "served" / "p.db", TEXT)


def signers(path: Path) -> set[str]:
    with looking(path) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM annotators WHERE name <> 'onrecord'")}


def files(folder: Path) -> set[str]:
    return {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}


def status_of(pid: int) -> str:
    """What the kernel says a process is doing: S sleeps, R runs, T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to ask whether a process is stopped")
def test_no_key_leads_out_of_a_kiosk(project: Path, own_home: Path, tmp_path: Path) -> None:
    settings.save(name="somebody else", theme="onrecord-light")
    before, kept = files(project.parent), settings.settings_file().read_bytes()
    hostile = {
        "ONRECORD_ANNOTATOR": "eve",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_LOG": str(tmp_path / "textual.log"),
        "TEXTUAL_DRIVER": "os:system",
    }
    words: list[str | Path] = [ONRECORD, "--as", "ana", "--kiosk", project]
    with Terminal(words, env=hostile) as terminal:
        terminal.wait("document")
        terminal.press("ctrl+z")
        os.kill(terminal.pid, signal.SIGTSTP)
        terminal.press("ctrl+p")
        terminal.wait("Off here")
        assert status_of(terminal.pid) in "SR"
        terminal.press("ctrl+t", "ctrl+s", "ctrl+o", "\x1c", "enter")
        terminal.wait("an official. Nobody")
        terminal.press("v", "w", "w", "d", "ctrl+z", "ctrl+p")
        terminal.wait("1 saved")
        terminal.press("q")
        terminal.settle()
        terminal.press("q")
        assert terminal.finish() == 0
    journals = {f"p.db{ending}" for ending in (".lock", "-wal", "-shm")}
    assert files(project.parent) - before <= journals
    assert settings.settings_file().read_bytes() == kept
    left = files(own_home) - {"config_home/onrecord/settings.toml", "data_home/onrecord/device"}
    assert all(each.startswith(("state_home/onrecord/places/", "state_home/onrecord/crashes/")) for each in left)
    assert files(tmp_path) <= {f"served/{name}" for name in before | journals}
    assert "ana" in signers(project)
    assert not {"eve", "somebody else"} & signers(project)


async def test_what_is_off_says_so(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda *_, **__: pytest.fail("a web page was opened"))
    here = OnrecordApp(project, annotator="ana", kiosk=True)
    async with here.run_test() as pilot:
        await pilot.pause()
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert not isinstance(here.screen, Palette)
        for action in sorted(kiosk.OFF):
            assert here.why_not(actions.BY_ID[action]) == kiosk.WHY
            await here.perform(actions.BY_ID[action])
        assert not isinstance(here.screen, AskName)
        before = files(tmp_path)
        for call in ("screenshot", "screenshot('a.svg', '.')", "suspend_process"):
            await here.run_action(call)
        here.deliver_screenshot("a.svg", str(tmp_path))
        here.deliver_binary(project, save_directory=tmp_path, save_filename="b.db")
        here.open_url("https://onrecord.example")
        with pytest.raises(SuspendNotSupported), here.suspend():
            pass
        await pilot.pause()
        assert files(tmp_path) == before
        assert {each.message for each in here._notifications} == {kiosk.WHY}


async def test_elsewhere_all_of_it_is_there(project: Path) -> None:
    here = OnrecordApp(project, annotator="ana")
    async with here.run_test() as pilot:
        await pilot.pause()
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(here.screen, Palette)
        assert all(here.why_not(actions.BY_ID[action]) != kiosk.WHY for action in kiosk.OFF)


async def test_two_people_of_one_account_have_their_own_places(project: Path) -> None:
    for name in ("ana", "bob"):
        here = OnrecordApp(project, annotator=name, kiosk=True)
        async with here.run_test() as pilot:
            await pilot.pause()
            here.remember(f"the document of {name}", 7)
    for name in ("ana", "bob"):
        found = settings.place(project, name)
        assert found
        assert found.document == f"the document of {name}"
    assert settings.place(project) is None
