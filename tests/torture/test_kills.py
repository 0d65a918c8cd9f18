"""The short form of `make torture`: programs are killed at each thing that they do, in each way."""

import random
from pathlib import Path

import files_killed
import pytest
from app_killed import AppKiller
from kills import SCENES, Killer, Victim
from stage import Scene

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", SCENES, ids=lambda kind: kind.__name__.lower())
def test_what_was_told_done_survives_a_kill(kind: type[Scene], killer: Killer) -> None:
    struck = killer.strike([*SCENES].index(kind), kind)
    assert struck.how in ("moment", "kill", "tear", "cut")


def test_what_the_app_painted_as_done_survives_a_kill(tmp_path: Path) -> None:
    app = AppKiller(tmp_path / "app", 3)
    for number in range(3):
        app.strike(number)
    assert app.painted, "the test must have seen marks painted as done"


def test_a_loss_would_be_seen(killer: Killer, tmp_path: Path) -> None:
    """The judge of a backup that was told done and is not there does not let it pass."""
    scene = files_killed.BackingUp(killer.materials, tmp_path, random.Random(1))
    with Victim(scene.command) as victim:
        victim.wait(60)
        scene.judge(victim.said)
        scene.target.unlink()
        with pytest.raises(AssertionError, match="told done, and is not there"):
            scene.judge(victim.said)
