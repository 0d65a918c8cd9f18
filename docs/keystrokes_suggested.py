"""Replay annotation by real keys in a pseudo-terminal, with suggestions and without, and count each mention's keys.

    python docs/keystrokes_suggested.py            replay the worked example and five articles of PolNeAR, print
    python docs/keystrokes_suggested.py --write    and write the table into docs/keystrokes.md

Every mention of the gold is marked in the order of the text. Where a suggestion that is still offered has half of its
words, tab leads to it, over whatever else lies in between, and the key of the right label accepts it; else the words
are picked by their letters. PolNeAR has no labels: there the right one is what the suggestion says, else "sourced".
All keys count. The texts are outside data: ONRECORD_DATA names the folder that holds them.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "benchmarks"), str(ROOT / "docs")]

from annotator import Annotator  # noqa: E402 - found by the line above
from attribution import DATA, read  # noqa: E402
from keystrokes import ONRECORD, settings  # noqa: E402
from onrecord.schema.segments import Segments  # noqa: E402
from onrecord.schema.text import Span  # noqa: E402
from onrecord.suggest.engine import Suggestion, suggest  # noqa: E402
from onrecord.suggest.offers import covered, shared  # noqa: E402
from onrecord.tui import settings as app_settings  # noqa: E402

ARTICLES = (0, 16, 32, 48, 80)
"""Every sixteenth by name; in the one between the last two the script, which reads the screen, loses its place."""
MOST_TABS = 80
_HEAD = "| texts | suggestions |"


class Wanted(NamedTuple):
    """A mention of the gold: its pieces, and the keys of its labels, the origin last; none where the gold has none."""

    spans: tuple[Span, ...]
    keys: tuple[str, ...]


class Cost(NamedTuple):
    """What a mention cost; `suggested` if it was accepted, `exact` if the suggestion has just its words."""

    keys: int
    suggested: bool
    exact: bool


class Replay:
    """Somebody who marks the mentions of one text, one after the other."""

    def __init__(self, person: Annotator, project: Path, text: str, suggestions: Iterable[Suggestion]) -> None:
        self.person, self.terminal, self.project = person, person.terminal, project
        self.text, self.segments = text, Segments(text)
        self.offered = list(suggestions)

    def mark(self, wanted: Wanted) -> Cost:
        """Mark a mention, and count."""
        before = self.terminal.keys
        suggestion = max(self.offered, key=lambda each: shared(each.spans, wanted.spans), default=None)
        if suggestion and covered(suggestion.spans, wanted.spans):
            self._accept(suggestion, wanted.keys or (suggestion.label[0],))
            spans = suggestion.spans
        else:
            suggestion, spans = None, wanted.spans
            self._by_hand(wanted)
        self.person.saved()
        self.offered = [each for each in self.offered if not covered(each.spans, spans)]
        exact = suggestion is not None and words(self.text, suggestion.spans) == words(self.text, wanted.spans)
        return Cost(self.terminal.keys - before, suggestion is not None, exact)

    def _accept(self, suggestion: Suggestion, keys: tuple[str, ...]) -> None:
        start = suggestion.spans[0].start
        word = self.segments.word_at(start) or self.segments.next_word(start)
        for _ in range(MOST_TABS):
            before = self._place(), self.terminal.text
            self.terminal.press("tab")
            self.terminal.wait(lambda before=before: before != (self._place(), self.terminal.text))  # type: ignore[misc]
            self.terminal.settle(0.2)
            place = self._place()
            if word and place and place.cursor == word.start and " accepts: " in self.terminal.text:
                break
        else:
            raise AssertionError(f"tab does not lead to {start}:\n{self.terminal.text}")
        first = next((key for key in keys if key == suggestion.label[0]), keys[0])
        self.terminal.press(first, *(key for key in keys if key != first))

    def _place(self) -> app_settings.Place | None:
        return app_settings.place(self.project)

    def _by_hand(self, wanted: Wanted) -> None:
        for at, span in enumerate(map(self._by_words, wanted.spans)):
            self.person.show(span)
            if at:
                self.terminal.press("V")
            self.person.pick(span)
        self.terminal.press(*(wanted.keys or ("s",)))

    def _by_words(self, span: Span) -> Span:
        """A span without what stands before its first word: letters stand over words alone."""
        word = self.segments.word_at(span.start) or self.segments.next_word(span.start)
        return Span(word.start, span.end) if word and word.start < span.end else span


def words(text: str, spans: Iterable[Span]) -> list[str]:
    """The words of some spans; a "that" before them is no part of the claim."""
    found = " ".join(span.cut(text) for span in spans).split()
    return found[1:] if found[:1] == ["that"] else found


def replay(file: Path, wanted: list[Wanted], *, suggestions: bool) -> list[Cost]:
    """Mark everything in a fresh project; what cannot be brought onto the screen whole is left out."""
    costs = []
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "one.db"
        env = settings(Path(folder) / "own", suggestions=suggestions)
        os.environ.update(env)
        subprocess.run([ONRECORD, "new", project, file, "--as", "ana"], check=True, capture_output=True)
        text = file.read_bytes().decode()
        person = Annotator.sit_down([ONRECORD, project, "--as", "ana"], text, env=env)
        with person.terminal as terminal:
            if suggestions:
                terminal.wait(" suggested")
            work = Replay(person, project, text, suggest(text) if suggestions else ())
            for each in wanted:
                try:
                    costs.append(work.mark(each))
                except (AssertionError, KeyError, ValueError) as problem:
                    print(f"  left out: {each.spans} {str(problem)[:60]!r}", file=sys.stderr)
                    terminal.press("escape")
                    terminal.settle()
    return costs


def worked_example() -> Iterator[tuple[str, Path, list[Wanted]]]:
    """The worked example with its labels."""
    gold = json.loads((DATA / "seed" / "gold.json").read_text("utf-8"))
    wanted = []
    for each in gold["occurrences"]:
        spans = tuple(Span(piece["start"], piece["end"]) for piece in each["content"])
        wanted.append(Wanted(spans, tuple(label[0] for label in each["gold"])))
    yield "the worked example", next((DATA / "seed").glob("*.txt")), sorted(wanted)


def of_polnear() -> Iterator[tuple[str, Path, list[Wanted]]]:
    """Articles of `dev`, each with the attributions of its first annotator."""
    folder = DATA / "polnear" / "dev" / "text"
    every = list(zip(sorted(folder.iterdir()), read("dev"), strict=True))
    for file, text in (every[number] for number in ARTICLES):
        pieces = {tuple(sorted(Span(*piece) for part in each.content for piece in part)) for each in text.annotated[0]}
        yield "PolNeAR", file, [Wanted(spans, ()) for spans in sorted(pieces) if spans]


def table(name: str, without: list[Cost], with_them: list[Cost]) -> list[str]:
    """Rows of the table for some texts."""
    rows = []
    for how, costs in (("without", without), ("with", with_them)):
        keys = [cost.keys for cost in costs]
        counts = Counter(keys)
        spread = ", ".join(f"{number}: {counts[number]}" for number in sorted(counts))
        accepted = sum(cost.suggested for cost in costs)
        exact = sum(cost.exact for cost in costs)
        rows.append(f"| {name} | {how} | {len(costs)} | {median(keys):g} | {accepted} ({exact}) | {spread} |")
    return rows


def main(write: bool) -> int:
    """Replay, print, perhaps write."""
    found: dict[str, tuple[list[Cost], list[Cost]]] = {}
    for name, file, wanted in (*worked_example(), *of_polnear()):
        here = replay(file, wanted, suggestions=False), replay(file, wanted, suggestions=True)
        for total, costs in zip(found.setdefault(name, ([], [])), here, strict=True):
            total += costs
        print(*table(file.stem[:30], *here), sep="\n", flush=True)
    rows = [row for name, (without, with_them) in found.items() for row in table(name, without, with_them)]
    everything = [[cost for pair in found.values() for cost in pair[at]] for at in (0, 1)]
    rows += table("all", *everything)
    head = f"{_HEAD} mentions | median keys | accepted (exact words) | keys: mentions |\n|---|---|---|---|---|---|"
    print(head, *rows, sep="\n")
    if write:
        page = ROOT / "docs" / "keystrokes.md"
        text = page.read_text("utf-8")
        before, _, _ = text.partition(_HEAD)
        page.write_text(f"{before}{head}\n" + "\n".join(rows) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv))
