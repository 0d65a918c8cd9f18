"""A journal that is damaged in the middle: nobody writes to the project, because SQLite would write over what follows."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from onrecord.schema import acts, store, wal
from onrecord.schema.errors import NotStored
from onrecord.schema.ledger import Ledger
from onrecord.schema.wal import unread_commits
from project_state import empty_project

ACTS = 4
PAGE = 24 + store.PAGE_SIZE


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """A project as a killed program leaves it, with its acts in the journal."""
    path = tmp_path / "left.db"
    (tmp_path / "work.db").write_bytes(empty_project())
    with Ledger(tmp_path / "work.db", "ana", "d1") as ledger:
        ledger.connection.execute("PRAGMA wal_autocheckpoint = 0")
        for number in range(ACTS):
            with ledger.act() as act:
                acts.state_claim(act, f"claim {number}")
        for ending in ("", "-wal"):
            shutil.copyfile(f"{ledger.path}{ending}", f"{path}{ending}")
    assert unread_commits(path) == 0
    return path


def journal(path: Path) -> Path:
    return Path(f"{path}-wal")


def turn_over(path: Path, at: int) -> None:
    """Turn one bit of the journal over."""
    body = bytearray(journal(path).read_bytes())
    body[at] ^= 1
    journal(path).write_bytes(body)


def contents(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.iterdir() if each.suffix in (".db", ".db-wal")}


PLACES = {
    "the magic number": 0, "the header": 17, "the header's checksum": 30, "a number of a page": 32 + 3,
    "a salt": 32 + 9, "what is told of a page": 32 + 20, "a page": 32 + 24 + 999,
}  # fmt: skip


@pytest.mark.parametrize("at", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("through", ["its name", "a link"])
def test_nothing_is_written_over_what_stands_behind_damage(left: Path, at: int, through: str) -> None:
    turn_over(left, at)
    assert unread_commits(left) > 1
    before = contents(left)
    path = left
    if through == "a link":
        path = left.with_name("link")
        path.symlink_to(left)
    for _ in range(2):
        with pytest.raises(NotStored, match=r"writes in it would be gone for good; .*--salvage NEW\.db"):
            Ledger(path, "ana", "d1")
        store.connect(path, write=False).close()
    assert contents(left) == before


def test_a_bit_of_any_page_but_the_last_commits_is_noticed(left: Path) -> None:
    whole = journal(left).read_bytes()
    frames = range(32, len(whole), PAGE)
    ends = [at for at in frames if any(whole[at + 4 : at + 8])]
    assert len(ends) == ACTS
    for number, at in [*enumerate(frames)][::3]:
        journal(left).write_bytes(whole)
        turn_over(left, at + (20 if number % 2 else 24 + 500))
        behind = sum(end >= at for end in ends)
        assert unread_commits(left) == behind, number


def test_the_last_commit_alone_may_be_one_that_the_power_cut_short(left: Path) -> None:
    turn_over(left, journal(left).stat().st_size - 100)
    assert unread_commits(left) == 1
    with Ledger(left, "ana", "d1") as ledger:
        assert ledger.connection.execute("SELECT count(*) FROM claims").fetchone() == (ACTS - 1,)


def test_what_failed_commits_left_behind_is_no_damage(left: Path) -> None:
    """A disk that refused to wait left whole commits there, over which shorter ones were written."""
    tries = [_tried(left, claims) for claims in (200, 60, 1)]
    first, second, last = (len(each) for each in tries)
    assert first > second > last
    journal(left).write_bytes(tries[2] + tries[1][last:] + tries[0][second:])
    body = journal(left).read_bytes()
    salts, stale = body[16:24], range(last, len(body), PAGE)
    assert sum(body[at + 8 : at + 16] == salts and any(body[at + 4 : at + 8]) for at in stale) == 2
    assert unread_commits(left) <= 1
    Ledger(left, "ana", "d1").close()


def _tried(left: Path, claims: int) -> bytes:
    """The journal after one commit more, which states so many claims."""
    path = left.with_name(f"tried-{claims}.db")
    for ending in ("", "-wal"):
        shutil.copyfile(f"{left}{ending}", f"{path}{ending}")
    with Ledger(path, "ana", "d1") as ledger:
        with ledger.act() as act:
            for number in range(claims):
                acts.state_claim(act, f"claim {number} of {claims}")
        return journal(path).read_bytes()


def test_a_journal_that_changes_while_it_is_read_is_being_written(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turn_over(left, 32 + 24 + 999)
    body = journal(left).read_bytes()
    looks: Iterator[bytes] = iter([body, body[:-1] + b"?", journal(left).read_bytes()[:32], b""])
    monkeypatch.setattr(Path, "read_bytes", lambda _: next(looks))
    assert unread_commits(left) == 0
    assert next(looks) == b""


def test_an_empty_journal_costs_one_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.db"
    path.write_bytes(empty_project())
    monkeypatch.setattr(wal, "unread_commits", lambda _: pytest.fail("nothing is to be read"))
    with Ledger(path, "ana", "d1") as ledger, Ledger(path, "ben", "d2"):
        assert not journal(path).stat().st_size
        ledger.connection.execute("SELECT 1")
