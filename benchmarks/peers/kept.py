"""What is kept of the other tools, in results/peers.json."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = Path(__file__).parents[1] / "results" / "peers.json"


@dataclass
class Measured:
    """One work at one size: seconds, or why not."""

    seconds: float | None = None
    """By the clock."""
    processor: float | None = None
    """Seconds of the processor in all processes of the tool, also up to a limit; None where that is not known."""
    why: str = ""
    none: bool = False
    """The tool has no such work."""
    load: float = 0.0
    """Of the machine just after it, as an average of a minute."""


@dataclass
class Tool:
    """One tool."""

    name: str
    added: str
    labelled: str
    written: str
    about: dict[str, str]
    """The machine and the versions of the run."""
    version: str = ""
    beside: dict[str, str] = field(default_factory=dict)
    """The versions of packages that it does not run with all of."""
    absent: str = ""
    """Why it was not measured at all."""
    works: dict[str, dict[str, Measured]] = field(default_factory=dict)
    """By work (cold, add, label, out) and number of articles."""

    def like(self, other: "Tool") -> bool:
        """Whether both are the same program on the same machine, so that times of both may stand in one row."""
        machine = ("machine", "system", "python")
        return self.version == other.version and all(self.about[key] == other.about[key] for key in machine)


@dataclass
class Kept:
    """All tools by their names."""

    tools: dict[str, Tool]

    @classmethod
    def load(cls, file: Path = FILE) -> "Kept":
        """What was kept; nothing if that was never."""
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls({})
        for tool in kept.values():
            tool["works"] = {
                work: {size: Measured(**each) for size, each in sizes.items()} for work, sizes in tool["works"].items()
            }
        return cls({name: Tool(**tool) for name, tool in kept.items()})

    def save(self, file: Path = FILE) -> None:
        """Keep it."""
        kept = {name: asdict(tool) for name, tool in self.tools.items()}
        file.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
