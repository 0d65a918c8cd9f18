"""Power cuts: the app is killed at random moments; whatever it had painted as done must be in the project."""

import os
import random
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from app_killed import TEXT, on_disk, seen
from onrecord.schema import acts
from onrecord.schema.check import check
from onrecord.schema.ledger import Ledger
from onrecord.tui import settings
from terminal import Terminal

ONRECORD = Path(sys.executable).with_name("onrecord")
ROUNDS = int(os.environ.get("ONRECORD_KILLS", "4"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "p.db"
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        acts.add_document(act, TEXT, title="Words")
    return path


@pytest.mark.slow
def test_every_mark_painted_as_done_survives_a_kill(project: Path) -> None:
    chance = random.Random(20260303)
    command: list[str | Path] = [ONRECORD, project, "--as", "ana"]
    painted: set[tuple[str, str]] = set()
    for round_ in range(ROUNDS):
        with Terminal(command, columns=120, rows=40) as terminal:
            if round_ == 0:
                terminal.wait("Words")
                terminal.settle()
                terminal.press("enter")
            terminal.wait("│")
            terminal.settle()
            terminal.on_frame = lambda terminal=terminal: painted.update(seen(terminal))  # type: ignore[misc]
            until = time.monotonic() + chance.uniform(0.05, 1.5)
            while time.monotonic() < until:
                # One label a round: a word that the next round comes upon again gets another, and is never unmarked.
                terminal.press(*("w" * chance.randrange(1, 4)), "v", "sadc"[round_ % 4])
                terminal.read(0.01)
            terminal.kill()
            while terminal.read(0):
                pass
        lost = painted - on_disk(project)
        assert not lost, f"painted as done, and lost in round {round_}: {sorted(lost)}"
    assert len(painted) >= ROUNDS, "the test must have seen marks painted as done"
    with sqlite3.connect(f"file:{project}?mode=ro", uri=True) as connection:
        assert [finding for finding in check(connection) if finding.level == "problem"] == []


@pytest.mark.slow
def test_the_next_start_opens_at_the_same_place(project: Path) -> None:
    command: list[str | Path] = [ONRECORD, project, "--as", "ana"]
    with Terminal(command) as terminal:
        terminal.wait("Words")
        terminal.settle()
        terminal.press("enter")
        terminal.wait("│")
        terminal.settle()
        terminal.press(*"wwwwwwwwwwwwwwwwwwww")
        terminal.settle(0.4)
        terminal.kill()
    place = settings.place(project)
    assert place
    assert TEXT[place.cursor :].startswith("word00020")
    with Terminal(command) as terminal:
        terminal.wait("│")
        terminal.settle()
        terminal.press("v", "d")
        terminal.wait("D ")
        terminal.wait("saved")
    assert ("word00020", "D") in on_disk(project)
