"""Three programs annotate one file at once, one of them the app at a terminal: nothing of anybody is lost."""

import json
import subprocess
import sys
from collections import Counter
from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest
from command_line import ONRECORD
from desk_app import problems
from onrecord.exchange.exporting import export
from onrecord.schema import acts, merging, store, team
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import find_all
from onrecord.tui import settings
from terminal import Terminal

SENTENCES = 24
TEXT = "\n".join(f"Gate number{number} had closed, said the harbour master." for number in range(SENTENCES))
AT_KEYS = 12
"""So many sentences are marked at the terminal, meanwhile."""

BY_PROGRAM = """
import sys
from pathlib import Path
from onrecord.schema import acts
from onrecord.schema.ledger import Ledger
from onrecord.schema.text import find_all

path, name, sha256 = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with Ledger(path, name, f"desk of {name}") as ledger:
    (text,) = ledger.connection.execute("SELECT text FROM texts").fetchone()
    print("ready", flush=True)
    sys.stdin.readline()
    for number, span in enumerate(find_all(text, "had closed")):
        with ledger.act() as act:
            uid = acts.new_mention(name)
            claim = acts.state_claim(act, f"Gate {number} had closed.")
            acts.set_mention(act, uid, sha256, text, [span], claim=claim, note=name)
            acts.set_label(act, uid, "sourced")
"""


def make(path: Path) -> str:
    """A project with one document, whose lead lets everybody see everything; the answer is the document's sha256."""
    with Ledger.create(path, "lea", "desk of lea") as ledger:
        with ledger.act() as act:
            team.found(act)
            team.set_blind(act, blind=False)
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, TEXT, title="The gates")
    return sha256


def program(path: Path, name: str, sha256: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", BY_PROGRAM, str(path), name, sha256],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def mark_by_keys(terminal: Terminal) -> None:
    """Mark the first words of one sentence after the other."""
    for _ in range(AT_KEYS):
        terminal.press("v", "w", "d", "escape", "j")
    terminal.wait(lambda: "saving" not in terminal.text and f"{AT_KEYS} saved" in terminal.text)


@pytest.mark.slow
def test_three_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    sha256 = make(path)
    settings.save(suggestions=False)
    with Terminal([ONRECORD, path, "--as", "cy"], columns=120, rows=40) as terminal:
        terminal.wait("1 document")
        terminal.settle()
        terminal.press("enter")
        terminal.wait("No mention in hand")
        terminal.settle()
        programs = [program(path, name, sha256) for name in ("ana", "bob")]
        for each in programs:
            assert each.stdout
            assert each.stdout.readline() == "ready\n"
        for each in programs:
            assert each.stdin
            each.stdin.write("go\n")
            each.stdin.flush()
        mark_by_keys(terminal)
        for each in programs:
            each.communicate()
            assert each.returncode == 0
        terminal.press("q")
        terminal.wait("1 document")
        terminal.press("q")
        assert terminal.finish() == 0
    assert problems(path) == []
    with closing(store.connect(path, write=False)) as connection:
        rows = connection.execute(
            "SELECT name, quote, labels.label FROM mentions JOIN annotators ON annotators.id = mentions.annotator_id"
            " JOIN marks AS labels ON labels.mention_id = mentions.id"
        ).fetchall()
        (claims,) = connection.execute("SELECT count(*) FROM claims").fetchone()
        numbers = connection.execute("SELECT device, seq FROM events WHERE annotator <> 'onrecord'").fetchall()
    assert Counter(name for name, _, _ in rows) == {"ana": SENTENCES, "bob": SENTENCES, "cy": AT_KEYS}
    assert {label for name, _, label in rows if name == "cy"} == {"denied"}
    assert claims == SENTENCES, "both programs named the same claims"
    assert len(numbers) == len(set(numbers)), "no device gave a number out twice"


def test_three_copies_in_six_orders_are_one_project(tmp_path: Path) -> None:
    """Work apart, with the same claims, a claim reworded by all, and blind work: every order gives the same export."""
    base = tmp_path / "base.db"
    make(base)
    copies = [_worked_on(base, tmp_path, name) for name in ("ana", "bob", "cy")]
    exports = set()
    for number, (first, *others) in enumerate(permutations(copies)):
        path = tmp_path / f"merged-{number}.db"
        path.write_bytes(first.read_bytes())
        with Ledger(path, "lea", f"joins-{number}") as ledger:
            for _ in range(2):
                for other in others:
                    with closing(store.connect(other, write=False)) as connection:
                        merging.merge(ledger, connection)
            out = tmp_path / f"{number}.jsonl"
            export(ledger.connection, out)
            exports.add(out.read_bytes())
        assert problems(path) == []
    assert len(exports) == 1
    told = [json.loads(line) for line in exports.pop().splitlines()]
    assert {mention["annotator"] for line in told for mention in line.get("mentions", ())} == {"ana", "bob", "cy"}


def _worked_on(base: Path, folder: Path, name: str) -> Path:
    path = folder / f"{name}.db"
    path.write_bytes(base.read_bytes())
    with Ledger(path, name, f"desk of {name}") as ledger:
        sha256, text = ledger.connection.execute("SELECT sha256, text FROM texts").fetchone()
        for number, span in enumerate(find_all(text, "had closed", 5)):
            with ledger.act() as act:
                uid = acts.new_mention(name)
                acts.set_mention(
                    act, uid, sha256, text, [span], claim=acts.state_claim(act, f"Gate {number} had closed.")
                )
                acts.set_label(act, uid, "sourced", note=name)
        with ledger.act() as act:
            acts.describe_claim(act, acts.claim_uid("Gate 0 had closed."), note=f"as {name} says")
            acts.submit(act, sha256, "submitted")
        ledger.undo()
        ledger.redo()
    return path
