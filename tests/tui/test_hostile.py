"""Texts that want to be more than text: nothing of them is carried out, by app or command line, and no offset moves."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import ALL, PAYLOADS, STRANGER, TEXT, item
from desk_app import looking, problems, stored
from onrecord.cli.main import run
from onrecord.schema import acts, reading
from onrecord.schema.events import Evidence, Label, Link
from onrecord.schema.ledger import Ledger
from received import unsafe
from terminal import Blind, Terminal

ONRECORD = Path(sys.executable).with_name("onrecord")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in which everything that can be hostile is."""
    path = tmp_path / "[b]p.db"
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        about = dict.fromkeys(("title", "outlet", "author", "url"), ALL)
        sha256, _ = acts.add_document(act, TEXT, published_at="2026-03-01", **about)
        ugly = {"letter": "\x9b", "glyph": "\u202e", "colour": "#aa0000", "guideline": ALL, "examples": (ALL,)}
        act.put(f"odd {ALL}"[:200], Label(axis="neutral", key="\x07", position=9, **ugly))  # type: ignore[arg-type]
    with Ledger(path, STRANGER, "elsewhere") as ledger, ledger.act() as act:
        for at, payload in enumerate(PAYLOADS):
            uid = acts.new_mention(STRANGER)
            acts.set_mention(act, uid, sha256, TEXT, [item(at)], note=payload)
            acts.set_label(act, uid, "anonymous", note=payload)
            source = acts.name_source(act, payload + ALL, document=sha256)
            acts.set_chain(
                act, uid, "anonymous",
                [Link(source=source, identified="described", ground=payload[:60], cue=acts.words(TEXT, [item(at)]))],
            )  # fmt: skip
            acts.set_evidence(
                act, uid, "anonymous", [Evidence(url=payload), Evidence(spans=acts.words(TEXT, [item(0)]))]
            )
            acts.link_claim(act, uid, acts.state_claim(act, payload + ALL))
    return path


@pytest.fixture
def terminal(project: Path) -> Iterator[Terminal]:
    """The app on that project, in its library."""
    with Terminal([ONRECORD, project, "--as", "ana"], columns=100, rows=24) as terminal:
        terminal._stream = Blind()  # type: ignore[assignment]
        terminal.wait(lambda: b"1 document" in terminal.received)
        terminal.settle()
        yield terminal


def press(terminal: Terminal, *keys: str, until: str = "") -> None:
    """Press keys, each once the app has shown what the one before does; the last must bring words to the screen."""
    for number, key in enumerate(keys, 1):
        before = len(terminal.received)
        terminal.press(key)
        if until and number == len(keys):
            terminal.wait(lambda before=before: until.encode() in terminal.received[before:])  # type: ignore[misc]
        terminal.settle(0.25 if key == "escape" else 0.05)  # an escape and a key soon after it are alt and that key


def ask(terminal: Terminal, words: str, until: str = "1 of 1 found") -> None:
    """Search in the document, and wait for what comes of it: a key that comes sooner is a key for the line."""
    press(terminal, "/", until="Find in this document")
    terminal.type(words)
    press(terminal, "enter", until=until)


@pytest.mark.slow
def test_nothing_unsafe_reaches_the_terminal_and_no_offset_moves(project: Path, terminal: Terminal) -> None:
    press(terminal, "s", until="All of them must occur")
    terminal.type("begins")
    terminal.wait(lambda: b"found" in terminal.received)
    press(terminal, "escape", "/")
    terminal.type("[/x]")
    press(terminal, "escape", "enter", until="No mention in hand")
    # Everybody's mentions, and all that is said about them.
    press(terminal, "o", "tab", "tab", "enter", until="All details")
    press(terminal, "tab", "tab", "escape", "ctrl+g", until="The origin of the claim")
    press(terminal, "ctrl+g")
    for at in (4, 12, 17):
        ask(terminal, f"item{at:02d}")
        press(terminal, "escape", "v")
        ask(terminal, f"ends{at:02d}")
        press(terminal, "a", "d", until="saved")
    press(terminal, "f", until="letter: who")
    press(terminal, "1", "1", "enter", "enter", until="All details")
    press(terminal, "escape", "=", until="Which claim is it?")
    press(terminal, "down", "escape", "m", until="same words")
    press(terminal, "tab", "escape", "e", until="Evidence: press")
    press(terminal, "escape", "p", until="Select: press")
    press(terminal, "escape")
    ask(terminal, "[/x]\u202e nowhere", until="does not occur")
    press(terminal, "?", until="Keys of the reader")
    press(terminal, "q", "ctrl+p", until="What do you want to do?")
    press(terminal, "escape", "ctrl+t", "!", until="What should somebody look at?")
    press(terminal, "escape")
    terminal.resize(60, 20)
    press(terminal, "G", "q", "q")
    assert terminal.finish() == 0
    assert unsafe(bytes(terminal.received)) == []
    mine = [each for each in stored(project) if each.annotator == "ana"]
    assert [each.spans for each in mine] == [(item(4),), (item(12),), (item(17),)]
    assert [each.quote for each in mine] == [item(at).cut(TEXT) for at in (4, 12, 17)]
    assert all([mark.label for mark in each.marks] == ["anonymous", "denied"] for each in mine)
    with looking(project) as connection:
        document = reading.document(connection, mine[0].document_id)
        assert document
        assert document.text == TEXT
    assert problems(project) == []


def test_exports_hold_every_text_and_offset_as_it_is(project: Path, tmp_path: Path) -> None:
    lines, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    assert run(["export", str(project), str(lines)]) == 0
    assert run(["export", str(project), str(table)]) == 0
    assert unsafe(lines.read_bytes(), app=False, fillers=True) == []
    document, *_ = (json.loads(line) for line in lines.read_text("utf-8").splitlines())
    assert document["text"] == TEXT
    assert document["title"] == ALL
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(int(row["start"]), int(row["end"]), row["quote"], row["note"]) for row in rows] == [
        (item(at).start, item(at).end, item(at).cut(TEXT), payload) for at, payload in enumerate(PAYLOADS)
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("nul.txt", b"before\0after", "NUL character (U+0000) at offset 6"),
        ("nul.jsonl", rb'{"text": "before\u0000after"}', "NUL character (U+0000) at offset 6"),
        ("half.jsonl", rb'{"text": "before\ud800after"}', "lone surrogate"),
    ],
)
def test_what_no_database_keeps_is_refused_in_one_sentence(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, reason: str
) -> None:
    article = tmp_path / name
    article.write_bytes(content)
    assert run(["--as", "ana", "add", str(project), str(article)]) == 1
    said = [line for line in capsys.readouterr().err.splitlines() if name in line]
    assert len(said) == 1
    assert reason in said[0]
    with looking(project) as connection:
        assert reading.count_documents(connection) == 1
