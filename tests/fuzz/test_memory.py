"""What a file takes in memory: at most ten times its size above a floor."""

import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_sample import TEXTS
from fuzz_targets import seed_of
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import formats
from onrecord.schema import acts
from onrecord.schema.store import connect
from onrecord.schema.text import Span
from project_state import open_quickly

FLOOR = 48 * 1024 * 1024
"""SQLite's cache, which is 32 MB, and what Python takes besides."""
FACTOR = 10
READ = [name for name, form in formats().items() if form.read]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one article of 530 KB, so that the floor hides nothing in files of many tokens, and 600 mentions."""
    path = tmp_path_factory.mktemp("large") / "p.db"
    text = "".join(TEXTS) * 3000
    with open_quickly(path) as ledger, ledger.act() as act:
        sha256, _ = acts.add_document(act, text, title="Long")
        for number in range(600):
            acts.set_mention(act, f"ana/m{number}", sha256, text, [Span(number * 30, number * 30 + 8)])
            acts.set_label(act, f"ana/m{number}", "anonymous", note="so it reads")
    return path


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured through /proc")
@pytest.mark.parametrize("name", READ)
def test_a_file_takes_no_more_memory_than_it_may(name: str, large: Path, tmp_path: Path) -> None:
    form = formats()[name]
    out = tmp_path / (name if form.folder else f"{name}{form.endings[0]}")
    connection = connect(large, write=False)
    export(connection, out, name=name)
    connection.close()
    made = sorted(out.rglob(f"*{form.endings[0]}"))[0] if form.folder else out
    data = seed_of(made)
    (tmp_path / "input").write_bytes(data)
    script = Path(__file__).with_name("fuzz_memory.py")
    done = subprocess.run(
        [sys.executable, script, f"import-{name}", tmp_path / "input"], capture_output=True, text=True, check=True
    )
    assert len(data) > 100_000
    assert int(done.stdout) < FLOOR + FACTOR * len(data), f"{len(data):,} bytes took {int(done.stdout):,}"
