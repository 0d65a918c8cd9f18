"""The short form of `make torture`: each fault once, and a bit turned over in each table."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faults import FAULTS
from flips import Flips, assert_tables_are_covered, everything
from kills import Killer
from place import Place

pytestmark = pytest.mark.long
SEED = 20260303


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account of the machine can reach."""
    path = Path(tempfile.mkdtemp(prefix="fault-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_nothing_is_lost_when(fault: Callable[[Place], None], killer: Killer, folder: Path) -> None:
    (folder / "here").mkdir()
    fault(Place(folder / "here", killer, random.Random(f"{SEED}/{fault.__name__}"), most=1))


def test_a_bit_turned_over_is_found_and_all_that_is_sound_is_brought_back(killer: Killer, folder: Path) -> None:
    (folder / "copies").mkdir()
    path = everything(killer.materials.copy(killer.materials.other, folder / "p.db"))
    flips = Flips(path, folder / "copies")
    assert_tables_are_covered(flips)
    chance = random.Random(SEED)
    hit = {"events", "texts", "marks", "sqlite_schema", "quarantine", *chance.sample([*flips.pages], 3)}
    for table in sorted(hit):
        for _ in flips.of(table, 1, chance):
            pass
    assert flips.outcomes["rebuilt"] + flips.outcomes["salvaged"] > 0
    assert flips.outcomes.total() == len(hit)
