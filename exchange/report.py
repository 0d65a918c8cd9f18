"""What an import brought: by kind what came in, what was here already, what became a code, what was set aside."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .annotated import Aside
from .articles import Note, Refused

_PLACES = 5
"""So many places are named for each reason; that there are more is told by an ellipsis."""
_REASONS = 2_000
"""So many different reasons are told; what comes after is counted, each kind as one."""
_KINDS = (
    "event",
    "document",
    "label",
    "claim",
    "source",
    "mention",
    "mark",
    "link",
    "evidence",
    "submission",
    "adjudication",
)


class Report:
    """Counts and reasons, gathered file by file."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()
        self.here: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()
        self.mapped: Counter[tuple[str, str]] = Counter()
        self.codes: dict[str, None] = {}
        self.refused = 0
        self.said: dict[tuple[str, str, str], tuple[int, list[str]]] = {}

    def count(self, kind: str, new: int, here: int = 0) -> None:
        """So many of a kind are new, and so many were here in the same words."""
        self.came[kind] += new
        self.here[kind] += here

    def changed(self, kind: str) -> None:
        """One of a kind was here in other words and took the file's."""
        self.updated[kind] += 1

    def map(self, theirs: str, ours: str) -> None:
        """A mark of another tool's label was mapped to ours."""
        self.mapped[theirs, ours] += 1

    def made_code(self, label: str) -> None:
        """A label of another tool became a neutral code."""
        self.codes[label] = None

    def add(self, item: Refused | Aside | Note) -> None:
        """Something was refused, set aside or remarked."""
        if isinstance(item, Aside):
            self._say(("set aside", item.kind, _one_line(item.reason)), item.place)
        elif isinstance(item, Refused):
            self.refused += 1
            self._say(("refused", "record", _one_line(item.sentence)), item.place)
        else:
            self._say(("note", "", _one_line(item.sentence)), item.place)

    def brought(self) -> bool:
        """Whether anything came, was here already or was updated."""
        return any(counts.total() for counts in (self.came, self.here, self.updated))

    def join(self, other: "Report") -> None:
        """Add what another report says."""
        self.came += other.came
        self.here += other.here
        self.updated += other.updated
        self.mapped += other.mapped
        self.codes |= other.codes
        self.refused += other.refused
        for key, (count, places) in other.said.items():
            self._say(key, *places, count=count)

    def drop(self, other: "Report", place: str) -> None:
        """Add another report's reasons, but none of what came: its file was taken back as a whole."""
        good = other.came["document"] + other.came["event"] + other.here["document"]
        self.refused += other.refused
        for key, (count, places) in other.said.items():
            if key[0] == "refused":
                self._say(key, *places, count=count)
        if good:
            self._say(("note", "", "nothing of it was kept; --keep-good keeps its good records"), place)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Flat objects, one a line of the report: what happened, to which kind, how often, why and where."""
        number = 0
        for what, counts in (("new", self.came), ("here already", self.here), ("updated", self.updated)):
            for kind in _KINDS:
                if counts[kind]:
                    number += 1
                    yield _row(number, what, kind, counts[kind])
        for (theirs, ours), count in sorted(self.mapped.items()):
            number += 1
            yield _row(number, "mapped", "mark", count, _one_line(f"{theirs} to {ours}"))
        for label in self.codes:
            number += 1
            yield _row(number, "made a neutral code", "label", 1, _one_line(label))
        for (what, kind, reason), (count, places) in sorted(self.said.items(), key=lambda pair: pair[0][0]):
            number += 1
            more = ["…"] if len(places) > _PLACES else []
            yield _row(number, what, kind, count, reason, ", ".join(places[:_PLACES] + more))

    def _say(self, key: tuple[str, str, str], *places: str, count: int = 1) -> None:
        if len(self.said) >= _REASONS and key not in self.said:
            key = (*key[:2], "for other reasons, too many to be told apart")
        before, known = self.said.get(key, (0, []))
        self.said[key] = (before + count, list(dict.fromkeys([*known, *places]))[: _PLACES + 1])


def _one_line(sentence: str) -> str:
    """A sentence may quote words of a file, and they may hold what breaks a line."""
    return " ".join(sentence.splitlines())


def _row(number: int, what: str, kind: str, count: int, reason: str = "", places: str = "") -> dict[str, Any]:
    return {"id": number, "what": what, "kind": kind, "count": count, "reason": reason, "places": places}
