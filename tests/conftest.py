"""What every test stands on: no test reads or changes the settings of the person who runs it."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
PRIVATE = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")
ONES_OWN = ("ONRECORD_ANNOTATOR", "ONRECORD_NO_WAL", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "TEXTUAL_COLOR_SYSTEM")

# Who runs many tests holds much that is no garbage: to look through it again and again takes a tenth of the time.
gc.set_threshold(200_000, 50, 1_000)

settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, max_examples=40)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for settings and state that this test has for itself; nothing is in it yet."""
    home = tmp_path_factory.mktemp("home")
    for name in PRIVATE:
        monkeypatch.setenv(name, str(home / name.removeprefix("XDG_").lower()))
    for name in ONES_OWN:
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of outside test data, which is no part of this repository."""
    folder = Path(os.environ.get("ONRECORD_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no outside test data at {folder}; set ONRECORD_DATA")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless it is asked for: `make test-long` runs it."""
    if not os.environ.get("ONRECORD_LONG"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes minutes; set ONRECORD_LONG=1 to run it"))
