"""Errors of the app's own, one in every place where code of ours runs: the app says one sentence and lives on.

The report of an error holds nothing of anybody's text, and the terminal is left as it was found, whatever happened.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import faulty
import pytest
from desk_app import problems, stored
from modes import left_on, settings
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from terminal import Terminal

pytestmark = pytest.mark.slow
SAID = "went wrong inside"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one article."""
    with Ledger.create(tmp_path / "p.db", "ana", "device") as ledger, ledger.act() as act:
        acts.add_document(act, f"{faulty.SECRET}. The harbour said it twice.", title="Harbour")
    return tmp_path / "p.db"


@pytest.fixture
def reports(own_home: Path) -> Callable[[], str]:
    """All that the reports and the log of faults say."""
    folder = own_home / "state_home" / "onrecord" / "crashes"
    return lambda: "".join(path.read_text("utf-8") for path in folder.iterdir()) if folder.is_dir() else ""


@contextmanager
def app(fault: str, project: Path) -> Iterator[Terminal]:
    """The app with a fault in it, at its Library; whatever happens, the terminal is set right and got no payload."""
    command = [sys.executable, faulty.__file__, fault, str(project), "--as", "ana"]
    with Terminal(command, columns=100, rows=30) as terminal:
        before = settings(terminal)
        if fault != "hopeless":
            terminal.wait("Harbour")
        terminal.settle()
        yield terminal
        while terminal.read(0.3):
            pass
        assert settings(terminal) == before
        assert left_on(bytes(terminal.received)) == []
        assert b"\x1b]52" not in terminal.received
        assert "\u202e".encode() not in terminal.received
        assert b"Traceback" not in terminal.received


def read(terminal: Terminal) -> None:
    terminal.press("enter")
    terminal.wait("│")
    terminal.settle()


def mark(terminal: Terminal, times: int = 1) -> None:
    terminal.press("w", "v", "d")
    terminal.wait(f"{times} saved" if times else SAID)
    terminal.settle()


def closes_the_reader(terminal: Terminal) -> None:
    read(terminal)
    mark(terminal)
    terminal.press("w", "v", "d", "j")
    terminal.wait(SAID)
    terminal.wait("search texts")


def never_opens_the_reader(terminal: Terminal) -> None:
    terminal.press("enter")
    terminal.wait(SAID)
    terminal.wait("search texts")


def closes_search(terminal: Terminal) -> None:
    terminal.press("s")
    terminal.wait(SAID)
    terminal.wait("search texts")


def says_so_in_search(terminal: Terminal) -> None:
    terminal.press("s")
    terminal.wait("All of them must occur")
    terminal.type("harb")
    terminal.wait(SAID)
    terminal.settle()
    terminal.press("escape")
    terminal.wait("search texts")


def closes_same_words(terminal: Terminal) -> None:
    read(terminal)
    mark(terminal)
    terminal.press("m")
    terminal.wait("same words")
    terminal.press("tab")
    terminal.wait(SAID)
    terminal.settle()
    terminal.press("q")
    terminal.wait("search texts")


def refuses_one_act(terminal: Terminal) -> None:
    read(terminal)
    mark(terminal, 0)
    mark(terminal, 1)
    terminal.press("q")
    terminal.wait("search texts")


def stops_a_background_part(terminal: Terminal) -> None:
    read(terminal)
    terminal.press("w", "v", "d", "j")
    terminal.wait("works in the background stopped")
    terminal.settle()
    terminal.press("q")
    terminal.wait("search texts")


def closes_after_the_act(terminal: Terminal) -> None:
    read(terminal)
    mark(terminal, 0)
    terminal.wait("search texts")


def opens_another_library(terminal: Terminal) -> None:
    terminal.press("s")
    terminal.wait(SAID)
    terminal.settle()
    terminal.press("s")
    terminal.wait("All of them must occur")
    terminal.press("escape")
    terminal.wait("search texts")


OUTLIVED = {
    "key": closes_the_reader,
    "timer": closes_the_reader,
    "render": never_opens_the_reader,
    "compose": never_opens_the_reader,
    "handler": closes_search,
    "asker": says_so_in_search,
    "worker": closes_same_words,
    "writer": refuses_one_act,
    "watcher": stops_a_background_part,
    "thread": stops_a_background_part,
    "app": closes_after_the_act,
    "home": opens_another_library,
}


