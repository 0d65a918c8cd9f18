"""A killer that all tests of this folder share: what scenes are set up with is made once."""

import pytest
from kills import Killer

SEED = 20260303


@pytest.fixture(scope="session")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Killer:
    """Kills programs as the seed of the tests has it."""
    return Killer(tmp_path_factory.mktemp("torture") / "kills", SEED)
