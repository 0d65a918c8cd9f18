"""Where programs are killed: the files that a scene is set up with, and what every scene has to answer for.

A scene is judged twice: as the kill left it, and after the same program has run again, to its end. What a program told
on its standard output before it died must be there; what it did not get to tell may be there or not, but never in part.
"""

import json
import random
import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import victims
from onrecord.demo.build import build
from onrecord.schema.ledger import Ledger
from verdict import assert_sound, digest, here, litter, onrecord, projects

Command = Sequence[str | Path]


@dataclass
class Materials:
    """What the scenes are set up with, made once: copies of the sample project, and files to bring in."""

    folder: Path
    exported: dict[str, tuple[dict[str, str], bool]] = field(default_factory=dict)

    @cached_property
    def demo(self) -> Path:
        """The sample project."""
        build(path := self.folder / "demo.db")
        return path

    @cached_property
    def other(self) -> Path:
        """A copy of the sample project on which somebody else went on working."""
        path = self.copy(self.demo, self.folder / "other.db")
        with Ledger(path, "bob", "elsewhere") as ledger:
            worker = victims.Worker(ledger, random.Random(1))
            for _ in range(60):
                worker.work()
        return path

    @cached_property
    def files(self) -> list[Path]:
        """The sample project in three files, as exported; and in three more, without its log."""
        onrecord("export", self.demo, whole := self.folder / "demo.jsonl")
        lines = whole.read_text("utf-8").splitlines(keepends=True)
        made = []
        for name, keep in (("log", True), ("bare", False)):
            for part in range(3):
                mine = [json.loads(line) for line in lines[part::3]]
                mine = [record for record in mine if record.get("text")]
                if not keep:
                    mine = [{key: value for key, value in each.items() if key != "events"} for each in mine]
                made.append(self.folder / f"{name}-{part}.jsonl")
                made[-1].write_text("".join(json.dumps(each) + "\n" for each in mine), "utf-8")
        return made

    @cached_property
    def articles(self) -> Path:
        """1,200 articles in one file, of which an act takes in 500 at most."""
        path = self.folder / "articles.jsonl"
        lines = (json.dumps({"text": f"{victims.TEXT} {number}", "title": f"No. {number}"}) for number in range(1200))
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return path

    def export(self, name: str) -> tuple[dict[str, str], bool]:
        """The files of an export in a format, by what is in them, and whether two exports are the same to the byte."""
        if name not in self.exported:
            outs = [self.folder / f"{turn}-{name}" for turn in range(2)]
            for out in outs:
                onrecord("export", self.demo, out, "--format", name)
            one, two = map(digest, outs)
            assert one.keys() == two.keys()
            self.exported[name] = one, one == two
        return self.exported[name]

    @staticmethod
    def copy(path: Path, to: Path) -> Path:
        """A copy of a project that nobody has open."""
        assert not Path(f"{path}-wal").exists() or not Path(f"{path}-wal").stat().st_size
        return Path(shutil.copy(path, to))


class Scene(ABC):
    """One program to kill, in a folder of its own. `chance` decides all that is random in it."""

    ends = True
    """Whether the program ends by itself."""

    def __init__(self, materials: Materials, folder: Path, chance: random.Random) -> None:
        self.materials, self.folder, self.chance = materials, folder, chance
        self.heard = b""
        """What the company said."""
        self.set()

    @property
    def name(self) -> str:
        """What is done in it, as the figures name it."""
        return type(self).__name__.lower()

    @abstractmethod
    def set(self) -> None:
        """Make the files."""

    @property
    @abstractmethod
    def command(self) -> Command:
        """The program."""

    @property
    def under(self) -> Path:
        """The folder whose files are written."""
        return self.folder

    @property
    def variant(self) -> str:
        """What, beside its name, decides how much a scene writes."""
        return ""

    @property
    def company(self) -> list[Command]:
        """Others who write there all the while, unless the power goes."""
        return []

    @abstractmethod
    def judge(self, out: bytes) -> None:
        """Assert what must hold after the kill, whenever it came."""

    def again(self) -> None:
        """Run the program again, to its end, and assert what holds then."""
        done = here(*self.command[1:])
        assert done.code == 0, done

    def finish(self, out: bytes, *, killed: bool) -> None:
        """All that is judged, and that nothing hidden is left when the next program has run."""
        self.judge(out)
        if killed:
            self.again()
        for path in projects(self.folder):
            openable(path)
            assert_sound(path)
        assert litter(self.folder) == [], "left behind"


def openable(path: Path) -> None:
    """A project of an older format is brought up to date first, as by whatever opens it next."""
    Ledger(path, "nobody", "judge").close()
