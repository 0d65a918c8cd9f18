"""How long until onrecord has answered, or has painted what one can work with, as a program that was just started."""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lines import Line, Pair, Taken, main, ran
from onrecord.schema import acts
from onrecord.schema.clock import stamp_of
from onrecord.schema.events import AnyEvent, Claim, ClaimEvent, Document, DocumentEvent, canonical
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span, content_hash
from terminals import Paint, first_paint

ONRECORD = Path(sys.executable).with_name("onrecord")
ME, DEVICE = "ana", "ana-0123456789abcdef"
SENTENCE = "A senior official said on Tuesday that the crane had not failed, and nobody at the port denied it. "
FLOOR = """
from textual.app import App
from textual.widgets import Static

class Floor(App):
    def compose(self):
        yield Static("The first paint")

Floor().run()
"""


def answers(option: str) -> Pair:
    """A Python that does nothing, and onrecord with one option."""
    return Pair(lambda: ran([sys.executable, "-c", "pass"]), lambda: ran([ONRECORD, option]), 1)


def taken(paint: Paint) -> Taken:
    """The times of a paint."""
    return Taken(paint.seconds, paint.processor)


def floor() -> Taken:
    """A Textual app with one Static."""
    return taken(first_paint([sys.executable, "-c", FLOOR], ["The first paint"]))


# ---------------------------------------------------------------------- projects


class Desk:
    """A person with a project and settings of their own, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "p.db"
        self._places = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}

    def opened(self, *words: str) -> Paint:
        """Open the project as a command would, until these words are painted."""
        return first_paint([ONRECORD, "--as", ME, self.path], words, self._places)

    def leave_off(self, document: str) -> None:
        """Have left off at the start of a document."""
        code = (
            "import sys; from pathlib import Path; from onrecord.tui.settings import Place, PlaceFile\n"
            "file = PlaceFile(Path(sys.argv[1])); file.keep(Place(sys.argv[2], 0)); file.close()"
        )
        subprocess.run([sys.executable, "-c", code, self.path, document], check=True, env=os.environ | self._places)


def many(folder: Path, count: int) -> Desk:
    """A project with so many documents and as many claims."""
    desk = Desk(folder)
    texts = {content_hash(text): text for text in (f"{SENTENCE}{number}" for number in range(count))}
    with Ledger.create(desk.path, ME, DEVICE) as ledger:
        received = ledger.receive(_log(list(texts)), texts)
        assert not received.quarantined, received.quarantined[0]
    return desk


def _log(documents: list[str]) -> Iterator[bytes]:
    for seq, sha256 in enumerate(documents, 1):
        day = f"2026-{1 + seq % 12:02}-{1 + seq % 28:02}"
        document = Document(title=f"Number {seq}", published_at=day)
        yield _body(DocumentEvent, 2 * seq, sha256, document)
        yield _body(ClaimEvent, 2 * seq + 1, f"claim-{seq:020}", Claim(text=f"Claim {seq} of the port."))


def _body(kind: type, seq: int, subject: str, value: Document | Claim) -> bytes:
    event: AnyEvent = kind(
        v=1, annotator=ME, device=f"{ME}-fedcba9876543210", seq=seq, clock=stamp_of(1_700_000_000_000 + seq),
        subject=subject, data=value,
    )  # fmt: skip
    return canonical(event)


def article(folder: Path, mentions: int) -> Desk:
    """A project with one article that has so many labelled mentions, one a sentence of 100 code points."""
    desk, text = Desk(folder), "The quay. " + SENTENCE * mentions
    with Ledger.create(desk.path, ME, DEVICE) as ledger, ledger.act() as act:
        sha256, _ = acts.add_document(act, text, title="The long one", published_at="2026-05-01")
        for number in range(mentions):
            start = text.index("A senior") + number * len(SENTENCE)
            acts.set_mention(act, f"{ME}/{number}", sha256, text, [Span(start + 2, start + 17)])
            acts.set_label(act, f"{ME}/{number}", "anonymous")
    desk.leave_off(sha256)
    return desk


# ---------------------------------------------------------------------- the lines


def library(folder: Path, documents: int) -> Pair:
    """The Library of a project, and an app with one Static."""
    desk = many(folder, documents)
    return Pair(floor, lambda: taken(desk.opened("Number ", "documents")), documents)


def reader(folder: Path, mentions: int) -> Pair:
    """An article where one left off, and an app with one Static."""
    desk = article(folder, mentions)
    return Pair(floor, lambda: taken(desk.opened("quay.", "official")), mentions)


@cache
def kept(count: int) -> Desk:
    """As `many`, once for all lines that need it: a large one takes long to make."""
    folder = tempfile.TemporaryDirectory(prefix="onrecord-bench-")
    atexit.register(folder.cleanup)
    return many(Path(folder.name), count)


def grown(count: int, memory: bool) -> Pair:
    """The Library of a large project, and that of one with 1,000 documents and claims."""
    small, large = kept(1_000), kept(count)

    def opened(desk: Desk) -> Taken:
        paint = desk.opened("Number ", "documents")
        return Taken(paint.megabytes) if memory else taken(paint)

    return Pair(lambda: opened(small), lambda: opened(large), count)


_GROWTH = (10_000, 100_000, 1_000_000)
_SMALL = "the same with 1,000"
_STATIC = "a Textual app with one Static"
LINES = (
    Line("version", "`onrecord --version`", "`python -c pass`", 4, lambda _, __: answers("--version"), (), rounds=15),
    Line("help", "`onrecord --help`", "`python -c pass`", 4, lambda _, __: answers("--help"), (), rounds=15),
    Line(
        "open-library", "open a project: the Library's first usable paint", _STATIC, 1.25, library,
        (1_000,), size=1_000, quick=1_000, things="documents and claims", rounds=15,
    ),
    Line(
        "open-article", "open a project at an article of 100 characters a mention", _STATIC, 1.4, reader,
        (1_000, 10_000), large=(100_000,), size=10_000, quick=1_000, things="mentions", rounds=9,
        rounds_at={100_000: 3},
    ),
    Line(
        "open-growth", "open a large project, time", _SMALL, 1.15, lambda _, count: grown(count, memory=False),
        _GROWTH, size=_GROWTH[-1], quick=10_000, things="documents and claims", rounds=9,
    ),
    Line(
        "open-memory", "open a large project, peak memory", _SMALL, 1.15,
        lambda _, count: grown(count, memory=True),
        _GROWTH, size=_GROWTH[-1], quick=10_000, things="documents and claims", unit="MB", rounds=3,
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
