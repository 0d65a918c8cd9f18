"""slate-nlp: a program in a terminal that takes the names of files and writes a file of labels beside each."""

from pathlib import Path
from time import sleep

from .clocks import Took, timed
from .frame import SHOWN, Peer, Screen, marked, texts


class Slate(Peer):
    """slate-nlp."""

    name = "slate-nlp"
    added = "start with a list of one file an article, to the first paint: it keeps no store"
    labelled = "keys for a label, and `s` to save, until its file has the label"
    written = "–"

    def cold(self) -> Took:
        """To the first paint."""
        return self._paint(SHOWN)

    def add(self, count: int) -> Took:
        """To the first paint with so many files in its list."""
        return self._paint(count)

    def _paint(self, count: int) -> Took:
        listed = self._list(count)
        with self.limited(), self._opened(listed) as screen:
            return screen.first_paint(b"Number0")

    def label(self, times: int) -> list[Took]:
        """The label on the first word of an article; then its file is looked at."""
        took = []
        with self._opened(self._list(times)) as screen:
            screen.until(b"Number0")
            for number in range(times):
                screen.rest(0.2)
                labels = self.folder / f"{number}.txt.annotations"
                with self.limited(), timed(screen.number) as one:
                    screen.press(b" as")
                    while not labels.exists() or not labels.stat().st_size:
                        screen.drain()
                        sleep(0.0005)
                took.append(one)
                screen.rest(0.1)
                screen.press(b"]")
        return took

    def out(self, count: int) -> Took:
        """There is nothing to measure: its own files are what it gives out."""
        raise NotImplementedError(f"no export: the files in which it keeps {count:,} articles' labels are the result")

    def _list(self, count: int) -> Path:
        listed: list[str] = []
        for number, text in enumerate(texts(count)):
            path = self.folder / f"{number}.txt"
            path.write_text(_lines(text), encoding="utf-8")
            listed.append(f"{path}\n")
        (self.folder / "files").write_text("".join(listed), encoding="utf-8")
        return self.folder / "files"

    def _opened(self, listed: Path) -> Screen:
        return Screen([self.program("slate"), "-d", listed, "-l", self.folder / "log", "-o"], {})


def _lines(text: str) -> str:
    """The first word on a line of its own, and ten words a line after it: slate wraps no lines."""
    words = text[marked(text) + 1 :].split(" ")
    rows = [" ".join(words[at : at + 10]) for at in range(0, len(words), 10)]
    return "\n".join([text[: marked(text)], *rows]) + "\n"
