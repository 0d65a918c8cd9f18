"""onrecord itself, as its users run it: commands and keys."""

from pathlib import Path

from .clocks import Took, timed
from .frame import LABEL, SHOWN, Peer, Screen, marked, texts, write_lines


class Ours(Peer):
    """onrecord."""

    name = "onrecord"
    added = "`onrecord add` of JSON Lines, into one file with full-text search, to the end of the command"
    labelled = "the key `s` in the Reader, until it has painted `saved`: the commit waits for the disk"
    written = "`onrecord export` to JSON Lines, to the end of the command"

    def cold(self) -> Took:
        """To the Library with all its rows."""
        project = self._project(SHOWN)
        with self.limited(), self._opened(project) as screen:
            return screen.first_paint(b"Number")

    def add(self, count: int) -> Took:
        """One command."""
        self.run(self.program("onrecord"), "new", "p.db")
        lines = write_lines(self.folder / "in.jsonl", ({"text": text, "title": text[:20]} for text in texts(count)))
        with self.limited():
            return self.run(self.program("onrecord"), "add", "p.db", lines, "--as", "ana")

    def label(self, times: int) -> list[Took]:
        """The label on words of the first article that no mention has."""
        took = []
        with self._opened(self._project(SHOWN)) as screen:
            screen.until(b"Number")
            screen.rest(1)
            screen.press(b"\r")
            screen.rest(2)
            for _ in range(times):
                screen.press(b"vw")
                screen.rest(0.2)
                with self.limited(), timed(screen.number) as one:
                    screen.press(b"s")
                    screen.until(b"saved")
                took.append(one)
                screen.rest(0.2)
                screen.press(b"www")
                screen.rest(0.2)
        return took

    def out(self, count: int) -> Took:
        """One command; the labels come in by an import before."""
        self.run(self.program("onrecord"), "new", "p.db")
        self.run(self.program("onrecord"), "import", "p.db", self._labelled(count), "--as", "ana")
        with self.limited():
            took = self.run(self.program("onrecord"), "export", "p.db", "out.jsonl")
        with (self.folder / "out.jsonl").open(encoding="utf-8") as written:
            there = sum(line.count(f'"label":"{LABEL}"') > 0 for line in written)
        assert there >= count, f"{there} of {count} came out"
        return took

    def _project(self, count: int) -> Path:
        self.add(count)
        return self.folder / "p.db"

    def _labelled(self, count: int) -> Path:
        return write_lines(
            self.folder / "labelled.jsonl",
            (
                {
                    "text": text,
                    "title": text[:20],
                    "mentions": [{"spans": [{"start": 0, "end": marked(text)}], "marks": [{"label": LABEL}]}],
                }
                for text in texts(count)
            ),
        )

    def _opened(self, project: Path) -> Screen:
        places = {"XDG_STATE_HOME": str(self.folder / "state"), "XDG_CONFIG_HOME": str(self.folder / "config")}
        return Screen([self.program("onrecord"), "--as", "ana", project], places)
