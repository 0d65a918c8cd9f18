"""The threads beside the screen: what they tell, whenever they come to it."""

import threading
import time
from contextlib import closing
from pathlib import Path

from onrecord.schema import acts, reading
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import connect
from onrecord.tui.workers import Touched, Watcher
from textual.message import Message


def test_what_came_before_the_watcher_began_to_look_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    Ledger.create(path, "ana", "here").close()
    with closing(connect(path, write=False)) as screens:
        seen = reading.last_event(screens)
    with Ledger(path, "ben", "there") as ledger, ledger.act() as act:
        acts.state_claim(act, "The ferry is sold.")
    told: list[Message] = []
    heard = threading.Event()

    def hear(message: Message) -> None:
        told.append(message)
        heard.set()

    watcher = Watcher(path, "ana", hear, seen)
    try:
        assert heard.wait(30)
        time.sleep(0.01)  # a second word about the same would come at once
    finally:
        watcher.close()
    (touched,) = told
    assert isinstance(touched, Touched)
    assert {kind for kind, _ in touched.subjects} >= {"claim"}


def test_a_project_that_is_away_for_a_moment_is_watched_when_it_is_back(tmp_path: Path) -> None:
    path, away = tmp_path / "p.db", tmp_path / "away.db"
    Ledger.create(path, "ana", "here").close()
    with closing(connect(path, write=False)) as screens:
        seen = reading.last_event(screens)
    path.rename(away)
    heard = threading.Event()
    watcher = Watcher(path, "ana", lambda _: heard.set(), seen)
    try:
        watcher.look()
        time.sleep(0.3)  # the first look finds nothing
        away.rename(path)
        with Ledger(path, "ben", "there") as ledger, ledger.act() as act:
            acts.state_claim(act, "The ferry is sold.")
        assert heard.wait(30)
    finally:
        watcher.close()
