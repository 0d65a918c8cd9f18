"""An annotator at the real app in a real terminal: finds words on the screen, reads the letters over them, presses."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from onrecord.schema.text import Span, visible
from terminal import Terminal


@dataclass
class Annotator:
    """Works in a Reader that shows `text`; counts the keys of each piece of work."""

    terminal: Terminal
    text: str

    @classmethod
    def sit_down(
        cls,
        command: list[str | Path],
        text: str,
        *,
        columns: int = 120,
        rows: int = 40,
        env: dict[str, str] | None = None,
    ) -> "Annotator":
        """Open the app with its cursor in the only document."""
        there = cls(Terminal(command, columns=columns, rows=rows, env=env), text)
        there.terminal.wait("? help")
        there.terminal.settle()
        there.terminal.press("enter")
        there.terminal.wait("│")
        there.terminal.wait(lambda: bool(there.cells()))
        there.terminal.settle(0.4)
        there.terminal.keys = 0
        return there

    # ------------------------------------------------------------------ the screen

    @property
    def _border(self) -> int:
        """The column of the line between article and panel."""
        rows = [line.index("│") for line in self.terminal.screen.display if "│" in line]
        return max(set(rows), key=rows.count, default=self.terminal.screen.columns)

    def cells(self) -> dict[int, tuple[int, int]]:
        """Where each code point on the screen stands, as (row, column)."""
        border = self._border
        shown = visible(self.text)
        placed: dict[int, tuple[int, int]] = {}
        at = 0
        for row, line in enumerate(self.terminal.screen.display[1:-1], 1):
            for part in re.finditer(r"\S.*?(?=[\s▁▂▃▄▅▆▇█]*$)", line[:border]):
                words, column = part[0], part.start()
                # The margin's tags stand before the text, parted from it by two blanks or more.
                tags = re.match(r"(?:(?:[^\w\s]\w ?)+|[┃┋])[ ┃┋]+(?=\S)", words)
                found = _find(shown, words, at)
                if found is None and tags:
                    words, column = words[tags.end() :], column + tags.end()
                    found = _find(shown, words, at)
                if found is None:
                    continue
                for step in range(len(words)):
                    placed[found + step] = (row, column + step)
                at = found + len(words)
        return placed

    def letters(self, row: int, column: int) -> str:
        """The hint letters that begin at a cell."""
        cells = self.terminal.screen.buffer[row]
        first, second = cells[column], cells[column + 1]
        return first.data + (second.data if second.bg == first.bg and second.data.strip() else "")

    def digit_of(self, words: str) -> str:
        """The digit before a known source with these words, as the line of the mode shows it."""
        found = re.search(rf"(\d) {words}", self.terminal.text)
        assert found, self.terminal.text
        return found[1]

    # ------------------------------------------------------------------ the keys

    def show(self, span: Span, way: tuple[str, ...] = ()) -> None:
        """Bring words onto the screen: not at all if they are there, else by these keys, else half a page at a time."""
        keys = [*reversed(way)]
        for _ in range(50):
            cells = self.cells()
            if {span.start, self._last_word(span)} <= cells.keys() and not way:
                return
            way = ()
            self.terminal.press(keys.pop() if keys else "ctrl+d" if min(cells) < span.start else "ctrl+u")
            self.terminal.settle(0.4)
        raise AssertionError(f"{span} does not come onto the screen:\n{self.terminal.text}")

    # ------------------------------------------------------------------ the keys
    def pick(self, span: Span, *, key: str = "p", prompt: str = "Select") -> None:
        """Pick words by the letters over the first and the last of them."""
        cells = self.cells()
        self.terminal.press(key)
        self._until(f"{prompt}: press the letters of the first")
        self.terminal.press(*self.letters(*cells[span.start]))
        self._until(f"{prompt}: press the letters of the last")
        self.terminal.press(*self.letters(*cells[self._last_word(span)]))
        self.terminal.wait(lambda: f"{prompt}: press" not in self.terminal.text)
        self.terminal.settle(0.25)

    def who(self, links: list[Callable[[], int | str]]) -> None:
        """Say who: each link answers, when its turn comes, with an offset to press the letters over, or with keys."""
        cells, before = self.cells(), self.terminal.screen.display
        self.terminal.press("f")
        self._until("letter: who")
        up = self._scrolled(before)
        for link in links:
            pressed = link()
            shown = self.terminal.text
            if isinstance(pressed, int):
                row, column = cells[pressed]
                pressed = self.letters(row - up, column)
            self.terminal.press(*pressed)
            self.terminal.wait(lambda shown=shown: self.terminal.text != shown)  # type: ignore[misc]
            self.terminal.settle(0.25)
        self.terminal.press("enter")
        self.saved()

    def _scrolled(self, before: list[str]) -> int:
        """By how many rows the article moved up when the lines of a mode took their room."""
        now, border = self.terminal.screen.display, self._border

        def alike(up: int) -> int:
            pairs = (
                (before[row + up][:border], now[row][:border]) for row in range(8, 24) if 0 < row + up < len(before)
            )
            return sum(one == two != " " for rows in pairs for one, two in zip(*rows, strict=False))

        return max(range(-6, 7), key=lambda up: (alike(up), -abs(up)))

    def saved(self) -> None:
        """Wait until the app says that everything is on disk."""
        self.terminal.settle(0.25)
        self.terminal.wait(lambda: "saving" not in self.terminal.screen.display[-1])

    def _until(self, words: str) -> None:
        self.terminal.wait(words)
        self.terminal.settle(0.25)

    def _last_word(self, span: Span) -> int:
        """Where the last word of a span begins, as a reader parts words."""
        from onrecord.schema.segments import Segments

        word = Segments(self.text).prev_word(span.end)
        assert word
        return word.start


def _find(shown: str, words: str, at: int) -> int | None:
    """Where a row's words stand in the text from `at` on; NO-BREAK SPACE is drawn as itself or as a space."""
    pattern = re.escape(words).replace("\\ ", "[ \u00a0]")
    found = re.compile(pattern).search(shown, at, at + 4000 if at else len(shown))
    return found.start() if found and (at == 0 or not shown[at : found.start()].strip()) else None
