"""The disk and the clock that fail on command: `shim.c`, built by the system's compiler when it is first needed."""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

Action = Literal["eio", "nospace", "kill", "tear", "cut"]
SOURCE = Path(__file__).with_name("shim.c")


@cache
def built() -> Path | None:
    """The library, or None where there is no compiler or no way to load it before others."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    library = Path(tempfile.mkdtemp(prefix="shim-")) / "shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-Wall", "-o", library, SOURCE, "-ldl"], check=True)
    library.parent.chmod(0o755)
    return library


def need() -> None:
    """Skip the test that runs where the library cannot be built."""
    if built() is None:
        pytest.skip("no C compiler, or not Linux: the disk cannot be made to fail")


def environment(
    under: Path | None = None,
    do: Action | None = None,
    *,
    at: int = 1,
    calls: int = 1,
    seed: int = 0,
    count: Path | None = None,
    clock: Path | None = None,
    links: bool = True,
) -> dict[str, str]:
    """The environment in which a process meets a fault at its call number `at` on files below a folder.

    `calls` says how many calls fail from there on, and 0 that all do; `count` names a file for the number of calls.
    """
    library = built()
    assert library
    given = {
        "LD_PRELOAD": str(library),
        "SHIM_UNDER": str(under.resolve()) if under else "",
        "SHIM_DO": do or "",
        "SHIM_AT": str(at),
        "SHIM_FOR": str(calls),
        "SHIM_SEED": str(seed),
        "SHIM_COUNT": str(count) if count else "",
        "SHIM_CLOCK": str(clock) if clock else "",
        "SHIM_NOLINK": "" if links else "1",
    }
    return {name: value for name, value in given.items() if value}


def set_clock(file: Path, seconds: float) -> None:
    """Set the clocks of all processes that were started with this file as `clock` ahead by some seconds, at once."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    os.pwrite(descriptor, int(seconds * 1e9).to_bytes(8, sys.byteorder, signed=True), 0)
    os.close(descriptor)