MARKED = {"key": 2, "timer": 2, "worker": 1, "writer": 1, "watcher": 1, "thread": 1, "app": 1}
"""How many mentions were made before and beside the fault: none is lost, not even one made with the very last key."""


@pytest.mark.parametrize("fault", OUTLIVED)
def test_the_app_says_one_sentence_and_lives_on(fault: str, project: Path, reports: Callable[[], str]) -> None:
    with app(fault, project) as terminal:
        OUTLIVED[fault](terminal)
        # It works: an article can be read and marked, and the app ends as always.
        if fault not in ("render", "compose"):
            saved = len(stored(project))
            assert saved == MARKED.get(fault, 0)
            terminal.settle()
            read(terminal)
            terminal.press("G", "v", "a")
            terminal.wait("1 saved")
            assert len(stored(project)) == saved + 1
            terminal.press("q")
            terminal.wait("search texts")
        terminal.settle()
        terminal.press("q")
        assert terminal.finish() == 0
    assert problems(project) == []
    told = reports()
    assert "builtins.RuntimeError" in told
    assert "raise RuntimeError(secret)" in told
    assert not any(text in told for text in (faulty.SECRET, "harbour", "\x1b", "\u202e", "@click"))


def test_what_cannot_go_on_ends_with_one_sentence(project: Path, reports: Callable[[], str]) -> None:
    with app("hopeless", project) as terminal:
        assert terminal.finish() == 1
        assert "The app had to stop" in terminal.text
    assert "builtins.RuntimeError" in reports()
    assert faulty.SECRET not in reports()


def test_an_error_of_a_command_is_one_sentence_too(project: Path, reports: Callable[[], str]) -> None:
    with Terminal([sys.executable, faulty.__file__, "command", "show", project, "Harbour"], columns=300) as terminal:
        assert terminal.finish() == 1
        terminal.settle()
        assert SAID in terminal.text
        assert len(terminal.received.split(b"\n")) == 2
        assert b"\x1b" not in terminal.received
    assert "builtins.RuntimeError" in reports()
    assert faulty.SECRET not in reports()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"])
def test_the_signals_that_ask_a_program_to_end_end_it_properly(project: Path, name: str) -> None:
    number = getattr(signal, name)
    with app("none", project) as terminal:
        read(terminal)
        mark(terminal)
        os.kill(terminal.pid, number)
        assert terminal.finish() == 128 + number
    assert len(stored(project)) == 1


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGABRT", "SIGBUS"])
def test_what_ends_the_app_at_once_leaves_the_terminal_usable(
    project: Path, name: str, reports: Callable[[], str]
) -> None:
    number = getattr(signal, name)
    with app("none", project) as terminal:
        read(terminal)
        mark(terminal)
        os.kill(terminal.pid, number)
        assert terminal.finish() == -number
        terminal.wait("what it showed as saved is safe")
    assert len(stored(project)) == 1
    assert ("Fatal Python error" in reports()) is (name != "SIGKILL")


def test_a_fault_is_told_with_its_place_and_without_text(project: Path, reports: Callable[[], str]) -> None:
    with app("segv", project) as terminal:
        read(terminal)
        terminal.press("j")
        assert terminal.finish() == -signal.SIGSEGV
        terminal.wait("what it showed as saved is safe")
    assert "Segmentation fault" in reports()
    assert "faulty.py" in reports()
    assert "harbour" not in reports()


def test_the_app_does_not_need_its_guardian(project: Path) -> None:
    with app("none", project) as terminal:
        children = Path(f"/proc/{terminal.pid}/task/{terminal.pid}/children").read_text("ascii").split()
        assert len(children) == 1
        os.kill(int(children[0]), signal.SIGKILL)
        read(terminal)
        mark(terminal)
        terminal.press("q")
        terminal.wait("search texts")
        terminal.press("q")
        assert terminal.finish() == 0
    assert len(stored(project)) == 1


def test_a_byte_that_is_no_utf8_costs_a_key_and_not_the_app(project: Path) -> None:
    with app("none", project) as terminal:
        for sent in (b"\xff", b"\xc3(", b"\x1b[M\xff\xfe\xfd", b"\xe2\x82"):
            os.write(terminal._fd, sent)
            terminal.settle()
        terminal.press("k")  # it ends the last character, which is none, and goes with it
        terminal.settle()
        read(terminal)
        mark(terminal)
        terminal.press("q")
        terminal.wait("search texts")
        terminal.press("q")
        assert terminal.finish() == 0
    assert len(stored(project)) == 1
