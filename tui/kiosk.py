"""What an app that is open for people without an account of their own does not do: nothing leads out of its project."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from textual.app import SuspendNotSupported
from textual.driver import Driver

from .sturdy import PatientDriver, SturdyApp

OFF = frozenset({"app.palette", "app.rename"})
"""The actions that a kiosk does not have."""
WHY = "Off here: this project was opened with --kiosk"


class UnstoppableDriver(PatientDriver):
    """A driver that does not stop the process when it is asked to: in a kiosk nobody could bring it back."""

    def _sigtstp_application(self, *_: object) -> None:
        pass


class Confined(SturdyApp):
    """An app that can be a kiosk. What is refused here no key of onrecord leads to, but Textual could do it."""

    kiosk = False

    def get_driver_class(self) -> type[Driver]:
        """How the app talks to its terminal."""
        found = super().get_driver_class()
        return UnstoppableDriver if self.kiosk and found is PatientDriver else found

    def _refuse(self) -> bool:
        if self.kiosk:
            self.notify(WHY, severity="warning", timeout=4, markup=False)
        return self.kiosk

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Save a picture of the screen, except in a kiosk."""
        if not self._refuse():
            super().action_screenshot(filename, path)

    def deliver_text(self, path_or_file: str | Path | TextIO, **more: Any) -> str | None:
        """Hand out a text as a file, except in a kiosk."""
        return None if self._refuse() else super().deliver_text(path_or_file, **more)

    def deliver_binary(self, path_or_file: str | Path | BinaryIO, **more: Any) -> str | None:
        """Hand out a file, except in a kiosk."""
        return None if self._refuse() else super().deliver_binary(path_or_file, **more)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open a web page, except in a kiosk."""
        if not self._refuse():
            super().open_url(url, new_tab=new_tab)

    def action_suspend_process(self) -> None:
        """Go to the background, except in a kiosk, which nobody could bring back."""
        if not self._refuse():
            super().action_suspend_process()

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Leave the terminal to another program, except in a kiosk.

        Raises:
            SuspendNotSupported: this is a kiosk.
        """
        if self.kiosk:
            raise SuspendNotSupported(WHY)
        with super().suspend():
            yield
