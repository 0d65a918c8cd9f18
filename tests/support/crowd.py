"""Many processes that mark in one project in a closed loop: each states or withdraws a label, over and over.

Run as: python crowd.py PROJECT PROCESSES SECONDS MOST. All begin at once. They stop when one of them has made MOST acts
or when the time is over, and none ends before all have stopped. What became of them is printed as JSON: for each its
subject, the milliseconds that each act took, whether the label was there after the last of them, and its error.
"""

import json
import mmap
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span

TEXT = "The harbour said no. A senior official said it was done. Nobody at the pier denied it." * 20
LABEL = "denied"


class _Board:
    """What the processes share: how many are ready, whether to go on, how many have stopped. One byte each a process."""

    def __init__(self, processes: int) -> None:
        self._n, self._map = processes, mmap.mmap(-1, 2 * processes + 1)

    def note(self, at: int, row: int) -> None:
        self._map[row * self._n + at] = 1

    def wait_for(self, row: int) -> None:
        while sum(self._map[row * self._n : (row + 1) * self._n]) < self._n:
            time.sleep(0.01)

    def stop(self) -> None:
        self._map[-1] = 1

    @property
    def stopped(self) -> bool:
        return bool(self._map[-1])


def member(path: Path, number: int, board: _Board, seconds: float, most: int) -> dict[str, Any]:
    """One process: an annotator of its own, who has a mention of their own in a document that all share."""
    me = f"annotator-{number}"
    uid, took, on, error = f"{me}/1", [], False, ""
    try:
        with Ledger(path, me, f"device-{number}") as ledger:
            with ledger.act() as act:
                sha256, _ = acts.add_document(act, TEXT, title="The Pier")
                acts.set_mention(act, uid, sha256, TEXT, [Span(4, 11)])
            board.note(number, 0)
            board.wait_for(0)
            end = time.monotonic() + seconds
            while not board.stopped and time.monotonic() < end:
                start = time.monotonic()
                with ledger.act() as act:
                    acts.set_label(act, uid, LABEL, not on)
                on = not on
                took.append(round((time.monotonic() - start) * 1000, 3))
                if len(took) >= most:
                    board.stop()
            board.note(number, 1)
            board.wait_for(1)
    except Exception:  # noqa: BLE001 - whatever it is, the others must not wait for ever
        error = traceback.format_exc()
        board.note(number, 0)
        board.note(number, 1)
    return {"uid": uid, "took": took, "on": on, "error": error}


def main(path: str, processes: str, seconds: str, most: str) -> None:
    """Fork the processes off this one, which has loaded all that they need, and collect what they say."""
    board = _Board(int(processes))
    pipes = []
    for number in range(int(processes)):
        heard, told = os.pipe()
        if os.fork() == 0:
            os.close(heard)
            with os.fdopen(told, "w") as out:
                json.dump(member(Path(path), number, board, float(seconds), int(most)), out)
            os._exit(0)
        os.close(told)
        pipes.append(heard)
    said = []
    for heard in pipes:
        with os.fdopen(heard) as words:
            said.append(json.load(words))
    for _ in pipes:
        os.wait()
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
