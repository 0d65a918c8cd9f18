"""What every test of the app stands on: no time passes in it by itself, so that none is recorded as worked."""

from collections.abc import Callable

import pytest
from onrecord.tui import stopwatch


@pytest.fixture(autouse=True)
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass for whoever measures how long somebody is active."""
    now = 0.0

    def wait(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(stopwatch, "monotonic", lambda: now)
    return wait
