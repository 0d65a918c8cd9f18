"""A team's project with a secret word planted in everything that one annotator said, and where it may come to light."""

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

from onrecord.schema import acts, rulings, team
from onrecord.schema.events import Evidence, Link, Source
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span, find_all

SECRET = "zebra"
"""The word that bob's work is full of, and that nothing else holds."""
BEGINNING = "zeb"
"""What somebody might type who looks for it."""
LEAD, ADJUDICATOR, ANA, BOB = "lea", "ada", "ana", "bob"
STRANGER = "sam"
FIRST = (
    "The harbour gate stopped short in its test, said an official. Nobody saw why. The mayor denied it.\n"
    "A clerk said that the gate had been late in May, and that the crew had left early.\n"
)
CORRECTED = FIRST.replace("in May", "in June")
OTHER = "The ferry was sold, said the Evening Bell. The company declined to comment.\n"


def make_project(path: Path) -> Path:
    """lea leads, ada adjudicates, ana and bob annotate; bob has submitted what ana has not."""
    with Ledger.create(path, LEAD, "desk-1") as ledger:
        with ledger.act() as act:
            team.found(act)
        with ledger.act() as act:
            team.appoint(act, ADJUDICATOR, "adjudicator")
            team.appoint(act, ANA, "annotator")
            team.appoint(act, BOB, "annotator")
        first, corrected, other = _documents(ledger)
        with ledger.act() as act:
            for name in (ANA, BOB):
                team.assign(act, first, name, 1, gold=name == BOB)
        _quiet_work(ledger, first)
        _planted_work(ledger, first)
        for sha256 in (corrected, other):
            with ledger.act() as act, act.signed(BOB):
                acts.submit(act, sha256, "flagged", f"a {SECRET} flag")
        _ruled(ledger, first)
    _conflict(path, first)
    return path


def secrets(path: Path) -> list[str]:
    """All that may not come to light before ana submits: the word, and the names that onrecord gave to bob's things."""
    connection = sqlite3.connect(path)
    found = [SECRET]
    for table in ("mentions", "claims", "sources", "remarks"):
        column = "text" if table == "remarks" else {"claims": "claim", "sources": "name"}.get(table, "note")
        rows = connection.execute(f"SELECT uid FROM {table} WHERE {column} LIKE ?", (f"%{SECRET}%",)).fetchall()
        found += [uid.rpartition("/")[2] for (uid,) in rows]
    connection.close()
    assert len(found) > 8, found
    return found


def submit(path: Path, name: str) -> None:
    """Somebody submits every document."""
    with Ledger(path, name, "desk-9") as ledger, ledger.act() as act:
        for (sha256,) in ledger.connection.execute("SELECT sha256 FROM documents").fetchall():
            acts.submit(act, sha256, "submitted")


