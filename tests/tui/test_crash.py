"""An error of the app's own: it ends with one sentence, keeps what was done, and prints nothing of anybody's text."""

import sys
from pathlib import Path

import pytest
from onrecord.schema import acts, reading
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import connect
from terminal import Terminal

BROKEN = """
import sys
from onrecord.tui.screens.reader_moves import ReaderMoves

def broken(self, step):
    raise RuntimeError("\\x1b]52;c;ZXZpbA==\\x07 \\u202e " + self.desk.text)

ReaderMoves.action_sentence = broken
from onrecord.cli.main import main
main()
"""


@pytest.mark.slow
def test_an_error_ends_the_app_with_a_sentence_and_loses_nothing(tmp_path: Path, own_home: Path) -> None:
    project, script = tmp_path / "p.db", tmp_path / "broken.py"
    script.write_text(BROKEN)
    with Ledger.create(project, "ana", "device") as ledger, ledger.act() as act:
        acts.add_document(act, "The harbour said nothing.", title="Harbour")
    with Terminal([sys.executable, script, project, "--as", "ana"]) as terminal:
        terminal.wait("Harbour")
        terminal.settle()
        terminal.press("enter")
        terminal.wait("│")
        terminal.settle()
        terminal.press("w", "v", "d")
        terminal.wait("1 saved")
        terminal.press("j")
        assert terminal.finish() == 1
        while terminal.read():
            pass
        assert "The app had to stop" in terminal.text
        assert b"\x1b]52" not in terminal.received
        assert "\u202e".encode() not in terminal.received
    assert "RuntimeError" in (own_home / "state_home" / "onrecord" / "error.txt").read_text("utf-8")
    connection = connect(project, write=False)
    assert [mention.quote for mention in reading.mentions(connection, 6)] == ["harbour"]
    connection.close()
