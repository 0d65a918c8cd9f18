"""What the ledger and a claim's page cost in a project of many claims, beside indexed selections of as many rows."""

import atexit
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from lines import Line, Pair, main, timed
from onrecord.schema import claims, leading, standing
from onrecord.schema.acts import words
from onrecord.schema.asof import as_known
from onrecord.schema.clock import stamp_of
from onrecord.schema.events import EVENTS, KIND_OF, AnyValue, Claim, Document, Link, Mark, Mention, Source, canonical
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import connect
from onrecord.schema.text import Span, content_hash
from stretching import MOST, stretch

SENTENCE = "The harbour said no. A senior official said on Tuesday that it was done. "
ONE_DOCUMENT = 10
"""So many claims come up in each document, and again in the next one."""
LABELS = ("sourced", "anonymous", "denied", "confirmed")
START = 1_700_000_000_000
LARGE = 1_000_000
"""A project of so many claims is stretched: to take it in would take longer than ten minutes."""
PAGE = 50
MANY = 20
"""So many claims are looked up in one run, here and there in the project."""


def text_of(number: int) -> str:
    """A short document; those of all numbers differ only where no quote and no context of one reaches."""
    return f"Number {number:09}. This is a story, as somebody told it. " + SENTENCE * (2 * ONE_DOCUMENT)


