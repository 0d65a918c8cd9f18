"""Two accounts of one group at one project: whatever one of them makes in the shared folder, the other can work with."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import housemates
import pytest
from housemates import GROUP
from onrecord.cli.main import run
from onrecord.schema import check, store
from onrecord.schema.ledger import Ledger
from onrecord.schema.whole import whole


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account can reach, which those of pytest are not."""
    path = Path(tempfile.mkdtemp(prefix="onrecord-group-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def rights(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):o}"


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two people")
@pytest.mark.parametrize("umask", ["022", "007", "077"])
def test_two_accounts_of_a_group_share_a_project(folder: Path, umask: str) -> None:
    shared = folder / "shared"
    shared.mkdir()
    os.chown(shared, 0, GROUP)
    shared.chmod(0o2770)
    (shared / "a.txt").write_text(housemates.TITLE)
    (shared / "a.txt").chmod(0o660)
    done = subprocess.run(
        [sys.executable, housemates.__file__, folder, umask], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {each.stat().st_gid for each in shared.iterdir()} == {GROUP}
    made = {each.name: rights(each) for each in shared.rglob("*") if each.is_file()}
    assert set(made.values()) == {"660"}
    names = " ".join(sorted(made))
    for ending in ("p.db.lock", "out.jsonl", "kept.db", "public.db", "p.before-", ".ann"):
        assert ending in names
    assert not [each for each in shared.iterdir() if each.name.startswith(".onrecord-")]
    with Ledger(shared / "p.db", "ana", "d") as ledger:
        assert list(check.check(ledger.connection)) == []
        claims = {text for (text,) in ledger.connection.execute("SELECT claim FROM claims")}
        assert {f"{uid} was here last." for uid in (housemates.ANA, housemates.BOB)} <= claims
        assert rights(Path(f"{ledger.path}-wal")) == rights(Path(f"{ledger.path}-shm")) == "660"


@pytest.mark.parametrize(
    ("folder_mode", "umask", "expected"),
    [
        (0o2770, 0o022, "660"),
        (0o2775, 0o022, "664"),
        (0o770, 0o022, "644"),
        (0o2750, 0o077, "600"),
        (0o755, 0o027, "640"),
    ],
)
def test_a_folder_of_a_group_says_who_may(tmp_path: Path, folder_mode: int, umask: int, expected: str) -> None:
    tmp_path.chmod(folder_mode)
    before = os.umask(umask)
    try:
        with Ledger.create(tmp_path / "p.db", "ana", "d1") as ledger:
            with ledger.act():
                pass
            made = [ledger.path, *(Path(f"{ledger.path}{ending}") for ending in ("-wal", "-shm", ".lock"))]
            assert {rights(each) for each in made} == {expected}
        with whole(tmp_path / "folder") as new:
            new.mkdir()
            (new / "file").write_text("text")
        assert rights(tmp_path / "folder" / "file") == expected
    finally:
        os.umask(before)
        tmp_path.chmod(0o755)


def test_copies_have_the_rights_of_what_they_copy(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    path = tmp_path / "p.db"
    Ledger.create(path, "ana", "d1").close()
    path.chmod(0o600)  # in a folder of the group, but for one person alone
    assert run(["backup", str(path), str(tmp_path / "kept.db")]) == 0
    assert rights(tmp_path / "kept.db") == "600"
    with store.write_lock(path):
        assert rights(tmp_path / "p.db.lock") == "600"
    path.chmod(0o640)
    assert run(["restore", str(tmp_path / "kept.db"), str(path)]) == 0
    assert rights(path) == "640"
