"""Every promise of docs/promises.md names tests that there are."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "promises.md").read_text("utf-8")
NAMED = re.findall(r"^- `(tests/[^`]+)`$", PAGE, re.MULTILINE)
_BOLD = re.compile(r"^\*\*", re.MULTILINE)


def promises() -> list[str]:
    """The paragraphs that begin with a promise, each with what follows it up to the next."""
    promised = PAGE.partition("## What is not promised")[0]
    return [part for part in _BOLD.split(promised)[1:] if part.strip()]


@pytest.mark.parametrize("promise", promises(), ids=lambda promise: promise.split("**")[0][:40])
def test_every_promise_has_a_test(promise: str) -> None:
    assert re.search(r"^- `tests/", promise, re.MULTILINE), promise


@pytest.mark.slow
def test_every_test_that_is_named_is_there() -> None:
    files = sorted({name.partition("::")[0] for name in NAMED})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    collected = set(done.stdout.splitlines())
    collected |= {name.partition("[")[0] for name in collected}
    assert len(NAMED) > 30
    assert [name for name in NAMED if name not in collected] == []
