"""`onrecord check`: what it says of a damaged file, what it mends, what it saves, and that it leaves nothing behind."""

import re
from pathlib import Path

import pytest
import worn
from command_line import CommandLine


def damaged(page_of: str, fill: bytes = b"\xff") -> Path:
    """The worn project with the first page of a table or index overwritten, behind the page's head."""
    body = bytearray(worn.sound())
    start = (worn.trees()[page_of][0] - 1) * worn.PAGE + 100
    body[start : start + worn.PAGE - 100] = fill * (worn.PAGE - 100)
    path = Path("p.db")
    path.write_bytes(body)
    return path


@pytest.mark.parametrize("words", [["check"], ["list", "documents"], ["show", "1"], ["log"]])
def test_reading_leaves_nothing_beside_a_project(onrecord: CommandLine, article: Path, words: list[str]) -> None:
    command, *more = words
    onrecord(command, "p.db", *more)
    assert sorted(each.name for each in Path().iterdir() if each.suffix != ".lock") == ["ferry.md", "p.db"]


def test_a_journal_that_holds_work_is_left_alone_by_who_only_reads(onrecord: CommandLine, article: Path) -> None:
    from onrecord.schema.ledger import Ledger
    from onrecord.schema.migrations import VERSION

    with Ledger(article, "ann", "d1") as ledger:
        ledger.connection.execute("PRAGMA wal_autocheckpoint = 0")
        with ledger.act() as act:
            act.withdraw("document", "0" * 64)
            act.ledger.connection.execute(f"PRAGMA user_version = {VERSION}")
        before = Path("p.db-wal").read_bytes()
        assert before
        onrecord.ok("check", "p.db")
        assert Path("p.db-wal").read_bytes() == before


@pytest.mark.parametrize("tree", ["marks_label", "events_clock", "sqlite_autoindex_texts_1", "search_data", "heads"])
def test_what_is_damaged_is_named(onrecord: CommandLine, tree: str) -> None:
    damaged(tree)
    done = onrecord("check", "p.db")
    assert done.code == 1
    *found, last = done.out.splitlines()
    assert found
    assert [line for line in found if not re.search(rf"the (table|index) {tree}\b", line)] == []
    assert last.startswith("p.db: ")
    told = onrecord("check", "p.db", "--json").json
    assert [f"problem: {row['what']}" for row in told] == found


def test_an_index_of_the_log_is_mended_in_its_place(onrecord: CommandLine) -> None:
    body = bytearray(worn.sound())
    start = (worn.trees()["events_clock"][0] - 1) * worn.PAGE
    body[body.index(b"-0000", start) + 1] ^= 1
    Path("p.db").write_bytes(body)
    assert "missing from index events_clock" in onrecord("check", "p.db").out
    assert onrecord.ok("check", "p.db", "--rebuild").out.splitlines()[-1] == "p.db: sound"


def test_a_damaged_table_is_named_and_saved(onrecord: CommandLine) -> None:
    path = damaged("mentions")
    assert "the table mentions" in onrecord("check", "p.db").out
    assert "onrecord check p.db --salvage NEW.db" in onrecord("check", "p.db", "--rebuild").sentence
    before = path.read_bytes()
    done = onrecord.ok("check", "p.db", "--salvage", "new.db")
    assert done.out.splitlines()[-1] == "new.db: made; nothing known is lost"
    assert path.read_bytes() == before
    assert onrecord.ok("check", "new.db").out.splitlines()[-1] == "new.db: sound"


def test_what_is_lost_is_told_with_an_exit_code_of_its_own(onrecord: CommandLine) -> None:
    body = bytearray(worn.sound())
    body[body.index(b"was sold in April, the mayor")] ^= 1
    Path("p.db").write_bytes(body)
    done = onrecord("check", "p.db", "--salvage", "new.db")
    assert done.code == 3
    *_, lost, last = done.out.splitlines()
    assert lost.startswith("lost: text ")
    assert lost.endswith(" of “Mayor concedes”")
    assert last == "new.db: made; 1 thing lost"
    told = onrecord("check", "p.db", "--salvage", "again.db", "--json")
    assert told.code == 3
    assert {row["level"] for row in told.json} == {"saved", "lost"}
    assert [row["what"] for row in told.json if row["level"] == "lost"] == [lost.removeprefix("lost: ")]


def test_a_file_that_ends_too_early_is_told(onrecord: CommandLine) -> None:
    Path("p.db").write_bytes(worn.sound()[: worn.PAGE * 40])
    assert onrecord("check", "p.db").code == 1
    done = onrecord("check", "p.db", "--salvage", "new.db")
    assert done.code == 3
    assert "which ends too early" in done.out


def test_a_damaged_journal_is_told_and_never_cut_off(onrecord: CommandLine, article: Path) -> None:
    from onrecord.schema import acts
    from onrecord.schema.ledger import Ledger

    with Ledger(article, "ann", "d1") as ledger:
        ledger.connection.execute("PRAGMA wal_autocheckpoint = 0")
        for word in ("one", "two", "three"):
            with ledger.act() as act:
                acts.state_claim(act, word)
        wal = bytearray(Path("p.db-wal").read_bytes())
        Path("q.db").write_bytes(article.read_bytes())
    wal[100] ^= 1
    Path("q.db-wal").write_bytes(wal)
    assert "the journal q.db-wal is damaged, and the 3 last writes in it are not read" in onrecord("check", "q.db").out
    for words in (["check", "q.db", "--rebuild"], ["backup", "q.db"]):
        assert "its journal is damaged" in onrecord(*words).sentence
    assert Path("q.db-wal").read_bytes() == wal
    onrecord("check", "q.db", "--salvage", "new.db")
    found = {row["claim"] for row in onrecord.rows("list", "new.db", "claims")}
    assert len(found) >= 2
    assert found <= {"one", "two", "three"}


def test_mistakes(onrecord: CommandLine, article: Path) -> None:
    done = onrecord("check", "p.db", "--rebuild", "--salvage", "new.db")
    assert (done.code, "give one of them" in done.sentence) == (2, True)
    done = onrecord("check", "ferry.md", "--salvage", "new.db")
    assert (done.code, "nothing of a project was found" in done.sentence) == (1, True)
    done = onrecord("check", "p.db", "--salvage", "p.db")
    assert (done.code, "exists already" in done.sentence) == (1, True)
    assert not Path("new.db").exists()


@pytest.mark.parametrize("words", [["undo"], ["check", "--rebuild"]])
def test_it_is_said_where_a_project_is_kept_before_it_is_brought_up(onrecord: CommandLine, words: list[str]) -> None:
    worn.old_project(Path(), 1).rename("old.db")
    command, *more = words
    done = onrecord(command, "old.db", *more)
    (kept,) = Path().glob("old.before-format-*.db")
    assert f"as it was before, it is kept as {kept}" in " ".join(done.err.split())
    assert "is kept as" not in onrecord(command, "old.db", *more).err
