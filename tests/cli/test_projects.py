"""Making and opening projects: `new`, `demo`, and `onrecord` with something to open; the app itself is stood in for."""

from pathlib import Path
from typing import Any

import pytest
from command_line import ONRECORD, CommandLine
from no_app import stand_in
from onrecord.tui import settings
from terminal import Terminal

Opened = list[dict[str, Any]]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Stands in for the app, on a terminal that is not there; the answer is what it was asked to open."""
    opened: Opened = []

    def run(path: Path, **more: object) -> int:
        opened.append({"path": path, "there": path.is_file(), **more})
        return 7

    stand_in(monkeypatch, run)
    return opened


def test_new_makes_an_empty_project_without_a_name(onrecord: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    assert "onrecord add p.db" in onrecord.ok("new", "p.db").out
    assert onrecord.rows("list", "p.db", "documents") == onrecord.rows("list", "p.db", "annotators") == []
    onrecord.ok("check", "p.db")


def test_new_takes_articles(onrecord: CommandLine) -> None:
    Path("a.txt").write_text("One.")
    Path("b.txt").write_text("Two.")
    onrecord.ok("new", "p.db", "a.txt", "b.txt")
    assert [row["title"] for row in onrecord.rows("list", "p.db", "documents")] == ["One.", "Two."]


def test_new_never_overwrites(onrecord: CommandLine) -> None:
    Path("p.db").write_text("my novel")
    Path("a.txt").write_text("One.")
    assert onrecord("new", "p.db", "a.txt").code == 1
    assert Path("p.db").read_text() == "my novel"


def test_new_makes_nothing_of_a_name_of_nothing(onrecord: CommandLine) -> None:
    assert "nothing.txt" in onrecord("new", "p.db", "nothing.txt").sentence
    assert not list(Path().iterdir())


def test_new_makes_nothing_of_articles_that_are_all_refused(onrecord: CommandLine) -> None:
    Path("a.txt").write_bytes(b"a\0b")
    done = onrecord("new", "p.db", "a.txt")
    assert done.code == 1
    assert "1 refused" in done.out
    assert list(Path().iterdir()) == [Path("a.txt")]


def test_a_project_made_again_after_it_was_deleted(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("list", article, "documents")  # leaves an empty journal beside the file
    article.unlink()
    onrecord.ok("new", article)
    assert onrecord.rows("list", article, "documents") == []


def test_a_project_opens(onrecord: CommandLine, article: Path, app: Opened) -> None:
    assert onrecord(article).code == 7
    assert onrecord("--as", "bea", article).code == 7
    assert onrecord(article, "--as", "cai").code == 7
    assert [each["annotator"] for each in app] == ["ann", "bea", "cai"]
    assert app[0] == {"path": article, "there": True, "annotator": "ann", "document": None, "demo": False,
                      "adjudicate": False, "kiosk": False}  # fmt: skip


def test_the_app_asks_for_a_name_that_nobody_gave(
    onrecord: CommandLine, article: Path, app: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    onrecord(article)
    assert app[0]["annotator"] is None


def test_a_project_without_an_ending_opens(onrecord: CommandLine, article: Path, app: Opened) -> None:
    assert onrecord(article.rename("project")).code == 7


def test_an_article_makes_a_project_here_and_says_so(onrecord: CommandLine, app: Opened) -> None:
    Path("a.txt").write_text("One.")
    done = onrecord("a.txt")
    assert done.code == 7
    assert "made ./onrecord.db" in done.err
    assert app[0]["path"] == Path("onrecord.db")
    (document,) = onrecord.rows("list", "onrecord.db", "documents")
    assert app[0]["document"] == document["id"]


def test_an_article_is_added_to_the_project_that_is_here(onrecord: CommandLine, app: Opened) -> None:
    Path("folder").mkdir()
    Path("folder/a.txt").write_text("One.")
    Path("b.txt").write_text("Two.")
    onrecord("folder")
    done = onrecord("b.txt", "folder")
    assert "adding to ./onrecord.db" in done.err
    ids = {row["title"]: row["id"] for row in onrecord.rows("list", "onrecord.db", "documents")}
    assert [each["document"] for each in app] == [ids["One."], ids["Two."]]
    onrecord("folder/a.txt")  # it is there already, and opens
    assert app[-1]["document"] == ids["One."]


def test_articles_that_are_all_refused_make_nothing(onrecord: CommandLine, app: Opened) -> None:
    Path("a.txt").write_bytes(b"a\0b")
    assert onrecord("a.txt").code == 1
    assert not app
    assert list(Path().iterdir()) == [Path("a.txt")]


def test_a_file_called_onrecord_db_that_is_no_project_stays(onrecord: CommandLine, app: Opened) -> None:
    Path("onrecord.db").write_text("my novel")
    Path("a.txt").write_text("One.")
    assert "is not a project" in onrecord("a.txt").sentence
    assert Path("onrecord.db").read_text() == "my novel"
    assert not app


def test_whoever_adds_an_article_is_asked_for_a_name_once(
    onrecord: CommandLine, app: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    Path("a.txt").write_text("One.")
    assert onrecord("a.txt", stdin=b"bea\n").code == 7
    assert settings.load().name == "bea"
    Path("b.txt").write_text("Two.")
    assert onrecord("b.txt").code == 7
    assert {row["added_by"] for row in onrecord.rows("list", "onrecord.db", "documents")} == {"bea"}


def test_demo_opens_a_copy_that_is_gone_afterwards(
    onrecord: CommandLine, app: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    assert onrecord("demo").code == 7
    assert app[0]["demo"]
    assert app[0]["there"]
    assert app[0]["annotator"]
    assert not app[0]["path"].parent.exists()


def test_demo_copy_is_only_written(onrecord: CommandLine, app: Opened) -> None:
    onrecord.ok("demo", "--copy", "d.db")
    assert not app
    assert list(Path().iterdir()) == [Path("d.db")]
    assert len(onrecord.rows("list", "d.db", "documents")) == 9
    onrecord.ok("check", "d.db")
    assert "exists already" in onrecord("demo", "--copy", "d.db").sentence
    assert "cannot be made" in onrecord("demo", "--copy", "no/d.db").sentence


@pytest.mark.parametrize("command", [["p.db"], ["a.txt"], ["demo"]])
def test_the_app_is_not_opened_into_a_pipe(onrecord: CommandLine, article: Path, command: list[str]) -> None:
    Path("a.txt").write_text("One.")
    assert "needs a terminal" in onrecord(*command).sentence


@pytest.mark.slow
def test_the_installed_command_opens_the_app_in_a_terminal(onrecord: CommandLine, article: Path) -> None:
    with Terminal([ONRECORD, article, "--as", "ann"]) as terminal:
        terminal.wait("Ferry")
        terminal.settle()
        terminal.press("q")
        assert terminal.finish() == 0
