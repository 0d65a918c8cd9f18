"""What annotators do, drawn at random: commands that any project can carry out, whatever was done to it before."""

from collections.abc import Callable

from histories import BODIES, DOCUMENTS, LABELS
from hypothesis import strategies as st
from onrecord.schema import acts, rulings, team
from onrecord.schema.errors import NoSuchThing, NotAllowed
from onrecord.schema.events import Adjudication, Evidence, Kind, Label, Link, Mention
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span

Deed = tuple[str, int, int]


def _spans(text: str, one: int, two: int) -> list[Span]:
    first = Span(one * 5, one * 5 + 1 + two)
    return [first, Span(30 + two, 33 + two)] if two % 2 and len(text) > 40 else [first]


def _mention(act: Act, one: int, two: int) -> str:
    uid = f"{act.annotator}/m{one % 3}"
    now = act.value("mention", uid)
    sha256 = now.document if isinstance(now, Mention) else DOCUMENTS[two % 3]
    at = DOCUMENTS.index(sha256)
    acts.set_mention(act, uid, sha256, BODIES[at], _spans(BODIES[at], one % 2, two), note="a note" if two == 2 else "")
    return uid


def _chain(act: Act, one: int, two: int) -> None:
    uid = f"{act.annotator}/m{one % 3}"
    acts.set_label(act, uid, LABELS[two], certainty=two * 20)
    source = acts.name_source(act, f"the keeper {two % 2}", "person", DOCUMENTS[0] if two == 3 else None)
    link = Link(source=source, identified="named", spans=acts.words(BODIES[0], [Span(4, 11)]))
    acts.set_chain(act, uid, LABELS[two], acts.relayed([Link(), link][one % 2 :]))


def _evidence(act: Act, one: int, two: int) -> None:
    shown = [
        Evidence(url="https://example.org"),
        Evidence(mention=f"{'bob' if act.annotator == 'ana' else 'ana'}/m{two % 3}"),
        Evidence(spans=acts.words(BODIES[0], [Span(0, 3)]), note="see there"),
    ]
    acts.set_evidence(act, f"{act.annotator}/m{one % 3}", LABELS[two], shown[one % 3 :])


def _label(act: Act, one: int, two: int) -> None:
    kinds = tuple(Kind(kind=f"kind {each}") for each in range(two % 3))
    act.put("odd", Label(axis="neutral", key="o", letter="O", glyph="◆", colour="#123456", position=one, kinds=kinds))


VERBS: dict[str, Callable[[Act, int, int], object]] = {
    "add a document": lambda act, one, two: acts.add_document(
        act, BODIES[one % 3], title=f"Title {two}", published_at=f"2026-03-0{1 + two}"
    ),
    "describe a document": lambda act, one, two: acts.describe_document(
        act, DOCUMENTS[one % 3], title=f"Other {two}", revises=DOCUMENTS[two % 3]
    ),
    "submit": lambda act, one, two: acts.submit(
        act, DOCUMENTS[one % 3], "flagged" if two % 2 else "submitted", "why" * (two % 3)
    ),
    "mention": _mention,
    "remove a mention": lambda act, one, two: acts.remove_mention(act, f"{act.annotator}/m{one % 3}"),
    "label": lambda act, one, two: acts.set_label(act, f"{act.annotator}/m{one % 3}", LABELS[two], note="so" * (one % 2)),
    "unlabel": lambda act, one, two: acts.set_label(act, f"{act.annotator}/m{one % 3}", LABELS[two], on=False),
    "mention and label": lambda act, one, two: acts.set_label(act, _mention(act, one, 0), LABELS[two]),
    "chain": _chain,
    "evidence": _evidence,
    "claim": lambda act, one, two: acts.link_claim(
        act, f"{act.annotator}/m{one % 3}", acts.state_claim(act, f"Claim number {two}"), "negates" if one % 2 else None
    ),
    "relate": lambda act, one, two: acts.relate_claims(
        act, acts.state_claim(act, f"Claim number {one}"), "same_as", acts.state_claim(act, "Another claim"), two % 3 > 0
    ),
    "codebook": _label,
    "drop a code": lambda act, one, two: act.withdraw("label", "odd"),
    "adjudicate": lambda act, one, two: act.put(
        f"{act.annotator}/a1",
        Adjudication(document=DOCUMENTS[0], inputs=(f"ana/m{one % 3}", f"bob/m{two % 3}"), choice=f"ana/m{one % 3}"),
    ),
    "assign": lambda act, one, two: team.assign(act, DOCUMENTS[one % 3], "bob", two, gold=bool(one % 2)),
    "remark": lambda act, one, two: team.remark(act, f"{act.annotator}/m{one % 3}", f"see page {two}"),
    "rule": lambda act, one, two: rulings.take(act, [f"{act.annotator}/m{one % 3}"], f"{act.annotator}/m{one % 3}"),
}  # fmt: skip
DEEDS: st.SearchStrategy[Deed] = st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 5), st.integers(0, 5))


def do(ledger: Ledger, deed: Deed) -> bool:
    """Carry out a deed as one act; False when it recorded nothing, because it says nothing new or cannot be done."""
    before = _count(ledger)
    try:
        with ledger.act() as act:
            VERBS[deed[0]](act, *deed[1:])
    except (NoSuchThing, NotAllowed):
        return False
    return _count(ledger) > before


def set_the_scene(ledger: Ledger) -> None:
    """A document, a claim and a marked mention with its source, all by the ledger's annotator."""
    for deed in (
        ("add a document", 0, 0),
        ("mention and label", 0, 0),
        ("claim", 0, 0),
        ("chain", 0, 0),
    ):
        assert do(ledger, deed)


def _count(ledger: Ledger) -> int:
    return int(ledger.connection.execute("SELECT count(*) FROM events").fetchone()[0])
