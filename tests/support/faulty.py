"""onrecord with one fault in it, for a pseudo-terminal: `faulty.py FAULT ARGUMENT ...` runs the command line with it.

Every error carries all that an article could: its text, and sequences that a terminal would obey.
"""

import os
import signal
import sys
import threading
from types import ModuleType
from typing import Any

from onrecord.cli.main import main
from onrecord.schema import reading, searching
from onrecord.schema.ledger import Ledger
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.reader_moves import ReaderMoves
from onrecord.tui.screens.same_words import SameWords
from onrecord.tui.screens.search import Search
from onrecord.tui.widgets.hint_line import HintLine
from onrecord.tui.workers import Watcher

SECRET = "The harbour said nothing"
PAYLOAD = "\x1b]52;c;ZXZpbA==\x07 \u202e [@click=app.quit]x[/] " + SECRET


def broken(*_: Any, **__: Any) -> Any:
    secret = PAYLOAD  # a local variable, which no report may show
    raise RuntimeError(secret)


def once(function: Any) -> Any:
    """A function that fails when it is first called, and works from then on."""
    calls: list[int] = []

    def first_broken(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return broken() if len(calls) == 1 else function(*args, **more)

    return first_broken


def in_a_timer(self: Reader) -> None:
    self.set_timer(0.05, broken)


def in_a_thread(self: Reader) -> None:
    threading.Thread(target=broken).start()


def in_reader(function: Any) -> Any:
    """What fails on the Reader alone."""
    return lambda self, *args, **more: broken() if self.place == "reader" else function(self, *args, **more)


FAULTS: dict[str, tuple[type | ModuleType, str, Any]] = {
    "key": (ReaderMoves, "action_sentence", broken),
    "render": (HintLine, "render", in_reader(HintLine.render)),
    "compose": (Reader, "compose", broken),
    "handler": (Search, "_show", broken),
    "timer": (Reader, "action_sentence", in_a_timer),
    "thread": (Reader, "action_sentence", in_a_thread),
    "worker": (SameWords, "_look", broken),
    "writer": (Ledger, "act", once(Ledger.act)),
    "watcher": (reading, "touched_since", broken),
    "app": (Watcher, "look", once(Watcher.look)),
    "home": (Library, "action_search", once(Library.action_search)),
    "hopeless": (HintLine, "render", broken),
    "asker": (searching, "search", broken),
    "segv": (Reader, "action_sentence", lambda *_: os.kill(os.getpid(), signal.SIGSEGV)),
    "command": (reading, "document", broken),
    "none": (searching, "search", searching.search),
}
"""Where each fault is put in: an owner, the name of what breaks, and what stands there instead."""

if __name__ == "__main__":
    setattr(*FAULTS[sys.argv.pop(1)])
    main()
