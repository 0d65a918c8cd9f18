"""A document that several annotators mark and eve rules on: what tests of adjudication are made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from onrecord.measure.adjudication import Bench, Item, bench
from onrecord.schema import acts, reading, rulings
from onrecord.schema.events import Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span
from project_state import Hands, project

TEXT = "The ferry stops in June, a captain said. The council denied that the ferry would stop. Gulls were seen."
FERRY, STOP, GULLS = Span(0, 23), Span(65, 85), Span(87, 102)


class Team:
    """Annotators at one document, and eve, who rules; the clock goes on with each act."""

    def __init__(self, ledger: Ledger, hands: Hands) -> None:
        self.ledger, self._hands = ledger, hands
        with self.act() as act:
            self.sha256, _ = acts.add_document(act, TEXT, title="The ferry")
        (line,) = reading.find_document(ledger.connection, "The ferry")
        self.document = line.id

    @contextmanager
    def act(self, name: str = "eve") -> Iterator[Any]:
        """One act, signed with a name."""
        self._hands.milliseconds += 1000
        with self.ledger.act() as act, act.signed(name):
            yield act

    def mark(self, name: str, span: Span, *labels: str, **about: Any) -> str:
        """A mention with labels; `who`, `kind`, `claim` and `polarity` say more."""
        who, kind, claim = about.get("who"), about.get("kind", ""), about.get("claim")
        with self.act(name) as act:
            uid = acts.new_mention(name)
            stated = acts.state_claim(act, claim) if claim else None
            acts.set_mention(act, uid, self.sha256, TEXT, [span], claim=stated,
                             polarity=about.get("polarity", "asserts"))  # fmt: skip
            for label in labels:
                acts.set_label(act, uid, label, kind=kind)
                if who:
                    acts.set_chain(act, uid, label, [Link(source=acts.name_source(act, who), identified="named")])
        return uid

    def submit(self, *names: str) -> None:
        """These annotators have finished."""
        for name in names:
            with self.act(name) as act:
                acts.submit(act, self.sha256, "submitted")

    def bench(self, **more: Any) -> Bench:
        """What is to be ruled now."""
        return bench(self.ledger.connection, self.document, **more)

    def take(self, item: Item, taken: str, by: str = "eve", **more: Any) -> str:
        """Rule that one input holds."""
        with self.act(by) as act:
            return rulings.take(act, item.inputs, taken, **more)


@contextmanager
def a_team() -> Iterator[Team]:
    """A project with one document and nobody's work in it."""
    hands = Hands()
    with project("eve", now=hands) as ledger:
        yield Team(ledger, hands)
