"""Writes what is generated in docs/: `make docs`. With --check it writes nothing, and fails if a page is stale."""

import argparse
import asyncio
import sys
from pathlib import Path

from pages import PAGES
from pictures import draw_all

HERE = Path(__file__).parent


def generated() -> dict[str, str]:
    """Every generated file of docs/ by its name, as it should be."""
    return {name: make() for name, make in PAGES.items()} | asyncio.run(draw_all())


def stale(files: dict[str, str]) -> list[str]:
    """The names of those that are missing in docs/ or say something else there."""
    return [name for name, content in files.items() if _read(HERE / name) != content]


def _read(path: Path) -> str | None:
    return path.read_bytes().decode() if path.exists() else None


def main() -> int:
    """Write or check; the answer is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a generated page is stale")
    checking = parser.parse_args().check
    files = generated()
    wrong = stale(files)
    for name in wrong:
        if not checking:
            (HERE / name).write_bytes(files[name].encode())
        print(f"docs/{name}: {'is stale; run `make docs`' if checking else 'written'}")
    return 1 if checking and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
