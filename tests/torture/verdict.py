"""After a fault: is every act there that was told done, is the project sound, and can all of it be brought back?"""

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from command_line import Done
from onrecord.cli import main as cli
from onrecord.schema import store
from onrecord.schema.check import check
from onrecord.schema.errors import OnrecordError
from onrecord.schema.ledger import Ledger
from project_state import whole_state

ONRECORD = Path(sys.executable).with_name("onrecord")
_MAGIC = b"SQLite format 3\0"
_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def told(out: bytes) -> set[str]:
    """The hashes in what a process said; of a line that was cut short nothing can be asked."""
    whole, _, _ = out.rpartition(b"\n")
    return {found.decode() for found in _HASH.findall(whole)}


def events(path: Path) -> set[str]:
    """The hashes of all events in a project."""
    with closing(store.connect(path, write=False)) as connection:
        return {hash_ for (hash_,) in connection.execute("SELECT hash FROM events")}


def problems(path: Path) -> list[str]:
    """What `onrecord check` calls a problem; sentences, in its order."""
    with closing(store.connect(path, write=False)) as connection:
        return [finding.what for finding in check(connection) if finding.level == "problem"]


def assert_sound(path: Path, there: Iterable[str] = ()) -> set[str]:
    """Every one of these events is in a project that has no problem; the answer is all its events."""
    try:
        found, have = problems(path), events(path)
    except OnrecordError as error:
        raise AssertionError(f"{path.name}: {error}") from error
    assert not found, f"{path.name}: {found}"
    lost = set(there) - have
    assert not lost, f"{path.name}: {len(lost)} events that were told done are LOST: {sorted(lost)[:3]}"
    return have


def state(path: Path) -> dict[str, Any]:
    """All that a project says, and its log, whatever the row numbers."""
    with closing(store.connect(path, write=False)) as connection:
        return whole_state(connection)


def assert_brought_back(path: Path, new: Path) -> None:
    """A project that is sound stays as it is when its tables are derived anew, and comes whole out of a salvage."""
    before = state(path)
    with Ledger(path, "nobody", "torture") as ledger:
        ledger.rebuild()
    assert state(path) == before, f"{path.name}: a rebuild changed what the project says"
    onrecord("check", path, "--salvage", new)
    assert_sound(new)
    after = state(new)
    assert after["events"] == before["events"], f"{path.name}: a salvage lost or invented events"
    assert after["texts"] == before["texts"], f"{path.name}: a salvage lost or invented texts"
    assert {**after, "aside": 0, "needs": 0} == {**before, "aside": 0, "needs": 0}


def projects(folder: Path) -> list[Path]:
    """All project files in a folder, hidden ones and those in workshops aside."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        with path.open("rb") as file:
            head = file.read(72)
        if head.startswith(_MAGIC) and head[68:72] == b"onrc":
            found.append(path)
    return found


def litter(folder: Path) -> list[str]:
    """What is hidden in a folder: nothing should be, once the next program has run."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def digest(path: Path) -> dict[str, str]:
    """Every file of a folder, or the one file, by what is in it."""
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    return {str(each.relative_to(path)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def run(
    *words: object, env: dict[str, str] | None = None, prefix: Sequence[str] = (), **more: Any
) -> "subprocess.CompletedProcess[str]":
    """One command line of onrecord in a process of its own, whatever comes of it, except a traceback."""
    done = subprocess.run(
        [*prefix, ONRECORD, *map(str, words)], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "ONRECORD_ANNOTATOR": "ana", **(env or {})}, **more,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def onrecord(*words: object, **more: Any) -> str:
    """What a command that must succeed printed."""
    done = run(*words, **more)
    assert done.returncode == 0, f"onrecord {' '.join(map(str, words))}: exit {done.returncode}: {done.stderr}"
    return done.stdout


def here(*words: object) -> Done:
    """One command line in this process, which is quicker; whatever is not told in a sentence is raised."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.run([str(word) for word in words])
    return Done(code, out.getvalue(), err.getvalue())
