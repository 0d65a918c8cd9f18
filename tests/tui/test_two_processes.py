"""Two programs on one project: what one writes the other shows, whatever either does; neither falls over the other."""

import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk_app import TEXT, make_project, problems, span_of, stored
from onrecord.cli.main import run
from onrecord.schema.records import Mention
from onrecord.tui import settings
from terminal import PATIENCE, Terminal

ONRECORD = Path(sys.executable).with_name("onrecord")
SEEN = 24
"""So much of a row is never cut off."""
COUNT = re.compile(r"\d+ (mentions?|of yours)\b")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    settings.save(suggestions=False)
    return make_project(tmp_path / "p.db")


class Desks:
    """Several people at terminals of their own, all in the same document."""

    def __init__(self, terminals: list[Terminal]) -> None:
        self.terminals = terminals

    def until(self, holds: Callable[[], object]) -> None:
        """Let all programs draw until something holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            screens = "\n\n".join(terminal.text for terminal in self.terminals)
            assert time.monotonic() < end, f"waited in vain; the screens show:\n{screens}"
            for terminal in self.terminals:
                terminal.read(0.02)

    def rest(self) -> None:
        """Wait until nothing is being saved, and everything is drawn."""
        for terminal in self.terminals:
            terminal.settle()
        self.until(lambda: all("saving" not in terminal.screen.display[-1] for terminal in self.terminals))


@contextmanager
def at_desks(project: Path, *names: str) -> Iterator[Desks]:
    """Everybody opens the project's only document."""
    terminals = [Terminal([ONRECORD, project, "--as", name], columns=100, rows=36) for name in names]
    try:
        desks = Desks(terminals)
        desks.until(lambda: all("1 document" in terminal.text for terminal in terminals))
        desks.rest()
        for terminal in terminals:
            terminal.press("enter")
        desks.until(lambda: all("No mention in hand" in terminal.text for terminal in terminals))
        desks.rest()
        yield desks
        for terminal in terminals:
            assert terminal.status is None, "nobody's program has ended"
            terminal.press("q")
        desks.until(lambda: all("1 document" in terminal.text for terminal in terminals))
    finally:
        for terminal in terminals:
            terminal.__exit__()
    assert problems(project) == []


def rows(terminal: Terminal) -> list[str]:
    """The list of mentions: letters, words, and whose they are; "◌" before those that are not on disk yet."""
    lines = [line.partition("│")[2] for line in terminal.screen.display]
    below = next((at for at, line in enumerate(lines) if COUNT.search(line)), len(lines))
    return [" ".join(line.strip(" ▸").split()) for line in lines[below + 1 :] if line.strip()]


def row_for(mention: Mention) -> str:
    """The row of the list that shows a stored mention."""
    letters = " ".join(mark.label[0].upper() for mark in mention.marks) or "·"
    return f"{letters} {' '.join(mention.quote.split())}"[:SEEN]


@pytest.mark.slow
def test_what_one_marks_undoes_and_removes_the_other_sees(project: Path) -> None:
    with at_desks(project, "ana", "ana") as desks:
        one, two = desks.terminals
        one.press("v", "w", "a")
        desks.until(lambda: rows(two) == rows(one) == ["A Gate stopped"])
        two.press("u")
        desks.until(lambda: rows(two) == rows(one) == [])
        one.press("ctrl+r")
        desks.until(lambda: rows(two) == rows(one) == ["A Gate stopped"])
        two.press("tab", "d")
        desks.until(lambda: rows(one) == rows(two) == ["A D Gate stopped"])
        one.press("}")
        desks.until(lambda: rows(one) == rows(two) == ["A D Gate stopped short"])
        # What two has in hand is taken away while it picks who says so.
        two.press("f")
        desks.until(lambda: "letter: who" in two.text)
        one.press("x")
        desks.until(lambda: rows(one) == [])
        desks.rest()
        two.press("0", "enter")
        desks.until(lambda: "No mention in hand" in two.text and rows(two) == [])
        assert stored(project) == []
        span = span_of("Nobody said a word")
        assert run(["--as", "ana", "mark", str(project), "Story 1", f"{span.start}:{span.end}", "sourced"]) == 0
        desks.until(lambda: rows(one) == rows(two) == ["S Nobody said a word"])


@pytest.mark.slow
def test_another_annotators_marks_come_to_those_who_want_to_see_them(project: Path) -> None:
    with at_desks(project, "ana", "ben") as desks:
        ana, ben = desks.terminals
        ben.press("o")
        desks.rest()
        ana.press("v", "w", "a")
        desks.until(lambda: rows(ana) == ["A Gate stopped"] and rows(ben) == ["A ana: Gate stopped"])
        ben.press("tab", "x")
        desks.until(lambda: "mention of yours" in ben.text)
        ben.press("s")
        desks.until(lambda: sorted(rows(ben)) == ["A ana: Gate stopped", "S Gate stopped"])
        desks.rest()
        assert rows(ana) == ["A Gate stopped"]
        ana.press("o")
        desks.until(lambda: sorted(rows(ana)) == ["A Gate stopped", "S ben: Gate stopped"])
        ben.press("u")
        desks.until(lambda: rows(ana) == ["A Gate stopped"] and rows(ben) == ["A ana: Gate stopped"])
        ben.press("u")
        desks.until(lambda: "othing left to undo" in ben.text)
        assert rows(ana) == ["A Gate stopped"], "nobody takes back what another did"


@pytest.mark.slow
def test_both_at_once_end_up_with_what_is_on_disk(project: Path) -> None:
    chance = random.Random(20260303)
    steps = [
        ("v", "w", "s"), ("v", "w", "w", "a"), ("d",), ("c",), ("tab",), ("x",), ("u",), ("u", "u"), ("ctrl+r",), ("}",),
        ("[",), ("w", "w"), ("j",), ("k",), ("escape",), ("t",), ("o",),
    ]  # fmt: skip
    with at_desks(project, "ana", "ana") as desks:
        for _ in range(60):
            for terminal in desks.terminals:
                terminal.press(*chance.choice(steps))
                terminal.read(0.005)
        for terminal in desks.terminals:
            terminal.press("escape")
        desks.rest()
        on_disk = sorted(row_for(mention) for mention in stored(project))
        desks.until(lambda: all(sorted(row[:SEEN] for row in rows(each)) == on_disk for each in desks.terminals))
        assert all(mention.spans[0].cut(TEXT) == mention.quote for mention in stored(project))
