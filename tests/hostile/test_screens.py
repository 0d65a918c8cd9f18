"""Every screen and widget that there is, on a project that is hostile everywhere: judged by the bytes a terminal gets.

Nobody lists screens: all classes of the app are walked, and one that was never on the screen fails the test.
"""

import inspect
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import corpus
import crawl
import pytest
from desk_app import problems
from modes import left_on
from onrecord import tui
from received import too_wide, unsafe
from terminal import Blind, Terminal
from textual.widget import Widget

pytestmark = pytest.mark.long
COLUMNS, ROWS = 100, 24


class Crawl(NamedTuple):
    """What came of it."""

    project: Path
    code: int
    received: bytes
    found: dict[str, Any]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """The app after somebody tried everything in it."""
    folder = tmp_path_factory.mktemp("crawl")
    project, found = corpus.hostile_project(folder / "[b]p.db"), folder / "found.json"
    home = {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    with Terminal([sys.executable, crawl.__file__, project, found], columns=COLUMNS, rows=ROWS, env=home) as terminal:
        terminal._stream = Blind()  # type: ignore[assignment]
        while not found.exists():
            terminal.read(0.5)
            terminal.check()
        code = terminal.finish()
        return Crawl(project, code, bytes(terminal.received), json.loads(found.read_text()))


def classes(kind: type[Any]) -> Iterator[str]:
    """Every class of this kind that the app defines."""
    (room,) = map(Path, tui.__path__)
    for path in room.rglob("[a-z]*.py"):
        name = ".".join(("onrecord.tui", *path.relative_to(room).with_suffix("").parts))
        for _, found in inspect.getmembers(import_module(name), inspect.isclass):
            if issubclass(found, kind) and found.__module__ == name:
                yield f"{found.__module__}.{found.__qualname__}"


def test_nothing_goes_wrong_and_nothing_is_lost(crawled: Crawl) -> None:
    assert crawled.found.get("error") is None
    assert crawled.found["crashes"] is False
    assert crawled.code == 0
    assert crawled.found["pressed"] > 200
    assert problems(crawled.project) == []


def test_every_screen_and_widget_was_there(crawled: Crawl) -> None:
    known = set(classes(Widget))
    assert len(known) > 40
    assert sorted(known - set(crawled.found["seen"])) == []


def test_only_what_textual_itself_sends_reaches_the_terminal(crawled: Crawl) -> None:
    assert crawled.received.count(b"Item0") > 100
    assert unsafe(crawled.received) == []
    assert left_on(crawled.received) == []


def test_nothing_is_drawn_past_the_edge_or_piled_up(crawled: Crawl) -> None:
    assert too_wide(crawled.received, COLUMNS, ROWS)[:5] == []


def test_the_judges_see_what_is_wrong() -> None:
    assert unsafe(b"a\x1b]52;c;AA==\x07")
    assert unsafe("a\u202eb\x9b".encode())
    assert unsafe(b"\x1b[6n")
    assert unsafe(b"\x1b[1;1Hplain\x1b[0m") == []
    assert too_wide("\x1b[1;9H漢漢".encode(), 10, 5)
    assert too_wide(("\x1b[1;1He" + "\u0301" * 31).encode(), 10, 5)
    assert too_wide("\x1b[1;7H漢漢\r\n\x1b[2;1H0123456789".encode(), 10, 5) == []
    assert len(left_on(b"\x1b[?1049h\x1b[?25l\x1b[>25u")) == 3
