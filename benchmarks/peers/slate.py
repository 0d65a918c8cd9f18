"""slate-nlp: a program in a terminal that takes the names of files and writes a file of labels beside each."""

from pathlib import Path
from time import perf_counter, sleep

from .frame import SHOWN, Peer, Screen, marked, texts


class Slate(Peer):
    """slate-nlp."""

    name = "slate-nlp"
    added = "start with a list of one file an article, to the first paint: it keeps no store"
    labelled = "keys for a label, and `s` to save, until its file has the label"
    written = "–"

    def cold(self) -> float:
        """To the first paint."""
        return self._paint(SHOWN)

    def add(self, count: int) -> float:
        """To the first paint with so many files in its list."""
        return self._paint(count)

    def _paint(self, count: int) -> float:
        with self._opened(self._list(count)) as screen:
            screen.until(b"Number0")
            return perf_counter() - screen.started

    def label(self, times: int) -> list[float]:
        """The label on the first word of an article; then its file is looked at."""
        took = []
        with self._opened(self._list(times)) as screen:
            screen.until(b"Number0")
            for number in range(times):
                screen.rest(0.2)
                labels = self.folder / f"{number}.txt.annotations"
                started = perf_counter()
                screen.press(b" as")
                while not labels.exists() or not labels.stat().st_size:
                    screen.drain()
                    sleep(0.0005)
                took.append(perf_counter() - started)
                screen.rest(0.1)
                screen.press(b"]")
        return took

    def out(self, count: int) -> float:
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
