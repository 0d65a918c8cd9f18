"""What is looked for beside the screen, held back in its thread until a test lets it go; the project answers itself."""

import sqlite3
import threading
from types import ModuleType
from typing import Any

import pytest
from desk_app import PATIENCE


class Held:
    """The looks of a screen: what they were asked for, and the moment from which they are let go."""

    def __init__(self, patch: pytest.MonkeyPatch, screen: ModuleType) -> None:
        look_up = screen.look_up
        self.asked: list[Any] = []
        self.go = threading.Event()
        self.fails = ""

        def wait(connection: sqlite3.Connection, wanted: Any, **more: Any) -> Any:
            self.asked.append(wanted)
            assert self.go.wait(PATIENCE)
            if self.fails:
                raise sqlite3.OperationalError(self.fails)
            return look_up(connection, wanted, **more)

        patch.setattr(screen, "look_up", wait)

    @property
    def words(self) -> list[str]:
        """The words that were looked for."""
        return [each.words for each in self.asked]
