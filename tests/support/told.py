"""A small project in which claims are told over several days, denied and confirmed, by sources named and unnamed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from desk_app import looking, span_of
from onrecord.schema import acts
from onrecord.schema.events import Link
from onrecord.schema.ledger import Act, Ledger

FIRST = "The gate stopped short, said a harbour official. The council was not told, said a harbour official."
SECOND = "The gate stopped short, said an official at the harbour. Askerby denied that it stopped."
THIRD = "Minister Valmark confirmed that the gate stopped short. The gate closed fully, said Askerby."
SHORT, UNTOLD, CLOSED = "The gate stopped short", "The council was not told", "The gate closed fully"
DAY = 86_400_000
MARCH = 1_772_323_200_000
"""2026-03-01, in milliseconds since 1970."""


def told(path: Path) -> Path:
    """Three articles, published and marked on 1, 3 and 5 March 2026; three claims; four sources, two of them unnamed.

    SHORT is anonymous on the 1st, denied on the 3rd, contested on the 5th. UNTOLD is anonymous. CLOSED is sourced.
    """
    now = [MARCH + DAY // 2]
    with Ledger.create(path, "ana", "device", now=lambda: now[0]) as ledger:
        with ledger.act() as act:
            sha = _article(act, FIRST, "Gate stopped", "The Mercury", "2026-03-01T06:00:00Z")
            official = acts.name_source(act, "a harbour official", "person", sha)
            mention(act, sha, FIRST, "The gate stopped short", SHORT, anonymous=official)
            mention(act, sha, FIRST, "The council was not told", UNTOLD, anonymous=official)
        now[0] += 2 * DAY
        with ledger.act() as act:
            sha = _article(act, SECOND, "Askerby denies", "The Courier", "2026-03-03T06:00:00Z")
            official = acts.name_source(act, "an official at the harbour", "person", sha)
            askerby = acts.name_source(act, "Askerby", "institution")
            mention(act, sha, SECOND, "The gate stopped short", SHORT, anonymous=official)
            mention(act, sha, SECOND, "it stopped", SHORT, denied=askerby)
        now[0] += 2 * DAY
        with ledger.act() as act:
            sha = _article(act, THIRD, "Minister confirms", "The Mercury", "2026-03-05T06:00:00Z")
            mention(
                act, sha, THIRD, "the gate stopped short", SHORT, confirmed=acts.name_source(act, "Valmark", "person")
            )
            mention(act, sha, THIRD, "The gate closed fully", CLOSED, sourced=askerby)
    return path


def _article(act: Act, text: str, title: str, outlet: str, published_at: str) -> str:
    return acts.add_document(act, text, title=title, outlet=outlet, published_at=published_at)[0]


def mention(act: Act, sha256: str, text: str, words: str, claim: str | None = None, **marks: str) -> str:
    """A mention of a claim with these labels, each with its source at the end of its chain; the answer is its uid."""
    uid = acts.new_mention(act.annotator)
    about = {"claim": acts.state_claim(act, claim)} if claim else {}
    acts.set_mention(act, uid, sha256, text, [span_of(words, text)], **about)
    for label, source in marks.items():
        acts.set_label(act, uid, label)
        acts.set_chain(act, uid, label, [Link(source=source, identified="named")])
    return uid


def elsewhere(path: Path, *works: Callable[[Act], Any], annotator: str = "ben") -> None:
    """Do these as one act each, in another program."""
    with Ledger(path, annotator, "elsewhere") as ledger:
        for work in works:
            with ledger.act() as act:
                work(act)


def rows(path: Path, query: str, *values: Any) -> list[Any]:
    """What a query finds in the file."""
    with looking(path) as connection:
        return list(connection.execute(query, values).fetchall())


def one(path: Path, query: str, *values: Any) -> Any:
    """The first value of the first row that a query finds."""
    return rows(path, query, *values)[0][0]
