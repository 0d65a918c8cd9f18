"""A project as a newsroom has it: many articles, a tenth of them marked by two annotators, a queue each, an agency."""

import random
from collections.abc import Iterator
from pathlib import Path

from adding import WORDS, article
from desk import Thing, log, project
from lines import shared as shared_folder
from onrecord.schema.acts import words
from onrecord.schema.events import Assignment, Claim, Document, Link, Mark, Member, Mention, Source
from onrecord.schema.text import Span, content_hash

LEAD, ANNOTATORS = "eve", ("ana", "bob")
MARKED = 10
"""One article in so many is marked, by each annotator."""
MENTIONS = 7
OUTLETS = 40
AGENCY = "source-agency"
AT_ONCE = 2_000


def newsroom(articles: int) -> Path:
    """A project with so many articles, made once for all benchmarks of a run, which only read it."""
    path, making = shared_folder() / f"newsroom-{articles}.db", shared_folder() / "making.db"
    if not path.exists():
        making.unlink(missing_ok=True)
        with project(making) as ledger:
            for first in range(0, articles, AT_ONCE):
                numbers = range(first, min(first + AT_ONCE, articles))
                texts = {number: article(number) for number in numbers}
                bodies = log(((number, _said(number, text)) for number, text in texts.items()), LEAD, first * 100)
                for name in ANNOTATORS:
                    marked = ((n, _own(n, text, name)) for n, text in texts.items() if n % MARKED == 0)
                    bodies += log(marked, name, first * 100)
                received = ledger.receive(bodies, {content_hash(text): text for text in texts.values()})
                assert not received.quarantined, received.quarantined[0]
        making.rename(path)  # only when it is whole
    return path


def _said(number: int, text: str) -> Iterator[Thing]:
    """An article in everybody's queue, and the claims and the source that come up in it for the first time."""
    sha256, chance = content_hash(text), random.Random(number)
    if number == 0:
        yield LEAD, Member(role="lead")
        yield AGENCY, Source(name="the agency", kind="institution")
    day = f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}"
    title = f"{' '.join(chance.choices(WORDS, k=4))} {number}"
    yield sha256, Document(title=title, outlet=f"Outlet {number % OUTLETS}", published_at=day)
    for name in ANNOTATORS:
        yield f"{sha256}|{name}", Assignment(document=sha256, annotator=name, position=number)
    if number % MARKED == 0:
        yield f"source-{number:012}", Source(name=f"{chance.choice(WORDS)} {chance.choice(WORDS)}", kind="person")
        for at in range(MENTIONS - 1):
            yield f"claim-{number:012}-{at}", Claim(text=" ".join(chance.choices(WORDS, k=6)))


def _own(number: int, text: str, annotator: str) -> Iterator[Thing]:
    """What an annotator says about an article."""
    sha256, chance = content_hash(text), random.Random(f"{annotator}{number}")
    for at in range(MENTIONS):
        uid, start = f"{annotator}/{number:012}{at:04}", 100 + at * 200 + chance.randrange(20)
        claim = None if at == MENTIONS - 1 else f"claim-{number:012}-{at}"
        yield uid, Mention(document=sha256, spans=words(text, [Span(start, start + 60)]), claim=claim)
        named = words(text, [Span(start + 70, start + 90)])
        chain = (Link(source=f"source-{number:012}", spans=named, identified="named"), Link(source=AGENCY, relay=True))
        yield f"{uid}/sourced", Mark(mention=uid, label="sourced", chain=chain)
        if at % 2 == 0:
            yield f"{uid}/denied", Mark(mention=uid, label="denied")
