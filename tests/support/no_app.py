"""A stand-in for the app, for tests of what a command line asks it to open."""

import sys
from collections.abc import Callable
from types import ModuleType

import onrecord.tui
import pytest
from onrecord.cli import opening


def stand_in(patch: pytest.MonkeyPatch, run: Callable[..., int]) -> None:
    """Have `run` called where the app would be run, on a terminal that is not there."""
    app = ModuleType("onrecord.tui.app")
    app.run = run  # type: ignore[attr-defined]
    patch.setitem(sys.modules, "onrecord.tui.app", app)
    patch.setattr(onrecord.tui, "app", app, raising=False)
    patch.setattr(opening, "check_terminal", lambda: None)