def come_to_light(told: str, hidden: list[str]) -> list[str]:
    """Which of the secrets a text tells."""
    low = told.lower()
    return [each for each in hidden if each in low]


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """All files below a folder with what they hold as text, whatever packs it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), _as_text(path)


def _as_text(path: Path) -> str:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq  # type: ignore[import-untyped]

        return str(pq.read_table(path).to_pydict())
    return path.read_bytes().decode("utf-8", "replace")


# ---------------------------------------------------------------------- who did what


def _documents(ledger: Ledger) -> tuple[str, str, str]:
    with ledger.act() as act:
        about = {"title": "The gate", "outlet": "Bell", "published_at": "2026-03-01"}
        first, _ = acts.add_document(act, FIRST, **about)
        corrected, _ = acts.add_document(
            act, CORRECTED, title="The gate, corrected", published_at="2026-03-02", revises=first
        )
        other, _ = acts.add_document(act, OTHER, title="The ferry", outlet="Post", published_at="2026-03-03")
    return first, corrected, other


def span(words: str, text: str = FIRST) -> Span:
    """Where words stand in a text."""
    return find_all(text, words, 1)[0]


def _quiet_work(ledger: Ledger, sha256: str) -> None:
    """What ana has done so far: a mention with a claim and a source, another one without, and nothing submitted."""
    with ledger.act() as act, act.signed(ANA):
        claim = acts.state_claim(act, "The gate stopped short.")
        uid = acts.new_mention(ANA)
        acts.set_mention(act, uid, sha256, FIRST, [span("gate stopped short")], claim=claim, note="a quiet note")
        acts.set_label(act, uid, "anonymous", kind="described")
        source = acts.name_source(act, "an official", document=sha256)
        acts.set_chain(act, uid, "anonymous", [Link(source=source, identified="described")])
        acts.submit(act, sha256, "in_progress")
    with ledger.act() as act, act.signed(ANA):
        acts.set_mention(act, acts.new_mention(ANA), sha256, FIRST, [span("the crew had left early")])


def _planted_work(ledger: Ledger, sha256: str) -> None:
    """What bob has done: the secret in every text that an annotator can give, also in what he took back again."""
    with ledger.act() as act, act.signed(BOB):
        claim = acts.state_claim(act, f"The {SECRET} gate stopped short.", f"a {SECRET} note on the claim")
        wider = acts.state_claim(act, f"Every {SECRET} gate stops short.")
        acts.relate_claims(act, claim, "narrower_than", wider)
        uid = _mention(act, sha256, "gate stopped short", claim)
        _chain(act, uid, sha256)
        acts.submit(act, sha256, "submitted", f"a {SECRET} word on the document")
        team.remark(act, uid, f"a {SECRET} remark")
    with ledger.act() as act, act.signed(BOB):
        again = _mention(act, sha256, "the gate had been late in May", claim)
        acts.set_evidence(act, again, "denied", [Evidence(mention=uid, note=f"{SECRET} mention")])
    with ledger.act() as act, act.signed(BOB):
        gone = _mention(act, sha256, "Nobody saw why", acts.state_claim(act, f"No {SECRET} was seen."))
    with ledger.act() as act, act.signed(BOB):
        acts.remove_mention(act, gone)


def _mention(act: Act, sha256: str, words: str, claim: str) -> str:
    uid = acts.new_mention(BOB)
    kept = json.dumps({"tool": f"{SECRET} tool"})
    acts.set_mention(
        act, uid, sha256, FIRST, [span(words)], claim=claim, note=f"a {SECRET} note on the mention", extra=kept
    )
    acts.set_label(act, uid, "denied", kind=f"{SECRET} kind", note=f"a {SECRET} note on the mark", extra=kept)
    return uid


def _chain(act: Act, uid: str, sha256: str) -> None:
    named = acts.name_source(act, f"{SECRET.title()} Rui", "person")
    act.put(named, Source(name=f"{SECRET.title()} Rui", kind="person", note=f"a {SECRET} note on the source"))
    unnamed = acts.name_source(act, f"a {SECRET} clerk", document=sha256)
    acts.tie_sources(act, named, unnamed, "probably_same", 60, f"a {SECRET} reason")
    chain = [
        Link(source=unnamed, identified="described", relay=True, ground=f"{SECRET} ground"),
        Link(source=named, ground=f"{SECRET} ground"),
    ]
    acts.set_chain(act, uid, "denied", chain)
    shown = [
        Evidence(spans=acts.words(FIRST, [span("The mayor denied it")]), note=f"{SECRET} evidence"),
        Evidence(url=f"https://{SECRET}.example/"),
    ]
    acts.set_evidence(act, uid, "denied", shown)


def _ruled(ledger: Ledger, sha256: str) -> None:
    """What ada has ruled on bob's work and said to him, and an event that was set aside, with the secret in its reason."""
    uids = [row[0] for row in ledger.connection.execute("SELECT uid FROM mentions WHERE uid GLOB 'bob/*' ORDER BY id")]
    with ledger.act() as act, act.signed(ADJUDICATOR):
        rulings.take(act, uids[:1], uids[0], f"a {SECRET} reason")
        team.remark(act, uids[1], f"another {SECRET} remark")
    (body,) = ledger.connection.execute(
        "SELECT body FROM events JOIN subjects ON subjects.id = subject_id WHERE subject GLOB 'bob/*' LIMIT 1"
    ).fetchone()
    (reason,) = ledger.receive([body.replace(b'"data":{', f'"data":{{"{SECRET}":1,'.encode(), 1)]).quarantined
    assert SECRET in reason


def _conflict(path: Path, sha256: str) -> None:
    """bob writes on two devices that do not know of each other: a change in two places at once."""
    copies = []
    for number in (1, 2):
        copy = path.with_name(f"{path.stem}-{number}.db")
        copy.write_bytes(path.read_bytes())
        with Ledger(copy, BOB, f"bobs-{number}") as ledger, ledger.act() as act:
            acts.submit(act, sha256, "submitted", f"a {SECRET} word, {number}")
        copies.append(copy)
    with Ledger(path, LEAD, "desk-1") as ledger:
        for copy in copies:
            connection = sqlite3.connect(copy)
            ledger.receive([body for (body,) in connection.execute("SELECT body FROM events ORDER BY id")])
            connection.close()
            for each in path.parent.glob(f"{copy.name}*"):
                each.unlink()
