"""What goes wrong inside, written down for whoever looks into it: where it happened, and not a word of anybody's text.

An error's message and the variables around it may hold what somebody reads or writes, so neither is kept: only the
types of errors, and the places in the program with their lines of source.
"""

import faulthandler
import linecache
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb

import platformdirs

from ..schema.errors import OnrecordError

KEPT = 10
"""How many reports are kept; older ones make room."""
_MOST_ERRORS, _MOST_FRAMES = 30, 40
_STARTED = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
_written = 0


def folder() -> Path:
    """Where reports are kept: a folder of the platform's state folder."""
    return platformdirs.user_state_path("onrecord") / "crashes"


def report_file() -> Path:
    """Where the errors of this process are told; the file is there once there was one."""
    return folder() / f"{_STARTED}-{os.getpid()}.txt"


def faults_file() -> Path:
    """Where the interpreter tells of a fault that ended a process at once."""
    return folder() / "faults.log"


def keep(error: BaseException) -> Path | None:
    """Add an error to this process's report; the answer is the file, or None where it cannot be written."""
    global _written
    path = report_file()
    _written += 1
    if _written > _MOST_ERRORS:
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        heading = "" if path.exists() else _heading()
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(heading + "\n".join(_lines(error)) + "\n\n")
        for old in sorted(path.parent.glob("*-*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


def sentence(error: BaseException) -> str:
    """What a person is told of an error: its own words if it is meant for people, else where the report is."""
    if isinstance(error, OnrecordError | sqlite3.Error):
        return str(error)
    return f"Something went wrong inside onrecord; {where(keep(error))}"


def where(report: Path | None) -> str:
    """The half of a sentence that says where a report is."""
    return f"a report without any of your text is in {report}" if report else "no report of it could be written"


def watch_for_faults() -> None:
    """Have the interpreter tell of faults that no program survives; where no file can be written, it tells nobody."""
    path = faults_file()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w" if path.exists() and path.stat().st_size > 1 << 20 else "a", encoding="utf-8")
        faulthandler.enable(file)


def _heading() -> str:
    from importlib.metadata import version

    return (
        f"onrecord {version('onrecord')}, Textual {version('textual')}, SQLite {sqlite3.sqlite_version}, "
        f"Python {platform.python_version()}, {sys.platform}\n"
        "Messages of errors are left out: they may hold what you read or wrote.\n\n"
    )


def _lines(error: BaseException) -> Iterator[str]:
    """An error and what led to it, first cause first."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.insert(0, link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    yield time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    for number, each in enumerate(chain):
        if number:
            yield "which led to:"
        yield from _one(each)


def _one(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    frames = [(frame.f_code, line) for frame, line in walk_tb(error.__traceback__)]
    for code, line in frames[-_MOST_FRAMES:]:
        yield f"  {code.co_filename}:{line} in {code.co_qualname}"
        source = linecache.getline(code.co_filename, line).strip()
        if source:
            yield f"      {source}"
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _one(member)
