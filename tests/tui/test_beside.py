"""What stands beside a project while the app has it open and after that: journals, a damaged one, a copy of what it was."""

import shutil
import sys
from pathlib import Path

import pytest
from desk_app import AtDesk, at_desk, make_project, problems, span_of
from onrecord.schema import acts, store
from onrecord.schema.ledger import Ledger
from onrecord.tui.app import OnrecordApp
from onrecord.tui.widgets.paged_list import PagedList
from terminal import Terminal
from worn import old_project

ONRECORD = Path(sys.executable).with_name("onrecord")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one article."""
    return make_project(tmp_path / "p.db")


def journals(path: Path) -> list[str]:
    """The journals beside a project."""
    return sorted(each.name for each in path.parent.iterdir() if each.name.endswith(("-wal", "-shm", "-journal")))


def left_in_the_journal(path: Path) -> bytes:
    """Let a project be as a killed program leaves it, with three acts in its journal; the answer is that journal."""
    work = path.with_name("work.db")
    shutil.copyfile(path, work)
    with Ledger(work, "ben", "d2") as ledger:
        ledger.connection.execute("PRAGMA wal_autocheckpoint = 0")
        for number in range(3):
            with ledger.act() as act:
                acts.state_claim(act, f"claim {number}")
        for ending in ("", "-wal"):
            shutil.copyfile(f"{work}{ending}", f"{path}{ending}")
    work.unlink()
    return Path(f"{path}-wal").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("done", ["nothing", "a mark", "a name", "after a kill"])
def test_no_journal_stays_when_the_app_ends(project: Path, done: str) -> None:
    if done == "after a kill":
        left_in_the_journal(project)
    with Terminal([ONRECORD, project, "--as", "ana"], columns=120, rows=40) as terminal:
        terminal.wait("Story 1")
        terminal.settle()
        if done == "a mark":
            terminal.press("enter")
            terminal.settle()
            terminal.press("v", "s")
            terminal.wait("sourced")
            terminal.settle()
        elif done == "a name":
            terminal.press("A")
            terminal.settle()
            terminal.press("escape", "/")
            terminal.type("story")
            terminal.settle()
        assert journals(project) == ["p.db-shm", "p.db-wal"]
        terminal.press("ctrl+q")
        assert terminal.finish() == 0
    assert journals(project) == []
    with store.connect(project, write=False) as reader:
        claims = reader.execute("SELECT count(*) FROM claims").fetchone()[0]
    reader.close()
    assert claims == (3 if done == "after a kill" else 0)
    assert problems(project) == []


async def test_the_journal_of_somebody_else_stays_when_the_app_ends(project: Path) -> None:
    with Ledger(project, "ben", "d2") as ledger:
        async with at_desk(project) as here:
            await here.mark_words("Nobody said a word", "s")
        with ledger.act() as act:
            acts.state_claim(act, "still at work")
        assert journals(project) == ["p.db-shm", "p.db-wal"]
        assert ledger.connection.execute("SELECT count(*) FROM marks").fetchone() == (1,)
    assert journals(project) == []


async def test_nothing_is_written_over_what_stands_in_a_damaged_journal(project: Path) -> None:
    body = bytearray(left_in_the_journal(project))
    body[32 + 24 + 999] ^= 1
    Path(f"{project}-wal").write_bytes(body)
    before = project.read_bytes()
    app = OnrecordApp(project, annotator="ana")
    async with app.run_test(size=(120, 40)) as pilot:
        here = AtDesk(pilot, app, project)
        await here.until(lambda: app.screen.query(PagedList))
        await here.press("enter")
        await here.until(lambda: hasattr(app.screen, "desk"))
        await here.pick(span_of("Nobody said a word", here.desk.text))
        await here.press("s")
        await here.saved()
        await here.until(lambda: [said for said in here.said if "its journal is damaged" in said])
        assert "--salvage NEW.db" in " ".join(here.said)
    assert (project.read_bytes(), Path(f"{project}-wal").read_bytes()) == (before, bytes(body))


async def test_it_is_said_where_an_old_project_is_kept_as_it_was(tmp_path: Path) -> None:
    path = old_project(tmp_path, 1)
    app = OnrecordApp(path, annotator="ana")
    async with app.run_test(size=(120, 40)) as pilot:
        here = AtDesk(pilot, app, path)
        await here.until(lambda: app.screen.query(PagedList))
        (kept,) = tmp_path.glob("*.before-format-*.db")
        assert [said for said in here.said if str(kept) in said]
