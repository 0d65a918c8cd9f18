"""Projects in network folders: refused in a sentence, or opened without WAL when the user says so."""

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from command_line import ONRECORD
from onrecord.cli.main import run
from onrecord.schema import acts, check, network, store
from onrecord.schema.errors import NotStored, OnNetwork
from onrecord.schema.ledger import Ledger
from terminal import Terminal

LOCAL = "29 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw"


@pytest.fixture(autouse=True)
def _as_at_the_start(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(network, "allowed", False)
    network._kind.cache_clear()
    yield
    network._kind.cache_clear()


@pytest.fixture
def mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Mount":
    return Mount(tmp_path / "mounts", monkeypatch)


class Mount:
    """A table of mounts that says what a test wants."""

    def __init__(self, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._table, self._monkeypatch = table, monkeypatch

    def __call__(self, *mounts: tuple[Path, str]) -> None:
        lines = [LOCAL]
        for number, (point, kind) in enumerate(mounts, 40):
            name = str(point).replace("\\", "\\134").replace(" ", "\\040")
            lines.append(f"{number} 29 0:{number} / {name} rw,nosuid shared:7 master:2 - {kind} server:/x rw,vers=4.2")
        self._table.write_text("\n".join([*lines, "half a line", ""]))
        self._monkeypatch.setattr(network, "MOUNTS", self._table)
        network._kind.cache_clear()


@pytest.mark.parametrize(
    ("kind", "is_network"),
    [
        ("nfs4", True), ("nfs", True), ("cifs", True), ("smb3", True), ("9p", True), ("fuse.sshfs", True), ("afs", True),
        ("lustre", True), ("fuse", True), ("fuse.rclone", True), ("virtiofs", True), ("ceph", True),
        ("ext4", False), ("btrfs", False), ("tmpfs", False), ("overlay", False), ("fuseblk", False), ("xfs", False),
        ("fuse.gocryptfs", False), ("zfs", False),
    ],
)  # fmt: skip
def test_a_folder_is_of_the_file_system_that_is_mounted_there(
    tmp_path: Path, mount: Mount, kind: str, is_network: bool
) -> None:
    share = tmp_path / "a share\\of ours"
    (share / "below").mkdir(parents=True)
    (tmp_path / "a share\\of ours, beside").mkdir()
    mount((share, kind))
    expected = kind if is_network else None
    assert network.kind_of(share / "below") == expected
    assert network.kind_of(share / "p.db") == expected
    assert network.kind_of(share / "not there" / "either" / "p.db") == expected
    assert network.kind_of(tmp_path / "a share\\of ours, beside" / "p.db") is None
    (tmp_path / "link.db").symlink_to(share / "p.db")
    assert network.kind_of(tmp_path / "link.db") == expected
    mount((share, kind), (share / "below", "ext4"))
    assert network.kind_of(share / "below" / "p.db") is None
    mount((share, "ext4"), (share, kind))
    assert network.kind_of(share) == expected
    mount((share, kind), (share, "ext4"))
    assert network.kind_of(share) is None


def test_without_a_table_of_mounts_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOUNTS", tmp_path / "none")
    assert network.kind_of(tmp_path) is None


@pytest.fixture
def share(tmp_path: Path, mount: Mount) -> Path:
    """A folder that passes for a network folder, with a project in it that was made before, in WAL mode."""
    share = tmp_path / "share"
    share.mkdir()
    with Ledger.create(share / "p.db", "ana", "d1") as ledger, ledger.act() as act:
        acts.add_document(act, "The ferry sailed.", title="Ferry")
    mount((share, "nfs4"))
    store._connected.clear()
    return share


def journal(path: Path) -> bytes:
    """The two bytes of the header that say with which journal a file is written and read: 1 without WAL, 2 with."""
    return path.read_bytes()[18:20]


def test_a_network_folder_is_refused_and_left_as_it_is(share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {each.name: each.read_bytes() for each in share.iterdir()}
    for write in (False, True):
        with pytest.raises(OnNetwork, match=r"is in a network folder \(nfs4\)"):
            store.connect(share / "p.db", write=write)
    for words in (
        ["list", "p.db", "documents"], ["mark", "p.db", "1", "0:3", "denied", "--as", "ana"], ["check", "p.db"], ["p.db"],
    ):  # fmt: skip
        capsys.readouterr()
        assert run([str(share / word) if word.endswith(".db") else word for word in words]) == 1
        said = capsys.readouterr().err.splitlines()
        assert len(said) == 1
        assert "say --no-wal" in said[0]
    assert {each.name: each.read_bytes() for each in share.iterdir()} == before


def test_it_is_opened_without_wal_when_the_user_says_so(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = share / "p.db"
    assert journal(path) == b"\2\2"
    assert run(["--no-wal", "list", str(path), "documents"]) == 0
    assert network.allowed
    assert journal(path) == b"\1\1"
    with Ledger(path, "ana", "d1") as ledger:
        with closing(store.connect(path, write=False)) as reader:
            with ledger.act() as act:
                acts.state_claim(act, "The ferry sailed.")
            assert reader.execute("SELECT count(*) FROM claims").fetchone() == (1,)
            assert list(check.check(reader)) == []
        assert ledger.connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert not Path(f"{path}-wal").exists()
        assert not Path(f"{path}-shm").exists()
    assert run(["new", str(share / "q.db"), "--as", "ana"]) == 0
    assert journal(share / "q.db") == b"\1\1"
    assert run(["merge", str(path), str(share / "q.db"), "--as", "ana"]) == 0
    assert run(["backup", str(path), str(share / "kept.db")]) == 0
    assert run(["restore", str(path), str(share / "kept.db")]) == 0
    assert not [each for each in share.iterdir() if each.name.endswith(("-wal", "-shm"))]
    monkeypatch.setattr(network, "MOUNTS", share / "none")  # the file comes to a local disk
    network._kind.cache_clear()
    Ledger(path, "ana", "d1").close()
    assert journal(path) == b"\2\2"


def test_a_setting_of_the_environment_says_so_too(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_NO_WAL", "1")
    assert run(["list", str(share / "p.db"), "documents"]) == 0


def test_what_another_program_has_open_is_left_in_wal_mode(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "allowed", True)
    path = share / "p.db"
    other = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM events').fetchone(); "
    other += "print(flush=True); sys.stdin.read()"
    process = subprocess.Popen(["python3", "-c", other, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    try:
        for write in (False, True):
            with pytest.raises(NotStored, match="cannot be opened without WAL"):
                store.connect(path, write=write)
    finally:
        process.communicate(b"")
    store.connect(path, write=True).close()
    assert journal(path) == b"\1\1"


def test_a_backup_goes_to_a_network_folder_without_further_ado(share: Path, tmp_path: Path) -> None:
    Ledger.create(tmp_path / "here.db", "ana", "d2").close()
    assert run(["backup", str(tmp_path / "here.db"), str(share / "kept.db")]) == 0
    with closing(sqlite3.connect(share / "kept.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# --- a real one ----------------------------------------------------------------------------------------------------


@pytest.fixture
def sshfs(tmp_path: Path) -> Iterator[Path]:
    """A folder that SFTP serves, mounted; no SSH is between the two."""
    server = next(
        (each for each in ("/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server") if Path(each).exists()), ""
    )
    if not (shutil.which("sshfs") and server and Path("/dev/fuse").exists()):
        pytest.skip("there is no sshfs here, or nothing to serve it")
    (tmp_path / "far").mkdir()
    (near := tmp_path / "near").mkdir()
    serving = subprocess.Popen([server], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    mounting = subprocess.Popen(
        ["sshfs", f":{tmp_path / 'far'}", near, "-f", "-o", "passive"], stdin=serving.stdout, stdout=serving.stdin
    )
    try:
        until = time.monotonic() + 15
        while not near.is_mount():
            if mounting.poll() is not None or time.monotonic() > until:
                pytest.skip("sshfs cannot mount here")
            time.sleep(0.05)
        yield near
    finally:
        subprocess.run(["fusermount3", "-u", near], check=False, capture_output=True)
        mounting.terminate()
        mounting.wait()
        serving.terminate()
        serving.communicate()


@pytest.mark.slow
def test_a_real_network_folder(sshfs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sshfs / "p.db"
    assert network.kind_of(path) == "fuse.sshfs"
    assert run(["new", str(path), "--as", "ana"]) == 1
    assert "is in a network folder (fuse.sshfs)" in capsys.readouterr().err
    assert list(sshfs.iterdir()) == []
    (sshfs / "a.txt").write_text("The ferry sailed, said the mayor.")
    assert run(["--no-wal", "new", str(path), str(sshfs / "a.txt"), "--as", "ana"]) == 0
    title = "The ferry sailed, said the mayor."
    assert run(["--no-wal", "mark", str(path), title, "0:3", "denied", "--as", "ana"]) == 0
    assert run(["--no-wal", "check", str(path)]) == 0
    assert journal(path) == b"\1\1"
    far = sshfs.parent / "far" / "p.db"
    assert far.read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_the_app_works_in_a_real_network_folder(sshfs: Path) -> None:
    path = sshfs / "p.db"
    (sshfs / "a.txt").write_text("The ferry sailed, said the mayor.")
    assert run(["--no-wal", "new", str(path), str(sshfs / "a.txt"), "--as", "ana"]) == 0
    with Terminal([ONRECORD, "--no-wal", "--as", "ana", path]) as terminal:
        terminal.wait("1 document")
        terminal.press("enter")
        terminal.wait("said the mayor.")
        for number, label in enumerate("dc", 1):
            terminal.press("v", "w", label)
            terminal.wait(f"{number} saved")
            terminal.press("escape", "j")
        terminal.press("q")
        terminal.settle()
        terminal.press("q")
        assert terminal.finish() == 0
    assert run(["--no-wal", "check", str(path)]) == 0
    with closing(store.connect(path, write=False)) as reader:
        assert reader.execute("SELECT count(*) FROM marks").fetchone()[0] >= 1
    assert journal(path) == b"\1\1"
    assert not [each for each in sshfs.iterdir() if each.name.endswith(("-wal", "-shm"))]