def things(size: int) -> Iterator[tuple[int, str, AnyValue]]:
    """A project of so many claims, each with two mentions and a mark on each: the time, the subject and its value."""
    for number in range(size // ONE_DOCUMENT + 1):
        text, begin = text_of(number), text_of(number).index("The")
        sha256, source = content_hash(text), f"source-{number:024}"
        day = f"20{number // 336 % 27:02}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        yield number, sha256, Document(title=f"Number {number}", outlet=f"Outlet {number % 37}", published_at=day)
        yield number, source, Source(name="a senior official", kind="unknown")
        for at in range(2 * ONE_DOCUMENT):
            claim = number * ONE_DOCUMENT - ONE_DOCUMENT + at
            if not 0 <= claim < size:
                continue
            if at >= ONE_DOCUMENT:
                yield number, f"claim-{claim:018}", Claim(text=f"Claim number {claim} of story {number}.")
            uid, here = f"ana/{number:016x}{at:016x}", begin + at * len(SENTENCE)
            spans = words(text, [Span(here, here + 19)])
            yield number, uid, Mention(document=sha256, spans=spans, claim=f"claim-{claim:018}")
            link = Link(source=source, spans=words(text, [Span(here + 21, here + 38)]), identified="described")
            label = LABELS[(claim + (at < ONE_DOCUMENT) * (claim % 3)) % len(LABELS)]
            yield number, f"{uid}/{label}", Mark(mention=uid, label=label, chain=(link,))


def project(path: Path, size: int) -> None:
    """Make it."""
    device = "ana-0123456789abcdef"
    texts = {content_hash(text): text for text in map(text_of, range(size // ONE_DOCUMENT + 1))}

    def bodies() -> Iterator[bytes]:
        for seq, (at, subject, value) in enumerate(things(size), 1):
            event: Any = EVENTS[KIND_OF[type(value)]](
                v=1, annotator="ana", device=device, seq=seq, clock=stamp_of(START + at * 1000), subject=subject,
                data=value,  # type: ignore[arg-type]
            )  # fmt: skip
            yield canonical(event)

    with Ledger.create(path, "eve", "eve-0123456789abcdef") as ledger:
        received = ledger.receive(bodies(), texts)
        assert not received.quarantined, received.quarantined[0]


@cache
def filled(size: int) -> sqlite3.Connection:
    """A connection to a project of so many claims, which all lines read."""
    folder = tempfile.TemporaryDirectory(prefix="onrecord-bench-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "claims.db"
    if size < LARGE:
        project(path, size)
    else:
        project(path, size // MOST)
        documents = size // MOST // ONE_DOCUMENT + 1
        stretch(
            path, MOST, ([text_of(number + documents * copy) for copy in range(MOST)] for number in range(documents))
        )
    return connect(path, write=False)


def here_and_there(connection: sqlite3.Connection, size: int) -> list[int]:
    """Some claims of all over the project."""
    return [row[0] for row in connection.execute("SELECT id FROM claims ORDER BY id")][:: max(1, size // MANY)][:MANY]


MARKS = """SELECT claims.id, claims.claim, documents.published_at, documents.title, documents.outlet, mentions.quote,
    marks.label, marks.kind, marks.recorded_at, marks.uid, sources.name
FROM claims JOIN mentions ON mentions.claim_id = claims.id JOIN documents ON documents.id = mentions.document_id
JOIN marks ON marks.mention_id = mentions.id JOIN attributions ON attributions.mark_id = marks.id
JOIN sources ON sources.id = attributions.source_id
WHERE {}"""


def page(_: Path, size: int, as_of: str = "") -> Pair:
    """How many claims there are and the first page of them, and a selection of what that page tells of."""
    connection = filled(size)

    def floor() -> None:
        chosen = "claims.id IN (SELECT id FROM claims ORDER BY id LIMIT ?)"
        for _ in range(MANY):
            assert len(connection.execute(MARKS.format(chosen), (PAGE,)).fetchall()) == 2 * PAGE

    def work() -> None:
        for _ in range(MANY):
            everything = leading.Leading(connection, "claims")
            assert (len(everything), len(claims.lines(connection, everything[:PAGE], as_of))) == (size, PAGE)

    return Pair(partial(timed, floor), partial(timed, work), size)


def timeline(_: Path, size: int) -> Pair:
    """The timelines of claims here and there, and a selection of the same marks in the same order."""
    connection = filled(size)
    some = here_and_there(connection, size)

    def looked(tell: Callable[[int], object]) -> None:
        for _ in range(MANY):
            for claim in some:
                tell(claim)

    def floor(claim: int) -> None:
        rows = connection.execute(MARKS.format("claims.id = ? ORDER BY published_at, marks.recorded_at"), (claim,))
        assert len(rows.fetchall()) == 2

    def work(claim: int) -> None:
        assert len(standing.history(connection, claim)) == 2

    return Pair(partial(timed, partial(looked, floor)), partial(timed, partial(looked, work)), size)


def known(_: Path, size: int) -> Pair:
    """What was known of claims here and there at a moment, and a selection of the events that it follows from."""
    connection = filled(size)
    some = here_and_there(connection, size)

    def work() -> None:
        for claim in some:
            with as_known(connection, [claim], "2100-01-01") as there:
                assert len(standing.history(there, claim)) == 2

    def floor() -> None:
        for claim in some:
            rows = connection.execute(
                """WITH mine AS (SELECT id, document_id FROM mentions WHERE claim_id = :claim), told AS (
                    SELECT id FROM mine UNION SELECT document_id FROM mine
                    UNION SELECT marks.id FROM mine CROSS JOIN marks ON mention_id = mine.id
                    UNION SELECT source_id FROM mine CROSS JOIN marks ON mention_id = mine.id
                        CROSS JOIN attributions ON mark_id = marks.id
                    UNION SELECT :claim
                ) SELECT events.id, body, hash FROM told CROSS JOIN events ON subject_id = told.id
                ORDER BY events.id""",
                {"claim": claim},
            )
            assert len(rows.fetchall()) == 9

    return Pair(partial(timed, floor), partial(timed, work), size)


SIZES = (1_000, 10_000, 100_000)
LINES = (
    Line(
        name="ledger-page", what="the Ledger's first page, and how many claims there are",
        floor="an indexed SELECT of the marks in it", bar=5, make=page, sizes=SIZES, size=100_000, quick=500,
        things="claims", rounds=9, large=(LARGE,),
    ),
    Line(
        name="ledger-as-of", what="the same, by what was published up to a day",
        floor="an indexed SELECT of the marks in it", bar=5, make=partial(page, as_of="2010-06-15"), sizes=SIZES,
        size=100_000, quick=500, things="claims", rounds=9, large=(LARGE,),
    ),
    Line(
        name="timeline", what="a claim's timeline", floor="an indexed SELECT of the marks in it", bar=5, make=timeline,
        sizes=SIZES, size=100_000, quick=500, things="claims", rounds=9, large=(LARGE,),
    ),
    Line(
        name="known-at", what="a claim's timeline as it was known at a moment",
        floor="an indexed SELECT of the events that it follows from", bar=5, make=known, sizes=SIZES, size=100_000,
        quick=500, things="claims", large=(LARGE,),
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
