"""The command `onrecord`: the usual way into the app, all else that click understands, and every error as one line."""

import os
import sys
from typing import Any

from . import opening


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A stream that the caller closed is one that swallows, or holds nothing.
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115, PTH123 - open for as long as the process runs
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that cannot take a character gets a question mark instead of a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = run(sys.argv[1:])
    except Exception as error:  # noqa: BLE001 - a traceback prints the message, which may hold anybody's text
        from ..tui import crash
        from .printing import say

        say(crash.sentence(error))
        code = 1
    sys.exit(code)


def run(args: list[str], **more: Any) -> int:
    """Run one command line; the answer is its exit code. Every error that a person can make is one line."""
    try:
        asked = opening.usual(args)
        if asked and not more:
            return opening.open_usual(asked)
        from .group import call

        return call(args, **more)
    except (EOFError, KeyboardInterrupt):
        from .mistakes import INTERRUPTED, told

        sys.stderr.write("\n")  # as click does, which answers to these by itself
        return told(INTERRUPTED, 130)
    except Exception as error:
        from .mistakes import tell

        code = tell(error)
        if code is None:
            raise
        return code
