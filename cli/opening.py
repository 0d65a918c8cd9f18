"""Opening a project in the app, without click: to load it takes longer than to understand the usual command line."""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..schema.errors import BadInput
from .commands import COMMANDS

_MAGIC = b"SQLite format 3\0"
_ENDINGS = (".db", ".sqlite", ".sqlite3")
_SAY_MORE = ("ONRECORD_NO_WAL", "_ONRECORD_COMPLETE")
"""Variables that click reads."""


class Usual(NamedTuple):
    """What the usual command line asks for."""

    project: Path
    annotator: str | None


def usual(args: Sequence[str]) -> Usual | None:
    """What `[--as NAME] PROJECT.db` asks for; None of anything else, which is for click to understand."""
    match args:
        case [word]:
            name = None
        case ["--as", name, word] if not name.startswith("-"):
            pass
        case _:
            return None
    if word.startswith("-") or word in COMMANDS or any(each in os.environ for each in _SAY_MORE):
        return None
    return Usual(Path(word), name) if is_project(word) else None


def open_usual(asked: Usual) -> int:
    """Open what the usual command line asks for; the answer is the exit code.

    Raises:
        OnrecordError: as `run_app`.
    """
    from ..tui import settings

    return run_app(asked.project, settings.annotator(asked.annotator))


def is_project(name: str) -> bool:
    """Whether a name means a project: by what the file holds, or by its ending where there is no file."""
    path = Path(name)
    if path.exists() and not path.is_file():  # of a pipe, nothing could be read twice
        return path.suffix.lower() in _ENDINGS and not path.is_dir()
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC or path.suffix.lower() in _ENDINGS
    except FileNotFoundError:
        return path.suffix.lower() in _ENDINGS
    except OSError:
        return False


def check_terminal() -> None:
    """Make sure that there is a terminal for the app.

    Raises:
        BadInput: there is none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("the app needs a terminal; in a pipe, use: onrecord list, show or export")


def run_app(
    path: Path,
    name: str | None,
    *,
    document: int | None = None,
    demo: bool = False,
    adjudicate: bool = False,
    kiosk: bool = False,
) -> int:
    """Open a project in the app, with `adjudicate` at the Adjudicate screen; the answer is the exit code.

    Raises:
        OnrecordError: the file cannot be opened, or the settings cannot be read; the terminal was not touched.
    """
    gc.disable()  # until the first paint: what the start makes is no garbage, and to look for it takes long
    from ..schema.store import inspect

    inspect(path)
    check_terminal()
    from ..tui.guardian import guarded

    with guarded():  # a process that is small as yet is soon doubled
        load_asyncio()
        from ..tui import app

        return app.run(path, annotator=name, document=document, demo=demo, adjudicate=adjudicate, kiosk=kiosk)


def load_asyncio() -> None:
    """Load asyncio without TLS, which it can do without and the app never uses: OpenSSL takes long to load."""
    if not {"asyncio", "ssl"} & sys.modules.keys():
        sys.modules["ssl"] = None  # type: ignore[assignment] # Python's own way to say that there is no such module
        try:
            import asyncio  # noqa: F401 - for those who import it next
        finally:
            del sys.modules["ssl"]
