"""A project with a team in it: a lead, an adjudicator, annotators with queues, work, time, a flag, and hidden checks."""

from pathlib import Path

from onrecord.schema import acts, rulings, team
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span

TEXT = "The harbour said no, and the ferry left at nine without its captain or its crew. Number {}."
SAID, LEFT = (4, 19), (25, 47)
"""Where the two claims of each article stand."""


def title(number: int) -> str:
    return f"Article {number}"


def document(act: Act, number: int) -> str:
    """The article of a number; the answer is its sha256."""
    day = f"2026-03-{1 + number % 28:02}T06:00:00Z"
    return acts.add_document(act, TEXT.format(number), title=title(number), outlet="Bell", published_at=day)[0]


def mark(act: Act, name: str, number: int, piece: tuple[int, int], *labels: str) -> str:
    """A mention of an annotator in the article of a number; the answer is its uid."""
    sha256 = document(act, number)
    with act.signed(name):
        uid = acts.new_mention(name)
        acts.set_mention(act, uid, sha256, TEXT.format(number), [Span(*piece)])
        for label in labels:
            acts.set_label(act, uid, label)
    return uid


def submit(act: Act, name: str, number: int, state: str = "submitted", note: str = "") -> None:
    with act.signed(name):
        acts.submit(act, document(act, number), state, note)  # type: ignore[arg-type]


def sit(act: Act, name: str, number: int, seconds: int) -> None:
    with act.signed(name):
        team.sit(act, document(act, number), seconds)


def make_team(path: Path) -> Path:
    """Lea leads, ada rules; ana, ben and cai annotate articles 1 to 4 of six.

    Everybody submitted 1 and 2. In 1 all have the same; in 2 cai has another label and ben no second mention. Ana and
    ben submitted 3, which was ruled as ana has it; cai got 3 as a hidden check and missed half of it. Ben flagged 4
    and ana is at work on it. Nobody has looked at 5 and 6, and 6 was given to nobody.
    """
    with Ledger.create(path, "lea", "device") as ledger:
        with ledger.act() as act:
            team.found(act)
            team.appoint(act, "ada", "adjudicator")
            for name in ("ana", "ben", "cai"):
                team.appoint(act, name, "annotator")
                for number in range(1, 6):
                    team.assign(act, document(act, number), name, number, gold=(name, number) == ("cai", 3))
            document(act, 6)
        with ledger.act() as act:
            for name in ("ana", "ben", "cai"):
                mark(act, name, 1, SAID, "sourced")
                mark(act, name, 2, SAID, "anonymous" if name == "cai" else "sourced")
                if name != "ben":
                    mark(act, name, 2, LEFT, "denied")
                for number, seconds in ((1, 60), (2, 180)):
                    submit(act, name, number)
                    sit(act, name, number, seconds)
            _rule_the_third(act)
            mark(act, "ana", 4, SAID, "sourced")
            submit(act, "ana", 4, "in_progress")
            submit(act, "ben", 4, "flagged", "half of it is missing")
    return path


def _rule_the_third(act: Act) -> None:
    groups = [
        (mark(act, "ana", 3, SAID, "sourced"), mark(act, "ben", 3, SAID, "anonymous")),
        (mark(act, "ana", 3, LEFT, "denied"), mark(act, "ben", 3, LEFT, "denied")),
    ]
    for name in ("ana", "ben"):
        submit(act, name, 3)
    with act.signed("ada"):
        for one, other in groups:
            rulings.take(act, [one, other], one, "as it stands")
    mark(act, "cai", 3, SAID, "sourced")
    submit(act, "cai", 3)
