"""`onrecord backup` and `restore`, and the copy that a merge keeps, as somebody types them."""

import os
import shutil
from pathlib import Path

import pytest
import worn
from command_line import CommandLine
from onrecord.schema import backup as copies


def projects() -> set[str]:
    """What is in the folder, but for articles and locks."""
    return {each.name for each in Path().iterdir() if each.suffix != ".lock" and each.suffix != ".md"}


def kept(sort: str) -> Path:
    (found,) = Path().glob(f"p.{sort}-*.db")
    return found


def test_there_and_back(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("mark", "p.db", "Ferry", "0:3", "denied")
    told = onrecord.ok("backup", "p.db").out
    made = kept("backup")
    assert told.startswith(f"{made.name}: made and checked; ")
    assert projects() == {"p.db", made.name}, "no journals are left"
    onrecord.ok("mark", "p.db", "Ferry", "4:11", "denied")
    done = onrecord.ok("restore", "p.db", made)
    assert done.out == f"p.db: restored from {made}\n"
    aside = kept("before-restore")
    assert f"onrecord merge p.db {aside}" in done.sentence
    assert len(onrecord.rows("list", "p.db", "marks")) == 1
    onrecord.ok("mark", "p.db", "Ferry", "12:18", "denied")
    (row,) = onrecord.rows("merge", "p.db", aside)
    assert (row["forks"], row["conflicts"]) == (0, 0), "the restored file is a device of its own"
    assert len(onrecord.rows("list", "p.db", "marks")) == 3
    assert onrecord.ok("check", "p.db").out == "p.db: sound\n"


def test_into_a_folder_or_under_a_name(onrecord: CommandLine, article: Path) -> None:
    Path("copies").mkdir()
    assert onrecord.ok("backup", "p.db", "copies").out.startswith("copies/p.backup-")
    assert onrecord.ok("backup", "p.db", "copies/mine.db").out.startswith("copies/mine.db: made and checked")
    assert "nothing is overwritten" in onrecord("backup", "p.db", "copies/mine.db").sentence


def test_mistakes(onrecord: CommandLine, article: Path) -> None:
    Path("a.txt").write_text("A text.")
    for words, says in (
        (("backup", "absent.db"), "there is no such file"),
        (("backup", "a.txt"), "is not a project file"),
        (("restore", "p.db", "a.txt"), "a.txt: is not a project file"),
        (("restore", "a.txt", "p.db"), "a.txt: is not a project file"),
        (("restore", "p.db", "p.db"), "is the project itself"),
    ):
        done = onrecord(*words)
        assert done.code == 1
        assert says in done.sentence
    assert Path("a.txt").read_text() == "A text."


# --- before a merge ------------------------------------------------------------------------------------------------


@pytest.fixture
def others(onrecord: CommandLine, article: Path) -> list[str]:
    """Copies of the project on which people worked apart."""
    names = ["ana.db", "bob.db", "cai.db"]
    for number, name in enumerate(names):
        shutil.copy(article, name)
        onrecord.ok("mark", name, "Ferry", f"{number}:{number + 3}", "denied", "--as", name[:3])
    return names


def test_a_merge_keeps_one_copy_of_how_it_was(onrecord: CommandLine, others: list[str]) -> None:
    done = onrecord.ok("merge", "p.db", *others)
    copy = kept("before-merge")
    assert done.sentence == f"as it was before, p.db is kept as {copy}"
    assert onrecord.rows("list", copy, "marks") == []
    assert len(onrecord.rows("list", "p.db", "marks")) == 3


def test_a_merge_that_brings_nothing_keeps_nothing(onrecord: CommandLine, others: list[str]) -> None:
    onrecord.ok("merge", "p.db", *others)
    before = projects()
    assert onrecord.ok("merge", "p.db", *others).err == ""
    assert projects() == before, "else the copies of real merges would be pushed out"


def test_a_merge_does_not_begin_without_its_copy(
    onrecord: CommandLine, others: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(copies, "copy_to", fail)
    done = onrecord("merge", "p.db", *others)
    assert done.code == 1
    assert "nothing was changed, because no copy of it could be kept first (No space left" in done.sentence
    assert onrecord.rows("list", "p.db", "marks") == []
    assert projects() == {"p.db", *others}


def test_what_was_set_aside_is_no_news_until_it_can_be_taken(onrecord: CommandLine, tmp_path: Path) -> None:
    one = worn.old_project(tmp_path, 1)
    two = Path(shutil.copy(one, "two.db"))
    onrecord.ok("merge", two, one)
    before = projects()
    onrecord.ok("merge", two, one)
    assert projects() == before
