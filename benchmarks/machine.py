"""The machine that a benchmark runs on, and the versions of what it runs."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

VERSIONS = ("onrecord", "textual", "sqlite-utils", "msgspec", "click")


def about() -> dict[str, str]:
    """The machine and the versions of this run."""
    return {
        "machine": f"{os.cpu_count()} cores, {_processor()}, {_memory()}",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in VERSIONS},
    }


def _processor() -> str:
    try:
        names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    except OSError:
        names = []
    return names[0].partition(": ")[2] if names else platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
