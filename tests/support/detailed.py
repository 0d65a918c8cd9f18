"""A project with one mention that has something of everything, for tests of the forms on it."""

from onrecord.schema import acts, reading
from onrecord.schema.anchors import Anchor
from onrecord.schema.check import check
from onrecord.schema.events import Evidence, Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.records import Label, Mark, Mention, Source
from onrecord.schema.text import Span
from onrecord.tui.drafts import DetailsResult, apply_details
from onrecord.tui.screens.details import Details

TEXT = (
    "“The\u00a0gate stopped short,” the Courier reported, quoting “a senior harbour official”. "
    "The ministry denied it: “It closed,” said Lisbet Orrin [bold]of[/x] the ministry.\n"
)
M = "ana/1"


def span(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def words(text: str) -> tuple[Anchor, ...]:
    return acts.words(TEXT, [span(text)])


class Desk:
    """A project with one mention that has something of everything."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        with ledger.act() as act:
            self.sha256, _ = acts.add_document(act, TEXT, title="Gate")
            other, _ = acts.add_document(act, "It closed.", title="Other")
            claim = acts.state_claim(act, "The gate did not close")
            acts.set_mention(
                act, M, self.sha256, TEXT, [span("gate stopped"), span("short")], claim=claim, note="a\n b"
            )
            acts.set_mention(act, "ana/2", other, "It closed.", [Span(0, 9)])
            for label in ("anonymous", "denied"):
                acts.set_label(act, M, label)
            self.courier = acts.name_source(act, "Courier", "outlet")
            self.official = acts.name_source(act, "a senior official", "person", self.sha256)
            self.orrin = acts.name_source(act, "Lisbet Orrin", "spokesperson")
            chain = [
                Link(
                    source=self.courier,
                    identified="named",
                    relay=True,
                    spans=words("the Courier"),
                    cue=words("reported"),
                ),
                Link(source=self.official, identified="described", ground="anonymous_request", cue=words("quoting")),
            ]
            acts.set_chain(act, M, "anonymous", chain)
            shown = [
                Evidence(spans=words("denied it"), note="n"),
                Evidence(mention="ana/2"),
                Evidence(url="http://x.y/z"),
            ]
            acts.set_evidence(act, M, "anonymous", shown)
            acts.set_label(act, M, "denied", kind="flat_denial", certainty=80, note="  two  spaces ")

    @property
    def mention(self) -> Mention:
        mention = reading.mention(self.ledger.connection, M)
        assert mention
        return mention

    @property
    def labels(self) -> list[Label]:
        return reading.labels(self.ledger.connection)

    @property
    def sources(self) -> list[Source]:
        rows = self.ledger.connection.execute("SELECT id, uid, name, kind, document_id, note FROM sources ORDER BY id")
        return [Source(*row) for row in rows]

    def mark(self, label: str) -> Mark:
        mark = self.mention.mark(label)
        assert mark
        return mark

    def form(self, *, readonly: bool = False) -> Details:
        return Details(self.mention, TEXT, self.labels, self.sources, readonly=readonly)

    def apply(self, result: DetailsResult, before: Mention) -> int:
        """Write a result; the answer is how many events that gave."""
        last = reading.last_event(self.ledger.connection)
        with self.ledger.act() as act:
            apply_details(act, before, self.sha256, TEXT, result)
        assert [each for each in check(self.ledger.connection) if each.level == "problem"] == []
        return reading.last_event(self.ledger.connection) - last
