"""A small project for the fuzzers: two documents, and something of everything that can be said about them."""

from onrecord.schema import acts
from onrecord.schema.events import Evidence, Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import Span

TEXTS = (
    "The gate stopped short, a harbour official said. Askerby Hydraulic denied it.\nNobody 🦆 asked “why”.\n",
    "On Tuesday the mayor, Ilse Brand, confirmed that the gate had stopped short.\n",
)


def fill(ledger: Ledger) -> None:
    """Put it into a new project."""
    first, second = TEXTS
    with ledger.act() as act:
        one, _ = acts.add_document(act, first, title="Gate", outlet="Mercury", published_at="2026-03-03", language="en")
        two, _ = acts.add_document(act, second, title="Mayor", url="https://example.org/mayor", revises=one)
        claim = acts.state_claim(act, "The gate stopped short.")
        other = acts.state_claim(act, "The gate closed.", "a note")
        acts.relate_claims(act, claim, "contradicts", other)
        mention = "ana/m1"
        acts.set_mention(act, mention, one, first, [Span(0, 8), Span(9, 22)], claim=claim, note="two pieces")
        acts.set_label(act, mention, "anonymous", certainty=80, note="who?")
        source = acts.name_source(act, "a harbour official", "person", None)
        link = Link(source=source, identified="described", spans=acts.words(first, [Span(24, 42)]))
        acts.set_chain(act, mention, "anonymous", acts.relayed([Link(), link]))
        acts.set_label(act, mention, "denied")
        acts.set_evidence(act, mention, "denied", [Evidence(url="https://example.org"), Evidence(mention="ana/m2")])
        acts.set_mention(act, "ana/m2", two, second, [Span(0, 10)], polarity="negates")
        acts.set_label(act, "ana/m2", "confirmed")
        acts.submit(act, one, "submitted")
        acts.submit(act, two, "flagged", "later")
