"""How long somebody is active in a document: from each key, click or scroll to the next.

A pause of more than two minutes does not count, and none of it: whoever went away may have gone right after the last
key, and nobody reads one screen of text for two minutes without a key. Up to two minutes, a pause is reading.
"""

from collections.abc import Callable
from time import monotonic as monotonic

PAUSE = 120.0
"""A pause of so many seconds at most counts as reading."""
AT_MOST = 300.0
"""So many active seconds are written down at the latest; a killed process loses no more."""


class Stopwatch:
    """Measures the document that is open, and hands over its sha256 with whole seconds to `write`."""

    def __init__(self, write: Callable[[str, int], object]) -> None:
        self._write = write
        self._document: str | None = None
        self._last = 0.0
        self._active = 0.0

    def stir(self, document: str | None) -> None:
        """Somebody did something in a document, or outside of any: what was counted for another one is written."""
        now = monotonic()
        if document != self._document:
            self.flush()
            self._document, self._active = document, 0.0
        elif now - self._last <= PAUSE:
            self._active += now - self._last
        self._last = now
        if self._active >= AT_MOST:
            self.flush()

    def flush(self) -> None:
        """Write what was counted so far; less than a second waits for more."""
        seconds = int(self._active)
        if self._document is not None and seconds:
            self._active -= seconds
            self._write(self._document, seconds)
